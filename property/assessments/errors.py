"""Refusals of the assessments."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class AssessmentNotFound(NotFound):
    """There is no such assessment, or version of it, or its contractor is not within reach."""

    code = "property.assessment_not_found"
    message = "没有找到该考核"


class MonthInvalid(Invalid):
    """The contract has no day within the month, or the month has not begun."""

    code = "property.assessment_month"
    message = "该合同在 {month} 没有服务期，或该月尚未开始"


class SheetUnsuitable(Conflict):
    """The score sheet of the contract cannot make a month's score; `problems` are sentences."""

    code = "property.sheet_unsuitable"
    message = "考核表不能用于服务商考核：{first}"


class AssessmentLocked(Conflict):
    """A locked month never changes."""

    code = "property.assessment_locked"
    message = "该月考核已锁定，如需更正请办理更正版本"


class AssessmentNotLocked(Conflict):
    """Only what is locked is corrected."""

    code = "property.assessment_open"
    message = "该月考核尚未锁定，可直接修改"


class AssessmentMoved(Conflict):
    """Somebody changed the month since it was read (`revision` is how it stands now)."""

    code = "property.assessment_moved"
    message = "考核刚刚有变动，请刷新后核对"


class FiguresMoved(Conflict):
    """The system's figures are not those that were read: they are measured anew first."""

    code = "property.assessment_figures_moved"
    message = "系统数据已有变化，请重新提取数据并核对后再锁定"


class MonthNotOver(Conflict):
    """A month is locked once it is over."""

    code = "property.assessment_month_open"
    message = "{month} 尚未结束，不能锁定"


class AppealsOpen(Conflict):
    """Nothing is locked while an appeal is open."""

    code = "property.appeals_open"
    message = "还有 {count} 项申诉没有复核完毕，不能锁定"


class ExclusionInvalid(Conflict):
    """The item cannot be said not to apply, or points were taken of it."""

    code = "property.exclusion_invalid"
    message = "第 {number} 项不能标记为不适用：{why}"


class OwnContractor(Forbidden):
    """Who speaks for a contractor neither assesses nor reviews it."""

    code = "property.own_contractor"
    message = "不能考核本人所代表的服务商"


class DeductionNotFound(NotFound):
    """There is no such deduction, or its contractor is not within reach."""

    code = "property.deduction_not_found"
    message = "没有找到该扣分"


class DeductionInvalid(Invalid):
    """The item takes no such deduction."""

    code = "property.deduction_invalid"
    message = "第 {number} 项不能这样扣分：{why}"


class DeductionDayInvalid(Invalid):
    """The day is none of the contract's in that month, or has not come."""

    code = "property.deduction_day"
    message = "发生日期应在 {from_on} 至 {until_on} 之间，且不晚于今天"


class EvidenceNeeded(Invalid):
    """A deduction is proved by a photo or by a work order."""

    code = "property.evidence_needed"
    message = "扣分应附照片，或关联有关工单"


class TooManyProofs(Invalid):
    """More photos or orders than are taken."""

    code = "property.too_many_proofs"
    message = "照片最多 {photos} 张，关联工单最多 {orders} 个"


class OrdersNotTheirs(Invalid):
    """A linked work order is not the contractor's; `order_ids` are those."""

    code = "property.orders_not_theirs"
    message = "所关联的工单不存在，或不是该服务商办理的"


class DeductionWithdrawn(Conflict):
    """It was taken back already."""

    code = "property.deduction_withdrawn"
    message = "该扣分已撤销"


class AppealNotFound(NotFound):
    """There is no such appeal, or its contractor is not within reach."""

    code = "property.appeal_not_found"
    message = "没有找到该申诉"


class AppealWindowOver(Conflict):
    """The window is over."""

    code = "property.appeal_window_over"
    message = "申诉期限已于 {until} 届满"


class AppealExists(Conflict):
    """A deduction is appealed once."""

    code = "property.appeal_exists"
    message = "该扣分已经申诉过"


class AppealStateWrong(Conflict):
    """Its state does not allow that."""

    code = "property.appeal_state"
    message = "该申诉当前为“{state_name}”，不能进行此操作"


class SamePersonReviews(Forbidden):
    """Who made the deduction, or reviewed the appeal first, does not review it (again)."""

    code = "property.appeal_own"
    message = "扣分人不能初审，扣分人和初审人不能复核，请由其他人员办理"


class OutcomeInvalid(Invalid):
    """What is left of the deduction does not fit the outcome."""

    code = "property.appeal_outcome"
    message = "部分成立时，保留的扣分应大于 0 且小于原扣分 {points} 分"


class CheckNotFound(NotFound):
    """There is no such check, or its contractor is not within reach."""

    code = "property.check_not_found"
    message = "没有找到该检查"


class CheckStateWrong(Conflict):
    """Its state does not allow that."""

    code = "property.check_state"
    message = "该检查当前为“{state_name}”，不能进行此操作"


class CheckDayInvalid(Invalid):
    """The day is none of the contract's, or has not come."""

    code = "property.check_day"
    message = "检查日期应在合同期内，且不晚于今天"


class NotOwnCheck(Forbidden):
    """Who opened a check scores it."""

    code = "property.check_own"
    message = "检查由开始检查的人员评分和办结"


class ScaleInvalid(Invalid):
    """The scale contradicts itself, or its item is none of the sheet's."""

    code = "property.scale_invalid"
    message = "评分标准有误：{why}"


class ScaleInUse(Conflict):
    """Something was locked by this version of the sheet."""

    code = "property.scale_in_use"
    message = "已有锁定的考核使用该版本考核表，评分标准不能再改，请另建新版本"


class BulletinNotFound(NotFound):
    """There is no such bulletin, or it is not published and the actor does not work on them."""

    code = "property.bulletin_not_found"
    message = "没有找到该通报"


class BulletinPeriodWrong(Invalid):
    """The period is no month or quarter, or lies ahead."""

    code = "property.bulletin_period"
    message = "通报期间应从月份（季度通报从季度）的第一天起，且已经开始"


class BulletinExists(Conflict):
    """The period has a bulletin already; `bulletin_id` is its latest version."""

    code = "property.bulletin_exists"
    message = "{period}的通报已经存在，如需更正请办理更正"


class BulletinMoved(Conflict):
    """Somebody changed the bulletin since it was read."""

    code = "property.bulletin_moved"
    message = "通报已被他人修改，请刷新后核对"


class BulletinStateWrong(Conflict):
    """Its state does not allow that."""

    code = "property.bulletin_state"
    message = "通报当前为“{state_name}”，不能{doing}"


class BulletinTooEarly(Conflict):
    """The period is not over, or has months that are not locked."""

    code = "property.bulletin_too_early"
    message = "期间尚未结束，或还有 {count} 份考核没有锁定，暂不能送审"


class DrafterPublishes(Forbidden):
    """Who drafted or submitted a bulletin does not sign it off."""

    code = "property.bulletin_own"
    message = "拟稿人、送审人不能审签本人经办的通报"
