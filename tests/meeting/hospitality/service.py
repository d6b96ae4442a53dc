"""The hospitality of a hall: its stock, its stewards and their tasks."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from backend.db import db
from meeting.hospitality.catalogue.models import Item
from meeting.rooms.models import Equipment, MeetingRoom, RoomEquipment
from tests.client import Answer, Client
from tests.meeting.hall import Hall


class Service:
    """What the tests of hospitality do again and again; `approver` of the hall manages it."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall

    def services(self, booking_id: int, by: Client | None = None) -> Any:
        """What was ordered for a booking."""
        return (by or self.hall.organiser).get(f"/meeting/bookings/{booking_id}/services").data

    def order(self, booking_id: int, *codes: str, by: Client | None = None, **fields: Any) -> Answer:
        """Let all meetings of a booking have these services."""
        body = {"services": [{"code": code} for code in codes], **fields}
        return (by or self.hall.organiser).put(f"/meeting/bookings/{booking_id}/services", body)

    def tasks(self, by: Client | None = None, **query: Any) -> Any:
        """Tasks as a steward sees them."""
        query = {"page_size": 100, **query}
        return (by or self.hall.steward).get("/meeting/tasks", **query).data["list"]

    def task(self, title: str, **query: Any) -> Any:
        """The one task of this title among all from today on."""
        found = [each for each in self.tasks(scope="all", **query) if each["title"] == title]
        assert len(found) == 1, found
        return found[0]

    def do(self, by: Client, task: Any, verb: str, **body: Any) -> Answer:
        """One verb on a task."""
        return by.post(f"/meeting/tasks/{task['id']}/{verb}", body)

    def steward(self, name: str) -> Client:
        """One more steward, logged in."""
        return self.hall.client(name, "meeting_steward", name=name)

    def item_id(self, code: str) -> int:
        """The item of a code."""
        return db.session.scalars(select(Item.id).where(Item.code == code)).one()

    def try_stock(self, code: str, count: int) -> Answer:
        """Say how many the hall's campus has."""
        body = {"campus_id": self.hall.campus.id, "count": count}
        return self.hall.approver.put(f"/meeting/items/{self.item_id(code)}/stock", body)

    def stock(self, code: str, count: int) -> None:
        """The hall's campus has so many."""
        assert self.try_stock(code, count).status == 200

    def free(self, code: str, start: datetime, end: datetime) -> Any:
        """How many of an item are free all of a time."""
        query = {"campus_id": self.hall.campus.id, "start": start.isoformat(), "end": end.isoformat()}
        rows = self.hall.approver.get("/meeting/items/availability", **query).data["list"]
        return next(each for each in rows if each["item_id"] == self.item_id(code))

    def equip(self, room: MeetingRoom, code: str) -> None:
        """A room has equipment of its own."""
        equipment_id = db.session.scalars(select(Equipment.id).where(Equipment.code == code)).one()
        self.hall.furnish(RoomEquipment(room_id=room.id, equipment_id=equipment_id, count=1))


@pytest.fixture
def hospitality(hall: Hall) -> Service:
    """The hospitality of the hall."""
    return Service(hall)
