"""Wire shapes of the meeting rooms."""

from typing import Any

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
from backend.wire import (
    Bool,
    Choice,
    Code,
    Id,
    In,
    Instant,
    Int,
    Many,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
    ValidationError,
    WallTime,
)
from meeting.rooms import policies
from meeting.rooms.models import (
    Approval,
    ClosureKind,
    Layout,
    Level,
    QuotaMeasure,
    QuotaPeriod,
    QuotaSubject,
    Right,
    SubjectKind,
)
from meeting.rooms.policies import DAY_MINUTES, Claim, Wants
from meeting.rooms.sheet import LONGEST_MINUTES, Grant, Hours, Limit, Sheet

MOST_SEATS = 10_000
_HOURS_A_WEEK = 70


class RoomLayoutOut(Out):
    """A layout and how many it seats."""

    layout = Choice(Layout)
    capacity = Int()


class RoomEquipmentOut(Out):
    """How many of a kind of equipment stand in a room."""

    code = Str()
    name = Str()
    count = Int()


class RoomHoursOut(Out):
    """A stretch of a weekday (1 Monday … 7 Sunday); `until_time` 00:00 is the end of the day."""

    weekday = Int()
    from_time = WallTime()
    until_time = WallTime()


class RoomOut(Out):
    """A room in a list; `rights` are see, prebook, book, override, approve, manage, edit."""

    id = Id(attribute="room.id")
    name = Str(attribute="room.name")
    place_id = Id(attribute="room.place_id")
    place = Str(attribute="room.place_path")
    campus_id = Id(attribute="room.campus_id")
    campus = Str(attribute="room.campus")
    building_id = Id(attribute="room.building_id")
    capacity = Int(attribute="room.capacity")
    layouts = Many(Part(RoomLayoutOut))
    equipment = Many(Part(RoomEquipmentOut))
    approval = Choice(Approval, attribute="room.approval")
    is_hall = Bool(attribute="room.is_hall")
    is_checkin_required = Bool(attribute="room.is_checkin_required")
    is_in_use = Bool(attribute="room.is_active", metadata={"description": "It may be booked"})
    rights = Many(Str())
    photo = Part(PhotoLinksOut, allow_none=True)


class RoomPhotoOut(Out):
    """A photo of a room."""

    id = Id()
    links = Part(PhotoLinksOut)


class RoomManagerOut(Out):
    """A member of staff."""

    staff_id = Id()
    name = Str()


class RoomSubjectOut(Out):
    """Everybody (id 0), a department with all below it, or a person."""

    kind = Choice(SubjectKind)
    id = Int()
    name = Str()


class RoomRightOut(Out):
    """A right and who has it."""

    right = Choice(Right)
    kind = Choice(SubjectKind, attribute="claim.kind")
    id = Int(attribute="claim.id")
    name = Str(attribute="claim.name")


class RoomQuotaOut(Out):
    """A limit; `room_id` null is of all rooms together."""

    id = Id()
    room_id = Id(allow_none=True)
    subject = Choice(QuotaSubject)
    period = Choice(QuotaPeriod)
    measure = Choice(QuotaMeasure)
    amount = Int()
    week_starts_on = Int()


class RoomDetailOut(Out):
    """A room with all that may be known of it; `access` and `quotas` only for who edits it."""

    room = Part(RoomOut, attribute="card")
    description = Str(attribute="card.room.description")
    position = Int(attribute="card.room.position")
    is_active = Bool(attribute="card.room.is_enabled", metadata={"description": "Switched on"})
    approval_level = Choice(Level, attribute="card.room.approval_level", allow_none=True)
    turnaround_minutes = Int(attribute="card.room.turnaround_minutes")
    min_minutes = Int(attribute="card.room.min_minutes")
    max_minutes = Int(attribute="card.room.max_minutes")
    lead_minutes = Int(attribute="card.room.lead_minutes")
    advance_days = Int(attribute="card.room.advance_days")
    grace_minutes = Int(attribute="card.room.grace_minutes")
    exempt_minutes = Int(attribute="card.room.exempt_minutes")
    part_ids = Many(Id(), attribute="card.room.part_ids")
    excluded_ids = Many(Id(), attribute="card.room.excluded_ids")
    hours = Many(Part(RoomHoursOut))
    photos = Many(Part(RoomPhotoOut))
    managers = Many(Part(RoomManagerOut))
    access = Many(Part(RoomRightOut), allow_none=True)
    quotas = Many(Part(RoomQuotaOut), allow_none=True)
    revision = Int(attribute="card.room.revision")


