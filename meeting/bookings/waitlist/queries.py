"""Reads of the waitlist: one's own entries, the queue of a room, and who waits for what has become free."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from backend.actor import Actor
from backend.db import db
from backend.identity import queries as identity
from backend.paging import Page, paginate
from backend.rules import queries as rules
from meeting.bookings import policies as booking_policies
from meeting.bookings.waitlist import policies
from meeting.bookings.waitlist.errors import EntryNotFound
from meeting.bookings.waitlist.models import IS_OPEN, IS_WAITING, EntryState, Offer, WaitlistEntry
from meeting.bookings.waitlist.policies import Freed, Waiting
from meeting.bookings.waitlist.rules import WAITLIST_BY_LEVEL
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.errors import RoomNotFound
from meeting.rooms.policies import RoomView

# Who is looked at when something becomes free, and how many the job looks at in one go.
MOST_CANDIDATES: Final = 50
MOST_CHANCES: Final = 200
# In the words of the partial indexes: SQLite looks at nothing else to tell that one of them will do.
IS_WAITING_ENTRY: Final[ColumnElement[bool]] = literal_column(f"{WaitlistEntry.__tablename__}.{IS_WAITING}")
IS_OPEN_OFFER: Final[ColumnElement[bool]] = literal_column(f"{Offer.__tablename__}.{IS_OPEN}")
_OPEN_STATES: Final = tuple(state.value for state in policies.OPEN)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody or something by name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class OfferedRoom:
    """A room with where it is."""

    id: int
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer that can be accepted until `lapses_at`."""

    id: int
    room: OfferedRoom
    offered_at: datetime
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as it is shown. `ahead` is how many wait before it for the same; None unless it waits.

    Of a confidential meeting whoever is not of it reads neither the subject nor whose it is.
    """

    id: int
    state: str
    state_name: str
    room: Named | None
    campus: Named
    capacity: int
    equipment: Sequence[str]
    layout: str | None
    start_at: datetime
    end_at: datetime
    subject: str
    is_confidential: bool
    level: int
    headcount: int
    note: str
    agenda: str
    organiser: Named | None
    entered_by: Named | None
    entered_at: datetime
    ahead: int | None
    offer: OfferView | None
    booking_id: int | None
    ended_at: datetime | None


# --- reading ------------------------------------------------------------------------------------------------


def find(actor: Actor, entry_id: int) -> WaitlistEntry:
    """An entry of the actor's, afresh. Raises EntryNotFound."""
    entry = db.session.get(WaitlistEntry, entry_id, populate_existing=True)
    if entry is None or actor.staff_id not in (entry.staff_id, entry.entered_by):
        raise EntryNotFound
    return entry


def get(actor: Actor, entry_id: int) -> EntryView:
    """An entry of the actor's as it is shown. Raises EntryNotFound."""
    return views(actor, [find(actor, entry_id)])[0]


def page_own(actor: Actor, *, only_open: bool, page: int, page_size: int) -> Page:
    """The actor's entries, those that end the soonest first; without `only_open` the latest first."""
    own = or_(WaitlistEntry.staff_id == actor.staff_id, WaitlistEntry.entered_by == actor.staff_id)
    statement = select(WaitlistEntry).where(own)
    if only_open:
        statement = statement.where(WaitlistEntry.state.in_(_OPEN_STATES))
        statement = statement.order_by(WaitlistEntry.start_at, WaitlistEntry.id)
    else:
        statement = statement.order_by(WaitlistEntry.id.desc())
    return _page(actor, statement, page, page_size)


def page_queue(actor: Actor, *, room_id: int, page: int, page_size: int) -> Page:
    """Who waits for a room, or for any of its campus that it would do for, in order.

    For those who look after the room or read its meetings. Raises RoomNotFound.
    """
    room = rooms.get(actor, room_id)
    if not room_policies.oversees(actor, room):
        raise RoomNotFound
    takes_any = and_(
        WaitlistEntry.room_id.is_(None),
        WaitlistEntry.campus_id == room.campus_id,
        WaitlistEntry.capacity <= room.capacity,
    )
    statement = (
        select(WaitlistEntry)
        .where(WaitlistEntry.state.in_(_OPEN_STATES), or_(WaitlistEntry.room_id == room.id, takes_any))
        .order_by(WaitlistEntry.start_at, *ranking())
    )
    keeps = room_policies.manages(actor, room) or room_policies.approves(actor, room)
    return _page(actor, statement, page, page_size, knows_all=keeps)


