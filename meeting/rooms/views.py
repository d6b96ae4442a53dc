"""Meeting rooms as they are shown: with photos, names and what the actor may do with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from backend import clock
from backend.actor import Actor
from backend.identity import queries as identity_queries
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.media.queries import OwnedPhoto
from backend.paging import Page
from meeting.rooms import policies, queries
from meeting.rooms.models import Layout, Right, SubjectKind
from meeting.rooms.policies import Claim, ClosureView, QuotaView, RoomView, Subject, Wants
from meeting.rooms.snapshot import Snapshot

EVERYBODY = "全体人员"
# How long closures stay in a room's list after their end.
_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class LayoutSeats:
    """How many a room seats in a layout."""

    layout: Layout
    capacity: int


@dataclass(frozen=True, slots=True)
class EquipmentCount:
    """How many of a kind of equipment stand in a room."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class NamedClaim:
    """A person, a department or everybody (id 0), by name."""

    kind: SubjectKind
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class NamedGrant:
    """A right and who has it."""

    right: Right
    claim: NamedClaim


@dataclass(frozen=True, slots=True)
class RoomCard:
    """A room in a list. `rights` are what the actor may do with it."""

    room: RoomView
    layouts: list[LayoutSeats]
    equipment: list[EquipmentCount]
    rights: list[str]
    photo: PhotoLinks | None


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff by name."""

    staff_id: int
    name: str


@dataclass(frozen=True, slots=True)
class ClosureDetail:
    """A closure with the names of who is excepted and who made it."""

    closure: ClosureView
    exceptions: list[NamedClaim]
    made_by_name: str


@dataclass(frozen=True, slots=True)
class OpenHours:
    """A stretch of a weekday; an `until_time` of 00:00 is the end of the day."""

    weekday: int
    from_time: time
    until_time: time


@dataclass(frozen=True, slots=True)
class RoomDetail:
    """A room with all that may be known of it. Rights and limits are for who edits it."""

    card: RoomCard
    hours: list[OpenHours]
    photos: list[OwnedPhoto]
    managers: list[Person]
    access: list[NamedGrant] | None
    quotas: tuple[QuotaView, ...] | None


def rights_of(actor: Actor, subject: Subject, room: RoomView) -> list[str]:
    """What the actor may do: see, prebook, book, override, approve, manage (photos, hours, closures), edit.

    Who looks after a room or approves its bookings may book it at once whatever its access says.
    """
    rights = [right.value for right in Right if policies.may(subject, room, right)]
    is_keeper = policies.manages(actor, room) or policies.approves(actor, room)
    if is_keeper:
        rights = [*dict.fromkeys([Right.SEE.value, Right.BOOK.value, Right.PREBOOK.value, *rights])]
    if not room.is_active:
        rights = [right for right in rights if right == Right.SEE.value]
    if policies.approves(actor, room):
        rights.append("approve")
    if policies.manages(actor, room):
        rights.append("manage")
    if policies.edits(actor, room):
        rights.append("edit")
    return rights


def cards(actor: Actor, rooms: Sequence[RoomView]) -> list[RoomCard]:
    """Rooms with their first photo. One statement for all photos."""
    subject, catalogue = queries.subject_of(actor), queries.catalogue()
    photos = media_queries.links_of_owners(policies.PHOTO_OWNER, [room.id for room in rooms])
    return [
        RoomCard(
            room=room,
            layouts=[LayoutSeats(layout, seats) for layout, seats in room.layouts.items()],
            equipment=[
                EquipmentCount(code, catalogue[code].name if code in catalogue else code, count)
                for code, count in room.equipment.items()
            ],
            rights=rights_of(actor, subject, room),
            photo=next(iter(photos.get(room.id, ())), None),
        )
        for room in rooms
    ]


def list_rooms(
    actor: Actor,
    *,
    wants: Wants,
    q: str = "",
    page: int,
    page_size: int,
    is_managed: bool = False,
) -> Page:
    """The rooms that the actor may see and that offer what is wanted, in their order.

    `q` is part of the name or of the place. With `is_managed` those that the actor looks after, switched off
    or not; else those that may be booked.
    """
    text = q.casefold()
    found = [
        room
        for room in queries.visible_rooms(actor).values()
        if (policies.manages(actor, room) if is_managed else room.is_active)
        and policies.offers(room, wants)
        and text in f"{room.name}\n{room.place_path}".casefold()
    ]
    shown = found[(page - 1) * page_size : page * page_size]
    return Page(cards(actor, shown), len(found), page, page_size)


def detail(actor: Actor, room: RoomView) -> RoomDetail:
    """A room that the actor may see, with all that may be known of it."""
    is_editor = policies.edits(actor, room)
    grants = [(right, claim) for right, claims in room.access.items() for claim in claims]
    names = _names((claim for _, claim in grants) if is_editor else (), room.managers)
    [card] = cards(actor, [room])
    return RoomDetail(
        card=card,
        hours=[
            OpenHours(weekday, *map(policies.wall_time, stretch))
            for weekday, stretches in room.hours.items()
            for stretch in stretches
        ],
        photos=media_queries.photos_of_owners(policies.PHOTO_OWNER, [room.id]).get(room.id, []),
        managers=[
            Person(staff_id, names[SubjectKind.STAFF, staff_id])
            for staff_id in sorted(room.managers)
            if (SubjectKind.STAFF, staff_id) in names
        ],
        access=[NamedGrant(right, _named(claim, names)) for right, claim in grants] if is_editor else None,
        quotas=room.quotas if is_editor else None,
    )


def get(actor: Actor, room_id: int) -> RoomDetail:
    """A room that the actor may see. Raises RoomNotFound."""
    return detail(actor, queries.get(actor, room_id))


def written(actor: Actor, rooms: Snapshot, room_id: int) -> RoomDetail:
    """A room as the open unit has just written it."""
    return detail(actor, rooms.rooms[room_id])


def closure_details(closures: Sequence[ClosureView]) -> list[ClosureDetail]:
    """Closures with names; at most two statements."""
    claims = [claim for closure in closures for claim in closure.exceptions]
    names = _names(claims, {closure.made_by for closure in closures})
    return [
        ClosureDetail(
            closure,
            [_named(claim, names) for claim in closure.exceptions],
            names.get((SubjectKind.STAFF, closure.made_by), "系统"),
        )
        for closure in closures
    ]


def list_closures(actor: Actor, *, room_id: int, page: int, page_size: int) -> Page:
    """A room's closures, those of the last months included, the latest first. Raises RoomNotFound."""
    room = queries.get(actor, room_id)
    found = queries.closures_of(room.id, from_at=clock.now() - _KEPT)[::-1]
    shown = found[(page - 1) * page_size : page * page_size]
    return Page(closure_details(shown), len(found), page, page_size)


