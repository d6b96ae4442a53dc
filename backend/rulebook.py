"""The rules of all slices, and what names the places that they have values for."""

from typing import Any

from backend.devices import rules as devices
from backend.identity.binding import rules as binding
from backend.identity.privacy import rules as privacy
from backend.notifications import rules as notifications
from backend.rules import registry
from backend.rules.registry import Rule, RuleScope
from backend.suggestions import rules as suggestions
from canteen.accounts import rules as accounts
from canteen.advice import rules as advice
from canteen.bulletins import rules as bulletins
from canteen.evaluation.rectifications import rules as rectifications
from canteen.evaluation.rounds import rules as rounds
from canteen.evaluation.spot_checks import rules as spot_checks
from canteen.evaluation.units import rules as units
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
from canteen.screens import rules as screens
from canteen.waste import rules as waste
from canteen.waste.entries import rules as waste_entries
from canteen.waste.serving import rules as serving
from canteen.waste.statistics import rules as waste_statistics
from canteen.waste.trays import rules as trays
from property.assessments import rules as assessments
from property.contractors import rules as contractors
from property.dispatch import rules as dispatch
from property.inspections.rounds import rules as inspections
from property.work_orders import rules as work_orders


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
        *serving.RULES,
        *no_shows.RULES,
        *pauses.RULES,
        *screens.RULES,
        *waste.RULES,
        *spot_checks.RULES,
        *units.RULES,
        *rounds.RULES,
        *rectifications.RULES,
        *waste_statistics.RULES,
        *advice.RULES,
        *accounts.RULES,
        *bulletins.RULES,
        *contractors.RULES,
        *assessments.RULES,
        *devices.RULES,
        *waste_entries.RULES,
        *trays.RULES,
        *work_orders.RULES,
        *dispatch.RULES,
        *inspections.RULES,
        *binding.RULES,
        *privacy.RULES,
        *notifications.RULES,
        *suggestions.RULES,
    )


def install() -> None:
    """Make them known. Raises ValueError for two rules of one key."""
    registry.add(all_rules(), {RuleScope.CANTEEN: menu_queries.places_with_rules})
