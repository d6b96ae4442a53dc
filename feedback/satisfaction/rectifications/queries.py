"""Reads of the rectifications of low ratings: reviewers see all of them, owners their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.counting import Count
from backend.db import db
from backend.identity.models import Staff
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from backend.ratings.policies import FEWEST, find_service, ratio
from feedback.offices import queries as offices
from feedback.offices.models import Office
from feedback.satisfaction import queries as satisfaction
from feedback.satisfaction.policies import Sum
from feedback.satisfaction.rectifications import policies
from feedback.satisfaction.rectifications.errors import SatisfactionRectificationNotFound
from feedback.satisfaction.rectifications.models import (
    Origin,
    SatisfactionRectification,
    SatisfactionRectificationStep,
    State,
)
from feedback.satisfaction.rectifications.policies import Step

_LIVE: Final = [state.value for state in policies.LIVE]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What ratings said, before or after; rates are fractions of 1, nothing but the count is told of few."""

    count: int
    is_withheld: bool
    satisfied_rate: Decimal | None
    average: Decimal | None


@dataclass(frozen=True, slots=True)
class RectificationRow:
    """A rectification as a list shows it."""

    of: SatisfactionRectification
    owner_name: str
    owner_office_name: str

    @property
    def service_title(self) -> str:
        """用餐, 报修服务 …"""
        try:
            return find_service(self.of.service).title
        except LookupError:  # Declared by nobody any more.
            return self.of.service

    @property
    def state_name(self) -> str:
        """待整改, 整改中 …"""
        return policies.STATE_NAMES[State(self.of.state)]

    @property
    def origin_name(self) -> str:
        """月度评价 or 人工下达."""
        return policies.ORIGIN_NAMES[Origin(self.of.origin)]

    @property
    def is_overdue(self) -> bool:
        """Whether measures should have been submitted by now."""
        return policies.is_overdue(self.of.state, self.of.due_on, clock.today())

    @property
    def before(self) -> Evidence:
        """The ratings that it comes from."""
        of = self.of
        return _evidence(of.before_count, of.before_satisfied, of.before_scores, of.before_points)

    @property
    def after(self) -> Evidence | None:
        """The ratings that it was closed on."""
        of = self.of
        if of.state != State.CLOSED:
            return None
        return _evidence(of.after_count, of.after_satisfied, of.after_scores, of.after_points)


@dataclass(frozen=True, slots=True)
class StepView:
    """What was done."""

    step: SatisfactionRectificationStep

    @property
    def name(self) -> str:
        """下达整改, 报送整改措施 …"""
        return policies.STEP_NAMES[Step(self.step.step)]


@dataclass(frozen=True, slots=True)
class RectificationView(RectificationRow):
    """All of a rectification. `latest` is `after`, live until it is closed; `can` are the reader's steps."""

    latest: Evidence | None
    photos: Sequence[PhotoLinks]
    steps: Sequence[StepView]
    can: Sequence[Step]


def page_all(
    actor: Actor, *, state: State | None = None, is_overdue: bool = False, page: int, page_size: int
) -> Page:
    """All of them, what is due first at the head. Raises Forbidden."""
    ensure_everywhere(actor, Permission.REVIEWS_MANAGE)
    statement = _rows()
    if state is not None:
        statement = statement.where(SatisfactionRectification.state == state.value)
    if is_overdue:
        statement = statement.where(
            SatisfactionRectification.state.in_(_LIVE), SatisfactionRectification.due_on < clock.today()
        )
    return _page(statement, page, page_size)


def page_mine(actor: Actor, *, page: int, page_size: int) -> Page:
    """One's own, and those of the offices that one belongs to."""
    return _page(_rows().where(_owned_by(actor)), page, page_size)


