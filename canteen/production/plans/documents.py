"""The prep sheet (备餐作业单) on paper: a page for each station, with room for what comes of it."""

from backend.documents import pdf
from backend.documents.environment import day
from canteen.menu.models import Allergen
from canteen.menu.titles import ALLERGEN_NAMES
from canteen.production.plans.models import BatchKind, PlanState
from canteen.production.plans.policies import STATE_NAMES
from canteen.production.plans.slips import PrepSheet

BATCH_NAMES = {BatchKind.FIRST: "大锅备菜", BatchKind.REFILL: "小锅续供"}


def sheet_title(sheet: PrepSheet) -> str:
    """`机关食堂2026年11月23日午餐备餐作业单`: the heading, and the name of a file."""
    return f"{sheet.canteen}{day(sheet.served_on)}{sheet.name}备餐作业单"


def sheet_pdf(sheet: PrepSheet, *, printed_by: str) -> bytes:
    """Each station's dishes with batches, ingredients and steps; of a draft it says that it is one."""
    return pdf.render(
        "canteen.production.plans/prep_sheet.html",
        {
            "title": sheet_title(sheet),
            "printed_by": printed_by,
            "sheet": sheet,
            "state": STATE_NAMES[PlanState(sheet.state)],
            "is_draft": sheet.state == PlanState.DRAFT,
            "batch_names": BATCH_NAMES,
            "allergen_names": {one.value: name for one, name in ALLERGEN_NAMES.items()},
            "allergen_order": [one.value for one in Allergen],
        },
    )
