"""What is open to people who work elsewhere, with the reason; what could not be tried; bodies that it takes.

Whatever is not listed here is closed to them. Nothing is listed that is closed: the test finds that, too.
"""

from typing import Any

EVERYBODYS = "is for everybody in the compound, once it is published"
SHARED = "master data of the whole compound; its changes are refused to a narrower scope"
SUPPLIED = "suppliers and ingredients belong to the whole compound; a narrower scope changes none of them"
PUBLIC = "a public screen without a person in it (ADR 0025)"
COUNTED = "is counted before anything is looked at, so that nobody can try names out"

_OPEN: dict[str, str] = {
    EVERYBODYS: """
        GET /api/v1/admin/bulletins/<id:bulletin_id>/pdf
        GET /api/v1/admin/bulletins/<id:bulletin_id>/xlsx
        GET /api/v1/bulletins/<id:bulletin_id>
        GET /api/v1/bulletins/<id:bulletin_id>/export
        GET /api/v1/bulletins/<id:bulletin_id>/pdf
        GET /api/v1/bulletins/<id:bulletin_id>/xlsx
        GET /api/v1/canteen/canteens/<id:canteen_id>/advice
        GET /api/v1/canteen/canteens/<id:canteen_id>/waste
        GET /api/v1/feedback/found/<id:found_id>
        GET /api/v1/feedback/notices/<id:notice_id>
        GET /api/v1/feedback/projects/<id:project_id>
        GET /api/v1/feedback/review-meetings/<id:meeting_id>
        GET /api/v1/feedback/reviews/<id:review_id>
        GET /api/v1/feedback/reviews/<id:review_id>/export
        GET /api/v1/feedback/reviews/<id:review_id>/pdf
        GET /api/v1/feedback/reviews/<id:review_id>/xlsx
        GET /api/v1/feedback/surveys/<id:survey_id>
        GET /api/v1/meeting/rooms/<id:room_id>
        GET /api/v1/meeting/rooms/<id:room_id>/closures
        GET /api/v1/meeting/rooms/<id:room_id>/schedule
        GET /console/bulletins/<id:bulletin_id>
        GET /console/concierge/found/<id:found_id>
        GET /console/concierge/projects/<id:project_id>
        GET /console/concierge/projects/<id:project_id>/<any(adopt, decline, start, finish, note):step>
        GET /console/concierge/projects/<id:project_id>/milestones
        GET /console/reviews/bulletins/<id:review_id>
        GET /console/reviews/meetings/<id:meeting_id>
        POST /api/v1/feedback/faq/<id:entry_id>/vote
        POST /api/v1/feedback/found/<id:found_id>/claim
        POST /api/v1/feedback/notices/<id:notice_id>/read
        POST /api/v1/feedback/projects/<id:project_id>/follow
        POST /api/v1/feedback/projects/<id:project_id>/unfollow
        POST /api/v1/feedback/surveys/<id:survey_id>/answers
        """,
    SHARED: """
        GET /api/v1/property/inspections/checklists/<id:checklist_id>
        GET /api/v1/property/materials/<id:material_id>/prices
        GET /api/v1/property/service-levels/versions/<id:version_id>
        GET /console/food-safety/controls/<day:on_date>/items/<id:item_id>
        GET /console/property/materials/<id:material_id>
        GET /console/property/plans/checklists/<id:checklist_id>
        GET /console/property/service-levels/versions/<id:version_id>
        """,
    SUPPLIED: """
        GET /api/v1/canteen/ingredients/<id:ingredient_id>
        GET /api/v1/canteen/supplier-assessments/<id:assessment_id>
        GET /api/v1/canteen/suppliers/<id:supplier_id>
        GET /console/kitchen/assessments/<id:assessment_id>
        GET /console/kitchen/ingredients/<id:ingredient_id>
        GET /console/kitchen/suppliers/<id:supplier_id>
        POST /api/v1/canteen/suppliers/<id:supplier_id>/phone
        """,
    PUBLIC: """
        GET /screen/canteen/<id:canteen_id>
        GET /screen/canteen/<id:canteen_id>/content
        GET /screen/room/<id:room_id>
        GET /screen/room/<id:room_id>/content
        """,
    COUNTED: """
        POST /api/v1/canteen/orders/<id:order_id>/transfer
        """,
}
# By method and address.
OPEN = {
    line.strip(): reason for reason, lines in _OPEN.items() for line in lines.splitlines() if line.strip()
}

