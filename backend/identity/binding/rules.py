"""What administrators decide about binding."""

from typing import Any, Final

from backend.rules.kinds import Count, Minutes
from backend.rules.registry import Rule

GROUP: Final = "账号与登录"

TICKET_MINUTES: Final = Rule(
    "identity.bind_ticket_minutes",
    title="绑定凭据有效时间",
    kind=Minutes(1, 60),
    default=10,
    group=GROUP,
    description="未绑定的账号登录后，须在此时间内完成绑定；已发出的凭据不变。",
)
BIND_ATTEMPTS: Final = Rule(
    "identity.bind_attempts",
    title="每张绑定凭据的尝试次数",
    kind=Count(1, 20, "次"),
    default=5,
    group=GROUP,
)
RULES: Final[tuple[Rule[Any], ...]] = (TICKET_MINUTES, BIND_ATTEMPTS)
