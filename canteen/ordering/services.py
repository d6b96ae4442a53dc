"""Use cases of ordering."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backend import clock, revisions
from backend.actor import Actor
from backend.audit import operations as audit
from backend.db import atomic, on_commit
from backend.jobs import one_by_one
from canteen.ordering import monitoring, operations, placing, queries
from canteen.ordering.models import Dining
from canteen.ordering.monitoring import OrderRow
from canteen.ordering.placing import Diner, Request
from canteen.ordering.policies import Wish
from canteen.ordering.queries import OrderView

MOST_EXPORTED = 100_000


def place_order(actor: Actor, *, request: Request) -> OrderView:
    """Order a meal and pay for it from the actor's account.

    Raises DatePast, NotPublished, OrderClosed, DishNotOffered, PortionNotOffered, DuplicateLine, OverLimit,
    BalanceShort, AlreadyOrdered, SoldOut, DishWithdrawn, or what a takeaway's window raises
    (`takeaway.queries.packing_of`, WindowFull); then nothing has changed.
    """
    # Taken before the unit opens: waiting for a lock makes nobody late.
    return _place(actor, request=request, received_at=clock.now())


@atomic
def _place(actor: Actor, *, request: Request, received_at: datetime) -> OrderView:
    diner = Diner(actor.staff_id, actor.department_id)
    return placing.place(diner, request, placed_by=actor.staff_id, received_at=received_at)


def change_order(
    actor: Actor,
    *,
    order_id: int,
    wishes: Sequence[Wish],
    dining: Dining,
    note: str,
    collect_from: datetime | None = None,
) -> OrderView:
    """Change one's own order until the order cutoff; the difference is paid or given back.

    Raises what placing raises, and OrderNotFound, OrderNotBooked or OrderChanged.
    """
    return _change(
        actor,
        order_id=order_id,
        wishes=wishes,
        dining=dining,
        note=note,
        collect_from=collect_from,
        received_at=clock.now(),
    )


@atomic
def _change(
    actor: Actor,
    *,
    order_id: int,
    wishes: Sequence[Wish],
    dining: Dining,
    note: str,
    collect_from: datetime | None,
    received_at: datetime,
) -> OrderView:
    placing.change(
        actor.staff_id,
        order_id,
        wishes=wishes,
        dining=dining,
        note=note,
        collect_from=collect_from,
        received_at=received_at,
    )
    return queries.get_order(actor, order_id)


def cancel_order(actor: Actor, *, order_id: int) -> OrderView:
    """Cancel one's own order until the cancel cutoff; all that was paid goes back to where it came from.

    Raises OrderNotFound, OrderNotBooked or CancelClosed.
    """
    return _cancel(actor, order_id=order_id, received_at=clock.now())


@atomic
def _cancel(actor: Actor, *, order_id: int, received_at: datetime) -> OrderView:
    placing.cancel(actor.staff_id, order_id, cancelled_by=actor.staff_id, received_at=received_at)
    return queries.get_order(actor, order_id)


@atomic
def export_orders(actor: Actor, **wanted: Any) -> Sequence[OrderRow]:
    """Every order of a meal that `monitoring.page_orders` finds, for a sheet to keep; recorded.

    Raises CanteenNotFound or MealNotFound.
    """
    rows: Sequence[OrderRow] = monitoring.page_orders(actor, page=1, page_size=MOST_EXPORTED, **wanted).rows
    meal = f"{wanted['canteen_id']}/{wanted['served_on']}/{wanted['period']}"
    audit.record(
        actor, "canteen.orders_exported", "meal", meal, rows=len(rows), is_filtered=bool(wanted.get("q"))
    )
    return rows


def freeze_due_meals() -> int:
    """Freeze every meal whose last cutoff has passed; returns how many. One unit of work per meal.

    A meal that cannot be frozen keeps no other from it; the first such failure is raised at the end.
    """
    return one_by_one(queries.meals_to_freeze(clock.now()), freeze_meal)


@atomic
def freeze_meal(meal_id: int) -> bool:
    """Close a meal's gate, write its prep list and number its orders; False if it was not published.

    Orders that have passed the gate are waited for, so that every accepted order is on the list.
    """
    if not operations.mark_frozen(meal_id, clock.now()):
        return False
    operations.close_gate(meal_id)
    operations.write_prep_list(meal_id)
    operations.number_orders(meal_id)
    on_commit(lambda: revisions.bump("canteen.menu"))
    return True
