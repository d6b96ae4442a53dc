"""The pages of reports: the board, the lists, one report, applications, visits, supervision, statistics."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from backend.rules import queries as rule_queries
from feedback.categories.models import Kind
from tests.backend.flows.test_report_orders import House as Repairs
from tests.backend.flows.test_report_orders import mend
from tests.console.browser import Console
from tests.factories import NINE
from tests.feedback.concierge.house import House as Services
from tests.feedback.desk import FIVE, Desk
from tests.statements import counted_statements

MOST = 15
# One report with its clocks, photos, applications, visits, order and all that its dialogs choose from.
MOST_FOR_ONE = 30
REPORTS = "/console/feedback/reports"
BOARD = "/console/feedback/board"


@pytest.fixture
def desk(compound):
    with clock.at(NINE):
        yield Desk(compound)


@pytest.fixture
def officer(app, desk):
    return Console(app, desk.people["officer"])


@pytest.fixture
def member(app, desk):
    return Console(app, desk.people["member"])


def statements(console, path):
    console.page(path)
    with counted_statements() as sent:
        console.page(path)
    return sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)


def lane(page, key):
    """The board's column."""
    return page.split(f'id="lane-{key}"')[1].split("</section>")[0]


def test_the_board_shows_what_waits_where_and_proposes_an_office(desk, officer):
    desk.category("lamp", Kind.SNAP, name="照明", office_id=desk.office.id)
    pending = desk.report(category="lamp", text="路灯不亮")
    desk.accepted(text="草坪积水")
    desk.assigned(text="花盆倒了")
    desk.replied(text="已经答复")
    page = officer.page(BOARD)
    for key, text in (
        ("pending", "路灯不亮"),
        ("accepted", "草坪积水"),
        ("assigned", "花盆倒了"),
        ("replied", "已经答复"),
    ):
        assert text in lane(page, key)
    assert "转绿化组" in lane(page, "pending")
    assert "转绿化组" not in lane(page, "accepted")
    assert "草坪积水" not in officer.page(BOARD, category_id=desk.categories["lamp"].id)
    assert "草坪积水" not in officer.page(BOARD, q="路灯")

    dialog = officer.page(f"{BOARD}/reports/{pending}")
    assert "受理并转办" in dialog
    assert f'<option value="{desk.office.id}" selected>' in dialog
    sent = officer.send("POST", f"/feedback/reports/{pending}/assign", {"office_id": desk.office.id})
    assert sent.status == 200
    assert "路灯不亮" in lane(officer.page(BOARD), "assigned")


def test_the_board_puts_what_is_due_first_and_says_what_is_overdue(app, desk, officer):
    desk.report(text="不急的事")
    desk.report(category="danger", text="危险的事")
    page = officer.page(BOARD)
    assert page.index("危险的事") < page.index("不急的事")
    assert "超时 1" not in page
    with clock.at(NINE + timedelta(hours=3)):
        officer = Console(app, desk.people["officer"])
        page = officer.page(BOARD)
        assert "超时 2" in lane(page, "pending")  # Neither was taken up within two hours.
        assert "危险的事" in officer.page(BOARD, overdue="true")


def test_the_board_is_for_the_desk_and_hides_reports_of_other_places(app, desk, officer, member):
    report_id = desk.report()
    elsewhere = Console(
        app,
        desk.compound.staff(roles={"feedback_desk": (ScopeKind.CAMPUS, desk.compound.campus().id)}),
    )
    assert member.get(BOARD).status_code == 403
    assert "花盆倒了" not in elsewhere.page(BOARD)
    assert "花盆倒了" not in elsewhere.page(REPORTS)
    for path in (f"{BOARD}/reports/{report_id}", f"{REPORTS}/{report_id}", f"{REPORTS}/{report_id}/others"):
        assert elsewhere.get(path).status_code == 404
        assert officer.get(path).status_code == 200


