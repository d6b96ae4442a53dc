"""会务看板: the day's meetings with their services and tasks; 会务检查: what was found before and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from backend import clock, counting
from backend.actor import Actor, Permission
from backend.places import queries as places
from backend.wire import Bool, Choice, Date, Id, PageQuery, Query
from console.meeting_words import meeting_words
from console.pages import page, pages, render
from console.work_orders import categories_to_file
from meeting.hospitality import orders
from meeting.hospitality.catalogue import queries as catalogue
from meeting.hospitality.catalogue.models import Phase
from meeting.hospitality.checks import queries as checks
from meeting.hospitality.models import UNDONE, TaskState
from meeting.hospitality.policies import PHASE_NAMES
from meeting.hospitality.tasks import queries as tasks
from meeting.hospitality.tasks.policies import Step
from meeting.hospitality.tasks.queries import Scope, TaskView

blueprint = pages("console_hospitality", __name__)

READ: Final = Permission.MEETINGS_READ
_PATH: Final = "/meetings/hospitality"
_CHECKS: Final = "/meetings/checks"
# More than any day has; beyond it the page says so.
_MOST_TASKS: Final = 600
_USUAL_DAYS: Final = 30
_DAY: Final = timedelta(days=1)
_TONES: Final = {
    TaskState.OPEN: "yellow",
    TaskState.WORKING: "blue",
    TaskState.DONE: "green",
    TaskState.CANCELLED: "gray",
}


class By(StrEnum):
    """How the day's tasks stand together."""

    MEETING = "meeting"
    STEWARD = "steward"
    TIME = "time"


BY_NAMES: Final = {By.MEETING: "按会议", By.STEWARD: "按人员", By.TIME: "按时间"}


class BoardPage(Query):
    """Which day (today by default), of which campus; with `is_undone`, what is still to be done alone."""

    on = Date()
    campus_id = Id()
    by = Choice(By, load_default=By.MEETING)
    is_undone = Bool(load_default=False)


class TaskPage(Query):
    """Whether all of the meeting that nobody has shall be given with it."""

    is_whole = Bool(load_default=False)


class ChecksPage(PageQuery):
    """Which days (the last 30 by default), both included; faults that are open, settled, or all."""

    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    campus_id = Id()
    is_open = Bool()


