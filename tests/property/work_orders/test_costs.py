"""Materials, stores, bills, estimates and warranty, over HTTP."""

from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.documents.sheets import Column, Kind, workbook
from backend.notifications.models import InboxMessage
from property.work_orders.costs import policies
from property.work_orders.costs.models import Material, MaterialPrice, Movement, Stock
from property.work_orders.models import OrderDay
from property.work_orders.rules import COST_LIMIT_FEN
from tests.client import Answer, Client
from tests.factories import MONDAY, NINE
from tests.property.estate import Estate
from tests.threads import at_once


class Depot:
    """A store with a tap (32.50 yuan a piece) and pipe (8.00 yuan a metre), ten of each."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.manager = estate.client("manager", "property_manager")
        self.tap = self.material("SH-001", "水龙头", "DN15", "个", 3250)
        self.pipe = self.material("SH-002", "PPR 水管", "20mm", "米", 800)
        created = self.manager.post("/property/stores", {"name": "中心仓库", "campus_id": estate.campus.id})
        self.id = created.data["id"]
        self.deliver(tap=10, pipe=10)

    def material(self, code: str, name: str, spec: str, unit: str, price_fen: int) -> int:
        body = {"code": code, "name": name, "spec": spec, "unit": unit, "price_fen": price_fen}
        return int(self.manager.post("/property/materials", body).data["id"])

    def deliver(self, **quantities: float) -> Answer:
        lines = [
            {"material_id": getattr(self, name), "quantity": number} for name, number in quantities.items()
        ]
        return self.manager.post(f"/property/stores/{self.id}/deliveries", {"lines": lines})

    def stock(self, material_id: int) -> float:
        rows = self.manager.get(f"/property/stores/{self.id}/stock").data["list"]
        return next(row["in_stock"] for row in rows if row["material_id"] == material_id)

    def use(self, by: Client, order_id: int, material_id: int, quantity: float) -> Answer:
        body = {"material_id": material_id, "store_id": self.id, "quantity": quantity}
        return by.post(f"/property/work-orders/{order_id}/costs/materials", body)


@pytest.fixture
def depot(estate: Estate) -> Depot:
    """A store with some material."""
    return Depot(estate)


def other(estate: Estate, order_id: int, amount_fen: int) -> Any:
    body = {"text": "外购配件", "amount_fen": amount_fen}
    return estate.worker.post(f"/property/work-orders/{order_id}/costs/others", body).data


@pytest.mark.parametrize(
    ("hundredths", "unit_fen", "amount_fen"),
    [(100, 3250, 3250), (50, 3250, 1625), (33, 100, 33), (50, 1, 1), (49, 1, 0), (250, 799, 1998)],
)
def test_an_amount_is_rounded_half_up_once(hundredths: int, unit_fen: int, amount_fen: int) -> None:
    assert policies.amount_of(hundredths, unit_fen) == amount_fen


@pytest.mark.parametrize(
    ("written", "hundredths"),
    [
        ("1", 100),
        ("1.5", 150),
        ("0.05", 5),
        ("12.340", 1234),
        ("1.234", None),
        ("-1", None),
        ("1e3", None),
        ("", None),
    ],
)
def test_a_quantity_of_a_sheet_has_at_most_two_decimals(written: str, hundredths: int | None) -> None:
    assert policies.parse_decimal(written) == hundredths


def test_labour_is_paid_by_the_minute() -> None:
    assert policies.labour_of(45, 6000) == 4500
    assert policies.labour_of(1, 6029) == 100
    assert [policies.decimal_of(each) for each in (150, 5, -25, 300)] == ["1.5", "0.05", "-0.25", "3"]


def test_a_bill_adds_up_at_the_prices_of_the_moment(estate: Estate, depot: Depot) -> None:
    order_id = estate.working()
    assert depot.use(estate.worker, order_id, depot.tap, 1).status == 201
    assert depot.use(estate.worker, order_id, depot.pipe, 2.5).data["materials_fen"] == 3250 + 2000
    depot.manager.post(f"/property/materials/{depot.tap}/prices", {"price_fen": 9900, "reason": "涨价"})
    labour = estate.worker.post(f"/property/work-orders/{order_id}/costs/labour", {"minutes": 45}).data
    assert (labour["labour_fen"], labour["minutes"]) == (4500, 45)
    bill = other(estate, order_id, 1200)
    assert bill["materials_fen"] == 5250
    assert bill["total_fen"] == bill["cost_fen"] == 5250 + 4500 + 1200
    assert [line["title"] for line in bill["labour"]] == ["李师傅"]
    assert bill["can"] == ["add", "ask"]
    row = estate.order(order_id)
    assert (row.cost_fen, row.labour_minutes) == (10950, 45)
    assert depot.stock(depot.tap) == 9
    assert depot.stock(depot.pipe) == 7.5


def test_a_removed_line_goes_back_to_its_store_and_stays_in_the_books(estate: Estate, depot: Depot) -> None:
    order_id = estate.working()
    line_id = depot.use(estate.worker, order_id, depot.pipe, 2.5).data["materials"][0]["id"]
    path = f"/property/work-orders/{order_id}/costs/{line_id}/remove"
    assert estate.worker.post(path).data["total_fen"] == 0
    assert depot.stock(depot.pipe) == 10
    assert estate.worker.post(path).error == "property.cost_line_not_found"
    moved = depot.manager.get(f"/property/stores/{depot.id}/movements", material_id=depot.pipe).data["list"]
    assert [(row["kind"], row["quantity"], row["after"]) for row in moved] == [
        ("return", 2.5, 10),
        ("issue", -2.5, 7.5),
        ("delivery", 10, 10),
    ]
    assert moved[0]["order_number"] == estate.order(order_id).number


def test_a_store_never_gives_more_than_it_has(estate: Estate, depot: Depot) -> None:
    order_id = estate.working()
    refused = depot.use(estate.worker, order_id, depot.tap, 10.5)
    assert (refused.status, refused.error) == (409, "property.stock_short")
    assert refused.envelope["data"] == {
        "material": "水龙头 DN15",
        "wanted": "10.5",
        "left": "10",
        "unit": "个",
    }
    assert depot.stock(depot.tap) == 10
    assert estate.worker.get(f"/property/work-orders/{order_id}/costs").data["materials"] == []
    assert depot.use(estate.worker, order_id, depot.tap, 10).status == 201
    assert depot.stock(depot.tap) == 0


def test_of_several_who_want_the_last_one_gets_it(estate: Estate, depot: Depot, soak: bool) -> None:
    orders = [estate.working() for _ in range(4 if soak else 2)]
    lines = [{"material_id": depot.tap, "quantity": 1}]
    depot.manager.post(f"/property/stores/{depot.id}/counts", {"reason": "盘点", "lines": lines})
    answers = at_once([partial(depot.use, estate.worker, order_id, depot.tap, 1) for order_id in orders])
    assert sorted(answer.status for answer in answers) == [201, *[409] * (len(orders) - 1)]
    assert depot.stock(depot.tap) == 0


@pytest.mark.parametrize("quantity", [0, -1, 1.234, True, "1", None])
def test_a_quantity_is_a_positive_number_of_two_decimals(estate: Estate, depot: Depot, quantity: Any) -> None:
    order_id = estate.working()
    assert depot.use(estate.worker, order_id, depot.tap, quantity).status == 422


def test_only_who_works_on_it_or_dispatches_writes_costs_and_only_while_it_is_worked_on(
    estate: Estate, depot: Depot
) -> None:
    order_id = estate.dispatched()
    assert depot.use(estate.worker, order_id, depot.tap, 1).error == "property.order_state"
    estate.done(estate.worker, order_id, "accept")
    assert depot.use(estate.requester, order_id, depot.tap, 1).error == "property.order_not_yours"
    assert estate.requester.get(f"/property/work-orders/{order_id}/costs").error == "property.order_not_yours"
    assert depot.use(estate.mate, order_id, depot.tap, 1).status in (403, 404)
    assert depot.use(estate.approver, order_id, depot.tap, 1).error == "property.order_not_yours"
    assert depot.use(estate.dispatcher, order_id, depot.tap, 1).status == 201
    estate.done(estate.worker, order_id, "finish", result="已修好")
    refused = depot.use(estate.worker, order_id, depot.tap, 1)
    assert (refused.status, refused.error) == (409, "property.order_state")
    assert depot.stock(depot.tap) == 9


def test_above_the_limit_an_approver_must_agree_before_it_is_finished(estate: Estate) -> None:
    estate.compound.rule(COST_LIMIT_FEN, 50_000)
    order_id = estate.working()
    path = f"/property/work-orders/{order_id}/estimates"
    assert other(estate, order_id, 50_000)["needs_approval"] is False
    assert other(estate, order_id, 1)["needs_approval"] is True
    refused = estate.do(estate.worker, order_id, "finish", result="已修好")
    assert (refused.status, refused.error) == (409, "property.cost_not_agreed")
    assert estate.order(order_id).state == "working"
    asked = estate.worker.post(path, {"amount_fen": 60_000, "reason": "更换阀门"}).data
    estimate_id = asked["estimates"][0]["id"]
    assert asked["can"] == ["add"]
    assert (
        estate.worker.post(path, {"amount_fen": 70_000, "reason": "再报"}).error == "property.estimate_waits"
    )
    waiting = estate.approver.get("/property/work-order-estimates").data["list"]
    assert [row["estimate"]["amount_fen"] for row in waiting] == [60_000]
    db.session.rollback()
    told = db.session.scalars(
        select(InboxMessage.staff_id).where(InboxMessage.kind == "property.estimate_asked")
    ).all()
    assert estate.people["approver"].id in told
    assert estate.worker.post(f"{path}/{estimate_id}/approve").error == "app.forbidden"
    assert estate.approver.post(f"{path}/{estimate_id}/refuse").error == "property.decision_needed"
    agreed = estate.approver.post(f"{path}/{estimate_id}/approve", {"text": "同意"}).data
    assert (agreed["approved_fen"], agreed["needs_approval"]) == (60_000, False)
    assert estate.approver.post(f"{path}/{estimate_id}/refuse", {"text": "晚了"}).status == 409
    assert estate.approver.get("/property/work-order-estimates").data["total"] == 0
    # What was agreed to is a bound, not a licence.
    other(estate, order_id, 10_000)
    assert estate.do(estate.worker, order_id, "finish", result="已修好").error == "property.cost_not_agreed"
    bill = estate.worker.get(f"/property/work-orders/{order_id}/costs").data
    estate.worker.post(f"/property/work-orders/{order_id}/costs/{bill['others'][-1]['id']}/remove")
    assert estate.do(estate.worker, order_id, "finish", result="已修好").status == 200


def test_nobody_agrees_to_an_estimate_of_their_own(estate: Estate) -> None:
    boss = estate.compound.staff(
        roles={"property_leader": (ScopeKind.COMPOUND, 0), "property_dispatcher": (ScopeKind.COMPOUND, 0)}
    )
    client = estate.compound.client(boss)
    order_id = estate.working()
    path = f"/property/work-orders/{order_id}/estimates"
    asked = client.post(path, {"amount_fen": 60_000, "reason": "更换阀门"}).data
    assert asked["can"] == ["add", "set_warranty"]
    refused = client.post(f"{path}/{asked['estimates'][0]['id']}/approve")
    assert (refused.status, refused.error) == (403, "property.own_work")


def test_work_on_an_asset_under_warranty_costs_the_house_nothing(estate: Estate, depot: Depot) -> None:
    asset = estate.asset(warranty_until=MONDAY)
    body = {"category": "leak", "asset_plate": asset.plate, "description": "漏水", "urgency": "ordinary"}
    order_id = int(estate.requester.post("/property/work-orders", body).data["id"])
    estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, order_id, "accept")
    bill = depot.use(estate.worker, order_id, depot.tap, 1).data
    assert (bill["is_warranty"], bill["warranty_reason"]) == (True, "设备保修至 2026-11-23")
    assert (bill["total_fen"], bill["cost_fen"]) == (3250, 0)
    path = f"/property/work-orders/{order_id}/warranty"
    assert estate.worker.post(path, {"is_warranty": False, "reason": "人为损坏"}).error == (
        "property.order_not_yours"
    )
    bill = estate.dispatcher.post(path, {"is_warranty": False, "reason": "人为损坏"}).data
    assert (bill["cost_fen"], bill["warranty_reason"]) == (3250, "人为损坏")


@pytest.mark.parametrize(("later", "is_warranty"), [(30, True), (31, False)])
def test_a_contractor_warrants_its_work_for_as_long_as_the_category_says(
    estate: Estate, later: int, is_warranty: bool
) -> None:
    contractor = estate.contractor("物业一公司")
    estate.category("gas", warranty_days=30)
    group = estate.new_group("外包班", contractor)
    fitter = estate.new_worker("fitter", group=group)
    first = estate.dispatched(to="fitter", category="gas")
    estate.done(fitter, first, "accept")
    estate.done(fitter, first, "finish", result="已修好")
    estate.done(estate.requester, first, "verify", outcome="resolved")
    with clock.at(NINE + timedelta(days=later)):
        reporter = estate.compound.client(estate.people["requester"])
        again = estate.order(estate.report(reporter, category="gas"))
        elsewhere = estate.order(
            estate.report(reporter, category="gas", place_kind="floor", place_id=estate.floor.id)
        )
    assert again.is_warranty is is_warranty
    assert elsewhere.is_warranty is False
    if is_warranty:
        number = estate.order(first).number
        assert again.warranty_reason == f"工单 {number}（物业一公司）完工后保修 30 天，至 2026-12-23"


def test_what_the_houses_own_workers_did_nobody_else_warrants(estate: Estate) -> None:
    estate.category("gas", warranty_days=30)
    estate.completed(category="gas")
    assert estate.order(estate.report(category="gas")).is_warranty is False


def test_cost_and_labour_reach_the_sums_of_the_day(estate: Estate, depot: Depot) -> None:
    order_id = estate.working()
    depot.use(estate.worker, order_id, depot.tap, 2)
    estate.worker.post(f"/property/work-orders/{order_id}/costs/labour", {"minutes": 30})
    estate.done(estate.worker, order_id, "finish", result="已修好", labour_minutes=99)
    estate.done(estate.requester, order_id, "verify", outcome="resolved")
    db.session.rollback()
    days = db.session.scalars(select(OrderDay)).all()
    assert sum(day.cost_fen for day in days) == 2 * 3250 + 3000
    assert sum(day.labour_minutes for day in days) == 30


def test_a_count_sets_the_stock_and_says_what_was_wrong(estate: Estate, depot: Depot) -> None:
    path = f"/property/stores/{depot.id}/counts"
    lines = [{"material_id": depot.tap, "quantity": 7}, {"material_id": depot.pipe, "quantity": 10}]
    assert depot.manager.post(path, {"reason": "年中盘点", "lines": lines}).data == {"lines": 2, "wrong": 1}
    assert (depot.stock(depot.tap), depot.stock(depot.pipe)) == (7, 10)
    counted = depot.manager.get(f"/property/stores/{depot.id}/movements", kind="count").data["list"]
    assert {(row["quantity"], row["document"]) for row in counted} == {(-3, "年中盘点"), (0, "年中盘点")}
    twice = depot.manager.post(path, {"reason": "盘点", "lines": [lines[0], lines[0]]})
    assert (twice.status, twice.error) == (422, "property.material_repeated")


def test_the_stock_is_the_sum_of_its_movements(estate: Estate, depot: Depot) -> None:
    order_id = estate.working()
    line = depot.use(estate.worker, order_id, depot.pipe, 3.25).data["materials"][0]
    estate.worker.post(f"/property/work-orders/{order_id}/costs/{line['id']}/remove")
    depot.use(estate.worker, order_id, depot.pipe, 1)
    depot.deliver(pipe=0.5)
    db.session.rollback()
    for stock in db.session.scalars(select(Stock)):
        moves = db.session.scalars(
            select(Movement).where(Movement.material_id == stock.material_id).order_by(Movement.id)
        ).all()
        assert stock.hundredths == sum(move.hundredths for move in moves) == moves[-1].after_hundredths


def test_movements_and_prices_cannot_be_rewritten(estate: Estate, depot: Depot) -> None:
    for model in (Movement, MaterialPrice):

        @atomic
        def rewrite(model: Any = model) -> None:
            db.session.execute(update(model).values(price_fen=1))

        with pytest.raises(DBAPIError, match="append-only"):
            rewrite()


def test_the_database_itself_refuses_a_negative_stock(estate: Estate, depot: Depot) -> None:
    @atomic
    def overdraw() -> None:
        db.session.execute(text("UPDATE material_stock SET hundredths = hundredths - 100000"))

    with pytest.raises(DBAPIError):
        overdraw()


def test_a_low_stock_is_found(estate: Estate, depot: Depot) -> None:
    path = f"/property/stores/{depot.id}/stock"
    assert depot.manager.put(f"{path}/{depot.tap}", {"least": 12.5}).status == 200
    low = depot.manager.get(path, is_low=True).data["list"]
    assert [(row["code"], row["least"], row["value_fen"]) for row in low] == [("SH-001", 12.5, 32_500)]


def sheet(columns: list[Column], rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    return form(workbook("表", columns, rows))


def form(data: bytes) -> dict[str, Any]:
    return {"data": {"file": (BytesIO(data), "list.xlsx")}, "content_type": "multipart/form-data"}


def test_the_list_is_imported_whole_or_not_at_all_and_again_changes_nothing(
    estate: Estate, depot: Depot
) -> None:
    columns = [Column(name) for name in ("编码", "名称", "规格", "单位")] + [Column("单价（元）", Kind.YUAN)]
    wrong = [
        ("SH-001", "水龙头", "DN15", "个", 3400),
        ("SH-009", "", "", "个", 100),
        ("SH-009", "堵头", "", "个", 1),
    ]
    refused = depot.manager.post("/property/materials/import", **sheet(columns, wrong))
    assert refused.status == 422
    assert {(fault["row"], fault["column"]) for fault in refused.envelope["data"]["rows"]} == {
        (3, "名称"),
        (4, "编码"),
    }
    right = [
        ("SH-001", "水龙头", "DN15", "个", 3400),
        ("SH-002", "PPR 水管", "20mm", "米", 800),
        ("SH-009", "堵头", "", "个", 150),
    ]
    expected = {"new": 1, "changed": 0, "repriced": 1, "unchanged": 1}
    preview = depot.manager.post("/property/materials/preview", **sheet(columns, right)).data
    assert {name: preview[name] for name in expected} == expected
    db.session.rollback()
    assert db.session.scalar(select(Material.price_fen).where(Material.code == "SH-001")) == 3250
    done = depot.manager.post("/property/materials/import", **sheet(columns, right)).data
    assert {name: done[name] for name in expected} == expected
    again = depot.manager.post("/property/materials/import", **sheet(columns, right)).data
    assert again["unchanged"] == 3
    prices = depot.manager.get(f"/property/materials/{depot.tap}/prices").data["list"]
    assert [price["price_fen"] for price in prices] == [3400, 3250]
    exported = depot.manager.get("/property/materials/workbook").body
    assert [cell.value for cell in load_workbook(BytesIO(exported)).active[2]][:2] == ["SH-001", "水龙头"]
    assert depot.manager.post("/property/materials/import", **form(exported)).data["unchanged"] == 3


def test_a_delivery_is_imported_by_codes(estate: Estate, depot: Depot) -> None:
    path = f"/property/stores/{depot.id}/deliveries/import?document=RK-01"
    columns = [Column("编码"), Column("数量"), Column("单价（元）", Kind.YUAN)]
    refused = depot.manager.post(path, **sheet(columns, [("SH-001", "2.5", 3000), ("NO-1", "1", None)]))
    assert refused.envelope["data"]["rows"] == [
        {"sheet": "", "row": 3, "column": "编码", "msg": "没有这种材料"}
    ]
    assert depot.stock(depot.tap) == 10
    assert depot.manager.post(path, **sheet(columns, [("SH-001", "2.5", 3000)])).data["lines"] == 1
    assert depot.stock(depot.tap) == 12.5
    moved = depot.manager.get(f"/property/stores/{depot.id}/movements").data["list"][0]
    assert (moved["price_fen"], moved["document"]) == (3000, "RK-01")


def test_a_store_is_seen_and_filled_within_reach_alone(estate: Estate, depot: Depot) -> None:
    elsewhere = estate.compound.campus()
    stranger = estate.client("stranger", "property_manager", (ScopeKind.CAMPUS, elsewhere.id))
    assert stranger.get("/property/stores").data["list"] == []
    assert stranger.get(f"/property/stores/{depot.id}/stock").status == 404
    lines = [{"material_id": depot.tap, "quantity": 1}]
    assert stranger.post(f"/property/stores/{depot.id}/deliveries", {"lines": lines}).status == 404
    assert estate.worker.post(f"/property/stores/{depot.id}/deliveries", {"lines": lines}).status == 403
    assert estate.worker.get("/property/materials", store_id=depot.id).data["list"][0]["in_stock"] == 10
    assert estate.requester.get("/property/materials").data["total"] == 0
    assert estate.requester.get(f"/property/materials/{depot.tap}/prices").status == 404
    # The list is the whole compound's.
    body = {"code": "X", "name": "X", "unit": "个", "price_fen": 1}
    assert stranger.post("/property/materials", body).status == 403
    assert depot.manager.post("/property/materials", {**body, "code": "SH-001"}).error == (
        "property.material_code_taken"
    )


def test_what_is_out_of_use_is_not_issued(estate: Estate, depot: Depot) -> None:
    order_id = estate.working()
    body = {"name": "水龙头", "spec": "DN15", "unit": "个", "is_active": False}
    depot.manager.put(f"/property/materials/{depot.tap}", body)
    assert depot.use(estate.worker, order_id, depot.tap, 1).error == "property.material_out_of_use"
    depot.manager.put(f"/property/stores/{depot.id}", {"name": "中心仓库", "is_active": False})
    assert depot.use(estate.worker, order_id, depot.pipe, 1).error == "property.store_out_of_use"


def test_a_repeated_request_takes_material_once(estate: Estate, depot: Depot) -> None:
    order_id = estate.working()
    body = {"material_id": depot.tap, "store_id": depot.id, "quantity": 1}
    path = f"/property/work-orders/{order_id}/costs/materials"
    first, second = (estate.worker.post(path, body, key="offline-1") for _ in range(2))
    assert first.body == second.body
    assert depot.stock(depot.tap) == 9
