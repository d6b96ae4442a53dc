"""Reads of deductions and appeals, scoped by the actor's CONTRACTORS_READ."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from backend.scoresheets.models import ScoreItem
from backend.scoresheets.policies import points
from property.assessments import policies
from property.assessments.errors import AppealNotFound, DeductionNotFound
from property.assessments.models import Appeal, AppealState, Assessment, Deduction, DeductionOrder
from property.contractors import policies as contractor_policies
from property.contractors import queries as contractor_queries
from property.work_orders.models import WorkOrder

_OPEN = [state.value for state in policies.OPEN_APPEALS]


@dataclass(frozen=True, slots=True)
class LinkedOrder:
    """A work order that proves a deduction."""

    id: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealView:
    """An appeal. What the first review says is the contractor's to know once it is decided."""

    id: int
    deduction_id: int
    state: AppealState
    state_name: str
    text: str
    photos: Sequence[PhotoLinks]
    filed_at: datetime
    filed_by_name: str
    proposed: Decimal | None
    review: str
    reviewed_at: datetime | None
    reviewed_by_name: str
    decided: Decimal | None
    decision: str
    decided_at: datetime | None
    decided_by_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductionView:
    """A deduction with its evidence and its appeal; `can` is what the reader may do with it now."""

    id: int
    assessment_id: int
    contract_id: int
    contractor_id: int
    contractor_name: str
    month: date
    item_id: int
    item_number: str
    item_title: str
    points: Decimal
    standing: Decimal
    reason: str
    happened_on: date
    made_at: datetime
    made_by_name: str
    appeal_until: datetime
    withdrawn_at: datetime | None
    withdrawn_by_name: str
    withdrawal_reason: str
    photos: Sequence[PhotoLinks]
    orders: Sequence[LinkedOrder]
    appeal: AppealView | None
    can: Sequence[str]


