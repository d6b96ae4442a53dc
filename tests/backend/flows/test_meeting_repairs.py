"""Damage that a check after a meeting found becomes a work order, which settles it."""

from functools import partial
from typing import Any

import pytest

from backend import clock
from backend.db import db
from property.work_orders.models import WorkOrder
from tests.client import Answer, Client
from tests.factories import NINE, Compound
from tests.meeting.hall import Hall, at
from tests.property.estate import Estate
from tests.threads import at_once


class House:
    """A hall whose steward finds a broken chair after a meeting, and the estate that mends it."""

    def __init__(self, compound: Compound) -> None:
        self.estate = Estate(compound)
        self.hall = Hall(compound)
        booked = self.hall.book(start=at(14), services=[{"code": "tea"}])
        self.occurrence_id = booked["occurrences"][0]["id"]

    def fault(self) -> Any:
        """The entry of the checklist."""
        tick = {"phase": "after", "code": "damage", "is_ok": False, "note": "第三排椅子断腿"}
        path = f"/meeting/occurrences/{self.occurrence_id}/checks"
        return self._damage(self.hall.steward.post(path, {"ticks": [tick]}).data)

    def now(self) -> Any:
        """The entry as it stands."""
        return self._damage(self.hall.steward.get(f"/meeting/occurrences/{self.occurrence_id}/checks").data)

    @staticmethod
    def _damage(checklist: Any) -> Any:
        return next(line["item"] for line in checklist["lines"] if line["code"] == "damage")

    def raise_order(self, item_id: int, by: Client | None = None, category: str = "other") -> Answer:
        """Have it mended."""
        path = f"/meeting/check-items/{item_id}/work-order"
        return (by or self.hall.steward).post(path, {"category": category})


@pytest.fixture
def house(compound: Compound) -> Any:
    with clock.at(NINE):
        found = House(compound)
    with clock.at(at(15, 10)):
        yield found


def orders() -> list[WorkOrder]:
    db.session.rollback()
    return db.session.query(WorkOrder).all()


def test_damage_becomes_one_order_at_the_rooms_place_and_is_settled_when_it_is_mended(house: House) -> None:
    item = house.fault()
    raised = house.raise_order(item["id"])
    assert raised.status == 201, raised.envelope
    (order,) = orders()
    assert (order.origin, order.origin_id, order.place_id) == (
        "meeting",
        item["id"],
        house.hall.small.place_id,
    )
    assert "第三排椅子断腿" in order.description
    assert raised.data["order"] == {"id": order.id, "number": order.number}
    # Again it is the same.
    assert house.raise_order(item["id"]).data["order"]["id"] == order.id
    estate = house.estate
    estate.done(estate.dispatcher, order.id, "accept")
    estate.done(estate.dispatcher, order.id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, order.id, "accept")
    estate.done(estate.worker, order.id, "arrive")
    estate.done(estate.worker, order.id, "finish", result="换了椅腿")
    assert house.now()["settled_at"] is None
    estate.done(estate.verifier, order.id, "verify", outcome="resolved")
    assert house.now()["settlement"] == f"维修工单 {order.number} 已完成：换了椅腿"
    assert house.now()["settled_at"] is not None


def test_an_order_that_comes_to_nothing_leaves_the_fault_open_with_a_word(house: House) -> None:
    item = house.fault()
    order_id = house.raise_order(item["id"]).data["order"]["id"]
    house.estate.done(house.estate.dispatcher, order_id, "reject", text="属家具采购")
    assert house.now()["settled_at"] is None
    assert "未予受理" in house.now()["settlement"]


def test_nothing_is_raised_by_strangers_of_unknown_categories_or_for_what_is_settled(house: House) -> None:
    item = house.fault()
    assert house.raise_order(item["id"], house.hall.organiser).status == 404
    reader = house.raise_order(item["id"], house.hall.reader)
    assert (reader.status, reader.error) == (403, "meeting.check_not_yours")
    assert house.raise_order(item["id"], category="unknown").status == 404
    house.hall.steward.post(f"/meeting/check-items/{item['id']}/settle", {"text": "当场钉好"})
    settled = house.raise_order(item["id"])
    assert (settled.status, settled.error) == (409, "meeting.fault_settled")
    assert house.raise_order(999).status == 404
    assert orders() == []


def test_of_many_at_once_one_order_is_raised(house: House) -> None:
    item = house.fault()
    answers = at_once([partial(house.raise_order, item["id"])] * 4)
    assert {answer.status for answer in answers} == {201}
    assert len(orders()) == 1
