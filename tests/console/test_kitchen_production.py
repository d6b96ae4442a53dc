"""The kitchen's pages of production and advice: forecasts, plans, recipes, nutrition, suggested weeks."""

import re
from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from canteen.production.forecasts import queries as forecast_queries
from tests.canteen.advice.weeks.test_weeks import NEXT, Week
from tests.canteen.kitchen import Kitchen
from tests.canteen.production.forecasts.diary import Diary, at_ten
from tests.console.browser import Console
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements

HERE = "/console/kitchen"
MOST = 15
# What a meal costs comes of prices, licences, batches, issues and three kinds of diners.
MOST_OF = {"/costs": 18}
NUTRITION = {"energy_kcal": 400, "protein_g": 20, "fat_g": 5, "carbohydrate_g": 0, "sodium_mg": 60}
RAW = re.compile(r">\s*(draft|confirmed|missing|next_day|current|hot|lunch|bookings|forecast|open|meat)\s*<")


@pytest.fixture
def kitchen(compound):
    """A kitchen, with the clock held at nine o'clock of Monday."""
    with clock.at(NINE):
        yield Kitchen(compound)


def console(app, kitchen, role="canteen_manager", canteen=None):
    """Somebody at the console who has a role for the kitchen's canteen, or another one."""
    scope = (ScopeKind.CANTEEN, (canteen or kitchen.canteen).id)
    return Console(app, kitchen.compound.staff(roles={role: scope}))


@pytest.fixture
def manager(app, kitchen):
    return console(app, kitchen)


@pytest.fixture
def stranger(app, kitchen):
    """The manager of another canteen."""
    other = kitchen.compound.canteen(name="别的食堂")
    return console(app, kitchen, canteen=other)


def statements(browser, path):
    """How many statements a page takes when it is looked at a second time."""
    browser.page(path)
    with counted_statements() as sent:
        browser.page(path)
    return sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)


class Lunch:
    """A lunch of two dishes, of which one has a recipe, and its plan."""

    def __init__(self, kitchen):
        self.kitchen = kitchen
        self.pork = kitchen.ingredient("五花肉", category="meat", **NUTRITION)
        self.salt = kitchen.ingredient("盐", category="seasoning")
        self.braised = kitchen.dish("红烧肉", weight_g=200, category="meat")
        self.soup = kitchen.dish("例汤", weight_g=250, category="soup")
        self.recipe = kitchen.recipe(self.braised, {self.pork: 1500, self.salt: 10}, 1000)
        self.meal = kitchen.meal([self.braised, self.soup])
        kitchen.book(self.meal, self.braised, 5)

    def plan(self, portions=10, state="confirmed"):
        plan = self.kitchen.manager.post(f"/canteen/meals/{self.meal.id}/plan").data
        dishes = [{"dish_id": self.braised.id, "portions": portions}]
        self.kitchen.manager.put(f"/canteen/plans/{plan['id']}", {"diners": 10, "dishes": dishes})
        if state == "confirmed":
            body = {"shortage_reason": "有人退餐"}
            assert self.kitchen.manager.post(f"/canteen/plans/{plan['id']}/confirm", body).status == 200
        return f"{HERE}/plans/{plan['id']}"


