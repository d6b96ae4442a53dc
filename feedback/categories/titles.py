"""What the categories' values are called."""

from collections.abc import Mapping
from typing import Final

from feedback.categories.models import Anonymity, DeadlineClass, Kind

KIND_NAMES: Final[Mapping[Kind, str]] = {
    Kind.SNAP: "随手拍",
    Kind.COMPLAINT: "投诉",
    Kind.SUGGESTION: "建议",
    Kind.SERVICE: "微管家",
}
ANONYMITY_NAMES: Final[Mapping[Anonymity, str]] = {
    Anonymity.NEVER: "不可匿名",
    Anonymity.ALLOWED: "可匿名",
    Anonymity.PREFERRED: "默认匿名",
}
DEADLINE_NAMES: Final[Mapping[DeadlineClass, str]] = {
    DeadlineClass.DANGER: "涉险",
    DeadlineClass.UTILITIES: "水电气暖",
    DeadlineClass.GENERAL: "一般",
    DeadlineClass.COMPLEX: "复杂",
}
