"""What the bookings, which stand above, do for the rooms: say what is booked, and give it up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend.actor import Actor


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that stands in the way of a closure. `subject` is as the actor may read it."""

    occurrence_id: int
    booking_id: int
    room_id: int
    organiser_id: int
    department_id: int
    start_at: datetime
    end_at: datetime
    subject: str
    organiser: str


class Bookings(Protocol):
    """What the bookings offer to the rooms; all within an open unit of work, with the rooms locked."""

    def meetings(
        self, actor: Actor, atom_ids: Collection[int], from_at: datetime, until_at: datetime
    ) -> list[Meeting]:
        """The meetings that keep any of these atoms within a span, by their beginning."""

    def is_held(self, room_id: int) -> bool:
        """Whether any meeting of this room, or an offer of it, keeps it now or later."""

    def displace(self, actor: Actor, meetings: Sequence[Meeting], reason: str) -> None:
        """Cancel these meetings, tell who organises them, and offer them something else."""


_bookings: list[Bookings] = []


def follow(bookings: Bookings) -> None:
    """Name who answers for the bookings, once, when the application is put together."""
    _bookings[:] = [bookings]


def bookings() -> Bookings:
    """Who answers for the bookings."""
    if not _bookings:
        raise RuntimeError("nobody has said how rooms are booked")
    return _bookings[0]
