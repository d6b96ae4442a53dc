"""Uploads over HTTP: what is taken, what is refused, and what a refusal leaves behind."""

import io
import time
from contextlib import ExitStack
from dataclasses import replace

import pytest
from PIL import Image, ImageOps

from backend.config import settings
from backend.db import db
from backend.media import decoding, operations, policies, services, storage
from backend.media.errors import MediaBusy, QuotaReached
from backend.media.models import Photo, PhotoContent, Size
from tests.backend.media import pictures
from tests.backend.media.pictures import BLUE, GREEN, RED, SECRET, WHITE, is_near
from tests.backend.media.sending import (
    actor_of,
    attach,
    count,
    fetch,
    file,
    nothing_is_kept,
    objects,
    send,
    send_form,
)
from tests.client import Client
from tests.threads import at_once

# What the pixels become does not depend on the database.
ONCE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def sizes_of(app, photo):
    """The JPEG of each size."""
    found = {}
    for size in ("full", "medium", "thumb"):
        response = fetch(app, photo["links"][size])
        assert response.status_code == 200
        found[size] = response.data
    return found


def test_a_phones_photo_is_turned_made_small_and_says_nothing_of_its_maker(app, client):
    answer = send(client, pictures.photo_of_a_phone())
    assert answer.status == 201
    assert (answer.data["width"], answer.data["height"]) == (1536, 2048)
    jpegs = sizes_of(app, answer.data)
    assert [Image.open(io.BytesIO(jpeg)).size for jpeg in jpegs.values()] == [
        (1536, 2048),
        (480, 640),
        (180, 240),
    ]
    for jpeg in jpegs.values():
        # JFIF, tables, frame, scan: no EXIF, XMP, profile or comment.
        assert set(pictures.markers(jpeg)) <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
        assert SECRET[:12] not in jpeg
        assert not Image.open(io.BytesIO(jpeg)).getexif()
        colours = pictures.corner_colours(jpeg)
        expected = (BLUE, RED, WHITE, GREEN)
        assert all(is_near(colour, right) for colour, right in zip(colours, expected, strict=True)), colours


@ONCE
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_as_pillow_turns_it(app, client, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    sent = pictures.saved(pictures.corners(80, 60), "JPEG", exif=exif, quality=95)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(sent)))
    photo = send(client, sent).data
    assert (photo["width"], photo["height"]) == expected.size
    jpeg = fetch(app, photo["links"]["full"]).data
    colours = pictures.corner_colours(pictures.saved(expected, "JPEG", quality=95))
    assert all(is_near(*pair) for pair in zip(pictures.corner_colours(jpeg), colours, strict=True))


@pytest.mark.parametrize(("width", "height", "size"), [(30_000, 30_000, 109_000), (12_000, 10_000, 14_600)])
def test_a_small_file_of_too_many_pixels_is_refused_at_once(client, width, height, size, soak):
    bomb = pictures.png(width, height, depth=1)
    assert 0.9 * size < len(bomb) < 1.1 * size
    started = time.monotonic()
    answer = send(client, bomb, name="bomb.png")
    assert not soak or time.monotonic() - started < 2
    assert (answer.status, answer.error) == (422, "media.too_many_pixels")
    assert "50" in answer.envelope["msg"]
    assert nothing_is_kept()


def accepted():
    """What is converted, whatever it is called: (name, bytes, the corner colours to expect)."""
    four = (RED, GREEN, BLUE, WHITE)
    big = pictures.corners(800, 600)
    jpeg = pictures.saved(big, "JPEG", quality=95)
    return [
        ("photo.heic", pictures.saved(big, "HEIF", quality=90), four),
        ("photo.jpg", pictures.saved(big, "WEBP", quality=95), four),
        ("photo.png", jpeg, four),
        ("cmyk.jpg", pictures.saved(pictures.corners(800, 600, "CMYK"), "JPEG", quality=95), four),
        ("grey.jpg", pictures.saved(pictures.corners(80, 60, "L"), "JPEG"), None),
        ("text.png", pictures.png_with_text(), four),
        ("grey16.png", pictures.grey_of_16_bits(), [(117, 117, 117)] * 4),
        ("rgb16.png", pictures.rgb_of_16_bits(), [(0, 0, 0)] * 4),
        ("palette.png", pictures.palette_with_a_hole(), (WHITE, RED, WHITE, RED)),
        ("alpha.png", pictures.glass(), (WHITE, RED, WHITE, RED)),
        ("bitmap.png", pictures.png(80, 60, depth=1), [(0, 0, 0)] * 4),
        ("alpha.webp", pictures.saved(Image.open(io.BytesIO(pictures.glass())), "WEBP", lossless=True), None),
        ("animated.webp", pictures.animated("WEBP"), [RED] * 4),
        ("animated.png", pictures.animated("PNG"), [RED] * 4),
        ("pair.jpg", pictures.saved(big, "MPO", save_all=True, append_images=[big]), four),
        ("zip.jpg", jpeg + b"PK\x03\x04" + SECRET + b"<script>alert(1)</script>", four),
    ]