def queue_lengths(actor: Actor) -> list[tuple[RoomView, int]]:
    """The rooms that the actor looks after or reads the meetings of, with how many wait for each.

    Whoever waits for any room of a campus is in the queue of each that it would do for.
    """
    overseen = [
        room for room in rooms.all_rooms().values() if room.is_active and room_policies.oversees(actor, room)
    ]
    waiting: Any = db.session.execute(
        select(WaitlistEntry.room_id, WaitlistEntry.campus_id, WaitlistEntry.capacity).where(
            WaitlistEntry.state.in_(_OPEN_STATES)
        )
    ).all()
    return [
        (
            room,
            sum(
                room_id == room.id
                or (room_id is None and campus_id == room.campus_id and capacity <= room.capacity)
                for room_id, campus_id, capacity in waiting
            ),
        )
        for room in overseen
    ]


def views(actor: Actor, entries: Sequence[WaitlistEntry], *, knows_all: bool = False) -> list[EntryView]:
    """Entries as the actor may read them; three statements, however many there are.

    `knows_all`: who looks after their room, and may know of confidential ones as well.
    """
    known = rooms.all_rooms()
    names = identity.names_of({one for each in entries for one in (each.staff_id, each.entered_by)})
    offered = _open_offers([each.id for each in entries if each.state == EntryState.OFFERED])
    ahead = _ahead([each.id for each in entries if each.state == EntryState.WAITING])
    campuses = {room.campus_id: room.campus for room in known.values()}
    return [
        EntryView(
            id=each.id,
            state=each.state,
            state_name=policies.STATE_NAMES[EntryState(each.state)],
            room=Named(each.room_id, known[each.room_id].name) if each.room_id is not None else None,
            campus=Named(each.campus_id, campuses.get(each.campus_id, "")),
            capacity=each.capacity,
            equipment=each.equipment,
            layout=each.layout,
            start_at=each.start_at,
            end_at=each.end_at,
            **_told(each, names, knows=knows_all or _is_own(actor, each)),
            is_confidential=each.is_confidential,
            level=each.level,
            headcount=each.headcount,
            entered_at=each.entered_at,
            ahead=ahead.get(each.id, 0) if each.state == EntryState.WAITING else None,
            offer=_offer_view(offered[each.id], known) if each.id in offered else None,
            booking_id=each.booking_id,
            ended_at=each.ended_at,
        )
        for each in entries
    ]


def count_open(staff_id: int) -> int:
    """How many open entries a person has."""
    statement = select(func.count()).where(
        WaitlistEntry.staff_id == staff_id, WaitlistEntry.state.in_(_OPEN_STATES)
    )
    return db.session.scalar(statement) or 0


def waits_already(staff_id: int, *, room_id: int | None, start_at: datetime, end_at: datetime) -> bool:
    """Whether a person waits for the same room, or for any, at a time that overlaps."""
    statement = select(WaitlistEntry.id).where(
        WaitlistEntry.staff_id == staff_id,
        WaitlistEntry.state.in_(_OPEN_STATES),
        WaitlistEntry.start_at < end_at,
        WaitlistEntry.end_at > start_at,
        WaitlistEntry.room_id == room_id if room_id is not None else WaitlistEntry.room_id.is_(None),
    )
    return db.session.scalar(statement.limit(1)) is not None


# --- what has become free -----------------------------------------------------------------------------------


