"""A counter without a network: the list it takes along, and what it tells afterwards."""

import hashlib
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from canteen.menu.models import Meal
from canteen.ordering.models import Order
from canteen.ordering.services import freeze_due_meals
from canteen.pickups.stations.models import OfflinePickup
from tests.factories import MONDAY, NINE
from tests.threads import at_once

NOON = NINE + timedelta(hours=3)
MEAL = {"date": MONDAY.isoformat(), "period": "lunch"}


@pytest.fixture
def orders(lunch):
    """Three booked orders of a meal that is frozen, the first holder's card known."""
    placed = [lunch.place(1, 1, by=lunch.client(card_no=f"C-{number}")).data for number in range(3)]
    with clock.at(NINE + timedelta(hours=1)):
        freeze_due_meals()
    with clock.at(NOON):
        yield placed


def take(lunch, by=None):
    return (by or lunch.counter).get("/canteen/station/list", canteen_id=lunch.canteen.id, **MEAL)


def told(order, at=NOON - timedelta(minutes=2), key=None):
    return {
        "key": key or uuid4().hex,
        "order_id": order["id"],
        "revision": order["revision"],
        "handed_out_at": clock.local(at).isoformat(),
    }


def tell(lunch, permit, *pickups, by=None):
    return (by or lunch.counter).post(
        "/canteen/station/pickups", {"permit": permit, "pickups": list(pickups)}
    )


def fetch(lunch):
    """A permit that was taken a few minutes ago."""
    with clock.at(NOON - timedelta(minutes=5)):
        return take(lunch).data["permit"]


def fingerprint(salt, text):
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def test_the_list_lets_a_tablet_recognise_codes_and_cards_without_our_key(lunch, orders):
    found = take(lunch).data
    assert [each["id"] for each in found["orders"]] == [each["id"] for each in orders]
    first = found["orders"][0]
    assert first["card"] == fingerprint(found["salt"], "C-0")
    assert "C-0" not in str(found)
    assert [line["quantity"] for line in first["items"]] == [1, 1]
    assert found["until_at"] == "2026-11-23T14:30:00+08:00"  # The window's end, and two hours of grace.
    assert take(lunch).data["salt"] != found["salt"]


def test_every_code_of_an_order_carries_the_proof_that_the_list_knows(lunch):
    official = lunch.official
    order = lunch.place(1, 1).data
    codes = []
    for later in (0, 60):
        with clock.at(NINE + timedelta(seconds=later)):
            codes.append(official.get(f"/canteen/orders/{order['id']}/pickup-code").data["token"])
    with clock.at(NINE + timedelta(hours=1)):
        freeze_due_meals()
        found = take(lunch).data
    proofs = {code.split(".")[4] for code in codes}
    assert len(set(codes)) == 2
    assert [fingerprint(found["salt"], proof) for proof in proofs] == [found["orders"][0]["proof"]]


def test_what_was_handed_out_offline_is_booked_when_it_was_handed_out(lunch, orders):
    permit = fetch(lunch)
    answer = tell(lunch, permit, told(orders[0]), told(orders[1], at=NOON - timedelta(minutes=1)))
    assert [each["outcome"] for each in answer.data["list"]] == ["booked", "booked"]
    db.session.rollback()
    order = db.session.get(Order, orders[0]["id"])
    assert (order.state, order.picked_up_at) == ("picked_up", NOON - timedelta(minutes=2))
    assert take(lunch).data["orders"][0]["picked_up_at"] == "2026-11-23T11:58:00+08:00"


def test_telling_again_changes_nothing_and_gives_the_first_answer(lunch, orders):
    permit, pickup = fetch(lunch), told(orders[0])
    first = tell(lunch, permit, pickup).data
    with clock.at(NOON + timedelta(minutes=9)):
        assert tell(lunch, permit, pickup).data == first
        assert tell(lunch, permit, {**pickup, "handed_out_at": "2026-11-23T12:05:00+08:00"}).data == first
    db.session.rollback()
    assert db.session.get(Order, orders[0]["id"]).picked_up_at == NOON - timedelta(minutes=2)