@dataclass(frozen=True, slots=True)
class Ordered:
    """A service of a meeting. `is_short`: the equipment for it is not to be had."""

    name: str
    quantity: int
    unit: str
    note: str
    is_short: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks that stand together: `head` is any of a meeting's; without one, `title` says whose they are.

    `to_give` is one of those that nobody has, if the reader may give it to somebody.
    """

    key: str
    title: str
    head: TaskView | None
    ordered: Sequence[Ordered]
    tasks: Sequence[TaskView]
    unassigned: int
    to_give: TaskView | None


@page(blueprint, _PATH, permission=READ, query=BoardPage)
def board(actor: Actor, query: dict[str, Any]) -> str:
    """The tasks of a day, what nobody has yet first."""
    today = clock.today()
    on, campus_id = query.get("on") or today, query.get("campus_id")
    found = tasks.page_tasks(
        actor, scope=Scope.ALL, on=on, campus_id=campus_id, page=1, page_size=_MOST_TASKS
    )
    shown = [each for each in found.rows if not query["is_undone"] or each.state in UNDONE]
    tomorrow = today + _DAY
    return render(
        "meetings/hospitality.html",
        query=query,
        on=on,
        today=today,
        one_day=_DAY,
        groups=_groups(shown, query["by"]),
        sums=_sums(found.rows),
        left=counting.number(tasks.unassigned(actor, tomorrow, tomorrow)) if on == today else 0,
        tomorrow=tomorrow,
        total=found.total,
        most=_MOST_TASKS,
        by_names=BY_NAMES,
        task_tones=_TONES,
        campuses=_campuses(),
        as_of=clock.now(),
        **meeting_words(),
    )


@page(blueprint, f"{_PATH}/tasks/<id:task_id>", permission=READ, query=TaskPage)
def task(actor: Actor, task_id: int, query: dict[str, Any]) -> str:
    """The dialog of one task: to whom it may be given, or its checklist to be ticked."""
    found = tasks.get_task(actor, task_id)
    assigns = Step.ASSIGN in found.may
    return render(
        "meetings/task.html",
        task=found,
        is_whole=query["is_whole"],
        stewards=tasks.stewards_for(actor, task_id) if assigns else [],
        task_tones=_TONES,
        phase_names=PHASE_NAMES,
        **meeting_words(),
    )


@page(blueprint, _CHECKS, permission=READ, query=ChecksPage)
def faults(actor: Actor, query: dict[str, Any]) -> str:
    """How well the meetings of some days were served, and what was amiss."""
    until_on = query.get("until_on") or clock.today()
    from_on = min(query.get("from_on") or until_on - timedelta(days=_USUAL_DAYS - 1), until_on)
    asked: dict[str, Any] = {"from_on": from_on, "until_on": until_on, "campus_id": query.get("campus_id")}
    return render(
        "meetings/checks.html",
        query=query,
        from_on=from_on,
        until_on=until_on,
        figures=checks.figures(actor, **asked),
        found=checks.page_faults(
            actor,
            **asked,
            is_open=query.get("is_open"),
            page=query["page"],
            page_size=query["page_size"],
        ),
        phase_names=PHASE_NAMES,
        may_settle=_may_settle(actor),
        campuses=_campuses(),
    )


@page(blueprint, f"{_CHECKS}/items/<id:item_id>", permission=READ)
def fault(actor: Actor, item_id: int) -> str:
    """The dialog of one fault: how it was seen to, or the work order that it needs."""
    return render(
        "meetings/fault.html",
        item=checks.get_item(actor, item_id),
        phase_names=PHASE_NAMES,
        categories=categories_to_file(),
    )


@page(blueprint, f"{_CHECKS}/<id:occurrence_id>", permission=READ)
def checklist(actor: Actor, occurrence_id: int) -> str:
    """The checklist of one meeting, to be ticked line by line, with what was found."""
    found = checks.checklist(actor, occurrence_id)
    has_begun = clock.now() >= found.start
    return render(
        "meetings/checklist.html",
        found=found,
        phases=[
            (phase, [line for line in found.lines if line.phase == phase], _may_tick(found, phase, has_begun))
            for phase in Phase
            if any(line.phase == phase for line in found.lines)
        ],
        phase_names=PHASE_NAMES,
        may_settle=_may_settle(actor),
        day=clock.local(found.start).date(),
    )


def _may_tick(found: checks.ChecklistView, phase: Phase, has_begun: bool) -> bool:
    return found.may_check and (has_begun or phase is not Phase.AFTER)


def _may_settle(actor: Actor) -> bool:
    """Whether the actor sees to faults anywhere; what is out of reach the API refuses."""
    return actor.can(Permission.MEETINGS_SERVE) or actor.can(Permission.HOSPITALITY_MANAGE)


def _campuses() -> list[tuple[int, str]]:
    return [(each.place.id, each.place.name) for each in places.list_tree()]


# --- the groups of the board --------------------------------------------------------------------------------


def _groups(shown: Sequence[TaskView], by: By) -> list[Group]:
    if by is By.TIME:
        return [_group("all", "全部任务", shown)] if shown else []
    if by is By.STEWARD:
        return _of_stewards(shown)
    return _of_meetings(shown)


def _of_meetings(shown: Sequence[TaskView]) -> list[Group]:
    """Meetings of which something is not given out first, then by their time."""
    ordered = _ordered({each.occurrence_id for each in shown})
    together: dict[int, list[TaskView]] = {}
    for each in shown:
        together.setdefault(each.occurrence_id, []).append(each)
    by_time = sorted(together.items(), key=lambda each: (each[1][0].start, each[0]))
    found = [_group(f"meeting-{key}", "", rows, head=rows[0], ordered=ordered[key]) for key, rows in by_time]
    return sorted(found, key=lambda group: not group.unassigned)


def _of_stewards(shown: Sequence[TaskView]) -> list[Group]:
    """What nobody has first, then each steward's by name."""
    together: dict[int, list[TaskView]] = {}
    names = {0: "未安排"}
    for each in shown:
        steward_id = each.steward.id if each.steward is not None else 0
        together.setdefault(steward_id, []).append(each)
        if each.steward is not None:
            names[steward_id] = each.steward.name
    found = [_group(f"steward-{key}", names[key], rows) for key, rows in together.items()]
    return sorted(found, key=lambda group: (group.key != "steward-0", group.title, group.key))


def _group(
    key: str,
    title: str,
    rows: Sequence[TaskView],
    *,
    head: TaskView | None = None,
    ordered: Sequence[Ordered] = (),
) -> Group:
    free = [each for each in rows if each.state in UNDONE and each.steward is None]
    return Group(
        key=key,
        title=title,
        head=head,
        ordered=ordered,
        tasks=rows,
        unassigned=len(free),
        to_give=next((each for each in free if Step.ASSIGN in each.may), None),
    )


def _ordered(occurrence_ids: Iterable[int]) -> dict[int, list[Ordered]]:
    """What was ordered for these meetings; two statements."""
    services = catalogue.all_services()
    return {
        occurrence_id: [
            Ordered(
                services[line.service_id].name,
                line.quantity,
                services[line.service_id].unit,
                line.note,
                line.is_short,
            )
            for line in lines
        ]
        for occurrence_id, lines in orders.lines_of(list(occurrence_ids)).items()
    }


def _sums(rows: Sequence[TaskView]) -> dict[str, int]:
    undone = [each for each in rows if each.state in UNDONE]
    return {
        "meetings": len({each.occurrence_id for each in rows}),
        "tasks": len(rows),
        "unassigned": sum(each.steward is None for each in undone),
        "working": sum(each.state == TaskState.WORKING for each in undone),
        "done": sum(each.state == TaskState.DONE for each in rows),
        "late": sum(each.is_late for each in undone),
    }
