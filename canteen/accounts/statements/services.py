"""Use cases of statements."""

from collections.abc import Sequence
from datetime import date

from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic
from canteen.accounts.services import MOST_EXPORTED
from canteen.accounts.statements import queries
from canteen.accounts.statements.queries import MonthOfAccount


@atomic
def export_months(
    actor: Actor, *, month: date, q: str, is_active: bool | None, sort: str
) -> Sequence[MonthOfAccount]:
    """A month of every account that the filters leave, for a sheet to keep; recorded. Raises Forbidden."""
    rows: Sequence[MonthOfAccount] = queries.page_months(
        actor, month=month, q=q, is_active=is_active, sort=sort, page=1, page_size=MOST_EXPORTED
    ).rows
    audit.record(
        actor,
        "accounts.months_exported",
        "accounts",
        "all",
        month=f"{month:%Y-%m}",
        rows=len(rows),
        is_filtered=bool(q),
    )
    return rows


@atomic
def record_printing(actor: Actor, *, staff_id: int, month: date) -> None:
    """Note that somebody else's statement is being printed. Raises Forbidden."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    audit.record(actor, "accounts.statement_printed", "staff", staff_id, month=f"{month:%Y-%m}")