def test_an_order_that_was_handed_out_elsewhere_is_a_duplicate(lunch, orders):
    permit = fetch(lunch)
    tell(lunch, permit, told(orders[0]))
    (answer,) = tell(lunch, permit, told(orders[0])).data["list"]
    assert (answer["outcome"], answer["reason"]) == ("duplicate", "canteen.already_picked_up")
    db.session.rollback()
    refusals = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "canteen.offline_pickup")
    ).all()
    assert [each.result for each in refusals] == ["refused"]


def test_twice_in_one_report_is_a_duplicate_too(lunch, orders):
    answers = tell(lunch, fetch(lunch), told(orders[0]), told(orders[0])).data["list"]
    assert [each["outcome"] for each in answers] == ["booked", "duplicate"]


def test_two_tablets_that_tell_at_once_book_once(lunch, orders, soak):
    permit = fetch(lunch)
    for order in orders * (10 if soak else 1):
        reports = [lambda order=order: tell(lunch, permit, told(order)) for _ in range(6)]
        outcomes = Counter(each.data["list"][0]["outcome"] for each in at_once(reports))
        assert outcomes["booked"] <= 1
        assert sum(outcomes.values()) == 6
    db.session.rollback()
    booked = db.session.scalars(select(OfflinePickup).where(OfflinePickup.outcome == "booked")).all()
    assert sorted(each.order_id for each in booked) == sorted(order["id"] for order in orders)


def test_twins_of_one_report_get_the_same_answers(lunch, orders):
    permit = fetch(lunch)
    pickups = [told(order) for order in orders]
    answers = at_once([lambda: tell(lunch, permit, *pickups)] * 6)
    assert {str(answer.data) for answer in answers} == {str(answers[0].data)}
    assert [each["outcome"] for each in answers[0].data["list"]] == ["booked"] * 3


def test_reports_in_opposite_order_do_not_deadlock(lunch, orders):
    permit = fetch(lunch)
    both = [[told(order) for order in way] for way in (orders, orders[::-1])]
    answers = at_once([lambda each=each: tell(lunch, permit, *each) for each in both * 3])
    assert {answer.status for answer in answers} == {200}


def test_online_and_offline_at_once_hand_out_once(lunch, orders):
    permit = fetch(lunch)
    card = {"card_no": "C-0", "canteen_id": lunch.canteen.id, "period": "lunch"}
    online, offline = at_once(
        [lambda: lunch.counter.post("/canteen/pickups", card), lambda: tell(lunch, permit, told(orders[0]))]
    )
    outcome = offline.data["list"][0]["outcome"]
    assert (online.status, outcome) in {(200, "duplicate"), (409, "booked")}


@pytest.mark.parametrize("late", [timedelta(hours=3), timedelta(minutes=-10), timedelta(minutes=3)])
def test_an_instant_outside_of_the_permit_is_refused(lunch, orders, late):
    # After the meal, before the list was taken, and in the future.
    (answer,) = tell(lunch, fetch(lunch), told(orders[0], at=NOON + late)).data["list"]
    assert (answer["outcome"], answer["reason"]) == ("refused", "canteen.pickup_not_open")
    db.session.rollback()
    assert db.session.get(Order, orders[0]["id"]).state == "booked"


@pytest.mark.parametrize("off", [timedelta(seconds=90), timedelta(minutes=-6)])
def test_a_clock_that_is_a_little_off_costs_nobody_a_meal(lunch, orders, off):
    (answer,) = tell(lunch, fetch(lunch), told(orders[0], at=NOON + off)).data["list"]
    assert answer["outcome"] == "booked"
    db.session.rollback()
    assert db.session.get(Order, orders[0]["id"]).picked_up_at == min(NOON + off, NOON)


def test_a_scan_whose_answer_was_lost_is_no_duplicate(lunch, orders):
    permit, key = fetch(lunch), uuid4().hex
    card = {"card_no": "C-0", "canteen_id": lunch.canteen.id, "period": "lunch"}
    assert lunch.counter.post("/canteen/pickups", card, key=key).status == 200
    (answer,) = tell(lunch, permit, told(orders[0], key=key)).data["list"]
    assert (answer["outcome"], answer["reason"]) == ("booked", "")
    (answer,) = tell(lunch, permit, told(orders[0])).data["list"]
    assert answer["outcome"] == "duplicate"


