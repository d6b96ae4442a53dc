"""Reads of incidents, scoped by canteens within reach; diners' names only for who manages food safety."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.sql import ColumnElement

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.identity.models import Department, Posting, Staff
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.food_safety import reach
from canteen.food_safety.incidents import policies
from canteen.food_safety.incidents.errors import IncidentNotFound
from canteen.food_safety.incidents.models import (
    Incident,
    IncidentDiner,
    IncidentSubject,
    Kind,
    Source,
    State,
)
from canteen.food_safety.incidents.rules import AUTHORITY_HOURS
from canteen.food_safety.incidents.titles import KIND_NAMES, SOURCE_NAMES
from canteen.food_safety.samples.models import SampleLock
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen

_ONE_DAY = timedelta(days=1)
_OPEN = [state.value for state in policies.OPEN]


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident in a list; `diners` were reached, `told` of them have a notice."""

    incident: Incident
    canteen: str
    diners: int
    told: int

    @property
    def number(self) -> str:
        """What it is called."""
        return policies.number_of(self.incident.id, self.incident.reported_at)

    @property
    def state_name(self) -> str:
        """For a person."""
        return policies.STATE_NAMES[State(self.incident.state)]

    @property
    def kind_name(self) -> str:
        """For a person."""
        return KIND_NAMES[Kind(self.incident.kind)]

    @property
    def source_name(self) -> str:
        """For a person."""
        return SOURCE_NAMES[Source(self.incident.source)]

    @property
    def is_authority_overdue(self) -> bool:
        """Whether an authority should have been told by now."""
        one = self.incident
        return policies.is_overdue(
            noticed_at=one.noticed_at,
            told_at=one.authority_told_at,
            state=one.state,
            is_drill=one.is_drill,
            hours=rule_queries.value(AUTHORITY_HOURS, one.canteen_id),
            now=clock.now(),
        )


@dataclass(frozen=True, slots=True)
class DinerView:
    """Somebody whom the food reached."""

    staff_id: int
    staff_no: str
    name: str
    department: str
    served_on: date | None
    meals: int
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Exported:
    """The diners of an incident, whose export is on record."""

    number: str
    title: str
    rows: Sequence[DinerView]


