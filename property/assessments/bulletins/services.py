"""Use cases of the bulletins."""

from datetime import date
from typing import Any

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic, db
from backend.documents import issuing
from backend.rules import queries as rules
from property.assessments.bulletins import documents, figures, operations, policies, queries
from property.assessments.bulletins.queries import BulletinView
from property.assessments.errors import BulletinExists, BulletinStateWrong
from property.assessments.models import BulletinKind, BulletinState, ContractorBulletin
from property.assessments.rules import DRAFTER_MAY_PUBLISH
from property.assessments.titles import BULLETIN_STATE_NAMES

ASSESS, REVIEW = Permission.CONTRACTORS_ASSESS, Permission.CONTRACTORS_REVIEW
_SUBMITTED = frozenset({BulletinState.SUBMITTED})
_PUBLISHED = frozenset({BulletinState.PUBLISHED})


@atomic
def draft(actor: Actor, *, kind: BulletinKind, first_day: date) -> BulletinView:
    """Begin the bulletin of a period with its figures of now.

    Raises Forbidden, BulletinPeriodWrong or BulletinExists.
    """
    ensure_everywhere(actor, ASSESS)
    policies.ensure_period(kind, first_day, today=clock.today())
    operations.hold_bulletins()
    standing = queries.latest(kind, first_day)
    if standing is not None:
        raise BulletinExists(period=policies.period_name(kind, first_day), bulletin_id=standing.id)
    begun = operations.add_draft(
        actor, kind=kind, first_day=first_day, figures=figures.take(kind, first_day), at=clock.now()
    )
    return _recorded(actor, "bulletin_drafted", begun)


@atomic
def edit(
    actor: Actor,
    *,
    bulletin_id: int,
    revision: int,
    introduction: str = "",
    problems: str = "",
    requirements: str = "",
) -> BulletinView:
    """Change the texts. Raises Forbidden, BulletinNotFound, BulletinStateWrong or BulletinMoved."""
    found = _drafted(actor, bulletin_id, "修改")
    policies.ensure_unmoved(found, revision)
    found.introduction, found.problems, found.requirements = introduction, problems, requirements
    found.revision += 1
    return _recorded(actor, "bulletin_edited", found)


@atomic
def refresh(actor: Actor, *, bulletin_id: int) -> BulletinView:
    """Take the figures anew. Raises Forbidden, BulletinNotFound or BulletinStateWrong."""
    found = _drafted(actor, bulletin_id, "重新提取数据")
    _take(found)
    found.revision += 1
    return _recorded(actor, "bulletin_refreshed", found)


@atomic
def submit(actor: Actor, *, bulletin_id: int, revision: int) -> BulletinView:
    """Hand it in to be signed off, once all months of the period are locked; its figures are those of now.

    Raises Forbidden, BulletinNotFound, BulletinStateWrong, BulletinMoved or BulletinTooEarly.
    """
    found = _drafted(actor, bulletin_id, "送审")
    policies.ensure_unmoved(found, revision)
    missing = figures.missing(BulletinKind(found.kind), found.first_day)
    policies.ensure_complete(found, missing, today=clock.today())
    _take(found)
    found.state = BulletinState.SUBMITTED.value
    found.submitted_at, found.submitted_by = clock.now(), actor.staff_id
    found.submitted_by_name = actor.name
    found.revision += 1
    return _recorded(actor, "bulletin_submitted", found)


@atomic
def return_(actor: Actor, *, bulletin_id: int, opinion: str) -> BulletinView:
    """Give it back with an opinion. Raises Forbidden, BulletinNotFound or BulletinStateWrong."""
    ensure_everywhere(actor, REVIEW)
    found = operations.lock(bulletin_id)
    _ensure_state(found, _SUBMITTED, "退回")
    found.state, found.opinion = BulletinState.RETURNED.value, opinion
    found.revision += 1
    return _recorded(actor, "bulletin_returned", found, reason=opinion)


@atomic
def publish(actor: Actor, *, bulletin_id: int, revision: int) -> BulletinView:
    """Sign it off: it gets its number, and never changes again.

    Raises Forbidden, BulletinNotFound, BulletinStateWrong, BulletinMoved or DrafterPublishes.
    """
    ensure_everywhere(actor, REVIEW)
    operations.hold_bulletins()
    found = operations.lock(bulletin_id)
    _ensure_state(found, _SUBMITTED, "发布")
    policies.ensure_unmoved(found, revision)
    policies.ensure_may_publish(actor, found, drafter_may=rules.value(DRAFTER_MAY_PUBLISH))
    operations.publish(found, actor, at=clock.now(), year=clock.today().year)
    return _recorded(
        actor, "bulletin_published", found, issue_no=issuing.issue_no(found), hash=found.content_hash
    )


@atomic
def correct(actor: Actor, *, bulletin_id: int, reason: str) -> BulletinView:
    """Begin the version that corrects a published bulletin, with its texts and the figures of now.

    Raises Forbidden, BulletinNotFound, BulletinStateWrong, or BulletinExists if it is being corrected.
    """
    ensure_everywhere(actor, ASSESS)
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
        figures=figures.take(kind, found.first_day),
        at=clock.now(),
        corrects=found,
        reason=reason,
    )
    return _recorded(actor, "bulletin_corrected", begun, reason=reason)


@atomic
def discard(actor: Actor, *, bulletin_id: int) -> None:
    """Drop a draft that nobody has published. Raises Forbidden, BulletinNotFound or BulletinStateWrong."""
    found = _drafted(actor, bulletin_id, "删除")
    audit.record(actor, "property.bulletin_discarded", "contractor_bulletin", found.id, **_facts(found))
    db.session.delete(found)


def document(actor: Actor, *, bulletin_id: int) -> tuple[bytes, str]:
    """The bulletin as PDF with its title; a published one is printed once and kept.

    Not within a unit of work. Raises BulletinNotFound.
    """
    found = queries.find(actor, bulletin_id)
    name = documents.file_name(found)
    if found.state is not BulletinState.PUBLISHED:
        return documents.bulletin_pdf(found), name
    return operations.PRINTS.once(found.bulletin.id, lambda: documents.bulletin_pdf(found)), name


def _take(found: ContractorBulletin) -> None:
    found.figures = figures.take(BulletinKind(found.kind), found.first_day)
    found.figures_at = clock.now()


def _drafted(actor: Actor, bulletin_id: int, doing: str) -> ContractorBulletin:
    """A draft, locked, for whoever drafts."""
    ensure_everywhere(actor, ASSESS)
    found = operations.lock(bulletin_id)
    _ensure_state(found, policies.EDITABLE, doing)
    return found


def _ensure_state(bulletin: ContractorBulletin, allowed: frozenset[BulletinState], doing: str) -> None:
    state = BulletinState(bulletin.state)
    if state not in allowed:
        raise BulletinStateWrong(state_name=BULLETIN_STATE_NAMES[state], doing=doing)


def _facts(bulletin: ContractorBulletin) -> dict[str, Any]:
    period = policies.period_name(BulletinKind(bulletin.kind), bulletin.first_day)
    return {"kind": bulletin.kind, "bulletin_period": period, "version_no": bulletin.version}


def _recorded(actor: Actor, action: str, bulletin: ContractorBulletin, **details: Any) -> BulletinView:
    db.session.flush()
    audit.record(
        actor, f"property.{action}", "contractor_bulletin", bulletin.id, **_facts(bulletin), **details
    )
    return queries.view(actor, bulletin)
