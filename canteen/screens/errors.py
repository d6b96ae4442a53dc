"""What goes wrong with screens."""

from backend.errors import NotFound


class ScreenNotFound(NotFound):
    """No such canteen, or not without its link; which of the two is nobody's business."""

    code = "canteen.screen_not_found"
    message = "这个屏幕链接不存在或已停用，请向食堂管理员索取新的链接"
