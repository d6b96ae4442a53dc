"""What the words of the store are called."""

from collections.abc import Mapping
from typing import Final

from canteen.purchasing.stock.models import (
    Certificate,
    CountState,
    Hold,
    LossCause,
    MovementKind,
    ReceiptState,
)
from canteen.purchasing.stock.policies import Usability

RECEIPT_STATE_NAMES: Final[Mapping[ReceiptState, str]] = {
    ReceiptState.WAITING: "待复核",
    ReceiptState.ACCEPTED: "已验收",
    ReceiptState.RETURNED: "已退回",
    ReceiptState.VOIDED: "已作废",
}
CERTIFICATE_NAMES: Final[Mapping[Certificate, str]] = {
    Certificate.QUARANTINE: "动物检疫合格证明",
    Certificate.MEAT_QUALITY: "肉品品质检验合格证",
    Certificate.FACTORY_REPORT: "出厂检验合格证明",
    Certificate.PRODUCE: "食用农产品承诺达标合格证",
    Certificate.IMPORT: "进口食品检验检疫证明",
    Certificate.INVOICE: "购货凭证",
    Certificate.OTHER: "其他证明",
}
MOVEMENT_NAMES: Final[Mapping[MovementKind, str]] = {
    MovementKind.RECEIPT: "入库",
    MovementKind.ISSUE: "领用",
    MovementKind.RETURN: "退库",
    MovementKind.LOSS: "报损",
    MovementKind.COUNT: "盘点",
}
CAUSE_NAMES: Final[Mapping[LossCause, str]] = {
    LossCause.EXPIRED: "过期",
    LossCause.SPOILED: "变质",
    LossCause.DAMAGED: "破损",
    LossCause.OTHER: "其他",
}
HOLD_NAMES: Final[Mapping[Hold, str]] = {Hold.STORE: "库房封存", Hold.INCIDENT: "食品安全事件封存"}
COUNT_STATE_NAMES: Final[Mapping[CountState, str]] = {
    CountState.OPEN: "盘点中",
    CountState.COUNTED: "待审批",
    CountState.APPROVED: "已审批",
    CountState.REJECTED: "已驳回",
    CountState.CANCELLED: "已取消",
}
USABILITY_NAMES: Final[Mapping[Usability, str]] = {
    Usability.USABLE: "可用",
    Usability.EXPIRING: "临期",
    Usability.EXPIRED: "过期",
    Usability.BLOCKED: "封存",
    Usability.EMPTY: "用完",
}
