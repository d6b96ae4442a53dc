"""What rounds come to: sums of the counts that each got when it ended, for the day on which it was due."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select

from backend.actor import Actor, Permission
from backend.db import db
from property.contractors.models import Contractor
from property.inspections.models import Plan
from property.inspections.queries import within
from property.inspections.rounds.errors import PeriodTooLong
from property.inspections.rounds.models import Round, RoundState
from property.inspections.rounds.policies import LONGEST_PERIOD
from property.workforce.models import Group

OWN: Final = "本单位"


class By(StrEnum):
    """What figures are grouped by; never by person."""

    PLAN = "plan"
    CONTRACTOR = "contractor"
    GROUP = "group"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rounds that were due in a period and have ended come to.

    `rounds` are those that were to be done: finished or lapsed, re-checks left out; `in_time` of them
    finished before they closed. `points` and `missed` (漏检), items `passed` and `failed` are theirs.
    Re-checks are counted apart.
    """

    rounds: int = 0
    in_time: int = 0
    lapsed: int = 0
    skipped: int = 0
    withdrawn: int = 0
    points: int = 0
    visited: int = 0
    by_hand: int = 0
    missed: int = 0
    passed: int = 0
    failed: int = 0
    rechecks_passed: int = 0
    rechecks_failed: int = 0

    @property
    def pass_rate(self) -> Decimal | None:
        """巡检合格率: items that passed of those that passed or failed; None if nothing was judged."""
        return _ratio(self.passed, self.passed + self.failed)

    @property
    def visit_rate(self) -> Decimal | None:
        """到位率: points visited of those due; None if none was."""
        return _ratio(self.visited, self.points)

    @property
    def in_time_rate(self) -> Decimal | None:
        """按时完成率: rounds done in time of those due; None if none was."""
        return _ratio(self.in_time, self.rounds)


@dataclass(frozen=True, slots=True)
class Figure:
    """The sums of one plan, contractor, group or month; `key` 0 is the house's own groups."""

    key: int | str
    name: str
    sums: Sums

    @property
    def pass_rate(self) -> Decimal | None:
        """巡检合格率 in per cent."""
        return percent(self.sums.pass_rate)

    @property
    def visit_rate(self) -> Decimal | None:
        """到位率 in per cent."""
        return percent(self.sums.visit_rate)

    @property
    def in_time_rate(self) -> Decimal | None:
        """按时完成率 in per cent."""
        return percent(self.sums.in_time_rate)


def sums(
    from_on: date,
    until_on: date,
    *,
    contractor_id: int | None = None,
    plan_id: int | None = None,
    group_id: int | None = None,
) -> Sums:
    """What was due on [from_on, until_on], both days included; one statement. Zeros where nothing was."""
    wanted: list[ColumnElement[bool]] = [Round.due_on.between(from_on, until_on)]
    for column, value in (
        (Round.contractor_id, contractor_id),
        (Round.plan_id, plan_id),
        (Round.group_id, group_id),
    ):
        if value is not None:
            wanted.append(column == value)
    return Sums(*map(int, db.session.execute(select(*_SUMS).where(*wanted)).one()))


def figures(actor: Actor, *, from_on: date, until_on: date, by: By) -> list[Figure]:
    """The same within reach, for each of what it is grouped by; two statements. Raises PeriodTooLong."""
    if not 0 <= (until_on - from_on).days < LONGEST_PERIOD:
        raise PeriodTooLong(days=LONGEST_PERIOD)
    key = _KEYS[by]
    in_reach = within(actor.reach(Permission.PROPERTY_READ), Round.campus_id, Round.building_id)
    rows = db.session.execute(
        select(key, *_SUMS)
        .where(Round.due_on.between(from_on, until_on), in_reach)
        .group_by(key)
        .order_by(key)
    ).all()
    if by is By.MONTH:
        return _months(rows)
    names = _names(by)
    return [Figure(row[0], names.get(row[0], OWN), Sums(*map(int, row[1:]))) for row in rows]


def _months(rows: Any) -> list[Figure]:
    """Days as months."""
    found: dict[str, Sums] = {}
    for day, *counts in rows:
        month = day.strftime("%Y-%m")
        found[month] = _added(found.get(month, Sums()), Sums(*map(int, counts)))
    return [Figure(month, month, each) for month, each in found.items()]


def _added(one: Sums, other: Sums) -> Sums:
    return Sums(*(getattr(one, each.name) + getattr(other, each.name) for each in fields(Sums)))


def _names(by: By) -> dict[int, str]:
    models: dict[By, Any] = {By.PLAN: Plan, By.GROUP: Group, By.CONTRACTOR: Contractor}
    rows = db.session.execute(select(models[by].id, models[by].name))
    return {row[0]: row[1] for row in rows}


def _ratio(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None


def percent(ratio: Decimal | None) -> Decimal | None:
    """A ratio in per cent with one decimal, rounded half up."""
    return (ratio * 100).quantize(Decimal("0.1"), ROUND_HALF_UP) if ratio is not None else None


def _number(condition: ColumnElement[bool], counted: Any = 1) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, counted), else_=0)), 0)


def _is(*states: RoundState) -> ColumnElement[bool]:
    return Round.state.in_([state.value for state in states])


_REGULAR = Round.recheck_of_id.is_(None)
_DUE = and_(_REGULAR, _is(RoundState.FINISHED, RoundState.LAPSED))
_RECHECKED = and_(Round.recheck_of_id.is_not(None), _is(RoundState.FINISHED))
_SUMS: Final = (
    _number(_DUE),
    _number(and_(_DUE, Round.in_time)),
    _number(and_(_REGULAR, _is(RoundState.LAPSED))),
    _number(and_(_REGULAR, _is(RoundState.SKIPPED))),
    _number(and_(_REGULAR, _is(RoundState.WITHDRAWN))),
    _number(_DUE, Round.points),
    _number(_DUE, Round.visited),
    _number(_DUE, Round.by_hand),
    _number(_DUE, Round.missed),
    _number(_DUE, Round.passed),
    _number(_DUE, Round.failed),
    _number(_RECHECKED, Round.passed),
    _number(_RECHECKED, Round.failed),
)
_KEYS: Final[dict[By, Any]] = {
    By.PLAN: Round.plan_id,
    By.CONTRACTOR: func.coalesce(Round.contractor_id, 0),
    By.GROUP: Round.group_id,
    By.MONTH: Round.due_on,
}
