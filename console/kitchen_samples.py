"""食品留样: a day's meals with their samples, what may be disposed of, what lacks one, and all of them."""

from datetime import timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, Date, Id, PageQuery, Query
from canteen.food_safety.samples import boards, queries
from canteen.food_safety.samples.policies import LATEST_ENTRY, ORIGIN_NAMES, STATE_NAMES, SampleState
from canteen.food_safety.samples.schemas import SampleFilter
from canteen.menu.models import Period
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import CATEGORY_NAMES, PERIOD_NAMES
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_kitchen_samples", __name__)

READ, RECORD = Permission.SAFETY_READ, Permission.SAFETY_RECORD
_TITLE: Final = "食品留样"
_PATH: Final = "/food-safety/samples"
_ONE: Final = f"{_PATH}/<id:sample_id>"
_DUE_SHOWN: Final = 100
# By default as far back as the missing ones are told of.
_MISSING_DAYS: Final = 14
STATE_TONES: Final = {
    SampleState.KEPT: "green",
    SampleState.DUE: "yellow",
    SampleState.OVERDUE: "red",
    SampleState.DISPOSED: "gray",
    SampleState.VOID: "gray",
}
_FILTER_NAMES: Final = {
    each: STATE_NAMES[SampleState(each.value)] if each != SampleFilter.LOCKED else "已锁定"
    for each in SampleFilter
}


class SheetPage(Query):
    """Which day; today by default."""

    on = Date(data_key="date")


class TakePage(Query):
    """The samples of which meal, or of one dish of it; `is_extra` for one more of a dish that has one."""

    on = Date(data_key="date", required=True)
    period = Choice(Period, required=True)
    dish_id = Id()
    is_extra = Bool(load_default=False)


class WaivePage(Query):
    """Which dish of which meal."""

    on = Date(data_key="date", required=True)
    period = Choice(Period, required=True)
    dish_id = Id(required=True)


class RecordsPage(PageQuery):
    """Which samples."""

    from_date = Date()
    to_date = Date()
    period = Choice(Period)
    state = Choice(SampleFilter)


class MissingPage(PageQuery):
    """Of which days, both included."""

    from_date = Date()
    to_date = Date()


@page(blueprint, _PATH, permission=READ, query=SheetPage, at_canteen=_TITLE)
def sheet(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The dishes of a day's meals with their samples."""
    today = clock.today()
    on = query.get("on") or today
    found = boards.get_sheet(actor, canteen_id=canteen.id, on=on)
    return render(
        "food_safety/samples.html",
        sheet=found,
        on=on,
        dishes=sum(len(meal.dishes) for meal in found.meals),
        missing=sum(meal.missing for meal in found.meals),
        due=queries.due_counts([canteen.id]).get(canteen.id, 0),
        overdue=queries.overdue_count(canteen.id),
        records=scope.covers(actor, RECORD),
        # Longer ago nobody takes a sample after all.
        may_take=today - LATEST_ENTRY <= on <= today,
        **_words(),
    )


@page(blueprint, f"{_PATH}/take", permission=RECORD, query=TakePage, at_canteen=_TITLE)
def take(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The form of a meal's samples, in a dialog."""
    found = boards.get_sheet(actor, canteen_id=canteen.id, on=query["on"], period=query["period"])
    dish_id = query.get("dish_id")
    dishes = [
        dish
        for meal in found.meals
        for dish in meal.dishes
        if (dish.dish_id == dish_id if dish_id is not None else dish.is_missing)
    ]
    return render("food_safety/samples_take.html", sheet=found, dishes=dishes, query=query, **_words())


@page(blueprint, f"{_PATH}/waive", permission=RECORD, query=WaivePage, at_canteen=_TITLE)
def waive(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The form that says why a dish needs no sample."""
    names = queries.dish_names(canteen.id, [query["dish_id"]])
    return render(
        "food_safety/samples_waive.html",
        canteen=canteen,
        dish=names[query["dish_id"]],
        query=query,
        **_words(),
    )


@page(blueprint, f"{_ONE}/void", permission=RECORD)
def void(actor: Actor, sample_id: int) -> str:
    """The form that takes a wrong entry back."""
    return render("food_safety/samples_void.html", sample=queries.get_sample(actor, sample_id), **_words())


@page(blueprint, f"{_PATH}/due", permission=READ, at_canteen=_TITLE)
def due(actor: Actor, canteen: CanteenChoice) -> str:
    """What may be disposed of, the oldest first; and what is locked and may not."""
    found = queries.list_due(actor, canteen_id=canteen.id, page=1, page_size=_DUE_SHOWN)
    return render(
        "food_safety/samples_due.html",
        found=found,
        disposable=sum(each.can_dispose for each in found.rows),
        hours=queries.limits_of(canteen.id).hours,
        records=scope.covers(actor, RECORD),
        **_words(),
    )


@page(blueprint, f"{_PATH}/missing", permission=READ, query=MissingPage, at_canteen=_TITLE)
def missing(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The served dishes without a sample."""
    to_date = query.get("to_date") or clock.today()
    from_date = query.get("from_date") or to_date - timedelta(days=_MISSING_DAYS - 1)
    found = boards.list_missing(
        actor,
        canteen_id=canteen.id,
        from_date=min(from_date, to_date),
        to_date=to_date,
        page=query["page"],
        page_size=query["page_size"],
    )
    return render(
        "food_safety/samples_missing.html",
        found=found,
        from_date=min(from_date, to_date),
        to_date=to_date,
        records=scope.covers(actor, RECORD),
        **_words(),
    )


@page(blueprint, f"{_PATH}/records", permission=READ, query=RecordsPage, at_canteen=_TITLE)
def records(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """Every sample, the latest meal first."""
    state = query.get("state")
    asked = {**query, "state": state.value if state is not None else None}
    return render(
        "food_safety/samples_records.html",
        found=queries.list_samples(actor, canteen_id=canteen.id, **asked),
        query=query,
        filter_names=_FILTER_NAMES,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "category_names": CATEGORY_NAMES,
        "origin_names": ORIGIN_NAMES,
        "period_names": PERIOD_NAMES,
        "state_tones": STATE_TONES,
        "now": clock.now(),
        "today": clock.today(),
    }
