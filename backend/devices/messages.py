"""What people are told of devices."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import Field, Kind

DEVICE_SILENT: Final = Kind(
    "devices.silent",
    title="称重设备离线",
    text="{canteen}的设备「{device}」自 {since} 起没有联系，请检查电源和网络；恢复后会自动补传。",
    fields=(Field("canteen", "食堂"), Field("device", "设备"), Field("since", "最后联系")),
    # After the meal there is nothing left to mend.
    life=timedelta(hours=3),
)
