"""Reads of the register of equipment, scoped by the actor."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.config import settings
from backend.db import db
from backend.media import queries as media_queries
from backend.media.queries import OwnedPhoto
from backend.paging import Page, paginate
from backend.places import queries as place_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from property.assets import filters as asset_filters
from property.assets import policies
from property.assets.errors import (
    AssetKindNotFound,
    AssetNotFound,
    AssetPlateReplaced,
    AssetScrapped,
    TooManyPlates,
)
from property.assets.filters import in_reach
from property.assets.models import Asset, AssetEvent, AssetEventKind, AssetKind, AssetState, RetiredPlate
from property.assets.policies import Names
from property.assets.titles import COLUMN_NAMES, STATE_NAMES
from property.categories import queries as category_queries
from property.contractors.models import Contractor


@dataclass(frozen=True, slots=True)
class AssetView:
    """An asset with where it stands. `category_id` is the usual one of reports about its kind."""

    id: int
    number: str
    name: str
    kind_id: int
    kind: str
    category_id: int | None
    state: AssetState
    place: Ref
    place_path: str
    campus_id: int
    building_id: int
    model: str
    maker: str
    serial_no: str
    contractor_id: int | None
    contractor: str
    installed_on: date | None
    warranty_until: date | None
    price_fen: int | None
    note: str
    plate: str
    revision: int
    created_at: datetime

    @property
    def can_report(self) -> bool:
        """Whether something may be reported about it."""
        return policies.can_report(self.state)

    @property
    def is_under_warranty(self) -> bool:
        """Whether it is today."""
        return policies.is_under_warranty(self.warranty_until, clock.today())

    @property
    def url(self) -> str:
        """What the QR code of its plate says."""
        return f"{settings().public_url}/q/{self.plate}"


@dataclass(frozen=True, slots=True)
class Pictured:
    """An asset with its photos."""

    asset: AssetView
    photos: Sequence[OwnedPhoto]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One column of an asset as it was and as it became, in words."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EventView:
    """An entry of an asset's history."""

    id: int
    at: datetime
    kind: AssetEventKind
    actor_name: str
    text: str
    changes: Sequence[ChangeView]


@dataclass(frozen=True, slots=True)
class KindView:
    """A kind of equipment; `assets` counts those that are not scrapped."""

    id: int
    name: str
    category_id: int | None
    category: str
    is_active: bool
    assets: int


def find_by_plate(plate: str) -> AssetView:
    """The asset that bears this plate, whatever its state. Raises AssetNotFound or AssetPlateReplaced."""
    token = plate.lower()
    found = db.session.execute(_ASSETS.where(Asset.plate == token)).one_or_none()
    if found is not None:
        return _alone(found)
    if db.session.get(RetiredPlate, token) is not None:
        raise AssetPlateReplaced
    raise AssetNotFound


def find_reportable(plate: str) -> AssetView:
    """The asset of a plate, to report about. Raises as `find_by_plate`, or AssetScrapped."""
    asset = find_by_plate(plate)
    if not asset.can_report:
        raise AssetScrapped(asset=asset.name)
    return asset


