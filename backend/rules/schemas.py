"""Wire shapes of the rules. A value is JSON of its rule's kind: a number, true, "09:30", a list…"""

from backend.rules.policies import REASON_LENGTH
from backend.wire import Bool, Id, In, Instant, Int, Json, Many, Out, Part, Query, Str


class RulesQuery(Query):
    """Which rules: 0 for those of the whole compound, or a canteen's; without it all that one may see."""

    scope_id = Int(minimum=0)


class RuleAddress(Query):
    """Which value of a rule: its canteen (0 for the whole compound) and variant."""

    scope_id = Int(minimum=0, load_default=0)
    variant = Str(max_length=20, load_default="")


class RuleIn(In):
    """A decision. `seen_version_id` is the `latest_version_id` that its author was shown."""

    scope_id = Int(minimum=0, load_default=0)
    variant = Str(max_length=20, load_default="")
    value = Json(required=True)
    effective_at = Instant(allow_none=True, load_default=None)
    reason = Str(required=True, min_length=1, max_length=REASON_LENGTH)
    seen_version_id = Int(required=True, minimum=0)


class RuleVersionOut(Out):
    """One decision. `state` is planned, in_force, past or replaced; `ends_at` when the next takes over."""

    id = Id()
    value = Json()
    text = Str()
    state = Str()
    state_name = Str()
    effective_at = Instant()
    ends_at = Instant(allow_none=True)
    changed_at = Instant()
    changed_by = Int()
    changed_by_name = Str()
    reason = Str()


class RuleOptionOut(Out):
    """One of the names that a value is made of."""

    value = Str()
    title = Str()


class RuleOut(Out):
    """How a rule stands at one place. `in_force` is null while the default holds."""

    key = Str(attribute="rule.key")
    title = Str(attribute="rule.title")
    group = Str(attribute="rule.group")
    description = Str(attribute="rule.description")
    scope = Str(attribute="rule.scope")
    scope_id = Int(attribute="place.id")
    scope_name = Str(attribute="place.name")
    variant = Str()
    variant_name = Str()
    value = Json()
    text = Str()
    default_text = Str()
    control = Str(attribute="kind.control")
    unit = Str(attribute="kind.unit")
    bounds = Many(Int(), allow_none=True, attribute="kind.bounds")
    options = Many(Part(RuleOptionOut))
    is_editable = Bool()
    latest_version_id = Int()
    in_force = Part(RuleVersionOut, allow_none=True)
    next_planned = Part(RuleVersionOut, allow_none=True)
