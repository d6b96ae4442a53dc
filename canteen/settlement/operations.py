"""Writes of settlements, within an open unit of work."""

from datetime import date, datetime

from sqlalchemy import insert, text

from backend.actor import Actor
from backend.db import db, table, unit
from backend.statements import insert_or_nothing
from canteen.settlement.models import Settlement, SettlementLine, SettlementState
from canteen.settlement.policies import Sums
from canteen.settlement.queries import SettlementView

_LINE = table(SettlementLine)
_COLUMNS = (
    *("canteen_id", "canteen_name", "month", "state", "caterer", "through_entry_id"),
    *("subsidy_fen", "personal_fen", "reception_fen", "adjustment_fen", "total_fen"),
    *("closed_at", "closed_by", "closed_by_name", "signed_by_us", "signed_by_caterer"),
)
INSERT_SETTLEMENT = insert_or_nothing(table(Settlement), _COLUMNS, returning="id")


def hold_ledger() -> None:
    """Let nobody add to the ledger until the unit ends, after what is being added now has been committed.

    Then the last entry's id parts what a settlement has seen from what it has not: identifiers are given
    out in order, but units that are open side by side commit in any order. On SQLite a unit is alone.
    """
    connection = unit()
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE ledger_entries IN SHARE MODE"))


def insert_settlement(
    actor: Actor, view: SettlementView, *, caterer: str, through_entry_id: int, at: datetime
) -> int | None:
    """Freeze a draft; returns its id, or None if the month has been closed meanwhile."""
    whole = view.whole
    inserted = INSERT_SETTLEMENT.row(
        unit(),
        {
            "canteen_id": view.canteen_id,
            "canteen_name": view.canteen,
            "month": view.month,
            "state": SettlementState.CLOSED.value,
            "caterer": caterer,
            "through_entry_id": through_entry_id,
            "subsidy_fen": whole.subsidy_fen,
            "personal_fen": whole.personal_fen,
            "reception_fen": whole.reception_fen,
            "adjustment_fen": view.adjustment_fen,
            "total_fen": view.total_fen,
            "closed_at": at,
            "closed_by": actor.staff_id,
            "closed_by_name": actor.name,
            "signed_by_us": "",
            "signed_by_caterer": "",
        },
    )
    if inserted is None:
        return None
    settlement_id: int = inserted[0]
    lines = [
        {
            "settlement_id": settlement_id,
            "month": line.month,
            "department_id": line.department_id,
            "department_name": line.department,
            "period": line.period,
            **{name: getattr(line.sums, name) for name in Sums.__slots__},
        }
        for line in (*view.lines, *view.adjustments)
    ]
    if lines:
        unit().execute(insert(_LINE), lines)
    return settlement_id


def confirm(
    settlement: Settlement,
    actor: Actor,
    *,
    confirmed_on: date,
    signed_by_us: str,
    signed_by_caterer: str,
    at: datetime,
) -> None:
    """Write down that both sides have signed."""
    settlement.state = SettlementState.CONFIRMED.value
    settlement.confirmed_on = confirmed_on
    settlement.signed_by_us = signed_by_us
    settlement.signed_by_caterer = signed_by_caterer
    settlement.confirmed_at = at
    settlement.confirmed_by = actor.staff_id
    db.session.flush()
