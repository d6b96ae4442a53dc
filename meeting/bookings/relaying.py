"""Laying a series anew by another rule, and splitting one in two; its rooms are locked, a unit is open."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.rules import queries as rule_queries
from meeting.bookings import (
    adding,
    changes,
    checking,
    following,
    moving,
    operations,
    queries,
    recurrence,
    replanning,
)
from meeting.bookings.changes import Plan
from meeting.bookings.changing_errors import ChangeImpossible
from meeting.bookings.errors import EndBeforeStart, SeriesOnly, StartPast
from meeting.bookings.models import Attendee, Booking, HolidayRule, Occurrence, State
from meeting.bookings.policies import START_GRACE, Step
from meeting.bookings.recurrence import Slot
from meeting.bookings.replanning import Replanned
from meeting.bookings.rules import MAX_OCCURRENCES
from meeting.rooms import queries as rooms
from meeting.rooms.models import Layout

_DROPPED = "重复规则调整后不再举行"


@dataclass(frozen=True, slots=True)
class _Laid:
    """What becomes of a series: meetings that stay with their new slots, new slots, and meetings that go."""

    kept: list[tuple[Occurrence, Slot]]
    new: list[Slot]
    dropped: list[Occurrence]


def split_off(
    actor: Actor, booking: Booking, occurrences: Sequence[Occurrence], pivot: Occurrence, *, at: datetime
) -> Booking:
    """Let the meetings from this one on be a booking of their own; the same booking if that are all.

    They keep their identifiers, their rooms and what hangs on them.
    """
    going = [each for each in occurrences if each.start_at >= pivot.start_at]
    if len(going) == len(occurrences):
        return booking
    zone = recurrence.zone_of(booking.timezone)
    by_rule = [each.slot_at for each in going if not each.is_added]
    first_slot = min(by_rule, default=pivot.start_at)
    length = booking.first_end_at - booking.first_start_at
    is_series = bool(booking.rrule and by_rule)
    new = Booking(
        uid=f"{uuid4()}@houqin",
        organiser_id=booking.organiser_id,
        booked_by=booking.booked_by,
        booked_at=at,
        room_id=pivot.room_id,
        first_start_at=first_slot,
        first_end_at=first_slot + length,
        timezone=booking.timezone,
        rrule=_without_count(booking.rrule) if is_series else "",
        last_on=_local_date(max(by_rule), zone) if is_series else None,
        holiday_rule=booking.holiday_rule,
        contact_phone_cipher=booking.contact_phone_cipher,
        agenda=booking.agenda,
        question=booking.question,
        answer=booking.answer,
        sequence=0,
        changed_at=at,
        follows_id=booking.id,
    )
    db.session.add(new)
    db.session.flush()  # Its meetings name it.
    for each in going:
        each.booking_id = new.id
    _copy_attendees(booking, new)
    if booking.rrule:
        booking.rrule = _without_count(booking.rrule)
        booking.last_on = _local_date(first_slot, zone) - timedelta(days=1)
    moving.note(actor, booking, Step.CHANGE, text=f"此后各场改为预订 {new.number}", at=at, split_to=new.id)
    moving.note(actor, new, Step.CHANGE, text=f"由预订 {booking.number} 拆分", at=at, split_from=booking.id)
    db.session.flush()
    following.tell_split(booking.id, new.id)
    return new


def relay(
    actor: Actor,
    booking: Booking,
    pivot: Occurrence,
    given: Mapping[str, Any],
    *,
    plain: Mapping[str, Any],
    at: datetime,
    text: str,
    allow_partial: bool,
) -> Replanned:
    """Lay what is to come by another rule, beginning with this meeting.

    Who meets on a date already keeps that meeting, at the rule's time; what was cancelled stays so. Raises
    what `replanning.replan` and a booking's rule are refused with.
    """
    zone = recurrence.zone_of(booking.timezone)
    shift = changes.shift_of(pivot, given.get("start_at"), given.get("end_at"), zone)
    start_at, end_at = changes.shifted(pivot.start_at, pivot.end_at, shift, zone)
    if end_at <= start_at:
        raise EndBeforeStart
    if start_at < at - START_GRACE:
        raise StartPast
    slots = _new_frame(booking, pivot, given, start_at, end_at, at)
    laid = _lay(booking, slots, at)
    operations.vacate([one.id for one in laid.dropped])
    wishes = []
    for one, slot in laid.kept:
        one.slot_at = slot.slot_at
        room_id = given.get("room_id") or one.room_id
        plan = Plan(room_id, slot.start_at, slot.end_at, given.get("level") or one.level)
        wishes.append(replanning.wanted(one, plan))
    db.session.flush()
    done = replanning.replan(
        actor, wishes, at=at, text=text, allow_partial=allow_partial, plain=plain, fields=sorted(given)
    )
    like = done.changed[0] if done.changed else pivot
    verdicts = adding.verdicts_of(actor, like, laid.new, at)
    failed = [slot for slot, each in zip(laid.new, verdicts, strict=True) if each.state is State.CONFLICT]
    if failed and not allow_partial:
        rows = [
            {**_row(slot), "state": each.state.value, "reason": each.text}
            for slot, each in zip(laid.new, verdicts, strict=True)
        ]
        raise ChangeImpossible(failed=len(failed), occurrences=rows)
    made = adding.write(actor, booking, like, laid.new, verdicts, at=at, is_added=False)
    moving.move_all(actor, laid.dropped, Step.CANCEL, text=_DROPPED, at=at)
    asking = [one for one in made if one.state == State.PENDING]
    booked = [one for one in made if one.state == State.BOOKED]
    return replace(done, changed=[*done.changed, *booked], asking=[*done.asking, *asking])


def _new_frame(
    booking: Booking,
    pivot: Occurrence,
    given: Mapping[str, Any],
    start_at: datetime,
    end_at: datetime,
    at: datetime,
) -> list[Slot]:
    """The slots of the new rule, by which the booking goes from now on."""
    zone = recurrence.zone_of(booking.timezone)
    text = str(given.get("recurrence") or booking.rrule).strip().upper().removeprefix("RRULE:")
    if not text:
        raise SeriesOnly
    rule = recurrence.parse(text, zone)
    last_on: date | None = given.get("last_on", None if "recurrence" in given else booking.last_on)
    room = rooms.find(given.get("room_id") or pivot.room_id)
    if rule.is_endless and last_on is None:
        last_on = max(checking.last_day(room, at), _local_date(start_at, zone))
    slots = recurrence.slots(
        rule, start_at, end_at, zone, last_on=last_on, limit=rule_queries.value(MAX_OCCURRENCES)
    )
    holiday_rule = HolidayRule(given.get("holiday_rule") or booking.holiday_rule)
    if holiday_rule is not HolidayRule.KEEP:
        calendar = checking.calendar_of([(slot.start_at, slot.end_at) for slot in slots])
        slots = recurrence.observe(slots, holiday_rule, zone, calendar)
    checking.ensure_fits(
        room,
        given.get("headcount", pivot.headcount),
        Layout(layout) if (layout := given.get("layout", pivot.layout)) else None,
    )
    booking.rrule, booking.last_on, booking.holiday_rule = text, last_on, holiday_rule.value
    booking.room_id, booking.first_start_at, booking.first_end_at = room.id, start_at, end_at
    return slots


def _lay(booking: Booking, slots: Sequence[Slot], at: datetime) -> _Laid:
    zone = recurrence.zone_of(booking.timezone)
    meetings = queries.occurrences_of([booking.id])
    by_slot = {one.slot_at: one for one in meetings}
    by_date: defaultdict[date, list[Occurrence]] = defaultdict(list)
    for one in meetings:
        if not one.is_added and one.start_at > at:
            by_date[_local_date(one.slot_at, zone)].append(one)
    kept: dict[int, tuple[Occurrence, Slot]] = {}
    new = []
    for slot in slots:
        exact, of_date = by_slot.get(slot.slot_at), by_date[_local_date(slot.slot_at, zone)]
        open_ones = [one for one in of_date if changes.is_open(one, at) and one.id not in kept]
        if open_ones and not slot.is_skipped:
            one = exact if exact in open_ones else open_ones[0]
            # A slot that another meeting of the series had, lost or added, stays that one's.
            kept[one.id] = (one, slot if exact is None else replace(slot, slot_at=one.slot_at))
        elif exact is None and not of_date:
            new.append(slot)
    dropped = [
        one for ones in by_date.values() for one in ones if changes.is_open(one, at) and one.id not in kept
    ]
    return _Laid(list(kept.values()), new, dropped)


def _copy_attendees(old: Booking, new: Booking) -> None:
    names = ("position", "staff_id", "name", "organisation", "title")
    db.session.add_all(
        Attendee(booking_id=new.id, **{name: getattr(each, name) for name in names})
        for each in queries.attendees_of(old.id)
    )


def _without_count(rule: str) -> str:
    """The rule without its own end, which `last_on` says from then on."""
    parts = [part for part in rule.split(";") if part and not part.startswith(("COUNT=", "UNTIL="))]
    return ";".join(parts)


def _local_date(instant: datetime, zone: Any) -> date:
    return instant.astimezone(zone).date()


def _row(slot: Slot) -> dict[str, str]:
    return {
        "start": clock.local(slot.start_at).isoformat(),
        "end": clock.local(slot.end_at).isoformat(),
    }
