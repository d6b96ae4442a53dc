"""The demo, proved by SQL of the test's own: money, counters, prep lists, calendar, evaluation."""

# ruff: noqa: S608 - The statements are composed from names that stand in this file.

import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
from flask import Flask, current_app
from sqlalchemy import select, text

from backend import clock
from backend.actor import SYSTEM
from backend.app import create_app
from backend.config import settings as running_settings
from backend.db import atomic, db
from backend.flows.demo import FIXED_ACCOUNTS, DemoReport, plan, seed, tables
from backend.flows.demo.organisation import EMPLOYED
from backend.notifications.models import SendState
from backend.ratings import services as rating_services
from backend.wechat.simulator.people import openid_of, people_file
from backend.workdays.policies import Calendar
from canteen.accounts.grants import queries as grant_queries
from canteen.accounts.services import reconcile
from canteen.bulletins import queries as bulletin_queries
from canteen.evaluation.spot_checks import plans
from canteen.ordering import services as ordering
from canteen.ordering.models import Order
from canteen.waste import services as waste_services
from canteen.waste.statistics import diners
from tests.backend.flows.demo_house import (
    DAYS,
    NOON,
    STAFF,
    WEDNESDAY,
    appid,
    day_of,
    instant_of,
    login,
    one,
    rows,
)
from tests.client import Client
from tests.databases import SqliteTemplate, settings_for
from tests.factories import Compound

FREE = STAFF // 6


def is_rest_day(day: date) -> bool:
    """By the published calendar itself."""
    return chinese_calendar.is_holiday(day)


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
ADDED_TO = {
    *("inbox_messages", "outbox", "ratings", "rating_scores", "rating_days"),
    *("work_orders", "work_order_events", "service_clocks", "service_pauses"),
}


def test_what_is_stored_is_what_was_planned(demo: DemoReport) -> None:
    """The bulk load converts by itself; the models read back what the plan says."""
    planned = plan.make_plan(NOON, Calendar(), days=DAYS, officials=STAFF)
    unsealed = {"phone_cipher", "phone_hash", "id_no_cipher", "id_no_hash", "password_hash", "role_id"}
    unsealed |= {"secret_cipher", "secret"}
    for batch in tables.batches(planned, fake_sealed(), Calendar()):
        shown = [place for place, name in enumerate(batch.columns) if name not in unsealed]
        columns = [batch.table.c[batch.columns[place]] for place in shown]
        stored = [tuple(row) for row in db.session.execute(select(*columns))]
        wanted = [tuple(row[place] for place in shown) for row in batch.rows]
        if batch.table.name in ADDED_TO:
            assert not Counter(map(repr, wanted)) - Counter(map(repr, stored)), batch.table.name
        else:
            assert sorted(stored, key=repr) == sorted(wanted, key=repr), batch.table.name


def test_the_rollups_of_waste_follow_from_weighings_and_pick_ups(demo: DemoReport) -> None:
    assert demo.rows["weighings"] > 2000
    with clock.at(NOON):
        assert list(waste_services.check()) == []
        assert diners.stale(DAYS) == []


def test_two_quarters_are_evaluated_and_the_present_one_is_under_way(demo: DemoReport) -> None:
    sheets = (
        " FROM evaluation_rounds r JOIN evaluation_sheets s ON s.round_id = r.id"
        " JOIN scorings g ON g.owner_kind = 'evaluation_sheet' AND g.owner_id = s.id"
    )
    assert rows(
        f"SELECT r.quarter, r.state, count(*), count(g.total_tenths){sheets} GROUP BY 1, 2 ORDER BY 1"
    ) == [
        (2, "closed", 21, 21),
        (3, "closed", 21, 21),
        (4, "open", 21, 0),
    ]
    failed = rows(f"SELECT r.quarter, s.unit_name{sheets} WHERE g.grade = '不合格' ORDER BY 1")
    assert failed == [(2, "望岫县青石镇人民政府"), (3, "鹿鸣县东浦乡人民政府")]
    assert {state for (state,) in rows(f"SELECT DISTINCT s.state{sheets} WHERE r.quarter = 4")} == {
        "filling",
        "submitted",
        "returned",
    }
    unexplained = (
        "SELECT i.scoring_id FROM item_scores i JOIN score_items t ON t.id = i.item_id"
        " LEFT JOIN item_losses l ON l.scoring_id = i.scoring_id AND l.item_id = i.item_id"
        " WHERE i.score_tenths < t.points_tenths AND l.item_id IS NULL"
    )
    assert rows(unexplained) == []


