"""The rules of all slices, and what names the places that they have values for."""

from typing import Any

from backend.identity.binding import rules as binding
from backend.identity.privacy import rules as privacy
from backend.notifications import rules as notifications
from backend.rules import registry
from backend.rules.registry import Rule, RuleScope
from backend.suggestions import rules as suggestions
from canteen.accounts import rules as accounts
from canteen.menu import queries as menu_queries
from canteen.menu import rules as menu
from canteen.ordering import rules as ordering
from canteen.ordering.colleagues import rules as colleagues
from canteen.ordering.pauses import rules as pauses
from canteen.ordering.receptions import rules as receptions
from canteen.ordering.takeaway import rules as takeaway
from canteen.pickups import rules as pickups
from canteen.pickups.no_shows import rules as no_shows
from canteen.pickups.walk_ins import rules as walk_ins


def all_rules() -> tuple[Rule[Any], ...]:
    """Every slice's rules, in the order in which people see them."""
    return (
        *menu.RULES,
        *ordering.RULES,
        *takeaway.RULES,
        *colleagues.RULES,
        *receptions.RULES,
        *pickups.RULES,
        *walk_ins.RULES,
        *no_shows.RULES,
        *pauses.RULES,
        *accounts.RULES,
        *binding.RULES,
        *privacy.RULES,
        *notifications.RULES,
        *suggestions.RULES,
    )


def install() -> None:
    """Make them known. Raises ValueError for two rules of one key."""
    registry.add(all_rules(), {RuleScope.CANTEEN: menu_queries.places_with_rules})
