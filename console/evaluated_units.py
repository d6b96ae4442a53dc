"""被评估单位, and how their monthly reports stand."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor
from backend.dates import months_before
from backend.wire import Bool, Month, PageQuery, Query, Str
from canteen.evaluation.units import policies, queries
from canteen.evaluation.units.queries import Punctuality
from canteen.evaluation.units.titles import VIA_NAMES
from console.evaluation import MANAGE, unit_words
from console.pages import page, pages, render

blueprint = pages("console_evaluated_units", __name__)

_PATH: Final = "/evaluation/units"
PUNCTUALITY_NAMES: Final = {
    Punctuality.IN_TIME: "按时",
    Punctuality.LATE: "迟报",
    Punctuality.WAITING: "未到期",
    Punctuality.MISSING: "逾期未报",
}
PUNCTUALITY_TONES: Final = {
    Punctuality.IN_TIME: "green",
    Punctuality.LATE: "yellow",
    Punctuality.WAITING: "gray",
    Punctuality.MISSING: "red",
}


class UnitsPage(PageQuery):
    """Which units."""

    is_active = Bool()
    q = Str(max_length=50)


class UnitPage(PageQuery):
    """Which page of a unit's reports."""


class MonthsPage(Query):
    """Which month, the last one if it is not named."""

    month = Month()
    only_missing = Bool(load_default=False)


@page(blueprint, _PATH, permission=MANAGE, query=UnitsPage)
def units(actor: Actor, query: dict[str, Any]) -> str:
    """Every unit."""
    found = queries.page_units(actor, **query)
    return render(
        "evaluation/units.html",
        found=found,
        query=query,
        reporters=queries.reporters_of([each.id for each in found.rows]),
        **unit_words(),
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE, is_compound_wide=True)
def new_unit(actor: Actor) -> str:
    """The form that enters a unit."""
    return render("evaluation/unit_form.html", unit=None, platforms=queries.platforms(), **unit_words())


@page(blueprint, f"{_PATH}/import", permission=MANAGE, is_compound_wide=True)
def import_units(actor: Actor) -> str:
    """The form that imports units."""
    return render("evaluation/import.html", what="units")


@page(blueprint, f"{_PATH}/<id:unit_id>", permission=MANAGE, query=UnitPage)
def unit(actor: Actor, unit_id: int, query: dict[str, Any]) -> str:
    """A unit with everything that it reported."""
    return render(
        "evaluation/unit.html",
        unit=queries.unit_view(actor, unit_id),
        reports=queries.page_versions(actor, unit_id, **query),
        reporters=len(queries.reporters_of([unit_id])[unit_id]),
        via_names=VIA_NAMES,
        per_diner=policies.plate_per_diner,
        **unit_words(),
    )


@page(blueprint, f"{_PATH}/<id:unit_id>/edit", permission=MANAGE)
def edit_unit(actor: Actor, unit_id: int) -> str:
    """The form that changes a unit."""
    found = queries.unit_view(actor, unit_id)
    return render("evaluation/unit_form.html", unit=found, platforms=queries.platforms(), **unit_words())


@page(blueprint, f"{_PATH}/<id:unit_id>/phone", permission=MANAGE)
def unit_phone(actor: Actor, unit_id: int) -> str:
    """The form that asks for a number in full."""
    return render("evaluation/unit_phone.html", unit=queries.unit_view(actor, unit_id))


@page(blueprint, "/evaluation/months", permission=MANAGE, query=MonthsPage)
def months(actor: Actor, query: dict[str, Any]) -> str:
    """Who has reported a month, when, and what looks implausible of it."""
    today = clock.today()
    month = query.get("month") or months_before(today.replace(day=1), 1)
    stands = queries.month_stands(actor, month=month)
    return render(
        "evaluation/months.html",
        month=month,
        today=today,
        only_missing=query["only_missing"],
        stands=[each for each in stands if not query["only_missing"] or each.report is None],
        units=len(stands),
        counts={state: sum(each.punctuality is state for each in stands) for state in Punctuality},
        names=PUNCTUALITY_NAMES,
        tones=PUNCTUALITY_TONES,
        via_names=VIA_NAMES,
        per_diner=policies.plate_per_diner,
    )