def test_the_years_spot_checks_are_drawn_anew_to_the_same_and_stand_at_every_stage(demo: DemoReport) -> None:
    [plan_id] = [row[0] for row in rows("SELECT id FROM spot_check_plans")]
    assert plans.verify(SYSTEM, plan_id).is_consistent
    states = {state for (state,) in rows("SELECT state FROM inspections")}
    assert {"planned", "under_way", "submitted", "disputed", "confirmed"} <= states
    waiting = rows(
        "SELECT i.state, count(DISTINCT m.staff_id), count(DISTINCT s.item_id) FROM inspections i"
        " JOIN inspection_members m ON m.inspection_id = i.id JOIN staff l ON l.id = i.lead_id"
        " JOIN item_scores s ON s.scoring_id = i.scoring_id WHERE l.staff_no = '9402' GROUP BY i.id, i.state"
    )
    assert waiting == [("under_way", 2, 12)]
    mended = dict(rows("SELECT state, count(*) FROM rectifications GROUP BY state"))
    assert {"open", "reported", "returned", "closed"} <= mended.keys()
    assert (
        one("SELECT count(*) FROM rectifications WHERE state = 'open' AND due_on < :today", today=WEDNESDAY)
        > 0
    )


def test_the_bulletins_have_their_numbers_and_one_waits_to_be_signed_off(demo: DemoReport) -> None:
    published = rows(
        "SELECT kind, first_day, version, issue FROM bulletins WHERE state = 'published'"
        " ORDER BY issue, version"
    )
    assert [(row[3], row[2]) for row in published] == [(1, 1), (2, 1), (3, 1), (4, 1), (4, 2), (5, 1), (6, 1)]
    assert ("quarterly", date(2026, 7, 1)) in [(row[0], day_of(row[1])) for row in published]
    assert ("monthly", date(2026, 10, 1)) in [(row[0], day_of(row[1])) for row in published]
    [(waiting_id, revision)] = rows("SELECT id, revision FROM bulletins WHERE state = 'submitted'")
    with clock.at(NOON):
        view = bulletin_queries.find(SYSTEM, waiting_id)
    assert view.title.endswith("通报")
    assert "publish" in view.can
    assert revision > 1


def test_what_the_collectors_took_is_about_what_was_wasted(demo: DemoReport) -> None:
    since = WEDNESDAY - timedelta(days=50)
    until = WEDNESDAY - timedelta(days=1)
    taken = one(
        "SELECT sum(weight_g) FROM waste_hand_overs WHERE kind = 'food_waste'"
        " AND handed_on BETWEEN :since AND :until",
        since=since,
        until=until,
    )
    wasted = one(
        "SELECT sum(net_g) FROM waste_stages WHERE source = 'bulk'"
        " AND stage NOT IN ('reused', 'served', 'prepared') AND served_on BETWEEN :since AND :until",
        since=since,
        until=until,
    )
    assert 0.7 < taken / wasted < 1.3


def test_the_reporter_sees_one_unit_and_its_present_sheet_half_filled_in(demo: DemoReport) -> None:
    with clock.at(NOON):
        reporter = Client(current_app._get_current_object(), login("9701"))
        [unit] = reporter.get("/evaluation/units/mine").data["list"]
        assert unit["name"] == "云州市档案馆"
        sheets = reporter.get("/evaluation/sheets/mine").data["list"]
        assert [sheet["state"] for sheet in sheets] == ["filling", "closed", "closed"]
        assert reporter.get("/evaluation/units").status == 403