def test_forecasts_show_a_week_a_meal_and_how_good_they_were(app, kitchen, manager, stranger):
    diary = Diary(kitchen)
    diary.past()
    diary.orders(diary.lunch(), 5)
    assert "这一周还没有预测" in manager.page(f"{HERE}/forecasts")
    with at_ten():
        for on, level in ((MONDAY, 80), (MONDAY + timedelta(days=1), 90)):
            if on != MONDAY:
                diary.lunch(on)
            body = {"canteen_id": kitchen.canteen.id, "date": on.isoformat(), "period": "lunch"}
            made = kitchen.manager.post("/canteen/forecasts", {**body, "level_percent": level}).data
    text = manager.page(f"{HERE}/forecasts")
    for shown in ("午餐备餐", "11月23日", "11月24日", "80%", "90%", made["reason"], "重新预测"):
        assert shown in text, shown
    assert "这一周还没有预测" in manager.page(f"{HERE}/forecasts", week="2026-12-07")
    assert "这一周还没有预测" in manager.page(f"{HERE}/forecasts", period="dinner")
    one = f"{HERE}/forecasts/{made['id']}"
    text = manager.page(one)
    for shown in ("保障率的取舍", "<svg", "红烧肉", "95%", "按此保障率重新预测", "上周同日"):
        assert shown in text, shown
    assert not RAW.search(text)
    reader = console(app, kitchen, "canteen_staff")
    assert "重新预测" not in reader.page(one) + reader.page(f"{HERE}/forecasts")
    assert reader.get(f"{HERE}/forecasts/new").status_code == 403
    assert "保障率" in manager.page(f"{HERE}/forecasts/new")
    assert stranger.get(one).status_code == 404
    assert "没有可以评价的预测" in manager.page(f"{HERE}/forecasts/accuracy").replace("还", "")
    assert max(statements(manager, path) for path in (one, f"{HERE}/forecasts")) <= MOST


def test_the_accuracy_of_forecasts_stands_beside_naive_ones(app, kitchen):
    diary = Diary(kitchen)
    diary.past()
    diary.orders(diary.lunch(), 5)
    with at_ten():
        body = {"canteen_id": kitchen.canteen.id, "date": MONDAY.isoformat(), "period": "lunch"}
        made = kitchen.manager.post("/canteen/forecasts", body).data
    _eaten(made["id"], made["expected"] - 2)
    with clock.at(NINE + timedelta(hours=6)):
        manager = console(app, kitchen)
        text = manager.page(f"{HERE}/forecasts/accuracy")
        assert forecast_queries.latest(kitchen.canteen.id, MONDAY, "lunch").actual is not None
        for shown in ("本系统误差率", "上周同日法", "只看预订", "+2", "11月23日"):
            assert shown in text, shown
        assert "没有可以评价" in manager.page(f"{HERE}/forecasts/accuracy", period="dinner")
        assert statements(manager, f"{HERE}/forecasts/accuracy") <= MOST


def _eaten(forecast_id, count):
    from backend.db import atomic, db
    from canteen.production.forecasts.models import MealForecast

    @atomic
    def write():
        db.session.get_one(MealForecast, forecast_id).actual = count

    write()


def test_a_week_of_plans_says_what_is_missing_and_begins_one(app, kitchen, manager):
    lunch = Lunch(kitchen)
    text = manager.page(f"{HERE}/plans")
    for shown in ("未编制", "编制", "今天"):
        assert shown in text, shown
    proposal = manager.page(f"{HERE}/plans/proposals/{lunch.meal.id}")
    assert "红烧肉" in proposal
    assert f'data-api="POST /api/v1/canteen/meals/{lunch.meal.id}/plan"' in proposal
    assert "没有符合条件的餐次" in manager.page(f"{HERE}/plans", state="done")
    assert "没有符合条件的餐次" in manager.page(f"{HERE}/plans", week="2026-12-07")
    reader = console(app, kitchen, "canteen_staff")
    assert "编制11月23日" not in reader.page(f"{HERE}/plans")
    path = lunch.plan()
    text = manager.page(f"{HERE}/plans", state="confirmed")
    assert path in text
    assert "已确认" in text
    assert statements(manager, f"{HERE}/plans") <= MOST


