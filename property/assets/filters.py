"""Which assets a list is about."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, true

from backend import clock
from backend.actor import Actor, Permission
from backend.places.models import PlaceKind
from property.assets import policies
from property.assets.models import Asset, AssetState


class WarrantyState(StrEnum):
    """Under warranty, of which ending within `ENDING_DAYS`; ended; none known."""

    UNDER = "under"
    ENDING = "ending"
    ENDED = "ended"
    NONE = "none"


def in_reach(actor: Actor, permission: Permission = Permission.PROPERTY_READ) -> ColumnElement[bool]:
    """The condition that an asset lies within the actor's reach."""
    reach = actor.reach(permission)
    if reach.everywhere:
        return true()
    return or_(Asset.campus_id.in_(reach.campus_ids), Asset.building_id.in_(reach.building_ids))


def conditions(
    *,
    q: str = "",
    kind_id: int | None = None,
    state: AssetState | None = None,
    contractor_id: int | None = None,
    campus_id: int | None = None,
    building_id: int | None = None,
    place_kind: PlaceKind | None = None,
    place_id: int | None = None,
    warranty: WarrantyState | None = None,
) -> list[ColumnElement[bool]]:
    """The conditions of these filters; `q` is part of a number, a name, a model or a serial number."""
    equal = {
        Asset.kind_id: kind_id,
        Asset.state: state.value if state is not None else None,
        Asset.contractor_id: contractor_id,
        Asset.campus_id: campus_id,
        Asset.building_id: building_id,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    if q:
        named = (Asset.number, Asset.name, Asset.serial_no, Asset.model)
        found.append(or_(*(column.icontains(q, autoescape=True) for column in named)))
    if place_kind is not None and place_id is not None:
        found.append(and_(Asset.place_kind == place_kind.value, Asset.place_id == place_id))
    if warranty is not None:
        found.append(_by_warranty(warranty))
    return found


def _by_warranty(warranty: WarrantyState) -> ColumnElement[bool]:
    today = clock.today()
    if warranty is WarrantyState.NONE:
        return Asset.warranty_until.is_(None)
    if warranty is WarrantyState.ENDED:
        return Asset.warranty_until < today
    if warranty is WarrantyState.ENDING:
        return Asset.warranty_until.between(today, today + timedelta(days=policies.ENDING_DAYS))
    return Asset.warranty_until >= today
