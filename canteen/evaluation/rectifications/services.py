"""Use cases of rectifications."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import atomic, db
from backend.errors import Forbidden
from backend.notifications.operations import Message, notify_each
from backend.rules import queries as rule_queries
from canteen.evaluation import people
from canteen.evaluation.rectifications import operations, policies, queries
from canteen.evaluation.rectifications.errors import (
    OriginUnknown,
    OwnRectification,
    RectificationNotFound,
)
from canteen.evaluation.rectifications.messages import (
    CHECKED,
    DUE_SOON,
    ENDED,
    EXTENSION_ASKED,
    EXTENSION_DECIDED,
    OVERDUE,
    REPORTED,
)
from canteen.evaluation.rectifications.models import ExtensionState, Origin, Rectification, State
from canteen.evaluation.rectifications.policies import Problem, Step
from canteen.evaluation.rectifications.queries import RectificationView
from canteen.evaluation.rectifications.rules import REMINDER_DAYS

# Only the table: the slice that fills it opens rectifications by our operations, and stands above us.
from canteen.evaluation.rounds.models import SheetState, UnitSheet
from canteen.evaluation.units import queries as unit_queries


@atomic
def open_by_hand(
    actor: Actor,
    *,
    unit_id: int,
    title: str,
    problems: Sequence[Problem],
    demand: str = "",
    due_on: date | None = None,
    sheet_id: int | None = None,
) -> RectificationView:
    """Order a unit to put something right, out of one's own finding or of its closed quarterly sheet.

    Raises Forbidden, UnitNotFound, OriginUnknown or DeadlineInvalid.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    unit = unit_queries.find_unit(unit_id)
    if sheet_id is not None:
        sheet = db.session.get(UnitSheet, sheet_id)
        if sheet is None or sheet.unit_id != unit.id or sheet.state != SheetState.CLOSED:
            raise OriginUnknown
    opened = operations.open_rectification(
        actor,
        unit_id=unit.id,
        origin=Origin.MANUAL if sheet_id is None else Origin.ROUND,
        origin_id=sheet_id,
        title=title,
        problems=problems,
        demand=demand,
        due_on=due_on,
        at=clock.now(),
    )
    return _view(actor, opened)


@atomic
def report(
    actor: Actor,
    *,
    rectification_id: int,
    revision: int,
    measures: Mapping[int, str],
    remark: str = "",
    photo_ids: Sequence[int] = (),
) -> RectificationView:
    """Say for the unit what was done about each item; photos may go with it.

    Raises RectificationNotFound, Forbidden, RectificationChanged, RectificationState, MeasuresIncomplete,
    RectificationTooManyPhotos or PhotoNotFound.
    """
    found = _for_unit(actor, rectification_id)
    policies.ensure_seen(revision, found.revision)
    policies.state_after(found.state, Step.REPORT)
    policies.ensure_few_photos(photo_ids)
    kept = policies.measures_of(measures, queries.positions_of(found.id))
    now, last = clock.now(), queries.last_attempt(found.id)
    number = last.number + 1 if last is not None else 1
    operations.add_attempt(
        actor, found, kept, number=number, remark=remark, photo_ids=photo_ids, at=now
    )  # fmt: skip
    operations.drop_extension(actor, found, decision="已报送整改情况", at=now)
    operations.take(actor, found, Step.REPORT, at=now)
    operations.tell(found, REPORTED, operations.managers(), event="reported")
    return _view(actor, found)


@atomic
def ask_extension(actor: Actor, *, rectification_id: int, wanted_on: date, reason: str) -> RectificationView:
    """Ask for the unit for a later deadline.

    Raises RectificationNotFound, Forbidden, RectificationState, ExtensionInvalid, ExtensionPending or
    RectificationReasonNeeded.
    """
    found = _for_unit(actor, rectification_id)
    policies.state_after(found.state, Step.EXTEND)
    policies.ensure_reason(reason)
    policies.ensure_later(wanted_on, found.due_on, clock.today())
    now = clock.now()
    operations.add_extension(actor, found, wanted_on=wanted_on, reason=reason, at=now)
    operations.take(actor, found, Step.EXTEND, text=reason, at=now)
    operations.tell(
        found,
        EXTENSION_ASKED,
        operations.managers(),
        event="extension",
        due=wanted_on.isoformat(),
        reason=reason,
    )
    return _view(actor, found)


@atomic
def decide_extension(
    actor: Actor, *, rectification_id: int, is_granted: bool, decision: str = ""
) -> RectificationView:
    """Grant or refuse the request for more time that waits; who refuses says why.

    Raises RectificationNotFound, Forbidden, OwnRectification, RectificationState, ExtensionNotFound or
    RectificationReasonNeeded.
    """
    found = _managed(actor, rectification_id)
    step = Step.GRANT if is_granted else Step.REFUSE
    policies.state_after(found.state, step)
    if not is_granted:
        policies.ensure_reason(decision)
    policies.ensure_others(queries.extension_asked_by(found.id), actor.staff_id)
    now = clock.now()
    state = ExtensionState.GRANTED if is_granted else ExtensionState.REFUSED
    wanted_on = operations.decide_extension(actor, found, state, decision=decision, at=now)
    columns = {"due_on": wanted_on} if is_granted else {}
    operations.take(actor, found, step, text=decision, at=now, **columns)
    operations.tell(
        found,
        EXTENSION_DECIDED,
        operations.reporters(found),
        event="decided",
        result="已获同意" if is_granted else f"未获同意（{decision}）",
        due=found.due_on.isoformat(),
    )
    return _view(actor, found)


