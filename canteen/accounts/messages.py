"""What people are told of their accounts."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

PAGE: Final = "pages/canteen/account"

SUBSIDY_EXPIRES: Final = Kind(
    "canteen.subsidy_expires",
    title="餐补到期提醒",
    text="您的餐费补贴还有 {amount} 元未用，将于{day}零点收回，请在此之前使用。",
    fields=(Field("amount", "未用金额"), Field("day", "收回日期")),
    life=timedelta(days=7),
)
ENTRY_CORRECTED: Final = Kind(
    "canteen.entry_corrected",
    title="餐费账户更正",
    text="您 {day}的「{entry}」已更正，{bucket}扣回 {amount} 元，原因：{reason}。",
    fields=(
        Field("entry", "原记录"),
        Field("day", "原记录日期"),
        Field("bucket", "账户"),
        Field("amount", "扣回金额"),
        Field("reason", "更正原因"),
    ),
    life=timedelta(days=3),
)
PAID_OUT: Final = Kind(
    "canteen.paid_out",
    title="餐费余额支取",
    text="您的个人充值余额已支取 {amount} 元，事由：{memo}。如非本人办理，请联系食堂管理人员。",
    fields=(Field("amount", "支取金额"), Field("memo", "事由")),
    life=timedelta(days=3),
)
