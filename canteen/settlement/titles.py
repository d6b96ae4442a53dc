"""What the words of settlements are called: the one place for pages and documents."""

from collections.abc import Mapping
from typing import Final

from canteen.settlement.models import SettlementState

STATE_NAMES: Final[Mapping[SettlementState, str]] = {
    SettlementState.DRAFT: "未结账",
    SettlementState.CLOSED: "已结账",
    SettlementState.CONFIRMED: "双方已确认",
}