def fake_sealed() -> tables.Sealed:
    return tables.Sealed(
        encrypt=str.encode,
        keyed_hash=str.encode,
        provider="wechat_mp",
        tenant=appid(),
        subject_of=lambda staff_no: openid_of(appid(), staff_no),
        password_hashes={account.staff_no: "" for account in FIXED_ACCOUNTS},
        role_ids={account.role: 1 for account in EMPLOYED},
        guarded_roles={
            *("administrator", "canteen_manager", "logistics_reviewer", "bulletin_approver"),
            *("property_manager", "property_leader"),
        },
    )


def test_every_entry_sums_to_zero_and_balances_are_the_sums_of_their_postings(demo: DemoReport) -> None:
    assert rows("SELECT entry_id FROM ledger_postings GROUP BY entry_id HAVING sum(amount_fen) <> 0") == []
    assert (
        rows(
            "SELECT e.id FROM ledger_entries e LEFT JOIN ledger_postings p ON p.entry_id = e.id"
            " GROUP BY e.id HAVING count(p.id) < 2"
        )
        == []
    )
    assert (
        rows(
            "SELECT b.staff_id, b.bucket FROM account_balances b LEFT JOIN ledger_postings p"
            " ON p.staff_id = b.staff_id AND p.account = b.bucket"
            " GROUP BY b.staff_id, b.bucket, b.balance_fen"
            " HAVING coalesce(sum(p.amount_fen), 0) <> b.balance_fen"
        )
        == []
    )
    assert one("SELECT count(*) FROM account_balances") == 2 * (STAFF + len(EMPLOYED))
    assert reconcile() == []


def test_no_balance_was_ever_negative_and_everybody_ends_with_200_yuan(demo: DemoReport) -> None:
    lowest = one(
        "SELECT min(held) FROM (SELECT sum(amount_fen)"
        " OVER (PARTITION BY staff_id, account ORDER BY entry_id) AS held"
        " FROM ledger_postings WHERE staff_id IS NOT NULL) AS running"
    )
    assert lowest >= 0
    assert (
        one("SELECT min(s) FROM (SELECT sum(balance_fen) AS s FROM account_balances GROUP BY staff_id) AS t")
        >= 20_000
    )


def test_an_order_costs_what_its_lines_cost_and_a_cancelled_one_nothing(demo: DemoReport) -> None:
    assert (
        rows(
            "SELECT o.id FROM orders o JOIN order_lines l ON l.order_id = o.id GROUP BY o.id, o.total_fen"
            " HAVING sum(l.price_fen * l.quantity) <> o.total_fen"
        )
        == []
    )
    paid = (
        "SELECT o.id FROM orders o JOIN ledger_entries e ON e.order_id = o.id AND e.staff_id = o.staff_id"
        " JOIN ledger_postings p ON p.entry_id = e.id AND p.account = 'sales' AND p.canteen_id = o.canteen_id"
        " GROUP BY o.id, o.total_fen, o.state"
    )
    assert one(f"SELECT count(*) FROM ({paid}) AS paid") == one("SELECT count(*) FROM orders") > 0
    net = "CASE WHEN o.state = 'cancelled' THEN 0 ELSE o.total_fen END"
    assert rows(f"{paid} HAVING sum(p.amount_fen) <> {net}") == []
    assert one("SELECT count(*) FROM ledger_entries WHERE kind = 'refund'") == one(
        "SELECT count(*) FROM orders WHERE state = 'cancelled'"
    )


