"""Orders as they come, the prep list, attendance and the home page."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from canteen.ordering.models import Order
from canteen.ordering.services import freeze_due_meals
from tests.console.browser import Console
from tests.factories import MONDAY, NINE
from tests.printed import text_of

DAY = {"date": MONDAY.isoformat()}


@pytest.fixture
def manager(app, lunch):
    """The manager of the lunch's canteen, at the console."""
    staff = lunch.compound.staff(
        name="沈管理", roles={"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)}
    )
    return Console(app, staff)


def sheet(data):
    return list(load_workbook(BytesIO(data)).active.values)


def test_the_orders_of_a_meal_are_listed_filtered_sorted_and_paged(lunch, manager):
    names = ["赵一", "钱二", "孙三"]
    clients = [lunch.client(name=name) for name in names]
    for number, client in enumerate(clients):
        lunch.place(number + 1, 0, by=client)
    assert [name in manager.page("/console/canteen/orders", **DAY) for name in names] == [True] * 3
    one = manager.page("/console/canteen/orders", q="钱", **DAY)
    assert "钱二" in one
    assert "赵一" not in one
    by_total = manager.page("/console/canteen/orders", sort="-total", **DAY)
    assert by_total.index("孙三") < by_total.index("钱二") < by_total.index("赵一")
    assert "孙三" not in manager.page("/console/canteen/orders", sort="total", page_size=2, **DAY)
    assert "孙三" in manager.page("/console/canteen/orders", sort="total", page_size=2, page=2, **DAY)
    clients[0].post(f"/canteen/orders/{clients[0].get('/canteen/orders').data['list'][0]['id']}/cancel")
    cancelled = manager.page("/console/canteen/orders", state="cancelled", **DAY)
    assert "赵一" in cancelled
    assert "钱二" not in cancelled


def test_the_orders_come_as_a_sheet_with_what_is_filtered(lunch, manager):
    lunch.place(1, 0, by=lunch.client(name="赵一", staff_no="0012"), note="=少盐")
    lunch.place(2, 0, by=lunch.client(name="钱二"))
    rows = sheet(manager.file("/console/canteen/orders", format="xlsx", q="赵", **DAY))
    assert len(rows) == 2
    assert rows[1][0] == "0012"
    assert rows[1][5] == "=少盐"
    assert rows[1][6] == 6


def test_a_manager_sees_no_other_canteen(app, lunch, manager):
    other = lunch.compound.canteen(name="别处食堂")
    lunch.compound.meal(other, [(lunch.compound.dish(other, "别处的菜"), None)])
    assert "别处食堂" not in manager.page("/console/canteen/orders", **DAY)
    assert manager.get("/console/scope", canteen_id=other.id).status_code == 404
    manager.browser.set_cookie("houqin_canteen", str(other.id), path="/console")
    assert lunch.canteen.name in manager.page("/console/canteen/orders", **DAY)


def test_who_has_no_canteen_is_told_so(app, compound):
    compound.canteen()
    elsewhere = compound.campus()
    console = Console(app, compound.staff(roles={"canteen_manager": (ScopeKind.CAMPUS, elsewhere.id)}))
    for path in ("orders", "prep", "attendance", "station"):
        assert "没有您可管理的食堂" in console.page(f"/console/canteen/{path}")


def test_the_prep_list_says_whether_it_is_final_and_comes_on_paper_and_as_a_sheet(lunch, manager):
    lunch.place(2, 1)
    open_list = manager.page("/console/canteen/prep", **DAY)
    assert "尚未截止" in open_list
    with clock.at(NINE + timedelta(hours=1)):
        freeze_due_meals()
        manager = Console(lunch.compound.app, manager.staff)
        assert "已于 今天 10:00 冻结" in manager.page("/console/canteen/prep", **DAY)
        printed = text_of(manager.file("/console/canteen/prep", format="pdf", period="lunch", **DAY))
        assert "已冻结" in printed
        assert "沈管理" in printed
        rows = sheet(manager.file("/console/canteen/prep", format="xlsx", period="lunch", **DAY))
        assert [(row[3], row[5]) for row in rows[1:]] == [
            (lunch.dishes[0].name, 2),
            (lunch.dishes[1].name, 1),
        ]


def test_an_ordered_dish_is_taken_off_with_a_warning_that_counts(app, lunch, manager):
    lunch.place(2, 1)
    dish = lunch.dishes[0]
    path = f"/console/canteen/prep/withdrawal?period=lunch&dish_id={dish.id}"
    assert "停供退款" in manager.page("/console/canteen/prep", **DAY)
    warning = manager.page(f"{path}&date={MONDAY}")
    assert f"停供“{dish.name}”" in warning
    assert "已订的 2 份" in warning
    assert manager.get(f"{path}&date=2026-11-24").status_code == 404
    api = f"/canteen/admin/menus/{lunch.meal.id}/dishes/{dish.id}/withdraw"
    assert manager.send("POST", api, {"reason": "食材未到"}).data["orders_reduced"] == 1
    assert dish.name not in manager.page("/console/canteen/prep", **DAY)
    reader = Console(
        app, lunch.compound.staff(roles={"canteen_staff": (ScopeKind.CANTEEN, lunch.canteen.id)})
    )
    assert "停供退款" not in reader.page("/console/canteen/prep", **DAY)
    assert reader.get(f"{path}&date={MONDAY}").status_code == 403


def test_a_day_without_meals_and_a_period_without_one_say_so(manager):
    assert "没有已发布的餐次" in manager.page("/console/canteen/orders", date="2026-11-29")
    assert "没有已发布的餐次" in manager.page("/console/canteen/prep", date="2026-11-29")
    assert "没有这个餐次" in manager.page("/console/canteen/orders", period="dinner", **DAY)


def test_bad_filters_are_refused_on_a_page(manager):
    answer = manager.get("/console/canteen/orders", date="2026-02-30")
    assert answer.status_code == 422
    assert "text/html" in answer.content_type
    assert "应为日期" in answer.text


def test_attendance_counts_every_order_once_and_hides_small_departments(lunch, manager):
    large, small = lunch.compound.department("人多的处"), lunch.compound.department("人少的处")
    clients = [lunch.client(department=large) for _ in range(6)] + [
        lunch.client(department=small) for _ in range(2)
    ]
    middle = lunch.compound.department("不多的处")
    clients += [lunch.client(department=middle) for _ in range(5)]
    orders = [lunch.place(1, 0, by=client).data for client in clients]
    clients[0].post(f"/canteen/orders/{orders[0]['id']}/cancel")
    clients[0].post("/canteen/orders", lunch.order(0, 1))

    @atomic
    def hand_out():
        order = db.session.get(Order, orders[1]["id"])
        order.state, order.picked_up_at = "picked_up", clock.now()

    hand_out()
    rows = sheet(
        manager.file(
            "/console/canteen/attendance", format="xlsx", from_date=DAY["date"], until_date=DAY["date"]
        )
    )
    assert rows[1][1:] == ("午餐", 13, 1, 12, 1)
    page = manager.page("/console/canteen/attendance", from_date=DAY["date"], until_date=DAY["date"])
    assert "人多的处" in page
    # Two people alone would be what is missing from the whole.
    assert "人少的处" not in page
    assert "不多的处" not in page
    assert "其他部门" in page


def test_the_home_page_names_what_needs_attention(app, lunch, manager):
    dish = lunch.compound.dish(lunch.canteen, "抢手菜")
    lunch.compound.meal(lunch.canteen, [(dish, 1)], period="dinner")
    lunch.client().post(
        "/canteen/orders",
        {
            **lunch.order(),
            "period": "dinner",
            "items": [{"dish_id": dish.id, "portion": "standard", "quantity": 1}],
        },
    )
    page = manager.page("/console/")
    assert "今天晚餐“抢手菜”已订完" in page
    assert "今天午餐将于 10:00 截止订餐" in page
    assert "绑定" not in page
    official = Console(app, lunch.compound.staff())
    assert "没有需要处理的事项" in official.page("/console/")
