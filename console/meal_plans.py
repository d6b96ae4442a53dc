"""备餐计划: a week's meals, and of one plan its quantities, ingredients, issue slip, outcome and cost."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import day_text
from backend.wire import Choice, Date, Query
from canteen.menu import queries as menu_queries
from canteen.menu.models import Meal
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import ALLERGEN_NAMES, CATEGORY_NAMES, MEAL_STATE_NAMES, PERIOD_NAMES
from canteen.production.plans import meal_costs, queries, slips, views
from canteen.production.plans.documents import BATCH_NAMES
from canteen.production.plans.models import Basis, PlanState
from canteen.production.plans.policies import STATE_NAMES
from canteen.production.plans.views import PlanDetail, PlanDishView, PlanRow, Shown
from canteen.production.recipes.models import Station
from canteen.production.recipes.titles import STATION_NAMES
from canteen.purchasing.ingredients.titles import CATEGORY_NAMES as INGREDIENT_CATEGORY_NAMES
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_meal_plans", __name__)

READ: Final = Permission.CANTEEN_READ
_TITLE: Final = "备餐计划"
_PATH: Final = "/kitchen/plans"
_ONE: Final = f"{_PATH}/<id:plan_id>"
_DISH: Final = f"{_ONE}/dishes/<id:dish_id>"
_MOST_SHOWN: Final = 100
SHOWN_NAMES: Final = {
    Shown.MISSING: "未编制",
    Shown.DRAFT: "草稿",
    Shown.CONFIRMED: "已确认",
    Shown.DONE: "已完成",
}
SHOWN_TONES: Final = {
    Shown.MISSING: "red",
    Shown.DRAFT: "yellow",
    Shown.CONFIRMED: "blue",
    Shown.DONE: "green",
}
_BASIS_NAMES: Final = {Basis.FORECAST: "备餐预测", Basis.BOOKINGS: "订餐数"}


class PlansPage(Query):
    """Any day of the week that is shown; this week by default."""

    week = Date()
    state = Choice(Shown)


class ScreenPage(Query):
    """All stations, or one."""

    station = Choice(Station)


@page(blueprint, _PATH, permission=READ, query=PlansPage, at_canteen=_TITLE)
def show_week(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The published meals of a week with their plans."""
    today = clock.today()
    asked = query.get("week") or today
    monday = asked - timedelta(days=asked.weekday())
    found = views.page_plans(
        actor,
        canteen_id=canteen.id,
        from_on=monday,
        until_on=monday + timedelta(days=6),
        state=query.get("state"),
        page_size=_MOST_SHOWN,
    )
    return render(
        "production/plans.html",
        days=_by_day(found.rows),
        monday=monday,
        sunday=monday + timedelta(days=6),
        today=today,
        one_week=timedelta(days=7),
        open_plans=queries.count_open(canteen.id),
        query=query,
        may_manage=scope.covers(actor, Permission.PRODUCTION_MANAGE),
        **_words(),
    )


def _by_day(found: Sequence[PlanRow]) -> dict[date, list[PlanRow]]:
    grouped: dict[date, list[PlanRow]] = {}
    for each in found:
        grouped.setdefault(each.served_on, []).append(each)
    return grouped


@page(blueprint, f"{_PATH}/proposals/<id:meal_id>", permission=READ)
def propose(actor: Actor, meal_id: int) -> str:
    """What a plan of a meal would begin with, shown in a dialog before it is made."""
    proposal = views.get_proposal(actor, meal_id)
    return render("production/plan_proposal.html", proposal=proposal, **_words())


@page(blueprint, _ONE, permission=READ)
def show(actor: Actor, plan_id: int) -> str:
    """How much of each dish is cooked, and when."""
    detail = views.get_detail(actor, plan_id)
    short = [each for each in detail.dishes if each.portions < each.booked]
    return render("production/plan.html", short=short, detail=detail, **_of(actor, plan_id))


@page(blueprint, f"{_DISH}/batches", permission=Permission.PRODUCTION_MANAGE)
def batches(actor: Actor, plan_id: int, dish_id: int) -> str:
    """The batches of a dish, to be changed in a dialog."""
    detail = views.get_detail(actor, plan_id)
    dish = _dish(detail, dish_id)
    return render("production/plan_batches.html", dish=dish, detail=detail, **_of(actor, plan_id))


def _dish(plan: PlanDetail, dish_id: int) -> PlanDishView | None:
    return next((each for each in plan.dishes if each.dish_id == dish_id), None)


