"""Why an offline pick-up was not booked, in words: the one place for pages."""

from collections.abc import Mapping
from typing import Final

REASON_NAMES: Final[Mapping[str, str]] = {
    "canteen.already_picked_up": "该订单此前已取餐，请核对是否重复发放",
    "canteen.order_not_found": "没有这个订单，或不属于该餐次",
    "canteen.order_not_booked": "该订单已取消",
    "canteen.order_transferred": "该订单已转让给他人，出示的是原持有人的凭证",
    "canteen.pickup_not_open": "发放时间不在离线名单的有效时间内",
}
