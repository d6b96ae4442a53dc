"""Meals without an order: where the canteen allows them, within its hours, never beyond a cap."""

from collections import Counter
from datetime import time, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.identity.models import Staff
from canteen.accounts.services import reconcile
from canteen.menu.models import Meal
from canteen.ordering.models import PrepLine
from canteen.ordering.pauses.operations import NewPause, begin
from canteen.ordering.pauses.rules import NO_SHOW_LIMIT
from canteen.ordering.services import freeze_due_meals
from canteen.pickups.walk_ins.rules import WALK_INS
from tests.canteen.lunch import Lunch, nothing_changes
from tests.canteen.missing import told
from tests.factories import MONDAY, NINE
from tests.threads import at_once

NOON = NINE + timedelta(hours=3)
OFFER = {"date": MONDAY.isoformat(), "period": "lunch"}


@pytest.fixture
def counter(lunch):
    """The lunch at noon, frozen, at a canteen that serves walk-ins."""
    lunch.compound.rule(WALK_INS, True, lunch.canteen.id)
    with clock.at(NINE + timedelta(hours=1)):
        freeze_due_meals()
    with clock.at(NOON):
        yield lunch


def code_of(client):
    return client.get("/me/diner-code").data["token"]


def wish(lunch, *quantities, **fields):
    """What a counter sends to serve so many of each dish, by default to the official's code."""
    body = lunch.order(*quantities)
    del body["date"]
    if not {"diner_token", "card_no"} & fields.keys():
        fields["diner_token"] = code_of(lunch.official)
    return {**body, **fields}


def serve(lunch, *quantities, by=None, key="", **fields):
    """Serve so many of each dish."""
    return (by or lunch.counter).post("/canteen/walk-ins", wish(lunch, *quantities, **fields), key=key)


def test_a_diner_without_an_order_is_served_and_pays_at_once(counter):
    answer = serve(counter, 1, 1)
    assert answer.status == 201
    order = answer.data
    assert (order["state"], order["origin"], order["total_fen"]) == ("picked_up", "walk_in", 1500)
    assert (order["picked_up_at"], order["pickup_no"]) == ("2026-11-23T12:00:00+08:00", None)
    assert order["staff_name"].startswith("职工")
    assert counter.official.get("/canteen/account").data["balance_fen"] == 1500
    assert counter.taken() == [100, 100]
    assert counter.official.get("/canteen/orders").data["list"][0]["id"] == order["id"]
    assert counter.official.get(f"/canteen/orders/{order['id']}/rating").data["can_rate"]
    (message,) = told("canteen.walk_in")
    assert "已从餐费账户扣款 15.00 元" in message.text
    assert reconcile() == []


def test_a_card_serves_as_well_and_the_prep_list_stays_as_it_was(counter):
    eater = counter.client(card_no="C-7")
    assert serve(counter, 2, card_no="C-7").status == 201
    assert eater.get("/canteen/account").data["balance_fen"] == 8800
    assert db.session.scalars(select(PrepLine)).all() == []
    manager = counter.compound.client(
        counter.compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, counter.canteen.id)})
    )
    prepared = manager.get("/canteen/admin/prep-list", canteen_id=counter.canteen.id, **OFFER).data
    assert prepared["dishes"] == []


def test_by_default_a_canteen_serves_nobody_without_an_order(lunch):
    with clock.at(NOON), nothing_changes(lunch):
        refused = serve(lunch, 1)
    assert (refused.status, refused.error) == (409, "canteen.walk_ins_off")


@pytest.mark.parametrize(
    ("at", "status"),
    [(time(11, 29, 59), 409), (time(11, 30), 201), (time(14, 29, 59), 201), (time(14, 30), 409)],
)
def test_walk_ins_come_while_the_canteen_hands_out(counter, at, status):
    with clock.at(clock.at_local(MONDAY, at)):
        answer = serve(counter, 1)
        assert answer.status == status
        if status == 409:
            assert answer.error == "canteen.pickup_not_open"
            assert "11月23日 11:30 至 14:30" in answer.envelope["msg"]


def test_last_nights_meal_is_served_after_midnight(counter):
    late = clock.at_local(MONDAY, time(23, 30))
    counter.compound.meal(
        counter.canteen, [(counter.dishes[0], 9)], period="overtime",
        serves_from=late - timedelta(hours=1), serves_until=late,
    )  # fmt: skip # One argument a line would say no more.
    with clock.at(late + timedelta(minutes=40)):
        assert serve(counter, 1, period="overtime").data["date"] == "2026-11-23"
    with clock.at(late + timedelta(hours=2)):
        again = serve(counter, 1, period="overtime", diner_token=code_of(counter.client()))
    assert again.error == "canteen.menu_not_published"  # There is none on Tuesday.


@pytest.mark.parametrize("is_frozen", [True, False])
def test_who_has_an_order_is_sent_to_pick_it_up(lunch, is_frozen):
    lunch.compound.rule(WALK_INS, True, lunch.canteen.id)
    order = lunch.place(1).data
    with clock.at(NINE + timedelta(hours=1)):
        if is_frozen:
            freeze_due_meals()
    with clock.at(NOON), nothing_changes(lunch):
        refused = serve(lunch, 0, 1)
    assert (refused.status, refused.error) == (409, "canteen.has_order")
    assert refused.envelope["data"]["order_id"] == order["id"]
    assert ("请直接取餐（取餐号 1）" if is_frozen else "请直接取餐") in refused.envelope["msg"]


