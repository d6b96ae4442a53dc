"""The evaluation at the console: for who manages it, for a team, and for a unit, which sees its own alone."""

import re
from datetime import date

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.identity.models import Staff
from tests.canteen.evaluation.organs import EVERYWHERE, Field, field, unit
from tests.console.browser import Console
from tests.factories import NINE
from tests.statements import counted_statements

ROOT = "/console/evaluation"
MOST = 15
OCTOBER = {"diners": 8_000, "meals_served": 44, "meals_measured": 40, "plate_g": 4_000_000}


@pytest.fixture
def one(compound):
    """A unit with its people and a small sheet in force; Monday morning."""
    made = field(compound)
    with clock.at(NINE):
        yield made


@pytest.fixture
def manager(app, one: Field):
    """A reviewer at the console."""
    return Console(app, one.compound.staff(name="秦督查", roles={"logistics_reviewer": EVERYWHERE}))


@pytest.fixture
def reporter(app, one: Field):
    """The unit's reporter at the console."""
    return Console(app, one.reporter_staff)


def in_words(page: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def opened(one: Field) -> tuple[int, int]:
    """This quarter's round, and the sheet of the field's unit in it."""
    body = {"year": 2026, "quarter": 4, "version_id": one.sheet.id, "due_on": "2026-12-15"}
    round_id = one.manager.post("/evaluation/rounds", body).data["id"]
    rows = one.manager.get("/evaluation/sheets", round_id=round_id).data["list"]
    return round_id, next(row["sheet_id"] for row in rows if row["unit_id"] == one.unit.id)


def statements(console: Console, path: str) -> int:
    """How many statements a page takes once it is warm; once a minute the session is touched besides."""
    console.page(path)
    return min(_counted(console, path), _counted(console, path))


def _counted(console: Console, path: str) -> int:
    with counted_statements() as sent:
        console.page(path)
    return sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)


class TestTheWorkspace:
    def test_it_says_how_the_quarter_stands_and_what_waits(self, manager, one):
        assert "还没有评估" in manager.page(ROOT)
        round_id, sheet_id = opened(one)
        one.manager.post(
            "/evaluation/rectifications",
            {"unit_id": one.unit.id, "title": "无提示", "problems": [{"text": "无"}]},
        )

        page = in_words(manager.page(ROOT))

        assert "2026年第4季度反食品浪费工作成效评估" in page
        assert "1 个单位逾期未报 10 月数据" in page
        assert "整改中 1 项" in page
        assert f'href="{ROOT}/sheets/{sheet_id}"' in manager.page(f"{ROOT}/rounds/{round_id}")

    def test_others_have_no_workspace(self, app, one, reporter):
        for path in ("", "/rounds", "/units", "/months", "/score-sheets", "/annex", "/checks", "/units/new"):
            assert reporter.get(f"{ROOT}{path}").status_code == 403, path
        assert Console(app, one.lead_staff).get(ROOT).status_code == 403

    def test_its_pages_take_few_statements_however_many_units_there_are(self, manager, one):
        for number in range(12):
            unit(f"COUNTY-{number + 2}")
        round_id, sheet_id = opened(one)
        one.manager.post("/evaluation/spot-check-plans", {"year": 2026, "seen_version": 0})
        inspection_id = one.submitted()
        paths = (
            *("", "/rounds", f"/rounds/{round_id}", f"/sheets/{sheet_id}", "/units", "/months", "/annex"),
            *(f"/units/{one.unit.id}", "/score-sheets", f"/score-sheets/{one.sheet.id}", "/inspecting"),
            *("/checks/inspections", f"/checks/inspections/{inspection_id}", "/checks/rectifications"),
        )
        taken = {path: statements(manager, f"{ROOT}{path}") for path in (*paths, "/checks")}
        assert {path: count for path, count in taken.items() if count > MOST} == {}


