"""The week's menu on paper and as a sheet, and the dish library as a sheet."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from backend.dates import day_text
from backend.documents import pdf
from backend.documents.sheets import Column, Kind, workbook
from backend.money import yuan
from canteen.menu.models import Allergen, Dish, MealState, Portion
from canteen.menu.policies import PORTION_ORDER
from canteen.menu.queries import ManagedLine
from canteen.menu.titles import (
    ALLERGEN_NAMES,
    CATEGORY_NAMES,
    MEAL_STATE_NAMES,
    NUTRIENTS,
    PORTION_NAMES,
    TAG_NAMES,
)
from canteen.menu.weeks import Cell, Week

# Beside a dish stand the numbers of its allergens, below the table what they mean.
ALLERGEN_NUMBERS: Final = {allergen: place for place, allergen in enumerate(Allergen, start=1)}
UNDECLARED, NONE_DECLARED = "未申报", "不含"
_WEEKDAYS = "一二三四五六日"

_MENU_COLUMNS = (
    Column("日期", Kind.DAY),
    Column("星期"),
    Column("餐别"),
    Column("状态"),
    Column("菜品", width=24),
    Column("类别"),
    Column("价格（元）", Kind.YUAN),
    Column("供应份数", Kind.INT),
    Column("已订份数", Kind.TEXT),
    Column("过敏原", width=30),
)
_DISH_COLUMNS = (
    Column("菜品", width=24),
    Column("类别"),
    Column("标准份价格（元）", Kind.YUAN),
    Column("标准份重量（克）", Kind.GRAMS),
    Column("其他份型", width=40),
    Column("过敏原", width=30),
    Column("标签"),
    Column("称重单价（元/公斤）", Kind.YUAN),
    Column("成本（元/公斤）", Kind.YUAN),
    *(Column(f"{name}（{unit}/100克）") for name, unit in NUTRIENTS.values()),
    Column("照片"),
    Column("状态"),
    Column("最近修改", Kind.INSTANT),
)


def week_title(week: Week) -> str:
    """`机关食堂每周菜单（11月23日—29日）`: the heading, and the name of a file."""
    first, last = week.monday, week.sunday
    until = f"{last.day}日" if first.month == last.month else day_text(last)
    return f"{week.canteen}每周菜单（{day_text(first)}—{until}）"


def week_pdf(week: Week, *, printed_by: str) -> bytes:
    """The week to hang up: the days that are open or have a menu; drafts are marked as such."""
    days = [day for day in week.days if day.is_open or week.has_meals(day)]
    return pdf.render(
        "canteen.menu/weekly_menu.html",
        {
            "title": week_title(week),
            "printed_by": printed_by,
            "days": days or week.days,
            "rows": week.rows,
            "draft": MealState.DRAFT.value,
            "has_drafts": week.count(MealState.DRAFT) > 0,
            "numbers": ALLERGEN_NUMBERS,
            "allergens": [(number, ALLERGEN_NAMES[one]) for one, number in ALLERGEN_NUMBERS.items()],
            "tags": TAG_NAMES,
            "weekday": weekday,
            "yuan": yuan,
        },
    )


def week_sheet(week: Week) -> bytes:
    """One row for each dish of each meal."""
    rows = [
        _menu_row(cell, row.name, line)
        for day in week.days
        for row in week.rows
        for cell in row.cells
        if cell.day is day and cell.managed
        for line in cell.managed.dishes
    ]
    return workbook("每周菜单", _MENU_COLUMNS, rows)


def dishes_sheet(dishes: Iterable[Dish]) -> bytes:
    """One row for each dish."""
    return workbook("菜品库", _DISH_COLUMNS, [_dish_row(dish) for dish in dishes])


def allergens_text(allergens: Sequence[str] | None) -> str:
    """`蛋类、大豆`; 不含 where none are declared, 未申报 where nobody has declared any."""
    if allergens is None:
        return UNDECLARED
    return "、".join(ALLERGEN_NAMES[Allergen(one)] for one in allergens) or NONE_DECLARED


def weekday(value: date) -> str:
    """`周一`."""
    return f"周{_WEEKDAYS[value.weekday()]}"


def _menu_row(cell: Cell, period: str, line: ManagedLine) -> tuple[object, ...]:
    return (
        cell.day.on_date,
        weekday(cell.day.on_date),
        period,
        MEAL_STATE_NAMES[MealState(cell.state)],
        line.name,
        CATEGORY_NAMES.get(line.category),  # type: ignore[call-overload] # A member equals its text.
        line.price_fen,
        line.cap,
        f"{line.taken_portions.normalize():f}",
        allergens_text(line.allergens),
    )


def _dish_row(dish: Dish) -> tuple[object, ...]:
    others = sorted(
        (one for one in dish.portions if one.portion != Portion.STANDARD),
        key=lambda one: PORTION_ORDER[one.portion],
    )
    nutrition = (getattr(dish, name) for name in NUTRIENTS)
    return (
        dish.name,
        CATEGORY_NAMES.get(dish.category),  # type: ignore[call-overload] # The same.
        dish.price_fen,
        dish.weight_g,
        "；".join(
            f"{PORTION_NAMES[Portion(one.portion)]} {yuan(one.price_fen)} 元 {one.weight_g} 克"
            for one in others
        ),
        allergens_text(dish.allergens),
        "、".join(TAG_NAMES[tag] for tag in TAG_NAMES if tag in dish.tags),
        dish.price_fen_per_kg,
        dish.cost_fen_per_kg,
        *("" if value is None else f"{value.normalize():f}" for value in nutrition),
        "有" if dish.photo_id else "无",
        "在用" if dish.is_active else "已停用",
        dish.changed_at,
    )
