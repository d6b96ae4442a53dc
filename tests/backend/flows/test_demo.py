"""The demo as a whole: what is loaded is what was planned, once, and life goes on from there."""

# ruff: noqa: S608 - The statements are composed from names that stand in this file.

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from backend import clock
from backend.config import settings as running_settings
from backend.db import atomic, db
from backend.flows.demo import FIXED_ACCOUNTS, DemoReport, plan, seed, tables
from backend.flows.demo.organisation import EMPLOYED
from backend.wechat.simulator.people import openid_of, people_file
from backend.workdays.policies import Calendar
from canteen.accounts.services import reconcile
from canteen.ordering import services as ordering
from tests.backend.flows.demo_house import (
    DAYS,
    NOON,
    STAFF,
    appid,
    login,
    one,
    rows,
)
from tests.client import Client
from tests.factories import Compound


def test_the_compound_has_its_people_places_and_dishes(demo: DemoReport) -> None:
    assert demo.is_seeded
    counted = {name: one(f"SELECT count(*) FROM {name}") for name in demo.rows}
    assert counted == demo.rows
    assert counted["campuses"] == 2
    assert counted["canteens"] == 3
    assert counted["departments"] == 30
    assert counted["staff"] == STAFF + len(EMPLOYED)
    assert one("SELECT count(DISTINCT name) FROM dishes") == 60
    assert one("SELECT min(n) FROM (SELECT count(*) n FROM dishes GROUP BY canteen_id) counted") >= 40
    assert rows("SELECT staff_no FROM staff WHERE staff_no < '9' ORDER BY 1") == [
        (str(1001 + place),) for place in range(STAFF)
    ]


# What people do afterwards comes on top of what was planned, or there are two batches of it.
COUNTED_ON = {"rating_days"}  # Its rows grow; that they are the sums of the ratings, reconciling proves.
ADDED_TO = {
    *("inbox_messages", "outbox", "ratings", "rating_scores"),
    *("work_orders", "work_order_events", "service_clocks", "service_pauses"),
    *("reports", "report_events", "report_assignments", "report_clocks", "concierge_answers"),
    *("meeting_bookings", "meeting_occurrences", "meeting_booking_events"),
}


def test_what_is_stored_is_what_was_planned(demo: DemoReport) -> None:
    """The bulk load converts by itself; the models read back what the plan says."""
    planned = plan.make_plan(NOON, Calendar(), days=DAYS, officials=STAFF)
    unsealed = {"phone_cipher", "phone_hash", "id_no_cipher", "id_no_hash", "password_hash", "role_id"}
    unsealed |= {"secret_cipher", "secret", "reporter_key", "supplier_phone_cipher"}
    for batch in tables.batches(planned, fake_sealed(), Calendar()):
        shown = [place for place, name in enumerate(batch.columns) if name not in unsealed]
        columns = [batch.table.c[batch.columns[place]] for place in shown]
        stored = [tuple(row) for row in db.session.execute(select(*columns))]
        wanted = [tuple(row[place] for place in shown) for row in batch.rows]
        if batch.table.name in COUNTED_ON:
            continue
        if batch.table.name in ADDED_TO:
            assert not Counter(map(repr, wanted)) - Counter(map(repr, stored)), batch.table.name
        else:
            assert sorted(stored, key=repr) == sorted(wanted, key=repr), batch.table.name


def fake_sealed() -> tables.Sealed:
    return tables.Sealed(
        encrypt=str.encode,
        keyed_hash=str.encode,
        key_of=lambda staff_id: str(staff_id).encode(),
        provider="wechat_mp",
        tenant=appid(),
        subject_of=lambda staff_no: openid_of(appid(), staff_no),
        password_hashes={account.staff_no: "" for account in FIXED_ACCOUNTS},
        role_ids={account.role: 1 for account in EMPLOYED},
        guarded_roles={
            *("administrator", "canteen_manager", "logistics_reviewer", "bulletin_approver"),
            *("property_manager", "property_leader"),
            *("leader", "feedback_desk", "seal_keeper", "meeting_manager"),
            *("purchaser", "food_safety_officer"),
        },
    )


def test_a_second_seed_changes_nothing_but_mends_the_file_of_people(demo: DemoReport) -> None:
    path = people_file(running_settings().data_dir)
    people = json.loads(path.read_bytes())
    assert {person["staff_no"]: person["name"] for person in people} == dict(
        rows("SELECT staff_no, name FROM staff")
    )
    assert people[0].keys() == {"staff_no", "name", "phone", "department", "title", "group"}
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    before = {name: one(f"SELECT count(*) FROM {name}") for name in (*demo.rows, "audit_events")}

    path.unlink()
    assert seed(days=DAYS, staff=STAFF) == DemoReport(is_seeded=False)

    assert json.loads(path.read_bytes()) == people
    assert {name: one(f"SELECT count(*) FROM {name}") for name in before} == before
    assert one("SELECT count(*) FROM audit_events WHERE action = 'demo.seeded'") == 1


def test_a_real_roster_is_left_alone(compound: Compound) -> None:
    compound.staff("1001", name="真实的人")
    assert not seed(days=DAYS, staff=STAFF).is_seeded
    assert one("SELECT count(*) FROM staff") == 1
    assert one("SELECT count(*) FROM orders") == 0
    assert not people_file(running_settings().data_dir).exists()


def test_a_visitor_can_order_and_everything_reconciles_afterwards(living_demo: Flask) -> None:
    """After explicit ids the database's own go on; the day's rest runs as in a real compound."""
    with clock.at(NOON):
        visitor = Client(living_demo, login("1001"))
        last_id = one("SELECT max(id) FROM orders")
        menu = visitor.get("/canteen/menus", canteen_id=1, date="2026-11-26").data
        lunch = next(period for period in menu["periods"] if period["period"] == "lunch")
        items = [
            {"dish_id": dish["dish_id"], "portion": "standard", "quantity": 1} for dish in lunch["dishes"][:2]
        ]
        wanted = {
            "canteen_id": 1,
            "date": "2026-11-26",
            "period": "lunch",
            "items": items,
            "dining": "dine_in",
        }
        answer = visitor.post("/canteen/orders", wanted)
        assert answer.status == 201
        assert answer.data["id"] == last_id + 1
        assert visitor.post("/canteen/orders", wanted).error == "canteen.already_ordered"
        for table in ("departments", "staff", "campuses", "canteens", "dishes", "meals", "meal_dishes"):
            assert one(f"SELECT max(id) FROM {table}") < next_id(table)
    with clock.at(NOON + timedelta(days=1)):
        assert ordering.freeze_due_meals() > 0
    assert reconcile() == []


def next_id(table: str) -> int:
    """The id that the database would give next; SQLite always takes the largest and one."""
    if db.engine.dialect.name == "sqlite":
        return one(f"SELECT max(id) + 1 FROM {table}")
    statement = text("SELECT nextval(pg_get_serial_sequence(:name, 'id'))")
    return atomic(lambda: db.session.execute(statement, {"name": table}).scalar_one())()


def test_equal_days_make_equal_demos_and_other_days_others() -> None:
    def made(now: datetime) -> list[Any]:
        planned = plan.make_plan(now, Calendar(), days=14, officials=20)
        orders = [(one.id, one.diner.staff_id, one.placed_at, one.total_fen) for one in planned.orders]
        return [planned.members, orders, planned.movements]

    assert made(NOON) == made(NOON)
    assert made(NOON)[1:] != made(NOON + timedelta(days=1))[1:]
    assert made(NOON)[0] == made(NOON + timedelta(days=1))[0], "people are the same on every day"
