"""The phone's first page: what comes, what waits, in a few statements however long one has been here."""

from datetime import date, time, timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from canteen.ordering.models import Order, OrderState
from tests.canteen.lunch import lunch
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements

__all__ = ["lunch"]

NOON = clock.at_local(MONDAY, time(12))


def hand_out(lunch, order_id, by=None):
    code = (by or lunch.official).get(f"/canteen/orders/{order_id}/pickup-code").data
    assert lunch.counter.post("/canteen/pickups", {"token": code["token"]}).status == 200


def kinds(client):
    return [one["kind"] for one in client.get("/home").data["waiting"]]


def test_an_empty_first_page_says_so(lunch):
    home = lunch.client(subsidy_fen=0).get("/home").data
    assert home.pop("account")["balance_fen"] == 0
    assert home == {
        "date": "2026-11-23",
        "now": "2026-11-23T09:00:00+08:00",
        "orders": [],
        "next_meal": {
            "canteen_id": lunch.canteen.id,
            "canteen_name": lunch.canteen.name,
            "date": "2026-11-23",
            "period": "lunch",
            "period_name": "午餐",
            "order_closes_at": "2026-11-23T10:00:00+08:00",
            "serves_from": "2026-11-23T11:30:00+08:00",
        },
        "messages": {"unread": 0, "latest": []},
        "waiting": [],
        "privacy": {"version": "1.0", "is_agreed": None},
        "notices": [],
        "meetings": [],
    }


def test_an_order_tells_its_times_and_until_when_it_can_be_changed(lunch):
    order = lunch.place(1, 2, portion="half").data
    shown = lunch.official.get("/home").data["orders"]
    names = [dish.name for dish in lunch.dishes]
    assert shown == [
        {
            "id": order["id"], "number": order["number"], "date": "2026-11-23",
            "period": "lunch", "period_name": "午餐",
            "canteen_id": lunch.canteen.id, "canteen_name": lunch.canteen.name,
            "state": "booked", "state_name": "已预订", "dining": "dine_in", "origin": "self",
            "total_fen": 300 + 2 * 450, "dishes": [f"{names[0]}（半份）×1", f"{names[1]}（半份）×2"],
            "pickup_no": None, "pickup_from": None,
            "serves_from": "2026-11-23T11:30:00+08:00", "serves_until": "2026-11-23T12:30:00+08:00",
            "collect_from": None, "collect_until": None,
            "can_show_code": True,
            "can_change": True, "changes_until": "2026-11-23T10:00:00+08:00",
            "can_cancel": True, "cancels_until": "2026-11-23T10:00:00+08:00",
        }
    ]  # fmt: skip # One name a line would say no more.
    with clock.at(clock.at_local(MONDAY, time(10))):
        closed = lunch.official.get("/home").data["orders"][0]
        assert (closed["can_change"], closed["can_cancel"], closed["can_show_code"]) == (False, False, True)


def test_the_next_meal_is_one_that_is_open_and_not_ordered_in_the_usual_canteen_first(lunch, compound):
    def next_meal():
        found = lunch.official.get("/home").data["next_meal"]
        return found and (found["canteen_id"], found["date"], found["period"])

    lunch.place(1)
    assert next_meal() is None
    other = compound.canteen(name="另一食堂")
    dish = compound.dish(other)
    compound.meal(other, {dish: None}, period="dinner")
    assert next_meal() == (other.id, "2026-11-23", "dinner")
    tuesday = date(2026, 11, 24)
    compound.meal(lunch.canteen, {lunch.dishes[0]: None}, served_on=tuesday)
    assert next_meal() == (lunch.canteen.id, "2026-11-24", "lunch")
    with clock.at(clock.at_local(tuesday, time(10))):
        assert lunch.compound.client(lunch.compound.staff()).get("/home").data["next_meal"] is None


def test_what_is_cancelled_or_over_or_somebody_elses_is_not_shown(lunch):
    cancelled = lunch.place(1).data["id"]
    lunch.official.post(f"/canteen/orders/{cancelled}/cancel")
    assert lunch.official.get("/home").data["orders"] == []
    lunch.place(1)
    assert lunch.client().get("/home").data["orders"] == []
    with clock.at(NINE + timedelta(days=1)):
        assert lunch.official.get("/home").data["orders"] == []


def test_last_nights_order_stays_while_it_is_handed_out(lunch, compound):
    late = clock.at_local(MONDAY, time(23, 30))
    compound.meal(
        lunch.canteen, {lunch.dishes[0]: None}, period="overtime",
        pickup_from=late, serves_from=late, serves_until=late + timedelta(hours=1),
    )  # fmt: skip # One name a line would say no more.
    assert lunch.place(1, period="overtime").status == 201
    shown = {}
    for hours in (15, 17, 18):  # Midnight, two and three in the morning; the grace ends at half past two.
        with clock.at(NINE + timedelta(hours=hours)):
            shown[hours] = len(lunch.official.get("/home").data["orders"])
    assert shown == {15: 1, 17: 1, 18: 0}


