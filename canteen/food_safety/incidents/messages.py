"""What incidents tell people, in neutral words: nothing is proved yet, and nobody shall be frightened."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import CHAT_OR_SMS, Field, Kind

NOTICE: Final = Kind(
    "canteen.food_notice",
    title="用餐情况提示",
    text="{canteen}：{text}",
    fields=(Field("canteen", "食堂"), Field("text", "提示内容")),
    channels=CHAT_OR_SMS,
    is_urgent=True,
    # Whoever feels unwell at night should know why.
    respects_quiet=False,
    life=timedelta(days=3),
)
DRILL: Final = Kind(
    "canteen.food_drill",
    title="食品安全演练",
    text="【演练】{canteen}：{text}（本次共涉及就餐人员 {diners} 人，未实际通知）",
    fields=(
        Field("canteen", "食堂"),
        Field("text", "提示内容"),
        Field("diners", "就餐人数"),
    ),
)
REPORTED: Final = Kind(
    "canteen.food_incident",
    title="食品安全事件",
    text="{drill}{canteen}上报了食品安全事件「{title}」（{kind}），请尽快核实并确认范围。",
    fields=(
        Field("canteen", "食堂"),
        Field("title", "事件"),
        Field("kind", "类别"),
        Field("drill", "演练"),
    ),
    channels=CHAT_OR_SMS,
    is_urgent=True,
    respects_quiet=False,
)
DEFAULT_TEXT: Final = (
    "您近日在本食堂用餐的部分菜品正在核查。请留意身体状况，如有不适请及时就医，"
    "并告知食堂；如无不适，无需处理。"
)
