"""Reads of inspections: managers see all, a team its own, a unit its own once they are submitted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.identity.models import Staff
from backend.media import queries as media_queries
from backend.media.queries import OwnedPhoto
from backend.paging import Page, paginate
from backend.scoresheets import policies as score_policies
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import ScoreItem, SheetVersion
from backend.scoresheets.queries import Filled, ItemView, LossView
from canteen.evaluation import people
from canteen.evaluation.rectifications import queries as rectification_queries
from canteen.evaluation.rectifications.models import Origin
from canteen.evaluation.spot_checks import policies
from canteen.evaluation.spot_checks.errors import InspectionNotFound
from canteen.evaluation.spot_checks.models import (
    Inspection,
    InspectionItem,
    InspectionMember,
    InspectionStep,
    State,
)
from canteen.evaluation.spot_checks.policies import Step
from canteen.evaluation.units import queries as unit_queries
from canteen.evaluation.units.models import Unit

_SHOWN = [state.value for state in policies.SHOWN_TO_UNIT]


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionRow:
    """An inspection as a list shows it; `scored` of its `item_count` items bear a score."""

    id: int
    year: int
    unit_id: int
    unit_name: str
    state: str
    from_on: date
    until_on: date
    is_announced: bool
    lead_id: int
    lead_name: str
    members: int
    scored: int
    item_count: int
    total_tenths: int | None
    grade: str
    is_failing: bool
    visited_on: date | None
    answer_until_on: date | None

    @property
    def state_name(self) -> str:
        """待抽查, 评分中 …"""
        return policies.STATE_NAMES[State(self.state)]

    @property
    def total(self) -> Decimal | None:
        """In points, once it was submitted."""
        return score_policies.points(self.total_tenths) if self.total_tenths is not None else None


@dataclass(frozen=True, slots=True)
class MemberView:
    """One of the team."""

    id: int
    name: str
    is_lead: bool


@dataclass(frozen=True, slots=True)
class ItemScoreView:
    """An item of the sheet and what the team gave it; revision 0: nothing yet."""

    item: ItemView
    revision: int
    score: Decimal | None
    is_inapplicable: bool
    remark: str
    losses: Sequence[LossView]
    scored_by_name: str
    scored_at: datetime | None
    photos: Sequence[OwnedPhoto]


@dataclass(frozen=True, slots=True)
class StepView:
    """What was done with an inspection; `total` is that of a submission or confirmation."""

    step: str
    taken_at: datetime
    taken_by_name: str
    text: str
    total: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionView(InspectionRow):
    """All of an inspection. `can` are the steps that the reader may take now."""

    version_id: int
    plan_id: int | None
    revision: int
    note: str
    conclusion: str
    submitted_at: datetime | None
    confirmed_at: datetime | None
    sheet: SheetVersion
    filled: Filled | None
    team: Sequence[MemberView]
    scores: Sequence[ItemScoreView]
    steps: Sequence[StepView]
    rectification_ids: Sequence[int]
    can: Sequence[Step]

    @property
    def full(self) -> Decimal:
        """The sheet's full marks."""
        return score_policies.points(self.sheet.full_tenths)


@dataclass(frozen=True, slots=True)
class Result:
    """How a unit's inspection of a year ended."""

    inspection_id: int
    visited_on: date | None
    total: Decimal
    grade: str
    is_failing: bool


@dataclass(frozen=True, slots=True)
class Inspector:
    """Somebody who may inspect; `has_interest` if they belong to the unit in question."""

    id: int
    staff_no: str
    name: str
    has_interest: bool


