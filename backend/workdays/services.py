"""Use cases of the calendar's administrators. The endpoint asks for Permission.WORKDAYS_MANAGE."""

from collections.abc import Sequence
from datetime import date

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import atomic
from backend.workdays import operations, policies, queries
from backend.workdays.policies import Override, Segment


@atomic
def set_override(actor: Actor, *, on_date: date, segments: Sequence[Segment], reason: str) -> Override:
    """Say in which segments the office works on a day (none: closed), whatever is published.

    Replaces what stands there; repeating what stands there changes and records nothing. `reason` has
    1 to 200 characters. Raises Forbidden or InvalidSegments.
    """
    ensure_everywhere(actor, Permission.WORKDAYS_MANAGE)
    policies.ensure_segments(segments)
    standing = queries.find_override(on_date)
    if standing is not None and (standing.segments, standing.reason) == (tuple(segments), reason):
        return standing
    override = Override(on_date, tuple(segments), reason, set_by=actor.staff_id, set_at=clock.now())
    operations.put_override(actor, override, replaced=standing)
    return override


@atomic
def remove_override(actor: Actor, *, on_date: date) -> None:
    """Give a day back to the published calendar. Raises Forbidden or OverrideNotFound."""
    ensure_everywhere(actor, Permission.WORKDAYS_MANAGE)
    operations.delete_override(actor, on_date)
