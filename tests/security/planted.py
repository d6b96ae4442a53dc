"""Which table the identifiers in an address name, and a row of each to try them with.

An argument's name says which table it means, or its name and what the address contains. Whoever adds a route
with a new identifier adds it here; `test_scopes.py` fails until then.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from backend.db import Base, db

# By argument: the table, or pairs of what the address contains and the table; the first that fits counts.
# A table may be followed by a condition.
NAMED: dict[str, str | tuple[tuple[str, str], ...]] = {
    "absence_id": "absences",
    "additive_id": "additives",
    "appeal_id": "assessment_appeals",
    "application_id": "report_applications",
    "assessment_id": (
        ("supplier-assessments/", "supplier_assessments"),
        ("kitchen/assessments/", "supplier_assessments"),
        ("", "assessments"),
    ),
    "asset_id": "assets",
    "attachment_id": "attachments",
    "batch_id": (("payroll/", "payroll_batches"), ("", "stock_batches")),
    "booking_id": "meeting_bookings",
    "bulletin_id": (
        ("contractor-bulletins/", "contractor_bulletins"),
        ("assessments/bulletins/", "contractor_bulletins"),
        ("", "bulletins"),
    ),
    "calendar_id": "service_calendars",
    "canteen_id": "canteens",
    "category_id": (("property/", "repair_categories"), ("feedback/", "report_categories")),
    "certificate_id": "health_certificates",
    "check_id": (("morning-checks/", "morning_checks"), ("", "contractor_checks")),
    "checklist_id": "checklists",
    "closure_id": "meeting_room_closures",
    "consent_id": "colleague_consents",
    "container_id": "waste_containers",
    "contract_id": "contracts",
    "contractor_id": "contractors",
    "count_id": "stock_counts",
    "deduction_id": "assessment_deductions",
    "demand_id": "review_demands",
    "department_id": "departments",
    "device_id": "devices",
    "dish_id": "dishes",
    "duty_id": "kitchen_duties",
    "entry_id": (
        ("accounts/entries/", "ledger_entries WHERE kind = 'top_up'"),
        ("faq/", "faq_entries"),
        ("waitlist/", "meeting_waitlist"),
        ("waste/", "weighings WHERE entered_by IS NOT NULL"),
    ),
    "equipment_id": "meeting_equipment",
    "estimate_id": "work_order_estimates",
    "excursion_id": "temperature_excursions",
    "feed_id": "calendar_feeds",
    "finding_id": "safety_findings",
    "forecast_id": "meal_forecasts",
    "found_id": "found_things",
    "fridge_id": "fridges",
    "grant_id": "role_grants",
    "group_id": "work_groups",
    "hand_over_id": "waste_hand_overs",
    "hold_id": "work_order_holds",
    "incident_id": "food_incidents",
    "ingredient_id": "ingredients",
    "inspection_id": "inspections",
    "item_id": (
        ("feedback/services/", "concierge_items"),
        ("concierge/services/", "concierge_items"),
        ("check-items/", "meeting_check_items"),
        ("meetings/checks/items/", "meeting_check_items"),
        ("meeting/items/", "meeting_items"),
        ("meetings/services/items/", "meeting_items"),
        ("controls/", "control_items"),
        ("", "score_items"),
    ),
    "key_id": "open311_keys",
    "kind_id": "asset_kinds",
    "licence_id": "supplier_licences",
    "line_id": (("receipt-lines/", "stock_receipt_lines"), ("costs/", "work_order_costs")),
    "material_id": "materials",
    "meal_id": "meals",
    "measure_id": "waste_measures",
    "meeting_id": "review_meetings",
    "message_id": "inbox_messages",
    "meter_id": "asset_meters",
    "movement_id": "stock_movements",
    "notice_id": "notices",
    "occurrence_id": "meeting_occurrences",
    "office_id": "handling_offices",
    "order_id": (
        ("purchase-orders/", "purchase_orders"),
        ("kitchen/orders/", "purchase_orders"),
        ("no-shows/", "no_shows"),
        ("weighed-meals/", "weighed_meals"),
        ("colleague-orders/", "colleague_orders"),
        ("canteen/orders/", "orders"),
        ("property/", "work_orders"),
    ),
    "override_id": "meeting_overrides",
    "photo_id": "photos",
    "place_id": (("", "buildings"),),
    "plan_id": (
        ("grant-plans/", "grant_plans"),
        ("accounts/grants/", "grant_plans"),
        ("spot-check-plans/", "spot_check_plans"),
        ("evaluation/checks/plans/", "spot_check_plans"),
        ("property/", "inspection_plans"),
        ("", "meal_plans"),
    ),
    "plate_id": "plates",
    "point_id": (("inspections/points/", "inspection_points"), ("plans/points/", "inspection_points")),
    "project_id": "improvement_projects",
    "proposal_id": "menu_proposals",
    "quota_id": "meeting_quotas",
    "reading_id": "temperature_readings",
    "receipt_id": "stock_receipts",
    "reception_id": "receptions",
    "recipe_id": "recipes",
    "record_id": "hygiene_records",
    "rectification_id": (("evaluation/", "rectifications"), ("", "satisfaction_rectifications")),
    "report_id": (
        ("weeks/", "safety_weeks"),
        ("months/", "safety_months"),
        ("food-safety/reviews/", "safety_weeks"),
        ("requests/", "reports WHERE kind = 'service'"),
        ("", "reports"),
    ),
    "request_id": (
        ("purchase-requests/", "purchase_requests"),
        ("kitchen/requests/", "purchase_requests"),
        ("bind-requests/", "bind_requests"),
        ("data-requests/", "data_requests"),
        ("privacy/", "data_requests"),
        ("seal", "seal_requests"),
    ),
    "review_id": "service_reviews",
    "room_id": "meeting_rooms",
    "round_id": (("evaluation/", "evaluation_rounds"), ("", "inspection_rounds")),
    "route_id": "inspection_routes",
    "row_id": "outbox",
    "sample_id": "food_samples",
    "service_id": "meeting_services",
    "session_id": "login_sessions",
    "settlement_id": "settlements",
    "sheet_id": (("score-sheets/", "score_sheets"), ("", "evaluation_sheets")),
    "shift_id": "work_shifts",
    "staff_id": (("property/", "workers"), ("", "staff")),
    "standing_order_id": "standing_orders",
    "station_id": "hygiene_stations",
    "store_id": "material_stores",
    "submission_id": "moderation_submissions",
    "suggestion_id": "suggestions",
    "supplier_id": "suppliers",
    "survey_id": "surveys",
    "task_id": (("hygiene/", "hygiene_tasks"), ("cleaning/", "hygiene_tasks"), ("", "meeting_tasks")),
    "transfer_id": "order_transfers",
    "unit_id": "evaluation_units",
    "use_id": "additive_uses",
    "version_id": (("service-levels/", "service_policy_versions"), ("", "score_sheet_versions")),
    "waiver_id": "food_sample_waivers",
    "weighing_id": "weighings",
    "word_id": "moderation_words",
    "worker_id": "kitchen_workers",
}
# What takes more than one identifier of which neither row names the other.
TOGETHER: tuple[tuple[str, str], ...] = (
    (
        "evaluation/sheets/<id:sheet_id>/",
        "SELECT s.id sheet_id, i.id item_id FROM evaluation_sheets s"
        " JOIN evaluation_rounds r ON r.id = s.round_id JOIN score_items i ON i.version_id = r.version_id"
        " WHERE i.id IN (SELECT item_id FROM evaluation_answers)",
    ),
    (
        "inspections/<id:inspection_id>/items/",
        "SELECT s.id inspection_id, i.id item_id FROM inspections s JOIN score_items i USING (version_id)",
    ),
    (
        "assessments/<id:assessment_id>/items/",
        "SELECT v.assessment_id, l.item_id FROM assessment_lines l"
        " JOIN assessment_versions v ON v.id = l.version_id",
    ),
    (
        "checks/<id:check_id>/items/",
        "SELECT c.id check_id, i.id item_id FROM contractor_checks c"
        " JOIN score_items i ON i.version_id = c.sheet_version_id",
    ),
    (
        "<id:round_id>/points/<id:point_id>/",
        "SELECT round_id, id point_id FROM inspection_round_points",
    ),
    ("counts/<id:count_id>/batches/", "SELECT count_id, batch_id FROM stock_count_lines"),
    ("stores/<id:store_id>/stock/<id:material_id>", "SELECT store_id, material_id FROM material_stock"),
    ("<id:plan_id>/dishes/<id:dish_id>/", "SELECT plan_id, dish_id FROM plan_dishes"),
    ("<id:meal_id>/dishes/<id:dish_id>/", "SELECT meal_id, dish_id FROM meal_dishes"),
)
# Arguments that are no identifiers.
WORDS: dict[str, Any] = {
    "date": "2026-11-25",
    "on_date": date(2026, 11, 24),
    "period": "lunch",
    "kind": "building",
    "place_kind": "building",
    "step": "adopt",
    "size": "thumb",
}


def takes_identifier(rule: Rule) -> bool:
    """Whether an address names an object by its identifier."""
    return any(name.endswith("_id") for name in rule.arguments)


def table_of(name: str, address: str) -> str | None:
    """The table that an argument of this name means in this address, perhaps with a condition."""
    meant = NAMED.get(name)
    if meant is None or isinstance(meant, str):
        return meant
    return next((table for fragment, table in meant if fragment in address), None)


def row_of(name: str, address: str) -> Mapping[str, Any] | None:
    """The first row of that table; `name` is the identifier itself, whatever the table calls it."""
    meant = table_of(name, address)
    if meant is None:
        return None
    table, _, condition = meant.partition(" WHERE ")
    key = "id" if "id" in Base.metadata.tables[table].columns else name
    where = f" WHERE {condition}" if condition else ""
    statement = f"SELECT * FROM {table}{where} ORDER BY {key} LIMIT 1"  # noqa: S608 # The names are ours.
    found = db.session.execute(text(statement)).mappings().first()
    return None if found is None else {**found, name: found[key]}


def arguments_of(rule: Rule) -> tuple[dict[str, Any], dict[str, Mapping[str, Any]]]:
    """What to put into an address so that it names things that are there, and the rows by table.

    Raises KeyError for an argument that is not described here, or of whose table nothing was planted.
    """
    known = dict(WORDS)
    rows: dict[str, Mapping[str, Any]] = {}
    for fragment, statement in TOGETHER:
        if fragment in rule.rule:
            known |= db.session.execute(text(f"{statement} LIMIT 1")).mappings().first() or {}
    # What comes last in an address belongs to what comes before it, and its row often names that.
    for name in sorted(rule.arguments - set(known), key=lambda each: -rule.rule.index(f":{each}>")):
        named = next((row[name] for row in rows.values() if row.get(name) is not None), None)
        if named is None:
            row = row_of(name, rule.rule)
            if row is None:
                raise KeyError(
                    f"{name} in {rule.rule}: nothing is planted for it (tests/security/planted.py)"
                )
            rows[(table_of(name, rule.rule) or "").partition(" ")[0]] = row
            named = row[name]
        known[name] = named
    return {name: known[name] for name in rule.arguments}, rows


class Addresses:
    """The identifiers for each address of the OpenAPI document, looked up once."""

    def __init__(self, app: Flask) -> None:
        self._rules = {
            re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule): rule for rule in app.url_map.iter_rules()
        }
        self._known: dict[str, dict[str, Any]] = {}

    def arguments(self, path: str) -> dict[str, Any] | None:
        """What to put into it; None if it takes nothing, or something that is not there."""
        rule = self._rules.get(path)
        if rule is None or not rule.arguments or not rule.arguments <= {*NAMED, *WORDS}:
            return None
        if path not in self._known:
            try:
                found = arguments_of(rule)[0]
            except KeyError:
                return None  # Somebody may make one yet.
            self._known[path] = {name: str(value) for name, value in found.items()}
            db.session.rollback()
        return self._known[path]
