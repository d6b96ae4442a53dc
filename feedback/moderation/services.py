"""Use cases of moderation: what the job does, and what people decide."""

from typing import Final

import structlog

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import atomic
from backend.wechat import operations as wechat_operations
from backend.wechat.client import read_verdict
from backend.wechat.models import PushEvent
from feedback.moderation import checking, editing, operations, policies, queries
from feedback.moderation.editing import Imported
from feedback.moderation.errors import ReasonNeeded
from feedback.moderation.models import Reason, Severity
from feedback.moderation.policies import Answer
from feedback.moderation.queries import Due, SubmissionView
from feedback.moderation.titles import WordView, word_view

log = structlog.get_logger(__name__)

_BATCH: Final = 20
_EVENTS_AT_ONCE: Final = 100


@atomic
def decide(
    actor: Actor, *, submission_id: int, is_passed: bool, revision: int, reason: str = ""
) -> SubmissionView:
    """Rule on a submission as the actor saw it, at `revision`; what is submitted later is checked anew.

    A decision may be changed by another one. Raises SubmissionNotFound, SubmissionChanged or ReasonNeeded.
    """
    queries.get_submission(actor, submission_id)
    if not is_passed and not reason.strip():
        raise ReasonNeeded
    submission = operations.locked(submission_id, revision)
    operations.decide(actor, submission, is_passed=is_passed, reason=reason)
    return queries.get_submission(actor, submission_id)


@atomic
def add_word(actor: Actor, *, word: str, severity: Severity, note: str = "") -> WordView:
    """Put a word on the list. Raises Forbidden, WordEmpty, WordExists or TooManyWords."""
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    return word_view(editing.add(actor, policies.entry_of(word, severity, note)))


@atomic
def change_word(actor: Actor, *, word_id: int, word: str, severity: Severity, note: str = "") -> WordView:
    """Change a word of the list, which thereby gets another id.

    Raises Forbidden, WordNotFound, WordEmpty or WordExists.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    return word_view(editing.change(actor, word_id, policies.entry_of(word, severity, note)))


@atomic
def remove_word(actor: Actor, *, word_id: int) -> None:
    """Take a word off the list. Raises Forbidden or WordNotFound."""
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    editing.remove(actor, word_id)


@atomic
def import_words(actor: Actor, *, text: str, removes_others: bool = False) -> Imported:
    """Take over words, one a line, as `policies.read_lines` reads them: all or none.

    Raises Forbidden, WordListBroken or TooManyWords.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    return editing.import_words(actor, policies.read_lines(text), removes_others=removes_others)


def check() -> int:
    """Ask WeChat about what waits, apply what it pushed, give up what took too long; returns how many asked.

    Never within a unit of work.
    """
    asked = ask_due()
    apply_verdicts()
    give_up_overdue()
    return asked


def ask_due() -> int:
    """Ask about everything that is due; returns how many questions were answered.

    Stops where WeChat is away: the others of the batch come again when their lease is over.
    """
    asked = 0
    while batch := _lease():
        for due in batch:
            answer = _ask(due)
            _record(due.id, answer)
            if answer.is_again or answer.failure is Reason.PROVIDER_DOWN:
                log.warning("content check: WeChat is away", check=due.id, attempts=due.attempts + 1)
                return asked
            asked += 1
    return asked


def apply_verdicts() -> int:
    """Apply what WeChat pushed about photos, each event once; returns how many.

    Of a trace that we do not know nothing follows; while it is fresh it waits, because the number of a
    check may be written down after its verdict has come.
    """
    applied, last = 0, 0
    while events := queries.waiting_events(last, _EVENTS_AT_ONCE):
        last = events[-1].id
        for event in events:
            applied += _apply(event)
    return applied


def give_up_overdue() -> int:
    """Let people look at what nobody answered in time; returns how many."""
    now = clock.now()
    overdue = queries.overdue(now - policies.ANSWERED_WITHIN, now)
    for check_id, attempts in overdue:
        _give_up(check_id, Reason.PROVIDER_DOWN if attempts else Reason.SILENT)
    return len(overdue)


def _ask(due: Due) -> Answer:
    try:
        return checking.ask(due)
    except Exception:  # A fault of ours: the check comes again, then a person looks; others have their turn.
        log.exception("content check failed", check=due.id)
        return policies.not_answered(due.attempts)


@atomic
def _lease() -> list[Due]:
    taken = operations.lease_due(clock.now(), _BATCH)
    return queries.due(taken) if taken else []


@atomic
def _record(check_id: int, answer: Answer) -> bool:
    return operations.answer(check_id, answer)


@atomic
def _apply(event: PushEvent) -> bool:
    trace_id = str(event.payload.get("trace_id", ""))[:64]
    is_known = bool(trace_id) and queries.is_traced(trace_id)
    if not is_known and event.received_at > clock.now() - policies.TRACE_WRITTEN_WITHIN:
        return False
    # Whoever marks the event applies it, in one unit of work: exactly once.
    if not wechat_operations.mark_handled(event.id, error="" if is_known else "unknown trace"):
        return False
    if not is_known:
        log.info("wechat verdict of an unknown trace", event_id=event.id)
        return False
    return operations.apply_verdict(trace_id, checking.as_answer(read_verdict(event.payload)))


@atomic
def _give_up(check_id: int, failure: Reason) -> None:
    operations.give_up(check_id, failure)