def list_quotas(actor: Actor, *, room_id: int | None, page: int, page_size: int) -> Page:
    """The limits that the actor may see: of the rooms within reach, and of all rooms together."""
    rooms = queries.all_rooms()
    found = [
        quota
        for quota in queries.all_quotas()
        if (room_id is None or quota.room_id in (None, room_id))
        and (quota.room_id is None or policies.edits(actor, rooms[quota.room_id]))
    ]
    return Page(found[(page - 1) * page_size : page * page_size], len(found), page, page_size)


def _names(claims: Iterable[Claim], staff_ids: Iterable[int]) -> dict[tuple[SubjectKind, int], str]:
    wanted = list(claims)
    people = {claim.id for claim in wanted if claim.kind is SubjectKind.STAFF} | {*staff_ids}
    names = {(SubjectKind.STAFF, key): name for key, name in identity_queries.names_of(people).items()}
    if any(claim.kind is SubjectKind.DEPARTMENT for claim in wanted):
        tree = identity_queries.department_tree()
        names |= {
            (SubjectKind.DEPARTMENT, claim.id): tree.path(claim.id)
            for claim in wanted
            if claim.kind is SubjectKind.DEPARTMENT
        }
    return names


def _named(claim: Claim, names: dict[tuple[SubjectKind, int], str]) -> NamedClaim:
    if claim.kind is SubjectKind.EVERYBODY:
        return NamedClaim(claim.kind, 0, EVERYBODY)
    return NamedClaim(claim.kind, claim.id, names.get((claim.kind, claim.id), ""))
