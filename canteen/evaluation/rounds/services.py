"""Use cases of the quarterly evaluation. Opening a round and collecting evidence are a flow's."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.notifications import operations as notifications
from backend.rules import queries as rule_queries
from backend.scoresheets import operations as score_operations
from backend.scoresheets import policies as score_policies
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import ScoreItem
from backend.scoresheets.policies import Mark, Outcome
from canteen.evaluation import people
from canteen.evaluation.rectifications import operations as rectification_operations
from canteen.evaluation.rectifications.models import Origin
from canteen.evaluation.rectifications.policies import Problem
from canteen.evaluation.rounds import messages, operations, policies, queries, sheet_views, titles
from canteen.evaluation.rounds.errors import SheetsOpen, UnitSheetNotFound
from canteen.evaluation.rounds.models import Round, SheetState, UnitSheet
from canteen.evaluation.rounds.policies import SCORING_OWNER, Answer, Step
from canteen.evaluation.rounds.queries import RoundView
from canteen.evaluation.rounds.rules import REMINDER_DAYS
from canteen.evaluation.rounds.sheet_views import UnitSheetView


@atomic
def answer(
    actor: Actor,
    *,
    sheet_id: int,
    item_id: int,
    is_inapplicable: bool,
    score: Decimal | None,
    text: str,
    photo_ids: Sequence[int],
) -> UnitSheetView:
    """Say something of an item of one's own unit's sheet, in place of what was said before.

    Raises UnitSheetNotFound, RoundClosed, SheetState, AnswerInvalid or PhotoNotFound.
    """
    sheet, of = _locked(actor, sheet_id, reports=True)
    policies.ensure_with_unit(SheetState(sheet.state), titles.SHEET_STATE_NAMES)
    item = _items(of).get(item_id)
    kept = queries.answers_of(sheet_id).get(item_id)
    if item is None or kept is None:
        raise UnitSheetNotFound
    said = Answer(
        is_inapplicable, score_policies.tenths(score) if score is not None else None, text, len(photo_ids)
    )
    policies.ensure_answer(item, said, kept.proposed_tenths)
    operations.write_answer(actor, kept, said, photo_ids, at=clock.now())
    record(
        actor, "evaluation.answered", "evaluation_sheet", sheet_id, unit_id=sheet.unit_id, item=item.number
    )
    return sheet_views.sheet_view(actor, sheet_id)


@atomic
def submit(actor: Actor, *, sheet_id: int) -> UnitSheetView:
    """Hand one's own unit's sheet in.

    Raises UnitSheetNotFound, RoundClosed, SheetState or SheetIncomplete.
    """
    sheet, of = _locked(actor, sheet_id, reports=True)
    policies.ensure_with_unit(SheetState(sheet.state), titles.SHEET_STATE_NAMES)
    policies.ensure_complete(list(_items(of).values()), queries.answers_of(sheet_id))
    now = clock.now()
    operations.take(actor, sheet, Step.SUBMIT, at=now)
    title = titles.round_title(of.year, of.quarter)
    notifications.notify(
        messages.SUBMITTED,
        people.managers(),
        {"unit": sheet.unit_name, "round": title},
        dedupe=f"{sheet_id}/{now.isoformat()}",
    )
    return sheet_views.sheet_view(actor, sheet_id)


@atomic
def take_in(actor: Actor, *, sheet_id: int) -> UnitSheetView:
    """Take in a sheet that was not submitted by its due day.

    Raises UnitSheetNotFound, RoundClosed, SheetState or SheetNotDue.
    """
    sheet, of = _locked(actor, sheet_id, reports=False)
    policies.state_after(SheetState(sheet.state), Step.TAKE, titles.SHEET_STATE_NAMES)
    policies.ensure_overdue(of.due_on, clock.today())
    operations.take(actor, sheet, Step.TAKE, at=clock.now())
    return sheet_views.sheet_view(actor, sheet_id)


@atomic
def review(actor: Actor, *, sheet_id: int, marks: Sequence[Mark]) -> UnitSheetView:
    """Score items of a submitted sheet, in place of what they had.

    Raises UnitSheetNotFound, RoundClosed, SheetState, OwnSheet, RemarkNeeded, or what `scoresheets` refuses.
    """
    sheet, of = _under_review(actor, sheet_id)
    policies.ensure_explained(marks, _items(of), queries.answers_of(sheet_id))
    scoring = score_queries.get_scoring(SCORING_OWNER, sheet_id)
    score_operations.score(actor, scoring, marks, at=clock.now())
    record(
        actor, "evaluation.reviewed", "evaluation_sheet", sheet_id, unit_id=sheet.unit_id, items=len(marks)
    )
    return sheet_views.sheet_view(actor, sheet_id)


@atomic
def accept(actor: Actor, *, sheet_id: int) -> UnitSheetView:
    """Give every item that is not scored yet what the unit or, without its answer, the system says.

    Raises UnitSheetNotFound, RoundClosed, SheetState or OwnSheet.
    """
    sheet, of = _under_review(actor, sheet_id)
    scoring = score_queries.get_scoring(SCORING_OWNER, sheet_id)
    scored = score_queries.marks_of(scoring.id)
    answers = queries.answers_of(sheet_id)
    found = (
        policies.mark_as_answered(item, answers[item.id])
        for item in _items(of).values()
        if item.id not in scored and item.id in answers
    )
    marks = [mark for mark in found if mark is not None]
    score_operations.score(actor, scoring, marks, at=clock.now())
    record(
        actor, "evaluation.reviewed", "evaluation_sheet", sheet_id, unit_id=sheet.unit_id, items=len(marks)
    )
    return sheet_views.sheet_view(actor, sheet_id)


@atomic
def return_sheet(actor: Actor, *, sheet_id: int, note: str) -> UnitSheetView:
    """Send a submitted sheet back for completion.

    Raises UnitSheetNotFound, RoundClosed, SheetState or OwnSheet.
    """
    sheet, of = _under_review(actor, sheet_id)
    now = clock.now()
    operations.take(actor, sheet, Step.RETURN, note=note, at=now)
    operations.tell_units(messages.RETURNED, of, [sheet], event=f"returned/{now.isoformat()}", reason=note)
    return sheet_views.sheet_view(actor, sheet_id)


@atomic
def close_sheet(actor: Actor, *, sheet_id: int) -> UnitSheetView:
    """Close a scored sheet: total and grade are made, and a failing grade opens a rectification.

    Raises UnitSheetNotFound, RoundClosed, SheetState, OwnSheet, ItemsUnscored or NothingApplies.
    """
    sheet, of = _under_review(actor, sheet_id)
    now = clock.now()
    scoring = score_queries.get_scoring(SCORING_OWNER, sheet_id, lock=True)
    outcome = score_operations.close_scoring(actor, scoring, at=now)
    operations.take(actor, sheet, Step.CLOSE, at=now)
    total = score_policies.spoken(outcome.total_tenths)
    operations.tell_units(messages.RESULT, of, [sheet], event="closed", total=total, grade=outcome.grade)
    if outcome.is_failing:
        _rectify(actor, sheet, of, outcome)
    return sheet_views.sheet_view(actor, sheet_id)


@atomic
def close_round(actor: Actor, *, round_id: int) -> RoundView:
    """End a round. Raises Forbidden, RoundNotFound, RoundClosed or SheetsOpen."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    of = queries.find_round(round_id, lock=True)
    policies.ensure_open(of.state)
    count = queries.count_open(round_id)
    if count:
        raise SheetsOpen(count=count)
    operations.close_round(actor, of, at=clock.now())
    return queries.round_view(actor, round_id)


