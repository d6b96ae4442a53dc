"""What a canteen's managers decide about receptions. No value may be laxer than the regulation."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from backend.rules.errors import RuleValueInvalid
from backend.rules.kinds import Count, Fen, Json, Kind, Minutes
from backend.rules.registry import Rule, RuleScope

GROUP: Final = "食堂·公务接待"
MOST_WORDS: Final = 50
LONGEST_WORD: Final = 12


@dataclass(frozen=True)
class Words(Kind[tuple[str, ...]]):
    """A list of words."""

    control: ClassVar[str] = "words"

    def load(self, data: Json) -> tuple[str, ...]:
        """A list of words, or a text with 、 or commas between them."""
        if isinstance(data, str):
            data = self.read(data)
        if not isinstance(data, list) or not all(isinstance(word, str) for word in data):
            raise RuleValueInvalid(reason="应为词语列表")
        return tuple(dict.fromkeys(word.strip() for word in data if word.strip()))

    def dump(self, value: tuple[str, ...]) -> Json:
        """A list of words."""
        return list(value)

    def text(self, value: tuple[str, ...]) -> str:
        """`鱼翅、燕窝`."""
        return "、".join(value) or "无"

    def check(self, value: tuple[str, ...], variant: str) -> None:
        """Words of two characters and more: one alone would be found in everything."""
        if len(value) > MOST_WORDS:
            raise RuleValueInvalid(reason=f"最多 {MOST_WORDS} 个词语")
        if any(not 2 <= len(word) <= LONGEST_WORD for word in value):
            raise RuleValueInvalid(reason=f"每个词语应为 2 到 {LONGEST_WORD} 个字")

    def read(self, text: str) -> Json:
        """Words with 、, commas or spaces between them."""
        return [word for word in re.split(r"[\s、,，;；]+", text) if word]


STANDARD_FEN: Final = Rule(
    "canteen.reception_standard_fen",
    title="公务接待每人标准上限",
    kind=Fen(100, 500_00),
    default=50_00,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="申请的接待标准不能超过此数；菜品合计除以来宾与陪餐人数之和不能超过所申请的标准。",
)
SMALL_PARTY: Final = Rule(
    "canteen.reception_small_party",
    title="按定额陪餐的来宾人数",
    kind=Count(1, 10, "人"),
    default=10,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="来宾不超过此数时陪餐按定额，超过时按比例；规定为 10 人，只能从严。",
)
SMALL_COMPANIONS: Final = Rule(
    "canteen.reception_small_companions",
    title="陪餐定额",
    kind=Count(0, 3, "人"),
    default=3,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="来宾较少时最多几人陪餐；规定为 3 人，只能从严。",
)
GUESTS_PER_COMPANION: Final = Rule(
    "canteen.reception_guests_per_companion",
    title="每几名来宾可有一人陪餐",
    kind=Count(3, 50, "人"),
    default=3,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="来宾较多时陪餐人数为来宾人数除以此数，舍去余数；规定为不超过三分之一，只能从严。",
)
LEAD_MINUTES: Final = Rule(
    "canteen.reception_lead_minutes",
    title="公务接待提前申请时间",
    kind=Minutes(0, 7 * 24 * 60),
    default=240,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="须在供餐开始前多少分钟以前申请、修改或取消。",
)
UNANNOUNCED: Final = Rule(
    "canteen.reception_unannounced",
    title="实到来宾最多可超出人数",
    kind=Count(0, 20, "人"),
    default=2,
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="实到来宾比批准的多出不超过此数时可以直接登记，陪餐人数与标准按实到人数重新核对。",
)
LUXURIES: Final[Rule[tuple[str, ...]]] = Rule(
    "canteen.reception_luxuries",
    title="公务接待不得提供的菜肴",
    kind=Words(),
    default=("鱼翅", "燕窝", "鲍鱼", "熊掌", "穿山甲", "娃娃鱼", "野味"),
    scope=RuleScope.CANTEEN,
    group=GROUP,
    description="菜名或申请文字中出现这些词语即被拒绝；香烟与酒类始终不得提供，不必列入。",
)
RULES: Final[tuple[Rule[Any], ...]] = (
    STANDARD_FEN,
    SMALL_PARTY,
    SMALL_COMPANIONS,
    GUESTS_PER_COMPANION,
    LEAD_MINUTES,
    UNANNOUNCED,
    LUXURIES,
)
