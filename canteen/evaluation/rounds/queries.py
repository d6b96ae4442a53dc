"""Reads of rounds, sheets and results."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.paging import Page, paginate
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import ItemLoss, ScoreItem, Scoring
from backend.scoresheets.policies import points
from canteen.evaluation.rounds import policies, titles
from canteen.evaluation.rounds.errors import RoundNotFound, UnitSheetNotFound
from canteen.evaluation.rounds.models import (
    Round,
    RoundState,
    SheetAnswer,
    SheetState,
    UnitSheet,
)
from canteen.evaluation.rounds.policies import SCORING_OWNER
from canteen.evaluation.units import queries as unit_queries
from canteen.evaluation.units.models import Unit


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round, and how many of its sheets stand how."""

    id: int
    year: int
    quarter: int
    title: str
    version_id: int
    version_title: str
    due_on: date
    state: RoundState
    opened_at: datetime
    closed_at: datetime | None
    filling: int
    submitted: int
    returned: int
    closed: int


@dataclass(frozen=True, slots=True)
class SheetResult:
    """How a unit came out of a round; units may be ranked, persons never."""

    sheet_id: int
    round_id: int
    year: int
    quarter: int
    unit_id: int
    unit_name: str
    level: str
    region: str
    operation: str
    serving: str
    canteen_id: int | None
    state: SheetState
    submitted_at: datetime | None
    due_on: date
    is_overdue: bool
    total: Decimal | None
    grade: str | None
    is_failing: bool
    rank: int | None


@dataclass(frozen=True, slots=True)
class LossCount:
    """How many units of a round lost points of an item for a reason."""

    item_number: str
    level3: str
    text: str
    count: int


