"""What nobody wants is collected, and nothing else: photos without an owner, objects without a row."""

import threading
from contextvars import Context
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.db import atomic, db, unit
from backend.errors import Unavailable
from backend.flows.schedule import all_jobs
from backend.media import operations, services, storage
from backend.media.errors import PhotoNotFound, StoreUnavailable
from backend.media.models import Photo, PhotoContent, Size
from tests.backend.media import pictures
from tests.backend.media.sending import attach, count, detach, fetch, objects, send
from tests.factories import NINE
from tests.threads import at_once

DAY = timedelta(hours=24)
LATER = NINE + DAY


@pytest.fixture
def upload(client):
    """Uploads at nine; returns the photo."""

    def run(shade=120, at=NINE):
        with clock.at(at):
            return send(client, pictures.small_jpeg(shade)).data

    return run


def collect(at=LATER):
    db.session.rollback()
    with clock.at(at):
        return services.collect_orphans()


def test_a_photo_without_an_owner_is_collected_after_a_day(upload):
    upload()
    assert collect(LATER - timedelta(seconds=1)) == 0
    assert (count(Photo), len(objects())) == (1, 3)
    assert collect(LATER) == 1
    assert (count(Photo), count(PhotoContent), objects()) == (0, 0, [])
    assert collect(LATER) == 0


def test_a_photo_with_an_owner_stays(upload, uploader):
    attach(uploader, upload()["id"])
    assert collect(LATER + 365 * DAY) == 0
    assert (count(Photo), len(objects())) == (1, 3)


def test_a_detached_photo_has_another_day(upload, uploader):
    attach(uploader, upload()["id"])
    with clock.at(LATER):
        detach("dish", 1)
    assert collect(LATER + DAY - timedelta(seconds=1)) == 0
    assert collect(LATER + DAY) == 1
    assert objects() == []


def test_a_content_stays_as_long_as_any_photo_refers_to_it(upload, uploader):
    upload()
    attach(uploader, upload()["id"])
    assert collect() == 0
    assert (count(Photo), count(PhotoContent), len(objects())) == (1, 1, 3)


def test_what_a_crash_left_is_collected(client, monkeypatch):
    with monkeypatch.context() as patched, clock.at(NINE):
        patched.setattr(operations, "add_photo", None)
        assert send(client, pictures.small_jpeg()).status == 500
    assert (count(Photo), count(PhotoContent), len(objects())) == (0, 1, 3)
    # Not while an upload that has just claimed it may still be writing.
    assert collect(NINE + timedelta(minutes=59)) == 0
    assert collect(NINE + timedelta(hours=1)) == 1
    assert (count(PhotoContent), objects()) == (0, [])


def test_a_store_that_is_away_leaves_work_for_the_next_hour(upload, monkeypatch):
    def fail(_key):
        raise StoreUnavailable

    upload()
    with monkeypatch.context() as patched:
        patched.setattr(storage, "delete", fail)
        with pytest.raises(StoreUnavailable):
            collect()
    assert (count(Photo), count(PhotoContent), len(objects())) == (0, 1, 3)
    assert collect() == 1
    assert (count(PhotoContent), objects()) == (0, [])


def test_an_equal_picture_uploaded_while_its_content_is_deleted_keeps_its_objects(
    app, client, upload, monkeypatch
):
    """The collector has given the content up and is about to delete; the upload comes in between."""
    upload()
    delete, between = storage.delete, []

    def upload_first(key):
        between.append(send(client, pictures.small_jpeg()).data)
        delete(key)

    monkeypatch.setattr(storage, "delete", upload_first)
    assert collect() == 1
    with clock.at(LATER):
        assert [fetch(app, between[0]["links"][size]).status_code for size in Size] == [200] * 3
    assert (count(Photo), count(PhotoContent), len(objects())) == (1, 1, 3)


def test_a_content_claimed_by_an_upload_is_not_given_up_before_its_row_is_there(
    app, client, upload, monkeypatch
):
    """The upload has claimed the old content and written; the collector comes before its row."""
    upload()
    put, collected = storage.put, []

    def collect_first(key, jpegs):
        put(key, jpegs)
        collected.append(collect_in(app))

    with clock.at(LATER), monkeypatch.context() as patched:
        patched.setattr(storage, "put", collect_first)
        photo = send(client, pictures.small_jpeg()).data
        assert fetch(app, photo["links"]["full"]).status_code == 200
    assert collected == [0]
    assert (count(Photo), count(PhotoContent), len(objects())) == (1, 1, 3)


