"""The public wall (公示墙): handled cases in the desk's words, with pictures on which nobody is to be known.

Only a person puts something there, and only of a case that was handled, in a category that allows it, whose
reporter agreed, and whose texts and photos were found clean by WeChat or by a person.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.media import queries as media
from backend.media import services as media_services
from backend.media.errors import PhotoNotFound
from backend.media.links import PhotoLinks
from backend.media.policies import Box
from feedback.categories.models import Category
from feedback.moderation import following
from feedback.moderation import queries as moderation
from feedback.reports import moving, people, policies, queries, views, wall
from feedback.reports.errors import AlreadyPublished, NotPublishable, NotPublished
from feedback.reports.models import Report
from feedback.reports.policies import Step, Verb
from feedback.reports.refusals import leaving_trace
from feedback.reports.views import ReportView


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo of the report for the wall, and what is blacked out of it; nothing, if the desk says so."""

    photo_id: int
    boxes: Sequence[Box]


@dataclass(frozen=True, slots=True)
class Original:
    """A photo of the report; width and height of its full size, in pixels."""

    photo_id: int
    width: int
    height: int
    links: PhotoLinks


@dataclass(frozen=True, slots=True)
class Draft:
    """What the desk has to know to put a report on the wall; `obstacle` is why it may not, or empty."""

    report_id: int
    number: str
    text: str
    reply: str
    photos: Sequence[Original]
    obstacle: str
    published_at: datetime | None
    published_text: str
    published_photos: Sequence[PhotoLinks]


def draft(actor: Actor, report_id: int) -> Draft:
    """What the wall could show of a report, and what it shows. Raises ReportNotFound or ReportNotYours."""
    report = queries.find(actor, report_id)
    policies.ensure(people.standing(actor, report).triages)
    own, shown = (
        media.photos_of_owners(kind, [report.id]).get(report.id, [])
        for kind in (policies.PHOTOS, policies.PHOTOS_PUBLIC)
    )
    sizes = media.sizes_of([photo.id for photo in own])
    return Draft(
        report_id=report.id,
        number=report.number,
        text=report.text,
        reply=report.reply,
        photos=[Original(photo.id, *sizes[photo.id], photo.links) for photo in own],
        obstacle=_obstacle(report),
        published_at=report.published_at,
        published_text=wall.text_of(report),
        published_photos=[photo.links for photo in shown],
    )


def publish(actor: Actor, report_id: int, *, text: str, photos: Sequence[Shown] = ()) -> ReportView:
    """Put a handled case on the wall, with redacted copies of some of its photos; the originals stay private.

    The copies are drawn before anything is written. Raises ReportNotFound, ReportNotYours, ReportState,
    NotPublishable, AlreadyPublished, PhotoNotFound, BoxOutside, TooManyBoxes or StoreUnavailable.
    """
    report = queries.find(actor, report_id)
    copies: list[int] = []
    # What may not be published is refused below, with a trace; nobody draws for it.
    if people.standing(actor, report).triages and not _obstacle(report):
        _ensure_theirs(report, [each.photo_id for each in photos])
        copies = [media_services.redact(actor, each.photo_id, each.boxes).id for each in photos]
    sources = [{"photo_id": each.photo_id, "boxes": [asdict(box) for box in each.boxes]} for each in photos]
    return publish_prepared(actor, report_id, text=text, copies=copies, sources=sources)


@leaving_trace(Verb.UNPUBLISH)
def unpublish(actor: Actor, report_id: int, *, text: str = "") -> ReportView:
    """Take a case off the wall. Raises ReportNotFound, ReportNotYours or NotPublished."""
    report, who = people.entering_any(actor, report_id)
    policies.ensure(who.triages)
    now = clock.now()
    if not wall.take_down(actor, report, at=now):
        raise NotPublished
    moving.note(actor, report, Step.UNPUBLISH, text=text, at=now, is_public=False)
    return views.view(actor, report)


@leaving_trace(Verb.PUBLISH)
def publish_prepared(
    actor: Actor, report_id: int, *, text: str, copies: Sequence[int], sources: list[dict[str, Any]]
) -> ReportView:
    """As `publish`, with copies that were drawn already; `sources` say of what, and what was blacked out."""
    report, who = people.entering_in(actor, report_id, policies.DONE)
    policies.ensure(who.triages)
    if report.published_at is not None:
        raise AlreadyPublished
    _ensure_allowed(report)
    now = clock.now()
    wall.put_up(actor, report, text=text, copies=copies, sources=sources, at=now)
    moving.note(actor, report, Step.PUBLISH, at=now)
    return views.view(actor, report)


def _obstacle(report: Report) -> str:
    """Why a report may not be put on the wall now; empty if it may."""
    if report.published_at is not None:
        return AlreadyPublished().msg
    if report.state not in policies.DONE:
        return policies.refusal(report.state).msg
    try:
        _ensure_allowed(report)
    except NotPublishable as refusal:
        return refusal.msg
    return ""


def _ensure_allowed(report: Report) -> None:
    """Raise NotPublishable unless category, reporter and moderation allow the wall."""
    category = db.session.get(Category, report.category_id)
    if category is None or not category.is_wall_allowed:
        raise NotPublishable(why="该类诉求不上墙公示", reason="category")
    if not report.is_wall_consented:
        raise NotPublishable(why="提交人未同意公示", reason="consent")
    if not moderation.standing(policies.PHOTOS, report.id).is_clean:
        raise NotPublishable(why="内容审核尚未通过", reason="moderation")


def _ensure_theirs(report: Report, photo_ids: Sequence[int]) -> None:
    """Raise PhotoNotFound for a photo that is not the report's own."""
    own = {photo.id for photo in media.photos_of_owners(policies.PHOTOS, [report.id]).get(report.id, [])}
    if not own.issuperset(photo_ids):
        raise PhotoNotFound


def _follow_refusal(actor: Actor, report_id: int) -> None:
    """What a person finds unfit after all does not stay on the wall."""
    now = clock.now()
    for report in moving.locked_all([report_id]):
        if wall.take_down(actor, report, at=now):
            moving.note(actor, report, Step.UNPUBLISH, at=now, is_public=False)


following.follow(policies.PHOTOS, _follow_refusal)
