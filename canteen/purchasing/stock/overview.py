"""What a store comes to, and what in it waits for somebody: reads scoped by the actor."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from backend import clock, counting
from backend.actor import Actor
from backend.paging import Page
from backend.rules import queries as rule_queries
from canteen.menu.models import Canteen
from canteen.purchasing.stock import counts, figures, queries, receipts
from canteen.purchasing.stock.figures import Monthly, Stocked, Total
from canteen.purchasing.stock.rules import EXPIRY_DAYS


@dataclass(frozen=True, slots=True)
class Overview:
    """A canteen's store today, and what waits: receipts for a second person, counts for approval."""

    canteen_id: int
    canteen: str
    total: Total
    receipts_waiting: int
    counts_waiting: int


def overview(actor: Actor, *, canteen_id: int) -> Overview:
    """A canteen's store today. Raises CanteenNotFound."""
    canteen = queries.ensure_reads(actor, canteen_id)
    waiting = counting.together(
        {"receipts": receipts.count_waiting(canteen_id), "counts": counts.count_live(canteen_id)}
    )
    return Overview(
        canteen_id,
        canteen.name,
        figures.total(canteen_id, on=clock.today(), warn_days=_warn_days(canteen_id)),
        waiting["receipts"],
        waiting["counts"],
    )


def inventory(actor: Actor, *, canteen_id: int, **which: Any) -> Page:
    """What a canteen has, or should have, of each ingredient: Stocked. Raises CanteenNotFound."""
    queries.ensure_reads(actor, canteen_id)
    return figures.inventory(canteen_id, on=clock.today(), warn_days=_warn_days(canteen_id), **which)


def whole_inventory(actor: Actor, *, canteen_id: int) -> tuple[Canteen, list[Stocked]]:
    """All of it. Raises CanteenNotFound."""
    canteen = queries.ensure_reads(actor, canteen_id)
    return canteen, figures.all_stocked(canteen_id, on=clock.today(), warn_days=_warn_days(canteen_id))


def monthly(actor: Actor, *, canteen_id: int, month: date) -> tuple[Canteen, list[Monthly]]:
    """What came and went in a month (进销存). Raises CanteenNotFound."""
    return queries.ensure_reads(actor, canteen_id), figures.monthly(canteen_id, month)


def _warn_days(canteen_id: int) -> int:
    return rule_queries.value(EXPIRY_DAYS, canteen_id)