def test_subsidy_is_spent_before_personal_money(demo: DemoReport) -> None:
    """Whoever paid from the personal bucket had nothing left in the other."""
    held = (
        "SELECT p.staff_id, p.entry_id, p.account, sum(p.amount_fen) OVER"
        " (PARTITION BY p.staff_id, p.account ORDER BY p.entry_id) AS held FROM ledger_postings p"
        " WHERE p.staff_id IS NOT NULL"
    )
    found = rows(
        f"WITH held AS ({held}) SELECT e.id, (SELECT h.held FROM held h WHERE h.staff_id = e.staff_id"
        " AND h.account = 'subsidy' AND h.entry_id <= e.id ORDER BY h.entry_id DESC LIMIT 1)"
        " FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id AND p.account = 'personal'"
        " WHERE e.kind = 'order'"
    )
    assert found
    assert {left for _, left in found} == {0}


def test_what_was_granted_and_what_expired_is_on_record(demo: DemoReport) -> None:
    """The jobs find nothing to do: this month is granted, and the last quarter is closed."""
    awarded = "SELECT count(*), sum(a.amount_fen) FROM grant_awards a JOIN ledger_entries e ON"
    assert rows(f"{awarded} e.id = a.entry_id AND e.staff_id = a.staff_id AND e.kind = 'grant'") == rows(
        "SELECT count(*), sum(p.amount_fen) FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id"
        " WHERE e.kind = 'grant' AND e.memo LIKE '%餐费补贴' AND p.account = 'subsidy'"
    )
    assert one("SELECT sum(amount_fen) FROM expired_subsidies") == one(
        "SELECT -sum(p.amount_fen) FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id"
        " WHERE e.kind = 'expiry' AND p.account = 'subsidy'"
    )
    with clock.at(NOON):
        month = clock.today().replace(day=1)
        assert grant_queries.boundary_due(clock.today()) is None
        assert grant_queries.without_award(grant_queries.find_plan(1), month, 0, 10) == []


def test_ids_rise_with_time(demo: DemoReport) -> None:
    for table, column in (("orders", "placed_at"), ("ledger_entries", "happened_at")):
        instants = [at for (at,) in rows(f"SELECT {column} FROM {table} ORDER BY id")]
        assert instants == sorted(instants)
        assert instant_of(instants[-1]) <= NOON


def test_counters_are_the_sums_of_active_lines_and_within_their_caps(demo: DemoReport) -> None:
    assert (
        rows(
            "SELECT d.id FROM meal_dishes d LEFT JOIN (SELECT l.meal_dish_id AS id,"
            " sum(l.quantity * l.share) AS taken FROM order_lines l JOIN orders o ON o.id = l.order_id"
            " WHERE o.state <> 'cancelled' GROUP BY l.meal_dish_id) AS t ON t.id = d.id"
            " WHERE d.taken <> coalesce(t.taken, 0) OR d.taken > d.cap * 100"
        )
        == []
    )
    assert one("SELECT sum(taken) FROM meal_dishes") > 0


def test_prep_lists_are_the_sums_of_active_lines_of_frozen_meals(demo: DemoReport) -> None:
    counted = rows(
        "SELECT o.meal_id, l.dish_id, l.portion, l.dish_name, sum(l.quantity), sum(l.quantity * l.weight_g)"
        " FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN meals m ON m.id = o.meal_id"
        " WHERE o.state <> 'cancelled' AND m.state = 'frozen' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3"
    )
    listed = (
        "SELECT meal_id, dish_id, portion, dish_name, quantity, weight_g FROM prep_lines ORDER BY 1, 2, 3"
    )
    assert rows(listed) == counted
    assert counted


def test_exactly_the_meals_whose_cutoffs_have_passed_are_frozen(demo: DemoReport) -> None:
    for state, freezes_at, frozen_at in rows("SELECT state, freezes_at, frozen_at FROM meals"):
        is_due = instant_of(freezes_at) <= NOON
        assert state == ("frozen" if is_due else "published")
        assert (frozen_at is not None) == is_due
        assert not is_due or instant_of(freezes_at) <= instant_of(frozen_at) <= NOON
    assert rows(
        "SELECT DISTINCT m.state, d.is_open FROM meals m JOIN meal_dishes d ON d.meal_id = m.id ORDER BY 1"
    ) == [("frozen", False), ("published", True)]
    assert ordering.freeze_due_meals() == 0


