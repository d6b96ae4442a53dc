"""Meeting rooms over HTTP: finding them, what stands in them, and keeping them."""

from datetime import timedelta
from typing import Any

from flask_smorest import Blueprint

from backend import clock
from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.paging import Page
from backend.rules import queries as rule_queries
from backend.wire import PageQuery
from meeting.bookings import (
    availability,
    boards,
    giving_way,  # noqa: F401 # It answers for the bookings where a room is closed.
    splitting,
)
from meeting.bookings.attendance.rules import CHECKIN_OPENS_MINUTES
from meeting.bookings.board_schemas import (
    RoomAvailabilityOut,
    RoomAvailabilityQuery,
    RoomBoardOut,
    RoomDoorOut,
    RoomsBoardOut,
    RoomScheduleQuery,
    RoomSeriesOut,
    RoomSeriesQuery,
    RoomTimelineQuery,
)
from meeting.rooms import closing, queries, services, views
from meeting.rooms.schemas import (
    MeetingEquipmentChangeIn,
    MeetingEquipmentIn,
    MeetingEquipmentOut,
    RoomChangeIn,
    RoomClosureIn,
    RoomClosureOut,
    RoomDetailOut,
    RoomHoursIn,
    RoomIn,
    RoomOut,
    RoomPhotosIn,
    RoomQuotaChangeIn,
    RoomQuotaIn,
    RoomQuotaOut,
    RoomQuotasQuery,
    RoomsQuery,
)

blueprint = Blueprint("meeting_rooms", __name__, description="会议室")


@endpoint(
    blueprint,
    "GET",
    "/meeting/rooms",
    permission=Permission.SELF,
    query=RoomsQuery,
    out=RoomOut,
    many=True,
)
def list_rooms(actor: Actor, query: dict[str, Any]) -> Any:
    """The rooms that one may see, by what they offer; or those that one looks after"""
    return views.list_rooms(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/meeting/rooms/availability",
    permission=Permission.SELF,
    query=RoomAvailabilityQuery,
    out=RoomAvailabilityOut,
)
def find_free_rooms(actor: Actor, query: dict[str, Any]) -> Any:
    """The rooms that one could book at a time, the best fitting first; where there are none, near misses"""
    return availability.free_rooms(actor, query.pop("start"), query.pop("end"), **query)


@endpoint(
    blueprint,
    "GET",
    "/meeting/rooms/series",
    permission=Permission.SELF,
    query=RoomSeriesQuery,
    out=RoomSeriesOut,
)
def find_rooms_for_series(actor: Actor, query: dict[str, Any]) -> Any:
    """On how many dates of a series rooms are free, and how several could share it"""
    del query["level"], query["limit"]  # Of a search for one date.
    rule = query.pop("recurrence")
    return splitting.series(actor, query.pop("start"), query.pop("end"), rule=rule, **query)


@endpoint(
    blueprint,
    "GET",
    "/meeting/rooms/timeline",
    permission=Permission.SELF,
    query=RoomTimelineQuery,
    out=RoomsBoardOut,
)
def show_timeline(actor: Actor, query: dict[str, Any]) -> Any:
    """All rooms of some days: when they are open, closed and taken"""
    on = query.pop("on") or clock.today()
    return boards.timeline(actor, on, **query)


@endpoint(blueprint, "GET", "/meeting/rooms/by-plate/<code>", permission=Permission.SELF, out=RoomDoorOut)
def show_door(actor: Actor, code: str) -> Any:
    """The meeting room of a scanned plate, its meeting of now and the next one; 410 once it is replaced"""
    checks_in_from = timedelta(minutes=rule_queries.value(CHECKIN_OPENS_MINUTES))
    return boards.at_the_door(actor, code, checks_in_from=checks_in_from)


@endpoint(blueprint, "GET", "/meeting/rooms/<id:room_id>", permission=Permission.SELF, out=RoomDetailOut)
def show_room(actor: Actor, room_id: int) -> Any:
    """A room with all that one may know of it"""
    return views.get(actor, room_id)


@endpoint(
    blueprint,
    "GET",
    "/meeting/rooms/<id:room_id>/schedule",
    permission=Permission.SELF,
    query=RoomScheduleQuery,
    out=RoomBoardOut,
)
def show_schedule(actor: Actor, room_id: int, query: dict[str, Any]) -> Any:
    """What stands in a room within a span"""
    return boards.schedule(actor, room_id, **query)