def page_inspections(
    actor: Actor,
    *,
    year: int | None = None,
    state: State | None = None,
    unit_id: int | None = None,
    page: int,
    page_size: int,
) -> Page:
    """All inspections as rows. Raises Forbidden."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    statement = _rows(state=state)
    if year is not None:
        statement = statement.where(Inspection.year == year)
    if unit_id is not None:
        statement = statement.where(Inspection.unit_id == unit_id)
    return _page(statement, page, page_size)


def page_mine(actor: Actor, *, state: State | None = None, page: int, page_size: int) -> Page:
    """Those whose team the actor is in; what was called off is left out."""
    statement = _rows(state=state).where(_in_team(actor.staff_id), Inspection.state != State.CANCELLED.value)
    return _page(statement, page, page_size)


def page_of_units(actor: Actor, *, page: int, page_size: int) -> Page:
    """Those of the units for which the actor reports, once they were submitted."""
    own = people.spoken_for_by(actor)
    return _page(_rows().where(own, Inspection.state.in_(_SHOWN)), page, page_size)


def get_inspection(actor: Actor, inspection_id: int) -> InspectionView:
    """All of one; some ten statements. Raises InspectionNotFound for what the actor may not know of."""
    names = ("version_id", "plan_id", "revision", "note", "conclusion", "submitted_at", "confirmed_at")
    row = (
        db.session.execute(
            _rows()
            .add_columns(*(getattr(Inspection, name) for name in names))
            .where(Inspection.id == inspection_id, _visible_to(actor))
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise InspectionNotFound
    sheet = score_queries.get_version(row["version_id"])
    filled = score_queries.filled(policies.SCORING_OWNER, [inspection_id]).get(inspection_id)
    team = team_of(inspection_id, row["lead_id"])
    return InspectionView(
        **row,
        sheet=sheet,
        filled=filled,
        team=team,
        scores=scores_of(inspection_id, sheet, filled),
        steps=_taken(inspection_id),
        rectification_ids=rectification_queries.of_origin(Origin.INSPECTION, inspection_id),
        can=_steps(actor, row, {member.id for member in team}),
    )


def get_score(inspection_id: int, version_id: int, item_id: int) -> ItemScoreView:
    """One item as it stands."""
    sheet = score_queries.get_version(version_id)
    filled = score_queries.filled(policies.SCORING_OWNER, [inspection_id]).get(inspection_id)
    return next(each for each in scores_of(inspection_id, sheet, filled) if each.item.id == item_id)


def scores_of(inspection_id: int, sheet: SheetVersion, filled: Filled | None) -> list[ItemScoreView]:
    """Every item of the sheet with what it was given; two statements."""
    rows = {
        row.item_id: row
        for row in db.session.scalars(
            select(InspectionItem).where(InspectionItem.inspection_id == inspection_id)
        )
    }
    photos = photos_of([row.id for row in rows.values()])
    marks = filled.marks if filled is not None else {}
    views = []
    for item in sheet.items:
        row, mark = rows.get(item.id), marks.get(item.id)
        views.append(
            ItemScoreView(
                item=score_queries.item_view(item),
                revision=row.revision if row else 0,
                score=mark.score if mark else None,
                is_inapplicable=mark.is_inapplicable if mark else False,
                remark=mark.remark if mark else "",
                losses=mark.losses if mark else (),
                scored_by_name=mark.scored_by_name if mark else "",
                scored_at=mark.scored_at if mark else None,
                photos=photos.get(row.id, ()) if row else (),
            )
        )
    return views


def photos_of(row_ids: Collection[int]) -> dict[int, list[OwnedPhoto]]:
    """The photos of these scored items, in their order."""
    return media_queries.photos_of_owners(policies.PHOTO_OWNER, row_ids)


def team_of(inspection_id: int, lead_id: int) -> list[MemberView]:
    """The team, its lead first."""
    rows = db.session.execute(
        select(Staff.id, Staff.name)
        .join(InspectionMember, InspectionMember.staff_id == Staff.id)
        .where(InspectionMember.inspection_id == inspection_id)
        .order_by(Staff.staff_no)
    )
    team = [MemberView(staff_id, name, staff_id == lead_id) for staff_id, name in rows]
    return sorted(team, key=lambda member: not member.is_lead)


def confirmed_of_year(year: int) -> dict[int, Result]:
    """How the inspections of a year that are confirmed ended, by unit; one statement, unscoped."""
    rows = db.session.execute(
        select(
            Inspection.unit_id,
            Inspection.id,
            Inspection.visited_on,
            Inspection.total_tenths,
            Inspection.grade,
            Inspection.is_failing,
        ).where(Inspection.year == year, Inspection.state == State.CONFIRMED.value)
    )
    return {
        unit_id: Result(inspection_id, visited_on, score_policies.points(total or 0), grade, is_failing)
        for unit_id, inspection_id, visited_on, total, grade, is_failing in rows
    }


def inspectors(actor: Actor, *, unit_id: int | None = None) -> list[Inspector]:
    """Who may be put into a team, and whether they belong to the unit. Raises Forbidden or UnitNotFound."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    own = people.belonging_to(unit_queries.find_unit(unit_id)) if unit_id is not None else {}
    return [Inspector(each.id, each.staff_no, each.name, each.id in own) for each in people.inspectors()]