def test_a_draft_is_a_form_and_says_what_is_below_the_bookings(app, kitchen, manager, stranger):
    lunch = Lunch(kitchen)
    path = lunch.plan(portions=3, state="draft")
    text = manager.page(path)
    for shown in ("没有配方", "低于已订", "计划 3 份，已订 5 份", "保存", "确认计划", "重新起草", "大锅备菜"):
        assert shown in text, shown
    assert f'data-api="PUT /api/v1/canteen/plans/{path.rpartition("/")[2]}"' in text
    assert not RAW.search(text)
    batches = manager.page(f"{path}/dishes/{lunch.braised.id}/batches")
    assert "dishes.0.batches.0.portions" in batches
    cook = console(app, kitchen, "canteen_staff")
    assert "确认计划" not in cook.page(path)
    assert cook.get(f"{path}/dishes/{lunch.braised.id}/batches").status_code == 403
    for below in ("", "/ingredients", "/outcome", "/costs", "/screen", "/issue"):
        assert stranger.get(f"{path}{below}").status_code == 404, below
        assert statements(manager, f"{path}{below}") <= MOST_OF.get(below, MOST), below


def test_a_plan_shows_what_it_needs_and_the_storekeeper_its_slip(app, kitchen, manager):
    lunch = Lunch(kitchen)
    kitchen.batch(lunch.pork, 1000)
    path = lunch.plan()
    text = manager.page(f"{path}/ingredients")
    for shown in ("五花肉", "3 千克", "提采购申请", "库存不足"):
        assert shown in text, shown
    storekeeper = console(app, kitchen, "storekeeper")
    slip = storekeeper.page(f"{path}/issue")
    for shown in ("领料单", "全部领料", "五花肉（待领 3 千克，可用 1 千克）"):
        assert shown in slip, shown
    assert storekeeper.get(path).status_code == 403
    assert console(app, kitchen, "canteen_staff").get(f"{path}/issue").status_code == 403


def test_what_was_cooked_is_entered_and_costs_follow(app, kitchen, manager):
    lunch = Lunch(kitchen)
    kitchen.batch(lunch.pork, 10_000, 40_000)
    kitchen.batch(lunch.salt, 1_000, 500)
    path = lunch.plan()
    plan_id = path.rpartition("/")[2]
    assert kitchen.storekeeper.post(f"/canteen/plans/{plan_id}/issue", {}).status == 200
    cook = console(app, kitchen, "canteen_staff")
    text = cook.page(f"{path}/outcome")
    assert "还有" in text
    assert f'data-api="PUT /api/v1/canteen/plans/{plan_id}/dishes/{lunch.braised.id}/actual"' in text
    body = {"cooked_g": 2000, "left_g": 300, "reused_g": 100}
    sent = cook.send("PUT", f"/canteen/plans/{plan_id}/dishes/{lunch.braised.id}/actual", body)
    assert sent.status == 200
    text = cook.page(f"{path}/outcome")
    assert 'value="0.3"' in text
    assert "改正" in text
    costs = manager.page(f"{path}/costs")
    assert "120.10" in costs  # 3 kg of pork at 40 yuan, 20 g of salt at 5
    screen = manager.page(f"{path}/screen", station="hot")
    assert "已出品 2.0 千克" in screen
    assert "五花肉" in screen


def test_recipes_are_listed_by_what_they_lack_and_edited(app, kitchen, manager, stranger):
    lunch = Lunch(kitchen)
    text = manager.page(f"{HERE}/recipes")
    assert "现行 第 1 版" in text
    assert f"{HERE}/dishes/{lunch.soup.id}/recipe" in text
    for query, found in (
        ({"state": "missing"}, ["例汤"]),
        ({"state": "current"}, ["红烧肉"]),
        ({"q": "五花"}, ["红烧肉"]),
        ({"category": "soup"}, ["例汤"]),
        ({"station": "cold"}, []),
    ):
        text = manager.page(f"{HERE}/recipes", **query)
        names = [name for name in ("红烧肉", "例汤") if re.search(rf"<th scope=.row.>.*{name}", text)]
        assert names == found, query
    form = manager.page(f"{HERE}/dishes/{lunch.braised.id}/recipe")
    assert 'value="五花肉"' in form
    assert "lines.1.raw_g" in form
    assert "lines.0.raw_g" not in manager.page(f"{HERE}/dishes/{lunch.soup.id}/recipe")
    cook = console(app, kitchen, "canteen_staff")
    assert cook.get(f"{HERE}/dishes/{lunch.braised.id}/recipe").status_code == 403
    assert cook.get(f"{HERE}/recipes/import").status_code == 403
    assert stranger.get(f"{HERE}/recipes/{lunch.recipe.id}").status_code == 404
    assert stranger.get(f"{HERE}/dishes/{lunch.braised.id}/recipe").status_code == 404
    assert "食材" in manager.page(f"{HERE}/recipes/import")
    assert statements(manager, f"{HERE}/recipes") <= MOST


