"""A dish that the kitchen cannot serve after all: out of every order, paid back, and told."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from backend.notifications.models import InboxMessage
from canteen.accounts.models import LedgerEntry
from canteen.accounts.services import reconcile
from canteen.menu.models import MealDish
from canteen.ordering.models import Order, OrderLine, PrepLine
from canteen.ordering.services import freeze_meal
from tests.canteen.lunch import Lunch, nothing_changes
from tests.factories import NINE
from tests.statements import counted_statements
from tests.threads import at_once

REASON = {"reason": "食材检验不合格"}


@pytest.fixture
def manager(lunch, compound):
    """Who manages the lunch's canteen."""
    return manager_of(lunch, compound)


def manager_of(lunch, compound):
    return compound.client(compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)}))


def path(lunch, dish=0):
    return f"/canteen/admin/menus/{lunch.meal.id}/dishes/{lunch.dishes[dish].id}/withdraw"


def told():
    db.session.rollback()
    return list(
        db.session.scalars(select(InboxMessage.text).where(InboxMessage.kind == "canteen.dish_withdrawn"))
    )


def count(model, *where):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def test_an_order_loses_the_dish_and_keeps_the_rest(lunch, manager):
    order = lunch.place(2, 1).data
    answer = manager.post(path(lunch), REASON)
    assert answer.data == {
        "meal_id": lunch.meal.id,
        "dish_id": lunch.dishes[0].id,
        "dish": lunch.dishes[0].name,
        "orders_reduced": 1,
        "orders_cancelled": 0,
        "refunded_fen": 1200,
    }
    after = lunch.official.get(f"/canteen/orders/{order['id']}").data
    assert [(item["dish_id"], item["quantity"]) for item in after["items"]] == [(lunch.dishes[1].id, 1)]
    assert (after["state"], after["total_fen"], after["revision"]) == ("booked", 900, 2)
    assert lunch.official.get("/canteen/account").data["balance_fen"] == 3000 - 900
    assert lunch.taken() == [0, 100]
    assert reconcile() == []


def test_an_order_of_nothing_else_is_cancelled(lunch, manager):
    order = lunch.place(2).data
    assert manager.post(path(lunch), REASON).data["orders_cancelled"] == 1
    after = lunch.official.get(f"/canteen/orders/{order['id']}").data
    assert (after["state"], after["total_fen"]) == ("cancelled", 1200)
    assert lunch.official.get("/canteen/account").data["balance_fen"] == 3000
    assert lunch.taken() == [0, 0]
    assert reconcile() == []
    # The person may order something else for the same meal.
    assert lunch.place(0, 1).status == 201


def test_everybody_concerned_is_told_and_nobody_else(lunch, manager):
    lunch.place(1, 1)
    lunch.place(1, by=lunch.client())
    lunch.place(0, 1, by=lunch.client())
    manager.post(path(lunch), REASON)
    name = lunch.dishes[0].name
    assert told() == [
        f"您预订的11月23日午餐中的「{name}」因食材检验不合格取消供应，6.00元已退回您的餐费账户，其余菜品照常供应。",
        f"您预订的11月23日午餐中的「{name}」因食材检验不合格取消供应，6.00元已退回您的餐费账户，该订单已取消。",
    ]
    (message,) = lunch.official.get("/inbox").data["messages"]
    order = lunch.official.get("/canteen/orders").data["list"][0]
    assert message["page"] == f"pages/canteen/order?id={order['id']}"


def test_nobody_can_order_it_any_more(lunch, manager):
    manager.post(path(lunch), REASON)
    with nothing_changes(lunch):
        answer = lunch.place(1)
        assert (answer.status, answer.error) == (409, "canteen.dish_withdrawn")
        assert lunch.place(1, 1).error == "canteen.dish_withdrawn"
    assert lunch.place(0, 1).status == 201
    remaining = lunch.official.get(
        "/canteen/menus/remaining", canteen_id=lunch.canteen.id, date="2026-11-23"
    ).data
    assert remaining["periods"][0]["dishes"][0]["remaining"] == 0


def test_a_dish_without_a_cap_is_withdrawn_as_well(compound):
    with clock.at(NINE):
        lunch = Lunch(compound, caps=(None, None))
        lunch.place(1, 1)
        manager_of(lunch, compound).post(path(lunch), REASON)
        assert lunch.place(1, by=lunch.client()).error == "canteen.dish_withdrawn"
        assert lunch.taken() == [0, 100]


def test_an_order_can_still_be_changed_and_cancelled_without_it(lunch, manager):
    order = lunch.place(1, 1).data
    manager.post(path(lunch), REASON)
    where = f"/canteen/orders/{order['id']}"
    assert lunch.official.put(where, {"items": lunch.order(1, 1)["items"]}).error == "canteen.dish_withdrawn"
    assert lunch.official.put(where, {"items": lunch.order(0, 2)["items"]}).status == 200
    assert lunch.official.post(f"{where}/cancel").status == 200
    assert reconcile() == []