def test_the_list_filters_sorts_and_is_exported(desk, officer):
    desk.report(text="路灯不亮")
    desk.assigned(text="花盆倒了")
    desk.report(category="complaint", text="态度不好", place=None, is_anonymous=True)
    for query, shown, hidden in (
        ({}, ("路灯不亮", "花盆倒了", "态度不好"), ()),
        ({"state": "pending"}, ("路灯不亮",), ("花盆倒了",)),
        ({"kind": "complaint"}, ("态度不好", "匿名"), ("路灯不亮",)),
        ({"category_id": desk.categories["snap"].id}, ("路灯不亮",), ("态度不好",)),
        ({"office_id": desk.office.id}, ("花盆倒了",), ("路灯不亮",)),
        ({"campus_id": desk.campus.id}, ("路灯不亮",), ("态度不好",)),
        ({"q": "路灯"}, ("路灯不亮",), ("花盆倒了",)),
        ({"supervised": "true"}, (), ("路灯不亮", "花盆倒了")),
        ({"overdue": "true"}, (), ("路灯不亮",)),
        ({"from_on": "2026-11-24"}, (), ("路灯不亮",)),
        ({"until_on": "2026-11-23", "sort": "due"}, ("路灯不亮",), ()),
    ):
        page = officer.page(REPORTS, **query)
        for text in shown:
            assert text in page, (query, text)
        for text in hidden:
            assert text not in page, (query, text)
    page = officer.page(REPORTS, state="pending", q="路灯", is_open="true")
    address = page.split('href="/api/v1/feedback/reports/export?')[1].split('"')[0].replace("&amp;", "&")
    sheet = load_workbook(BytesIO(officer.file(f"/api/v1/feedback/reports/export?{address}"))).active
    found = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "路灯不亮" in found
    assert "花盆倒了" not in found


def test_members_of_an_office_see_what_is_theirs(app, desk, member):
    theirs = desk.assigned(text="花盆倒了")
    other = desk.report(text="路灯不亮")
    page = member.page("/console/feedback/office")
    assert "花盆倒了" in page
    assert "路灯不亮" not in page
    assert member.get(REPORTS).status_code == 403
    assert member.get(f"{REPORTS}/{other}").status_code == 404
    mine = member.page(f"{REPORTS}/{theirs}")
    for text in ("答复", "申请延期", "派单异议", "申请挂账"):
        assert text in mine
    for text in ("不予受理", "督办", "隐藏"):
        assert f"</svg>{text}</button>" not in mine
    neighbour = Console(app, desk.people["neighbour"])
    for path in ("/console/feedback/office", REPORTS, BOARD, "/console/feedback/statistics"):
        assert neighbour.get(path).status_code == 403


def test_a_report_shows_its_ticket_and_what_its_reader_may_know(app, desk, officer):
    report_id = desk.assigned(text="花盆倒了")
    desk.done(desk.member, report_id, "note", text="内部说明")
    desk.done(desk.officer, report_id, "supervise", text="请抓紧")
    page = officer.page(f"{REPORTS}/{report_id}")
    for text in ("张诉求", "限 2 小时", "限 7 天", "内部说明", "内部", "解除督办", "改派", "办理单"):
        assert text in page, text
    own = Console(app, desk.people["reporter"]).page(f"{REPORTS}/{report_id}")
    assert "花盆倒了" in own
    assert "催办" in own
    for text in ("内部说明", "改派", "请抓紧", "解除督办"):
        assert text not in own
    assert Console(app, desk.people["neighbour"]).get(f"{REPORTS}/{report_id}").status_code == 404


def test_nothing_on_the_pages_names_an_unnamed_reporter(desk, officer):
    report_id = desk.report(category="complaint", text="不便署名", is_anonymous=True)
    for path in (f"{REPORTS}/{report_id}", f"{BOARD}/reports/{report_id}", REPORTS, BOARD):
        page = officer.page(path)
        assert "匿名" in page or path == BOARD
        assert "张诉求" not in page
    assert "查看号码" not in officer.page(f"{REPORTS}/{report_id}")


def test_duplicates_are_found_nearby_and_by_words(desk, officer):
    one, near = desk.accepted(text="花盆倒了"), desk.accepted(text="花盆碎了")
    far = desk.report(category="suggestion", place=None, text="建议加一盏灯")
    others = officer.page(f"{REPORTS}/{one}/others")
    assert f'value="{near}"' in others
    assert f'value="{one}"' not in others
    found = officer.page(f"{REPORTS}/{one}/others", find="一盏灯", many="true")
    assert f'type="checkbox" name="report_ids" value="{far}"' in found
    assert "没有找到" in officer.page(f"{REPORTS}/{one}/others", find="九霄云外")
    assert officer.send("POST", f"/feedback/reports/{one}/duplicate", {"master_id": near}).status == 200
    assert "重复于" in officer.page(f"{REPORTS}/{one}")
    assert "并入本件" in officer.page(f"{REPORTS}/{near}")


