"""What the words of temperatures are called."""

from collections.abc import Mapping
from typing import Final

from canteen.food_safety.temperatures.models import FridgeKind

KIND_NAMES: Final[Mapping[FridgeKind, str]] = {
    FridgeKind.CHILLED: "冷藏",
    FridgeKind.FROZEN: "冷冻",
    FridgeKind.SAMPLE: "留样",
}


def celsius(tenths: int) -> str:
    """`-18.0 ℃`."""
    return f"{tenths / 10:.1f} ℃"
