"""What the bookings do for the rooms: say which meetings stand in the way of a closure, and cancel them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select

from backend import clock
from backend.actor import Actor
from backend.dates import day_text
from backend.db import db, unit
from meeting.bookings import availability, boards, moving, telling
from meeting.bookings.availability import Suggestion
from meeting.bookings.messages import CANCELLED, ROOM_CLOSED
from meeting.bookings.models import Hold, Occurrence, State
from meeting.bookings.policies import Step
from meeting.rooms import queries as rooms
from meeting.rooms.following import Meeting, follow


class BookedRooms:
    """`meeting.rooms.following.Bookings` by the tables of the bookings."""

    def meetings(
        self, actor: Actor, atom_ids: Collection[int], from_at: datetime, until_at: datetime
    ) -> list[Meeting]:
        """The meetings to come that keep any of these atoms within a span, by their beginning.

        One that goes on already is left to its end.
        """
        unit()
        concerned = {
            room.id for room in rooms.all_rooms().values() if not set(room.atom_ids).isdisjoint(atom_ids)
        }
        now = clock.now()
        found = boards.meetings_in(concerned, from_at, until_at, actor, states=(State.PENDING, State.BOOKED))
        return [
            Meeting(
                occurrence_id=shown.occurrence_id,
                booking_id=shown.booking_id,
                room_id=shown.room_id,
                organiser_id=shown.organiser_id,
                department_id=shown.department_id,
                start_at=shown.start_at,
                end_at=shown.end_at,
                subject=shown.subject,
                organiser=shown.organiser,
            )
            for shown in found
            if shown.start_at > now
        ]

    def is_held(self, room_id: int) -> bool:
        """Whether any meeting of this room, or an offer of it, keeps it now or later."""
        unit()
        now = clock.now()
        by_offer = and_(Hold.offer_id.is_not(None), Hold.room_id.in_(rooms.find(room_id).atom_ids))
        found = (
            select(Hold.id)
            .outerjoin(Occurrence, Occurrence.id == Hold.occurrence_id)
            .where(
                or_(Occurrence.room_id == room_id, by_offer),
                Hold.hold_to > now,
                or_(Hold.lapses_at.is_(None), Hold.lapses_at > now),
            )
        )
        return db.session.execute(found.limit(1)).first() is not None

    def displace(self, actor: Actor, meetings: Sequence[Meeting], reason: str) -> None:
        """Cancel these meetings, tell who organises them, and offer them something else."""
        now = clock.now()
        of_booking: defaultdict[int, list[int]] = defaultdict(list)
        for meeting in meetings:
            of_booking[meeting.booking_id].append(meeting.occurrence_id)
        for booking_id in sorted(of_booking):
            booking = moving.locked(booking_id)
            occurrences = moving.locked_occurrences(ids=of_booking[booking_id])
            moving.move_all(actor, occurrences, Step.CANCEL, text=reason, at=now)
            instead = _instead(min(occurrences, key=lambda each: each.start_at))
            telling.tell_organiser(
                booking, occurrences, ROOM_CLOSED, event="closed", why=reason, instead=instead
            )
            telling.tell_attendees(booking, occurrences, CANCELLED, event="cancelled", why=reason)


def _instead(occurrence: Occurrence) -> str:
    """What who organises a meeting could have instead, in words."""
    found = availability.alternatives(
        rooms.subject(occurrence.organiser_id, occurrence.department_id),
        rooms.find(occurrence.room_id),
        occurrence.start_at,
        occurrence.end_at,
        headcount=occurrence.headcount,
    )
    return in_words(found)


def in_words(found: Sequence[Suggestion]) -> str:
    """Suggestions as a message names them: `可改用：202 会议室（11月23日10:00）、…`."""
    if not found:
        return "暂无可替代的会议室，请另行安排"
    told = []
    for one in found:
        start = clock.local(one.start)
        told.append(f"{one.room.name}（{day_text(start)}{start:%H:%M}）")
    return "可改用：" + "、".join(told)


follow(BookedRooms())
