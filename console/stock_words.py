"""What the pages of the store share: the words of its vocabularies and the tones of its states."""

from typing import Any, Final

from backend.actor import Actor, Permission
from canteen.menu import queries as menu_queries
from canteen.menu.policies import covers
from canteen.menu.titles import PERIOD_NAMES
from canteen.purchasing.ingredients.titles import CATEGORY_NAMES, STORAGE_NAMES
from canteen.purchasing.stock.models import CountState, MovementKind, ReceiptState
from canteen.purchasing.stock.policies import Usability
from canteen.purchasing.stock.titles import (
    CAUSE_NAMES,
    CERTIFICATE_NAMES,
    COUNT_STATE_NAMES,
    HOLD_NAMES,
    MOVEMENT_NAMES,
    RECEIPT_STATE_NAMES,
    USABILITY_NAMES,
)
from console import scope

READ: Final = Permission.PURCHASING_READ
RECORD: Final = Permission.STOCK_RECORD
APPROVE: Final = Permission.PURCHASING_APPROVE
_USABILITY_TONES: Final = {
    Usability.USABLE: "green",
    Usability.EXPIRING: "yellow",
    Usability.EXPIRED: "red",
    Usability.BLOCKED: "red",
    Usability.EMPTY: "gray",
}
_MOVEMENT_TONES: Final = {
    MovementKind.RECEIPT: "green",
    MovementKind.ISSUE: "blue",
    MovementKind.RETURN: "yellow",
    MovementKind.LOSS: "red",
    MovementKind.COUNT: "gray",
}
_RECEIPT_TONES: Final = {
    ReceiptState.WAITING: "yellow",
    ReceiptState.ACCEPTED: "green",
    ReceiptState.RETURNED: "red",
    ReceiptState.VOIDED: "gray",
}
_COUNT_TONES: Final = {
    CountState.OPEN: "blue",
    CountState.COUNTED: "yellow",
    CountState.APPROVED: "green",
    CountState.REJECTED: "red",
    CountState.CANCELLED: "gray",
}


def stock_words(actor: Actor, canteen_id: int | None = None) -> dict[str, Any]:
    """What every template of the store reads, and what the actor may do at a canteen (the chosen one)."""
    canteen = menu_queries.get_canteen(canteen_id) if canteen_id is not None else None

    def may(permission: Permission) -> bool:
        return covers(actor, permission, canteen) if canteen else scope.covers(actor, permission)

    return {
        "may_record": may(RECORD),
        "may_approve": may(APPROVE),
        "period_names": PERIOD_NAMES,
        "category_names": CATEGORY_NAMES,
        "storage_names": STORAGE_NAMES,
        "usability_names": USABILITY_NAMES,
        "usability_tones": _USABILITY_TONES,
        "movement_names": MOVEMENT_NAMES,
        "movement_tones": _MOVEMENT_TONES,
        "cause_names": CAUSE_NAMES,
        "causes": [(each.value, name) for each, name in CAUSE_NAMES.items()],
        "hold_names": HOLD_NAMES,
        "certificate_names": CERTIFICATE_NAMES,
        "certificate_choices": [(each.value, name) for each, name in CERTIFICATE_NAMES.items()],
        "storage_choices": [(each.value, name) for each, name in STORAGE_NAMES.items()],
        "receipt_state_names": RECEIPT_STATE_NAMES,
        "receipt_tones": _RECEIPT_TONES,
        "count_state_names": COUNT_STATE_NAMES,
        "count_tones": _COUNT_TONES,
    }
