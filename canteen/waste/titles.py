"""What the words of weighing are called: the one place for pages, documents and sentences."""

from collections.abc import Mapping
from typing import Final

from canteen.waste.models import (
    ContainerKind,
    Disposition,
    Edible,
    Kind,
    Quarantine,
    Source,
    Stage,
    Status,
)

KIND_NAMES: Final[Mapping[Kind, str]] = {
    Kind.SERVE_DELTA: "取餐称重",
    Kind.TRAY_RETURN: "餐盘回收称重",
    Kind.DISH_LEFTOVER: "单菜剩余称重",
    Kind.BIN_DELTA: "收集桶称重",
    Kind.BIN_EMPTY: "收集桶清空",
    Kind.PAN_OUT: "出菜称重",
    Kind.PAN_BACK: "回菜称重",
    Kind.ENTRY: "人工登记",
}
STAGE_NAMES: Final[Mapping[Stage, str]] = {
    Stage.PREPARED: "制作",
    Stage.SERVED: "供应",
    Stage.STORAGE: "储存损耗",
    Stage.PREPARATION: "加工损耗",
    Stage.UNSERVED: "备餐剩余",
    Stage.PLATE: "餐盘剩余",
    Stage.REUSED: "合理利用",
}
SOURCE_NAMES: Final[Mapping[Source, str]] = {
    Source.BULK: "集中称重",
    Source.TRAY: "餐盘称重",
    Source.DISH: "单菜称重",
    Source.PAN: "菜盆称重",
}
EDIBLE_NAMES: Final[Mapping[Edible, str]] = {
    Edible.EDIBLE: "可食",
    Edible.INEDIBLE: "不可食",
    Edible.MIXED: "未区分",
}
DISPOSITION_NAMES: Final[Mapping[Disposition, str]] = {
    Disposition.DISCARD: "交由收运",
    Disposition.COMPOST: "堆肥",
    Disposition.FEED: "饲料化",
    Disposition.DONATE: "捐赠",
    Disposition.REUSE: "合理利用",
}
STATUS_NAMES: Final[Mapping[Status, str]] = {
    Status.OK: "有效",
    Status.QUARANTINED: "待核实",
    Status.VOID: "作废",
}
QUARANTINE_NAMES: Final[Mapping[Quarantine, str]] = {
    Quarantine.UNSTABLE: "读数未稳定",
    Quarantine.OVERLOAD: "超出量程",
    Quarantine.TARE_GT_GROSS: "皮重大于毛重",
    Quarantine.SKEW: "设备时钟偏差过大",
    Quarantine.IMPLAUSIBLE: "重量超出合理范围",
    Quarantine.NO_MEAL: "前后没有餐次",
}
CONTAINER_KIND_NAMES: Final[Mapping[ContainerKind, str]] = {
    ContainerKind.TRAY: "餐盘",
    ContainerKind.BIN: "收集桶",
    ContainerKind.PAN: "菜盆",
}
