"""Writes of the bookings, within an open unit of work: rooms are locked, kept and given up.

Locks, everywhere in this order, each by rising id: rooms, bookings, meetings, then what follows them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.db import db, unit
from meeting.bookings import checking, keeping, moving, telling
from meeting.bookings.checking import Case, Times, Verdict
from meeting.bookings.errors import BookingMoved, BookingNotFound, RoomTaken
from meeting.bookings.keeping import InTheWay, Wanted
from meeting.bookings.models import HOLDING, Booking, Hold, Occurrence, State
from meeting.bookings.policies import Step
from meeting.rooms import queries as rooms
from meeting.rooms.policies import RoomView

Span: TypeAlias = tuple[RoomView, datetime, datetime]
OfferTidier: TypeAlias = Callable[[Collection[int], datetime], None]
# A lapsed hold may hide another one behind it, or make room for an offer of the waitlist.
_MOST_ROUNDS: Final = 50
_OFFER_TIDIERS: Final[list[OfferTidier]] = []


def lock_rooms(room_ids: Collection[int]) -> dict[int, int]:
    """Keep these rooms from everybody else until the unit ends; gives the stamp of each that exists.

    What is given are the atoms of the rooms that are wanted, and a hall itself (`rooms_of`).
    """
    return keeping.lock(room_ids)


def rooms_of(room_ids: Collection[int]) -> set[int]:
    """What is locked for these rooms: they and the physical rooms of which they consist."""
    return {atom for room_id in room_ids for atom in (room_id, *rooms.find(room_id).atom_ids)}


def locked(booking_id: int, *, room_ids: Collection[int] = ()) -> tuple[Booking, list[Occurrence]]:
    """A booking with its meetings, the rooms that they keep and these ones locked first.

    Raises BookingNotFound, or BookingMoved if its rooms changed while we waited for them.
    """
    wanted = set(room_ids) | _rooms_kept_by(booking_id)
    stamps = lock_rooms(rooms_of(wanted))
    for room_id in wanted:
        rooms.find(room_id, stamp=stamps.get(room_id))  # As it is now: it may just have been closed.
    booking = moving.locked(booking_id)
    occurrences = moving.locked_occurrences(booking_id=booking_id)
    if not {each.room_id for each in occurrences if each.state in HOLDING} <= wanted:
        raise BookingMoved
    return booking, occurrences


def _rooms_kept_by(booking_id: int) -> set[int]:
    found = set(
        db.session.scalars(select(Occurrence.room_id).where(Occurrence.booking_id == booking_id).distinct())
    )
    if not found:
        raise BookingNotFound
    return found


def tidy_offers_with(callback: OfferTidier) -> None:
    """Let the waitlist say what becomes of its lapsed offers that are in somebody's way.

    It is called with their ids and the present within the unit, the rooms locked; it deletes their holds,
    and may make the next offer.
    """
    if callback not in _OFFER_TIDIERS:
        _OFFER_TIDIERS.append(callback)


def taken(spans: Sequence[Span]) -> set[int]:
    """Which of these (room, beginning, end) somebody else has; what has lapsed is tidied up first.

    The rooms are locked. A meeting that is moved gives up its own hold before (`vacate`). One statement,
    however many they are, unless something has lapsed.
    """
    now = clock.now()
    wanted = _wanted(spans)
    for _ in range(_MOST_ROUNDS):
        found = keeping.in_the_way([each for _, each in wanted])
        lapsed = [each for each in found if each.has_lapsed(now)]
        if not lapsed:
            return {wanted[each.position][0] for each in found}
        _tidy(lapsed, now)
    raise RuntimeError("lapsed holds come back as fast as they are tidied up")


def _wanted(spans: Sequence[Span]) -> list[tuple[int, Wanted]]:
    """The physical rooms that are wanted, each with the position of its span."""
    return [
        (index, Wanted(atom, start, end + room.turnaround))
        for index, (room, start, end) in enumerate(spans)
        for atom in room.atom_ids
    ]


def judge(case: Case, spans: Sequence[Times], *, but: Collection[int] = ()) -> list[Verdict]:
    """What each of these meetings of one booking would be in the case's room, whose rooms are locked.

    The room's rules, what is taken, and the quotas, in this order. `but` are the meetings that these take
    the place of: their holds are given up before. Nothing is written but what has lapsed.
    """
    verdicts = checking.by_itself(case, spans, checking.by_rules(case, spans))
    open_ones = [index for index, verdict in enumerate(verdicts) if verdict.is_open]
    for position in taken([(case.room, *spans[index]) for index in open_ones]):
        verdicts[open_ones[position]] = checking.TAKEN
    return checking.by_quotas(case, spans, verdicts, but=but)


def foresee(case: Case, spans: Sequence[Times]) -> list[Verdict]:
    """What `judge` would say now, for a preview: without locks, and lapsed holds are overlooked."""
    verdicts = checking.by_itself(case, spans, checking.by_rules(case, spans))
    open_ones = [index for index, verdict in enumerate(verdicts) if verdict.is_open]
    wanted = _wanted([(case.room, *spans[index]) for index in open_ones])
    for found in keeping.in_the_way([each for _, each in wanted], ignored=case.now):
        verdicts[open_ones[wanted[found.position][0]]] = checking.TAKEN
    return checking.by_quotas(case, spans, verdicts, locks=False)


def occupy(occurrence: Occurrence, room: RoomView) -> None:
    """Keep the room for a meeting that keeps none, at its times; the rooms are locked. Raises RoomTaken."""
    occupy_all([(occurrence, room)])


def occupy_all(pairs: Sequence[tuple[Occurrence, RoomView]]) -> None:
    """`occupy` for several, or for none of them. Raises RoomTaken with what of each is in the way."""
    spans = [(room, occurrence.start_at, occurrence.end_at) for occurrence, room in pairs]
    refused = taken(spans)
    if refused:
        occurrences = [
            {"id": occurrence.id, "start": _wire(occurrence.start_at), "end": _wire(occurrence.end_at)}
            for index, (occurrence, _) in enumerate(pairs)
            if index in refused
        ]
        raise RoomTaken(occurrences=occurrences)
    keeping.insert_holds(
        hold
        for occurrence, room in pairs
        for hold in holds_of(
            room,
            occurrence.start_at,
            occurrence.end_at,
            occurrence_id=occurrence.id,
            lapses_at=occurrence.lapses_at,
        )
    )


def vacate(occurrence_ids: Collection[int]) -> None:
    """Give up what these meetings keep; the rooms are locked."""
    keeping.free(occurrence_ids)


def resize(occurrence: Occurrence, room: RoomView, start: datetime, end: datetime) -> None:
    """Let a meeting keep this room at these times instead of its own; both rooms are locked.

    Changes the meeting's row as well, its lapse included; the step is the caller's to take. Raises RoomTaken.
    """
    vacate([occurrence.id])
    occurrence.room_id, occurrence.start_at, occurrence.end_at = room.id, start, end
    occurrence.planned_end_at = end
    db.session.flush()
    occupy(occurrence, room)
    moving.renew_lapse(occurrence, clock.now())


def holds_of(
    room: RoomView,
    start: datetime,
    end: datetime,
    *,
    occurrence_id: int | None = None,
    offer_id: int | None = None,
    lapses_at: datetime | None,
) -> list[dict[str, Any]]:
    """The rows that keep a room, the time after the meeting included, for `keeping.insert_holds`."""
    return [
        {
            "room_id": atom,
            "occurrence_id": occurrence_id,
            "offer_id": offer_id,
            "hold_from": start,
            "hold_to": end + room.turnaround,
            "lapses_at": lapses_at,
        }
        for atom in room.atom_ids
    ]


def tidy_lapsed(now: datetime, *, most: int = 200) -> int:
    """Record what has lapsed by now, the earliest first; returns how much it was. Locks the rooms itself."""
    unit()
    lapsing = (
        select(Hold.room_id, Hold.occurrence_id, Hold.offer_id, Hold.lapses_at)
        .where(Hold.lapses_at <= now)
        .order_by(Hold.lapses_at, Hold.id)
        .limit(most)
    )
    found = db.session.execute(lapsing).all()
    lock_rooms({row.room_id for row in found})
    _tidy([InTheWay(position, *row) for position, row in enumerate(found)], now)
    return len(found)


def _tidy(lapsed: Sequence[InTheWay], now: datetime) -> None:
    """Let what has lapsed go: meetings expire or are released, offers go back to the waitlist."""
    occurrence_ids = {each.occurrence_id for each in lapsed if each.occurrence_id is not None}
    if occurrence_ids:
        lapse(occurrence_ids, now)
    offer_ids = {each.offer_id for each in lapsed if each.offer_id is not None}
    if offer_ids and _OFFER_TIDIERS:
        for callback in _OFFER_TIDIERS:
            callback(offer_ids, now)
    elif offer_ids:
        keeping.free_offers(offer_ids)


def lapse(occurrence_ids: Collection[int], now: datetime) -> None:
    """Expire or release those of these meetings whose time for it has come; the rooms are locked."""
    of_bookings = db.session.scalars(
        select(Occurrence.booking_id).where(Occurrence.id.in_(occurrence_ids)).distinct()
    ).all()
    bookings = {booking_id: moving.locked(booking_id) for booking_id in sorted(of_bookings)}
    by_step: defaultdict[tuple[int, Step], list[Occurrence]] = defaultdict(list)
    for occurrence in moving.locked_occurrences(ids=occurrence_ids):
        if occurrence.lapses_at is None or occurrence.lapses_at > now:
            continue
        is_pending = occurrence.state == State.PENDING
        by_step[occurrence.booking_id, Step.EXPIRE if is_pending else Step.RELEASE].append(occurrence)
    for (booking_id, step), occurrences in by_step.items():
        moving.move_all(SYSTEM, occurrences, step, at=now)
        telling.tell_of_lapse(bookings[booking_id], occurrences, step)


def _wire(instant: datetime) -> str:
    return clock.local(instant).isoformat()
