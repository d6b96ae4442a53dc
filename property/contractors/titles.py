"""What the words of contractors are called."""

from collections.abc import Mapping
from typing import Final

from property.contractors.models import ServiceKind

SERVICE_NAMES: Final[Mapping[ServiceKind, str]] = {
    ServiceKind.CUSTOMER_SERVICE: "客户服务",
    ServiceKind.BUILDING: "房屋维修养护",
    ServiceKind.EQUIPMENT: "设备设施运维",
    ServiceKind.SECURITY: "秩序维护",
    ServiceKind.CLEANING: "保洁服务",
    ServiceKind.GREENING: "绿化养护",
    ServiceKind.MEETING: "会议服务",
    ServiceKind.CATERING: "餐饮服务",
}
