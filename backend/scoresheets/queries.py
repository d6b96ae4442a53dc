"""Reads of score sheets and of what was scored. Whoever calls has made sure that the actor may."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import joinedload, selectinload

from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.paging import Page, paginate
from backend.scoresheets.errors import ScoringNotFound, SheetNotFound, SheetVersionNotFound
from backend.scoresheets.models import (
    EvidenceKind,
    Inapplicable,
    ItemLoss,
    ItemScore,
    Purpose,
    ScoreItem,
    ScoreSheet,
    Scoring,
    SheetVersion,
    VersionState,
)
from backend.scoresheets.policies import Content, Grade, Item, Reason, points

# Where a session keeps the versions that it has read.
_READ: Final = "score sheet versions"


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A reason of the catalogue."""

    id: int
    text: str
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of a version, in points."""

    id: int
    number: str
    level1: str
    level2: str
    level3: str
    points: Decimal
    scoring: str
    evidence: EvidenceKind
    metric_key: str
    may_be_inapplicable: bool
    reasons: Sequence[ReasonView]


@dataclass(frozen=True, slots=True)
class GradeView:
    """A grade, from so many points on."""

    title: str
    from_points: Decimal
    is_failing: bool


@dataclass(frozen=True, slots=True)
class VersionHead:
    """A version in a list."""

    id: int
    number: int
    title: str
    region: str
    year: int
    state: VersionState
    valid_from: date | None
    full: Decimal
    changed_at: datetime
    changed_by_name: str


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet with its versions, the newest first."""

    id: int
    code: str
    versions: Sequence[VersionHead]


@dataclass(frozen=True, slots=True)
class VersionView:
    """Everything that a version says."""

    id: int
    sheet_id: int
    code: str
    number: int
    title: str
    region: str
    year: int
    source: str
    state: VersionState
    valid_from: date | None
    inapplicable: Inapplicable
    note: str
    full: Decimal
    changed_at: datetime
    changed_by_name: str
    items: Sequence[ItemView]
    grades: Sequence[GradeView]


@dataclass(frozen=True, slots=True)
class LossView:
    """Why points were lost."""

    reason_id: int | None
    text: str


@dataclass(frozen=True, slots=True)
class MarkView:
    """What an item was given, by whom."""

    item_id: int
    is_inapplicable: bool
    score: Decimal | None
    remark: str
    losses: Sequence[LossView]
    scored_at: datetime
    scored_by_name: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A scoring as far as it has come."""

    scoring_id: int
    version_id: int
    closed_at: datetime | None
    total: Decimal | None
    grade: str | None
    is_failing: bool
    marks: dict[int, MarkView] = field(default_factory=dict)


def page_sheets(actor: Actor, *, page: int, page_size: int) -> Page:
    """All sheets with their versions, by code. Raises Forbidden."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    found = paginate(select(ScoreSheet).order_by(ScoreSheet.code), page=page, page_size=page_size)
    return Page(_sheets(found.rows), found.total, found.page, found.page_size)


def get_sheet(sheet_id: int) -> SheetView:
    """One sheet. Raises SheetNotFound."""
    sheet = db.session.get(ScoreSheet, sheet_id)
    if sheet is None:
        raise SheetNotFound
    return _sheets([sheet])[0]


def find_sheet(code: str) -> ScoreSheet | None:
    """The sheet of this code."""
    return db.session.scalars(select(ScoreSheet).where(ScoreSheet.code == code)).one_or_none()


def _sheets(rows: Sequence[ScoreSheet]) -> list[SheetView]:
    heads: dict[int, list[VersionHead]] = {row.id: [] for row in rows}
    statement = (
        select(SheetVersion).where(SheetVersion.sheet_id.in_(heads)).order_by(SheetVersion.number.desc())
    )
    for version in db.session.scalars(statement):
        heads[version.sheet_id].append(head_of(version))
    return [SheetView(row.id, row.code, heads[row.id]) for row in rows]


def head_of(version: SheetVersion) -> VersionHead:
    """A version in short."""
    return VersionHead(
        id=version.id,
        number=version.number,
        title=version.title,
        region=version.region,
        year=version.year,
        state=VersionState(version.state),
        valid_from=version.valid_from,
        full=points(version.full_tenths),
        changed_at=version.changed_at,
        changed_by_name=version.changed_by_name,
    )


