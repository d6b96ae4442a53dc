"""What the pages of purchasing share: words, tones, and what their forms offer to choose from."""

from typing import Any, Final

from backend import clock
from canteen.purchasing.ingredients import queries as ingredients
from canteen.purchasing.ingredients.titles import CATEGORY_NAMES
from canteen.purchasing.orders.models import OrderState, RequestState
from canteen.purchasing.orders.titles import ORIGIN_NAMES, REQUEST_STATE_NAMES, STATE_NAMES
from canteen.purchasing.suppliers import queries as suppliers
from canteen.purchasing.suppliers.policies import Standing
from canteen.purchasing.suppliers.titles import LICENCE_NAMES

STANDING_NAMES: Final = {
    Standing.OK: "可供货",
    Standing.EXPIRING: "证照将到期",
    Standing.EXPIRED: "证照不全或过期",
    Standing.BLOCKED: "暂停供货",
    Standing.INACTIVE: "停用",
}
# How a single licence stands; it is neither blocked nor out of use.
LICENCE_STANDING_NAMES: Final = {
    Standing.OK: "有效",
    Standing.EXPIRING: "将到期",
    Standing.EXPIRED: "已过期",
}
WORDS: Final[dict[str, Any]] = {
    "category_names": CATEGORY_NAMES,
    "origin_names": ORIGIN_NAMES,
    "request_state_names": REQUEST_STATE_NAMES,
    "request_tones": {
        RequestState.OPEN: "yellow",
        RequestState.ORDERED: "green",
        RequestState.WITHDRAWN: "gray",
    },
    "state_names": STATE_NAMES,
    "state_tones": {
        OrderState.DRAFT: "gray",
        OrderState.SUBMITTED: "yellow",
        OrderState.APPROVED: "blue",
        OrderState.RECEIVED: "green",
        OrderState.CLOSED: "green",
        OrderState.REJECTED: "red",
        OrderState.CANCELLED: "gray",
    },
    "standing_names": STANDING_NAMES,
    "standing_tones": {
        Standing.OK: "green",
        Standing.EXPIRING: "yellow",
        Standing.EXPIRED: "red",
        Standing.BLOCKED: "red",
        Standing.INACTIVE: "gray",
    },
    "licence_names": LICENCE_NAMES,
    "licence_standing_names": LICENCE_STANDING_NAMES,
}


def ingredient_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """The ingredients in use by category, for a form to choose from."""
    found: dict[str, list[tuple[int, str]]] = {name: [] for name in CATEGORY_NAMES.values()}
    for each in ingredients.all_ingredients(is_active=True):
        found[CATEGORY_NAMES[each.category]].append((each.id, each.name))
    return [(name, pairs) for name, pairs in found.items() if pairs]


def supplier_choices() -> list[tuple[int, str]]:
    """Every supplier by name, to filter by."""
    return sorted(((one, name) for name, one in suppliers.ids_by_name().items()), key=lambda pair: pair[1])


def usable_supplier_choices() -> list[tuple[int, str]]:
    """The suppliers of which something may be ordered today, by name."""
    usable = suppliers.usable_ids(clock.today())
    return [(one, name) for one, name in supplier_choices() if one in usable]
