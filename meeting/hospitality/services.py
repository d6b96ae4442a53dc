"""Use cases of hospitality: ordering services for meetings, and the stock of equipment."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.places import queries as places
from backend.places.errors import PlaceNotFound
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.rules import queries as rule_queries
from meeting.bookings import changes, moving, people
from meeting.bookings.changes import Scope
from meeting.bookings.models import Booking, Occurrence
from meeting.hospitality import (
    follower,  # noqa: F401 # Whoever orders services has them follow their meetings.
    messages,
    operations,
    orders,
    policies,
    queries,
    telling,
)
from meeting.hospitality.catalogue import queries as catalogue
from meeting.hospitality.catalogue.errors import StockPromised
from meeting.hospitality.catalogue.queries import ItemView, ServiceView
from meeting.hospitality.errors import (
    NotOfMeeting,
    OccurrenceNeeded,
    ServicesOver,
    ServicesTooLate,
    ServiceTwice,
    ServiceUnknown,
    StockShort,
    WordNeeded,
)
from meeting.hospitality.lending import Shortage, set_stock
from meeting.hospitality.models import ServiceLine
from meeting.hospitality.policies import Wish
from meeting.hospitality.queries import BookingServices
from meeting.hospitality.rules import LEAD_MINUTES


@dataclass(slots=True)
class _Order:
    """What an order does to which meetings."""

    wishes: Sequence[Wish]
    services: Mapping[int, ServiceView]
    lines: Mapping[int, Sequence[ServiceLine]]
    lead: int
    at: datetime
    word: str = ""
    in_time: list[Occurrence] = field(default_factory=list)
    late: dict[int, list[ServiceView]] = field(default_factory=dict)
    excused: list[Occurrence] = field(default_factory=list)


@atomic
def order(
    actor: Actor,
    *,
    booking_id: int,
    services: Sequence[Mapping[str, Any]],
    scope: Scope = Scope.ALL,
    occurrence_id: int | None = None,
    word: str = "",
) -> BookingServices:
    """Let a meeting, it and those after it, or all of a booking have these services and no others.

    Meetings that have begun their lead time stay as they are, if there are others; who manages hospitality
    changes them all the same, with a word. Raises BookingNotFound, NotOfMeeting, OccurrenceNeeded,
    ServiceUnknown, ServiceTwice, ServicesOver, ServicesTooLate, WordNeeded or StockShort.
    """
    now = clock.now()
    booking = moving.locked(booking_id)
    occurrences = moving.locked_occurrences(booking_id=booking_id)
    whos = people.standings(actor, booking, occurrences)
    people.ensure_visible(whos.values())
    scope = Scope.ALL if len(occurrences) == 1 else scope
    chosen = changes.chosen(scope, occurrences, _pivot(occurrences, scope, occurrence_id))
    coming = [each for each in chosen if each.state in policies.SERVED and each.end_at > now]
    if not coming:
        raise ServicesOver
    is_manager = {each.id: queries.manages(actor, each) for each in coming}
    if not all(whos[each.id].owns or is_manager[each.id] for each in coming):
        raise NotOfMeeting
    known = catalogue.all_services()
    lines = orders.lines_of([each.id for each in coming])
    held = {line.service_id for those in lines.values() for line in those}
    wanted = _Order(
        wishes=_wishes(services, known, held),
        services=known,
        lines=lines,
        lead=rule_queries.value(LEAD_MINUTES),
        at=now,
        word=word,
    )
    _sort_out(wanted, coming, is_manager)
    if wanted.late and (scope is Scope.THIS or not wanted.in_time):
        raise _too_late(wanted, coming)
    _write(actor, booking, wanted, sets_defaults=scope is not Scope.THIS)
    for each in wanted.excused:
        told = telling.managers_of(each) - {actor.staff_id}
        telling.tell(each, messages.ORDERED_LATE, told, event=f"late {now.isoformat()}", why=word)
    return queries.services_of(actor, booking_id, late=wanted.late)


def order_with_booking(
    actor: Actor, booking_id: int, services: Sequence[Mapping[str, Any]], *, at: datetime
) -> None:
    """Order the services that a booking was placed with, within the unit that places it.

    Raises ServiceUnknown, ServiceTwice, ServicesTooLate if it is too late for each of its meetings, or
    StockShort.
    """
    if not services:
        return
    booking = moving.locked(booking_id)
    occurrences = moving.locked_occurrences(booking_id=booking_id)
    coming = [each for each in occurrences if each.state in policies.SERVED]
    known = catalogue.all_services()
    wanted = _Order(
        wishes=_wishes(services, known, ()),
        services=known,
        lines={each.id: [] for each in coming},
        lead=rule_queries.value(LEAD_MINUTES),
        at=at,
    )
    if not coming:
        # What may displace others yet has its services from the moment that it has the room.
        operations.set_defaults(booking_id, wanted.wishes)
        return
    _sort_out(wanted, coming, {})
    if wanted.late and not wanted.in_time:
        raise _too_late(wanted, coming)
    _write(actor, booking, wanted, sets_defaults=True)


@atomic
def stock(actor: Actor, *, item_id: int, campus_id: int, count: int) -> ItemView:
    """Let a campus have so many of an item.

    Raises Forbidden, ItemNotFound, PlaceNotFound, or StockPromised if more are promised to meetings.
    """
    ensure_everywhere(actor, Permission.HOSPITALITY_MANAGE)
    catalogue.get_item(item_id)
    if not places.find_place(Ref(PlaceKind.CAMPUS, campus_id)).is_in_use:
        raise PlaceNotFound
    promised = set_stock(item_id, campus_id, count)
    if promised > count:
        raise StockPromised(promised=promised)
    record(actor, "meeting.stock_set", "meeting_item", item_id, campus_id=campus_id, count=count)
    return catalogue.get_item(item_id)


def _pivot(occurrences: Sequence[Occurrence], scope: Scope, occurrence_id: int | None) -> Occurrence | None:
    if scope is Scope.ALL:
        return None
    found = next((each for each in occurrences if each.id == occurrence_id), None)
    if found is None:
        raise OccurrenceNeeded
    return found


def _wishes(
    given: Sequence[Mapping[str, Any]], services: Mapping[int, ServiceView], held: Collection[int]
) -> list[Wish]:
    """What is wanted; what is no longer offered may stay where it was ordered."""
    by_code = {service.code: service for service in services.values()}
    wishes = []
    for each in given:
        service = services.get(each.get("service_id") or 0) or by_code.get(each.get("code") or "")
        if service is None or not (service.is_active or service.id in held):
            raise ServiceUnknown
        wishes.append(Wish(service.id, each.get("quantity"), each.get("note", "")))
    if len({wish.service_id for wish in wishes}) < len(wishes):
        raise ServiceTwice
    return wishes


def _sort_out(wanted: _Order, coming: Sequence[Occurrence], is_manager: Mapping[int, bool]) -> None:
    for occurrence in coming:
        late = [
            service
            for service in _changed(wanted, occurrence)
            if wanted.at >= policies.latest_at(occurrence.start_at, service, wanted.lead)
        ]
        if late and not is_manager.get(occurrence.id):
            wanted.late[occurrence.id] = late
            continue
        if late:
            if not wanted.word:
                raise WordNeeded(fields={"word": [WordNeeded.message]})
            wanted.excused.append(occurrence)
        wanted.in_time.append(occurrence)


def _changed(wanted: _Order, occurrence: Occurrence) -> list[ServiceView]:
    """The services that an order adds to a meeting, takes from it, or has otherwise."""
    standing = {line.service_id: line for line in wanted.lines[occurrence.id]}
    wishes = {wish.service_id: wish for wish in wanted.wishes}
    found = [wanted.services[each] for each in standing.keys() - wishes.keys()]
    for service_id, wish in wishes.items():
        service, line = wanted.services[service_id], standing.get(service_id)
        ordered = policies.quantity(wish, service, occurrence.headcount)
        if line is None or operations.differs(line, wish, ordered):
            found.append(service)
    return found


def _too_late(wanted: _Order, coming: Sequence[Occurrence]) -> ServicesTooLate:
    occurrence = next(each for each in coming if each.id in wanted.late)
    late = wanted.late[occurrence.id]
    latest = min(policies.latest_at(occurrence.start_at, each, wanted.lead) for each in late)
    return ServicesTooLate(
        names="、".join(each.name for each in late),
        latest=f"{clock.local(latest):%m月%d日 %H:%M}",
        latest_at=clock.local(latest),
        services=[each.name for each in late],
        occurrence_id=occurrence.id,
    )


def _write(actor: Actor, booking: Booking, wanted: _Order, *, sets_defaults: bool) -> None:
    changed = {
        each.id: operations.write_lines(
            each,
            wanted.lines[each.id],
            wanted.wishes,
            wanted.services,
            by=actor.staff_id,
            at=wanted.at,
            word=wanted.word if each in wanted.excused else "",
        )
        for each in wanted.in_time
    }
    if sets_defaults:
        operations.set_defaults(booking.id, wanted.wishes)
    laid = operations.lay(wanted.in_time, wanted.services, at=wanted.at)
    by_line = {line.id: line.service_id for those in orders.lines_of(changed).values() for line in those}
    short = [
        each for each in laid.short if by_line[each.wanted.line_id] in changed[each.wanted.occurrence_id]
    ]
    if short:
        raise _short(short)
    telling.tell_of(laid, wanted.in_time, wanted.services, but=actor.staff_id)
    record(
        actor,
        "meeting.services_ordered",
        "meeting_booking",
        booking.id,
        number=booking.number,
        services=[wanted.services[wish.service_id].name for wish in wanted.wishes],
    )


def _short(short: Sequence[Shortage]) -> StockShort:
    names = catalogue.item_names()
    told = sorted({(names[each.wanted.item_id], each.wanted.count, each.free) for each in short})
    return StockShort(
        items="；".join(f"{name}需 {count}、可用 {free}" for name, count, free in told),
        occurrences=[
            {
                "id": each.wanted.occurrence_id,
                "start": clock.local(each.wanted.start_at),
                "item": names[each.wanted.item_id],
                "wanted": each.wanted.count,
                "free": each.free,
            }
            for each in short
        ],
    )
