"""营养分析: what the menus of a week give a person, day by day and meal by meal."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Date, Query
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import NUTRIENTS
from canteen.production.plans import menu_nutrition
from canteen.production.plans.menu_nutrition import Nutrients
from console.pages import page, pages, render

blueprint = pages("console_nutrition", __name__)

# What a gram gives, in kcal. Source: GB 28050, the factors of energy.
_KCAL: Final = {"protein_g": 4, "fat_g": 9, "carbohydrate_g": 4}


class NutritionPage(Query):
    """Any day of the week that is shown; this week by default."""

    week = Date()


@page(
    blueprint,
    "/kitchen/nutrition",
    permission=Permission.CANTEEN_READ,
    query=NutritionPage,
    at_canteen="营养分析",
)
def show(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """A week of the canteen at hand."""
    today = clock.today()
    asked = query.get("week") or today
    monday = asked - timedelta(days=asked.weekday())
    sunday = monday + timedelta(days=6)
    days = menu_nutrition.by_day(actor, canteen_id=canteen.id, from_on=monday, until_on=sunday)
    return render(
        "production/nutrition.html",
        days=days,
        monday=monday,
        sunday=sunday,
        today=today,
        one_week=timedelta(days=7),
        nutrients=NUTRIENTS,
        shares={day.date: shares_of(day.nutrients) for day in days},
    )


def shares_of(nutrients: Nutrients) -> dict[str, Decimal] | None:
    """The percent of the energy that protein, fat and carbohydrate give; None where one is not known."""
    amounts = {key: getattr(nutrients, key) for key in _KCAL}
    if any(amount is None for amount in amounts.values()):
        return None
    energy = {key: amount * _KCAL[key] for key, amount in amounts.items()}
    total = sum(energy.values())
    if not total:
        return None
    return {key: (each * 100 / total).quantize(Decimal("0.1")) for key, each in energy.items()}
