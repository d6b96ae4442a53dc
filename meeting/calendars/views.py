"""What the display at a room's door shows: today's meetings and those of the days after.

The same for everybody who stands there: no name of a person, and of a confidential meeting nothing but that
it takes place. No instant of now is in it: the display goes on by its own clock where the network is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.config import settings
from backend.db import db
from backend.errors import Forbidden
from backend.identity import queries as identity
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.places.tree import SEPARATOR
from backend.rules import queries as rule_queries
from meeting.bookings.models import Occurrence, State
from meeting.bookings.policies import shown_subject
from meeting.calendars import policies, rules
from meeting.calendars.errors import DoorNotFound
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as room_queries
from meeting.rooms.models import ClosureKind
from meeting.rooms.policies import ClosureView, RoomView

# The display goes on by itself for so many days, over a long weekend.
_DAYS: Final = 5
_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class DoorMeeting:
    """A meeting that keeps the room. `room` names another one that excludes this: the hall, or a part.

    `lapses_at`: when it is void unless somebody has signed in, or approved, before.
    """

    start_at: datetime
    end_at: datetime
    subject: str
    department: str
    state: State
    room: str
    lapses_at: datetime | None

    @property
    def times(self) -> str:
        """`09:00–10:30`; of one that goes on over midnight with the days."""
        begins, ends = clock.local(self.start_at), clock.local(self.end_at)
        if begins.date() == ends.date():
            return f"{begins:%H:%M}–{ends:%H:%M}"
        return f"{begins.day}日{begins:%H:%M}–{ends.day}日{ends:%H:%M}"

    @property
    def whose(self) -> str:
        """The department, and the room if it is not this one."""
        return " · ".join(part for part in (self.department, self.room) if part)


@dataclass(frozen=True, slots=True)
class Door:
    """Everything at a room's door. `url` is what the QR code says: the room's plate, if one hangs there."""

    room: RoomView
    meetings: Sequence[DoorMeeting]
    closures: Sequence[ClosureView]
    url: str

    @property
    def place(self) -> str:
        """The building, the floor and the number."""
        return " ".join(self.room.place_path.split(SEPARATOR)[1:])


@dataclass(frozen=True, slots=True)
class DoorLinks:
    """The addresses of a display: by number, and by the link that nobody can guess."""

    address: str
    link: str
    is_public: bool


def links(actor: Actor, room_id: int) -> DoorLinks:
    """The addresses of a room's display, for who looks after it. Raises RoomNotFound or Forbidden."""
    if not room_policies.manages(actor, room_queries.get(actor, room_id)):
        raise Forbidden
    address = f"{settings().public_url}/screen/room/{room_id}"
    key = policies.key_of(room_id, rule_queries.value(rules.DOOR_LINK))
    return DoorLinks(address, f"{address}?key={key}", rule_queries.value(rules.DOOR_IS_PUBLIC))


def ensure_opens(room_id: int, key: str) -> None:
    """The room's display opens with this key, or without one. Asks the rules alone, which are at hand.

    Raises DoorNotFound.
    """
    if key:
        is_open = policies.is_key(key, room_id, rule_queries.value(rules.DOOR_LINK))
    else:
        is_open = rule_queries.value(rules.DOOR_IS_PUBLIC)
    if not is_open:
        raise DoorNotFound


def door(room_id: int) -> Door:
    """What a room's display shows now; five statements. Raises DoorNotFound for one that is not in use."""
    rooms = room_queries.all_rooms()
    room = rooms.get(room_id)
    if room is None or not room.is_active:
        raise DoorNotFound
    begins = clock.at_local(clock.today(), time.min)
    ends = begins + timedelta(days=_DAYS)
    return Door(
        room=room,
        meetings=_meetings(room, rooms, begins, ends),
        closures=[
            closure
            for closure in room.closures
            if closure.kind is ClosureKind.CLOSED and closure.from_at < ends
        ],
        url=url_of(room),
    )


def url_of(room: RoomView) -> str:
    """Where a scan at the door leads: to the room's plate, else to the phone's page of the room."""
    plates = places.plates_at([Ref(PlaceKind.ROOM, room.place_id)])
    if plates:
        return f"{settings().public_url}/q/{plates[0].token}"
    return f"{settings().h5_url}#/{room_page(room.id)}"


def room_page(room_id: int) -> str:
    """Where the phone shows a room, to book it or to sign in."""
    return f"pages/meeting/room?id={room_id}"


def _meetings(
    room: RoomView, rooms: dict[int, RoomView], begins: datetime, ends: datetime
) -> list[DoorMeeting]:
    rows = db.session.execute(
        select(
            *(Occurrence.room_id, Occurrence.start_at, Occurrence.end_at, Occurrence.subject),
            *(Occurrence.is_confidential, Occurrence.department_id, Occurrence.state, Occurrence.lapses_at),
        )
        .where(
            Occurrence.room_id.in_({room.id, *room.excluded_ids}),
            Occurrence.state.in_(policies.LIVE),
            Occurrence.end_at > begins,
            Occurrence.start_at < ends,
            # By the index over beginnings; no meeting is longer than what a room allows.
            Occurrence.start_at
            > begins - timedelta(minutes=max(each.max_minutes for each in rooms.values())),
        )
        .order_by(Occurrence.start_at, Occurrence.id)
        .limit(_MOST)
    ).all()
    now, departments = clock.now(), identity.department_tree()
    return [
        DoorMeeting(
            start_at=row.start_at,
            end_at=row.end_at,
            subject=shown_subject(row.subject, is_confidential=row.is_confidential, knows=False),
            department=(
                departments.node(row.department_id).name
                if row.department_id in departments and not row.is_confidential
                else ""
            ),
            state=State(row.state),
            room=rooms[row.room_id].name if row.room_id != room.id else "",
            lapses_at=row.lapses_at,
        )
        for row in rows
        if policies.is_live(State(row.state), row.lapses_at, now)
    ]
