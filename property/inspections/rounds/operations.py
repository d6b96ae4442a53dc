"""Writes of rounds, within an open unit of work. Whoever works on a round locks its row first."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, or_, select, text, update

from backend import clock
from backend.actor import Actor
from backend.db import db, unit
from property.inspections.models import CheckItem, Plan
from property.inspections.policies import common
from property.inspections.rounds.errors import RoundNotFound
from property.inspections.rounds.models import (
    IS_OPEN,
    Answer,
    PointState,
    Presence,
    Round,
    RoundPoint,
    RoundState,
    Verdict,
)
from property.inspections.rounds.policies import Counts, Stop
from property.inspections.schedules import Firing

NOTHING_THERE = "没有可巡检的点位"
CAUGHT_UP_ELSE = "错过时限，按计划不补"


def make(
    plan: Plan,
    firing: Firing,
    stops: Sequence[Stop],
    *,
    contractor_id: int | None,
    meter_total_milli: int | None = None,
    recheck_of_id: int | None = None,
) -> Round:
    """A round of a plan; one that is skipped, or leads nowhere, only as a record. Its points need
    `add_points`.

    The caller has made sure that the plan has none for that instant, and holds the plan's lock.
    """
    unit()
    reason = CAUGHT_UP_ELSE if firing.is_skipped else "" if stops else NOTHING_THERE
    now = clock.now()
    made = Round(
        plan_id=plan.id,
        kind=plan.kind,
        name=plan.name,
        recheck_of_id=recheck_of_id,
        meter_total_milli=meter_total_milli,
        due_at=firing.due_at,
        due_on=clock.local(firing.due_at).date(),
        opens_at=firing.opens_at,
        closes_at=firing.closes_at,
        is_caught_up=firing.is_caught_up,
        group_id=plan.group_id,
        worker_id=plan.worker_id if recheck_of_id is None else None,
        contractor_id=contractor_id,
        campus_id=common([stop.campus_id for stop in stops]),
        building_id=common([stop.building_id for stop in stops]),
        state=(RoundState.SKIPPED if reason else RoundState.OPEN).value,
        made_at=now,
        ended_at=now if reason else None,
        reason=reason,
        points=len(stops),
    )
    db.session.add(made)
    return made


def add_points(rounds: Mapping[Round, Sequence[Stop]]) -> None:
    """The points of new rounds, written together."""
    db.session.flush()  # The points name their rounds.
    db.session.add_all(
        RoundPoint(
            round_id=made.id,
            position=position,
            point_id=stop.point_id,
            asset_id=stop.asset_id,
            place_kind=stop.place.kind.value,
            place_id=stop.place.id,
            name=stop.name,
            place_path=stop.place_path[:200],
            version_id=stop.version_id,
            item_id=stop.item_id,
            is_security=stop.is_security,
            is_manual_ok=stop.is_manual_ok,
        )
        for made, stops in rounds.items()
        if made.state == RoundState.OPEN
        for position, stop in enumerate(stops, start=1)
    )


def drop_unbegun(plan_id: int, now: datetime) -> int:
    """Forget the plan's rounds that nobody could have begun yet; returns how many."""
    ids = list(
        db.session.scalars(
            select(Round.id)
            .where(
                Round.plan_id == plan_id,
                Round.state == RoundState.OPEN.value,
                Round.opens_at > now,
                Round.started_at.is_(None),
                Round.recheck_of_id.is_(None),
            )
            .with_for_update()
        )
    )
    if ids:
        unit().execute(delete(RoundPoint).where(RoundPoint.round_id.in_(ids)))
        unit().execute(delete(Round).where(Round.id.in_(ids)))
    return len(ids)


