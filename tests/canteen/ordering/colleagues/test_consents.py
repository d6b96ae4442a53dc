"""Consents on record, and orders placed for a colleague under them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.identity.models import Staff
from backend.notifications.models import InboxMessage
from canteen.accounts.services import reconcile
from canteen.ordering.colleagues.models import ColleagueOrder, Consent
from canteen.ordering.colleagues.policies import is_in_force
from canteen.ordering.colleagues.rules import LOOKUPS_PER_HOUR
from canteen.ordering.models import Order
from tests.canteen.lunch import nothing_changes
from tests.canteen.ordering.colleagues.pair import buckets
from tests.factories import NINE
from tests.statements import counted_statements
from tests.threads import at_once


def order_for(pair, *quantities, **fields):
    """The giver orders for the receiver: here the one who ordered is called giver all the same."""
    body = pair.lunch.order(*quantities or (1,), **fields)
    return pair.giver.post("/canteen/colleague-orders", {"staff_no": pair.receiver_row.staff_no, **body})


def told(kind, staff):
    db.session.rollback()
    return list(
        db.session.scalars(
            select(InboxMessage.text).where(InboxMessage.kind == kind, InboxMessage.staff_id == staff.id)
        )
    )


def actions():
    db.session.rollback()
    return list(
        db.session.scalars(
            select(AuditEvent.action)
            .where(AuditEvent.object_kind.in_(["order", "consent"]))
            .order_by(AuditEvent.id)
        )
    )


@pytest.mark.parametrize(
    ("until_on", "is_revoked", "day", "holds"),
    [
        (None, False, 24, True),
        (None, True, 24, False),
        (date(2026, 11, 24), False, 24, True),
        (date(2026, 11, 24), False, 25, False),
        (date(2026, 11, 24), True, 24, False),
    ],
)
def test_a_consent_holds_until_it_is_revoked_or_its_last_day_is_over(until_on, is_revoked, day, holds):
    revoked_at = NINE if is_revoked else None
    assert is_in_force(until_on, revoked_at, date(2026, 11, day)) is holds


def test_both_sides_see_a_consent_and_nobody_else_does(pair):
    given = pair.consent(until_date="2026-11-30").data
    assert (given["direction"], given["in_force"], given["until_date"]) == ("given", True, "2026-11-30")
    assert given["colleague"]["name"] == "甘一"
    (received,) = pair.giver.get("/canteen/consents", direction="received").data["list"]
    assert received == {**given, "direction": "received"}
    assert pair.giver.get("/canteen/consents", direction="given").data["total"] == 0
    assert pair.lunch.official.get("/canteen/consents").data["total"] == 0
    assert told("canteen.consent_given", pair.giver_row) == [
        "蒋二已授权您为其订餐、向其转让订单，费用由其本人的餐费账户支付（至 2026-11-30）。"
    ]
    path = f"/canteen/consents/{given['id']}"
    assert pair.giver.delete(path).error == "app.forbidden"
    assert pair.lunch.official.delete(path).error == "canteen.consent_not_found"


def test_a_consent_is_revoked_once_and_stays_on_record(pair):
    consent = pair.consent().data
    path = f"/canteen/consents/{consent['id']}"
    with clock.at(NINE + timedelta(minutes=1)):
        revoked = pair.receiver.delete(path).data
    assert (revoked["in_force"], revoked["revoked_at"]) == (False, "2026-11-23T09:01:00+08:00")
    assert pair.receiver.delete(path).data == revoked
    assert pair.receiver.get("/canteen/consents", in_force="true").data["total"] == 0
    assert pair.receiver.get("/canteen/consents").data["list"] == [revoked]
    assert actions() == ["canteen.consent_given", "canteen.consent_revoked"]


def test_a_second_consent_takes_the_place_of_the_first_also_when_twins_come_at_once(pair):
    first = pair.consent(until_date="2026-11-23").data
    answers = at_once([lambda: pair.consent()] * 4)
    assert {answer.status for answer in answers} == {201}
    (held,) = pair.receiver.get("/canteen/consents", in_force="true").data["list"]
    assert held["until_date"] is None
    everything = pair.receiver.get("/canteen/consents").data
    assert everything["total"] == 5
    assert everything["list"][-1]["id"] == first["id"]


def test_one_consents_neither_to_oneself_nor_to_nobody_nor_for_the_past(pair):
    def consent(staff_no, **fields):
        return pair.receiver.post("/canteen/consents", {"staff_no": staff_no, **fields})

    assert consent(pair.receiver_row.staff_no).error == "canteen.colleague_oneself"
    assert consent("nobody").error == "canteen.colleague_not_found"
    past = consent(pair.giver_row.staff_no, until_date="2026-11-22")
    assert (past.status, past.error) == (422, "canteen.consent_past")

    @atomic
    def leave():
        db.session.get(Staff, pair.giver_row.id).status = "left"

    leave()
    assert pair.consent().error == "canteen.colleague_not_found"
    assert db.session.query(Consent).count() == 0


def test_an_order_for_a_colleague_is_the_colleagues_and_the_colleague_pays(pair):
    pair.consent()
    order = order_for(pair).data
    assert (order["origin"], order["diner"]["name"], order["total_fen"]) == ("colleague", "蒋二", 600)
    assert buckets(pair.receiver) == {"subsidy": 4400, "personal": 500}
    assert buckets(pair.giver) == {"subsidy": 400, "personal": 2000}
    assert pair.receiver.get(f"/canteen/orders/{order['id']}").data["origin"] == "colleague"
    assert pair.giver.get(f"/canteen/orders/{order['id']}").error == "canteen.order_not_found"
    assert pair.giver.get(f"/canteen/orders/{order['id']}/pickup-code").status == 404
    assert pair.giver.get("/canteen/colleague-orders").data["list"] == [order]
    assert pair.receiver.get("/canteen/colleague-orders").data["total"] == 0
    (text,) = told("canteen.ordered_for_you", pair.receiver_row)
    assert text.startswith("甘一为您预订了")
    assert "6.00元" in text
    db.session.rollback()
    row = db.session.get(Order, order["id"])
    assert (row.staff_id, row.placed_by) == (pair.receiver_row.id, pair.giver_row.id)
    assert db.session.get(ColleagueOrder, order["id"]).consent_id == db.session.query(Consent).one().id
    assert actions() == ["canteen.consent_given", "canteen.ordered_for_colleague"]
    assert reconcile() == []


def test_without_a_consent_in_force_nothing_is_ordered(pair):
    def refused():
        with nothing_changes(pair.lunch, by=pair.receiver):
            answer = order_for(pair)
        assert (answer.status, answer.error) == (403, "canteen.no_consent")
        # Whoever only guessed the number learns no name by it.
        assert "蒋二" not in str(answer.envelope)

    refused()
    # The other way round is no consent.
    pair.giver.post("/canteen/consents", {"staff_no": pair.receiver_row.staff_no})
    refused()
    consent = pair.consent(until_date="2026-11-23").data
    with clock.at(NINE - timedelta(days=1)):
        pair.receiver.delete(f"/canteen/consents/{consent['id']}")
    refused()


def test_refusals_of_an_order_for_a_colleague_name_them_and_hide_their_money(pair):
    pair.consent()
    with nothing_changes(pair.lunch, by=pair.receiver):
        short = order_for(pair, 1, 6)
        assert (short.error, short.envelope["data"]) == ("canteen.balance_short", {"name": "蒋二"})
        assert order_for(pair, 11).error == "canteen.over_limit"
        assert order_for(pair, staff_no=pair.giver_row.staff_no).error == "canteen.colleague_oneself"
    pair.lunch.place(1, by=pair.receiver)
    twice = order_for(pair)
    assert (twice.status, twice.error) == (409, "canteen.already_ordered")
    assert "order_id" not in twice.envelope["data"]
    assert "蒋二已订过" in twice.envelope["msg"]


def test_placer_and_diner_may_cancel_until_the_cutoff(pair):
    pair.consent()
    order = order_for(pair).data
    cancel = f"/canteen/colleague-orders/{order['id']}/cancel"
    with clock.at(pair.lunch.meal.cancel_closes_at):
        assert pair.giver.post(cancel).error == "canteen.cancel_closed"
    assert pair.lunch.official.post(cancel).error == "canteen.order_not_found"
    assert pair.giver.post(cancel).data["state"] == "cancelled"
    assert buckets(pair.receiver) == {"subsidy": 5000, "personal": 500}
    assert len(told("canteen.cancelled_for_you", pair.receiver_row)) == 1
    assert pair.giver.post(cancel).error == "canteen.order_not_booked"
    again = order_for(pair).data
    assert pair.receiver.post(f"/canteen/orders/{again['id']}/cancel").data["state"] == "cancelled"
    assert reconcile() == []


def test_who_ordered_loses_the_order_with_the_consent_or_when_it_changes_hands(pair):
    consent = pair.consent().data
    order = order_for(pair).data
    cancel = f"/canteen/colleague-orders/{order['id']}/cancel"
    pair.receiver.delete(f"/canteen/consents/{consent['id']}")
    assert pair.giver.post(cancel).error == "canteen.no_consent"
    pair.consent()
    third = pair.lunch.compound.staff(subsidy_fen=1000)
    client = pair.lunch.compound.client(third)
    client.post("/canteen/consents", {"staff_no": pair.receiver_row.staff_no})
    assert pair.hand_over(order, by=pair.receiver, to=third).data["state"] == "done"
    assert pair.giver.post(cancel).error == "canteen.order_not_found"
    assert pair.giver.get("/canteen/colleague-orders").data["total"] == 0


@pytest.mark.parametrize("how", ["revoked", "past"])
def test_who_is_trusted_no_more_sees_no_wishes_of_the_diner(pair, how):
    consent = pair.consent(until_date="2026-11-23").data
    order = order_for(pair, dining="takeaway", collect_from="2026-11-23T11:45:00+08:00", note="少盐").data
    assert pair.giver.get("/canteen/colleague-orders").data["list"] == [order]
    if how == "revoked":
        pair.receiver.delete(f"/canteen/consents/{consent['id']}")
    with clock.at(NINE + timedelta(days=how == "past")):
        (shown,) = pair.giver.get("/canteen/colleague-orders").data["list"]
    hidden = {"note": "", "items": [], "collect_from": None, "collect_until": None}
    assert shown == {**order, **hidden}
    # Whoever trusts again shows it again.
    pair.consent()
    assert pair.giver.get("/canteen/colleague-orders").data["list"] == [order]


def test_a_repeated_order_for_a_colleague_is_one_order(pair):
    pair.consent()
    body = {"staff_no": pair.receiver_row.staff_no, **pair.lunch.order(1)}
    answers = [pair.giver.post("/canteen/colleague-orders", body, key="same") for _ in range(2)]
    assert answers[0].body == answers[1].body
    assert db.session.query(Order).count() == 1


def test_colleagues_are_found_by_number_or_name_without_anything_private(pair):
    compound = pair.lunch.compound
    compound.staff(name="蒋二妹", status="left")
    for _ in range(12):
        compound.staff(name="欧阳百合")
    (found,) = pair.giver.get("/colleagues", q="蒋二").data["list"]
    assert set(found) == {"staff_id", "staff_no", "name", "department"}
    assert found["staff_no"] == pair.receiver_row.staff_no
    assert pair.giver.get("/colleagues", q=pair.receiver_row.staff_no).data["list"] == [found]
    assert len(pair.giver.get("/colleagues", q="欧阳").data["list"]) == 10
    # Oneself, a part of a number, and what a pattern would match.
    for nobody in ("甘一", pair.receiver_row.staff_no[:-1], "%%", "__"):
        assert pair.giver.get("/colleagues", q=nobody).data["list"] == []
    assert pair.giver.get("/colleagues", q="蒋").status == 422


def test_who_looks_for_everybody_is_slowed_down(pair):
    pair.lunch.compound.rule(LOOKUPS_PER_HOUR, 2)
    for _ in range(2):
        assert pair.giver.get("/colleagues", q="蒋二").status == 200
    refused = pair.giver.get("/colleagues", q="蒋二")
    assert (refused.status, refused.error) == (429, "canteen.too_many_lookups")
    assert pair.receiver.get("/colleagues", q="甘一").status == 200
    with clock.at(NINE + timedelta(hours=1)):
        assert pair.giver.get("/colleagues", q="蒋二").status == 200


@pytest.mark.parametrize("by", ["transfer", "consent"])
def test_numbers_are_not_tried_for_their_names_either(pair, by):
    pair.lunch.compound.rule(LOOKUPS_PER_HOUR, 2)
    order = pair.order()
    pair.lunch.place(1, by=pair.receiver)

    def name():
        if by == "transfer":
            return pair.hand_over(order)
        return pair.giver.post("/canteen/consents", {"staff_no": pair.receiver_row.staff_no})

    # A refusal tells the name as well, and counts.
    answers = [name() for _ in range(3)]
    assert all("蒋二" in str(answer.envelope) for answer in answers[:2])
    assert (answers[2].status, answers[2].error) == (429, "canteen.too_many_lookups")


def test_an_approval_and_an_order_for_the_absent_meet_at_the_balances(pair):
    pair.consent()
    with counted_statements() as sent:
        assert order_for(pair).status == 201
    held = next(place for place, each in enumerate(sent) if "FROM account_balances" in each)
    asked = next(place for place, each in enumerate(sent) if "FROM absences" in each)
    assert held < asked
