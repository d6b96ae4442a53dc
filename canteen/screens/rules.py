"""What is decided about a canteen's screens."""

from typing import Any, Final

from backend.rules.kinds import Count, Flag
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·餐厅大屏"

SCREEN_IS_PUBLIC: Final = Rule(
    "canteen.screen_is_public",
    title="大屏是否公开",
    kind=Flag(yes="公开，凭食堂编号即可打开", no="不公开，凭专用链接打开"),
    default=True,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="大屏显示菜单、余量和餐余，不含任何个人信息。系统可从互联网访问的，可改为凭链接打开。",
)
SCREEN_LINK: Final = Rule(
    "canteen.screen_link",
    title="大屏专用链接的序号",
    kind=Count(1, 9999, "号"),
    default=1,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="改动序号即换发新链接，以前的链接随即失效，各处大屏须重新打开新链接。",
)
RULES: Final[tuple[Rule[Any], ...]] = (SCREEN_IS_PUBLIC, SCREEN_LINK)
