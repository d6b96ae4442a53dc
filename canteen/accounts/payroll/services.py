"""Use cases of payroll imports."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic
from backend.identity.sheets.errors import SheetChanged
from backend.identity.sheets.parsing import Line
from backend.rules import queries as rule_queries
from canteen.accounts.payroll import operations, parsing, policies, queries
from canteen.accounts.payroll.errors import BatchTaken, FileTaken, PayrollRejected
from canteen.accounts.payroll.models import PayrollBatch
from canteen.accounts.payroll.policies import MOST_TOLD, Payment, Problem
from canteen.accounts.rules import MAX_DEPOSIT_FEN


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. `problems` and `payments` hold the first ones only.

    `booked_as` is the batch number under which this very file was booked before, or "".
    """

    sha256: str
    people: int
    total_fen: int
    wrong: int
    problem_count: int
    problems: Sequence[Problem]
    payments: Sequence[Payment]
    booked_as: str


@dataclass(frozen=True, slots=True)
class Imported:
    """An import. `is_repeat` if it was made before, and nothing was booked now."""

    id: int
    batch_no: str
    people: int
    total_fen: int
    imported_at: datetime
    is_repeat: bool


def preview(actor: Actor, *, data: bytes) -> Preview:
    """What `import_payroll` would book of this sheet now; nothing is changed.

    Raises Forbidden, SheetUnreadable, SheetTooLarge, ColumnsMissing or SheetEmpty.
    """
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    payments, problems = _check(actor, parsing.read_lines(data))
    digest = hashlib.sha256(data)
    known = queries.find_batch("", digest.digest())
    return Preview(
        sha256=digest.hexdigest(),
        people=len(payments),
        total_fen=_total(payments),
        wrong=len({problem.row for problem in problems}),
        problem_count=len(problems),
        problems=problems[:MOST_TOLD],
        payments=payments[:MOST_TOLD],
        booked_as=known.batch_no if known is not None else "",
    )


def import_payroll(
    actor: Actor, *, data: bytes, batch_no: str, expected_sha256: str | None = None
) -> Imported:
    """Book every row of a payroll sheet, or nothing; the same number and file again book nothing.

    `expected_sha256` is that of the sheet that was previewed. Raises Forbidden, SheetChanged,
    SheetUnreadable, SheetTooLarge, ColumnsMissing, SheetEmpty, PayrollRejected (with every fault), BatchTaken
    or FileTaken.
    """
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    digest = hashlib.sha256(data)
    if expected_sha256 is not None and expected_sha256 != digest.hexdigest():
        raise SheetChanged
    return _import(actor, parsing.read_lines(data), batch_no, digest.digest())


@atomic
def _import(actor: Actor, lines: Sequence[Line], batch_no: str, sha256: bytes) -> Imported:
    # Before the rows are judged: who was active when they were paid may have left since.
    known = queries.find_batch(batch_no, sha256)
    if known is not None:
        return _repeated(known, batch_no, sha256)
    payments, problems = _check(actor, lines)
    if problems:
        told = [asdict(problem) for problem in problems[:MOST_TOLD]]
        raise PayrollRejected(count=len(problems), rows=told)
    now, total_fen = clock.now(), _total(payments)
    batch_id = operations.claim_batch(
        batch_no=batch_no,
        sha256=sha256,
        people=len(payments),
        total_fen=total_fen,
        imported_at=now,
        imported_by=actor.staff_id,
    )
    if batch_id is None:  # A twin was committed while we looked.
        twin = queries.find_batch(batch_no, sha256)
        assert twin is not None  # noqa: S101 # It is what the claim met.
        return _repeated(twin, batch_no, sha256)
    operations.pay_in(batch_id, batch_no, payments, at=now, entered_by=actor.staff_id)
    audit.record(
        actor,
        "accounts.payroll_imported",
        "payroll_batch",
        batch_id,
        batch_no=batch_no,
        people=len(payments),
        amount_fen=total_fen,
    )
    return Imported(batch_id, batch_no, len(payments), total_fen, now, is_repeat=False)


def _repeated(known: PayrollBatch, batch_no: str, sha256: bytes) -> Imported:
    if known.batch_no != batch_no:
        raise FileTaken(batch_no=known.batch_no)
    if known.sha256 != sha256:
        raise BatchTaken(batch_no=batch_no)
    return Imported(known.id, batch_no, known.people, known.total_fen, known.imported_at, is_repeat=True)


def _check(actor: Actor, lines: Sequence[Line]) -> tuple[list[Payment], list[Problem]]:
    return policies.payments_of(
        lines,
        queries.roster(),
        limit_fen=rule_queries.value(MAX_DEPOSIT_FEN),
        importer_id=actor.staff_id,
    )


def _total(payments: Sequence[Payment]) -> int:
    return sum(payment.amount_fen for payment in payments)
