"""The prep list on paper and as a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from backend.documents import pdf
from backend.documents.environment import day
from backend.documents.sheets import Column, Kind, workbook
from canteen.menu.models import Period, Portion
from canteen.menu.policies import PORTION_ORDER
from canteen.menu.titles import PERIOD_NAMES, PORTION_NAMES
from canteen.ordering.queries import PrepDish, PrepList

FROZEN, OPEN = "已冻结", "未冻结（预计）"

_COLUMNS = (
    Column("日期", Kind.DAY),
    Column("餐别"),
    Column("状态"),
    Column("菜品", width=24),
    Column("份量"),
    Column("份数", Kind.INT),
    Column("重量（千克）", Kind.KILOGRAMS),
    Column("来源", width=24),
)
ORDERED = "订餐"


@dataclass(frozen=True, slots=True)
class Dish:
    """A dish with the portions that it is wanted in, the largest first."""

    name: str
    portions: Sequence[PrepDish]

    @property
    def quantity(self) -> int:
        """How many portions of all sizes."""
        return sum(line.quantity for line in self.portions)

    @property
    def weight_g(self) -> int:
        """What they weigh together."""
        return sum(line.weight_g for line in self.portions)


def prep_list_title(prep: PrepList, *, canteen: str) -> str:
    """`机关食堂2026年11月23日午餐备餐单`: the heading, and the name of a file."""
    return f"{canteen}{day(prep.date)}{_period(prep)}备餐单"


def prep_list_pdf(prep: PrepList, *, canteen: str, printed_by: str) -> bytes:
    """The list for the kitchen wall, with boxes to tick; `canteen` is its name.

    A list that is not frozen says so, with the instant of its count: that of printing.
    """
    dishes = by_dish(prep)
    return pdf.render(
        "canteen.ordering/prep_list.html",
        {
            "title": prep_list_title(prep, canteen=canteen),
            "printed_by": printed_by,
            "prep": prep,
            "dishes": dishes,
            "portion_names": PORTION_NAMES,
            "quantity": sum(dish.quantity for dish in dishes),
            "weight_g": sum(dish.weight_g for dish in dishes),
        },
    )


def prep_list_sheet(prep: PrepList, *, canteen: str) -> bytes:
    """The same as a workbook, one row for each dish and portion."""
    common = (prep.date, _period(prep), FROZEN if prep.is_frozen else OPEN)
    rows = [
        (*common, dish.name, PORTION_NAMES[Portion(line.portion)], line.quantity, line.weight_g, ORDERED)
        for dish in by_dish(prep)
        for line in dish.portions
    ]
    standard = PORTION_NAMES[Portion.STANDARD]
    rows += [
        (
            *common,
            line.dish_name,
            standard,
            line.quantity,
            line.weight_g * line.quantity,
            f"公务接待 {reception.number}",
        )
        for reception in prep.receptions
        for line in reception.dishes
    ]
    return workbook(f"{canteen}备餐单", _COLUMNS, rows)


def _period(prep: PrepList) -> str:
    return PERIOD_NAMES[Period(prep.period)]


def by_dish(prep: PrepList) -> list[Dish]:
    """The dishes of a list, each with its portions."""
    lines = sorted(prep.dishes, key=lambda line: (line.dish_id, PORTION_ORDER[line.portion]))
    return [
        Dish(name=of_dish[0].dish_name, portions=of_dish)
        for of_dish in (list(group) for _, group in groupby(lines, key=lambda line: line.dish_id))
    ]
