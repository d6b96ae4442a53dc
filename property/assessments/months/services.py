"""Use cases of the months."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import structlog

from backend import clock
from backend.actor import SYSTEM, Actor, Permission
from backend.audit import operations as audit
from backend.dates import month_end, previous_month
from backend.db import atomic, db
from backend.identity import queries as identity
from backend.money import yuan
from backend.notifications.operations import notify
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import ScoreItem
from backend.scoresheets.policies import spoken
from property.assessments import messages, policies
from property.assessments import operations as assessment_operations
from property.assessments import queries as assessment_queries
from property.assessments.deductions import queries as deduction_queries
from property.assessments.errors import (
    AppealsOpen,
    AssessmentMoved,
    AssessmentNotLocked,
    ExclusionInvalid,
    FiguresMoved,
    MonthInvalid,
    MonthNotOver,
    SheetUnsuitable,
)
from property.assessments.models import (
    Assessment,
    AssessmentLine,
    AssessmentVersion,
    LineSource,
    VersionState,
)
from property.assessments.months import measuring, operations, queries, results
from property.assessments.months.measuring import Line
from property.assessments.months.queries import AssessmentView
from property.assessments.titles import month_name
from property.contractors import policies as contractor_policies
from property.contractors import queries as contractor_queries
from property.contractors.models import Contract

ASSESS, REVIEW = Permission.CONTRACTORS_ASSESS, Permission.CONTRACTORS_REVIEW
log = structlog.get_logger(__name__)


@atomic
def open_month(actor: Actor, *, contract_id: int, month: date) -> AssessmentView:
    """Open a contract's month by hand, before it is over, say, for the first deduction; or see what stands.

    Raises ContractNotFound, Forbidden, OwnContractor, MonthInvalid or SheetUnsuitable.
    """
    contract = contractor_queries.find_contract(contract_id, lock=True)
    policies.ensure_may(actor, ASSESS, contract.contractor_id)
    if month > clock.today():
        raise MonthInvalid(month=f"{month:%Y-%m}")
    standing = assessment_operations.find_month(contract_id, month)
    return queries.get_assessment(actor, (standing or _open(actor, contract, month)).id)


def open_last_month() -> int:
    """Open the month that is over for every contract that had a day in it; returns how many are new.

    One unit of work for each, so that one contract's unsuitable sheet holds up nobody else's month. Whoever
    assesses is told once.
    """
    month = previous_month(clock.today())
    opened, missing = 0, []
    standing = queries.opened_in(month)
    for contract in contractor_queries.contracts_in(month, month_end(month)):
        if contract.id in standing:
            continue
        try:
            opened += _open_due(contract.id, month)
        except SheetUnsuitable as unsuitable:
            log.warning("assessment.sheet_unsuitable", contract_id=contract.id, problem=unsuitable.msg)
            missing.append(contract.number)
    if opened or missing:
        _tell_opened(month, opened, missing)
    return opened


@atomic
def _open_due(contract_id: int, month: date) -> bool:
    contract = contractor_queries.find_contract(contract_id, lock=True)
    if assessment_operations.find_month(contract_id, month) is not None:
        return False
    _open(SYSTEM, contract, month)
    return True


@atomic
def _tell_opened(month: date, count: int, missing: Sequence[str]) -> None:
    names = f"合同 {'、'.join(missing)} 的考核表不可用，未能生成。" if missing else ""
    notify(
        messages.OPENED,
        identity.holders(ASSESS),
        {"month": month_name(month), "count": str(count), "missing": names},
        dedupe=f"{month:%Y-%m} {count} {len(missing)}",
    )


def _open(actor: Actor, contract: Contract, month: date) -> Assessment:
    now = clock.now()
    days = contractor_policies.days_of(month, contract.from_on, contract.until_on)
    if days is None:
        raise MonthInvalid(month=f"{month:%Y-%m}")
    services = {scope.service for scope in contractor_queries.scopes_of([contract.id])[contract.id]}
    sheet = assessment_queries.sheet_for(contract, services, min(days[1], clock.today()))
    opened = operations.open_month(actor, contract, month, sheet, at=now)
    _record(actor, "assessment_opened", opened)
    return opened


@atomic
def refresh(actor: Actor, *, assessment_id: int) -> AssessmentView:
    """Measure an open month anew. Raises AssessmentNotFound, Forbidden, OwnContractor or AssessmentLocked."""
    of, version = _opened(actor, ASSESS, assessment_id)
    if operations.measure_again(
        version, contractor_queries.find_contract(of.contract_id), of.month, at=clock.now()
    ):
        _record(actor, "assessment_measured", of)
    return queries.get_assessment(actor, of.id)


def refresh_open() -> int:
    """Measure every open month anew, but for corrections; returns how many have moved.

    A month in which its contract has no day any more stays as it is, and holds up none of the others.
    """
    moved = 0
    for of, version in queries.open_versions():
        if version.number > 1:
            continue
        try:
            moved += _refresh(of.id)
        except MonthInvalid:
            log.warning("assessment.month_without_contract", assessment_id=of.id)
    return moved


@atomic
def _refresh(assessment_id: int) -> bool:
    of = assessment_operations.lock_assessment(assessment_id)
    version = results.versions_of([of.id])[of.id][-1]
    if version.state != VersionState.OPEN:
        return False
    contract = contractor_queries.find_contract(of.contract_id)
    return operations.measure_again(version, contract, of.month, at=clock.now())


@atomic
def exclude(
    actor: Actor, *, assessment_id: int, item_id: int, is_excluded: bool, reason: str = ""
) -> AssessmentView:
    """Say that an item does not apply this month, with the reason; or that it does after all.

    Raises AssessmentNotFound, Forbidden, OwnContractor, AssessmentLocked or ExclusionInvalid.
    """
    of, version = _opened(actor, ASSESS, assessment_id)
    item, line = db.session.get(ScoreItem, item_id), db.session.get(AssessmentLine, (version.id, item_id))
    if item is None or line is None:
        raise ExclusionInvalid(number=item_id, why="不是本月考核表的指标")
    _ensure_excludable(of, item, line, is_excluded=is_excluded, reason=reason)
    kept = measuring.kept_lines(results.lines_of([version.id])[version.id])
    said = Line(
        item_id,
        LineSource.EXCLUDED,
        None,
        text=reason,
        excluded_by=actor.staff_id,
        excluded_by_name=actor.name,
    )
    others = {each.item_id: each for each in kept if each.item_id != item_id}
    if is_excluded:
        lines = [said if each.item_id == item_id else each for each in kept]
    else:
        contract = contractor_queries.find_contract(of.contract_id)
        lines = measuring.lines_of(
            contract,
            score_queries.get_version(version.sheet_version_id),
            measuring.terms_of(contract, of.month),
            others,
        )
    operations.write_lines(version, lines, at=version.measured_at)
    version.revision += 1
    db.session.flush()
    action = "assessment_excluded" if is_excluded else "assessment_included"
    _record(actor, action, of, number=item.number, reason=reason)
    return queries.get_assessment(actor, of.id)


@atomic
def lock(actor: Actor, *, assessment_id: int, revision: int) -> AssessmentView:
    """Close a month that is over: its score, its grade and what is paid stand from now on.

    Raises AssessmentNotFound, Forbidden, OwnContractor, AssessmentLocked, AssessmentMoved, MonthNotOver,
    AppealsOpen or FiguresMoved.
    """
    of, version = _opened(actor, REVIEW, assessment_id)
    if version.revision != revision:
        raise AssessmentMoved(revision=version.revision)
    if clock.today() <= month_end(of.month):
        raise MonthNotOver(month=month_name(of.month))
    waiting = deduction_queries.open_appeals([of.id]).get(of.id, 0)
    if waiting:
        raise AppealsOpen(count=waiting)
    if version.number == 1:  # A correction keeps the figures of what it corrects, or took new ones.
        _ensure_measured(of, version)
    outcome = operations.lock_version(actor, version, at=clock.now())
    score = spoken(outcome.total_tenths) if outcome else "不参评"
    _record(
        actor,
        "assessment_locked",
        of,
        version_no=version.number,
        score=score,
        share=spoken(version.share_tenths or 0),
        amount_fen=version.payable_fen,
    )
    _tell_locked(of, version, score)
    return queries.get_assessment(actor, of.id)


@atomic
def correct(
    actor: Actor, *, assessment_id: int, reason: str, is_measured_anew: bool = False
) -> AssessmentView:
    """Begin the version that corrects a locked month, with the deductions as they stand now.

    It keeps the system's figures of the version that it corrects, or takes new ones. Raises
    AssessmentNotFound, Forbidden, OwnContractor or AssessmentNotLocked.
    """
    of = assessment_operations.lock_assessment(assessment_id)
    policies.ensure_may(actor, REVIEW, of.contractor_id)
    before = results.versions_of([of.id])[of.id][-1]
    if before.state != VersionState.LOCKED:
        raise AssessmentNotLocked
    contract = contractor_queries.find_contract(of.contract_id)
    sheet = score_queries.get_version(before.sheet_version_id)
    kept = measuring.kept_lines(results.lines_of([before.id])[before.id])
    now = clock.now()
    if is_measured_anew:
        terms = measuring.terms_of(contract, of.month)
        excluded = {each.item_id: each for each in kept if each.excluded_by is not None}
        lines, at = measuring.lines_of(contract, sheet, terms, excluded), now
    else:
        terms = measuring.Terms(before.from_on, before.until_on, before.monthly_fee_fen, before.bands)
        lines, at = kept, before.measured_at
    version = operations.add_version(actor, of, sheet, terms, at=now, corrects=before, reason=reason)
    operations.write_lines(version, lines, at=at)
    _record(actor, "assessment_corrected", of, version_no=version.number, reason=reason)
    return queries.get_assessment(actor, of.id)


def _ensure_measured(of: Assessment, version: AssessmentVersion) -> None:
    """What is locked is what was read. Raises FiguresMoved."""
    contract = contractor_queries.find_contract(of.contract_id)
    sheet = score_queries.get_version(version.sheet_version_id)
    terms, lines = operations.measured_now(version, contract, of.month, sheet)
    if operations.has_moved(version, terms, lines):
        raise FiguresMoved


def _ensure_excludable(
    of: Assessment, item: ScoreItem, line: AssessmentLine, *, is_excluded: bool, reason: str
) -> None:
    why = ""
    if is_excluded and not item.may_be_inapplicable:
        why = "考核表规定该项必须评分"
    elif is_excluded and line.base_tenths is None:
        why = "该项已不适用"
    elif is_excluded and not reason:
        why = "应写明原因"
    elif not is_excluded and line.source != LineSource.EXCLUDED:
        why = "该项没有标记为不适用"
    elif is_excluded and any(row.item_id == item.id for row in deduction_queries.standing([of.id])[of.id]):
        why = "该项已有扣分"
    if why:
        raise ExclusionInvalid(number=item.number, why=why)


def _opened(actor: Actor, permission: Permission, assessment_id: int) -> tuple[Assessment, AssessmentVersion]:
    """A month that is open, locked for a change, for whoever may."""
    of = assessment_operations.lock_assessment(assessment_id)
    policies.ensure_may(actor, permission, of.contractor_id)
    return of, assessment_operations.open_version(of.id)


def _tell_locked(of: Assessment, version: AssessmentVersion, score: str) -> None:
    payable = f"，应付 {yuan(version.payable_fen or 0)} 元"
    corrected = f"（第{version.number}版，更正原因：{version.reason}）" if version.number > 1 else ""
    called = contractor_queries.names([of.contractor_id])[of.contractor_id]
    notify(
        messages.LOCKED,
        contractor_queries.answerers([of.contractor_id]).get(of.contractor_id, []),
        {
            "contractor": called,
            "month": month_name(of.month),
            "score": score,
            "share": spoken(version.share_tenths or 0),
            "note": f"{payable}{corrected}",
        },
        page=f"pages/property/assessment?id={of.id}",
        dedupe=f"{of.id} {version.number}",
    )


def _record(actor: Actor, action: str, of: Assessment, **details: Any) -> None:
    audit.record(
        actor,
        f"property.{action}",
        "assessment",
        of.id,
        contract_id=of.contract_id,
        contractor_id=of.contractor_id,
        month=f"{of.month:%Y-%m}",
        **details,
    )
