"""Refusals of the rules."""

from backend.errors import Conflict, Invalid, NotFound


class RuleNotFound(NotFound):
    """There is no such rule, scope or variant, or it is beyond the actor's reach."""

    code = "rules.not_found"
    message = "没有找到该规则，或该规则不适用于所选范围"


class RuleValueInvalid(Invalid):
    """The value is not one that the rule may have."""

    code = "rules.value_invalid"
    message = "规则的值有误：{reason}"


class RuleUnchanged(Invalid):
    """The rule would have this very value at that instant anyway."""

    code = "rules.unchanged"
    message = "该规则届时的值与此相同，无需修改"


class ReasonMissing(Invalid):
    """A change says why."""

    code = "rules.reason_missing"
    message = "请填写修改原因"


class EffectiveInPast(Invalid):
    """A change takes effect now or later, never earlier."""

    code = "rules.effective_in_past"
    message = "生效时间不能早于现在"


class RuleChangedMeanwhile(Conflict):
    """Somebody decided after the version that the author had seen."""

    code = "rules.changed_meanwhile"
    message = "该规则刚刚被修改过，请刷新后重试"
