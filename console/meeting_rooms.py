"""会议室管理: the rooms with their editor, closures, display and feed; limits; the kinds of equipment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.errors import NotFound
from backend.identity import queries as identity
from backend.identity.departments import DepartmentTree
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.wire import Id, PageQuery, Query, Str
from console.pages import page, pages, render
from meeting.bookings.policies import LAYOUT_NAMES, LEVEL_NAMES
from meeting.calendars import queries as calendars
from meeting.calendars import views as doors
from meeting.rooms import policies, queries, views
from meeting.rooms.errors import QuotaNotFound, RoomNotFound
from meeting.rooms.models import Approval, ClosureKind, Right, SubjectKind
from meeting.rooms.policies import ClosureView, QuotaView, RoomView
from meeting.rooms.schemas import RoomsQuery
from meeting.rooms.sheet import Limit, Sheet
from meeting.rooms.titles import (
    APPROVAL_NAMES,
    CLOSURE_NAMES,
    MEASURE_NAMES,
    PERIOD_NAMES,
    RIGHT_NAMES,
    SUBJECT_NAMES,
    WEEKDAYS,
)

blueprint = pages("console_meeting_rooms", __name__)

MANAGE: Final = Permission.ROOMS_MANAGE
_PATH: Final = "/meetings/rooms"
_PLACES_SHOWN: Final = 30
_CLOSURES_SHOWN: Final = 20
# Morning and afternoon; a room that is open more often on a day shows more.
_STRETCHES: Final = 2


class PlacesPage(Query):
    """Words of the path of a room of the places."""

    find = Str(max_length=50, load_default="")


class QuotasPage(PageQuery):
    """Which limits: of all rooms, or those that concern one."""

    room_id = Id(load_default=None)


class EquipmentPage(Query):
    """All kinds of equipment are on one page."""


@dataclass(frozen=True, slots=True)
class Day:
    """A weekday (1 Monday … 7 Sunday) with as many stretches as its row has fields; None is a blank one."""

    weekday: int
    name: str
    stretches: Sequence[tuple[time, time] | None]


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit in words. `room` is empty for all rooms together."""

    quota: QuotaView
    room: str
    words: str
    may_edit: bool


@page(blueprint, _PATH, permission=MANAGE, query=RoomsQuery)
def rooms(actor: Actor, query: dict[str, Any]) -> str:
    """The rooms that the actor looks after, switched off or not."""
    now = clock.now()
    found = views.list_rooms(actor, **{**query, "is_managed": True})
    return render(
        "meetings/rooms.html",
        found=found,
        query=query,
        wants=query["wants"],
        campuses=_campuses(actor),
        catalogue=_equipment(),
        hours={card.room.id: hours_in_words(card.room) for card in found.rows},
        closed={card.room.id: _closed_now(card.room, now) for card in found.rows},
        **_words(),
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE)
def new_room(actor: Actor) -> str:
    """The form of a new room."""
    return render("meetings/room_form.html", detail=None, room=None, **_form(actor, None))


@page(blueprint, f"{_PATH}/places", permission=MANAGE, query=PlacesPage)
def place_choices(actor: Actor, query: dict[str, Any]) -> str:
    """The rooms of the places within reach that are no meeting rooms yet, as options to choose from."""
    text, reach = query["find"].strip(), actor.reach(MANAGE)
    taken = {room.place_id for room in queries.all_rooms().values()}
    found = [
        place
        for place in (places.search_places(text, kinds=(PlaceKind.ROOM,), limit=1000) if text else [])
        if place.id not in taken and reach.covers(campus_id=place.campus_id, building_id=place.building_id)
    ]
    return render("meetings/room_places.html", found=found[:_PLACES_SHOWN], total=len(found), text=text)


@page(blueprint, f"{_PATH}/quotas", permission=MANAGE, query=QuotasPage)
def quotas(actor: Actor, query: dict[str, Any]) -> str:
    """The limits on what a person or a department may book."""
    found = views.list_quotas(actor, **query)
    return render(
        "meetings/quotas.html",
        found=found,
        rows=[_limit_row(actor, each) for each in found.rows],
        rooms=_edited(actor),
        query=query,
    )


