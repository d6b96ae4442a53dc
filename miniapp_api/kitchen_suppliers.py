"""供应商: suppliers, their licences, prices and assessments."""

from datetime import timedelta
from typing import Any, BinaryIO

from flask_smorest import Blueprint

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.http import endpoint
from canteen.purchasing.ingredients import queries as ingredients
from canteen.purchasing.suppliers import assessing, documents, pricing, queries, schemas, services
from canteen.purchasing.suppliers.schemas import (
    BlockSupplierIn,
    CompareQuery,
    ComparisonOut,
    LicenceIn,
    PriceCountsOut,
    PriceIn,
    PriceListQuery,
    PriceOut,
    PricesQuery,
    QuarterIn,
    QuarterQuery,
    SupplierAssessmentOut,
    SupplierAssessmentsQuery,
    SupplierCloseIn,
    SupplierIn,
    SupplierMarksIn,
    SupplierOut,
    SupplierPhoneOut,
    SuppliersQuery,
    SupplierWordIn,
)

blueprint = Blueprint("kitchen_suppliers", __name__, description="供应商")

_READ, _MANAGE, _APPROVE = (
    Permission.PURCHASING_READ,
    Permission.PURCHASING_MANAGE,
    Permission.PURCHASING_APPROVE,
)
_BASE = "/canteen/suppliers"
_ONE = f"{_BASE}/<id:supplier_id>"
_PRICES = "/canteen/supplier-prices"
_ASSESSMENTS = "/canteen/supplier-assessments"
PDF = "application/pdf"


@endpoint(blueprint, "GET", _BASE, permission=_READ, query=SuppliersQuery, out=SupplierOut, many=True)
def list_suppliers(actor: Actor, query: dict[str, Any]) -> Any:
    """The suppliers with their licences, by name"""
    return queries.page_suppliers(**query)


@endpoint(blueprint, "POST", _BASE, permission=_MANAGE, body=SupplierIn, out=SupplierOut, status=201)
def create_supplier(actor: Actor, body: dict[str, Any]) -> Any:
    """Enter a supplier"""
    return services.create(actor, **body)


@endpoint(blueprint, "GET", _ONE, permission=_READ, out=SupplierOut)
def get_supplier(actor: Actor, supplier_id: int) -> Any:
    """One supplier"""
    return queries.view(supplier_id)


@endpoint(blueprint, "PUT", _ONE, permission=_MANAGE, body=SupplierIn, out=SupplierOut)
def change_supplier(actor: Actor, supplier_id: int, body: dict[str, Any]) -> Any:
    """Say anew what a supplier is"""
    return services.change(actor, supplier_id=supplier_id, **body)


@endpoint(blueprint, "POST", f"{_ONE}/block", permission=_APPROVE, body=BlockSupplierIn, out=SupplierOut)
def block_supplier(actor: Actor, supplier_id: int, body: dict[str, Any]) -> Any:
    """Order nothing of a supplier any more, or let it supply again"""
    return services.block(actor, supplier_id=supplier_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/phone",
    permission=_MANAGE,
    body=SupplierWordIn,
    out=SupplierPhoneOut,
    keeps_answer=False,
)
def show_supplier_phone(actor: Actor, supplier_id: int, body: dict[str, Any]) -> Any:
    """A contact's number in full, which is recorded"""
    return services.show_phone(actor, supplier_id=supplier_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/licences",
    permission=_MANAGE,
    body=LicenceIn,
    out=SupplierOut,
    status=201,
)
def add_licence(actor: Actor, supplier_id: int, body: dict[str, Any]) -> Any:
    """Enter a licence; a renewed one is a new one"""
    return services.add_licence(actor, supplier_id=supplier_id, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{_ONE}/licences/<id:licence_id>",
    permission=_MANAGE,
    body=LicenceIn,
    out=SupplierOut,
)
def change_licence(actor: Actor, supplier_id: int, licence_id: int, body: dict[str, Any]) -> Any:
    """Put a licence right"""
    return services.change_licence(actor, supplier_id=supplier_id, licence_id=licence_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ONE}/licences/<id:licence_id>/withdraw",
    permission=_MANAGE,
    body=SupplierWordIn,
    out=SupplierOut,
)
def withdraw_licence(actor: Actor, supplier_id: int, licence_id: int, body: dict[str, Any]) -> Any:
    """Let a licence that was entered by mistake count no more"""
    return services.withdraw_licence(actor, supplier_id=supplier_id, licence_id=licence_id, **body)


@endpoint(blueprint, "POST", f"{_ONE}/prices", permission=_MANAGE, body=PriceIn, out=PriceOut, status=201)
def add_price(actor: Actor, supplier_id: int, body: dict[str, Any]) -> Any:
    """Enter what a supplier asks"""
    return services.add_price(actor, supplier_id=supplier_id, **body)


