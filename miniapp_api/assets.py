"""The register of equipment over HTTP: what a scan shows, and what property management keeps."""

from typing import Any, BinaryIO

from flask_smorest import Blueprint

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE as XLSX
from backend.http import endpoint
from backend.wire import PageQuery
from property.assets import asset_imports, documents, queries, services
from property.assets.schemas import (
    AssetChangeIn,
    AssetCheckQuery,
    AssetEventOut,
    AssetFiguresOut,
    AssetImportPreviewOut,
    AssetImportQuery,
    AssetIn,
    AssetKindIn,
    AssetKindOut,
    AssetMoveIn,
    AssetOrderOut,
    AssetOut,
    AssetPhotosIn,
    AssetPlatesQuery,
    AssetsFilter,
    AssetsImportedOut,
    AssetsQuery,
    AssetStateIn,
    KindReliabilityOut,
    PicturedAssetOut,
    ReliabilityQuery,
    ScannedAssetOut,
)
from property.work_orders import asset_orders

blueprint = Blueprint("assets", __name__, description="设备台账")
PDF = "application/pdf"


@endpoint(blueprint, "GET", "/property/assets/<plate>", permission=Permission.SELF, out=ScannedAssetOut)
def scan_asset(actor: Actor, plate: str) -> Any:
    """The asset of a scanned plate; 410 once the plate is replaced"""
    return asset_orders.scan(plate)


@endpoint(
    blueprint,
    "GET",
    "/property/assets",
    permission=Permission.PROPERTY_READ,
    query=AssetsQuery,
    out=AssetOut,
    many=True,
)
def list_assets(actor: Actor, query: dict[str, Any]) -> Any:
    """The assets within reach, by number"""
    return queries.list_assets(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/property/assets/<id:asset_id>",
    permission=Permission.PROPERTY_READ,
    out=PicturedAssetOut,
)
def show_asset(actor: Actor, asset_id: int) -> Any:
    """An asset with its photos"""
    return queries.get_pictured(actor, asset_id)


@endpoint(
    blueprint,
    "GET",
    "/property/assets/<id:asset_id>/events",
    permission=Permission.PROPERTY_READ,
    query=PageQuery,
    out=AssetEventOut,
    many=True,
)
def list_asset_events(actor: Actor, asset_id: int, query: dict[str, Any]) -> Any:
    """The history of an asset, the last first"""
    return queries.list_events(actor, asset_id, **query)


@endpoint(
    blueprint,
    "GET",
    "/property/assets/<id:asset_id>/orders",
    permission=Permission.PROPERTY_READ,
    query=PageQuery,
    out=AssetOrderOut,
    many=True,
)
def list_asset_orders(actor: Actor, asset_id: int, query: dict[str, Any]) -> Any:
    """The work orders about an asset, the newest first"""
    return asset_orders.page_of_asset(actor, asset_id, **query)


@endpoint(
    blueprint,
    "GET",
    "/property/assets/<id:asset_id>/figures",
    permission=Permission.PROPERTY_READ,
    out=AssetFiguresOut,
)
def show_asset_figures(actor: Actor, asset_id: int) -> Any:
    """What the work orders about an asset come to"""
    return asset_orders.figures_of(actor, asset_id)