# What people who work elsewhere are answered like people who work everywhere, without naming anything.
_ALIKE: dict[str, str] = {
    "is one's own, and theirs are alike": """
        GET /api/v1/canteen/account
        GET /api/v1/canteen/account/statement
        GET /api/v1/canteen/account/statement/pdf
        GET /api/v1/canteen/me/tray-consent
        GET /api/v1/canteen/me/trays
        GET /api/v1/colleagues
        GET /api/v1/inbox
        GET /api/v1/me/consents
        GET /api/v1/me/personal-data
        GET /api/v1/property/inspections/mine/counts
        GET /api/v1/subscriptions
        """,
    EVERYBODYS: """
        GET /api/v1/bulletins
        GET /api/v1/canteen/dishes
        GET /api/v1/canteen/kitchen/health-notice
        GET /api/v1/canteen/menus
        GET /api/v1/canteen/menus/remaining
        GET /api/v1/canteen/purchase-assistance
        GET /api/v1/canteen/reception-limits
        GET /api/v1/canteen/takeaway-windows
        GET /api/v1/canteen/week
        GET /api/v1/canteens
        GET /api/v1/feedback/categories
        GET /api/v1/feedback/faq
        GET /api/v1/feedback/faq/sections
        GET /api/v1/feedback/found
        GET /api/v1/feedback/notices
        GET /api/v1/feedback/projects
        GET /api/v1/feedback/review-meetings
        GET /api/v1/feedback/services
        GET /api/v1/meeting/items/availability
        GET /api/v1/meeting/rooms/timeline
        GET /api/v1/places
        GET /api/v1/places/search
        GET /api/v1/property/categories
        GET /api/v1/workdays
        """,
    SHARED: """
        GET /api/v1/feedback/categories/all
        GET /api/v1/feedback/deadlines
        GET /api/v1/feedback/department-campuses
        GET /api/v1/feedback/faq/all
        GET /api/v1/feedback/offices
        GET /api/v1/feedback/services/all
        GET /api/v1/meeting/checklist-lines
        GET /api/v1/meeting/equipment
        GET /api/v1/meeting/items
        GET /api/v1/meeting/no-shows
        GET /api/v1/meeting/quotas
        GET /api/v1/meeting/services
        GET /api/v1/property/asset-kinds
        GET /api/v1/property/assets/template
        GET /api/v1/property/categories/all
        GET /api/v1/property/duties
        GET /api/v1/property/duties/export
        GET /api/v1/property/duties/now
        GET /api/v1/property/groups
        GET /api/v1/property/inspections/checklists
        GET /api/v1/property/materials
        GET /api/v1/property/materials/workbook
        GET /api/v1/property/score-metrics
        GET /api/v1/property/service-levels/built-in
        GET /api/v1/property/service-levels/calendars
        GET /api/v1/property/service-levels/versions
        GET /api/v1/property/shifts
        GET /api/v1/property/skills
        GET /api/v1/property/workers
        """,
    SUPPLIED: """
        GET /api/v1/canteen/ingredients
        GET /api/v1/canteen/ingredients/workbook
        GET /api/v1/canteen/supplier-assessments
        GET /api/v1/canteen/supplier-assessments/pdf
        GET /api/v1/canteen/supplier-assessments/workbook
        GET /api/v1/canteen/supplier-prices
        GET /api/v1/canteen/supplier-prices/compare
        GET /api/v1/canteen/supplier-prices/workbook
        GET /api/v1/canteen/suppliers
        """,
}
ALIKE = {line.strip() for lines in _ALIKE.values() for line in lines.splitlines() if line.strip()}

# What an official may ask for anywhere, whatever place the body names.
ANYWHERE = {
    "POST /api/v1/canteen/orders",
    "POST /api/v1/canteen/receptions",
    "POST /api/v1/canteen/standing-orders",
    "POST /api/v1/canteen/walk-ins",
    "POST /api/v1/canteen/waste/trays/bind",
    "POST /api/v1/meeting/bookings",
    "POST /api/v1/meeting/bookings/preview",
}

# What is offered for one's own places, while the shortest body names none or somebody else's.
OWN_PLACES = {
    "POST /api/v1/feedback/notices",
    "POST /api/v1/meeting/quotas",
    "POST /api/v1/meeting/rooms",
    "POST /api/v1/property/assets",
    "POST /api/v1/property/stores",
}

_LINKED = "whatever it hangs on decides, and its file asks for a signed link"
UNPROVEN = {
    "GET /api/v1/attachments/<id:attachment_id>": _LINKED,
    "GET /api/v1/media/photos/<id:photo_id>": _LINKED,
    "GET /attachments/<id:attachment_id>": _LINKED,
    "GET /media/<id:photo_id>/<size>": _LINKED,
}

PERIOD = {
    "period": "lunch", "name": "午餐", "window_from": "11:30", "window_until": "12:30",
    "order_cutoff": {"minutes": 90}, "cancel_cutoff": {"minutes": 90},
}  # fmt: skip # One field a line would say no more.
# Where the shortest body that the document allows says too little.
BODIES: dict[str, dict[str, Any]] = {
    "POST /api/v1/canteen/admin/waste/meals/<id:canteen_id>/<date>/<period>/sheet": {
        "entries": [{"stage": "plate", "net_g": 100}]
    },
    "POST /api/v1/canteen/admin/waste/entries": {"stage": "plate", "net_g": 100},
    "POST /api/v1/evaluation/inspections/<id:inspection_id>/dispute": {"text": "不同意"},
    "POST /api/v1/property/appeals/<id:appeal_id>/decide": {"outcome": "upheld"},
    "POST /api/v1/property/appeals/<id:appeal_id>/review": {"outcome": "upheld"},
    "POST /api/v1/property/assessments/<id:assessment_id>/deductions": {"points": 1.5},
    "POST /api/v1/property/work-orders/<id:order_id>/dispatch": {"worker_id": 70},
    "PUT /api/v1/canteen/admin/periods": {"periods": [PERIOD]},
    "PUT /api/v1/meeting/bookings/<id:booking_id>": {"scope": "all", "subject": "另一个会"},
}
