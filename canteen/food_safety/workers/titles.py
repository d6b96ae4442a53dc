"""What the words of kitchen workers are called, and the notice that they are given."""

from collections.abc import Mapping
from typing import Final

from canteen.food_safety.workers.models import Basis, Outcome, Shift

SHIFT_NAMES: Final[Mapping[Shift, str]] = {
    Shift.MORNING: "早班",
    Shift.NOON: "中班",
    Shift.EVENING: "晚班",
}
OUTCOME_NAMES: Final[Mapping[Outcome, str]] = {Outcome.FIT: "合格", Outcome.BLOCKED: "停岗"}
BASIS_NAMES: Final[Mapping[Basis, str]] = {
    Basis.CONSENT: "单独同意",
    Basis.DUTY: "履行法定职责告知",
}
# The codes of the operating code's morning check.
SYMPTOM_NAMES: Final[Mapping[int, str]] = {
    0: "正常",
    1: "发热",
    2: "恶心",
    3: "呕吐",
    4: "腹泻",
    5: "腹痛",
    6: "外伤",
    7: "烫伤",
    8: "湿疹",
    9: "黄疸",
    10: "咽痛",
    11: "咳嗽",
    12: "其他",
}
# A change of the text needs another version: what people were told is noted with it.
NOTICE_VERSION: Final = "2026-11"
NOTICE_TEXT: Final = (
    "为履行《中华人民共和国食品安全法》第四十五条规定的从业人员健康管理义务，食堂在您每班上岗前登记体温和"
    "有无发热、呕吐、腹泻、皮肤伤口等症状。这些属于健康信息，是敏感个人信息：登记后加密保存，只有食品安全"
    "管理人员因工作需要才能查看，每次查看都留有记录；不用于其他用途，不对外提供，不列入任何报表，到期自动"
    "删除，只保留“合格”或“停岗”的结论。不登记则不能安排接触直接入口食品的工作。您可以查阅、复制、更正本人的"
    "记录。"
)
