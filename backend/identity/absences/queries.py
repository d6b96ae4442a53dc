"""Reads of absences: who is absent when, for everybody who has to know; one's own; and all of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.counting import Count
from backend.db import db
from backend.identity.absences import policies
from backend.identity.absences.errors import AbsenceNotFound
from backend.identity.absences.models import Absence, AbsenceKind, AbsenceState, Half
from backend.identity.absences.policies import STANDING, Span
from backend.identity.models import Posting, Staff, StaffStatus
from backend.identity.queries import department_tree, names_of
from backend.paging import Page, paginate

# People per statement: a database takes only so many parameters.
_BATCH = 1000


def absent_of(staff_ids: Collection[int], from_at: datetime, until_at: datetime) -> set[int]:
    """Those of these people of whom one approved absence covers the whole of [from_at, until_at).

    One statement for each thousand people.
    """
    ordered = sorted(staff_ids)
    found: set[int] = set()
    for start in range(0, len(ordered), _BATCH):
        found |= set(
            db.session.scalars(
                select(Absence.staff_id)
                .where(Absence.staff_id.in_(ordered[start : start + _BATCH]), *_covering(from_at, until_at))
                .distinct()
            )
        )
    return found


def _covering(from_at: datetime, until_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Absence.state == AbsenceState.APPROVED.value,
        Absence.from_at <= from_at,
        Absence.until_at >= until_at,
    )


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """An absence as its person sees it; `span` says it in words, `answer` is the approver's."""

    id: int
    kind: str
    from_on: date
    from_half: str
    until_on: date
    until_half: str
    from_at: datetime
    until_at: datetime
    span: str
    state: str
    source: str
    reason: str
    answer: str
    filed_at: datetime
    decided_at: datetime | None
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class ManagedAbsence(AbsenceView):
    """An absence as an approver sees it; `may_decide` is false for the approver's own."""

    staff_id: int
    staff_no: str
    staff_name: str
    department: str
    decided_by: str
    may_decide: bool


def page_own(actor: Actor, *, state: AbsenceState | None = None, page: int, page_size: int) -> Page:
    """The actor's own absences, the latest first."""
    statement = select(Absence).where(Absence.staff_id == actor.staff_id)
    if state is not None:
        statement = statement.where(Absence.state == state.value)
    ordered = _fresh(statement).order_by(Absence.from_at.desc(), Absence.id.desc())
    found = paginate(ordered, page=page, page_size=page_size)
    return Page([_view(each) for each in found.rows], found.total, page, page_size)


def get_own(actor: Actor, absence_id: int) -> AbsenceView:
    """One of the actor's own. Raises AbsenceNotFound for anybody else's."""
    found = db.session.scalars(
        _fresh(select(Absence).where(Absence.id == absence_id, Absence.staff_id == actor.staff_id))
    ).one_or_none()
    if found is None:
        raise AbsenceNotFound
    return _view(found)


def page_all(
    actor: Actor,
    *,
    state: AbsenceState | None = None,
    kind: AbsenceKind | None = None,
    department_id: int | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    q: str = "",
    page: int,
    page_size: int,
) -> Page:
    """Everybody's absences that touch [from_on, until_on], what is pending first, then the latest.

    `department_id` takes in what lies below it, `q` is a part of a name or a staff number. Raises Forbidden.
    """
    ensure_everywhere(actor, Permission.ABSENCES_MANAGE)
    statement = _managed()
    if state is not None:
        statement = statement.where(Absence.state == state.value)
    if kind is not None:
        statement = statement.where(Absence.kind == kind.value)
    if from_on is not None:
        statement = statement.where(Absence.until_on >= from_on)
    if until_on is not None:
        statement = statement.where(Absence.from_on <= until_on)
    if q:
        statement = statement.where(
            or_(Staff.name.contains(q, autoescape=True), Staff.staff_no.startswith(q, autoescape=True))
        )
    tree = department_tree()
    if department_id is not None:
        below = tree.with_descendants(department_id) if department_id in tree else []
        statement = statement.where(Posting.department_id.in_(below))
    is_pending = Absence.state == AbsenceState.PENDING.value
    ordered = statement.order_by(is_pending.desc(), Absence.from_at.desc(), Absence.id.desc())
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page(_managed_views(actor, found.rows), found.total, page, page_size)


