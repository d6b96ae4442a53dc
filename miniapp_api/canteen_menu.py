"""Canteens and menus over HTTP: what diners read, and what managers maintain."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.endpoints import Shared, load
from backend.http import endpoint
from canteen.menu import checking, library, offers, queries, selling, services
from canteen.menu.meal_schemas import (
    CopyOut,
    CopyWeekIn,
    MealAddress,
    MealIn,
    MealOut,
    MealsQuery,
    PublishedOut,
    PublishIn,
    PublishPreviewOut,
    PublishPreviewQuery,
)
from canteen.menu.offer_schemas import (
    CanteenDayQuery,
    CanteenOut,
    MenuOut,
    RemainingOut,
    SoldDishesQuery,
    SoldDishOut,
)
from canteen.menu.schemas import (
    DishesQuery,
    DishIn,
    DishOut,
    NewDishIn,
    PeriodsIn,
    PeriodsOut,
    PeriodsQuery,
)

blueprint = Blueprint("canteen_menu", __name__, description="食堂与菜单")

_MEAL_ADDRESS = MealAddress()


@endpoint(blueprint, "GET", "/canteens", permission=Permission.CANTEEN_ORDER, out=CanteenOut, many=True)
def list_canteens(actor: Actor) -> Any:
    """The canteens and their meal periods"""
    return offers.list_canteens()


@endpoint(
    blueprint,
    "GET",
    "/canteen/menus",
    permission=Permission.CANTEEN_ORDER,
    query=CanteenDayQuery,
    out=MenuOut,
    shared=Shared("canteen.menu"),
)
def get_menu(query: dict[str, Any]) -> Any:
    """A canteen's menu of a day"""
    return offers.get_menu(**query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/menus/remaining",
    permission=Permission.CANTEEN_ORDER,
    query=CanteenDayQuery,
    out=RemainingOut,
)
def get_remaining(actor: Actor, query: dict[str, Any]) -> Any:
    """How much of a day's meals is left"""
    return offers.get_remaining(**query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/dishes",
    permission=Permission.CANTEEN_ORDER,
    query=SoldDishesQuery,
    out=SoldDishOut,
    many=True,
)
def list_sold_dishes(actor: Actor, query: dict[str, Any]) -> Any:
    """What a canteen sells, whether or not it is on a menu now"""
    return selling.page_dishes(**query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/dishes",
    permission=Permission.CANTEEN_READ,
    query=DishesQuery,
    out=DishOut,
    many=True,
)
def search_dishes(actor: Actor, query: dict[str, Any]) -> Any:
    """The dish library"""
    return library.search_dishes(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/dishes",
    permission=Permission.CANTEEN_MANAGE,
    body=NewDishIn,
    out=DishOut,
    status=201,
)
def create_dish(actor: Actor, body: dict[str, Any]) -> Any:
    """Add a dish to the library"""
    return services.create_dish(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/admin/dishes/<id:dish_id>",
    permission=Permission.CANTEEN_MANAGE,
    body=DishIn,
    out=DishOut,
)
def change_dish(actor: Actor, dish_id: int, body: Any) -> Any:
    """Replace a dish; orders keep their prices"""
    return services.change_dish(actor, dish_id=dish_id, spec=body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/periods",
    permission=Permission.CANTEEN_READ,
    query=PeriodsQuery,
    out=PeriodsOut,
)
def get_periods(actor: Actor, query: dict[str, Any]) -> Any:
    """The rules of a canteen's meal periods"""
    return queries.get_rules(actor, **query)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/admin/periods",
    permission=Permission.CANTEEN_MANAGE,
    body=PeriodsIn,
    out=PeriodsOut,
)
def set_periods(actor: Actor, body: dict[str, Any]) -> Any:
    """Set the rules of meal periods; published meals keep theirs"""
    return services.set_periods(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/menus",
    permission=Permission.CANTEEN_READ,
    query=MealsQuery,
    out=MealOut,
    many=True,
)
def list_meals(actor: Actor, query: dict[str, Any]) -> Any:
    """All meals of some days, drafts included"""
    return queries.list_meals(actor, **query)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/admin/menus/<id:canteen_id>/<date>/<period>",
    permission=Permission.CANTEEN_MANAGE,
    body=MealIn,
    out=MealOut,
)
def set_menu(actor: Actor, canteen_id: int, date: str, period: str, body: dict[str, Any]) -> Any:
    """Set a meal's dishes and caps"""
    address = load(_MEAL_ADDRESS, {"date": date, "period": period})
    return services.set_menu(actor, canteen_id=canteen_id, **address, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/menus/publish-preview",
    permission=Permission.CANTEEN_READ,
    query=PublishPreviewQuery,
    out=PublishPreviewOut,
)
def preview_publication(actor: Actor, query: dict[str, Any]) -> Any:
    """What publishing drafts would find now"""
    return checking.preview(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/menus/publish",
    permission=Permission.CANTEEN_MANAGE,
    body=PublishIn,
    out=PublishedOut,
)
def publish_menus(actor: Actor, body: dict[str, Any]) -> Any:
    """Publish drafts, all or none"""
    return services.publish_menus(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/menus/copy-week",
    permission=Permission.CANTEEN_MANAGE,
    body=CopyWeekIn,
    out=CopyOut,
)
def copy_week(actor: Actor, body: dict[str, Any]) -> Any:
    """Copy a week's menus as drafts"""
    return services.copy_week(actor, **body)
