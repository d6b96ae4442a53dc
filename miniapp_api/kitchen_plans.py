"""Preparation plans of meals: how much is cooked, of what, when, and what came of it."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from canteen.production.plans import documents, meal_costs, menu_nutrition, services, slips, views
from canteen.production.plans.schemas import (
    ConfirmIn,
    DayNutritionOut,
    IssueIn,
    MealCostOut,
    MealPlanIn,
    MealPlanOut,
    NeedsOut,
    NutritionQuery,
    OutcomeIn,
    PlanDishOut,
    PlanRowOut,
    PlansQuery,
    PrepSheetOut,
    ProposalOut,
    RequestedOut,
    RevisionIn,
    SheetQuery,
    SlipOut,
)

blueprint = Blueprint("kitchen_plans", __name__, description="备餐计划")

READ, MANAGE = Permission.CANTEEN_READ, Permission.PRODUCTION_MANAGE
RECORD, STORE = Permission.PRODUCTION_RECORD, Permission.STOCK_RECORD
PLAN = "/canteen/plans/<id:plan_id>"
OUTCOME = f"{PLAN}/dishes/<id:dish_id>/actual"


@endpoint(blueprint, "GET", "/canteen/plans", permission=READ, query=PlansQuery, out=PlanRowOut, many=True)
def list_plans(actor: Actor, query: dict[str, Any]) -> Any:
    """The published meals of a canteen with their plans; `state=missing` those that have none"""
    return views.page_plans(actor, **query)


@endpoint(blueprint, "GET", "/canteen/meals/<id:meal_id>/plan-proposal", permission=READ, out=ProposalOut)
def get_proposal(actor: Actor, meal_id: int) -> Any:
    """What a plan of the meal would begin with now, and why"""
    return views.get_proposal(actor, meal_id)


@endpoint(
    blueprint,
    "POST",
    "/canteen/meals/<id:meal_id>/plan",
    permission=MANAGE,
    out=MealPlanOut,
    status=201,
)
def make_plan(actor: Actor, meal_id: int) -> Any:
    """Begin a plan with the forecast, or with the bookings where there is none"""
    return services.make(actor, meal_id=meal_id)


@endpoint(blueprint, "GET", PLAN, permission=READ, out=MealPlanOut)
def get_plan(actor: Actor, plan_id: int) -> Any:
    """A plan with its dishes, and what is booked of them"""
    return views.get_detail(actor, plan_id)


@endpoint(blueprint, "PUT", PLAN, permission=MANAGE, body=MealPlanIn, out=MealPlanOut)
def change_plan(actor: Actor, plan_id: int, body: dict[str, Any]) -> Any:
    """Say how much of each dish is cooked, and when; a dish that is not named stays"""
    return services.change(actor, plan_id=plan_id, **body)


@endpoint(blueprint, "POST", f"{PLAN}/renew", permission=MANAGE, body=RevisionIn, out=MealPlanOut)
def renew_plan(actor: Actor, plan_id: int, body: dict[str, Any]) -> Any:
    """Let a draft begin anew with the newest forecast, bookings and menu"""
    return services.renew(actor, plan_id=plan_id, **body)


@endpoint(blueprint, "POST", f"{PLAN}/confirm", permission=MANAGE, body=ConfirmIn, out=MealPlanOut)
def confirm_plan(actor: Actor, plan_id: int, body: dict[str, Any]) -> Any:
    """Let the kitchen work by the plan; less than is booked needs a reason"""
    return services.confirm(actor, plan_id=plan_id, **body)


@endpoint(blueprint, "POST", f"{PLAN}/reopen", permission=MANAGE, out=MealPlanOut)
def reopen_plan(actor: Actor, plan_id: int) -> Any:
    """Let a confirmed plan be changed again, as long as nothing was recorded"""
    return services.reopen(actor, plan_id=plan_id)


@endpoint(blueprint, "POST", f"{PLAN}/finish", permission=RECORD, out=MealPlanOut)
def finish_plan(actor: Actor, plan_id: int) -> Any:
    """The meal is over, and what came of every dish is entered"""
    return services.finish(actor, plan_id=plan_id)


@endpoint(blueprint, "GET", f"{PLAN}/ingredients", permission=READ, out=NeedsOut)
def get_needs(actor: Actor, plan_id: int) -> Any:
    """What the plan needs of each ingredient, and what of it is there"""
    return slips.get_needs(actor, plan_id)


@endpoint(blueprint, "POST", f"{PLAN}/purchase-request", permission=MANAGE, out=RequestedOut)
def request_purchase(actor: Actor, plan_id: int) -> Any:
    """Ask purchasing for what the plan still needs; takes the place of the request before"""
    return services.request_purchase(actor, plan_id=plan_id)


@endpoint(blueprint, "GET", f"{PLAN}/issue-slip", permission=STORE, out=SlipOut)
def get_slip(actor: Actor, plan_id: int) -> Any:
    """What each dish takes of the store, what it has got, and what there is too little of"""
    return slips.get_slip(actor, plan_id)


@endpoint(blueprint, "POST", f"{PLAN}/issue", permission=STORE, body=IssueIn, out=SlipOut)
def issue(actor: Actor, plan_id: int, body: dict[str, Any]) -> Any:
    """Take out of the store what is still wanted: all of it or nothing; again takes nothing more"""
    return services.issue(actor, plan_id=plan_id, **body)


@endpoint(blueprint, "GET", f"{PLAN}/prep-sheet", permission=READ, query=SheetQuery, out=PrepSheetOut)
def get_sheet(actor: Actor, plan_id: int, query: dict[str, Any]) -> Any:
    """What each station makes, for the screen in the kitchen"""
    return slips.get_sheet(actor, plan_id, **query)


@endpoint(
    blueprint, "GET", f"{PLAN}/prep-sheet.pdf", permission=READ, query=SheetQuery, file="application/pdf"
)
def print_sheet(actor: Actor, plan_id: int, query: dict[str, Any]) -> File:
    """The same on paper"""
    sheet = slips.get_sheet(actor, plan_id, **query)
    return File(documents.sheet_pdf(sheet, printed_by=actor.name), f"{documents.sheet_title(sheet)}.pdf")


@endpoint(blueprint, "PUT", OUTCOME, permission=RECORD, body=OutcomeIn, out=PlanDishOut)
def record_outcome(actor: Actor, plan_id: int, dish_id: int, body: dict[str, Any]) -> Any:
    """Enter what was cooked of a dish and what was left of it, or correct that"""
    return services.record_outcome(actor, plan_id=plan_id, dish_id=dish_id, **body)


@endpoint(blueprint, "DELETE", OUTCOME, permission=RECORD, out=PlanDishOut)
def withdraw_outcome(actor: Actor, plan_id: int, dish_id: int) -> Any:
    """Take back what was entered of a dish"""
    return services.withdraw_outcome(actor, plan_id=plan_id, dish_id=dish_id)


@endpoint(blueprint, "GET", f"{PLAN}/costs", permission=READ, out=MealCostOut)
def get_costs(actor: Actor, plan_id: int) -> Any:
    """What the meal cost by what the store issued for it: by dish, and by diner"""
    return meal_costs.get_costs(actor, plan_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/nutrition",
    permission=READ,
    query=NutritionQuery,
    out=DayNutritionOut,
    many=True,
)
def get_nutrition(actor: Actor, query: dict[str, Any]) -> Any:
    """What the menu gives a person, day by day and meal by meal, with how many dishes that is known of"""
    return menu_nutrition.by_day(actor, **query)
