"""Use cases of the waitlist: entering, leaving, accepting and declining, and the system's own."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from backend import clock
from backend.actor import Actor
from backend.db import atomic, db
from backend.jobs import one_by_one
from backend.rules import queries as rules
from backend.vault import decrypt, encrypt
from meeting.bookings import attending, checking, following, people, placing
from meeting.bookings import operations as bookings
from meeting.bookings.attending import AttendeeWish
from meeting.bookings.checking import Case, Reason, Verdict
from meeting.bookings.errors import BookingRefused, EndBeforeStart, NotBookable, StartPast
from meeting.bookings.placing import Wish
from meeting.bookings.waitlist import operations, policies, queries
from meeting.bookings.waitlist.errors import (
    AlreadyWaiting,
    NothingFits,
    OfferOver,
    RoomFree,
    WaitlistFull,
)
from meeting.bookings.waitlist.models import EntryState, OfferState, WaitlistEntry
from meeting.bookings.waitlist.policies import Step
from meeting.bookings.waitlist.queries import EntryView
from meeting.bookings.waitlist.rules import MAX_WAITING
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.models import Layout, Level, Right
from meeting.rooms.policies import RoomView

# What may change until the meeting: who is refused for it may wait.
_PASSING = frozenset({Reason.TAKEN, Reason.CLOSED, Reason.BLOCKED})
# Pairs of an entry and a room that the job looks at in one run.
_MOST_CHANCES = 5000


@atomic
def enter(
    actor: Actor,
    *,
    start: datetime,
    end: datetime,
    subject: str,
    room_id: int | None = None,
    campus_id: int | None = None,
    capacity: int = 0,
    equipment: Collection[str] = (),
    headcount: int = 0,
    level: Level = Level.ORDINARY,
    layout: Layout | None = None,
    note: str = "",
    agenda: str = "",
    is_confidential: bool = False,
    contact_phone: str = "",
    organiser_id: int | None = None,
    department_id: int | None = None,
    attendees: Sequence[AttendeeWish] = (),
) -> EntryView:
    """Wait for a room, or for any of a campus with so many seats and the equipment, for a single meeting.

    Raises RoomFree where it can be booked, AlreadyWaiting, WaitlistFull, NothingFits, RoomNotFound,
    BookingRefused, NotBookable, EndBeforeStart, StartPast, TooManyHeads, LayoutNotOffered,
    OrganiserUnknown, NotForThem or AttendeeUnknown.
    """
    now = clock.now()
    if end <= start:
        raise EndBeforeStart
    if start <= now:
        raise StartPast
    capacity = max(capacity, headcount)
    found = _candidates(actor, room_id, campus_id, capacity, equipment, layout)
    staff_id, department_id = people.organiser_of(
        actor, found[0], organiser_id=organiser_id, department_id=department_id
    )
    attending.Invited.of(attendees)
    _ensure_within_limits(staff_id, room_id, start, end)
    entry = WaitlistEntry(
        staff_id=staff_id,
        department_id=department_id,
        entered_by=actor.staff_id,
        entered_at=now,
        room_id=room_id,
        campus_id=found[0].campus_id,
        capacity=capacity,
        equipment=sorted(equipment),
        layout=layout.value if layout is not None else None,
        start_at=start,
        end_at=end,
        subject=subject,
        is_confidential=is_confidential,
        level=int(level),
        headcount=headcount,
        note=note,
        agenda=agenda,
        contact_phone_cipher=encrypt(contact_phone) if contact_phone else None,
        attendees=[asdict(each) for each in attendees],
        state=EntryState.WAITING.value,
    )
    if room_id is not None:
        # Whoever gives the room up now either is seen as having it, or sees us waiting.
        stamps = bookings.lock_rooms(bookings.rooms_of([room_id]))
        found = [rooms.find(room_id, stamp=stamps.get(room_id))]
    _ensure_taken(actor, entry, found, now)
    db.session.add(entry)
    db.session.flush()  # Its view names it.
    return queries.views(actor, [entry])[0]


@atomic
def leave(actor: Actor, entry_id: int) -> EntryView:
    """Wait no more; an open offer goes to the next in order.

    Raises EntryNotFound, EntryStateConflict or EntryMoved.
    """
    return _give_up(actor, entry_id, Step.LEAVE)


@atomic
def decline(actor: Actor, entry_id: int) -> EntryView:
    """Let an offer go to the next in order. Who waits for any room of a campus waits on for another one.

    Raises EntryNotFound, EntryStateConflict or EntryMoved.
    """
    return _give_up(actor, entry_id, Step.DECLINE)


@atomic
def accept(actor: Actor, entry_id: int) -> EntryView:
    """Take what is offered: it becomes a booking in this unit, so that nobody comes in between.

    Raises EntryNotFound, EntryStateConflict, EntryMoved, OfferOver, and as `placing.place` where the rules
    of the room have changed meanwhile: the offer then stays until it lapses.
    """
    now = clock.now()
    entry, offer = operations.hold_offer(queries.find(actor, entry_id))
    policies.state_after(entry.state, Step.ACCEPT, is_choosy=entry.room_id is not None)
    if offer is None or offer.lapses_at <= now:
        raise OfferOver
    operations.end_offer(entry, offer, OfferState.ACCEPTED, now)
    placed = placing.place(actor, _wish(entry, offer.room_id))
    entry.booking_id = placed.id
    operations.take(entry, Step.ACCEPT, now)
    db.session.flush()  # The view reads it.
    return queries.views(actor, [entry])[0]


def tend() -> int:
    """The job: end what has begun without a room, and offer what has become free unseen; returns how many."""
    return pass_begun() + one_by_one(find_chances(), offer_chance)


@atomic
def pass_begun() -> int:
    """End the entries whose meetings begin now; returns how many."""
    return operations.pass_begun(clock.now())


@atomic
def find_chances() -> list[int]:
    """The entries for which a room seems to be free, in order: an hour or a closure changed, or the like."""
    now = clock.now()
    waiting = queries.as_waiting(queries.all_waiting(now))
    wanted = policies.chances(waiting, rooms.all_rooms().values(), most=_MOST_CHANCES)
    return list(dict.fromkeys(chance.waiting.entry_id for chance in operations.free_of(wanted)))


@atomic
def offer_chance(entry_id: int) -> int:
    """Offer an entry what is free for it; 0 if nothing is, after all."""
    entry = db.session.get_one(WaitlistEntry, entry_id, populate_existing=True)
    if entry.state != EntryState.WAITING:
        return 0
    wanted = policies.chances(queries.as_waiting([entry]), rooms.all_rooms().values(), most=_MOST_CHANCES)
    free = operations.free_of(wanted)
    bookings.lock_rooms(bookings.rooms_of([chance.room.id for chance in free]))
    return len(operations.offer(free, clock.now()))


def _give_up(actor: Actor, entry_id: int, step: Step) -> EntryView:
    now = clock.now()
    entry, offer = operations.hold_offer(queries.find(actor, entry_id))
    operations.take(entry, step, now)
    if offer is not None:
        freed = operations.end_offer(entry, offer, OfferState.DECLINED, now)
        db.session.flush()  # The next is looked for by statements.
        operations.offer_freed([freed], now)
    return queries.views(actor, [entry])[0]


def _candidates(
    actor: Actor,
    room_id: int | None,
    campus_id: int | None,
    capacity: int,
    equipment: Collection[str],
    layout: Layout | None,
) -> list[RoomView]:
    """The room, or those of the campus that would do, the smallest first."""
    if room_id is not None:
        room = rooms.get(actor, room_id)
        checking.ensure_fits(room, capacity, layout)
        return [room]
    wants = policies.wants_of(capacity, layout, equipment, campus_id or 0)
    fitting = [
        room
        for room in rooms.visible_rooms(actor).values()
        if room.is_active and room_policies.offers(room, wants)
    ]
    if not fitting:
        raise NothingFits
    return policies.in_order(fitting)


def _ensure_within_limits(staff_id: int, room_id: int | None, start: datetime, end: datetime) -> None:
    if queries.waits_already(staff_id, room_id=room_id, start_at=start, end_at=end):
        raise AlreadyWaiting
    limit = rules.value(MAX_WAITING)
    if queries.count_open(staff_id) >= limit:
        raise WaitlistFull(limit=limit)


def _ensure_taken(actor: Actor, entry: WaitlistEntry, candidates: Sequence[RoomView], now: datetime) -> None:
    """Raise RoomFree if one can be booked, or what refuses all of them for good."""
    span = entry.start_at, entry.end_at
    calendar = checking.calendar_of([span]) if any(room.hours for room in candidates) else None
    subject = rooms.subject(entry.staff_id, entry.department_id)
    verdicts: list[tuple[Case, Verdict]] = []
    for room in candidates:
        is_exempt = room_policies.approves(actor, room) or room_policies.manages(actor, room)
        may_book = is_exempt or room_policies.may(subject, room, Right.BOOK)
        if may_book or room_policies.may(subject, room, Right.PREBOOK):
            case = Case(room, subject, entry.department_id, entry.level, is_exempt, may_book, now, calendar)
            verdicts.append((case, checking.by_rules(case, [span])[0]))
    if entry.room_id is not None:
        _ensure_not_refused(entry, verdicts)
    elif not any(_may_wait(verdict) for _, verdict in verdicts):
        raise NothingFits
    open_ones = [case.room for case, verdict in verdicts if verdict.is_open]
    taken = operations.taken_of(open_ones, *span, now)
    free = next((room for room in open_ones if room.id not in taken), None)
    if free is not None:
        raise RoomFree(name=free.name, room={"id": free.id, "name": free.name})


def _ensure_not_refused(entry: WaitlistEntry, verdicts: Sequence[tuple[Case, Verdict]]) -> None:
    """Raise BookingRefused or NotBookable as a booking of the one room would, unless that may pass."""
    if not verdicts:
        raise BookingRefused
    span = entry.start_at, entry.end_at
    [(case, verdict)] = verdicts
    verdict = checking.by_quotas(case, [span], [verdict], locks=False)[0]
    if not _may_wait(verdict):
        raise NotBookable(reason=verdict.text, room_id=case.room.id, occurrences=[])


def _may_wait(verdict: Verdict) -> bool:
    return verdict.is_open or verdict.code in _PASSING


def _wish(entry: WaitlistEntry, room_id: int) -> Wish:
    """The booking that an entry becomes."""
    return Wish(
        room_id=room_id,
        start=entry.start_at,
        end=entry.end_at,
        subject=entry.subject,
        headcount=entry.headcount,
        level=Level(entry.level),
        layout=Layout(entry.layout) if entry.layout is not None else None,
        is_confidential=entry.is_confidential,
        organiser_id=entry.staff_id,
        department_id=entry.department_id,
        note=entry.note,
        agenda=entry.agenda,
        contact_phone=decrypt(entry.contact_phone_cipher) if entry.contact_phone_cipher else "",
        attendees=[AttendeeWish(**each) for each in entry.attendees],
    )


bookings.tidy_offers_with(operations.lapse)
following.follow(operations.follow)