def page_incidents(
    actor: Actor,
    *,
    canteen_id: int | None = None,
    state: State | None = None,
    is_drill: bool | None = None,
    is_open: bool | None = None,
    q: str = "",
    from_date: date | None = None,
    to_date: date | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The incidents of the canteens within reach, the latest report first: IncidentRow."""
    statement = _rows().where(reach.within(actor, Permission.SAFETY_READ))
    wanted: list[ColumnElement[bool]] = []
    if canteen_id is not None:
        wanted.append(Incident.canteen_id == canteen_id)
    if state is not None:
        wanted.append(Incident.state == state.value)
    if is_drill is not None:
        wanted.append(Incident.is_drill.is_(is_drill))
    if is_open is not None:
        wanted.append(Incident.state.in_(_OPEN) if is_open else Incident.state.not_in(_OPEN))
    if q:
        wanted.append(
            or_(Incident.title.contains(q, autoescape=True), Incident.id == (policies.id_of(q) or 0))
        )
    if from_date is not None:
        wanted.append(Incident.reported_at >= _begin(from_date))
    if to_date is not None:
        wanted.append(Incident.reported_at < _begin(to_date + _ONE_DAY))
    found = paginate(
        statement.where(*wanted).order_by(Incident.reported_at.desc(), Incident.id.desc()),
        page=page,
        page_size=page_size,
        scalars=False,
    )
    return Page([IncidentRow(*row) for row in found.rows], found.total, found.page, found.page_size)


def period_rows(canteen_id: int, from_on: date, until_on: date) -> list[IncidentRow]:
    """The incidents and drills of a canteen that were reported on these days, for ledgers; unscoped."""
    rows = db.session.execute(
        _rows()
        .where(
            Incident.canteen_id == canteen_id,
            Incident.reported_at >= _begin(from_on),
            Incident.reported_at < _begin(until_on + _ONE_DAY),
        )
        .order_by(Incident.reported_at, Incident.id)
    )
    return [IncidentRow(*row) for row in rows]


def open_count(canteen_ids: Collection[int]) -> Count:
    """How many incidents of these canteens are open, as a statement; drills count, too."""
    return select(func.count()).where(Incident.canteen_id.in_(canteen_ids), Incident.state.in_(_OPEN))


def _begin(day: date) -> datetime:
    return clock.at_local(day, time.min)


def _rows() -> Select[Any]:
    def people(*conditions: ColumnElement[bool]) -> Any:
        return (
            select(func.count())
            .where(IncidentDiner.incident_id == Incident.id, *conditions)
            .correlate(Incident)
            .scalar_subquery()
        )

    return select(Incident, Canteen.name, people(), people(IncidentDiner.told_at.is_not(None))).join(
        Canteen, Canteen.id == Incident.canteen_id
    )


def get_row(incident_id: int) -> IncidentRow:
    """One of them, unscoped. Raises IncidentNotFound."""
    row: Any = db.session.execute(_rows().where(Incident.id == incident_id)).one_or_none()
    if row is None:
        raise IncidentNotFound
    return IncidentRow(*row)


def find(actor: Actor, incident_id: int, permission: Permission = Permission.SAFETY_READ) -> IncidentRow:
    """An incident of a canteen for which the actor holds the permission. Raises IncidentNotFound."""
    row = get_row(incident_id)
    if not reach.may(actor, menu_queries.get_canteen(row.incident.canteen_id), permission):
        raise IncidentNotFound
    return row


def lock_managed(actor: Actor, incident_id: int) -> Incident:
    """An incident that the actor manages, locked. Raises IncidentNotFound, or Forbidden for a reader."""
    incident = db.session.scalars(
        select(Incident)
        .where(Incident.id == incident_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if incident is None:
        raise IncidentNotFound
    policies.ensure_manages(actor, menu_queries.get_canteen(incident.canteen_id))
    return incident


def subjects(incident_id: int) -> list[IncidentSubject]:
    """What an incident is about: what people named, and what was traced."""
    return list(
        db.session.scalars(
            select(IncidentSubject)
            .where(IncidentSubject.incident_id == incident_id)
            .order_by(IncidentSubject.is_traced, IncidentSubject.id)
        )
    )


def locked_samples(incident_id: int) -> list[int]:
    """The samples that the incident keeps from being disposed of."""
    statement = select(SampleLock.sample_id).where(SampleLock.holder == policies.holder_of(incident_id))
    return list(db.session.scalars(statement.order_by(SampleLock.sample_id)))


def page_diners(actor: Actor, incident_id: int, *, q: str = "", page: int = 1, page_size: int = 20) -> Page:
    """Whom the food reached, by number: DinerView. Raises IncidentNotFound, or Forbidden for a reader."""
    _ensure_manages(actor, incident_id)
    statement = _diners(incident_id)
    if q:
        statement = statement.where(
            or_(Staff.name.contains(q, autoescape=True), Staff.staff_no.contains(q, autoescape=True))
        )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([DinerView(*row) for row in found.rows], found.total, found.page, found.page_size)


def all_diners(actor: Actor, incident_id: int) -> list[DinerView]:
    """All of them, for an export, which whoever asks has to put on record. Raises as `page_diners`."""
    _ensure_manages(actor, incident_id)
    return [DinerView(*row) for row in db.session.execute(_diners(incident_id))]


def _ensure_manages(actor: Actor, incident_id: int) -> None:
    row = find(actor, incident_id)
    policies.ensure_manages(actor, menu_queries.get_canteen(row.incident.canteen_id))


def _diners(incident_id: int) -> Select[Any]:
    columns: tuple[Any, ...] = (
        *(Staff.id, Staff.staff_no, Staff.name, func.coalesce(Department.name, "")),
        *(IncidentDiner.served_on, IncidentDiner.meals, IncidentDiner.told_at),
    )
    return (
        select(*columns)
        .join_from(IncidentDiner, Staff, Staff.id == IncidentDiner.staff_id)
        .outerjoin(Posting, (Posting.staff_id == Staff.id) & Posting.is_primary)
        .outerjoin(Department, Department.id == Posting.department_id)
        .where(IncidentDiner.incident_id == incident_id)
        .order_by(Staff.staff_no, Staff.id)
    )


def diner_ids(incident_id: int) -> set[int]:
    """Whom the food reached."""
    return set(
        db.session.scalars(select(IncidentDiner.staff_id).where(IncidentDiner.incident_id == incident_id))
    )


def untold(incident_id: int) -> list[int]:
    """Who was reached and has no notice yet."""
    statement = select(IncidentDiner.staff_id).where(
        IncidentDiner.incident_id == incident_id, IncidentDiner.told_at.is_(None)
    )
    return list(db.session.scalars(statement.order_by(IncidentDiner.staff_id)))


def other_incident(batch_id: int, incident_id: int) -> Incident | None:
    """The open incident, no drill, that is about the batch beside this one."""
    return db.session.scalars(
        select(Incident)
        .join(IncidentSubject, IncidentSubject.incident_id == Incident.id)
        .where(IncidentSubject.batch_id == batch_id, IncidentSubject.holds_batch, Incident.id != incident_id)
    ).first()


def held_elsewhere(batch_ids: Collection[int], incident_id: int) -> set[int]:
    """Of these batches those that another open incident or drill is about."""
    rows = db.session.scalars(
        select(IncidentSubject.batch_id)
        .join(Incident, Incident.id == IncidentSubject.incident_id)
        .where(
            IncidentSubject.batch_id.in_(batch_ids),
            Incident.id != incident_id,
            Incident.state.in_(_OPEN),
        )
    )
    return {batch_id for batch_id in rows if batch_id is not None}


def notices_of(staff_id: int) -> list[dict[str, Any]]:
    """The incidents whose food reached a person, for the copy of what is kept about them."""
    rows = db.session.execute(
        select(Incident, IncidentDiner)
        .join(IncidentDiner, IncidentDiner.incident_id == Incident.id)
        .where(IncidentDiner.staff_id == staff_id, Incident.is_drill.is_(False))
        .order_by(Incident.id)
    )
    return [
        {
            "编号": policies.number_of(incident.id, incident.reported_at),
            "最早用餐日期": diner.served_on,
            "涉及餐数": diner.meals,
            "查到时间": diner.found_at,
            "通知时间": diner.told_at,
        }
        for incident, diner in rows
    ]
