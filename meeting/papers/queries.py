"""What is printed of a meeting, as far as who prints it may know; and the meetings of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import day_text
from backend.db import db
from backend.identity import queries as identity
from backend.identity.departments import DepartmentTree
from backend.identity.models import Staff
from backend.places.tree import SEPARATOR
from meeting.bookings import people
from meeting.bookings import queries as bookings
from meeting.bookings.errors import NotYours, OccurrenceNotFound
from meeting.bookings.models import Attendee, Booking, Occurrence, State
from meeting.bookings.policies import LAYOUT_NAMES, LEVEL_NAMES, Standing, shown_subject
from meeting.calendars.policies import LIVE, is_live
from meeting.hospitality import queries as hospitality
from meeting.hospitality.queries import LineView
from meeting.hospitality.tasks import queries as tasks
from meeting.hospitality.tasks.queries import TaskView
from meeting.papers.errors import NoRoomsOverseen, NothingHeld, PaperConfidential
from meeting.rooms import policies as room_policies
from meeting.rooms import queries as rooms
from meeting.rooms.models import Layout, Level
from meeting.rooms.policies import RoomView

_MOST_TASKS = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Who attends."""

    id: int
    name: str
    organisation: str
    title: str


@dataclass(frozen=True, slots=True)
class MeetingSheet:
    """A meeting as its papers tell it. `subject` is masked for who does not know of a confidential one."""

    number: str
    occurrence_id: int
    room: RoomView
    subject: str
    is_confidential: bool
    knows: bool
    start_at: datetime
    end_at: datetime
    organiser: str
    department: str
    phone: str
    level: str
    headcount: int
    layout: str
    note: str
    agenda: str
    state: State
    attendees: Sequence[Person]

    @property
    def times(self) -> str:
        """`09:00–10:30`, with the day of an end on another one."""
        begins, ends = clock.local(self.start_at), clock.local(self.end_at)
        if begins.date() == ends.date():
            return f"{begins:%H:%M}–{ends:%H:%M}"
        return f"{begins:%H:%M}–{day_text(ends)} {ends:%H:%M}"

    @property
    def on(self) -> date:
        """The day on which it begins."""
        return clock.local(self.start_at).date()


@dataclass(frozen=True, slots=True)
class ServiceOrder:
    """A meeting with what was ordered for it, and what is to be done, for who sees that."""

    sheet: MeetingSheet
    lines: Sequence[LineView]
    tasks: Sequence[TaskView]


@dataclass(frozen=True, slots=True)
class DayList:
    """The meetings of a day, by beginning, and where."""

    on: date
    where: str
    rows: Sequence[MeetingSheet]


def get_sheet(
    actor: Actor, booking_id: int, occurrence_id: int | None = None, *, tells_all: bool = False
) -> MeetingSheet:
    """A meeting for its papers: the named one, else the next that is not over, else the last.

    `tells_all`: the paper tells what only those may know who know of a confidential meeting. Raises
    BookingNotFound, OccurrenceNotFound, NotYours, NothingHeld or PaperConfidential.
    """
    booking, occurrences = bookings.find(actor, booking_id)
    occurrence = _chosen(occurrences, occurrence_id)
    who = people.standing(actor, booking, occurrence)
    if not (who.owns or who.manages or who.serves):
        raise NotYours
    if tells_all and occurrence.is_confidential and not who.knows:
        raise PaperConfidential
    departments = identity.department_tree()
    names = identity.names_of([occurrence.organiser_id])
    return _sheet(booking, occurrence, who, names, departments, attendees=_attendees(booking_id, departments))


def get_service_order(actor: Actor, booking_id: int, occurrence_id: int | None = None) -> ServiceOrder:
    """What is to be done for a meeting. Raises as `get_sheet`."""
    sheet = get_sheet(actor, booking_id, occurrence_id)
    served = hospitality.services_of(actor, booking_id)
    lines = next((each.lines for each in served.occurrences if each.id == sheet.occurrence_id), ())
    found = tasks.page_tasks(
        actor, scope=tasks.Scope.ALL, occurrence_id=sheet.occurrence_id, page=1, page_size=_MOST_TASKS
    )
    return ServiceOrder(sheet, lines, found.rows)


