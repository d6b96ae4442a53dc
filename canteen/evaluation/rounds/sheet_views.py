"""One sheet with everything that is said of it, as whoever asks may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.media import queries as media_queries
from backend.media.queries import OwnedPhoto
from backend.scoresheets import queries as score_queries
from backend.scoresheets.policies import points
from backend.scoresheets.queries import Filled, ItemView, MarkView, VersionView
from canteen.evaluation.rounds import policies, queries, titles
from canteen.evaluation.rounds.models import Round, RoundState, SheetAnswer, SheetState, SheetStep, UnitSheet
from canteen.evaluation.rounds.policies import PHOTO_OWNER, SCORING_OWNER, Step
from canteen.evaluation.units import queries as unit_queries
from canteen.evaluation.units.models import Unit


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """What the system says of an item; `proposed` is None where there is not enough data."""

    text: str
    figures: Sequence[Mapping[str, str]]
    coverage: str
    proposed: Decimal | None
    is_sufficient: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What a unit says of an item; `answered_at` is None of what it has not answered."""

    is_inapplicable: bool
    score: Decimal | None
    text: str
    photos: Sequence[OwnedPhoto]
    answered_at: datetime | None
    answered_by_name: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """An item of a sheet with everything that is said of it."""

    item: ItemView
    answer: AnswerView
    evidence: EvidenceView | None
    mark: MarkView | None


@dataclass(frozen=True, slots=True)
class StepView:
    """A step in a sheet's life."""

    at: datetime
    by_name: str
    step: Step
    step_name: str
    note: str


@dataclass(frozen=True, slots=True)
class UnitSheetView:
    """A unit's sheet; `can` are the steps that one may take.

    A reporter sees the review's scores once it is closed.
    """

    id: int
    round_id: int
    year: int
    quarter: int
    title: str
    due_on: date
    unit_id: int
    unit_name: str
    level: str
    region: str
    operation: str
    serving: str
    state: SheetState
    state_name: str
    return_note: str
    submitted_at: datetime | None
    submitted_by_name: str
    closed_at: datetime | None
    closed_by_name: str
    evidence_at: datetime | None
    version: VersionView
    lines: Sequence[SheetLine]
    unanswered: Sequence[str]
    total: Decimal | None
    grade: str | None
    is_failing: bool
    steps: Sequence[StepView]
    can: Sequence[str]


def sheet_view(actor: Actor, sheet_id: int) -> UnitSheetView:
    """A sheet that the actor reports for or reviews; a handful of statements. Raises UnitSheetNotFound."""
    sheet = queries.visible_sheet(actor, sheet_id)
    of = queries.find_round(sheet.round_id)
    version = score_queries.get_version(of.version_id)
    answers = queries.answers_of(sheet_id)
    filled = score_queries.filled(SCORING_OWNER, [sheet_id])[sheet_id]
    reviews = actor.reach(Permission.EVALUATION_MANAGE).everywhere
    state = SheetState(sheet.state)
    shows_marks = reviews or state is SheetState.CLOSED
    view = score_queries.view_of(version)
    return UnitSheetView(
        id=sheet.id,
        round_id=of.id,
        year=of.year,
        quarter=of.quarter,
        title=titles.round_title(of.year, of.quarter),
        due_on=of.due_on,
        unit_id=sheet.unit_id,
        unit_name=sheet.unit_name,
        level=sheet.level,
        region=sheet.region,
        operation=sheet.operation,
        serving=sheet.serving,
        state=state,
        state_name=titles.SHEET_STATE_NAMES[state],
        return_note=sheet.return_note,
        submitted_at=sheet.submitted_at,
        submitted_by_name=sheet.submitted_by_name,
        closed_at=sheet.closed_at,
        closed_by_name=sheet.closed_by_name,
        evidence_at=sheet.evidence_at,
        version=view,
        lines=_lines(view.items, answers, filled if shows_marks else None),
        unanswered=policies.unanswered(version.items, answers),
        total=filled.total,
        grade=filled.grade,
        is_failing=filled.is_failing,
        steps=_steps(sheet_id),
        can=_can(actor, sheet, of, reviews=reviews),
    )


def _lines(
    items: Sequence[ItemView], answers: Mapping[int, SheetAnswer], filled: Filled | None
) -> list[SheetLine]:
    photos = media_queries.photos_of_owners(PHOTO_OWNER, [answer.id for answer in answers.values()])
    marks = filled.marks if filled is not None else {}
    return [
        SheetLine(
            item,
            _answer_view(answers[item.id], photos.get(answers[item.id].id, [])),
            _evidence_view(answers[item.id]),
            marks.get(item.id),
        )
        for item in items
    ]


def _answer_view(answer: SheetAnswer, photos: Sequence[OwnedPhoto]) -> AnswerView:
    return AnswerView(
        is_inapplicable=answer.is_inapplicable,
        score=points(answer.self_tenths) if answer.self_tenths is not None else None,
        text=answer.text,
        photos=photos,
        answered_at=answer.answered_at,
        answered_by_name=answer.answered_by_name,
    )


def _evidence_view(answer: SheetAnswer) -> EvidenceView | None:
    if not answer.has_evidence:
        return None
    return EvidenceView(
        text=answer.evidence_text,
        figures=answer.figures,
        coverage=answer.coverage,
        proposed=points(answer.proposed_tenths) if answer.proposed_tenths is not None else None,
        is_sufficient=answer.is_sufficient,
    )


def _steps(sheet_id: int) -> list[StepView]:
    rows = db.session.scalars(select(SheetStep).where(SheetStep.sheet_id == sheet_id).order_by(SheetStep.id))
    return [
        StepView(row.at, row.by_name, Step(row.step), titles.STEP_NAMES[Step(row.step)], row.note)
        for row in rows
    ]


def _can(actor: Actor, sheet: UnitSheet, of: Round, *, reviews: bool) -> list[str]:
    """What the actor may do with the sheet as it stands."""
    if of.state != RoundState.OPEN:
        return []
    state = SheetState(sheet.state)
    reports = db.session.scalar(
        select(Unit.id).where(
            Unit.id == sheet.unit_id, unit_queries.in_reach(actor, Permission.EVALUATION_REPORT)
        )
    )
    can: list[str] = []
    if reports and state in policies.WITH_UNIT:
        can += ["answer", Step.SUBMIT.value]
    if reviews and state in policies.WITH_UNIT and clock.today() > of.due_on:
        can.append(Step.TAKE.value)
    if reviews and state is SheetState.SUBMITTED and actor.staff_id not in queries.filled_by(sheet):
        can += ["review", Step.RETURN.value, Step.CLOSE.value]
    return can
