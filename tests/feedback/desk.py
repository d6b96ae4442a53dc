"""A building with a room, categories of demands, two offices, and everybody whom a report meets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.identity.models import Staff
from backend.places.models import Building, Campus, Floor, Room
from feedback.categories.models import Anonymity, Category, DeadlineClass, Kind
from feedback.offices.models import Office, OfficeMember
from feedback.reports.models import Report, ReportEvent
from tests.client import Answer, Client
from tests.factories import NINE, Compound
from tests.furnished import Worlds

COMPOUND = (ScopeKind.COMPOUND, 0)
# Every client of a desk, with its role; the offices' people are made apart.
_ROLES = {
    "officer": "feedback_desk",
    "approver": "leader",
    "visitor": "logistics_reviewer",
    "keeper": "seal_keeper",
    "second_keeper": "seal_keeper",
}


class Desk:
    """One campus with 1号楼 / 1层 / 101, categories, two offices, and those who report and handle.

    Clients: `reporter`, `neighbour` (officials without a role), `officer` (诉求专席), `approver`, `visitor`,
    `keeper`, `second_keeper`, `lead`, `member`, `mate` (of the first office), `outsider` (of the second).
    The staff rows are `people[<the same name>]`. Categories by code: `snap` (随手拍, 绿化, 一般), `danger`,
    `utilities`, `complaint` (may be unnamed, no place), `named` (a complaint, never unnamed), `suggestion`,
    `service`.
    """

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        self.campus: Campus = compound.campus()
        self.building: Building = add(Building(campus_id=self.campus.id, name="1号楼"))
        self.floor: Floor = add(Floor(building_id=self.building.id, name="1层"))
        self.room: Room = add(Room(floor_id=self.floor.id, name="101"))
        self.categories: dict[str, Category] = {}
        self.category("snap", Kind.SNAP)
        self.category("danger", Kind.SNAP, deadline=DeadlineClass.DANGER.value)
        self.category("utilities", Kind.SNAP, deadline=DeadlineClass.UTILITIES.value)
        self.category("complaint", Kind.COMPLAINT, needs_place=False)
        self.category("named", Kind.COMPLAINT, needs_place=False, anonymity=Anonymity.NEVER.value)
        self.category("suggestion", Kind.SUGGESTION, needs_place=False)
        self.category("service", Kind.SERVICE, anonymity=Anonymity.NEVER.value)
        self.people: dict[str, Staff] = {
            "reporter": compound.staff(name="张诉求"),
            "neighbour": compound.staff(name="李邻居"),
        }
        self.reporter = compound.client(self.people["reporter"])
        self.neighbour = compound.client(self.people["neighbour"])
        self.officer, self.approver, self.visitor, self.keeper, self.second_keeper = (
            self.client(name, role) for name, role in _ROLES.items()
        )
        self.office: Office = self.new_office("绿化组")
        self.other_office: Office = self.new_office("物业科")
        self.lead = self.new_member("lead", self.office, is_lead=True, name="赵组长")
        self.member = self.new_member("member", self.office, name="钱组员")
        self.mate = self.new_member("mate", self.office, name="孙组员")
        self.outsider = self.new_member("outsider", self.other_office, name="周科员")

    def client(self, name: str, role: str, scope: tuple[ScopeKind, int] = COMPOUND) -> Client:
        """A new member of staff with a role, logged in; kept in `people` under the name."""
        self.people[name] = self.compound.staff(roles={role: scope})
        return self.compound.client(self.people[name])

    def log_in(self) -> None:
        """Log everybody in anew: some days later their sessions have ended."""
        for name, staff in self.people.items():
            setattr(self, name, self.compound.client(staff))

    def category(self, code: str, kind: Kind, **columns: Any) -> Category:
        """A category, named like its code unless a name is given."""
        usual = {"code": code, "name": code, "kind": kind.value}
        self.categories[code] = add(Category(**{**usual, **columns}))
        return self.categories[code]

    def new_office(self, name: str, **columns: Any) -> Office:
        """A handling office."""
        return add(Office(name=name, **columns))

    def new_member(
        self,
        key: str,
        office: Office,
        *,
        is_lead: bool = False,
        scope: tuple[ScopeKind, int] = COMPOUND,
        **columns: Any,
    ) -> Client:
        """Somebody of an office with the role, logged in; kept in `people` under the key."""
        staff = self.compound.staff(roles={"feedback_handler": scope}, **columns)
        self.people[key] = staff
        add(OfficeMember(office_id=office.id, staff_id=staff.id, is_lead=is_lead))
        return self.compound.client(staff)

    def body(self, **fields: Any) -> dict[str, Any]:
        """The body of a report: something in room 101."""
        usual = {
            "category": "snap",
            "place": {"kind": "room", "id": self.room.id},
            "text": "花盆倒了，泥土撒了一地",
        }
        return {**usual, **fields}

    def report(self, by: Client | None = None, **fields: Any) -> int:
        """Submit a report as the reporter; its id."""
        return int((by or self.reporter).post("/feedback/reports", self.body(**fields)).data["id"])

    def do(self, by: Client, report_id: int, verb: str, **body: Any) -> Answer:
        """One verb on a report."""
        return by.post(f"/feedback/reports/{report_id}/{verb}", body)

    def done(self, by: Client, report_id: int, verb: str, **body: Any) -> Any:
        """One verb on a report that succeeds; the report as it is then."""
        return self.do(by, report_id, verb, **body).data

    def accepted(self, **fields: Any) -> int:
        """A new report, 已受理."""
        report_id = self.report(**fields)
        self.done(self.officer, report_id, "accept")
        return report_id

    def assigned(self, **fields: Any) -> int:
        """A new report, 转办 to the first office."""
        report_id = self.accepted(**fields)
        self.done(self.officer, report_id, "assign", office_id=self.office.id)
        return report_id

    def replied(self, **fields: Any) -> int:
        """A new report that its office has replied to: 待评价."""
        report_id = self.assigned(**fields)
        self.done(self.member, report_id, "reply", text="已经收拾好了")
        return report_id

    def rated(self, **fields: Any) -> int:
        """A new report, rated as resolved by its reporter: 已办结."""
        report_id = self.replied(**fields)
        self.done(self.reporter, report_id, "rate", **FIVE)
        return report_id

    def row(self, report_id: int) -> Report:
        """The row as it is now."""
        db.session.rollback()
        found = db.session.get(Report, report_id, populate_existing=True)
        assert found is not None
        return found

    def steps(self, report_id: int) -> list[str]:
        """The steps of its timeline."""
        db.session.rollback()
        events = db.session.query(ReportEvent).filter_by(report_id=report_id).order_by(ReportEvent.id)
        return [event.step for event in events]


FIVE: dict[str, Any] = {"outcome": "resolved", "scores": {"speed": 5, "attitude": 5, "result": 5}}


def add(row: Any) -> Any:
    """Write a row in a unit of work of its own."""

    @atomic
    def write() -> Any:
        db.session.add(row)
        db.session.flush()
        return row

    return write()


@contextmanager
def nothing_changes(desk: Desk, report_id: int) -> Iterator[None]:
    """Prove that what happens inside leaves the report and its timeline as they were."""

    def picture() -> Any:
        row = desk.row(report_id)
        return {column.key: getattr(row, column.key) for column in Report.__table__.c}, desk.steps(report_id)

    before = picture()
    yield
    assert picture() == before


@pytest.fixture
def desk(compound: Compound, worlds: Worlds) -> Iterator[Desk]:
    """A desk, with the clock held on Monday at nine."""
    with clock.at(NINE):
        yield worlds.one(Desk, compound)
