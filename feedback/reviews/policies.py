"""Rules of the monthly bulletins: months, who may do what, and what was published. Pure functions."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from backend.actor import Actor, Permission
from backend.dates import months_after
from backend.documents import issuing
from feedback.reviews.errors import (
    DrafterPublishes,
    ReviewMoved,
    ReviewNotFound,
    ReviewPeriodWrong,
    ReviewStateWrong,
    ReviewTooEarly,
)
from feedback.reviews.models import Review, ReviewState

STATE_NAMES: Final = {
    ReviewState.DRAFT: "草稿",
    ReviewState.SUBMITTED: "待审签",
    ReviewState.RETURNED: "退回修改",
    ReviewState.PUBLISHED: "已发布",
}
EDITABLE: Final = frozenset({ReviewState.DRAFT, ReviewState.RETURNED})
SUBMITTED: Final = frozenset({ReviewState.SUBMITTED})
PUBLISHED: Final = frozenset({ReviewState.PUBLISHED})


def last_day_of(first_day: date) -> date:
    """The last day of the month."""
    return months_after(first_day, 1) - timedelta(days=1)


def ensure_month(first_day: date, *, today: date) -> None:
    """Raise ReviewPeriodWrong unless it begins a month that has begun."""
    if first_day.day != 1 or first_day > today:
        raise ReviewPeriodWrong


def period_name(first_day: date) -> str:
    """`2026年11月`."""
    return f"{first_day.year}年{first_day.month}月"


def title_of(first_day: date) -> str:
    """The heading, as a 公文 is called."""
    return f"关于{period_name(first_day)}服务保障工作情况的通报"


def works_on_reviews(actor: Actor) -> bool:
    """Whether the actor sees bulletins before they are published. They concern the whole compound."""
    return any(
        actor.reach(permission).everywhere
        for permission in (Permission.REVIEWS_MANAGE, Permission.REVIEWS_PUBLISH)
    )


def ensure_may_see(actor: Actor, review: Review | None) -> Review:
    """Everybody sees what is published; the rest is of those who work on it. Raises ReviewNotFound."""
    if review is None or (review.state != ReviewState.PUBLISHED and not works_on_reviews(actor)):
        raise ReviewNotFound
    return review


def ensure_unmoved(review: Review, revision: int) -> None:
    """What is decided on is what was read. Raises ReviewMoved."""
    if review.revision != revision:
        raise ReviewMoved(revision=review.revision)


def ensure_state(review: Review, allowed: frozenset[ReviewState], doing: str) -> None:
    """Raise ReviewStateWrong unless it is in one of these states."""
    state = ReviewState(review.state)
    if state not in allowed:
        raise ReviewStateWrong(state_name=STATE_NAMES[state], doing=doing)


def ensure_over(review: Review, *, today: date) -> None:
    """Raise ReviewTooEarly while the month goes on."""
    if review.last_day >= today:
        raise ReviewTooEarly(last_day=review.last_day.isoformat())


def ensure_may_publish(actor: Actor, review: Review) -> None:
    """Four eyes. Raises DrafterPublishes."""
    if actor.staff_id in (review.drafted_by, review.submitted_by):
        raise DrafterPublishes


def actions(actor: Actor, review: Review) -> list[str]:
    """What the actor may do with it, of edit, refresh, submit, discard, return, publish, correct."""
    drafts = actor.reach(Permission.REVIEWS_MANAGE).everywhere
    state = ReviewState(review.state)
    if state in EDITABLE:
        return ["edit", "refresh", "submit", "discard"] if drafts else []
    if state is ReviewState.SUBMITTED:
        signs = actor.reach(Permission.REVIEWS_PUBLISH).everywhere
        if not signs:
            return []
        is_own = actor.staff_id in (review.drafted_by, review.submitted_by)
        return ["return"] if is_own else ["return", "publish"]
    return ["correct"] if drafts else []


def content_of(review: Review) -> Mapping[str, Any]:
    """All that a published bulletin says."""
    return {
        "first_day": review.first_day.isoformat(),
        "last_day": review.last_day.isoformat(),
        "issue": [review.issue_year, review.issue],
        "version": review.version,
        "correction_reason": review.correction_reason,
        "introduction": review.introduction,
        "problems": review.problems,
        "requirements": review.requirements,
        "figures": review.figures,
    }


def content_hash(review: Review) -> str:
    """The SHA-256 of `content_of` as JSON with sorted keys; anybody can compute it again."""
    return issuing.content_hash(content_of(review))