def get_version(version_id: int) -> SheetVersion:
    """A version with everything that belongs to it; four statements. Raises SheetVersionNotFound.

    None but the first time within a session if it is in force: such a version never changes.
    """
    read: dict[int, SheetVersion] = db.session().info.setdefault(_READ, {})
    if version_id in read and _is_settled(read[version_id]):
        return read[version_id]
    version = db.session.scalars(_whole().where(SheetVersion.id == version_id)).one_or_none()
    if version is None:
        raise SheetVersionNotFound
    # Kept, because a session forgets what nobody holds.
    read[version_id] = version
    return version


def _is_settled(version: SheetVersion) -> bool:
    """Whether the session knows all of a version still, and it is in force."""
    state = inspect(version)
    is_whole = state.persistent and not state.unloaded & {"state", "sheet", "grades", "items"}
    return is_whole and version.state == VersionState.IN_FORCE.value


def titles_of(version_ids: Collection[int]) -> dict[int, str]:
    """What these versions are called."""
    rows: Any = db.session.execute(
        select(SheetVersion.id, SheetVersion.title).where(SheetVersion.id.in_(version_ids))
    )
    return dict(rows.all())


def version_view(actor: Actor, version_id: int) -> VersionView:
    """A version for whoever manages sheets. Raises Forbidden or SheetVersionNotFound."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    return view_of(get_version(version_id))


def newest_version(sheet_id: int) -> SheetVersion | None:
    """The version of the highest number."""
    statement = _whole().where(SheetVersion.sheet_id == sheet_id).order_by(SheetVersion.number.desc())
    return db.session.scalars(statement.limit(1)).one_or_none()


def latest_in_force(sheet_id: int) -> date | None:
    """The last day from which a version of the sheet is in force."""
    statement = select(SheetVersion.valid_from).where(
        SheetVersion.sheet_id == sheet_id, SheetVersion.state == VersionState.IN_FORCE.value
    )
    return max((day for day in db.session.scalars(statement) if day is not None), default=None)


def version_in_force(sheet_id: int, on: date) -> SheetVersion | None:
    """The version of a sheet that counts on a day."""
    statement = _in_force(on).where(SheetVersion.sheet_id == sheet_id).limit(1)
    return db.session.scalars(statement).one_or_none()


def versions_in_force(on: date, purpose: Purpose = Purpose.EVALUATION) -> list[SheetVersion]:
    """The version of each sheet of a purpose that counts on a day, without its items."""
    newest: dict[int, SheetVersion] = {}
    of_purpose = _in_force(on).join(SheetVersion.sheet).where(ScoreSheet.purpose == purpose.value)
    for version in db.session.scalars(of_purpose):
        newest.setdefault(version.sheet_id, version)
    return sorted(newest.values(), key=lambda version: version.title)


def _in_force(on: date) -> Select[SheetVersion]:
    return (
        select(SheetVersion)
        .where(SheetVersion.state == VersionState.IN_FORCE.value, SheetVersion.valid_from <= on)
        .order_by(SheetVersion.valid_from.desc(), SheetVersion.number.desc())
    )


def _whole() -> Select[SheetVersion]:
    return (
        select(SheetVersion)
        .options(
            joinedload(SheetVersion.sheet),
            selectinload(SheetVersion.grades),
            selectinload(SheetVersion.items).selectinload(ScoreItem.reasons),
        )
        .execution_options(populate_existing=True)
    )


def content_of(version: SheetVersion) -> Content:
    """What a version says, apart from its number and state."""
    return Content(
        code=version.sheet.code,
        title=version.title,
        region=version.region,
        year=version.year,
        source=version.source,
        inapplicable=Inapplicable(version.inapplicable),
        note=version.note,
        items=tuple(_item_of(item) for item in version.items),
        grades=tuple(Grade(row.title, row.from_tenths, row.is_failing) for row in version.grades),
    )


def _item_of(item: ScoreItem) -> Item:
    return Item(
        number=item.number,
        level1=item.level1,
        level2=item.level2,
        level3=item.level3,
        points_tenths=item.points_tenths,
        scoring=item.scoring,
        evidence=EvidenceKind(item.evidence),
        metric_key=item.metric_key,
        may_be_inapplicable=item.may_be_inapplicable,
        reasons=tuple(Reason(reason.text, reason.points_tenths) for reason in item.reasons),
    )


def view_of(version: SheetVersion) -> VersionView:
    """A version in points."""
    return VersionView(
        id=version.id,
        sheet_id=version.sheet_id,
        code=version.sheet.code,
        number=version.number,
        title=version.title,
        region=version.region,
        year=version.year,
        source=version.source,
        state=VersionState(version.state),
        valid_from=version.valid_from,
        inapplicable=Inapplicable(version.inapplicable),
        note=version.note,
        full=points(version.full_tenths),
        changed_at=version.changed_at,
        changed_by_name=version.changed_by_name,
        items=[item_view(item) for item in version.items],
        grades=[GradeView(row.title, points(row.from_tenths), row.is_failing) for row in version.grades],
    )


def item_view(item: ScoreItem) -> ItemView:
    """An item in points."""
    return ItemView(
        id=item.id,
        number=item.number,
        level1=item.level1,
        level2=item.level2,
        level3=item.level3,
        points=points(item.points_tenths),
        scoring=item.scoring,
        evidence=EvidenceKind(item.evidence),
        metric_key=item.metric_key,
        may_be_inapplicable=item.may_be_inapplicable,
        reasons=[
            ReasonView(row.id, row.text, points(row.points_tenths) if row.points_tenths else None)
            for row in item.reasons
        ],
    )


def grades_of(version: SheetVersion) -> list[Grade]:
    """The grades of a version."""
    return [Grade(row.title, row.from_tenths, row.is_failing) for row in version.grades]


def get_scoring(owner_kind: str, owner_id: int, *, lock: bool = False) -> Scoring:
    """The scoring of an owner, locked for a change if wanted. Raises ScoringNotFound."""
    statement = select(Scoring).where(Scoring.owner_kind == owner_kind, Scoring.owner_id == owner_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise ScoringNotFound
    return found


def marks_of(scoring_id: int) -> dict[int, int | None]:
    """The tenths that each scored item has; None where it does not apply."""
    rows: Any = db.session.execute(
        select(ItemScore.item_id, ItemScore.score_tenths).where(ItemScore.scoring_id == scoring_id)
    )
    return dict(rows.all())


def outcomes(owner_kind: str, owner_ids: Collection[int]) -> dict[int, Filled]:
    """Totals and grades of these owners' scorings without their marks; one statement."""
    rows = db.session.scalars(_of_owners(owner_kind, owner_ids))
    return {row.owner_id: _filled(row) for row in rows}


