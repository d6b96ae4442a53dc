"""The job that turns standing orders into orders."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db, unit
from backend.identity.models import Staff
from canteen.accounts.services import reconcile
from canteen.menu.models import Meal, MealDish
from canteen.ordering import placing
from canteen.ordering.models import Order
from canteen.ordering.pauses.models import OrderPause
from canteen.ordering.pauses.rules import NO_SHOW_LIMIT
from canteen.ordering.standing import queries
from canteen.ordering.standing.models import StandingOrderResult
from canteen.ordering.takeaway.rules import OFFERED, WINDOW_ORDERS
from tests.canteen.ordering.standing import SOON, orders, outcomes, run, stand, told, wish
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements
from tests.threads import at_once

DAYS = [MONDAY + timedelta(days=number) for number in range(7)]


@pytest.fixture
def week(lunch):
    """Meals of the same two dishes on the rest of the week, the weekend included."""
    pairs = list(zip(lunch.dishes, (20, 20), strict=True))
    lunch.meals = [lunch.compound.meal(lunch.canteen, pairs, served_on=day) for day in DAYS[1:]]
    return lunch


@atomic
def write(statement):
    """A change past all rules."""
    unit().execute(statement)


def cap(lunch, number, portions, *, bump=True):
    """What a manager does to a dish's cap."""
    line = (MealDish.meal_id == lunch.meal.id) & (MealDish.dish_id == lunch.dishes[number].id)
    write(update(MealDish).where(line).values(cap=portions))
    if bump:
        write(update(Meal).where(Meal.id == lunch.meal.id).values(revision=Meal.revision + 1))


def test_a_published_week_is_ordered_and_told_in_one_message(week):
    answer = stand(week, [wish(week.dishes[0], 1, "half")])
    assert run() == 5
    placed = orders(week.official)
    assert [order["date"] for order in placed] == [day.isoformat() for day in DAYS[:5]]
    first = placed[0]
    assert (first["origin"], first["total_fen"], first["state"]) == ("standing", 300, "booked")
    assert outcomes(week.official, answer) == [(day.isoformat(), "placed") for day in DAYS[:5]]
    meals = "、".join(f"11月{day.day}日午餐" for day in DAYS[:5])
    assert told() == [f"已按您的固定订餐预订 {meals}，共 15.00 元。"]
    assert run(SOON + timedelta(minutes=5)) == 0
    assert len(told()) == 1
    assert reconcile() == []


def test_a_menu_settles_before_it_is_taken_up_unless_its_cutoff_is_near(lunch):
    stand(lunch)
    assert run(NINE + timedelta(minutes=4)) == 0
    write(update(Meal).values(published_at=NINE + timedelta(minutes=44)))
    assert run(NINE + timedelta(minutes=44)) == 0
    assert run(NINE + timedelta(minutes=45)) == 1  # A quarter of an hour is left.


def test_after_the_cutoff_nothing_is_ordered(lunch):
    answer = stand(lunch)
    assert run(NINE + timedelta(hours=1)) == 0
    assert outcomes(lunch.official, answer) == []


def test_meals_that_are_published_later_are_taken_up_as_they_come(lunch):
    stand(lunch)
    assert run() == 1
    later = NINE + timedelta(minutes=20)
    lunch.compound.meal(lunch.canteen, {lunch.dishes[0]: 5}, served_on=DAYS[1], published_at=later)
    assert run(later + timedelta(minutes=1)) == 0
    assert run(later + timedelta(minutes=6)) == 1
    assert len(told()) == 2


def test_a_makeup_saturday_is_a_workday_and_a_holiday_is_none(lunch):
    friday, saturday, holiday = date(2026, 2, 13), date(2026, 2, 14), date(2026, 2, 17)
    with clock.at(clock.at_local(friday, NINE.time())):
        for day in (saturday, holiday):
            lunch.compound.meal(lunch.canteen, {lunch.dishes[0]: 5}, served_on=day)
        client = lunch.client()
        answer = stand(lunch, by=client)
        assert run(clock.at_local(friday, SOON.time())) == 1
        assert outcomes(client, answer) == [("2026-02-14", "placed")]


