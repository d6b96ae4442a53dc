"""Orders: made, submitted, decided by another person, delivered, closed."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import SYSTEM, Actor, Grant, Permission, ScopeKind
from backend.counting import together
from backend.db import atomic, db
from canteen.purchasing.orders import operations, queries
from canteen.purchasing.orders.errors import NotExpected, OverDelivered
from canteen.purchasing.orders.models import Delivery, PurchaseOrder
from tests.canteen.purchasing.sheets import rows_of
from tests.factories import MONDAY
from tests.printed import text_of
from tests.threads import at_once

PATH = "/canteen/purchase-orders"
receive = atomic(operations.note_received)


class Desk:
    """A purchaser's desk: an ingredient, its supplier, and orders of it."""

    def __init__(self, kitchen):
        self.kitchen = kitchen
        self.rice = kitchen.ingredient("大米", category="grain")
        self.shop = kitchen.supplier("粮行")
        kitchen.price(self.shop, self.rice, 12_000, pack_g=25_000)

    def body(self, packs=2, **changes):
        return {
            "canteen_id": self.kitchen.canteen.id,
            "supplier_id": self.shop.id,
            "expected_on": "2026-11-24",
            "lines": [{"ingredient_id": self.rice.id, "pack_g": 25_000, "packs": packs}],
            **changes,
        }

    def order(self, **changes):
        return self.kitchen.purchaser.post(PATH, self.body(**changes)).data

    def submitted(self, **changes):
        order = self.order(**changes)
        return self.step(self.kitchen.purchaser, order, "submit").data

    def approved(self, **changes):
        return self.step(self.kitchen.manager, self.submitted(**changes), "approve").data

    def step(self, client, order, verb, **body):
        return client.post(f"{PATH}/{order['id']}/{verb}", body)

    def seen(self, order):
        return self.kitchen.storekeeper.get(f"{PATH}/{order['id']}").data


@pytest.fixture
def desk(kitchen):
    return Desk(kitchen)


def test_an_order_takes_its_prices_from_the_list_or_by_hand(desk):
    made = desk.order()
    assert (made["number"], made["state"], made["total_fen"]) == ("CG2026-0001", "draft", 24_000)
    assert [made["lines"][0][name] for name in ("price_fen", "ordered_g", "rest_g")] == [
        12_000,
        50_000,
        50_000,
    ]
    by_hand = [{"ingredient_id": desk.rice.id, "pack_g": 1_000, "packs": 3, "price_fen": 450}]
    assert desk.order(lines=by_hand)["total_fen"] == 1_350
    post = partial(desk.kitchen.purchaser.post, PATH)
    unpriced = [{"ingredient_id": desk.rice.id, "pack_g": 1_000, "packs": 3}]
    assert post(desk.body(lines=unpriced)).error == "canteen.price_missing"
    assert post(desk.body(lines=by_hand * 2)).error == "canteen.duplicate_purchase_line"
    assert post(desk.body(expected_on="2026-11-22")).error == "canteen.purchase_date_past"
    assert post(desk.body(supplier_id=999)).error == "canteen.supplier_not_found"
    assert desk.kitchen.storekeeper.post(PATH, desk.body()).error == "app.forbidden"


def test_only_somebody_else_decides(desk):
    kitchen = desk.kitchen
    # A manager may do both, though never with one order.
    own = kitchen.manager.post(PATH, desk.body()).data
    desk.step(kitchen.purchaser, own, "submit")
    assert desk.step(kitchen.manager, own, "approve").error == "canteen.own_purchase_order"
    assert desk.step(kitchen.manager, own, "reject", reason="不要了").error == "canteen.own_purchase_order"
    sent = desk.order()
    desk.step(kitchen.manager, sent, "submit")
    assert desk.step(kitchen.manager, sent, "approve").error == "canteen.own_purchase_order"
    assert desk.step(kitchen.purchaser, sent, "approve").error == "app.forbidden"
    assert kitchen.manager.get(f"{PATH}/{sent['id']}").data["may_decide"] is False
    changed = desk.order()
    body = {
        "expected_on": changed["expected_on"],
        "lines": desk.body()["lines"],
        "revision": changed["revision"],
    }
    changed = kitchen.manager.put(f"{PATH}/{changed['id']}", body).data
    desk.step(kitchen.purchaser, changed, "submit")
    assert desk.step(kitchen.manager, changed, "approve").error == "canteen.own_purchase_order"
    second = kitchen.person("canteen_manager")[1]
    assert second.get(f"{PATH}/{sent['id']}").data["may_decide"] is True
    approved = desk.step(second, sent, "approve", word="同意").data
    assert (approved["state"], approved["decision"]) == ("approved", "同意")


