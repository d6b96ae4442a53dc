"""Meals that nobody picked up: recorded once, told kindly, excused by leave, mended by a late report."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.identity.absences.models import Absence
from canteen.accounts.services import reconcile
from canteen.ordering.models import Order
from canteen.ordering.services import freeze_due_meals
from canteen.pickups.no_shows import figures, queries, services
from canteen.pickups.no_shows.rules import NO_SHOW_AFTER_MINUTES, REFUND_EXCUSED
from tests.canteen.missing import DUE, record_at, records, told
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements
from tests.threads import at_once

NOON = NINE + timedelta(hours=3)


def state_of(order_id):
    db.session.rollback()
    return db.session.get(Order, order_id, populate_existing=True).state


def pick_up(lunch, client, order_id):
    token = client.get(f"/canteen/orders/{order_id}/pickup-code").data["token"]
    return lunch.counter.post("/canteen/pickups", {"token": token})


@atomic
def absent(client_staff_id, until=time(18)):
    """An approved leave on Monday, from the morning on."""
    db.session.add(
        Absence(
            staff_id=client_staff_id,
            kind="leave",
            from_on=MONDAY,
            from_half="am",
            until_on=MONDAY,
            until_half="pm",
            from_at=clock.at_local(MONDAY, time(0)),
            until_at=clock.at_local(MONDAY, until),
            state="approved",
            source="self",
            filed_at=NINE,
            filed_by=client_staff_id,
            decided_at=NINE,
            decided_by=0,
        )
    )


def test_who_never_came_is_recorded_once_however_often_the_job_runs(lunch):
    # Case 18.
    missed = lunch.place(1, 1).data["id"]
    eater = lunch.client()
    eaten = lunch.place(1, by=eater).data["id"]
    pick_up(lunch, eater, eaten)
    with clock.at(clock.at_local(MONDAY, time(10))):
        freeze_due_meals()
    with clock.at(DUE - timedelta(seconds=1)):
        assert services.record_no_shows() == 0
    with clock.at(DUE):
        assert [services.record_no_shows() for _ in range(3)] == [1, 0, 0]
    assert (state_of(missed), state_of(eaten)) == ("no_show", "picked_up")
    (record,) = records()
    assert (record.order_id, record.state, record.was_absent) == (missed, "recorded", False)
    (message,) = told("canteen.no_show")
    assert message.text == (
        f"您预订的11月23日午餐没有取走，{lunch.canteen.name}已为您备好。下次如不能前来，请在截止前退餐；"
        "如有特殊情况，可在 11月30日 16:30 前申诉。"
    )
    assert message.page == f"pages/canteen/no-show?order_id={missed}"


def test_by_default_it_costs_nothing_more_and_gives_nothing_back(lunch):
    lunch.place(1, 1)
    record_at(lunch)
    assert lunch.official.get("/canteen/account").data["balance_fen"] == 1500
    assert lunch.official.get("/canteen/order-pauses").data["list"] == []
    with clock.at(DUE):
        assert lunch.place(1, date="2026-11-24").error == "canteen.menu_not_published"  # Not paused.


def test_a_canteen_says_how_long_its_counters_may_take_to_report(lunch):
    lunch.compound.rule(NO_SHOW_AFTER_MINUTES, 0, lunch.canteen.id)
    lunch.place(1)
    with clock.at(clock.at_local(MONDAY, time(10))):
        freeze_due_meals()
    for minutes, count in ((29, 0), (30, 1)):
        with clock.at(clock.at_local(MONDAY, time(14, minutes))):
            assert services.record_no_shows() == count


def test_approved_leave_excuses_and_nobody_is_reminded(lunch):
    # Case 18.
    here, away, half = (lunch.compound.staff(subsidy_fen=5000) for _ in range(3))
    clients = [lunch.compound.client(staff) for staff in (here, away, half)]
    for client in clients:
        lunch.place(1, by=client)
    absent(away.id)
    absent(half.id, until=time(12))  # Back before the window ends.
    assert record_at(lunch) == 3
    assert [(each.staff_id, each.state) for each in records()] == [
        (here.id, "recorded"),
        (away.id, "excused"),
        (half.id, "recorded"),
    ]
    assert {each.staff_id for each in told("canteen.no_show")} == {here.id, half.id}
    (own,) = clients[1].get("/canteen/no-shows").data["list"]
    assert (own["was_absent"], own["can_appeal"], own["refunded_fen"]) == (True, False, 0)


def test_where_the_rule_says_so_an_excused_meal_is_refunded_to_its_buckets(lunch):
    lunch.compound.rule(REFUND_EXCUSED, True, lunch.canteen.id)
    away = lunch.compound.staff(subsidy_fen=1000, personal_fen=1000)
    client = lunch.compound.client(away)
    lunch.place(1, 1, by=client)
    lunch.place(1)
    absent(away.id)
    record_at(lunch)
    buckets = {each["bucket"]: each["balance_fen"] for each in client.get("/canteen/account").data["buckets"]}
    assert buckets == {"subsidy": 1000, "personal": 1000}
    entry = client.get("/canteen/account/entries").data["list"][0]
    assert (entry["kind"], entry["memo"], entry["amount_fen"]) == ("refund", "已请假，未取餐退款", 1500)
    assert lunch.official.get("/canteen/account").data["balance_fen"] == 2400
    assert [each.refunded_fen for each in records()] == [1500, 0]
    assert reconcile() == []


def test_two_runners_record_once(lunch, app):
    for _ in range(4):
        lunch.place(1, by=lunch.client())
    with clock.at(clock.at_local(MONDAY, time(10))):
        freeze_due_meals()

    def run():
        with app.app_context():
            done = services.record_no_shows()
            db.session.remove()
            return done

    with clock.at(DUE):
        assert sum(at_once([run] * 4)) == 4
    assert len(records()) == len(told("canteen.no_show")) == 4


def test_the_job_against_the_counter_has_exactly_one_winner(lunch, app, soak):
    clients = [lunch.client() for _ in range(12 if soak else 4)]
    orders = [lunch.place(1, by=client).data["id"] for client in clients]
    with clock.at(clock.at_local(MONDAY, time(10))):
        freeze_due_meals()
    with clock.at(clock.at_local(MONDAY, time(13))):
        (meal,) = queries.meals_over(clock.now())
        db.session.rollback()

        def record():
            with app.app_context():
                done = services.record_meal(meal)
                db.session.remove()
                return done

        tokens = [
            client.get(f"/canteen/orders/{order}/pickup-code").data["token"]
            for client, order in zip(clients, orders, strict=True)
        ]
        calls = [lambda t=t: lunch.counter.post("/canteen/pickups", {"token": t}).status for t in tokens]
        recorded, *statuses = at_once([record, *calls])
    assert recorded == statuses.count(409)
    assert statuses.count(200) + recorded == len(orders)
    missed = {each.order_id for each in records()}
    for order, status in zip(orders, statuses, strict=True):
        assert state_of(order) == ("picked_up" if status == 200 else "no_show")
        assert (order in missed) == (status == 409)


def test_recording_takes_the_same_statements_however_many_stayed_away(lunch):
    def cost():
        with counted_statements() as sent, clock.at(DUE):
            services.record_no_shows()
        return len(sent)

    def lunches(count, period):
        meal = lunch.meal if period == "lunch" else lunch.compound.meal(
            lunch.canteen, [(lunch.dishes[0], None)], period=period
        )  # fmt: skip # One thing, in one line.
        for _ in range(count):
            assert lunch.place(1, by=lunch.client(), period=period).status == 201
        with clock.at(clock.at_local(MONDAY, time(10))):
            freeze_due_meals()
        return meal

    lunches(1, "lunch")
    one = cost()
    lunches(9, "dinner")
    assert cost() <= one
    assert len(records()) == 10


def test_what_was_left_booked_for_a_month_is_left_and_of_old_nobody_is_told(lunch):
    lunch.place(1)
    with clock.at(clock.at_local(MONDAY, time(10))):
        freeze_due_meals()
    with clock.at(DUE + timedelta(days=40)):
        assert services.record_no_shows() == 0
    with clock.at(DUE + timedelta(days=4)):
        assert services.record_no_shows() == 1
    assert told("canteen.no_show") == []


# Late reports of counters that were offline


@pytest.fixture
def permit(lunch):
    """What a tablet took along at half past eleven, with one order on its list that it hands out."""
    lunch.place(1, 1)
    with clock.at(clock.at_local(MONDAY, time(10))):
        freeze_due_meals()
    with clock.at(clock.at_local(MONDAY, time(11, 30))):
        found = lunch.counter.get(
            "/canteen/station/list", canteen_id=lunch.canteen.id, date=MONDAY.isoformat(), period="lunch"
        )
    return found.data["permit"]


def tell(lunch, permit, order_id, at=NOON):
    pickup = {
        "key": uuid4().hex,
        "order_id": order_id,
        "revision": 1,
        "handed_out_at": clock.local(at).isoformat(),
    }
    (answer,) = lunch.counter.post("/canteen/station/pickups", {"permit": permit, "pickups": [pickup]}).data[
        "list"
    ]
    return answer["outcome"], answer["reason"]


def test_a_late_report_mends_a_no_show_and_leaves_its_trace(lunch, permit):
    record_at(lunch)
    (record,) = records()
    with clock.at(DUE + timedelta(hours=1)):
        assert tell(lunch, permit, record.order_id) == ("booked", "")
        assert tell(lunch, permit, record.order_id) == ("duplicate", "canteen.already_picked_up")
    (record,) = records()
    order = db.session.get(Order, record.order_id, populate_existing=True)
    assert (order.state, order.picked_up_at) == ("picked_up", NOON)
    assert (record.state, record.answer) == ("picked_up", "离线核销台补报取餐")
    (own,) = lunch.official.get("/canteen/no-shows").data["list"]
    assert (own["state_name"], own["can_appeal"]) == ("已改为取餐", False)
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert actions.count("canteen.no_show_mended") == 1


def test_a_report_of_a_pick_up_out_of_time_mends_nothing(lunch, permit):
    record_at(lunch)
    (record,) = records()
    with clock.at(DUE + timedelta(hours=1)):
        late = DUE - timedelta(minutes=30)
        assert tell(lunch, permit, record.order_id, at=late) == ("refused", "canteen.pickup_not_open")
    assert state_of(record.order_id) == "no_show"


@pytest.mark.parametrize(("left_fen", "owed_fen"), [(1500, 0), (0, 1500)])
def test_a_refund_is_taken_back_when_the_meal_turns_out_to_be_eaten(lunch, permit, left_fen, owed_fen):
    lunch.compound.rule(REFUND_EXCUSED, True, lunch.canteen.id)
    db.session.rollback()
    staff_id = db.session.scalars(select(Order.staff_id)).one()
    absent(staff_id)
    record_at(lunch)
    (record,) = records()
    assert record.refunded_fen == 1500
    if not left_fen:
        # All 3000 are spent meanwhile.
        lunch.compound.meal(lunch.canteen, [(lunch.dishes[0], None)], served_on=date(2026, 11, 24))
        with clock.at(DUE):
            assert lunch.place(5, date="2026-11-24").status == 201
    with clock.at(DUE + timedelta(hours=1)):
        assert tell(lunch, permit, record.order_id) == ("booked", "")
    (record,) = records()
    assert (record.state, record.refunded_fen) == ("picked_up", owed_fen)
    balance_fen = lunch.official.get("/canteen/account").data["balance_fen"]
    assert balance_fen == (1500 if left_fen else 0)
    assert reconcile() == []


def test_the_job_against_a_late_report_ends_as_picked_up(lunch, permit, app):
    order_id = lunch.official.get("/canteen/orders").data["list"][0]["id"]

    def run():
        with app.app_context():
            services.record_no_shows()
            db.session.remove()

    with clock.at(DUE):
        _, outcome = at_once([run, lambda: tell(lunch, permit, order_id)])
    assert outcome == ("booked", "")
    assert state_of(order_id) == "picked_up"
    assert {each.state for each in records()} <= {"picked_up"}


# Figures


def test_figures_are_of_canteens_and_of_departments_of_five(lunch, compound):
    large, small = compound.department("大处"), compound.department("小处")
    largest = compound.department("最大处")
    members = [lunch.client(department=large) for _ in range(5)] + [lunch.client(department=small)]
    members += [lunch.client(department=largest) for _ in range(6)]
    for client in members:
        lunch.place(1, by=client)
    pick_up(lunch, members[0], members[0].get("/canteen/orders").data["list"][0]["id"])
    record_at(lunch)
    span = {"from_on": MONDAY, "until_on": MONDAY}
    (canteen,) = figures.of_canteens(SYSTEM, **span)
    assert (canteen.name, canteen.booked, canteen.missed, canteen.excused) == (lunch.canteen.name, 12, 11, 0)
    departments = figures.of_departments(SYSTEM, canteen_id=lunch.canteen.id, **span)
    # The one of the small department is not told: neither by name, nor as what is missing from the whole.
    assert [(each.name, each.people, each.booked, each.missed) for each in departments] == [
        ("最大处", 6, 6, 6),
        ("其他部门", 6, 6, 5),
    ]
