"""Use cases of hand-overs."""

from datetime import date, datetime

from backend import clock
from backend.actor import Actor, Permission
from backend.audit import operations as audit
from backend.db import atomic
from backend.identity.operations import refusing_clashes
from canteen.bulletins.ledger import operations, policies, queries
from canteen.bulletins.ledger.errors import HandOverTakenBack
from canteen.bulletins.ledger.models import HandOver, HandOverKind
from canteen.bulletins.ledger.policies import Load
from canteen.bulletins.ledger.queries import Ledger


@atomic
def export(actor: Actor, *, canteen_id: int, month: date, media: str) -> Ledger:
    """The ledger as `queries.get_ledger` gives it, for a document ("pdf", "xlsx") to keep; recorded.

    Raises CanteenNotFound.
    """
    ledger = queries.get_ledger(actor, canteen_id=canteen_id, month=month)
    audit.record(
        actor, "canteen.ledger_exported", "canteen", canteen_id, month=f"{month:%Y-%m}", format=media
    )
    return ledger


@atomic
def hand_over(
    actor: Actor,
    *,
    canteen_id: int,
    handed_at: datetime,
    kind: HandOverKind,
    weight_g: int,
    receiver: str,
    use: str = "",
    vehicle_no: str = "",
    receipt_no: str = "",
) -> Load:
    """Record a load that a collector took. Raises CanteenNotFound or HandOverTime."""
    queries.find_canteen(actor, canteen_id, Permission.WASTE_RECORD)
    policies.ensure_recent(handed_at, now=clock.now())
    row = operations.add(
        HandOver(
            canteen_id=canteen_id,
            handed_at=handed_at,
            handed_on=clock.local(handed_at).date(),
            kind=kind.value,
            weight_g=weight_g,
            receiver=receiver,
            use=use,
            vehicle_no=vehicle_no,
            receipt_no=receipt_no,
            recorded_at=clock.now(),
            recorded_by=actor.staff_id,
            recorded_by_name=actor.name,
        )
    )
    audit.record(
        actor, "canteen.hand_over_recorded", "hand_over", row.id, canteen_id=canteen_id, weight_g=weight_g
    )
    return Load(row, is_taken_back=False)


@atomic
def void_hand_over(actor: Actor, *, hand_over_id: int, reason: str) -> Load:
    """Take a load back that was recorded by mistake. Raises HandOverNotFound or HandOverTakenBack."""
    found = queries.find_hand_over(actor, hand_over_id)
    if found.is_taken_back:
        raise HandOverTakenBack
    row = found.row
    taken_back = HandOver(
        canteen_id=row.canteen_id,
        handed_at=row.handed_at,
        handed_on=row.handed_on,
        kind=row.kind,
        weight_g=row.weight_g,
        receiver=row.receiver,
        use=row.use,
        vehicle_no=row.vehicle_no,
        receipt_no=row.receipt_no,
        reason=reason,
        recorded_at=clock.now(),
        recorded_by=actor.staff_id,
        recorded_by_name=actor.name,
        void_of=row.id,
    )
    with refusing_clashes(HandOverTakenBack()):
        operations.add(taken_back)
    audit.record(
        actor,
        "canteen.hand_over_taken_back",
        "hand_over",
        row.id,
        canteen_id=row.canteen_id,
        reason=reason,
    )
    return Load(row, is_taken_back=True)