@page(blueprint, f"{_PATH}/quotas/new", permission=MANAGE, query=QuotasPage)
def new_quota(actor: Actor, query: dict[str, Any]) -> str:
    """The form of a new limit."""
    return render(
        "meetings/quota.html",
        quota=None,
        rooms=_edited(actor),
        room_id=query["room_id"],
        may_limit_all=actor.reach(MANAGE).everywhere,
        **_words(),
    )


@page(blueprint, f"{_PATH}/quotas/<id:quota_id>", permission=MANAGE)
def edit_quota(actor: Actor, quota_id: int) -> str:
    """The form of a limit."""
    found = next((each for each in queries.all_quotas() if each.id == quota_id), None)
    row = _limit_row(actor, found) if found else None
    if row is None or not row.may_edit:
        raise QuotaNotFound
    return render("meetings/quota.html", quota=found, row=row, **_words())


@page(blueprint, f"{_PATH}/equipment", permission=MANAGE, query=EquipmentPage)
def equipment(actor: Actor, query: dict[str, Any]) -> str:
    """The kinds of equipment that rooms may have, and how many rooms have each."""
    del query
    every = queries.all_rooms().values()
    catalogue = queries.catalogue()
    return render(
        "meetings/equipment.html",
        rows=list(catalogue.values()),
        used={code: sum(code in room.equipment for room in every) for code in catalogue},
        may_manage=actor.reach(MANAGE).everywhere,
    )


@page(blueprint, f"{_PATH}/equipment/new", permission=MANAGE, is_compound_wide=True)
def new_equipment(actor: Actor) -> str:
    """The form of a new kind of equipment."""
    return render("meetings/equipment_form.html", equipment=None)


@page(blueprint, f"{_PATH}/equipment/<id:equipment_id>", permission=MANAGE, is_compound_wide=True)
def edit_equipment(actor: Actor, equipment_id: int) -> str:
    """The form of a kind of equipment; its code stays."""
    found = next((each for each in queries.catalogue().values() if each.id == equipment_id), None)
    if found is None:
        raise NotFound
    return render("meetings/equipment_form.html", equipment=found)


@page(blueprint, f"{_PATH}/<id:room_id>", permission=MANAGE)
def room(actor: Actor, room_id: int) -> str:
    """A room with its closures, photos, limits, the display at its door and its feed."""
    found = _managed(actor, room_id)
    detail, now = views.detail(actor, found), clock.now()
    closures = views.list_closures(actor, room_id=room_id, page=1, page_size=_CLOSURES_SHOWN)
    every = queries.all_rooms()
    return render(
        "meetings/room.html",
        room=found,
        detail=detail,
        hours=hours_in_words(found),
        parts_of=[every[each] for each in found.part_ids],
        halls=[each for each in every.values() if room_id in each.part_ids],
        closures=closures,
        closure_states={each.closure.id: _closure_state(each.closure, now) for each in closures.rows},
        limits=[_limit_row(actor, each) for each in detail.quotas or ()],
        may_edit=policies.edits(actor, found),
        links=doors.links(actor, room_id),
        feed=next((each for each in calendars.list_feeds(actor) if each.room_id == room_id), None),
        departments=list(_departments(identity.department_tree())),
        now=now,
        **_words(),
    )


@page(blueprint, f"{_PATH}/<id:room_id>/edit", permission=MANAGE)
def edit_room(actor: Actor, room_id: int) -> str:
    """The form of a room."""
    found = _managed(actor, room_id)
    if not policies.edits(actor, found):
        raise RoomNotFound
    detail = views.detail(actor, found)
    return render("meetings/room_form.html", detail=detail, room=found, **_form(actor, found))


def hours_in_words(room: RoomView) -> list[str]:
    """When a room is open: weekdays in a row with the same hours as one line; `全天` without any."""
    if not room.hours:
        return ["每天全天"]
    runs: list[tuple[int, int, str]] = []
    for weekday in range(policies.MONDAY, policies.SUNDAY + 1):
        words = "，".join(_stretch_words(each) for each in room.hours.get(weekday, ()))
        if runs and runs[-1][2] == words:
            runs[-1] = (runs[-1][0], weekday, words)
        else:
            runs.append((weekday, weekday, words))
    return [f"{_span_words(first, last)} {words}" for first, last, words in runs if words]


def _span_words(first: int, last: int) -> str:
    if (first, last) == (policies.MONDAY, policies.SUNDAY):
        return "每天"
    begins, ends = f"周{WEEKDAYS[first - 1]}", f"周{WEEKDAYS[last - 1]}"
    return begins if first == last else f"{begins}至{ends}"


