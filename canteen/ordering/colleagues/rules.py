"""What administrators decide about the lookup of colleagues."""

from typing import Any, Final

from backend.rules.kinds import Count
from backend.rules.registry import Rule

LOOKUPS_PER_HOUR: Final = Rule(
    "canteen.colleague_lookups_per_hour",
    title="每人每小时查找同事次数",
    kind=Count(1, 1000, "次"),
    default=60,
    group="食堂·订餐",
    description="代订与转让时按工号或姓名查找同事、公务接待按工号填写陪餐人员的次数上限，防止批量抓取名册。",
)
RULES: Final[tuple[Rule[Any], ...]] = (LOOKUPS_PER_HOUR,)
