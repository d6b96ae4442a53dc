"""Use cases of whoever walks a round, and of whoever takes one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db
from backend.errors import Forbidden
from backend.places import queries as place_queries
from backend.places.errors import PlateNotFound
from backend.places.policies import Ref
from backend.rules import queries as rule_queries
from property.assets import queries as assets
from property.assets.errors import AssetNotFound
from property.inspections import queries as inspection_queries
from property.inspections.models import Point
from property.inspections.policies import Position, token_of
from property.inspections.rounds import answering, operations, policies, queries
from property.inspections.rounds.answering import Given
from property.inspections.rounds.errors import (
    OwnRepair,
    PlateNeeded,
    PlateNotOnRound,
    PointsLeft,
    RoundNotFound,
    RoundPointNotFound,
)
from property.inspections.rounds.models import PointState, Presence, Round, RoundPoint, RoundState
from property.inspections.rounds.queries import RoundView
from property.inspections.rounds.refusals import leaving_trace
from property.work_orders.policies import happened_at as counted_at
from property.work_orders.rules import OFFLINE_GRACE_MINUTES
from property.workforce import queries as workforce


@dataclass(frozen=True, slots=True)
class _Visit:
    """Somebody's presence, to be recorded."""

    at: datetime
    received_at: datetime
    is_late: bool
    presence: Presence
    reason: str = ""


@leaving_trace
def scan(
    actor: Actor,
    *,
    round_id: int,
    token: str,
    point_id: int | None = None,
    happened_at: datetime | None = None,
    position: Position | None = None,
) -> RoundView:
    """Prove by its plate to be at a point, or at every point of the round that the plate hangs at.

    `happened_at` is when it was scanned, if the phone was cut off then; within the grace it counts. Scanning
    again changes nothing. Raises RoundNotFound, RoundNotYours, OwnRepair, RoundEnded, PlateNotOnRound,
    PlateRevoked, AssetPlateReplaced, HappenedInFuture, OutsideWindow, PositionNeeded or TooFar.
    """
    of = _performed(actor, round_id)
    scanned = _hanging_at(token)
    points = [
        point
        for point in queries.points_of_round(of.id)
        if point_id in (None, point.id) and _hangs_at(point, scanned)
    ]
    if not points:
        raise PlateNotOnRound
    _visit(actor, of, points, Presence.SCAN, happened_at=happened_at, position=position)
    return queries.get_round(actor, of.id)


@leaving_trace
def visit_by_hand(
    actor: Actor,
    *,
    round_id: int,
    point_id: int,
    reason: str,
    happened_at: datetime | None = None,
    position: Position | None = None,
) -> RoundView:
    """State to be at a point whose plate is damaged, with the reason; counted apart.

    Raises what `scan` raises but for plates, RoundPointNotFound, or PlateNeeded where it is not allowed.
    """
    of = _performed(actor, round_id)
    point = _point(of, point_id)
    if not point.is_manual_ok:
        raise PlateNeeded
    _visit(actor, of, [point], Presence.MANUAL, happened_at=happened_at, position=position, reason=reason)
    return queries.get_round(actor, of.id)


@leaving_trace
def answer(
    actor: Actor,
    *,
    round_id: int,
    point_id: int,
    answers: Sequence[Given],
    happened_at: datetime | None = None,
) -> RoundView:
    """Say what was found at a visited point; what fails raises one order each.

    An answer without an order may be given anew until the round ends; one with an order stands, and sent
    again changes nothing. Raises what `scan` raises but for plates, RoundPointNotFound, PointNotVisited,
    AnswerInvalid, AnswerStands, PhotoNeeded, TooManyPhotos, PhotoNotFound, or what an order is refused for.
    """
    of = _performed(actor, round_id)
    point = _point(of, point_id)
    at, _ = _counted(of, happened_at)
    answering.take(actor, of, point, answers, at=at)
    return queries.get_round(actor, of.id)


@leaving_trace
def finish(
    actor: Actor, *, round_id: int, remark: str = "", happened_at: datetime | None = None
) -> RoundView:
    """Finish a round. Once its window has ended, what is left is missed (漏检).

    Raises RoundNotFound, RoundNotYours, OwnRepair, RoundEnded, HappenedInFuture or PointsLeft.
    """
    of = _performed(actor, round_id)
    at, _ = _counted(of, happened_at)
    counts = operations.counts_of([of.id])[of.id]
    is_over = of.recheck_of_id is None and at >= of.closes_at
    if not counts.is_complete and not is_over:
        raise PointsLeft(points=counts.missed, items=counts.unanswered)
    of.remark = remark
    operations.end(of, counts, by=actor, at=at)
    operations.miss([of.id])
    return queries.get_round(actor, of.id)


