"""What is decided about bulletins."""

from typing import Any, Final

from backend.rules.kinds import Flag
from backend.rules.registry import Rule

DRAFTER_MAY_PUBLISH: Final = Rule(
    "canteen.bulletin_drafter_may_publish",
    title="拟稿人可以审签本人经办的通报",
    kind=Flag(),
    default=False,
    group="反食品浪费",
    description="默认关闭：拟稿、送审与审签应由不同的人办理。",
)
RULES: Final[tuple[Rule[Any], ...]] = (DRAFTER_MAY_PUBLISH,)
