"""What people read for the kinds of inspections."""

from collections.abc import Mapping
from typing import Final

from property.inspections.models import CatchUp, ItemKind, PlanKind, RestDays

KIND_NAMES: Final[Mapping[PlanKind, str]] = {PlanKind.INSPECTION: "巡检", PlanKind.MAINTENANCE: "保养"}
ITEM_NAMES: Final[Mapping[ItemKind, str]] = {
    ItemKind.YES_NO: "是否",
    ItemKind.NUMBER: "数值",
    ItemKind.CHOICE: "选择",
    ItemKind.PHOTO: "拍照",
}
REST_NAMES: Final[Mapping[RestDays, str]] = {
    RestDays.ANY: "节假日照常",
    RestDays.SKIP: "非工作日跳过",
    RestDays.NEXT: "非工作日顺延至下一工作日",
}
CATCH_UP_NAMES: Final[Mapping[CatchUp, str]] = {
    CatchUp.SKIP: "错过的不补",
    CatchUp.ONCE: "错过的补一次",
    CatchUp.ALL: "错过的全部补做",
}
WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
