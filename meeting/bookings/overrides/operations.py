"""Writes of the overrides, within an open unit of work.

Locks: the rooms of the meeting that asks and of those in its way, then bookings and meetings, then the
request itself.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM, Actor, Permission
from backend.dates import day_text
from backend.db import db, unit
from backend.identity import queries as identity
from meeting.bookings import availability, keeping, moving, operations, people, telling
from meeting.bookings.availability import Suggestion
from meeting.bookings.messages import INVITED
from meeting.bookings.models import Booking, Occurrence, State
from meeting.bookings.overrides import policies, queries
from meeting.bookings.overrides.errors import OverrideDecided, OverrideMoved, OverrideNotFound
from meeting.bookings.overrides.messages import ASKED, DECIDED, DISPLACED
from meeting.bookings.overrides.models import Override, OverrideState
from meeting.bookings.policies import Step
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.models import Layout
from meeting.rooms.policies import RoomView


def ask(
    actor: Actor, booking: Booking, wanting: Sequence[Occurrence], *, reason: str, at: datetime
) -> Override:
    """Ask that these meetings, which were not had, displace who has the room.

    Raises NothingToOverride or OverrideNotAllowed.
    """
    room = rooms.find(wanting[0].room_id)
    in_the_way = queries.in_the_way(room, [(each.start_at, each.end_at) for each in wanting])
    policies.ensure_may_ask(rooms.subject_of(actor), room, wanting[0].level, in_the_way, at)
    override = Override(
        booking_id=booking.id,
        room_id=room.id,
        wanting_ids=[each.id for each in wanting],
        displaced_ids=[each.id for each in in_the_way],
        reason=reason,
        asked_by=actor.staff_id,
        asked_at=at,
        lapses_at=min(each.start_at for each in wanting),
        state=OverrideState.WAITING.value,
    )
    db.session.add(override)
    db.session.flush()  # The answer names it.
    told = identity.holders(
        Permission.MEETINGS_OVERRIDE, campus_id=room.campus_id, building_id=room.building_id
    )
    telling.tell(
        booking,
        wanting,
        ASKED,
        told - {actor.staff_id},
        event="override asked",
        page="pages/meeting/approvals",  # Where they decide.
        who=actor.name,
        why=reason,
        displaced=str(len(in_the_way)),
    )
    return override


def locked(override_id: int) -> tuple[Override, Booking, list[Occurrence]]:
    """A request with the meetings that want a room, the rooms of all concerned locked first.

    Raises OverrideNotFound.
    """
    unit()
    seen = db.session.get(Override, override_id, populate_existing=True)
    if seen is None:
        raise OverrideNotFound
    concerned = select(Occurrence.room_id).where(Occurrence.id.in_(seen.displaced_ids)).distinct()
    room_ids = set(db.session.scalars(concerned)) | {seen.room_id}
    booking, occurrences = operations.locked(seen.booking_id, room_ids=room_ids)
    override = db.session.scalars(
        select(Override)
        .where(Override.id == override_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    return override, booking, [each for each in occurrences if each.id in override.wanting_ids]


def decide(actor: Actor, override: Override, state: OverrideState, *, text: str, at: datetime) -> None:
    """Write down how it was decided."""
    override.state = state.value
    override.decided_at = at
    override.decided_by = actor.staff_id
    override.decided_by_name = actor.name
    override.decision = text


def displace(
    actor: Actor, override: Override, booking: Booking, wanting: Sequence[Occurrence], *, at: datetime
) -> list[Occurrence]:
    """Give the room to the meetings that want it; returns those that had it, told of what else is free.

    Raises OverrideDecided if none wants it any more, or OverrideMoved.
    """
    winners = [each for each in wanting if each.state == State.CONFLICT and each.start_at > at]
    if not winners:
        raise OverrideDecided
    room = rooms.find(winners[0].room_id)
    spans = [(each.start_at, each.end_at) for each in winners]
    _ensure_open(room, winners)
    seen = queries.in_the_way(room, spans)
    policies.ensure_unmoved(override.displaced_ids, seen, at)
    bookings = {each: moving.locked(each) for each in sorted({one.booking_id for one in seen})}
    losers = moving.locked_occurrences(ids=[each.id for each in seen])
    policies.ensure_unmoved(override.displaced_ids, losers, at)
    # First the room changes hands, then it is told: nobody who waits for it may slip in between.
    keeping.free([each.id for each in losers])
    if operations.taken([(room, *span) for span in spans]):
        raise OverrideMoved
    keeping.insert_holds(
        hold
        for each in winners
        for hold in operations.holds_of(
            room, each.start_at, each.end_at, occurrence_id=each.id, lapses_at=None
        )
    )
    by_booking: defaultdict[int, list[Occurrence]] = defaultdict(list)
    for each in losers:
        by_booking[each.booking_id].append(each)
    for booking_id, group in sorted(by_booking.items()):
        was_booked = [each for each in group if each.state == State.BOOKED]
        moving.move_all(actor, group, Step.DISPLACE, text=override.reason, at=at, displaced_by=booking.id)
        _tell_displaced(bookings[booking_id], group, was_booked, override.reason)
    moving.move_all(actor, winners, Step.RESTORE, text=override.reason, at=at, override=override.id)
    telling.tell_attendees(
        booking,
        winners,
        INVITED,
        event="invited",
        who=people.name_of(winners[0].organiser_id),
    )
    return losers


def _ensure_open(room: RoomView, winners: Sequence[Occurrence]) -> None:
    """Whoever closed the room or switched it off since it was asked for stands above the request."""
    subject = rooms.subject(winners[0].organiser_id, winners[0].department_id)
    closed = (
        room_policies.closure_against(subject, room.closures, each.start_at, each.end_at) for each in winners
    )
    if not room.is_active or any(closed):
        raise OverrideMoved


def tell_decided(booking: Booking, override: Override, wanting: Sequence[Occurrence], result: str) -> None:
    """Tell who asked."""
    telling.tell(booking, wanting, DECIDED, {override.asked_by}, event="override decided", result=result)


def lapse_due(at: datetime) -> int:
    """Record which requests nobody decided in time; returns how many they are."""
    unit()
    due = db.session.scalars(
        select(Override)
        .where(Override.state == OverrideState.WAITING.value, Override.lapses_at <= at)
        .order_by(Override.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for override in due:
        decide(SYSTEM, override, OverrideState.LAPSED, text="", at=at)
        booking = db.session.get_one(Booking, override.booking_id)
        wanting = [db.session.get_one(Occurrence, each) for each in override.wanting_ids]
        tell_decided(booking, override, wanting, "逾期未审批，已失效")
    return len(due)


def _tell_displaced(
    booking: Booking, group: Sequence[Occurrence], was_booked: Sequence[Occurrence], reason: str
) -> None:
    first = group[0]
    found = availability.alternatives(
        rooms.subject(first.organiser_id, first.department_id),
        rooms.find(first.room_id),
        first.start_at,
        first.end_at,
        headcount=first.headcount,
        layout=Layout(first.layout) if first.layout else None,
    )
    text = f"可改订：{'；'.join(_said(each) for each in found)}。" if found else "请另行安排。"
    telling.tell_organiser(booking, group, DISPLACED, event="displaced", why=reason, alternatives=text)
    telling.tell_attendees(booking, was_booked, DISPLACED, event="displaced", why=reason, alternatives="")


def _said(suggestion: Suggestion) -> str:
    start, end = clock.local(suggestion.start), clock.local(suggestion.end)
    return f"{suggestion.room.name} {day_text(start)}{start:%H:%M}–{end:%H:%M}"