def test_pauses_dates_and_ended_ones_are_heeded(week):
    first = week.dishes[0]
    client = week.client()
    bounded = stand(week, by=client, from_date="2026-11-24", until_date="2026-11-25")
    paused = stand(week, is_paused=True)
    ended, gone = week.client(), week.client()
    for each in (ended, gone):
        number = stand(week, by=each).data["id"]
        if each is ended:
            each.delete(f"/canteen/standing-orders/{number}")
    write(update(Staff).where(Staff.id == gone.get("/me").data["id"]).values(status="left"))
    assert run() == 2
    assert outcomes(client, bounded) == [("2026-11-24", "placed"), ("2026-11-25", "placed")]
    assert outcomes(week.official, paused) == []
    week.official.put(
        f"/canteen/standing-orders/{paused.data['id']}", {"choices": [{"items": [wish(first)]}]}
    )
    assert run() == 5


def test_the_first_alternative_that_is_wholly_there_is_ordered(lunch):
    first, second = lunch.dishes
    unknown = lunch.compound.dish(lunch.canteen)
    cap(lunch, 0, 1)
    answer = stand(lunch, [wish(unknown)], [wish(first, 2)], [wish(second), wish(first)])
    assert run() == 1
    (order,) = orders(lunch.official)
    assert [item["dish_id"] for item in order["items"]] == [second.id, first.id]
    rows = lunch.official.get(f"/canteen/standing-orders/{answer.data['id']}/results").data["list"]
    assert (rows[0]["choice"], rows[0]["order_id"], rows[0]["outcome_name"]) == (3, order["id"], "已预订")
    assert "11月23日午餐（备选 2）" in told()[0]


def test_what_cannot_be_ordered_says_why_once(week):
    unknown = week.compound.dish(week.canteen)
    poor, late = week.client(subsidy_fen=500), week.client()
    cap(week, 1, 0)
    made = [
        stand(week, [wish(unknown)], until_date="2026-11-24"),
        stand(week, by=poor, until_date="2026-11-23"),
        stand(week, [wish(week.dishes[1])], by=late, until_date="2026-11-23"),
    ]
    assert run() == 0
    clients = (week.official, poor, late)
    found = [outcomes(client, answer)[0][1] for client, answer in zip(clients, made, strict=True)]
    assert found == ["none_offered", "balance_short", "sold_out"]
    assert sorted(told()) == [
        "11月23日午餐、11月24日午餐未能预订（所选菜品未供应）。如需用餐请自行订餐。",
        "11月23日午餐未能预订（所选菜品已订完）。如需用餐请自行订餐。",
        "11月23日午餐未能预订（餐费余额不足）。如需用餐请自行订餐。",
    ]
    assert run(SOON + timedelta(minutes=5)) == 0
    assert len(told()) == 3
    assert reconcile() == []


def test_a_failure_is_tried_anew_once_the_menu_or_the_order_has_changed(lunch):
    first, second = lunch.dishes
    cap(lunch, 0, 0)
    hungry, choosy = lunch.official, lunch.client()
    waiting, changing = stand(lunch, [wish(first)]), stand(lunch, [wish(first)], by=choosy)
    assert run() == 0
    cap(lunch, 0, 1, bump=False)
    assert run() == 0  # Portions that come back by themselves are for who looks.
    choosy.put(f"/canteen/standing-orders/{changing.data['id']}", {"choices": [{"items": [wish(second)]}]})
    assert run() == 1
    assert outcomes(choosy, changing) == [("2026-11-23", "placed")]
    cap(lunch, 0, 5)
    assert run() == 1
    assert outcomes(hungry, waiting) == [("2026-11-23", "placed")]
    assert len(told()) == 4


def test_a_failure_that_repeats_itself_is_told_once(lunch):
    cap(lunch, 0, 0)
    stand(lunch, [wish(lunch.dishes[0])])
    run()
    cap(lunch, 0, 0)
    run()
    assert len(told()) == 1


CUTOFF_NEAR = NINE + timedelta(minutes=50)


def pause(lunch, client, until_at):
    """Pause a person's orders, as a missed meal of last week would."""
    lunch.compound.rule(NO_SHOW_LIMIT, 1, lunch.canteen.id)
    number = client.get("/me").data["id"]
    missed = lunch.place(1, by=client).data["id"]
    client.post(f"/canteen/orders/{missed}/cancel")

    @atomic
    def write():
        row = db.session.get(Order, missed)
        row.served_on -= timedelta(days=7)
        db.session.add(
            OrderPause(
                order_id=missed,
                staff_id=number,
                canteen_id=lunch.canteen.id,
                missed=1,
                from_at=NINE - timedelta(days=1),
                until_at=until_at,
            )
        )

    write()


