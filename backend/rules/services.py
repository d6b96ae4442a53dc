"""Use cases of whoever may change a rule."""

from datetime import datetime

from backend.actor import Actor
from backend.db import atomic
from backend.rules import operations, policies, queries
from backend.rules.kinds import Json
from backend.rules.queries import RuleView


@atomic
def set_rule(
    actor: Actor,
    *,
    rule_key: str,
    value: Json,
    reason: str,
    seen_version_id: int,
    scope_id: int = 0,
    variant: str = "",
    effective_at: datetime | None = None,
) -> RuleView:
    """Decide a rule's value, as JSON, from now or from a later instant; how it stands then.

    `seen_version_id` is the `latest_version_id` that the author was shown. To withdraw a planned change,
    decide for its instant again. Raises RuleNotFound (also for what the actor may not see), Forbidden,
    RuleValueInvalid or what the rule's own kind refuses with, ReasonMissing, EffectiveInPast,
    RuleUnchanged and RuleChangedMeanwhile.
    """
    rule, place = queries.find(actor, rule_key, scope_id, variant)
    policies.ensure_may_change(actor, rule, place)
    operations.decide(
        actor,
        rule,
        rule.kind.load(value),
        scope_id=scope_id,
        variant=variant,
        effective_at=effective_at,
        reason=reason,
        seen_version_id=seen_version_id,
    )
    return queries.get_view(actor, rule_key, scope_id, variant)