def candidates(freed: Sequence[Freed], concerned: Iterable[RoomView], now: datetime) -> list[WaitlistEntry]:
    """Who waits for any of the concerned rooms within what has become free, in order; one statement.

    Only those that have not begun; at most `MOST_CANDIDATES`.
    """
    known = list(concerned)
    longest = max((room.turnaround for room in known), default=timedelta())
    stretches = [
        and_(WaitlistEntry.start_at < one.until_at, WaitlistEntry.end_at > one.from_at - longest)
        for one in freed
    ]
    statement = (
        select(WaitlistEntry)
        .where(
            IS_WAITING_ENTRY,
            WaitlistEntry.start_at > now,
            or_(*stretches),
            WaitlistEntry.campus_id.in_({room.campus_id for room in known}),
            or_(WaitlistEntry.room_id.is_(None), WaitlistEntry.room_id.in_([room.id for room in known])),
        )
        .order_by(*ranking())
        .limit(MOST_CANDIDATES)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def all_waiting(now: datetime) -> list[WaitlistEntry]:
    """Everybody who waits for what has not begun, in order; at most `MOST_CHANCES`, the soonest."""
    soonest = (
        select(WaitlistEntry.id)
        .where(IS_WAITING_ENTRY, WaitlistEntry.start_at > now)
        .order_by(WaitlistEntry.start_at)
        .limit(MOST_CHANCES)
    )
    statement = select(WaitlistEntry).where(WaitlistEntry.id.in_(soonest)).order_by(*ranking())
    return list(db.session.scalars(statement))


def of_ids(entry_ids: Collection[int]) -> list[WaitlistEntry]:
    """These entries, afresh; one statement if there are any."""
    if not entry_ids:
        return []
    return list(
        db.session.scalars(
            select(WaitlistEntry)
            .where(WaitlistEntry.id.in_(entry_ids))
            .order_by(WaitlistEntry.id)
            .execution_options(populate_existing=True)
        )
    )


def as_waiting(entries: Sequence[WaitlistEntry]) -> list[Waiting]:
    """What the entries wait for, with the rooms that they have been offered before; one statement."""
    choosing = [each.id for each in entries if each.room_id is None]
    offered: dict[int, set[int]] = {}
    if choosing:
        for entry_id, room_id in db.session.execute(
            select(Offer.entry_id, Offer.room_id).where(Offer.entry_id.in_(choosing))
        ):
            offered.setdefault(entry_id, set()).add(room_id)
    return [
        Waiting(
            entry_id=each.id,
            room_id=each.room_id,
            wants=policies.wants_of(each.capacity, each.layout, each.equipment, each.campus_id),
            start_at=each.start_at,
            end_at=each.end_at,
            offered=frozenset(offered.get(each.id, ())),
        )
        for each in entries
    ]


def open_offer(entry_id: int) -> Offer | None:
    """The offer that an entry may accept now, afresh, or None."""
    return db.session.scalars(
        select(Offer)
        .where(IS_OPEN_OFFER, Offer.entry_id == entry_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def ranking() -> list[ColumnElement[Any]]:
    """The order in which entries have their turn."""
    by_entry: list[ColumnElement[Any]] = [WaitlistEntry.id.asc()]
    return [WaitlistEntry.level.desc(), *by_entry] if rules.value(WAITLIST_BY_LEVEL) else by_entry


def _page(actor: Actor, statement: Any, page: int, page_size: int, *, knows_all: bool = False) -> Page:
    found = paginate(statement.execution_options(populate_existing=True), page=page, page_size=page_size)
    rows = views(actor, found.rows, knows_all=knows_all)
    return Page(rows, found.total, found.page, found.page_size)


def _is_own(actor: Actor, entry: WaitlistEntry) -> bool:
    return actor.staff_id in (entry.staff_id, entry.entered_by)


def _told(entry: WaitlistEntry, names: dict[int, str], *, knows: bool) -> dict[str, Any]:
    """What only its own people read of a confidential meeting."""
    hides = entry.is_confidential and not knows
    return {
        "subject": booking_policies.CONFIDENTIAL if hides else entry.subject,
        "note": "" if hides else entry.note,
        "agenda": "" if hides else entry.agenda,
        "organiser": None if hides else Named(entry.staff_id, names.get(entry.staff_id, "")),
        "entered_by": None if hides else Named(entry.entered_by, names.get(entry.entered_by, "")),
    }


def _open_offers(entry_ids: Collection[int]) -> dict[int, Offer]:
    if not entry_ids:
        return {}
    rows = db.session.scalars(
        select(Offer)
        .where(IS_OPEN_OFFER, Offer.entry_id.in_(entry_ids))
        .execution_options(populate_existing=True)
    )
    return {offer.entry_id: offer for offer in rows}


def _offer_view(offer: Offer, known: dict[int, RoomView]) -> OfferView:
    room = known[offer.room_id]
    return OfferView(
        offer.id, OfferedRoom(room.id, room.name, room.place_path), offer.offered_at, offer.lapses_at
    )


def _ahead(entry_ids: Collection[int]) -> dict[int, int]:
    """How many wait before each of these for the same room, or for any of the same campus."""
    if not entry_ids:
        return {}
    mine, other = aliased(WaitlistEntry), aliased(WaitlistEntry)
    is_before = other.id < mine.id
    if rules.value(WAITLIST_BY_LEVEL):
        is_before = or_(other.level > mine.level, and_(other.level == mine.level, is_before))
    rows = db.session.execute(
        select(mine.id, func.count())
        .join_from(
            mine,
            other,
            and_(
                other.state == EntryState.WAITING.value,
                other.start_at < mine.end_at,
                other.end_at > mine.start_at,
                other.campus_id == mine.campus_id,
                or_(other.room_id.is_(None), mine.room_id.is_(None), other.room_id == mine.room_id),
                is_before,
            ),
        )
        .where(mine.id.in_(entry_ids))
        .group_by(mine.id)
    )
    return dict(rows.all())