def test_who_has_eaten_is_not_served_again(counter):
    serve(counter, 1)
    refused = serve(counter, 1)
    assert (refused.status, refused.error) == (409, "canteen.has_order")
    assert "本餐已取，不能重复用餐" in refused.envelope["msg"]


def test_a_cap_holds_after_the_freeze_too(lunch):
    lunch.compound.rule(WALK_INS, True, lunch.canteen.id)
    for client in (lunch.client(), lunch.client()):
        assert lunch.place(9, 0, by=client).status == 201
    with clock.at(NINE + timedelta(hours=1)):
        freeze_due_meals()
    with clock.at(NOON):
        refused = serve(lunch, 3)
        assert (refused.status, refused.error) == (409, "canteen.sold_out")
        assert refused.envelope["data"]["remaining"] == 2
        assert serve(lunch, 2).status == 201
        offer = lunch.counter.get("/canteen/walk-ins/offer", canteen_id=lunch.canteen.id, **OFFER).data
    assert [dish["remaining"] for dish in offer["dishes"]] == [0, 20]
    assert lunch.taken() == [2000, 0]


@pytest.mark.parametrize("booked", [None, "half"])
def test_a_dish_that_was_withdrawn_is_not_served_at_the_counter_either(lunch, booked):
    lunch.compound.rule(WALK_INS, True, lunch.canteen.id)
    manager = lunch.compound.client(
        lunch.compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)})
    )
    eater = lunch.client()
    if booked:
        order = lunch.place(1, by=eater, portion=booked).data
    with clock.at(NINE + timedelta(hours=1)):
        freeze_due_meals()
    with clock.at(NOON):
        if booked:
            token = eater.get(f"/canteen/orders/{order['id']}/pickup-code").data["token"]
            assert lunch.counter.post("/canteen/pickups", {"token": token}).status == 200
        # Nobody's order holds it (any more), and the rest of a begun portion is half a one.
        path = f"/canteen/admin/menus/{lunch.meal.id}/dishes/{lunch.dishes[0].id}/withdraw"
        assert manager.post(path, {"reason": "食材检验不合格"}).status == 200
        for portion in ("standard", "half"):
            items = lunch.order(1, portion=portion)["items"]
            refused = serve(lunch, 1, items=items)
            assert (refused.status, refused.error) == (409, "canteen.sold_out")
        offer = lunch.counter.get("/canteen/walk-ins/offer", canteen_id=lunch.canteen.id, **OFFER).data
    assert {portion["remaining"] for portion in offer["dishes"][0]["portions"]} == {0}
    db.session.rollback()
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "canteen.dish_withdrawn"))
    assert len(events.all()) == 1


def test_the_last_portion_goes_to_one_of_twenty(compound, soak):
    with clock.at(NINE):
        lunch = Lunch(compound, caps=(1,))
        lunch.compound.rule(WALK_INS, True, lunch.canteen.id)
    with clock.at(NINE + timedelta(hours=1)):
        freeze_due_meals()
    with clock.at(NOON):
        crowd = [lunch.client() for _ in range(60 if soak else 20)]
        wishes = [wish(lunch, 1, diner_token=code_of(client)) for client in crowd]
        answers = at_once([lambda w=w: lunch.counter.post("/canteen/walk-ins", w) for w in wishes])
    assert Counter(answer.status for answer in answers) == {201: 1, 409: len(crowd) - 1}
    assert {answer.error for answer in answers if answer.status == 409} == {"canteen.sold_out"}
    assert lunch.taken() == [100]
    assert reconcile() == []


def test_one_person_at_two_counters_is_served_once(counter):
    body = wish(counter, 1)
    answers = at_once([lambda: counter.counter.post("/canteen/walk-ins", body)] * 6)
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 5}
    assert counter.official.get("/canteen/account").data["balance_fen"] == 2400


