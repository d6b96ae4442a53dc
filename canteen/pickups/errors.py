"""Refusals at the counter."""

from backend.errors import Conflict, Forbidden, Gone, Invalid, NotFound


class CodeInvalid(Invalid):
    """The code is none of ours."""

    code = "canteen.pickup_code_invalid"
    message = "取餐码无效，请让用餐人员刷新后重新出示"


class CodeExpired(Gone):
    """The code was shown too long ago, or the order has changed since."""

    code = "canteen.pickup_code_expired"
    message = "取餐码已过期，请让用餐人员刷新后重新出示"


class OtherCanteen(Forbidden):
    """The order is for a canteen that this member of staff does not serve."""

    code = "canteen.pickup_other_canteen"
    message = "该订单不属于本食堂，请到「{canteen}」取餐"


class AlreadyPickedUp(Conflict):
    """Somebody has picked it up."""

    code = "canteen.already_picked_up"
    message = "该订单已于 {picked_up_text} 取餐，请勿重复取餐"


class NotTheTime(Conflict):
    """Picking up has not begun or is over."""

    code = "canteen.pickup_not_open"
    message = "现在不是该餐次的取餐时间（{window}）"


class NoOrderForCard(NotFound):
    """The card's holder has no order for this meal."""

    code = "canteen.no_order_for_card"
    message = "该卡没有本餐次的有效订单"


class NotPickedUp(Conflict):
    """Only who was served rates."""

    code = "canteen.not_picked_up"
    message = "取餐后才能评价该订单"


class RatingClosed(Conflict):
    """The meal is too long ago."""

    code = "canteen.rating_closed"
    message = "该订单的评价期限（取餐后 {days} 天）已过"


class DishNotEaten(Invalid):
    """The rating names a dish that the order does not hold."""

    code = "canteen.dish_not_eaten"
    message = "只能评价本次取餐的菜品"
