"""Orders that change hands: whose they are, who pays, and which code is worth something."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.identity.absences.models import Absence
from backend.identity.models import Staff
from backend.notifications.models import InboxMessage
from canteen.accounts.services import reconcile
from canteen.ordering.colleagues import policies
from canteen.ordering.colleagues.errors import TransferNotOpen
from canteen.ordering.colleagues.models import TransferState
from canteen.ordering.models import Order
from canteen.ordering.services import freeze_meal
from tests.canteen.lunch import nothing_changes
from tests.canteen.ordering.colleagues.pair import buckets
from tests.factories import NINE
from tests.statements import counted_statements

NOON = NINE + timedelta(hours=3)


def code(client, order):
    return client.get(f"/canteen/orders/{order['id']}/pickup-code").data["token"]


def answer(client, transfer, how, **body):
    return client.post(f"/canteen/transfers/{transfer['id']}/{how}", body)


def accept(pair, transfer, by=None):
    return answer(by or pair.receiver, transfer, "accept", revision=transfer["order"]["revision"])


def kinds(staff):
    db.session.rollback()
    return list(
        db.session.scalars(
            select(InboxMessage.kind).where(InboxMessage.staff_id == staff.id).order_by(InboxMessage.id)
        )
    )


@pytest.mark.parametrize("to", [state for state in TransferState if state is not TransferState.OFFERED])
@pytest.mark.parametrize("state", TransferState)
def test_only_an_offer_moves(state, to):
    if state is TransferState.OFFERED:
        policies.ensure_step(state, to)
    else:
        with pytest.raises(TransferNotOpen):
            policies.ensure_step(state, to)


@pytest.mark.parametrize(
    ("order_state", "is_givers", "minutes", "expected"),
    [
        ("booked", True, -1, TransferState.OFFERED),
        ("booked", True, 0, TransferState.ENDED),
        ("booked", False, -1, TransferState.ENDED),
        ("cancelled", True, -1, TransferState.ENDED),
        ("picked_up", True, -1, TransferState.ENDED),
    ],
)
def test_an_offer_of_what_cannot_be_handed_over_has_ended(order_state, is_givers, minutes, expected):
    now = NINE + timedelta(minutes=minutes)
    state = policies.state_of(
        "offered", order_state=order_state, is_givers=is_givers, serves_until=NINE, now=now
    )
    assert state is expected


def test_with_consent_an_order_changes_hands_at_once_also_after_the_freeze(pair):
    # Case 19: after the transfer the old code fails, and the pick-up number stays.
    @atomic
    def give_card():
        db.session.get(Staff, pair.giver_row.id).card_no = "C-1"

    give_card()
    pair.consent()
    order = pair.order(dining="takeaway", collect_from="2026-11-23T11:45:00+08:00")
    assert buckets(pair.giver) == {"subsidy": 0, "personal": 1800}
    freeze_meal(pair.lunch.meal.id)
    with clock.at(NOON):
        old = code(pair.giver, order)
        done = pair.hand_over(order, message="请慢用").data
        assert (done["state"], done["direction"], done["message"]) == ("done", "out", "请慢用")
        assert pair.giver.get(f"/canteen/orders/{order['id']}").status == 404
        held = pair.receiver.get(f"/canteen/orders/{order['id']}").data
        assert (held["revision"], held["pickup_no"], held["total_fen"]) == (2, 1, 600)
        assert held["collect_from"] == "2026-11-23T11:45:00+08:00"
        refused = pair.lunch.counter.post("/canteen/pickups", {"token": old})
        assert (refused.status, refused.error) == (410, "canteen.pickup_code_expired")
        card = {"canteen_id": pair.lunch.canteen.id, "period": "lunch"}
        assert pair.lunch.counter.post("/canteen/pickups", {"card_no": "C-1", **card}).status == 404
        handed_out = pair.lunch.counter.post("/canteen/pickups", {"token": code(pair.receiver, order)})
        assert handed_out.data["staff_name"] == "蒋二"
    # The subsidy stays with its owner: what the giver paid comes back to where it came from.
    assert buckets(pair.giver) == {"subsidy": 400, "personal": 2000}
    assert buckets(pair.receiver) == {"subsidy": 4400, "personal": 500}
    db.session.rollback()
    row = db.session.get(Order, order["id"])
    assert row.department_id == pair.receiver_row.postings[0].department_id
    assert kinds(pair.receiver_row) == ["canteen.transferred"]
    assert reconcile() == []


def test_the_rating_is_the_receivers(pair):
    pair.consent()
    order = pair.order()
    pair.hand_over(order)
    with clock.at(NOON):
        pair.lunch.counter.post("/canteen/pickups", {"token": code(pair.receiver, order)})
        scores = {"scores": dict.fromkeys(("taste", "portion", "temperature", "service", "hygiene"), 5)}
        assert pair.giver.post(f"/canteen/orders/{order['id']}/rate", scores).status == 404
        assert pair.receiver.post(f"/canteen/orders/{order['id']}/rate", scores).status == 201


def test_a_transferred_order_is_cancelled_to_the_receivers_buckets(pair):
    pair.consent()
    order = pair.order()
    pair.hand_over(order)
    assert pair.giver.post(f"/canteen/orders/{order['id']}/cancel").status == 404
    assert pair.receiver.post(f"/canteen/orders/{order['id']}/cancel").status == 200
    assert buckets(pair.receiver) == {"subsidy": 5000, "personal": 500}
    assert buckets(pair.giver) == {"subsidy": 400, "personal": 2000}
    assert pair.lunch.taken() == [0, 0]
    assert reconcile() == []


def test_without_consent_it_is_offered_and_accepted(pair):
    order = pair.order()
    offer = pair.hand_over(order, message="临时外出").data
    assert (offer["state"], offer["decided_at"]) == ("offered", None)
    assert offer["closes_at"] == "2026-11-23T12:30:00+08:00"
    assert buckets(pair.receiver) == {"subsidy": 5000, "personal": 500}
    (received,) = pair.receiver.get("/canteen/transfers", direction="in", is_open="true").data["list"]
    assert received == {**offer, "direction": "in"}
    assert [line["quantity"] for line in received["order"]["items"]] == [1]
    assert pair.lunch.official.get("/canteen/transfers").data["total"] == 0
    for wrong, how in ((pair.giver, "accept"), (pair.giver, "decline"), (pair.receiver, "withdraw")):
        assert answer(wrong, offer, how, **({"revision": 1} if how == "accept" else {})).status == 403
    assert accept(pair, offer, by=pair.lunch.official).error == "canteen.transfer_not_found"
    assert accept(pair, received).data["state"] == "done"
    assert buckets(pair.giver) == {"subsidy": 400, "personal": 2000}
    assert buckets(pair.receiver) == {"subsidy": 4400, "personal": 500}
    again = accept(pair, offer)
    assert (again.status, again.error) == (409, "canteen.transfer_not_open")
    assert pair.receiver.get("/canteen/transfers", is_open="true").data["total"] == 0
    assert pair.giver.get("/canteen/transfers", direction="out").data["list"][0]["state"] == "done"
    assert kinds(pair.receiver_row) == ["canteen.transfer_offered"]
    assert kinds(pair.giver_row) == ["canteen.transfer_accepted"]
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "canteen.order_transferred"))
    assert event.details == {
        "giver_id": pair.giver_row.id,
        "receiver_id": pair.receiver_row.id,
        "amount_fen": 600,
    }
    assert reconcile() == []


def test_a_declined_or_withdrawn_offer_leaves_the_order_and_lets_another_follow(pair):
    order = pair.order()
    offer = pair.hand_over(order).data
    second = pair.hand_over(order)
    assert (second.status, second.error) == (409, "canteen.transfer_open")
    assert "蒋二" in second.envelope["msg"]
    assert answer(pair.receiver, offer, "decline").data["state"] == "declined"
    assert accept(pair, offer).error == "canteen.transfer_not_open"
    another = pair.hand_over(order).data
    assert answer(pair.giver, another, "withdraw").data["state"] == "withdrawn"
    assert answer(pair.receiver, another, "decline").error == "canteen.transfer_not_open"
    assert pair.giver.get(f"/canteen/orders/{order['id']}").data["state"] == "booked"
    assert kinds(pair.giver_row) == ["canteen.transfer_declined"]
    assert kinds(pair.receiver_row)[-1] == "canteen.transfer_withdrawn"


@pytest.mark.parametrize("end", ["cancelled", "picked_up", "in other hands", "meal over"])
def test_an_offer_ends_with_what_it_offers(pair, end):
    order = pair.order()
    offer = pair.hand_over(order).data
    at = NOON
    if end == "cancelled":
        pair.giver.post(f"/canteen/orders/{order['id']}/cancel")
    elif end == "picked_up":
        with clock.at(NOON):
            pair.lunch.counter.post("/canteen/pickups", {"token": code(pair.giver, order)})
    elif end == "in other hands":
        third = pair.lunch.compound.staff(subsidy_fen=1000)
        trusting = pair.lunch.compound.client(third)
        trusting.post("/canteen/consents", {"staff_no": pair.giver_row.staff_no})
        assert pair.hand_over(order, to=third).data["state"] == "done"
        # Who has it now may offer it on.
        assert pair.hand_over(order, by=trusting).data["state"] == "offered"
    else:
        at = pair.lunch.meal.serves_until
    with clock.at(at), nothing_changes(pair.lunch, by=pair.receiver):
        refused = accept(pair, offer)
        assert (refused.status, refused.error) == (409, "canteen.transfer_not_open")
        assert refused.envelope["data"]["state"] == "ended"
        shown = pair.giver.get("/canteen/transfers", direction="out").data["list"]
        assert {each["id"]: each["state"] for each in shown}[offer["id"]] == "ended"
    assert reconcile() == []


HIDDEN = {"dining", "collect_from", "collect_until", "total_fen", "packaging_fen", "revision"}


def seen(client, **query):
    """What of the order the latest transfer shows: everything, or the meal alone."""
    shown = client.get("/canteen/transfers", **query).data["list"][0]
    order = shown["order"]
    if order["items"]:
        return order["total_fen"]
    assert {name for name, value in order.items() if value is None} == HIDDEN
    assert (order["date"], order["period"]) == ("2026-11-23", "lunch")
    assert shown["canteen_name"]
    return None


@pytest.mark.parametrize("how", ["declined", "withdrawn", "ended"])
def test_an_offer_that_is_over_shows_nothing_of_the_order_any_more(pair, how):
    order = pair.order()
    offer = pair.hand_over(order).data
    assert (seen(pair.giver), seen(pair.receiver)) == (600, 600)
    if how == "declined":
        assert answer(pair.receiver, offer, "decline").data["order"]["items"] == []
    elif how == "withdrawn":
        answer(pair.giver, offer, "withdraw")
    else:
        pair.giver.post(f"/canteen/orders/{order['id']}/cancel")
    assert (seen(pair.giver), seen(pair.receiver)) == (None, None)


@pytest.mark.parametrize("with_consent", [True, False])
def test_the_giver_does_not_see_what_becomes_of_the_order(pair, with_consent):
    if with_consent:
        pair.consent()
    order = pair.order()
    done = pair.hand_over(order).data
    if not with_consent:
        accept(pair, done)
    else:
        assert done["order"]["items"] == []
    pair.receiver.put(f"/canteen/orders/{order['id']}", {"items": pair.lunch.order(2)["items"]})
    assert (seen(pair.giver), seen(pair.receiver)) == (None, 1200)
    # Nor does the receiver, once it is somebody else's.
    third = pair.lunch.compound.staff(subsidy_fen=5000)
    pair.lunch.compound.client(third).post("/canteen/consents", {"staff_no": pair.receiver_row.staff_no})
    pair.hand_over(order, by=pair.receiver, to=third)
    assert (seen(pair.giver), seen(pair.receiver, direction="in")) == (None, None)


def test_who_accepts_pays_what_they_have_seen(pair):
    order = pair.order()
    offer = pair.hand_over(order).data
    pair.giver.put(f"/canteen/orders/{order['id']}", {"items": pair.lunch.order(2)["items"]})
    with nothing_changes(pair.lunch, by=pair.receiver):
        refused = accept(pair, offer)
        assert (refused.status, refused.error) == (409, "canteen.order_changed")
    (seen,) = pair.receiver.get("/canteen/transfers").data["list"]
    assert (seen["order"]["total_fen"], seen["order"]["revision"]) == (1200, 2)
    assert accept(pair, seen).data["state"] == "done"
    assert buckets(pair.receiver)["subsidy"] == 3800


def test_who_cannot_pay_does_not_receive(pair):
    poor = pair.lunch.compound.staff(subsidy_fen=599, name="贫三")
    client = pair.lunch.compound.client(poor)
    order = pair.order()
    offer = pair.hand_over(order, to=poor).data
    with nothing_changes(pair.lunch, by=pair.giver):
        assert accept(pair, offer, by=client).error == "canteen.balance_short"
    answer(client, offer, "decline")
    client.post("/canteen/consents", {"staff_no": pair.giver_row.staff_no})
    with nothing_changes(pair.lunch, by=pair.giver):
        refused = pair.hand_over(order, to=poor)
        assert (refused.error, refused.envelope["data"]) == ("canteen.balance_short", {"name": "贫三"})
    assert pair.giver.get("/canteen/transfers", direction="out").data["total"] == 1


def test_a_receiver_who_has_a_meal_is_refused_at_the_offer_and_at_acceptance(pair):
    # Case 19.
    order = pair.order()
    offer = pair.hand_over(order).data
    theirs = pair.lunch.place(1, by=pair.receiver).data
    with nothing_changes(pair.lunch, by=pair.giver):
        refused = accept(pair, offer)
        assert (refused.status, refused.error) == (409, "canteen.already_ordered")
    answer(pair.giver, offer, "withdraw")
    for _ in range(2):  # As an offer, and then with consent.
        with nothing_changes(pair.lunch, by=pair.giver):
            refused = pair.hand_over(order)
            assert (refused.status, refused.error) == (409, "canteen.already_ordered")
            assert "蒋二" in refused.envelope["msg"]
        pair.consent()
    pair.receiver.post(f"/canteen/orders/{theirs['id']}/cancel")
    assert pair.hand_over(order).data["state"] == "done"


def test_refusals_of_who_cannot_receive(pair):
    order = pair.order()
    assert pair.hand_over(order, to=pair.giver_row).error == "canteen.colleague_oneself"
    assert pair.hand_over(order, by=pair.receiver, to=pair.giver_row).error == "canteen.order_not_found"
    assert pair.hand_over({"id": 999_999}).error == "canteen.order_not_found"

    @atomic
    def go_away():
        db.session.add(
            Absence(
                staff_id=pair.receiver_row.id,
                kind="trip",
                state="approved",
                from_on=NINE.date(),
                from_half="am",
                until_on=NINE.date(),
                until_half="pm",
                from_at=NINE - timedelta(hours=9),
                until_at=NINE + timedelta(hours=15),
                filed_at=NINE,
                filed_by=pair.receiver_row.id,
                decided_at=NINE,
                source="self",
            )
        )

    go_away()
    absent = pair.hand_over(order)
    assert (absent.status, absent.error) == (409, "canteen.colleague_absent")
    # That they are away, and why, is not the giver's business.
    assert absent.envelope["msg"] == "蒋二当日不便用餐，不能为其订餐或转让订单"

    @atomic
    def suspend():
        db.session.get(Staff, pair.receiver_row.id).status = "suspended"

    suspend()
    assert pair.hand_over(order).error == "canteen.colleague_not_found"


def test_a_meal_that_is_over_and_an_order_that_is_gone_are_not_handed_over(pair):
    pair.consent()
    order = pair.order()
    with clock.at(pair.lunch.meal.serves_until):
        over = pair.hand_over(order)
        assert (over.status, over.error) == (409, "canteen.transfer_closed")
    pair.giver.post(f"/canteen/orders/{order['id']}/cancel")
    assert pair.hand_over(order).error == "canteen.order_not_booked"


def test_a_list_of_transfers_takes_the_same_statements_whatever_its_length(pair):
    def cost():
        with counted_statements() as sent:
            assert pair.giver.get("/canteen/transfers").status == 200
        return len(sent)

    none = cost()
    order = pair.order()
    for _ in range(3):
        answer(pair.receiver, pair.hand_over(order).data, "decline")
    assert cost() <= none + 2
