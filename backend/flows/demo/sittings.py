"""The demo's meetings ahead: booked, approved and prepared by the use cases of the house.

They lie at distances from the present, so that a visitor at any hour finds some of everything.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta
from random import Random
from typing import Any, Final

import structlog
from sqlalchemy import insert, select

from backend import clock
from backend.actor import Actor
from backend.db import db, table, unit
from backend.flows.demo.agenda import Agenda, official, within
from backend.flows.demo.halls import EAST_HALL, HALL, HALLS, VIDEO_ROOM
from backend.flows.demo.meetings import SUBJECTS
from backend.flows.demo.organisation import LEADER_NO, MEETINGS_NO, STEWARD_NO, VISITOR_NO
from backend.flows.demo.plan import Plan
from backend.workdays.policies import Calendar
from meeting.bookings import deciding, services
from meeting.bookings.attending import AttendeeWish
from meeting.bookings.errors import NotBookable, RoomTaken
from meeting.bookings.models import HolidayRule
from meeting.bookings.placing import Placed, Wish
from meeting.bookings.waitlist import services as waitlist
from meeting.hospitality import booking as served
from meeting.hospitality.catalogue.models import Item, ItemStock
from meeting.hospitality.tasks import queries
from meeting.hospitality.tasks import services as tasks
from meeting.hospitality.tasks.queries import Scope
from meeting.rooms import operations as rooms
from meeting.rooms.models import Equipment, Level, RoomEquipment
from meeting.statistics import rollups

log = structlog.get_logger(__name__)

_SEED: Final = "houqin demo 2026: sittings"
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
# So many working days ahead are booked, each room by how busy it is.
_AHEAD: Final = 8
_GUESTS: Final = (
    ("王建国", "省机关事务管理局", "副局长"),
    ("李敏", "省机关事务管理局", "处长"),
    ("欧阳文山", "市发展和改革委员会", "二级调研员"),
)


def plan_sittings(agenda: Agenda, plan: Plan, calendar: Calendar) -> None:
    """Put what is under way and ahead on the agenda."""
    sittings = _Sittings(agenda, plan, calendar)
    agenda.add_at(plan.now - 30 * _DAY, sittings.equip)
    sittings.of_the_visitor()
    sittings.to_decide()
    sittings.with_services()
    sittings.usual()
    sittings.waited_for()
    # Whoever tells of this month reads the sums within this same unit.
    agenda.add_at(agenda.now, rollups.settle)


class _Sittings:
    """Meetings by when they begin."""

    def __init__(self, agenda: Agenda, plan: Plan, calendar: Calendar) -> None:
        self.agenda, self.now, self.rng = agenda, agenda.now, Random(_SEED)
        self.officials = [one for one in plan.members if not one.role]
        self.visitor = next(one for one in plan.members if one.staff_no == VISITOR_NO)
        self.manager, self.steward = agenda.actor(MEETINGS_NO), agenda.actor(STEWARD_NO)
        today = clock.local(plan.now).date()
        # Today counts, whatever day it is: a visitor at the weekend finds meetings, too.
        ahead = (today + timedelta(days=number) for number in range(1, 40))
        self.days = [today, *[day for day in ahead if calendar.is_workday(day)][:_AHEAD]]

    def equip(self) -> None:
        """What stands in the rooms: the kinds of equipment have their identifiers from the migration."""
        ids = dict(db.session.execute(select(Equipment.code, Equipment.id)).all())
        standing = [
            {"room_id": hall.id, "equipment_id": ids[code], "count": 1}
            for hall in HALLS
            for code in hall.equipment
        ]
        unit().execute(insert(table(RoomEquipment)), standing)
        items = db.session.execute(select(Item.id).order_by(Item.id)).scalars().all()
        stock = [
            {"item_id": item_id, "campus_id": campus_id, "count": 4}
            for item_id in items
            for campus_id in (1, 2)
        ]
        unit().execute(insert(table(ItemStock)), stock)
        rooms.touch(None)

    def of_the_visitor(self) -> None:
        """A series, a meeting of tomorrow with guests, and one to attend."""
        actor = official(self.visitor)
        attends = [AttendeeWish(staff_id=one.staff_id) for one in self.officials[1:6]]
        guests = [AttendeeWish(name=name, organisation=of, title=title) for name, of, title in _GUESTS]
        self._book(actor, 3 * _DAY, 5, self.days[1], time(9), 90, "处务会", headcount=9,
                   recurrence="FREQ=WEEKLY", last_on=self.days[1] + timedelta(weeks=9),
                   holiday_rule=HolidayRule.SKIP, attendees=attends)  # fmt: skip # A pair.
        self._book(actor, 20 * _HOUR, 4, self.days[2], time(14, 30), 120, "机关后勤改革座谈会", headcount=18,
                   level=Level.BUREAU, attendees=[*guests, *attends],
                   agenda="一、介绍改革进展\n二、座谈讨论\n三、下一步安排",
                   services=("tea", "refill", "nameplate", "projector"))  # fmt: skip # A pair.
        other = official(self.officials[7])
        self._book(other, 26 * _HOUR, 10, self.days[1], time(15), 60, "信息系统上线协调会", headcount=8,
                   attendees=[AttendeeWish(staff_id=self.visitor.staff_id)])  # fmt: skip # A pair.

    def to_decide(self) -> None:
        """What waits for the manager; one was asked about, one has been approved."""
        people = [official(one) for one in self.officials[10:14]]
        self._book(people[0], 5 * _HOUR, 1, self.days[3], time(9), 180, "全市机关事务工作会议", headcount=160,
                   level=Level.LEADER)  # fmt: skip # A pair.
        asked = self._book(people[1], 7 * _HOUR, HALL, self.days[4], time(14), 150, "节能宣传周启动仪式",
                           headcount=100)  # fmt: skip # A pair.
        self.agenda.add_at(
            self.now - 4 * _HOUR,
            lambda: within(deciding.enquire)(
                self.manager, asked["id"], question="是否需要搭建展台？需要提前一天布置吗？"
            ),
        )
        self._book(people[2], 2 * _HOUR, 2, self.days[2], time(10), 60, "接待来访", headcount=8)
        granted = self._book(people[3], 30 * _HOUR, 1, self.days[5], time(14), 120, "廉政专题报告会",
                             headcount=180)  # fmt: skip # A pair.
        self.agenda.add_at(
            self.now - 22 * _HOUR,
            lambda: within(deciding.approve)(self.manager, granted["id"], comment="同意"),
        )

    def with_services(self) -> None:
        """Meetings that stewards prepare; the first task of today's is taken."""
        leader = self.agenda.actor(LEADER_NO)
        self._book(leader, 50 * _HOUR, 3, self.days[1], time(9, 30), 120, "局长办公会", headcount=22,
                   is_confidential=True, services=("tea", "refill", "nameplate"))  # fmt: skip # A pair.
        self._book(official(self.officials[20]), 48 * _HOUR, VIDEO_ROOM, self.days[1], time(14), 120,
                   "全省视频调度会（分会场）", headcount=30,
                   services=("video", "tea"))  # fmt: skip # A pair.
        self.agenda.add_at(self.now - 20 * _HOUR, self._take_a_task)

    def usual(self) -> None:
        """What officials have booked for today and the days ahead, after all that is told of above."""
        for day in self.days:
            for hall in HALLS:
                if hall.id not in (1, 2, HALL, EAST_HALL) and self.rng.random() < hall.busy / 3:
                    start = self.rng.choice((time(10, 30), time(11), time(16), time(16, 30)))
                    organiser = self.rng.choice(self.officials)
                    self._book(official(organiser), 2 * _DAY, hall.id, day, start, 60,
                               self.rng.choice(SUBJECTS), headcount=hall.capacity // 3)  # fmt: skip # A pair.

    def waited_for(self) -> None:
        """Somebody waits for a room that is taken."""
        start = clock.at_local(self.days[2], time(15))
        self.agenda.add_at(
            self.now - 3 * _HOUR,
            lambda: within(waitlist.enter)(
                official(self.officials[25]),
                room_id=4,
                start=start,
                end=start + _HOUR,
                subject="合同会商",
                headcount=10,
            ),
        )

    def _book(
        self,
        actor: Actor,
        before: timedelta,
        room_id: int,
        day: date,
        begins: time,
        minutes: int,
        subject: str,
        *,
        services: Sequence[str] = (),
        **more: Any,
    ) -> dict[str, int]:
        """Book a meeting so long ago; the answer holds its id once the agenda has come to it."""
        start = clock.at_local(day, begins)
        wish = Wish(
            room_id=room_id, start=start, end=start + timedelta(minutes=minutes), subject=subject, **more
        )
        made: dict[str, int] = {}

        def act() -> None:
            try:
                made["id"] = _placed(actor, wish, services).id
            except (RoomTaken, NotBookable) as refusal:
                # Two of the usual ones may want the same hour of a room, and some rooms rest at the weekend.
                log.info("demo room not had", room=room_id, error=refusal.code)

        # What has begun was booked while it lay ahead.
        at = min(self.now, start - _HOUR) - before
        self.agenda.add_at(at, act)
        return made

    def _take_a_task(self) -> None:
        free = queries.page_tasks(self.steward, scope=Scope.FREE, on=self.days[1], page=1, page_size=20)
        for one in free.rows[:1]:
            within(tasks.take)(self.steward, task_id=one.id)


def _placed(actor: Actor, wish: Wish, codes: Sequence[str]) -> Placed:
    if codes:
        return within(served.book)(actor, wish=wish, services=[{"code": code} for code in codes])
    return within(services.book)(actor, wish=wish)