def test_an_upload_that_slept_through_its_claim_makes_no_row(app, client, monkeypatch):
    put = storage.put

    def sleep(key, jpegs):
        put(key, jpegs)
        with clock.at(LATER):
            collect_in(app)

    monkeypatch.setattr(storage, "put", sleep)
    with clock.at(NINE):
        answer = send(client, pictures.small_jpeg())
    assert (answer.status, answer.error) == (503, Unavailable.code)
    assert (count(Photo), count(PhotoContent), objects()) == (0, 0, [])


def test_an_upload_whose_content_was_given_up_makes_no_row_though_its_objects_are_there(
    app, client, monkeypatch
):
    put = storage.put

    def give_up(key, jpegs):
        put(key, jpegs)
        with clock.at(LATER), monkeypatch.context() as patched:
            patched.setattr(storage, "delete", None)
            with pytest.raises(TypeError):
                collect_in(app)

    with monkeypatch.context() as patched, clock.at(NINE):
        patched.setattr(storage, "put", give_up)
        assert send(client, pictures.small_jpeg(), key="again").status == 503
    assert (count(Photo), count(PhotoContent), len(objects())) == (0, 1, 3)
    with clock.at(NINE):
        photo = send(client, pictures.small_jpeg(), key="again").data
        assert collect(LATER - timedelta(hours=1)) == 1
        assert fetch(app, photo["links"]["full"]).status_code == 200


def test_uploads_and_collectors_at_once_never_leave_a_row_without_its_objects(app, compound, soak):
    """Every round, uploads of one picture meet collectors of the same content that is just due."""
    for number in range(30 if soak else 4):
        start = NINE + number * 10 * DAY
        with clock.at(start):
            clients = [compound.client(compound.staff()) for _ in range(3)]
            send(clients[0], pictures.small_jpeg())
        with clock.at(start + DAY):
            calls = [lambda each=each: send(each, pictures.small_jpeg()).data for each in clients]
            calls += [lambda: collect_in(app)] * 2
            answers = at_once(calls)
            links = [answer["links"][size] for answer in answers[:3] for size in Size]
            assert {fetch(app, link).status_code for link in links} == {200}
        with clock.at(start + 5 * DAY):
            collect_in(app)
        assert (count(Photo), count(PhotoContent), objects()) == (0, 0, [])


def collect_in(app):
    """A collector in a context of its own, as the scheduler runs it."""

    def run():
        with app.app_context():
            return services.collect_orphans()

    return Context().run(run)


def test_attaching_and_collecting_at_once_end_one_way_or_the_other(app, upload, uploader, soak):
    for number in range(40 if soak else 6):
        photo_id = upload(number, NINE)["id"]

        def attach_it(photo_id=photo_id, number=number):
            with app.app_context():
                try:
                    attach(uploader, photo_id, "dish", number)
                except PhotoNotFound:
                    return False
                return True

        with clock.at(LATER):
            is_attached, _ = at_once([attach_it, lambda: collect_in(app)])
        assert count(Photo) == is_attached
        assert len(objects()) == (3 if is_attached else 0)
        detach("dish", number)
        collect(LATER + 2 * DAY)


# The sweep


@atomic
def forget_rows():
    """As a restored backup that is older than the photos."""
    for model in (Photo, PhotoContent):
        unit().execute(model.__table__.delete())


def sweep(at):
    db.session.rollback()
    with clock.at(at):
        return services.sweep_store()


def test_objects_that_no_row_names_are_swept_after_a_day_and_named_ones_never(upload, app):
    upload(1)
    forget_rows()
    kept = upload(2)
    assert len(objects()) == 6
    # The store's clock is the real one.
    assert sweep(clock.now() + DAY - timedelta(minutes=1)) == 0
    assert sweep(clock.now() + DAY + timedelta(minutes=1)) == 3
    assert len(objects()) == 3
    with clock.at(NINE):
        assert fetch(app, kept["links"]["full"]).status_code == 200


def test_what_another_deployment_stored_is_not_swept(upload, app_with):
    upload()
    assert len(objects()) == 3
    other = app_with(secret_key=b"another secret key that is long enough")
    forget_rows()
    with other.app_context(), clock.at(clock.now() + 2 * DAY):
        assert services.sweep_store() == 0
    assert len(objects()) == 3


def test_both_are_jobs(app):
    jobs = {job.name: job for job in all_jobs()}
    assert jobs["media.collect_orphans"].run is services.collect_orphans
    assert jobs["media.sweep_store"].run is services.sweep_store


def test_threads_share_one_store(app):
    """The store is made once for each deployment, whichever thread comes first."""
    found, barrier = [], threading.Barrier(4)

    def probe():
        barrier.wait()
        with app.app_context():
            storage.probe()
            found.append(True)

    threads = [threading.Thread(target=probe) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4
    assert objects() == []
    assert db.session.scalar(select(func.count()).select_from(Photo)) == 0
