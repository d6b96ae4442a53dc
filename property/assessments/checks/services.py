"""Use cases of checks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.audit import operations as audit
from backend.db import atomic, db
from backend.media import operations as media_operations
from backend.scoresheets import operations as score_operations
from backend.scoresheets import queries as score_queries
from backend.scoresheets.errors import SheetVersionNotFound
from backend.scoresheets.policies import Mark, spoken
from property.assessments import policies
from property.assessments.checks import queries
from property.assessments.checks.queries import CheckView
from property.assessments.errors import CheckDayInvalid, CheckStateWrong, NotOwnCheck
from property.assessments.models import CheckState, ContractorCheck
from property.assessments.titles import CHECK_NAMES
from property.contractors import queries as contractor_queries

ASSESS = Permission.CONTRACTORS_ASSESS


@atomic
def open_check(
    actor: Actor,
    *,
    contract_id: int,
    sheet_code: str,
    checked_on: date,
    place: str = "",
    note: str = "",
    photo_ids: Sequence[int] = (),
) -> CheckView:
    """Begin to check a contractor by the version of a sheet that is in force on the day.

    Raises ContractNotFound, Forbidden, OwnContractor, CheckDayInvalid, SheetVersionNotFound, TooManyProofs
    or PhotoNotFound.
    """
    contract = contractor_queries.find_contract(contract_id)
    policies.ensure_may(actor, ASSESS, contract.contractor_id)
    if not contract.from_on <= checked_on <= min(contract.until_on, clock.today()):
        raise CheckDayInvalid
    policies.ensure_few_proofs(photo_ids)
    sheet = score_queries.find_sheet(sheet_code)
    version = score_queries.version_in_force(sheet.id, checked_on) if sheet is not None else None
    if version is None:
        raise SheetVersionNotFound
    now = clock.now()
    opened = ContractorCheck(
        contract_id=contract.id,
        contractor_id=contract.contractor_id,
        sheet_version_id=version.id,
        sheet_code=sheet_code,
        checked_on=checked_on,
        place=place,
        note=note,
        state=CheckState.OPEN.value,
        opened_at=now,
        opened_by=actor.staff_id,
        opened_by_name=actor.name,
        full_tenths=version.full_tenths,
    )
    db.session.add(opened)
    db.session.flush()  # Its scoring and its photos name it.
    score_operations.open_scoring(version.id, policies.CHECK_OWNER, opened.id, at=now)
    _attach(actor, opened.id, photo_ids)
    _record(actor, "check_opened", opened)
    return queries.get_check(actor, opened.id)


@atomic
def score(actor: Actor, *, check_id: int, marks: Sequence[Mark], photo_ids: Sequence[int] = ()) -> CheckView:
    """Give items their scores, in place of what they had; further photos may go with them.

    Raises CheckNotFound, Forbidden, OwnContractor, NotOwnCheck, CheckStateWrong, TooManyProofs,
    PhotoNotFound, and what scoring raises.
    """
    found = _own(actor, check_id)
    policies.ensure_few_proofs(photo_ids)
    scoring = score_queries.get_scoring(policies.CHECK_OWNER, found.id, lock=True)
    score_operations.score(actor, scoring, marks, at=clock.now())
    _attach(actor, found.id, photo_ids)
    return queries.get_check(actor, found.id)


@atomic
def close(actor: Actor, *, check_id: int) -> CheckView:
    """End a check: it has its score, and never changes.

    Raises CheckNotFound, Forbidden, OwnContractor, NotOwnCheck, CheckStateWrong, ItemsUnscored or
    NothingApplies.
    """
    found = _own(actor, check_id)
    now = clock.now()
    scoring = score_queries.get_scoring(policies.CHECK_OWNER, found.id, lock=True)
    outcome = score_operations.close_scoring(actor, scoring, at=now)
    found.state, found.closed_at = CheckState.CLOSED.value, now
    found.total_tenths, found.grade = outcome.total_tenths, outcome.grade
    db.session.flush()
    _record(actor, "check_closed", found, score=spoken(outcome.total_tenths))
    return queries.get_check(actor, found.id)


@atomic
def void(actor: Actor, *, check_id: int, reason: str) -> CheckView:
    """Say that a check does not count.

    Months that are locked keep what they counted. Raises CheckNotFound, Forbidden, OwnContractor or
    CheckStateWrong.
    """
    found = queries.find_check(check_id, lock=True)
    policies.ensure_may(actor, ASSESS, found.contractor_id)
    if found.state == CheckState.VOID:
        raise _wrong(found)
    found.state, found.void_reason, found.total_tenths = CheckState.VOID.value, reason, None
    db.session.flush()
    _record(actor, "check_voided", found, reason=reason)
    return queries.get_check(actor, found.id)


def _own(actor: Actor, check_id: int) -> ContractorCheck:
    """An open check that the actor opened, locked."""
    found = queries.find_check(check_id, lock=True)
    policies.ensure_may(actor, ASSESS, found.contractor_id)
    if found.opened_by != actor.staff_id:
        raise NotOwnCheck
    if found.state != CheckState.OPEN:
        raise _wrong(found)
    return found


def _wrong(found: ContractorCheck) -> CheckStateWrong:
    return CheckStateWrong(state_name=CHECK_NAMES[CheckState(found.state)])


def _attach(actor: Actor, check_id: int, photo_ids: Sequence[int]) -> None:
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        media_operations.attach(actor, photo_id, policies.CHECK_PHOTOS, check_id, position=position)


def _record(actor: Actor, action: str, of: ContractorCheck, **details: Any) -> None:
    audit.record(
        actor,
        f"property.{action}",
        "contractor_check",
        of.id,
        contractor_id=of.contractor_id,
        sheet_code=of.sheet_code,
        **details,
    )
