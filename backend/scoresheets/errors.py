"""Refusals of score sheets and of scoring."""

from backend.errors import Conflict, Invalid, NotFound


class SheetNotFound(NotFound):
    """There is no such score sheet."""

    code = "scoresheets.not_found"
    message = "没有找到这张评分表"


class SheetVersionNotFound(NotFound):
    """There is no such version."""

    code = "scoresheets.version_not_found"
    message = "没有找到评分表的这个版本"


class SheetCodeTaken(Conflict):
    """Another sheet has the code."""

    code = "scoresheets.code_taken"
    message = "编号 {sheet_code} 已用于另一张评分表"


class SheetInvalid(Invalid):
    """What the version says contradicts itself; `problems` are sentences."""

    code = "scoresheets.invalid"
    message = "评分表内容有误：{first}"


class VersionInForce(Conflict):
    """A version in force never changes."""

    code = "scoresheets.in_force"
    message = "已启用的评分表不能修改，请另建新版本"


class VersionNotInForce(Conflict):
    """Nothing is scored by a draft, or by a version whose day has not come."""

    code = "scoresheets.not_in_force"
    message = "评分表的这个版本尚未启用，不能用于评分"


class DraftExists(Conflict):
    """A sheet has one draft at a time."""

    code = "scoresheets.draft_exists"
    message = "这张评分表已有一个草稿版本，请先启用或删除"


class ValidFromTaken(Conflict):
    """A version comes into force after every earlier one."""

    code = "scoresheets.valid_from"
    message = "启用日期应晚于上一版本的启用日期 {after}"


class ScoringNotFound(NotFound):
    """Nothing is being scored for this."""

    code = "scoresheets.scoring_not_found"
    message = "没有找到相应的评分"


class ScoringClosed(Conflict):
    """A closed scoring never changes."""

    code = "scoresheets.scoring_closed"
    message = "评分已办结，不能再修改"


class ItemNotFound(NotFound):
    """The version has no such item."""

    code = "scoresheets.item_not_found"
    message = "评分表中没有这个指标"


class ScoreTooHigh(Invalid):
    """More than the item's points."""

    code = "scoresheets.score_too_high"
    message = "第 {number} 项最高 {points} 分"


class ScoreMissing(Invalid):
    """Neither a score nor said to be inapplicable, or both."""

    code = "scoresheets.score_missing"
    message = "第 {number} 项应评分，或注明不适用，两者取其一"


class NotInapplicable(Invalid):
    """The sheet does not let this item be inapplicable."""

    code = "scoresheets.not_inapplicable"
    message = "第 {number} 项不能作为不适用处理"


class ReasonNeeded(Invalid):
    """Points were lost without a reason."""

    code = "scoresheets.reason_needed"
    message = "第 {number} 项未得满分，请注明失分原因"


class ReasonNotFound(Invalid):
    """The reason is not of the item's catalogue, or says nothing."""

    code = "scoresheets.reason_not_found"
    message = "第 {number} 项的失分原因不在可选范围内，且没有文字说明"


class ItemsUnscored(Conflict):
    """Not every item has been scored."""

    code = "scoresheets.items_unscored"
    message = "还有 {count} 项没有评分：第 {numbers} 项"


class NothingApplies(Conflict):
    """Every item is inapplicable: there is nothing to scale up."""

    code = "scoresheets.nothing_applies"
    message = "全部指标均不适用，无法折算总分"
