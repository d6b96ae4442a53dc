"""Refusals of ordering."""

from backend.errors import Conflict, Invalid, NotFound


class OrderNotFound(NotFound):
    """There is no such order, or it is somebody else's."""

    code = "canteen.order_not_found"
    message = "没有找到该订单"


class DatePast(Invalid):
    """The day lies behind us."""

    code = "canteen.date_past"
    message = "{date} 已过，不能再订餐"


class NotPublished(Conflict):
    """There is no published menu for that meal."""

    code = "canteen.menu_not_published"
    message = "该餐次的菜单尚未发布，请稍后再来"


class OrderClosed(Conflict):
    """The order cutoff has passed, or the prep list is made."""

    code = "canteen.order_closed"
    message = "该餐次已截止订餐，不能再下单或修改"


class CancelClosed(Conflict):
    """The cancel cutoff has passed, or the prep list is made."""

    code = "canteen.cancel_closed"
    message = "该餐次已截止取消，如有特殊情况请联系食堂"


class DishNotOffered(Invalid):
    """A dish is not on this meal's menu."""

    code = "canteen.dish_not_offered"
    message = "所选菜品不在该餐次的菜单上，请刷新菜单后重选"


class PortionNotOffered(Invalid):
    """The dish is not sold in this portion."""

    code = "canteen.portion_not_offered"
    message = "「{dish}」不提供所选份量，请重新选择"


class DuplicateLine(Invalid):
    """The same dish in the same portion stands on two lines."""

    code = "canteen.duplicate_line"
    message = "同一菜品的相同份量请合并为一行"


class OverLimit(Conflict):
    """More portions than the canteen allows in one order."""

    code = "canteen.over_limit"
    message = "每单最多可订 {limit} 份，当前为 {wanted} 份，请按需取餐"


class SoldOut(Conflict):
    """Not enough portions are left."""

    code = "canteen.sold_out"
    message = "「{dish}」余量不足，仅剩 {remaining} 份，请选择其他菜品"


class DishWithdrawn(Conflict):
    """The kitchen cannot serve the dish at this meal after all."""

    code = "canteen.dish_withdrawn"
    message = "「{dish}」已由食堂取消供应，请选择其他菜品"


class MealOver(Conflict):
    """The meal's window is over, and so is the longest time of grace after it."""

    code = "canteen.meal_over"
    message = "该餐次已经结束，不能再取消供应"


class AlreadyOrdered(Conflict):
    """The person has an active order for that day and period.

    `data.order_id` is that order, if the person orders for themself.
    """

    code = "canteen.already_ordered"
    message = "您已订过当天的这一餐，可在原订单上修改"


class OrderNotBooked(Conflict):
    """The order has been cancelled, picked up or missed."""

    code = "canteen.order_not_booked"
    message = "订单当前状态为「{state_name}」，不能进行此操作"


class OrderChanged(Conflict):
    """Somebody changed the order meanwhile."""

    code = "canteen.order_changed"
    message = "订单刚刚被修改过，请刷新后重试"
