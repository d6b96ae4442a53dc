"""Reads of the meeting rooms, from the copy of all rooms that each process keeps."""

from collections.abc import Collection
from datetime import datetime

from backend.actor import Actor
from backend.db import db, unit
from backend.identity import queries as identity_queries
from meeting.rooms import policies, snapshot
from meeting.rooms.errors import ClosureNotFound, RoomNotFound
from meeting.rooms.models import Right
from meeting.rooms.policies import ClosureView, QuotaView, RoomView, Subject
from meeting.rooms.snapshot import TOPIC, EquipmentView

__all__ = ["TOPIC", "EquipmentView", "RoomView"]


def all_rooms() -> dict[int, RoomView]:
    """Every room, switched off or not, in their order."""
    return dict(snapshot.current().rooms)


def find(room_id: int, *, stamp: int | None = None) -> RoomView:
    """A room, switched off or not, whoever asks. Raises RoomNotFound.

    Who holds the room's lock gives the stamp that the locked row shows: the view is then exactly of it.
    """
    room = snapshot.current().rooms.get(room_id)
    if stamp is not None and (room is None or room.stamp != stamp):
        snapshot.forget()
        room = snapshot.read(unit()).rooms.get(room_id)
    if room is None:
        raise RoomNotFound
    return room


def get(actor: Actor, room_id: int) -> RoomView:
    """A room that the actor may see. Raises RoomNotFound."""
    room = find(room_id)
    if not policies.sees(actor, subject_of(actor), room):
        raise RoomNotFound
    return room


def visible_rooms(actor: Actor) -> dict[int, RoomView]:
    """Every room that the actor may see, in their order."""
    rooms, subject = all_rooms(), subject_of(actor)
    overseen = policies.overseen_by(actor, rooms.values())
    return {
        room.id: room
        for room in rooms.values()
        if room.id in overseen or (room.is_active and policies.may(subject, room, Right.SEE))
    }


def at_place(place_id: int) -> RoomView | None:
    """The meeting room at a room of the places, or None."""
    return snapshot.current().by_place.get(place_id)


def quotas(room_id: int) -> tuple[QuotaView, ...]:
    """The limits that concern bookings of a room: its own, and those of all rooms together."""
    return find(room_id).quotas


def all_quotas() -> tuple[QuotaView, ...]:
    """Every limit."""
    return snapshot.current().quotas


def catalogue() -> dict[str, EquipmentView]:
    """Every kind of equipment by code, in use or not, in their order."""
    return dict(snapshot.current().catalogue)


def subject_of(actor: Actor) -> Subject:
    """Whom the actor's rights are looked up for."""
    return subject(actor.staff_id, actor.department_id)


def subject(staff_id: int, department_id: int) -> Subject:
    """Whom rights are looked up for, with all departments above theirs.

    The tree of departments is read only if any right or exception names a department; one statement.
    """
    if not department_id or not snapshot.current().names_departments:
        return Subject(staff_id, frozenset((department_id,)))
    return Subject(staff_id, frozenset(identity_queries.department_tree().with_ancestors(department_id)))


def subjects(people: Collection[tuple[int, int]]) -> dict[tuple[int, int], Subject]:
    """The same of many people, by person and department; one statement."""
    tree = identity_queries.department_tree()
    return {
        (staff_id, department_id): Subject(staff_id, frozenset(tree.with_ancestors(department_id)))
        for staff_id, department_id in people
    }


def closures(room_ids: Collection[int], from_at: datetime, until_at: datetime) -> list[ClosureView]:
    """What closes or keeps these rooms, or a room that excludes them, within a span; of the past as well.

    Lifted ones are left out. One statement.
    """
    rooms = snapshot.current().rooms
    concerned = set(room_ids).union(*(rooms[one].excluded_ids for one in room_ids if one in rooms))
    column = snapshot.CLOSURE.c
    rows = db.session.execute(
        snapshot.CLOSURES.where(
            column.room_id.in_(concerned),
            column.until_at > from_at,
            column.from_at < until_at,
            column.lifted_at.is_(None),
        )
    )
    return snapshot.closure_views(rows)


def closures_of(room_id: int, *, from_at: datetime) -> list[ClosureView]:
    """A room's own closures that end after an instant, lifted ones as well. One statement."""
    column = snapshot.CLOSURE.c
    rows = db.session.execute(snapshot.CLOSURES.where(column.room_id == room_id, column.until_at > from_at))
    return snapshot.closure_views(rows)


def find_closure(room_id: int, closure_id: int) -> ClosureView:
    """A closure of a room. Raises ClosureNotFound."""
    column = snapshot.CLOSURE.c
    rows = db.session.execute(snapshot.CLOSURES.where(column.room_id == room_id, column.id == closure_id))
    found = snapshot.closure_views(rows)
    if not found:
        raise ClosureNotFound
    return found[0]


def names() -> dict[int, str]:
    """The name of every room."""
    return {room.id: room.name for room in all_rooms().values()}
