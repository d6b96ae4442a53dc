"""Writes of the monthly bulletins, within an open unit of work."""

from datetime import date, datetime
from typing import Any, Final

from backend.actor import Actor
from backend.documents import issuing
from backend.documents.issuing import Prints
from feedback.reviews import policies
from feedback.reviews.errors import ReviewNotFound
from feedback.reviews.models import Review, ReviewDocument

PRINTS: Final = Prints(ReviewDocument, "media")


def hold() -> None:
    """Let nobody else begin or publish one until the unit ends."""
    issuing.hold(Review)


def lock(review_id: int) -> Review:
    """The bulletin, locked. Raises ReviewNotFound."""
    found = issuing.locked(Review, review_id)
    if found is None:
        raise ReviewNotFound
    return found


def add_draft(
    actor: Actor,
    *,
    first_day: date,
    figures: dict[str, Any],
    at: datetime,
    corrects: Review | None = None,
    reason: str = "",
) -> Review:
    """A new draft; one that corrects another takes over its texts and, at publication, its number."""
    return issuing.add_draft(
        Review,
        actor,
        first_day=first_day,
        last_day=policies.last_day_of(first_day),
        figures=figures,
        at=at,
        corrects=corrects,
        reason=reason,
    )


def publish(review: Review, actor: Actor, *, at: datetime, year: int) -> None:
    """Give it its number and its hash; from then on it never changes. `hold` comes first."""
    issuing.publish(review, actor, at=at, year=year, hash_of=policies.content_hash)
