"""Moving meetings to another time or room, or to another level, within an open unit of work.

The rooms that they leave and those that they want are locked (`operations.locked`). All of them move, or
none; or (`allow_partial`) those that can, and the others stay where they are.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend import clock
from backend.actor import SYSTEM, Actor
from backend.db import db
from backend.rules import queries as rule_queries
from meeting.bookings import changes, checking, keeping, moving, operations, policies
from meeting.bookings.changes import Kept, Plan
from meeting.bookings.changing_errors import ChangeImpossible
from meeting.bookings.checking import ITSELF, TAKEN, Case, Reason, Verdict
from meeting.bookings.errors import NotBookable, RoomTaken
from meeting.bookings.following import Before
from meeting.bookings.models import Occurrence, State
from meeting.bookings.policies import Step
from meeting.bookings.rules import PENDING_HOURS
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.policies import RoomView

_NO_APPROVAL: Final = "修改后的预订无需审批"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A locked meeting and what it is to be. `before` is how it was."""

    occurrence: Occurrence
    plan: Plan
    before: Before

    @property
    def old(self) -> Plan:
        """The plan before."""
        return Plan(self.before.room_id, self.before.start_at, self.before.end_at, self.occurrence.level)

    @property
    def is_moved(self) -> bool:
        """Whether room or time change."""
        return changes.is_moved(self.old, self.plan)

    @property
    def is_more(self) -> bool:
        """Whether it is more than was granted, so that the room's rules are asked again."""
        return not changes.keeps_approval(self.old, self.plan)

    @property
    def room(self) -> RoomView:
        """The room that is wanted."""
        return rooms.find(self.plan.room_id)


@dataclass(frozen=True, slots=True)
class Replanned:
    """What came of it: which meetings changed, which of these wait for approval now, which stayed."""

    changed: list[Occurrence]
    asking: list[Occurrence]
    refused: Mapping[int, Verdict]


def wanted(occurrence: Occurrence, plan: Plan) -> Wanted:
    """A meeting and what it is to be."""
    return Wanted(occurrence, plan, Before.of(occurrence))


def replan(
    actor: Actor,
    wishes: Sequence[Wanted],
    *,
    at: datetime,
    text: str,
    plain: Mapping[str, Any],
    fields: Sequence[str],
    allow_partial: bool = False,
) -> Replanned:
    """Let meetings be as they are wanted, with other values of `plain` columns; each may still be changed.

    `fields` are named in the timeline.
    Raises RoomTaken or NotBookable for a single one, ChangeImpossible for several, BookingRefused.
    """
    refused = _refused_by_rules(actor, wishes, at)
    moved = [wish for wish in wishes if wish.is_moved]
    operations.vacate([wish.occurrence.id for wish in moved])
    refused |= _refused_by_others([wish for wish in moved if wish.occurrence.id not in refused])
    for key in _refused_by_one_another(moved, refused) - refused.keys():
        refused[key] = ITSELF
    if refused and (not allow_partial or len(refused) == len(wishes)):
        raise _refusal(wishes, refused)
    keeping.insert_holds(_holds_of_old(moved, refused))
    done = [wish for wish in wishes if wish.occurrence.id not in refused]
    _settle([wish for wish in done if wish.is_moved], at)
    for wish in done:
        for name, value in plain.items():
            setattr(wish.occurrence, name, value)
    asking = _take_steps(actor, done, at, text, fields)
    return Replanned([wish.occurrence for wish in done], asking, refused)


def cases(actor: Actor, wishes: Sequence[Wanted], at: datetime) -> Iterator[tuple[Case, list[Wanted]]]:
    """Who wants what: those alike together, since their rules are looked up but once."""
    alike: defaultdict[tuple[int, int, int, int], list[Wanted]] = defaultdict(list)
    for wish in wishes:
        one = wish.occurrence
        alike[wish.plan.room_id, one.organiser_id, one.department_id, wish.plan.level].append(wish)
    for (room_id, organiser_id, department_id, level), group in sorted(
        alike.items(), key=lambda each: each[0]
    ):
        case = checking.case_of(
            actor,
            rooms.find(room_id),
            organiser_id=organiser_id,
            department_id=department_id,
            level=level,
            now=at,
            spans=[(wish.plan.start_at, wish.plan.end_at) for wish in group],
        )
        yield case, group


def _refused_by_rules(actor: Actor, wishes: Sequence[Wanted], at: datetime) -> dict[int, Verdict]:
    refused: dict[int, Verdict] = {}
    more = [wish for wish in wishes if wish.is_moved and wish.is_more]
    for case, group in cases(actor, more, at):
        spans = [(wish.plan.start_at, wish.plan.end_at) for wish in group]
        verdicts = checking.by_rules(case, spans)
        verdicts = checking.by_quotas(
            case, spans, verdicts, but=[wish.occurrence.id for wish in wishes if wish.is_moved]
        )
        refused |= {
            wish.occurrence.id: verdict
            for wish, verdict in zip(group, verdicts, strict=True)
            if not verdict.is_open
        }
    return refused