def test_a_repeated_request_serves_once(counter):
    key, token = uuid4().hex, code_of(counter.official)
    answers = [serve(counter, 1, key=key, diner_token=token) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body == answers[1].body
    assert counter.taken() == [100, 0]


def test_an_empty_account_is_refused_and_nothing_is_taken(counter):
    poor = counter.client(subsidy_fen=500)
    with nothing_changes(counter, poor):
        refused = serve(counter, 1, diner_token=code_of(poor))
    assert (refused.status, refused.error) == (409, "canteen.balance_short")


def test_a_code_lasts_for_a_short_while_and_cannot_be_made_up(counter):
    code = counter.official.get("/me/diner-code").data
    assert code["expires_at"] == "2026-11-23T12:03:01+08:00"
    assert code["qr_svg"].startswith("<svg")
    with clock.at(NOON + timedelta(seconds=181)):
        late = serve(counter, 1, diner_token=code["token"])
        assert (late.status, late.error) == (410, "canteen.diner_code_expired")
    kind, staff_id, *rest = code["token"].split(".")
    for forged in (".".join([kind, str(int(staff_id) + 1), *rest]), code["token"][:-1], "HQ2.1"):
        refused = serve(counter, 1, diner_token=forged)
        assert (refused.status, refused.error) == (422, "canteen.diner_code_invalid")
    # It is no pick-up code, and a pick-up code is no diner's.
    assert counter.counter.post("/canteen/pickups", {"token": code["token"]}).error == (
        "canteen.pickup_code_invalid"
    )


def test_who_no_longer_works_here_is_served_nothing(counter):
    gone = counter.compound.staff(status="suspended", card_no="C-8", subsidy_fen=5000)
    refused = serve(counter, 1, card_no="C-8")
    assert (refused.status, refused.error) == (404, "canteen.diner_unknown")
    assert serve(counter, 1, card_no="nobody").error == "canteen.diner_unknown"
    assert db.session.get(Staff, gone.id) is not None


def test_only_the_canteens_own_staff_serve(counter):
    elsewhere = {"canteen_staff": (ScopeKind.CANTEEN, counter.compound.canteen().id)}
    stranger = counter.compound.client(counter.compound.staff(roles=elsewhere))
    assert serve(counter, 1, by=stranger).error == "canteen.pickup_other_canteen"
    assert serve(counter, 1, by=counter.official).error == "app.forbidden"
    asked = stranger.get("/canteen/walk-ins/offer", canteen_id=counter.canteen.id, **OFFER)
    assert asked.error == "canteen.pickup_other_canteen"


def test_who_serves_themselves_is_in_the_trail(counter):
    role = {"canteen_staff": (ScopeKind.CANTEEN, counter.canteen.id)}
    waiter = counter.compound.client(counter.compound.staff(roles=role, subsidy_fen=5000))
    assert serve(counter, 1, by=waiter, diner_token=code_of(waiter)).status == 201
    serve(counter, 1)
    db.session.rollback()
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "canteen.walk_in")).all()
    assert [each.details["is_own"] for each in events] == [True, False]


def test_the_offer_says_what_there_is_and_whether_it_may_be_served(counter):
    path = "/canteen/walk-ins/offer"
    offer = counter.counter.get(path, canteen_id=counter.canteen.id, **OFFER).data
    assert (offer["is_allowed"], offer["is_open"], offer["closes_at"]) == (
        True,
        True,
        "2026-11-23T14:30:00+08:00",
    )
    assert [(dish["dish_id"], dish["remaining"]) for dish in offer["dishes"]] == [
        (dish.id, 20) for dish in counter.dishes
    ]
    assert [(each["portion"], each["remaining"]) for each in offer["dishes"][0]["portions"]] == [
        ("standard", 20),
        ("half", 40),
    ]
    with clock.at(NOON + timedelta(hours=3)):
        assert not counter.counter.get(path, canteen_id=counter.canteen.id, **OFFER).data["is_open"]
    unknown = counter.counter.get(path, canteen_id=counter.canteen.id, date="2026-11-24", period="lunch")
    assert unknown.status == 404


@pytest.mark.parametrize("is_frozen", [True, False])
def test_a_dish_that_was_withdrawn_is_not_served(lunch, is_frozen):
    lunch.compound.rule(WALK_INS, True, lunch.canteen.id)
    lunch.place(1, by=lunch.client())
    manager = lunch.compound.client(
        lunch.compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)})
    )
    with clock.at(NOON):
        if is_frozen:
            freeze_due_meals()
        meal = db.session.scalars(select(Meal)).one()
        path = f"/canteen/admin/menus/{meal.id}/dishes/{lunch.dishes[0].id}/withdraw"
        assert manager.post(path, {"reason": "食材不足"}).status == 200
        refused = serve(lunch, 1)
        assert refused.error == ("canteen.sold_out" if is_frozen else "canteen.dish_withdrawn")
        assert serve(lunch, 0, 1).status == 201


def test_a_pause_of_orders_keeps_nobody_from_the_counter(counter):
    counter.compound.rule(NO_SHOW_LIMIT, 1, counter.canteen.id)
    order_id = serve(counter, 1).data["id"]
    eater = counter.compound.staff(subsidy_fen=5000)
    client = counter.compound.client(eater)

    @atomic
    def pause():
        until_at = NOON + timedelta(days=2)
        begin([NewPause(order_id, eater.id, counter.canteen.id, 1, NOON - timedelta(days=1), until_at)])

    pause()
    counter.compound.meal(counter.canteen, [(counter.dishes[0], 9)], served_on=MONDAY + timedelta(days=1))
    assert counter.place(1, by=client, date="2026-11-24").error == "canteen.orders_paused"
    assert serve(counter, 1, diner_token=code_of(client)).status == 201


@pytest.mark.parametrize("more", [{"diner_token": "x", "card_no": "y"}, {"card_no": ""}, {"items": []}])
def test_half_a_request_is_refused(counter, more):
    answer = serve(counter, 1, **more)
    assert (answer.status, answer.error) == (422, "app.invalid")