def find_round(round_id: int, *, lock: bool = False) -> Round:
    """A round. Raises RoundNotFound."""
    statement = select(Round).where(Round.id == round_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise RoundNotFound
    return found


def round_of(year: int, quarter: int) -> Round | None:
    """The round of a quarter."""
    return db.session.scalars(select(Round).where(Round.year == year, Round.quarter == quarter)).one_or_none()


def open_rounds() -> list[Round]:
    """The rounds that are not closed."""
    return list(db.session.scalars(select(Round).where(Round.state == RoundState.OPEN.value)))


def page_rounds(actor: Actor, *, page: int, page_size: int) -> Page:
    """All rounds, the latest first. Raises Forbidden."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    statement = select(Round).order_by(Round.year.desc(), Round.quarter.desc())
    found = paginate(statement, page=page, page_size=page_size)
    return Page(_round_views(found.rows), found.total, found.page, found.page_size)


def round_view(actor: Actor, round_id: int) -> RoundView:
    """One round. Raises Forbidden or RoundNotFound."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    return _round_views([find_round(round_id)])[0]


def _round_views(rounds: Sequence[Round]) -> list[RoundView]:
    counts: dict[tuple[int, str], int] = {
        (round_id, state): count
        for round_id, state, count in db.session.execute(
            select(UnitSheet.round_id, UnitSheet.state, func.count())
            .where(UnitSheet.round_id.in_([each.id for each in rounds]))
            .group_by(UnitSheet.round_id, UnitSheet.state)
        )
    }
    versions = score_queries.titles_of({each.version_id for each in rounds})
    return [
        RoundView(
            id=each.id,
            year=each.year,
            quarter=each.quarter,
            title=titles.round_title(each.year, each.quarter),
            version_id=each.version_id,
            version_title=versions[each.version_id],
            due_on=each.due_on,
            state=RoundState(each.state),
            opened_at=each.opened_at,
            closed_at=each.closed_at,
            **{state.value: counts.get((each.id, state.value), 0) for state in SheetState},
        )
        for each in rounds
    ]


def results(round_id: int) -> list[SheetResult]:
    """Every unit of a round, those closed first and by their totals; ties share a rank. One statement."""
    return _ranked(_results(UnitSheet.round_id == round_id))


def results_of_year(year: int) -> list[SheetResult]:
    """The same of every round of a year, quarter by quarter."""
    found: dict[int, list[SheetResult]] = {}
    for each in _results(Round.year == year):
        found.setdefault(each.quarter, []).append(each)
    return [each for quarter in sorted(found) for each in _ranked(found[quarter])]


def page_sheets(
    actor: Actor, *, round_id: int, state: SheetState | None = None, page: int, page_size: int
) -> Page:
    """The sheets of a round, ranked. Raises Forbidden or RoundNotFound."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    found = results(find_round(round_id).id)
    return _page([each for each in found if state in (None, each.state)], page, page_size)


def page_own_sheets(actor: Actor, *, page: int, page_size: int) -> Page:
    """The sheets of one's own units, the latest round first; without ranks."""
    own = unit_queries.in_reach(actor, Permission.EVALUATION_REPORT)
    statement = (
        _joined(own).order_by(None).order_by(Round.year.desc(), Round.quarter.desc(), UnitSheet.unit_name)
    )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([_result(*row) for row in found.rows], found.total, found.page, found.page_size)


def _page(found: Sequence[SheetResult], page: int, page_size: int) -> Page:
    start = (page - 1) * page_size
    return Page(found[start : start + page_size], len(found), page, page_size)


def _results(*conditions: Any) -> list[SheetResult]:
    return [_result(*row) for row in db.session.execute(_joined(*conditions))]


def _joined(*conditions: Any) -> Any:
    return (
        select(UnitSheet, Round, Unit.canteen_id, Scoring.total_tenths, Scoring.grade, Scoring.is_failing)
        .join(Round, Round.id == UnitSheet.round_id)
        .join(Unit, Unit.id == UnitSheet.unit_id)
        .join(Scoring, (Scoring.owner_kind == SCORING_OWNER) & (Scoring.owner_id == UnitSheet.id))
        .where(*conditions)
        .order_by(UnitSheet.unit_name)
    )


def _result(
    sheet: UnitSheet,
    of: Round,
    canteen_id: int | None,
    total: int | None,
    grade: str | None,
    is_failing: bool,
) -> SheetResult:
    return SheetResult(
        sheet_id=sheet.id,
        round_id=sheet.round_id,
        year=of.year,
        quarter=of.quarter,
        unit_id=sheet.unit_id,
        unit_name=sheet.unit_name,
        level=sheet.level,
        region=sheet.region,
        operation=sheet.operation,
        serving=sheet.serving,
        canteen_id=canteen_id,
        state=SheetState(sheet.state),
        submitted_at=sheet.submitted_at,
        due_on=of.due_on,
        is_overdue=sheet.state in policies.WITH_UNIT and clock.today() > of.due_on,
        total=points(total) if total is not None else None,
        grade=grade,
        is_failing=is_failing,
        rank=None,
    )


def _ranked(found: Sequence[SheetResult]) -> list[SheetResult]:
    ranks = policies.ranks([each.total for each in found])
    ranked = [replace(each, rank=rank) for each, rank in zip(found, ranks, strict=True)]
    return sorted(ranked, key=lambda each: (each.rank is None, each.rank or 0, each.unit_name))


def loss_reasons(round_id: int, limit: int) -> list[LossCount]:
    """The commonest reasons for lost points of a round's closed sheets, the commonest first."""
    count = func.count()
    rows = db.session.execute(
        select(ScoreItem.number, ScoreItem.level3, ItemLoss.text, count)
        .join(ItemLoss, ItemLoss.item_id == ScoreItem.id)
        .join(Scoring, Scoring.id == ItemLoss.scoring_id)
        .join(UnitSheet, (Scoring.owner_kind == SCORING_OWNER) & (Scoring.owner_id == UnitSheet.id))
        .where(UnitSheet.round_id == round_id, UnitSheet.state == SheetState.CLOSED.value)
        .group_by(ScoreItem.position, ScoreItem.number, ScoreItem.level3, ItemLoss.text)
        .order_by(count.desc(), ScoreItem.position, ItemLoss.text)
        .limit(limit)
    )
    return [LossCount(*row) for row in rows]


def lock_sheet(actor: Actor, sheet_id: int, *, reports: bool) -> UnitSheet:
    """A sheet that the actor reports for, or reviews; kept from others until the unit of work ends.

    Raises UnitSheetNotFound.
    """
    if reports:
        allowed = unit_queries.in_reach(actor, Permission.EVALUATION_REPORT)
    else:
        allowed = unit_queries.in_reach(actor, Permission.EVALUATION_MANAGE)
    within = select(Unit.id).where(allowed)
    statement = select(UnitSheet).where(UnitSheet.id == sheet_id, UnitSheet.unit_id.in_(within))
    return _one(statement.with_for_update().execution_options(populate_existing=True))


def _one(statement: Any) -> UnitSheet:
    found: UnitSheet | None = db.session.scalars(statement).one_or_none()
    if found is None:
        raise UnitSheetNotFound
    return found


def answers_of(sheet_id: int) -> dict[int, SheetAnswer]:
    """The answers of a sheet by item."""
    statement = select(SheetAnswer).where(SheetAnswer.sheet_id == sheet_id)
    found = db.session.scalars(statement.execution_options(populate_existing=True))
    return {answer.item_id: answer for answer in found}


def filled_by(sheet: UnitSheet) -> set[int]:
    """Who submitted a sheet, or answered an item of it."""
    answered = db.session.scalars(
        select(SheetAnswer.answered_by).where(SheetAnswer.sheet_id == sheet.id).distinct()
    )
    return {staff_id for staff_id in (*answered, sheet.submitted_by) if staff_id is not None}


def sheets_in(round_id: int, states: Collection[SheetState], *, lock: bool = False) -> list[UnitSheet]:
    """The sheets of a round in these states, kept from others until the unit of work ends if wanted."""
    statement = select(UnitSheet).where(
        UnitSheet.round_id == round_id, UnitSheet.state.in_([state.value for state in states])
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(statement.order_by(UnitSheet.id)))


def count_open(round_id: int) -> int:
    """How many sheets of a round are not closed."""
    is_open = func.sum(case((UnitSheet.state != SheetState.CLOSED.value, 1), else_=0))
    return db.session.scalar(select(is_open).where(UnitSheet.round_id == round_id)) or 0


def visible_sheet(actor: Actor, sheet_id: int) -> UnitSheet:
    """A sheet that the actor reports for or reviews. Raises UnitSheetNotFound."""
    visible = select(Unit.id).where(unit_queries.visible(actor, Permission.EVALUATION_REPORT))
    statement = select(UnitSheet).where(UnitSheet.id == sheet_id, UnitSheet.unit_id.in_(visible))
    return _one(statement.execution_options(populate_existing=True))
