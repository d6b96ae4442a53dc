"""What the words of measures are called."""

from collections.abc import Mapping
from typing import Final

from canteen.waste.measures.models import MeasureKind

KIND_NAMES: Final[Mapping[MeasureKind, str]] = {
    MeasureKind.HALF_FIRST: "半份优先",
    MeasureKind.REMINDER: "点餐提醒",
    MeasureKind.SMALLER_PORTION: "减小份量",
    MeasureKind.MENU_CHANGE: "调整菜单",
    MeasureKind.SIGN: "张贴标识",
    MeasureKind.OTHER: "其他",
}
