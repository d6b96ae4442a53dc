"""Taking goods in: what is in store afterwards, what is refused, and the second person."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import db
from canteen.purchasing.orders.models import PurchaseLine, PurchaseOrder
from canteen.purchasing.stock import reconciling
from canteen.purchasing.stock.rules import RECEIPT_CHECK_FEN
from canteen.purchasing.suppliers.models import SupplierLicence
from tests.canteen.kitchen import _add
from tests.canteen.purchasing.stock.store import Store
from tests.threads import at_once

URL = "/canteen/stock/receipts"


class Dock(Store):
    """Where goods arrive: rice of one supplier."""

    def __init__(self, kitchen):
        super().__init__(kitchen)
        self.supplier = kitchen.supplier("东海粮油", address="海滨路 1 号", contact="李四")

    def body(self, *lines, **more):
        """A delivery by the supplier."""
        return {
            "canteen_id": self.kitchen.canteen.id,
            "source": {"supplier_id": self.supplier.id},
            "lines": list(lines),
            **more,
        }

    def receive(self, *lines, **more):
        """Take a delivery in."""
        return self.keeper.post(URL, self.body(*lines, **more))

    def line(self, **more):
        """Ten kilograms of rice for fifty yuan."""
        rice = {"ingredient_id": self.rice.id, "gross_g": 10_200, "tare_g": 200, "cost_fen": 5_000}
        return {**rice, **more}

    def order(self):
        """An approved order of two packs of ten kilograms, at forty-five yuan each."""
        now = clock.now()
        order = PurchaseOrder(
            number="CG2026-1",
            canteen_id=self.kitchen.canteen.id,
            supplier_id=self.supplier.id,
            state="approved",
            expected_on=clock.today(),
            total_fen=9_000,
            created_at=now,
            created_by=1,
            created_by_name="甲",
            submitted_at=now,
            submitted_by=1,
            decided_at=now,
            decided_by=2,
        )
        order.lines = [
            PurchaseLine(
                ingredient_id=self.rice.id, pack_g=10_000, packs=2, price_fen=4_500, ordered_g=20_000
            )
        ]
        return _add(order)


@pytest.fixture
def dock(kitchen):
    return Dock(kitchen)


def test_what_is_accepted_is_a_batch_and_what_is_refused_is_only_written_down(dock):
    answer = dock.receive(
        dock.line(lot="A7", produced_on="2026-11-20", shelf_days=10, temperature_dc=45, packs=1),
        dock.line(is_accepted=False, refusal="包装破损"),
    )
    receipt = answer.data
    assert (answer.status, receipt["state"], receipt["refused"]) == (201, "accepted", 1)
    assert (receipt["accepted_g"], receipt["total_fen"]) == (10_000, 5_000)
    supplier = [receipt[f"supplier_{what}"] for what in ("name", "address", "contact")]
    assert supplier == ["东海粮油", "海滨路 1 号", "李四"]
    taken, refused = receipt["lines"]
    assert (taken["net_g"], taken["expires_on"]) == (10_000, "2026-11-30")
    assert (refused["batch_id"], refused["cost_fen"]) == (None, 0)
    batch = dock.keeper.get(f"/canteen/stock/batches/codes/{taken['batch']}").data
    assert (batch["remaining_g"], batch["remaining_cost_fen"], batch["lot"]) == (10_000, 5_000, "A7")
    assert batch["supplier"] == "东海粮油"
    wrong = dock.keeper.get("/canteen/stock/batches/codes/PC0000014")
    assert (wrong.status, wrong.error) == (404, "canteen.batch_not_found")
    assert reconciling.check() == []


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ({"tare_g": 10_200}, "皮重"),
        ({"refusal": "湿"}, "拒收原因"),
        ({"is_accepted": False}, "说明原因"),
        ({"cost_fen": None}, "金额"),
        ({"produced_on": "2026-11-24"}, "生产日期"),
        ({"expires_on": "2026-11-22"}, "过保质期"),
        ({"produced_on": "2026-11-20", "expires_on": "2026-11-19"}, "早于生产日期"),
        ({"ingredient_id": None}, "食材"),
        ({"order_line_id": 99}, "采购单"),
    ],
)
def test_a_line_that_cannot_be_is_named_with_its_number(dock, line, word):
    answer = dock.receive(dock.line(), dock.line(**line))
    assert (answer.status, answer.error) == (422, "canteen.receipt_line_invalid")
    assert "第 2 行" in answer.envelope["msg"]
    assert word in answer.envelope["msg"]
    listed = dock.keeper.get(URL, canteen_id=dock.kitchen.canteen.id).data
    assert listed["total"] == 0


def test_goods_come_from_somebody(dock):
    answer = dock.receive(dock.line(), source=None)
    assert (answer.status, answer.error) == (422, "canteen.receipt_supplier_needed")
    market = {"name": "城东菜市场 3 号摊", "address": "城东", "contact": "王五", "phone": "13800000000"}
    receipt = dock.receive(dock.line(), source=market).data
    assert (receipt["supplier_id"], receipt["supplier_name"]) == (None, "城东菜市场 3 号摊")


def test_a_supplier_whose_licence_has_expired_brings_nothing_that_is_accepted(dock):
    dock.supplier = dock.kitchen.supplier("过期证照", licensed=False)
    _add(
        SupplierLicence(
            supplier_id=dock.supplier.id,
            kind="food_business",
            number="JY1",
            valid_until=clock.today() - timedelta(days=1),
            entered_at=clock.now(),
            entered_by=0,
        )
    )
    refused = dock.receive(dock.line())
    assert (refused.status, refused.error) == (409, "canteen.licence_expired")
    sent_back = dock.receive(dock.line(is_accepted=False, refusal="证照不全"))
    assert sent_back.status == 201


def test_an_order_has_the_price_and_learns_what_came(dock):
    order = dock.order()
    line = {"order_line_id": order.lines[0].id, "gross_g": 12_500}
    receipt = dock.receive(line, order_id=order.id, source=None).data
    assert (receipt["order_number"], receipt["supplier_name"]) == ("CG2026-1", "东海粮油")
    assert receipt["total_fen"] == 5_625
    much = dock.receive({**line, "gross_g": 20_000}, order_id=order.id, source=None)
    assert (much.status, much.error) == (409, "canteen.over_delivered")
    rest = dock.receive({**line, "gross_g": 20_000, "word": "多送一袋"}, order_id=order.id, source=None)
    assert rest.status == 201
    db.session.rollback()
    assert db.session.get(PurchaseLine, order.lines[0].id, populate_existing=True).received_g == 32_500


def test_where_the_rule_says_so_a_second_person_lets_it_in(dock):
    dock.kitchen.compound.rule(RECEIPT_CHECK_FEN, 5_000, dock.kitchen.canteen.id)
    receipt = dock.receive(dock.line()).data
    assert (receipt["state"], receipt["lines"][0]["batch_id"]) == ("waiting", None)
    overview = dock.keeper.get("/canteen/stock/overview", canteen_id=dock.kitchen.canteen.id).data
    assert overview["receipts_waiting"] == 1
    check = f"{URL}/{receipt['id']}/check"
    own = dock.keeper.post(check, {"is_accepted": True})
    assert (own.status, own.error) == (409, "canteen.receipt_second_person")
    let_in = dock.manager.post(check, {"is_accepted": True}).data
    assert (let_in["state"], let_in["lines"][0]["batch_id"] is not None) == ("accepted", True)
    again = dock.manager.post(check, {"is_accepted": True})
    assert (again.status, again.error) == (409, "canteen.receipt_decided")
    below = dock.receive(dock.line(cost_fen=4_999)).data
    assert below["state"] == "accepted"


def test_another_price_than_was_approved_wants_a_second_person(dock):
    order = dock.order()
    line = {"order_line_id": order.lines[0].id, "gross_g": 10_000}
    cheap = dock.receive({**line, "cost_fen": 4_499}, order_id=order.id, source=None).data
    as_approved = dock.receive({**line, "cost_fen": 4_500}, order_id=order.id, source=None).data
    assert (cheap["state"], as_approved["state"]) == ("waiting", "accepted")


def test_what_the_second_person_sends_back_is_never_in_store(dock):
    dock.kitchen.compound.rule(RECEIPT_CHECK_FEN, 0, dock.kitchen.canteen.id)
    receipt = dock.receive(dock.line()).data
    back = dock.manager.post(f"{URL}/{receipt['id']}/check", {"is_accepted": False, "reason": "有异味"})
    assert (back.data["state"], back.data["reason"]) == ("returned", "有异味")
    assert dock.issue(1).error == "canteen.stock_short"


def test_a_receipt_is_taken_back_as_long_as_nothing_was_moved(dock):
    first, second = (dock.receive(dock.line()).data for _ in range(2))
    dock.issue_lines(
        {
            "ingredient_id": dock.rice.id,
            "grams": 1,
            "batch_id": first["lines"][0]["batch_id"],
        }
    )
    used = dock.manager.post(f"{URL}/{first['id']}/void", {"reason": "录错"})
    assert (used.status, used.error) == (409, "canteen.receipt_used")
    assert dock.keeper.post(f"{URL}/{second['id']}/void", {"reason": "录错"}).status == 403
    assert dock.manager.post(f"{URL}/{second['id']}/void", {"reason": "录错"}).data["state"] == "voided"
    batch = dock.keeper.get(f"/canteen/stock/batches/{second['lines'][0]['batch_id']}").data
    assert (batch["remaining_g"], batch["usability"]) == (0, "empty")
    assert reconciling.check() == []


def test_a_certificate_may_come_later(dock):
    receipt = dock.receive(dock.line()).data
    url = f"/canteen/stock/receipt-lines/{receipt['lines'][0]['id']}/certificates"
    added = dock.keeper.post(url, {"kind": "factory_report", "number": "C-9"})
    assert added.status == 201
    assert [one["number"] for one in added.data["lines"][0]["certificates"]] == ["C-9"]
    unknown = dock.keeper.post(url, {"kind": "invoice", "photo_id": 999})
    assert unknown.status == 422


def test_twins_of_a_receipt_are_one_receipt(dock, soak):
    twins = 20 if soak else 6
    body = dock.body(dock.line())
    answers = at_once([lambda: dock.keeper.post(URL, body, key="twin") for _ in range(twins)])
    assert {answer.status for answer in answers} == {201}
    assert len({answer.data["id"] for answer in answers}) == 1
    assert dock.keeper.get(URL, canteen_id=dock.kitchen.canteen.id).data["total"] == 1
    inventory = dock.keeper.get("/canteen/stock/inventory", canteen_id=dock.kitchen.canteen.id).data
    assert [row["remaining_g"] for row in inventory["list"]] == [10_000]


def test_two_who_take_in_parts_of_an_order_at_once_complete_it(dock):
    order = dock.order()
    part = {"order_line_id": order.lines[0].id, "gross_g": 10_200, "tare_g": 200}
    answers = at_once([lambda: dock.receive(part, order_id=order.id)] * 2)
    assert {answer.status for answer in answers} == {201}
    db.session.expire_all()
    (line,) = db.session.query(PurchaseLine).all()
    assert line.received_g == 20_000
    assert db.session.query(PurchaseOrder).one().state == "received"
    assert reconciling.check() == []


def test_the_batches_of_a_receipt_get_labels(dock):
    receipt = dock.receive(dock.line(), dock.line()).data
    answer = dock.keeper.get(f"{URL}/{receipt['id']}/labels")
    assert answer.body.startswith(b"%PDF")
    late = clock.today() - timedelta(days=1)
    listed = dock.keeper.get(URL, canteen_id=dock.kitchen.canteen.id, to_date=late.isoformat())
    assert listed.data["total"] == 0
