"""Reads of checks, scoped by the actor's CONTRACTORS_READ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from backend.actor import Actor, Permission
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from backend.scoresheets import queries as score_queries
from backend.scoresheets.policies import points
from backend.scoresheets.queries import ItemView, MarkView
from property.assessments import policies
from property.assessments.errors import CheckNotFound
from property.assessments.models import CheckState, ContractorCheck
from property.assessments.titles import CHECK_NAMES
from property.contractors import queries as contractor_queries


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """A check in a list."""

    id: int
    contract_id: int
    contractor_id: int
    contractor_name: str
    sheet_code: str
    sheet_title: str
    checked_on: date
    place: str
    state: CheckState
    state_name: str
    opened_by_name: str
    closed_at: datetime | None
    total: Decimal | None
    full: Decimal
    grade: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """An item with what it was given."""

    item: ItemView
    mark: MarkView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView(CheckRow):
    """All of a check; `can` is what the reader may do with it now: score, close, void."""

    note: str
    void_reason: str
    sheet_version_id: int
    lines: Sequence[CheckLine]
    unscored: Sequence[str]
    photos: Sequence[PhotoLinks]
    can: Sequence[str]


def page_checks(
    actor: Actor,
    *,
    contract_id: int | None = None,
    contractor_id: int | None = None,
    state: CheckState | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The checks within reach, the latest first; who speaks for a contractor sees closed ones."""
    statement = _within(actor).order_by(ContractorCheck.checked_on.desc(), ContractorCheck.id.desc())
    if contract_id is not None:
        statement = statement.where(ContractorCheck.contract_id == contract_id)
    if contractor_id is not None:
        statement = statement.where(ContractorCheck.contractor_id == contractor_id)
    if state is not None:
        statement = statement.where(ContractorCheck.state == state.value)
    if from_on is not None:
        statement = statement.where(ContractorCheck.checked_on >= from_on)
    if until_on is not None:
        statement = statement.where(ContractorCheck.checked_on <= until_on)
    found = paginate(statement, page=page, page_size=page_size)
    called = contractor_queries.names({row.contractor_id for row in found.rows})
    titles = score_queries.titles_of({row.sheet_version_id for row in found.rows})
    rows = [CheckRow(**_facts(row, called, titles)) for row in found.rows]
    return Page(rows, found.total, page, page_size)


def get_check(actor: Actor, check_id: int) -> CheckView:
    """One check. Raises CheckNotFound."""
    row = db.session.scalars(_within(actor).where(ContractorCheck.id == check_id)).one_or_none()
    if row is None:
        raise CheckNotFound
    version = score_queries.get_version(row.sheet_version_id)
    filled = score_queries.filled(policies.CHECK_OWNER, [row.id])[row.id]
    called = contractor_queries.names([row.contractor_id])
    return CheckView(
        **_facts(row, called, {version.id: version.title}),
        note=row.note,
        void_reason=row.void_reason,
        sheet_version_id=row.sheet_version_id,
        lines=[CheckLine(score_queries.item_view(item), filled.marks.get(item.id)) for item in version.items],
        unscored=[item.number for item in version.items if item.id not in filled.marks],
        photos=media_queries.links_of_owners(policies.CHECK_PHOTOS, [row.id]).get(row.id, []),
        can=_can(actor, row),
    )


def find_check(check_id: int, *, lock: bool = False) -> ContractorCheck:
    """The row, locked for a change if wanted. Raises CheckNotFound."""
    statement = select(ContractorCheck).where(ContractorCheck.id == check_id)
    if lock:
        statement = statement.with_for_update()
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise CheckNotFound
    return found


def _within(actor: Actor) -> Select[Any]:
    statement = (
        select(ContractorCheck)
        .where(contractor_queries.in_reach(actor, ContractorCheck.contractor_id))
        .execution_options(populate_existing=True)
    )
    if actor.reach(Permission.CONTRACTORS_READ).everywhere:
        return statement
    return statement.where(ContractorCheck.state == CheckState.CLOSED.value)


def _facts(row: ContractorCheck, called: dict[int, str], titles: dict[int, str]) -> dict[str, Any]:
    state = CheckState(row.state)
    return {
        "id": row.id,
        "contract_id": row.contract_id,
        "contractor_id": row.contractor_id,
        "contractor_name": called[row.contractor_id],
        "sheet_code": row.sheet_code,
        "sheet_title": titles[row.sheet_version_id],
        "checked_on": row.checked_on,
        "place": row.place,
        "state": state,
        "state_name": CHECK_NAMES[state],
        "opened_by_name": row.opened_by_name,
        "closed_at": row.closed_at,
        "total": points(row.total_tenths) if row.total_tenths is not None else None,
        "full": points(row.full_tenths),
        "grade": row.grade,
    }


def _can(actor: Actor, row: ContractorCheck) -> list[str]:
    if not actor.reach(Permission.CONTRACTORS_ASSESS).everywhere or row.state == CheckState.VOID:
        return []
    if row.state == CheckState.OPEN and row.opened_by == actor.staff_id:
        return ["score", "close", "void"]
    return ["void"]