def filled(owner_kind: str, owner_ids: Collection[int]) -> dict[int, Filled]:
    """The scorings of these owners with their marks; three statements."""
    rows = list(db.session.scalars(_of_owners(owner_kind, owner_ids)))
    by_id = {row.id: _filled(row) for row in rows}
    losses = _losses(by_id)
    for mark in db.session.scalars(select(ItemScore).where(ItemScore.scoring_id.in_(by_id))):
        by_id[mark.scoring_id].marks[mark.item_id] = MarkView(
            item_id=mark.item_id,
            is_inapplicable=mark.is_inapplicable,
            score=points(mark.score_tenths) if mark.score_tenths is not None else None,
            remark=mark.remark,
            losses=losses.get((mark.scoring_id, mark.item_id), []),
            scored_at=mark.scored_at,
            scored_by_name=mark.scored_by_name,
        )
    return {row.owner_id: by_id[row.id] for row in rows}


def _of_owners(owner_kind: str, owner_ids: Collection[int]) -> Select[Any]:
    statement = select(Scoring).where(Scoring.owner_kind == owner_kind, Scoring.owner_id.in_(owner_ids))
    return statement.execution_options(populate_existing=True)


def _losses(scoring_ids: Collection[int]) -> dict[tuple[int, int], list[LossView]]:
    found: dict[tuple[int, int], list[LossView]] = {}
    statement = select(ItemLoss).where(ItemLoss.scoring_id.in_(scoring_ids)).order_by(ItemLoss.position)
    for row in db.session.scalars(statement):
        found.setdefault((row.scoring_id, row.item_id), []).append(LossView(row.reason_id, row.text))
    return found


def _filled(row: Scoring) -> Filled:
    return Filled(
        scoring_id=row.id,
        version_id=row.version_id,
        closed_at=row.closed_at,
        total=points(row.total_tenths) if row.total_tenths is not None else None,
        grade=row.grade,
        is_failing=row.is_failing,
    )