@atomic
def check(
    actor: Actor,
    *,
    rectification_id: int,
    revision: int,
    is_passed: bool,
    failed: Sequence[int] = (),
    finding: str = "",
    due_on: date | None = None,
) -> RectificationView:
    """Re-check what was reported: it is closed, goes back with a new deadline, or is handed over.

    `failed` are the positions that were not put right. The second failure hands it over to 市场监管.
    Raises RectificationNotFound, Forbidden, OwnRectification, RectificationChanged, RectificationState,
    FailedItemsInvalid, RectificationReasonNeeded or DeadlineInvalid.
    """
    found = _managed(actor, rectification_id)
    policies.ensure_seen(revision, found.revision)
    step = Step.PASS if is_passed else Step.FAIL
    after = policies.state_after(found.state, step, failures=found.failures)
    policies.ensure_failed(is_passed, failed, queries.positions_of(found.id))
    if not is_passed:
        policies.ensure_reason(finding)
    now = clock.now()
    attempt = queries.last_attempt(found.id)
    if attempt is None:
        raise policies.refusal(found.state)
    policies.ensure_others(attempt.reported_by, actor.staff_id)
    operations.settle_attempt(
        actor, attempt, is_passed=is_passed, failed=failed, finding=finding, at=now
    )  # fmt: skip
    if is_passed:
        reported_on = clock.local(attempt.reported_at).date()
        columns: dict[str, object] = {"in_time": policies.is_in_time(reported_on, found.due_on)}
    else:
        columns = {"failures": found.failures + 1}
    if after is State.RETURNED:
        due = due_on or operations.default_deadline(now)
        policies.ensure_deadline(due, clock.today())
        columns["due_on"] = due
    operations.take(actor, found, step, text=finding, at=now, **columns)
    operations.tell(
        found, CHECKED, operations.reporters(found), event="checked", result=_result(after, found.due_on)
    )
    return _view(actor, found)


@atomic
def escalate(actor: Actor, *, rectification_id: int, reason: str) -> RectificationView:
    """Hand over what the unit does not put right, with the reason.

    Raises RectificationNotFound, Forbidden, OwnRectification, RectificationState or
    RectificationReasonNeeded.
    """
    return _end(actor, rectification_id, Step.ESCALATE, reason, "已移交市场监管部门联合处理")


@atomic
def close(actor: Actor, *, rectification_id: int, text: str) -> RectificationView:
    """Close what was handed over, with what came of it. Raises what `escalate` raises."""
    return _end(actor, rectification_id, Step.CLOSE, text, "已办结销号")


@atomic
def withdraw(actor: Actor, *, rectification_id: int, reason: str) -> RectificationView:
    """Take back what was opened by mistake. Raises what `escalate` raises."""
    return _end(actor, rectification_id, Step.WITHDRAW, reason, "已撤销")


@atomic
def remind() -> int:
    """Remind units of deadlines that come near, and them and the managers of those that have passed.

    Once for each deadline, so that repeating it is harmless; returns how many messages are new.
    """
    today = clock.today()
    days = rule_queries.value(REMINDER_DAYS)
    found = queries.due_by(today + timedelta(days=days))
    if not found:
        return 0
    reporters = unit_queries.reporters_of({each.unit_id for each in found})
    names = {each.id: each.name for each in unit_queries.active_units()}
    managers = people.managers()
    told = 0
    for is_late, kind in ((False, DUE_SOON), (True, OVERDUE)):
        messages = [
            _reminder(each, staff_id, names.get(each.unit_id, ""))
            for each in found
            if (each.due_on < today) is is_late
            for staff_id in {*reporters.get(each.unit_id, ()), *(managers if is_late else ())}
        ]
        told += len(notify_each(kind, messages))
    return told


def _reminder(of: Rectification, staff_id: int, unit_name: str) -> Message:
    due = of.due_on.isoformat()
    fields = {"unit": unit_name, "title": of.title, "due": due}
    return Message(staff_id, fields, dedupe=f"{of.id} {due}", page=operations.page_of(of.id))


def _end(actor: Actor, rectification_id: int, step: Step, text: str, result: str) -> RectificationView:
    found = _managed(actor, rectification_id)
    policies.state_after(found.state, step)
    policies.ensure_reason(text)
    now = clock.now()
    operations.drop_extension(actor, found, decision=policies.STEP_NAMES[step], at=now)
    columns = {"in_time": False} if step is Step.CLOSE else {}
    operations.take(actor, found, step, text=text, at=now, **columns)
    operations.tell(found, ENDED, operations.reporters(found), event="ended", result=result)
    return _view(actor, found)


def _for_unit(actor: Actor, rectification_id: int) -> Rectification:
    """A rectification of a unit that the actor speaks for, locked."""
    found = operations.lock(rectification_id)
    if not people.speaks_for(actor, found.unit_id):
        try:
            ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
        except Forbidden as unseen:
            raise RectificationNotFound from unseen
        raise Forbidden
    return found


def _managed(actor: Actor, rectification_id: int) -> Rectification:
    """A rectification that the actor may decide on, locked."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    found = operations.lock(rectification_id)
    if actor.staff_id in people.belonging_to(unit_queries.find_unit(found.unit_id)):
        raise OwnRectification
    return found


def _result(after: State, due_on: date) -> str:
    if after is State.CLOSED:
        return "复查通过，已销号"
    if after is State.ESCALATED:
        return "两次复查未通过，已移交市场监管部门联合处理"
    return f"复查未通过，请在 {due_on.isoformat()} 前重新整改"


def _view(actor: Actor, of: Rectification) -> RectificationView:
    db.session.flush()  # The view reads what was added.
    return queries.get_rectification(actor, of.id)
