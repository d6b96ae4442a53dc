"""Refusals of requests and orders."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class PurchaseRequestNotFound(NotFound):
    """There is no such request, or it is not the actor's to know of."""

    code = "canteen.purchase_request_not_found"
    message = "没有找到该采购申请"


class PurchaseOrderNotFound(NotFound):
    """There is no such order, or it is not the actor's to know of."""

    code = "canteen.purchase_order_not_found"
    message = "没有找到该采购单"


class PurchaseLineNotFound(NotFound):
    """There is no such line of an order."""

    code = "canteen.purchase_line_not_found"
    message = "没有找到该采购单明细"


class RequestNotOpen(Conflict):
    """The request was ordered or withdrawn already."""

    code = "canteen.purchase_request_not_open"
    message = "该采购申请已下单或已撤回，不能再处理"


class RequestIsOrdered(Conflict):
    """Orders were made from the request."""

    code = "canteen.purchase_request_ordered"
    message = "该采购申请已生成采购单，请先取消采购单再撤回"


class NothingToOrder(Conflict):
    """Of no line of the request a price is known, or nothing is left to order."""

    code = "canteen.nothing_to_order"
    message = "没有可下单的食材：{ingredients}"


class NothingWanted(Conflict):
    """Every ingredient has its minimum, in stock or on order."""

    code = "canteen.nothing_below_minimum"
    message = "没有低于安全库存的食材"


class PurchaseStateConflict(Conflict):
    """The order cannot take this step."""

    code = "canteen.purchase_order_state"
    message = "采购单当前为“{state}”，不能进行此操作"


class PurchaseOrderChanged(Conflict):
    """Somebody changed the order meanwhile."""

    code = "canteen.purchase_order_changed"
    message = "该采购单刚刚有变动，请刷新后重试"


class OwnPurchaseOrder(Forbidden):
    """Who made, changed or submitted an order does not decide on it."""

    code = "canteen.own_purchase_order"
    message = "不能审批自己编制、修改或提交的采购单"


class PriceMissing(Invalid):
    """The supplier has no price for the pack, and none was entered."""

    code = "canteen.price_missing"
    message = "供应商没有“{ingredient}”该包装的有效报价，请填写价格"


class DuplicateLine(Invalid):
    """An ingredient stands twice, in the same pack."""

    code = "canteen.duplicate_purchase_line"
    message = "同一种食材的同一包装只能出现一次"


class PurchaseDateInvalid(Invalid):
    """The day lies in the past."""

    code = "canteen.purchase_date_past"
    message = "日期不能早于今天"


class NotExpected(Conflict):
    """Nothing is expected of the order: it was not approved, or is closed."""

    code = "canteen.order_not_expected"
    message = "采购单 {number} 为“{state}”，不能验收到货"


class OverDelivered(Conflict):
    """More came than was ordered, beyond what is tolerated, and nobody said why it was taken."""

    code = "canteen.over_delivered"
    message = "“{ingredient}”到货 {received} 千克，超过订购的 {ordered} 千克 {percent}% 以上，请说明原因"


class CorrectionTooLarge(Invalid):
    """A correction takes back more than came."""

    code = "canteen.correction_too_large"
    message = "冲减的重量超过已验收的重量"