def test_the_menus_of_this_week_and_the_next_are_out_and_lunch_has_twelve_dishes(demo: DemoReport) -> None:
    monday = date(2026, 11, 23)
    offered = rows(
        "SELECT m.canteen_id, m.served_on, m.period, count(*), min(d.cap), max(d.cap) FROM meals m"
        " JOIN meal_dishes d ON d.meal_id = m.id GROUP BY 1, 2, 3"
    )
    lunches = {(row[0], day_of(row[1])): row[3:] for row in offered if row[2] == "lunch"}
    for offset in range(14):
        day = monday + timedelta(days=offset)
        open_canteens = {canteen for canteen, on in lunches if on == day}
        assert open_canteens == ({3} if is_rest_day(day) else {1, 2, 3})
    assert {count for count, _, _ in lunches.values()} == {12}
    assert min(least for _, least, _ in lunches.values()) >= 80
    assert max(most for _, _, most in lunches.values()) <= 300
    assert max(day for _, day in lunches) == date(2026, 12, 6)
    assert all(row[3] < 12 for row in offered if row[2] != "lunch")


def test_canteens_that_rest_have_no_meal_on_rest_days_and_work_on_makeup_days(demo: DemoReport) -> None:
    first = WEDNESDAY - timedelta(days=DAYS)
    days = [first + timedelta(days=offset) for offset in range(DAYS)]
    served = {
        (canteen, day_of(on)) for canteen, on in rows("SELECT DISTINCT canteen_id, served_on FROM orders")
    }
    assert not [(canteen, day) for canteen, day in served if canteen in (1, 2) and is_rest_day(day)]
    assert (1, date(2026, 10, 10)) in served, "the makeup Saturday after the National Day holiday"
    assert (3, date(2026, 10, 1)) in served, "somebody is on duty on National Day"
    assert {day for canteen, day in served if canteen == 1 and day < WEDNESDAY} == {
        day for day in days if not is_rest_day(day)
    }


def test_past_orders_have_ended_and_were_picked_up_within_the_window(demo: DemoReport) -> None:
    states = dict(
        rows("SELECT state, count(*) FROM orders WHERE served_on < :today GROUP BY state", today=WEDNESDAY)
    )
    assert states.keys() == {"picked_up", "no_show", "cancelled"}
    assert 0.02 < states["no_show"] / (states["no_show"] + states["picked_up"]) < 0.07
    assert (
        rows(
            "SELECT o.id FROM orders o JOIN meals m ON m.id = o.meal_id WHERE o.placed_at < m.published_at"
            " OR o.placed_at >= m.order_closes_at OR o.cancelled_at >= m.cancel_closes_at"
            " OR o.cancelled_at <= o.placed_at"
            " OR o.picked_up_at < m.serves_from OR o.picked_up_at >= m.serves_until"
            " OR o.served_on <> m.served_on"
            " OR o.period <> m.period OR o.canteen_id <> m.canteen_id"
        )
        == []
    )
    lunch_now = dict(
        rows(
            "SELECT state, count(*) FROM orders WHERE served_on = :on AND period = 'lunch' GROUP BY state",
            on=WEDNESDAY,
        )
    )
    assert {"picked_up", "booked"} <= lunch_now.keys(), "lunch is half over"
    assert "no_show" not in lunch_now


