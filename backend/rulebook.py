"""The rules of all slices, and what names the places that they have values for."""

from typing import Any

from backend.identity.binding import rules as binding
from backend.notifications import rules as notifications
from backend.rules import registry
from backend.rules.registry import Rule, RuleScope
from backend.suggestions import rules as suggestions
from canteen.accounts import rules as accounts
from canteen.menu import queries as menu_queries
from canteen.menu import rules as menu
from canteen.ordering import rules as ordering
from canteen.pickups import rules as pickups


def all_rules() -> tuple[Rule[Any], ...]:
    """Every slice's rules, in the order in which people see them."""
    return (
        *menu.RULES,
        *ordering.RULES,
        *pickups.RULES,
        *accounts.RULES,
        *binding.RULES,
        *notifications.RULES,
        *suggestions.RULES,
    )


def install() -> None:
    """Make them known. Raises ValueError for two rules of one key."""
    registry.add(all_rules(), {RuleScope.CANTEEN: menu_queries.places_with_rules})
