"""Redaction: what a black box covers is gone in every size, and the original stays as it was."""

import io

import pytest
from PIL import Image

from backend.db import answering, atomic, db
from backend.media import queries, services, storage
from backend.media.errors import BoxOutside, PhotoNotFound, TooManyBoxes
from backend.media.models import Photo, PhotoContent, Size
from backend.media.policies import Box
from tests.backend.media import pictures
from tests.backend.media.sending import actor_of, attach, count, fetch, send

SIZES = ("full", "medium", "thumb")


@pytest.fixture
def photo(client, uploader):
    """A photo of 2048×1536 with a colour in each corner, which a report owns."""
    found = send(client, pictures.saved(pictures.corners(2400, 1800), "JPEG", quality=95)).data
    attach(uploader, found["id"], "report", 5)
    db.session.rollback()
    return found["id"]


@pytest.fixture
def desk(compound):
    return actor_of(compound.staff())


def redact(actor, photo_id, *boxes):
    db.session.rollback()
    return services.redact(actor, photo_id, [Box(*box) for box in boxes])


def jpegs(app, links):
    return [fetch(app, getattr(links, size)).data for size in SIZES]


def image(jpeg):
    return Image.open(io.BytesIO(jpeg))


def brightest(jpeg, box):
    """The brightest pixel within a box of the full size, a pixel from its edge, in any size."""
    shown = image(jpeg).convert("L")
    scale = shown.width / 2048
    left, top = round(box[0] * scale) + 1, round(box[1] * scale) + 1
    right, bottom = round((box[0] + box[2]) * scale) - 1, round((box[1] + box[3]) * scale) - 1
    return shown.crop((left, top, right, bottom)).getextrema()[1]


def test_under_the_boxes_every_size_is_black_and_the_rest_is_as_it_was(app, photo, desk):
    boxes = [(100, 100, 400, 300), (1500, 1000, 548, 536)]
    made = redact(desk, photo, *boxes)
    assert (made.width, made.height) == (2048, 1536)
    for jpeg in jpegs(app, made.links):
        for box in boxes:
            assert brightest(jpeg, box) <= 20  # JPEG rings beside an edge.
        top_right, bottom_left = pictures.corner_colours(jpeg)[1:3]
        assert pictures.is_near(top_right, pictures.GREEN)
        assert pictures.is_near(bottom_left, pictures.BLUE)
    full = image(jpegs(app, made.links)[0])
    assert full.convert("L").getpixel((100 - 12, 100 - 12)) > 30  # Beside the box nothing is black.


def test_what_is_made_says_nothing_of_the_phone_and_holds_no_byte_of_the_first(app, client, uploader, desk):
    photo_id = send(client, pictures.photo_of_a_phone()).data["id"]
    attach(uploader, photo_id, "report", 6)
    made = redact(desk, photo_id, (0, 0, 50, 50))
    for jpeg in jpegs(app, made.links):
        assert pictures.SECRET not in jpeg
        assert not image(jpeg).getexif()
        # No application segment but JFIF's, and no comment.
        assert not {0xE1, 0xE2, 0xED, 0xFE} & set(pictures.markers(jpeg))


def test_the_first_photo_stays_as_it_is_and_private(app, photo, desk):
    before = storage.get(queries.find_stored(photo).object_key, Size.FULL)
    made = redact(desk, photo, (0, 0, 2048, 1536))
    db.session.rollback()
    assert storage.get(queries.find_stored(photo).object_key, Size.FULL) == before
    assert image(jpegs(app, made.links)[0]).convert("L").getextrema()[1] <= 2
    original, copy = db.session.get(Photo, photo), db.session.get(Photo, made.id)
    assert (original.state, original.owner_kind, original.owner_id) == ("private", "report", 5)
    assert (copy.state, copy.uploaded_by) == ("uploaded", desk.staff_id)
    assert copy.content_id != original.content_id


def test_without_boxes_it_is_a_copy_of_the_same_content(photo, desk):
    made = redact(desk, photo)
    db.session.rollback()
    assert made.id != photo
    assert (count(Photo), count(PhotoContent)) == (2, 1)


@pytest.mark.parametrize(
    "box",
    [
        (-1, 0, 10, 10),
        (0, -1, 10, 10),
        (2040, 0, 9, 10),
        (0, 1530, 10, 7),
        (2048, 0, 1, 1),
        (0, 0, 0, 10),
        (0, 0, 10, -1),
    ],
)
def test_a_box_that_does_not_lie_within_the_photo_is_refused_and_leaves_nothing(photo, desk, box):
    with pytest.raises(BoxOutside) as refusal:
        redact(desk, photo, (0, 0, 10, 10), box)
    assert refusal.value.data == {"width": 2048, "height": 1536}
    assert count(Photo) == 1


def test_a_box_may_touch_the_last_pixel_and_there_are_fifty_of_them_at_most(app, photo, desk):
    made = redact(desk, photo, *[(2047, 1535, 1, 1)] * 50)
    assert image(jpegs(app, made.links)[0]).size == (2048, 1536)
    with pytest.raises(TooManyBoxes):
        redact(desk, photo, *[(0, 0, 1, 1)] * 51)


def test_there_is_nothing_to_redact_on_a_photo_that_is_not_there(desk):
    with pytest.raises(PhotoNotFound):
        redact(desk, 999_999, (0, 0, 1, 1))


def test_pictures_are_not_drawn_within_a_unit_of_work(photo, desk):
    @atomic
    def within():
        services.redact(desk, photo, [Box(0, 0, 1, 1)])

    with pytest.raises(RuntimeError):
        within()


def test_redacting_is_no_answer_of_the_request_that_does_it(app, photo, desk):
    """Its unit stands beside the request's own, whose answer is stored under the Idempotency-Key."""
    stored = []
    with answering(stored.append):
        made = redact(desk, photo, (0, 0, 10, 10))
    assert (stored, made.id != photo) == ([], True)
