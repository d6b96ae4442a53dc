"""Deciding on absences: identity keeps them, the canteen cancels what the absent have ordered.

What is approved cancels by itself every booked order whose serving window lies within the absence and which
may still be cancelled; what it is too late for stays, and counts as excused when nobody comes for it.
Revoking an absence, or taking it back, restores no order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.flows.absence_messages import ABSENCE_DECIDED
from backend.identity.absences import operations, policies, queries, sheets
from backend.identity.absences.errors import AbsentStaffUnknown
from backend.identity.absences.models import Absence, AbsenceKind, AbsenceState, Half, Source
from backend.identity.absences.policies import KIND_NAMES, RECORDED_WITHIN, Span
from backend.identity.absences.queries import ManagedAbsence
from backend.identity.absences.sheets import Entry
from backend.identity.sheets import parsing
from backend.identity.sheets.errors import SheetRejected
from backend.identity.sheets.policies import Problem
from backend.money import yuan
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from canteen.accounts import operations as accounts
from canteen.menu.models import Canteen, Meal, MealState
from canteen.ordering import placing
from canteen.ordering import policies as ordering_policies
from canteen.ordering.errors import CancelClosed, OrderNotBooked
from canteen.ordering.models import Order, OrderLine, OrderState

R = TypeVar("R")

# How many faults of a sheet are told; whoever mends these learns of the rest.
MAX_PROBLEMS = 200
# How often an approval looks anew when a meal is frozen, or an order picked up, while it cancels.
_ATTEMPTS = 4
_PAGE = "pages/me/absences"


@dataclass(frozen=True, slots=True)
class TouchedOrder:
    """A booked order within an absence of this kind."""

    order_id: int
    number: str
    staff_id: int
    canteen: str
    date: date
    period: str
    total_fen: int
    is_cancellable: bool
    kind: AbsenceKind

    @property
    def meal(self) -> str:
        """`11月23日午餐`."""
        return ordering_policies.meal_name(self.date, self.period)


@dataclass(frozen=True, slots=True)
class Decision:
    """An approved absence; the orders that were cancelled with it, and those that it was too late for."""

    absence: ManagedAbsence
    cancelled: Sequence[TouchedOrder]
    kept: Sequence[TouchedOrder]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows were new and how many were there already, and what became of orders."""

    created: int
    unchanged: int
    orders_cancelled: int
    orders_kept: int
    refunded_fen: int


def preview(actor: Actor, *, absence_id: int) -> Decision:
    """What approving an absence now would cancel, and what it is too late for; nothing is changed.

    Raises Forbidden or AbsenceNotFound.
    """
    view = queries.get_managed(actor, absence_id)
    touched = _booked_within([queries.get_absence(absence_id)], clock.now())
    return Decision(
        view,
        [each for each in touched if each.is_cancellable],
        [each for each in touched if not each.is_cancellable],
    )


def approve(actor: Actor, *, absence_id: int, answer: str = "") -> Decision:
    """Approve an absence and cancel what it makes pointless; the person is told.

    Raises Forbidden, AbsenceNotFound, OwnAbsence or AbsenceStateConflict.
    """
    return _looking_anew(lambda: _approve(actor, absence_id=absence_id, answer=answer))


def record_approved(
    actor: Actor,
    *,
    staff_no: str,
    kind: AbsenceKind,
    from_on: date,
    until_on: date,
    from_half: Half = Half.AM,
    until_half: Half = Half.PM,
    reason: str = "",
) -> Decision:
    """Enter an absence that was approved elsewhere (OA), with all that an approval does.

    Raises Forbidden, AbsentStaffUnknown, OwnAbsence, AbsenceReversed, AbsenceTooLong, AbsenceTooOld or
    AbsenceOverlap.
    """
    span = Span(from_on, from_half, until_on, until_half)
    return _looking_anew(lambda: _record(actor, staff_no=staff_no, kind=kind, span=span, reason=reason))


def import_approved(actor: Actor, *, data: bytes) -> Imported:
    """Enter the approved absences of an Excel sheet: all of them, or nothing; again changes nothing.

    Raises Forbidden, SheetUnreadable, SheetTooLarge, ColumnsMissing, SheetEmpty, or SheetRejected with the
    faults by row.
    """
    ensure_everywhere(actor, Permission.ABSENCES_MANAGE)
    lines = parsing.read_lines(data, sheets.COLUMNS, sheets.COLUMNS, sheets.MAX_ROWS)
    problems: list[Problem] = []
    entries = sheets.entries_of(lines, clock.today(), problems)
    return _looking_anew(lambda: _import(actor, entries, problems))