def page_deductions(
    actor: Actor,
    *,
    assessment_id: int | None = None,
    contractor_id: int | None = None,
    month: date | None = None,
    appeal_state: AppealState | None = None,
    is_appeal_open: bool | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The deductions within reach, the latest first; `appeal_state` asks for those with such an appeal."""
    statement = _within(actor).order_by(Deduction.id.desc())
    if assessment_id is not None:
        statement = statement.where(Deduction.assessment_id == assessment_id)
    if contractor_id is not None:
        statement = statement.where(Assessment.contractor_id == contractor_id)
    if month is not None:
        statement = statement.where(Assessment.month == month)
    if appeal_state is not None or is_appeal_open is not None:
        statement = statement.outerjoin(Appeal, Appeal.deduction_id == Deduction.id)
    if appeal_state is not None:
        statement = statement.where(Appeal.state == appeal_state.value)
    if is_appeal_open is not None:
        is_open = func.coalesce(Appeal.state, "").in_(_OPEN)
        statement = statement.where(is_open if is_appeal_open else ~is_open)
    found = paginate(statement, page=page, page_size=page_size)
    return Page(_views(actor, found.rows), found.total, page, page_size)


def get_deduction(actor: Actor, deduction_id: int) -> DeductionView:
    """One deduction. Raises DeductionNotFound."""
    found = db.session.scalars(_within(actor).where(Deduction.id == deduction_id)).one_or_none()
    if found is None:
        raise DeductionNotFound
    return _views(actor, [found])[0]


def deductions_of(actor: Actor, assessment_id: int) -> list[DeductionView]:
    """All deductions of a month, in their order."""
    statement = _within(actor).where(Deduction.assessment_id == assessment_id).order_by(Deduction.id)
    return _views(actor, list(db.session.scalars(statement)))


def find_deduction(deduction_id: int) -> Deduction:
    """The row, read afresh. Raises DeductionNotFound."""
    statement = select(Deduction).where(Deduction.id == deduction_id)
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise DeductionNotFound
    return found


def find_appeal(appeal_id: int) -> Appeal:
    """The row, read afresh. Raises AppealNotFound."""
    statement = select(Appeal).where(Appeal.id == appeal_id)
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise AppealNotFound
    return found


def appeal_of(deduction_id: int) -> Appeal | None:
    """The appeal against a deduction."""
    return db.session.scalars(select(Appeal).where(Appeal.deduction_id == deduction_id)).one_or_none()


def standing(assessment_ids: Collection[int]) -> dict[int, list[Deduction]]:
    """What of these months' deductions stands; one statement."""
    found: dict[int, list[Deduction]] = defaultdict(list)
    statement = (
        select(Deduction)
        .where(Deduction.assessment_id.in_(assessment_ids), Deduction.standing_tenths > 0)
        .order_by(Deduction.id)
        .execution_options(populate_existing=True)
    )
    for row in db.session.scalars(statement):
        found[row.assessment_id].append(row)
    return found


def by_ids(deduction_ids: Collection[int]) -> dict[int, Deduction]:
    """These deductions."""
    rows = db.session.scalars(select(Deduction).where(Deduction.id.in_(deduction_ids)))
    return {row.id: row for row in rows}


def open_appeals(assessment_ids: Collection[int]) -> dict[int, int]:
    """How many appeals of these months are open; months without any are left out."""
    rows: Any = db.session.execute(
        select(Deduction.assessment_id, func.count())
        .join(Appeal, Appeal.deduction_id == Deduction.id)
        .where(Deduction.assessment_id.in_(assessment_ids), Appeal.state.in_(_OPEN))
        .group_by(Deduction.assessment_id)
    )
    return dict(rows.all())


def not_theirs(order_ids: Collection[int], contractor_id: int) -> list[int]:
    """Which of these are no orders of the contractor's."""
    theirs = db.session.scalars(
        select(WorkOrder.id).where(WorkOrder.id.in_(order_ids), WorkOrder.contractor_id == contractor_id)
    )
    return sorted(set(order_ids) - set(theirs))


def _within(actor: Actor) -> Select[Any]:
    return (
        select(Deduction)
        .join(Assessment, Assessment.id == Deduction.assessment_id)
        .where(contractor_queries.in_reach(actor, Assessment.contractor_id))
        .execution_options(populate_existing=True)
    )


def _views(actor: Actor, rows: Sequence[Deduction]) -> list[DeductionView]:
    """Views of rows; nine statements for any number."""
    ids = [row.id for row in rows]
    months = {
        each.id: each
        for each in db.session.scalars(
            select(Assessment).where(Assessment.id.in_({row.assessment_id for row in rows}))
        )
    }
    items = {
        item.id: item
        for item in db.session.scalars(select(ScoreItem).where(ScoreItem.id.in_({r.item_id for r in rows})))
    }
    called = contractor_queries.names({each.contractor_id for each in months.values()})
    appeals = {
        each.deduction_id: each
        for each in db.session.scalars(
            select(Appeal).where(Appeal.deduction_id.in_(ids)).execution_options(populate_existing=True)
        )
    }
    photos = media_queries.links_of_owners(policies.DEDUCTION_PHOTOS, ids)
    appeal_photos = media_queries.links_of_owners(
        policies.APPEAL_PHOTOS, [each.id for each in appeals.values()]
    )
    orders = _orders(ids)
    sees_reviews = actor.reach(Permission.CONTRACTORS_READ).everywhere
    found = []
    for row in rows:
        month, item = months[row.assessment_id], items[row.item_id]
        appeal = appeals.get(row.id)
        found.append(
            DeductionView(
                id=row.id,
                assessment_id=row.assessment_id,
                contract_id=month.contract_id,
                contractor_id=month.contractor_id,
                contractor_name=called[month.contractor_id],
                month=month.month,
                item_id=row.item_id,
                item_number=item.number,
                item_title=item.level2,
                points=points(row.points_tenths),
                standing=points(row.standing_tenths),
                reason=row.reason,
                happened_on=row.happened_on,
                made_at=row.made_at,
                made_by_name=row.made_by_name,
                appeal_until=row.appeal_until,
                withdrawn_at=row.withdrawn_at,
                withdrawn_by_name=row.withdrawn_by_name,
                withdrawal_reason=row.withdrawal_reason,
                photos=photos.get(row.id, []),
                orders=orders[row.id],
                appeal=_appeal_view(appeal, appeal_photos, sees_reviews) if appeal is not None else None,
                can=_can(actor, row, month, appeal),
            )
        )
    return found


def _orders(deduction_ids: Collection[int]) -> dict[int, list[LinkedOrder]]:
    found: dict[int, list[LinkedOrder]] = defaultdict(list)
    rows = db.session.execute(
        select(DeductionOrder.deduction_id, WorkOrder.id, WorkOrder.number)
        .join(WorkOrder, WorkOrder.id == DeductionOrder.order_id)
        .where(DeductionOrder.deduction_id.in_(deduction_ids))
        .order_by(WorkOrder.id)
    )
    for deduction_id, order_id, number in rows:
        found[deduction_id].append(LinkedOrder(order_id, number))
    return found


def _appeal_view(row: Appeal, photos: dict[int, list[PhotoLinks]], sees_reviews: bool) -> AppealView:
    state = AppealState(row.state)
    shows = sees_reviews or state not in policies.OPEN_APPEALS
    return AppealView(
        id=row.id,
        deduction_id=row.deduction_id,
        state=state,
        state_name=policies.APPEAL_NAMES[state],
        text=row.text,
        photos=photos.get(row.id, []),
        filed_at=row.filed_at,
        filed_by_name=row.filed_by_name,
        proposed=points(row.proposed_tenths) if shows and row.proposed_tenths is not None else None,
        review=row.review if shows else "",
        reviewed_at=row.reviewed_at,
        reviewed_by_name=row.reviewed_by_name if shows else "",
        decided=points(row.decided_tenths) if row.decided_tenths is not None else None,
        decision=row.decision,
        decided_at=row.decided_at,
        decided_by_name=row.decided_by_name,
    )


def _can(actor: Actor, row: Deduction, month: Assessment, appeal: Appeal | None) -> list[str]:
    """What the actor may do: appeal, withdraw_appeal, withdraw, review, decide."""
    if row.withdrawn_at is not None:
        return []
    if contractor_policies.answers_for(actor, month.contractor_id):
        if appeal is None:
            return ["appeal"] if clock.now() <= row.appeal_until else []
        return ["withdraw_appeal"] if appeal.state in policies.OPEN_APPEALS else []
    can = []
    assesses = actor.reach(Permission.CONTRACTORS_ASSESS).everywhere
    if appeal is None:
        return ["withdraw"] if assesses else []
    if appeal.state == AppealState.FILED and assesses and actor.staff_id != row.made_by:
        can.append("review")
    decides = actor.reach(Permission.CONTRACTORS_REVIEW).everywhere
    if (
        appeal.state == AppealState.REVIEWED
        and decides
        and actor.staff_id not in (row.made_by, appeal.reviewed_by)
    ):
        can.append("decide")
    return can
