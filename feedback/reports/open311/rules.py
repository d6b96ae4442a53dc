"""What is decided about Open311."""

from typing import Any, Final

from backend.actor import Permission
from backend.rules.kinds import Count, Flag
from backend.rules.registry import Rule

_GROUP: Final = "随手拍与诉求"
_MANAGE: Final = Permission.FEEDBACK_MANAGE

IS_OPEN: Final = Rule(
    "feedback.open311_is_open",
    title="Open311 开放接口",
    kind=Flag(),
    default=True,
    group=_GROUP,
    description="开启时，公示墙上的诉求可经 Open311 接口查询，持密钥的程序可提交诉求；关闭后一律不应答。",
    changes=_MANAGE,
    reads=_MANAGE,
)
KEY_DAILY: Final = Rule(
    "feedback.open311_key_daily",
    title="每个 Open311 密钥每天可提交的诉求",
    kind=Count(1, 10_000, "件"),
    default=100,
    group=_GROUP,
    changes=_MANAGE,
    reads=_MANAGE,
)
RULES: Final[tuple[Rule[Any], ...]] = (IS_OPEN, KEY_DAILY)