@endpoint(
    blueprint,
    "GET",
    "/property/assets/reliability",
    permission=Permission.PROPERTY_READ,
    query=ReliabilityQuery,
    out=KindReliabilityOut,
    many=True,
)
def list_reliability(actor: Actor, query: dict[str, Any]) -> Any:
    """How often the kinds of equipment within reach failed"""
    return asset_orders.reliability(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/property/assets",
    permission=Permission.PROPERTY_MANAGE,
    body=AssetIn,
    out=PicturedAssetOut,
    status=201,
)
def create_asset(actor: Actor, body: dict[str, Any]) -> Any:
    """Enter an asset, with a plate of its own"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/property/assets/<id:asset_id>",
    permission=Permission.PROPERTY_MANAGE,
    body=AssetChangeIn,
    out=PicturedAssetOut,
)
def change_asset(actor: Actor, asset_id: int, body: dict[str, Any]) -> Any:
    """Describe an asset anew; 409 if somebody else has since it was read"""
    return services.change(actor, asset_id=asset_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/assets/<id:asset_id>/move",
    permission=Permission.PROPERTY_MANAGE,
    body=AssetMoveIn,
    out=PicturedAssetOut,
)
def move_asset(actor: Actor, asset_id: int, body: dict[str, Any]) -> Any:
    """Say where an asset stands now"""
    return services.move(actor, asset_id=asset_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/assets/<id:asset_id>/state",
    permission=Permission.PROPERTY_MANAGE,
    body=AssetStateIn,
    out=PicturedAssetOut,
)
def set_asset_state(actor: Actor, asset_id: int, body: dict[str, Any]) -> Any:
    """Stop an asset, put it back into use, or scrap it"""
    return services.set_state(actor, asset_id=asset_id, **body)


@endpoint(
    blueprint,
    "PUT",
    "/property/assets/<id:asset_id>/photos",
    permission=Permission.PROPERTY_MANAGE,
    body=AssetPhotosIn,
    out=PicturedAssetOut,
)
def set_asset_photos(actor: Actor, asset_id: int, body: dict[str, Any]) -> Any:
    """Say which photos belong to an asset"""
    return services.set_photos(actor, asset_id=asset_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/assets/<id:asset_id>/plate",
    permission=Permission.PROPERTY_MANAGE,
    out=PicturedAssetOut,
    status=201,
)
def replace_asset_plate(actor: Actor, asset_id: int) -> Any:
    """Give an asset another plate; the old one is gone for ever"""
    return services.replace_plate(actor, asset_id=asset_id)


@endpoint(
    blueprint,
    "GET",
    "/property/assets/plates",
    permission=Permission.PROPERTY_MANAGE,
    query=AssetPlatesQuery,
    file=PDF,
)
def print_asset_plates(actor: Actor, query: dict[str, Any]) -> File:
    """A4 sheets of plates to cut"""
    assets = queries.list_plates(actor, query["asset_ids"])
    name = f"设备标牌-{clock.today():%Y%m%d}.pdf"
    return File(documents.plates_pdf(assets, printed_by=actor.name), name)


@endpoint(
    blueprint,
    "GET",
    "/property/assets/export",
    permission=Permission.PROPERTY_READ,
    query=AssetsFilter,
    file=XLSX,
)
def export_assets(actor: Actor, query: dict[str, Any]) -> File:
    """The assets within reach as an Excel sheet, which the import takes"""
    workbook = documents.assets_workbook(queries.list_all(actor, **query))
    return File(workbook, f"设备台账-{clock.today():%Y%m%d}.xlsx")


@endpoint(blueprint, "GET", "/property/assets/template", permission=Permission.PROPERTY_MANAGE, file=XLSX)
def asset_template(actor: Actor) -> File:
    """An empty sheet for the import"""
    return File(documents.template_workbook(), "设备台账导入模板.xlsx")


@endpoint(
    blueprint,
    "POST",
    "/property/assets/import/check",
    permission=Permission.PROPERTY_MANAGE,
    query=AssetCheckQuery,
    upload="file",
    out=AssetImportPreviewOut,
    keeps_answer=False,
)
def check_assets_import(actor: Actor, query: dict[str, Any], file: BinaryIO) -> Any:
    """What an import of the Excel sheet in the field `file` would do, row by row; nothing is changed"""
    return asset_imports.preview_import(actor, data=file.read(), **query)


@endpoint(
    blueprint,
    "POST",
    "/property/assets/import",
    permission=Permission.PROPERTY_MANAGE,
    query=AssetImportQuery,
    upload="file",
    out=AssetsImportedOut,
)
def import_assets(actor: Actor, query: dict[str, Any], file: BinaryIO) -> Any:
    """Bring the register up to date with the Excel sheet in the field `file`: all of it, or nothing"""
    return asset_imports.import_assets(
        actor, data=file.read(), create_kinds=query["create_kinds"], expected_sha256=query["sha256"]
    )


@endpoint(
    blueprint,
    "GET",
    "/property/asset-kinds",
    permission=Permission.PROPERTY_READ,
    out=AssetKindOut,
    many=True,
)
def list_asset_kinds(actor: Actor) -> Any:
    """The kinds of equipment"""
    return queries.list_kinds()


@endpoint(
    blueprint,
    "POST",
    "/property/asset-kinds",
    permission=Permission.PROPERTY_MANAGE,
    body=AssetKindIn,
    out=AssetKindOut,
    status=201,
)
def create_asset_kind(actor: Actor, body: dict[str, Any]) -> Any:
    """Add a kind of equipment"""
    return services.create_kind(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/property/asset-kinds/<id:kind_id>",
    permission=Permission.PROPERTY_MANAGE,
    body=AssetKindIn,
    out=AssetKindOut,
)
def change_asset_kind(actor: Actor, kind_id: int, body: dict[str, Any]) -> Any:
    """Describe a kind of equipment anew, or take it out of use"""
    return services.change_kind(actor, kind_id=kind_id, **body)
