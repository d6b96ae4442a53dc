"""被评估单位 and 月报: the organs whose canteens are evaluated, and what they report."""

from datetime import date
from typing import Any, BinaryIO

from flask_smorest import Blueprint

from backend.actor import Actor, Permission, ensure_everywhere
from backend.answers import File
from backend.documents import sheets
from backend.http import endpoint
from backend.wire import PageQuery
from canteen.evaluation.units import documents, queries, schemas, services
from canteen.evaluation.units.schemas import (
    ImportCountsOut,
    MonthQuery,
    MonthStandOut,
    PhoneIn,
    PhoneOut,
    UnitIn,
    UnitOut,
    UnitReportIn,
    UnitReportOut,
    UnitsQuery,
)

blueprint = Blueprint("evaluation_units", __name__, description="被评估单位")

_MANAGE, _REPORT = Permission.EVALUATION_MANAGE, Permission.EVALUATION_REPORT


@endpoint(blueprint, "GET", "/evaluation/units", permission=_MANAGE, query=UnitsQuery, out=UnitOut, many=True)
def list_units(actor: Actor, query: dict[str, Any]) -> Any:
    """The units that are evaluated"""
    return queries.page_units(actor, **query)


@endpoint(blueprint, "POST", "/evaluation/units", permission=_MANAGE, body=UnitIn, out=UnitOut, status=201)
def create_unit(actor: Actor, body: dict[str, Any]) -> Any:
    """Enter a unit"""
    return services.create_unit(actor, **{**body, "phone": body["phone"] or ""})


@endpoint(blueprint, "GET", "/evaluation/units/mine", permission=_REPORT, out=UnitOut, many=True)
def list_own_units(actor: Actor) -> Any:
    """The units that one reports for"""
    return queries.own_units(actor)


@endpoint(blueprint, "GET", "/evaluation/units/workbook", permission=_MANAGE, file=sheets.MEDIA_TYPE)
def export_units(actor: Actor) -> File:
    """The units as a workbook, phone numbers masked"""
    ensure_everywhere(actor, _MANAGE)
    return File(documents.units_workbook(queries.all_units()), "被评估单位.xlsx", sheets.MEDIA_TYPE)


@endpoint(
    blueprint, "POST", "/evaluation/units/import", permission=_MANAGE, upload="file", out=ImportCountsOut
)
def import_units(actor: Actor, file: BinaryIO) -> Any:
    """Enter and change units by a workbook, by their codes: all of it or nothing"""
    return services.import_units(actor, data=file.read())


@endpoint(blueprint, "GET", "/evaluation/units/<id:unit_id>", permission=Permission.SELF, out=UnitOut)
def get_unit(actor: Actor, unit_id: int) -> Any:
    """A unit that one reports for or evaluates"""
    return queries.unit_view(actor, unit_id)


@endpoint(blueprint, "PUT", "/evaluation/units/<id:unit_id>", permission=_MANAGE, body=UnitIn, out=UnitOut)
def change_unit(actor: Actor, unit_id: int, body: dict[str, Any]) -> Any:
    """Change what is kept of a unit"""
    return services.change_unit(actor, unit_id=unit_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/evaluation/units/<id:unit_id>/phone",
    permission=_MANAGE,
    body=PhoneIn,
    out=PhoneOut,
    keeps_answer=False,
)
def show_unit_phone(actor: Actor, unit_id: int, body: dict[str, Any]) -> Any:
    """A contact's number in full, which is recorded"""
    return services.show_phone(actor, unit_id=unit_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/units/<id:unit_id>/reports",
    permission=Permission.SELF,
    query=PageQuery,
    out=UnitReportOut,
    many=True,
)
def list_unit_reports(actor: Actor, unit_id: int, query: dict[str, Any]) -> Any:
    """Every version that a unit reported, the latest first"""
    return queries.page_versions(actor, unit_id, **query)


@endpoint(
    blueprint,
    "PUT",
    "/evaluation/units/<id:unit_id>/reports/<day:on_date>",
    permission=_REPORT,
    body=UnitReportIn,
    out=UnitReportOut,
)
def report_month(actor: Actor, unit_id: int, on_date: date, body: dict[str, Any]) -> Any:
    """Report a month, named by its first day; a further report is a further version"""
    return services.report(actor, unit_id=unit_id, month=on_date, figures=schemas.figures_of(body))


@endpoint(
    blueprint,
    "GET",
    "/evaluation/reports",
    permission=_MANAGE,
    query=MonthQuery,
    out=MonthStandOut,
    many=True,
)
def list_month(actor: Actor, query: dict[str, Any]) -> Any:
    """How a month's reports stand: in time, late, not there"""
    return queries.month_stands(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/evaluation/reports/workbook",
    permission=_REPORT,
    query=MonthQuery,
    file=sheets.MEDIA_TYPE,
)
def export_month(actor: Actor, query: dict[str, Any]) -> File:
    """A month of one's own units as a workbook, to be filled in and imported"""
    stands = queries.own_month(actor, **query)
    name = f"{query['month']:%Y-%m}月报.xlsx"
    return File(documents.reports_workbook(query["month"], stands), name, sheets.MEDIA_TYPE)


@endpoint(
    blueprint, "POST", "/evaluation/reports/import", permission=_REPORT, upload="file", out=ImportCountsOut
)
def import_reports(actor: Actor, file: BinaryIO) -> Any:
    """Report months of one's own units by a workbook: all of it or nothing"""
    return services.import_reports(actor, data=file.read())
