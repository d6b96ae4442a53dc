"""班组与人员, 值班排班: groups, workers with their trades and loads, shifts, and the roster of a week."""

from datetime import date, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.wire import Date, Id, Query
from console.pages import page, pages, render
from property.categories import queries as categories
from property.contractors import queries as contractors
from property.workforce import queries, services
from property.workforce.policies import COLUMNS, monday_of
from property.workforce.schemas import WorkersQuery

blueprint = pages("console_workforce", __name__)

READ: Final = Permission.PROPERTY_READ
MANAGE: Final = Permission.PROPERTY_MANAGE
_WORKFORCE: Final = "/property/workforce"
_DUTIES: Final = "/property/duties"
WEEKDAY_NAMES: Final = tuple(f"周{day}" for day in "一二三四五六日")


class WeekPage(Query):
    """A day of the week, this one by default, and of which group."""

    date = Date()
    group_id = Id()


@page(blueprint, _WORKFORCE, permission=READ, query=WorkersQuery)
def workforce(actor: Actor, query: dict[str, Any]) -> str:
    """The groups, and the workers with their trades."""
    return render(
        "property/workforce.html",
        found=queries.page_workers(**query),
        groups=queries.list_groups(),
        skills=_skills(),
        query=query,
        contractors=[
            (each.id, each.short_name or each.name)
            for each in contractors.all_contractors()
            if each.is_active
        ],
        may_manage=_may_manage(actor),
    )


@page(blueprint, f"{_WORKFORCE}/new", permission=MANAGE, is_compound_wide=True)
def new_worker(actor: Actor) -> str:
    """The form of a new worker."""
    return render("property/worker.html", worker=None, **_worker_words())


@page(blueprint, f"{_WORKFORCE}/<id:staff_id>", permission=MANAGE, is_compound_wide=True)
def edit_worker(actor: Actor, staff_id: int) -> str:
    """The form of a worker."""
    return render("property/worker.html", worker=queries.worker_view(staff_id), **_worker_words())


@page(blueprint, _DUTIES, permission=READ, query=WeekPage)
def duties(actor: Actor, query: dict[str, Any]) -> str:
    """Who is on which shift in a week; of one group it can be changed."""
    groups = [each for each in queries.list_groups() if each.is_active]
    group_id = query.get("group_id") or (groups[0].id if groups else None)
    week_on = monday_of(query.get("date") or clock.today())
    roster = queries.roster(week_on, group_id=group_id)
    return render(
        "property/duties.html",
        roster=roster,
        turns={
            (row.worker.staff_id, turn.on_date, turn.shift_id) for row in roster.workers for turn in row.turns
        },
        groups=groups,
        group_id=group_id,
        counts=_on_shift(roster),
        before=week_on - timedelta(days=7),
        after=week_on + timedelta(days=7),
        today=clock.today(),
        weekday_names=WEEKDAY_NAMES,
        columns=COLUMNS,
        most_rows=services.MAX_ROWS,
        may_manage=_may_manage(actor),
    )


@page(blueprint, f"{_DUTIES}/shifts", permission=READ)
def shifts(actor: Actor) -> str:
    """The shifts by when they begin."""
    return render("property/shifts.html", shifts=queries.list_shifts(), may_manage=_may_manage(actor))


def _may_manage(actor: Actor) -> bool:
    return actor.reach(MANAGE).everywhere


def _skills() -> list[str]:
    wanted = {each.skill for each in categories.tree().walk() if each.skill}
    return sorted(wanted | set(queries.all_skills()))


def _on_shift(roster: queries.RosterView) -> dict[tuple[int, date], int]:
    """How many are on each shift of each day."""
    found: dict[tuple[int, date], int] = {}
    for row in roster.workers:
        for turn in row.turns:
            key = (turn.shift_id, turn.on_date)
            found[key] = found.get(key, 0) + 1
    return found


def _worker_words() -> dict[str, Any]:
    return {
        "groups": [(each.id, each.name) for each in queries.list_groups() if each.is_active],
        "skills": [(each, each) for each in _skills()],
        "buildings": [
            (each.id, each.path)
            for each in places.load_tree().walk()
            if each.kind is PlaceKind.BUILDING and each.is_in_use
        ],
    }
