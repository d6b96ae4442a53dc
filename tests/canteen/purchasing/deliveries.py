"""What suppliers delivered, in tests, without a receipt."""

from datetime import date
from typing import Any

from backend.actor import SYSTEM
from backend.db import atomic
from canteen.purchasing.orders import operations
from tests.canteen.kitchen import Kitchen
from tests.factories import MONDAY


def deliver(
    kitchen: Kitchen,
    supplier: Any,
    ingredient: Any,
    net_g: int,
    amount_fen: int,
    *,
    refused_g: int = 0,
    on: date = MONDAY,
) -> None:
    """So much was accepted, and so much sent back."""
    atomic(operations.note_delivery)(
        SYSTEM,
        canteen_id=kitchen.canteen.id,
        supplier_id=supplier.id,
        ingredient_id=ingredient.id,
        net_g=net_g,
        refused_g=refused_g,
        amount_fen=amount_fen,
        delivered_on=on,
    )
