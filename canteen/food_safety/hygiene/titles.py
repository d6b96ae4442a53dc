"""What the words of hygiene are called."""

from collections.abc import Mapping
from typing import Final

from canteen.food_safety.hygiene.models import CleaningKind, Every, Method, Scheme

KIND_NAMES: Final[Mapping[CleaningKind, str]] = {CleaningKind.CLEAN: "清洁", CleaningKind.DISINFECT: "消毒"}
METHOD_NAMES: Final[Mapping[Method, str]] = {
    Method.WASH: "清洗",
    Method.STEAM: "蒸汽消毒",
    Method.BOIL: "煮沸消毒",
    Method.INFRARED: "红外线消毒",
    Method.DISHWASHER: "洗碗机消毒",
    Method.CHLORINE: "含氯消毒剂",
    Method.ALCOHOL: "酒精擦拭",
    Method.ULTRAVIOLET: "紫外线照射",
    Method.OZONE: "臭氧消毒",
    Method.OTHER: "其他",
}
EVERY_NAMES: Final[Mapping[Every, str]] = {Every.DAY: "每天", Every.WEEK: "每周", Every.MONTH: "每月"}
SCHEME_NAMES: Final[Mapping[Scheme, str]] = {
    Scheme.CONSTANT: "六常",
    Scheme.DAILY: "六天",
    Scheme.OWN: "自定",
}