@endpoint(blueprint, "GET", _PRICES, permission=_READ, query=PricesQuery, out=PriceOut, many=True)
def list_prices(actor: Actor, query: dict[str, Any]) -> Any:
    """Prices by ingredient"""
    return pricing.page_prices(**query)


@endpoint(blueprint, "GET", f"{_PRICES}/compare", permission=_READ, query=CompareQuery, out=ComparisonOut)
def compare_prices(actor: Actor, query: dict[str, Any]) -> Any:
    """The offers of an ingredient side by side, and over time"""
    on = query["on"] or clock.today()
    since = query["since"] or on - timedelta(days=365)
    name = ingredients.view_of_id(query["ingredient_id"]).name
    return pricing.compare(query["ingredient_id"], name, on=on, since=since)


@endpoint(
    blueprint,
    "GET",
    f"{_PRICES}/workbook",
    permission=_READ,
    query=PriceListQuery,
    file=sheets.MEDIA_TYPE,
)
def export_prices(actor: Actor, query: dict[str, Any]) -> File:
    """The prices that hold today as a workbook, which may be changed and imported again"""
    return File(documents.prices_workbook(pricing.all_current(**query)), "供应商报价.xlsx", sheets.MEDIA_TYPE)


@endpoint(blueprint, "POST", f"{_PRICES}/import", permission=_MANAGE, upload="file", out=PriceCountsOut)
def import_prices(actor: Actor, file: BinaryIO) -> Any:
    """Enter prices by a workbook: all of it or nothing"""
    return services.import_prices(actor, data=file.read())


@endpoint(
    blueprint,
    "GET",
    _ASSESSMENTS,
    permission=_READ,
    query=SupplierAssessmentsQuery,
    out=SupplierAssessmentOut,
    many=True,
)
def list_supplier_assessments(actor: Actor, query: dict[str, Any]) -> Any:
    """How suppliers did, the latest quarter first"""
    return assessing.page_assessments(**schemas.quarter_first(query))


@endpoint(
    blueprint,
    "POST",
    _ASSESSMENTS,
    permission=_MANAGE,
    body=QuarterIn,
    out=SupplierAssessmentOut,
    many=True,
)
def count_supplier_assessments(actor: Actor, body: dict[str, Any]) -> Any:
    """Count a quarter's facts anew; what is closed stays"""
    return services.assess(actor, **body)


@endpoint(blueprint, "GET", f"{_ASSESSMENTS}/pdf", permission=_READ, query=QuarterQuery, file=PDF)
def print_supplier_assessments(actor: Actor, query: dict[str, Any]) -> File:
    """The assessments of a quarter on paper"""
    quarter = schemas.quarter_first(query)["quarter"]
    data = documents.assessments_pdf(quarter, assessing.of_quarter(quarter), printed_by=actor.name)
    return File(data, f"{documents.assessments_title(quarter)}.pdf", PDF)


@endpoint(
    blueprint,
    "GET",
    f"{_ASSESSMENTS}/workbook",
    permission=_READ,
    query=QuarterQuery,
    file=sheets.MEDIA_TYPE,
)
def export_supplier_assessments(actor: Actor, query: dict[str, Any]) -> File:
    """The assessments of a quarter as a workbook"""
    quarter = schemas.quarter_first(query)["quarter"]
    data = documents.assessments_workbook(quarter, assessing.of_quarter(quarter))
    return File(data, f"{documents.assessments_title(quarter)}.xlsx", sheets.MEDIA_TYPE)


@endpoint(
    blueprint,
    "GET",
    f"{_ASSESSMENTS}/<id:assessment_id>",
    permission=_READ,
    out=SupplierAssessmentOut,
)
def get_supplier_assessment(actor: Actor, assessment_id: int) -> Any:
    """How a supplier did in a quarter"""
    return assessing.assessment(assessment_id)


@endpoint(
    blueprint,
    "PUT",
    f"{_ASSESSMENTS}/<id:assessment_id>/marks",
    permission=_MANAGE,
    body=SupplierMarksIn,
    out=SupplierAssessmentOut,
)
def mark_supplier(actor: Actor, assessment_id: int, body: dict[str, Any]) -> Any:
    """Say how a supplier did, with reasons"""
    return services.mark(actor, assessment_id=assessment_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ASSESSMENTS}/<id:assessment_id>/close",
    permission=_APPROVE,
    body=SupplierCloseIn,
    out=SupplierAssessmentOut,
)
def close_supplier_assessment(actor: Actor, assessment_id: int, body: dict[str, Any]) -> Any:
    """Let an assessment stand"""
    return services.close_assessment(actor, assessment_id=assessment_id, **body)
