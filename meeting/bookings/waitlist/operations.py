"""Writes of the waitlist, within an open unit of work.

Locks: the rooms, then (of a step that a booking takes) the booking and its meetings, then entries in their
order, then their offers. What keeps a room for an offer is inserted and deleted with the room locked.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update

from backend import clock
from backend.actor import Actor
from backend.db import db, table, unit
from backend.notifications.kinds import Kind
from backend.notifications.operations import Message, notify_each
from backend.rules import queries as rules
from meeting.bookings import checking, keeping, operations, telling
from meeting.bookings import policies as booking_policies
from meeting.bookings.checking import Case
from meeting.bookings.following import Change
from meeting.bookings.keeping import Wanted
from meeting.bookings.waitlist import policies, queries
from meeting.bookings.waitlist.errors import EntryMoved
from meeting.bookings.waitlist.messages import LAPSED, OFFERED, PASSED
from meeting.bookings.waitlist.models import EntryState, Offer, OfferState, WaitlistEntry
from meeting.bookings.waitlist.policies import Chance, Freed, Step
from meeting.bookings.waitlist.rules import OFFER_MINUTES
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.models import MeetingRoom, Right
from meeting.rooms.policies import RoomView

# Pairs of an entry and a room that are looked at in one go.
_MOST_CHANCES = 2000
_ENTRY, _ROOM = table(WaitlistEntry), table(MeetingRoom)


def locked(entry_id: int) -> WaitlistEntry:
    """The entry, kept from everybody else until the unit ends; it was read before, and is never deleted."""
    unit()
    return db.session.scalars(
        select(WaitlistEntry)
        .where(WaitlistEntry.id == entry_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def hold_offer(entry: WaitlistEntry) -> tuple[WaitlistEntry, Offer | None]:
    """The entry with its open offer, if it has one, kept from everybody else with the offer's room.

    Raises EntryMoved if an offer came or went while we waited for the room.
    """
    seen = queries.open_offer(entry.id)
    if seen is not None:
        operations.lock_rooms(operations.rooms_of([seen.room_id]))
    found, offer = locked(entry.id), queries.open_offer(entry.id)
    if (seen.id if seen is not None else None) != (offer.id if offer is not None else None):
        raise EntryMoved
    return found, offer


# --- offering -----------------------------------------------------------------------------------------------


def follow(_actor: Actor, changes: Sequence[Change]) -> None:
    """Offer what a step of some meetings has freed; follows the meetings."""
    freed = []
    for change in changes:
        if change.before is not None:
            turnaround = rooms.find(change.before.room_id).turnaround
            found = policies.freed_by(change, turnaround)
            if found is not None:
                freed.append(found)
    if freed:
        offer_freed(freed, changes[0].at)


def offer_freed(freed: Iterable[Freed], now: datetime) -> list[Offer]:
    """Offer what may have become free to whom it fits, in order; the freed rooms are locked.

    One statement where nobody waits for it. Of a hall whose other parts are being booked at this moment
    nothing is offered: the job looks at it later.
    """
    coming = [one for one in freed if one.until_at > now]
    known = rooms.all_rooms()
    concerned = {
        room_id: known[room_id]
        for one in coming
        if one.room_id in known
        for room_id in (one.room_id, *known[one.room_id].excluded_ids)
    }
    entries = queries.candidates(coming, concerned.values(), now) if concerned else []
    if not entries:
        return []
    waiting = policies.chances(queries.as_waiting(entries), list(concerned.values()), most=_MOST_CHANCES)
    held = _lock_free({atom for chance in waiting for atom in chance.room.atom_ids})
    return offer([chance for chance in waiting if held.issuperset(chance.room.atom_ids)], now)


def offer(wanted: Sequence[Chance], now: datetime) -> list[Offer]:
    """Of what entries may be offered, in their order, offer what is really free; the rooms are locked."""
    made: dict[int, tuple[Chance, Offer]] = {}
    for chance in free_of(wanted):
        entry_id = chance.waiting.entry_id
        is_gone = any(policies.excludes(chance, other) for other, _ in made.values())
        if entry_id in made or is_gone:
            continue
        found = _offer(chance, now)
        if found is not None:
            made[entry_id] = chance, found
    offers = [found for _, found in made.values()]
    _tell_offered(offers)
    return offers


def free_of(wanted: Sequence[Chance]) -> list[Chance]:
    """Those whose room nobody has at the time; one statement. What has lapsed is taken until it is tidied."""
    atoms = [
        (index, Wanted(atom, chance.waiting.start_at, chance.waiting.end_at + chance.room.turnaround))
        for index, chance in enumerate(wanted)
        for atom in chance.room.atom_ids
    ]
    taken = {atoms[each.position][0] for each in keeping.in_the_way([each for _, each in atoms])}
    return [chance for index, chance in enumerate(wanted) if index not in taken]


def taken_of(candidates: Sequence[RoomView], start: datetime, end: datetime, now: datetime) -> set[int]:
    """Which of these rooms somebody has at a time; what has lapsed is overlooked. One statement."""
    wanted = [
        (room.id, Wanted(atom, start, end + room.turnaround)) for room in candidates for atom in room.atom_ids
    ]
    found = keeping.in_the_way([each for _, each in wanted], ignored=now)
    return {wanted[each.position][0] for each in found}


def _offer(chance: Chance, now: datetime) -> Offer | None:
    room = chance.room
    lapses_at = policies.offer_ends_at(
        now, chance.waiting.start_at, minutes=rules.value(OFFER_MINUTES), lead_minutes=room.lead_minutes
    )
    if lapses_at is None:
        return None
    entry = locked(chance.waiting.entry_id)
    if entry.state != EntryState.WAITING or not may_have(entry, room, now):
        return None
    entry.state = policies.state_after(entry.state, Step.OFFER, is_choosy=entry.room_id is not None).value
    found = Offer(
        entry_id=entry.id,
        room_id=room.id,
        offered_at=now,
        lapses_at=lapses_at,
        state=OfferState.OPEN.value,
    )
    db.session.add(found)
    db.session.flush()  # What keeps the room names it.
    keeping.insert_holds(
        operations.holds_of(room, entry.start_at, entry.end_at, offer_id=found.id, lapses_at=lapses_at)
    )
    return found


def may_have(entry: WaitlistEntry, room: RoomView, now: datetime) -> bool:
    """Whether the room's rules and the quotas let the entry's meeting be booked now."""
    span = entry.start_at, entry.end_at
    subject = rooms.subject(entry.staff_id, entry.department_id)
    may_book = room_policies.may(subject, room, Right.BOOK)
    is_limited = bool(room.quotas or room.access)
    is_exempt = is_limited and entry.entered_by in telling.approvers_of(room)
    if not (may_book or is_exempt or room_policies.may(subject, room, Right.PREBOOK)):
        return False
    case = Case(
        room=room,
        subject=subject,
        department_id=entry.department_id,
        level=entry.level,
        is_exempt=is_exempt,
        may_book=may_book,
        now=now,
        calendar=checking.calendar_of([span]) if room.hours else None,
    )
    verdicts = checking.by_rules(case, [span])
    return checking.by_quotas(case, [span], verdicts, locks=False)[0].is_open


def _lock_free(room_ids: Collection[int]) -> set[int]:
    """Which of these rooms are ours, or can be without waiting: to wait out of order could never end."""
    return set(
        unit().scalars(
            select(_ROOM.c.id)
            .where(_ROOM.c.id.in_(sorted(room_ids)))
            .order_by(_ROOM.c.id)
            .with_for_update(key_share=True, skip_locked=True)
        )
    )


# --- ending -------------------------------------------------------------------------------------------------


def end_offer(entry: WaitlistEntry, offer: Offer, state: OfferState, now: datetime) -> Freed:
    """Let a locked entry's offer be over and give up its room; the entry's own step is the caller's."""
    offer.state, offer.ended_at = state.value, now
    keeping.free_offers([offer.id])
    return Freed(offer.room_id, entry.start_at, entry.end_at + rooms.find(offer.room_id).turnaround)


