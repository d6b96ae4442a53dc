"""A building with a room, categories of repairs, a group of workers, and who reports and dispatches."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.identity.models import Staff
from backend.places.models import Building, Campus, Floor, Room
from backend.workdays.clocks import Counting
from property.assets.models import Asset, AssetKind
from property.categories.models import Category
from property.contractors.models import Contractor
from property.service_levels.models import PolicyLine, PolicyVersion, ServiceCalendar
from property.work_orders.models import OrderEvent, WorkOrder
from property.workforce.models import Group, Worker, WorkerSkill
from tests.client import Answer, Client
from tests.factories import LONG_AGO, NINE, Compound
from tests.furnished import Worlds

COMPOUND = (ScopeKind.COMPOUND, 0)
# CAL-A of the replay cases.
NINE_TO_FIVE = [["09:00", "17:00"]]


class Estate:
    """One campus with 1号楼 / 1层 / 101, two workers of one group, and everybody else whom an order meets.

    Clients: `requester`, `worker`, `mate` (of the same group), `dispatcher`, `verifier`, `approver`. The
    staff rows are `people[<the same name>]`. Categories by code: `leak` (水暖), `light` (电工), `proved` (a
    photo before, photo and signature after), `other`.
    """

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        self.campus: Campus = compound.campus()
        self.building: Building = add(Building(campus_id=self.campus.id, name="1号楼"))
        self.floor: Floor = add(Floor(building_id=self.building.id, name="1层"))
        self.room: Room = add(Room(floor_id=self.floor.id, name="101"))
        self.categories: dict[str, Category] = {}
        for code, skill in (("leak", "水暖"), ("light", "电工"), ("other", "")):
            self.category(code, skill=skill)
        self.category("proved", skill="水暖", proof_before="photo", proof_after="both")
        self.group = self.new_group("维修一班")
        self.people: dict[str, Staff] = {"requester": compound.staff(name="张报修")}
        self.requester = compound.client(self.people["requester"])
        self.worker = self.new_worker("worker", name="李师傅", skills=("水暖",), building_id=self.building.id)
        self.mate = self.new_worker("mate", name="王师傅", skills=("电工",))
        self.dispatcher = self.client("dispatcher", "property_dispatcher")
        self.verifier = self.client("verifier", "logistics_reviewer")
        self.approver = self.client("approver", "property_leader")

    def client(self, name: str, role: str, scope: tuple[ScopeKind, int] = COMPOUND) -> Client:
        """A new member of staff with a role, logged in; kept in `people` under the name."""
        self.people[name] = self.compound.staff(roles={role: scope})
        return self.compound.client(self.people[name])

    def log_in(self) -> None:
        """Log everybody in anew: some days later their sessions have ended."""
        for name in ("requester", "worker", "mate", "dispatcher", "verifier", "approver"):
            setattr(self, name, self.compound.client(self.people[name]))

    def category(self, code: str, **columns: Any) -> Category:
        """A leaf at the top, named like its code unless a name is given."""
        self.categories[code] = add(Category(code=code, **{"name": code, **columns}))
        return self.categories[code]

    def contractor(self, name: str = "物业一公司") -> Contractor:
        """A contractor."""
        return add(Contractor(name=name, short_name=name[:20]))

    def new_group(self, name: str, contractor: Contractor | None = None) -> Group:
        """A group of the house, or of a contractor."""
        return add(Group(name=name, contractor_id=contractor.id if contractor else None))

    def new_worker(
        self,
        key: str,
        *,
        group: Group | None = None,
        skills: Sequence[str] = (),
        scope: tuple[ScopeKind, int] = COMPOUND,
        name: str = "",
        **columns: Any,
    ) -> Client:
        """A worker with the role, logged in; kept in `people` under the key. `columns` are the worker's."""
        staff = self.compound.staff(roles={"property_worker": scope}, **({"name": name} if name else {}))
        self.people[key] = staff
        group = group or self.group
        add(Worker(staff_id=staff.id, group_id=group.id, joined_at=LONG_AGO, **columns))
        for skill in skills:
            add(WorkerSkill(staff_id=staff.id, skill=skill))
        return self.compound.client(staff)

    def asset(self, number: str = "AC-001", **columns: Any) -> Asset:
        """A piece of equipment in room 101 with a plate of its own."""
        kind_id = columns.pop("kind_id", None) or add(AssetKind(name=f"设备{number}")).id
        usual = {
            "name": f"设备 {number}",
            "place_kind": "room",
            "place_id": self.room.id,
            "campus_id": self.campus.id,
            "building_id": self.building.id,
            "plate": uuid4().hex[:16],
            "created_at": LONG_AGO,
        }
        return add(Asset(number=number, kind_id=kind_id, **{**usual, **columns}))

    def policy(
        self,
        response: tuple[Counting, int] = (Counting.NATURAL, 30),
        resolution: tuple[Counting, int] = (Counting.WORKING, 240),
        segments: Sequence[Sequence[str]] = NINE_TO_FIVE,
        **line: Any,
    ) -> PolicyVersion:
        """A policy in force since long ago, of one line; its amounts are minutes, or days of workdays."""
        calendar = add(ServiceCalendar(name=uuid4().hex[:8], segments=list(segments), by_weekday={}))
        number = len(db.session.query(PolicyVersion).all()) + 1
        version = add(
            PolicyVersion(
                number=number,
                title="测试",
                effective_at=LONG_AGO,
                changed_at=LONG_AGO,
                changed_by=0,
                changed_by_name="系统",
            )
        )
        self.line(version, response, resolution, position=1, calendar_id=calendar.id, **line)
        return version

    def line(
        self,
        version: PolicyVersion,
        response: tuple[Counting, int],
        resolution: tuple[Counting, int],
        **columns: Any,
    ) -> PolicyLine:
        """One more line of a policy."""
        return add(
            PolicyLine(
                version_id=version.id,
                response_counting=response[0].value,
                response_amount=response[1],
                resolution_counting=resolution[0].value,
                resolution_amount=resolution[1],
                **columns,
            )
        )

    def body(self, **fields: Any) -> dict[str, Any]:
        """The body of a report: a leak in room 101."""
        usual = {
            "category": "leak",
            "place_kind": "room",
            "place_id": self.room.id,
            "description": "水管漏水",
            "urgency": "ordinary",
        }
        return {**usual, **fields}

    def report(self, by: Client | None = None, **fields: Any) -> int:
        """Report a leak as the requester; the order's id."""
        answer = (by or self.requester).post("/property/work-orders", self.body(**fields))
        return int(answer.data["id"])

    def do(self, by: Client, order_id: int, verb: str, **body: Any) -> Answer:
        """One verb on an order."""
        return by.post(f"/property/work-orders/{order_id}/{verb}", body)

    def done(self, by: Client, order_id: int, verb: str, **body: Any) -> Any:
        """One verb on an order that succeeds; the order as it is then."""
        return self.do(by, order_id, verb, **body).data

    def triaged(self, **fields: Any) -> int:
        """A new order, 待派单."""
        order_id = self.report(**fields)
        self.done(self.dispatcher, order_id, "accept")
        return order_id

    def dispatched(self, to: str = "worker", **fields: Any) -> int:
        """A new order, 待接单 by one worker."""
        order_id = self.report(**fields)
        self.done(self.dispatcher, order_id, "dispatch", worker_id=self.people[to].id)
        return order_id

    def working(self, **fields: Any) -> int:
        """A new order, 处理中 by `worker`."""
        order_id = self.dispatched(**fields)
        self.done(self.worker, order_id, "accept")
        return order_id

    def finished(self, **fields: Any) -> int:
        """A new order, 待验收."""
        order_id = self.working(**fields)
        self.done(self.worker, order_id, "finish", result="已修好", labour_minutes=30)
        return order_id

    def completed(self, **fields: Any) -> int:
        """A new order, done and accepted by its reporter: 待评价."""
        order_id = self.finished(**fields)
        self.done(self.requester, order_id, "verify", outcome="resolved")
        return order_id

    def order(self, order_id: int) -> WorkOrder:
        """The row as it is now."""
        db.session.rollback()
        found = db.session.get(WorkOrder, order_id, populate_existing=True)
        assert found is not None
        return found

    def steps(self, order_id: int) -> list[str]:
        """The steps of its timeline."""
        db.session.rollback()
        events = db.session.query(OrderEvent).filter_by(order_id=order_id).order_by(OrderEvent.id)
        return [event.step for event in events]


def add(row: Any) -> Any:
    """Write a row in a unit of work of its own."""

    @atomic
    def write() -> Any:
        db.session.add(row)
        db.session.flush()
        return row

    return write()


@contextmanager
def nothing_changes(estate: Estate, order_id: int) -> Iterator[None]:
    """Prove that what happens inside leaves the order, its timeline and its clocks as they were."""

    def picture() -> Any:
        shown = estate.dispatcher.get(f"/property/work-orders/{order_id}").data
        return {name: shown[name] for name in ("state", "revision", "timeline", "clocks", "holds")}

    before = picture()
    yield
    assert picture() == before


@pytest.fixture
def estate(compound: Compound, worlds: Worlds) -> Iterator[Estate]:
    """An estate, with the clock held on Monday at nine."""
    with clock.at(NINE):
        yield worlds.one(Estate, compound)
