"""Writes of the quarterly evaluation, within an open unit of work."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, table, unit
from backend.media import operations as media_operations
from backend.media import queries as media_queries
from backend.notifications import operations as notifications
from backend.notifications.kinds import Kind
from backend.notifications.operations import Message
from backend.refusals import refusing_clashes
from backend.scoresheets import operations as score_operations
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import ScoreItem
from canteen.evaluation import policies as evaluation_policies
from canteen.evaluation.policies import Evidence
from canteen.evaluation.rounds import policies, titles
from canteen.evaluation.rounds.errors import NobodyToEvaluate, RoundExists
from canteen.evaluation.rounds.models import (
    Round,
    RoundState,
    SheetAnswer,
    SheetState,
    SheetStep,
    UnitSheet,
)
from canteen.evaluation.rounds.policies import PHOTO_OWNER, SCORING_OWNER, Answer, Step
from canteen.evaluation.units import operations as unit_operations
from canteen.evaluation.units import queries as unit_queries
from canteen.evaluation.units.models import Unit

_SHEET, _ANSWER, _STEP = table(UnitSheet), table(SheetAnswer), table(SheetStep)


def open_round(
    actor: Actor, *, year: int, quarter: int, version_id: int, due_on: date, at: datetime
) -> Round:
    """A round with a sheet for each active unit; every item of every sheet has its (empty) answer.

    A fixed number of statements. Raises SheetVersionNotFound, VersionNotInForce, RoundExists or
    NobodyToEvaluate.
    """
    connection = unit()
    version = score_queries.get_version(version_id)
    opened = Round(
        year=year,
        quarter=quarter,
        version_id=version_id,
        due_on=due_on,
        state=RoundState.OPEN.value,
        opened_at=at,
        opened_by=actor.staff_id,
    )
    with refusing_clashes(RoundExists(year=year, quarter=quarter)):
        db.session.add(opened)
    unit_operations.ensure_own_canteens(at=at)
    units = unit_queries.active_units()
    if not units:
        raise NobodyToEvaluate
    connection.execute(insert(_SHEET), [_sheet_row(opened.id, each) for each in units])
    sheets = list(connection.execute(select(_SHEET.c.id).where(_SHEET.c.round_id == opened.id)).scalars())
    score_operations.open_scorings(version_id, SCORING_OWNER, sheets, at=at)
    rows = [_answer_row(sheet_id, item) for sheet_id in sheets for item in version.items]
    connection.execute(insert(_ANSWER), rows)
    connection.execute(insert(_STEP), [_step_row(actor, sheet_id, Step.OPEN, "", at) for sheet_id in sheets])
    record(
        actor,
        "evaluation.round_opened",
        "evaluation_round",
        opened.id,
        year=year,
        quarter=quarter,
        version_id=version_id,
        due_on=due_on.isoformat(),
        units=len(units),
    )
    return opened


def write_evidence(
    found: Mapping[tuple[int, int], Evidence], items: Mapping[int, ScoreItem], *, at: datetime
) -> None:
    """Keep what the system says, by sheet and item, in place of what it said before; two statements."""
    connection = unit()
    if not found:
        return
    statement = (
        update(_ANSWER)
        .where(_ANSWER.c.sheet_id == bindparam("of_sheet"), _ANSWER.c.item_id == bindparam("of_item"))
        .values({name: bindparam(name) for name in _EVIDENCE})
    )
    rows = [
        {"of_sheet": sheet_id, "of_item": item_id, **_evidence_row(evidence, items[item_id])}
        for (sheet_id, item_id), evidence in sorted(found.items(), key=lambda each: each[0])
    ]
    connection.execute(statement, rows)
    sheets = {sheet_id for sheet_id, _ in found}
    connection.execute(update(_SHEET).where(_SHEET.c.id.in_(sheets)).values(evidence_at=at))


_EVIDENCE = ("has_evidence", "is_sufficient", "proposed_tenths", "evidence_text", "figures", "coverage")


def write_answer(
    actor: Actor,
    answer: SheetAnswer,
    said: Answer,
    photo_ids: Sequence[int],
    *,
    at: datetime,
) -> None:
    """Keep what a unit says of an item, with its photos. Raises PhotoNotFound."""
    unit()
    answer.is_inapplicable, answer.self_tenths = said.is_inapplicable, said.self_tenths
    answer.text = said.text.strip()
    answer.answered_at, answer.answered_by, answer.answered_by_name = at, actor.staff_id, actor.name
    _set_photos(actor, answer.id, photo_ids)
    db.session.flush()


def take(actor: Actor, sheet: UnitSheet, step: Step, *, note: str = "", at: datetime) -> None:
    """Take a step of the transition table with a locked sheet. Raises SheetState."""
    unit()
    after = policies.state_after(SheetState(sheet.state), step, titles.SHEET_STATE_NAMES)
    if step is Step.SUBMIT:
        sheet.submitted_at, sheet.submitted_by = at, actor.staff_id
        sheet.submitted_by_name, sheet.return_note = actor.name, ""
    if step is Step.RETURN:
        sheet.return_note = note
    if step is Step.CLOSE:
        sheet.closed_at, sheet.closed_by, sheet.closed_by_name = at, actor.staff_id, actor.name
    sheet.state = after.value
    db.session.flush()
    unit().execute(insert(_STEP), [_step_row(actor, sheet.id, step, note, at)])
    record(
        actor,
        f"evaluation.sheet_{_DONE[step]}",
        "evaluation_sheet",
        sheet.id,
        unit_id=sheet.unit_id,
        round_id=sheet.round_id,
        reason=note,
    )


_DONE: Mapping[Step, str] = {
    Step.SUBMIT: "submitted",
    Step.TAKE: "taken",
    Step.RETURN: "returned",
    Step.CLOSE: "closed",
}


def close_round(actor: Actor, locked: Round, *, at: datetime) -> None:
    """End a round; nothing of it changes any more."""
    unit()
    locked.state, locked.closed_at, locked.closed_by = RoundState.CLOSED.value, at, actor.staff_id
    record(
        actor,
        "evaluation.round_closed",
        "evaluation_round",
        locked.id,
        year=locked.year,
        quarter=locked.quarter,
    )


def tell_units(
    kind: Kind,
    of: Round,
    sheets: Collection[UnitSheet],
    *,
    event: str,
    **fields: str,
) -> int:
    """Tell the reporters of these sheets' units, each once for an event; returns how many were told."""
    reporters = unit_queries.reporters_of({sheet.unit_id for sheet in sheets})
    messages = [
        Message(
            staff_id,
            {"unit": sheet.unit_name, "round": titles.round_title(of.year, of.quarter), **fields},
            dedupe=f"{sheet.id}/{event}",
        )
        for sheet in sheets
        for staff_id in reporters[sheet.unit_id]
    ]
    return len(notifications.notify_each(kind, messages))


