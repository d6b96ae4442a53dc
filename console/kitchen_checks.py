"""晨检: a shift's checks and who is at their post; what a check found is shown to whoever may, and noted."""

from datetime import time
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, Date, Id, PageQuery, Query
from canteen.food_safety.workers import boards, queries
from canteen.food_safety.workers.models import Outcome, Shift
from canteen.food_safety.workers.policies import NORMAL, STATE_NAMES
from canteen.food_safety.workers.titles import OUTCOME_NAMES, SHIFT_NAMES
from canteen.menu import queries as menu_queries
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from console import scope
from console.kitchen_workers import CERTIFICATE_TONES
from console.pages import page, pages, render

blueprint = pages("console_kitchen_checks", __name__)

READ, RECORD, MANAGE = Permission.SAFETY_READ, Permission.SAFETY_RECORD, Permission.SAFETY_MANAGE
_TITLE: Final = "晨检"
_PATH: Final = "/food-safety/morning-checks"
_OPEN_SHOWN: Final = 50
OUTCOME_TONES: Final = {Outcome.FIT: "green", Outcome.BLOCKED: "red"}


class SheetPage(Query):
    """Which shift of which day; the present one by default."""

    on = Date(data_key="date")
    shift = Choice(Shift)


class EnterPage(Query):
    """The checks of a shift of today, or one worker's again."""

    shift = Choice(Shift, required=True)
    worker_id = Id()


class RecordsPage(PageQuery):
    """Which checks."""

    from_date = Date()
    to_date = Date()
    outcome = Choice(Outcome)
    open_only = Bool(data_key="open", load_default=False)


@page(blueprint, _PATH, permission=READ, query=SheetPage, at_canteen=_TITLE)
def sheet(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """Everybody of a kitchen before a shift."""
    today = clock.today()
    on = query.get("on") or today
    shift = query.get("shift") or _shift_of(clock.local(clock.now()).time())
    found = boards.get_sheet(actor, canteen_id=canteen.id, shift=shift, on=on)
    checks = [each.check for each in found.workers if each.check is not None]
    return render(
        "food_safety/checks.html",
        sheet=found,
        on=on,
        shift=shift,
        checks=len(checks),
        blocked=sum(each.outcome == Outcome.BLOCKED for each in checks),
        on_duty=sum(each.duty is not None and each.duty.ended_at is None for each in found.workers),
        untold=[each for each in found.workers if not each.has_notice],
        waiting=[each for each in found.workers if each.has_notice and each.check is None],
        standing=queries.list_checks(
            actor, canteen_id=canteen.id, open_only=True, page=1, page_size=_OPEN_SHOWN
        ).rows,
        records=scope.covers(actor, RECORD) and on == today,
        **_may(actor),
        **_words(),
    )


@page(blueprint, f"{_PATH}/enter", permission=RECORD, query=EnterPage, at_canteen=_TITLE)
def enter(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The form of a shift's checks: who has none yet, or one worker again."""
    found = boards.get_sheet(actor, canteen_id=canteen.id, shift=query["shift"])
    worker_id = query.get("worker_id")
    workers = [
        each
        for each in found.workers
        if each.has_notice and (each.worker_id == worker_id if worker_id is not None else each.check is None)
    ]
    symptoms = [each for each in found.symptoms if each.code != NORMAL]
    return render(
        "food_safety/checks_enter.html", sheet=found, workers=workers, symptoms=symptoms, **_words()
    )


@page(blueprint, f"{_PATH}/records", permission=READ, query=RecordsPage, at_canteen=_TITLE)
def records(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """How checks ended, the latest first."""
    return render(
        "food_safety/checks_records.html",
        found=queries.list_checks(actor, canteen_id=canteen.id, **query),
        query=query,
        **_may(actor),
        **_words(),
    )


@page(blueprint, f"{_PATH}/<id:check_id>/clear", permission=MANAGE)
def clear(actor: Actor, check_id: int) -> str:
    """The form that lets a blocked worker work again."""
    check = queries.find_check(actor, check_id, MANAGE)
    canteen = menu_queries.get_canteen(check.canteen_id)
    return render(
        "food_safety/checks_clear.html",
        check=queries.outcome_views_of([check])[0],
        sees_health=covers(actor, Permission.HEALTH_READ, canteen),
        **_words(),
    )


def _shift_of(now: time) -> Shift:
    if now < time(10):
        return Shift.MORNING
    return Shift.NOON if now < time(15) else Shift.EVENING


def _may(actor: Actor) -> dict[str, bool]:
    return {
        "may_clear": scope.covers(actor, MANAGE),
        "sees_health": scope.covers(actor, Permission.HEALTH_READ),
    }


def _words() -> dict[str, Any]:
    return {
        "certificate_names": STATE_NAMES,
        "certificate_tones": CERTIFICATE_TONES,
        "outcome_names": OUTCOME_NAMES,
        "outcome_tones": OUTCOME_TONES,
        "shift_names": SHIFT_NAMES,
        "today": clock.today(),
    }
