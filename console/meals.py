"""What the canteen watches: the orders of a meal as they come, the prep list, and who came."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from backend import clock, errors
from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.documents.sheets import Column, Kind
from backend.wire import Choice, Date, Id, PageQuery, Query, Str
from canteen.menu.models import MealState, Period, Portion
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import MEAL_STATE_NAMES, PERIOD_NAMES, PORTION_NAMES
from canteen.ordering import documents, monitoring
from canteen.ordering import queries as ordering_queries
from canteen.ordering import services as ordering_services
from canteen.ordering.models import Dining, OrderState
from canteen.ordering.monitoring import MealCounts, OrderRow
from canteen.ordering.policies import DINING_NAMES, STATE_NAMES
from canteen.ordering.receptions import preparing
from console import days, scope
from console.pages import page, pages, render

blueprint = pages("console_meals", __name__)

PDF = "application/pdf"
STATE_TONES = {
    OrderState.BOOKED: "blue",
    OrderState.PICKED_UP: "green",
    OrderState.CANCELLED: "gray",
    OrderState.NO_SHOW: "yellow",
}
MEAL_TONES = {MealState.DRAFT: "gray", MealState.PUBLISHED: "green", MealState.FROZEN: "blue"}
_MOST_DAYS = 400
_QUARTER = timedelta(days=91)


class MealQuery(Query):
    """A meal of the canteen at hand; the present or next one if it is not named."""

    date = Date()
    period = Choice(Period)
    format = Str(max_length=4)


class OrdersQuery(PageQuery):
    """The orders of a meal."""

    date = Date()
    period = Choice(Period)
    q = Str(max_length=50, load_default="")
    state = Choice(OrderState)
    sort = Str(max_length=12, load_default="-placed")
    format = Str(max_length=4)


class WithdrawalQuery(Query):
    """A dish of a meal of the canteen at hand."""

    date = Date(required=True)
    period = Choice(Period, required=True)
    dish_id = Id(required=True)


class AttendanceQuery(Query):
    """The days from one to another; the last four weeks if they are not named."""

    from_date = Date()
    until_date = Date()
    format = Str(max_length=4)


@page(
    blueprint, "/canteen/orders", permission=Permission.CANTEEN_READ, query=OrdersQuery, at_canteen="订餐情况"
)
def orders(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str | File:
    """The orders of a meal, as they come."""
    on_date, meals, meal = _meals(actor, canteen.id, query)
    found = None
    if meal is not None:
        wanted: dict[str, Any] = {
            "canteen_id": canteen.id,
            "served_on": on_date,
            "period": Period(meal.period),
            "q": query["q"],
            "state": query.get("state"),
            "sort": query["sort"],
        }
        if query.get("format") == "xlsx":
            rows = ordering_services.export_orders(actor, **wanted)
            return _orders_sheet(f"{canteen.name}{on_date}{PERIOD_NAMES[Period(meal.period)]}订单", rows)
        found = monitoring.page_orders(actor, page=query["page"], page_size=query["page_size"], **wanted)
    return render(
        "canteen/orders.html",
        on_date=on_date,
        meals=meals,
        meal=meal,
        found=found,
        query=query,
        **_names(),
    )


@page(blueprint, "/canteen/prep", permission=Permission.CANTEEN_READ, query=MealQuery, at_canteen="备餐单")
def prep(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str | File:
    """What the kitchen prepares for a meal: on the screen, on paper, as a sheet."""
    on_date, meals, meal = _meals(actor, canteen.id, query)
    found, title = None, ""
    if meal is not None:
        found = ordering_queries.get_prep_list(
            actor, canteen_id=canteen.id, served_on=on_date, period=Period(meal.period)
        )
        title = documents.prep_list_title(found, canteen=canteen.name)
        if query.get("format") == "pdf":
            data = documents.prep_list_pdf(found, canteen=canteen.name, printed_by=actor.name)
            return File(data, f"{title}.pdf", PDF)
        if query.get("format") == "xlsx":
            data = documents.prep_list_sheet(found, canteen=canteen.name)
            return File(data, f"{title}.xlsx", sheets.MEDIA_TYPE)
    return render(
        "canteen/prep.html",
        on_date=on_date,
        meals=meals,
        meal=meal,
        prep=found,
        dishes=documents.by_dish(found) if found else [],
        # What no list of a meal shows, because the meal has no published menu.
        apart=[
            each
            for each in preparing.for_kitchen(canteen.id, on_date)
            if each.period not in {listed.period for listed in meals}
        ],
        may_withdraw=_may_withdraw(actor, meal),
        title=title,
        **_names(),
    )


@page(blueprint, "/canteen/prep/withdrawal", permission=Permission.CANTEEN_MANAGE, query=WithdrawalQuery)
def withdrawal(actor: Actor, query: dict[str, Any]) -> str:
    """What taking an ordered dish off a meal will do, to be confirmed in a dialog."""
    canteen_id, served_on, period = scope.of(actor).canteen_id, query["date"], query["period"]
    found = ordering_queries.get_prep_list(actor, canteen_id=canteen_id, served_on=served_on, period=period)
    dishes = {dish.portions[0].dish_id: dish for dish in documents.by_dish(found)}
    _, _, meal = _meals(actor, canteen_id, query)
    if meal is None or query["dish_id"] not in dishes:
        raise errors.NotFound
    return render(
        "canteen/withdrawal.html", meal=meal, dish_id=query["dish_id"], dish=dishes[query["dish_id"]]
    )


@page(
    blueprint,
    "/canteen/attendance",
    permission=Permission.CANTEEN_READ,
    query=AttendanceQuery,
    at_canteen="就餐统计",
)
def attendance(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str | File:
    """How many ordered and how many came, by day, period and department."""
    from_on, until_on = days.asked(query, usual=28, longest=_MOST_DAYS)
    rows = monitoring.attendance(actor, canteen_id=canteen.id, from_on=from_on, until_on=until_on)
    if query.get("format") == "xlsx":
        return _attendance_sheet(f"{canteen.name}就餐统计{from_on}至{until_on}", rows)
    return render(
        "canteen/attendance.html",
        from_on=from_on,
        until_on=until_on,
        rows=rows,
        days=_by_day(rows),
        periods=_by_period(rows),
        departments=monitoring.attendance_of_departments(
            actor, canteen_id=canteen.id, from_on=max(from_on, until_on - _QUARTER), until_on=until_on
        ),
        **_names(),
    )


def _may_withdraw(actor: Actor, meal: MealCounts | None) -> bool:
    """Whether the actor may still take a dish off the meal: until it is over."""
    is_over = meal is None or meal.serves_until is None or meal.serves_until <= clock.now()
    return not is_over and scope.covers(actor, Permission.CANTEEN_MANAGE)


def _names() -> dict[str, Any]:
    return {
        "period_names": PERIOD_NAMES,
        "portion_names": PORTION_NAMES,
        "meal_state_names": MEAL_STATE_NAMES,
        "meal_tones": MEAL_TONES,
        "state_names": STATE_NAMES,
        "state_tones": STATE_TONES,
        "dining_names": DINING_NAMES,
    }


def _meals(
    actor: Actor, canteen_id: int, query: dict[str, Any]
) -> tuple[date, list[MealCounts], MealCounts | None]:
    """The day, its meals that diners know, and the one asked for: else the first that is not over yet."""
    on_date = query.get("date") or clock.today()
    found = monitoring.meals_between(actor, canteen_id=canteen_id, from_on=on_date, until_on=on_date)
    meals = [meal for meal in found if meal.state != MealState.DRAFT]
    wanted = query.get("period")
    if wanted is not None:
        return on_date, meals, next((meal for meal in meals if meal.period == wanted), None)
    now = clock.now()
    ahead = (meal for meal in meals if meal.serves_until is not None and meal.serves_until > now)
    return on_date, meals, next(ahead, meals[-1] if meals else None)


def _by_day(rows: list[monitoring.Attended]) -> list[tuple[date, int, int]]:
    """Ordered and came, of each day."""
    days: dict[date, list[int]] = {}
    for row in rows:
        day = days.setdefault(row.served_on, [0, 0])
        day[0] += row.ordered
        day[1] += row.picked_up
    return [(day, ordered, came) for day, (ordered, came) in sorted(days.items())]


def _by_period(rows: list[monitoring.Attended]) -> list[tuple[Period, int, int, int, int]]:
    """Of each period: on how many days, ordered, came, cancelled."""
    found = []
    for period in Period:
        of_period = [row for row in rows if row.period == period]
        if of_period:
            ordered, came = sum(row.ordered for row in of_period), sum(row.picked_up for row in of_period)
            cancelled = sum(row.cancelled for row in of_period)
            found.append((period, len(of_period), ordered, came, cancelled))
    return found


def _orders_sheet(title: str, rows: Sequence[OrderRow]) -> File:
    columns = (
        Column("工号"),
        Column("姓名"),
        Column("部门", width=20),
        Column("菜品", width=40),
        Column("就餐方式"),
        Column("备注", width=20),
        Column("金额（元）", Kind.YUAN),
        Column("状态"),
        Column("下单时间", Kind.INSTANT),
        Column("取餐时间", Kind.INSTANT),
    )
    cells = (
        (
            row.staff_no,
            row.staff_name,
            row.department,
            "、".join(
                f"{line.dish_name} {line.weight_g} 克"
                if line.portion == Portion.WEIGHT
                else f"{line.dish_name}（{PORTION_NAMES[Portion(line.portion)]}）×{line.quantity}"
                for line in row.lines
            ),
            DINING_NAMES[Dining(row.dining)],
            row.note,
            row.total_fen,
            STATE_NAMES[OrderState(row.state)],
            row.placed_at,
            row.picked_up_at,
        )
        for row in rows
    )
    return File(sheets.workbook(title, columns, cells), f"{title}.xlsx", sheets.MEDIA_TYPE)


def _attendance_sheet(title: str, rows: list[monitoring.Attended]) -> File:
    columns = (
        Column("日期", Kind.DAY),
        Column("餐别"),
        Column("订餐", Kind.INT),
        Column("取餐", Kind.INT),
        Column("未取", Kind.INT),
        Column("退餐", Kind.INT),
    )
    cells = (
        (
            row.served_on,
            PERIOD_NAMES[Period(row.period)],
            row.ordered,
            row.picked_up,
            row.ordered - row.picked_up,
            row.cancelled,
        )
        for row in rows
    )
    return File(sheets.workbook(title, columns, cells), f"{title}.xlsx", sheets.MEDIA_TYPE)
