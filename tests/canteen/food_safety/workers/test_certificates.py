"""Workers and their certificates: encrypted numbers, the one that counts, and reminders."""

from datetime import date, time, timedelta
from io import BytesIO

from sqlalchemy import func, select

from backend import clock
from backend.db import db
from backend.media import services as media_services
from backend.media.models import Photo
from canteen.food_safety.workers import services
from canteen.food_safety.workers.models import HealthCertificate
from tests.backend.media.pictures import corners, saved
from tests.canteen.food_safety.workers.test_checks import KITCHEN, worker
from tests.factories import NINE

NUMBER = "JK-王师傅-2026"


def test_a_number_is_encrypted_and_belongs_to_one_certificate(kitchen):
    worker_id, other = worker(kitchen), worker(kitchen, "李师傅", valid_until=None)
    shown = kitchen.manager.get(f"{KITCHEN}/workers/{worker_id}").data
    assert shown["certificate"]["number_masked"] == "*******2026"
    assert shown["certificate_state"] == "valid"
    db.session.rollback()
    (stored,) = db.session.scalars(select(HealthCertificate.number))
    assert NUMBER.encode() not in stored
    paper = {"number": NUMBER, "issued_on": "2026-01-01", "valid_until": "2027-01-01"}
    again = kitchen.officer.post(f"{KITCHEN}/workers/{other}/certificates", paper)
    assert (again.status, again.error) == (409, "canteen.certificate_exists")
    withdraw = f"{KITCHEN}/certificates/{shown['certificate']['id']}/withdraw"
    left = kitchen.officer.post(withdraw, {"reason": "登记到了别人名下"}).data
    assert (left["certificate"], left["certificate_state"]) == (None, "missing")
    assert kitchen.officer.post(f"{KITCHEN}/workers/{other}/certificates", paper).status == 201
    assert kitchen.officer.post(withdraw, {"reason": "再次"}).error == "canteen.certificate_not_found"


def test_days_and_people_must_make_sense(kitchen):
    worker_id = worker(kitchen)
    path = f"{KITCHEN}/workers/{worker_id}/certificates"
    backwards = {"number": "JK-9", "issued_on": "2026-11-01", "valid_until": "2026-10-01"}
    assert kitchen.officer.post(path, backwards).error == "canteen.certificate_days_invalid"
    tomorrow = {"number": "JK-9", "issued_on": "2026-11-24", "valid_until": "2027-10-01"}
    assert kitchen.officer.post(path, tomorrow).error == "canteen.certificate_days_invalid"
    body = {"canteen_id": kitchen.canteen.id, "name": "陈师傅", "staff_id": 999_999}
    assert kitchen.officer.post(f"{KITCHEN}/workers", body).error == "canteen.worker_staff_unknown"
    assert kitchen.manager.post(f"{KITCHEN}/workers", body).status == 403
    staff_id = kitchen.compound.staff().id
    worker(kitchen, "刘师傅", valid_until=None, staff_id=staff_id)
    twin = {"canteen_id": kitchen.canteen.id, "name": "刘师傅", "staff_id": staff_id}
    assert kitchen.officer.post(f"{KITCHEN}/workers", twin).error == "canteen.worker_exists"


def test_the_list_finds_who_needs_a_new_certificate(kitchen):
    worker(kitchen, "甲")
    worker(kitchen, "乙", valid_until="2026-12-01")
    worker(kitchen, "丙", valid_until="2026-11-22")
    worker(kitchen, "丁", valid_until=None)

    def named(state):
        found = kitchen.manager.get(f"{KITCHEN}/workers", certificate_state=state).data
        return [row["name"] for row in found["list"]]

    assert [named(state) for state in ("valid", "expiring", "expired", "missing")] == [
        ["甲"],
        ["乙"],
        ["丙"],
        ["丁"],
    ]
    assert kitchen.someone.get(f"{KITCHEN}/workers").status == 403


def test_an_ending_certificate_is_told_of_three_times(kitchen):
    worker(kitchen, valid_until="2026-12-31")
    told = {}
    for day in (
        date(2026, 12, 1),
        date(2026, 12, 2),
        date(2026, 12, 24),
        date(2026, 12, 31),
        date(2027, 1, 5),
    ):
        with clock.at(kitchen.at(8, 10, on=day)):
            told[day.isoformat()] = services.remind_of_certificates()
    assert list(told.values()) == [1, 0, 1, 1, 0]
    messages = kitchen.officer.get("/inbox").data["messages"]
    assert "王师傅的健康证今日到期" in messages[0]["text"]


def test_a_photo_goes_with_the_certificate(kitchen):
    worker_id = worker(kitchen, valid_until=None)
    picture = BytesIO(saved(corners(200, 150), "JPEG"))
    photo_id = kitchen.officer.request(
        "POST", "/media/photos", data={"file": (picture, "jkz.jpg")}, content_type="multipart/form-data"
    ).data["id"]
    paper = {"number": "JK-7", "issued_on": "2026-01-01", "valid_until": "2027-01-01", "photo_id": photo_id}
    made = kitchen.officer.post(f"{KITCHEN}/workers/{worker_id}/certificates", paper)
    assert made.data["certificate"]["photo"]["thumb"]
    unknown = {**paper, "number": "JK-8", "photo_id": 999_999}
    refused = kitchen.officer.post(f"{KITCHEN}/workers/{worker_id}/certificates", unknown)
    assert (refused.status, refused.error) == (422, "canteen.certificate_photo_unknown")


def test_certificates_of_who_left_are_deleted_with_their_photos_after_two_years(kitchen):
    """And those that have been withdrawn or invalid for so long; nobody else's, and not a day early."""
    picture = BytesIO(saved(corners(400, 300), "JPEG"))
    photo = kitchen.officer.request(
        "POST", "/media/photos", data={"file": (picture, "jkz.jpg")}, content_type="multipart/form-data"
    ).data
    leaver, stays = worker(kitchen, "甲", valid_until=None), worker(kitchen, "乙", valid_until=None)
    paper = {"issued_on": "2026-01-01", "valid_until": "2029-01-01"}
    for worker_id, more in ((leaver, {"photo_id": photo["id"]}), (stays, {})):
        path = f"{KITCHEN}/workers/{worker_id}/certificates"
        assert kitchen.officer.post(path, {**paper, "number": f"JK-{worker_id}", **more}).status == 201
    old = {"number": "JK-OLD", "issued_on": "2024-01-01", "valid_until": "2025-01-01"}
    assert kitchen.officer.post(f"{KITCHEN}/workers/{stays}/certificates", old).status == 201
    change = {"name": "甲", "job": "切配", "is_active": False}
    assert kitchen.officer.put(f"{KITCHEN}/workers/{leaver}", change).status == 200

    def kept():
        db.session.rollback()
        return len(list(db.session.scalars(select(HealthCertificate.id))))

    assert (services.forget_certificates(), kept()) == (0, 3)
    with clock.at(NINE + timedelta(days=45)):  # 2025-01-01 is two years ago.
        assert (services.forget_certificates(), kept()) == (1, 2)
    with clock.at(clock.at_local(date(2028, 11, 23), time(10))):
        assert (services.forget_certificates(), kept()) == (0, 2)
    with clock.at(clock.at_local(date(2028, 11, 24), time(10))):
        assert (services.forget_certificates(), kept()) == (1, 1)
        media_services.collect_orphans()
    with clock.at(clock.at_local(date(2028, 11, 26), time(10))):
        media_services.collect_orphans()
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(Photo)) == 0
