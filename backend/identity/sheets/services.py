"""Use cases of import and export."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from backend import clock, vault
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.identity import operations as identity_operations
from backend.identity.errors import ChangedMeanwhile
from backend.identity.models import StaffStatus
from backend.identity.queries import department_tree
from backend.identity.roster import operations as roster_operations
from backend.identity.sheets import operations, parsing, policies, queries
from backend.identity.sheets.errors import SheetRejected
from backend.identity.sheets.plans import make_plan
from backend.identity.sheets.policies import Entry, Problems
from backend.identity.sheets.queries import ExportRow

# How many faults are told; whoever mends these learns of the rest.
MAX_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows were new, really different, and as before; and how many departments were made."""

    created: int
    updated: int
    unchanged: int
    departments_created: int


def import_roster(actor: Actor, *, data: bytes, create_departments: bool = True) -> Imported:
    """Bring the roster up to date with an Excel sheet: all of it, or nothing.

    Departments that the tree lacks are made, or reported. Sessions end where status or primary department
    change. Raises Forbidden, SheetUnreadable, SheetTooLarge, ColumnsMissing, SheetEmpty, SheetRejected
    (with every fault) or LastAdministrator.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    problems = Problems()
    entries = policies.entries_of(parsing.read_lines(data), clock.today(), problems)
    return _import(actor, entries, problems, create_departments=create_departments)


@atomic
def export_roster(actor: Actor) -> list[ExportRow]:
    """The whole roster, for a sheet; the export is recorded. Raises Forbidden."""
    rows = queries.export_rows(actor)
    record(actor, "identity.roster_exported", "roster", "", rows=len(rows))
    return rows


@atomic
def _import(
    actor: Actor, entries: Sequence[Entry], problems: Problems, *, create_departments: bool
) -> Imported:
    roster_operations.hold_departments()
    roster_operations.hold_roster()
    tree = department_tree()
    found = Problems(problems)  # The unit may be tried again.
    plan = make_plan(
        entries,
        queries.standing_roster(tree),
        tree,
        vault,
        create_departments=create_departments,
        problems=found,
    )
    if found:
        faults = found.sorted()
        raise SheetRejected(count=len(faults), rows=[asdict(fault) for fault in faults[:MAX_PROBLEMS]])
    removed = [
        staff_id for staff_id, (_, after) in plan.updated.items() if after.status is not StaffStatus.ACTIVE
    ]
    with (
        identity_operations.keeping_an_administrator(removed),
        identity_operations.refusing_clashes(ChangedMeanwhile()),
    ):
        ended = operations.carry_out(plan, tree)
    imported = Imported(len(plan.created), len(plan.updated), plan.unchanged, len(plan.paths))
    record(actor, "identity.roster_imported", "roster", "", **asdict(imported), sessions_ended=ended)
    return imported
