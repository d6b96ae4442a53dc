"""Traceability: from a batch to its diners, and from a dish to its batches."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE as XLSX
from backend.flows import traced_trays
from backend.http import endpoint
from backend.wire import PageQuery
from canteen.purchasing.tracing import documents, services
from canteen.purchasing.tracing.schemas import DinerOut, DishQuery, MadeOut, ReachOut

blueprint = Blueprint("kitchen_tracing", __name__, description="追溯")

PDF = "application/pdf"
_READ = Permission.PURCHASING_READ

traced_trays.install()


@endpoint(
    blueprint,
    "GET",
    "/canteen/tracing/batches/<id:batch_id>",
    permission=_READ,
    out=ReachOut,
)
def trace_batch(actor: Actor, batch_id: int) -> Any:
    """What a batch reached: meals, dishes, and how many people"""
    return services.trace_forward(actor, batch_id=batch_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/tracing/batches/<id:batch_id>/print",
    permission=_READ,
    file=PDF,
)
def print_batch_trace(actor: Actor, batch_id: int) -> File:
    """The same as a PDF"""
    reach = services.trace_forward(actor, batch_id=batch_id)
    services.record_export(actor, kind="stock_batch", object_id=batch_id)
    printed = documents.reach_pdf(reach, printed_by=actor.name)
    return File(printed, f"批次追溯{reach.batches[0].code}.pdf")


@endpoint(
    blueprint,
    "GET",
    "/canteen/tracing/batches/<id:batch_id>/export",
    permission=_READ,
    file=XLSX,
)
def export_batch_trace(actor: Actor, batch_id: int) -> File:
    """The same as an Excel sheet"""
    reach = services.trace_forward(actor, batch_id=batch_id)
    services.record_export(actor, kind="stock_batch", object_id=batch_id)
    return File(documents.reach_workbook(reach), f"批次追溯{reach.batches[0].code}.xlsx")


@endpoint(
    blueprint,
    "GET",
    "/canteen/tracing/batches/<id:batch_id>/diners",
    permission=Permission.SAFETY_MANAGE,
    query=PageQuery,
    out=DinerOut,
    many=True,
)
def list_trace_diners(actor: Actor, batch_id: int, query: dict[str, Any]) -> Any:
    """Who ate of what a batch reached; the looking is recorded"""
    return services.list_diners(actor, batch_id=batch_id, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/tracing/dishes",
    permission=_READ,
    query=DishQuery,
    out=MadeOut,
)
def trace_dish(actor: Actor, query: dict[str, Any]) -> Any:
    """Of which batches a dish was made for a meal"""
    return services.trace_dish(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/tracing/dishes/print",
    permission=_READ,
    query=DishQuery,
    file=PDF,
)
def print_dish_trace(actor: Actor, query: dict[str, Any]) -> File:
    """The same as a PDF"""
    made = services.trace_dish(actor, **query)
    services.record_export(actor, kind="dish", object_id=query["dish_id"])
    printed = documents.made_pdf(made, printed_by=actor.name)
    return File(printed, f"溯源{made.dish}{made.served_on}.pdf")


@endpoint(
    blueprint,
    "GET",
    "/canteen/tracing/dishes/export",
    permission=_READ,
    query=DishQuery,
    file=XLSX,
)
def export_dish_trace(actor: Actor, query: dict[str, Any]) -> File:
    """The same as an Excel sheet"""
    made = services.trace_dish(actor, **query)
    services.record_export(actor, kind="dish", object_id=query["dish_id"])
    return File(documents.made_workbook(made), f"溯源{made.dish}{made.served_on}.xlsx")


@endpoint(
    blueprint,
    "GET",
    "/canteen/tracing/meals/<id:meal_id>",
    permission=_READ,
    out=MadeOut,
)
def trace_meal(actor: Actor, meal_id: int) -> Any:
    """Of which batches all dishes of a meal were made"""
    return services.trace_meal(actor, meal_id=meal_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/tracing/meals/<id:meal_id>/print",
    permission=_READ,
    file=PDF,
)
def print_meal_trace(actor: Actor, meal_id: int) -> File:
    """The same as a PDF"""
    made = services.trace_meal(actor, meal_id=meal_id)
    services.record_export(actor, kind="meal", object_id=meal_id)
    printed = documents.made_pdf(made, printed_by=actor.name)
    return File(printed, f"餐次溯源{made.served_on}.pdf")


@endpoint(
    blueprint,
    "GET",
    "/canteen/tracing/meals/<id:meal_id>/export",
    permission=_READ,
    file=XLSX,
)
def export_meal_trace(actor: Actor, meal_id: int) -> File:
    """The same as an Excel sheet"""
    made = services.trace_meal(actor, meal_id=meal_id)
    services.record_export(actor, kind="meal", object_id=meal_id)
    return File(documents.made_workbook(made), f"餐次溯源{made.served_on}.xlsx")
