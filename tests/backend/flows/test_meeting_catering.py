"""Meals of a meeting: a reception for its guests, working meals for attendees, and what becomes of them."""

from datetime import time, timedelta
from typing import Any

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from canteen.accounts.models import AccountBalance
from canteen.ordering.models import Order
from tests.canteen.lunch import Lunch
from tests.client import Answer
from tests.factories import MONDAY, NINE, Compound
from tests.meeting.hall import Hall, at


class House:
    """A meeting from 15 to 19 o'clock today, with two attendees, and a canteen with lunch and dinner."""

    def __init__(self, compound: Compound) -> None:
        self.hall = Hall(compound)
        self.lunch = Lunch(compound)
        self.canteen = self.lunch.canteen
        compound.period(self.canteen, "dinner")
        serves_from = clock.at_local(MONDAY, time(17, 30))
        compound.meal(
            self.canteen,
            [(dish, 20) for dish in self.lunch.dishes],
            period="dinner",
            closes_at=at(16),
            serves_from=serves_from,
            serves_until=serves_from + timedelta(hours=1),
        )
        boss = compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, self.canteen.id)})
        self.manager = compound.client(boss)
        for name in ("first", "second"):
            self.hall.client(name, name=name, subsidy_fen=5000)
        self.people = self.hall.people
        self.booked = self.hall.book(
            start=at(15),
            end=at(19),
            attendees=[{"staff_id": self.people[name].id} for name in ("first", "second")],
        )

    @property
    def path(self) -> str:
        return f"/meeting/bookings/{self.booked['id']}"

    def reception(self, **fields: Any) -> Answer:
        """Ask for a dinner for two guests."""
        body = {
            "canteen_id": self.canteen.id,
            "date": MONDAY.isoformat(),
            "period": "dinner",
            "letter_no": "浙办函〔2026〕12号",
            "letter_from": "省机关事务管理局",
            "guests": [{"name": "来宾", "title": "处长"}, {"name": "随员", "title": "科长"}],
            "accompanying": [],
            "standard_fen": 3000,
            "dishes": [{"dish_id": self.lunch.dishes[0].id, "quantity": 4}],
            **fields,
        }
        return self.hall.organiser.post(f"{self.path}/receptions", body)

    def meals(self, *names: str, **fields: Any) -> Answer:
        """Order a dinner for these people."""
        body = {
            "canteen_id": self.canteen.id,
            "date": MONDAY.isoformat(),
            "period": "dinner",
            "diner_ids": [self.people[name].id for name in names],
            "items": [{"dish_id": self.lunch.dishes[0].id, "quantity": 1}],
            **fields,
        }
        return self.hall.organiser.post(f"{self.path}/meals", body)

    def consent(self, name: str) -> None:
        """Let the organiser order for somebody."""
        given = getattr(self, name).post("/canteen/consents", {"staff_no": self.people["organiser"].staff_no})
        assert given.status == 201, given.envelope

    def __getattr__(self, name: str) -> Any:
        return self.lunch.compound.client(self.people[name])

    def states(self) -> dict[str, str]:
        """How each meal stands, by kind and diner."""
        rows = self.hall.organiser.get(f"{self.path}/meals").data["list"]
        return {each["diner"] or each["kind"]: each["state"] for each in rows}

    def told(self) -> list[str]:
        """What the organiser was told."""
        return [each["kind"] for each in self.hall.organiser.get("/inbox").data["messages"]]

    def cancel(self) -> None:
        """Call the meeting off."""
        answer = self.hall.do(self.hall.organiser, self.booked["id"], "cancel", reason="改期")
        assert answer.status == 200, answer.envelope


@pytest.fixture
def house(compound: Compound) -> Any:
    with clock.at(NINE):
        yield House(compound)