@atomic
def reject(actor: Actor, *, absence_id: int, answer: str) -> ManagedAbsence:
    """Refuse an absence, saying why; the person is told.

    Raises Forbidden, AbsenceNotFound, OwnAbsence or AbsenceStateConflict.
    """
    absence = _decide(actor, absence_id, AbsenceState.REJECTED, answer)
    _record_one(actor, "identity.absence_rejected", absence, ())
    _tell([(absence, f"未获批准，原因：{answer}", "")])
    return queries.get_managed(actor, absence_id)


@atomic
def revoke(actor: Actor, *, absence_id: int, answer: str) -> ManagedAbsence:
    """Take an approval back, saying why; the person is told. What was cancelled with it stays cancelled.

    Raises Forbidden, AbsenceNotFound, OwnAbsence or AbsenceStateConflict.
    """
    absence = _decide(actor, absence_id, AbsenceState.REVOKED, answer)
    _record_one(actor, "identity.absence_revoked", absence, ())
    _tell([(absence, f"已被撤销，原因：{answer}", "此前取消的订餐不会自动恢复，如需用餐请重新预订。")])
    return queries.get_managed(actor, absence_id)


def _looking_anew(use_case: Callable[[], R]) -> R:
    """Try again where the kitchen, or the counter, was quicker than a cancellation."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return use_case()
        except (CancelClosed, OrderNotBooked):
            continue
    return use_case()


@atomic
def _approve(actor: Actor, *, absence_id: int, answer: str) -> Decision:
    absence = _decide(actor, absence_id, AbsenceState.APPROVED, answer)
    cancelled, kept = _cancel_orders(actor, [absence])
    _record_one(actor, "identity.absence_approved", absence, cancelled)
    _tell([(absence, "已批准", _orders_in_words(cancelled, kept))])
    return Decision(queries.get_managed(actor, absence_id), cancelled, kept)


@atomic
def _record(actor: Actor, *, staff_no: str, kind: AbsenceKind, span: Span, reason: str) -> Decision:
    ensure_everywhere(actor, Permission.ABSENCES_MANAGE)
    policies.ensure_span(span, clock.today(), within=RECORDED_WITHIN)
    staff_id = queries.active_numbers([staff_no]).get(staff_no)
    if staff_id is None:
        raise AbsentStaffUnknown(staff_no=staff_no)
    policies.ensure_not_own(actor, staff_id)
    operations.hold_people([staff_id])
    absence = operations.add(
        actor, staff_id, kind=kind, span=span, reason=reason, source=Source.RECORDED, at=clock.now()
    )
    cancelled, kept = _cancel_orders(actor, [absence])
    _record_one(actor, "identity.absence_recorded", absence, cancelled)
    _tell([(absence, "已登记", _orders_in_words(cancelled, kept))])
    return Decision(queries.get_managed(actor, absence.id), cancelled, kept)


@atomic
def _import(actor: Actor, entries: Sequence[Entry], known: Sequence[Problem]) -> Imported:
    problems = list(known)  # The unit may be tried again.
    people = queries.active_numbers({entry.staff_no for entry in entries})
    operations.hold_people(people.values())
    standing: Sequence[Absence] = ()
    if entries:
        standing = queries.standing_of(people.values(), min(entry.span.from_at for entry in entries))
    plan = sheets.make_plan(entries, people, standing, actor, problems)
    if problems:
        faults = sorted(problems, key=lambda each: (each.row, sheets.COLUMNS.index(each.column)))
        rows = [{"row": each.row, "column": each.column, "msg": each.msg} for each in faults[:MAX_PROBLEMS]]
        raise SheetRejected(count=len(faults), rows=rows)
    added = operations.add_all(actor, plan.added, reason="", source=Source.IMPORTED, at=clock.now())
    cancelled, kept = _cancel_orders(actor, added)
    imported = Imported(
        len(added), plan.unchanged, len(cancelled), len(kept), sum(each.total_fen for each in cancelled)
    )
    if added:
        record(
            actor,
            "identity.absences_imported",
            "absence",
            "",
            created=imported.created,
            unchanged=imported.unchanged,
            orders_cancelled=imported.orders_cancelled,
            refunded_fen=imported.refunded_fen,
        )
    _tell([(each, "已登记", _orders_in_words(*_within(each, cancelled, kept))) for each in added])
    return imported


def _decide(actor: Actor, absence_id: int, to: AbsenceState, answer: str) -> Absence:
    ensure_everywhere(actor, Permission.ABSENCES_MANAGE)
    return operations.decide(actor, absence_id, to, answer=answer, at=clock.now())


def _cancel_orders(
    actor: Actor, absences: Sequence[Absence]
) -> tuple[list[TouchedOrder], list[TouchedOrder]]:
    """Cancel the booked orders within these approved absences, as far as it is not too late.

    The balances of all concerned are locked first, as everywhere; whoever places an order for one of them at
    this moment does so before, and is found, or sees the absence.
    """
    if not absences:
        return [], []
    now = clock.now()
    accounts.lock_balances_of({absence.staff_id for absence in absences})
    touched = _booked_within(absences, now)
    cancelled = [each for each in touched if each.is_cancellable]
    for each in cancelled:
        placing.cancel(
            each.staff_id,
            each.order_id,
            cancelled_by=actor.staff_id,
            received_at=now,
            memo=KIND_NAMES[each.kind],
        )
    return cancelled, [each for each in touched if not each.is_cancellable]


def _booked_within(absences: Sequence[Absence], now: datetime) -> list[TouchedOrder]:
    """The booked orders of meals that are not over within these absences; one statement.

    By the first of the counters that they hold, which is how cancelling them takes its locks.
    """
    first_counter = (
        select(func.min(OrderLine.meal_dish_id)).where(OrderLine.order_id == Order.id).scalar_subquery()
    )
    rows: Any = db.session.execute(
        select(
            *(Order.id, Order.staff_id, Canteen.name, Order.served_on, Order.period, Order.total_fen),
            *(Meal.serves_from, Meal.serves_until, Meal.state, Meal.cancel_closes_at),
        )
        .join(Meal, Meal.id == Order.meal_id)
        .join(Canteen, Canteen.id == Order.canteen_id)
        .where(
            Order.staff_id.in_({absence.staff_id for absence in absences}),
            Order.state == OrderState.BOOKED.value,
            Meal.serves_from >= min(absence.from_at for absence in absences),
            Meal.serves_until <= max(absence.until_at for absence in absences),
            Meal.serves_until > now,
        )
        .order_by(first_counter, Order.id)
    )
    found = [(row, _around(row, absences)) for row in rows]
    return [
        TouchedOrder(
            order_id=row.id,
            number=ordering_policies.order_number(row.id, row.served_on),
            staff_id=row.staff_id,
            canteen=row.name,
            date=row.served_on,
            period=row.period,
            total_fen=row.total_fen,
            is_cancellable=row.state == MealState.PUBLISHED and now < row.cancel_closes_at,
            kind=AbsenceKind(absence.kind),
        )
        for row, absence in found
        if absence is not None
    ]


def _around(row: Any, absences: Sequence[Absence]) -> Absence | None:
    """The absence of the order's person that its meal lies within: those of one person never overlap."""
    for absence in absences:
        is_theirs = absence.staff_id == row.staff_id
        if is_theirs and absence.from_at <= row.serves_from and row.serves_until <= absence.until_at:
            return absence
    return None


