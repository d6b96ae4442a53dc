"""会议预订: the register, one booking with its verbs, booking for somebody, what waits for a decision."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, Date, Id, PageQuery, Query
from console.meeting_words import OVERRIDE_NAMES, OVERRIDE_TONES, meeting_words, rule_words
from console.pages import page, pages, render
from meeting.bookings import listing, people, views
from meeting.bookings.listing import MeetingRow, Scope
from meeting.bookings.models import State
from meeting.bookings.overrides import queries as overrides
from meeting.bookings.overrides.models import OverrideState
from meeting.bookings.overrides.queries import OverrideView
from meeting.bookings.policies import Standing, Verb
from meeting.bookings.views import BookingView, OccurrenceView
from meeting.hospitality import queries as hospitality
from meeting.hospitality.catalogue import queries as catalogue
from meeting.hospitality.queries import BookingServices, ServedView
from meeting.rooms import queries as rooms
from meeting.rooms.policies import RoomView

blueprint = pages("console_meeting_bookings", __name__)

READ: Final = Permission.MEETINGS_READ
SELF: Final = Permission.SELF
_PATH: Final = "/meetings/bookings"
# The form begins with the next full hour, for an hour.
_USUAL: Final = timedelta(hours=1)
# Dialogs beside those of the verbs, and the verb that opens each.
_MORE: Final = {"add": Verb.CHANGE}
_SERVICES: Final = "services"


class BookingsPage(PageQuery):
    """Which bookings, or (`by_meeting`) which of their meetings one by one; both days included."""

    scope = Choice(Scope, load_default=Scope.ALL)
    by_meeting = Bool(load_default=False)
    room_id = Id(load_default=None)
    state = Choice(State, load_default=None)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")


class ApprovalsPage(PageQuery):
    """Which page of those that wait."""


class OverridesPage(PageQuery):
    """Which requests."""

    state = Choice(OverrideState, load_default=None)


class NewPage(Query):
    """What the form begins with."""

    on = Date()
    room_id = Id()


class StepPage(Query):
    """Which of the meetings; all that the step is possible for if none is named."""

    occurrence_id = Id()


@page(blueprint, _PATH, permission=READ, query=BookingsPage)
def bookings(actor: Actor, query: dict[str, Any]) -> str:
    """The bookings of the rooms within reach, the newest first, or the meetings by time."""
    from_on, until_on = query.get("from_on"), query.get("until_on")
    asked = {name: query[name] for name in ("scope", "room_id", "state", "page", "page_size")}
    find = listing.page_occurrences if query["by_meeting"] else listing.page_bookings
    found = find(
        actor,
        from_at=_midnight(from_on) if from_on else None,
        until_at=_midnight(until_on + timedelta(days=1)) if until_on else None,
        **asked,
    )
    return render(
        "meetings/bookings.html",
        found=found,
        query=query,
        rooms=[(each.id, each.name) for each in rooms.visible_rooms(actor).values()],
        scopes={Scope.ALL: "全部", Scope.MINE: "我的", Scope.ATTENDING: "我参加的"},
        day=from_on or clock.today(),
        **meeting_words(),
    )


@page(blueprint, f"{_PATH}/new", permission=SELF, query=NewPage)
def new_booking(actor: Actor, query: dict[str, Any]) -> str:
    """The form to book a room, for oneself or for somebody else."""
    start = _first_hour(query)
    return render(
        "meetings/new.html",
        room_id=query.get("room_id"),
        campuses=_bookable(actor),
        start=start,
        end=start + _USUAL,
        services=_services(),
        **meeting_words(),
    )


@page(blueprint, f"{_PATH}/<id:booking_id>", permission=SELF)
def booking(actor: Actor, booking_id: int) -> str:
    """All of a booking that its reader may know, with what they may do."""
    found = views.get_view(actor, booking_id)
    who = _standing(actor, found)
    served = hospitality.services_of(actor, booking_id)
    return render(
        "meetings/booking.html",
        found=found,
        current=found.current,
        room=rooms.find(found.current.room.id),
        rule=rule_words(found.booking.rrule) if found.booking.rrule else "",
        served={each.id: each for each in served.occurrences},
        may_order=served.may_order,
        defaults=served.defaults,
        first={verb: _possible(found, verb)[0] for verb in found.can},
        pending=[each for each in found.occurrences if each.state is State.PENDING],
        prints=who.owns or who.manages or who.serves,
        knows=who.knows or not found.current.is_confidential,
        reads=actor.can(READ),
        override=_override(actor, found),
        overrides=actor.can(Permission.MEETINGS_OVERRIDE),
        override_names=OVERRIDE_NAMES,
        override_tones=OVERRIDE_TONES,
        now=clock.now(),
        **meeting_words(),
    )


@page(blueprint, f"{_PATH}/<id:booking_id>/<step>", permission=SELF, query=StepPage)
def booking_step(actor: Actor, booking_id: int, step: str, query: dict[str, Any]) -> str:
    """The dialog of one step, about those meetings for which it is possible now."""
    found = views.get_view(actor, booking_id)
    served = hospitality.services_of(actor, booking_id) if step == _SERVICES else None
    meant = _meant(found, step, query.get("occurrence_id"), served)
    return render(
        "meetings/step.html",
        found=found,
        step=step,
        meant=meant,
        one=meant[0] if meant else None,
        is_named="occurrence_id" in query,
        campuses=_bookable(actor) if step == Verb.CHANGE else [],
        services=_services() if served else [],
        ordered=_ordered(served, meant, is_named="occurrence_id" in query) if served and meant else {},
        may_order_late=served is not None and served.may_order_late,
        **meeting_words(),
    )


@page(blueprint, "/meetings/approvals", permission=SELF, query=ApprovalsPage)
def approvals(actor: Actor, query: dict[str, Any]) -> str:
    """The bookings that wait for the actor's decision, by role or as a room's manager."""
    found = listing.page_bookings(actor, scope=Scope.APPROVALS, **query)
    return render(
        "meetings/approvals.html", found=found, seats=_seats(found.rows), now=clock.now(), **meeting_words()
    )


@page(blueprint, "/meetings/overrides", permission=Permission.MEETINGS_OVERRIDE, query=OverridesPage)
def override_requests(actor: Actor, query: dict[str, Any]) -> str:
    """Requests to displace other meetings."""
    return render(
        "meetings/overrides.html",
        found=overrides.page(actor, **query),
        query=query,
        override_names=OVERRIDE_NAMES,
        override_tones=OVERRIDE_TONES,
        **meeting_words(),
    )


def _midnight(on: Any) -> datetime:
    return clock.at_local(on, time.min)


def _first_hour(query: dict[str, Any]) -> datetime:
    """Nine o'clock of the day that was asked for; today the next full hour."""
    now = clock.local(clock.now())
    on = query.get("on") or now.date()
    if on != now.date():
        return clock.at_local(on, time(9))
    return now.replace(minute=0, second=0, microsecond=0) + _USUAL


