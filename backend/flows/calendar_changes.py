"""Changing the house's calendar: what it decides is counted anew, in the same unit of work."""

from collections.abc import Sequence
from datetime import date

from backend.actor import Actor
from backend.db import atomic
from backend.workdays import operations as workdays
from backend.workdays import queries as workday_queries
from backend.workdays.policies import Override, Segment
from feedback.deadlines import operations as deadlines
from meeting.bookings import days_off
from property.service_levels import operations as service_levels


@atomic
def set_override(actor: Actor, *, on_date: date, segments: Sequence[Segment], reason: str) -> Override:
    """Say in which segments the office works on a day; open clocks of orders and reports are due anew,
    ended ones stay. Meetings on a day that becomes a day off stay, too, and their organisers are told.

    Raises Forbidden or InvalidSegments.
    """
    was_workday = workday_queries.calendar_for(on_date, on_date).is_workday(on_date)
    override, is_new = workdays.set_override(actor, on_date=on_date, segments=segments, reason=reason)
    if is_new:
        service_levels.recount_open()
        deadlines.recount_open()
        if was_workday and not override.segments:
            days_off.tell_organisers(on_date)
    return override


@atomic
def remove_override(actor: Actor, *, on_date: date) -> None:
    """Give a day back to the published calendar, and count what is open by it.

    Raises Forbidden or OverrideNotFound.
    """
    workdays.remove_override(actor, on_date=on_date)
    service_levels.recount_open()
    deadlines.recount_open()
