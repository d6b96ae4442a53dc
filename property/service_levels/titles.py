"""What people read for clocks, their targets and classes of places."""

from collections.abc import Mapping
from typing import Final

from backend.workdays.clocks import Counting
from property.service_levels.models import ClockKind, PlaceClass

CLASS_NAMES: Final[Mapping[PlaceClass, str]] = {PlaceClass.VITAL: "重点部位", PlaceClass.ORDINARY: "一般部位"}
KIND_NAMES: Final[Mapping[ClockKind, str]] = {ClockKind.RESPONSE: "响应", ClockKind.RESOLUTION: "解决"}
COUNTING_NAMES: Final[Mapping[Counting, str]] = {
    Counting.NATURAL: "自然时间",
    Counting.WORKING: "工作时间",
    Counting.WORKDAYS: "工作日",
}