def _set_photos(actor: Actor, answer_id: int, photo_ids: Sequence[int]) -> None:
    """Attach the actor's photos that are new, and let go of those that are not wanted any more."""
    there = media_queries.photos_of_owners(PHOTO_OWNER, [answer_id]).get(answer_id, [])
    present = {photo.id for photo in there}
    gone = present - set(photo_ids)
    if gone:
        media_operations.detach(PHOTO_OWNER, answer_id, gone)
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        if photo_id not in present:
            media_operations.attach(actor, photo_id, PHOTO_OWNER, answer_id, position=position)


def _sheet_row(round_id: int, of: Unit) -> dict[str, Any]:
    return {
        "round_id": round_id,
        "unit_id": of.id,
        "unit_name": of.name,
        "level": of.level,
        "region": of.region,
        "operation": of.operation,
        "serving": of.serving,
        "state": SheetState.FILLING.value,
        "submitted_by_name": "",
        "return_note": "",
        "closed_by_name": "",
    }


def _answer_row(sheet_id: int, item: ScoreItem) -> dict[str, Any]:
    return {
        "sheet_id": sheet_id,
        "item_id": item.id,
        "is_inapplicable": False,
        "text": "",
        "answered_by_name": "",
        "has_evidence": False,
        "is_sufficient": False,
        "evidence_text": "",
        "figures": [],
        "coverage": "",
    }


def _step_row(actor: Actor, sheet_id: int, step: Step, note: str, at: datetime) -> dict[str, Any]:
    return {
        "sheet_id": sheet_id,
        "at": at,
        "by": actor.staff_id,
        "by_name": actor.name,
        "step": step.value,
        "note": note,
    }


def _evidence_row(evidence: Evidence, item: ScoreItem) -> dict[str, Any]:
    return {
        "has_evidence": True,
        "is_sufficient": evidence.share is not None,
        "proposed_tenths": evaluation_policies.proposed_tenths(evidence.share, item.points_tenths),
        "evidence_text": evidence.text,
        "figures": [{"title": figure.title, "value": figure.value} for figure in evidence.figures],
        "coverage": evidence.coverage,
    }
