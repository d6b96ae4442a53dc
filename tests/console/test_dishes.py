"""The dish library's pages."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend.actor import ScopeKind
from tests.backend.media.pictures import corners, saved
from tests.canteen.menu.kitchen import TUESDAY, Kitchen
from tests.console.browser import Console
from tests.factories import MONDAY
from tests.statements import counted_statements

DISHES = "/console/canteen/dishes"
NUTRITION = {"energy_kcal": 1, "protein_g": 1, "fat_g": 1, "carbohydrate_g": 1, "sodium_mg": 1}


@pytest.fixture
def manager(app, kitchen):
    """The kitchen's manager at the console."""
    return console_of(app, kitchen, "canteen_manager")


def console_of(app, kitchen, role):
    scope = (ScopeKind.CANTEEN, kitchen.canteen.id)
    return Console(app, kitchen.compound.staff(roles={role: scope}))


def names(html):
    """The dishes of the list, in its order."""
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', html)


def test_the_list_shows_what_a_dish_has_and_lacks(kitchen, manager):
    kitchen.dish("红烧肉", category="meat", tags=["spicy"], allergens=["soybean", "egg"])
    kitchen.dish("白粥", price_fen=None, category="staple", allergens=None, is_active=False)
    text = manager.page(DISHES)
    assert names(text) == ["红烧肉", "白粥"]
    for shown in ("荤菜", "主食", "6.00", "3.00", "蛋类", "大豆", "辣", "未定价", "未申报", "已停用"):
        assert shown in text, shown
    assert not re.search(r"soybean|>meat|draft", text)


def test_the_list_is_filtered(kitchen, manager):
    kitchen.dish("红烧肉", category="meat", tags=["spicy"], description="五花肉慢炖", **NUTRITION)
    kitchen.dish("清蒸鱼", category="meat", allergens=None)
    kitchen.dish("白粥", category="staple", tags=["halal", "vegetarian"], is_active=False)
    for query, found in (
        ({}, ["红烧肉", "清蒸鱼", "白粥"]),
        ({"q": "鱼"}, ["清蒸鱼"]),
        ({"q": "慢炖"}, ["红烧肉"]),
        ({"q": "%"}, []),
        ({"category": "meat"}, ["红烧肉", "清蒸鱼"]),
        ({"tag": "vegetarian"}, ["白粥"]),
        ({"is_active": "true"}, ["红烧肉", "清蒸鱼"]),
        ({"is_active": "false", "category": "meat"}, []),
        ({"missing": "allergens"}, ["清蒸鱼"]),
        ({"missing": "nutrition"}, ["清蒸鱼", "白粥"]),
        ({"missing": "photo"}, ["红烧肉", "清蒸鱼", "白粥"]),
        ({"missing": "price"}, []),
        ({"q": "", "category": "", "tag": "", "missing": ""}, ["红烧肉", "清蒸鱼", "白粥"]),
    ):
        assert names(manager.page(DISHES, **query)) == found, query
    assert "没有符合条件的菜品" in manager.page(DISHES, q="佛跳墙")


def test_the_list_is_sorted_and_paged(kitchen, manager):
    for name, price, category in (("乙", 300, "soup"), ("甲", 900, "cold"), ("丙", None, "meat")):
        kitchen.dish(name, price_fen=price, category=category)
    for sort, order in (
        ("price", "乙甲丙"),
        ("-price", "甲乙丙"),
        ("category", "丙乙甲"),
        ("-category", "甲乙丙"),
        ("name", "丙乙甲"),
        ("changed", "乙甲丙"),
    ):
        assert "".join(names(manager.page(DISHES, sort=sort))) == order, sort
    second = manager.page(DISHES, sort="price", page=2, page_size=2)
    assert names(second) == ["丙"]
    assert "共 3 条，第 2 / 2 页" in second
    assert manager.get(DISHES, sort="weight_g; --").status_code == 422


def test_the_whole_list_comes_as_a_sheet_as_it_is_filtered(kitchen, manager):
    for number in range(25):
        kitchen.dish(f"菜{number:02}", category="meat", allergens=["egg"])
    kitchen.dish("汤", price_fen=None, category="soup", allergens=None)
    rows = list(load_workbook(BytesIO(manager.file(DISHES, category="meat", format="xlsx"))).active.values)
    assert len(rows) == 26
    assert rows[1][:6] == ("菜00", "荤菜", 6, 200, "半份 3.00 元 100 克", "蛋类")
    rows = list(load_workbook(BytesIO(manager.file(DISHES, missing="price", format="xlsx"))).active.values)
    assert [row[:3] for row in rows[1:]] == [("汤", "汤", None)]


def test_a_dish_shows_its_prices_and_where_it_is_served(kitchen, manager):
    dish = manager.send("POST", "/canteen/admin/dishes", body(kitchen)).data
    manager.send("PUT", f"/canteen/admin/dishes/{dish['id']}", body(price_fen=950))
    kitchen.set_menu((Dish(dish["id"]), 40))
    kitchen.publish()
    text = manager.page(f"{DISHES}/{dish['id']}")
    for shown in (
        "红烧肉",
        "五花肉慢炖",
        "8.00",
        "9.50",
        "11月24日",
        "午餐",
        "已发布",
        "0 / 40",
        manager.staff.name,
    ):
        assert shown in text, shown
    assert "145.5" in text
    assert "近期没有供应过" in text


