"""Writes among colleagues, within an open unit of work.

The locks come in ordering's order: a consent, both people's balances by rising person, the order, and then
the transfers of that order.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, literal, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from backend.db import db, table, unit
from backend.identity.queries import lock_staff
from canteen.accounts import operations as accounts
from canteen.accounts.models import Bucket
from canteen.accounts.paying import spending_order
from canteen.ordering import policies as ordering_policies
from canteen.ordering.colleagues import handovers, policies
from canteen.ordering.colleagues.errors import TransferOpen
from canteen.ordering.colleagues.handovers import Movable
from canteen.ordering.colleagues.models import ColleagueOrder, Consent, Lookups, Transfer, TransferState
from canteen.ordering.colleagues.queries import Person
from canteen.ordering.errors import AlreadyOrdered, OrderChanged
from canteen.ordering.models import Order, OrderState

_ORDER, _CONSENT, _TRANSFER = table(Order), table(Consent), table(Transfer)
_LOOKUPS = table(Lookups)
_DIALECTS: Mapping[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
_HOUR = timedelta(hours=1)

HAND_OVER = (
    update(_ORDER)
    .where(
        _ORDER.c.id == bindparam("of_order"),
        _ORDER.c.state == OrderState.BOOKED.value,
        _ORDER.c.revision == bindparam("seen_revision"),
    )
    .values(
        staff_id=bindparam("to_staff"),
        department_id=bindparam("to_department"),
        revision=_ORDER.c.revision + 1,
    )
)


def count_lookups(staff_id: int, times: int, limit: int, now: datetime) -> bool:
    """Count look-ups; False, and nothing counted, if they would be more than `limit` within the hour.

    What is asked at once at the beginning of an hour is let pass: a limit below the size of one request must
    not forbid that request for ever.
    """
    connection = unit()
    begins_anew = _LOOKUPS.c.since <= now - _HOUR
    statement = _DIALECTS[connection.dialect.name].insert(_LOOKUPS)
    statement = statement.values(staff_id=staff_id, since=now, asked=times).on_conflict_do_update(
        index_elements=[_LOOKUPS.c.staff_id],
        set_={
            "since": case((begins_anew, literal(now, _LOOKUPS.c.since.type)), else_=_LOOKUPS.c.since),
            "asked": case((begins_anew, times), else_=_LOOKUPS.c.asked + times),
        },
        where=or_(begins_anew, _LOOKUPS.c.asked + times <= limit),
    )
    return connection.execute(statement.returning(_LOOKUPS.c.asked)).first() is not None


def give_consent(giver_id: int, colleague_id: int, until_on: date | None, at: datetime) -> int:
    """Put a consent in the place of the one that is not revoked, if there is one; returns its id."""
    connection = unit()
    # Twins wait here, and then find each other's consent.
    lock_staff(giver_id)
    connection.execute(
        update(_CONSENT)
        .where(
            _CONSENT.c.giver_id == giver_id,
            _CONSENT.c.colleague_id == colleague_id,
            _CONSENT.c.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )
    consent = Consent(giver_id=giver_id, colleague_id=colleague_id, given_at=at, until_on=until_on)
    db.session.add(consent)
    db.session.flush()
    return consent.id


def revoke_consent(consent_id: int, at: datetime) -> bool:
    """Revoke a consent; False if it was revoked before."""
    revoked = update(_CONSENT).where(_CONSENT.c.id == consent_id, _CONSENT.c.revoked_at.is_(None))
    return bool(unit().execute(revoked.values(revoked_at=at)).rowcount)


def keep_consent(order_id: int, consent_id: int, placed_by: int) -> None:
    """Keep with an order the consent under which it was placed, and by whom."""
    unit()
    db.session.add(ColleagueOrder(order_id=order_id, consent_id=consent_id, placed_by=placed_by))


def lock_both(giver_id: int, receiver_id: int) -> dict[Bucket, int]:
    """Lock the balances of both, by rising person; returns the receiver's in fen."""
    accounts.lock_balances_of({giver_id, receiver_id})
    return accounts.lock_balances(receiver_id)


def hand_over(
    order: Movable,
    giver: Person,
    receiver: Person,
    *,
    balances: Mapping[Bucket, int],
    entered_by: int,
    at: datetime,
) -> int:
    """Give an order, with what it cost, to another person; returns its new revision.

    The balances of both must be locked, and those of the receiver be `balances`. Raises BalanceShort,
    AlreadyOrdered, OrderNotBooked or OrderChanged.
    """
    paid_first = spending_order(order.canteen_id, order.placed_at)
    _move(order, receiver)
    accounts.refund(
        staff_id=giver.staff_id,
        amount_fen=order.total_fen,
        order_id=order.id,
        canteen_id=order.canteen_id,
        spending_order=paid_first,
        at=at,
        entered_by=entered_by,
        memo=f"转让给{receiver.name}",
    )
    accounts.charge(
        staff_id=receiver.staff_id,
        balances=balances,
        amount_fen=order.total_fen,
        order_id=order.id,
        canteen_id=order.canteen_id,
        spending_order=paid_first,
        at=at,
        entered_by=entered_by,
        memo=f"{giver.name}转让的订单",
    )
    return order.revision + 1


def _move(order: Movable, receiver: Person) -> None:
    values = {
        "of_order": order.id,
        "seen_revision": order.revision,
        "to_staff": receiver.staff_id,
        "to_department": receiver.department_id,
    }
    try:
        moved = unit().execute(HAND_OVER, values).rowcount
    except IntegrityError as twin:
        # The receiver ordered between our look and our update.
        raise AlreadyOrdered from twin
    if not moved:
        # Picked up, changed or withdrawn between our look and our update.
        present = handovers.find_movable(order.staff_id, order.id)
        ordering_policies.ensure_moves(OrderState(present.state), OrderState.PICKED_UP)
        raise OrderChanged


def add_transfer(
    order: Movable,
    receiver: Person,
    *,
    state: TransferState,
    message: str,
    at: datetime,
    consent_id: int | None = None,
    revision: int | None = None,
) -> int:
    """Write a transfer; returns its id. Raises TransferOpen for a second offer of the order."""
    transfer = Transfer(
        order_id=order.id,
        giver_id=order.staff_id,
        receiver_id=receiver.staff_id,
        consent_id=consent_id,
        state=state.value,
        message=message,
        revision=revision,
        offered_at=at,
        decided_at=None if state is TransferState.OFFERED else at,
    )
    unit()
    db.session.add(transfer)
    try:
        db.session.flush()
    except IntegrityError as twin:
        raise TransferOpen(name="同事") from twin
    return transfer.id


def end_offers(order_id: int, at: datetime) -> None:
    """End the open offer of an order that has changed hands."""
    unit().execute(
        update(_TRANSFER)
        .where(_TRANSFER.c.order_id == order_id, _TRANSFER.c.state == TransferState.OFFERED.value)
        .values(state=TransferState.ENDED.value, decided_at=at)
    )


def decide(transfer_id: int, to: TransferState, at: datetime, revision: int | None = None) -> None:
    """Take the step of an offer that is open; of two at once the second sees the first.

    Raises TransferNotOpen.
    """
    done = unit().execute(
        update(_TRANSFER)
        .where(_TRANSFER.c.id == transfer_id, _TRANSFER.c.state == TransferState.OFFERED.value)
        .values(state=to.value, decided_at=at, revision=revision)
    )
    if not done.rowcount:
        raise policies.not_open(TransferState(handovers.get_transfer(transfer_id).state))
