"""People who wait for the rooms of the hall."""

from typing import Any

from backend import clock
from backend.db import atomic, db
from backend.notifications.models import InboxMessage
from meeting.bookings import operations as bookings
from meeting.bookings.waitlist.models import Offer
from tests.client import Answer, Client
from tests.meeting.hall import Hall, at


class Queue:
    """`organiser` has the rooms, `first`, `second` and `third` wait for them."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.first = hall.client("first", name="候一")
        self.second = hall.client("second", name="候二")
        self.third = hall.client("third", name="候三")

    def ask(self, by: Client, **fields: Any) -> Answer:
        """Try to wait for the small room today from 14:00 to 15:00, or for what is said."""
        usual = {
            "start": at(14).isoformat(),
            "end": at(15).isoformat(),
            "subject": "候补会",
            **({} if "campus_id" in fields else {"room_id": self.hall.small.id}),
        }
        return by.post("/meeting/waitlist", {**usual, **fields})

    def enter(self, by: Client, **fields: Any) -> int:
        """Wait; the entry's id."""
        answer = self.ask(by, **fields)
        assert answer.status == 201, answer.envelope
        return int(answer.data["id"])

    def do(self, by: Client, entry_id: int, verb: str) -> Answer:
        """One verb on an entry."""
        return by.post(f"/meeting/waitlist/{entry_id}/{verb}")

    def entry(self, by: Client, entry_id: int) -> Any:
        """An entry as its person sees it."""
        return by.get(f"/meeting/waitlist/{entry_id}").data

    def states(self, *entries: tuple[Client, int]) -> list[str]:
        """How these entries stand."""
        return [self.entry(by, entry_id)["state"] for by, entry_id in entries]

    def cancel(self, booking_id: int, by: Client | None = None) -> Answer:
        """Cancel a booking."""
        return self.hall.do(by or self.hall.organiser, booking_id, "cancel", reason="不开了")

    def tidy(self) -> int:
        """The job that records what has lapsed."""
        return atomic(bookings.tidy_lapsed)(clock.now())

    def offers(self) -> list[Offer]:
        """All offers as they are now, in the order in which they were made."""
        db.session.rollback()
        return db.session.query(Offer).order_by(Offer.id).populate_existing().all()

    def told(self, name: str) -> list[str]:
        """What somebody was told, in order."""
        db.session.rollback()
        found = db.session.query(InboxMessage).filter_by(staff_id=self.hall.people[name].id)
        return [message.kind for message in found.order_by(InboxMessage.id)]
