"""What the words of units and reports are called: the one place for pages, documents and workbooks."""

from collections.abc import Mapping
from typing import Final

from canteen.evaluation.units.models import Level, Operation, Serving, Via

LEVEL_NAMES: Final[Mapping[Level, str]] = {
    Level.PROVINCE: "省级",
    Level.CITY: "市级",
    Level.COUNTY: "县级",
    Level.TOWNSHIP: "乡级",
}
OPERATION_NAMES: Final[Mapping[Operation, str]] = {
    Operation.OWN: "自营",
    Operation.CONTRACTED: "委托",
    Operation.ORDERED: "订餐",
}
SERVING_NAMES: Final[Mapping[Serving, str]] = {
    Serving.BUFFET: "自助餐",
    Serving.COUNTER: "窗口点选",
    Serving.SET_MEAL: "份饭",
    Serving.BY_WEIGHT: "称重计费",
    Serving.MIXED: "多种方式",
}
VIA_NAMES: Final[Mapping[Via, str]] = {
    Via.FORM: "在线填报",
    Via.EXCEL: "表格导入",
    Via.API: "平台直报",
}
