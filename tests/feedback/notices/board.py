"""An editor, a campus editor, and people in departments on two campuses."""

from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from feedback.notices.models import DepartmentCampus
from tests.factories import NINE, Compound

EVERYBODY = [{"kind": "everybody"}]


class Board:
    """Clients `editor` (of the compound), `north_editor` (of the campus `north`), `reader` (of 综合处 below
    办公厅, which sits on `north`), `southerner` (of 后勤处, on `south`), `drifter` (of a department without a
    seat). Staff rows are `people[<the same name>]`."""

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        self.north, self.south = compound.campus("北院"), compound.campus("南院")
        self.office = compound.department("办公厅")
        self.general = compound.department("综合处", self.office)
        self.logistics = compound.department("后勤处")
        self.loose = compound.department("工作专班")
        seat(self.office, self.north)
        seat(self.logistics, self.south)
        whole, north = (ScopeKind.COMPOUND, 0), (ScopeKind.CAMPUS, self.north.id)
        self.people = {
            "editor": compound.staff(roles={"notice_editor": whole}, department=self.logistics),
            "north_editor": compound.staff(roles={"notice_editor": north}, department=self.logistics),
            "reader": compound.staff(department=self.general),
            "southerner": compound.staff(department=self.logistics),
            "drifter": compound.staff(department=self.loose),
        }
        for name, staff in self.people.items():
            setattr(self, name, compound.client(staff))

    def draft(self, by=None, **fields):
        """A new draft, to everybody unless said otherwise."""
        body = {"kind": "notice", "title": "关于停水的通知", "body": "周六上午停水。\n请提前储水。"}
        answer = (by or self.editor).post("/feedback/notices", {**body, "audience": EVERYBODY, **fields})
        assert answer.status == 201, answer.envelope
        return answer.data

    def publish(self, notice, by=None, **fields):
        """The answer to its publication."""
        body = {"revision": notice["revision"], **fields}
        return (by or self.editor).post(f"/feedback/notices/{notice['id']}/publish", body)

    def published(self, **fields):
        """A notice that is out."""
        return self.publish(self.draft(**fields)).data

    def act(self, notice, verb, by=None, **fields):
        """The answer to a step on a notice as it was last seen."""
        body = {"revision": notice["revision"], **fields}
        return (by or self.editor).post(f"/feedback/notices/{notice['id']}/{verb}", body)

    def edit(self, notice, by=None, **fields):
        """The answer to saying a notice anew."""
        kept = ("kind", "title", "body", "expires_at", "pinned_until", "revision")
        body = {name: notice[name] for name in kept}
        body["audience"] = [
            {"kind": each["kind"], "target_id": each["target_id"]} for each in notice["audience"]
        ]
        body["photo_ids"] = [each["id"] for each in notice["photos"]]
        body["attachment_ids"] = [each["id"] for each in notice["attachments"]]
        return (by or self.editor).put(f"/feedback/notices/{notice['id']}", {**body, **fields})


def seat(department, campus):
    """Let a department sit on a campus."""

    @atomic
    def write():
        db.session.add(DepartmentCampus(department_id=department.id, campus_id=campus.id))

    write()


def ids(client, **query):
    """Which notices somebody's list shows."""
    return [each["id"] for each in client.get("/feedback/notices", **query).data["list"]]


def later(**span):
    """An instant after nine, as it goes over the wire."""
    return clock.local(NINE + timedelta(**span)).isoformat()


@pytest.fixture
def board(compound):
    """At nine on a Monday."""
    with clock.at(NINE):
        yield Board(compound)