def _refused_by_others(tried: Sequence[Wanted]) -> dict[int, Verdict]:
    taken = operations.taken([(wish.room, wish.plan.start_at, wish.plan.end_at) for wish in tried])
    return {tried[index].occurrence.id: TAKEN for index in taken}


def _refused_by_one_another(moved: Sequence[Wanted], refused: Mapping[int, Verdict]) -> set[int]:
    staying = [_kept(wish, wish.old) for wish in moved]
    return changes.colliding([_kept(wish, wish.plan) for wish in moved], staying, refused.keys())


def _kept(wish: Wanted, plan: Plan) -> Kept:
    room = rooms.find(plan.room_id)
    return Kept(wish.occurrence.id, room.atom_ids, plan.start_at, plan.end_at + room.turnaround)


def _refusal(wishes: Sequence[Wanted], refused: Mapping[int, Verdict]) -> Exception:
    rows = [
        {
            "id": wish.occurrence.id,
            "start": clock.local(wish.plan.start_at).isoformat(),
            "end": clock.local(wish.plan.end_at).isoformat(),
            "state": (State.CONFLICT.value if wish.occurrence.id in refused else wish.occurrence.state),
            "reason": refused[wish.occurrence.id].text if wish.occurrence.id in refused else "",
        }
        for wish in sorted(wishes, key=lambda each: each.plan.start_at)
    ]
    if len(wishes) > 1:
        return ChangeImpossible(failed=len(refused), occurrences=rows)
    verdict = next(iter(refused.values()))
    if verdict.code in (Reason.TAKEN, Reason.ITSELF):
        return RoomTaken(occurrences=rows)
    return NotBookable(reason=verdict.text, occurrences=rows)


def _holds_of_old(moved: Sequence[Wanted], refused: Mapping[int, Verdict]) -> Iterator[dict[str, Any]]:
    for wish in moved:
        one = wish.occurrence
        if one.id in refused:
            yield from operations.holds_of(
                rooms.find(one.room_id),
                one.start_at,
                one.end_at,
                occurrence_id=one.id,
                lapses_at=one.lapses_at,
            )


def _settle(moved: Sequence[Wanted], at: datetime) -> None:
    """Their rows and holds as they are wanted; the time for an approval begins anew."""
    pending_hours = rule_queries.value(PENDING_HOURS)
    for wish in moved:
        one, plan = wish.occurrence, wish.plan
        one.room_id, one.start_at, one.end_at, one.planned_end_at = (
            plan.room_id,
            plan.start_at,
            plan.end_at,
            plan.end_at,
        )
        one.lapses_at = policies.lapses_at(
            wish.room,
            State(one.state),
            plan.start_at,
            plan.end_at,
            asked_at=at,
            pending_hours=pending_hours,
        )
    db.session.flush()
    keeping.insert_holds(
        hold
        for wish in moved
        for hold in operations.holds_of(
            wish.room,
            wish.plan.start_at,
            wish.plan.end_at,
            occurrence_id=wish.occurrence.id,
            lapses_at=wish.occurrence.lapses_at,
        )
    )


def _take_steps(
    actor: Actor, done: Sequence[Wanted], at: datetime, text: str, fields: Sequence[str]
) -> list[Occurrence]:
    """Tell it; what is more than was granted waits for approval again, where the room demands it."""
    more = [wish for wish in done if wish.is_more]
    asks = {
        wish.occurrence.id: needs
        for case, group in cases(actor, more, at)
        for wish in group
        if (needs := _needs_approval(case, wish)) is not None
    }
    for wish in done:
        wish.occurrence.level = wish.plan.level
    changed = [wish.occurrence for wish in done]
    befores = [wish.before for wish in done]
    moving.move_all(actor, changed, Step.CHANGE, text=text, at=at, befores=befores, fields=list(fields))
    asking = [one for one in changed if asks.get(one.id) is True and one.state == State.BOOKED]
    moving.move_all(actor, asking, Step.ASK, at=at)
    granted = [one for one in changed if asks.get(one.id) is False and one.state == State.PENDING]
    moving.move_all(SYSTEM, granted, Step.APPROVE, text=_NO_APPROVAL, at=at)
    return asking


def _needs_approval(case: Case, wish: Wanted) -> bool | None:
    """Whether it must be approved; None where who keeps the room changed it, which leaves it as it was."""
    if case.is_exempt:
        return None
    plan = wish.plan
    is_within = room_policies.is_within_hours(case.room, plan.start_at, plan.end_at, case.calendar)
    return not case.may_book or room_policies.needs_approval(
        case.room, level=plan.level, is_within_hours=is_within
    )
