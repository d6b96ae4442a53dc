"""Reads of forecasts, of the history, and of how well they agreed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page, paginate
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen, Category, Dish, Period
from canteen.menu.titles import CATEGORY_NAMES, PERIOD_NAMES
from canteen.production.forecasts.errors import ForecastNotFound
from canteen.production.forecasts.methods import Figures, figures
from canteen.production.forecasts.models import (
    DishForecast,
    Horizon,
    MealAttendance,
    MealForecast,
    Method,
)
from canteen.production.forecasts.titles import HORIZON_NAMES, METHOD_NAMES

# Which days are shown and judged unless others are asked for.
AHEAD: Final = timedelta(days=13)
JUDGED: Final = timedelta(days=89)
_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class DishForecastView:
    """How many standard portions of a dish."""

    dish_id: int
    name: str
    category: str
    bookings: int | None
    expected: int
    low: int
    high: int
    chosen: int
    reason: str
    actual: int | None


@dataclass(frozen=True, slots=True)
class ForecastView:
    """A forecast as people read it; see `MealForecast`. Lists leave `dishes` empty."""

    id: int
    canteen_id: int
    canteen: str
    served_on: date
    period: Period
    horizon: Horizon
    method: Method
    made_at: datetime
    bookings: int | None
    expected: int
    low: int
    high: int
    level_percent: int
    chosen: int
    reason: str
    levels: Sequence[dict[str, Any]]
    naive: int | None
    actual: int | None
    dishes: tuple[DishForecastView, ...] = ()

    @property
    def period_name(self) -> str:
        """早餐, 午餐, …"""
        return PERIOD_NAMES[self.period]

    @property
    def horizon_name(self) -> str:
        """次日 or 下周."""
        return HORIZON_NAMES[self.horizon]

    @property
    def method_name(self) -> str:
        """Where the expectation comes from."""
        return METHOD_NAMES[self.method]


@dataclass(frozen=True, slots=True)
class AttendanceView:
    """Who came to a meal that is over."""

    canteen_id: int
    served_on: date
    period: Period
    booked: int
    attended: int
    walk_ins: int

    @property
    def period_name(self) -> str:
        """早餐, 午餐, …"""
        return PERIOD_NAMES[self.period]

    @property
    def diners(self) -> int:
        """All who ate."""
        return self.attended + self.walk_ins

    @property
    def attended_percent(self) -> float | None:
        """Attended ÷ booked, to one decimal; None where nothing was booked."""
        return round(self.attended * _HUNDRED / self.booked, 1) if self.booked else None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How a canteen's forecasts of a horizon did: the last one made of each meal that is over.

    `of_meals` is how many meals were over. `covered_percent` of the meals had enough at the service levels
    that they were cooked by (`level_percents`).
    """

    canteen_id: int
    canteen: str
    horizon: Horizon
    from_on: date
    until_on: date
    meals: int
    of_meals: int
    ours: Figures | None
    naive: Figures | None
    bookings: Figures | None
    covered_percent: float | None
    level_percents: tuple[int, ...]


def latest(canteen_id: int, served_on: date, period: str) -> ForecastView | None:
    """The newest forecast of a meal with its dishes, for those who plan by it; not scoped."""
    row = db.session.execute(
        _views()
        .where(
            MealForecast.canteen_id == canteen_id,
            MealForecast.served_on == served_on,
            MealForecast.period == period,
        )
        .order_by(MealForecast.made_at.desc(), MealForecast.id.desc())
        .limit(1)
    ).one_or_none()
    return _view(row, with_dishes=True) if row is not None else None


def get_forecast(actor: Actor, forecast_id: int) -> ForecastView:
    """One forecast with its dishes. Raises ForecastNotFound."""
    statement = _views().where(MealForecast.id == forecast_id, menu_queries.readable(actor))
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise ForecastNotFound
    return _view(row, with_dishes=True)


def view_of(forecast: MealForecast) -> ForecastView:
    """A forecast that was just made, with its dishes; not scoped."""
    return _view((forecast, menu_queries.get_canteen(forecast.canteen_id).name), with_dishes=True)


def page_forecasts(
    actor: Actor,
    *,
    page: int,
    page_size: int,
    canteen_id: int | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    period: Period | None = None,
    horizon: Horizon | None = None,
) -> Page:
    """The newest forecast of each meal and horizon, by day; by default of today and the days ahead.

    Raises CanteenNotFound or InvalidDateRange.
    """
    from_on = from_on or clock.today()
    until_on = until_on or from_on + AHEAD
    menu_policies.ensure_range(from_on, until_on)
    conditions = _of(_within_reach(actor, canteen_id), from_on, until_on, period, horizon)
    newest = _newest(conditions)
    statement = (
        _views()
        .join(newest, newest.c.id == MealForecast.id)
        .where(newest.c.place == 1)
        .order_by(MealForecast.served_on, MealForecast.canteen_id, MealForecast.period, MealForecast.horizon)
    )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([_view(row, with_dishes=False) for row in found.rows], found.total, page, page_size)


