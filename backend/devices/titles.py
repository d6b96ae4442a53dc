"""What people read for kinds and states of devices."""

from typing import Final

from backend.devices.models import DeviceKind
from backend.devices.policies import DeviceState

KIND_NAMES: Final = {
    DeviceKind.SCALE: "电子秤",
    DeviceKind.GATEWAY: "网关",
    DeviceKind.PLATFORM: "上报平台",
    DeviceKind.THERMOMETER: "温度计",
}
STATE_NAMES: Final = {
    DeviceState.ONLINE: "在线",
    DeviceState.OFFLINE: "离线",
    DeviceState.READY: "可用",
    DeviceState.DISABLED: "停用",
}
