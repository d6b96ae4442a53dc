"""The quarter's evaluation in a real browser: opened, filled in by a unit, scored, closed, put right."""

import re

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from backend.scoresheets.models import ItemLoss, Scoring
from tests.backend.media.pictures import small_jpeg
from tests.canteen.evaluation.organs import EVERYWHERE, sheet, unit
from tests.console.driven.chromium import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def organ():
    """A unit of a county, in real time: the server has no other clock."""
    return unit("COUNTY-1", joined=clock.today(), name="岱山县机关食堂", region="岱山县")


@pytest.fixture
def version(organ):
    """A sheet of three items, of 60, 30 and 10 points; the last one need not apply."""
    return sheet()


def forget_refusals(desk):
    """What the browser itself logs about refused requests is no fault of the page."""
    desk.errors = [each for each in desk.errors if "status of 422" not in each]


def open_round(page):
    """This quarter's, by the dialog of the workspace."""
    page.goto("/console/evaluation")
    page.get_by_role("button", name=re.compile("发起第.季度评估")).click()
    dialog = page.locator("#round")
    dialog.get_by_role("button", name="发起", exact=True).click()
    expect(dialog.locator("[data-field=due_on]")).to_contain_text("请填写此项")
    dialog.locator("[name=due_on]").fill("2020-01-01")
    dialog.get_by_role("button", name="发起", exact=True).click()
    expect(dialog.locator(".form-error")).to_contain_text("填报截止日期应为今天或以后")
    dialog.locator("[name=due_on]").fill(clock.today().isoformat())
    dialog.get_by_role("button", name="发起", exact=True).click()
    page.wait_for_url(re.compile(r"/rounds/\d+$"))


def fill_in(page, item, score, text):
    """One item of the unit's sheet."""
    page.get_by_role("button", name=f"填报第 {item} 项").click()
    dialog = page.locator("#item")
    dialog.locator("[name=score]").fill(score)
    dialog.locator("[name=text]").fill(text)
    dialog.get_by_role("button", name="保存").click()
    return dialog


def test_a_sheet_goes_from_the_unit_to_its_grade_and_to_what_must_be_put_right(
    desk_of, compound, organ, version
):
    reviewer = desk_of(compound.staff(name="秦督查", roles={"logistics_reviewer": EVERYWHERE}))
    reporter = desk_of(compound.staff(name="王填报", roles={"unit_reporter": (ScopeKind.UNIT, organ.id)}))
    open_round(reviewer.page)
    reviewer.ensure_accessible()
    reviewer.picture("evaluation-round")

    page = reporter.page
    page.goto("/console/")
    page.get_by_role("link", name="单位填报").first.click()
    reporter.ensure_accessible()
    reporter.picture("evaluation-reporting")
    page.get_by_role("row", name=re.compile("填报中")).get_by_role("link").click()
    dialog = fill_in(page, 1, "70", "都有")
    expect(dialog.locator(".form-error")).to_contain_text("最高 60 分")
    dialog.locator("[name=score]").fill("60")
    dialog.get_by_role("button", name="保存").click()
    expect(page.locator(".act-bar")).to_contain_text("还有 2 项没有填写")
    page.get_by_role("button", name="填报第 2 项").click()
    for _ in range(2):
        page.locator("#item").get_by_role("button", name="添加照片").click()
    page.locator("#item [data-row]").last.get_by_role("button", name="移除").click()
    photo = {"name": "台账.jpg", "mimeType": "image/jpeg", "buffer": small_jpeg()}
    page.locator("#item [data-upload]").set_input_files(photo)
    expect(page.locator("#item .photo-picture")).to_be_visible()
    page.locator("#item [name=score]").fill("30")
    page.locator("#item").get_by_role("button", name="保存").click()
    expect(page.locator("#list .said-photos img")).to_have_count(1)
    expect(page.locator(".act-bar")).to_contain_text("还有 1 项没有填写")
    page.get_by_role("button", name="填报第 3 项").click()
    page.locator("#item [name=is_inapplicable]").check()
    expect(page.locator("#item [name=score]")).to_be_disabled()
    page.locator("#item").get_by_role("button", name="保存").click()
    expect(page.locator(".act-bar")).to_contain_text("可以提交")
    reporter.ensure_accessible()
    reporter.picture("evaluation-answers")
    page.get_by_role("button", name="提交评估表").click()
    page.locator("#ask-yes").click()
    expect(page.locator("#list")).to_contain_text("提交")
    expect(page.get_by_role("button", name="填报第 1 项")).to_have_count(0)

    page = reviewer.page
    page.reload()
    page.get_by_role("link", name="岱山县机关食堂").click()
    page.get_by_role("button", name="评分第 1 项").click()
    dialog = page.locator("#item")
    dialog.get_by_label("未张贴提示").check()
    dialog.locator("[name='marks.0.score']").fill("20")
    reviewer.ensure_accessible()
    reviewer.picture("evaluation-mark")
    dialog.get_by_role("button", name="保存评分").click()
    expect(page.locator(".act-bar")).to_contain_text("还有 2 项没有评分")
    page.get_by_role("button", name="其余按自评给分").click()
    page.locator("#ask-yes").click()
    # The page comes again with the points; what is asked before that goes with the old page.
    expect(page.locator(".toast-note")).to_contain_text("已给分")
    page.get_by_role("button", name="办结", exact=True).click()
    page.locator("#ask-yes").click()
    expect(page.locator("#list .figures")).to_contain_text("不合格")
    db.session.rollback()
    assert db.session.query(ItemLoss.text).all() == [("未张贴提示",)]
    assert db.session.query(Scoring.total_tenths).filter(Scoring.closed_at.isnot(None)).all() == [(600,)]

    page = reporter.page
    page.goto("/console/evaluation/report")
    page.locator("section[aria-labelledby=rectifications]").get_by_role("link").first.click()
    page.get_by_role("button", name="报送整改情况").click()
    page.locator("#report textarea").first.fill("已张贴提示")
    page.locator("#report").get_by_role("button", name="报送", exact=True).click()
    expect(page.locator("#list")).to_contain_text("已张贴提示")
    forget_refusals(reviewer)
    forget_refusals(reporter)


def test_a_unit_reports_a_month_on_a_phone(desk_of, compound, organ):
    reporter = desk_of(compound.staff(roles={"unit_reporter": (ScopeKind.UNIT, organ.id)}), viewport=PHONE)
    page = reporter.page
    page.goto(f"/console/evaluation/report/units/{organ.id}")
    for name, value in (("diners", "8000"), ("meals_served", "44"), ("meals_measured", "40")):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=plate_g]").fill("三吨")
    page.get_by_role("button", name="报送").click()
    expect(page.locator("[data-field=plate_g]")).to_contain_text("请填写千克数")
    page.locator("[name=plate_g]").fill("400.5")
    page.get_by_role("button", name="报送").click()
    expect(page.locator(".toast-note")).to_contain_text("已报送")
    expect(page.locator("[name=plate_g]")).to_have_value("400.5")
    expect(page.locator("#main")).to_contain_text("第 1 版")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    reporter.ensure_accessible()
    reporter.picture("evaluation-month-phone")