@atomic
def withdraw(actor: Actor, *, round_id: int, reason: str) -> RoundView:
    """Take back a round that is not to be done. Raises RoundNotFound, Forbidden or RoundEnded."""
    of = operations.lock(round_id)
    if not queries.is_in_reach(actor, of, Permission.INSPECTIONS_MANAGE):
        if queries.is_in_reach(actor, of, Permission.PROPERTY_READ):
            raise Forbidden
        raise RoundNotFound
    policies.ensure_open(of)
    of.state, of.reason = RoundState.WITHDRAWN.value, reason
    operations.stamp(of, by=actor, at=clock.now())
    record(
        actor, "property.inspection_round_withdrawn", "inspection_round", of.id, name=of.name, reason=reason
    )
    db.session.flush()  # The view reads what was changed.
    return queries.get_round(actor, of.id)


def _performed(actor: Actor, round_id: int) -> Round:
    """An open round that the actor may do, locked."""
    of = operations.lock(round_id)
    worker = workforce.worker_of(actor.staff_id)
    if not policies.performs(actor, worker, of):
        is_known = worker is not None and worker.group_id == of.group_id
        if not is_known and not queries.is_in_reach(actor, of, Permission.PROPERTY_READ):
            raise RoundNotFound
        policies.ensure_performs(actor, worker, of)
    policies.ensure_open(of)
    if of.recheck_of_id is not None:
        repaired = queries.order_of(of.recheck_of_id)
        if repaired is not None and repaired.worker_id == actor.staff_id:
            raise OwnRepair
    return of


def _point(of: Round, point_id: int) -> RoundPoint:
    point = db.session.get(RoundPoint, point_id, populate_existing=True)
    if point is None or point.round_id != of.id:
        raise RoundPointNotFound
    return point


def _counted(of: Round, said: datetime | None) -> tuple[datetime, bool]:
    """When something counts as done, and whether that is later than said."""
    grace = timedelta(minutes=rule_queries.value(OFFLINE_GRACE_MINUTES))
    return counted_at(said, now=clock.now(), previous=of.made_at, grace=grace)


def _hanging_at(token: str) -> Ref | int:
    """The place at which a plate hangs, or the asset that bears it."""
    try:
        return place_queries.find_by_token(token_of(token)).place.ref
    except PlateNotFound:
        pass
    try:
        return assets.find_by_plate(token_of(token)).id
    except AssetNotFound:
        pass
    try:
        return place_queries.find_by_code(token).place.ref
    except PlateNotFound as error:
        raise PlateNotOnRound from error


def _hangs_at(point: RoundPoint, scanned: Ref | int) -> bool:
    if isinstance(scanned, Ref):
        where = (scanned.kind.value, scanned.id)
        return point.asset_id is None and (point.place_kind, point.place_id) == where
    return point.asset_id == scanned


def _visit(
    actor: Actor,
    of: Round,
    points: Sequence[RoundPoint],
    presence: Presence,
    *,
    happened_at: datetime | None,
    position: Position | None,
    reason: str = "",
) -> None:
    at, is_late = _counted(of, happened_at)
    policies.ensure_within_window(of, at)
    visit = _Visit(at, clock.now(), is_late, presence, reason)
    guarded = {point.point_id for point in points if point.is_security and point.point_id is not None}
    known: dict[int, Point] = (
        {point.id: point for point in inspection_queries.points_of(guarded)} if guarded else {}
    )
    for point in points:
        distance = policies.ensure_near(known.get(point.point_id or 0), point.is_security, position)
        if point.state == PointState.PENDING:
            _record_visit(actor, point, visit, distance)
    of.started_at = of.started_at or at
    db.session.flush()  # The view reads what was changed.


def _record_visit(actor: Actor, point: RoundPoint, visit: _Visit, distance_m: int | None) -> None:
    values: dict[str, Any] = {
        "state": PointState.VISITED.value,
        "presence": visit.presence.value,
        "visited_at": visit.at,
        "received_at": visit.received_at,
        "visited_by": actor.staff_id,
        "visited_by_name": actor.name,
        "is_late": visit.is_late,
        "distance_m": distance_m,
        "reason": visit.reason,
    }
    for name, value in values.items():
        setattr(point, name, value)