def test_repeating_it_changes_nothing(lunch, manager):
    lunch.place(1, 1)
    manager.post(path(lunch), REASON)
    with nothing_changes(lunch):
        again = manager.post(path(lunch), {"reason": "再次取消"}).data
        assert (again["orders_reduced"], again["orders_cancelled"], again["refunded_fen"]) == (0, 0, 0)
    assert len(told()) == 1
    assert count(AuditEvent, AuditEvent.action == "canteen.dish_withdrawn") == 1


def test_it_is_in_the_audit_with_its_reason(lunch, manager):
    lunch.place(1, 1)
    manager.post(path(lunch), REASON)
    event = db.session.query(AuditEvent).filter_by(action="canteen.dish_withdrawn").one()
    assert event.details["reason"] == "食材检验不合格"
    assert event.details["refunded_fen"] == 600


def test_the_money_goes_back_to_where_it_came_from(lunch, manager):
    # 2000 fen of subsidy and 100 of the person's own pay for the order.
    lunch.place(2, 1)
    manager.post(path(lunch, 1), REASON)
    buckets = {
        part["bucket"]: part["balance_fen"] for part in lunch.official.get("/canteen/account").data["buckets"]
    }
    assert buckets == {"subsidy": 800, "personal": 1000}
    entries = lunch.official.get("/canteen/account/entries").data["list"]
    assert entries[0]["kind"] == "refund"
    assert lunch.dishes[1].name in entries[0]["memo"]


def test_after_the_freeze_the_prep_list_loses_the_dish(lunch, manager):
    lunch.place(1, 1)
    with clock.at(NINE + timedelta(hours=1, seconds=1)):
        freeze_meal(lunch.meal.id)
        assert manager.post(path(lunch), REASON).status == 200
    db.session.rollback()
    assert list(db.session.scalars(select(PrepLine.dish_id))) == [lunch.dishes[1].id]
    assert reconcile() == []


def test_what_was_handed_out_stays_as_it_is(lunch, manager):
    order = lunch.place(1, 1).data
    other = lunch.client()
    lunch.place(1, by=other)
    with clock.at(NINE + timedelta(hours=2, minutes=30)):
        freeze_meal(lunch.meal.id)
        token = lunch.official.get(f"/canteen/orders/{order['id']}/pickup-code").data["token"]
        assert lunch.counter.post("/canteen/pickups", {"token": token}).status == 200
        done = manager.post(path(lunch), REASON).data
    assert (done["orders_reduced"], done["orders_cancelled"]) == (0, 1)
    after = lunch.official.get(f"/canteen/orders/{order['id']}").data
    assert (after["state"], after["total_fen"], len(after["items"])) == ("picked_up", 1500, 2)
    assert lunch.taken() == [100, 100]
    db.session.rollback()
    listed = dict(db.session.execute(select(PrepLine.dish_id, PrepLine.quantity)).all())
    assert listed == {lunch.dishes[0].id: 1, lunch.dishes[1].id: 1}
    assert reconcile() == []


def test_a_dish_can_be_withdrawn_while_counters_still_serve_in_their_time_of_grace(lunch, manager):
    order = lunch.place(1).data
    freeze_meal(lunch.meal.id)
    with clock.at(lunch.meal.serves_until + timedelta(minutes=30)):
        assert manager.post(path(lunch), REASON).data["orders_cancelled"] == 1
    assert lunch.official.get(f"/canteen/orders/{order['id']}").data["state"] == "cancelled"
    assert len(told()) == 1
    assert reconcile() == []


def test_a_meal_that_is_over_and_a_draft_are_left_alone(lunch, manager, compound):
    lunch.place(1)
    with clock.at(lunch.meal.serves_until + timedelta(hours=12)):
        assert manager.post(path(lunch), REASON).error == "canteen.meal_over"
    draft = compound.meal(lunch.canteen, {lunch.dishes[0]: 5}, period="dinner", state="draft")
    answer = manager.post(f"/canteen/admin/menus/{draft.id}/dishes/{lunch.dishes[0].id}/withdraw", REASON)
    assert answer.error == "canteen.menu_not_published"
    assert told() == []


def test_only_the_canteens_own_managers_may(lunch, manager, compound):
    lunch.place(1)
    stranger = compound.client(
        compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, compound.canteen().id)})
    )
    with nothing_changes(lunch):
        assert stranger.post(path(lunch), REASON).error == "canteen.meal_not_found"
        assert lunch.counter.post(path(lunch), REASON).status == 403
        assert lunch.official.post(path(lunch), REASON).status == 403
        unknown = f"/canteen/admin/menus/{lunch.meal.id}/dishes/999999/withdraw"
        assert manager.post(unknown, REASON).error == "canteen.meal_not_found"
        assert manager.post(path(lunch), {"reason": ""}).status == 422


