"""Use cases of bulletins."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from backend import clock
from backend.actor import SYSTEM, Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic, db
from backend.documents import issuing
from backend.rules import queries as rules
from canteen.bulletins import documents, figures, gathering, operations, policies, queries
from canteen.bulletins.errors import BulletinExists, BulletinStateWrong
from canteen.bulletins.models import Bulletin, BulletinKind, BulletinState, Media
from canteen.bulletins.queries import BulletinView
from canteen.bulletins.rules import DRAFTER_MAY_PUBLISH
from canteen.bulletins.titles import STATE_NAMES

_SUBMITTED = frozenset({BulletinState.SUBMITTED})
_PUBLISHED = frozenset({BulletinState.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Document:
    """A bulletin on paper or as a workbook."""

    content: bytes
    name: str
    media: Media


@atomic
def draft(actor: Actor, *, kind: BulletinKind, first_day: date) -> BulletinView:
    """Begin the bulletin of a period with the figures as they stand.

    Raises Forbidden, PeriodWrong or BulletinExists.
    """
    ensure_everywhere(actor, Permission.BULLETINS_MANAGE)
    policies.ensure_period(kind, first_day, today=clock.today())
    operations.hold_bulletins()
    existing = queries.latest(kind, first_day)
    if existing is not None:
        raise BulletinExists(period=policies.period_name(kind, first_day), bulletin_id=existing.id)
    taken = figures.dump(gathering.take(kind, first_day))
    begun = operations.add_draft(actor, kind=kind, first_day=first_day, figures=taken, at=clock.now())
    return _recorded(actor, "canteen.bulletin_drafted", begun)


@atomic
def edit(
    actor: Actor, *, bulletin_id: int, revision: int, introduction: str, problems: str, requirements: str
) -> BulletinView:
    """Change the texts. Raises Forbidden, BulletinNotFound, BulletinStateWrong or BulletinMoved."""
    found = _managed(actor, bulletin_id)
    _ensure_state(found, policies.EDITABLE, "修改")
    policies.ensure_unmoved(found, revision)
    found.introduction, found.problems, found.requirements = introduction, problems, requirements
    found.revision += 1
    return _recorded(actor, "canteen.bulletin_edited", found)


@atomic
def refresh(actor: Actor, *, bulletin_id: int) -> BulletinView:
    """Take the figures anew. Raises Forbidden, BulletinNotFound or BulletinStateWrong."""
    found = _managed(actor, bulletin_id)
    _ensure_state(found, policies.EDITABLE, "重新提取数据")
    found.figures = figures.dump(gathering.take(BulletinKind(found.kind), found.first_day))
    found.figures_at = clock.now()
    found.revision += 1
    return _recorded(actor, "canteen.bulletin_refreshed", found)


@atomic
def submit(actor: Actor, *, bulletin_id: int, revision: int) -> BulletinView:
    """Hand it in to be signed off, once the period is over.

    Raises Forbidden, BulletinNotFound, BulletinStateWrong, BulletinMoved or PeriodNotOver.
    """
    found = _managed(actor, bulletin_id)
    _ensure_state(found, policies.EDITABLE, "送审")
    policies.ensure_unmoved(found, revision)
    policies.ensure_over(found, today=clock.today())
    found.state = BulletinState.SUBMITTED.value
    found.submitted_at, found.submitted_by = clock.now(), actor.staff_id
    found.submitted_by_name = actor.name
    found.revision += 1
    return _recorded(actor, "canteen.bulletin_submitted", found)


@atomic
def return_(actor: Actor, *, bulletin_id: int, opinion: str) -> BulletinView:
    """Give it back with an opinion. Raises Forbidden, BulletinNotFound or BulletinStateWrong."""
    ensure_everywhere(actor, Permission.BULLETINS_PUBLISH)
    found = operations.lock(bulletin_id)
    _ensure_state(found, _SUBMITTED, "退回")
    found.state = BulletinState.RETURNED.value
    found.returned_at, found.returned_by_name, found.opinion = clock.now(), actor.name, opinion
    found.revision += 1
    return _recorded(actor, "canteen.bulletin_returned", found, reason=opinion)


@atomic
def publish(actor: Actor, *, bulletin_id: int, revision: int) -> BulletinView:
    """Sign it off: it gets its number, everybody may read it, and it never changes again.

    Raises Forbidden, BulletinNotFound, BulletinStateWrong, BulletinMoved or DrafterPublishes.
    """
    ensure_everywhere(actor, Permission.BULLETINS_PUBLISH)
    operations.hold_bulletins()
    found = operations.lock(bulletin_id)
    _ensure_state(found, _SUBMITTED, "发布")
    policies.ensure_unmoved(found, revision)
    policies.ensure_may_publish(actor, found, drafter_may=rules.value(DRAFTER_MAY_PUBLISH))
    operations.publish(found, actor, at=clock.now(), year=clock.today().year)
    return _recorded(
        actor, "canteen.bulletin_published", found, issue_no=issuing.issue_no(found), hash=found.content_hash
    )


@atomic
def correct(actor: Actor, *, bulletin_id: int, reason: str) -> BulletinView:
    """Begin the version that corrects a published bulletin, with its texts and the figures of now.

    Raises Forbidden, BulletinNotFound, BulletinStateWrong, or BulletinExists if it is being corrected.
    """
    ensure_everywhere(actor, Permission.BULLETINS_MANAGE)
    operations.hold_bulletins()
    found = operations.lock(bulletin_id)
    _ensure_state(found, _PUBLISHED, "更正")
    kind = BulletinKind(found.kind)
    newest = queries.latest(kind, found.first_day)
    if newest is not None and newest.id != found.id:
        raise BulletinExists(period=policies.period_name(kind, found.first_day), bulletin_id=newest.id)
    begun = operations.add_draft(
        actor,
        kind=kind,
        first_day=found.first_day,
        figures=figures.dump(gathering.take(kind, found.first_day)),
        at=clock.now(),
        corrects=found,
        reason=reason,
    )
    return _recorded(actor, "canteen.bulletin_corrected", begun, reason=reason)


@atomic
def discard(actor: Actor, *, bulletin_id: int) -> None:
    """Drop a draft that nobody has published. Raises Forbidden, BulletinNotFound or BulletinStateWrong."""
    found = _managed(actor, bulletin_id)
    _ensure_state(found, policies.EDITABLE, "删除")
    audit.record(actor, "canteen.bulletin_discarded", "bulletin", found.id, **_facts(found))
    db.session.delete(found)


def document(actor: Actor, *, bulletin_id: int, media: Media) -> Document:
    """The bulletin as a document; a published one is printed once and kept, so that everybody has the same.

    Not within a unit of work. Raises BulletinNotFound.
    """
    found = queries.find(actor, bulletin_id)
    return Document(_content(found, media), documents.file_name(found), media)


def print_missing(limit: int = 20) -> int:
    """Print what is published and nobody has asked for yet; returns how many documents that were."""
    missing = queries.unprinted(limit)
    for bulletin_id, media in missing:
        document(SYSTEM, bulletin_id=bulletin_id, media=media)
    return len(missing)


def _content(found: BulletinView, media: Media) -> bytes:
    if found.state is not BulletinState.PUBLISHED:
        return documents.rendered(found, media)
    once = operations.PRINTS.once
    return once(found.bulletin.id, lambda: documents.rendered(found, media), media=media.value)


def _ensure_state(bulletin: Bulletin, allowed: frozenset[BulletinState], doing: str) -> None:
    state = BulletinState(bulletin.state)
    if state not in allowed:
        raise BulletinStateWrong(state_name=STATE_NAMES[state], doing=doing)


def _managed(actor: Actor, bulletin_id: int) -> Bulletin:
    ensure_everywhere(actor, Permission.BULLETINS_MANAGE)
    return operations.lock(bulletin_id)


def _facts(bulletin: Bulletin) -> dict[str, Any]:
    period = policies.period_code(BulletinKind(bulletin.kind), bulletin.first_day)
    return {"kind": bulletin.kind, "bulletin_period": period, "version_no": bulletin.version}


def _recorded(actor: Actor, action: str, bulletin: Bulletin, **details: Any) -> BulletinView:
    db.session.flush()
    audit.record(actor, action, "bulletin", bulletin.id, **_facts(bulletin), **details)
    return queries.view(actor, bulletin)