def test_the_database_itself_refuses_that_one_decides_on_their_own(desk):
    order = desk.submitted()

    @atomic
    def cheat():
        db.session.execute(
            db.update(PurchaseOrder)
            .where(PurchaseOrder.id == order["id"])
            .values(state="approved", decided_by=PurchaseOrder.created_by)
        )

    with pytest.raises(DBAPIError):
        cheat()


def test_of_two_who_approve_at_once_one_does(desk):
    order = desk.submitted()
    managers = [desk.kitchen.person("canteen_manager")[1] for _ in range(4)]
    answers = at_once([partial(desk.step, one, order, "approve") for one in managers])
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert {answer.error for answer in answers if answer.status == 409} == {"canteen.purchase_order_state"}


def test_nothing_is_approved_of_who_may_not_supply(desk):
    kitchen, order = desk.kitchen, desk.submitted()
    kitchen.licence(desk.shop, "SC1", kind="food_production", valid_until=MONDAY - timedelta(days=1))
    refused = desk.step(kitchen.manager, order, "approve")
    assert (refused.status, refused.error) == (409, "canteen.licence_expired")
    assert refused.envelope["data"]["supplier"] == "粮行"
    assert "食品生产许可证已于 2026-11-22 到期" in refused.envelope["msg"]
    kitchen.licence(desk.shop, "SC2", kind="food_production", valid_until=MONDAY)
    kitchen.head.post(f"/canteen/suppliers/{desk.shop.id}/block", {"reason": "农残超标"})
    assert desk.step(kitchen.manager, order, "approve").error == "canteen.supplier_blocked"
    assert desk.seen(order)["problems"] == ["农残超标"]
    kitchen.head.post(f"/canteen/suppliers/{desk.shop.id}/block", {"reason": ""})
    assert desk.step(kitchen.manager, order, "approve").status == 200


def test_an_order_is_put_right_as_long_as_it_is_a_draft(desk):
    purchaser, manager = desk.kitchen.purchaser, desk.kitchen.manager
    order = desk.order()
    line = {"ingredient_id": desk.rice.id, "pack_g": 25_000, "packs": 4}
    body = {"revision": 1, "expected_on": "2026-11-25", "lines": [line]}
    changed = purchaser.put(f"{PATH}/{order['id']}", body).data
    assert (changed["total_fen"], changed["revision"], changed["expected_on"]) == (48_000, 2, "2026-11-25")
    assert purchaser.put(f"{PATH}/{order['id']}", body).error == "canteen.purchase_order_changed"
    desk.step(purchaser, order, "submit", revision=2)
    body["revision"] = 3
    assert purchaser.put(f"{PATH}/{order['id']}", body).error == "canteen.purchase_order_state"
    assert desk.step(purchaser, order, "submit").error == "canteen.purchase_order_state"
    # Somebody who has seen another order than the present one approves nothing.
    assert desk.step(manager, order, "approve", revision=2).error == "canteen.purchase_order_changed"
    rejected = desk.step(manager, order, "reject", reason="价格偏高").data
    assert (rejected["state"], rejected["decision"]) == ("rejected", "价格偏高")
    assert desk.step(purchaser, order, "revise").data["state"] == "draft"
    desk.step(purchaser, order, "submit")
    assert desk.step(manager, order, "approve").data["state"] == "approved"
    assert desk.step(purchaser, order, "revise").error == "canteen.purchase_order_state"


def test_what_comes_is_noted_until_all_is_there(desk):
    order = desk.approved()
    line = order["lines"][0]["id"]
    receive(SYSTEM, line, 20_000, refused_g=5_000)
    part = desk.seen(order)
    assert (part["state"], part["lines"][0]["rest_g"], part["lines"][0]["refused_g"]) == (
        "approved",
        30_000,
        5_000,
    )
    # 49.2 kg of 50 is as good as all of it.
    receive(SYSTEM, line, 29_200)
    whole = desk.seen(order)
    assert (whole["state"], whole["lines"][0]["rest_g"]) == ("received", 0)
    amounts = db.session.scalars(db.select(Delivery.amount_fen).order_by(Delivery.id)).all()
    assert amounts == [9_600, 14_016]
    # A receipt that is taken back lets the order wait again.
    receive(SYSTEM, line, -29_200)
    again = desk.seen(order)
    assert (again["state"], again["lines"][0]["rest_g"]) == ("approved", 30_000)


def test_too_much_needs_a_word_and_nothing_comes_of_what_was_not_approved(desk):
    order = desk.approved()
    line = order["lines"][0]["id"]
    with pytest.raises(OverDelivered) as refused:
        receive(SYSTEM, line, 52_501)
    assert refused.value.msg == "“大米”到货 52.501 千克，超过订购的 50 千克 5% 以上，请说明原因"
    receive(SYSTEM, line, 52_501, word="整袋到货")
    assert desk.seen(order)["state"] == "received"
    waiting = desk.submitted()
    with pytest.raises(NotExpected):
        receive(SYSTEM, waiting["lines"][0]["id"], 1_000)


