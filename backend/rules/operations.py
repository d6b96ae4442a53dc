"""Writes of the rules, within an open unit of work."""

from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from backend import clock, revisions
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, on_commit, unit
from backend.rules import policies, queries
from backend.rules.errors import RuleChangedMeanwhile, RuleUnchanged
from backend.rules.models import RuleVersion
from backend.rules.registry import Rule

V = TypeVar("V")


def decide(
    actor: Actor,
    rule: Rule[V],
    value: V,
    *,
    scope_id: int = 0,
    variant: str = "",
    effective_at: datetime | None = None,
    reason: str,
    seen_version_id: int | None = None,
) -> int:
    """Add a version and record it; returns its id. It takes effect now, or at a later instant.

    `seen_version_id` is the newest version that the author knew of, None to accept whatever there is.
    A decision for the instant of an earlier one replaces that. Raises RuleValueInvalid, ReasonMissing,
    EffectiveInPast, RuleUnchanged or RuleChangedMeanwhile. Whether the actor may is the caller's business.
    """
    connection, now = unit(), clock.now()
    rule.kind.check(value, variant)
    said = policies.reason_text(reason)
    at = policies.effective_instant(effective_at, now)
    newest_id = queries.newest_id(rule, scope_id, variant)
    if seen_version_id not in (None, newest_id):
        raise RuleChangedMeanwhile(latest_version_id=newest_id)
    # The unit sees what is committed now, not what the process remembers.
    queries.tell_written(connection)
    before = queries.version(rule, scope_id, variant, at)
    kept, replaced = rule.kind.dump(value), rule.kind.dump(before.value)
    if kept == replaced:
        raise RuleUnchanged
    row = RuleVersion(
        rule_key=rule.key,
        scope_kind=rule.scope.value,
        scope_id=scope_id,
        variant=variant,
        value=kept,
        effective_at=at,
        changed_at=now,
        changed_by=actor.staff_id,
        changed_by_name=actor.name,
        reason=said,
        follows_id=newest_id,
    )
    db.session.add(row)
    try:
        db.session.flush()  # Its id is told, and somebody may have decided at the same time.
    except IntegrityError as taken:
        raise RuleChangedMeanwhile from taken
    record(
        actor,
        "rules.changed",
        "rule",
        rule.key,
        scope_kind=rule.scope.value,
        scope_id=scope_id,
        variant=variant,
        version_id=row.id,
        before=replaced,
        after=kept,
        effective_at=at.isoformat(),
        reason=said,
    )
    show_change(*rule.topics)
    return row.id


def show_change(*topics: str) -> None:
    """Let cached values, and cached answers that show them, go once the unit is committed."""
    for topic in (queries.TOPIC, *topics):
        on_commit(partial(revisions.bump, topic))
