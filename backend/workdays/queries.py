"""Reads of the calendar. Every member of staff may know it, so nothing is scoped."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, select

from backend.db import db
from backend.workdays.models import CalendarOverride
from backend.workdays.policies import USUAL_HOURS, Calendar, Day, OfficeHours, Override, segments_of_pairs

# How far a count may walk past the dates that it was loaded for before it raises BeyondCalendar.
MARGIN = timedelta(days=2 * 366)

# Columns, not entities: the upsert goes past the session, whose entities would be stale after it.
_OVERRIDES = select(
    CalendarOverride.on_date,
    CalendarOverride.segments,
    CalendarOverride.reason,
    CalendarOverride.set_by,
    CalendarOverride.set_at,
)


def calendar_for(start_on: date, end_on: date, hours: OfficeHours = USUAL_HOURS) -> Calendar:
    """The calendar of both dates, the days between and `MARGIN` on either side, in one query."""
    first_on, until_on = start_on - MARGIN, end_on + MARGIN
    rows = db.session.execute(
        select(CalendarOverride.on_date, CalendarOverride.segments).where(
            CalendarOverride.on_date >= first_on, CalendarOverride.on_date < until_on
        )
    )
    overrides = {on_date: segments_of_pairs(pairs) for on_date, pairs in rows}
    return Calendar(hours, overrides, first_on, until_on)


def list_days(*, from_on: date, until_on: date) -> list[Day]:
    """The days of [from_on, until_on]."""
    return list(calendar_for(from_on, until_on).days(from_on, until_on + timedelta(days=1)))


def list_overrides(year: int) -> list[Override]:
    """The overrides of a year, by date."""
    of_year = CalendarOverride.on_date.between(date(year, 1, 1), date(year, 12, 31))
    rows = db.session.execute(_OVERRIDES.where(of_year).order_by(CalendarOverride.on_date))
    return [_override(row) for row in rows]


def find_override(on_date: date) -> Override | None:
    """The override of a day, or None."""
    row = db.session.execute(_OVERRIDES.where(CalendarOverride.on_date == on_date)).one_or_none()
    return _override(row) if row is not None else None


def _override(row: Row[Any]) -> Override:
    return Override(row.on_date, segments_of_pairs(row.segments), row.reason, row.set_by, row.set_at)