class TestAQuartersSheet:
    def test_a_unit_fills_it_in_and_a_reviewer_scores_it(self, manager, reporter, one):
        _, sheet_id = opened(one)
        path, api = f"{ROOT}/sheets/{sheet_id}", f"/evaluation/sheets/{sheet_id}"
        items = one.sheet.items

        page = reporter.page(path)
        assert "填报第 1 项" in page
        assert "还有 3 项没有填写" in in_words(page)
        form = reporter.page(f"{path}/items/{items[0].id}")
        assert f'data-api="PUT /api/v1{api}/answers/{items[0].id}"' in form
        for item in items:
            body = {"score": item.points_tenths / 10, "text": "台账见附件"}
            assert reporter.send("PUT", f"{api}/answers/{item.id}", body).status == 200
        assert reporter.send("POST", f"{api}/submit").status == 200
        assert "填报第 1 项" not in reporter.page(path)

        assert "评分第 1 项" in manager.page(path)
        form = manager.page(f"{path}/items/{items[0].id}")
        assert "未张贴提示" in form
        assert "台账见附件" in form
        marks = [{"item_id": items[0].id, "score": 50, "losses": [{"reason_id": items[0].reasons[0].id}]}]
        assert manager.send("PUT", f"{api}/scores", {"marks": marks}).status == 200
        assert "50 / 60 分" in in_words(manager.page(path))
        # The review is the reviewers' until the sheet is closed.
        assert "50 / 60 分" not in in_words(reporter.page(path))
        assert manager.send("POST", f"{api}/accept").status == 200
        assert manager.send("POST", f"{api}/close").status == 200
        for console in (manager, reporter):
            page = in_words(console.page(path))
            assert "得分 90 / 100 分" in page
            assert "优秀" in page
            assert "未张贴提示" in page

    def test_nobody_sees_another_units_sheet(self, app, one):
        _, sheet_id = opened(one)
        other = unit("OTHER")
        stranger = Console(app, one.compound.staff(roles={"unit_reporter": (ScopeKind.UNIT, other.id)}))
        paths = (f"/sheets/{sheet_id}", f"/sheets/{sheet_id}/items/{one.sheet.items[0].id}")
        for path in (*paths, f"/report/units/{one.unit.id}"):
            assert stranger.get(f"{ROOT}{path}").status_code == 404, path
        assert one.unit.name not in stranger.page(f"{ROOT}/report")


class TestAUnitsOwnPages:
    def test_they_show_what_the_unit_has_to_do_and_nothing_else(self, reporter, one):
        unit("OTHER")
        _, sheet_id = opened(one)
        page = reporter.page(f"{ROOT}/report")
        assert f'href="{ROOT}/sheets/{sheet_id}"' in page
        assert "逾期未报" in page
        assert "OTHER" not in page
        side = page.split('id="side"')[1].split("</nav>")[0]
        assert re.findall(r'href="(/console/\w[^"]*)"', side) == [f"{ROOT}/report"]

    def test_a_month_is_reported_and_corrected(self, manager, reporter, one):
        path = f"{ROOT}/report/units/{one.unit.id}"
        assert "没有称重的项目留空" in reporter.page(path, month="2026-10")
        api = f"/evaluation/units/{one.unit.id}/reports/2026-10-01"
        assert reporter.send("PUT", api, OCTOBER).status == 200
        page = reporter.page(path, month="2026-10")
        assert 'value="8000"' in page
        assert 'value="4000"' in page  # Kilograms.
        assert "第 1 版" in page
        months = in_words(manager.page(f"{ROOT}/months", month="2026-10"))
        assert "8,000" in months
        assert "迟报 1 个单位" in months
        assert "各单位都已报送" in manager.page(f"{ROOT}/months", month="2026-10", only_missing="true")

    def test_its_pages_take_few_statements(self, reporter, one):
        opened(one)
        one.submitted()
        for path in ("/report", f"/report/units/{one.unit.id}", "/report/sheets", "/report/inspections"):
            assert statements(reporter, f"{ROOT}{path}") <= MOST, path


class TestUnits:
    def test_they_are_entered_found_and_changed(self, manager, one):
        made = manager.send(
            "POST",
            "/evaluation/units",
            {
                "code": "U-9",
                "name": "岱山县机关食堂",
                "level": "county",
                "operation": "own",
                "serving": "buffet",
            }
            | {"contact": "王联络", "phone": "0580-2281234"},
        )
        assert "岱山县机关食堂" in manager.page(f"{ROOT}/units", q="岱山")
        assert one.unit.name not in manager.page(f"{ROOT}/units", q="岱山")
        page = manager.page(f"{ROOT}/units/{made.data['id']}")
        assert "尚未授权" in page
        assert "2281234" not in page
        assert 'value="岱山县机关食堂"' in manager.page(f"{ROOT}/units/{made.data['id']}/edit")
        assert manager.get(f"{ROOT}/units/999999").status_code == 404


class TestScoreSheets:
    def test_a_draft_is_edited_and_what_is_in_force_is_not(self, manager, one):
        assert "监督管理" in manager.page(f"{ROOT}/score-sheets/{one.sheet.id}")
        assert manager.get(f"{ROOT}/score-sheets/{one.sheet.id}/edit").status_code == 404
        draft = manager.send("POST", f"/score-sheets/{one.sheet.sheet_id}/versions").data["id"]
        form = manager.page(f"{ROOT}/score-sheets/{draft}/edit")
        assert 'name="items.0.points"' in form
        assert 'name="grades.103.is_failing"' in form


