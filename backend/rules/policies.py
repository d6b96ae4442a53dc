"""What holds for versions of rules: pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from backend.actor import Actor, Permission
from backend.errors import Forbidden
from backend.rules.errors import EffectiveInPast, ReasonMissing
from backend.rules.kinds import Json
from backend.rules.registry import Place, Rule, RuleScope

V = TypeVar("V")

REASON_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Version(Generic[V]):
    """A value with the version that gives it; id 0 and no instant for the rule's default."""

    id: int
    value: V
    effective_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of `rule_versions`."""

    id: int
    value: Json
    effective_at: datetime
    changed_at: datetime
    changed_by: int
    changed_by_name: str
    reason: str


class VersionState(StrEnum):
    """待生效, 生效中, 已失效, and 已撤换: replaced by a later decision for the same instant."""

    PLANNED = "planned"
    IN_FORCE = "in_force"
    PAST = "past"
    REPLACED = "replaced"


STATE_NAMES: Final = {
    VersionState.PLANNED: "待生效",
    VersionState.IN_FORCE: "生效中",
    VersionState.PAST: "已失效",
    VersionState.REPLACED: "已撤换",
}


def standing(decisions: Sequence[Decision]) -> list[Decision]:
    """Those of one rule and place that count, by instant: of two with the same, the later decision."""
    by_instant = {one.effective_at: one for one in sorted(decisions, key=lambda one: one.id)}
    return [by_instant[instant] for instant in sorted(by_instant)]


def in_force(ordered: Sequence[Decision], at: datetime) -> Decision | None:
    """The last that has taken effect by then; from its own instant on."""
    return next((one for one in reversed(ordered) if one.effective_at <= at), None)


def reaches(actor: Actor, permission: Permission, scope: RuleScope, place: Place) -> bool:
    """Whether the actor holds the permission where the rule has this value."""
    reach = actor.reach(permission)
    if scope is RuleScope.COMPOUND:
        return reach.everywhere
    return reach.covers(
        campus_id=place.campus_id,
        canteen_id=place.id if scope is RuleScope.CANTEEN else 0,
        building_id=place.id if scope is RuleScope.BUILDING else 0,
    )


def may_change(actor: Actor, rule: Rule[Any], place: Place) -> bool:
    """Whether the actor may change the rule for this place."""
    return reaches(actor, rule.change_permission, rule.scope, place)


def may_see(actor: Actor, rule: Rule[Any], place: Place) -> bool:
    """Whether the actor may see the rule for this place: who may change it, may."""
    return reaches(actor, rule.read_permission, rule.scope, place) or may_change(actor, rule, place)


def ensure_may_change(actor: Actor, rule: Rule[Any], place: Place) -> None:
    """The actor may change the rule for this place. Raises Forbidden."""
    if not may_change(actor, rule, place):
        raise Forbidden


def effective_instant(wanted: datetime | None, now: datetime) -> datetime:
    """When a change takes effect: now unless a later instant is wanted. Raises EffectiveInPast."""
    if wanted is not None and wanted < now:
        raise EffectiveInPast(now=now)
    return wanted or now


def reason_text(reason: str) -> str:
    """The reason, trimmed. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()[:REASON_LENGTH]
