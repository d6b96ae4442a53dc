"""月度考核: the contractors' months, one month's sheet with its deductions, and deductions with appeals."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import month_end
from backend.wire import Bool, Choice, Id, Int, Month, PageQuery, Query, Str
from console.contractors import band_words, contract_choices, contractor_choices
from console.pages import page, pages, render
from property.assessments import policies
from property.assessments.deductions import queries as deductions
from property.assessments.deductions.queries import DeductionView
from property.assessments.deductions.schemas import OUTCOMES
from property.assessments.errors import AssessmentNotFound
from property.assessments.models import TEXT_LENGTH, AppealState, LineSource, VersionState
from property.assessments.months import queries
from property.assessments.months.results import ItemLine
from property.assessments.policies import APPEAL_NAMES
from property.assessments.titles import VERSION_NAMES
from property.work_orders import listing
from property.work_orders.listing import OrderRow, View

blueprint = pages("console_assessments", __name__)

READ: Final = Permission.CONTRACTORS_READ
ASSESS: Final = Permission.CONTRACTORS_ASSESS
_PATH: Final = "/assessments"
_ONE: Final = f"{_PATH}/<id:assessment_id>"
_ORDERS_FOUND: Final = 20
APPEAL_TONES: Final = {
    AppealState.FILED: "yellow",
    AppealState.REVIEWED: "yellow",
    AppealState.UPHELD: "green",
    AppealState.PARTLY: "blue",
    AppealState.REJECTED: "gray",
    AppealState.WITHDRAWN: "gray",
}


class AssessmentsPage(PageQuery):
    """Which months."""

    month = Month()
    contractor_id = Id()
    state = Choice(VersionState)


class VersionPage(Query):
    """Which version; the latest without a number."""

    number = Int(minimum=1, maximum=999, load_default=None)


class DeductionsPage(PageQuery):
    """Which deductions."""

    month = Month()
    contractor_id = Id()
    appeal_state = Choice(AppealState)
    is_appeal_open = Bool()


class OrdersFound(Query):
    """Words of the orders that may prove something."""

    q = Str(load_default="", max_length=50)


def _words() -> dict[str, Any]:
    return {
        "appeal_names": APPEAL_NAMES,
        "appeal_tones": APPEAL_TONES,
        "outcomes": [(each.value, APPEAL_NAMES[each]) for each in OUTCOMES],
        "most_photos": policies.MOST_PHOTOS,
        "longest": TEXT_LENGTH,
    }


@page(blueprint, _PATH, permission=READ, query=AssessmentsPage)
def assessments(actor: Actor, query: dict[str, Any]) -> str:
    """The months, the latest first."""
    return render(
        "assessments/list.html",
        found=queries.page_assessments(actor, **query),
        query=query,
        contractors=contractor_choices(actor),
        state_names=VERSION_NAMES,
        assesses=actor.reach(ASSESS).everywhere,
    )


@page(blueprint, f"{_PATH}/new", permission=ASSESS, is_compound_wide=True)
def open_month(actor: Actor) -> str:
    """The form that opens a contract's month before the system does."""
    return render(
        "assessments/new.html",
        contracts=contract_choices(actor),
        this_month=clock.today().replace(day=1),
    )


@page(blueprint, _ONE, permission=READ, query=VersionPage)
def assessment(actor: Actor, assessment_id: int, query: dict[str, Any]) -> str:
    """One month: its sheet with what each item rests on, its deductions and appeals, and what is paid."""
    found = queries.get_assessment(actor, assessment_id, number=query["number"])
    shown = found.shown
    is_latest = shown.number == found.latest.number
    return render(
        "assessments/month.html",
        assessment=found,
        shown=shown,
        is_latest=is_latest,
        can=found.can if is_latest else [],
        groups=[(level, list(lines)) for level, lines in groupby(shown.items, lambda each: each.level1)],
        bands=band_words(shown.bands),
        today=clock.today(),
        last_day=month_end(found.month),
        Source=LineSource,
        State=VersionState,
        **_words(),
    )


@page(blueprint, f"{_ONE}/items/<id:item_id>", permission=ASSESS)
def item(actor: Actor, assessment_id: int, item_id: int) -> str:
    """The forms that take points of an item, or say that it does not apply."""
    found = queries.get_assessment(actor, assessment_id)
    return render(
        "assessments/item.html",
        assessment=found,
        item=_item(found.latest.items, item_id),
        happened_on=min(clock.today(), found.latest.until_on),
        Source=LineSource,
        **_words(),
    )


@page(blueprint, f"{_ONE}/orders", permission=ASSESS, query=OrdersFound)
def orders_found(actor: Actor, assessment_id: int, query: dict[str, Any]) -> str:
    """The first orders of the contractor that have the words: to be ticked as proof."""
    found = queries.get_assessment(actor, assessment_id)
    orders: Sequence[OrderRow] = ()
    if query["q"] and actor.can(Permission.PROPERTY_READ):
        asked = {"contractor_id": found.contractor_id, "q": query["q"], "page_size": _ORDERS_FOUND}
        orders = listing.page_orders(actor, view=View.ALL, **asked).rows
    return render("assessments/orders_found.html", orders=orders, q=query["q"], most=_ORDERS_FOUND)


@page(blueprint, f"{_PATH}/deductions", permission=READ, query=DeductionsPage)
def deduction_list(actor: Actor, query: dict[str, Any]) -> str:
    """The deductions, the latest first."""
    return render(
        "assessments/deductions.html",
        found=deductions.page_deductions(actor, **query),
        query=query,
        contractors=contractor_choices(actor),
        **_words(),
    )


@page(blueprint, f"{_PATH}/deductions/<id:deduction_id>", permission=READ)
def deduction(actor: Actor, deduction_id: int) -> str:
    """A deduction with its evidence and its appeal, for both sides."""
    found = deductions.get_deduction(actor, deduction_id)
    return render(
        "assessments/deduction.html",
        deduction=found,
        reads_orders=actor.can(Permission.PROPERTY_READ),
        waits_for=_waits_for(found),
        now=clock.now(),
        **_words(),
    )


def _item(lines: Any, item_id: int) -> ItemLine:
    found: ItemLine | None = next((each for each in lines if each.item_id == item_id), None)
    if found is None:
        raise AssessmentNotFound
    return found


def _waits_for(found: DeductionView) -> str:
    """What an open appeal waits for, where the reader cannot do it."""
    if found.appeal is None or {"review", "decide"} & set(found.can):
        return ""
    waits = {
        AppealState.FILED: "申诉待考核人员初审；扣分人不能初审自己的扣分。",
        AppealState.REVIEWED: "申诉待复核；扣分人和初审人不能复核。",
    }
    return waits.get(found.appeal.state, "")