def test_a_dish_of_long_standing_shows_a_line_of_its_prices(kitchen, manager):
    from datetime import timedelta

    from backend import clock
    from tests.factories import NINE

    with clock.at(NINE - timedelta(days=30)):
        dish = kitchen.manager.post("/canteen/admin/dishes", body(kitchen)).data
    text = manager.page(f"{DISHES}/{dish['id']}")
    assert "<polyline" in text
    assert "26-10-24" in text


def test_the_form_holds_what_the_dish_is(kitchen, manager):
    made = manager.send("POST", "/canteen/admin/dishes", body(kitchen)).data
    text = manager.page(f"{DISHES}/{made['id']}/edit")
    for field in ('value="红烧肉"', 'value="8.00"', 'value="4.50"', 'value="145.5"', "五花肉慢炖"):
        assert field in text, field
    assert f'data-api="PUT /api/v1/canteen/admin/dishes/{made["id"]}"' in text
    assert re.search(r'value="some" data-allergen-choice checked', text)
    fresh = manager.page(f"{DISHES}/new")
    assert re.search(r'value="unknown" data-allergen-choice checked', fresh)
    assert f'name="canteen_id" value="{kitchen.canteen.id}"' in fresh


def test_a_photo_shows_in_the_list_on_the_dish_and_to_diners(kitchen, manager):
    photo = manager.upload(saved(corners(400, 300), "JPEG")).data
    made = manager.send("POST", "/canteen/admin/dishes", body(kitchen, photo_id=photo["id"])).data
    kitchen.set_menu((Dish(made["id"]), None))
    kitchen.publish()
    shown = kitchen.menu(TUESDAY)["periods"][0]["dishes"][0]["photo"]
    for path in (DISHES, f"{DISHES}/{made['id']}", f"{DISHES}/{made['id']}/edit"):
        assert f'src="/media/{photo["id"]}/' in manager.page(path)
    assert manager.get(shown["thumb"]).content_type == "image/jpeg"


def test_a_canteen_out_of_reach_is_not_found(app, kitchen, manager):
    foreign = Kitchen(kitchen.compound)
    dish = foreign.dish("别家的菜")
    assert manager.get(f"{DISHES}/{dish.id}").status_code == 404
    assert manager.get(f"{DISHES}/{dish.id}/edit").status_code == 404
    assert "别家的菜" not in manager.page(DISHES)
    assert manager.send("PUT", f"/canteen/admin/dishes/{dish.id}", body()).status == 404


def test_who_only_reads_gets_no_form(app, kitchen):
    dish = kitchen.dish("红烧肉")
    reader = console_of(app, kitchen, "canteen_staff")
    assert "新增菜品" not in reader.page(DISHES)
    assert "编辑" not in reader.page(f"{DISHES}/{dish.id}")
    for path in (f"{DISHES}/new", f"{DISHES}/{dish.id}/edit"):
        assert reader.get(path).status_code == 403


def test_who_manages_another_canteen_gets_no_form_of_this_one(app, kitchen):
    other, dish = kitchen.compound.canteen(), kitchen.dish("红烧肉")
    staff = kitchen.compound.staff(
        roles={
            "canteen_manager": (ScopeKind.CANTEEN, other.id),
            "canteen_staff": (ScopeKind.CANTEEN, kitchen.canteen.id),
        }
    )
    console = Console(app, staff)
    console.work_at(kitchen.canteen.id)
    assert console.get(f"{DISHES}/new").status_code == 403
    assert console.get(f"{DISHES}/{dish.id}/edit").status_code == 403
    console.work_at(other.id)
    assert console.get(f"{DISHES}/new").status_code == 200


def test_an_official_is_refused_and_nobody_is_sent_to_the_login(app, kitchen):
    official = Console(app, kitchen.compound.staff())
    assert official.get(DISHES).status_code == 403
    assert app.test_client().get(DISHES).headers["Location"].startswith("/console/login")


def test_a_form_without_its_token_changes_nothing(kitchen, manager):
    refused = manager.send("POST", "/canteen/admin/dishes", body(kitchen), csrf=None)
    assert (refused.status, refused.error) == (403, "app.csrf_failed")
    assert names(manager.page(DISHES)) == []


def test_pages_take_few_statements_however_many_dishes_there_are(kitchen, manager):
    dishes = [kitchen.dish(f"菜{number}") for number in range(30)]
    for day in range(5):
        kitchen.compound.meal(kitchen.canteen, [(one, 20) for one in dishes], MONDAY.replace(day=9 + day))
    for path in (f"{DISHES}?page_size=100", f"{DISHES}/{dishes[0].id}", f"{DISHES}/{dishes[0].id}/edit"):
        with counted_statements() as sent:
            manager.page(path)
        assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, sent


class Dish:
    """What `Kitchen.set_menu` asks of a dish."""

    def __init__(self, dish_id):
        self.id = dish_id


def body(kitchen=None, **changes):
    """A dish as its form sends it."""
    usual = {
        "name": "红烧肉",
        "category": "meat",
        "description": "五花肉慢炖",
        "price_fen": 800,
        "weight_g": 200,
        "portions": [{"portion": "half", "price_fen": 450, "weight_g": 100}],
        "allergens": ["soybean"],
        "tags": ["spicy"],
        "nutrition": {"energy_kcal": 145.5},
    }
    where = {"canteen_id": kitchen.canteen.id} if kitchen else {}
    return {**where, **usual, **changes}
