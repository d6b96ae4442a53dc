"""Every page of the console, as it looks: opens calmly, is accessible, and fits a desk and a phone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select

from backend import clock
from backend.db import db
from backend.flows.demo import DEMO_PASSWORD, demo_code
from backend.identity.models import Staff
from backend.identity.privacy.models import DataRequest, RequestState
from backend.scoresheets.models import SheetVersion
from backend.suggestions.models import Suggestion
from canteen.bulletins.models import Bulletin
from canteen.evaluation.rectifications.models import Rectification
from canteen.evaluation.rounds.models import Round, UnitSheet
from canteen.evaluation.spot_checks.models import Inspection, SpotCheckPlan
from canteen.evaluation.units.models import Unit
from canteen.menu.models import Canteen, Dish, Meal, MealState
from canteen.ordering.receptions.models import Reception, ReceptionState
from canteen.settlement.policies import month_before
from console import navigation
from property.assets.models import Asset
from property.categories.models import Category
from property.work_orders.costs.models import Store
from tests.console.driven.chromium import DESK, PHONE, Desk
from tests.console.driven.demo import ADMINISTRATOR, Demo, demo

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Sight:
    """A page to look at; `{dish}` and the like in its path are filled in, `press` opens a dialog of it."""

    name: str
    path: str
    press: str = ""
    status: int = 200


SIGHTS = (
    Sight("home", "/console/"),
    Sight("board", "/console/property/board"),
    Sight("orders", "/console/property/orders"),
    Sight("approvals", "/console/property/approvals"),
    Sight("property-statistics", "/console/property/statistics"),
    Sight("inspections", "/console/property/inspections"),
    Sight("plans", "/console/property/plans"),
    Sight("contractors", "/console/contractors"),
    Sight("assessments", "/console/assessments"),
    Sight("contractor-checks", "/console/assessments/checks"),
    Sight("contractor-bulletins", "/console/assessments/bulletins"),
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
    Sight("orders-today", "/console/canteen/orders"),
    Sight("orders", "/console/canteen/orders?date={workday}&period=lunch"),
    Sight("prep-today", "/console/canteen/prep"),
    Sight("prep", "/console/canteen/prep?date={workday}&period=lunch"),
    Sight("station", "/console/canteen/station"),
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
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo's compound."""
    with demo(tmp_path_factory.mktemp("demo")) as furnished:
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
    "category": Category,
    "store": Store,
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
    last_month = month_before(today)
    months = {"this_month": today, "last_month": last_month, "closed_month": month_before(last_month)}
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
    if sight.status >= 400:
        desk.errors = [each for each in desk.errors if f"status of {sight.status}" not in each]
    desk.ensure_calm()


def test_every_page_of_the_navigation_is_looked_at():
    shown = {item.path for section in navigation.SECTIONS for item in section.items}
    assert shown <= {sight.path for sight in SIGHTS}
