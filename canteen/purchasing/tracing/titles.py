"""What the words of traces are called."""

from collections.abc import Mapping
from typing import Final

# By `Diner.how`.
HOW_NAMES: Final[Mapping[str, str]] = {
    "order": "订餐取餐",
    "walk_in": "现场就餐",
    "by_weight": "称重用餐",
    "reception": "公务接待",
    "tray": "餐盘识别",
}
