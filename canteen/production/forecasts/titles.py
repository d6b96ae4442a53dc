"""What the words of forecasts are called."""

from collections.abc import Mapping
from typing import Final

from canteen.production.forecasts.methods import Beside, Kind
from canteen.production.forecasts.models import Horizon, Method

HORIZON_NAMES: Final[Mapping[Horizon, str]] = {Horizon.NEXT_DAY: "次日", Horizon.WEEK: "下周"}
METHOD_NAMES: Final[Mapping[Method, str]] = {
    Method.RATIO: "按预订和实到比例",
    Method.WEEKDAY: "按往日同期",
    Method.BOOKINGS: "按预订",
}
BESIDE_NAMES: Final[Mapping[Beside, str]] = {Beside.BEFORE: "节前一天", Beside.AFTER: "节后一天"}
KIND_NAMES: Final[Mapping[Kind, str]] = {Kind.MAKEUP: "调休上班日", Kind.HOLIDAY: "节假日"}
WEEKDAY_NAMES: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
# What stands in for a kind of which too few days are known.
BORROWED_NAMES: Final[Mapping[Kind, str]] = {Kind.MAKEUP: "工作日", Kind.HOLIDAY: "周末"}
