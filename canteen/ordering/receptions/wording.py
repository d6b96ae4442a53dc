"""What a reception may not offer, told from words: alcohol, tobacco, and the luxury dishes of a list.

A guard against the plain request, not a judge: whoever approves reads the text as well. It must not refuse
what merely contains a character of it: 酒酿, 啤酒鸭, 料酒, the city of 酒泉, the brewery that is visited, and
above all the sentence that there will be none.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

ALCOHOL, TOBACCO, LUXURY = "酒类", "香烟", "高档菜肴"

_BRANDS: Final = (
    "茅台|五粮液|二锅头|剑南春|泸州老窖|国窖1573|国窖|女儿红|花雕|梦之蓝|海之蓝|天之蓝|水井坊|舍得酒|古井贡"
    "|威士忌|伏特加|白兰地|香槟|朗姆|龙舌兰|轩尼诗|人头马|拉菲|百威|嘉士伯|喜力|扎啤|生啤|精酿|干红|干白"
)
_SMOKES: Final = "香烟|卷烟|雪茄|电子烟|软中华|硬中华|芙蓉王|红塔山"
_GAP: Final = "□"

# What a dish's name may end with behind the thing itself: a note in brackets, a measure, a vessel.
_MEASURE: Final = "ml|毫升|l|升|度|°|%vol|vol|年|瓶|支|杯|罐|箱|件|斤|两|听|扎|盒|包|条|份|壶|坛|提|打"
_TAIL: Final = re.compile(
    rf"(?:[(\[【〔][^)\]】〕]*[)\]】〕]|(?:[0-9.一二两三四五六七八九十半每几]+|/)(?:{_MEASURE})|[瓶罐盒桶听散]装|[/、,+])+$"
)
_HARMLESS_DISH: Final = re.compile(
    r"酒酿|(?:无醇|无酒精|0酒精|零酒精|脱醇|0度|零度)[^,]{0,2}[啤红葡萄白]{0,2}酒"
)
_IS_ALCOHOL: Final = re.compile(rf"(?:酒|{_BRANDS})$|酒水|烟酒|酒.{{0,2}}畅饮|畅饮.{{0,2}}酒")
_HOLDS_ALCOHOL: Final = re.compile(rf"酒|{_BRANDS}")
_IS_TOBACCO: Final = re.compile(rf"烟$|雪茄|香烟|卷烟|烟酒|{_SMOKES}")

_CLAUSE: Final = "[^,。;!?\n]"
_PLACES: Final = (
    r"酒泉|酒(?:店|楼|吧|庄)|烟台|烟(?:囱|花|叶|道|雾|熏|笋|火|尘|气|感|农|田)|(?:油|炊|硝|排|抽油)烟"
)
_COOKING: Final = (
    r"料酒|酒酿|醪糟|酒[糟曲]|酒精(?=过敏|消毒|棉|检测)"
    r"|[白红黄米啤]?酒(?:鸭|鱼|鸡|鹅|牛肉|羊肉|肉|虾|蟹|炖|焖|烧|煮|烩|酱|蒸|浸|腌|渍|卤|醉|汤圆|圆子)"
)
_TRADE: Final = (
    r"(?:白|红|黄|米|啤|葡萄|果|药|保健)?酒(?:类)?(?:产业|行业|企业|集团|公司|股份|市场|生产|产区|产地|基地|质量"
    r"|检[测验]|监管|流通|许可|抽检|专卖|厂|业|文化|驾|税)"
    rf"|(?:{_BRANDS})(?:镇|集团|机场|股份|公司|学院|酒厂|酒业|产业|企业|厂)"
    r"|烟(?:厂|草(?:局|公司|专卖|行业|产业|种植|系统|企业|集团|管理|控制|市场|监管))|[控禁戒无]烟|[戒禁醒]酒|酒[后驾]驾?"
)
_HARMLESS_TEXT: Final = re.compile(f"{_PLACES}|{_COOKING}|{_TRADE}")
_NO: Final = (
    r"(?:无需|不需要?|不必|不用|不得|不能|不可|不准|不许|不予|不|无|严禁|禁止?|勿|谢绝|拒绝|戒|免|非|忌|没有|未"
    r"|避免|杜绝|莫|别)"
)
# What begins a new thought within a clause, to which the "no" before it does not reach.
_TURN: Final = r"(?!并|但|另|再|还|而|只|改)"
_INSISTING: Final = re.compile(rf"(?:不能|不可|不得|怎能)(?:没有?|无|少了?|缺){_CLAUSE}{{0,4}}?[酒烟]|无酒不")
_ASKS_ALCOHOL: Final = re.compile(
    rf"{_CLAUSE}{{0,3}}(?:酒|{_BRANDS}){_CLAUSE}{{0,3}}|小酌|喝[两几一]杯|畅饮|豪饮"
)
_ASKS_TOBACCO: Final = re.compile(
    rf"{_SMOKES}|[酒和、]烟|烟[0-9一二两三四五六七八九十几]+[条包盒]|[0-9一二两三四五六七八九十几][条包盒].{{0,2}}?(?:烟|中华)"
    rf"|[备上带发敬抽送买供排来放摆配]{_CLAUSE}{{0,4}}?烟"
)


def forbidden_in_dish(name: str, luxuries: Collection[str], *, is_drink: bool) -> str | None:
    """What the dish is, if a reception may not offer it: 酒类, 香烟 or 高档菜肴; else None.

    A dish is alcohol if its name ends as a drink's does (红酒, 飞天茅台, 白酒2瓶); what is cooked with it is
    not. Of what the library itself calls a drink, any such word will do.
    """
    plain = _HARMLESS_DISH.sub(_GAP, _plain(name))
    thing = plain
    while (shorter := _TAIL.sub("", thing)) != thing:
        thing = shorter
    if _IS_ALCOHOL.search(thing) or (is_drink and _HOLDS_ALCOHOL.search(plain)):
        return ALCOHOL
    if _IS_TOBACCO.search(thing):
        return TOBACCO
    return LUXURY if _luxury_in(plain, luxuries) else None


def forbidden_in_text(text: str, luxuries: Collection[str]) -> tuple[str, str] | None:
    """The words in which a text asks for what a reception may not offer, and what that is; else None."""
    plain = _plain(text)
    insisting = _INSISTING.search(plain)
    if insisting:
        return insisting[0], ALCOHOL
    plain = _HARMLESS_TEXT.sub(_GAP, plain)
    plain = _negation(luxuries).sub(_GAP, plain)
    for pattern, what in ((_ASKS_TOBACCO, TOBACCO), (_ASKS_ALCOHOL, ALCOHOL)):
        found = pattern.search(plain)
        if found:
            return found[0].replace(_GAP, ""), what
    luxury = _luxury_in(plain, luxuries)
    return (luxury, LUXURY) if luxury else None


def _plain(text: str) -> str:
    """The text without what only separates: spaces, and marks that somebody put between two characters."""
    return re.sub(r"[ \t\u00b7\u200b\u3000*_]", "", unicodedata.normalize("NFKC", text).lower())


def _luxury_in(plain: str, luxuries: Collection[str]) -> str | None:
    """The first luxury in it; imitations (素鱼翅) and what is only named after it (鲍鱼菇) are none."""
    for word in luxuries:
        if word and re.search(rf"(?<![素仿假赛造]){re.escape(_plain(word))}(?![菇汁酱味])", plain):
            return word
    return None


def _negation(luxuries: Collection[str]) -> re.Pattern[str]:
    """`不上酒`, `不提供高档菜肴、香烟和酒水`: from the "no" to the last thing that it reaches."""
    things = "|".join(["酒水?", "烟", _BRANDS, *(re.escape(_plain(word)) for word in luxuries if word)])
    return re.compile(rf"{_NO}(?:{_TURN}{_CLAUSE}){{0,20}}(?:{things})(?:{_CLAUSE}{{0,2}}[品类])?")
