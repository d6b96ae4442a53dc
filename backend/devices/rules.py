"""What a canteen's managers decide about its devices."""

from typing import Any, Final

from backend.rules.kinds import Minutes
from backend.rules.registry import Rule, RuleScope

SILENT_MINUTES: Final = Rule(
    "devices.silent_minutes",
    title="称重设备多久未联系视为离线",
    kind=Minutes(3, 1440),
    default=15,
    scope=RuleScope.CANTEEN,
    group="食堂·称重",
    description="已启用的电子秤或网关超过这一时间没有联系服务器即显示为离线；供餐期间离线会通知食堂管理员一次。",
)
RULES: Final[tuple[Rule[Any], ...]] = (SILENT_MINUTES,)