def test_who_took_the_list_along_has_handed_out_whoever_tells(lunch, orders):
    permit = fetch(lunch)
    colleague = lunch.compound.staff(roles={"canteen_staff": (ScopeKind.CANTEEN, lunch.canteen.id)})
    tell(lunch, permit, told(orders[0]), by=lunch.compound.client(colleague))
    db.session.rollback()
    row = db.session.scalars(select(OfflinePickup)).one()
    assert row.told_by == colleague.id
    assert db.session.get(Order, orders[0]["id"]).picked_up_by != colleague.id


def test_another_meals_order_and_one_that_is_none_are_refused(lunch, orders):
    other = lunch.compound.meal(lunch.canteen, [(lunch.dishes[0], None)], period="dinner")
    strange = {"id": 99_999, "revision": 1}

    @atomic
    def move():
        db.session.get(Order, orders[2]["id"]).meal_id = other.id

    move()
    answers = tell(lunch, fetch(lunch), told(strange), told(orders[2])).data["list"]
    assert {(each["outcome"], each["reason"]) for each in answers} == {("refused", "canteen.order_not_found")}


@pytest.mark.parametrize(
    "spoil", [lambda p: p[:-1], lambda p: p.replace("HQL1.", "HQL1.1"), lambda p: "HQL1"]
)
def test_a_permit_that_is_not_ours_is_refused(lunch, orders, spoil):
    answer = tell(lunch, spoil(fetch(lunch)), told(orders[0]))
    assert (answer.status, answer.error) == (422, "canteen.station_permit_invalid")


def test_another_canteens_counter_gets_and_tells_nothing(lunch, orders):
    elsewhere = lunch.compound.canteen()
    stranger = lunch.compound.client(
        lunch.compound.staff(roles={"canteen_staff": (ScopeKind.CANTEEN, elsewhere.id)})
    )
    assert take(lunch, by=stranger).error == "canteen.pickup_other_canteen"
    assert tell(lunch, fetch(lunch), told(orders[0]), by=stranger).error == "canteen.pickup_other_canteen"


def test_there_is_no_list_before_the_orders_are_final(lunch):
    lunch.place(1, 0)
    answer = take(lunch)
    assert (answer.status, answer.error) == (409, "canteen.station_not_frozen")
    assert (
        lunch.counter.get(
            "/canteen/station/list", canteen_id=lunch.canteen.id, date="2026-11-24", period="lunch"
        ).status
        == 404
    )


def test_the_cancelled_are_not_on_the_list(lunch):
    order = lunch.place(1, 0).data
    lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    with clock.at(NINE + timedelta(hours=1)):
        freeze_due_meals()
        assert take(lunch).data["orders"] == []
    assert db.session.get(Meal, lunch.meal.id).frozen_at is not None


def test_the_earlier_holder_of_a_transferred_order_gets_no_second_meal_booked(lunch):
    """The list was taken along before the transfer: its proof is that of the earlier holder's code."""
    giver, receiver = (lunch.compound.staff(subsidy_fen=5000) for _ in range(2))
    givers, receivers = lunch.compound.client(giver), lunch.compound.client(receiver)
    order = lunch.place(1, by=givers).data
    receivers.post("/canteen/consents", {"staff_no": giver.staff_no})
    with clock.at(NINE + timedelta(hours=1)):
        freeze_due_meals()
    with clock.at(NOON - timedelta(minutes=5)):
        listed = take(lunch).data
        moved = givers.post(f"/canteen/orders/{order['id']}/transfer", {"staff_no": receiver.staff_no})
        assert moved.data["state"] == "done"
    with clock.at(NOON):
        stale = {**order, "revision": listed["orders"][0]["revision"]}
        (answer,) = tell(lunch, listed["permit"], told(stale)).data["list"]
        assert (answer["outcome"], answer["reason"]) == ("refused", "canteen.order_transferred")
        # Who holds it now gets it: here with a list that was taken along afterwards.
        (listed_now,) = take(lunch).data["orders"]
        assert (listed_now["staff_name"], listed_now["revision"]) == (receiver.name, 2)
        (answer,) = tell(lunch, listed["permit"], told(listed_now)).data["list"]
        assert answer["outcome"] == "booked"
