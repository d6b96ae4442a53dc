"""Use cases of import and export."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from backend import clock, vault
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.identity import operations as identity_operations
from backend.identity import queries as identity_queries
from backend.identity.errors import ChangedMeanwhile, LastAdministrator
from backend.identity.models import StaffStatus
from backend.identity.queries import department_tree
from backend.identity.roster import operations as roster_operations
from backend.identity.second_factor import queries as second_factor_queries
from backend.identity.sheets import operations, parsing, policies, queries
from backend.identity.sheets.errors import SheetChanged, SheetRejected
from backend.identity.sheets.parsing import STATUS
from backend.identity.sheets.plans import Plan, make_plan
from backend.identity.sheets.policies import Entry, Problems
from backend.identity.sheets.previews import Preview, make_preview
from backend.identity.sheets.queries import ExportRow
from backend.refusals import refusing_clashes

# How many faults are told; whoever mends these learns of the rest.
MAX_PROBLEMS = 200
# How many rows of a kind a preview tells; it counts them all.
MAX_PREVIEWED = 2_000


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows were new, really different, and as before; and how many departments were made."""

    created: int
    updated: int
    unchanged: int
    departments_created: int


def preview_import(actor: Actor, *, data: bytes, create_departments: bool = True) -> Preview:
    """What `import_roster` would do with this sheet now, row by row; nothing is changed.

    Raises Forbidden, SheetUnreadable, SheetTooLarge, ColumnsMissing or SheetEmpty.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    problems = Problems()
    entries = policies.entries_of(parsing.read_lines(data), clock.today(), problems)
    tree = department_tree()
    standing = queries.standing_roster(tree)

    def plan_of(rows: Sequence[Entry], found: Problems) -> Plan:
        return make_plan(rows, standing, tree, vault, create_departments=create_departments, problems=found)

    plan = plan_of(entries, problems)
    _find_last_administrator(plan, entries, problems)
    if problems:
        wrong = {problem.row for problem in problems.sorted()}
        entries = [entry for entry in entries if entry.row not in wrong]
        plan = plan_of(entries, Problems())
    return make_preview(plan, entries, problems.sorted(), vault, sha256=_digest(data), most=MAX_PREVIEWED)


def import_roster(
    actor: Actor, *, data: bytes, create_departments: bool = True, expected_sha256: str | None = None
) -> Imported:
    """Bring the roster up to date with an Excel sheet: all of it, or nothing.

    Departments that the tree lacks are made, or reported. Sessions end where status or primary department
    change. `expected_sha256` is that of the sheet that was previewed. Raises Forbidden, SheetChanged,
    SheetUnreadable, SheetTooLarge, ColumnsMissing, SheetEmpty, SheetRejected (with every fault) or
    LastAdministrator.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    if expected_sha256 is not None and expected_sha256 != _digest(data):
        raise SheetChanged
    problems = Problems()
    entries = policies.entries_of(parsing.read_lines(data), clock.today(), problems)
    return _import(actor, entries, problems, create_departments=create_departments)


@atomic
def export_roster(actor: Actor, **filters: Any) -> list[ExportRow]:
    """The roster, or the part that `filters` name, for a sheet; the export is recorded.

    Raises Forbidden or RecentProofRequired.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    second_factor_queries.ensure_proved(actor)
    rows = queries.export_rows(actor, **filters)
    # Not what was searched for, which may be a phone number.
    named = sorted(name for name, value in filters.items() if value not in ("", None))
    more: dict[str, Any] = {"filters": named} if named else {}
    record(actor, "identity.roster_exported", "roster", "", rows=len(rows), **more)
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
    with (
        identity_operations.keeping_an_administrator(_disabled(plan)),
        refusing_clashes(ChangedMeanwhile()),
    ):
        ended = operations.carry_out(plan, tree)
    imported = Imported(len(plan.created), len(plan.updated), plan.unchanged, len(plan.paths))
    record(actor, "identity.roster_imported", "roster", "", **asdict(imported), sessions_ended=ended)
    return imported


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _disabled(plan: Plan) -> set[int]:
    """Who would not be active any more, or is not."""
    return {
        staff_id for staff_id, (_, after) in plan.updated.items() if after.status is not StaffStatus.ACTIVE
    }


def _find_last_administrator(plan: Plan, entries: Sequence[Entry], problems: Problems) -> None:
    """Report the rows that would together leave nobody to manage the roster."""
    administrators = identity_queries.administrator_ids()
    removed = administrators & _disabled(plan)
    if not removed or administrators - removed:
        return
    rows = {entry.staff_no: entry.row for entry in entries}
    for staff_id in removed:
        problems.add(rows[plan.updated[staff_id][1].staff_no], STATUS, LastAdministrator().msg)
