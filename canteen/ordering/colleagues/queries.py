"""Reads among colleagues: who they are, what they have consented to, and what was ordered under it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import selectinload

from backend import clock
from backend.actor import Actor
from backend.db import db, unit
from backend.identity.absences import queries as absences
from backend.identity.models import Department, Posting, Staff, StaffStatus
from backend.paging import Page, paginate
from canteen.ordering.colleagues import policies
from canteen.ordering.colleagues.errors import (
    ColleagueAbsent,
    ColleagueNotFound,
    ColleagueOneself,
    ConsentNotFound,
    NoConsent,
)
from canteen.ordering.colleagues.models import ColleagueOrder, Consent
from canteen.ordering.errors import OrderNotFound
from canteen.ordering.models import IS_ORDERED, Order, OrderState
from canteen.ordering.queries import OrderView, view_of


class Side(StrEnum):
    """Whether one has consented or been trusted."""

    GIVEN = "given"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague as colleagues see them: no phone, no card, nothing else."""

    staff_id: int
    staff_no: str
    name: str
    department_id: int
    department: str


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent as one of its two sides sees it; `in_force` today."""

    id: int
    direction: Side
    giver: Person
    colleague: Person
    given_at: datetime
    until_on: date | None
    revoked_at: datetime | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class ColleagueOrderView(OrderView):
    """An order with whose it is."""

    diner: Person


_PEOPLE: Any = (
    select(
        Staff.id,
        Staff.staff_no,
        Staff.name,
        func.coalesce(Posting.department_id, 0),
        func.coalesce(Department.name, ""),
    )
    .outerjoin(Posting, and_(Posting.staff_id == Staff.id, Posting.is_primary))
    .outerjoin(Department, Department.id == Posting.department_id)
)
_IS_ACTIVE = Staff.status == StaffStatus.ACTIVE.value


def find_people(actor: Actor, q: str) -> list[Person]:
    """Active colleagues by exact number or part of a name; MOST_FOUND at most, never the actor."""
    rows = db.session.execute(
        _PEOPLE.where(
            or_(Staff.staff_no == q, Staff.name.contains(q, autoescape=True)),
            _IS_ACTIVE,
            Staff.id != actor.staff_id,
        )
        .order_by(Staff.name, Staff.staff_no)
        .limit(policies.MOST_FOUND)
    )
    return [Person(*row) for row in rows]


def people_of(staff_ids: Collection[int]) -> dict[int, Person]:
    """These members of staff, whether they work here still or not; one statement."""
    rows = db.session.execute(_PEOPLE.where(Staff.id.in_(staff_ids)))
    return {row[0]: Person(*row) for row in rows}


def get_colleague(actor: Actor, staff_no: str) -> Person:
    """The active colleague with this number. Raises ColleagueNotFound or ColleagueOneself."""
    row = db.session.execute(_PEOPLE.where(Staff.staff_no == staff_no, _IS_ACTIVE)).one_or_none()
    if row is None:
        raise ColleagueNotFound(staff_no=staff_no)
    if row[0] == actor.staff_id:
        raise ColleagueOneself
    return Person(*row)


def ensure_present(person: Person, serves_from: datetime | None, serves_until: datetime | None) -> None:
    """Raise ColleagueAbsent if an approved absence covers the serving hours."""
    if serves_from is None or serves_until is None:
        return
    if absences.absent_of([person.staff_id], serves_from, serves_until):
        raise ColleagueAbsent(name=person.name)


def has_order(staff_id: int, served_on: date, period: str) -> bool:
    """Whether the person has an active order for that day and period."""
    found = db.session.scalar(
        select(Order.id).where(
            Order.staff_id == staff_id,
            Order.served_on == served_on,
            Order.period == period,
            Order.state != OrderState.CANCELLED.value,
            IS_ORDERED,
        )
    )
    return found is not None


def find_consent(giver_id: int, colleague_id: int) -> int | None:
    """The consent in force between the two, which cannot be revoked until the open unit ends."""
    unit()
    found = db.session.execute(
        select(Consent.id, Consent.until_on, Consent.revoked_at)
        .where(
            Consent.giver_id == giver_id, Consent.colleague_id == colleague_id, Consent.revoked_at.is_(None)
        )
        .with_for_update(read=True)
    ).one_or_none()
    if found is None or not policies.is_in_force(found.until_on, found.revoked_at, clock.today()):
        return None
    return int(found.id)


def get_consent(giver: Person, actor: Actor) -> int:
    """The giver's consent for the actor, held. Raises NoConsent."""
    consent_id = find_consent(giver.staff_id, actor.staff_id)
    if consent_id is None:
        raise NoConsent
    return consent_id