class RoomsFilter(Query):
    """What a room must offer. `equipment` are codes with commas between; `q` is part of name or place."""

    campus_id = Id(load_default=None)
    capacity = Int(minimum=0, maximum=MOST_SEATS, load_default=0)
    equipment = Str(max_length=400, load_default="")
    layout = Choice(Layout, load_default=None)

    @post_load
    def to_wants(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the queries take."""
        codes = frozenset(code.strip() for code in data.pop("equipment").split(",") if code.strip())
        taken = {name: data.pop(name) for name in ("campus_id", "capacity", "layout")}
        return {**data, "wants": Wants(equipment=codes, **taken)}


class RoomsQuery(RoomsFilter, PageQuery):
    """A page of rooms. With `is_managed=true` those that one looks after, switched off or not."""

    q = Str(max_length=50, load_default="")
    is_managed = Bool(load_default=False)


class RoomLayoutIn(In):
    """A layout and how many it seats."""

    layout = Choice(Layout, required=True)
    capacity = Int(required=True, minimum=1, maximum=MOST_SEATS)


class RoomEquipmentIn(In):
    """How many of a kind of equipment stand in a room."""

    code = Code(required=True, max_length=30)
    count = Int(minimum=1, maximum=1000, load_default=1)


class RoomStretchIn(In):
    """A stretch of a weekday (1 Monday … 7 Sunday); `until_time` 00:00 is the end of the day."""

    weekday = Int(required=True, minimum=1, maximum=7)
    from_time = WallTime(required=True)
    until_time = WallTime(required=True)

    @post_load
    def to_hours(self, data: dict[str, Any], **_: Any) -> Hours:
        """What the service takes."""
        begins, ends = (data[name].hour * 60 + data[name].minute for name in ("from_time", "until_time"))
        return Hours(data["weekday"], (begins, ends or DAY_MINUTES))


class RoomSubjectIn(In):
    """Everybody, a department with all below it, or a person."""

    kind = Choice(SubjectKind, required=True)
    id = Int(minimum=0, load_default=0)

    @post_load
    def to_claim(self, data: dict[str, Any], **_: Any) -> Claim:
        """What the service takes."""
        return _claim(data)


class RoomRightIn(RoomSubjectIn):
    """A right and who has it."""

    right = Choice(Right, required=True)

    @post_load
    def to_claim(self, data: dict[str, Any], **_: Any) -> Any:
        """What the service takes."""
        return Grant(data["right"], _claim(data))


def _claim(data: dict[str, Any]) -> Claim:
    is_everybody = data["kind"] is SubjectKind.EVERYBODY
    if is_everybody != (data["id"] == 0):
        raise ValidationError("部门或人员须指定编号", "id")
    return Claim(data["kind"], data["id"])


class RoomIn(In):
    """All that is said of a room. Without `hours` it may be booked always, without `access` by everybody."""

    name = Str(required=True, min_length=1, max_length=50)
    place_id = Id(required=True)
    capacity = Int(required=True, minimum=1, maximum=MOST_SEATS)
    position = Int(minimum=0, maximum=10_000, load_default=0)
    is_active = Bool(load_default=True)
    description = Str(max_length=2_000, load_default="")
    approval = Choice(Approval, load_default=Approval.NONE)
    approval_level = Choice(Level, allow_none=True, load_default=None)
    turnaround_minutes = Int(minimum=0, maximum=DAY_MINUTES, load_default=0)
    min_minutes = Int(minimum=1, maximum=LONGEST_MINUTES, load_default=15)
    max_minutes = Int(minimum=1, maximum=LONGEST_MINUTES, load_default=DAY_MINUTES)
    lead_minutes = Int(minimum=0, maximum=30 * DAY_MINUTES, load_default=0)
    advance_days = Int(minimum=1, maximum=730, load_default=180)
    is_checkin_required = Bool(load_default=False)
    grace_minutes = Int(minimum=1, maximum=240, load_default=10)
    exempt_minutes = Int(minimum=1, maximum=LONGEST_MINUTES, load_default=480)
    layouts = Many(Part(RoomLayoutIn), maximum=len(Layout), load_default=list)
    equipment = Many(Part(RoomEquipmentIn), load_default=list)
    parts = Many(Id(), maximum=20, load_default=list)
    hours = Many(Part(RoomStretchIn), maximum=_HOURS_A_WEEK, load_default=list)
    managers = Many(Id(), maximum=50, load_default=list)
    access = Many(Part(RoomRightIn), maximum=500, load_default=list)

    @post_load
    def to_sheet(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the service takes."""
        return {**({"revision": data.pop("revision")} if "revision" in data else {}), "sheet": _sheet(data)}


def _sheet(data: dict[str, Any]) -> Sheet:
    return Sheet(
        **{
            **data,
            "layouts": tuple((one["layout"], one["capacity"]) for one in data["layouts"]),
            "equipment": tuple((one["code"], one["count"]) for one in data["equipment"]),
            "parts": frozenset(data["parts"]),
            "hours": tuple(data["hours"]),
            "managers": frozenset(data["managers"]),
            "access": frozenset(data["access"]),
        }
    )


class RoomChangeIn(RoomIn):
    """A room as it is to be; `revision` is that which was read."""

    revision = Int(required=True, minimum=0)


class RoomHoursIn(In):
    """When a room may be booked; none is always. `revision` is that which was read."""

    hours = Many(Part(RoomStretchIn), required=True, maximum=_HOURS_A_WEEK)
    revision = Int(required=True, minimum=0)


class RoomPhotosIn(In):
    """The photos that a room shows, in order: those it has that shall stay, and new ones."""

    photo_ids = Many(Id(), required=True, maximum=policies.MOST_PHOTOS)


class MeetingEquipmentOut(Out):
    """A kind of equipment."""

    id = Id()
    code = Str()
    name = Str()
    position = Int()
    is_active = Bool()


class MeetingEquipmentChangeIn(In):
    """A kind of equipment as it is to be."""

    name = Str(required=True, min_length=1, max_length=30)
    position = Int(minimum=0, maximum=10_000, load_default=0)
    is_active = Bool(load_default=True)


class MeetingEquipmentIn(In):
    """A new kind of equipment."""

    code = Code(required=True, max_length=30)
    name = Str(required=True, min_length=1, max_length=30)
    position = Int(minimum=0, maximum=10_000, load_default=0)


class RoomClosureIn(In):
    """A time in which a room is closed, or kept for some; `displace` cancels what is booked there."""

    kind = Choice(ClosureKind, required=True)
    start = Instant(required=True)
    end = Instant(required=True)
    reason = Str(required=True, min_length=1, max_length=200)
    exceptions = Many(Part(RoomSubjectIn), load_default=list)
    displace = Bool(load_default=False)


class RoomClosureOut(Out):
    """A closure. Until it ends or is lifted it keeps the room from those who are not excepted."""

    id = Id(attribute="closure.id")
    room_id = Id(attribute="closure.room_id")
    kind = Choice(ClosureKind, attribute="closure.kind")
    start = Instant(attribute="closure.from_at")
    end = Instant(attribute="closure.until_at")
    reason = Str(attribute="closure.reason")
    exceptions = Many(Part(RoomSubjectOut))
    made_by = Str(attribute="made_by_name")
    made_at = Instant(attribute="closure.made_at")
    lifted_at = Instant(attribute="closure.lifted_at", allow_none=True)


class RoomQuotasQuery(PageQuery):
    """A page of limits, of all or of those that concern a room."""

    room_id = Id(load_default=None)


class RoomQuotaChangeIn(In):
    """How much one person, or one department, may book within a period."""

    subject = Choice(QuotaSubject, required=True)
    period = Choice(QuotaPeriod, required=True)
    measure = Choice(QuotaMeasure, required=True)
    amount = Int(required=True, minimum=0, maximum=1_000_000)
    week_starts_on = Int(minimum=1, maximum=7, load_default=1)

    @post_load
    def to_limit(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the service takes."""
        more = {"room_id": data.pop("room_id")} if "room_id" in data else {}
        return {**more, "limit": Limit(**data)}


class RoomQuotaIn(RoomQuotaChangeIn):
    """A new limit, of a room or (null) of all rooms together."""

    room_id = Id(allow_none=True, load_default=None)
