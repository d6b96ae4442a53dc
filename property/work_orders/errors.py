"""Refusals of the work orders."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound, TooMany


class OrderNotFound(NotFound):
    """There is no such order, or it is not the actor's to know of."""

    code = "property.order_not_found"
    message = "没有找到该工单"


class OrderState(Conflict):
    """The transition table does not know this step from the order's state."""

    code = "property.order_state"
    message = "该工单当前为「{state_name}」，不能进行此操作"


class OrderNotYours(Forbidden):
    """The actor may see the order, but this is for somebody else to do."""

    code = "property.order_not_yours"
    message = "您不能对该工单进行此操作"


class OwnWork(Forbidden):
    """Nobody verifies or rates what they handled, nor approves what they asked for."""

    code = "property.own_work"
    message = "不能验收、评价或审批本人经办的工单，请由其他人员办理"


class WorkerFull(Conflict):
    """The worker has as many open orders as may be had at once."""

    code = "property.worker_full"
    message = "{worker}手上已有 {open} 张未完成的工单，上限为 {capacity} 张"


class NotAWorker(Invalid):
    """Work is given to workers at work, and to groups in use."""

    code = "property.not_a_worker"
    message = "所选人员或班组当前不能接单，请重新选择"


class OrderPlaceNeeded(Invalid):
    """An order says where: by a place, or by the plate of a place or of an asset."""

    code = "property.order_place_needed"
    message = "请选择报修地点，或扫描现场标牌"


class OrderPlaceUnknown(Invalid):
    """The place is not there, or out of use."""

    code = "property.order_place_unknown"
    message = "所选地点不存在或已停用，请重新选择"


class TooManyOpenReports(TooMany):
    """The reporter has too many orders that are not done yet."""

    code = "property.too_many_open_reports"
    message = "您还有 {open} 张未完成的报修单，请待处理后再提交（最多 {limit} 张）"


class RemindedLately(Conflict):
    """The same person urged this order a short while ago."""

    code = "property.reminded_lately"
    message = "您刚刚催办过，请在 {minutes} 分钟后再试"


class AppointmentInvalid(Invalid):
    """An appointment begins before it ends, and ends in the future."""

    code = "property.appointment_invalid"
    message = "预约时间应在现在之后的 {days} 天以内，且结束晚于开始"


class HappenedInFuture(Invalid):
    """What is told has not happened yet by the server's clock."""

    code = "property.happened_in_future"
    message = "操作时间晚于当前时间，请检查手机时间"


class HoldUntilInvalid(Invalid):
    """A hold ends in the future, and not too far off."""

    code = "property.hold_until_invalid"
    message = "预计恢复时间应在现在之后的 {days} 天以内"


class HoldEvidenceNeeded(Invalid):
    """A hold needs a photo as its evidence."""

    code = "property.hold_evidence_needed"
    message = "申请挂起请至少附一张现场照片"


class HoldWaits(Conflict):
    """A wish to hold the order waits for its approval."""

    code = "property.hold_waits"
    message = "该工单已有一份挂起申请待审批"


class HoldNotFound(NotFound):
    """There is no such hold, or it is not the actor's to know of."""

    code = "property.hold_not_found"
    message = "没有找到该挂起申请"


class HoldDecided(Conflict):
    """Somebody has decided it, or it lost its object."""

    code = "property.hold_decided"
    message = "该挂起申请已经处理"


class PartsOpen(Conflict):
    """An order is done when its parts are."""

    code = "property.parts_open"
    message = "该工单还有 {open} 张子工单未完成"


class MasterInvalid(Invalid):
    """A duplicate follows another order that still stands and is itself no duplicate."""

    code = "property.master_invalid"
    message = "主工单不存在，或其本身已撤销、不予受理或为重复工单"


class FollowsInvalid(Invalid):
    """A later complaint is about a closed order of one's own."""

    code = "property.follows_invalid"
    message = "只能对本人已关闭的工单再次报修"


class ReopenTooLate(Conflict):
    """After the window a later complaint is an order of its own."""

    code = "property.reopen_too_late"
    message = "已超过完成后 {days} 天的重开期限，请重新报修"


class OutcomeTextNeeded(Invalid):
    """What is not fully resolved says what is missing."""

    code = "property.outcome_text_needed"
    message = "请说明还有哪些问题没有解决"


class ContactNotAllowed(Forbidden):
    """Only who dispatches writes down a report in somebody else's name."""

    code = "property.contact_not_allowed"
    message = "只有调度人员可以代他人登记报修"


class ReporterUnknown(Invalid):
    """No active member of staff bears this number."""

    code = "property.reporter_unknown"
    message = "没有找到该工号的在职职工"


class NestedSplit(Conflict):
    """A part is not split again."""

    code = "property.nested_split"
    message = "子工单不能再拆分"


class ProofMissing(Invalid):
    """The category demands photos or a signature that are not there."""

    code = "property.proof_missing"
    message = "请先补充{titles}"


class TooManyProofs(Invalid):
    """More pictures than an order keeps of one kind."""

    code = "property.too_many_proofs"
    message = "每类照片最多 {most} 张"


class CostNotAgreed(Conflict):
    """The order costs more than the limit, and more than an approver has agreed to."""

    code = "property.cost_not_agreed"
    message = "费用 {cost} 元超过 {limit} 元，须先报价并经审批同意"


class RatingClosed(Conflict):
    """The order cannot be rated: it is not completed, or the time for it is over."""

    code = "property.rating_closed"
    message = "该工单当前不能评价"


class RatingDaysInvalid(Invalid):
    """The days are reversed, or too many."""

    code = "property.rating_days_invalid"
    message = "结束日期不能早于开始日期，且最多查询 {days} 天"


class RatingProviderUnknown(NotFound):
    """There is no such contractor or group, or it is not the actor's to know of."""

    code = "property.rating_provider_unknown"
    message = "没有找到该服务商或班组"