def list_day(
    actor: Actor, *, on: date | None = None, campus_id: int | None = None, building_id: int | None = None
) -> DayList:
    """The meetings of a day in the rooms that the actor oversees; five statements.

    Raises NoRoomsOverseen for who oversees none.
    """
    overseen = {room.id: room for room in rooms.all_rooms().values() if _oversees(actor, room)}
    if not overseen:
        raise NoRoomsOverseen
    meant = {
        room.id: room
        for room in overseen.values()
        if (campus_id is None or room.campus_id == campus_id)
        and (building_id is None or room.building_id == building_id)
    }
    on = on or clock.today()
    begins = clock.at_local(on, time.min)
    longest = timedelta(minutes=max((room.max_minutes for room in meant.values()), default=0))
    found = db.session.execute(
        select(Booking, Occurrence)
        .join(Occurrence, Occurrence.booking_id == Booking.id)
        .where(
            Occurrence.room_id.in_(meant),
            Occurrence.state.in_(LIVE),
            Occurrence.end_at > begins,
            Occurrence.start_at < begins + timedelta(days=1),
            Occurrence.start_at > begins - longest,  # By the index over beginnings.
        )
        .order_by(Occurrence.start_at, Occurrence.room_id, Occurrence.id)
    ).all()
    now = clock.now()
    held = [(one, each) for one, each in found if is_live(State(each.state), each.lapses_at, now)]
    attending = select(Attendee.booking_id).where(
        Attendee.staff_id == actor.staff_id, Attendee.booking_id.in_({booking.id for booking, _ in held})
    )
    attended = set(db.session.scalars(attending))
    names = identity.names_of({each.organiser_id for _, each in held})
    departments = identity.department_tree()
    rows = []
    for booking, each in held:
        who = people.standing_in(
            actor,
            booking,
            meant[each.room_id],
            organiser_id=each.organiser_id,
            is_attendee=booking.id in attended,
        )
        rows.append(_sheet(booking, each, who, names, departments))
    return DayList(on, _where(list(meant.values()), campus_id, building_id), rows)


def _oversees(actor: Actor, room: RoomView) -> bool:
    return room_policies.manages(actor, room) or any(
        room_policies.holds(actor, permission, room)
        for permission in (Permission.MEETINGS_READ, Permission.MEETINGS_SERVE, Permission.MEETINGS_APPROVE)
    )


def _where(meant: Sequence[RoomView], campus_id: int | None, building_id: int | None) -> str:
    if not meant or (campus_id is None and building_id is None):
        return "全部会议室"
    return meant[0].campus if building_id is None else " ".join(meant[0].place_path.split(SEPARATOR)[:2])


def _chosen(occurrences: Sequence[Occurrence], occurrence_id: int | None) -> Occurrence:
    now = clock.now()
    if occurrence_id is not None:
        named = next((each for each in occurrences if each.id == occurrence_id), None)
        if named is None:
            raise OccurrenceNotFound
        occurrences = [named]
    held = [each for each in occurrences if is_live(State(each.state), each.lapses_at, now)]
    if not held:
        raise NothingHeld
    return next((each for each in held if each.end_at > now), held[-1])


def _attendees(booking_id: int, departments: DepartmentTree) -> list[Person]:
    rows = bookings.attendees_of(booking_id)
    staff_ids = {row.staff_id for row in rows if row.staff_id is not None}
    found = db.session.scalars(
        select(Staff).where(Staff.id.in_(staff_ids)).options(selectinload(Staff.postings))
    )
    staff = {each.id: each for each in found}
    return [_person(row, staff.get(row.staff_id or 0), departments) for row in rows]


def _person(row: Attendee, staff: Staff | None, departments: DepartmentTree) -> Person:
    """A colleague by the roster, unless the booking says it otherwise; a guest as the booking says."""
    post = staff.postings[0] if staff is not None and staff.postings else None
    return Person(
        id=row.id,
        name=row.name or (staff.name if staff is not None else ""),
        organisation=row.organisation or (_department(post.department_id, departments) if post else ""),
        title=row.title or (post.title if post else ""),
    )


def _sheet(
    booking: Booking,
    occurrence: Occurrence,
    who: Standing,
    names: dict[int, str],
    departments: DepartmentTree,
    *,
    attendees: Sequence[Person] = (),
) -> MeetingSheet:
    knows = who.knows or not occurrence.is_confidential
    return MeetingSheet(
        number=booking.number,
        occurrence_id=occurrence.id,
        room=rooms.find(occurrence.room_id),
        subject=shown_subject(
            occurrence.subject, is_confidential=occurrence.is_confidential, knows=who.knows
        ),
        is_confidential=occurrence.is_confidential,
        knows=knows,
        start_at=occurrence.start_at,
        end_at=occurrence.end_at,
        organiser=names.get(occurrence.organiser_id, "") if knows else "",
        department=_department(occurrence.department_id, departments) if knows else "",
        phone=people.contact_phone(booking) if knows else "",
        level=LEVEL_NAMES[Level(occurrence.level)],
        headcount=occurrence.headcount,
        layout=LAYOUT_NAMES[Layout(occurrence.layout)] if occurrence.layout else "",
        note=occurrence.note if knows else "",
        agenda=booking.agenda if knows else "",
        state=State(occurrence.state),
        attendees=attendees,
    )


def _department(department_id: int, departments: DepartmentTree) -> str:
    return departments.node(department_id).name if department_id in departments else ""
