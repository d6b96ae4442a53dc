"""称重设备: which scales and gateways there are, how they are, and the dialogs that register them."""

from typing import Any

from backend.actor import Actor, Permission
from backend.devices import queries
from backend.devices.models import DeviceKind
from backend.devices.policies import DeviceState
from backend.devices.titles import KIND_NAMES, STATE_NAMES
from backend.wire import Id, PageQuery
from console.pages import page, pages, render

blueprint = pages("console_devices", __name__)

STATE_TONES = {
    DeviceState.ONLINE: "green",
    DeviceState.OFFLINE: "red",
    DeviceState.READY: "blue",
    DeviceState.DISABLED: "gray",
}
# From so far on a clock is worth a warning: events are taken up to ten minutes off.
SKEW_WARNS_S = 60


class DevicesPage(PageQuery):
    """Which devices."""

    canteen_id = Id()


@page(blueprint, "/devices", permission=Permission.DEVICES_MANAGE, query=DevicesPage)
def show_list(actor: Actor, query: dict[str, Any]) -> str:
    """The devices within reach."""
    canteens = queries.managed_canteens(actor)
    manages_all = actor.reach(Permission.DEVICES_MANAGE).everywhere
    kinds = [kind for kind in DeviceKind if canteens or kind is DeviceKind.PLATFORM]
    return render(
        "devices/list.html",
        found=queries.list_devices(actor, **query),
        canteens=canteens,
        canteen_options=[(place.id, place.name) for place in canteens],
        query=query,
        kinds=[
            (kind.value, KIND_NAMES[kind]) for kind in kinds if manages_all or kind is not DeviceKind.PLATFORM
        ],
        kind_names=KIND_NAMES,
        states=STATE_NAMES,
        tones=STATE_TONES,
        skew_warns_s=SKEW_WARNS_S,
    )


@page(blueprint, "/devices/<id:device_id>/edit", permission=Permission.DEVICES_MANAGE)
def show_edit(actor: Actor, device_id: int) -> str:
    """The dialog that renames a device."""
    return render("devices/edit.html", device=queries.get_device(actor, device_id))
