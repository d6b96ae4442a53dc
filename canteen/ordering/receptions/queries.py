"""Reads of receptions. Guests' names go to who filed the reception and who manages it, to nobody else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from backend import clock
from backend.actor import Actor, Permission, ScopeKind
from backend.counting import Count
from backend.db import db
from backend.identity.models import Department, RoleGrant, RolePermission, Staff, StaffStatus
from backend.identity.queries import names_of
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.media.models import Photo
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen, Dish, Period
from canteen.ordering.receptions import parties, policies, rules
from canteen.ordering.receptions.errors import ReceptionNotFound
from canteen.ordering.receptions.models import (
    Reception,
    ReceptionState,
)
from canteen.ordering.receptions.parties import Party
from canteen.ordering.receptions.policies import Limits, Offered, Step

_ENDED = (ReceptionState.CANCELLED.value, ReceptionState.REJECTED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionRow:
    """A reception as a list shows it, without its guests' names. Amounts in fen."""

    id: int
    state: str
    revision: int
    canteen_id: int
    canteen: str
    campus_id: int
    served_on: date
    period: str
    serves_from: datetime
    department_id: int
    department: str
    requester_id: int
    requester: str
    letter_no: str
    letter_from: str
    letter_key: str
    purpose: str
    standard_fen: int
    guests: int
    companions: int
    total_fen: int
    actual_guests: int | None
    actual_companions: int | None
    actual_total_fen: int | None
    filed_at: datetime

    @property
    def number(self) -> str:
        """The number of the sheet."""
        return policies.sheet_number(self.id, self.served_on)

    @property
    def has_served(self) -> bool:
        """Whether it is known who came."""
        return self.actual_total_fen is not None

    @property
    def heads(self) -> int:
        """Guests and companions: those who came, or before it is known those approved."""
        if self.actual_guests is not None and self.actual_companions is not None:
            return self.actual_guests + self.actual_companions
        return self.guests + self.companions

    @property
    def amount_fen(self) -> int:
        """What it cost, or before it is known what it will."""
        return self.total_fen if self.actual_total_fen is None else self.actual_total_fen

    @property
    def per_head_fen(self) -> int:
        """The mean per head, rounded half up."""
        return policies.per_head_fen(self.amount_fen, self.heads)


@dataclass(frozen=True, slots=True)
class LetterPhoto:
    """A scan of the letter."""

    id: int
    links: PhotoLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionView(ReceptionRow):
    """All of a reception. `actual` is None before it was served; `letter_uses` counts the letter's others."""

    subject: str
    note: str
    decided_at: datetime | None
    decided_by: int | None
    decider: str
    reason: str
    cancelled_at: datetime | None
    served_at: datetime | None
    settled_at: datetime | None
    planned: Party
    actual: Party | None
    letter_photos: Sequence[LetterPhoto]
    letter_uses: int
    closes_at: datetime
    actions: Sequence[Step]


_ROW_NAMES = tuple(field.name for field in fields(ReceptionRow))
_JOINED: dict[str, Any] = {
    "canteen": Canteen.name,
    "campus_id": Canteen.campus_id,
    "department": func.coalesce(Department.name, ""),
    "requester": Staff.name,
}
_DETAILS = (
    "subject",
    "note",
    "decided_at",
    "decided_by",
    "reason",
    "cancelled_at",
    "served_at",
    "settled_at",
)


