"""Writes of score sheets and of scorings, within an open unit of work."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.actor import Actor
from backend.db import db, table, unit
from backend.scoresheets import policies, queries
from backend.scoresheets.errors import (
    DraftExists,
    ScoringClosed,
    SheetCodeTaken,
    SheetInvalid,
    VersionInForce,
)
from backend.scoresheets.models import (
    Inapplicable,
    ItemLoss,
    ItemScore,
    LossReason,
    Purpose,
    ScoreGrade,
    ScoreItem,
    ScoreSheet,
    Scoring,
    SheetVersion,
    VersionState,
)
from backend.scoresheets.policies import Content, Mark, Outcome

_SCORE, _LOSS = table(ItemScore), table(ItemLoss)


def add_sheet(
    actor: Actor, content: Content, *, at: datetime, purpose: Purpose = Purpose.EVALUATION
) -> SheetVersion:
    """A new sheet with its first draft. Raises SheetCodeTaken."""
    unit()
    if queries.find_sheet(content.code) is not None:
        raise SheetCodeTaken(sheet_code=content.code)
    sheet = ScoreSheet(code=content.code, purpose=purpose.value, created_at=at, created_by=actor.staff_id)
    db.session.add(sheet)
    try:
        db.session.flush()  # Its version names it, and somebody may have taken the code meanwhile.
    except IntegrityError as taken:
        raise SheetCodeTaken(sheet_code=content.code) from taken
    return _add_version(actor, sheet, 1, content, at)


def add_draft(actor: Actor, sheet: ScoreSheet, content: Content, *, at: datetime) -> SheetVersion:
    """The next version of a sheet, as a draft. Raises DraftExists."""
    unit()
    newest = queries.newest_version(sheet.id)
    if newest is not None and newest.state == VersionState.DRAFT:
        raise DraftExists
    return _add_version(actor, sheet, newest.number + 1 if newest else 1, content, at)


def rewrite(actor: Actor, version: SheetVersion, content: Content, *, at: datetime) -> None:
    """Let a draft say something else. Raises VersionInForce."""
    unit()
    ensure_draft(version)
    _describe(actor, version, content, at)
    # The old rows go before those come that have the same numbers.
    version.items, version.grades = [], []
    db.session.flush()
    _fill(version, content)
    db.session.flush()


def put_in_force(version: SheetVersion, *, valid_from: date) -> None:
    """Freeze a draft: it counts from this day on.

    Raises VersionInForce, ValidFromTaken or, with the problems, SheetInvalid.
    """
    unit()
    ensure_draft(version)
    found = policies.problems(queries.content_of(version))
    if found:
        raise SheetInvalid(first=found[0], problems=found)
    policies.ensure_after(valid_from, queries.latest_in_force(version.sheet_id))
    version.state, version.valid_from = VersionState.IN_FORCE.value, valid_from
    db.session.flush()


def discard(version: SheetVersion) -> None:
    """Delete a draft, and its sheet if there is no other version. Raises VersionInForce."""
    unit()
    ensure_draft(version)
    sheet = version.sheet
    db.session.delete(version)
    db.session.flush()
    if queries.newest_version(sheet.id) is None:
        db.session.delete(sheet)


def ensure_draft(version: SheetVersion) -> None:
    """Raises VersionInForce."""
    if version.state != VersionState.DRAFT:
        raise VersionInForce


def open_scoring(version_id: int, owner_kind: str, owner_id: int, *, at: datetime) -> Scoring:
    """Begin to score something by a version that is in force. Raises VersionNotInForce."""
    open_scorings(version_id, owner_kind, [owner_id], at=at)
    return queries.get_scoring(owner_kind, owner_id)


def open_scorings(version_id: int, owner_kind: str, owner_ids: Collection[int], *, at: datetime) -> None:
    """The same for several owners of a kind. Raises VersionNotInForce."""
    connection = unit()
    version = queries.get_version(version_id)
    policies.ensure_usable(VersionState(version.state), version.valid_from, clock.local(at).date())
    rows = [
        {
            "version_id": version_id,
            "owner_kind": owner_kind,
            "owner_id": owner_id,
            "opened_at": at,
            "is_failing": False,
        }
        for owner_id in owner_ids
    ]
    if rows:
        connection.execute(insert(table(Scoring)), rows)


def score(actor: Actor, scoring: Scoring, marks: Sequence[Mark], *, at: datetime) -> None:
    """Give these items their scores, in place of what they had.

    Raises ScoringClosed, ItemNotFound, ScoreMissing, NotInapplicable, ScoreTooHigh, ReasonNeeded or
    ReasonNotFound; then nothing was scored.
    """
    connection = unit()
    if scoring.closed_at is not None:
        raise ScoringClosed
    items = {item.id: item for item in queries.get_version(scoring.version_id).items}
    for mark in marks:
        policies.ensure_mark(items.get(mark.item_id), mark)
    scored = {mark.item_id: mark for mark in marks}
    if not scored:
        return
    for rows in (_LOSS, _SCORE):
        connection.execute(delete(rows).where(rows.c.scoring_id == scoring.id, rows.c.item_id.in_(scored)))
    connection.execute(
        insert(_SCORE),
        [
            {
                "scoring_id": scoring.id,
                "item_id": mark.item_id,
                "is_inapplicable": mark.is_inapplicable,
                "score_tenths": mark.score_tenths,
                "remark": mark.remark.strip(),
                "scored_at": at,
                "scored_by": actor.staff_id,
                "scored_by_name": actor.name,
            }
            for mark in scored.values()
        ],
    )
    losses = [row for mark in scored.values() for row in _losses(scoring.id, items[mark.item_id], mark)]
    if losses:
        connection.execute(insert(_LOSS), losses)


def close_scoring(actor: Actor, scoring: Scoring, *, at: datetime) -> Outcome:
    """Make the total and the grade; nothing changes any more.

    Raises ScoringClosed, ItemsUnscored or NothingApplies.
    """
    unit()
    if scoring.closed_at is not None:
        raise ScoringClosed
    version = queries.get_version(scoring.version_id)
    found = policies.outcome(
        version.items,
        queries.marks_of(scoring.id),
        Inapplicable(version.inapplicable),
        queries.grades_of(version),
    )
    scoring.closed_at, scoring.closed_by = at, actor.staff_id
    scoring.total_tenths, scoring.grade = found.total_tenths, found.grade
    scoring.is_failing = found.is_failing
    db.session.flush()
    return found


def _losses(scoring_id: int, item: ScoreItem, mark: Mark) -> list[dict[str, object]]:
    """Rows of an item's losses; one of the catalogue is kept with its text."""
    if mark.score_tenths is None or mark.score_tenths == item.points_tenths:
        return []
    known = {reason.id: reason.text for reason in item.reasons}
    return [
        {
            "scoring_id": scoring_id,
            "item_id": item.id,
            "position": position,
            "reason_id": loss.reason_id,
            "text": loss.text.strip() if loss.reason_id is None else known[loss.reason_id],
        }
        for position, loss in enumerate(mark.losses)
    ]