@page(blueprint, f"{_ONE}/ingredients", permission=READ)
def ingredients(actor: Actor, plan_id: int) -> str:
    """What the plan needs of the store, and what of it is there."""
    words = _of(actor, plan_id)
    return render("production/plan_ingredients.html", needs=slips.get_needs(actor, plan_id), **words)


@page(blueprint, f"{_ONE}/issue", permission=Permission.STOCK_RECORD)
def issue(actor: Actor, plan_id: int) -> str:
    """领料单: what each dish takes of the store, for whoever keeps it."""
    slip = slips.get_slip(actor, plan_id)
    plan, meal, canteen = queries.get_plan(actor, plan_id, Permission.STOCK_RECORD)
    return render(
        "production/plan_issue.html",
        slip=slip,
        dishes=_of_dishes(slip),
        plan=plan,
        meal=meal,
        name=_name(meal),
        may_read=covers(actor, READ, canteen),
        is_confirmed=plan.state == PlanState.CONFIRMED,
        **_words(),
    )


def _of_dishes(slip: slips.Slip) -> dict[tuple[int, str], list[slips.SlipLine]]:
    grouped: dict[tuple[int, str], list[slips.SlipLine]] = {}
    for line in slip.lines:
        grouped.setdefault((line.dish_id, line.dish), []).append(line)
    return grouped


@page(blueprint, f"{_ONE}/outcome", permission=READ)
def outcome(actor: Actor, plan_id: int) -> str:
    """What was cooked of each dish and what was left of it."""
    detail = views.get_detail(actor, plan_id)
    return render(
        "production/plan_outcome.html",
        detail=detail,
        open_dishes=[each for each in detail.dishes if each.portions and each.cooked_g is None],
        **_of(actor, plan_id),
    )


@page(blueprint, f"{_ONE}/costs", permission=READ)
def costs(actor: Actor, plan_id: int) -> str:
    """What the meal cost by what the store issued for it."""
    words = _of(actor, plan_id)
    return render("production/plan_costs.html", costs=meal_costs.get_costs(actor, plan_id), **words)


@page(blueprint, f"{_ONE}/screen", permission=READ, query=ScreenPage)
def screen(actor: Actor, plan_id: int, query: dict[str, Any]) -> str:
    """The prep sheet, large, for a screen in the kitchen; it draws itself anew."""
    sheet = slips.get_sheet(actor, plan_id)
    station = query.get("station")
    return render(
        "production/plan_screen.html",
        sheet=sheet,
        shown=[each for each in sheet.stations if station is None or each.station == station],
        station=station,
        **_words(),
    )


def _of(actor: Actor, plan_id: int) -> dict[str, Any]:
    """What every page of a plan says: which one it is, and what the actor may do with it now."""
    plan, meal, canteen = queries.get_plan(actor, plan_id)
    manages = covers(actor, Permission.PRODUCTION_MANAGE, canteen)
    records = covers(actor, Permission.PRODUCTION_RECORD, canteen)
    return {
        "plan": plan,
        "canteen": canteen,
        "served_on": meal.served_on,
        "name": f"{day_text(meal.served_on)}{_name(meal)}",
        "may_change": manages and plan.state == PlanState.DRAFT,
        "may_reopen": manages
        and plan.state == PlanState.CONFIRMED
        and all(each.cooked_g is None for each in plan.dishes),
        "may_request": manages and plan.state != PlanState.DONE,
        "may_issue": covers(actor, Permission.STOCK_RECORD, canteen),
        "may_record": records and plan.state != PlanState.DRAFT,
        "may_finish": records and plan.state == PlanState.CONFIRMED,
        **_words(),
    }


def _name(meal: Meal) -> str:
    return menu_queries.meal_name(meal.canteen_id, meal.served_on, meal.period)


def _words() -> dict[str, Any]:
    return {
        "allergen_names": ALLERGEN_NAMES,
        "basis_names": _BASIS_NAMES,
        "batch_names": BATCH_NAMES,
        "category_names": CATEGORY_NAMES,
        "ingredient_category_names": INGREDIENT_CATEGORY_NAMES,
        "meal_state_names": MEAL_STATE_NAMES,
        "period_names": PERIOD_NAMES,
        "shown_names": SHOWN_NAMES,
        "shown_tones": SHOWN_TONES,
        "state_names": STATE_NAMES,
        "station_names": STATION_NAMES,
        "Shown": Shown,
        "State": PlanState,
    }
