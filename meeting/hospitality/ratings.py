"""Rating the hospitality of a meeting: by who organised or booked it, once, and never demanded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, select

from backend import clock
from backend.actor import Actor
from backend.db import atomic, db
from backend.ratings import operations as rating_operations
from backend.ratings import queries as rating_queries
from backend.ratings.errors import AlreadyRated
from backend.ratings.models import Rating
from backend.ratings.policies import Dimension, Service
from backend.ratings.queries import OwnRating
from backend.rules import queries as rule_queries
from meeting.bookings import moving, people
from meeting.bookings import queries as bookings
from meeting.bookings.errors import OccurrenceNotFound
from meeting.bookings.models import Occurrence, State
from meeting.hospitality import orders
from meeting.hospitality.errors import NotOfMeeting, OccurrenceNeeded, RatingClosed
from meeting.hospitality.models import Task
from meeting.hospitality.rules import RATING_DAYS
from meeting.rooms import queries as rooms

# Who is judged, in the ledger of ratings: the hospitality of a campus, never a steward.
CAMPUS: Final = "meeting_campus"
HOSPITALITY: Final = Service(
    "meeting.hospitality",
    "会务服务",
    dimensions=(
        Dimension("preparation", "会前准备"),
        Dimension("service", "会中服务"),
        Dimension("equipment", "设备保障"),
    ),
)


@dataclass(frozen=True, slots=True)
class MeetingRating:
    """Whether one's own meeting can be rated now, until when, in what, and how it was."""

    occurrence_id: int
    can_rate: bool
    closes_at: datetime | None
    dimensions: Sequence[Dimension]
    rating: OwnRating | None


def get_rating(actor: Actor, *, booking_id: int, occurrence_id: int | None = None) -> MeetingRating:
    """How the actor rated a meeting, or whether they may. Raises BookingNotFound or OccurrenceNotFound."""
    booking, occurrences = bookings.find(actor, booking_id)
    occurrence = _meant(occurrences, occurrence_id)
    who = people.standing(actor, booking, occurrence)
    own = rating_queries.find_own(actor, service=HOSPITALITY.key, subject_id=occurrence.id)
    is_possible = who.owns and _is_open(occurrence) and not _is_rated(occurrence.id)
    return MeetingRating(occurrence.id, is_possible, _closes_at(occurrence), HOSPITALITY.dimensions, own)


@atomic
def rate(
    actor: Actor,
    *,
    booking_id: int,
    scores: Mapping[str, int],
    occurrence_id: int | None = None,
    text: str = "",
) -> MeetingRating:
    """Say how one's meeting was served; of organiser and booker whoever comes first.

    Raises BookingNotFound, OccurrenceNotFound, OccurrenceNeeded, NotOfMeeting, RatingClosed, AlreadyRated,
    OwnWork or InvalidScores.
    """
    booking, occurrences = bookings.find(actor, booking_id)
    meant = _meant(occurrences, occurrence_id)
    if not people.standing(actor, booking, meant).owns:
        raise NotOfMeeting
    occurrence = moving.locked_occurrences(ids=[meant.id])[0]
    if _is_rated(occurrence.id):
        raise AlreadyRated
    if not _is_open(occurrence):
        raise RatingClosed(days=rule_queries.value(RATING_DAYS))
    rating_operations.rate(
        actor,
        service=HOSPITALITY.key,
        subject_id=occurrence.id,
        cycle=0,
        provider_kind=CAMPUS,
        provider_id=rooms.find(occurrence.room_id).campus_id,
        served_on=clock.local(occurrence.start_at).date(),
        scores=scores,
        text=text,
        handler_ids=_stewards_of(occurrence.id),
        is_anonymous=False,
    )
    return get_rating(actor, booking_id=booking_id, occurrence_id=occurrence.id)


def _meant(occurrences: Sequence[Occurrence], occurrence_id: int | None) -> Occurrence:
    """The meeting that is meant; without a word the only one, or the latest that is over."""
    if occurrence_id is not None:
        found = next((each for each in occurrences if each.id == occurrence_id), None)
        if found is None:
            raise OccurrenceNotFound
        return found
    if len(occurrences) == 1:
        return occurrences[0]
    over = [each for each in occurrences if _is_over(each)]
    if not over:
        raise OccurrenceNeeded
    return over[-1]


def _is_over(occurrence: Occurrence) -> bool:
    has_taken_place = occurrence.state in (State.BOOKED, State.IN_USE) and occurrence.end_at <= clock.now()
    return occurrence.state == State.ENDED or has_taken_place


def _closes_at(occurrence: Occurrence) -> datetime | None:
    if not _is_over(occurrence):
        return None
    return occurrence.end_at + timedelta(days=rule_queries.value(RATING_DAYS))


def _is_open(occurrence: Occurrence) -> bool:
    """Whether the meeting took place, was served, and not too long ago."""
    closes_at = _closes_at(occurrence)
    if closes_at is None or clock.now() >= closes_at:
        return False
    return bool(orders.lines_of([occurrence.id])[occurrence.id])


def _is_rated(occurrence_id: int) -> bool:
    statement = select(exists().where(Rating.service == HOSPITALITY.key, Rating.subject_id == occurrence_id))
    return bool(db.session.scalar(statement))


def _stewards_of(occurrence_id: int) -> set[int]:
    statement = select(Task.done_by).where(Task.occurrence_id == occurrence_id, Task.done_by.is_not(None))
    return {staff_id for staff_id in db.session.scalars(statement) if staff_id is not None}