class TestSpotChecks:
    def test_a_year_is_drawn_and_its_units_arranged(self, manager, one):
        assert "抽查计划还没有制定" in manager.page(f"{ROOT}/checks")
        drawn = manager.send(
            "POST", "/evaluation/spot-check-plans", {"year": 2026, "seen_version": 0, "seed": "福彩2026130期"}
        )
        page = manager.page(f"{ROOT}/checks")
        assert "福彩2026130期" in page
        assert f"安排抽查 {one.unit.name}" in page
        assert "完全一致" in manager.page(f"{ROOT}/checks/plans/{drawn.data['id']}")
        form = manager.page(f"{ROOT}/checks/inspections/new", unit_id=one.unit.id)
        assert one.lead_staff.name in form

    def test_who_belongs_to_the_unit_is_no_inspector_of_it(self, manager, one):
        own = one.compound.staff(
            name="利害人",
            roles={"canteen_inspector": EVERYWHERE, "unit_reporter": (ScopeKind.UNIT, one.unit.id)},
        )
        form = manager.page(f"{ROOT}/checks/inspections/new", unit_id=one.unit.id)
        assert f'value="{own.id}"' not in form
        assert "不能参加：利害人" in form

    def test_an_inspection_goes_from_its_team_to_its_unit_and_is_confirmed(self, app, manager, reporter, one):
        inspection_id = one.arrange().data["id"]
        path = f"{ROOT}/checks/inspections/{inspection_id}"
        lead = Console(app, one.lead_staff)
        assert "评分第 1 项" in lead.page(path)
        assert path in lead.page(f"{ROOT}/inspecting")
        assert "评分第 1 项" not in manager.page(path)
        assert reporter.get(path).status_code == 404  # The unit learns of it by its result.
        first = one.sheet.items[0].id
        assert "未张贴提示" in lead.page(f"{path}/items/{first}")
        for place, score in enumerate((20, 30, 10)):
            assert one.score(one.lead, inspection_id, place, score).status == 200
        assert 'id="submit"' in lead.page(path)
        lead.send("POST", f"/evaluation/inspections/{inspection_id}/submit", {"visited_on": "2026-11-23"})
        assert 'id="dispute"' in reporter.page(path)
        assert 'id="dispute"' not in manager.page(path)
        assert reporter.send("POST", f"/evaluation/inspections/{inspection_id}/acknowledge").status == 200
        assert 'id="confirm"' in manager.page(path)
        assert manager.send("POST", f"/evaluation/inspections/{inspection_id}/confirm").status == 200
        page = manager.page(path)
        assert "不合格" in page
        assert "查看整改" in page

    def test_who_is_not_in_the_team_sees_nothing_of_it(self, app, one):
        inspection_id = one.arrange().data["id"]
        stranger = Console(app, one.compound.staff(roles={"canteen_inspector": EVERYWHERE}))
        assert stranger.get(f"{ROOT}/checks/inspections/{inspection_id}").status_code == 404


class TestRectifications:
    def ordered(self, one: Field) -> int:
        body = {
            "unit_id": one.unit.id,
            "title": "提示牌缺失",
            "problems": [{"text": "无提示"}, {"text": "无小份"}],
        }
        order: int = one.manager.post("/evaluation/rectifications", body).data["id"]
        return order

    def test_a_unit_reports_and_a_manager_re_checks(self, manager, reporter, one):
        order = self.ordered(one)
        path, api = f"{ROOT}/checks/rectifications/{order}", f"/evaluation/rectifications/{order}"
        page = reporter.page(path)
        assert 'id="report"' in page
        assert 'id="check"' not in page
        measures = [{"position": 1, "text": "已贴"}, {"position": 2, "text": "已设"}]
        assert reporter.send("POST", f"{api}/reports", {"revision": 1, "measures": measures}).status == 201
        page = manager.page(path)
        assert 'id="check"' in page
        assert "已贴" in page
        revision = int(re.search(r'name="revision" value="(\d+)"', page)[1])
        body = {"revision": revision, "is_passed": False, "failed": [2], "finding": "小份没有标价"}
        assert manager.send("POST", f"{api}/checks", body).status == 201
        page = in_words(reporter.page(path))
        assert "未整改到位" in page
        assert "小份没有标价" in page
        assert "复查未通过" in in_words(manager.page(f"{ROOT}/checks/rectifications", state="returned"))
        assert "没有符合条件" in manager.page(f"{ROOT}/checks/rectifications", state="closed")

    def test_another_units_order_is_not_found(self, app, one):
        order = self.ordered(one)
        staff: Staff = one.compound.staff(roles={"unit_reporter": (ScopeKind.UNIT, unit("OTHER").id)})
        assert Console(app, staff).get(f"{ROOT}/checks/rectifications/{order}").status_code == 404

    def test_the_year_stands_in_the_annex(self, manager, one):
        self.ordered(one)
        page = in_words(manager.page(f"{ROOT}/annex", year=date(2026, 1, 1).year))
        assert one.unit.name in page