def take(entry: WaitlistEntry, step: Step, now: datetime) -> None:
    """A step of a locked entry; what is over needs nobody's number any more. Raises EntryStateConflict."""
    after = policies.state_after(entry.state, step, is_choosy=entry.room_id is not None)
    entry.state = after.value
    if after not in policies.OPEN:
        entry.ended_at, entry.contact_phone_cipher = now, None


def lapse(offer_ids: Collection[int], now: datetime) -> None:
    """Let the offers whose time is over go to the next in order; their rooms are locked.

    For whoever finds them in the way, and for the job; again is harmless.
    """
    offers = db.session.scalars(
        select(Offer)
        .where(Offer.id.in_(offer_ids))
        .order_by(Offer.id)
        .execution_options(populate_existing=True)
    ).all()
    freed, told = [], []
    for offer in offers:
        entry = locked(offer.entry_id)
        db.session.refresh(offer)
        if offer.state == OfferState.OPEN and offer.lapses_at <= now:
            freed.append(end_offer(entry, offer, OfferState.LAPSED, now))
            take(entry, Step.LAPSE, now)
            told.append((entry, offer))
    # Nothing that is over keeps a room, whatever came before.
    keeping.free_offers([offer.id for offer in offers if offer.state != OfferState.OPEN])
    db.session.flush()
    _tell(LAPSED, told, "lapsed")
    offer_freed(freed, now)


