"""What the ledgers' words are called."""

from typing import Final

from canteen.food_safety.ledgers.models import HandOverKind

HAND_OVER_NAMES: Final = {
    HandOverKind.FOOD_WASTE: "餐厨垃圾",
    HandOverKind.USED_OIL: "废弃食用油脂",
    HandOverKind.OTHER: "其他",
}
