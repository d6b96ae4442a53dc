"""Use cases of units and reports."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic
from backend.documents import reading
from backend.rules import queries as rule_queries
from canteen.evaluation.units import operations, parsing, queries
from canteen.evaluation.units.errors import PhoneMissing
from canteen.evaluation.units.models import Via
from canteen.evaluation.units.parsing import ReportRow, UnitRow
from canteen.evaluation.units.policies import Figures
from canteen.evaluation.units.queries import ReportView, UnitView
from canteen.evaluation.units.rules import REPORT_DAYS


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import came to."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A contact's number in full."""

    phone: str


@atomic
def create_unit(actor: Actor, **columns: Any) -> UnitView:
    """Enter a unit. Raises Forbidden, UnitTaken, UnitLinkInvalid or PhoneInvalid."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    unit = operations.add_unit(columns, at=clock.now())
    audit.record(actor, "evaluation.unit_created", "evaluation_unit", unit.id, name=unit.name)
    return queries.unit_view(actor, unit.id)


@atomic
def change_unit(actor: Actor, *, unit_id: int, **columns: Any) -> UnitView:
    """Change what is kept of a unit; `phone` None keeps the number.

    Raises Forbidden, UnitNotFound, UnitTaken, UnitLinkInvalid or PhoneInvalid.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    unit = queries.lock_unit(unit_id)
    wanted = {name: value for name, value in columns.items() if (name, value) != ("phone", None)}
    fields = operations.change_unit(unit, wanted, at=clock.now())
    if fields:
        audit.record(actor, "evaluation.unit_changed", "evaluation_unit", unit_id, fields=sorted(fields))
    return queries.unit_view(actor, unit_id)


@atomic
def show_phone(actor: Actor, *, unit_id: int, reason: str) -> Shown:
    """A contact's number in full, which is recorded. Raises Forbidden, UnitNotFound or PhoneMissing."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    phone = queries.phone_of(queries.find_unit(unit_id))
    if phone is None:
        raise PhoneMissing
    audit.record(actor, "evaluation.phone_shown", "evaluation_unit", unit_id, reason=reason)
    return Shown(phone)


@atomic
def report(actor: Actor, *, unit_id: int, month: date, figures: Figures) -> ReportView:
    """Report a month of a unit of one's own.

    Raises UnitNotFound, OwnCanteenReports, MonthNotBegun or FiguresImpossible.
    """
    unit = queries.get_own(actor, unit_id)
    taken = operations.take_report(unit_id, month, figures, Via.FORM, actor=actor)
    return queries.report_view(taken.report, unit.name, rule_queries.value(REPORT_DAYS))


def import_units(actor: Actor, *, data: bytes) -> Counts:
    """Enter and change units by a sheet, by their codes; all of it or nothing.

    Raises Forbidden, SheetTooLarge, SheetUnreadable, ColumnsMissing, SheetEmpty or RowsRejected.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    return _import_units(actor, parsing.read_units(data))


def import_reports(actor: Actor, *, data: bytes) -> Counts:
    """Report months of units of one's own by a sheet; all of it or nothing.

    Raises SheetTooLarge, SheetUnreadable, ColumnsMissing, SheetEmpty or RowsRejected.
    """
    return _import_reports(actor, parsing.read_reports(data))


@atomic
def _import_units(actor: Actor, rows: Sequence[UnitRow]) -> Counts:
    known = queries.units_by_code()
    reading.refuse(parsing.faults_of_units(rows, known))
    now = clock.now()
    added = changed = 0
    for row in rows:
        there = known.get(row.columns["code"])
        if there is None:
            operations.add_unit({"phone": "", **row.columns}, at=now)
            added += 1
        elif operations.change_unit(there, row.columns, at=now):
            changed += 1
    counts = Counts(added, changed, len(rows) - added - changed)
    audit.record(actor, "evaluation.units_imported", "evaluation_unit", 0, **asdict(counts))
    return counts


@atomic
def _import_reports(actor: Actor, rows: Sequence[ReportRow]) -> Counts:
    own = {unit.code: unit for unit in queries.own_units(actor)}
    reading.refuse(parsing.faults_of_reports(rows, own, clock.today()))
    added = changed = 0
    # In one order everywhere: each report locks its unit.
    for row in sorted(rows, key=lambda row: (own[row.code].id, row.month)):
        taken = operations.take_report(own[row.code].id, row.month, row.figures, Via.EXCEL, actor=actor)
        if taken.is_new:
            added += taken.report.version == 1
            changed += taken.report.version > 1
    return Counts(added, changed, len(rows) - added - changed)
