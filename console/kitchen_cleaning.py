"""清洁消毒: what is due on a day, the records, and the plan that they are made by."""

from datetime import timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, Date, Id, PageQuery, Query
from canteen.food_safety import reach
from canteen.food_safety.hygiene import queries as kitchen
from canteen.food_safety.hygiene.cleaning import policies, queries
from canteen.food_safety.hygiene.models import CleaningKind
from canteen.food_safety.hygiene.titles import EVERY_NAMES, KIND_NAMES, METHOD_NAMES
from canteen.menu.queries import CanteenChoice
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_kitchen_cleaning", __name__)

READ, RECORD, MANAGE = Permission.SAFETY_READ, Permission.SAFETY_RECORD, Permission.SAFETY_MANAGE
_TITLE: Final = "清洁消毒"
_PATH: Final = "/food-safety/cleaning"
_TASKS: Final = f"{_PATH}/tasks"
_USUAL_DAYS: Final = 7


class DayPage(Query):
    """Which day; today by default."""

    on = Date(data_key="date")


class RecordPage(Query):
    """By which task; without one what no plan asks for."""

    task_id = Id()


class RecordsPage(PageQuery):
    """Which records; those of a week by default."""

    from_date = Date()
    to_date = Date()
    kind = Choice(CleaningKind)
    is_below = Bool(load_default=None, allow_none=True)


@page(blueprint, _PATH, permission=READ, query=DayPage, at_canteen=_TITLE)
def day(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """What is due on a day, with how often it was done, and the day's records."""
    today = clock.today()
    on = query.get("on") or today
    reach.get_canteen(actor, canteen.id, READ)
    return render(
        "food_safety/cleaning.html",
        tasks=queries.due_of(canteen.id, on),
        found=queries.page_records(actor, canteen_id=canteen.id, from_on=on, until_on=on, page_size=100),
        on=on,
        records=scope.covers(actor, RECORD),
        **_words(),
    )


@page(blueprint, f"{_PATH}/record", permission=RECORD, query=RecordPage, at_canteen=_TITLE)
def record(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The form of one time that something was cleaned or disinfected."""
    task_id = query.get("task_id")
    task = queries.view_of(queries.find_task(actor, task_id, RECORD)) if task_id is not None else None
    return render(
        "food_safety/cleaning_record.html",
        task=task,
        canteen=canteen,
        stations=_stations(canteen.id) if task is None else [],
        now=clock.now(),
        **_words(),
    )


@page(blueprint, f"{_PATH}/records", permission=READ, query=RecordsPage, at_canteen=_TITLE)
def records(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The records, voided ones included."""
    until_on = query.get("to_date") or clock.today()
    from_on = min(query.get("from_date") or until_on - timedelta(days=_USUAL_DAYS - 1), until_on)
    return render(
        "food_safety/cleaning_records.html",
        found=queries.page_records(
            actor,
            canteen_id=canteen.id,
            from_on=from_on,
            until_on=until_on,
            kind=query.get("kind"),
            is_below=query["is_below"],
            page=query["page"],
            page_size=query["page_size"],
        ),
        query=query,
        from_date=from_on,
        to_date=until_on,
        records=scope.covers(actor, RECORD),
        **_words(),
    )


@page(blueprint, f"{_PATH}/records/<id:record_id>/void", permission=RECORD)
def void(actor: Actor, record_id: int) -> str:
    """The form that takes a wrong record back."""
    found = queries.record_view(queries.find_record(actor, record_id))
    return render("food_safety/cleaning_void.html", record=found, **_words())


@page(blueprint, _TASKS, permission=READ, at_canteen=_TITLE)
def tasks(actor: Actor, canteen: CanteenChoice) -> str:
    """The plan: what is cleaned and disinfected how, and how often."""
    return render(
        "food_safety/cleaning_tasks.html",
        tasks=queries.list_tasks(actor, canteen_id=canteen.id, with_inactive=True),
        may_manage=scope.covers(actor, MANAGE),
        **_words(),
    )


@page(blueprint, f"{_TASKS}/new", permission=MANAGE, at_canteen=_TITLE)
def new_task(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of a new task."""
    return _task_form(canteen.id, None)


@page(blueprint, f"{_TASKS}/<id:task_id>/edit", permission=MANAGE)
def edit_task(actor: Actor, task_id: int) -> str:
    """The form of a task."""
    found = queries.view_of(queries.find_task(actor, task_id, MANAGE))
    return _task_form(found.row.canteen_id, found)


def _task_form(canteen_id: int, task: queries.TaskView | None) -> str:
    return render(
        "food_safety/cleaning_task_form.html",
        task=task,
        canteen_id=canteen_id,
        stations=_stations(canteen_id),
        **_words(),
    )


def _stations(canteen_id: int) -> list[tuple[int, str]]:
    return [(each.id, each.name) for each in kitchen.stations_of(canteen_id)]


def _words() -> dict[str, Any]:
    return {
        "every_names": EVERY_NAMES,
        "kind_names": KIND_NAMES,
        "method_names": METHOD_NAMES,
        "with_agent": policies.WITH_AGENT,
        "today": clock.today(),
    }
