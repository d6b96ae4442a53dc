"""A booking with all of it, as somebody may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.identity import queries as identity
from meeting.bookings import people, policies, queries
from meeting.bookings.listing import RoomRef, StaffRef
from meeting.bookings.models import Attendee, Booking, BookingEvent, HolidayRule, Occurrence, State
from meeting.bookings.policies import Standing, Step, Verb

_HIDDEN: Final = StaffRef(0, "")


@dataclass(frozen=True, slots=True)
class OccurrenceView:
    """A meeting of a booking, as somebody may see it. `can` is what they may do with it now."""

    id: int
    start: datetime
    end: datetime
    slot_at: datetime
    room: RoomRef
    state: State
    reason: str
    subject: str
    organiser: StaffRef
    headcount: int
    level: int
    layout: str | None
    note: str
    is_added: bool
    is_confidential: bool
    lapses_at: datetime | None
    checked_in_at: datetime | None
    ended_at: datetime | None
    revision: int
    can: Sequence[Verb]

    @property
    def state_name(self) -> str:
        """已预订 …"""
        return policies.STATE_NAMES[self.state]


@dataclass(frozen=True, slots=True)
class EventView:
    """An entry of the timeline."""

    at: datetime
    step: Step
    actor: str
    text: str
    occurrence_id: int | None
    from_state: str
    to_state: str

    @property
    def step_name(self) -> str:
        """预订 …"""
        return policies.STEP_NAMES[self.step]


@dataclass(frozen=True, slots=True)
class BookingView:
    """All of a booking. What stands for one of its meetings is the first that is not over, else the last."""

    booking: Booking
    department: str
    booked_by: StaffRef
    contact_phone: str
    agenda: str
    attendees: Sequence[Attendee]
    occurrences: Sequence[OccurrenceView]
    timeline: Sequence[EventView]
    current: OccurrenceView
    question: str
    answer: str

    @property
    def holiday_rule(self) -> HolidayRule:
        """What becomes of meetings on a day off."""
        return HolidayRule(self.booking.holiday_rule)

    @property
    def state(self) -> State:
        """What the booking is as a whole."""
        return policies.summary(each.state for each in self.occurrences)

    @property
    def state_name(self) -> str:
        """已预订 …"""
        return policies.STATE_NAMES[self.state]

    @property
    def is_series(self) -> bool:
        """Whether it repeats, or has more than one meeting."""
        return bool(self.booking.rrule) or len(self.occurrences) > 1

    @property
    def can(self) -> list[Verb]:
        """What the reader may do with any of its meetings now."""
        possible = {verb for each in self.occurrences for verb in each.can}
        return [verb for verb in Verb if verb in possible]


def get_view(actor: Actor, booking_id: int) -> BookingView:
    """A booking that the actor may know of. Raises BookingNotFound."""
    booking, occurrences = queries.unscoped(booking_id)
    return _view(actor, booking, occurrences)


def view(actor: Actor, booking: Booking) -> BookingView:
    """A booking as it is now, to answer a step with. Raises BookingNotFound."""
    db.session.flush()
    return _view(actor, booking, queries.occurrences_of([booking.id]))


def _view(actor: Actor, booking: Booking, occurrences: Sequence[Occurrence]) -> BookingView:
    """Five statements, however many meetings there are."""
    now = clock.now()
    whos = people.standings(actor, booking, occurrences)
    people.ensure_visible(whos.values())
    knows_all = all(whos[each.id].knows or not each.is_confidential for each in occurrences)
    departments = identity.department_tree()
    staff_ids = {booking.booked_by, booking.organiser_id, *(each.organiser_id for each in occurrences)}
    names = identity.names_of(staff_ids)
    shown = [_occurrence(each, booking, whos[each.id], names, now) for each in occurrences]
    department_id = occurrences[0].department_id
    coming = [each for each in shown if each.end > now and policies.is_holding(each.state)]
    later = [each for each in shown if each.end > now]
    return BookingView(
        booking=booking,
        department=departments.path(department_id) if knows_all and department_id in departments else "",
        booked_by=_ref(booking.booked_by, names) if knows_all else _HIDDEN,
        contact_phone=people.masked_phone(booking) if knows_all else "",
        agenda=booking.agenda if knows_all else "",
        attendees=queries.attendees_of(booking.id) if knows_all else [],
        occurrences=shown,
        timeline=_timeline(booking.id, knows_all=knows_all),
        current=(coming or later or shown[-1:])[0],
        question=booking.question if knows_all else "",
        answer=booking.answer if knows_all else "",
    )


def _occurrence(
    occurrence: Occurrence, booking: Booking, who: Standing, names: dict[int, str], now: datetime
) -> OccurrenceView:
    knows = who.knows or not occurrence.is_confidential
    return OccurrenceView(
        id=occurrence.id,
        start=occurrence.start_at,
        end=occurrence.end_at,
        slot_at=occurrence.slot_at,
        room=RoomRef.of(occurrence.room_id),
        state=State(occurrence.state),
        reason=occurrence.reason if knows else "",
        subject=policies.shown_subject(
            occurrence.subject, is_confidential=occurrence.is_confidential, knows=knows
        ),
        organiser=_ref(occurrence.organiser_id, names) if knows else _HIDDEN,
        headcount=occurrence.headcount,
        level=occurrence.level,
        layout=occurrence.layout,
        note=occurrence.note if knows else "",
        is_added=occurrence.is_added,
        is_confidential=occurrence.is_confidential,
        lapses_at=occurrence.lapses_at,
        checked_in_at=occurrence.checked_in_at,
        ended_at=occurrence.ended_at,
        revision=occurrence.revision,
        can=policies.verbs(occurrence, who, now, is_asked=bool(booking.question) and not booking.answer),
    )


def _ref(staff_id: int, names: dict[int, str]) -> StaffRef:
    return StaffRef(staff_id, names.get(staff_id, ""))


def _timeline(booking_id: int, *, knows_all: bool) -> list[EventView]:
    events = db.session.scalars(
        select(BookingEvent).where(BookingEvent.booking_id == booking_id).order_by(BookingEvent.id)
    )
    return [
        EventView(
            at=event.at,
            step=Step(event.step),
            actor=event.actor_name if knows_all else "",
            text=event.text if knows_all else "",
            occurrence_id=event.occurrence_id,
            from_state=event.from_state,
            to_state=event.to_state,
        )
        for event in events
    ]
