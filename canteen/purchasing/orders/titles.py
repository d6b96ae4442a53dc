"""What people read for requests and orders."""

from collections.abc import Mapping
from typing import Final

from canteen.purchasing.orders.models import RequestOrigin, RequestState
from canteen.purchasing.orders.policies import STATE_NAMES

REQUEST_STATE_NAMES: Final[Mapping[RequestState, str]] = {
    RequestState.OPEN: "待下单",
    RequestState.ORDERED: "已下单",
    RequestState.WITHDRAWN: "已撤回",
}
ORIGIN_NAMES: Final[Mapping[RequestOrigin, str]] = {
    RequestOrigin.HAND: "手工填报",
    RequestOrigin.MINIMUM: "低于安全库存",
    RequestOrigin.PRODUCTION: "备餐计划",
}

__all__ = ["ORIGIN_NAMES", "REQUEST_STATE_NAMES", "STATE_NAMES"]
