"""What the words of satisfaction are called."""

from collections.abc import Mapping
from typing import Final

# By the kind of a provider, as the slices that render services name them in the ledger.
KIND_NAMES: Final[Mapping[str, str]] = {
    "canteen": "食堂",
    "dish": "菜品",
    "contractor": "服务商",
    "work_group": "班组",
    "meeting_campus": "院区会务",
    "office": "承办单位",
}
NO_CAMPUS: Final = "不分院区"
OWN: Final = "本单位"
NOT_ENOUGH: Final = "数据不足"