def export_of(staff_id: int) -> list[dict[str, object]]:
    """The inspections whose team a person was in, under Chinese names, for the copy of their data."""
    rows = db.session.execute(_rows().where(_in_team(staff_id)).order_by(Inspection.id)).mappings()
    return [
        {
            "被抽查单位": row["unit_name"],
            "开始日期": row["from_on"],
            "结束日期": row["until_on"],
            "身份": "组长" if row["lead_id"] == staff_id else "组员",
            "状态": policies.STATE_NAMES[State(row["state"])],
        }
        for row in rows
    ]


def is_visible(actor: Actor, inspection_id: int) -> bool:
    """Whether the actor may know of it."""
    found = (
        select(Inspection.id)
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(Inspection.id == inspection_id, _visible_to(actor))
    )
    return db.session.scalar(found) is not None


def _visible_to(actor: Actor) -> ColumnElement[bool]:
    if actor.reach(Permission.EVALUATION_MANAGE).everywhere:
        return true()
    own = people.spoken_for_by(actor)
    return or_(
        and_(_in_team(actor.staff_id), Inspection.state != State.CANCELLED.value),
        and_(own, Inspection.state.in_(_SHOWN)),
    )


def _in_team(staff_id: int) -> ColumnElement[bool]:
    return (
        select(InspectionMember.staff_id)
        .where(InspectionMember.inspection_id == Inspection.id, InspectionMember.staff_id == staff_id)
        .exists()
    )


def _steps(actor: Actor, row: Any, team: Collection[int]) -> list[Step]:
    manages = actor.reach(Permission.EVALUATION_MANAGE).everywhere
    is_own = actor.staff_id in team
    speaks = people.speaks_for(actor, row["unit_id"])
    may = {
        Step.CHANGE: manages,
        Step.SCORE: is_own and clock.today() >= row["from_on"],
        Step.SUBMIT: actor.staff_id == row["lead_id"],
        Step.ACKNOWLEDGE: speaks,
        Step.DISPUTE: speaks,
        Step.RETURN: manages and not is_own,
        Step.CONFIRM: manages and _may_confirm(row, is_own),
        Step.CANCEL: manages,
    }
    return [
        step for step, (before, _) in policies.TRANSITIONS.items() if row["state"] in before and may[step]
    ]


def _taken(inspection_id: int) -> list[StepView]:
    rows = db.session.scalars(
        select(InspectionStep)
        .where(InspectionStep.inspection_id == inspection_id)
        .order_by(InspectionStep.id)
    )
    return [
        StepView(
            row.step,
            row.taken_at,
            row.taken_by_name,
            row.text,
            score_policies.points(row.total_tenths) if row.total_tenths is not None else None,
        )
        for row in rows
    ]


def _may_confirm(row: Any, is_own: bool) -> bool:
    if row["state"] == State.SUBMITTED:
        return row["answer_until_on"] is not None and clock.today() > row["answer_until_on"]
    return not (row["state"] == State.DISPUTED and is_own)


def _rows(*, state: State | None = None) -> Select[Any]:
    def number(of: Any, condition: ColumnElement[bool]) -> ColumnElement[int]:
        return select(func.count()).select_from(of).where(condition).scalar_subquery()

    names = (
        *("id", "year", "unit_id", "state", "from_on", "until_on", "is_announced", "lead_id"),
        *("total_tenths", "grade", "is_failing", "visited_on", "answer_until_on"),
    )
    statement = (
        select(
            *(getattr(Inspection, name) for name in names),
            Unit.name.label("unit_name"),
            Staff.name.label("lead_name"),
            number(InspectionMember, InspectionMember.inspection_id == Inspection.id).label("members"),
            number(InspectionItem, InspectionItem.inspection_id == Inspection.id).label("scored"),
            number(ScoreItem, ScoreItem.version_id == Inspection.version_id).label("item_count"),
        )
        .join(Unit, Unit.id == Inspection.unit_id)
        .join(Staff, Staff.id == Inspection.lead_id)
    )
    return statement.where(Inspection.state == state.value) if state is not None else statement


def _page(statement: Select[Any], page: int, page_size: int) -> Page:
    ordered = statement.order_by(Inspection.from_on.desc(), Inspection.id.desc())
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page([InspectionRow(**row._mapping) for row in found.rows], found.total, page, page_size)
