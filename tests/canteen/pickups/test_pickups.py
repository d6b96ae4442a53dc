"""The counter: by code and by card, once, at the right canteen, in time."""

from collections import Counter
from datetime import time, timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from canteen.menu.models import Meal
from tests.factories import MONDAY, NINE
from tests.threads import at_once


@pytest.fixture
def booked(lunch):
    """An order, and the code that its owner shows."""
    order = lunch.place(1, 1).data
    return order, lunch.official.get(f"/canteen/orders/{order['id']}/pickup-code").data


def test_a_code_is_shown_and_hands_out_the_order(lunch, booked):
    order, code = booked
    assert code["expires_at"] == "2026-11-23T09:03:01+08:00"
    assert code["qr_svg"].startswith("<svg")
    answer = lunch.counter.post("/canteen/pickups", {"token": code["token"]})
    assert answer.data["id"] == order["id"]
    assert answer.data["state"] == "picked_up"
    assert answer.data["picked_up_at"] == "2026-11-23T09:00:00+08:00"
    assert answer.data["staff_name"].startswith("职工")
    assert answer.data["canteen_name"] == lunch.canteen.name
    assert lunch.official.get(f"/canteen/orders/{order['id']}").data["state"] == "picked_up"


def test_a_code_works_once(lunch, booked):
    _, code = booked
    lunch.counter.post("/canteen/pickups", {"token": code["token"]})
    again = lunch.counter.post("/canteen/pickups", {"token": code["token"]})
    assert (again.status, again.error) == (409, "canteen.already_picked_up")
    assert again.envelope["data"]["picked_up_at"].startswith("2026-11-23")
    assert "09:00" in again.envelope["msg"]


def test_two_terminals_at_once_hand_out_once(lunch, booked):
    # Case 17.
    _, code = booked
    answers = at_once([lambda: lunch.counter.post("/canteen/pickups", {"token": code["token"]})] * 8)
    assert Counter(answer.status for answer in answers) == {200: 1, 409: 7}
    assert {answer.error for answer in answers if answer.status == 409} == {"canteen.already_picked_up"}


def test_an_expired_code_is_gone(lunch, booked):
    order, code = booked
    with clock.at(NINE + timedelta(seconds=181)):
        answer = lunch.counter.post("/canteen/pickups", {"token": code["token"]})
        assert (answer.status, answer.error) == (410, "canteen.pickup_code_expired")
        fresh = lunch.official.get(f"/canteen/orders/{order['id']}/pickup-code").data
        assert lunch.counter.post("/canteen/pickups", {"token": fresh["token"]}).status == 200


def test_a_code_of_before_a_change_is_gone(lunch, booked):
    order, code = booked
    lunch.official.put(f"/canteen/orders/{order['id']}", {"items": lunch.order(1, 0)["items"]})
    answer = lunch.counter.post("/canteen/pickups", {"token": code["token"]})
    assert (answer.status, answer.error) == (410, "canteen.pickup_code_expired")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"),
        lambda t: t.replace("HQ2.", "HQ1."),
        lambda t: "x",
        lambda t: t + ".",
    ],
)
def test_a_forged_code_is_refused(lunch, booked, spoil):
    _, code = booked
    answer = lunch.counter.post("/canteen/pickups", {"token": spoil(code["token"])})
    assert (answer.status, answer.error) == (422, "canteen.pickup_code_invalid")


def test_a_code_with_another_order_in_it_is_refused(lunch, booked):
    order, code = booked
    forged = code["token"].replace(f"HQ2.{order['id']}.", f"HQ2.{order['id'] + 1}.")
    assert lunch.counter.post("/canteen/pickups", {"token": forged}).error == "canteen.pickup_code_invalid"


def test_another_canteens_counter_is_forbidden(lunch, booked, compound):
    # Case 17.
    _, code = booked
    other = compound.canteen()
    elsewhere = compound.client(compound.staff(roles={"canteen_staff": (ScopeKind.CANTEEN, other.id)}))
    answer = elsewhere.post("/canteen/pickups", {"token": code["token"]})
    assert (answer.status, answer.error) == (403, "canteen.pickup_other_canteen")
    everywhere = compound.client(compound.staff(roles={"canteen_staff": (ScopeKind.COMPOUND, 0)}))
    at_counter = everywhere.post("/canteen/pickups", {"token": code["token"], "canteen_id": other.id})
    assert at_counter.error == "canteen.pickup_other_canteen"
    campus = compound.client(
        compound.staff(roles={"canteen_staff": (ScopeKind.CAMPUS, lunch.canteen.campus_id)})
    )
    assert campus.post("/canteen/pickups", {"token": code["token"]}).status == 200