def test_its_statements_do_not_grow_with_the_orders(lunch, manager, compound):
    for _ in range(2):
        lunch.place(1, 1, by=lunch.client())
    with counted_statements() as sent:
        assert manager.post(path(lunch), REASON).data["orders_reduced"] == 2
    few = len(sent)
    for _ in range(12):
        lunch.place(0, 1, by=lunch.client())
    with counted_statements() as sent:
        assert manager.post(path(lunch, 1), REASON).data["orders_cancelled"] == 14
    assert len(sent) <= few + 2, "\n".join(sent)


def test_against_orders_of_the_same_moment_nobody_is_left_with_the_dish(compound, soak):
    with clock.at(NINE):
        lunch = Lunch(compound, caps=(500, 500))
        manager = manager_of(lunch, compound)
        crowd = [lunch.client() for _ in range(60 if soak else 24)]
        early, late = crowd[::2], crowd[1::2]
        for client in early:
            lunch.place(1, 1, by=client)
        calls = [lambda c=c: lunch.place(1, 1, by=c) for c in late]
        calls.insert(len(calls) // 2, lambda: manager.post(path(lunch), REASON))
        answers = at_once(calls)
        assert {answer.status for answer in answers} <= {200, 201, 409}
        refused = [answer for answer in answers if answer.status == 409]
        assert {answer.error for answer in refused} <= {"canteen.dish_withdrawn"}
        db.session.rollback()
        held = select(func.count()).select_from(OrderLine).where(OrderLine.dish_id == lunch.dishes[0].id)
        assert db.session.scalar(held) == 0
        placed = len(crowd) - len(refused)
        assert lunch.taken() == [0, 100 * placed]
        assert len(told()) == placed
        assert reconcile() == []


def test_against_a_pick_up_the_order_is_handed_out_whole_or_loses_the_dish(compound):
    with clock.at(NINE):
        for _ in range(5):
            lunch = Lunch(compound, caps=(50, 50))
            manager, client = manager_of(lunch, compound), lunch.client()
            order = lunch.place(1, 1, by=client).data
            token = client.get(f"/canteen/orders/{order['id']}/pickup-code").data["token"]
            where = path(lunch)
            withdrawn, picked_up = at_once(
                [
                    lambda m=manager, where=where: m.post(where, REASON),
                    lambda n=lunch, t=token: n.counter.post("/canteen/pickups", {"token": t}),
                ]
            )
            assert withdrawn.status == 200
            after = client.get(f"/canteen/orders/{order['id']}").data
            if picked_up.status == 200:
                assert (after["state"], len(after["items"]), withdrawn.data["refunded_fen"]) == (
                    "picked_up",
                    2,
                    0,
                )
            else:
                assert (after["state"], len(after["items"]), withdrawn.data["refunded_fen"]) == (
                    "booked",
                    1,
                    600,
                )
        assert reconcile() == []


def test_against_changes_and_cancellations_every_fen_is_accounted_for(compound):
    with clock.at(NINE):
        lunch = Lunch(compound, caps=(100, 100))
        manager = manager_of(lunch, compound)
        crowd = [lunch.client() for _ in range(12)]
        orders = [(client, lunch.place(1, 1, by=client).data["id"]) for client in crowd]

        def upset(client, order_id, number):
            if number % 2:
                return client.post(f"/canteen/orders/{order_id}/cancel")
            return client.put(f"/canteen/orders/{order_id}", {"items": lunch.order(2, 1)["items"]})

        calls = [lambda o=o, n=n: upset(*o, n) for n, o in enumerate(orders)]
        calls.insert(6, lambda: manager.post(path(lunch), REASON))
        calls.insert(9, lambda: manager.post(path(lunch, 1), REASON))
        assert {answer.status for answer in at_once(calls)} <= {200, 409}
        assert lunch.taken() == [0, 0]
        assert count(Order, Order.state == "booked") == 0
        for client in crowd:
            assert client.get("/canteen/account").data["balance_fen"] == 10_000
        assert reconcile() == []
        assert count(LedgerEntry, LedgerEntry.kind == "order") >= 12


def test_two_withdrawals_at_once_pay_back_once(compound):
    with clock.at(NINE):
        lunch = Lunch(compound, caps=(50, 50))
        manager = manager_of(lunch, compound)
        crowd = [lunch.client() for _ in range(6)]
        for client in crowd:
            lunch.place(1, 1, by=client)
        answers = at_once([lambda: manager.post(path(lunch), REASON)] * 4)
        assert sorted(answer.data["orders_reduced"] for answer in answers) == [0, 0, 0, 6]
        assert len(told()) == 6
        assert reconcile() == []
        db.session.rollback()
        assert (
            db.session.scalar(select(MealDish.is_open).where(MealDish.dish_id == lunch.dishes[0].id)) is False
        )
