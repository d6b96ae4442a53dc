"""Use case of changing a booking: one meeting, it and those after it, or all. What is past never changes.

Beginning and end are those of one meeting; the others of the scope are shifted alike on the wall clock. What
calendars know a meeting by (`slot_at`) stays. A new rule lays what is to come anew (`relaying`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db
from backend.vault import encrypt
from meeting.bookings import (
    changes,
    checking,
    operations,
    people,
    queries,
    recurrence,
    relaying,
    replanning,
    telling,
    views,
)
from meeting.bookings.attending import Invited
from meeting.bookings.changes import FRAME_FIELDS, PLAIN_FIELDS, RULE_FIELDS, Plan, Scope
from meeting.bookings.changing_errors import NothingToChange, WholeSeriesOnly
from meeting.bookings.errors import BookingMoved, EndBeforeStart, StartPast
from meeting.bookings.messages import APPROVAL_ASKED, CHANGED, INVITED
from meeting.bookings.models import Attendee, Booking, Occurrence, State
from meeting.bookings.policies import START_GRACE, Verb
from meeting.bookings.refusals import leaving_trace
from meeting.bookings.replanning import Replanned
from meeting.bookings.views import BookingView
from meeting.rooms import queries as rooms
from meeting.rooms.models import Layout

_TITLES: Final[Mapping[str, str]] = {
    "room_id": "会议室",
    "start_at": "开始时间",
    "end_at": "结束时间",
    "subject": "主题",
    "headcount": "参会人数",
    "level": "会议级别",
    "layout": "布置形式",
    "note": "备注",
    "is_confidential": "内部会议",
    "attendees": "参会人员",
    "agenda": "议程",
    "contact_phone": "联系电话",
    "recurrence": "重复规则",
    "last_on": "截止日期",
    "holiday_rule": "节假日处理",
}
# What attendees need not hear of.
_SILENT: Final = frozenset({"headcount", "level", "note", "contact_phone", "is_confidential"})


@leaving_trace(Verb.CHANGE)
def change(
    actor: Actor,
    booking_id: int,
    *,
    scope: Scope = Scope.ALL,
    occurrence_id: int | None = None,
    sequence: int | None = None,
    allow_partial: bool = False,
    **given: Any,
) -> BookingView:
    """Change meetings that have not begun; answers the booking, or the one that was split off.

    `given` are the fields of `_TITLES`. Longer, earlier, elsewhere or of a higher level asks for approval
    again. Raises BookingNotFound, OccurrenceNotFound, OccurrenceNeeded, NothingToChange, WholeSeriesOnly,
    NotYours, BookingMoved, BookingState, MeetingBegun, StartPast, EndBeforeStart, RoomTaken, NotBookable,
    ChangeImpossible, BookingRefused, or what a booking's fields and rule are refused with.
    """
    if not given:
        raise NothingToChange
    room_id = given.get("room_id")
    if room_id is not None:
        rooms.get(actor, room_id)
    booking, occurrences = operations.locked(booking_id, room_ids=() if room_id is None else (room_id,))
    whos = people.standings(actor, booking, occurrences)
    people.ensure_visible(whos.values())
    if sequence is not None and sequence != booking.sequence:
        raise BookingMoved
    pivot, named = changes.pick(occurrences, scope, occurrence_id)
    people.ensure_owns([whos[each.id] for each in named])
    now = clock.now()
    targets = changes.open_ones(named, now)
    if scope is Scope.THIS and len(occurrences) > 1 and given.keys() & {*FRAME_FIELDS, *RULE_FIELDS}:
        raise WholeSeriesOnly
    pivot = pivot if pivot in targets else targets[0]
    if scope is Scope.FOLLOWING and given.keys() & {*FRAME_FIELDS, *RULE_FIELDS}:
        booking = relaying.split_off(actor, booking, occurrences, pivot, at=now)
    text = "、".join(title for name, title in _TITLES.items() if name in given)
    invited = _change_frame(booking, given)
    if given.keys() & set(RULE_FIELDS):
        done = relaying.relay(
            actor,
            booking,
            pivot,
            given,
            plain=_plain(given),
            at=now,
            text=text,
            allow_partial=allow_partial,
        )
    else:
        done = _change_meetings(actor, booking, pivot, targets, given, now, text, allow_partial)
    _keep_frame_in_step(booking, scope, given)
    _tell(actor, booking, done, given, text, invited)
    if not all(whos[each.id].owns for each in named):
        record(
            actor,
            "meeting.booking_changed",
            "meeting_booking",
            booking.id,
            number=booking.number,
            reason=text,
        )
    return views.view(actor, booking)


def _change_frame(booking: Booking, given: Mapping[str, Any]) -> set[int]:
    """Change what belongs to the booking as a whole; gives the colleagues who are new among who attends."""
    if "agenda" in given:
        booking.agenda = given["agenda"]
    if "contact_phone" in given:
        booking.contact_phone_cipher = encrypt(given["contact_phone"]) if given["contact_phone"] else None
    if "attendees" in given:
        invited = Invited.of(given["attendees"])
        before = {each.staff_id for each in queries.attendees_of(booking.id)}
        db.session.execute(delete(Attendee).where(Attendee.booking_id == booking.id))
        invited.write(booking.id)
        return invited.staff_ids - before
    return set()


def _change_meetings(
    actor: Actor,
    booking: Booking,
    pivot: Occurrence,
    targets: Sequence[Occurrence],
    given: Mapping[str, Any],
    now: datetime,
    text: str,
    allow_partial: bool,
) -> Replanned:
    zone = recurrence.zone_of(booking.timezone)
    shift = changes.shift_of(pivot, given.get("start_at"), given.get("end_at"), zone)
    wishes = []
    for one in targets:
        start_at, end_at = changes.shifted(one.start_at, one.end_at, shift, zone)
        if end_at <= start_at:
            raise EndBeforeStart
        if shift and start_at < now - START_GRACE:
            raise StartPast
        plan = Plan(given.get("room_id") or one.room_id, start_at, end_at, given.get("level") or one.level)
        wishes.append(replanning.wanted(one, plan))
    _ensure_fits(wishes, given)
    return replanning.replan(
        actor,
        wishes,
        at=now,
        text=text,
        allow_partial=allow_partial,
        plain=_plain(given),
        fields=sorted(given),
    )


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """Other values of the meetings' columns that decide about no room."""
    return {name: given[name] for name in PLAIN_FIELDS if name in given}


