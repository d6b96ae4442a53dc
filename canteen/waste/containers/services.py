"""Use cases of containers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from backend.actor import Actor
from backend.audit.operations import record
from backend.db import atomic, db
from backend.documents import reading
from backend.documents.reading import Fault
from canteen.waste import queries as waste_queries
from canteen.waste.containers import policies, queries
from canteen.waste.containers.errors import ContainerExists
from canteen.waste.containers.policies import Described
from canteen.waste.models import Container, ContainerKind, Edible, Stage

MAX_ROWS = 5_000
_FIELDS = ("name", "tare_g", "stage", "edible", "is_active")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed."""

    created: int
    updated: int
    unchanged: int


@atomic
def create(
    actor: Actor,
    *,
    canteen_id: int,
    kind: ContainerKind,
    code: str,
    tare_g: int,
    name: str = "",
    stage: Stage | None = None,
    edible: Edible = Edible.MIXED,
    is_active: bool = True,
) -> Container:
    """Register a container. Raises CanteenNotFound, ContainerStageWrong or ContainerExists."""
    waste_queries.ensure_manages(actor, canteen_id)
    policies.ensure_stage(kind, stage)
    container = _new(canteen_id, Described(kind, code, name, tare_g, stage, edible, is_active))
    db.session.add(container)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise ContainerExists(container=code) from error
    record(actor, "waste.container_created", "container", container.id, after=_seen(container))
    return container


@atomic
def change(
    actor: Actor,
    *,
    container_id: int,
    tare_g: int,
    name: str = "",
    stage: Stage | None = None,
    edible: Edible = Edible.MIXED,
    is_active: bool = True,
) -> Container:
    """Describe a container anew; kind and code stay. Raises ContainerNotFound or ContainerStageWrong."""
    container = queries.find_managed(actor, container_id)
    kind = ContainerKind(container.kind)
    policies.ensure_stage(kind, stage)
    before = _seen(container)
    if _describe(container, Described(kind, container.code, name, tare_g, stage, edible, is_active)):
        record(
            actor,
            "waste.container_changed",
            "container",
            container.id,
            before=before,
            after=_seen(container),
        )
    return container


def import_sheet(actor: Actor, *, canteen_id: int, data: bytes) -> Imported:
    """Bring the containers up to date with an Excel sheet: all of it, or nothing.

    What the sheet does not name stays as it is. Raises CanteenNotFound, SheetUnreadable, SheetTooLarge,
    ColumnsMissing, SheetEmpty, or RowsRejected with the faults by row.
    """
    waste_queries.ensure_manages(actor, canteen_id)
    lines = reading.read_lines(data, policies.COLUMNS, policies.REQUIRED, MAX_ROWS)
    faults: list[Fault] = []
    wanted = policies.described(lines, faults)
    reading.refuse(faults)
    return _import(actor, canteen_id, wanted)


@atomic
def _import(actor: Actor, canteen_id: int, wanted: Sequence[Described]) -> Imported:
    waste_queries.ensure_manages(actor, canteen_id)
    standing = {(one.kind, one.code): one for one in queries.list_all(canteen_id)}
    created = updated = 0
    for one in wanted:
        container = standing.get((one.kind.value, one.code))
        if container is None:
            db.session.add(_new(canteen_id, one))
            created += 1
        else:
            updated += _describe(container, one)
    done = Imported(created, updated, len(wanted) - created - updated)
    record(
        actor,
        "waste.containers_imported",
        "canteen",
        canteen_id,
        created=done.created,
        updated=done.updated,
        unchanged=done.unchanged,
    )
    return done


def _new(canteen_id: int, one: Described) -> Container:
    return Container(
        canteen_id=canteen_id,
        kind=one.kind.value,
        code=one.code,
        **_columns(one),
    )


def _columns(one: Described) -> dict[str, Any]:
    return {
        "name": one.name,
        "tare_g": one.tare_g,
        "stage": one.stage.value if one.stage is not None else None,
        "edible": one.edible.value,
        "is_active": one.is_active,
    }


def _describe(container: Container, one: Described) -> bool:
    """Take the description over; returns whether anything differed."""
    columns = _columns(one)
    differs = any(getattr(container, name) != value for name, value in columns.items())
    for name, value in columns.items():
        setattr(container, name, value)
    return differs


def _seen(container: Container) -> dict[str, Any]:
    return {name: getattr(container, name) for name in ("kind", "code", *_FIELDS)}
