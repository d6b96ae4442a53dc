"""Ordering and the counter over HTTP."""

from typing import Any

from flask_smorest import Blueprint

from backend import clock, rate_limits
from backend.actor import Actor, Permission
from backend.http import endpoint
from canteen.ordering import queries, services, weeks
from canteen.ordering.schemas import (
    OrderChangeIn,
    OrderIn,
    OrderOut,
    OrdersQuery,
    PrepListOut,
    PrepListQuery,
    WeekOut,
    WeekQuery,
)
from canteen.ordering.withdrawals import services as withdrawal_services
from canteen.ordering.withdrawals.schemas import WithdrawIn, WithdrawnOut
from canteen.pickups import queries as pickup_queries
from canteen.pickups import rated, upcoming
from canteen.pickups import services as pickup_services
from canteen.pickups.errors import CodeInvalid, NoOrderForCard
from canteen.pickups.schemas import (
    GivenMealRatingOut,
    GivenRatingsQuery,
    MealRatingIn,
    MealRatingOut,
    OrderMealOut,
    OrderRatingOut,
    PickedUpOut,
    PickupCodeOut,
    PickupIn,
    RatingReportOut,
    RatingReportQuery,
)
from canteen.pickups.stations import queries as station_queries
from canteen.pickups.stations import services as station_services
from canteen.pickups.stations.schemas import ReportIn, StationListOut, StationQuery, ToldOut

blueprint = Blueprint("canteen_orders", __name__, description="订餐与取餐")


@endpoint(
    blueprint,
    "POST",
    "/canteen/orders",
    permission=Permission.CANTEEN_ORDER,
    body=OrderIn,
    out=OrderOut,
    status=201,
    key_required=True,
)
def place_order(actor: Actor, body: dict[str, Any]) -> Any:
    """Order a meal"""
    return services.place_order(actor, request=body["request"])


@endpoint(
    blueprint,
    "GET",
    "/canteen/orders",
    permission=Permission.CANTEEN_ORDER,
    query=OrdersQuery,
    out=OrderOut,
    many=True,
)
def list_orders(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own orders"""
    return queries.list_orders(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/week",
    permission=Permission.CANTEEN_ORDER,
    query=WeekQuery,
    out=WeekOut,
)
def get_week(actor: Actor, query: dict[str, Any]) -> Any:
    """Seven days of a canteen, with one's own orders"""
    from_on = query.get("from_on") or clock.today()
    return weeks.get_week(actor, canteen_id=query["canteen_id"], from_on=from_on)


@endpoint(
    blueprint, "GET", "/canteen/orders/<id:order_id>", permission=Permission.CANTEEN_ORDER, out=OrderOut
)
def get_order(actor: Actor, order_id: int) -> Any:
    """One of one's own orders"""
    return queries.get_order(actor, order_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/orders/<id:order_id>/meal",
    permission=Permission.CANTEEN_ORDER,
    out=OrderMealOut,
)
def get_order_meal(actor: Actor, order_id: int) -> Any:
    """An order's meal: its times, what can be done until when, and what has paid"""
    return upcoming.get_order_meal(actor, order_id)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/orders/<id:order_id>",
    permission=Permission.CANTEEN_ORDER,
    body=OrderChangeIn,
    out=OrderOut,
)
def change_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Change one's own order until the cutoff"""
    return services.change_order(
        actor,
        order_id=order_id,
        wishes=body["items"],
        dining=body["dining"],
        note=body["note"],
        collect_from=body["collect_from"],
    )


@endpoint(
    blueprint,
    "POST",
    "/canteen/orders/<id:order_id>/cancel",
    permission=Permission.CANTEEN_ORDER,
    out=OrderOut,
)
def cancel_order(actor: Actor, order_id: int) -> Any:
    """Cancel one's own order until the cutoff"""
    return services.cancel_order(actor, order_id=order_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/orders/<id:order_id>/pickup-code",
    permission=Permission.CANTEEN_ORDER,
    out=PickupCodeOut,
)
def show_pickup_code(actor: Actor, order_id: int) -> Any:
    """A fresh pick-up code"""
    return pickup_queries.show_code(actor, order_id)


