"""会议统计: how rooms are used, by what and when; meetings that nobody came to; seats against heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.wire import Choice, Date, Id, Query, Str
from console.days import presets
from console.pages import page, pages, render
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.policies import RoomView
from meeting.statistics import documents, queries
from meeting.statistics.policies import By
from meeting.statistics.queries import Cell
from meeting.statistics.titles import BY_NAMES, WEEKDAY_NAMES

blueprint = pages("console_meeting_statistics", __name__)

READ: Final = Permission.MEETINGS_READ
_USUAL_DAYS: Final = 30
_BARS_SHOWN: Final = 12
# Shades of the heat table, from none to the busiest.
_SHADES: Final = 5
# Office hours are always shown; what lies outside only where it was used.
_FROM_HOUR: Final = 8
_UNTIL_HOUR: Final = 18
_COURSES: Final = (By.DAY, By.WEEK, By.MONTH)
# Longer spans are drawn by week, and longer ones yet by month.
_MOST_DAYS_DRAWN: Final = 62
_MOST_DAYS_BY_WEEK: Final = 400


class StatisticsPage(Query):
    """The days of the figures, by what they are told apart, and what of the meetings is counted."""

    from_date = Date()
    until_date = Date()
    by = Choice(By, load_default=By.ROOM)
    campus_id = Id(load_default=None)
    room_id = Id(load_default=None)
    department_id = Id(load_default=None)
    format = Str(max_length=4)


@dataclass(frozen=True, slots=True)
class Heat:
    """The hours that are shown, and a row of cells for each weekday; None where nothing was in use."""

    hours: Sequence[int]
    rows: Sequence[tuple[str, Sequence["Shade | None"]]]


@dataclass(frozen=True, slots=True)
class Shade:
    """An hour of a weekday and how dark it is drawn, 1 to the busiest."""

    cell: Cell
    level: int


@page(blueprint, "/meetings/statistics", permission=READ, query=StatisticsPage)
def statistics(actor: Actor, query: dict[str, Any]) -> str | File:
    """The figures of a span, its course, when rooms are in use, and the same figures by one thing."""
    today = clock.today()
    until_on = query.get("until_date") or today
    span = {
        "from_on": query.get("from_date") or until_on - timedelta(days=_USUAL_DAYS - 1),
        "until_on": until_on,
        **{name: query[name] for name in ("campus_id", "room_id", "department_id")},
    }
    course_by = _course_by(until_on - span["from_on"])
    by = _shown_by(query, course_by)
    if query.get("format") == "xlsx":
        found = queries.report(actor, by=By.HOUR if query["by"] is By.HOUR else by, **span)
        return File(
            documents.statistics_workbook(found), f"{documents.title_of(found)}.xlsx", sheets.MEDIA_TYPE
        )
    found = queries.report(actor, by=by, **span)
    course = found if by in _COURSES else queries.report(actor, by=course_by, **span)
    # Departments have no rooms whose hours could be told.
    is_of_rooms = by is not By.DEPARTMENT and not query["department_id"]
    heat = _heat(queries.report(actor, by=By.HOUR, **span).heat) if is_of_rooms else None
    within = [each for each in rooms.all_rooms().values() if room_policies.holds(actor, READ, each)]
    return render(
        "meetings/statistics.html",
        found=found,
        course=course,
        heat=heat,
        query=query,
        bars=_BARS_SHOWN,
        by_names={by: name for by, name in BY_NAMES.items() if by is not By.HOUR},
        notes=documents.NOTES,
        campuses=list({each.campus_id: each.campus for each in within}.items()),
        rooms=_rooms(within, query["campus_id"]),
        departments=queries.told_departments(),
        presets=presets(today),
        today=today,
    )


def _shown_by(query: dict[str, Any], course_by: By) -> By:
    """What was asked for; the hours have a table of their own, and one room is not told apart by room."""
    by: By = query["by"]
    if query["room_id"] and by in (By.ROOM, By.CAMPUS, By.HOUR):
        return course_by
    return By.ROOM if by is By.HOUR else by


def _course_by(span: timedelta) -> By:
    if span.days < _MOST_DAYS_DRAWN:
        return By.DAY
    return By.WEEK if span.days < _MOST_DAYS_BY_WEEK else By.MONTH


def _heat(cells: Sequence[Cell]) -> Heat:
    """The busiest hour is the darkest; an hour that was used at all has a shade."""
    by_hour = {(each.weekday, each.hour): each for each in cells}
    hours = {each.hour for each in cells} | {_FROM_HOUR, _UNTIL_HOUR - 1}
    shown = range(min(hours), max(hours) + 1)
    most = max((each.rooms_in_use for each in cells), default=0)

    def shade(cell: Cell | None) -> Shade | None:
        if cell is None:
            return None
        return Shade(cell, max(1, -(-cell.rooms_in_use * _SHADES // most)) if most else 1)

    return Heat(
        shown,
        [
            (name, [shade(by_hour.get((weekday, hour))) for hour in shown])
            for weekday, name in enumerate(WEEKDAY_NAMES, room_policies.MONDAY)
        ],
    )


def _rooms(within: Sequence[RoomView], campus_id: int | None) -> list[tuple[int, str]]:
    return [(each.id, each.name) for each in within if campus_id in (None, each.campus_id)]
