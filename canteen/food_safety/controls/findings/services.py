"""Use cases of findings."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic
from backend.media import operations as media_operations
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from canteen.food_safety import reach
from canteen.food_safety.controls import policies
from canteen.food_safety.controls.findings import operations, queries
from canteen.food_safety.controls.findings.operations import Wanted
from canteen.food_safety.controls.findings.queries import FindingView
from canteen.food_safety.controls.messages import FINDING_DUE
from canteen.food_safety.controls.models import Finding, FindingState, Source


@atomic
def raise_finding(
    actor: Actor, *, canteen_id: int, source: Source = Source.OTHER, **wanted: Any
) -> FindingView:
    """Write a problem down that came up outside of a daily control; `wanted` are the fields of `Wanted`.

    Raises CanteenNotFound, FindingDay or FindingPerson.
    """
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_RECORD)
    return queries.view_of(operations.raise_finding(actor, canteen_id, Wanted(**wanted), source))


@atomic
def rectify(
    actor: Actor, *, finding_id: int, text: str, revision: int, photo_ids: Sequence[int] = ()
) -> FindingView:
    """Say that a problem is put right.

    Raises FindingNotFound, FindingChanged, FindingStateWrong or PhotoNotFound.
    """
    row = queries.lock_finding(actor, finding_id, Permission.SAFETY_RECORD)
    policies.ensure_seen(row, revision)
    policies.ensure_transition(row.state, FindingState.RECTIFIED)
    row.state, row.rectification = FindingState.RECTIFIED.value, text
    row.rectified_at, row.rectified_by, row.rectified_by_name = clock.now(), actor.staff_id, actor.name
    row.revision += 1
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        media_operations.attach(
            actor, photo_id, policies.PHOTO_OWNER, row.id, position=row.revision * 10 + position
        )
    return _done(actor, row, "canteen.finding_rectified", "rectified", text)


@atomic
def check(
    actor: Actor,
    *,
    finding_id: int,
    is_ok: bool,
    revision: int,
    text: str = "",
    due_on: date | None = None,
) -> FindingView:
    """Check what somebody else put right: it is closed, or open again until a day.

    Raises FindingNotFound, FindingChanged, FindingStateWrong, OwnCheck or FindingDay.
    """
    row = queries.lock_finding(actor, finding_id, Permission.SAFETY_RECORD)
    policies.ensure_seen(row, revision)
    policies.ensure_rectified(row.state)
    policies.ensure_other(row, actor.staff_id)
    row.revision += 1
    if is_ok:
        row.state = FindingState.CLOSED.value
        row.closed_at, row.closed_by, row.closed_by_name = clock.now(), actor.staff_id, actor.name
        return _done(actor, row, "canteen.finding_checked", "passed", text)
    due = due_on or max(row.due_on, clock.today())
    policies.ensure_due(due, clock.today())
    row.state, row.due_on = FindingState.OPEN.value, due
    return _done(actor, row, "canteen.finding_checked", "failed", text)


@atomic
def reassign(
    actor: Actor,
    *,
    finding_id: int,
    responsible: str,
    due_on: date,
    reason: str,
    revision: int,
    responsible_id: int | None = None,
) -> FindingView:
    """Let somebody else, or by another day, put it right.

    Raises FindingNotFound, FindingChanged, FindingStateWrong, FindingDay or FindingPerson.
    """
    row = queries.lock_finding(actor, finding_id, Permission.SAFETY_MANAGE)
    policies.ensure_seen(row, revision)
    policies.ensure_transition(row.state, FindingState.RECTIFIED)
    policies.ensure_due(due_on, clock.today())
    row.responsible_id, row.due_on = responsible_id, due_on
    row.responsible = operations.name_of(responsible_id, responsible)
    row.revision += 1
    text = f"{row.responsible}，{due_on.isoformat()} 前；{reason}"
    return _done(actor, row, "canteen.finding_reassigned", "reassigned", text)


def _done(actor: Actor, row: Finding, action: str, step: str, text: str) -> FindingView:
    operations.add_event(actor, row, step, text)
    record(actor, action, "safety_finding", row.id, canteen_id=row.canteen_id)
    return queries.view_of(row)


@atomic
def remind() -> int:
    """Remind who has to put something right today or had to before, once a day; returns how many."""
    today = clock.today()
    messages = [
        Message(
            staff_id=view.row.responsible_id or 0,
            fields={
                "canteen": view.canteen,
                "problem": view.row.description[:60],
                "due": view.row.due_on.isoformat(),
            },
            dedupe=f"finding:{view.row.id}:{today.isoformat()}",
        )
        for view in queries.due_until(today)
    ]
    return len(notifications.notify_each(FINDING_DUE, messages))
