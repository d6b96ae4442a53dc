"""Use cases of the monthly bulletins. A flow hands in how figures are taken, and makes known what is out."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic, db
from feedback.reviews import documents, operations, policies, queries
from feedback.reviews.errors import ReviewExists
from feedback.reviews.models import Media, Review, ReviewState
from feedback.reviews.queries import ReviewView

# The figures of the month that begins on this day, as they stand now, as plain JSON.
Take: TypeAlias = Callable[[date], dict[str, Any]]
# Makes it known that a bulletin was published, within the unit.
Announce: TypeAlias = Callable[[Actor, ReviewView], None]

MANAGE, PUBLISH = Permission.REVIEWS_MANAGE, Permission.REVIEWS_PUBLISH


@atomic
def draft(actor: Actor, *, first_day: date, take: Take) -> ReviewView:
    """Begin the bulletin of a month with its figures of now.

    Raises Forbidden, ReviewPeriodWrong or ReviewExists.
    """
    ensure_everywhere(actor, MANAGE)
    policies.ensure_month(first_day, today=clock.today())
    operations.hold()
    standing = queries.latest(first_day)
    if standing is not None:
        raise ReviewExists(period=policies.period_name(first_day), review_id=standing.id)
    begun = operations.add_draft(actor, first_day=first_day, figures=take(first_day), at=clock.now())
    return _recorded(actor, "review_drafted", begun)


@atomic
def edit(
    actor: Actor,
    *,
    review_id: int,
    revision: int,
    introduction: str = "",
    problems: str = "",
    requirements: str = "",
) -> ReviewView:
    """Change the texts. Raises Forbidden, ReviewNotFound, ReviewStateWrong or ReviewMoved."""
    found = _drafted(actor, review_id, "修改")
    policies.ensure_unmoved(found, revision)
    found.introduction, found.problems, found.requirements = introduction, problems, requirements
    found.revision += 1
    return _recorded(actor, "review_edited", found)


@atomic
def refresh(actor: Actor, *, review_id: int, take: Take) -> ReviewView:
    """Take the figures anew. Raises Forbidden, ReviewNotFound or ReviewStateWrong."""
    found = _drafted(actor, review_id, "重新提取数据")
    found.figures, found.figures_at = take(found.first_day), clock.now()
    found.revision += 1
    return _recorded(actor, "review_refreshed", found)


@atomic
def submit(actor: Actor, *, review_id: int, revision: int) -> ReviewView:
    """Hand it in to be signed off, once the month is over; its figures are those that were read.

    Raises Forbidden, ReviewNotFound, ReviewStateWrong, ReviewMoved or ReviewTooEarly.
    """
    found = _drafted(actor, review_id, "送审")
    policies.ensure_unmoved(found, revision)
    policies.ensure_over(found, today=clock.today())
    found.state = ReviewState.SUBMITTED.value
    found.submitted_at, found.submitted_by = clock.now(), actor.staff_id
    found.submitted_by_name = actor.name
    found.revision += 1
    return _recorded(actor, "review_submitted", found)


@atomic
def return_(actor: Actor, *, review_id: int, opinion: str) -> ReviewView:
    """Give it back with an opinion. Raises Forbidden, ReviewNotFound or ReviewStateWrong."""
    ensure_everywhere(actor, PUBLISH)
    found = operations.lock(review_id)
    policies.ensure_state(found, policies.SUBMITTED, "退回")
    found.state, found.opinion = ReviewState.RETURNED.value, opinion
    found.revision += 1
    return _recorded(actor, "review_returned", found, reason=opinion)


@atomic
def publish(actor: Actor, *, review_id: int, revision: int, announce: Announce) -> ReviewView:
    """Sign it off: it gets its number, everybody may read it and hears of it, and it never changes again.

    Raises Forbidden, ReviewNotFound, ReviewStateWrong, ReviewMoved or DrafterPublishes.
    """
    ensure_everywhere(actor, PUBLISH)
    operations.hold()
    found = operations.lock(review_id)
    policies.ensure_state(found, policies.SUBMITTED, "发布")
    policies.ensure_unmoved(found, revision)
    policies.ensure_may_publish(actor, found)
    operations.publish(found, actor, at=clock.now(), year=clock.today().year)
    shown = queries.view(actor, found)
    announce(actor, shown)
    return _recorded(actor, "review_published", found, issue_no=shown.issue_no, hash=found.content_hash)


@atomic
def correct(actor: Actor, *, review_id: int, reason: str, take: Take) -> ReviewView:
    """Begin the version that corrects a published bulletin, with its texts and the figures of now.

    Raises Forbidden, ReviewNotFound, ReviewStateWrong, or ReviewExists if it is being corrected.
    """
    ensure_everywhere(actor, MANAGE)
    operations.hold()
    found = operations.lock(review_id)
    policies.ensure_state(found, policies.PUBLISHED, "更正")
    newest = queries.latest(found.first_day)
    if newest is not None and newest.id != found.id:
        raise ReviewExists(period=policies.period_name(found.first_day), review_id=newest.id)
    begun = operations.add_draft(
        actor,
        first_day=found.first_day,
        figures=take(found.first_day),
        at=clock.now(),
        corrects=found,
        reason=reason,
    )
    return _recorded(actor, "review_corrected", begun, reason=reason)


@atomic
def discard(actor: Actor, *, review_id: int) -> None:
    """Drop a draft that nobody has published. Raises Forbidden, ReviewNotFound or ReviewStateWrong."""
    found = _drafted(actor, review_id, "删除")
    audit.record(actor, "feedback.review_discarded", "service_review", found.id, **_facts(found))
    db.session.delete(found)


def document(actor: Actor, *, review_id: int, media: Media) -> tuple[bytes, str]:
    """The bulletin as PDF or workbook, with its name; a published one is printed once and kept.

    Not within a unit of work. Raises ReviewNotFound.
    """
    found = queries.find(actor, review_id)
    name = documents.file_name(found)
    if found.state is not ReviewState.PUBLISHED:
        return documents.rendered(found, media), name
    once = operations.PRINTS.once
    return once(found.review.id, lambda: documents.rendered(found, media), media=media.value), name


def _drafted(actor: Actor, review_id: int, doing: str) -> Review:
    """A draft, locked, for whoever drafts."""
    ensure_everywhere(actor, MANAGE)
    found = operations.lock(review_id)
    policies.ensure_state(found, policies.EDITABLE, doing)
    return found


def _facts(review: Review) -> dict[str, Any]:
    return {"bulletin_period": policies.period_name(review.first_day), "version_no": review.version}


def _recorded(actor: Actor, action: str, review: Review, **details: Any) -> ReviewView:
    db.session.flush()
    audit.record(actor, f"feedback.{action}", "service_review", review.id, **_facts(review), **details)
    return queries.view(actor, review)