def page_attendance(
    actor: Actor,
    *,
    canteen_id: int,
    page: int,
    page_size: int,
    from_on: date | None = None,
    until_on: date | None = None,
    period: Period | None = None,
) -> Page:
    """Who came to the meals that are over, the latest first. Raises CanteenNotFound or InvalidDateRange."""
    menu_policies.ensure_reads(actor, menu_queries.get_canteen(canteen_id))
    statement: Any = (
        select(
            *(MealAttendance.canteen_id, MealAttendance.served_on, MealAttendance.period),
            *(MealAttendance.booked, MealAttendance.attended, MealAttendance.walk_ins),
        )
        .where(MealAttendance.canteen_id == canteen_id)
        .order_by(MealAttendance.served_on.desc(), MealAttendance.period)
    )
    if from_on is not None:
        statement = statement.where(MealAttendance.served_on >= from_on)
    if until_on is not None:
        statement = statement.where(MealAttendance.served_on <= until_on)
    if period is not None:
        statement = statement.where(MealAttendance.period == period.value)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    views = [AttendanceView(row[0], row[1], Period(row[2]), row[3], row[4], row[5]) for row in found.rows]
    return Page(views, found.total, page, page_size)


def get_accuracy(
    actor: Actor,
    *,
    canteen_id: int,
    horizon: Horizon = Horizon.NEXT_DAY,
    from_on: date | None = None,
    until_on: date | None = None,
    period: Period | None = None,
) -> Accuracy:
    """How the canteen's own forecasts did, beside what the naive ones would have. Raises CanteenNotFound."""
    canteen = menu_queries.get_canteen(canteen_id)
    menu_policies.ensure_reads(actor, canteen)
    until_on = until_on or clock.today()
    from_on = from_on or until_on - JUDGED
    newest = _newest(_of([canteen_id], from_on, until_on, period, horizon))
    rows = db.session.execute(
        select(
            *(MealForecast.expected, MealForecast.chosen, MealForecast.actual, MealForecast.naive),
            *(MealForecast.bookings, MealForecast.level_percent),
        )
        .join(newest, newest.c.id == MealForecast.id)
        .where(newest.c.place == 1, MealForecast.actual.is_not(None))
    ).all()
    enough = sum(row.actual <= row.chosen for row in rows)
    return Accuracy(
        *(canteen.id, canteen.name, horizon, from_on, until_on, len(rows)),
        of_meals=_meals_over(canteen_id, from_on, until_on, period),
        ours=figures([(row.expected, row.actual) for row in rows]),
        naive=figures([(row.naive, row.actual) for row in rows if row.naive is not None]),
        bookings=figures([(row.bookings, row.actual) for row in rows if row.bookings is not None]),
        covered_percent=round(enough * _HUNDRED / len(rows), 1) if rows else None,
        level_percents=tuple(sorted({row.level_percent for row in rows})),
    )


def _meals_over(canteen_id: int, from_on: date, until_on: date, period: Period | None) -> int:
    statement = select(func.count()).where(
        MealAttendance.canteen_id == canteen_id,
        MealAttendance.served_on.between(from_on, until_on),
        MealAttendance.booked + MealAttendance.attended + MealAttendance.walk_ins > 0,
    )
    if period is not None:
        statement = statement.where(MealAttendance.period == period.value)
    return db.session.scalar(statement) or 0


def _within_reach(actor: Actor, canteen_id: int | None) -> list[int]:
    if canteen_id is None:
        return [canteen.id for canteen in menu_queries.canteens_readable(actor, Permission.CANTEEN_READ)]
    menu_policies.ensure_reads(actor, menu_queries.get_canteen(canteen_id))
    return [canteen_id]


def _of(
    canteen_ids: Collection[int],
    from_on: date,
    until_on: date,
    period: Period | None,
    horizon: Horizon | None,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        MealForecast.canteen_id.in_(canteen_ids),
        MealForecast.served_on.between(from_on, until_on),
    ]
    if period is not None:
        conditions.append(MealForecast.period == period.value)
    if horizon is not None:
        conditions.append(MealForecast.horizon == horizon.value)
    return conditions


def _newest(conditions: Collection[ColumnElement[bool]]) -> Any:
    """Of the forecasts under these conditions: each with its place, 1 the newest of its meal and horizon."""
    meal = MealForecast.canteen_id, MealForecast.served_on, MealForecast.period, MealForecast.horizon
    newest_first = MealForecast.made_at.desc(), MealForecast.id.desc()
    place = func.row_number().over(partition_by=meal, order_by=newest_first)
    return select(MealForecast.id, place.label("place")).where(*conditions).subquery()


def _views() -> Any:
    return select(MealForecast, Canteen.name).join(Canteen, Canteen.id == MealForecast.canteen_id)


def _view(row: Any, *, with_dishes: bool) -> ForecastView:
    forecast, canteen = row
    return ForecastView(
        *(forecast.id, forecast.canteen_id, canteen, forecast.served_on, Period(forecast.period)),
        *(Horizon(forecast.horizon), Method(forecast.method), forecast.made_at, forecast.bookings),
        *(forecast.expected, forecast.low, forecast.high, forecast.level_percent, forecast.chosen),
        *(forecast.reason, forecast.levels, forecast.naive, forecast.actual),
        dishes=_dishes(forecast.id) if with_dishes else (),
    )


def _dishes(forecast_id: int) -> tuple[DishForecastView, ...]:
    rows = db.session.execute(
        select(DishForecast, Dish.name, Dish.category)
        .join(Dish, Dish.id == DishForecast.dish_id)
        .where(DishForecast.forecast_id == forecast_id)
        .order_by(DishForecast.chosen.desc(), DishForecast.dish_id)
    )
    return tuple(
        DishForecastView(
            dish_id=dish.dish_id,
            name=name,
            category=CATEGORY_NAMES[Category(category)],
            bookings=dish.bookings,
            expected=dish.expected,
            low=dish.low,
            high=dish.high,
            chosen=dish.chosen,
            reason=dish.reason,
            actual=dish.actual,
        )
        for dish, name, category in rows
    )
