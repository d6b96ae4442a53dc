"""备餐预测: how many will come, what that means at each service level, and how good the forecasts were."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Choice, Date, Query
from canteen.menu.models import Period
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import PERIOD_NAMES
from canteen.production.forecasts import queries
from canteen.production.forecasts.models import Horizon
from canteen.production.forecasts.queries import ForecastView
from canteen.production.forecasts.rules import LEAST_LEVEL, MOST_LEVEL
from canteen.production.forecasts.titles import HORIZON_NAMES
from console import days, scope
from console.pages import page, pages, render

blueprint = pages("console_forecasts", __name__)

READ: Final = Permission.CANTEEN_READ
_TITLE: Final = "备餐预测"
_PATH: Final = "/kitchen/forecasts"
# Of a canteen's week: four periods, two horizons.
_MOST_SHOWN: Final = 100
_JUDGED_DAYS: Final = 90
_MOST_JUDGED_DAYS: Final = 366
# Of so many days, the latest ones, each meal is shown.
_SHOWN_DAYS: Final = 31
_MOST_MEALS: Final = _SHOWN_DAYS * len(Period)


class ForecastsPage(Query):
    """Any day of the week that is shown; this week by default."""

    week = Date()
    period = Choice(Period)


class AnewPage(Query):
    """What the form of a new forecast begins with."""

    date = Date()
    period = Choice(Period)


class AccuracyPage(Query):
    """Which forecasts are judged: those of the last ninety days by default."""

    from_date = Date()
    until_date = Date()
    period = Choice(Period)
    horizon = Choice(Horizon, load_default=Horizon.NEXT_DAY)


@page(blueprint, _PATH, permission=READ, query=ForecastsPage, at_canteen=_TITLE)
def show_week(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """Tomorrow's meals large, and those of a week by day."""
    today = clock.today()
    monday = _monday(query.get("week") or today)
    found = _newest(actor, canteen.id, monday, monday + timedelta(days=6), query.get("period"))
    ahead = found if monday == _monday(today + timedelta(days=1)) else _tomorrow(actor, canteen.id)
    next_on = min((each.served_on for each in ahead if each.served_on > today), default=None)
    return render(
        "production/forecasts.html",
        days=_by_day(found),
        tomorrow=[each for each in ahead if each.served_on == next_on],
        next_on=next_on,
        monday=monday,
        sunday=monday + timedelta(days=6),
        today=today,
        one_week=timedelta(days=7),
        query=query,
        accuracy=queries.get_accuracy(actor, canteen_id=canteen.id),
        **_words(actor),
    )


def _newest(
    actor: Actor, canteen_id: int, from_on: date, until_on: date, period: Period | None = None
) -> list[ForecastView]:
    """Of each meal the forecast that counts: that with its bookings, else that of the week before."""
    found = queries.page_forecasts(
        actor,
        canteen_id=canteen_id,
        from_on=from_on,
        until_on=until_on,
        period=period,
        page=1,
        page_size=_MOST_SHOWN,
    )
    best: dict[tuple[date, Period], ForecastView] = {}
    for each in found.rows:
        key = each.served_on, each.period
        if key not in best or each.made_at >= best[key].made_at:
            best[key] = each
    places = list(Period)
    return sorted(best.values(), key=lambda each: (each.served_on, places.index(each.period)))


def _tomorrow(actor: Actor, canteen_id: int) -> list[ForecastView]:
    tomorrow = clock.today() + timedelta(days=1)
    return _newest(actor, canteen_id, tomorrow, tomorrow)


def _by_day(found: Sequence[ForecastView]) -> dict[date, list[ForecastView]]:
    grouped: dict[date, list[ForecastView]] = {}
    for each in found:
        grouped.setdefault(each.served_on, []).append(each)
    return grouped


@page(blueprint, f"{_PATH}/new", permission=Permission.PRODUCTION_MANAGE, query=AnewPage, at_canteen=_TITLE)
def anew(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The form in which a meal is forecast anew."""
    return render(
        "production/forecast_anew.html",
        canteen=canteen,
        on_date=query.get("date") or clock.today() + timedelta(days=1),
        period=query.get("period", Period.LUNCH),
        **_words(actor),
    )


@page(blueprint, f"{_PATH}/<id:forecast_id>", permission=READ)
def show(actor: Actor, forecast_id: int) -> str:
    """A forecast with its dishes, and what each service level would cook, waste and lack."""
    return render(
        "production/forecast.html",
        forecast=queries.get_forecast(actor, forecast_id),
        today=clock.today(),
        **_words(actor),
    )


@page(blueprint, f"{_PATH}/accuracy", permission=READ, query=AccuracyPage, at_canteen=_TITLE)
def accuracy(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """How forecasts did beside naive ones, and meal by meal."""
    from_on, until_on = days.asked(query, usual=_JUDGED_DAYS, longest=_MOST_JUDGED_DAYS)
    which = {
        "canteen_id": canteen.id,
        "from_on": from_on,
        "until_on": until_on,
        "period": query.get("period"),
        "horizon": query["horizon"],
    }
    shown_from = max(from_on, until_on - timedelta(days=_SHOWN_DAYS - 1))
    shown = queries.page_forecasts(actor, **{**which, "from_on": shown_from}, page=1, page_size=_MOST_MEALS)
    period = query.get("period", Period.LUNCH)
    return render(
        "production/forecast_accuracy.html",
        accuracy=queries.get_accuracy(actor, **which),
        shown=shown.rows,
        shown_days=_SHOWN_DAYS,
        drawn=[each for each in shown.rows if each.actual is not None and each.period == period],
        drawn_name=PERIOD_NAMES[period],
        from_on=from_on,
        until_on=until_on,
        query=query,
        **_words(actor),
    )


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _words(actor: Actor) -> dict[str, Any]:
    return {
        "period_names": PERIOD_NAMES,
        "horizon_names": HORIZON_NAMES,
        "least_level": LEAST_LEVEL,
        "most_level": MOST_LEVEL,
        "may_manage": scope.covers(actor, Permission.PRODUCTION_MANAGE),
    }
