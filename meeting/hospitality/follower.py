"""Hospitality follows the meetings: tasks, loans and duties move and go with them, in the same unit.

A date that is added to a booking, or tried again, gets what was ordered for all of it, as far as there is
time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from backend.actor import Actor
from backend.db import db
from backend.rules import queries as rule_queries
from meeting.bookings import following
from meeting.bookings.following import Change
from meeting.bookings.models import Occurrence
from meeting.hospitality import operations, orders, policies, telling
from meeting.hospitality.catalogue import queries as catalogue
from meeting.hospitality.catalogue.queries import ServiceView
from meeting.hospitality.policies import Wish
from meeting.hospitality.rules import LEAD_MINUTES


def follow_up(actor: Actor, changes: Sequence[Change]) -> None:
    """Let what was ordered follow what these meetings did, within the unit of the step."""
    # What is just placed has no services yet: whoever orders with it does so afterwards.
    touched = [each for each in changes if each.occurrence in db.session and _matters(each)]
    if not touched:
        return
    by_id = {each.occurrence.id: each.occurrence for each in touched}
    lines = orders.lines_of(by_id)
    lacking = [by_id[each] for each, those in lines.items() if not those]
    defaults = orders.defaults_of({each.booking_id for each in lacking}) if lacking else {}
    served = [each for each in by_id.values() if lines[each.id] or each.booking_id in defaults]
    if not served:
        return
    services = catalogue.all_services()
    at = touched[0].at
    for occurrence in served:
        if lines[occurrence.id]:
            operations.recount(occurrence, lines[occurrence.id], services)
        elif occurrence.state in policies.SERVED:
            wishes = _in_time(occurrence, defaults[occurrence.booking_id], services, at)
            operations.write_lines(occurrence, (), wishes, services, by=actor.staff_id, at=at)
    laid = operations.lay(served, services, at=at)
    telling.tell_of(laid, served, services, but=actor.staff_id)


def _matters(change: Change) -> bool:
    """Whether tasks, loans or quantities may differ afterwards."""
    before, now = change.before, change.occurrence
    if before is None:
        return True
    was, state = before.state, now.state
    return (
        (was in policies.SERVED) != (state in policies.SERVED)
        or (before.room_id, before.start_at, before.end_at) != (now.room_id, now.start_at, now.end_at)
        or before.headcount != now.headcount
    )


def inherit(booking_id: int, new_id: int) -> None:
    """A booking that is split off has what the one before had, within the unit that splits it."""
    found = orders.defaults_of([booking_id])
    if booking_id in found:
        operations.set_defaults(new_id, found[booking_id])


def _in_time(
    occurrence: Occurrence, wishes: Sequence[Wish], services: Mapping[int, ServiceView], at: datetime
) -> list[Wish]:
    lead = rule_queries.value(LEAD_MINUTES)
    return [
        wish
        for wish in wishes
        if services[wish.service_id].is_active
        and at < policies.latest_at(occurrence.start_at, services[wish.service_id], lead)
    ]


following.follow(follow_up)
following.follow_splits(inherit)
