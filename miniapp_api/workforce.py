"""Who does the work of property: groups, workers, shifts and duties."""

from typing import Any, BinaryIO

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE as XLSX
from backend.http import endpoint
from property.categories import queries as category_queries
from property.dispatch import services as dispatch_services
from property.workforce import documents, queries, services
from property.workforce.schemas import (
    ActiveQuery,
    DayQuery,
    DutyWeekCopyIn,
    DutyWeekImportedOut,
    DutyWeekIn,
    DutyWeekQuery,
    GroupChangeIn,
    GroupIn,
    GroupOut,
    RosterOut,
    ShiftChangeIn,
    ShiftIn,
    ShiftOut,
    SkillOut,
    WorkerChangeIn,
    WorkerIn,
    WorkerOut,
    WorkersQuery,
)

blueprint = Blueprint("workforce", __name__, description="维修班组和排班")
READ, MANAGE = Permission.PROPERTY_READ, Permission.PROPERTY_MANAGE


@endpoint(blueprint, "GET", "/property/groups", permission=READ, query=ActiveQuery, out=GroupOut, many=True)
def list_groups(actor: Actor, query: dict[str, Any]) -> Any:
    """The groups, the house's own first"""
    return queries.list_groups(**query)


@endpoint(blueprint, "POST", "/property/groups", permission=MANAGE, body=GroupIn, out=GroupOut, status=201)
def create_group(actor: Actor, body: dict[str, Any]) -> Any:
    """A new group, of the house or of a contractor"""
    return services.create_group(actor, **body)


@endpoint(
    blueprint, "PUT", "/property/groups/<id:group_id>", permission=MANAGE, body=GroupChangeIn, out=GroupOut
)
def change_group(actor: Actor, group_id: int, body: dict[str, Any]) -> Any:
    """Rename a group, or take it out of use; refused while workers or open orders are its"""
    return dispatch_services.change_group(actor, group_id=group_id, **body)


@endpoint(
    blueprint, "GET", "/property/workers", permission=READ, query=WorkersQuery, out=WorkerOut, many=True
)
def list_workers(actor: Actor, query: dict[str, Any]) -> Any:
    """The workers by group, leads first"""
    return queries.page_workers(**query)


@endpoint(blueprint, "POST", "/property/workers", permission=MANAGE, body=WorkerIn, out=WorkerOut, status=201)
def create_worker(actor: Actor, body: dict[str, Any]) -> Any:
    """Let a member of staff work in a group; `may_handle` says whether a role is still lacking"""
    return services.create_worker(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/property/workers/<id:staff_id>",
    permission=MANAGE,
    body=WorkerChangeIn,
    out=WorkerOut,
)
def change_worker(actor: Actor, staff_id: int, body: dict[str, Any]) -> Any:
    """Describe a worker anew; moving or stopping one is refused while orders are open"""
    return dispatch_services.change_worker(actor, staff_id=staff_id, **body)


@endpoint(blueprint, "GET", "/property/skills", permission=READ, out=SkillOut, many=True)
def list_skills(actor: Actor) -> Any:
    """The skills that a worker has or a category wants"""
    wanted = {category.skill for category in category_queries.tree().walk() if category.skill}
    return [{"skill": skill} for skill in sorted(wanted | set(queries.all_skills()))]


@endpoint(blueprint, "GET", "/property/shifts", permission=READ, query=ActiveQuery, out=ShiftOut, many=True)
def list_shifts(actor: Actor, query: dict[str, Any]) -> Any:
    """The shifts by when they begin"""
    return queries.list_shifts(**query)


@endpoint(blueprint, "POST", "/property/shifts", permission=MANAGE, body=ShiftIn, out=ShiftOut, status=201)
def create_shift(actor: Actor, body: dict[str, Any]) -> Any:
    """A new shift"""
    return services.create_shift(actor, **body)


@endpoint(
    blueprint, "PUT", "/property/shifts/<id:shift_id>", permission=MANAGE, body=ShiftChangeIn, out=ShiftOut
)
def change_shift(actor: Actor, shift_id: int, body: dict[str, Any]) -> Any:
    """Change a shift, and thereby whatever duties name it"""
    return services.change_shift(actor, shift_id=shift_id, **body)


@endpoint(blueprint, "GET", "/property/duties", permission=READ, query=DutyWeekQuery, out=RosterOut)
def get_week(actor: Actor, query: dict[str, Any]) -> Any:
    """The duties of the week in which a date lies"""
    return queries.roster(query["date"], group_id=query.get("group_id"))


@endpoint(blueprint, "PUT", "/property/duties", permission=MANAGE, body=DutyWeekIn, out=RosterOut)
def set_week(actor: Actor, body: dict[str, Any]) -> Any:
    """Make these the duties of a group in the week that begins on a Monday"""
    return services.set_week(actor, **body)


@endpoint(blueprint, "POST", "/property/duties/copy", permission=MANAGE, body=DutyWeekCopyIn, out=RosterOut)
def copy_week(actor: Actor, body: dict[str, Any]) -> Any:
    """Give a group the duties of the week before"""
    return services.copy_week(actor, **body)


@endpoint(blueprint, "GET", "/property/duties/export", permission=READ, query=DutyWeekQuery, file=XLSX)
def export_week(actor: Actor, query: dict[str, Any]) -> File:
    """The duties of a week as an Excel sheet, which the import takes"""
    roster = queries.roster(query["date"], group_id=query.get("group_id"))
    return File(documents.week_workbook(roster), f"排班_{roster.week_on}.xlsx")


@endpoint(
    blueprint,
    "POST",
    "/property/duties/import",
    permission=MANAGE,
    query=DayQuery,
    upload="file",
    out=DutyWeekImportedOut,
)
def import_week(actor: Actor, query: dict[str, Any], file: BinaryIO) -> Any:
    """Take the duties of a week from the Excel sheet in the field `file`, by staff number: all or nothing"""
    return services.import_week(actor, day=query["date"], data=file.read())


@endpoint(blueprint, "GET", "/property/duties/now", permission=READ, out=WorkerOut, many=True)
def list_on_duty(actor: Actor) -> Any:
    """Who is on duty now"""
    return queries.now_on_duty()