def _bookable(actor: Actor) -> list[tuple[str, list[RoomView]]]:
    """The rooms in use that the actor may see, by campus."""
    found: dict[str, list[RoomView]] = {}
    for room in rooms.visible_rooms(actor).values():
        if room.is_active:
            found.setdefault(room.campus, []).append(room)
    return list(found.items())


def _services() -> list[Any]:
    return list(catalogue.all_services(with_inactive=False).values())


def _standing(actor: Actor, found: BookingView) -> Standing:
    """What the actor is to the meeting that stands for the booking."""
    is_attendee = any(each.staff_id == actor.staff_id for each in found.attendees)
    current = found.current
    return people.standing_in(
        actor,
        found.booking,
        rooms.find(current.room.id),
        organiser_id=current.organiser.id,
        is_attendee=is_attendee,
    )


def _override(actor: Actor, found: BookingView) -> OverrideView | None:
    """What a booking asked to displace, for who asked and who decides; only one without its room may have."""
    lost = any(each.state is State.CONFLICT for each in found.occurrences)
    return overrides.of_booking(actor, found.booking.id) if lost else None


def _possible(found: BookingView, verb: Verb) -> list[OccurrenceView]:
    return [each for each in found.occurrences if verb in each.can]


def _meant(
    found: BookingView, step: str, occurrence_id: int | None, served: BookingServices | None
) -> list[OccurrenceView]:
    """The meetings for which a step is possible; none if it is not, or is no step."""
    if served is not None:
        open_ids = {each.id for each in served.occurrences if each.end > clock.now()}
        possible = [each for each in found.occurrences if each.id in open_ids] if served.may_order else []
    else:
        verb = _MORE.get(step) or next((each for each in Verb if each.value == step), None)
        possible = _possible(found, verb) if verb else []
    return [each for each in possible if occurrence_id in (None, each.id)]


def _ordered(served: BookingServices, meant: list[OccurrenceView], *, is_named: bool) -> dict[int, Any]:
    """What was ordered, by service: for a whole booking what every meeting of it has."""
    if not is_named and served.defaults:
        return {each.service_id: each for each in served.defaults}
    one: ServedView = next(each for each in served.occurrences if each.id == meant[0].id)
    return {each.service_id: each for each in one.lines}


def _seats(rows: Iterable[MeetingRow]) -> dict[int, int]:
    """How many seats the room of each row has, by the room."""
    return {row.room.id: rooms.find(row.room.id).capacity for row in rows}