def pass_begun(now: datetime) -> int:
    """End the entries whose time has come without a room, and tell their people; returns how many."""
    begun = unit().scalars(
        update(_ENTRY)
        .where(queries.IS_WAITING_ENTRY, _ENTRY.c.start_at <= now)
        .values(state=EntryState.PASSED.value, ended_at=now, contact_phone_cipher=None)
        .returning(_ENTRY.c.id)
    )
    entries = queries.of_ids(list(begun))
    notify_each(
        PASSED,
        [
            Message(
                staff_id,
                {"subject": _subject(entry), "when": _when(entry)},
                dedupe=f"passed {entry.id}",
                page=page_of(entry.id),
            )
            for entry in entries
            for staff_id in {entry.staff_id, entry.entered_by}
        ],
    )
    return len(entries)


# --- telling ------------------------------------------------------------------------------------------------


def page_of(entry_id: int) -> str:
    """Where a phone shows it."""
    return f"pages/meeting/waitlist?id={entry_id}"


def _tell_offered(offers: Sequence[Offer]) -> None:
    entries = [(db.session.get_one(WaitlistEntry, offer.entry_id), offer) for offer in offers]
    _tell(OFFERED, entries, "offered")


def _tell(kind: Kind, offers: Sequence[tuple[WaitlistEntry, Offer]], event: str) -> None:
    """Tell whose entry it is, and who entered it, of an offer."""
    messages = []
    for entry, offer in offers:
        fields = {
            "subject": _subject(entry),
            "when": _when(entry),
            "room": rooms.find(offer.room_id).name,
        }
        if kind is OFFERED:
            fields["until"] = f"{clock.local(offer.lapses_at):%H:%M}"
        messages += [
            Message(
                staff_id,
                fields,
                dedupe=f"{event} {offer.id}",
                page=page_of(entry.id),
                expires_at=offer.lapses_at if kind is OFFERED else None,
            )
            for staff_id in {entry.staff_id, entry.entered_by}
        ]
    if messages:
        notify_each(kind, messages)


def _subject(entry: WaitlistEntry) -> str:
    return booking_policies.shown_subject(entry.subject, is_confidential=entry.is_confidential, knows=False)


def _when(entry: WaitlistEntry) -> str:
    return telling.when([entry])  # type: ignore[list-item] # It has the times of a meeting, as they ask.
