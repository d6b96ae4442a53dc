"""Trays, bins and pans that scales name by their codes."""

from typing import Any, BinaryIO

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE as XLSX
from backend.http import endpoint
from canteen.waste.containers import documents, queries, services
from canteen.waste.containers.schemas import (
    ContainerChangeIn,
    ContainerIn,
    ContainerOut,
    ContainersImportedOut,
    ContainersOfQuery,
    ContainersQuery,
)

blueprint = Blueprint("waste_containers", __name__, description="称重容器")


@endpoint(
    blueprint,
    "GET",
    "/canteen/waste/containers",
    permission=Permission.WASTE_MANAGE,
    query=ContainersQuery,
    out=ContainerOut,
    many=True,
)
def list_containers(actor: Actor, query: dict[str, Any]) -> Any:
    """The containers of a canteen"""
    return queries.list_containers(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/waste/containers",
    permission=Permission.WASTE_MANAGE,
    body=ContainerIn,
    out=ContainerOut,
    status=201,
)
def create_container(actor: Actor, body: dict[str, Any]) -> Any:
    """Register a container"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/waste/containers/<id:container_id>",
    permission=Permission.WASTE_MANAGE,
    body=ContainerChangeIn,
    out=ContainerOut,
)
def change_container(actor: Actor, container_id: int, body: dict[str, Any]) -> Any:
    """Describe a container anew; what was weighed before keeps its tare"""
    return services.change(actor, container_id=container_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/waste/containers/export",
    permission=Permission.WASTE_MANAGE,
    query=ContainersOfQuery,
    file=XLSX,
)
def export_containers(actor: Actor, query: dict[str, Any]) -> File:
    """All containers of a canteen as an Excel sheet, which the import takes"""
    canteen, rows = queries.export(actor, **query)
    return File(documents.containers_workbook(canteen, rows), f"{canteen}称重容器.xlsx")


@endpoint(
    blueprint,
    "POST",
    "/canteen/canteens/<id:canteen_id>/waste-containers/import",
    permission=Permission.WASTE_MANAGE,
    upload="file",
    out=ContainersImportedOut,
)
def import_containers(actor: Actor, canteen_id: int, file: BinaryIO) -> Any:
    """Bring a canteen's containers up to date with the Excel sheet in the field `file`: all or nothing"""
    return services.import_sheet(actor, canteen_id=canteen_id, data=file.read())