def test_what_a_pause_holds_up_is_ordered_when_it_is_over_and_told_once(lunch):
    pause(lunch, lunch.official, SOON + timedelta(minutes=10))
    standing = stand(lunch)
    assert run() == run(SOON + timedelta(minutes=9)) == 0
    assert outcomes(lunch.official, standing) == [("2026-11-23", "held_up")]
    assert told() == []
    assert run(SOON + timedelta(minutes=10)) == 1
    assert outcomes(lunch.official, standing) == [("2026-11-23", "placed")]
    assert run(CUTOFF_NEAR) == 0
    (text,) = told()
    assert text.startswith("已按您的固定订餐预订")
    assert reconcile() == []


def test_what_stays_held_up_is_told_once_before_the_cutoff(lunch):
    lunch.compound.rule(OFFERED, True, lunch.canteen.id)
    lunch.compound.rule(WINDOW_ORDERS, 1, lunch.canteen.id)
    windows = lunch.official.get(
        "/canteen/takeaway-windows", canteen_id=lunch.canteen.id, date="2026-11-23", period="lunch"
    ).data["windows"]
    takers = [lunch.client() for _ in windows]
    for taker, window in zip(takers, windows, strict=True):
        lunch.place(0, 1, by=taker, dining="takeaway", collect_from=window["from"])
    standing, quitter = stand(lunch, dining="takeaway"), lunch.client()
    by_hand = stand(lunch, by=quitter, dining="takeaway")
    assert run() == run(SOON + timedelta(minutes=5)) == 0
    assert told() == []
    # Who orders by hand meanwhile knows it.
    lunch.place(1, by=quitter)
    assert run(CUTOFF_NEAR) == run(CUTOFF_NEAR + timedelta(minutes=1)) == 0
    (text,) = told()
    assert "已约满" in text
    assert outcomes(lunch.official, standing) == [("2026-11-23", "held_up")]
    assert outcomes(quitter, by_hand) == [("2026-11-23", "already_ordered")]
    # A place that is given back in the last minutes is taken all the same.
    order = orders(takers[0])[0]
    assert takers[0].post(f"/canteen/orders/{order['id']}/cancel").status == 200
    assert run(CUTOFF_NEAR + timedelta(minutes=2)) == 1
    assert len(told()) == 2


def test_a_meal_that_fails_keeps_no_other_and_no_message_from_its_turn(week, monkeypatch):
    stand(week, until_date="2026-11-24")
    look = queries.waiting_for

    def fail_for_one(meal):
        if meal.served_on == MONDAY:
            db.session.execute(sql("SELECT 1 FROM no_such_table"))
        return look(meal)

    monkeypatch.setattr(queries, "waiting_for", fail_for_one)
    with pytest.raises(DBAPIError):
        run()
    assert [order["date"] for order in orders(week.official)] == ["2026-11-24"]
    assert len(told()) == 1
    monkeypatch.setattr(queries, "waiting_for", look)
    assert run() == 1


def test_who_ordered_or_cancelled_by_hand_is_not_overruled(lunch):
    ordered, cancelled = lunch.official, lunch.client()
    mine = stand(lunch)
    lunch.place(0, 1)
    theirs = stand(lunch, by=cancelled)
    order = lunch.place(1, by=cancelled).data
    cancelled.post(f"/canteen/orders/{order['id']}/cancel")
    assert run() == 0
    assert outcomes(ordered, mine) == outcomes(cancelled, theirs) == [("2026-11-23", "already_ordered")]
    assert told() == []
    assert len(orders(ordered)) == len(orders(cancelled)) == 1


def test_an_order_that_the_person_cancelled_is_never_placed_again(lunch):
    answer = stand(lunch)
    run()
    (order,) = orders(lunch.official)
    lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    cap(lunch, 0, 20)
    lunch.official.put(
        f"/canteen/standing-orders/{answer.data['id']}", {"choices": [{"items": [wish(lunch.dishes[1])]}]}
    )
    assert run() == 0
    assert [each["state"] for each in orders(lunch.official)] == ["cancelled"]


def approver(lunch):
    return lunch.compound.client(lunch.compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))