def test_an_official_may_not_verify(lunch, booked):
    _, code = booked
    assert lunch.official.post("/canteen/pickups", {"token": code["token"]}).error == "app.forbidden"


def test_a_card_hands_out_todays_order(lunch, compound):
    diner = compound.client(compound.staff(subsidy_fen=5000, card_no="C0001"))
    order = lunch.place(1, 0, by=diner).data
    body = {"card_no": "C0001", "canteen_id": lunch.canteen.id, "period": "lunch"}
    assert lunch.counter.post("/canteen/pickups", body).data["id"] == order["id"]
    assert lunch.counter.post("/canteen/pickups", body).error == "canteen.already_picked_up"
    assert (
        lunch.counter.post("/canteen/pickups", {**body, "card_no": "C9"}).error == "canteen.no_order_for_card"
    )
    assert lunch.counter.post("/canteen/pickups", {**body, "period": "dinner"}).status == 404
    other = compound.canteen()
    assert lunch.counter.post("/canteen/pickups", {**body, "canteen_id": other.id}).status == 403
    with clock.at(NINE + timedelta(days=1)):
        assert lunch.counter.post("/canteen/pickups", body).error == "canteen.no_order_for_card"


@pytest.mark.parametrize(
    "body", [{}, {"token": "x", "card_no": "y"}, {"card_no": "y"}, {"token": ""}, {"token": "x" * 101}]
)
def test_half_a_request_is_refused(lunch, body):
    answer = lunch.counter.post("/canteen/pickups", body)
    assert (answer.status, answer.error) == (422, "app.invalid")


def test_a_cancelled_order_is_not_handed_out(lunch, booked):
    order, code = booked
    lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    answer = lunch.counter.post("/canteen/pickups", {"token": code["token"]})
    assert (answer.status, answer.error) == (409, "canteen.order_not_booked")
    assert lunch.official.get(f"/canteen/orders/{order['id']}/pickup-code").status == 409


def test_nothing_is_handed_out_before_or_after_the_time(lunch, booked):
    _, code = booked

    @atomic
    def open_at(instant):
        db.session.query(Meal).filter_by(id=lunch.meal.id).update({Meal.pickup_from: instant})

    open_at(NINE + timedelta(minutes=1))
    early = lunch.counter.post("/canteen/pickups", {"token": code["token"]})
    assert (early.status, early.error) == (409, "canteen.pickup_not_open")
    assert "11月23日" in early.envelope["msg"]
    with clock.at(NINE + timedelta(minutes=1)):
        assert lunch.counter.post("/canteen/pickups", {"token": code["token"]}).status == 200
    late = lunch.client()
    second = lunch.place(1, 0, by=late).data
    with clock.at(lunch.meal.serves_until + timedelta(hours=2)):
        fresh = late.get(f"/canteen/orders/{second['id']}/pickup-code").data
        assert (
            lunch.counter.post("/canteen/pickups", {"token": fresh["token"]}).error
            == "canteen.pickup_not_open"
        )


def test_a_card_hands_out_last_nights_meal_after_midnight(lunch, compound):
    late = clock.at_local(MONDAY, time(23, 30))
    compound.meal(
        lunch.canteen, {lunch.dishes[0]: 9}, period="overtime",
        serves_from=late - timedelta(hours=1), serves_until=late,
    )  # fmt: skip # One argument a line would say no more.
    diner = compound.client(compound.staff(subsidy_fen=5000, card_no="C0002"))
    lunch.place(1, by=diner, period="overtime")
    body = {"card_no": "C0002", "canteen_id": lunch.canteen.id, "period": "overtime"}
    with clock.at(late + timedelta(hours=2)):
        assert lunch.counter.post("/canteen/pickups", body).error == "canteen.no_order_for_card"
    with clock.at(late + timedelta(minutes=40)):
        assert lunch.counter.post("/canteen/pickups", body).data["state"] == "picked_up"
