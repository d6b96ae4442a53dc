"""Morning checks and duties through HTTP: who may work, who may read what was found, and for how long."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from canteen.food_safety.workers import operations, personal, queries, services
from canteen.food_safety.workers.models import KitchenDuty, MorningCheck
from tests.canteen.kitchen import Kitchen
from tests.factories import NINE
from tests.threads import at_once

KITCHEN = "/canteen/kitchen"


def worker(kitchen, name="王师傅", *, valid_until="2027-11-22", has_notice=True, staff_id=None):
    """A worker who was told, with a certificate that holds (None: without one); their id."""
    officer = kitchen.officer
    body = {"canteen_id": kitchen.canteen.id, "name": name, "job": "切配", "staff_id": staff_id}
    made = officer.post(f"{KITCHEN}/workers", body).data
    if has_notice:
        assert officer.post(f"{KITCHEN}/workers/{made['id']}/notice", {"basis": "duty"}).status == 200
    if valid_until is not None:
        paper = {"number": f"JK-{name}-2026", "issued_on": "2025-11-22", "valid_until": valid_until}
        assert officer.post(f"{KITCHEN}/workers/{made['id']}/certificates", paper).status == 201
    return made["id"]


def check(client, kitchen, worker_id, temperature_dc=365, symptoms=(), **more):
    body = {
        "canteen_id": kitchen.canteen.id,
        "shift": "morning",
        "items": [
            {"worker_id": worker_id, "temperature_dc": temperature_dc, "symptoms": list(symptoms), **more}
        ],
    }
    return client.post(f"{KITCHEN}/morning-checks", body)


def put_on_duty(client, worker_id, shift="morning"):
    return client.post(f"{KITCHEN}/duties", {"worker_id": worker_id, "shift": shift})


def sheet(client, kitchen):
    query = {"canteen_id": kitchen.canteen.id, "shift": "morning"}
    return client.get(f"{KITCHEN}/morning-checks/sheet", **query).data


def test_who_was_found_fit_goes_to_their_post(kitchen):
    worker_id = worker(kitchen)
    (line,) = sheet(kitchen.cook, kitchen)["workers"]
    assert (line["check"], line["is_fit"]) == (None, False)
    assert [each["code"] for each in line["unfit"]] == ["not_checked"]
    assert put_on_duty(kitchen.cook, worker_id).error == "canteen.worker_unfit"
    taken = check(kitchen.cook, kitchen, worker_id)
    assert taken.status == 201
    assert (taken.data["fit"], taken.data["blocked"]) == (1, 0)
    duty = put_on_duty(kitchen.cook, worker_id)
    assert (duty.status, duty.data["post"]) == (201, "切配")
    assert put_on_duty(kitchen.cook, worker_id).error == "canteen.on_duty"
    board = sheet(kitchen.cook, kitchen)
    assert board["unchecked"] == 0
    assert board["workers"][0]["duty"]["id"] == duty.data["id"]
    assert kitchen.cook.post(f"{KITCHEN}/duties/{duty.data['id']}/end").data["ended_at"]


def test_a_fever_takes_off_the_post_until_it_is_cleared(kitchen):
    worker_id = worker(kitchen)
    check(kitchen.cook, kitchen, worker_id)
    duty_id = put_on_duty(kitchen.cook, worker_id).data["id"]
    # Case 32 of canteen.md: 37.3 °C cannot be on duty.
    found = check(kitchen.cook, kitchen, worker_id, 373).data
    assert (found["fit"], found["blocked"]) == (0, 1)
    (blocked,) = found["checks"]
    db.session.rollback()
    assert db.session.get(KitchenDuty, duty_id).ended_at is not None
    # Another check that finds nothing does not end it.
    check(kitchen.cook, kitchen, worker_id, 365)
    refused = put_on_duty(kitchen.cook, worker_id)
    assert (refused.status, refused.error) == (409, "canteen.worker_unfit")
    assert refused.envelope["data"]["reasons"] == ["blocked"]
    clear = f"{KITCHEN}/morning-checks/{blocked['id']}/clear"
    assert kitchen.cook.post(clear, {"reason": "已就诊"}).status == 403
    assert kitchen.officer.post(clear, {"reason": ""}).status == 422
    cleared = kitchen.officer.post(clear, {"reason": "市一院诊断证明，体温正常"})
    assert (cleared.status, cleared.data["is_cleared"]) == (200, True)
    assert kitchen.officer.post(clear, {"reason": "再次"}).error == "canteen.check_not_blocked"
    assert put_on_duty(kitchen.cook, worker_id).status == 201


def test_who_is_blocked_in_one_kitchen_is_blocked_in_the_other(kitchen):
    staff = kitchen.compound.staff()
    here, mate = worker(kitchen, staff_id=staff.id), worker(kitchen, "同事")
    elsewhere = kitchen.compound.canteen()
    there = atomic(
        lambda: operations.add_worker(canteen_id=elsewhere.id, name="王师傅", job="", staff_id=staff.id).id
    )()
    check(kitchen.cook, kitchen, here, 373)
    db.session.rollback()
    assert queries.blocked_among([here, there, mate]) == {here, there}


def test_nobody_clears_their_own_block(kitchen):
    officer = kitchen.officer
    worker_id = worker(kitchen, staff_id=kitchen.staff["officer"].id)
    (blocked,) = check(kitchen.cook, kitchen, worker_id, symptoms=[4]).data["checks"]
    refused = officer.post(f"{KITCHEN}/morning-checks/{blocked['id']}/clear", {"reason": "没事了"})
    assert (refused.status, refused.error) == (409, "canteen.own_block")


def test_an_expired_certificate_keeps_from_the_post(kitchen):
    worker_id = worker(kitchen, valid_until="2026-11-22")
    check(kitchen.cook, kitchen, worker_id)
    assert put_on_duty(kitchen.cook, worker_id).envelope["data"]["reasons"] == ["certificate_expired"]
    renewed = {"number": "JK-2", "issued_on": "2026-11-23", "valid_until": "2027-11-22"}
    assert kitchen.officer.post(f"{KITCHEN}/workers/{worker_id}/certificates", renewed).status == 201
    assert put_on_duty(kitchen.cook, worker_id).status == 201


def test_nobodys_health_is_noted_before_the_notice(kitchen):
    worker_id = worker(kitchen, has_notice=False)
    refused = check(kitchen.cook, kitchen, worker_id)
    assert (refused.status, refused.error) == (409, "canteen.health_notice_missing")
    noted = kitchen.officer.post(f"{KITCHEN}/workers/{worker_id}/notice", {"basis": "consent"}).data
    text = kitchen.cook.get(f"{KITCHEN}/health-notice").data
    assert noted["notice"]["version"] == text["version"]
    assert noted["notice"]["basis_name"] == "单独同意"
    assert check(kitchen.cook, kitchen, worker_id).status == 201


@pytest.mark.parametrize(
    "item",
    [
        {"symptoms": []},  # The temperature is measured, never assumed.
        {"temperature_dc": 365},
        {"temperature_dc": 365, "symptoms": [13]},
        {"temperature_dc": 3650, "symptoms": []},
        {"temperature_dc": 365, "symptoms": [0, 1]},
    ],
)
def test_a_check_says_temperature_and_symptoms(kitchen, item):
    worker_id = worker(kitchen)
    body = {
        "canteen_id": kitchen.canteen.id,
        "shift": "morning",
        "items": [{"worker_id": worker_id, **item}],
    }
    assert kitchen.cook.post(f"{KITCHEN}/morning-checks", body).status == 422


def test_a_sheet_is_taken_as_a_whole_or_not_at_all(kitchen):
    known, stranger = worker(kitchen), worker(kitchen, "李师傅", has_notice=False)
    items = [{"worker_id": each, "temperature_dc": 365, "symptoms": []} for each in (known, stranger)]
    body = {"canteen_id": kitchen.canteen.id, "shift": "morning", "items": items}
    assert kitchen.cook.post(f"{KITCHEN}/morning-checks", body).status == 409
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(MorningCheck)) == 0
    twice = {**body, "items": [items[0], items[0]]}
    assert kitchen.cook.post(f"{KITCHEN}/morning-checks", twice).error == "canteen.check_twice"


def test_what_was_found_is_encrypted_and_every_reading_is_audited(kitchen):
    worker_id = worker(kitchen)
    (found,) = check(kitchen.cook, kitchen, worker_id, 381, [3, 4], note="夜间呕吐两次").data["checks"]
    details = f"{KITCHEN}/morning-checks/{found['id']}/details"
    for reader in (kitchen.cook, kitchen.manager, kitchen.administrator()):
        assert reader.post(details).status == 403
    for _ in range(2):
        read = kitchen.officer.post(details).data
    assert read["temperature_dc"] == 381
    assert [each["name"] for each in read["symptoms"]] == ["呕吐", "腹泻"]
    assert read["note"] == "夜间呕吐两次"
    db.session.rollback()
    stored = db.session.get(MorningCheck, found["id"]).details
    assert b"381" not in stored
    assert "呕吐".encode() not in stored
    readings = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "canteen.health_details_read")
    )
    assert [event.actor_id for event in readings] == [kitchen.staff["officer"].id] * 2
    trail = db.session.scalars(select(AuditEvent.details))
    assert all("呕吐" not in str(each) and "381" not in str(each) for each in trail)


def test_lists_and_statistics_show_outcomes_alone(kitchen):
    check(kitchen.cook, kitchen, worker(kitchen), 379, [4])
    check(kitchen.cook, kitchen, worker(kitchen, "李师傅"))
    listed = kitchen.manager.get(f"{KITCHEN}/morning-checks", canteen_id=kitchen.canteen.id).data
    assert {row["outcome"] for row in listed["list"]} == {"fit", "blocked"}
    still = kitchen.manager.get(f"{KITCHEN}/morning-checks", canteen_id=kitchen.canteen.id, open=True).data
    assert [row["name"] for row in still["list"]] == ["王师傅"]
    query = {"from_date": "2026-11-23", "to_date": "2026-11-23"}
    stats = kitchen.manager.get(f"{KITCHEN}/morning-checks/stats", **query)
    assert stats.data["days"] == [{"date": "2026-11-23", "checks": 2, "fit": 1, "blocked": 1}]
    assert "王师傅".encode() not in stats.body
    shown = str(listed) + str(sheet(kitchen.cook, kitchen)["workers"])
    assert "379" not in shown
    assert "temperature" not in shown


def test_details_are_forgotten_after_the_days_of_the_rule(kitchen):
    worker_id, sick_id = worker(kitchen), worker(kitchen, "李师傅")
    (fit,) = check(kitchen.cook, kitchen, worker_id).data["checks"]
    (blocked,) = check(kitchen.cook, kitchen, sick_id, 385).data["checks"]
    with clock.at(NINE + timedelta(days=30)):
        assert services.forget_details() == 0
    with clock.at(NINE + timedelta(days=31)):
        # Of the other one nobody has decided yet.
        assert services.forget_details() == 1
        assert services.forget_details() == 0
    with clock.at(NINE + timedelta(hours=1)):
        gone = kitchen.officer.post(f"{KITCHEN}/morning-checks/{fit['id']}/details")
        assert (gone.status, gone.error) == (410, "canteen.health_details_forgotten")
        assert kitchen.officer.post(f"{KITCHEN}/morning-checks/{blocked['id']}/details").status == 200
        rows = kitchen.manager.get(f"{KITCHEN}/morning-checks", canteen_id=kitchen.canteen.id).data["list"]
        assert {row["outcome"] for row in rows} == {"fit", "blocked"}


def test_details_of_who_left_blocked_are_not_kept_forever(kitchen):
    worker_id = worker(kitchen)
    check(kitchen.cook, kitchen, worker_id, 385)
    gone = {"name": "王师傅", "job": "切配", "is_active": False}
    assert kitchen.officer.put(f"{KITCHEN}/workers/{worker_id}", gone).status == 200
    with clock.at(NINE + timedelta(days=31)):
        assert services.forget_details() == 1
    db.session.rollback()
    kept = db.session.query(MorningCheck).one()
    # Back at work they still have to be cleared.
    assert (kept.details, kept.outcome, kept.cleared_at) == (None, "blocked", None)


def test_another_canteens_people_find_nothing(kitchen, compound):
    worker_id = worker(kitchen)
    other = Kitchen(compound)
    assert other.officer.get(f"{KITCHEN}/workers/{worker_id}").status == 404
    assert check(other.cook, kitchen, worker_id).status == 404
    assert check(other.cook, other, worker_id).error == "canteen.worker_not_found"
    assert put_on_duty(other.cook, worker_id).status == 404


def test_a_copy_of_ones_data_tells_ones_own_checks(kitchen):
    staff = kitchen.compound.staff()
    check(kitchen.cook, kitchen, worker(kitchen, staff_id=staff.id), 378, [11])
    (told,) = personal.checks_of(staff.id)
    assert (told["体温"], told["症状"], told["结论"]) == ("37.8 ℃", "咳嗽", "停岗")
    assert personal.certificates_of(staff.id)[0]["编号"] == "JK-王师傅-2026"
    assert personal.checks_of(kitchen.compound.staff().id) == []
    db.session.rollback()
    assert atomic(operations.forget_of)(staff.id) == 1
    assert atomic(operations.forget_of)(staff.id) == 0
    (kept,) = personal.checks_of(staff.id)
    assert (kept["体温"], kept["症状"], kept["结论"]) == ("已按保存期限删除", "", "停岗")


def test_a_fever_and_a_duty_at_one_moment_never_both_stand(kitchen):
    worker_id = worker(kitchen)
    check(kitchen.cook, kitchen, worker_id)
    client = kitchen.cook
    at_once(
        [
            lambda: check(client, kitchen, worker_id, 385).status,
            lambda: put_on_duty(client, worker_id).status,
        ]
    )
    db.session.rollback()
    lasting = select(func.count()).select_from(KitchenDuty).where(KitchenDuty.ended_at.is_(None))
    assert db.session.scalar(lasting) == 0
