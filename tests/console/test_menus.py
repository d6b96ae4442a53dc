"""The week's menus: the grid, and the dialogs around it."""

import re
from datetime import date, time
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from tests.canteen.menu.kitchen import TUESDAY, Kitchen, take
from tests.console.browser import Console
from tests.factories import MONDAY
from tests.printed import text_of
from tests.statements import counted_statements

MENUS = "/console/canteen/menus"
TUESDAY_LUNCH = f"{MENUS}/2026-11-24/lunch"


@pytest.fixture
def manager(app, kitchen):
    """The kitchen's manager at the console."""
    return console_of(app, kitchen, "canteen_manager")


def console_of(app, kitchen, role):
    return Console(app, kitchen.compound.staff(roles={role: (ScopeKind.CANTEEN, kitchen.canteen.id)}))


def cells(html):
    """The text of each cell of the grid, row by row."""
    body = re.search(r"<tbody>.*</tbody>", html, re.S)[0]
    return [
        [
            re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", cell)).strip()
            for cell in re.findall(r"<td.*?</td>", row, re.S)
        ]
        for row in re.findall(r"<tr>.*?</tr>", body, re.S)
    ]


def test_the_week_shows_every_meal_with_its_state_caps_and_counts(kitchen, manager):
    pork, greens = kitchen.dish("红烧肉"), kitchen.dish("青菜")
    monday = kitchen.compound.meal(kitchen.canteen, [(pork, 20), (greens, None)])
    take(monday.id, **{f"d{pork.id}": 150})
    kitchen.draft(pork, cap=30)
    frozen = {"state": "frozen", "frozen_at": clock.now()}
    kitchen.compound.meal(kitchen.canteen, {greens: 5}, date(2026, 11, 25), **frozen)
    (lunch,) = cells(manager.page(MENUS))
    assert lunch[0].startswith("已发布 红烧肉 1.5 /20 青菜 0 /不限")
    assert "草稿 红烧肉 30" in lunch[1]
    assert "提示" in lunch[1]  # It was served on Monday.
    assert lunch[2] == "已截止 青菜 0 /5"
    assert lunch[3] == "编排"
    assert lunch[5] == lunch[6] == "不开放"
    text = manager.page(MENUS)
    assert "11月24日午餐「红烧肉」11月23日刚供应过" in text
    assert not re.search(r">(draft|published|frozen|lunch)<", text)


def test_a_holiday_is_named_and_nothing_is_planned_for_it(app, compound):
    with clock.at(clock.at_local(date(2026, 2, 9), time(9))):
        kitchen = Kitchen(compound)
        text = console_of(app, kitchen, "canteen_manager").page(MENUS, week="2026-02-18")
    assert "春节" in text
    assert set(cells(text)[0]) == {"不开放"}


def test_one_goes_from_week_to_week(kitchen, manager):
    text = manager.page(MENUS, week="2026-12-02")
    assert "2026年11月30日 至 12月6日" in text
    assert "week=2026-11-23" in text
    assert "week=2026-12-07" in text
    assert manager.get(MENUS, week="yesterday").status_code == 422


def test_what_is_over_cannot_be_planned(kitchen, manager):
    kitchen.draft(kitchen.dish("红烧肉"), on=date(2026, 11, 18))
    (lunch,) = cells(manager.page(MENUS, week="2026-11-18"))
    assert lunch[2] == "草稿 红烧肉 20"
    assert lunch[3] == "未编排"
    assert "不能再修改" in manager.page(f"{MENUS}/2026-11-18/lunch")


def test_a_meal_is_planned_in_its_dialog_and_shows_what_was_seen(kitchen, manager):
    dish = kitchen.dish("红烧肉")
    assert 'name="revision" data-type="int" value="0"' in manager.page(TUESDAY_LUNCH)
    said = {"dishes": [{"dish_id": dish.id, "cap": 30}], "revision": 0}
    assert manager.send("PUT", address(kitchen), said).data["revision"] == 1
    text = manager.page(TUESDAY_LUNCH)
    assert 'name="revision" data-type="int" value="1"' in text
    assert f'data-dish="{dish.id}"' in text
    assert 'value="30"' in text


def test_publishing_shows_its_findings_before(kitchen, manager):
    good, bare = kitchen.dish("红烧肉"), kitchen.dish("清蒸鱼", allergens=None)
    kitchen.draft(good, bare)
    kitchen.draft(good, on=date(2026, 11, 25))
    query = {"date": "2026-11-23", "end_date": "2026-11-29"}
    text = manager.page(f"{MENUS}/publish", **query)
    assert "1 处问题" in text
    assert "11月24日午餐「清蒸鱼」尚未申报过敏原" in text
    assert 'data-api="POST /api/v1/canteen/admin/menus/publish"' not in text
    kitchen.set_menu((good, 20))
    text = manager.page(f"{MENUS}/publish", **query)
    assert "发布 2 餐" in text
    assert "已了解以上提示" in text
    one = manager.page(f"{MENUS}/publish", date="2026-11-24", period="lunch")
    assert "发布 1 餐" in one
    assert "已了解以上提示" not in one
    assert kitchen.publish(end_date="2026-11-29").status == 200
    assert "没有待发布的草稿" in manager.page(f"{MENUS}/publish", **query)


