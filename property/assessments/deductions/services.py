"""Use cases of deductions and appeals."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from backend import clock
from backend.actor import Actor, Permission
from backend.db import atomic, db
from backend.errors import Forbidden
from backend.identity import queries as identity
from backend.scoresheets.models import EvidenceKind, ScoreItem
from backend.scoresheets.policies import spoken, tenths
from property.assessments import messages, policies
from property.assessments import operations as assessment_operations
from property.assessments.deductions import operations, queries
from property.assessments.deductions.queries import DeductionView
from property.assessments.errors import (
    AppealExists,
    AppealWindowOver,
    DeductionDayInvalid,
    DeductionInvalid,
    DeductionNotFound,
    DeductionWithdrawn,
    EvidenceNeeded,
    OrdersNotTheirs,
)
from property.assessments.models import (
    Appeal,
    AppealState,
    Assessment,
    AssessmentLine,
    AssessmentVersion,
    Deduction,
)
from property.contractors import policies as contractor_policies
from property.contractors import queries as contractor_queries

ASSESS, REVIEW = Permission.CONTRACTORS_ASSESS, Permission.CONTRACTORS_REVIEW
_BY_DOCUMENT = EvidenceKind.DOCUMENT.value


@atomic
def deduct(
    actor: Actor,
    *,
    assessment_id: int,
    item_id: int,
    points: Decimal,
    reason: str,
    happened_on: date,
    photo_ids: Sequence[int] = (),
    order_ids: Collection[int] = (),
) -> DeductionView:
    """Take points of an item of an open month, with the evidence, and tell the contractor.

    Raises AssessmentNotFound, Forbidden, OwnContractor, AssessmentLocked, DeductionInvalid,
    DeductionDayInvalid, EvidenceNeeded, TooManyProofs, OrdersNotTheirs or PhotoNotFound.
    """
    of = assessment_operations.lock_assessment(assessment_id)
    policies.ensure_may(actor, ASSESS, of.contractor_id)
    version = assessment_operations.open_version(of.id)
    item = _item(version, item_id, tenths(points))
    _ensure_day(version, happened_on)
    policies.ensure_few_proofs(photo_ids, order_ids)
    if not photo_ids and not order_ids and item.evidence != _BY_DOCUMENT:
        raise EvidenceNeeded
    wrong = queries.not_theirs(order_ids, of.contractor_id) if order_ids else []
    if wrong:
        raise OrdersNotTheirs(order_ids=wrong)
    added = operations.add_deduction(
        actor,
        of,
        item,
        points_tenths=tenths(points),
        reason=reason,
        happened_on=happened_on,
        photo_ids=photo_ids,
        order_ids=order_ids,
        at=clock.now(),
    )
    assessment_operations.touch(of.id)
    operations.record(actor, "deducted", of, added, reason)
    operations.tell(
        messages.DEDUCTED,
        _answerers(of),
        of,
        added,
        event="made",
        reason=reason,
        until=f"{clock.local(added.appeal_until):%Y-%m-%d %H:%M}",
    )
    return queries.get_deduction(actor, added.id)


@atomic
def withdraw(actor: Actor, *, deduction_id: int, reason: str) -> DeductionView:
    """Take back a deduction that was a mistake, while its month is open and nobody has appealed.

    Raises DeductionNotFound, Forbidden, OwnContractor, AssessmentLocked, DeductionWithdrawn or AppealExists.
    """
    of, found = _locked(deduction_id)
    policies.ensure_may(actor, ASSESS, of.contractor_id)
    assessment_operations.open_version(of.id)
    if found.withdrawn_at is not None:
        raise DeductionWithdrawn
    if queries.appeal_of(found.id) is not None:
        raise AppealExists
    found.withdrawn_at, found.withdrawn_by_name = clock.now(), actor.name
    found.withdrawal_reason, found.standing_tenths = reason, 0
    assessment_operations.touch(of.id)
    operations.record(actor, "deduction_withdrawn", of, found, reason)
    operations.tell(messages.WITHDRAWN, _answerers(of), of, found, event="withdrawn", reason=reason)
    db.session.flush()
    return queries.get_deduction(actor, found.id)


@atomic
def appeal(actor: Actor, *, deduction_id: int, text: str, photo_ids: Sequence[int] = ()) -> DeductionView:
    """Say for the contractor why a deduction is wrong, within its window.

    Also against a month that was locked meanwhile: what is upheld then calls for a correction. Raises
    DeductionNotFound, Forbidden, DeductionWithdrawn, AppealWindowOver, AppealExists, TooManyProofs or
    PhotoNotFound.
    """
    of, found = _locked(deduction_id)
    _ensure_speaks(actor, of)
    if found.withdrawn_at is not None:
        raise DeductionWithdrawn
    now = clock.now()
    if now > found.appeal_until:
        raise AppealWindowOver(until=f"{clock.local(found.appeal_until):%Y-%m-%d %H:%M}")
    policies.ensure_few_proofs(photo_ids)
    operations.add_appeal(actor, found, text=text, photo_ids=photo_ids, at=now)
    assessment_operations.touch(of.id)
    operations.record(actor, "appealed", of, found, text[:200])
    told = identity.holders(ASSESS)
    operations.tell(messages.APPEALED, told, of, found, event="appealed")
    return queries.get_deduction(actor, found.id)


@atomic
def withdraw_appeal(actor: Actor, *, appeal_id: int) -> DeductionView:
    """Take an appeal back while nobody has decided it.

    Raises AppealNotFound, Forbidden or AppealStateWrong.
    """
    of, deduction, found = _locked_appeal(appeal_id)
    _ensure_speaks(actor, of)
    policies.ensure_appeal(found.state, policies.OPEN_APPEALS)
    found.state = AppealState.WITHDRAWN.value
    assessment_operations.touch(of.id)
    operations.record(actor, "appeal_withdrawn", of, deduction)
    db.session.flush()
    return queries.get_deduction(actor, deduction.id)


@atomic
def review(
    actor: Actor, *, appeal_id: int, outcome: AppealState, left: Decimal | None = None, text: str
) -> DeductionView:
    """The first review (初审): propose what becomes of a deduction; not by who made it.

    Raises AppealNotFound, Forbidden, OwnContractor, AppealStateWrong, SamePersonReviews or OutcomeInvalid.
    """
    of, deduction, found = _locked_appeal(appeal_id)
    policies.ensure_may(actor, ASSESS, of.contractor_id)
    policies.ensure_appeal(found.state, {AppealState.FILED})
    policies.ensure_others(actor.staff_id, deduction.made_by)
    found.proposed_tenths = _left(outcome, deduction, left)
    found.review, found.reviewed_at = text, clock.now()
    found.reviewed_by, found.reviewed_by_name = actor.staff_id, actor.name
    found.state = AppealState.REVIEWED.value
    operations.record(actor, "appeal_reviewed", of, deduction, text)
    operations.tell(messages.REVIEWED, identity.holders(REVIEW), of, deduction, event="reviewed")
    db.session.flush()
    return queries.get_deduction(actor, deduction.id)


@atomic
def decide(
    actor: Actor, *, appeal_id: int, outcome: AppealState, left: Decimal | None = None, text: str
) -> DeductionView:
    """The second review (复核): decide what stands of a deduction; by nobody who had a hand in it before.

    A locked month stays as it is. Raises AppealNotFound, Forbidden, OwnContractor, AppealStateWrong,
    SamePersonReviews or OutcomeInvalid.
    """
    of, deduction, found = _locked_appeal(appeal_id)
    policies.ensure_may(actor, REVIEW, of.contractor_id)
    policies.ensure_appeal(found.state, {AppealState.REVIEWED})
    policies.ensure_others(actor.staff_id, deduction.made_by, found.reviewed_by)
    decided = _left(outcome, deduction, left)
    found.state, found.decided_tenths = outcome.value, decided
    found.decision, found.decided_at = text, clock.now()
    found.decided_by, found.decided_by_name = actor.staff_id, actor.name
    deduction.standing_tenths = decided
    assessment_operations.touch(of.id)
    operations.record(actor, "appeal_decided", of, deduction, text)
    operations.tell(
        messages.DECIDED,
        {*_answerers(of), deduction.made_by},
        of,
        deduction,
        points_tenths=decided,
        event="decided",
        result=policies.APPEAL_NAMES[outcome],
    )
    db.session.flush()
    return queries.get_deduction(actor, deduction.id)


def _left(outcome: AppealState, of: Deduction, left: Decimal | None) -> int:
    left_tenths = tenths(left) if left is not None else None
    return policies.outcome_tenths(outcome, of.points_tenths, left_tenths)


def _item(version: AssessmentVersion, item_id: int, points_tenths: int) -> ScoreItem:
    """The item, if points may be taken of it. Raises DeductionInvalid."""
    item = db.session.get(ScoreItem, item_id)
    line = db.session.get(AssessmentLine, (version.id, item_id))
    if item is None or line is None or item.version_id != version.sheet_version_id:
        raise DeductionInvalid(number=item_id, why="不是本月考核表的指标")
    why = ""
    if policies.is_metric(item):
        why = "由系统数据计分"
    elif line.base_tenths is None:
        why = "本月不适用"
    elif not 0 < points_tenths <= item.points_tenths:
        why = f"应大于 0，不超过该项 {spoken(item.points_tenths)} 分"
    if why:
        raise DeductionInvalid(number=item.number, why=why)
    return item


def _ensure_day(version: AssessmentVersion, happened_on: date) -> None:
    if not version.from_on <= happened_on <= min(version.until_on, clock.today()):
        raise DeductionDayInvalid(from_on=version.from_on.isoformat(), until_on=version.until_on.isoformat())


def _locked(deduction_id: int) -> tuple[Assessment, Deduction]:
    """A deduction with its month, both as they are once the month's row is locked."""
    of = assessment_operations.lock_assessment(queries.find_deduction(deduction_id).assessment_id)
    return of, queries.find_deduction(deduction_id)


def _locked_appeal(appeal_id: int) -> tuple[Assessment, Deduction, Appeal]:
    of, deduction = _locked(queries.find_appeal(appeal_id).deduction_id)
    return of, deduction, queries.find_appeal(appeal_id)


def _ensure_speaks(actor: Actor, of: Assessment) -> None:
    """Only who speaks for the contractor appeals; nobody else's deductions are to be known of."""
    if contractor_policies.answers_for(actor, of.contractor_id):
        return
    if not contractor_policies.may_read(actor, of.contractor_id):
        raise DeductionNotFound
    raise Forbidden


def _answerers(of: Assessment) -> list[int]:
    return contractor_queries.answerers([of.contractor_id]).get(of.contractor_id, [])
