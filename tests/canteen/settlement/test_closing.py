"""Closing months one after the other, what arrives late, and both sides' signatures."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from canteen.accounts.models import LedgerPosting
from canteen.ordering.services import freeze_due_meals
from canteen.pickups.no_shows.services import record_no_shows
from tests.canteen.settlement.months import DECEMBER, PATH, sums
from tests.threads import at_once

MONDAY, DECEMBER_DAY = date(2026, 11, 23), date(2026, 12, 1)
JANUARY = clock.at_local(date(2027, 1, 4), time(9))


def earned(canteen_id):
    """What the ledger says that the canteen ever earned."""
    db.session.rollback()
    total = func.sum(LedgerPosting.amount_fen)
    return db.session.scalar(select(total).where(LedgerPosting.canteen_id == canteen_id))


def test_a_month_is_closed_once_and_stays_as_it_was(months):
    months.eat(months.amy, MONDAY, 2)
    months.eat(months.bo, MONDAY)
    seen = months.see("2026-11")
    client = months.client()
    body = {"canteen_id": months.canteen.id, "month": "2026-11", "caterer": "海味餐饮公司"}
    first, again = (client.post(PATH, body, key="close") for _ in range(2))
    assert (first.status, again.data) == (201, first.data)
    assert months.close("2026-11").error == "canteen.settlement_closed"
    closed = first.data
    changed = {"id", "number", "state", "caterer", "closed_at", "closed_by_name"}
    assert {**closed, **dict.fromkeys(changed)} == {**seen, **dict.fromkeys(changed)}
    assert closed["number"] == f"JS202611-{months.canteen.id:03d}"
    assert (closed["state"], closed["caterer"], closed["closed_by_name"]) == (
        "closed",
        "海味餐饮公司",
        "沈管理",
    )
    assert months.see("2026-11") == closed
    (row,) = months.client().get(f"{PATH}/closed", canteen_id=months.canteen.id).data["list"]
    assert (row["month"], row["total_fen"], row["subsidy_fen"], row["personal_fen"]) == (
        *("2026-11", 1800, 1600, 200),
    )
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "canteen.settlement_closed")
    ).one()
    assert (event.details["month"], event.details["amount_fen"]) == ("2026-11", 1800)


def test_what_arrives_late_is_an_adjustment_of_the_next_month_alone(months):
    missed = months.miss(months.amy, MONDAY, 2)
    months.eat(months.bo, MONDAY)
    november = months.close("2026-11").data
    months.refund(missed, 500)
    assert months.see("2026-11") == november
    months.eat(months.bo, DECEMBER_DAY)
    december = months.see("2026-12")
    (late,) = december["adjustments"]
    assert (late["month"], late["department"], late["period"]) == ("2026-11", "办公室", "lunch")
    # The last spent comes back first; its meals were counted when they were settled.
    assert sums(late) == (0, 0, 0, -300, -200, 0)
    assert (december["own_fen"], december["adjustment_fen"], december["total_fen"]) == (600, -500, 100)
    with clock.at(JANUARY):
        # It waits for the next month to be closed, and shows nowhere else.
        assert months.see("2027-01")["adjustments"] == []
        closed = months.close("2026-12").data
        assert [(row["month"], sums(row)) for row in closed["adjustments"]] == [("2026-11", sums(late))]
        assert (closed["total_fen"], closed["ledger_fen"]) == (100, 100)
        assert months.see("2027-01")["adjustments"] == []
        months.refund(missed, 700)
        january = months.see("2027-01")
    assert [(row["month"], row["amount_fen"]) for row in january["adjustments"]] == [("2026-11", -700)]
    assert november["total_fen"] + closed["total_fen"] + january["total_fen"] == earned(months.canteen.id)


def test_months_are_closed_in_turn_and_only_when_they_are_over(months):
    months.eat(months.bo, date(2026, 10, 31))
    months.order(months.bo, date(2026, 12, 3), on=date(2026, 12, 2))

    def reasons(month):
        answer = months.close(month)
        assert answer.error == "canteen.settlement_not_ready"
        assert months.see(month)["obstacles"] == answer.envelope["data"]["reasons"]
        return answer.envelope["data"]["reasons"]

    assert reasons("2026-11") == ["应先结算2026年10月"]
    assert reasons("2026-09") == ["早于应结算的2026年10月"]
    assert months.close("2026-10").status == 201
    # A month without meals is closed as well: a settlement of nothing.
    assert months.close("2026-11").data["total_fen"] == 0
    with clock.at(DECEMBER + timedelta(hours=2)):
        assert reasons("2026-12") == [
            "2026年12月尚未结束",
            "有 1 个餐次尚未供餐结束",
            "有 1 份订单尚未取餐或登记未取",
        ]
    other = months.compound.canteen()
    roles = {"canteen_manager": (ScopeKind.CANTEEN, other.id)}
    answer = months.compound.client(months.compound.staff(roles=roles)).post(
        PATH, {"canteen_id": other.id, "month": "2026-11"}
    )
    assert "食堂还没有供餐" in answer.envelope["msg"]


def test_an_order_that_nothing_will_end_any_more_keeps_no_month_open(months):
    months.eat(months.bo, MONDAY)
    months.order(months.amy, MONDAY)
    assert months.close("2026-11").envelope["data"]["reasons"] == ["有 1 份订单尚未取餐或登记未取"]
    # The job stood still: when it runs again, the meal lies further back than it reaches.
    with clock.at(JANUARY):
        freeze_due_meals()
        assert record_no_shows() == 0
        closed = months.close("2026-11")
        assert closed.status == 201
        assert (closed.data["total_fen"], closed.data["difference_fen"]) == (1200, 0)


def test_both_sides_sign_once_after_the_closing(months):
    months.eat(months.bo, MONDAY)
    path = f"{PATH}/{months.close('2026-11').data['id']}/confirm"
    body = {"confirmed_on": "2026-12-02", "signed_by_us": "沈管理", "signed_by_caterer": "李建国"}
    for day in ("2026-12-01", "2026-12-03"):
        refused = months.client().post(path, {**body, "confirmed_on": day})
        assert (refused.status, refused.error) == (422, "canteen.settlement_confirmed_on")
    signed = months.client().post(path, body).data
    assert (signed["state"], signed["confirmed_on"], signed["signed_by_caterer"]) == (
        *("confirmed", "2026-12-02", "李建国"),
    )
    assert months.client().post(path, body).error == "canteen.settlement_confirmed"
    assert months.see("2026-11") == signed


@pytest.mark.parametrize(
    "change", ["UPDATE settlement_lines SET subsidy_fen = 1", "DELETE FROM settlement_lines"]
)
def test_settled_lines_refuse_changes(months, change):
    months.eat(months.bo, MONDAY)
    months.close("2026-11")

    @atomic
    def tamper():
        db.session.execute(text(change))

    with pytest.raises(DBAPIError, match="append-only"):
        tamper()


def rounds(number):
    """So many months in turn: a day of each, its name, and an instant after its end."""
    for place in range(number):
        day = date(2026 + (10 + place) // 12, (10 + place) % 12 + 1, 16)
        yield day, f"{day:%Y-%m}", clock.at_local(day, time(9)) + timedelta(days=30)


def test_two_closings_at_once_make_one_settlement(months, soak):
    for day, month, after in rounds(12 if soak else 2):
        months.eat(months.bo, day)
        with clock.at(after):
            clients = [months.client() for _ in range(4)]
            answers = at_once([lambda by=client, of=month: months.close(of, by) for client in clients])
        refused = [answer.error for answer in answers if answer.status != 201]
        assert refused == ["canteen.settlement_closed"] * 3


def test_a_refund_at_the_moment_of_closing_is_settled_exactly_once(months, soak):
    def refund(order_id):
        with months.compound.app.app_context():
            months.refund(order_id, 600)
            db.session.remove()

    for day, month, after in rounds(12 if soak else 3):
        orders = [months.miss(months.bo, day + timedelta(days=more)) for more in range(3)]
        with clock.at(after):
            client = months.client()
            calls = [lambda of=order_id: refund(of) for order_id in orders]
            at_once([*calls, lambda by=client, of=month: months.close(of, by)])
            settled = months.client().get(f"{PATH}/closed", canteen_id=months.canteen.id).data["list"]
            following = months.see(f"{day + timedelta(days=30):%Y-%m}")
        assert (len(settled), settled[0]["month"]) == (len(settled), month)
        everything = sum(each["total_fen"] for each in settled) + following["adjustment_fen"]
        assert everything == earned(months.canteen.id) == 0
        assert following["difference_fen"] == 0
        # What is late is taken over by the next closing.
