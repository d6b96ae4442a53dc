"""Making the rounds that plans ask for. Several runners may do it at once: a plan's row is locked
meanwhile."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.db import atomic, db, unit
from backend.jobs import one_by_one
from backend.notifications.operations import Message, notify_each
from backend.rules import queries as rule_queries
from backend.workdays.policies import Calendar
from property.inspections import schedules
from property.inspections.meters import queries as meter_queries
from property.inspections.models import Basis, Plan, PlanKind, Unit
from property.inspections.plans import queries
from property.inspections.policies import shown_at
from property.inspections.rounds import operations as round_operations
from property.inspections.rounds.closing import PAGE
from property.inspections.rounds.messages import MAINTENANCE_DUE
from property.inspections.rounds.models import Round, RoundState
from property.inspections.rounds.rules import ROUNDS_AHEAD_HOURS
from property.inspections.schedules import Firing, Schedule
from property.workforce import queries as workforce

# Of a plan that nothing was made of for very long, so many rounds at a time.
MOST_AT_ONCE: Final = 1000


def plan_rounds() -> int:
    """Make what is due of every plan in use, each in a unit of its own; returns how many rounds are new.

    A plan that fails does not keep the others from theirs; its error is raised in the end.
    """
    return one_by_one(queries.ids_in_use(), plan_one)


@atomic
def plan_one(plan_id: int) -> int:
    """Make the rounds of a plan that are due soon, and catch up with what was missed, as it says.

    Repeating it is harmless. Returns how many are new, skipped ones included.
    """
    plan = lock(plan_id)
    if plan is None or not plan.is_active:
        return 0
    now, schedule = clock.now(), queries.schedule_of(plan)
    if schedule.unit is Unit.METER:
        return _make(plan, *_by_meter(plan, schedule, now))
    calendar = queries.calendar_from(min(plan.planned_until, now))
    if schedule.basis is Basis.COMPLETION:
        return _make(plan, _by_completion(plan, schedule, now, calendar))
    return _make(plan, _by_calendar(plan, schedule, now, calendar))


def lock(plan_id: int) -> Plan | None:
    """A plan, kept from everybody else until the unit ends."""
    unit()
    return db.session.scalars(
        select(Plan).where(Plan.id == plan_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def make_now(plan: Plan, now: datetime) -> Round | None:
    """A round beside the schedule, of a locked plan; None if nothing on it can be inspected."""
    stops = queries.stops_of(plan)
    if not stops:
        return None
    firing = Firing(now, now, now + timedelta(minutes=plan.window_minutes))
    made = round_operations.make(plan, firing, stops, contractor_id=_contractor_id(plan))
    round_operations.add_points({made: stops})
    return made


def start_over(plan: Plan, now: datetime) -> None:
    """Begin to plan anew from now on, after the schedule or the target was changed."""
    round_operations.drop_unbegun(plan.id, now)
    db.session.flush()  # A new plan has its identifier from here on.
    plan.planned_until = now
    schedule = queries.schedule_of(plan)
    dues = queries.upcoming(schedule, now, queries.calendar_from(now), 1) if plan.is_active else []
    plan.next_due_at = dues[0] if dues else None
    if plan.meter_id is not None:
        last = meter_queries.last_standing(plan.meter_id)
        plan.next_total_milli = (last.total_milli if last is not None else 0) + plan.every * 1000


def _ahead(now: datetime) -> datetime:
    return now + timedelta(hours=rule_queries.value(ROUNDS_AHEAD_HOURS))


def _by_calendar(plan: Plan, schedule: Schedule, now: datetime, calendar: Calendar) -> list[Firing]:
    until = _ahead(now) + schedule.lead
    dues = schedules.instants(schedule, plan.planned_until, until, calendar)[:MOST_AT_ONCE]
    plan.planned_until = dues[-1] if len(dues) == MOST_AT_ONCE else max(until, plan.planned_until)
    later = queries.upcoming(schedule, plan.planned_until, calendar, 1)
    plan.next_due_at = later[0] if later else None
    return schedules.firings(schedule, dues, now)


def _by_completion(plan: Plan, schedule: Schedule, now: datetime, calendar: Calendar) -> list[Firing]:
    """The next after the last one that ended; while one is open, none."""
    last = _last(plan.id)
    if last is not None and last.state == RoundState.OPEN:
        return []
    until = _ahead(now) + schedule.lead
    day = schedules.first_on(schedule, calendar)
    if last is not None:
        day = schedules.next_on(schedule, _anchor(last), calendar)
    dues: list[datetime] = []
    plan.next_due_at = None
    while len(dues) < MOST_AT_ONCE and not (schedule.until_on and day > schedule.until_on):
        due = clock.at_local(day, schedule.times[0])
        if due > until:
            plan.next_due_at = due
            break
        dues.append(due)
        if due + schedule.window > now:
            break  # What comes after it is known once it is done.
        day = schedules.next_on(schedule, day, calendar)
    return schedules.firings(schedule, dues, now)


def _anchor(last: Round) -> date:
    """What the next is counted from: the day of completion, else the day on which it was due."""
    if last.state == RoundState.FINISHED and last.ended_at is not None:
        return clock.local(last.ended_at).date()
    return last.due_on


def _by_meter(plan: Plan, schedule: Schedule, now: datetime) -> tuple[list[Firing], int | None]:
    """A round for the highest threshold that the meter has passed, if it has passed any."""
    last = meter_queries.last_standing(plan.meter_id or 0)
    is_over = schedule.until_on is not None and clock.local(now).date() > schedule.until_on
    if last is None or is_over:
        return [], None
    step = schedule.every * 1000
    if plan.next_total_milli is None:
        newest = _last(plan.id)
        if newest is not None and newest.state == RoundState.OPEN:
            return [], None
        plan.next_total_milli = _total_at_end(plan, newest) + step
    passed = last.total_milli - plan.next_total_milli
    if passed < 0:
        return [], None
    threshold = plan.next_total_milli + passed // step * step
    # Counted from completion, the next one is known once this one has ended.
    plan.next_total_milli = None if schedule.basis is Basis.COMPLETION else threshold + step
    return [Firing(now, now, now + schedule.window)], threshold


def _total_at_end(plan: Plan, last: Round | None) -> int:
    """What the meter had counted when the last round ended; by its own threshold, unless it was finished."""
    if last is None or last.meter_total_milli is None:
        return 0
    if last.state != RoundState.FINISHED:
        return last.meter_total_milli
    reading = meter_queries.last_standing(plan.meter_id or 0, until=last.ended_at)
    return reading.total_milli if reading is not None else last.meter_total_milli


def _make(plan: Plan, firings: Sequence[Firing], meter_total_milli: int | None = None) -> int:
    """The rounds of these firings, but for those that are there already."""
    if not firings:
        return 0
    dues = [firing.due_at for firing in firings]
    there = set(
        db.session.scalars(
            select(Round.due_at).where(
                Round.plan_id == plan.id,
                Round.recheck_of_id.is_(None),
                Round.due_at.between(min(dues), max(dues)),
            )
        )
    )
    fresh = [firing for firing in firings if firing.due_at not in there]
    if not fresh:
        return 0
    stops, contractor_id = queries.stops_of(plan), _contractor_id(plan)
    made = [
        round_operations.make(
            plan, firing, stops, contractor_id=contractor_id, meter_total_milli=meter_total_milli
        )
        for firing in fresh
    ]
    round_operations.add_points(dict.fromkeys(made, stops))
    if plan.kind == PlanKind.MAINTENANCE:
        _tell(plan, [each for each in made if each.state == RoundState.OPEN])
    return len(made)


def _last(plan_id: int) -> Round | None:
    """The newest round of a plan's schedule."""
    return db.session.scalars(
        select(Round)
        .where(Round.plan_id == plan_id, Round.recheck_of_id.is_(None))
        .order_by(Round.due_at.desc(), Round.id.desc())
        .limit(1)
    ).one_or_none()


def _contractor_id(plan: Plan) -> int | None:
    return workforce.find_group(plan.group_id).contractor_id


def _tell(plan: Plan, made: Sequence[Round]) -> None:
    """Patrols come by the hour and need no message; maintenance comes seldom."""
    staff_ids = [plan.worker_id] if plan.worker_id is not None else workforce.members(plan.group_id)
    notify_each(
        MAINTENANCE_DUE,
        [
            Message(
                staff_id,
                {"name": each.name, "until": shown_at(each.closes_at)},
                dedupe=f"made {each.id}",
                page=PAGE.format(each.id),
            )
            for each in made
            for staff_id in staff_ids
        ],
    )