def _add_version(
    actor: Actor, sheet: ScoreSheet, number: int, content: Content, at: datetime
) -> SheetVersion:
    version = SheetVersion(sheet_id=sheet.id, number=number, state=VersionState.DRAFT.value)
    version.sheet = sheet
    _describe(actor, version, content, at)
    _fill(version, content)
    db.session.add(version)
    try:
        db.session.flush()
    except IntegrityError as twin:  # Somebody has begun the same version.
        raise DraftExists from twin
    return version


def _describe(actor: Actor, version: SheetVersion, content: Content, at: datetime) -> None:
    for name in ("title", "region", "year", "source", "note"):
        setattr(version, name, getattr(content, name))
    version.inapplicable = content.inapplicable.value
    version.full_tenths, version.digest = content.full_tenths, content.digest
    version.changed_at, version.changed_by, version.changed_by_name = at, actor.staff_id, actor.name


def _fill(version: SheetVersion, content: Content) -> None:
    version.grades = [
        ScoreGrade(title=grade.title, from_tenths=grade.from_tenths, is_failing=grade.is_failing)
        for grade in content.grades
    ]
    version.items = [
        ScoreItem(
            position=position,
            number=item.number,
            level1=item.level1,
            level2=item.level2,
            level3=item.level3,
            points_tenths=item.points_tenths,
            scoring=item.scoring,
            evidence=item.evidence.value,
            metric_key=item.metric_key,
            may_be_inapplicable=item.may_be_inapplicable,
            reasons=[
                LossReason(position=place, text=reason.text, points_tenths=reason.points_tenths)
                for place, reason in enumerate(item.reasons)
            ],
        )
        for position, item in enumerate(content.items)
    ]
