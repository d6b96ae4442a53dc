"""Use cases of score sheets."""

from dataclasses import dataclass
from datetime import date

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic
from backend.scoresheets import operations, parsing, queries
from backend.scoresheets.models import Purpose, SheetVersion, VersionState
from backend.scoresheets.policies import Content
from backend.scoresheets.queries import VersionView


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import; nothing has changed if the newest version says the same."""

    sheet_id: int
    version_id: int
    number: int
    state: VersionState
    is_unchanged: bool


@atomic
def create(actor: Actor, content: Content) -> VersionView:
    """A new sheet, its first version a draft. Raises Forbidden or SheetCodeTaken."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    version = operations.add_sheet(actor, content, at=clock.now())
    _record(actor, "scoresheets.drafted", version)
    return queries.view_of(queries.get_version(version.id))


@atomic
def draft(actor: Actor, *, sheet_id: int) -> VersionView:
    """The next version, a draft that says what the newest one says.

    Raises Forbidden, SheetNotFound or DraftExists.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    newest = queries.newest_version(queries.get_sheet(sheet_id).id)
    if newest is None:
        raise AssertionError("a sheet has at least one version")
    version = operations.add_draft(actor, newest.sheet, queries.content_of(newest), at=clock.now())
    _record(actor, "scoresheets.drafted", version)
    return queries.view_of(queries.get_version(version.id))


@atomic
def change(actor: Actor, *, version_id: int, content: Content) -> VersionView:
    """Let a draft say something else; the sheet's code stays.

    Raises Forbidden, SheetVersionNotFound or VersionInForce.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    version = queries.get_version(version_id)
    operations.rewrite(actor, version, content, at=clock.now())
    _record(actor, "scoresheets.changed", version)
    return queries.view_of(queries.get_version(version_id))


@atomic
def publish(actor: Actor, *, version_id: int, valid_from: date) -> VersionView:
    """Put a draft in force from a day on.

    Raises Forbidden, SheetVersionNotFound, VersionInForce, ValidFromTaken or SheetInvalid.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    version = queries.get_version(version_id)
    operations.put_in_force(version, valid_from=valid_from)
    _record(actor, "scoresheets.published", version)
    return queries.view_of(version)


@atomic
def discard(actor: Actor, *, version_id: int) -> None:
    """Delete a draft. Raises Forbidden, SheetVersionNotFound or VersionInForce."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    version = queries.get_version(version_id)
    _record(actor, "scoresheets.discarded", version)
    operations.discard(version)


def import_workbook(actor: Actor, *, data: bytes) -> Imported:
    """Take a sheet from a workbook: a new one, or a draft of the next version of the one of its code.

    A draft that is there says then what the workbook says; a workbook that says what the newest version says
    changes nothing. Raises Forbidden, SheetTooLarge, SheetUnreadable, WorksheetMissing, ColumnsMissing or,
    with every fault, RowsRejected.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    return _take(actor, parsing.read_content(data))


@atomic
def load(
    actor: Actor, content: Content, *, valid_from: date, purpose: Purpose = Purpose.EVALUATION
) -> Imported:
    """Put a sheet that comes with the house in force, unless a sheet of its code is there already.

    Raises SheetInvalid.
    """
    sheet = queries.find_sheet(content.code)
    newest = queries.newest_version(sheet.id) if sheet is not None else None
    if newest is not None:
        return _imported(newest, is_unchanged=True)
    version = operations.add_sheet(actor, content, at=clock.now(), purpose=purpose)
    operations.put_in_force(version, valid_from=valid_from)
    _record(actor, "scoresheets.published", version)
    return _imported(version, is_unchanged=False)


@atomic
def _take(actor: Actor, content: Content) -> Imported:
    now = clock.now()
    sheet = queries.find_sheet(content.code)
    newest = queries.newest_version(sheet.id) if sheet is not None else None
    if sheet is None or newest is None:
        version = operations.add_sheet(actor, content, at=now)
    elif newest.digest == content.digest:
        return _imported(newest, is_unchanged=True)
    elif newest.state == VersionState.DRAFT:
        operations.rewrite(actor, newest, content, at=now)
        version = newest
    else:
        version = operations.add_draft(actor, sheet, content, at=now)
    _record(actor, "scoresheets.imported", version)
    return _imported(version, is_unchanged=False)


def _imported(version: SheetVersion, *, is_unchanged: bool) -> Imported:
    state = VersionState(version.state)
    return Imported(version.sheet_id, version.id, version.number, state, is_unchanged)


def _record(actor: Actor, action: str, version: SheetVersion) -> None:
    audit.record(
        actor,
        action,
        "score_sheet",
        version.sheet_id,
        version_id=version.id,
        name=version.title,
        digest=version.digest,
    )