@endpoint(
    blueprint,
    "POST",
    "/meeting/rooms",
    permission=Permission.ROOMS_MANAGE,
    body=RoomIn,
    out=RoomDetailOut,
    status=201,
)
def create_room(actor: Actor, body: dict[str, Any]) -> Any:
    """Enter a room of the places as a meeting room"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/meeting/rooms/<id:room_id>",
    permission=Permission.ROOMS_MANAGE,
    body=RoomChangeIn,
    out=RoomDetailOut,
)
def change_room(actor: Actor, room_id: int, body: dict[str, Any]) -> Any:
    """Describe a room anew; 409 if somebody else has since it was read"""
    return services.change(actor, room_id=room_id, **body)


@endpoint(
    blueprint,
    "PUT",
    "/meeting/rooms/<id:room_id>/hours",
    permission=Permission.SELF,
    body=RoomHoursIn,
    out=RoomDetailOut,
)
def set_room_hours(actor: Actor, room_id: int, body: dict[str, Any]) -> Any:
    """Say when a room may be booked; for who looks after it"""
    return services.set_hours(actor, room_id=room_id, **body)


@endpoint(
    blueprint,
    "PUT",
    "/meeting/rooms/<id:room_id>/photos",
    permission=Permission.SELF,
    body=RoomPhotosIn,
    out=RoomDetailOut,
)
def set_room_photos(actor: Actor, room_id: int, body: dict[str, Any]) -> Any:
    """Say which photos a room shows; for who looks after it"""
    return services.set_photos(actor, room_id=room_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/meeting/rooms/<id:room_id>/closures",
    permission=Permission.SELF,
    query=PageQuery,
    out=RoomClosureOut,
    many=True,
)
def list_closures(actor: Actor, room_id: int, query: dict[str, Any]) -> Any:
    """When a room is closed or kept for some, the latest first"""
    return views.list_closures(actor, room_id=room_id, **query)


@endpoint(
    blueprint,
    "POST",
    "/meeting/rooms/<id:room_id>/closures",
    permission=Permission.SELF,
    body=RoomClosureIn,
    out=RoomClosureOut,
    status=201,
)
def close_room(actor: Actor, room_id: int, body: dict[str, Any]) -> Any:
    """Close a room for a time; 409 with the meetings that stand there, unless they shall give way"""
    return closing.close(actor, room_id=room_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/meeting/rooms/<id:room_id>/closures/<id:closure_id>/lift",
    permission=Permission.SELF,
    out=RoomClosureOut,
)
def lift_closure(actor: Actor, room_id: int, closure_id: int) -> Any:
    """Open a room again"""
    return closing.lift(actor, room_id=room_id, closure_id=closure_id)


@endpoint(
    blueprint,
    "GET",
    "/meeting/equipment",
    permission=Permission.SELF,
    query=PageQuery,
    out=MeetingEquipmentOut,
    many=True,
)
def list_equipment(actor: Actor, query: dict[str, Any]) -> Any:
    """The kinds of equipment that rooms may have"""
    del actor
    found, (page, size) = list(queries.catalogue().values()), (query["page"], query["page_size"])
    return Page(found[(page - 1) * size : page * size], len(found), page, size)


@endpoint(
    blueprint,
    "POST",
    "/meeting/equipment",
    permission=Permission.ROOMS_MANAGE,
    body=MeetingEquipmentIn,
    out=MeetingEquipmentOut,
    status=201,
)
def add_equipment(actor: Actor, body: dict[str, Any]) -> Any:
    """A new kind of equipment"""
    return services.add_equipment(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/meeting/equipment/<id:equipment_id>",
    permission=Permission.ROOMS_MANAGE,
    body=MeetingEquipmentChangeIn,
    out=MeetingEquipmentOut,
)
def change_equipment(actor: Actor, equipment_id: int, body: dict[str, Any]) -> Any:
    """Name a kind of equipment anew, or take it out of use"""
    return services.change_equipment(actor, equipment_id=equipment_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/meeting/quotas",
    permission=Permission.ROOMS_MANAGE,
    query=RoomQuotasQuery,
    out=RoomQuotaOut,
    many=True,
)
def list_quotas(actor: Actor, query: dict[str, Any]) -> Any:
    """The limits of the rooms within reach, and of all rooms together"""
    return views.list_quotas(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/meeting/quotas",
    permission=Permission.ROOMS_MANAGE,
    body=RoomQuotaIn,
    out=RoomQuotaOut,
    status=201,
)
def add_quota(actor: Actor, body: dict[str, Any]) -> Any:
    """Limit what a person or a department may book"""
    return services.add_quota(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/meeting/quotas/<id:quota_id>",
    permission=Permission.ROOMS_MANAGE,
    body=RoomQuotaChangeIn,
    out=RoomQuotaOut,
)
def change_quota(actor: Actor, quota_id: int, body: dict[str, Any]) -> Any:
    """Limit otherwise; bookings that stand are kept"""
    return services.change_quota(actor, quota_id=quota_id, **body)


@endpoint(blueprint, "DELETE", "/meeting/quotas/<id:quota_id>", permission=Permission.ROOMS_MANAGE)
def remove_quota(actor: Actor, quota_id: int) -> Any:
    """Limit no longer"""
    services.remove_quota(actor, quota_id=quota_id)
    return {}
