"""What people read for the licences of suppliers and how they stand."""

from collections.abc import Mapping
from typing import Final

from canteen.purchasing.suppliers.policies import LICENCE_NAMES

FACT_NAMES: Final[Mapping[str, str]] = {
    "on_time": "准时到货",
    "accepted": "验收合格",
    "weight": "足量到货",
    "price": "价格水平",
    "marks": "人工评分",
}

__all__ = ["FACT_NAMES", "LICENCE_NAMES"]
