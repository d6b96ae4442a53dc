"""Every page of the console, as it looks: opens calmly, is accessible, and fits a desk and a phone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select

from backend import clock
from backend.dates import previous_month
from backend.db import db
from backend.flows.demo import DEMO_PASSWORD, demo_code
from backend.identity.models import Staff
from backend.identity.privacy.models import DataRequest, RequestState
from backend.scoresheets.models import SheetVersion
from backend.suggestions.models import Suggestion
from canteen.advice.weeks.models import MenuProposal
from canteen.bulletins.models import Bulletin
from canteen.evaluation.rectifications.models import Rectification
from canteen.evaluation.rounds.models import Round, UnitSheet
from canteen.evaluation.spot_checks.models import Inspection, SpotCheckPlan
from canteen.evaluation.units.models import Unit
from canteen.food_safety.incidents.models import Incident
from canteen.menu.models import Canteen, Dish, Meal, MealState
from canteen.ordering.receptions.models import Reception, ReceptionState
from canteen.production.forecasts.models import MealForecast
from canteen.production.plans.models import MealPlan
from canteen.production.recipes.models import Recipe
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.orders.models import PurchaseOrder
from canteen.purchasing.stock.models import Batch, Receipt
from canteen.purchasing.suppliers.models import Supplier
from console import navigation
from feedback.reports.models import Report
from meeting.bookings.models import Booking
from meeting.rooms.models import MeetingRoom
from property.assets.models import Asset
from property.categories.models import Category
from property.work_orders.costs.models import Store
from tests.console.driven.chromium import DESK, PHONE, Desk
from tests.console.driven.demo import ADMINISTRATOR, Demo, demo, seeded_today
from tests.databases import SqliteTemplate

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Sight:
    """A page to look at; `{dish}` and the like in its path are filled in, `press` opens a dialog of it.

    `refusal`: what the browser may log of a request that the page asks and the hour of the day refuses.
    """

    name: str
    path: str
    press: str = ""
    status: int = 200
    refusal: int = 0


SIGHTS = (
    Sight("home", "/console/"),
    Sight("kitchen-samples", "/console/food-safety/samples"),
    Sight("kitchen-checks", "/console/food-safety/morning-checks"),
    Sight("kitchen-workers", "/console/food-safety/workers"),
    Sight("kitchen-temperatures", "/console/food-safety/temperatures"),
    Sight("kitchen-cleaning", "/console/food-safety/cleaning"),
    Sight("kitchen-hygiene", "/console/food-safety/hygiene"),
    Sight("safety-controls", "/console/food-safety/controls"),
    Sight("safety-control-items", "/console/food-safety/controls/items"),
    Sight("safety-findings", "/console/food-safety/findings"),
    Sight("safety-finding-new", "/console/food-safety/findings", press="[data-open='#new']"),
    Sight("safety-reviews", "/console/food-safety/reviews"),
    Sight("safety-months", "/console/food-safety/reviews/months"),
    Sight("safety-ledgers", "/console/food-safety/ledgers"),
    Sight("safety-additives", "/console/food-safety/ledgers/additives"),
    Sight("safety-loads", "/console/food-safety/ledgers/hand-overs"),
    Sight("incidents", "/console/food-safety/incidents"),
    Sight("incident-new", "/console/food-safety/incidents/new"),
    Sight("incident", "/console/food-safety/incidents/{incident}"),
    Sight("incident-scope", "/console/food-safety/incidents/{incident}/scope"),
    Sight("safety-inspections", "/console/food-safety/inspections"),
    Sight("safety-retention", "/console/food-safety/retention"),
    Sight("board", "/console/property/board"),
    Sight("orders", "/console/property/orders"),
    Sight("approvals", "/console/property/approvals"),
    Sight("property-statistics", "/console/property/statistics"),
    Sight("inspections", "/console/property/inspections"),
    Sight("plans", "/console/property/plans"),
    Sight("moderation", "/console/feedback/moderation"),
    Sight("feedback-words", "/console/feedback/words"),
    Sight("feedback-words-import", "/console/feedback/words", press="[data-open='#import']"),
    Sight("seals-not-theirs", "/console/feedback/seals", status=403),
    Sight("feedback-categories", "/console/feedback/categories"),
    Sight("feedback-category", "/console/feedback/categories", press="#list [data-from$='/new?kind=snap']"),
    Sight("offices", "/console/feedback/offices"),
    Sight("office", "/console/feedback/offices", press="#list [data-open='#office']"),
    Sight("open311", "/console/feedback/open311"),
    Sight("open311-new", "/console/feedback/open311", press="[data-open='#new']"),
    Sight("services", "/console/concierge/services"),
    Sight("service-new", "/console/concierge/services/new"),
    Sight("service-requests", "/console/concierge/requests"),
    Sight("found", "/console/concierge/found"),
    Sight("found-new", "/console/concierge/found", press="[data-from$='/new']"),
    Sight("faq", "/console/concierge/faq"),
    Sight("faq-new", "/console/concierge/faq", press="[data-from$='/new']"),
    Sight("projects", "/console/concierge/projects"),
    Sight("project-new", "/console/concierge/projects/new"),
    Sight("contractors", "/console/contractors"),
    Sight("assessments", "/console/assessments"),
    Sight("contractor-checks", "/console/assessments/checks"),
    Sight("contractor-bulletins", "/console/assessments/bulletins"),
    Sight("report-board", "/console/feedback/board"),
    Sight("report-case", "/console/feedback/board", press=".card-open"),
    Sight("reports", "/console/feedback/reports"),
    # It is looked at with its office's people in test_reports; who looks here handles nothing.
    Sight("office-reports", "/console/feedback/office", status=403),
    Sight("report", "/console/feedback/reports/{report}"),
    Sight("report-assign", "/console/feedback/reports/{report}", press="[data-open='#do-note']"),
    Sight("report-merge", "/console/feedback/reports/{report}", press="[data-open='#do-merge']"),
    Sight("report-call", "/console/feedback/reports/new"),
    Sight("report-applications", "/console/feedback/applications"),
    Sight("report-applications-all", "/console/feedback/applications?scope=all"),
    Sight("report-visits", "/console/feedback/visits"),
    Sight("report-supervision", "/console/feedback/supervision"),
    Sight("report-statistics", "/console/feedback/statistics"),
    Sight("meeting-board", "/console/meetings"),
    Sight("meeting-board-week", "/console/meetings?is_week=true"),
    Sight("meeting-bookings", "/console/meetings/bookings"),
    Sight("meeting-bookings-each", "/console/meetings/bookings?by_meeting=true"),
    Sight("meeting-booking", "/console/meetings/bookings/{booking}"),
    Sight("meeting-new", "/console/meetings/bookings/new"),
    Sight("meeting-approvals", "/console/meetings/approvals"),
    Sight("meeting-overrides", "/console/meetings/overrides"),
    Sight("meeting-rooms", "/console/meetings/rooms"),
    Sight("meeting-room", "/console/meetings/rooms/{meeting_room}"),
    Sight("meeting-room-new", "/console/meetings/rooms/new"),
    Sight("meeting-room-edit", "/console/meetings/rooms/{meeting_room}/edit"),
    Sight("meeting-room-closure", "/console/meetings/rooms/{meeting_room}", press="[data-open='#closure']"),
    Sight("meeting-quotas", "/console/meetings/rooms/quotas"),
    Sight("meeting-quota-new", "/console/meetings/rooms/quotas", press="[data-open='#quota']"),
    Sight("meeting-equipment", "/console/meetings/rooms/equipment"),
    Sight("meeting-equipment-edit", "/console/meetings/rooms/equipment", press="#list [data-open]"),
    Sight("meeting-statistics", "/console/meetings/statistics"),
    Sight("meeting-statistics-departments", "/console/meetings/statistics?by=department"),
    Sight("notices", "/console/notices"),
    Sight("notice-new", "/console/notices/new"),
    Sight("notice-seats", "/console/notices/seats"),
    Sight("notice-seat", "/console/notices/seats", press="[data-open='#seat']"),
    Sight("surveys", "/console/surveys"),
    Sight("survey-new", "/console/surveys/new"),
    Sight("satisfaction", "/console/satisfaction"),
    Sight("satisfaction-trend", "/console/satisfaction/trend"),
    Sight("satisfaction-dishes", "/console/satisfaction/dishes"),
    Sight("satisfaction-rectifications", "/console/satisfaction/rectifications"),
    Sight("satisfaction-rectifications-mine", "/console/satisfaction/rectifications/mine"),
    Sight("satisfaction-rectification-new", "/console/satisfaction/rectifications/new"),
    Sight("service-review-now", "/console/reviews"),
    Sight("service-review", "/console/reviews?month={last_month}"),
    Sight("service-reviews", "/console/reviews/bulletins"),
    Sight("service-review-new", "/console/reviews/bulletins", press="[data-open='#new']"),
    Sight("hospitality", "/console/meetings/hospitality"),
    Sight("hospitality-by-steward", "/console/meetings/hospitality?by=steward"),
    Sight("meeting-checks", "/console/meetings/checks"),
    Sight("meeting-services", "/console/meetings/services"),
    Sight("meeting-service", "/console/meetings/services", press="[data-from$='/services/new']"),
    Sight("meeting-checklist", "/console/meetings/services/checklist"),
    Sight("meeting-items", "/console/meetings/services/items"),
    Sight("meeting-item", "/console/meetings/services/items", press="#list [data-from]"),
    Sight("meeting-waitlist", "/console/meetings/waitlist"),
    Sight("review-meetings", "/console/reviews/meetings"),
    Sight("review-meeting-new", "/console/reviews/meetings/new"),
    Sight("review-demands", "/console/reviews/demands"),
    Sight("evaluation", "/console/evaluation"),
    Sight("evaluation-round", "/console/evaluation/rounds/{round}"),
    Sight("evaluation-sheet", "/console/evaluation/sheets/{sheet}"),
    Sight("evaluation-unit", "/console/evaluation/units/{unit}"),
    Sight("evaluation-score-sheet", "/console/evaluation/score-sheets/{version}"),
    Sight("evaluation-verification", "/console/evaluation/checks/plans/{plan}"),
    Sight("evaluation-inspection", "/console/evaluation/checks/inspections/{inspection}"),
    Sight("evaluation-rectification", "/console/evaluation/checks/rectifications/{rectification}"),
    Sight("bulletin", "/console/bulletins/{bulletin}"),
    Sight("evaluation-rounds", "/console/evaluation/rounds", press="[data-open='#round']"),
    Sight("evaluation-units", "/console/evaluation/units"),
    Sight("evaluation-unit-new", "/console/evaluation/units", press="[data-from$='/new']"),
    Sight("evaluation-months", "/console/evaluation/months"),
    Sight("evaluation-score-sheets", "/console/evaluation/score-sheets"),
    Sight("evaluation-annex", "/console/evaluation/annex"),
    Sight("evaluation-checks", "/console/evaluation/checks"),
    Sight("evaluation-draw", "/console/evaluation/checks", press="[data-open='#draw']"),
    Sight("evaluation-inspections", "/console/evaluation/checks/inspections"),
    Sight("evaluation-arrange", "/console/evaluation/checks/inspections/new"),
    Sight("evaluation-rectifications", "/console/evaluation/checks/rectifications"),
    Sight("evaluation-order", "/console/evaluation/checks/rectifications/new"),
    Sight("evaluation-inspecting", "/console/evaluation/inspecting"),
    Sight("evaluation-report", "/console/evaluation/report"),
    Sight("bulletins", "/console/bulletins"),
    Sight("bulletin-new", "/console/bulletins", press="[data-open='#new']"),
    Sight("bulletin-reports", "/console/bulletins/reports"),
    Sight("waste-ledger", "/console/canteen/waste-ledger?month={last_month}"),
    Sight("waste-ledger-today", "/console/canteen/waste-ledger"),
    Sight("waste-ledger-load", "/console/canteen/waste-ledger", press="[data-open='#load']"),
    Sight("dishes", "/console/canteen/dishes"),
    Sight("dish", "/console/canteen/dishes/{dish}"),
    Sight("dish-new", "/console/canteen/dishes/new"),
    Sight("dish-edit", "/console/canteen/dishes/{dish}/edit"),
    Sight("menus", "/console/canteen/menus"),
    Sight("menus-published", "/console/canteen/menus?week={next}"),
    Sight("menus-drafts", "/console/canteen/menus?week={later}"),
    Sight("menus-copy", "/console/canteen/menus?week={later}", press="[data-open='#copy']"),
    Sight("menus-publish", "/console/canteen/menus?week={later}", press="[data-open='#publish']"),
    Sight("menus-meal", "/console/canteen/menus?week={later}", press="[data-open='#meal']"),
    Sight("forecasts", "/console/kitchen/forecasts"),
    Sight("forecast", "/console/kitchen/forecasts/{forecast}"),
    Sight("forecast-new", "/console/kitchen/forecasts", press="[data-from$='/forecasts/new']"),
    Sight("forecast-accuracy", "/console/kitchen/forecasts/accuracy"),
    Sight("meal-plans", "/console/kitchen/plans"),
    Sight("meal-plan-proposal", "/console/kitchen/plans?week={next}", press="[data-open='#proposal']"),
    Sight("meal-plan", "/console/kitchen/plans/{meal_plan}"),
    Sight("meal-plan-ingredients", "/console/kitchen/plans/{meal_plan}/ingredients"),
    Sight("meal-plan-issue", "/console/kitchen/plans/{meal_plan}/issue"),
    Sight("meal-plan-outcome", "/console/kitchen/plans/{meal_plan}/outcome"),
    Sight("meal-plan-costs", "/console/kitchen/plans/{meal_plan}/costs"),
    Sight("meal-plan-screen", "/console/kitchen/plans/{meal_plan}/screen"),
    Sight("recipes", "/console/kitchen/recipes"),
    Sight("recipe", "/console/kitchen/recipes/{recipe}"),
    Sight("recipe-edit", "/console/kitchen/dishes/{dish}/recipe"),
    Sight("recipes-import", "/console/kitchen/recipes/import"),
    Sight("nutrition", "/console/kitchen/nutrition"),
    Sight("menu-advice", "/console/kitchen/menu-advice"),
    Sight("menu-proposal", "/console/kitchen/menu-advice/{menu_proposal}"),
    Sight("stock", "/console/kitchen/stock"),
    Sight("stock-batches", "/console/kitchen/stock/batches"),
    Sight("stock-opening", "/console/kitchen/stock/batches", press="[data-open='#opening']"),
    Sight("stock-batch", "/console/kitchen/stock/batches/{batch}"),
    Sight("stock-batch-location", "/console/kitchen/stock/batches/{batch}", press="[data-open='#location']"),
    Sight("stock-movements", "/console/kitchen/stock/movements"),
    Sight("stock-monthly", "/console/kitchen/stock/monthly?month={last_month}"),
    Sight("stock-issues", "/console/kitchen/issues"),
    Sight("stock-receipts", "/console/kitchen/receipts"),
    Sight("stock-receipt", "/console/kitchen/receipts/{receipt}"),
    Sight("stock-receipt-new", "/console/kitchen/receipts/new"),
    Sight("stock-counts", "/console/kitchen/counts"),
    Sight("stock-count-new", "/console/kitchen/counts", press="[data-open='#new']"),
    Sight("tracing", "/console/kitchen/tracing"),
    Sight("tracing-batch", "/console/kitchen/tracing/batches/{batch}"),
    Sight("purchase-requests", "/console/kitchen/requests"),
    Sight("purchase-minimum", "/console/kitchen/requests", press="[data-open='#minimum']"),
    Sight("purchase-request-new", "/console/kitchen/requests/new"),
    Sight("purchase-orders", "/console/kitchen/orders"),
    Sight("purchase-order", "/console/kitchen/orders/{purchase_order}"),
    Sight("purchase-order-new", "/console/kitchen/orders/new?supplier_id={supplier}"),
    Sight("suppliers", "/console/kitchen/suppliers"),
    Sight("supplier-new", "/console/kitchen/suppliers", press="[data-open='#supplier']"),
    Sight("supplier", "/console/kitchen/suppliers/{supplier}"),
    Sight("supplier-licence", "/console/kitchen/suppliers/{supplier}", press="[data-from$='/licences/new']"),
    Sight("supplier-price", "/console/kitchen/suppliers/{supplier}", press="[data-from$='/prices/new']"),
    Sight("supplier-prices", "/console/kitchen/prices"),
    Sight("prices-import", "/console/kitchen/prices", press="[data-open='#import']"),
    Sight("prices-compare", "/console/kitchen/prices/compare?ingredient_id={ingredient}"),
    Sight("supplier-assessments", "/console/kitchen/assessments"),
    Sight("ingredients", "/console/kitchen/ingredients"),
    Sight("ingredient", "/console/kitchen/ingredients", press="#list [data-open='#ingredient']"),
    Sight("purchase-statistics", "/console/kitchen/statistics"),
    Sight("orders-today", "/console/canteen/orders"),
    Sight("orders", "/console/canteen/orders?date={workday}&period=lunch"),
    Sight("prep-today", "/console/canteen/prep"),
    Sight("prep", "/console/canteen/prep?date={workday}&period=lunch"),
    # Between the cutoff and the freeze, a job's turn later, there is no list to take along yet.
    Sight("station", "/console/canteen/station", refusal=409),
    Sight("attendance", "/console/canteen/attendance"),
    Sight("no-shows", "/console/canteen/no-shows"),
    Sight("no-show-decide", "/console/canteen/no-shows?state=appealed", press="[data-open='#decide']"),
    Sight("no-shows-figures", "/console/canteen/no-shows/figures"),
    Sight("weighed-meals", "/console/canteen/weighed-meals"),
    Sight("weighed-meals-all", "/console/canteen/weighed-meals?state=all"),
    Sight("receptions", "/console/canteen/receptions"),
    Sight("receptions-last-month", "/console/canteen/receptions?month={last_month}"),
    Sight("reception-waiting", "/console/canteen/receptions/{reception_submitted}"),
    Sight(
        "reception-reject", "/console/canteen/receptions/{reception_submitted}", press="[data-open='#reject']"
    ),
    Sight("reception-settled", "/console/canteen/receptions/{reception_settled}"),
    Sight("reception-serve", "/console/canteen/receptions/{reception_approved}/serve"),
    Sight("ratings", "/console/canteen/ratings"),
    Sight("ratings-comments", "/console/canteen/ratings/comments"),
    Sight("accounts", "/console/canteen/accounts"),
    Sight("account", "/console/canteen/accounts/{staff}"),
    Sight("account-deposit", "/console/canteen/accounts/{staff}", press="[data-open='#deposit']"),
    Sight("account-statement", "/console/canteen/accounts/{staff}/statement"),
    Sight("account-pay-out", "/console/canteen/accounts/{staff}", press="[data-open='#pay-out']"),
    # By the end of a month its meals have pushed the grant off the first page.
    Sight(
        "account-correct", "/console/canteen/accounts/{staff}?page_size=100", press="[data-open='#correct']"
    ),
    Sight("accounts-months", "/console/canteen/accounts/months"),
    Sight("grants", "/console/canteen/accounts/grants"),
    Sight("grants-new", "/console/canteen/accounts/grants/new"),
    Sight("grants-plan", "/console/canteen/accounts/grants/1"),
    Sight("payroll", "/console/canteen/accounts/payroll"),
    Sight("payroll-new", "/console/canteen/accounts/payroll/new"),
    Sight("payroll-batch", "/console/canteen/accounts/payroll/1"),
    Sight("settlements", "/console/canteen/settlements"),
    Sight("settlement-close", "/console/canteen/settlements", press="[data-open='#close']"),
    Sight("settlement-closed", "/console/canteen/settlements?month={closed_month}"),
    Sight(
        "settlement-confirm",
        "/console/canteen/settlements?month={closed_month}",
        press="[data-open='#confirm']",
    ),
    Sight("settlement-running", "/console/canteen/settlements?month={this_month}"),
    Sight("periods", "/console/canteen/periods"),
    Sight("period-edit", "/console/canteen/periods", press="button:has-text('修改')"),
    Sight("period-history", "/console/canteen/periods", press="button:has-text('记录')"),
    Sight("screen-desk", "/console/canteen/screen"),
    Sight("screen-rule", "/console/canteen/screen", press="[data-from*='screen_link/change']"),
    Sight("screen-demo", "/screen/canteen/1"),
    Sight("waste", "/console/canteen/waste"),
    Sight("waste-year", "/console/canteen/waste?from_date={a_year_ago}&base=last_year"),
    Sight("waste-dishes", "/console/canteen/waste/dishes"),
    Sight("waste-dish", "/console/canteen/waste/dishes/{dish}"),
    Sight("waste-departments", "/console/canteen/waste/departments"),
    Sight("waste-unmeasured", "/console/canteen/waste/unmeasured"),
    Sight("weighings-today", "/console/canteen/waste/weighings"),
    Sight("weighings", "/console/canteen/waste/weighings?date={past_workday}"),
    Sight("weighings-quarantine", "/console/canteen/waste/weighings/quarantine"),
    Sight("waste-entry", "/console/canteen/waste/entry?date={past_workday}&period=lunch"),
    Sight("waste-entry-now", "/console/canteen/waste/entry"),
    Sight("containers", "/console/canteen/waste/containers"),
    Sight("container-new", "/console/canteen/waste/containers", press="[data-from$='/new']"),
    Sight("containers-import", "/console/canteen/waste/containers", press="[data-from$='/import']"),
    Sight("container-labels", "/console/canteen/waste/containers/labels?kind=bin"),
    Sight("measures", "/console/canteen/waste/measures"),
    Sight("measure-new", "/console/canteen/waste/measures", press="[data-from$='/new']"),
    Sight("devices", "/console/devices"),
    Sight("property-assets", "/console/property/assets"),
    Sight("property-asset", "/console/property/assets/{asset}"),
    Sight("property-asset-move", "/console/property/assets/{asset}", press="[data-open='#move']"),
    Sight("property-asset-new", "/console/property/assets/new"),
    Sight("property-assets-import", "/console/property/assets/import"),
    Sight("property-asset-kinds", "/console/property/assets/kinds"),
    Sight("property-categories", "/console/property/categories"),
    Sight("property-category", "/console/property/categories", press="[data-from*='/categories/']"),
    Sight("property-service-levels", "/console/property/service-levels"),
    Sight("property-service-trial", "/console/property/service-levels/trial?category_id={category}"),
    Sight("property-service-calendars", "/console/property/service-levels/calendars"),
    Sight(
        "property-service-calendar", "/console/property/service-levels/calendars", press="[data-from$='/new']"
    ),
    Sight("property-place-classes", "/console/property/service-levels/places"),
    Sight("property-workforce", "/console/property/workforce"),
    Sight("property-worker", "/console/property/workforce", press="[data-from$='/new']"),
    Sight("property-duties", "/console/property/duties"),
    Sight("property-shifts", "/console/property/duties/shifts"),
    Sight("property-materials", "/console/property/materials"),
    Sight("property-material", "/console/property/materials", press="#list [data-open='#material']"),
    Sight("property-store", "/console/property/stores/{store}"),
    Sight("property-delivery", "/console/property/stores/{store}", press="[data-open='#delivery']"),
    Sight("property-movements", "/console/property/stores/{store}/movements"),
    Sight("departments", "/console/departments"),
    Sight("department-edit", "/console/departments", press="[data-from*='/edit']"),
    Sight("staff", "/console/staff"),
    Sight("person", "/console/staff/{staff}"),
    Sight("person-new", "/console/staff/new"),
    Sight("person-edit", "/console/staff/{staff}/edit"),
    Sight("import", "/console/staff/import"),
    Sight("roles", "/console/roles"),
    Sight("role-grant", "/console/staff/{staff}", press="[data-open='#grant']"),
    Sight("binds", "/console/binds"),
    Sight("absences", "/console/absences"),
    Sight("absence-new", "/console/absences", press="[data-from$='/absences/new']"),
    Sight("absences-import", "/console/absences", press="[data-from$='/absences/import']"),
    Sight("absence-approve", "/console/absences?state=pending", press="[data-from$='/approve']"),
    Sight("absence-reject", "/console/absences?state=pending", press="[data-from$='/reject']"),
    Sight("absence-revoke", "/console/absences?state=approved", press="[data-from$='/revoke']"),
    Sight("places", "/console/places"),
    Sight("places-found", "/console/places?q=301"),
    Sight("place-new", "/console/places", press="#new-campus"),
    Sight("place-edit", "/console/places", press="[id^=edit-b]"),
    Sight("place-order", "/console/places", press="#order-campuses"),
    Sight("plate", "/console/places", press=".plate-code"),
    Sight("calendar", "/console/calendar"),
    Sight("calendar-day", "/console/calendar", press="[data-open]"),
    Sight("rules", "/console/rules"),
    Sight("rule-change", "/console/rules", press="[data-open]"),
    Sight("notifications", "/console/notifications"),
    Sight("notification-calls", "/console/notifications/calls"),
    Sight("notification-channels", "/console/notifications/channels"),
    Sight("jobs", "/console/jobs"),
    Sight("audit", "/console/audit"),
    Sight("audit-chain", "/console/audit/chain"),
    Sight("privacy", "/console/privacy"),
    Sight("privacy-received", "/console/privacy", press="[data-open='#received']"),
    Sight("privacy-request", "/console/privacy/requests/{data_request}"),
    Sight("privacy-policies", "/console/privacy/policies"),
    Sight("privacy-policy", "/console/privacy/policies/text?version=1.0"),
    Sight("privacy-policy-new", "/console/privacy/policies/new"),
    Sight("suggestions", "/console/suggestions"),
    Sight("suggestion", "/console/suggestions/{suggestion}"),
    Sight("search", "/console/search?q=王"),
    Sight("search-nothing", "/console/search?q=不存在的东西"),
    Sight("me", "/console/me"),
    Sight("me-recovery-codes", "/console/me", press="[data-open='#renew']"),
    Sight("error-404", "/console/nowhere", status=404),
    Sight("error-422", "/console/canteen/orders?date=yesterday", status=422),
    Sight("welcome", "/"),
)


@pytest.fixture(scope="session")
def town(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo's compound."""
    with demo(seeded_today(sqlite_template, tmp_path_factory), tmp_path_factory.mktemp("demo")) as furnished:
        yield furnished


