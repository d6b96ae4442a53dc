"""Links: who is given one, for how long it works, and what ends it."""

from datetime import UTC, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import db
from backend.media import policies, queries, storage
from backend.media.errors import LinkExpired, PhotoNotFound
from backend.media.models import Photo, PhotoContent, PhotoState
from tests.backend.media import pictures
from tests.backend.media.sending import attach, detach, fetch, hide, publish, send
from tests.factories import NINE

SIZES = ("full", "medium", "thumb")


@pytest.fixture
def photo(client):
    """A photo that was uploaded at nine."""
    with clock.at(NINE):
        return send(client, pictures.small_jpeg()).data


def status(app, link, at=NINE):
    with clock.at(at):
        return fetch(app, link).status_code


def links(*photo_ids, **options):
    db.session.rollback()
    with clock.at(NINE):
        return queries.links(photo_ids, **options)


def test_a_link_shows_the_photo_to_whoever_holds_it_and_tells_caches_how_long(app, photo):
    with clock.at(NINE):
        response = fetch(app, photo["links"]["thumb"])
        assert response.status_code == 200
        assert response.mimetype == "image/jpeg"
        assert response.headers["Cache-Control"] == "private, max-age=900"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response.headers["Content-Disposition"].startswith("inline")
        again = app.test_client().get(
            photo["links"]["thumb"], headers={"If-None-Match": response.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b"")


def test_a_link_ends_after_its_time_and_says_so(app, photo):
    link = photo["links"]["full"]
    assert status(app, link, NINE + timedelta(minutes=14, seconds=59)) == 200
    with clock.at(NINE + timedelta(minutes=15)):
        response = fetch(app, link)
    assert (response.status_code, response.json["error"]) == (410, LinkExpired.code)
    assert photo["links"]["expires_at"] == "2026-11-23T09:15:00+08:00"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path, e, s: f"{path}?e={int(e) + 300}&s={s}",
        lambda path, e, s: f"{path}?e={e}&s={s[:-1]}{'A' if s[-1] != 'A' else 'B'}",
        lambda path, e, s: f"{path}?e={e}",
        lambda path, e, s: f"{path}?s={s}",
        lambda path, e, s: path,
        lambda path, e, s: f"{path}?e=x&s={s}",
        lambda path, e, s: f"{path}?e=%D9%A1&s=%D9%A1",
        lambda path, e, s: f"{path}?e={'9' * 30}&s={s}",
        lambda path, e, s: f"{path.replace('full', 'thumb')}?e={e}&s={s}",
        lambda path, e, s: f"{path.replace('full', 'original')}?e={e}&s={s}",
        lambda path, e, s: f"/media/{int(path.split('/')[2]) + 1}/full?e={e}&s={s}",
        lambda path, e, s: f"/media/999999/full?e={e}&s={s}",
    ],
)
def test_a_link_that_was_changed_leads_nowhere(app, client, photo, spoil):
    with clock.at(NINE):
        send(client, pictures.small_jpeg(7))  # The next photo, so that its number exists.
        parts = urlsplit(photo["links"]["full"])
        query = parse_qs(parts.query)
        response = fetch(app, spoil(parts.path, query["e"][0], query["s"][0]))
    assert (response.status_code, response.json["error"]) == (404, PhotoNotFound.code)


def test_only_the_uploader_is_given_links_to_a_loose_photo(compound, client, photo):
    mine = f"/media/photos/{photo['id']}"
    assert client.get(mine).data["width"] == 64
    assert compound.client(compound.staff()).get(mine).error == PhotoNotFound.code
    assert client.get("/media/photos/999999").error == PhotoNotFound.code
    assert links(photo["id"]) == {}


