"""Reads of devices: what proves one, and what their managers see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from backend import clock, vault
from backend.actor import Actor, Permission, ScopeKind
from backend.db import db, reader, table
from backend.devices import policies
from backend.devices.errors import DeviceNotFound
from backend.devices.models import Device, DeviceKind
from backend.devices.policies import Credentials, DeviceState
from backend.devices.rules import SILENT_MINUTES
from backend.identity.models import RoleGrant, RolePermission, Staff, StaffStatus
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from backend.rules import registry
from backend.rules.registry import Place, RuleScope

_DEVICE = table(Device)
_LONGEST_CODE = 32


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device as its managers see it. `canteen_name` is empty for a platform."""

    id: int
    code: str
    name: str
    kind: DeviceKind
    canteen_id: int | None
    canteen_name: str
    state: DeviceState
    is_enabled: bool
    created_at: datetime
    secret_set_at: datetime
    last_seen_at: datetime | None
    last_seq: int
    clock_skew_s: int | None
    waiting: int | None
    firmware: str
    battery_percent: int | None

    @property
    def heard_at(self) -> datetime:
        """When it was last heard; of one that never spoke, when it was registered."""
        return self.last_seen_at or self.created_at


def find_credentials(code: str) -> Credentials | None:
    """What proves the device of this code, or None."""
    if not 0 < len(code) <= _LONGEST_CODE or not code.isascii():
        return None
    columns = (_DEVICE.c.id, _DEVICE.c.name, _DEVICE.c.kind, _DEVICE.c.canteen_id, _DEVICE.c.is_enabled)
    found = reader().execute(select(*columns, _DEVICE.c.secret).where(_DEVICE.c.code == code)).one_or_none()
    if found is None:
        return None
    secret = vault.decrypt(found.secret)
    return Credentials(
        found.id, code, found.name, DeviceKind(found.kind), found.canteen_id, found.is_enabled, secret
    )


def managed_canteens(actor: Actor) -> list[Place]:
    """The canteens whose devices the actor manages."""
    return [
        place
        for place in registry.places(RuleScope.CANTEEN)
        if policies.manages(actor, campus_id=place.campus_id, canteen_id=place.id)
    ]


def list_devices(actor: Actor, *, canteen_id: int | None = None, page: int, page_size: int) -> Page:
    """The devices that the actor manages, of one canteen or of all, as DeviceViews."""
    places = {place.id: place for place in managed_canteens(actor)}
    statement = select(Device).order_by(Device.canteen_id.is_(None), Device.canteen_id, Device.id)
    if canteen_id is not None:
        statement = statement.where(Device.canteen_id == canteen_id)
    if not actor.reach(Permission.DEVICES_MANAGE).everywhere:
        statement = statement.where(Device.canteen_id.in_(places))
    found = paginate(statement, page=page, page_size=page_size)
    return Page(_views(found.rows, places), found.total, found.page, found.page_size)


def get_device(actor: Actor, device_id: int) -> DeviceView:
    """A device that the actor manages. Raises DeviceNotFound."""
    device = db.session.get(Device, device_id)
    if device is None:
        raise DeviceNotFound
    return view_of(actor, device)


def view_of(actor: Actor, device: Device) -> DeviceView:
    """The device as the actor sees it. Raises DeviceNotFound for one that they do not manage."""
    places = {place.id: place for place in managed_canteens(actor)}
    is_seen = device.canteen_id in places
    if device.canteen_id is None:
        is_seen = policies.manages(actor, campus_id=0, canteen_id=None)
    if not is_seen:
        raise DeviceNotFound
    return _views([device], places)[0]


def silent(actor: Actor, canteen_id: int) -> list[DeviceView]:
    """The silent devices of a canteen that the actor reads or whose devices they manage; else none."""
    place = next((each for each in registry.places(RuleScope.CANTEEN) if each.id == canteen_id), None)
    if place is None or not any(
        actor.reach(permission).covers(campus_id=place.campus_id, canteen_id=place.id)
        for permission in (Permission.DEVICES_MANAGE, Permission.CANTEEN_READ)
    ):
        return []
    return silent_among([place])


def silent_among(places: Collection[Place]) -> list[DeviceView]:
    """The silent devices of these canteens, the longest silent first; one statement."""
    by_id = {place.id: place for place in places}
    devices = db.session.scalars(
        select(Device).where(Device.canteen_id.in_(by_id), Device.is_enabled).order_by(Device.id)
    )
    now = clock.now()
    views = [
        view
        for view in _views(devices, by_id)
        # One that was registered a moment ago is not missed yet.
        if view.state is DeviceState.OFFLINE and now - view.heard_at > _silent_after(view.canteen_id)
    ]
    return sorted(views, key=lambda view: view.heard_at)


def all_of_canteens() -> list[DeviceView]:
    """Every device of a canteen; one statement. Of nobody in particular: for the metrics."""
    devices = db.session.scalars(select(Device).where(Device.canteen_id.is_not(None)).order_by(Device.id))
    return list(_views(devices, {}))


def keepers_of(place: Place) -> set[int]:
    """Who is told of a canteen's devices: who manages them there or, if nobody does, everywhere."""
    grants = db.session.execute(
        select(RoleGrant.staff_id, RoleGrant.scope_kind)
        .join(Staff, Staff.id == RoleGrant.staff_id)
        .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
        .where(
            RolePermission.permission == Permission.DEVICES_MANAGE.value,
            Staff.status == StaffStatus.ACTIVE.value,
            or_(
                RoleGrant.scope_kind == ScopeKind.COMPOUND.value,
                and_(RoleGrant.scope_kind == ScopeKind.CAMPUS.value, RoleGrant.scope_id == place.campus_id),
                and_(RoleGrant.scope_kind == ScopeKind.CANTEEN.value, RoleGrant.scope_id == place.id),
            ),
        )
    ).all()
    near = {staff_id for staff_id, kind in grants if kind != ScopeKind.COMPOUND.value}
    return near or {staff_id for staff_id, _ in grants}


def _views(devices: Iterable[Device], places: Mapping[int, Place]) -> Sequence[DeviceView]:
    return [_view(device, places.get(device.canteen_id or 0)) for device in devices]


def _view(device: Device, place: Place | None) -> DeviceView:
    kind, limit = DeviceKind(device.kind), _silent_after(device.canteen_id)
    return DeviceView(
        id=device.id,
        code=device.code,
        name=device.name,
        kind=kind,
        canteen_id=device.canteen_id,
        canteen_name=place.name if place is not None else "",
        state=policies.state_of(kind, device.is_enabled, device.last_seen_at, clock.now(), limit),
        is_enabled=device.is_enabled,
        created_at=device.created_at,
        secret_set_at=device.secret_set_at,
        last_seen_at=device.last_seen_at,
        last_seq=device.last_seq,
        clock_skew_s=device.clock_skew_s,
        waiting=device.waiting,
        firmware=device.firmware,
        battery_percent=device.battery_percent,
    )


def _silent_after(canteen_id: int | None) -> timedelta:
    """For how long a canteen's devices may keep silent; nobody waits for a platform."""
    return timedelta(minutes=rule_queries.value(SILENT_MINUTES, canteen_id)) if canteen_id else timedelta.max