def test_a_meal_waits_for_its_rating_until_it_is_rated_or_too_old(lunch):
    order_id = lunch.place(1).data["id"]
    hand_out(lunch, order_id)
    waiting = lunch.official.get("/home").data["waiting"]
    assert waiting == [
        {
            "kind": "rate_order",
            "title": "待评价",
            "text": "11月23日午餐吃得怎么样？",
            "count": 1,
            "page": f"pages/canteen/rate?order_id={order_id}",
        }
    ]
    with clock.at(NINE + timedelta(days=6, hours=23)):
        assert kinds(lunch.official) == ["rate_order"]
    with clock.at(NINE + timedelta(days=7)):
        assert kinds(lunch.compound.client(lunch.compound.staff())) == []
    lunch.official.post(f"/canteen/orders/{order_id}/rate", {"scores": {"taste": 5}})
    assert kinds(lunch.official) == []


def test_a_reply_waits_until_it_is_read(lunch, compound):
    administrator = compound.client(compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))
    number = lunch.official.post("/suggestions", {"kind": "fault", "text": "页面打不开"}).data["id"]
    administrator.post(f"/admin/suggestions/{number}/replies", {"text": "已修复"})
    administrator.post(f"/admin/suggestions/{number}/replies", {"text": "请更新"})
    home = lunch.official.get("/home").data
    assert home["waiting"] == [
        {
            "kind": "suggestion_replied",
            "title": "新答复",
            "text": "您的投诉建议有新答复（共 2 件）",
            "count": 2,
            "page": f"pages/suggestions/detail?id={number}",
        }
    ]
    assert (home["messages"]["unread"], home["messages"]["latest"][0]["title"]) == (2, "投诉建议有新答复")
    lunch.official.post("/inbox/read", {"all": True})
    assert kinds(lunch.official) == []


def test_an_offer_of_a_colleague_waits_for_an_answer(lunch, compound):
    receiver = compound.staff("3003", name="李四", subsidy_fen=5000)
    order_id = lunch.place(1).data["id"]
    lunch.official.post(f"/canteen/orders/{order_id}/transfer", {"staff_no": "3003"})
    client = compound.client(receiver)
    first = client.get("/home").data["waiting"][0]
    assert (first["kind"], first["count"], first["page"]) == ("transfer_offer", 1, "pages/canteen/transfers")
    assert first["text"].endswith("想把11月23日午餐转让给您")
    lunch.official.post(f"/canteen/orders/{order_id}/cancel")
    assert kinds(client) == []


def test_the_answer_to_the_privacy_policy_is_known(lunch):
    lunch.official.post("/me/consents", {"version": "1.0", "is_agreed": False})
    assert lunch.official.get("/home").data["privacy"] == {"version": "1.0", "is_agreed": False}


def test_the_statements_do_not_grow_with_the_years(lunch, compound):
    def statements():
        lunch.official.get("/home")  # The process reads its copy of the rules once a second.
        with counted_statements() as sent:
            lunch.official.get("/home")
        return [one for one in sent if one not in ("BEGIN", "ROLLBACK")]

    lunch.place(1)
    assert len(statements()) <= 15
    template = db.session.query(Order).one()
    meals = [
        compound.meal(lunch.canteen, [], served_on=MONDAY - timedelta(days=days), state="frozen")
        for days in range(1, 40)
    ]

    @atomic
    def eat_for_weeks():
        for meal in meals:
            db.session.add(
                Order(
                    meal_id=meal.id, canteen_id=lunch.canteen.id, staff_id=template.staff_id,
                    department_id=template.department_id, served_on=meal.served_on, period="lunch",
                    state=OrderState.PICKED_UP.value, dining="dine_in", total_fen=0,
                    placed_at=meal.serves_from, picked_up_at=meal.serves_from,
                )
            )  # fmt: skip # One name a line would say no more.

    eat_for_weeks()
    assert len(statements()) <= 15
    assert lunch.official.get("/home").data["waiting"][0]["count"] == 7


@pytest.mark.parametrize("days", [0, 1])
def test_orders_come_in_the_order_of_their_meals(lunch, compound, days):
    tuesday = date(2026, 11, 24)
    compound.meal(lunch.canteen, {lunch.dishes[0]: None}, served_on=tuesday)
    first = lunch.place(1, date=tuesday.isoformat()).data["id"]
    second = lunch.place(1).data["id"]
    with clock.at(NINE + timedelta(days=days)):
        shown = [one["id"] for one in lunch.official.get("/home").data["orders"]]
    assert shown == [[second, first], [first]][days]
