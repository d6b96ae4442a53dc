"""Windows in which takeaways are collected, and what their packaging costs."""

from collections import Counter
from datetime import time, timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from canteen.accounts.services import reconcile
from canteen.ordering.models import Order
from canteen.ordering.takeaway.models import TakeawayWindow
from canteen.ordering.takeaway.rules import OFFERED, PACKAGING_FEN, WINDOW_ORDERS
from tests.canteen.lunch import nothing_changes
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements
from tests.threads import at_once

FIRST, SECOND, LAST = (clock.at_local(MONDAY, time(*at)) for at in ((11, 30), (11, 45), (12, 15)))


def wire(instant):
    return clock.local(instant).isoformat()


def takeaway(lunch, *quantities, at=None, by=None):
    return lunch.place(*quantities, by=by, dining="takeaway", collect_from=at and wire(at))


def change(lunch, order, *quantities, dining="takeaway", at=None):
    body = {"items": lunch.order(*quantities)["items"], "dining": dining, "collect_from": at and wire(at)}
    return lunch.official.put(f"/canteen/orders/{order['id']}", body)


def offer(lunch, **meal):
    named = {"canteen_id": lunch.canteen.id, "date": MONDAY.isoformat(), "period": "lunch", **meal}
    return lunch.official.get("/canteen/takeaway-windows", **named)


def taken(lunch):
    db.session.rollback()
    rows = db.session.query(TakeawayWindow).filter_by(meal_id=lunch.meal.id).populate_existing()
    return {row.collect_from: row.taken for row in rows if row.taken}


@pytest.fixture
def limited(lunch):
    """At most one takeaway in each window."""
    lunch.compound.rule(WINDOW_ORDERS, 1, lunch.canteen.id)
    return lunch


def test_the_windows_divide_the_serving_hours(lunch):
    found = offer(lunch).data
    assert (found["is_offered"], found["is_window_required"], found["packaging_fee_fen"]) == (True, False, 0)
    assert [window["from"] for window in found["windows"]] == [
        f"2026-11-23T{at}:00+08:00" for at in ("11:30", "11:45", "12:00", "12:15")
    ]
    assert found["windows"][-1]["until"] == "2026-11-23T12:30:00+08:00"
    assert {window["free"] for window in found["windows"]} == {None}
    with clock.at(SECOND):
        assert offer(lunch).data["windows"][0]["from"] == wire(SECOND)
    assert offer(lunch, period="dinner").error == "canteen.meal_not_found"


def test_a_takeaway_is_collected_in_its_window_and_the_counter_sees_it(lunch):
    order = takeaway(lunch, 1, at=FIRST).data
    assert (order["collect_from"], order["collect_until"]) == (wire(FIRST), wire(SECOND))
    assert lunch.official.get(f"/canteen/orders/{order['id']}").data == order
    # Outside of the window, but within the meal's hours.
    with clock.at(LAST):
        token = lunch.official.get(f"/canteen/orders/{order['id']}/pickup-code").data["token"]
        handed_out = lunch.counter.post("/canteen/pickups", {"token": token}).data
    assert (handed_out["dining"], handed_out["collect_from"]) == ("takeaway", wire(FIRST))


def test_where_windows_are_limited_each_takeaway_takes_a_place(limited):
    assert offer(limited).data["is_window_required"]
    with nothing_changes(limited):
        assert takeaway(limited, 1).error == "canteen.window_required"
        assert takeaway(limited, 1, at=FIRST + timedelta(minutes=1)).error == "canteen.window_not_offered"
        refused = limited.place(1, collect_from=wire(FIRST))
        assert (refused.status, refused.error) == (422, "canteen.window_for_takeaway")
    assert takeaway(limited, 1, at=FIRST).status == 201
    assert [window["free"] for window in offer(limited).data["windows"]] == [0, 1, 1, 1]
    other = limited.client()
    with nothing_changes(limited, by=other):
        full = takeaway(limited, 1, at=FIRST, by=other)
        assert (full.status, full.error) == (409, "canteen.window_full")
        assert "11:30–11:45" in full.envelope["msg"]
    assert takeaway(limited, 1, at=SECOND, by=other).status == 201
    assert limited.place(1, by=limited.client()).status == 201


def test_a_change_moves_the_place_and_cancelling_gives_it_back(limited):
    order = takeaway(limited, 1, at=SECOND).data
    assert change(limited, order, 1, at=FIRST).data["collect_from"] == wire(FIRST)
    assert taken(limited) == {FIRST: 1}
    # The same window again takes no second place, though it is full.
    assert change(limited, order, 2, at=FIRST).data["revision"] == 3
    takeaway(limited, 1, at=SECOND, by=limited.client())
    with nothing_changes(limited):
        assert change(limited, order, 2, at=SECOND).error == "canteen.window_full"
        assert change(limited, order, 2).error == "canteen.window_required"
    assert change(limited, order, 2, dining="dine_in").data["collect_from"] is None
    assert taken(limited) == {SECOND: 1}
    assert change(limited, order, 2, at=FIRST).status == 200
    limited.official.post(f"/canteen/orders/{order['id']}/cancel")
    assert taken(limited) == {SECOND: 1}


