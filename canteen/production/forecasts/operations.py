"""Writes of forecasts and of the history, within an open unit of work."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Table, and_, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.db import db, table, unit
from canteen.production.forecasts import history
from canteen.production.forecasts.models import DishAttendance, DishForecast, MealAttendance, MealForecast
from canteen.production.forecasts.servings import CENTI

_CAME, _TOOK = table(MealAttendance), table(DishAttendance)
_FORECAST, _DISH_FORECAST = table(MealForecast), table(DishForecast)
_INSERT: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def count(canteen_id: int, from_on: date, until_on: date) -> int:
    """Count the meals of both days and between that are over, and tell their forecasts; gives how many.

    Counting again is harmless: what is known now takes the place of what was.
    """
    meals = history.counted_meals(canteen_id, from_on, until_on)
    if not meals:
        return 0
    _write(_CAME, meals, ("booked", "attended", "walk_ins"))
    _write(_TOOK, history.counted_dishes(canteen_id, from_on, until_on), ("booked", "eaten"))
    _fill_in(canteen_id, from_on, until_on)
    return len(meals)


def _write(into: Table, rows: Sequence[Mapping[str, Any]], counts: Sequence[str]) -> None:
    if not rows:
        return
    connection = unit()
    insert = _INSERT[connection.dialect.name](into)
    upsert = insert.on_conflict_do_update(
        index_elements=list(into.primary_key.columns), set_={name: insert.excluded[name] for name in counts}
    )
    connection.execute(upsert, list(rows))


def _fill_in(canteen_id: int, from_on: date, until_on: date) -> None:
    """Write what really came beside what was expected."""
    of_days = [_FORECAST.c.canteen_id == canteen_id, _FORECAST.c.served_on.between(from_on, until_on)]
    same_meal = and_(
        _CAME.c.canteen_id == _FORECAST.c.canteen_id,
        _CAME.c.period == _FORECAST.c.period,
        _CAME.c.served_on == _FORECAST.c.served_on,
    )
    came = select(_CAME.c.attended + _CAME.c.walk_ins).where(same_meal)
    unit().execute(
        update(_FORECAST)
        .where(*of_days, came.exists())
        .values(actual=came.correlate(_FORECAST).scalar_subquery())
    )
    took = (
        select(func.coalesce(func.sum(_TOOK.c.eaten), 0))
        .where(
            _TOOK.c.canteen_id == _FORECAST.c.canteen_id,
            _TOOK.c.period == _FORECAST.c.period,
            _TOOK.c.served_on == _FORECAST.c.served_on,
            _TOOK.c.dish_id == _DISH_FORECAST.c.dish_id,
            _FORECAST.c.id == _DISH_FORECAST.c.forecast_id,
        )
        .correlate(_DISH_FORECAST)
        .scalar_subquery()
    )
    known = select(_FORECAST.c.id).where(*of_days, _FORECAST.c.actual.is_not(None))
    unit().execute(
        update(_DISH_FORECAST)
        .where(_DISH_FORECAST.c.forecast_id.in_(known))
        .values(actual=(took + CENTI // 2) // CENTI)
    )


def add(forecast: MealForecast) -> MealForecast:
    """Keep a forecast with its dishes."""
    unit()
    db.session.add(forecast)
    db.session.flush()
    return forecast