def test_a_call_finds_its_place_what_is_similar_and_by_when_it_is_answered(desk, officer, member):
    desk.accepted(text="昨天就倒了")
    assert member.get(f"{REPORTS}/new").status_code == 403
    form = officer.page(f"{REPORTS}/new")
    assert "联系人" in form
    assert ">service<" not in form  # The concierge has forms of its own.
    assert f"room:{desk.room.id}" in officer.page(f"{REPORTS}/new/places", find="1号楼 101")
    category_id = desk.categories["snap"].id
    hints = officer.page(f"{REPORTS}/new/hints", category_id=category_id)
    assert "7 天" in hints
    assert "须选择地点" in hints
    where = {"place_kind": "room", "place_id": desk.room.id}
    assert "昨天就倒了" in officer.page(f"{REPORTS}/new/hints", category_id=category_id, **where)
    made = officer.send(
        "POST",
        "/feedback/reports",
        {
            "is_on_behalf": True,
            "contact": "赵阿姨",
            "contact_phone": "13800138000",
            "category_id": category_id,
            "text": "门口积水",
            **where,
        },
    )
    assert made.status == 201
    page = officer.page(f"{REPORTS}/{made.data['id']}")
    assert "赵阿姨" in page
    assert "专席登记" in page
    assert "13800138000" not in page


def test_applications_are_shown_to_who_decides_and_to_who_asked(app, desk, officer, member):
    report_id = desk.assigned(text="花盆倒了")
    desk.do(desk.member, report_id, "object", reason="不归我们", wanted_office_id=desk.other_office.id)
    path = "/console/feedback/applications"
    page = officer.page(path)
    assert "不归我们" in page
    assert "按建议转物业科" in page
    assert "不归我们" not in member.page(path)
    assert "不归我们" in member.page(path, scope="mine")
    assert 'data-open="#approve-' not in member.page(path, scope="mine")
    approver = Console(app, desk.people["approver"])
    assert "不归我们" in approver.page(path, kind="objection")
    assert "不归我们" not in approver.page(path, kind="extension")
    assert "1 件诉求申请待审批" in approver.page("/console/")
    assert "不归我们" in approver.page(f"{REPORTS}/{report_id}")


def test_who_visits_may_call_a_named_reporter_once_it_is_answered(app, desk):
    call = {"is_on_behalf": True, "contact": "赵阿姨", "contact_phone": "13800138000"}
    report_id = desk.report(by=desk.officer, **call)
    visitor = Console(app, desk.people["visitor"])
    assert visitor.send("POST", f"/feedback/reports/{report_id}/contact").status == 403
    desk.done(desk.officer, report_id, "accept")
    desk.done(desk.officer, report_id, "reply", text="已处理")
    assert "查看号码" in visitor.page(f"/console/feedback/visits/{report_id}")
    shown = visitor.send("POST", f"/feedback/reports/{report_id}/contact")
    assert shown.data == {"name": "赵阿姨", "phone": "13800138000"}


def test_visits_are_due_recorded_and_listed(app, desk):
    report_id = desk.replied(text="花盆倒了")
    with clock.at(NINE + timedelta(days=8)):
        visitor = Console(app, desk.people["visitor"])
        path = "/console/feedback/visits"
        assert Console(app, desk.people["officer"]).get(path).status_code == 403
        assert visitor.get(f"{path}/{report_id}").status_code == 200
        assert "已联系上诉求人" in visitor.page(f"{path}/{report_id}")
        said = {"is_reached": True, "outcome": "resolved", "grade": 4, "text": "满意"}
        assert visitor.send("POST", f"/feedback/reports/{report_id}/visit", said).status == 201
        assert "已解决" in visitor.page(path)
        assert "没有待回访的诉求" in visitor.page(path)
        assert "还没有回访记录" in visitor.page(path, outcome="unresolved")
        assert "不能回访" in visitor.page(f"{path}/{report_id}")
        assert "满意" in visitor.page(f"{REPORTS}/{report_id}")


