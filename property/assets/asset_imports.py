"""Use cases of the register's Excel sheets: what an import would do, and the import."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.documents import reading
from backend.documents.reading import Fault
from backend.identity.sheets.errors import SheetChanged
from backend.places import queries as place_queries
from backend.places.policies import Ref
from backend.places.tree import PlaceView
from backend.refusals import refusing_clashes
from property.assets import asset_sheets, operations, queries
from property.assets.asset_sheets import Known, Plan, Row, Standing
from property.assets.errors import AssetsChangedMeanwhile
from property.assets.models import Asset, AssetKind
from property.contractors.models import Contractor

_TEXT = "表格导入"


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows were new, really different, and as before; and how many kinds were made."""

    created: int
    updated: int
    unchanged: int
    kinds_created: int


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do now. `faults` and `rows` hold the first ones only; the counts count all."""

    sha256: str
    created: int
    updated: int
    unchanged: int
    wrong: int
    fault_count: int
    faults: Sequence[Fault]
    new_kinds: Sequence[str]
    rows: Sequence[dict[str, Any]]


def preview_import(actor: Actor, *, data: bytes, create_kinds: bool = False) -> ImportPreview:
    """What `import_assets` would do with this sheet now, row by row; nothing is changed.

    Raises Forbidden, SheetTooLarge, SheetUnreadable, ColumnsMissing or SheetEmpty.
    """
    if create_kinds:
        ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    faults: list[Fault] = []
    rows = asset_sheets.read(data, faults)
    plan = asset_sheets.make_plan(rows, _known(actor, rows), faults, create_kinds=create_kinds)
    named = _paths(plan)
    return ImportPreview(
        sha256=hashlib.sha256(data).hexdigest(),
        created=len(plan.added),
        updated=len(plan.changed),
        unchanged=plan.unchanged,
        wrong=len({fault.row for fault in faults}),
        fault_count=len(faults),
        faults=sorted(faults, key=lambda fault: fault.row)[: reading.MOST_TOLD],
        new_kinds=plan.new_kinds,
        rows=asset_sheets.preview(plan, queries.names_of_all(named)),
    )


def import_assets(
    actor: Actor, *, data: bytes, create_kinds: bool = False, expected_sha256: str | None = None
) -> Imported:
    """Bring the register up to date with an Excel sheet, by number: all of it, or nothing.

    What the sheet does not name stays as it is; importing a sheet again changes nothing. `expected_sha256`
    is that of the sheet that was previewed. Raises Forbidden, SheetChanged, SheetTooLarge, SheetUnreadable,
    ColumnsMissing, SheetEmpty, RowsRejected with the faults by row, or AssetsChangedMeanwhile.
    """
    if expected_sha256 is not None and expected_sha256 != hashlib.sha256(data).hexdigest():
        raise SheetChanged
    if create_kinds:
        ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    faults: list[Fault] = []
    rows = asset_sheets.read(data, faults)
    return _import(actor, rows, faults, create_kinds=create_kinds)


@atomic
def _import(actor: Actor, rows: Sequence[Row], wrong: Sequence[Fault], *, create_kinds: bool) -> Imported:
    numbers = [row.said["number"] for row in rows]
    locked = {asset.id: asset for asset in operations.lock_numbers(numbers)}
    faults = [*wrong]  # The unit may be tried again.
    plan = asset_sheets.make_plan(rows, _known(actor, rows), faults, create_kinds=create_kinds)
    reading.refuse(sorted(faults, key=lambda fault: fault.row))
    now = clock.now()
    with refusing_clashes(AssetsChangedMeanwhile()):
        kinds = operations.add_kinds(plan.new_kinds)
        names = queries.names_of_all(_paths(plan))
        operations.add_assets(
            actor, [_settled(row.said, kinds) for row in plan.added], plan.places, names, at=now
        )
        wanted = [(locked[change.asset_id], _settled(change.wanted, kinds)) for change in plan.changed]
        operations.change_assets(actor, wanted, plan.places, names, at=now, text=_TEXT)
    done = Imported(len(plan.added), len(plan.changed), plan.unchanged, len(kinds))
    if done.created or done.updated:
        record(
            actor,
            "property.assets_imported",
            "asset",
            0,
            created=done.created,
            updated=done.updated,
            unchanged=done.unchanged,
        )
    return done


def _known(actor: Actor, rows: Sequence[Row]) -> Known:
    """What the rows are compared with; a handful of statements, however many rows there are."""
    reach = actor.reach(Permission.PROPERTY_MANAGE)
    numbers = [row.said["number"] for row in rows]
    assets = {
        asset.number: Standing(
            asset.id,
            queries.said_of(asset),
            reach.covers(campus_id=asset.campus_id, building_id=asset.building_id),
        )
        for asset in db.session.scalars(select(Asset).where(Asset.number.in_(numbers)))
    }
    kinds = db.session.scalars(select(AssetKind)).all()
    contractors = db.session.scalars(select(Contractor).order_by(Contractor.is_active)).all()
    places: dict[str, list[PlaceView]] = {}
    for place in place_queries.load_tree().walk():
        places.setdefault(asset_sheets.place_key(place.path), []).append(place)
    return Known(
        assets=assets,
        kinds={kind.name: kind.id for kind in kinds},
        active_kinds={kind.id for kind in kinds if kind.is_active},
        contractors={
            **{contractor.short_name: contractor.id for contractor in contractors},
            **{contractor.name: contractor.id for contractor in contractors},
        },
        places=places,
        manages=lambda place: reach.covers(campus_id=place.campus_id, building_id=place.building_id),
    )


def _paths(plan: Plan) -> dict[Ref, str]:
    """The paths of all places that the plan speaks of, those that assets leave among them."""
    left: Collection[Ref] = {change.before["place"] for change in plan.changed} - plan.places.keys()
    found = {ref: place.path for ref, place in plan.places.items()}
    return {**found, **{ref: place.path for ref, place in place_queries.paths(left).items()}}


def _settled(said: Any, kinds: dict[str, int]) -> dict[str, Any]:
    """What is said, with the new kinds' ids in the place of their names."""
    kind = said.get("kind_id")
    return {**said, "kind_id": kinds[kind]} if isinstance(kind, str) else dict(said)
