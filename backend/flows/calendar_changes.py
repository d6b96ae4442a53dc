"""Changing the house's calendar: what it decides is counted anew, in the same unit of work."""

from collections.abc import Sequence
from datetime import date

from backend.actor import Actor
from backend.db import atomic
from backend.workdays import operations as workdays
from backend.workdays.policies import Override, Segment
from property.service_levels import operations as service_levels


@atomic
def set_override(actor: Actor, *, on_date: date, segments: Sequence[Segment], reason: str) -> Override:
    """Say in which segments the office works on a day; open service clocks are due anew, ended ones stay.

    Raises Forbidden or InvalidSegments.
    """
    override, is_new = workdays.set_override(actor, on_date=on_date, segments=segments, reason=reason)
    if is_new:
        service_levels.recount_open()
    return override


@atomic
def remove_override(actor: Actor, *, on_date: date) -> None:
    """Give a day back to the published calendar, and count what is open by it.

    Raises Forbidden or OverrideNotFound.
    """
    workdays.remove_override(actor, on_date=on_date)
    service_levels.recount_open()