def test_the_supervision_list_says_why(app, desk, officer, member):
    supervised = desk.assigned(text="花盆倒了")
    desk.done(desk.officer, supervised, "supervise")
    path = "/console/feedback/supervision"
    assert "已督办" in officer.page(path)
    assert "花盆倒了" in member.page(path)
    assert "没有需要督办的" in officer.page(path, reason="reopened")
    assert "没有需要督办的" in officer.page(path, office_id=desk.other_office.id)
    assert "花盆倒了" not in Console(app, desk.people["outsider"]).page(path)


def test_statistics_show_rates_with_what_is_behind_them_and_withhold_few(desk, officer):
    for _ in range(2):
        desk.rated()
    desk.report(category="suggestion", place=None)
    path = "/console/feedback/statistics"
    page = officer.page(path)
    assert "办结 2 / 受理 3" in page
    assert "不足 5 次" in page
    assert "绿化组" in officer.page(path, by="office")
    assert "办结 0 / 受理 1" in officer.page(path, kind="suggestion")
    for _ in range(3):
        desk.rated()
    page = officer.page(path)
    assert "四五分 5 / 评价 5" in page
    assert "覆盖率 100" in page
    book = load_workbook(BytesIO(officer.file(path, format="xlsx", by="kind")))
    assert book.sheetnames == ["按类型", "近12个月", "同比环比", "说明"]
    cells = [cell.value for row in book["按类型"].iter_rows() for cell in row]
    assert "随手拍" in cells
    assert "5/5" in cells


def test_the_first_page_says_what_waits_for_whom(app, desk, officer, member):
    desk.report()
    desk.accepted()
    desk.assigned()
    page = officer.page("/console/")
    assert "1 件诉求待审核" in page
    assert "1 件诉求待转办" in page
    assert "本单位有" not in page
    assert "本单位有 1 件诉求待办理" in member.page("/console/")
    with clock.at(NINE + timedelta(hours=3)):
        assert "1 件诉求已超时" in Console(app, desk.people["officer"]).page("/console/")


def test_no_page_of_reports_asks_the_database_too_often(app, desk, officer, member, monkeypatch):
    monkeypatch.setattr(rule_queries, "LIFE_S", 60)
    for number in range(3):
        desk.report(text=f"待审 {number}")
        desk.replied(text=f"已答 {number}")
    report_id = desk.assigned()
    desk.do(desk.member, report_id, "object", reason="不归我们")
    visitor = Console(app, desk.people["visitor"])
    paths = (REPORTS, BOARD, f"{REPORTS}/new", "/console/feedback/applications")
    asked = {path: statements(officer, path) for path in (*paths, "/console/feedback/statistics")}
    for path in ("/console/feedback/visits", "/console/feedback/supervision"):
        asked[path] = statements(visitor, path)
    asked["/console/feedback/office"] = statements(member, "/console/feedback/office")
    assert {path: count for path, count in asked.items() if count > MOST} == {}
    assert statements(officer, f"{REPORTS}/{report_id}") <= MOST_FOR_ONE


def test_a_reporter_rates_on_the_page_as_on_the_phone(app, desk):
    report_id = desk.replied()
    reporter = Console(app, desk.people["reporter"])
    page = reporter.page(f"{REPORTS}/{report_id}")
    for text in ("评价", "办理速度", "服务态度", "重新办理"):
        assert text in page
    assert reporter.send("POST", f"/feedback/reports/{report_id}/rate", FIVE).status == 200
    assert "do-rate" not in reporter.page(f"{REPORTS}/{report_id}")


def test_a_report_shows_its_work_order_and_what_became_of_it(app, compound):
    with clock.at(NINE):
        house = Repairs(compound)
        report_id, order_id = house.raised()
        officer = Console(app, house.desk.people["officer"])
        path = f"{REPORTS}/{report_id}"
        assert "维修工单" in officer.page(path)
        mend(house, order_id)
        for console in (officer, Console(app, house.desk.people["reporter"])):
            page = console.page(path)
            assert "换了阀门" in page
            assert "验收 今天 09:00" in page


def test_a_service_request_shows_its_answers_the_sealed_ones_masked(app, desk, member):
    house = Services(desk)
    report_id = house.ask().data["id"]
    page = member.page(f"{REPORTS}/{report_id}")
    for text in ("服务单", "桶数", "联系电话"):
        assert text in page
    assert "13800138000" not in page
    assert "13800138000" in Console(app, desk.people["reporter"]).page(f"{REPORTS}/{report_id}")
