"""Many at once: what is scarce is never given twice, and nobody gets a 5xx."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.db import db
from canteen.accounts.models import LedgerEntry
from canteen.accounts.services import reconcile
from canteen.ordering import services
from canteen.ordering.models import Order, OrderLine, PrepLine
from tests.canteen.lunch import Lunch
from tests.factories import NINE
from tests.threads import at_once


@pytest.fixture
def furnish(compound):
    """A lunch of these caps, with the clock held."""
    with clock.at(NINE):
        yield lambda *caps: Lunch(compound, caps=caps)


def statuses(answers):
    return Counter(answer.status for answer in answers)


def pairs(statement):
    db.session.rollback()
    return dict(db.session.execute(statement).all())


def count(model, *where):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def test_twenty_portions_feed_twenty_of_two_hundred(furnish, soak):
    # Case 1.
    lunch = furnish(20)
    crowd = [lunch.client() for _ in range(200 if soak else 60)]
    answers = at_once([lambda c=c: lunch.place(1, by=c) for c in crowd])
    assert statuses(answers) == {201: 20, 409: len(crowd) - 20}
    assert {answer.error for answer in answers if answer.status == 409} == {"canteen.sold_out"}
    assert lunch.taken() == [2000]
    assert reconcile() == []


def test_three_each_of_ten_leave_one_for_the_next(furnish):
    # Case 2.
    lunch = furnish(10)
    crowd = [lunch.client() for _ in range(30)]
    answers = at_once([lambda c=c: lunch.place(3, by=c) for c in crowd])
    assert statuses(answers) == {201: 3, 409: 27}
    assert lunch.taken() == [900]
    assert lunch.place(1).status == 201


def test_opposite_orders_of_dishes_do_not_lock_each_other_out(furnish):
    # Case 4.
    lunch = furnish(500, 500)
    pairs = [(lunch.client(), n % 2) for n in range(60)]

    def place(client, is_turned):
        body = lunch.order(1, 1)
        if is_turned:
            body["items"].reverse()
        return client.post("/canteen/orders", body)

    answers = at_once([lambda p=p: place(*p) for p in pairs])
    assert statuses(answers) == {201: 60}
    assert lunch.taken() == [6000, 6000]


def test_thirty_twins_make_one_order_and_thirty_equal_answers(furnish):
    # Case 5.
    lunch = furnish(500)
    key = uuid4().hex
    body = lunch.order(1)
    answers = at_once([lambda: lunch.official.post("/canteen/orders", body, key=key)] * 30)
    assert statuses(answers) == {201: 30}
    assert len({answer.body for answer in answers}) == 1
    assert count(Order) == 1
    assert count(LedgerEntry, LedgerEntry.kind == "order") == 1
    assert lunch.taken() == [100]


def test_one_person_at_thirty_phones_orders_one_meal(furnish):
    lunch = furnish(500)
    answers = at_once([lambda: lunch.place(1)] * 30)
    assert statuses(answers) == {201: 1, 409: 29}
    assert {answer.error for answer in answers if answer.status == 409} == {"canteen.already_ordered"}


def test_one_balance_pays_once_however_often_it_is_asked(furnish, compound):
    lunch = furnish(500)
    dinner = compound.meal(lunch.canteen, {lunch.dishes[0]: 500}, period="dinner")
    poor = lunch.client(subsidy_fen=700)
    answers = at_once([lambda p=p: lunch.place(1, by=poor, period=p) for p in ["lunch", "dinner"] * 5])
    assert statuses(answers)[201] == 1
    assert poor.get("/canteen/account").data["balance_fen"] == 100
    assert reconcile() == []
    assert dinner.id


def test_a_double_cancel_refunds_once(furnish):
    # Case 16.
    lunch = furnish(20)
    order = lunch.place(1).data
    cancel = f"/canteen/orders/{order['id']}/cancel"
    answers = at_once([lambda: lunch.official.post(cancel)] * 12)
    assert statuses(answers) == {200: 1, 409: 11}
    assert count(LedgerEntry, LedgerEntry.kind == "refund") == 1
    assert lunch.taken() == [0]


def test_cancel_against_pickup_has_exactly_one_winner(furnish):
    # Case 16.
    lunch = furnish(200)
    for _ in range(6):
        client = lunch.client()
        order = lunch.place(1, by=client).data
        token = client.get(f"/canteen/orders/{order['id']}/pickup-code").data["token"]
        cancelled, picked_up = at_once(
            [
                lambda c=client, o=order: c.post(f"/canteen/orders/{o['id']}/cancel"),
                lambda t=token: lunch.counter.post("/canteen/pickups", {"token": t}),
            ]
        )
        assert sorted([cancelled.status < 400, picked_up.status < 400]) == [False, True]
        state = client.get(f"/canteen/orders/{order['id']}").data["state"]
        assert state == ("cancelled" if cancelled.status == 200 else "picked_up")
    assert reconcile() == []


def test_two_changes_at_once_leave_one_consistent_order(furnish):
    lunch = furnish(200, 200)
    order = lunch.place(1, 1).data
    path = f"/canteen/orders/{order['id']}"
    bodies = [{"items": lunch.order(n, 3 - n)["items"]} for n in (1, 2)] * 4
    answers = at_once([lambda b=b: lunch.official.put(path, b) for b in bodies])
    assert set(statuses(answers)) <= {200, 409}
    final = lunch.official.get(path).data
    assert final["total_fen"] == sum(item["amount_fen"] for item in final["items"])
    quantities = {item["dish_id"]: item["quantity"] for item in final["items"]}
    assert lunch.taken() == [100 * quantities.get(dish.id, 0) for dish in lunch.dishes]
    assert lunch.official.get("/canteen/account").data["balance_fen"] == 3000 - final["total_fen"]
    assert reconcile() == []


def test_the_prep_list_holds_every_accepted_order_and_none_after(furnish, app):
    # Case 8: the freeze comes in the middle of the rush.
    lunch = furnish(500, 500)
    crowd = [lunch.client() for _ in range(40)]

    def freeze():
        with app.app_context():
            return services.freeze_meal(lunch.meal.id)

    calls = [lambda c=c: lunch.place(1, 1, by=c) for c in crowd]
    calls.insert(20, freeze)
    results = at_once(calls)
    accepted = [result for result in results if result is not True and result.status == 201]
    refused = [result for result in results if result is not True and result.status != 201]
    assert {answer.error for answer in refused} <= {"canteen.order_closed"}
    listed = pairs(select(PrepLine.dish_id, PrepLine.quantity))
    ordered = pairs(select(OrderLine.dish_id, func.sum(OrderLine.quantity)).group_by(OrderLine.dish_id))
    assert listed == ordered
    assert set(listed.values()) <= {len(accepted)}
    numbers = db.session.scalars(select(Order.pickup_no).order_by(Order.id)).all()
    assert numbers == list(range(1, len(accepted) + 1))


def test_two_freezers_freeze_once(furnish, app):
    lunch = furnish(5)
    lunch.place(1)

    def freeze():
        with app.app_context():
            return services.freeze_due_meals()

    with clock.at(lunch.meal.freezes_at + timedelta(seconds=2)):
        assert sum(at_once([freeze] * 4)) == 1
        assert count(PrepLine) == 1


def test_numbers_stay_unique_over_new_year(furnish, soak, compound):
    # Case 10.
    from datetime import date, time

    new_year = date(2027, 1, 1)
    with clock.at(clock.at_local(new_year, time(9))):
        lunch = Lunch(compound, caps=(None,), served_on=new_year)
        crowd = [lunch.client() for _ in range(300 if soak else 40)]
        answers = at_once([lambda c=c: lunch.place(1, by=c, date="2027-01-01") for c in crowd])
    numbers = {answer.data["number"] for answer in answers}
    assert len(numbers) == len(crowd)
    assert all(number.startswith("20270101") for number in numbers)


def test_a_dish_that_has_just_left_the_menu_is_refused_and_not_a_crash(furnish, monkeypatch):
    """The manager's removal comes between our look at the menu and our insert."""
    from backend.db import atomic
    from canteen.menu.models import MealDish
    from canteen.ordering import queries

    lunch = furnish(5, 5)

    @atomic
    def remove():
        db.session.query(MealDish).filter_by(dish_id=lunch.dishes[0].id).delete()

    offer = queries.find_offer(
        canteen_id=lunch.canteen.id,
        served_on=lunch.meal.served_on,
        period="lunch",
        dish_ids={lunch.dishes[0].id},
    )
    remove()
    # What another process read a moment ago: a race that threads cannot be held to.
    monkeypatch.setattr(queries, "find_offer", lambda **_: offer)
    answer = lunch.place(1)
    assert (answer.status, answer.error) == (422, "canteen.dish_not_offered")
    assert lunch.official.get("/canteen/account").data["balance_fen"] == 3000
