"""The records behind entries of the demo's ledger: the plan of the subsidies with its awards, what expired at
each quarter, and the payroll's batches.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from backend import clock
from backend.db import Base
from backend.flows.demo import ledger
from backend.flows.demo.organisation import MANAGER_NO
from backend.flows.demo.plan import Plan
from canteen.accounts.grants.models import ExpiredSubsidy, ExpiryRun, GrantAward, GrantPlan
from canteen.accounts.models import EntryKind
from canteen.accounts.payroll.models import PayrollBatch, PayrollItem

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_PLAN_ID = 1
_RECORDED = frozenset({EntryKind.GRANT, EntryKind.EXPIRY, EntryKind.PAYROLL})
_RUNS_FOR = timedelta(seconds=2)


def tables(plan: Plan) -> Tables:
    """The rows that explain the grants and expiries of the ledger, whose ids are their places in it."""
    opened_at = clock.at_local(plan.opened_on, ledger.OPENS_AT)
    first = (plan.opened_on.replace(day=1) + timedelta(days=32)).replace(day=1)
    facts = (_PLAN_ID, ledger.PLAN_NAME, ledger.GRANT_FEN, True, first, None, True)
    yield (
        GrantPlan,
        "id name amount_fen is_for_all from_month until_month is_active created_at created_by changed_at",
        [(*facts, opened_at, plan.staff_id(MANAGER_NO), opened_at)],
    )
    awards, expired, boundaries = [], [], set()
    paid: dict[tuple[str, datetime], list[tuple[int, int, int]]] = {}
    for entry_id, movement in enumerate(plan.movements, start=1):
        if movement.kind not in _RECORDED:
            continue
        day = clock.local(movement.happened_at).date()
        [(_, fen)] = movement.moves
        if movement.kind == EntryKind.PAYROLL:
            paid.setdefault((movement.memo, movement.happened_at), []).append(
                (movement.staff_id, entry_id, fen)
            )
        elif movement.kind == EntryKind.EXPIRY:
            boundaries.add(day)
            expired.append((day, movement.staff_id, entry_id, -fen))
        elif movement.memo.endswith(ledger.PLAN_NAME):
            awards.append((_PLAN_ID, day.replace(day=1), movement.staff_id, entry_id, fen))
    yield GrantAward, "plan_id month staff_id entry_id amount_fen", awards
    yield ExpiryRun, "boundary_on started_at finished_at", [_run(day) for day in sorted(boundaries)]
    yield ExpiredSubsidy, "boundary_on staff_id entry_id amount_fen", expired
    yield from _batches(paid, plan.staff_id(MANAGER_NO))


def _batches(paid: Mapping[tuple[str, datetime], Sequence[tuple[int, int, int]]], importer_id: int) -> Tables:
    """Each payroll batch and its rows; `paid` is (staff, entry, fen) by the entries' memo and instant."""
    batches, items = [], []
    for batch_id, ((memo, at), rows) in enumerate(paid.items(), start=1):
        batch_no = memo.split()[-1]
        file_hash = sha256(f"payroll {batch_no}".encode()).digest()
        total_fen = sum(fen for *_, fen in rows)
        batches.append((batch_id, batch_no, file_hash, len(rows), total_fen, at, importer_id))
        # The first row of a sheet is its heading.
        items += [(batch_id, number, *row) for number, row in enumerate(rows, start=2)]
    yield PayrollBatch, "id batch_no sha256 people total_fen imported_at imported_by", batches
    yield PayrollItem, "batch_id row_number staff_id entry_id amount_fen", items


def _run(boundary_on: date) -> tuple[Any, ...]:
    started_at = clock.at_local(boundary_on, ledger.EXPIRES_AT)
    return boundary_on, started_at, started_at + _RUNS_FOR