def test_every_missed_meal_has_its_record_and_nothing_else_has_one(demo: DemoReport) -> None:
    missed = {order_id for (order_id,) in rows("SELECT id FROM orders WHERE state = 'no_show'")}
    found = rows("SELECT order_id, state, was_absent, decided_at FROM no_shows")
    assert {order_id for order_id, *_ in found} == missed
    assert {state for _, state, *_ in found} >= {"recorded", "excused"}
    assert all(state == "excused" for _, state, was_absent, _ in found if was_absent)
    assert one("SELECT count(*) FROM no_shows WHERE recorded_at > :now", now=NOON.isoformat()) == 0


def test_pickup_numbers_of_frozen_meals_count_from_one(demo: DemoReport) -> None:
    assert (
        rows(
            "SELECT o.meal_id FROM orders o JOIN meals m ON m.id = o.meal_id WHERE o.state <> 'cancelled'"
            " GROUP BY o.meal_id, m.state"
            " HAVING count(o.pickup_no) <> CASE m.state WHEN 'frozen' THEN count(*) ELSE 0 END"
            " OR max(o.pickup_no) <> count(*) OR min(o.pickup_no) <> 1"
        )
        == []
    )
    assert one("SELECT count(*) FROM orders WHERE state = 'cancelled' AND pickup_no IS NOT NULL") == 0


def test_some_have_ordered_ahead_but_never_the_officials_kept_for_visitors(demo: DemoReport) -> None:
    ordering_now = {
        staff_no
        for (staff_no,) in rows(
            "SELECT s.staff_no FROM orders o JOIN staff s ON s.id = o.staff_id WHERE o.served_on >= :today",
            today=WEDNESDAY,
        )
    }
    kept = {str(1001 + place) for place in range(FREE)} | {account.staff_no for account in EMPLOYED}
    assert not ordering_now & kept
    assert (
        one("SELECT count(*) FROM orders WHERE served_on > :today AND state = 'booked'", today=WEDNESDAY) > 10
    )
    assert (
        one("SELECT count(*) FROM orders o JOIN staff s ON s.id = o.staff_id WHERE s.staff_no = '1001'") > 0
    )


