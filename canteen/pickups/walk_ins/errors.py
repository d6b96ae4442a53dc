"""Refusals of walk-ins."""

from backend.errors import Conflict, Gone, Invalid, NotFound


class WalkInsOff(Conflict):
    """The canteen serves nobody without an order."""

    code = "canteen.walk_ins_off"
    message = "本食堂不提供现场用餐，请提前订餐"


class DinerCodeInvalid(Invalid):
    """The code is none of ours, or not a diner's."""

    code = "canteen.diner_code_invalid"
    message = "用餐码无效，请让用餐人员打开“用餐码”后重新出示"


class DinerCodeExpired(Gone):
    """The code was shown too long ago."""

    code = "canteen.diner_code_expired"
    message = "用餐码已过期，请让用餐人员刷新后重新出示"


class DinerUnknown(NotFound):
    """Nobody who works here has that code or card."""

    code = "canteen.diner_unknown"
    message = "没有找到该用餐人员，或其账号已停用"


class HasOrder(Conflict):
    """The person has an order for that day and period."""

    code = "canteen.has_order"
    message = "{staff_name}已有本餐订单（{canteen_name}，{state_name}），{hint}"