@ONCE
@pytest.mark.parametrize(("name", "sent", "expected"), accepted(), ids=[each[0] for each in accepted()])
def test_what_is_a_picture_by_its_content_is_taken(app, client, name, sent, expected, soak):
    started = time.monotonic()
    answer = send(client, sent, name=name)
    assert not soak or time.monotonic() - started < 2
    assert answer.status == 201
    jpeg = fetch(app, answer.data["links"]["full"]).data
    assert jpeg[:3] == b"\xff\xd8\xff"
    assert jpeg[-2:] == b"\xff\xd9"
    assert SECRET[:12] not in jpeg
    assert b"<script>" not in jpeg
    for colour, right in zip(pictures.corner_colours(jpeg), expected or (), strict=bool(expected)):
        assert is_near(colour, right, within=16), (colour, right)


def refused():
    """What is not taken: (name, bytes, status, error)."""
    jpeg = pictures.saved(pictures.corners(800, 600), "JPEG")
    heic = pictures.saved(pictures.corners(800, 600), "HEIF")
    webp = pictures.saved(pictures.noise(200, 150), "WEBP")
    png = pictures.saved(pictures.noise(200, 150), "PNG")
    svg = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
    unsupported, broken = (415, "media.unsupported_format"), (422, "media.photo_broken")
    return [
        ("svg.jpg", svg, *unsupported),
        *(
            (f"{kind}.jpg".lower(), pictures.saved(pictures.corners(80, 60), kind), *unsupported)
            for kind in ("TIFF", "GIF", "BMP", "ICO", "AVIF", "JPEG2000", "PPM", "PDF")
        ),
        ("html.jpg", b"<html>\xff\xd8\xff", *unsupported),
        ("zip-before-jpeg.jpg", b"PK\x03\x04" + jpeg, *unsupported),
        ("truncated.jpg", jpeg[: len(jpeg) // 2], *broken),
        ("truncated.heic", heic[: len(heic) * 3 // 4], *broken),
        ("truncated-header.heic", heic[:200], *broken),
        ("truncated.webp", webp[: len(webp) // 2], *broken),
        ("truncated.png", png[: len(png) // 2], *broken),
        ("head-only.jpg", b"\xff\xd8\xff", *broken),
        ("one-byte.jpg", b"\xff", *unsupported),
        ("damaged.png", png[:100] + b"\0\0\0\0" + png[104:], *broken),
    ]


@ONCE
@pytest.mark.parametrize(("name", "sent", "status", "error"), refused(), ids=[each[0] for each in refused()])
def test_what_is_no_sound_picture_is_refused_and_leaves_nothing(client, name, sent, status, error, soak):
    started = time.monotonic()
    answer = send(client, sent, name=name)
    assert not soak or time.monotonic() - started < 2
    assert (answer.status, answer.error) == (status, error)
    assert nothing_is_kept()


def test_eleven_megabytes_are_refused_by_their_announced_length_and_by_counting(client):
    large = pictures.small_jpeg() + b"\0" * 11_000_000
    answer = send(client, large)
    assert (answer.status, answer.error) == (413, "app.too_large")
    # Within what the frame may add, so that only the file itself is one byte too long.
    limit = settings().media.photo_bytes
    answer = send(client, pictures.small_jpeg().ljust(limit + 1, b"\0"))
    assert (answer.status, answer.error) == (413, "app.too_large")
    assert nothing_is_kept()
    assert send(client, pictures.small_jpeg().ljust(limit, b"\0")).status == 201


def test_the_limit_of_other_requests_stays(client):
    body = b'{"pad": "' + b"0" * 1_100_000 + b'"}'
    answer = client.post("/canteen/orders", data=body, content_type="application/json")
    assert (answer.status, answer.error) == (413, "app.too_large")


@pytest.mark.parametrize(
    "form",
    [{}, {"photo": b"x"}, {"file": b""}, {"file": "text"}],
    ids=["nothing", "another field", "empty", "a text field"],
)
def test_a_request_without_a_file_names_the_field(client, form):
    sent = {name: file(value) if isinstance(value, bytes) else value for name, value in form.items()}
    answer = send_form(client, sent)
    assert (answer.status, answer.error) == (422, "app.invalid")
    assert "file" in answer.envelope["data"]["fields"]
    assert nothing_is_kept()


def test_two_files_are_refused_and_text_beside_the_file_is_not(client):
    jpeg = pictures.small_jpeg()
    two = {"file": [file(jpeg, "a.jpg"), file(jpeg, "b.jpg")]}
    answer = send_form(client, two)
    assert (answer.status, answer.error) == (422, "app.invalid")
    assert nothing_is_kept()
    form = {"scene": "report", "file": file(jpeg)}
    assert send_form(client, form).status == 201


@pytest.mark.parametrize(
    ("content_type", "error", "status"),
    [
        ("application/json", "app.not_multipart", 415),
        ("image/jpeg", "app.not_multipart", 415),
        ("multipart/form-data", "app.malformed", 400),
        ("multipart/form-data; boundary=nothing-of-the-kind", "app.malformed", 400),
    ],
)
def test_a_body_that_is_no_form_is_refused(client, content_type, error, status):
    answer = client.post("/media/photos", data=pictures.small_jpeg(), content_type=content_type)
    assert (answer.status, answer.error) == (status, error)


def test_nobody_uploads_without_a_login(anonymous):
    assert send(anonymous, pictures.small_jpeg()).status == 401


# Once and again


def test_a_retried_upload_is_the_same_photo(client):
    first = send(client, pictures.small_jpeg(), key="retry", name="a.jpg")
    again = send(client, pictures.small_jpeg(), key="retry", name="b.jpg")  # With another boundary.
    assert again.body == first.body
    assert count(Photo) == 1
    other = send(client, pictures.small_jpeg(99), key="retry")
    assert (other.status, other.error) == (422, "app.idempotency_key_reused")
    assert count(Photo) == 1


def test_concurrent_twins_are_one_photo(client):
    answers = at_once([lambda: send(client, pictures.small_jpeg(), key="twins")] * 4)
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert (count(Photo), count(PhotoContent), len(objects())) == (1, 1, 3)


def test_equal_pictures_are_stored_once(compound, client):
    other = compound.client(compound.staff())
    photos = [send(each, pictures.small_jpeg()).data["id"] for each in (client, client, other)]
    assert len(set(photos)) == 3
    assert (count(Photo), count(PhotoContent), len(objects())) == (3, 1, 3)


def test_equal_pictures_at_the_same_moment_are_stored_once(compound):
    clients = [compound.client(compound.staff()) for _ in range(4)]
    answers = at_once([lambda each=each: send(each, pictures.small_jpeg()) for each in clients])
    assert {answer.status for answer in answers} == {201}
    assert (count(Photo), count(PhotoContent), len(objects())) == (4, 1, 3)


# Failures


def test_a_store_that_fails_leaves_no_photo(app_with, compound, uploader):
    token = compound.client(uploader).token
    away = {"url": "s3://bucket", "s3_endpoint": "http://127.0.0.1:1", "s3_key_id": "k", "s3_secret": "s"}
    broken = app_with(media=replace(settings().media, **away))
    answer = send(Client(broken, token), pictures.small_jpeg())
    assert (answer.status, answer.error) == (503, "media.store_unavailable")
    assert "127.0.0.1" not in answer.body.decode()
    assert count(Photo) == 0
    # The claim stays, and the next attempt takes it over.
    assert count(PhotoContent) == 1
    assert send(Client(compound.app, token), pictures.small_jpeg()).status == 201
    assert (count(PhotoContent), len(objects())) == (1, 3)


def test_a_unit_that_fails_leaves_objects_alone_and_the_next_attempt_takes_them(client, monkeypatch):
    def fail(*_):
        raise RuntimeError("the machine died here")

    with monkeypatch.context() as patched:
        patched.setattr(operations, "add_photo", fail)
        assert send(client, pictures.small_jpeg(), key="again").status == 500
    assert (count(Photo), count(PhotoContent), len(objects())) == (0, 1, 3)
    assert send(client, pictures.small_jpeg(), key="again").status == 201
    assert (count(Photo), count(PhotoContent), len(objects())) == (1, 1, 3)


def test_uploads_wait_for_a_decoder_only_so_long(client, monkeypatch):
    monkeypatch.setattr(decoding, "WAIT_S", 0.05)
    with ExitStack() as taken:
        for _ in range(settings().media.decoders):
            taken.enter_context(decoding._slot(settings().media.decoders))
        answer = send(client, pictures.small_jpeg())
    assert (answer.status, answer.error) == (503, MediaBusy.code)
    assert send(client, pictures.small_jpeg()).status == 201


def test_unused_photos_have_a_quota_that_attaching_frees(compound, client, uploader, monkeypatch):
    monkeypatch.setattr(policies, "LOOSE_PHOTOS", 3)
    photos = [send(client, pictures.small_jpeg(shade)).data["id"] for shade in range(3)]
    answer = send(client, pictures.small_jpeg(3))
    assert (answer.status, answer.error) == (429, QuotaReached.code)
    assert "3 张" in answer.envelope["msg"]
    assert count(Photo) == 3
    assert send(compound.client(compound.staff()), pictures.small_jpeg(3)).status == 201
    attach(uploader, photos[0])
    assert send(client, pictures.small_jpeg(3)).status == 201
    assert send(client, pictures.small_jpeg(4)).status == 429


def test_a_page_uploads_bytes_or_any_stream(compound, uploader):
    actor = actor_of(uploader)
    for data in (pictures.small_jpeg(), io.BytesIO(pictures.small_jpeg())):
        photo = services.upload(actor, data)
        assert (photo.width, photo.height) == (64, 48)
    db.session.rollback()
    content = db.session.query(PhotoContent).one()
    assert storage.get(content.object_key, Size.FULL)[:2] == b"\xff\xd8"
