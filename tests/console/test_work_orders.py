"""The pages of work orders: the board, the register, one order, approvals, statistics, the first page."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from tests.console.browser import Console
from tests.factories import NINE
from tests.property.estate import Estate
from tests.statements import counted_statements

MOST = 15
# The figures, the queue and the whole workforce on one page.
MOST_ON_BOARD = 18
# One order with its clocks, photos, holds, bill and all that its dialogs choose from.
MOST_FOR_ONE = 36
COMPOUND = (ScopeKind.COMPOUND, 0)


@pytest.fixture
def estate(compound):
    with clock.at(NINE):
        yield Estate(compound)


@pytest.fixture
def dispatcher(app, estate):
    return Console(app, estate.people["dispatcher"])


@pytest.fixture
def manager(app, estate):
    return Console(app, estate.compound.staff(roles={"property_manager": COMPOUND}))


def statements(console, path):
    console.page(path)
    with counted_statements() as sent:
        console.page(path)
    return sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)


def test_the_board_shows_what_waits_and_to_whom_it_may_be_given(estate, dispatcher):
    order_id = estate.report(description="水房漏水")
    estate.dispatched(description="已经派出")
    board = dispatcher.page("/console/property/board")
    assert "水房漏水" in board
    assert "李师傅" in board
    assert "已经派出" in board
    assert "已经派出" not in dispatcher.page("/console/property/board", state="submitted")
    assert "水房漏水" not in dispatcher.page("/console/property/board", urgency="critical")

    dialog = dispatcher.page(f"/console/property/board/orders/{order_id}")
    assert 'data-digit="1"' in dialog
    assert "会「水暖」" in dialog
    assert "不予受理" in dialog
    sent = dispatcher.send(
        "POST", f"/property/work-orders/{order_id}/dispatch", {"worker_id": estate.people["worker"].id}
    )
    assert sent.status == 200
    dialog = dispatcher.page(f"/console/property/board/orders/{order_id}")
    assert "data-digit" not in dialog
    assert "收回重派" in dialog


def test_the_board_is_for_dispatchers_and_hides_orders_of_other_places(app, estate, dispatcher):
    order_id = estate.report()
    other = estate.compound.campus()
    elsewhere = Console(
        app, estate.compound.staff(roles={"property_dispatcher": (ScopeKind.CAMPUS, other.id)})
    )
    requester = Console(app, estate.people["requester"])
    assert requester.get("/console/property/board").status_code == 403
    assert "水管漏水" not in elsewhere.page("/console/property/board")
    for path in (f"/console/property/board/orders/{order_id}", f"/console/property/orders/{order_id}"):
        assert elsewhere.get(path).status_code == 404
        assert dispatcher.get(path).status_code == 200
    # Whoever reported it may see it, too.
    assert "水管漏水" in requester.page(f"/console/property/orders/{order_id}")


def test_a_report_by_telephone_finds_its_place_and_what_is_similar(estate, dispatcher):
    estate.report(description="昨天就漏了")
    assert "来电人" in dispatcher.page("/console/property/board/report")
    places = dispatcher.page("/console/property/board/report/places", find="1号楼 101")
    assert f"room:{estate.room.id}" in places
    assert "没有名称含" in dispatcher.page("/console/property/board/report/places", find="九霄云外")
    hints = {"category": "leak", "place_kind": "room", "place_id": estate.room.id}
    assert "昨天就漏了" in dispatcher.page("/console/property/board/report/hints", **hints)
    made = dispatcher.send(
        "POST",
        "/property/work-orders",
        estate.body(contact="赵阿姨", contact_phone="13800138000", description="门口积水"),
    )
    assert made.status == 201
    page = dispatcher.page(f"/console/property/orders/{made.data['id']}")
    assert "赵阿姨" in page
    assert "电话报修" in page
    assert "13800138000" not in page


def test_the_register_filters_and_exports(estate, manager):
    estate.report(description="水管滴水")
    estate.report(category="light", description="灯不亮", urgency="urgent")
    estate.completed(description="已经修好")
    path = "/console/property/orders"
    for query, shown, hidden in (
        ({}, ("水管滴水", "灯不亮", "已经修好"), ()),
        ({"category": "light"}, ("灯不亮",), ("水管滴水",)),
        ({"urgency": "urgent"}, ("灯不亮",), ("水管滴水",)),
        ({"is_open": "true"}, ("水管滴水",), ("已经修好",)),
        ({"state": "to_rate"}, ("已经修好",), ("灯不亮",)),
        ({"q": "滴水"}, ("水管滴水",), ("灯不亮",)),
        ({"until_date": "2026-11-22"}, (), ("水管滴水", "灯不亮")),
        ({"from_date": "2026-11-23", "building_id": estate.building.id}, ("水管滴水", "灯不亮"), ()),
        ({"contractor_id": estate.contractor().id}, (), ("水管滴水",)),
        ({"overdue": "true"}, (), ("水管滴水",)),
    ):
        page = manager.page(path, **query)
        assert all(text in page for text in shown), query
        assert not any(text in page for text in hidden), query
    sheet = load_workbook(BytesIO(manager.file(path, format="xlsx", category="light"))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][1:6] == ("待受理", "light", "紧急", rows[1][4], "灯不亮")


def test_an_order_shows_only_the_actions_that_are_possible(app, estate, dispatcher):
    order_id = estate.working()
    worker = Console(app, estate.people["worker"])
    page = worker.page(f"/console/property/orders/{order_id}")
    assert 'id="do-finish"' in page
    assert 'id="add-labour"' in page
    assert 'id="do-verify"' not in page
    page = dispatcher.page(f"/console/property/orders/{order_id}")
    assert 'id="do-finish"' not in page
    assert 'id="do-urgency"' in page
    assert 'id="do-split"' in page
    estate.done(estate.worker, order_id, "finish", result="换了垫片")
    page = Console(app, estate.people["requester"]).page(f"/console/property/orders/{order_id}")
    assert 'id="do-verify"' in page
    assert "换了垫片" in page
    assert 'id="do-verify"' not in worker.page(f"/console/property/orders/{order_id}")


def test_approvals_show_holds_and_costs_to_who_decides_on_them(app, estate, dispatcher):
    approver = Console(app, estate.people["approver"])
    assert "没有待审批的挂起" in approver.page("/console/property/approvals")
    order_id = estate.working()
    asked = estate.worker.post(
        f"/property/work-orders/{order_id}/estimates",
        {"amount_fen": 90_000, "reason": "须换水泵"},
    )
    assert asked.status == 201
    page = approver.page("/console/property/approvals")
    assert "须换水泵" in page
    assert "900.00" in page
    assert "1 件维修费用待审批" in approver.page("/console/")
    assert dispatcher.get("/console/property/approvals").status_code == 403


def test_the_first_page_tells_dispatchers_what_waits(app, estate, dispatcher):
    estate.policy()
    estate.report()
    estate.triaged()
    page = dispatcher.page("/console/")
    assert "1 张报修待受理" in page
    assert "1 张工单待派单" in page
    assert "逾期" not in page
    assert "待受理" not in Console(app, estate.people["requester"]).page("/console/")


def test_statistics_show_rates_with_what_is_behind_them(estate, manager, dispatcher):
    estate.completed()
    estate.report(category="light")
    page = manager.page("/console/property/statistics")
    assert "完成 1" in page
    assert "1/1" in page
    assert "李师傅" not in page
    for by in ("building", "contractor", "group", "month"):
        assert '<th scope="row" class="row-name">leak' not in manager.page(
            "/console/property/statistics", by=by
        )
    assert manager.get("/console/property/statistics", from_date="2020-01-01").status_code == 422
    book = load_workbook(BytesIO(manager.file("/console/property/statistics", format="xlsx")))
    assert book.sheetnames == ["按报修类别", "变化", "未办结", "说明"]
    rows = list(book["按报修类别"].iter_rows(values_only=True))
    assert {row[0]: row[1:5] for row in rows[1:]} == {
        "leak": (1, 0, 1, 0),
        "light": (1, 0, 0, 1),
        "合计": (2, 0, 1, 1),
    }


def test_no_page_of_orders_asks_the_database_too_often(app, estate, dispatcher, manager):
    for _ in range(3):
        order_id = estate.report()
    approver = Console(app, estate.people["approver"])
    for console, path, most in (
        (dispatcher, "/console/property/board", MOST_ON_BOARD),
        (dispatcher, "/console/property/board/batch", MOST),
        (dispatcher, "/console/property/board/report", MOST),
        (manager, "/console/property/orders", MOST),
        (manager, "/console/property/statistics", MOST),
        (approver, "/console/property/approvals", MOST),
        (dispatcher, f"/console/property/board/orders/{order_id}", MOST_FOR_ONE),
        (dispatcher, f"/console/property/orders/{order_id}", MOST_FOR_ONE),
    ):
        count = statements(console, path)
        assert count <= most, (path, count)
