"""Data: what the demo's canteens weigh with. One has scales everywhere, one has paper, one has bins only."""

from typing import Final, NamedTuple

from backend.devices.models import DeviceKind
from canteen.waste.models import ContainerKind, Edible, Stage

# Public, like the demo's passwords: with it `flask devices simulate` speaks for these devices.
DEMO_DEVICE_SECRET: Final = "houqin-demo-device-secret-0123456789abcdef"  # noqa: S105 - public by intent.
SMART_KITCHEN, PAPER_KITCHEN, BIN_KITCHEN = 1, 2, 3
TRAYS: Final = 60


class Scale(NamedTuple):
    """A device, of no canteen if it is a platform; `is_silent`: it has not been heard of for two days."""

    id: int
    code: str
    kind: DeviceKind
    canteen_id: int | None
    name: str
    is_silent: bool = False


class Vessel(NamedTuple):
    """A container, as its columns are."""

    id: int
    canteen_id: int
    kind: str
    code: str
    name: str
    tare_g: int
    stage: str | None
    edible: str
    is_active: bool = True


GATEWAY: Final = Scale(1, "GW-C1", DeviceKind.GATEWAY, SMART_KITCHEN, "一食堂称重网关")
TRAY_SCALE: Final = Scale(2, "SC-C1-TRAY", DeviceKind.SCALE, SMART_KITCHEN, "一食堂餐盘回收秤")
FAR_GATEWAY: Final = Scale(3, "GW-C3", DeviceKind.GATEWAY, BIN_KITCHEN, "值班餐厅称重网关", is_silent=True)
# What another county's own system reports with.
PLATFORM: Final = Scale(4, "PF-LUMING", DeviceKind.PLATFORM, None, "鹿鸣县机关食堂监管平台")
SCALES: Final = (GATEWAY, TRAY_SCALE, FAR_GATEWAY, PLATFORM)
GATEWAYS: Final = {SMART_KITCHEN: GATEWAY, BIN_KITCHEN: FAR_GATEWAY}

# (stage, edible, name, tare in grams) of a canteen's bins.
_BINS: Final = (
    (Stage.STORAGE, Edible.EDIBLE, "库房损耗桶", 2_400),
    (Stage.PREPARATION, Edible.EDIBLE, "粗加工可食桶", 2_400),
    (Stage.PREPARATION, Edible.INEDIBLE, "粗加工不可食桶", 2_400),
    (Stage.UNSERVED, Edible.EDIBLE, "售剩桶", 2_400),
    (Stage.PLATE, Edible.EDIBLE, "餐盘剩余桶", 3_100),
    (Stage.PLATE, Edible.INEDIBLE, "骨头果皮桶", 2_400),
)
_TRAY_TARE_G: Final = 480
_KITCHENS: Final = (SMART_KITCHEN, PAPER_KITCHEN, BIN_KITCHEN)


def vessels() -> list[Vessel]:
    """Every container: the canteens' bins, then the trays of the one that weighs them."""
    bins = [
        Vessel(
            0, canteen_id, ContainerKind.BIN.value, f"B{number:02}", name, tare_g, stage.value, edible.value
        )
        for canteen_id in _KITCHENS
        for number, (stage, edible, name, tare_g) in enumerate(_BINS, start=1)
    ]
    trays = [
        Vessel(
            0, SMART_KITCHEN, ContainerKind.TRAY.value, f"T{number:03}", "", _TRAY_TARE_G, None,
            Edible.MIXED.value,
        )
        for number in range(1, TRAYS + 1)
    ]  # fmt: skip
    return [vessel._replace(id=number) for number, vessel in enumerate([*bins, *trays], start=1)]
