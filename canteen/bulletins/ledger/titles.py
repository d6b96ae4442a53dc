"""What the ledger's words are called."""

from typing import Final

from canteen.waste.models import Disposition

DISPOSITION_NAMES: Final = {
    Disposition.DISCARD.value: "交收运单位",
    Disposition.COMPOST.value: "堆肥",
    Disposition.FEED.value: "饲料化",
    Disposition.DONATE.value: "捐赠",
    Disposition.REUSE.value: "再利用",
}