def test_an_end_before_the_first_day_means_that_day(kitchen, manager):
    kitchen.draft(kitchen.dish())
    text = manager.page(f"{MENUS}/publish", date="2026-11-24", end_date="2026-11-23")
    assert "发布 1 餐" in text


def test_the_weeks_around_are_offered_to_copy(kitchen, manager):
    assert "没有菜单可以复制" in manager.page(f"{MENUS}/copy", week="2026-11-30")
    dish = kitchen.dish()
    for on in (MONDAY, TUESDAY, date(2026, 11, 16), date(2026, 12, 8)):
        kitchen.draft(dish, on=on)
    text = manager.page(f"{MENUS}/copy", week="2026-11-30")
    assert re.findall(r'<option value="([^"]*)">([^<]*)', text)[-3:] == [
        ("2026-11-23", "11月23日—11月29日（2 餐）"),
        ("2026-11-16", "11月16日—11月22日（1 餐）"),
        ("2026-12-07", "12月7日—12月13日（1 餐）"),
    ]


def test_the_week_comes_on_paper_and_as_a_sheet(kitchen, manager):
    pork = kitchen.dish("红烧肉", allergens=["soybean", "egg"])
    kitchen.compound.meal(kitchen.canteen, [(pork, 20)])
    kitchen.draft(kitchen.dish("清炒时蔬", price_fen=None), cap=None)
    text = text_of(manager.file(MENUS, format="pdf")).replace(" ", "")
    for shown in ("每周菜单", "11月23日", "周五", "红烧肉", "6.00", "草稿，未发布", "6大豆", "第1页"):
        assert shown in text, shown
    assert "周六" not in text
    rows = list(load_workbook(BytesIO(manager.file(MENUS, format="xlsx"))).active.values)[1:]
    assert [row[1:] for row in rows] == [
        ("周一", "午餐", "已发布", "红烧肉", "荤菜", 6, 20, "0", "大豆、蛋类"),
        ("周二", "午餐", "草稿", "清炒时蔬", "荤菜", None, None, "0", "不含"),
    ]


def test_a_canteen_out_of_reach_stays_unseen(app, kitchen, manager):
    foreign = Kitchen(kitchen.compound)
    foreign.draft(foreign.dish("别家的菜"))
    assert "别家的菜" not in manager.page(MENUS)
    assert manager.get("/console/scope", canteen_id=foreign.canteen.id).status_code == 404
    said = {"dishes": [], "revision": 0}
    assert manager.send("PUT", address(foreign), said).status == 404


def test_who_only_reads_sees_the_week_without_its_buttons(app, kitchen):
    kitchen.draft(kitchen.dish("红烧肉"))
    reader = console_of(app, kitchen, "canteen_staff")
    text = reader.page(MENUS)
    assert "红烧肉" in text
    assert not re.search("编辑|编排|data-open", text)
    for path in (TUESDAY_LUNCH, f"{MENUS}/copy?week=2026-11-23", f"{MENUS}/publish?date=2026-11-24"):
        assert reader.get(path).status_code == 403


def test_who_manages_another_canteen_plans_nothing_here(app, kitchen):
    other = kitchen.compound.canteen()
    staff = kitchen.compound.staff(
        roles={
            "canteen_manager": (ScopeKind.CANTEEN, other.id),
            "canteen_staff": (ScopeKind.CANTEEN, kitchen.canteen.id),
        }
    )
    console = Console(app, staff)
    console.work_at(kitchen.canteen.id)
    for path in (TUESDAY_LUNCH, f"{MENUS}/copy?week=2026-11-23", f"{MENUS}/publish?date=2026-11-24"):
        assert console.get(path).status_code == 403, path
    assert "data-open" not in console.page(MENUS)
    console.work_at(other.id)
    assert console.get(TUESDAY_LUNCH).status_code == 200


def test_an_official_is_refused(app, kitchen):
    assert Console(app, kitchen.compound.staff()).get(MENUS).status_code == 403


@pytest.mark.parametrize("path", ["2026-11-24/brunch", "2026-02-30/lunch"])
def test_what_is_no_meal_is_not_found(manager, path):
    assert manager.get(f"{MENUS}/{path}").status_code == 404


def test_the_week_takes_few_statements_however_much_is_on_it(kitchen, manager):
    kitchen.compound.period(kitchen.canteen, "dinner")
    dishes = [kitchen.dish() for _ in range(12)]
    for day in range(24, 28):
        for period in ("lunch", "dinner"):
            kitchen.draft(*dishes, on=date(2026, 11, day), period=period)
    paths = (MENUS, TUESDAY_LUNCH, f"{MENUS}/publish?date=2026-11-23&end_date=2026-11-29")
    for path in (*paths, f"{MENUS}/copy?week=2026-11-30"):
        with counted_statements() as sent:
            manager.page(path)
        assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, sent


def address(kitchen):
    return f"/canteen/admin/menus/{kitchen.canteen.id}/2026-11-24/lunch"
