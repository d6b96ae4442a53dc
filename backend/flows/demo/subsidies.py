"""The plan by which the demo's subsidies are granted, its awards, and what expired at each quarter."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.db import Base
from backend.flows.demo import ledger
from backend.flows.demo.organisation import MANAGER_NO
from backend.flows.demo.plan import Plan
from canteen.accounts.grants.models import ExpiredSubsidy, ExpiryRun, GrantAward, GrantPlan
from canteen.accounts.models import EntryKind

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_PLAN_ID = 1
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
    for entry_id, movement in enumerate(plan.movements, start=1):
        day = clock.local(movement.happened_at).date()
        (_, fen), *_others = movement.moves
        if movement.kind == EntryKind.GRANT and movement.memo.endswith(ledger.PLAN_NAME):
            awards.append((_PLAN_ID, day.replace(day=1), movement.staff_id, entry_id, fen))
        elif movement.kind == EntryKind.EXPIRY:
            boundaries.add(day)
            expired.append((day, movement.staff_id, entry_id, -fen))
    yield GrantAward, "plan_id month staff_id entry_id amount_fen", awards
    yield ExpiryRun, "boundary_on started_at finished_at", [_run(day) for day in sorted(boundaries)]
    yield ExpiredSubsidy, "boundary_on staff_id entry_id amount_fen", expired


def _run(boundary_on: date) -> tuple[Any, ...]:
    started_at = clock.at_local(boundary_on, ledger.EXPIRES_AT)
    return boundary_on, started_at, started_at + _RUNS_FOR
