"""Use cases of the ledger."""

from datetime import date

from backend.actor import Actor
from backend.audit import operations as audit
from backend.db import atomic
from canteen.bulletins.ledger import queries
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
