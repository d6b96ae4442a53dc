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
from canteen.advice.weeks import rules as advised_weeks
from canteen.bulletins import rules as bulletins
from canteen.evaluation.rectifications import rules as rectifications
from canteen.evaluation.rounds import rules as rounds
from canteen.evaluation.spot_checks import rules as spot_checks
from canteen.evaluation.units import rules as units
from canteen.food_safety.hygiene import rules as hygiene
from canteen.food_safety.incidents import rules as incidents
from canteen.food_safety.inspections import rules as safety_inspections
from canteen.food_safety.samples import rules as samples
from canteen.food_safety.temperatures import rules as temperatures
from canteen.food_safety.workers import rules as kitchen_workers
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
from canteen.production.forecasts import rules as forecasts
from canteen.production.plans import rules as meal_plans
from canteen.purchasing.orders import rules as purchase_orders
from canteen.purchasing.stock import rules as stock
from canteen.purchasing.suppliers import rules as suppliers
from canteen.screens import rules as screens
from canteen.waste import rules as waste
from canteen.waste.entries import rules as waste_entries
from canteen.waste.kitchen import rules as waste_kitchen
from canteen.waste.serving import rules as serving
from canteen.waste.statistics import rules as waste_statistics
from canteen.waste.trays import rules as trays
from feedback.deadlines import rules as deadlines
from feedback.notices import rules as notices
from feedback.reports import rules as reports
from feedback.reports.applications import rules as applications
from feedback.reports.open311 import rules as open311
from feedback.reports.visits import rules as visits
from feedback.satisfaction import rules as satisfaction
from feedback.satisfaction.rectifications import rules as satisfaction_rectifications
from feedback.surveys import rules as surveys
from meeting.bookings import rules as bookings
from meeting.bookings.attendance import rules as attendance
from meeting.bookings.waitlist import rules as waitlist
from meeting.calendars import rules as calendars
from meeting.hospitality import rules as hospitality
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
        *forecasts.RULES,
        *meal_plans.RULES,
        *stock.RULES,
        *screens.RULES,
        *suppliers.RULES,
        *purchase_orders.RULES,
        *waste.RULES,
        *spot_checks.RULES,
        *units.RULES,
        *rounds.RULES,
        *rectifications.RULES,
        *waste_statistics.RULES,
        *advice.RULES,
        *advised_weeks.RULES,
        *hygiene.RULES,
        *safety_inspections.RULES,
        *accounts.RULES,
        *bulletins.RULES,
        *temperatures.RULES,
        *samples.RULES,
        *kitchen_workers.RULES,
        *contractors.RULES,
        *assessments.RULES,
        *devices.RULES,
        *waste_entries.RULES,
        *waste_kitchen.RULES,
        *incidents.RULES,
        *trays.RULES,
        *work_orders.RULES,
        *dispatch.RULES,
        *inspections.RULES,
        *reports.RULES,
        *deadlines.RULES,
        *applications.RULES,
        *visits.RULES,
        *binding.RULES,
        *privacy.RULES,
        *notifications.RULES,
        *suggestions.RULES,
        *notices.RULES,
        *open311.RULES,
        *surveys.RULES,
        *satisfaction.RULES,
        *satisfaction_rectifications.RULES,
        *bookings.RULES,
        *waitlist.RULES,
        *hospitality.RULES,
        *attendance.RULES,
        *calendars.RULES,
    )


def install() -> None:
    """Make them known. Raises ValueError for two rules of one key."""
    registry.add(all_rules(), {RuleScope.CANTEEN: menu_queries.places_with_rules})
