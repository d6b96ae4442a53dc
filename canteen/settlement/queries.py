"""Reads of settlements: drafts out of the ledger, and what was closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import month_end, next_month
from backend.db import db, table
from backend.paging import Page, paginate
from canteen.accounts.models import LedgerEntry
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen, Meal, MealState
from canteen.ordering.models import Order, OrderState
from canteen.ordering.receptions.models import Reception, ReceptionState
from canteen.pickups.no_shows import queries as no_show_queries
from canteen.settlement import figures, policies
from canteen.settlement.errors import SettlementNotFound
from canteen.settlement.models import Settlement, SettlementLine, SettlementState
from canteen.settlement.policies import Group, Line, OpenThings, Sums

_ENTRY, _ORDER, _RECEPTION = table(LedgerEntry), table(Order), table(Reception)


@dataclass(frozen=True, slots=True)
class SettlementView:
    """A settlement in any state. Amounts are fen.

    `ledger_fen` is what the ledger's postings to `sales` say of the same orders, receptions and entries.
    `obstacles` are the reasons why a draft cannot be closed yet.
    """

    canteen_id: int
    canteen: str
    month: date
    state: SettlementState
    lines: Sequence[Line]
    adjustments: Sequence[Line]
    ledger_fen: int
    caterer: str = ""
    through_entry_id: int = 0
    obstacles: Sequence[str] = ()
    id: int | None = None
    closed_at: datetime | None = None
    closed_by_name: str = ""
    confirmed_on: date | None = None
    signed_by_us: str = ""
    signed_by_caterer: str = ""

    @property
    def number(self) -> str:
        """Its number; a draft has none."""
        return policies.number_of(self.canteen_id, self.month) if self.id is not None else ""

    @property
    def departments(self) -> Sequence[Group]:
        """The month's own lines by department."""
        return policies.by_department(self.lines)

    @property
    def periods(self) -> Sequence[Group]:
        """The month's own lines by period."""
        return policies.by_period(self.lines)

    @property
    def own(self) -> Sums:
        """The month's own lines."""
        return policies.total(self.lines)

    @property
    def adjusted(self) -> Sums:
        """The adjustments of earlier months."""
        return policies.total(self.adjustments)

    @property
    def whole(self) -> Sums:
        """Everything that is settled."""
        return self.own + self.adjusted

    @property
    def own_fen(self) -> int:
        """What the month's own lines come to."""
        return self.own.amount_fen

    @property
    def adjustment_fen(self) -> int:
        """What the adjustments come to."""
        return self.adjusted.amount_fen

    @property
    def total_fen(self) -> int:
        """What the caterer is owed."""
        return self.whole.amount_fen

    @property
    def difference_fen(self) -> int:
        """What lines and ledger disagree by; anything but 0 is a fault."""
        return self.total_fen - self.ledger_fen


def find_canteen(actor: Actor, canteen_id: int) -> Canteen:
    """A canteen whose settlements the actor manages. Raises CanteenNotFound."""
    canteen = menu_queries.get_canteen(canteen_id)
    if not menu_policies.covers(actor, Permission.SETTLEMENTS_MANAGE, canteen):
        raise CanteenNotFound
    return canteen


def get_settlement(actor: Actor, *, canteen_id: int, month: date) -> SettlementView:
    """The month as it was closed, or as it stands now. Raises CanteenNotFound."""
    canteen = find_canteen(actor, canteen_id)
    settled = closed_months(canteen_id)
    closed = next((each for each in settled if each.month == month), None)
    return of_closed(closed, settled) if closed is not None else draft(canteen, month, settled)


def page_closed(actor: Actor, *, canteen_id: int, page: int, page_size: int) -> Page:
    """The closed months of a canteen as `Settlement`s, the latest first. Raises CanteenNotFound."""
    find_canteen(actor, canteen_id)
    statement = select(Settlement).where(Settlement.canteen_id == canteen_id)
    return paginate(statement.order_by(Settlement.month.desc()), page=page, page_size=page_size)


def closed_months(canteen_id: int) -> Sequence[Settlement]:
    """Every closed month of a canteen, the first one first."""
    found = select(Settlement).where(Settlement.canteen_id == canteen_id).order_by(Settlement.month)
    return db.session.scalars(found).all()


