"""What the words of the controls are called."""

from collections.abc import Mapping
from typing import Final

from canteen.food_safety.controls.models import Area, Source

AREA_NAMES: Final[Mapping[Area, str]] = {
    Area.PREMISES: "环境卫生",
    Area.PEOPLE: "从业人员",
    Area.STORAGE: "采购贮存",
    Area.COOKING: "加工制作",
    Area.SERVING: "备餐供餐",
    Area.TABLEWARE: "餐用具",
    Area.SAMPLES: "食品留样",
    Area.WASTE: "废弃物",
}
SOURCE_NAMES: Final[Mapping[Source, str]] = {
    Source.DAY: "日管控",
    Source.WEEK: "周排查",
    Source.MONTH: "月调度",
    Source.CHECKLIST: "六常六天",
    Source.OTHER: "其他检查",
}
STEP_NAMES: Final[Mapping[str, str]] = {
    "raised": "发现问题",
    "rectified": "完成整改",
    "passed": "复查合格",
    "failed": "复查不合格",
    "reassigned": "改派",
    "withdrawn": "撤销",
}