def test_ratings_are_of_meals_that_were_picked_up_and_their_rollup_is_their_sum(demo: DemoReport) -> None:
    of_no_order = (
        "SELECT r.id FROM ratings r LEFT JOIN orders o ON o.id = r.subject_id AND o.staff_id = r.rater_id"
        " AND o.canteen_id = r.provider_id AND o.served_on = r.served_on AND o.state = 'picked_up'"
        " AND o.department_id = r.department_id AND o.picked_up_at < r.rated_at"
        " WHERE r.service = 'canteen.order' AND o.id IS NULL"
    )
    assert rows(of_no_order) == []
    assert one("SELECT count(*) FROM ratings WHERE service = 'canteen.order'") > 30
    assert instant_of(one("SELECT max(rated_at) FROM ratings")) <= NOON
    per_rating = rows(
        "SELECT r.service, count(*), count(DISTINCT r.id) FROM ratings r"
        " JOIN rating_scores s ON s.rating_id = r.id GROUP BY 1 ORDER BY 1"
    )
    assert [(name, scores // ratings) for name, scores, ratings in per_rating] == [
        ("canteen.order", 5),
        ("property.work_order", 3),
    ]
    assert rating_services.reconcile() == []


def test_suggestions_are_in_every_state_and_answered_after_they_were_sent(demo: DemoReport) -> None:
    counted = dict(rows("SELECT state, count(*) FROM suggestions GROUP BY state"))
    assert counted.keys() == {"open", "replied", "closed"}
    wrong = (
        "SELECT s.id FROM suggestions s LEFT JOIN suggestion_replies r ON r.suggestion_id = s.id"
        " WHERE r.replied_at <= s.sent_at OR s.closed_at <= r.replied_at"
        " OR (r.id IS NULL) <> (s.state = 'open')"
    )
    assert rows(wrong) == []
    assert instant_of(one("SELECT max(replied_at) FROM suggestion_replies")) <= NOON


def test_some_reminders_of_the_last_days_went_astray(demo: DemoReport) -> None:
    told = "FROM inbox_messages m LEFT JOIN outbox o ON o.message_id = m.id WHERE m.kind LIKE 'canteen.%'"
    states = dict(rows(f"SELECT o.state, count(*) {told} AND o.id IS NOT NULL GROUP BY o.state"))
    assert {"sent", "no_quota"} <= states.keys() <= set(SendState) - {SendState.WAITING, SendState.LEASED}
    strays = (
        "SELECT m.id FROM inbox_messages m LEFT JOIN outbox o ON o.message_id = m.id"
        " AND o.staff_id = m.staff_id WHERE o.id IS NULL AND m.kind = 'canteen.pickup_reminder'"
    )
    assert rows(strays) == []
    # Those of today are the scheduler's.
    latest = instant_of(one(f"SELECT max(m.created_at) {told}"))
    assert clock.local(latest).date() < WEDNESDAY


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


def test_a_visitor_can_order_and_everything_reconciles_afterwards(app: Flask) -> None:
    """After explicit ids the database's own go on; the day's rest runs as in a real compound."""
    with clock.at(NOON):
        seed(days=10, staff=30)
        visitor = Client(app, login("1001"))
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


def test_the_full_demo_follows_weekdays_and_appeal(
    sqlite_template: SqliteTemplate, tmp_path: Path, record_property: Any
) -> None:
    with sqlite_template.copy(tmp_path) as url, clock.at(NOON):
        app = create_app(settings_for(tmp_path, url))
        with app.app_context():
            report = seed()
            record_property("seconds", round(report.seconds, 1))
            try:
                assert_lifelike(report)
            finally:
                db.session.remove()
                db.engine.dispose()


def assert_lifelike(report: DemoReport) -> None:
    assert report.rows["staff"] == 600 + len(EMPLOYED)
    assert 100_000 < report.rows["orders"] < 140_000
    assert rows("SELECT min(staff_no), max(staff_no) FROM staff WHERE staff_no < '9'") == [("1001", "1600")]
    lunches = [
        (day_of(on), count)
        for on, count in rows(
            "SELECT served_on, count(*) FROM orders WHERE period = 'lunch' AND canteen_id = 1"
            " AND served_on < :today GROUP BY served_on",
            today=WEDNESDAY,
        )
    ]
    assert len(lunches) == sum(not is_rest_day(WEDNESDAY - timedelta(days=back)) for back in range(1, 401)), (
        "lunch on every workday of 400 days"
    )

    def mean(weekday: int) -> float:
        counts = [count for day, count in lunches if day.weekday() == weekday]
        return sum(counts) / len(counts)

    assert mean(4) < 0.9 * min(mean(weekday) for weekday in range(4)), "fewer come on Fridays"
    chosen = dict(
        rows(
            "SELECT l.dish_name, count(*) * 1.0 / count(DISTINCT o.meal_id) FROM order_lines l"
            " JOIN orders o ON o.id = l.order_id WHERE o.canteen_id = 1 AND o.period = 'lunch' GROUP BY 1"
        )
    )
    assert chosen["红烧肉"] > 1.3 * chosen["白切鸡"], "the appealing dish is chosen more often"
    ahead = one("SELECT count(DISTINCT staff_id) FROM orders WHERE served_on > :today", today=WEDNESDAY)
    assert 90 <= ahead <= 110
    assert (
        one(
            "SELECT count(*) FROM orders o JOIN staff s ON s.id = o.staff_id"
            " WHERE o.served_on >= :today AND s.staff_no BETWEEN '1001' AND '1100'",
            today=WEDNESDAY,
        )
        == 0
    )
    assert (
        one("SELECT min(s) FROM (SELECT sum(balance_fen) s FROM account_balances GROUP BY staff_id)")
        >= 20_000
    )
    assert reconcile() == []
    assert len(db.session.execute(select(Order.id).where(Order.state == "booked")).all()) > 50