def find_managed(actor: Actor, settlement_id: int) -> Settlement:
    """A closed settlement that the actor manages, locked within a unit. Raises SettlementNotFound."""
    found = db.session.scalars(
        select(Settlement).where(Settlement.id == settlement_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise SettlementNotFound
    try:
        find_canteen(actor, found.canteen_id)
    except CanteenNotFound as unseen:
        raise SettlementNotFound from unseen
    return found


def draft(canteen: Canteen, month: date, settled: Sequence[Settlement]) -> SettlementView:
    """The month computed from the ledger as it stands; `settled` are the canteen's closed months."""
    last = settled[-1] if settled else None
    is_next = last is not None and month == next_month(last.month)
    after = last.through_entry_id if last is not None and is_next else None
    lines, adjustments, ledger_fen = figures.compute(canteen.id, month, after=after)
    found = _open_things(canteen.id, month, last)
    return SettlementView(
        canteen_id=canteen.id,
        canteen=canteen.name,
        month=month,
        state=SettlementState.DRAFT,
        lines=lines,
        adjustments=adjustments,
        ledger_fen=ledger_fen,
        caterer=last.caterer if last is not None else "",
        obstacles=policies.reasons_to_wait(month, found, today=clock.today()),
    )


def of_closed(closed: Settlement, settled: Sequence[Settlement]) -> SettlementView:
    """One of the canteen's closed months with its frozen lines, beside what the ledger says of them now."""
    rows = db.session.scalars(
        select(SettlementLine).where(SettlementLine.settlement_id == closed.id).order_by(SettlementLine.id)
    ).all()
    lines = [
        Line(
            row.month,
            row.department_id,
            row.department_name,
            row.period,
            Sums(*(getattr(row, name) for name in Sums.__slots__)),
        )
        for row in rows
    ]
    before = max((each.through_entry_id for each in settled if each.month < closed.month), default=None)
    return SettlementView(
        canteen_id=closed.canteen_id,
        canteen=closed.canteen_name,
        month=closed.month,
        state=SettlementState(closed.state),
        lines=[line for line in lines if line.month == closed.month],
        adjustments=[line for line in lines if line.month != closed.month],
        ledger_fen=figures.sold(
            closed.canteen_id, closed.month, after=before, through=closed.through_entry_id
        ),
        caterer=closed.caterer,
        through_entry_id=closed.through_entry_id,
        id=closed.id,
        closed_at=closed.closed_at,
        closed_by_name=closed.closed_by_name,
        confirmed_on=closed.confirmed_on,
        signed_by_us=closed.signed_by_us,
        signed_by_caterer=closed.signed_by_caterer,
    )


def last_entry_id() -> int:
    """The last entry of the ledger; 0 if there is none."""
    return int(db.session.scalar(select(func.max(_ENTRY.c.id))) or 0)


def _open_things(canteen_id: int, month: date, last: Settlement | None) -> OpenThings:
    days = month, month_end(month)
    orders = (
        select(func.count())
        .join_from(_ORDER, table(Meal), table(Meal).c.id == _ORDER.c.meal_id)
        .where(
            _ORDER.c.canteen_id == canteen_id,
            _ORDER.c.served_on.between(*days),
            _ORDER.c.state == OrderState.BOOKED.value,
            # What the job leaves alone stays booked for ever, and would keep this and every later month open.
            table(Meal).c.freezes_at > clock.now() - no_show_queries.REACH,
        )
    )
    meals = select(func.count()).where(
        Meal.canteen_id == canteen_id,
        Meal.served_on.between(*days),
        Meal.state != MealState.DRAFT.value,
        Meal.serves_until > clock.now(),
    )
    receptions = select(func.count()).where(
        _RECEPTION.c.canteen_id == canteen_id,
        _RECEPTION.c.served_on.between(*days),
        _RECEPTION.c.state == ReceptionState.APPROVED.value,
    )
    firsts = [
        select(func.min(each.c.served_on)).where(each.c.canteen_id == canteen_id)
        for each in (_ORDER, _RECEPTION)
    ]
    asked: list[Select[Any]] = [orders, meals, receptions, *firsts]
    found = db.session.execute(select(*(each.scalar_subquery() for each in asked))).one()
    known = [policies.first_of(first) for first in found[3:] if first is not None]
    unsettled = next_month(last.month) if last is not None else min(known, default=None)
    return OpenThings(unsettled, *found[:3])