def _within(
    absence: Absence, *lists: Sequence[TouchedOrder]
) -> tuple[Sequence[TouchedOrder], Sequence[TouchedOrder]]:
    """Of several people's orders, those of this absence's person and days."""
    cancelled, kept = (
        [
            each
            for each in orders
            if each.staff_id == absence.staff_id and absence.from_on <= each.date <= absence.until_on
        ]
        for orders in lists
    )
    return cancelled, kept


def _record_one(actor: Actor, action: str, absence: Absence, cancelled: Sequence[TouchedOrder]) -> None:
    more: dict[str, Any] = {}
    if cancelled:
        more["orders_cancelled"] = len(cancelled)
        more["refunded_fen"] = sum(each.total_fen for each in cancelled)
    record(
        actor,
        action,
        "absence",
        absence.id,
        staff_id=absence.staff_id,
        kind=absence.kind,
        from_on=absence.from_on.isoformat(),
        until_on=absence.until_on.isoformat(),
        **more,
    )


def _tell(decided: Sequence[tuple[Absence, str, str]]) -> None:
    """Tell each person what was decided, and of their orders."""
    notifications.notify_each(
        ABSENCE_DECIDED,
        [
            Message(
                absence.staff_id,
                {
                    "kind": KIND_NAMES[AbsenceKind(absence.kind)],
                    "span": policies.in_words(queries.span_of(absence)),
                    "decision": decision,
                    "orders": orders,
                },
                dedupe=f"{absence.id}:{absence.state}",
                page=_PAGE,
            )
            for absence, decision, orders in decided
        ],
    )


def _orders_in_words(cancelled: Sequence[TouchedOrder], kept: Sequence[TouchedOrder]) -> str:
    said = ""
    if cancelled:
        refunded = yuan(sum(each.total_fen for each in cancelled))
        said += f"已为您取消 {_meals(cancelled)}，退回餐费 {refunded} 元。"
    if kept:
        said += f"{_meals(kept)}已过取消时间，未能取消；未取餐不计违约。"
    return said


def _meals(orders: Sequence[TouchedOrder]) -> str:
    in_order = sorted(orders, key=lambda each: (each.date, each.order_id))
    names = [each.meal for each in in_order]
    return "、".join(names) if len(names) <= 6 else f"{'、'.join(names[:5])}等 {len(names)} 餐"
