"""Writes of moderation, within an open unit of work.

Lock order: the submission, then its checks.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, insert, or_, select, update

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, table, unit
from backend.statements import insert_or_nothing
from feedback.moderation import following, policies, queries
from feedback.moderation.errors import SubmissionChanged
from feedback.moderation.models import Check, CheckState, Provider, Reason, Submission, SubmissionState
from feedback.moderation.policies import Answer

_SUBMISSIONS, _CHECKS = table(Submission), table(Check)
_OPEN = insert_or_nothing(
    _SUBMISSIONS,
    [
        "subject_kind",
        "subject_id",
        "author_id",
        "campus_id",
        "building_id",
        "state",
        "revision",
        "submitted_at",
    ],
    returning="id",
)
# What nobody has answered and nobody has ruled on.
_IS_OPEN: Final = and_(_CHECKS.c.state == CheckState.WAITING.value, _CHECKS.c.ruling == "")


def submit(
    subject_kind: str,
    subject_id: int,
    *,
    texts: Sequence[str],
    photo_ids: Sequence[int] = (),
    author_id: int | None,
    campus_id: int = 0,
    building_id: int = 0,
) -> None:
    """Have what a subject shows checked: local words at once, WeChat within a minute or two.

    What is submitted again for the same subject is checked in addition. `author_id` is by whose WeChat
    account it is checked; give None for somebody unnamed or from outside: then WeChat learns nothing, and
    a person looks. `campus_id` and `building_id` say within whose reach the subject lies.
    """
    now = clock.now()
    submission_id = _open(subject_kind, subject_id, author_id, campus_id, building_id, now)
    blank = {"submission_id": submission_id, "submitted_at": now}
    version, words = queries.word_list()
    rows: list[dict[str, Any]] = []
    for text in texts:
        if not text.strip():
            continue
        state, label = policies.judge_words(policies.find_words(text, words))
        local = {"provider": Provider.WORDS, "content": text, "state": state.value, "label": label}
        rows.append({**blank, **local, "word_version": version, "asked_at": now, "answered_at": now})
        rows += [
            {**blank, "provider": Provider.WECHAT_TEXT, "content": part} for part in policies.parts_of(text)
        ]
    rows += [{**blank, "provider": Provider.WECHAT_IMAGE, "photo_id": photo_id} for photo_id in photo_ids]
    for row in rows:
        if author_id is None and row["provider"] is not Provider.WORDS:
            row |= {"state": CheckState.FAILED.value, "failure": Reason.NO_AUTHOR.value, "answered_at": now}
        unit().execute(insert(_CHECKS).values(**{**row, "provider": row["provider"].value}))
    _restate(submission_id)


def lease_due(now: datetime, most: int) -> list[int]:
    """Take the next checks that WeChat is to be asked for, so that nobody else asks; their ids."""
    some = (
        select(_CHECKS.c.id)
        .where(_IS_OPEN, _CHECKS.c.asked_at.is_(None), _is_free(now))
        .order_by(_CHECKS.c.id)
        .limit(most)
    )
    # Says it twice: a check that was taken meanwhile no longer fits when its lock is given up.
    taken = unit().execute(
        update(_CHECKS)
        .where(_CHECKS.c.id.in_(some), _IS_OPEN, _is_free(now))
        .values(leased_until=now + policies.LEASE)
        .returning(_CHECKS.c.id)
    )
    return sorted(taken.scalars())


def answer(check_id: int, given: Answer) -> bool:
    """Write down how a question ended; False if the check was answered or ruled on meanwhile."""
    now = clock.now()
    submission_id = _lock_of(check_id)
    values: dict[str, Any] = {"leased_until": None}
    if given.is_again:
        values["attempts"] = _CHECKS.c.attempts + 1
    else:
        values |= {"trace_id": given.trace_id, "asked_at": now, "label": given.label}
        if given.state is not CheckState.WAITING:
            values |= {"state": given.state.value, "answered_at": now}
            values["failure"] = given.failure.value if given.failure else ""
    written = unit().execute(update(_CHECKS).where(_CHECKS.c.id == check_id, _IS_OPEN).values(**values))
    if not written.rowcount:
        return False
    if given.state is not CheckState.WAITING:
        _restate(submission_id)
    return True


def apply_verdict(trace_id: str, given: Answer) -> bool:
    """Apply what WeChat says of a photo that it was asked for; False if it had said so before.

    A verdict that comes after its time still counts, unless a person has ruled: then it is only noted.
    """
    check_id = db.session.execute(select(Check.id).where(Check.trace_id == trace_id)).scalars().first()
    if check_id is None:
        return False
    submission_id = _lock_of(check_id)
    is_unanswered = or_(_CHECKS.c.state == CheckState.WAITING.value, _CHECKS.c.failure == Reason.SILENT.value)
    applied = unit().execute(
        update(_CHECKS)
        .where(_CHECKS.c.id == check_id, is_unanswered)
        .values(
            state=given.state.value,
            label=given.label,
            failure=given.failure.value if given.failure else "",
            answered_at=clock.now(),
        )
    )
    if applied.rowcount:
        _restate(submission_id)
    return bool(applied.rowcount)


def give_up(check_id: int, failure: Reason) -> None:
    """Nobody waits for an answer any more: a person looks."""
    submission_id = _lock_of(check_id)
    unit().execute(
        update(_CHECKS)
        .where(_CHECKS.c.id == check_id, _IS_OPEN)
        .values(state=CheckState.FAILED.value, failure=failure.value, leased_until=None)
    )
    _restate(submission_id)


def decide(actor: Actor, submission: Submission, *, is_passed: bool, reason: str) -> None:
    """Rule on everything that was submitted so far; the submission is locked. Audited."""
    state = SubmissionState.PASSED if is_passed else SubmissionState.REFUSED
    unit().execute(
        update(_CHECKS)
        .where(_CHECKS.c.submission_id == submission.id)
        .values(ruling=state.value, leased_until=None)
    )
    before = submission.state
    unit().execute(
        update(_SUBMISSIONS)
        .where(_SUBMISSIONS.c.id == submission.id)
        .values(
            state=state.value,
            revision=_SUBMISSIONS.c.revision + 1,
            decided_at=clock.now(),
            decided_by=actor.staff_id,
            decided_by_name=actor.name,
            reason=reason,
        )
    )
    record(
        actor,
        "feedback.moderation_decided",
        "moderation",
        submission.id,
        subject_kind=submission.subject_kind,
        subject_id=submission.subject_id,
        from_state=before,
        to_state=state.value,
        reason=reason,
    )
    if not is_passed:
        following.tell_refused(actor, submission.subject_kind, submission.subject_id)


def locked(submission_id: int, revision: int) -> Submission:
    """The submission, locked, as the actor saw it. Raises SubmissionChanged."""
    statement = select(Submission).where(Submission.id == submission_id).with_for_update()
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one()
    if found.revision != revision:
        raise SubmissionChanged
    return found


def _open(
    subject_kind: str,
    subject_id: int,
    author_id: int | None,
    campus_id: int,
    building_id: int,
    now: datetime,
) -> int:
    """The subject's submission, made or locked."""
    new = _OPEN.row(
        unit(),
        {
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "author_id": author_id,
            "campus_id": campus_id,
            "building_id": building_id,
            "state": SubmissionState.WAITING.value,
            "revision": 0,
            "submitted_at": now,
        },
    )
    if new is not None:
        return int(new[0])
    changed = unit().execute(
        update(_SUBMISSIONS)
        .where(_SUBMISSIONS.c.subject_kind == subject_kind, _SUBMISSIONS.c.subject_id == subject_id)
        .values(
            submitted_at=now,
            author_id=author_id,
            campus_id=campus_id,
            building_id=building_id,
            revision=_SUBMISSIONS.c.revision + 1,
        )
        .returning(_SUBMISSIONS.c.id)
    )
    return int(changed.scalar_one())


def _lock_of(check_id: int) -> int:
    """Lock the submission of a check; its id."""
    statement = (
        select(_SUBMISSIONS.c.id)
        .join(_CHECKS, _CHECKS.c.submission_id == _SUBMISSIONS.c.id)
        .where(_CHECKS.c.id == check_id)
        .with_for_update(of=_SUBMISSIONS)
    )
    return int(unit().execute(statement).scalar_one())


def _restate(submission_id: int) -> None:
    """Let the submission stand as its checks say."""
    checks = unit().execute(
        select(_CHECKS.c.state, _CHECKS.c.ruling).where(_CHECKS.c.submission_id == submission_id)
    )
    state = policies.state_of((row.state, row.ruling) for row in checks).value
    unit().execute(
        update(_SUBMISSIONS)
        .where(_SUBMISSIONS.c.id == submission_id, _SUBMISSIONS.c.state != state)
        .values(state=state, revision=_SUBMISSIONS.c.revision + 1)
    )


def _is_free(now: datetime) -> Any:
    return or_(_CHECKS.c.leased_until.is_(None), _CHECKS.c.leased_until <= now)
