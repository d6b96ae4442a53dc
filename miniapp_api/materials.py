"""Materials of repairs (维修材料), the stores that they lie in, and what goes in and out."""

from typing import Any, BinaryIO

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE
from backend.http import endpoint
from backend.wire import PageQuery
from property.work_orders.costs import documents, queries, services
from property.work_orders.costs.schemas import (
    DeliveryImportQuery,
    DeliveryIn,
    LeastIn,
    MaterialChangeIn,
    MaterialIn,
    MaterialOut,
    MaterialPriceIn,
    MaterialPriceOut,
    MaterialsImportedOut,
    MaterialsQuery,
    MovementOut,
    MovementsQuery,
    StockBookedOut,
    StockCountIn,
    StockOut,
    StockQuery,
    StoreChangeIn,
    StoreIn,
    StoreOut,
)

blueprint = Blueprint("materials", __name__, description="维修材料与仓库")

# What several permissions open is every member's to ask for; who has none of them sees nothing.
_SEVERAL = Permission.SELF
_MANAGE = Permission.PROPERTY_MANAGE


# The list of materials


@endpoint(
    blueprint,
    "GET",
    "/property/materials",
    permission=_SEVERAL,
    query=MaterialsQuery,
    out=MaterialOut,
    many=True,
)
def list_materials(actor: Actor, query: dict[str, Any]) -> Any:
    """The priced list; with a store, what it has of each"""
    return queries.page_materials(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/property/materials",
    permission=_MANAGE,
    body=MaterialIn,
    out=MaterialOut,
    status=201,
)
def create_material(actor: Actor, body: dict[str, Any]) -> Any:
    """List a material with its first price"""
    return services.create_material(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/property/materials/<id:material_id>",
    permission=_MANAGE,
    body=MaterialChangeIn,
    out=MaterialOut,
)
def change_material(actor: Actor, material_id: int, body: dict[str, Any]) -> Any:
    """Describe a material anew; code and price stay"""
    return services.change_material(actor, material_id=material_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/property/materials/<id:material_id>/prices",
    permission=_SEVERAL,
    query=PageQuery,
    out=MaterialPriceOut,
    many=True,
)
def list_material_prices(actor: Actor, material_id: int, query: dict[str, Any]) -> Any:
    """What a material has cost, the newest price first"""
    return queries.page_prices(actor, material_id=material_id, **query)


@endpoint(
    blueprint,
    "POST",
    "/property/materials/<id:material_id>/prices",
    permission=_MANAGE,
    body=MaterialPriceIn,
    out=MaterialOut,
    status=201,
)
def reprice_material(actor: Actor, material_id: int, body: dict[str, Any]) -> Any:
    """Give a material another price from now on"""
    return services.reprice(actor, material_id=material_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/materials/preview",
    permission=_MANAGE,
    upload="file",
    out=MaterialsImportedOut,
    keeps_answer=False,
)
def preview_materials(actor: Actor, file: BinaryIO) -> Any:
    """What importing the list from a workbook would do; nothing is changed"""
    return services.preview_list(actor, data=file.read())


@endpoint(
    blueprint,
    "POST",
    "/property/materials/import",
    permission=_MANAGE,
    upload="file",
    out=MaterialsImportedOut,
)
def import_materials(actor: Actor, file: BinaryIO) -> Any:
    """Bring the list up to date with a workbook: all of it, or nothing; again it changes nothing"""
    return services.import_list(actor, data=file.read())


@endpoint(
    blueprint, "GET", "/property/materials/workbook", permission=Permission.PROPERTY_READ, file=MEDIA_TYPE
)
def export_materials(actor: Actor) -> File:
    """The list as a workbook, which an import takes as it is"""
    return File(documents.list_workbook(queries.all_materials()), f"{documents.LIST_TITLE}.xlsx")


# Stores


@endpoint(
    blueprint,
    "GET",
    "/property/stores",
    permission=_SEVERAL,
    query=PageQuery,
    out=StoreOut,
    many=True,
)
def list_stores(actor: Actor, query: dict[str, Any]) -> Any:
    """The stores within reach"""
    return queries.page_stores(actor, **query)


@endpoint(
    blueprint, "POST", "/property/stores", permission=_MANAGE, body=StoreIn, out=StoreOut, status=201
)  # fmt: skip
def create_store(actor: Actor, body: dict[str, Any]) -> Any:
    """Open a store"""
    return services.create_store(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/property/stores/<id:store_id>",
    permission=_MANAGE,
    body=StoreChangeIn,
    out=StoreOut,
)
def change_store(actor: Actor, store_id: int, body: dict[str, Any]) -> Any:
    """Rename a store, or take it out of use"""
    return services.change_store(actor, store_id=store_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/property/stores/<id:store_id>/stock",
    permission=_SEVERAL,
    query=StockQuery,
    out=StockOut,
    many=True,
)
def list_stock(actor: Actor, store_id: int, query: dict[str, Any]) -> Any:
    """What a store has"""
    return queries.page_stock(actor, store_id=store_id, **query)


@endpoint(
    blueprint,
    "GET",
    "/property/stores/<id:store_id>/stock/workbook",
    permission=_SEVERAL,
    file=MEDIA_TYPE,
)
def export_stock(actor: Actor, store_id: int) -> File:
    """What a store has, as a workbook"""
    store, stock = queries.whole_stock(actor, store_id=store_id)
    return File(documents.stock_workbook(store.name, stock), f"{documents.stock_title(store.name)}.xlsx")


@endpoint(
    blueprint,
    "PUT",
    "/property/stores/<id:store_id>/stock/<id:material_id>",
    permission=_MANAGE,
    body=LeastIn,
    out=StockBookedOut,
)
def set_least_stock(actor: Actor, store_id: int, material_id: int, body: dict[str, Any]) -> Any:
    """Say below how much a material should be bought"""
    return services.set_least(actor, store_id=store_id, material_id=material_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/property/stores/<id:store_id>/movements",
    permission=_SEVERAL,
    query=MovementsQuery,
    out=MovementOut,
    many=True,
)
def list_movements(actor: Actor, store_id: int, query: dict[str, Any]) -> Any:
    """What changed a store's stock, the newest first"""
    return queries.page_movements(actor, store_id=store_id, **query)


@endpoint(
    blueprint,
    "POST",
    "/property/stores/<id:store_id>/deliveries",
    permission=_MANAGE,
    body=DeliveryIn,
    out=StockBookedOut,
    status=201,
)
def deliver(actor: Actor, store_id: int, body: dict[str, Any]) -> Any:
    """Book what came to a store (入库)"""
    return services.deliver(actor, store_id=store_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/stores/<id:store_id>/deliveries/import",
    permission=_MANAGE,
    upload="file",
    query=DeliveryImportQuery,
    out=StockBookedOut,
    status=201,
)
def import_delivery(actor: Actor, store_id: int, file: BinaryIO, query: dict[str, Any]) -> Any:
    """Book a delivery by a workbook of codes and quantities: all of it, or nothing"""
    return services.import_delivery(actor, store_id=store_id, data=file.read(), **query)


@endpoint(
    blueprint,
    "POST",
    "/property/stores/<id:store_id>/counts",
    permission=_MANAGE,
    body=StockCountIn,
    out=StockBookedOut,
    status=201,
)
def count_stock(actor: Actor, store_id: int, body: dict[str, Any]) -> Any:
    """Set what a store has to what was counted (盘点)"""
    return services.count(actor, store_id=store_id, **body)
