"""Refusals of takeaways."""

from backend.errors import Conflict, Invalid


class TakeawayNotOffered(Conflict):
    """The canteen packs no meals."""

    code = "canteen.takeaway_not_offered"
    message = "该食堂暂不提供外带，请选择堂食"


class WindowRequired(Invalid):
    """The canteen limits the takeaways of a window, and none was named."""

    code = "canteen.window_required"
    message = "请选择外带的取餐时段"


class WindowNotOffered(Invalid):
    """No window of the meal begins then, or it is over."""

    code = "canteen.window_not_offered"
    message = "没有所选的取餐时段，请刷新后重新选择"


class WindowForTakeaway(Invalid):
    """Who eats in the canteen names no window."""

    code = "canteen.window_for_takeaway"
    message = "堂食无需选择取餐时段"


class WindowFull(Conflict):
    """Every place of the window is taken."""

    code = "canteen.window_full"
    message = "{window} 的外带已约满，请选择其他取餐时段"
