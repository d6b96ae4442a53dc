"""Refusals of the store."""

from backend.errors import Conflict, Invalid, NotFound


class BatchNotFound(NotFound):
    """There is no such batch, or it is beyond the actor's reach."""

    code = "canteen.batch_not_found"
    message = "没有找到该批次"


class StockShort(Conflict):
    """There is less in store that may be used than is wanted; nothing was taken.

    `short` lists every ingredient of which there is too little.
    """

    code = "canteen.stock_short"
    message = "可用库存不足：{shortages}"


class BatchShort(Conflict):
    """The batch has less left than is wanted."""

    code = "canteen.batch_short"
    message = "批次 {batch} 剩余 {free} 千克，不足 {wanted} 千克"


class BatchBlocked(Conflict):
    """Nothing is issued of a blocked batch."""

    code = "canteen.batch_blocked"
    message = "批次 {batch} 已封存（{reason}），不能领用"


class BatchExpired(Conflict):
    """Nothing is issued of what is past its last day: it is written off."""

    code = "canteen.batch_expired"
    message = "批次 {batch} 已于 {expired} 过期，不能领用，请报损"


class FefoReasonNeeded(Invalid):
    """Another batch expires before the named one: taking this one needs a reason."""

    code = "canteen.fefo_reason_needed"
    message = "批次 {first} 更早到期，应先领用；如须领用批次 {batch}，请说明原因"


class HeldByIncident(Conflict):
    """What an incident of food safety holds is let go of by the incident alone."""

    code = "canteen.batch_held_by_incident"
    message = "批次 {batch} 因食品安全事件封存，须由事件处置人员解除"


class MovementNotFound(NotFound):
    """There is no such movement, or it is beyond the actor's reach."""

    code = "canteen.movement_not_found"
    message = "没有找到该出入库记录"


class MovementFixed(Conflict):
    """It was taken back already, or it is of a kind that is not taken back so."""

    code = "canteen.movement_fixed"
    message = "该出入库记录不能撤销：{reason}"


class ReturnTooMuch(Conflict):
    """No more is given back than was issued."""

    code = "canteen.return_too_much"
    message = "退库数量超过领用数量：最多可退 {left} 千克"


class PurposeUnknown(Invalid):
    """The meal or the dish that an issue names is not of this canteen."""

    code = "canteen.issue_purpose_unknown"
    message = "领用的餐次或菜品不属于该食堂"


class ReceiptNotFound(NotFound):
    """There is no such receipt, or it is beyond the actor's reach."""

    code = "canteen.receipt_not_found"
    message = "没有找到该验收单"


class ReceiptLineInvalid(Invalid):
    """A line of a receipt cannot be as it is; `line` counts from 1."""

    code = "canteen.receipt_line_invalid"
    message = "第 {line} 行：{reason}"


class ReceiptSupplierNeeded(Invalid):
    """Goods come from somebody: a supplier of the list, or one by name and address."""

    code = "canteen.receipt_supplier_needed"
    message = "请选择供应商，或填写供货者名称、地址和联系方式"


class ReceiptDecided(Conflict):
    """The receipt is not in the state in which this can be done."""

    code = "canteen.receipt_decided"
    message = "该验收单已是「{state}」，不能再次办理"


class SecondPersonNeeded(Conflict):
    """Who received the goods does not check them as the second person."""

    code = "canteen.receipt_second_person"
    message = "复核须由验收人以外的人员办理"


class ReceiptUsed(Conflict):
    """Something of the receipt has been moved: it can no longer be taken back."""

    code = "canteen.receipt_used"
    message = "批次 {batch} 已有领用或其他变动，不能作废该验收单"


class CountNotFound(NotFound):
    """There is no such count, or it is beyond the actor's reach."""

    code = "canteen.count_not_found"
    message = "没有找到该盘点单"


class CountGoingOn(Conflict):
    """A canteen has one count at a time."""

    code = "canteen.count_going_on"
    message = "该食堂已有进行中的盘点，请先完成或取消"


class CountDecided(Conflict):
    """The count is not in the state in which this can be done."""

    code = "canteen.count_decided"
    message = "该盘点单已是「{state}」，不能进行此操作"


class CountIncomplete(Conflict):
    """Some batches were not counted, and it was not said that this is meant."""

    code = "canteen.count_incomplete"
    message = "还有 {count} 个批次未盘点，如确不盘点请注明部分盘点"


class CountInstantInvalid(Invalid):
    """A batch is counted while its count is open, and not in the future."""

    code = "canteen.count_instant_invalid"
    message = "盘点时间应在盘点开始之后、当前时间之前"


class CountApproverInvalid(Conflict):
    """Who opened, counted or handed in a count does not approve its differences."""

    code = "canteen.count_own"
    message = "盘点差异须由未参与本次盘点的人员审批"


class CountOutdated(Conflict):
    """More was taken since than a shortage leaves: the batch has to be counted anew."""

    code = "canteen.count_outdated"
    message = "批次 {batch} 盘点后又有出库，盘亏数量已超过现存，请驳回后重新盘点"