def _ensure_fits(wishes: Sequence[replanning.Wanted], given: Mapping[str, Any]) -> None:
    if not given.keys() & {"room_id", "headcount", "layout"}:
        return
    for wish in wishes:
        one = wish.occurrence
        layout = given.get("layout", one.layout)
        checking.ensure_fits(
            wish.room, given.get("headcount", one.headcount), Layout(layout) if layout else None
        )


def _keep_frame_in_step(booking: Booking, scope: Scope, given: Mapping[str, Any]) -> None:
    """The frame of a single meeting is its meeting's; that of a series has the room that all were given."""
    meetings = queries.occurrences_of([booking.id])
    if len(meetings) == 1 and not booking.rrule:
        one = meetings[0]
        booking.room_id, booking.first_start_at, booking.first_end_at = one.room_id, one.start_at, one.end_at
    elif scope is not Scope.THIS and given.get("room_id"):
        booking.room_id = given["room_id"]


def _tell(
    actor: Actor,
    booking: Booking,
    done: Replanned,
    given: Mapping[str, Any],
    text: str,
    invited: set[int],
) -> None:
    but, why = actor.staff_id, f"变更内容：{text}。"
    if done.changed:
        telling.tell_organiser(booking, done.changed, CHANGED, event="changed", but=but, why=why)
    if done.changed and given.keys() - _SILENT:
        attending = {each.staff_id for each in queries.attendees_of(booking.id) if each.staff_id} - {but}
        telling.tell(booking, done.changed, CHANGED, attending - invited, event="changed", why=why)
    booked = [one for one in done.changed if one.state == State.BOOKED]
    if booked and invited:
        who = people.name_of(booked[0].organiser_id)
        telling.tell(booking, booked, INVITED, invited - {but}, event="invited", who=who)
    for room_id in sorted({one.room_id for one in done.asking}):
        asking = [one for one in done.asking if one.room_id == room_id]
        telling.tell_approvers(
            booking, asking, APPROVAL_ASKED, event="asked", but=actor.staff_id, who=actor.name
        )
