"""Reads of the reports: which of them an actor may know of."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, and_, false, literal_column, or_, select, true

from backend.actor import Actor, Permission, Reach
from backend.db import db
from feedback.reports import people, sealing
from feedback.reports.errors import ReportNotFound
from feedback.reports.models import IS_OPEN, Follower, Report, State
from feedback.reports.policies import Standing

# In the words of the partial indexes: SQLite looks at nothing else to tell that one of them will do.
IS_OPEN_REPORT: Final[ColumnElement[bool]] = literal_column(f"{Report.__tablename__}.{IS_OPEN}")
# What was replied to and may still be rated, in the words of its index.
IS_LAPSING: Final[ColumnElement[bool]] = literal_column(
    f"{Report.__tablename__}.state IN ('replied', 'to_rate')"
)
IS_PUBLISHED: Final[ColumnElement[bool]] = and_(
    Report.published_at.is_not(None), Report.state != State.HIDDEN.value
)
READS: Final = (
    Permission.FEEDBACK_READ,
    Permission.REPORTS_TRIAGE,
    Permission.REPORTS_APPROVE,
    Permission.REPORTS_VISIT,
)


def find(actor: Actor, report_id: int) -> Report:
    """A report that the actor may know of; at most two statements. Raises ReportNotFound."""
    found = db.session.scalars(
        select(Report)
        .where(Report.id == report_id, visible_to(actor))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise ReportNotFound
    return found


def numbers(report_ids: Collection[int]) -> dict[int, str]:
    """The numbers of these reports, whoever asks; one statement, or none for none."""
    statement = select(Report.id, Report.number).where(Report.id.in_(report_ids))
    return {row.id: row.number for row in db.session.execute(statement)} if report_ids else {}


def standing(actor: Actor, report: Report) -> Standing:
    """What the actor is to the report."""
    return people.standing(actor, report)


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """What the actor reads as one who works on reports: by permission where they are, or by their office."""
    return or_(by_permission(actor), of_own_offices(actor))


def by_permission(actor: Actor) -> ColumnElement[bool]:
    """What the actor reads by permission, of the places within reach."""
    return or_(false(), *(covered(actor.reach(permission)) for permission in READS))


def of_own_offices(actor: Actor) -> ColumnElement[bool]:
    """What the actor's offices have, or had last."""
    office_ids = people.offices_of(actor)
    return Report.office_id.in_(sorted(office_ids)) if office_ids else false()


def own(actor: Actor) -> ColumnElement[bool]:
    """What the actor reported, named or not."""
    return Report.reporter_key == sealing.key_of(actor.staff_id)


def followed(actor: Actor) -> ColumnElement[bool]:
    """What the actor follows and is not hidden."""
    ids = select(Follower.report_id).where(Follower.staff_id == actor.staff_id)
    return and_(Report.id.in_(ids), Report.state != State.HIDDEN.value)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """What the actor may know of at all."""
    return or_(in_reach(actor), own(actor), followed(actor), IS_PUBLISHED)


def covered(reach: Reach) -> ColumnElement[bool]:
    """The condition that a report's place lies within reach; without a place, only everywhere reaches it."""
    if reach.everywhere:
        return true()
    conditions: list[ColumnElement[bool]] = []
    if reach.campus_ids:
        conditions.append(Report.campus_id.in_(reach.campus_ids))
    if reach.building_ids:
        conditions.append(Report.building_id.in_(reach.building_ids))
    return or_(false(), *conditions)
