"""Hygiene of the kitchen: stations, cleaning and disinfection, the daily checklist."""

from typing import Any, Final

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from canteen.food_safety import reach
from canteen.food_safety.hygiene import documents, queries, services
from canteen.food_safety.hygiene.checks import queries as checks
from canteen.food_safety.hygiene.checks import services as check_services
from canteen.food_safety.hygiene.checks.schemas import (
    ChecklistAnswersIn,
    ChecklistDayQuery,
    ChecklistSheetOut,
    HygieneDayOut,
    KitchenChecklistIn,
    KitchenChecklistOut,
    KitchenHygieneOut,
)
from canteen.food_safety.hygiene.cleaning import queries as cleaning
from canteen.food_safety.hygiene.cleaning import services as cleaning_services
from canteen.food_safety.hygiene.cleaning.schemas import (
    CleaningRecordIn,
    CleaningRecordOut,
    CleaningRecordsQuery,
    CleaningTaskChangeIn,
    CleaningTaskIn,
    CleaningTaskOut,
    CleaningVoidIn,
)
from canteen.food_safety.hygiene.schemas import (
    KitchenDayQuery,
    KitchenDaysQuery,
    KitchenQuery,
    StationChangeIn,
    StationIn,
    StationOut,
    StationsQuery,
)

blueprint = Blueprint("kitchen_hygiene", __name__, description="清洁消毒与每日检查")

PDF: Final = "application/pdf"
_ROOT: Final = "/canteen/hygiene"
# Who records sees what is to be recorded, too: each query asks for either permission.
_READ: Final = Permission.SELF
_RECORD: Final = Permission.SAFETY_RECORD
_MANAGE: Final = Permission.SAFETY_MANAGE


@endpoint(
    blueprint, "GET", f"{_ROOT}/stations", permission=_READ, query=StationsQuery, out=StationOut, many=True
)
def list_stations(actor: Actor, query: dict[str, Any]) -> Any:
    """A kitchen's stations"""
    return queries.list_stations(actor, **query)


@endpoint(
    blueprint, "POST", f"{_ROOT}/stations", permission=_MANAGE, body=StationIn, out=StationOut, status=201
)
def add_station(actor: Actor, body: dict[str, Any]) -> Any:
    """Set a station up"""
    return services.add_station(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{_ROOT}/stations/<id:station_id>",
    permission=_MANAGE,
    body=StationChangeIn,
    out=StationOut,
)
def change_station(actor: Actor, station_id: int, body: dict[str, Any]) -> Any:
    """Describe a station anew; its code stays"""
    return services.change_station(actor, station_id=station_id, **body)


@endpoint(blueprint, "GET", f"{_ROOT}/stations/labels", permission=_MANAGE, query=KitchenQuery, file=PDF)
def get_station_labels(actor: Actor, query: dict[str, Any]) -> File:
    """The stations' codes to hang up"""
    canteen = reach.get_canteen(actor, query["canteen_id"], _MANAGE)
    content = documents.labels_pdf(canteen.name, queries.stations_of(canteen.id), printed_by=actor.name)
    return File(content, f"{canteen.name}岗位码.pdf", PDF)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/stations/by-code/<code>",
    permission=_READ,
    query=ChecklistDayQuery,
    out=ChecklistSheetOut,
)
def get_sheet_by_code(actor: Actor, code: str, query: dict[str, Any]) -> Any:
    """The checklist of the station whose code was scanned or typed"""
    return checks.sheet_by_code(actor, code=code, **query)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/stations/<id:station_id>/check",
    permission=_READ,
    query=ChecklistDayQuery,
    out=ChecklistSheetOut,
)
def get_sheet(actor: Actor, station_id: int, query: dict[str, Any]) -> Any:
    """The checklist of a station on a day"""
    return checks.get_sheet(actor, station_id=station_id, **query)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/stations/<id:station_id>/check",
    permission=_RECORD,
    body=ChecklistAnswersIn,
    out=ChecklistSheetOut,
)
def answer_sheet(actor: Actor, station_id: int, body: dict[str, Any]) -> Any:
    """Say what was found at a station, all of it or in parts"""
    return check_services.answer(actor, station_id=station_id, **body)


@endpoint(blueprint, "GET", f"{_ROOT}/day", permission=_READ, query=KitchenDayQuery, out=KitchenHygieneOut)
def get_hygiene_day(actor: Actor, query: dict[str, Any]) -> Any:
    """A day of a kitchen, station by station, with what is to be cleaned"""
    return checks.get_day(actor, **query)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/days",
    permission=_READ,
    query=KitchenDaysQuery,
    out=HygieneDayOut,
    many=True,
)
def list_hygiene_days(actor: Actor, query: dict[str, Any]) -> Any:
    """Days of a kitchen in numbers; a gap shows as one"""
    return checks.list_days(actor, **query)


@endpoint(
    blueprint, "GET", f"{_ROOT}/checklist", permission=_READ, query=KitchenQuery, out=KitchenChecklistOut
)
def get_checklist(actor: Actor, query: dict[str, Any]) -> Any:
    """The items of a canteen's checklist"""
    return checks.get_template(actor, **query)


@endpoint(
    blueprint,
    "PUT",
    f"{_ROOT}/checklist",
    permission=_MANAGE,
    body=KitchenChecklistIn,
    out=KitchenChecklistOut,
)
def save_checklist(actor: Actor, body: dict[str, Any]) -> Any:
    """Give a canteen a checklist of its own; an empty one brings the house's back"""
    return check_services.save_template(actor, **body)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/tasks",
    permission=_READ,
    query=StationsQuery,
    out=CleaningTaskOut,
    many=True,
)
def list_cleaning_tasks(actor: Actor, query: dict[str, Any]) -> Any:
    """What is cleaned and disinfected in a kitchen"""
    return cleaning.list_tasks(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/tasks",
    permission=_MANAGE,
    body=CleaningTaskIn,
    out=CleaningTaskOut,
    status=201,
)
def add_cleaning_task(actor: Actor, body: dict[str, Any]) -> Any:
    """Plan that something is cleaned or disinfected"""
    return cleaning_services.add_task(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{_ROOT}/tasks/<id:task_id>",
    permission=_MANAGE,
    body=CleaningTaskChangeIn,
    out=CleaningTaskOut,
)
def change_cleaning_task(actor: Actor, task_id: int, body: dict[str, Any]) -> Any:
    """Plan it anew"""
    return cleaning_services.change_task(actor, task_id=task_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/records",
    permission=_READ,
    query=CleaningRecordsQuery,
    out=CleaningRecordOut,
    many=True,
)
def list_cleaning_records(actor: Actor, query: dict[str, Any]) -> Any:
    """What was cleaned and disinfected, the latest first"""
    return cleaning.page_records(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/records",
    permission=_RECORD,
    body=CleaningRecordIn,
    out=CleaningRecordOut,
    status=201,
)
def record_cleaning(actor: Actor, body: dict[str, Any]) -> Any:
    """Record that something was cleaned or disinfected"""
    return cleaning_services.record_cleaning(actor, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/records/<id:record_id>/void",
    permission=_RECORD,
    body=CleaningVoidIn,
    out=CleaningRecordOut,
)
def void_cleaning_record(actor: Actor, record_id: int, body: dict[str, Any]) -> Any:
    """Take back a record that was entered in error"""
    return cleaning_services.void_record(actor, record_id=record_id, **body)
