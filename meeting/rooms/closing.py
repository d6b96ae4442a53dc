"""Use cases of closures (停用) and blocks (预留): where meetings stand, only if they give way."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import atomic
from meeting.rooms import operations, queries, views
from meeting.rooms.errors import ClosureInvalid, ClosureLifted, RoomBooked
from meeting.rooms.following import Meeting, bookings
from meeting.rooms.models import ClosureKind, SubjectKind
from meeting.rooms.policies import Claim
from meeting.rooms.views import ClosureDetail

OBJECT: Final = "meeting_closure"
# How many meetings a refusal names.
_MOST_TOLD: Final = 50


@atomic
def close(
    actor: Actor,
    *,
    room_id: int,
    kind: ClosureKind,
    start: datetime,
    end: datetime,
    reason: str,
    exceptions: Sequence[Claim] = (),
    displace: bool = False,
) -> ClosureDetail:
    """Close a room for a time, or keep it for some. What shares an atom with it is closed as well.

    Meetings that stand there, of others than it is kept for, make it RoomBooked, whose `meetings` name them;
    with `displace` they are cancelled, and who organises them is told and offered something else. Raises
    RoomNotFound, Forbidden, ClosureInvalid or SubjectNotFound.
    """
    now = clock.now()
    _ensure_span(kind, start, end, exceptions, now)
    rooms = operations.hold([room_id])
    room = operations.managed(actor, rooms, room_id)
    operations.ensure_subjects(exceptions)
    closure_id = operations.add_closure(
        room_id=room_id,
        kind=kind,
        from_at=start,
        until_at=end,
        reason=reason,
        exceptions=exceptions,
        made_by=actor.staff_id,
        made_at=now,
    )
    operations.touch([room_id])
    meetings = _in_the_way(bookings().meetings(actor, room.atom_ids, max(start, now), end), exceptions)
    if meetings and not displace:
        told = [_told(meeting) for meeting in meetings[:_MOST_TOLD]]
        raise RoomBooked(count=len(meetings), meetings=told)
    if meetings:
        bookings().displace(actor, meetings, reason)
    record(
        actor,
        "meeting.room_closed",
        OBJECT,
        closure_id,
        name=room.name,
        kind=kind.value,
        start=clock.local(start).isoformat(),
        end=clock.local(end).isoformat(),
        reason=reason,
        meetings=len(meetings),
    )
    return _detail(room_id, closure_id)


@atomic
def lift(actor: Actor, *, room_id: int, closure_id: int) -> ClosureDetail:
    """Open a room again. Meetings that gave way stay cancelled.

    Raises RoomNotFound, Forbidden, ClosureNotFound or ClosureLifted.
    """
    now = clock.now()
    room = operations.managed(actor, operations.hold([room_id]), room_id)
    closure = queries.find_closure(room_id, closure_id)
    if closure.lifted_at is not None or closure.until_at <= now:
        raise ClosureLifted
    operations.lift(closure_id, now)
    operations.touch([room_id])
    record(actor, "meeting.room_opened", OBJECT, closure_id, name=room.name, reason=closure.reason)
    return _detail(room_id, closure_id)


def _ensure_span(
    kind: ClosureKind, start: datetime, end: datetime, exceptions: Collection[Claim], now: datetime
) -> None:
    if end <= start:
        raise ClosureInvalid(reason="结束时间应晚于开始时间")
    if end <= now:
        raise ClosureInvalid(reason="该时段已经过去")
    if exceptions and kind is not ClosureKind.BLOCKED:
        raise ClosureInvalid(reason="停用时段不设例外，请改用预留")
    if any(claim.kind is SubjectKind.EVERYBODY for claim in exceptions):
        raise ClosureInvalid(reason="预留对象应为部门或人员")


def _in_the_way(meetings: Sequence[Meeting], exceptions: Collection[Claim]) -> list[Meeting]:
    """Those that are not of whom the time is kept for."""
    if not exceptions:
        return list(meetings)
    subjects = queries.subjects({(meeting.organiser_id, meeting.department_id) for meeting in meetings})
    return [
        meeting
        for meeting in meetings
        if not any(
            claim.covers(subjects[meeting.organiser_id, meeting.department_id]) for claim in exceptions
        )
    ]


def _told(meeting: Meeting) -> dict[str, Any]:
    return {
        "occurrence_id": meeting.occurrence_id,
        "booking_id": meeting.booking_id,
        "room_id": meeting.room_id,
        "start": clock.local(meeting.start_at).isoformat(),
        "end": clock.local(meeting.end_at).isoformat(),
        "subject": meeting.subject,
        "organiser": meeting.organiser,
    }


def _detail(room_id: int, closure_id: int) -> ClosureDetail:
    operations.read()
    [detail] = views.closure_details([queries.find_closure(room_id, closure_id)])
    return detail
