"""会议室排期: every room's day or week on one board."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.places import queries as places
from backend.wire import Bool, Date, Id, Query
from console.pages import page, pages, render
from meeting.bookings import boards
from meeting.bookings.boards import RoomBoard
from meeting.bookings.models import State
from meeting.bookings.policies import STATE_NAMES
from meeting.rooms.policies import RoomView

blueprint = pages("console_meeting_board", __name__)

READ: Final = Permission.MEETINGS_READ
_PATH: Final = "/meetings"
# The drawn day: what lies outside is cut at its edge.
FROM_HOUR: Final = 7
UNTIL_HOUR: Final = 22
_DAY: Final = time(FROM_HOUR), time(UNTIL_HOUR)
_WEEK: Final = 7
# A row is drawn by quarters of an hour; meetings.css has a class for each line between them.
_QUARTER: Final = timedelta(minutes=15)


class BoardPage(Query):
    """Which day (today by default), or the week that it lies in, of which campus."""

    on = Date()
    is_week = Bool(load_default=False)
    campus_id = Id()


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a row between two lines of the grid. `href` is what it leads to, "" if to nothing."""

    kind: str
    first: int
    last: int
    text: str
    title: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A room on one day."""

    room: RoomView
    on: date
    blocks: Sequence[Block]


@page(blueprint, _PATH, permission=READ, query=BoardPage)
def board(actor: Actor, query: dict[str, Any]) -> str:
    """A row for each room (of each day of a week), with what stands in it."""
    today = clock.today()
    on, is_week = query.get("on") or today, query["is_week"]
    first_on = on - timedelta(days=on.weekday()) if is_week else on
    days = _WEEK if is_week else 1
    found = boards.timeline(actor, first_on, days, query.get("campus_id"))
    dates = [first_on + timedelta(days=number) for number in range(days)]
    step = days
    return render(
        "meetings/board.html",
        rows=[(one.room, [_row(one, each) for each in dates]) for one in found.rooms],
        dates=dates,
        on=on,
        is_week=is_week,
        today=today,
        before=on - timedelta(days=step),
        after=on + timedelta(days=step),
        hours=range(FROM_HOUR, UNTIL_HOUR),
        campus_id=query.get("campus_id"),
        campuses=[(each.place.id, each.place.name) for each in places.list_tree()],
        as_of=clock.now(),
    )


def _row(one: RoomBoard, on: date) -> Row:
    drawn = _Drawn(on)
    blocks = [
        *_closed(one, drawn),
        *(drawn.block("closed", each.from_at, each.until_at, each.reason or "停用") for each in one.closures),
        *(drawn.block("offered", each.start_at, each.end_at, "候补保留") for each in one.offered),
        *(_meeting(one.room, each, drawn) for each in one.meetings),
    ]
    return Row(one.room, on, [each for each in blocks if each is not None])


def _meeting(room: RoomView, meeting: boards.Shown, drawn: "_Drawn") -> Block | None:
    kind = "pending" if meeting.state is State.PENDING else "booked"
    if meeting.state in (State.ENDED, State.IN_USE):
        kind = meeting.state.value
    elsewhere = "" if meeting.room_id == room.id else "（合并使用）"
    who = "，".join(part for part in (meeting.department, meeting.organiser) if part)
    words = f"{meeting.subject}{elsewhere}"
    return drawn.block(
        kind,
        meeting.start_at,
        meeting.end_at,
        words,
        told=f"{words}，{STATE_NAMES[meeting.state]}{f'，{who}' if who else ''}",
        href=f"/console/meetings/bookings/{meeting.booking_id}",
    )


def _closed(one: RoomBoard, drawn: "_Drawn") -> Iterator[Block | None]:
    """The hours of the drawn day in which the room is not open; a room without hours is always."""
    if not one.room.hours:
        return
    at = drawn.start
    for span in one.hours:
        if span.end_at <= drawn.start or span.start_at >= drawn.end:
            continue
        yield drawn.block("shut", at, span.start_at, "", told="不开放")
        at = span.end_at
    yield drawn.block("shut", at, drawn.end, "", told="不开放")


class _Drawn:
    """A day between the drawn hours."""

    def __init__(self, on: date) -> None:
        self.start, self.end = (clock.at_local(on, each) for each in _DAY)

    def block(
        self, kind: str, start: datetime, end: datetime, text: str, *, told: str = "", href: str = ""
    ) -> Block | None:
        """What is to be seen of [start, end), or None."""
        begins, ends = max(start, self.start), min(end, self.end)
        if begins >= ends:
            return None
        first = (begins - self.start) // _QUARTER
        last = max(-((self.start - ends) // _QUARTER), first + 1)
        span = f"{clock.local(start):%H:%M}–{clock.local(end):%H:%M}"
        return Block(kind, first + 1, last + 1, text, f"{span} {told or text}", href)