def test_a_withdrawn_dish_that_cancels_a_takeaway_frees_its_window(limited):
    limited.compound.rule(PACKAGING_FEN, 100, limited.canteen.id)
    takeaway(limited, 1, at=FIRST)
    manager = limited.compound.client(
        limited.compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, limited.canteen.id)})
    )
    path = f"/canteen/admin/menus/{limited.meal.id}/dishes/{limited.dishes[0].id}/withdraw"
    assert manager.post(path, {"reason": "食材检验不合格"}).data["refunded_fen"] == 700
    assert taken(limited) == {}
    assert limited.official.get("/canteen/account").data["balance_fen"] == 3000
    assert reconcile() == []


def test_a_canteen_that_packs_nothing_refuses_and_what_was_ordered_before_stays(lunch):
    order = takeaway(lunch, 1, at=FIRST).data
    with clock.at(NINE + timedelta(minutes=1)):
        lunch.compound.rule(OFFERED, False, lunch.canteen.id)
        found = offer(lunch).data
        assert (found["is_offered"], found["windows"]) == (False, [])
        refused = takeaway(lunch, 1, by=lunch.client())
        assert (refused.status, refused.error) == (409, "canteen.takeaway_not_offered")
        assert change(lunch, order, 2, at=FIRST).data["collect_from"] == wire(FIRST)


def test_packaging_is_part_of_the_total_and_keeps_the_price_of_its_moment(lunch):
    lunch.compound.rule(PACKAGING_FEN, 150, lunch.canteen.id)
    order = takeaway(lunch, 1).data
    assert (order["total_fen"], order["packaging_fen"]) == (750, 150)
    assert lunch.place(1, by=lunch.client()).data["packaging_fen"] == 0
    changed = change(lunch, order, 1, 1, at=FIRST).data
    assert (changed["total_fen"], changed["packaging_fen"]) == (1650, 150)
    eaten_here = change(lunch, order, 1, 1, dining="dine_in").data
    assert (eaten_here["total_fen"], eaten_here["packaging_fen"]) == (1500, 0)
    assert lunch.official.get("/canteen/account").data["balance_fen"] == 1500
    lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    assert lunch.official.get("/canteen/account").data["balance_fen"] == 3000
    assert reconcile() == []


def test_a_window_is_given_to_as_many_as_its_limit_and_no_more(lunch, soak):
    places = 20 if soak else 5
    lunch.compound.rule(WINDOW_ORDERS, places, lunch.canteen.id)
    crowd = [lunch.client() for _ in range(4 * places)]
    answers = at_once([lambda c=c: takeaway(lunch, 1, at=FIRST, by=c) for c in crowd])
    assert Counter(answer.status for answer in answers) == {201: places, 409: 3 * places}
    assert {answer.error for answer in answers if answer.status == 409} == {"canteen.window_full"}
    assert taken(lunch) == {FIRST: places}
    assert lunch.taken() == [100 * places, 0]
    assert db.session.query(Order).count() == places
    assert reconcile() == []


def test_opposite_moves_between_two_windows_do_not_lock_each_other_out(lunch):
    lunch.compound.rule(WINDOW_ORDERS, 50, lunch.canteen.id)
    clients = [lunch.client() for _ in range(8)]
    placed = [
        (client, takeaway(lunch, 1, at=(FIRST, SECOND)[n % 2], by=client).data)
        for n, client in enumerate(clients)
    ]

    def turn(n, client, order):
        body = {"items": lunch.order(1)["items"], "dining": "takeaway"}
        return client.put(
            f"/canteen/orders/{order['id']}", {**body, "collect_from": wire((SECOND, FIRST)[n % 2])}
        )

    answers = at_once([lambda n=n, p=p: turn(n, *p) for n, p in enumerate(placed)])
    assert {answer.status for answer in answers} == {200}
    assert taken(lunch) == {FIRST: 4, SECOND: 4}


def test_an_order_that_is_eaten_here_costs_no_statement_more(lunch):
    lunch.compound.rule(WINDOW_ORDERS, 9, lunch.canteen.id)
    lunch.place(1, by=lunch.client())
    with counted_statements() as sent:
        assert lunch.place(1, 1).status == 201
    assert len(sent) <= 14, "\n".join(sent)
    assert not [each for each in sent if "takeaway_windows" in each]