def get(actor: Actor, rectification_id: int) -> RectificationView:
    """All of one, for reviewers and its owners. Raises SatisfactionRectificationNotFound."""
    statement = _rows().where(SatisfactionRectification.id == rectification_id)
    if not actor.reach(Permission.REVIEWS_MANAGE).everywhere:
        statement = statement.where(_owned_by(actor))
    found = db.session.execute(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise SatisfactionRectificationNotFound
    row = RectificationRow(*found)
    steps = db.session.scalars(
        select(SatisfactionRectificationStep)
        .where(SatisfactionRectificationStep.rectification_id == rectification_id)
        .order_by(SatisfactionRectificationStep.id)
    )
    photos = media_queries.links_of_owners(policies.PHOTO_OWNER, [rectification_id])
    return RectificationView(
        row.of,
        row.owner_name,
        row.owner_office_name,
        row.after or _live(row.of),
        photos.get(rectification_id, []),
        [StepView(each) for each in steps],
        _can(actor, row.of),
    )


def after_of(of: SatisfactionRectification) -> Sum:
    """What was said of services from the day after the measures on; one statement."""
    if of.submitted_at is None:
        return Sum()
    since = clock.local(of.submitted_at).date() + timedelta(days=1)
    key = (of.service, of.provider_kind, of.provider_id)
    return satisfaction.sum_of_provider(key, since, max(since, clock.today()))


def is_owner(actor: Actor, of: SatisfactionRectification) -> bool:
    """Whether it is the actor's, or their office's."""
    if of.owner_id is not None:
        return of.owner_id == actor.staff_id
    return of.owner_office_id in offices.offices_of(actor.staff_id)


def overdue(today: date) -> list[SatisfactionRectification]:
    """Those whose owners should have submitted measures."""
    return list(
        db.session.scalars(
            select(SatisfactionRectification)
            .where(SatisfactionRectification.state.in_(_LIVE), SatisfactionRectification.due_on < today)
            .order_by(SatisfactionRectification.id)
        )
    )


def overdue_of(actor: Actor) -> Count:
    """How many are overdue: all of them for reviewers, else one's own."""
    statement = select(func.count(SatisfactionRectification.id)).where(
        SatisfactionRectification.state.in_(_LIVE), SatisfactionRectification.due_on < clock.today()
    )
    if not actor.reach(Permission.REVIEWS_MANAGE).everywhere:
        statement = statement.where(_owned_by(actor))
    return statement


def submitted() -> Count:
    """How many wait for a reviewer to look at what was done."""
    return select(func.count(SatisfactionRectification.id)).where(
        SatisfactionRectification.state == State.SUBMITTED.value
    )


def opened_in(month: date) -> set[tuple[str, str, int]]:
    """Which providers the job has opened one for, of this month."""
    rows = db.session.execute(
        select(
            SatisfactionRectification.service,
            SatisfactionRectification.provider_kind,
            SatisfactionRectification.provider_id,
        ).where(
            SatisfactionRectification.month == month,
            SatisfactionRectification.origin == Origin.RATINGS.value,
        )
    )
    return {(service, kind, provider_id) for service, kind, provider_id in rows}


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """What a person owns, or has done, under Chinese names, for the copy of their data."""
    rows = db.session.scalars(
        select(SatisfactionRectification)
        .where(SatisfactionRectification.owner_id == staff_id)
        .order_by(SatisfactionRectification.id)
    )
    return [
        {
            "事项": row.title,
            "状态": policies.STATE_NAMES[State(row.state)],
            "期限": row.due_on,
            "下达时间": row.opened_at,
        }
        for row in rows
    ]


def _live(of: SatisfactionRectification) -> Evidence | None:
    if of.state != State.SUBMITTED:
        return None
    after = after_of(of)
    return _evidence(after.grades.count, after.grades.satisfied, after.scores.count, after.scores.total)


def _evidence(count: int, satisfied: int, scores: int, points: int) -> Evidence:
    if count < FEWEST:
        return Evidence(count, True, None, None)
    return Evidence(count, False, ratio(satisfied, count, places=3), ratio(points, scores, places=2))


def _can(actor: Actor, of: SatisfactionRectification) -> list[Step]:
    owns = is_owner(actor, of)
    reviews = actor.reach(Permission.REVIEWS_MANAGE).everywhere
    judges = reviews and not owns and of.submitted_by != actor.staff_id
    allowed = {
        **dict.fromkeys(policies.OWNER_STEPS, owns),
        Step.ASSIGN: reviews,
        Step.CLOSE: judges,
        Step.RETURN: judges,
    }
    return [
        step for step, (before, _) in policies.TRANSITIONS.items() if of.state in before and allowed[step]
    ]


def _owned_by(actor: Actor) -> ColumnElement[bool]:
    return or_(
        SatisfactionRectification.owner_id == actor.staff_id,
        SatisfactionRectification.owner_office_id.in_(offices.offices_of(actor.staff_id)),
    )


def _rows() -> Any:
    return (
        select(SatisfactionRectification, Staff.name, Office.name)
        .outerjoin(Staff, Staff.id == SatisfactionRectification.owner_id)
        .outerjoin(Office, Office.id == SatisfactionRectification.owner_office_id)
    )


def _page(statement: Select[Any], page: int, page_size: int) -> Page:
    ordered = statement.order_by(
        SatisfactionRectification.state == State.CLOSED.value,
        SatisfactionRectification.due_on,
        SatisfactionRectification.id,
    )
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page([RectificationRow(*row) for row in found.rows], found.total, found.page, found.page_size)