def test_guests_dine_as_a_reception_that_the_canteen_approves(house: House) -> None:
    filed = house.reception()
    assert filed.status == 201, filed.envelope
    assert (filed.data["kind_name"], filed.data["state_name"], filed.data["people"]) == (
        "公务接待",
        "待审批",
        2,
    )
    row = house.manager.get(f"/canteen/receptions/{filed.data['meal_id']}").data
    assert (row["purpose"], row["subject"]) == ("meeting", "处务会")
    house.manager.post(f"/canteen/receptions/{row['id']}/approve", {"revision": 1})
    assert house.states() == {"reception": "approved"}


def test_the_canteens_rules_hold_and_only_the_organiser_asks_for_the_meetings_day(house: House) -> None:
    assert house.reception(letter_no="没有公函").error == "canteen.reception_letter_needed"
    other_day = house.reception(date="2026-11-24")
    assert (other_day.status, other_day.error) == (422, "meeting.meal_other_day")
    foreign = house.first.post(f"{house.path}/receptions", {})
    assert foreign.status == 422
    house.consent("first")
    meals = house.first.post(
        f"{house.path}/meals",
        {
            "canteen_id": house.canteen.id,
            "date": MONDAY.isoformat(),
            "period": "dinner",
            "diner_ids": [house.people["first"].id],
            "items": [{"dish_id": house.lunch.dishes[0].id, "quantity": 1}],
        },
    )
    assert (meals.status, meals.error) == (403, "meeting.services_not_yours")
    assert house.states() == {}


def test_the_subject_of_a_confidential_meeting_stays_with_it(house: House) -> None:
    changed = house.hall.organiser.put(house.path, {"is_confidential": True})
    assert changed.status == 200, changed.envelope
    filed = house.reception().data
    assert house.manager.get(f"/canteen/receptions/{filed['meal_id']}").data["subject"] == "内部会议"


def test_working_meals_are_ordered_for_all_or_for_nobody_at_their_own_cost(house: House) -> None:
    house.consent("first")
    refused = house.meals("first", "second")
    assert (refused.status, refused.error) == (409, "meeting.meal_refused")
    assert refused.envelope["data"]["error"] == "canteen.no_consent"
    assert "second" in refused.envelope["msg"]
    assert house.states() == {}
    stranger = house.meals("stranger")
    assert (stranger.status, stranger.error) == (422, "meeting.diner_not_attending")
    house.consent("second")
    assert house.meals("first", "second").status == 201
    assert house.states() == {"first": "booked", "second": "booked"}
    db.session.rollback()
    paid = {(order.staff_id, order.placed_by, order.total_fen) for order in db.session.query(Order)}
    organiser_id = house.people["organiser"].id
    assert paid == {(house.people[name].id, organiser_id, 600) for name in ("first", "second")}


def test_a_meeting_that_is_called_off_takes_its_meals_with_it(house: House) -> None:
    house.consent("first")
    house.meals("first")
    house.reception()
    house.cancel()
    assert house.states() == {"first": "cancelled", "reception": "cancelled"}
    assert "meeting.meals_cancelled" in house.told()
    db.session.rollback()
    balance = db.session.query(AccountBalance).filter_by(staff_id=house.people["first"].id, bucket="subsidy")
    assert balance.one().balance_fen == 5000
    assert [order.cancelled_at is not None for order in db.session.query(Order)] == [True]


def test_what_the_canteen_no_longer_lets_be_cancelled_stands_and_is_told(house: House) -> None:
    house.consent("first")
    house.meals("first")
    house.reception()
    # The reception's lead time has begun at 13:30, the meal may still be cancelled.
    with clock.at(at(14)):
        house.cancel()
        assert house.states() == {"first": "cancelled", "reception": "submitted"}
        assert {"meeting.meals_cancelled", "meeting.meals_stand"} <= set(house.told())


def test_a_meeting_that_moves_tells_that_its_meals_did_not(house: House) -> None:
    house.reception()
    moved = house.hall.organiser.put(house.path, {"start": at(15).isoformat(), "end": at(16).isoformat()})
    assert moved.status == 200, moved.envelope
    assert "meeting.meals_unmoved" in house.told()
    assert house.states() == {"reception": "submitted"}
