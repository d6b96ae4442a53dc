"""What 会务 keeps: its services, the lines of every checklist, equipment; and 候补: who waits for rooms."""

from collections.abc import Iterable
from datetime import time
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.errors import NotFound
from backend.places import queries as places
from backend.wire import Date, Id, PageQuery, Query
from console.meeting_words import meeting_words
from console.pages import page, pages, render
from meeting.bookings.waitlist import queries as waitlist
from meeting.bookings.waitlist.models import EntryState
from meeting.hospitality import queries as hospitality
from meeting.hospitality.catalogue import queries as catalogue
from meeting.hospitality.catalogue.models import LineKind, Phase, QuantityBy
from meeting.hospitality.policies import PHASE_NAMES
from meeting.rooms import queries as rooms

blueprint = pages("console_hospitality_keeping", __name__)

READ: Final = Permission.MEETINGS_READ
MANAGE: Final = Permission.HOSPITALITY_MANAGE
_SERVICES: Final = "/meetings/services"
_CHECKLIST: Final = f"{_SERVICES}/checklist"
_ITEMS: Final = f"{_SERVICES}/items"
QUANTITY_NAMES: Final = {QuantityBy.MEETING: "每场一份", QuantityBy.HEAD: "按人数"}
KIND_NAMES: Final = {
    LineKind.ORDINARY: "一般",
    LineKind.DOCUMENTS: "遗留物品（通知组织人）",
    LineKind.DAMAGE: "设施损坏（可转报修）",
}
_STATE_TONES: Final = {EntryState.WAITING: "yellow", EntryState.OFFERED: "blue"}
_WORKING_HOURS: Final = time(8), time(18)


class ItemsPage(Query):
    """Of which day (today by default) and campus it is told what is lent."""

    on = Date()
    campus_id = Id()


class WaitlistPage(PageQuery):
    """Whose queue: the first room's that anybody waits for, if none is named."""

    room_id = Id()


@page(blueprint, _SERVICES, permission=MANAGE)
def services(actor: Actor) -> str:
    """What may be ordered for a meeting, in use or not."""
    return render(
        "meetings/services.html",
        services=list(catalogue.all_services().values()),
        may_manage=_may_manage(actor),
        quantity_names=QUANTITY_NAMES,
    )


@page(blueprint, f"{_SERVICES}/new", permission=MANAGE, is_compound_wide=True)
def new_service(actor: Actor) -> str:
    """The form of a new service."""
    return render("meetings/service.html", service=None, **_service_words(()))


@page(blueprint, f"{_SERVICES}/<id:service_id>", permission=MANAGE, is_compound_wide=True)
def service(actor: Actor, service_id: int) -> str:
    """The form of a service."""
    found = catalogue.get_service(service_id)
    return render(
        "meetings/service.html", service=found, **_service_words(line["code"] for line in found.checklist)
    )


@page(blueprint, _CHECKLIST, permission=MANAGE)
def checklist_lines(actor: Actor) -> str:
    """The lines that every meeting's checklist has."""
    lines = catalogue.checklist()
    return render(
        "meetings/checklist_lines.html",
        lines=lines,
        may_manage=_may_manage(actor),
        prefix=f"line{clock.now():%y%m%d%H%M%S}",
        phase_names=PHASE_NAMES,
        kind_names=KIND_NAMES,
    )


@page(blueprint, _ITEMS, permission=MANAGE, query=ItemsPage)
def items(actor: Actor, query: dict[str, Any]) -> str:
    """Equipment with what each campus has, and how much of one campus's is lent during a day."""
    campuses = [(each.place.id, each.place.name) for each in places.list_tree()]
    on = query.get("on") or clock.today()
    campus_id = query.get("campus_id") or (campuses[0][0] if campuses else 0)
    if campus_id not in dict(campuses):
        raise NotFound
    start, end = (clock.at_local(on, each) for each in _WORKING_HOURS)
    return render(
        "meetings/items.html",
        items=catalogue.list_items(),
        lent={each.item_id: each for each in hospitality.availability(campus_id, start, end)},
        on=on,
        campus_id=campus_id,
        campuses=campuses,
        may_manage=_may_manage(actor),
    )


@page(blueprint, f"{_ITEMS}/new", permission=MANAGE, is_compound_wide=True)
def new_item(actor: Actor) -> str:
    """The form of a new item."""
    return render("meetings/item.html", item=None, counts=[])


@page(blueprint, f"{_ITEMS}/<id:item_id>", permission=MANAGE, is_compound_wide=True)
def item(actor: Actor, item_id: int) -> str:
    """The form of an item, and of what each campus has of it."""
    found = catalogue.get_item(item_id)
    standing = {each.campus_id: each.count for each in found.stocks}
    counts = [(each.place.id, each.place.name, standing.get(each.place.id, 0)) for each in places.list_tree()]
    return render("meetings/item.html", item=found, counts=counts)


@page(blueprint, "/meetings/waitlist", permission=READ, query=WaitlistPage)
def queue(actor: Actor, query: dict[str, Any]) -> str:
    """Who waits for a room, in order, beside how many wait for each."""
    lengths = waitlist.queue_lengths(actor)
    room_id = query.get("room_id") or _first(lengths)
    found = None
    if room_id:
        found = waitlist.page_queue(actor, room_id=room_id, page=query["page"], page_size=query["page_size"])
    return render(
        "meetings/waitlist.html",
        lengths=lengths,
        room=rooms.find(room_id) if room_id else None,
        found=found,
        entry_tones=_STATE_TONES,
        **meeting_words(),
    )


def _first(lengths: list[tuple[Any, int]]) -> int:
    """The room that most wait for, or the first of all."""
    return max(lengths, key=lambda each: each[1])[0].id if lengths else 0


def _may_manage(actor: Actor) -> bool:
    """Whether the actor writes what belongs to no campus: the API asks for it everywhere."""
    return actor.reach(MANAGE).everywhere


def _service_words(codes: Iterable[str]) -> dict[str, Any]:
    return {
        "items": [(each.id, each.name) for each in catalogue.list_items() if each.is_active],
        "equipment": [(each.code, each.name) for each in rooms.catalogue().values()],
        "prefix": f"line{len(set(codes))}{clock.now():%H%M%S}",
        "phase_names": {Phase(key).value: name for key, name in PHASE_NAMES.items()},
        "quantity_names": QUANTITY_NAMES,
    }