EVALUATED = {
    "round": Round,
    "sheet": UnitSheet,
    "unit": Unit,
    "version": SheetVersion,
    "plan": SpotCheckPlan,
    "inspection": Inspection,
    "rectification": Rectification,
    "bulletin": Bulletin,
    "asset": Asset,
    "report": Report,
    "category": Category,
    "store": Store,
    "meeting_room": MeetingRoom,
    "booking": Booking,
    "forecast": MealForecast,
    "meal_plan": MealPlan,
    "recipe": Recipe,
    "menu_proposal": MenuProposal,
    "batch": Batch,
    "incident": Incident,
    "ingredient": Ingredient,
    "purchase_order": PurchaseOrder,
    "supplier": Supplier,
    "receipt": Receipt,
}


@pytest.fixture(scope="session")
def names(town: Demo) -> dict[str, object]:
    """What the pages of one thing show: a dish, a member of staff, a day with meals, and so on."""
    wanted = {
        "dish": select(Dish.id).where(Dish.name == "红烧肉"),
        "staff": select(Staff.id).where(Staff.staff_no == "1001"),
        "suggestion": select(Suggestion.id).order_by(Suggestion.id),
        "workday": select(func.max(Meal.served_on)).where(
            Meal.state == MealState.FROZEN, Meal.canteen_id == select(func.min(Canteen.id)).scalar_subquery()
        ),
    }
    canteen_id = select(func.min(Canteen.id)).scalar_subquery()
    wanted["past_workday"] = select(func.max(Meal.served_on)).where(
        Meal.served_on < clock.today(), Meal.state == MealState.FROZEN, Meal.canteen_id == canteen_id
    )
    receptions = select(Reception.id).where(Reception.canteen_id == canteen_id).order_by(Reception.id)
    for state in (ReceptionState.SUBMITTED, ReceptionState.APPROVED, ReceptionState.SETTLED):
        wanted[f"reception_{state}"] = receptions.where(Reception.state == state)
    for name, model in EVALUATED.items():
        wanted[name] = select(model.id).order_by(model.id.desc())
    wanted["data_request"] = select(DataRequest.id).where(DataRequest.state == RequestState.OPEN)
    with town.app.app_context():
        found = {name: db.session.scalars(query.limit(1)).one() for name, query in wanted.items()}
        db.session.remove()
        db.engine.dispose()
    today = clock.today()
    last_month = previous_month(today)
    months = {"this_month": today, "last_month": last_month, "closed_month": previous_month(last_month)}
    days = {
        "next": today + timedelta(days=7),
        "later": today + timedelta(days=14),
        "a_year_ago": today - timedelta(days=364),
    }
    return {**found, **days, **{name: f"{day:%Y-%m}" for name, day in months.items()}}


