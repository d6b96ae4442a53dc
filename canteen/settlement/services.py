"""Use cases of settlements."""

from datetime import date

from backend import clock
from backend.actor import Actor
from backend.audit import operations as audit
from backend.dates import month_end
from backend.db import atomic
from canteen.ordering.receptions import operations as receptions
from canteen.settlement import operations, policies, queries
from canteen.settlement.errors import SettlementClosed, SettlementNotReady
from canteen.settlement.models import Settlement, SettlementState
from canteen.settlement.queries import SettlementView


@atomic
def close(actor: Actor, *, canteen_id: int, month: date, caterer: str = "") -> SettlementView:
    """Close a month: its lines are frozen, and its receptions are settled. `month` is its first day.

    Raises CanteenNotFound, SettlementClosed or, with the reasons, SettlementNotReady.
    """
    canteen = queries.find_canteen(actor, canteen_id)
    already = SettlementClosed(month_name=policies.month_name(month))
    operations.hold_ledger()
    settled = queries.closed_months(canteen_id)
    if any(each.month == month for each in settled):
        raise already
    through = queries.last_entry_id()
    view = queries.draft(canteen, month, settled)
    reasons = list(view.obstacles)
    if view.difference_fen:
        reasons.append("明细与账户流水的合计不一致，请先对账")
    if reasons:
        raise SettlementNotReady(
            month_name=policies.month_name(month), why="；".join(reasons), reasons=reasons
        )
    now = clock.now()
    settlement_id = operations.insert_settlement(
        actor, view, caterer=caterer or view.caterer, through_entry_id=through, at=now
    )
    if settlement_id is None:
        raise already
    receptions.settle(canteen_id, month, month_end(month), at=now)
    audit.record(
        actor,
        "canteen.settlement_closed",
        "settlement",
        settlement_id,
        canteen_id=canteen_id,
        month=f"{month:%Y-%m}",
        amount_fen=view.total_fen,
        adjustment_fen=view.adjustment_fen,
    )
    return _view(queries.find_managed(actor, settlement_id))


@atomic
def export(actor: Actor, *, canteen_id: int, month: date, media: str) -> SettlementView:
    """The month as `queries.get_settlement` gives it, for a document ("pdf", "xlsx") to keep; recorded.

    Raises CanteenNotFound.
    """
    view = queries.get_settlement(actor, canteen_id=canteen_id, month=month)
    audit.record(
        actor, "canteen.settlement_exported", "canteen", canteen_id, month=f"{month:%Y-%m}", format=media
    )
    return view


@atomic
def confirm(
    actor: Actor, *, settlement_id: int, confirmed_on: date, signed_by_us: str, signed_by_caterer: str
) -> SettlementView:
    """Write down that both sides have signed a closed settlement, who for them and on which day.

    Raises SettlementNotFound, SettlementConfirmed or ConfirmedTooEarly.
    """
    settlement = queries.find_managed(actor, settlement_id)
    policies.ensure_to_be_confirmed(
        SettlementState(settlement.state),
        closed_on=clock.local(settlement.closed_at).date(),
        confirmed_on=confirmed_on,
        today=clock.today(),
    )
    operations.confirm(
        settlement,
        actor,
        confirmed_on=confirmed_on,
        signed_by_us=signed_by_us,
        signed_by_caterer=signed_by_caterer,
        at=clock.now(),
    )
    audit.record(
        actor,
        "canteen.settlement_confirmed",
        "settlement",
        settlement_id,
        canteen_id=settlement.canteen_id,
        month=f"{settlement.month:%Y-%m}",
        signed_by_us=signed_by_us,
        signed_by_caterer=signed_by_caterer,
    )
    return _view(settlement)


def _view(settlement: Settlement) -> SettlementView:
    return queries.of_closed(settlement, queries.closed_months(settlement.canteen_id))