@atomic
def change_due(actor: Actor, *, round_id: int, due_on: date) -> RoundView:
    """Give the units another due day. Raises Forbidden, RoundNotFound, RoundClosed or DueInvalid."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    of = queries.find_round(round_id, lock=True)
    policies.ensure_open(of.state)
    policies.ensure_due(due_on, clock.today())
    of.due_on = due_on
    record(actor, "evaluation.round_changed", "evaluation_round", round_id, due_on=due_on.isoformat())
    return queries.round_view(actor, round_id)


def remind() -> int:
    """Remind the units whose sheets are due soon, and once more on the day; returns how many were told."""
    today = clock.today()
    days = rule_queries.value(REMINDER_DAYS)
    due = [of for of in queries.open_rounds() if today <= of.due_on <= today + timedelta(days=days)]
    return sum(_remind(of, today) for of in due)


@atomic
def _remind(of: Round, today: date) -> int:
    when = "day" if of.due_on == today else "ahead"
    return operations.tell_units(
        messages.DUE_SOON,
        of,
        queries.sheets_in(of.id, policies.WITH_UNIT),
        event=f"due/{of.due_on.isoformat()}/{when}",
        due=of.due_on.isoformat(),
    )


def _locked(actor: Actor, sheet_id: int, *, reports: bool) -> tuple[UnitSheet, Round]:
    sheet = queries.lock_sheet(actor, sheet_id, reports=reports)
    of = queries.find_round(sheet.round_id)
    policies.ensure_open(of.state)
    return sheet, of


def _under_review(actor: Actor, sheet_id: int) -> tuple[UnitSheet, Round]:
    sheet, of = _locked(actor, sheet_id, reports=False)
    policies.ensure_with_reviewers(SheetState(sheet.state), titles.SHEET_STATE_NAMES)
    policies.ensure_not_own(queries.filled_by(sheet), actor.staff_id)
    return sheet, of


def _items(of: Round) -> dict[int, ScoreItem]:
    return {item.id: item for item in score_queries.get_version(of.version_id).items}


def _rectify(actor: Actor, sheet: UnitSheet, of: Round, outcome: Outcome) -> None:
    """Order what the unit lost points for to be put right."""
    filled = score_queries.filled(SCORING_OWNER, [sheet.id])[sheet.id]
    problems = [
        Problem(
            f"第 {item.number} 项 {item.level3 or item.level2}：{'；'.join(each.text for each in losses)}",
            item.id,
        )
        for item in _items(of).values()
        if item.id in filled.marks and (losses := filled.marks[item.id].losses)
    ]
    rectification_operations.open_rectification(
        actor,
        unit_id=sheet.unit_id,
        origin=Origin.ROUND,
        origin_id=sheet.id,
        title=f"{titles.round_title(of.year, of.quarter)}{outcome.grade}",
        problems=problems,
        at=clock.now(),
    )