@pytest.fixture(scope="session")
def desk(town: Demo, browser: Browser) -> Iterator[Desk]:
    """The administrator's window, logged in once: each code is good for one login."""
    desk = Desk(browser, town.port)
    desk.log_in(ADMINISTRATOR, DEMO_PASSWORD, demo_code())
    yield desk
    desk.context.close()


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_a_page_is_calm_accessible_and_fits(sight, desk, names):
    page = desk.page
    desk.errors.clear()
    page.set_viewport_size(DESK)
    answer = page.goto(sight.path.format(**names))
    assert answer.status == sight.status
    if sight.press:
        page.locator(sight.press).first.click()
        expect(page.locator("dialog[open]")).to_be_visible()
    desk.picture(sight.name)
    desk.ensure_accessible()
    page.set_viewport_size(PHONE)
    desk.picture(f"phone-{sight.name}")
    wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{wide} px too wide"
    logged = tuple(f"status of {status}" for status in (sight.status, sight.refusal) if status >= 400)
    desk.errors = [each for each in desk.errors if not any(text in each for text in logged)]
    desk.ensure_calm()


def test_every_page_of_the_navigation_is_looked_at():
    shown = {item.path for section in navigation.SECTIONS for item in section.items}
    assert shown <= {sight.path for sight in SIGHTS}
