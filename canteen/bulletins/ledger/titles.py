"""What the ledger's words are called."""

from typing import Final

from canteen.bulletins.ledger.models import HandOverKind
from canteen.waste.models import Disposition

HAND_OVER_NAMES: Final = {
    HandOverKind.FOOD_WASTE: "餐厨垃圾",
    HandOverKind.USED_OIL: "废弃食用油脂",
    HandOverKind.OTHER: "其他",
}
DISPOSITION_NAMES: Final = {
    Disposition.DISCARD.value: "交收运单位",
    Disposition.COMPOST.value: "堆肥",
    Disposition.FEED.value: "饲料化",
    Disposition.DONATE.value: "捐赠",
    Disposition.REUSE.value: "再利用",
}
