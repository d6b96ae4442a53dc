"""What colleagues are told of each other's doings."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

_NAME, _MEAL, _CANTEEN = Field("name", "同事"), Field("meal", "餐次"), Field("canteen", "餐厅")
_AMOUNT = Field("amount", "金额")

CONSENT_GIVEN: Final = Kind(
    "canteen.consent_given",
    title="代订授权",
    text="{name}已授权您为其订餐、向其转让订单，费用由其本人的餐费账户支付（{until}）。",
    fields=(_NAME, Field("until", "有效期")),
)
ORDERED_FOR_YOU: Final = Kind(
    "canteen.ordered_for_you",
    title="同事代您订餐",
    text="{name}为您预订了{canteen}的{meal}，{amount}已从您的餐费账户支付；截止时间前您可自行修改或取消。",
    fields=(_NAME, _MEAL, _CANTEEN, _AMOUNT),
    respects_quiet=False,
)
CANCELLED_FOR_YOU: Final = Kind(
    "canteen.cancelled_for_you",
    title="代订订单已取消",
    text="{name}取消了为您预订的{canteen}的{meal}，{amount}已退回您的餐费账户。",
    fields=(_NAME, _MEAL, _CANTEEN, _AMOUNT),
    respects_quiet=False,
)
TRANSFER_OFFERED: Final = Kind(
    "canteen.transfer_offered",
    title="订单转让邀请",
    text="{name}想把{canteen}的{meal}转让给您，接受后从您的餐费账户支付{amount}。{message}",
    fields=(_NAME, _MEAL, _CANTEEN, _AMOUNT, Field("message", "留言")),
    # An offer of a meal that begins soon is worth nothing afterwards.
    respects_quiet=False,
    life=timedelta(hours=12),
)
TRANSFERRED: Final = Kind(
    "canteen.transferred",
    title="订单已转给您",
    text="{name}把{canteen}的{meal}转给了您，{amount}已从您的餐费账户支付，请凭您自己的取餐码取餐。{message}",
    fields=(_NAME, _MEAL, _CANTEEN, _AMOUNT, Field("message", "留言")),
    respects_quiet=False,
    life=timedelta(hours=12),
)
TRANSFER_ACCEPTED: Final = Kind(
    "canteen.transfer_accepted",
    title="转让已被接受",
    text="{name}接受了您转让的{canteen}的{meal}，{amount}已退回您的餐费账户。",
    fields=(_NAME, _MEAL, _CANTEEN, _AMOUNT),
    respects_quiet=False,
)
TRANSFER_DECLINED: Final = Kind(
    "canteen.transfer_declined",
    title="转让未被接受",
    text="{name}没有接受您转让的{canteen}的{meal}，订单仍为您保留。",
    fields=(_NAME, _MEAL, _CANTEEN),
    respects_quiet=False,
    life=timedelta(hours=12),
)
TRANSFER_WITHDRAWN: Final = Kind(
    "canteen.transfer_withdrawn",
    title="转让已撤回",
    text="{name}撤回了把{canteen}的{meal}转让给您的邀请，您无需处理。",
    fields=(_NAME, _MEAL, _CANTEEN),
    respects_quiet=False,
    life=timedelta(hours=12),
)
