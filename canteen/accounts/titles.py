"""What the words of the meal account are called: the one place for pages and documents."""

from collections.abc import Mapping
from typing import Final

from canteen.accounts.models import Bucket, EntryKind

BUCKET_NAMES: Final[Mapping[str, str]] = {
    Bucket.SUBSIDY.value: "财政补贴",
    Bucket.PERSONAL.value: "个人充值",
}
ENTRY_NAMES: Final[Mapping[EntryKind, str]] = {
    EntryKind.GRANT: "发放补贴",
    EntryKind.TOP_UP: "充值",
    EntryKind.PAYROLL: "工资代扣充值",
    EntryKind.ORDER: "订餐",
    EntryKind.REFUND: "退款",
    EntryKind.CORRECTION: "更正",
    EntryKind.RECEPTION: "公务接待",
    EntryKind.EXPIRY: "补贴收回",
    EntryKind.PAY_OUT: "余额支取",
}