def page_receptions(
    actor: Actor,
    *,
    is_managed: bool = False,
    canteen_id: int | None = None,
    month: date | None = None,
    state: ReceptionState | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The actor's own receptions, or (`is_managed`) those of the canteens where the actor decides on them.

    As `ReceptionRow`s, the latest meal first. `month` is the first day of one.
    """
    statement = _rows(*_ROW_NAMES).where(
        _managed_by(actor) if is_managed else Reception.requester_id == actor.staff_id
    )
    if canteen_id is not None:
        statement = statement.where(Reception.canteen_id == canteen_id)
    if month is not None:
        following = (month + timedelta(days=31)).replace(day=1)
        statement = statement.where(Reception.served_on >= month, Reception.served_on < following)
    if state is not None:
        statement = statement.where(Reception.state == state.value)
    ordered = statement.order_by(Reception.served_on.desc(), Reception.id.desc())
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page([_row(row) for row in found.rows], found.total, page, page_size)


def get_reception(actor: Actor, reception_id: int) -> ReceptionView:
    """All of one's own reception, or of one that the actor decides on. Raises ReceptionNotFound."""
    found = db.session.execute(
        _rows(*_ROW_NAMES, *_DETAILS).where(Reception.id == reception_id)
    ).one_or_none()
    if found is None:
        raise ReceptionNotFound
    row = _row(found)
    is_own, is_manager = row.requester_id == actor.staff_id, _manages(actor, row.campus_id, row.canteen_id)
    if not (is_own or is_manager):
        raise ReceptionNotFound
    now = clock.now()
    closes_at = row.serves_from - limits(row.canteen_id, now).lead
    of_party = parties.both(reception_id)
    return ReceptionView(
        **{name: getattr(row, name) for name in _ROW_NAMES},
        **{name: getattr(found, name) for name in _DETAILS},
        decider=names_of([found.decided_by]).get(found.decided_by, "") if found.decided_by else "",
        planned=of_party[False],
        actual=of_party[True] if row.has_served else None,
        letter_photos=_photos(reception_id),
        letter_uses=_other_uses(row),
        closes_at=closes_at,
        actions=policies.steps_for(
            row.state,
            is_own=is_own,
            is_companion=actor.staff_id in of_party[False].companion_ids,
            is_manager=is_manager,
            serves_from=row.serves_from,
            closes_at=closes_at,
            now=now,
        ),
    )


def waiting(actor: Actor, *, canteen_id: int) -> Count:
    """Counts the requests that wait for a decision at a canteen; none where the actor decides on none."""
    found = _rows("id").where(
        _managed_by(actor),
        Reception.canteen_id == canteen_id,
        Reception.state == ReceptionState.SUBMITTED.value,
    )
    return select(func.count()).select_from(found.subquery())


def limits(canteen_id: int, at: datetime) -> Limits:
    """What the canteen's rules say at an instant."""

    def value(rule: Any) -> Any:
        return rule_queries.value(rule, canteen_id, at=at)

    return Limits(
        standard_fen=value(rules.STANDARD_FEN),
        small_party=value(rules.SMALL_PARTY),
        small_companions=value(rules.SMALL_COMPANIONS),
        guests_per_companion=value(rules.GUESTS_PER_COMPANION),
        lead=timedelta(minutes=value(rules.LEAD_MINUTES)),
        unannounced=value(rules.UNANNOUNCED),
        luxuries=value(rules.LUXURIES),
    )


def current_limits(canteen_id: int) -> Limits:
    """What a request to an active canteen keeps to now. Raises CanteenNotFound."""
    if not menu_queries.get_canteen(canteen_id).is_active:
        raise CanteenNotFound
    return limits(canteen_id, clock.now())


def find_start(canteen_id: int, served_on: date, period: Period) -> datetime | None:
    """When the meal begins: as published, else as the canteen's rules say; None if it is not served."""
    meal = menu_queries.find_meal(canteen_id, served_on, period)
    if meal is not None and meal.serves_from is not None:
        return meal.serves_from
    version = menu_queries.served_rules(canteen_id, served_on).get(period.value)
    return clock.at_local(served_on, version.rules.window_from) if version is not None else None


def offered(canteen_id: int, dish_ids: Collection[int]) -> dict[int, Offered]:
    """What the canteen's library says of these dishes; those of other canteens are left out."""
    rows = db.session.execute(
        select(Dish.id, Dish.name, Dish.category, Dish.price_fen, Dish.weight_g, Dish.is_active).where(
            Dish.id.in_(dish_ids), Dish.canteen_id == canteen_id
        )
    )
    return {row.id: Offered(*row) for row in rows}


def approvers(canteen: Canteen) -> set[int]:
    """The active members of staff who decide on the receptions of a canteen."""
    scopes = (
        (ScopeKind.COMPOUND, 0),
        (ScopeKind.CAMPUS, canteen.campus_id),
        (ScopeKind.CANTEEN, canteen.id),
    )
    covering = or_(
        *(
            (RoleGrant.scope_kind == kind.value) & (RoleGrant.scope_id == scope_id)
            for kind, scope_id in scopes
        )
    )
    return set(
        db.session.scalars(
            select(RoleGrant.staff_id)
            .join(Staff, Staff.id == RoleGrant.staff_id)
            .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
            .where(
                RolePermission.permission == Permission.RECEPTIONS_MANAGE.value,
                Staff.status == StaffStatus.ACTIVE.value,
                covering,
            )
        )
    )


def photo_ids_of(reception_id: int) -> list[int]:
    """The scans of a reception's letter, in their order."""
    return list(
        db.session.scalars(
            select(Photo.id)
            .where(Photo.owner_kind == policies.PHOTO_OWNER, Photo.owner_id == reception_id)
            .order_by(Photo.position, Photo.id)
        )
    )


def _rows(*names: str) -> Select[Any]:
    columns = [_JOINED[name].label(name) if name in _JOINED else getattr(Reception, name) for name in names]
    return (
        select(*columns)
        .select_from(Reception)
        .join(Canteen, Canteen.id == Reception.canteen_id)
        .join(Staff, Staff.id == Reception.requester_id)
        .outerjoin(Department, Department.id == Reception.department_id)
    )


def _row(row: Any) -> ReceptionRow:
    return ReceptionRow(**{name: getattr(row, name) for name in _ROW_NAMES})


def _managed_by(actor: Actor) -> ColumnElement[bool]:
    return menu_queries.readable(actor, Permission.RECEPTIONS_MANAGE)


def _manages(actor: Actor, campus_id: int, canteen_id: int) -> bool:
    return actor.reach(Permission.RECEPTIONS_MANAGE).covers(campus_id=campus_id, canteen_id=canteen_id)


def _photos(reception_id: int) -> list[LetterPhoto]:
    ids = photo_ids_of(reception_id)
    links = media_queries.links(ids)
    return [LetterPhoto(photo_id, links[photo_id]) for photo_id in ids if photo_id in links]


def _other_uses(row: ReceptionRow) -> int:
    """How many other receptions stand on the same letter: it is good for one meal (§10)."""
    uses = select(func.count()).where(
        Reception.letter_key == row.letter_key,
        Reception.id != row.id,
        Reception.state.not_in(_ENDED),
    )
    return db.session.scalar(uses.select_from(Reception)) or 0