def test_the_owners_slice_is_given_links_to_attached_photos_in_order(app, client, uploader, photo):
    others = [send(client, pictures.small_jpeg(shade)).data["id"] for shade in (1, 2)]
    attach(uploader, photo["id"], "dish", 7, position=2)
    attach(uploader, others[0], "dish", 7)
    attach(uploader, others[1], "dish", 8, is_public=True)
    db.session.rollback()
    with clock.at(NINE):
        found = queries.links_of_owners("dish", [7, 8, 9])
        assert [[urlsplit(each.full).path for each in found[owner]] for owner in (7, 8)] == [
            [f"/media/{others[0]}/full", f"/media/{photo['id']}/full"],
            [f"/media/{others[1]}/full"],
        ]
        assert set(found) == {7, 8}
        assert queries.links_of_owners("report", [7]) == {}
        assert queries.links_of_owners("dish", []) == queries.links([]) == {}
    assert status(app, links(photo["id"])[photo["id"]].medium) == 200
    # It is the slice that decides from now on.
    assert client.get(f"/media/photos/{photo['id']}").error == PhotoNotFound.code


def test_nobody_attaches_anothers_photo_or_one_that_has_an_owner(compound, uploader, photo):
    with pytest.raises(PhotoNotFound):
        attach(compound.staff(), photo["id"])
    with pytest.raises(PhotoNotFound):
        attach(uploader, 999_999)
    attach(uploader, photo["id"], "dish", 1)
    with pytest.raises(PhotoNotFound):
        attach(uploader, photo["id"], "dish", 2)
    assert db.session.scalars(select(Photo.owner_id)).all() == [1]


def test_hiding_ends_every_link_in_every_size_and_publishing_brings_no_old_one_back(app, uploader, photo):
    attach(uploader, photo["id"], "report", 5, is_public=True)
    before = links(photo["id"])[photo["id"]]
    assert hide("report", 5) == 1
    assert [status(app, getattr(before, size)) for size in SIZES] == [404, 404, 404]
    assert links(photo["id"]) == {}
    seen_by_the_reviewer = links(photo["id"], including_hidden=True)[photo["id"]]
    assert status(app, seen_by_the_reviewer.full) == 200
    assert (hide("report", 5), publish("report", 6), publish("report", 5)) == (0, 0, 1)
    assert status(app, before.full) == 404
    assert status(app, links(photo["id"])[photo["id"]].full) == 200
    db.session.rollback()
    actions = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.action.startswith("media.")).order_by(AuditEvent.id)
    )
    assert actions.all() == ["media.hidden", "media.published"]


def test_only_the_named_photos_of_an_owner_change(client, uploader, photo):
    other = send(client, pictures.small_jpeg(1)).data["id"]
    for each in (photo["id"], other):
        attach(uploader, each, "report", 5)
    assert publish("report", 5, [other]) == 1
    assert hide("report", 5, []) == 0
    assert detach("report", 5, [photo["id"]]) == 1
    db.session.rollback()
    states = dict(db.session.execute(select(Photo.id, Photo.state)).all())
    assert states == {photo["id"]: PhotoState.UPLOADED, other: PhotoState.PUBLIC}


def test_a_detached_photo_is_its_uploaders_again(app, client, uploader, photo):
    attach(uploader, photo["id"], "dish", 1, is_public=True)
    before = links(photo["id"])[photo["id"]]
    assert detach("dish", 1) == 1
    assert status(app, before.full) == 404
    assert client.get(f"/media/photos/{photo['id']}").status == 200
    attach(uploader, photo["id"], "dish", 2)
    assert links(photo["id"])


def test_a_photo_that_the_store_has_lost_is_not_found(app, photo):
    key = db.session.scalar(select(PhotoContent.object_key))
    storage.delete(key)
    storage.delete(key)  # What is gone stays gone.
    assert status(app, photo["links"]["full"]) == 404


@given(st.datetimes(timezones=st.just(UTC)), st.integers(1, 24 * 60))
def test_links_made_within_a_third_of_their_life_are_equal_and_live_at_least_two(now, minutes):
    life = timedelta(minutes=minutes)
    try:
        ends_at = policies.link_ends_at(now, life)
    except OverflowError:  # Near the year 9999.
        return
    assert life * 2 / 3 <= ends_at - now <= life
    start = ends_at - life
    for moment in (start, start + life / 3 - timedelta(microseconds=1)):
        assert policies.link_ends_at(moment, life) == ends_at