def test_a_rest_that_will_not_come_is_closed(desk):
    order = desk.approved()
    assert desk.step(desk.kitchen.storekeeper, order, "close", reason="断货").error == "app.forbidden"
    receive(SYSTEM, order["lines"][0]["id"], 20_000)
    cancel = desk.step(desk.kitchen.purchaser, order, "cancel", reason="不要了")
    assert cancel.error == "canteen.purchase_order_state"
    closed = desk.step(desk.kitchen.purchaser, order, "close", reason="供应商断货").data
    assert (closed["state"], closed["ended_reason"]) == ("closed", "供应商断货")
    assert [closed["lines"][0][name] for name in ("received_g", "closed_g", "rest_g")] == [20_000, 30_000, 0]
    with pytest.raises(NotExpected):
        receive(SYSTEM, order["lines"][0]["id"], 1_000)
    untouched = desk.approved()
    assert (
        desk.step(desk.kitchen.purchaser, untouched, "cancel", reason="改菜单").data["state"] == "cancelled"
    )


def test_orders_are_found_by_what_is_open_expected_and_late(desk):
    kitchen = desk.kitchen
    late, waiting, draft = desk.approved(), desk.submitted(), desk.order()
    desk.approved(expected_on="2026-12-01")
    listed = partial(kitchen.storekeeper.get, PATH)
    with clock.at(kitchen.at(9, on=MONDAY + timedelta(days=2))):
        assert [one["id"] for one in listed(is_late=True).data["list"]] == [late["id"]]
        expected = kitchen.storekeeper.get(f"{PATH}/expected", canteen_id=kitchen.canteen.id).data["list"]
        assert [(one["expected_on"], one["is_late"]) for one in expected] == [
            ("2026-11-24", True),
            ("2026-12-01", False),
        ]
    assert [one["id"] for one in listed(state="submitted").data["list"]] == [waiting["id"]]
    assert listed(q=draft["number"]).data["total"] == 1
    assert listed(is_open=False).data["total"] == 0
    elsewhere = kitchen.person("purchaser", canteen=kitchen.compound.canteen())[1]
    assert elsewhere.get(PATH).data["total"] == 0
    assert elsewhere.get(f"{PATH}/{late['id']}").error == "canteen.purchase_order_not_found"
    assert elsewhere.get(PATH, canteen_id=kitchen.canteen.id).error == "canteen.canteen_not_found"


def test_what_waits_is_counted_for_whom_it_waits_for(desk):
    kitchen = desk.kitchen
    desk.submitted()
    desk.approved()

    def waits(staff, *permissions, canteen_id=kitchen.canteen.id):
        grant = Grant(frozenset(permissions), ScopeKind.CANTEEN, canteen_id)
        return together(queries.waiting(Actor(staff.id, "", "", 0, 0, (grant,))))

    manages, approves = Permission.PURCHASING_MANAGE, Permission.PURCHASING_APPROVE
    none = {"purchase_orders_to_approve": 0, "purchase_orders_late": 0, "purchase_requests_open": 0}
    with clock.at(kitchen.at(9, on=MONDAY + timedelta(days=2))):
        assert waits(kitchen.staff["manager"], approves) == {**none, "purchase_orders_to_approve": 1}
        # One's own order waits for somebody else.
        assert waits(kitchen.staff["purchaser"], manages, approves) == {**none, "purchase_orders_late": 1}
        assert waits(kitchen.staff["manager"], approves, canteen_id=999) == none


def test_an_order_is_printed_and_says_when_it_is_none_yet(desk):
    order = desk.submitted()
    reader = desk.kitchen.storekeeper
    draft = text_of(reader.get(f"{PATH}/{order['id']}/pdf").body)
    assert "待审批，不作为订货凭证" in draft
    desk.step(desk.kitchen.manager, order, "approve")
    printed = text_of(reader.get(f"{PATH}/{order['id']}/pdf").body)
    assert "贰佰肆拾元整" in printed
    assert desk.kitchen.staff["manager"].name in printed
    assert "不作为订货凭证" not in printed
    rows = rows_of(reader.get(f"{PATH}/{order['id']}/workbook").body)
    assert [tuple(row[:5]) for row in rows] == [("大米", "粮食", 25, 2, 50)]


def test_numbers_are_handed_out_once_to_many_at_once(desk):
    made = at_once([partial(desk.kitchen.purchaser.post, PATH, desk.body()) for _ in range(6)])
    assert sorted(one.data["number"] for one in made) == [f"CG2026-{count:04d}" for count in range(1, 7)]
