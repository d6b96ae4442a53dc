"""Refusals around trays."""

from backend.errors import Conflict, Forbidden, NotFound


class TrayUnknown(NotFound):
    """The canteen has no such tray."""

    code = "waste.tray_unknown"
    message = "没有编码为「{tray_code}」的餐盘，请先登记"


class TrayInUse(Conflict):
    """The tray was bound to somebody else a moment ago and is not back yet."""

    code = "waste.tray_in_use"
    message = "该餐盘刚刚绑定给了其他用餐人员，请换一个餐盘"


class NoMealNow(Conflict):
    """No meal is served about this time."""

    code = "waste.no_meal_now"
    message = "现在没有正在供应的餐次，不能绑定餐盘"


class OrderElsewhere(Conflict):
    """The order is another canteen's, another meal's, or was not handed out."""

    code = "waste.order_not_of_meal"
    message = "该订单不是本食堂本餐的有效订单"


class DeviceElsewhere(Forbidden):
    """The device belongs to no canteen."""

    code = "waste.device_without_canteen"
    message = "该设备不属于任何食堂"