def get_consent_view(actor: Actor, consent_id: int) -> ConsentView:
    """A consent that the actor gave or received. Raises ConsentNotFound."""
    consent = db.session.get(Consent, consent_id, populate_existing=True)
    if consent is None or actor.staff_id not in (consent.giver_id, consent.colleague_id):
        raise ConsentNotFound
    return _consent_view(consent, actor, people_of([consent.giver_id, consent.colleague_id]))


def list_consents(
    actor: Actor, *, page: int, page_size: int, direction: Side | None = None, in_force: bool = False
) -> Page:
    """The consents that the actor gave or received, the latest first."""
    sides = {Side.GIVEN: Consent.giver_id, Side.RECEIVED: Consent.colleague_id}
    wanted = [sides[direction]] if direction is not None else sides.values()
    statement = select(Consent).where(or_(*(column == actor.staff_id for column in wanted)))
    if in_force:
        statement = statement.where(*_in_force())
    found = paginate(statement.order_by(Consent.id.desc()), page=page, page_size=page_size)
    people = people_of({each for row in found.rows for each in (row.giver_id, row.colleague_id)})
    return Page([_consent_view(row, actor, people) for row in found.rows], found.total, page, page_size)


def _in_force() -> tuple[ColumnElement[bool], ...]:
    """`policies.is_in_force`, as a condition."""
    lasts = or_(Consent.until_on.is_(None), Consent.until_on >= clock.today())
    return Consent.revoked_at.is_(None), lasts


def _consent_view(consent: Consent, actor: Actor, people: Mapping[int, Person]) -> ConsentView:
    return ConsentView(
        id=consent.id,
        direction=Side.GIVEN if consent.giver_id == actor.staff_id else Side.RECEIVED,
        giver=people[consent.giver_id],
        colleague=people[consent.colleague_id],
        given_at=consent.given_at,
        until_on=consent.until_on,
        revoked_at=consent.revoked_at,
        in_force=policies.is_in_force(consent.until_on, consent.revoked_at, clock.today()),
    )


# Orders that were placed for the giver of a consent, and are still the giver's.
_PLACED = (
    select(Order)
    .join(ColleagueOrder, ColleagueOrder.order_id == Order.id)
    .join(Consent, Consent.id == ColleagueOrder.consent_id)
    .where(Order.staff_id == Consent.giver_id)
    .options(selectinload(Order.lines))
)


def list_placed(actor: Actor, *, page: int, page_size: int) -> Page:
    """The orders that the actor placed for colleagues who have them still, the latest meal first.

    Without a consent in force they show neither items, nor note, nor when they are collected.
    """
    statement = _PLACED.where(ColleagueOrder.placed_by == actor.staff_id)
    found = paginate(
        statement.order_by(Order.served_on.desc(), Order.id.desc()), page=page, page_size=page_size
    )
    people = people_of({order.staff_id for order in found.rows})
    trusting = _trusting(actor, people)
    views = [
        with_diner(
            view_of(order) if order.staff_id in trusting else _without_wishes(view_of(order)),
            people[order.staff_id],
        )
        for order in found.rows
    ]
    return Page(views, found.total, page, page_size)


def _trusting(actor: Actor, giver_ids: Collection[int]) -> set[int]:
    """Whose consent for the actor is in force; one statement."""
    return set(
        db.session.scalars(
            select(Consent.giver_id).where(
                Consent.giver_id.in_(giver_ids), Consent.colleague_id == actor.staff_id, *_in_force()
            )
        )
    )


def _without_wishes(order: OrderView) -> OrderView:
    """The order without what its diner wants of it: that is nobody's business whom they trust no more."""
    return replace(order, note="", items=(), collect_from=None, collect_until=None)


def get_placed(actor: Actor, order_id: int) -> ColleagueOrderView:
    """An order that the actor placed for a colleague who has it still. Raises OrderNotFound."""
    order = db.session.scalars(
        _PLACED.where(ColleagueOrder.placed_by == actor.staff_id, Order.id == order_id).execution_options(
            populate_existing=True
        )
    ).one_or_none()
    if order is None:
        raise OrderNotFound
    return with_diner(view_of(order), people_of([order.staff_id])[order.staff_id])


def with_diner(order: OrderView, diner: Person) -> ColleagueOrderView:
    """The view of an order with whose it is."""
    return ColleagueOrderView(
        **{field.name: getattr(order, field.name) for field in fields(OrderView)}, diner=diner
    )