def lock(round_id: int) -> Round:
    """The round, kept from everybody else until the unit ends. Raises RoundNotFound."""
    unit()
    found = db.session.scalars(
        select(Round).where(Round.id == round_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise RoundNotFound
    return found


def lock_overdue(before: datetime, limit: int) -> list[Round]:
    """Open rounds, re-checks left out, whose windows ended by then; locked, by rising id."""
    unit()
    return list(
        db.session.scalars(
            select(Round)
            .where(
                text(f"inspection_rounds.{IS_OPEN}"),  # The index's own words, so that it is used.
                Round.closes_at <= before,
                Round.recheck_of_id.is_(None),
            )
            .order_by(Round.id)
            .limit(limit)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def counts_of(round_ids: Collection[int]) -> dict[int, Counts]:
    """What these rounds come to so far; three statements for all."""
    db.session.flush()  # What was just visited and answered counts.
    points = {row[0]: row[1:] for row in db.session.execute(_points(round_ids))}
    answers = {row[0]: row[1:] for row in db.session.execute(_answers(round_ids))}
    unanswered = {row[0]: row[1] for row in db.session.execute(_unanswered(round_ids))}
    found = {}
    for round_id in round_ids:
        total, visited, by_hand, visited_at = points.get(round_id, (0, 0, 0, None))
        passed, failed, answered_at = answers.get(round_id, (0, 0, None))
        last = [each for each in (visited_at, answered_at) if each is not None]
        found[round_id] = Counts(
            total, visited, by_hand, unanswered.get(round_id, 0), passed, failed, max(last, default=None)
        )
    return found


def end(of: Round, counts: Counts, *, by: Actor | None, at: datetime) -> None:
    """Finish a locked round, or let it lapse if anything is left; what it comes to is written on it."""
    of.state = (RoundState.FINISHED if counts.is_complete else RoundState.LAPSED).value
    of.in_time = counts.is_complete and (counts.last_at is None or counts.last_at < of.closes_at)
    of.points, of.visited, of.by_hand = counts.points, counts.visited, counts.by_hand
    of.missed, of.passed, of.failed = counts.missed, counts.passed, counts.failed
    stamp(of, by=by, at=at)


def stamp(of: Round, *, by: Actor | None, at: datetime) -> None:
    """Write when a round ended and by whom; by nobody, by itself."""
    of.ended_at = at
    of.ended_by, of.ended_by_name = (by.staff_id, by.name) if by is not None else (None, "")


def miss(round_ids: Collection[int]) -> None:
    """Record as missed (漏检) the points of these rounds where nobody was."""
    db.session.flush()  # Before a statement that goes past the session.
    unit().execute(
        update(RoundPoint)
        .where(RoundPoint.round_id.in_(round_ids), RoundPoint.state == PointState.PENDING.value)
        .values(state=PointState.MISSED.value)
    )


def _points(round_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    is_visited = RoundPoint.state == PointState.VISITED.value
    by_hand = and_(is_visited, RoundPoint.presence == Presence.MANUAL.value)
    return (
        select(
            RoundPoint.round_id,
            func.count(),
            _number(is_visited),
            _number(by_hand),
            func.max(RoundPoint.visited_at),
        )
        .where(RoundPoint.round_id.in_(round_ids))
        .group_by(RoundPoint.round_id)
    )


def _answers(round_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            RoundPoint.round_id,
            _number(Answer.verdict == Verdict.PASSED.value),
            _number(Answer.verdict == Verdict.FAILED.value),
            func.max(Answer.answered_at),
        )
        .join(RoundPoint, RoundPoint.id == Answer.round_point_id)
        .where(RoundPoint.round_id.in_(round_ids))
        .group_by(RoundPoint.round_id)
    )


def _unanswered(round_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Required items without an answer, of visited points."""
    return (
        select(RoundPoint.round_id, func.count())
        .join(CheckItem, CheckItem.version_id == RoundPoint.version_id)
        .outerjoin(
            Answer, and_(Answer.round_point_id == RoundPoint.id, Answer.item_id == CheckItem.id)
        )
        .where(
            RoundPoint.round_id.in_(round_ids),
            RoundPoint.state == PointState.VISITED.value,
            or_(RoundPoint.item_id.is_(None), RoundPoint.item_id == CheckItem.id),
            or_(CheckItem.is_required, RoundPoint.item_id.is_not(None)),
            Answer.id.is_(None),
        )
        .group_by(RoundPoint.round_id)
    )  # fmt: skip # The join reads better so.


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
