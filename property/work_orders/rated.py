"""Reads of what reporters say of repairs: one's own rating, and the figures for who manages the work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page
from backend.ratings import queries as rating_queries
from backend.ratings.policies import SCORES, Dimension, Figures
from backend.ratings.queries import OwnRating
from backend.rules import queries as rule_queries
from property.contractors import queries as contractor_queries
from property.contractors.models import Contractor
from property.work_orders import queries, rollups
from property.work_orders.errors import RatingDaysInvalid, RatingProviderUnknown
from property.work_orders.models import OrderEvent, State, WorkOrder
from property.work_orders.policies import Step
from property.work_orders.ratings import CONTRACTOR, GROUP, REPAIR
from property.work_orders.rules import RATING_DAYS
from property.workforce.models import Group

# The days that one request may span.
MOST_DAYS: Final = 400
# Whoever took one of these steps had the order in hand.
_HANDLING: Final = [step.value for step in (Step.GRAB, Step.ACCEPT, Step.ARRIVE, Step.FINISH)]


@dataclass(frozen=True, slots=True)
class OrderRating:
    """Whether one's own order can be rated now, until when, in what, and how it was."""

    can_rate: bool
    closes_at: datetime | None
    dimensions: Sequence[Dimension]
    rating: OwnRating | None


@dataclass(frozen=True, slots=True)
class ProviderFigures:
    """What was said of a contractor, or of a group of the house's own."""

    kind: str
    id: int
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was said of repairs that were completed in [from_on, until_on], by who did them."""

    from_on: date
    until_on: date
    providers: Sequence[ProviderFigures]


def handlers_of(order: WorkOrder) -> set[int]:
    """Whoever has had the order in hand, in whichever cycle; one statement."""
    found = db.session.scalars(
        select(OrderEvent.actor_id)
        .where(OrderEvent.order_id == order.id, OrderEvent.step.in_(_HANDLING))
        .distinct()
    )
    return {*found, order.worker_id or 0} - {0}


def closes_at(order: WorkOrder) -> datetime | None:
    """The first instant at which it is too late to rate; None before the order is completed."""
    if order.completed_at is None:
        return None
    return order.completed_at + timedelta(days=rule_queries.value(RATING_DAYS))


def get_rating(actor: Actor, *, order_id: int) -> OrderRating:
    """How the actor rated an order in its present cycle, or whether they may. Raises OrderNotFound."""
    order = queries.find(actor, order_id)
    rating = rating_queries.find_own(actor, service=REPAIR.key, subject_id=order.id, cycle=order.cycle)
    ends_at = closes_at(order)
    can_rate = (
        rating is None
        and order.state == State.TO_RATE
        and order.reporter_id == actor.staff_id
        and ends_at is not None
        and clock.now() < ends_at
        and actor.staff_id not in handlers_of(order)
    )
    return OrderRating(can_rate, ends_at, REPAIR.dimensions, rating)


def report(actor: Actor, *, from_on: date, until_on: date) -> RepairReport:
    """What was said of the contractors within reach and, to who reads everywhere, of the house's own groups.

    The days are those of the completion, both included. Raises RatingDaysInvalid.
    """
    _ensure_days(from_on, until_on)
    found = []
    for kind, names in _providers(actor).items():
        key = "contractor_id" if kind == CONTRACTOR else "group_id"
        completed = rollups.by(key, from_on, until_on)
        figures = rating_queries.summary(
            REPAIR.key,
            provider_kind=kind,
            provider_ids=list(names),
            from_on=from_on,
            until_on=until_on,
            served={each: sums.rated + sums.lapsed for each, sums in completed.items()},
        )
        found += [ProviderFigures(kind, each, name, figures[each]) for each, name in names.items()]
    return RepairReport(from_on, until_on, found)


def list_given(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    provider_kind: str = CONTRACTOR,
    provider_id: int | None = None,
    only_with_text: bool = False,
    grade: int | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The single ratings behind the figures, without names.

    Raises RatingDaysInvalid or RatingProviderUnknown.
    """
    _ensure_days(from_on, until_on)
    known = _providers(actor).get(provider_kind, {})
    if provider_id is not None and provider_id not in known:
        raise RatingProviderUnknown
    return rating_queries.list_ratings(
        REPAIR.key,
        provider_kind=provider_kind,
        provider_ids=list(known) if provider_id is None else [provider_id],
        from_on=from_on,
        until_on=until_on,
        only_with_text=only_with_text,
        grades=SCORES if grade is None else [grade],
        page=page,
        page_size=page_size,
    )


def _providers(actor: Actor) -> dict[str, Mapping[int, str]]:
    contractors: Any = db.session.execute(
        select(Contractor.id, Contractor.short_name)
        .where(contractor_queries.in_reach(actor))
        .order_by(Contractor.id)
    )
    found: dict[str, Mapping[int, str]] = {CONTRACTOR: dict(contractors.all())}
    if actor.reach(Permission.PROPERTY_READ).everywhere:
        groups: Any = db.session.execute(
            select(Group.id, Group.name).where(Group.contractor_id.is_(None)).order_by(Group.id)
        )
        found[GROUP] = dict(groups.all())
    return found


def _ensure_days(from_on: date, until_on: date) -> None:
    if not timedelta() <= until_on - from_on < timedelta(days=MOST_DAYS):
        raise RatingDaysInvalid(days=MOST_DAYS)