def get_managed(actor: Actor, absence_id: int) -> ManagedAbsence:
    """One of everybody's. Raises Forbidden or AbsenceNotFound."""
    ensure_everywhere(actor, Permission.ABSENCES_MANAGE)
    rows = db.session.execute(_managed().where(Absence.id == absence_id)).all()
    if not rows:
        raise AbsenceNotFound
    return _managed_views(actor, rows)[0]


def get_absence(absence_id: int) -> Absence:
    """The row as it stands, for whoever may see it. Raises AbsenceNotFound."""
    found = db.session.get(Absence, absence_id, populate_existing=True)
    if found is None:
        raise AbsenceNotFound
    return found


def pending(actor: Actor) -> Count:
    """Counts those that wait for a decision. Raises Forbidden."""
    ensure_everywhere(actor, Permission.ABSENCES_MANAGE)
    return select(func.count()).select_from(Absence).where(Absence.state == AbsenceState.PENDING.value)


def standing_within(staff_id: int, span: Span) -> Absence | None:
    """The first pending or approved absence of a person that touches the span, or None."""
    return db.session.scalars(
        _fresh(
            select(Absence)
            .where(
                Absence.staff_id == staff_id,
                Absence.state.in_([state.value for state in STANDING]),
                Absence.from_at < span.until_at,
                Absence.until_at > span.from_at,
            )
            .order_by(Absence.from_at)
            .limit(1)
        )
    ).one_or_none()


def standing_of(staff_ids: Collection[int], from_at: datetime) -> list[Absence]:
    """The pending and approved absences of these people, at most a thousand, that end after an instant."""
    return list(
        db.session.scalars(
            _fresh(
                select(Absence)
                .where(
                    Absence.staff_id.in_(staff_ids),
                    Absence.state.in_([state.value for state in STANDING]),
                    Absence.until_at > from_at,
                )
                .order_by(Absence.from_at)
            )
        )
    )


def active_numbers(staff_nos: Collection[str]) -> dict[str, int]:
    """The active members of staff with these numbers, at most a thousand, by number."""
    rows = db.session.execute(
        select(Staff.staff_no, Staff.id).where(
            Staff.staff_no.in_(staff_nos), Staff.status == StaffStatus.ACTIVE.value
        )
    )
    return dict(rows.all())


def span_of(absence: Absence) -> Span:
    """The days and halves of an absence."""
    return Span(absence.from_on, Half(absence.from_half), absence.until_on, Half(absence.until_half))


def _fresh(statement: Select[Any]) -> Select[Any]:
    # A step is an UPDATE past the session, whose entities would be stale after it.
    return statement.execution_options(populate_existing=True)


def _managed() -> Select[*tuple[Any, ...]]:
    return (
        select(Absence, Staff.staff_no, Staff.name, Posting.department_id)
        .join(Staff, Staff.id == Absence.staff_id)
        .outerjoin(Posting, (Posting.staff_id == Staff.id) & Posting.is_primary)
        .execution_options(populate_existing=True)
    )


def _managed_views(actor: Actor, rows: Sequence[Any]) -> list[ManagedAbsence]:
    tree = department_tree()
    names = names_of({absence.decided_by for absence, *_ in rows if absence.decided_by})
    return [
        ManagedAbsence(
            **_columns(absence),
            staff_id=absence.staff_id,
            staff_no=staff_no,
            staff_name=name,
            department=tree.path(department_id) if department_id is not None else "",
            decided_by=names.get(absence.decided_by, ""),
            may_decide=absence.staff_id != actor.staff_id,
        )
        for absence, staff_no, name, department_id in rows
    ]


def _view(absence: Absence) -> AbsenceView:
    return AbsenceView(**_columns(absence))


def _columns(absence: Absence) -> dict[str, Any]:
    names = (
        *("id", "kind", "from_on", "from_half", "until_on", "until_half", "from_at", "until_at"),
        *("state", "source", "reason", "answer", "filed_at", "decided_at"),
    )
    return {
        **{name: getattr(absence, name) for name in names},
        "span": policies.in_words(span_of(absence)),
        "may_withdraw": policies.may_withdraw(absence.state, absence.from_at, clock.now()),
    }
