"""Reads of the monthly bulletins."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from backend.actor import Actor
from backend.counting import Count
from backend.db import db
from backend.documents import issuing
from backend.paging import Page, paginate
from feedback.reviews import policies
from feedback.reviews.models import Review, ReviewState


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A bulletin; `can` is among edit, refresh, submit, discard, return, publish, correct."""

    review: Review
    state: ReviewState
    state_name: str
    title: str
    issue_no: str
    period_name: str
    can: list[str]

    @property
    def figures(self) -> dict[str, Any]:
        """What it tells."""
        return self.review.figures


def page_reviews(actor: Actor, *, page: int, page_size: int) -> Page:
    """The bulletins, the latest month and version first; drafts for those who work on them."""
    statement = select(Review).order_by(Review.first_day.desc(), Review.version.desc())
    if not policies.works_on_reviews(actor):
        statement = statement.where(Review.state == ReviewState.PUBLISHED.value)
    found = paginate(statement, page=page, page_size=page_size)
    return Page([view(actor, row) for row in found.rows], found.total, page, page_size)


def find(actor: Actor, review_id: int) -> ReviewView:
    """One bulletin. Raises ReviewNotFound."""
    found = db.session.get(Review, review_id, populate_existing=True)
    return view(actor, policies.ensure_may_see(actor, found))


def exported(actor: Actor, review_id: int) -> dict[str, Any]:
    """A bulletin as data: all that its hash is made of, with the hash. Raises ReviewNotFound."""
    found = find(actor, review_id)
    return {
        "title": found.title,
        "issue_no": found.issue_no,
        "state": found.state.value,
        "content": dict(policies.content_of(found.review)),
        "content_hash": found.review.content_hash,
    }


def latest(first_day: date) -> Review | None:
    """The latest version of a month's bulletin."""
    return db.session.scalars(
        select(Review).where(Review.first_day == first_day).order_by(Review.version.desc()).limit(1)
    ).one_or_none()


def to_sign(actor: Actor) -> Count:
    """How many wait for the actor's signature: not what they drafted or handed in themselves."""
    return select(func.count(Review.id)).where(
        Review.state == ReviewState.SUBMITTED.value,
        Review.drafted_by != actor.staff_id,
        Review.submitted_by != actor.staff_id,
    )


def returned() -> Count:
    """How many were given back and wait to be mended."""
    return select(func.count(Review.id)).where(Review.state == ReviewState.RETURNED.value)


def view(actor: Actor, review: Review) -> ReviewView:
    """A row with its words."""
    state = ReviewState(review.state)
    return ReviewView(
        review=review,
        state=state,
        state_name=policies.STATE_NAMES[state],
        title=policies.title_of(review.first_day),
        issue_no=issuing.issue_no(review),
        period_name=policies.period_name(review.first_day),
        can=policies.actions(actor, review),
    )