@endpoint(
    blueprint,
    "POST",
    "/canteen/pickups",
    permission=Permission.CANTEEN_VERIFY,
    body=PickupIn,
    out=PickedUpOut,
)
def pick_up(actor: Actor, body: dict[str, Any]) -> Any:
    """Hand out an order by code or card"""
    with rate_limits.guess("pickup", actor, (CodeInvalid, NoOrderForCard)):
        if "token" in body:
            return pickup_services.pick_up_by_code(
                actor, token=body["token"], canteen_id=body.get("canteen_id")
            )
        return pickup_services.pick_up_by_card(
            actor, card_no=body["card_no"], canteen_id=body["canteen_id"], period=body["period"]
        )


@endpoint(
    blueprint,
    "GET",
    "/canteen/station/list",
    permission=Permission.CANTEEN_VERIFY,
    query=StationQuery,
    out=StationListOut,
)
def get_station_list(actor: Actor, query: dict[str, Any]) -> Any:
    """A frozen meal's orders for a counter that may lose the network"""
    return station_queries.list_orders(
        actor, canteen_id=query["canteen_id"], served_on=query["date"], period=query["period"]
    )


@endpoint(
    blueprint,
    "POST",
    "/canteen/station/pickups",
    permission=Permission.CANTEEN_VERIFY,
    body=ReportIn,
    out=ToldOut,
    many=True,
)
def tell_pickups(actor: Actor, body: dict[str, Any]) -> Any:
    """Book what a counter handed out while it was offline, each exactly once"""
    return station_services.tell(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/prep-list",
    permission=Permission.CANTEEN_READ,
    query=PrepListQuery,
    out=PrepListOut,
)
def get_prep_list(actor: Actor, query: dict[str, Any]) -> Any:
    """What the kitchen prepares for a meal"""
    return queries.get_prep_list(
        actor, canteen_id=query["canteen_id"], served_on=query["date"], period=query["period"]
    )


@endpoint(
    blueprint,
    "POST",
    "/canteen/orders/<id:order_id>/rate",
    permission=Permission.CANTEEN_ORDER,
    body=MealRatingIn,
    out=MealRatingOut,
    status=201,
)
def rate_order(actor: Actor, order_id: int, body: dict[str, Any]) -> Any:
    """Say what a meal was like, once"""
    return pickup_services.rate_order(actor, order_id=order_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/orders/<id:order_id>/rating",
    permission=Permission.CANTEEN_ORDER,
    out=OrderRatingOut,
)
def get_order_rating(actor: Actor, order_id: int) -> Any:
    """How one rated an order, or whether one may"""
    return rated.get_order_rating(actor, order_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/ratings",
    permission=Permission.CANTEEN_READ,
    query=RatingReportQuery,
    out=RatingReportOut,
)
def get_ratings(actor: Actor, query: dict[str, Any]) -> Any:
    """What diners said of the canteens within reach"""
    return rated.report(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/admin/ratings/entries",
    permission=Permission.CANTEEN_READ,
    query=GivenRatingsQuery,
    out=GivenMealRatingOut,
    many=True,
)
def list_ratings(actor: Actor, query: dict[str, Any]) -> Any:
    """The single ratings behind the figures, without names"""
    return rated.list_given(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/admin/menus/<id:meal_id>/dishes/<id:dish_id>/withdraw",
    permission=Permission.CANTEEN_MANAGE,
    body=WithdrawIn,
    out=WithdrawnOut,
)
def withdraw_dish(actor: Actor, meal_id: int, dish_id: int, body: dict[str, Any]) -> Any:
    """Take a dish that was ordered off a meal, and give the money back"""
    return withdrawal_services.withdraw_dish(actor, meal_id=meal_id, dish_id=dish_id, **body)