def find(asset_id: int) -> AssetView:
    """An asset, whatever its state; the caller has made sure that the actor may see it.

    Raises AssetNotFound.
    """
    found = db.session.execute(
        _ASSETS.where(Asset.id == asset_id).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise AssetNotFound
    return _alone(found)


def get(actor: Actor, asset_id: int, permission: Permission = Permission.PROPERTY_READ) -> AssetView:
    """An asset within the actor's reach. Raises AssetNotFound."""
    asset = find(asset_id)
    if not policies.covers(actor, permission, campus_id=asset.campus_id, building_id=asset.building_id):
        raise AssetNotFound
    return asset


def get_pictured(actor: Actor, asset_id: int) -> Pictured:
    """An asset within the actor's reach, with its photos. Raises AssetNotFound."""
    return pictured(get(actor, asset_id))


def pictured(asset: AssetView) -> Pictured:
    """An asset with its photos."""
    photos = media_queries.photos_of_owners(policies.PHOTO_OWNER, [asset.id])
    return Pictured(asset, photos.get(asset.id, []))


def list_assets(actor: Actor, *, page: int = 1, page_size: int = 20, **filters: Any) -> Page:
    """The assets within the actor's reach by number; `filters` as `filters.conditions` takes them."""
    found = paginate(_matching(actor, **filters), page=page, page_size=page_size, scalars=False)
    return Page(_views(found.rows), found.total, found.page, found.page_size)


def list_all(actor: Actor, **filters: Any) -> list[AssetView]:
    """All of them, for an export."""
    return _views(db.session.execute(_matching(actor, **filters)).all())


def list_plates(actor: Actor, asset_ids: Collection[int]) -> list[AssetView]:
    """These assets, which the actor manages, to print their plates, in the order asked for.

    Raises AssetNotFound, AssetScrapped or TooManyPlates.
    """
    wanted = list(dict.fromkeys(asset_ids))
    if len(wanted) > policies.MOST_PLATES:
        raise TooManyPlates(most=policies.MOST_PLATES)
    condition = and_(Asset.id.in_(wanted), in_reach(actor, Permission.PROPERTY_MANAGE))
    found = {asset.id: asset for asset in _views(db.session.execute(_ASSETS.where(condition)).all())}
    if len(found) < len(wanted):
        raise AssetNotFound
    for asset in found.values():
        if not asset.can_report:
            raise AssetScrapped(asset=asset.name)
    return [found[asset_id] for asset_id in wanted]


def list_events(actor: Actor, asset_id: int, *, page: int = 1, page_size: int = 20) -> Page:
    """The history of an asset within the actor's reach, the last first. Raises AssetNotFound."""
    return events_of(get(actor, asset_id), page=page, page_size=page_size)


def events_of(asset: AssetView, *, page: int = 1, page_size: int = 20) -> Page:
    """The history of an asset that the actor may see, the last first."""
    statement = select(AssetEvent).where(AssetEvent.asset_id == asset.id).order_by(AssetEvent.id.desc())
    found = paginate(statement, page=page, page_size=page_size)
    return Page([_event(row) for row in found.rows], found.total, found.page, found.page_size)


def list_kinds() -> list[KindView]:
    """All kinds of equipment by name."""
    standing = (
        select(Asset.kind_id, func.count().label("assets"))
        .where(Asset.state != AssetState.SCRAPPED.value)
        .group_by(Asset.kind_id)
        .subquery()
    )
    rows = db.session.execute(
        select(AssetKind, func.coalesce(standing.c.assets, 0))
        .outerjoin(standing, standing.c.kind_id == AssetKind.id)
        .order_by(AssetKind.is_active.desc(), AssetKind.name)
        .execution_options(populate_existing=True)
    ).all()
    categories = category_queries.names()
    return [
        KindView(
            kind.id,
            kind.name,
            kind.category_id,
            categories.get(kind.category_id or 0, ""),
            kind.is_active,
            assets,
        )
        for kind, assets in rows
    ]


def get_kind(kind_id: int) -> KindView:
    """One kind of equipment. Raises AssetKindNotFound."""
    found = next((kind for kind in list_kinds() if kind.id == kind_id), None)
    if found is None:
        raise AssetKindNotFound
    return found


def warranty_of(asset_id: int, on: date) -> date | None:
    """The last day of the warranty that an asset has on a day, or None if it has none."""
    until = db.session.scalar(select(Asset.warranty_until).where(Asset.id == asset_id))
    return until if policies.is_under_warranty(until, on) else None


def names(asset_ids: Collection[int]) -> dict[int, str]:
    """What these assets are called, with their numbers: `客梯1号（DT-001）`; one statement."""
    if not asset_ids:
        return {}
    rows = db.session.execute(select(Asset.id, Asset.name, Asset.number).where(Asset.id.in_(asset_ids)))
    return {asset_id: f"{name}（{number}）" for asset_id, name, number in rows}


def names_of_all(places: Mapping[Ref, str]) -> Names:
    """What the history calls kinds, contractors and these places; two statements."""
    kinds = db.session.execute(select(AssetKind.id, AssetKind.name)).all()
    contractors = db.session.execute(select(Contractor.id, Contractor.short_name)).all()
    return Names(
        {kind.id: kind.name for kind in kinds},
        {contractor.id: contractor.short_name for contractor in contractors},
        places,
    )


def said_of(asset: Asset) -> dict[str, Any]:
    """An asset by the columns that people may change."""
    said = {column: getattr(asset, column) for column in policies.COLUMNS if column != "place"}
    return {**said, "place": Ref(PlaceKind(asset.place_kind), asset.place_id)}


_COLUMNS: Any = (Asset, AssetKind, Contractor.short_name)
_ASSETS: Select[Any] = (
    select(*_COLUMNS)
    .join(AssetKind, AssetKind.id == Asset.kind_id)
    .outerjoin(Contractor, Contractor.id == Asset.contractor_id)
)


def _matching(actor: Actor, **filters: Any) -> Select[Any]:
    conditions = asset_filters.conditions(**filters)
    return _ASSETS.where(in_reach(actor), *conditions).order_by(Asset.number)


def _alone(row: Any) -> AssetView:
    asset = row[0]
    place = place_queries.find_place(Ref(PlaceKind(asset.place_kind), asset.place_id))
    return _view(row, place.path)


def _views(rows: Sequence[Any]) -> list[AssetView]:
    refs = {Ref(PlaceKind(row[0].place_kind), row[0].place_id) for row in rows}
    places = place_queries.paths(refs)
    return [_view(row, places[Ref(PlaceKind(row[0].place_kind), row[0].place_id)].path) for row in rows]


def _view(row: Any, path: str) -> AssetView:
    asset, kind, contractor = row
    return AssetView(
        id=asset.id,
        number=asset.number,
        name=asset.name,
        kind_id=asset.kind_id,
        kind=kind.name,
        category_id=kind.category_id,
        state=AssetState(asset.state),
        place=Ref(PlaceKind(asset.place_kind), asset.place_id),
        place_path=path,
        campus_id=asset.campus_id,
        building_id=asset.building_id,
        model=asset.model,
        maker=asset.maker,
        serial_no=asset.serial_no,
        contractor_id=asset.contractor_id,
        contractor=contractor or "",
        installed_on=asset.installed_on,
        warranty_until=asset.warranty_until,
        price_fen=asset.price_fen,
        note=asset.note,
        plate=asset.plate,
        revision=asset.revision,
        created_at=asset.created_at,
    )


def _event(row: AssetEvent) -> EventView:
    return EventView(
        id=row.id,
        at=row.at,
        kind=AssetEventKind(row.kind),
        actor_name=row.actor_name,
        text=row.text,
        changes=[_change(column, *told) for column, told in row.details.items()],
    )


def _change(column: str, before: str, after: str) -> ChangeView:
    if column == "state":
        before, after = (STATE_NAMES[AssetState(each)] if each else "" for each in (before, after))
    return ChangeView(column, COLUMN_NAMES[column], before, after)