def absent(lunch, by=None, from_date="2026-11-23", until_date="2026-11-23", **more):
    body = {"kind": "leave", "from_date": from_date, "until_date": until_date, **more}
    return (by or lunch.official).post("/me/absences", body).data["id"]


def test_who_is_absent_is_passed_over_if_it_is_approved(week):
    waiting = week.client()
    mine, theirs = stand(week), stand(week, by=waiting)
    number = absent(week, until_date="2026-11-24", until_half="am")
    absent(week, waiting)
    approver(week).post(f"/admin/absences/{number}/approve")
    run()
    assert outcomes(week.official, mine) == [
        ("2026-11-23", "absent"),
        *[(day.isoformat(), "placed") for day in DAYS[1:5]],
    ]
    assert outcomes(waiting, theirs)[0] == ("2026-11-23", "placed")
    messages = week.official.get("/inbox").data["messages"]
    (results,) = [each["text"] for each in messages if "固定订餐" in each["text"]]
    assert "11月24日" in results
    assert "11月23日" not in results


def test_what_a_standing_order_placed_is_cancelled_by_an_approval_like_any_other(lunch):
    stand(lunch)
    run()
    decision = approver(lunch).post(f"/admin/absences/{absent(lunch)}/approve").data
    assert len(decision["cancelled"]) == 1
    assert run() == 0
    assert lunch.taken() == [0, 0]


def test_an_absence_that_is_approved_between_look_and_order_is_seen(lunch, monkeypatch):
    answer = stand(lunch)
    number, boss = absent(lunch), approver(lunch)
    from canteen.ordering.standing import services

    look = services.queries.offer_of

    def and_approve(meal_id):
        boss.post(f"/admin/absences/{number}/approve")
        return look(meal_id)

    monkeypatch.setattr(services.queries, "offer_of", and_approve)
    assert run() == 0
    assert outcomes(lunch.official, answer) == [("2026-11-23", "absent")]
    assert orders(lunch.official) == []
    assert told() == []


def test_one_that_fails_keeps_no_other_from_its_turn(lunch, monkeypatch):
    unlucky, lucky = lunch.official, lunch.client()
    mine = stand(lunch)
    stand(lunch, by=lucky)
    number = unlucky.get("/me").data["id"]
    place = placing.place

    def fail_for_one(diner, *args, **kwargs):
        if diner.staff_id == number:
            raise RuntimeError("planted")
        return place(diner, *args, **kwargs)

    monkeypatch.setattr(placing, "place", fail_for_one)
    with pytest.raises(RuntimeError, match="planted"):
        run()
    assert len(orders(lucky)) == 1
    assert outcomes(unlucky, mine) == []
    assert len(told()) == 1
    monkeypatch.setattr(placing, "place", place)
    assert run() == 1


def test_runners_at_the_same_moment_order_once_and_tell_once(lunch, app):
    crowd = [lunch.client() for _ in range(6)]
    for client in crowd:
        stand(lunch, by=client)

    def runner():
        with app.app_context():
            try:
                return run()
            finally:
                db.session.remove()

    with clock.at(SOON):
        assert sum(at_once([runner] * 3)) == 6
    assert lunch.taken() == [600, 0]
    assert len(told()) == 6
    assert [len(orders(client)) for client in crowd] == [1] * 6
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(StandingOrderResult)) == 6
    assert reconcile() == []


def test_the_last_portions_go_to_standing_orders_and_hands_without_one_too_many(lunch, app):
    cap(lunch, 0, 4)
    standing, by_hand = [lunch.client() for _ in range(4)], [lunch.client() for _ in range(4)]
    for client in standing:
        stand(lunch, by=client)

    def runner():
        with app.app_context():
            try:
                return run()
            finally:
                db.session.remove()

    with clock.at(SOON):
        placed, *answers = at_once([runner, *[lambda c=c: lunch.place(1, by=c).status for c in by_hand]])
    assert placed + answers.count(201) == 4
    assert lunch.taken() == [400, 0]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Order)) == 4


def test_looking_takes_the_same_statements_however_many_wait(lunch):
    """Of those that are passed over: one statement each is for those that are ordered."""

    def cost(number):
        for _ in range(number):
            client = lunch.client()
            stand(lunch, by=client)
            lunch.place(0, 1, by=client)
        with counted_statements() as sent:
            run()
        return [each for each in sent if each.startswith("SELECT")]

    one, more = cost(1), cost(8)
    assert len(more) <= len(one)