def test_a_recipe_says_where_the_dish_differs_and_a_draft_waits_for_approval(kitchen, manager):
    lunch = Lunch(kitchen)
    kitchen.price(kitchen.supplier(), lunch.pork, 4000)
    one = f"{HERE}/recipes/{lunch.recipe.id}"
    text = manager.page(one)
    for shown in ("没有价格的食材", "盐", "营养成分不全", "热菜", "第 1 版", "停用"):
        assert shown in text, shown
    assert not RAW.search(text)
    line = {"ingredient_id": lunch.pork.id, "raw_g": 1200}
    body = {"yield_g": 1000, "station": "hot", "lines": [line]}
    draft = kitchen.manager.put(f"/canteen/dishes/{lunch.braised.id}/recipe-draft", body).data
    listed = manager.page(f"{HERE}/recipes", state="draft")
    assert "批准选中的草稿" in listed
    assert f'value="{draft["id"]}"' in listed
    text = manager.page(f"{HERE}/recipes/{draft['id']}")
    for shown in ("批准", "丢弃", "草稿"):
        assert shown in text, shown
    assert "与菜品资料不一致" in text
    assert "更新菜品资料" not in text
    assert "正在修改草稿" in manager.page(f"{HERE}/dishes/{lunch.braised.id}/recipe")
    assert statements(manager, one) <= MOST
    assert kitchen.manager.post(f"/canteen/recipes/{draft['id']}/approve").status == 200
    assert "更新菜品资料" in manager.page(f"{HERE}/recipes/{draft['id']}")


def test_nutrition_is_told_by_day_and_meal(kitchen, manager):
    lunch = Lunch(kitchen)
    kitchen.recipe(lunch.soup, {lunch.pork: 100}, 1000, station="soup")
    lunch.plan()
    text = manager.page(f"{HERE}/nutrition")
    for shown in ("11月23日", "按计划", "能量", "已知"):
        assert shown in text, shown
    assert "没有发布的菜单" in manager.page(f"{HERE}/nutrition", week="2026-12-07")
    assert statements(manager, f"{HERE}/nutrition") <= MOST


def test_a_suggested_week_shows_its_reasons_and_is_decided_once(app, compound):
    with clock.at(NINE):
        week = Week(compound)
        manager = console(app, week)
        assert "还没有推荐过菜单" in manager.page(f"{HERE}/menu-advice")
        made = week.suggest(seed=1).data
        one = f"{HERE}/menu-advice/{made['id']}"
        assert one in manager.page(f"{HERE}/menu-advice", state="open")
        text = manager.page(one)
        for shown in ("与照搬上一次菜单比较", "米饭", "采用为草稿", "放弃", "新上："):
            assert shown in text, shown
        assert not RAW.search(text)
        reader = console(app, week, "canteen_staff")
        assert "采用为草稿" not in reader.page(one)
        assert "生成推荐" not in reader.page(f"{HERE}/menu-advice")
        other = console(app, week, canteen=compound.canteen(name="别的食堂"))
        assert other.get(one).status_code == 404
        first = {"date": NEXT.isoformat(), "period": "lunch"}
        adopted = manager.send("POST", f"/canteen/menu-proposals/{made['id']}/adoption", {"meals": [first]})
        assert adopted.status == 200
        text = manager.page(one)
        assert "已采用" in text
        assert "采用为草稿" not in text
        assert statements(manager, one) <= MOST