def _stretch_words(stretch: policies.Stretch) -> str:
    begins, ends = stretch
    until = "24:00" if ends == policies.DAY_MINUTES else f"{policies.wall_time(ends):%H:%M}"
    return f"{policies.wall_time(begins):%H:%M}–{until}"


def _days(room: RoomView | None) -> list[Day]:
    """The rows of the hours' fields."""
    hours = room.hours if room else {}
    most = max([_STRETCHES, *map(len, hours.values())])
    return [
        Day(number, f"周{name}", [*known, *[None] * (most - len(known))])
        for number, name in enumerate(WEEKDAYS, policies.MONDAY)
        for known in [
            [(policies.wall_time(begins), policies.wall_time(ends)) for begins, ends in hours.get(number, ())]
        ]
    ]


def _form(actor: Actor, room: RoomView | None) -> dict[str, Any]:
    chosen = set(room.equipment) if room else set()
    return {
        "said": room or Sheet(name="", place_id=0, capacity=0),
        "days": _days(room),
        "catalogue": [each for each in queries.catalogue().values() if each.is_active or each.code in chosen],
        "candidates": _candidates(actor, room),
        "departments": list(_departments(identity.department_tree())),
        **_words(),
    }


def _candidates(actor: Actor, room: RoomView | None) -> list[RoomView]:
    """The plain rooms of which a hall could consist: of its campus, and not itself."""
    every = queries.all_rooms().values()
    if room is not None and any(room.id in each.part_ids for each in every):
        return []
    return [
        each
        for each in every
        if not each.is_hall
        and (each.campus_id == room.campus_id and each.id != room.id if room else policies.edits(actor, each))
    ]


def _managed(actor: Actor, room_id: int) -> RoomView:
    found = queries.get(actor, room_id)
    if not policies.manages(actor, found):
        raise RoomNotFound
    return found


def _edited(actor: Actor) -> list[tuple[int, str]]:
    return [(each.id, each.name) for each in queries.all_rooms().values() if policies.edits(actor, each)]


def _campuses(actor: Actor) -> list[tuple[int, str]]:
    found = {
        each.campus_id: each.campus for each in queries.all_rooms().values() if policies.manages(actor, each)
    }
    return list(found.items())


def _equipment() -> list[tuple[str, str]]:
    return [(each.code, each.name) for each in queries.catalogue().values() if each.is_active]


def _departments(tree: DepartmentTree, above: int | None = None) -> Iterator[tuple[int, str]]:
    """Every department with its path, from the top down."""
    for node in tree.children(above):
        yield node.id, tree.path(node.id)
        yield from _departments(tree, node.id)


def _closed_now(room: RoomView, now: Any) -> ClosureView | None:
    """What closes or keeps the room now."""
    return next((each for each in room.closures if each.from_at <= now < each.until_at), None)


def _closure_state(closure: ClosureView, now: Any) -> tuple[str, str]:
    """In a word, with its colour."""
    if closure.lifted_at is not None:
        return "已解除", "gray"
    if closure.until_at <= now:
        return "已结束", "gray"
    return ("进行中", "red") if closure.from_at <= now else ("未开始", "yellow")


def _limit_row(actor: Actor, quota: QuotaView) -> LimitRow:
    limit = Limit(quota.subject, quota.period, quota.measure, quota.amount, quota.week_starts_on)
    if quota.room_id is None:
        return LimitRow(quota, "", limit.in_words, actor.reach(MANAGE).everywhere)
    room = queries.find(quota.room_id)
    return LimitRow(quota, room.name, limit.in_words, policies.edits(actor, room))


def _words() -> dict[str, Any]:
    return {
        "Approval": Approval,
        "ClosureKind": ClosureKind,
        "Right": Right,
        "SubjectKind": SubjectKind,
        "approval_names": APPROVAL_NAMES,
        "closure_names": CLOSURE_NAMES,
        "layout_names": LAYOUT_NAMES,
        "level_names": LEVEL_NAMES,
        "measure_names": MEASURE_NAMES,
        "period_names": PERIOD_NAMES,
        "right_names": RIGHT_NAMES,
        "subject_names": SUBJECT_NAMES,
        "weekdays": WEEKDAYS,
        "most_photos": policies.MOST_PHOTOS,
    }
