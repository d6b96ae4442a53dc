"""Use cases of tracing: what the actor may know, and what is recorded of their looking."""

from datetime import date

from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic
from backend.paging import Page
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Period
from canteen.menu.policies import covers
from canteen.purchasing.stock import queries as stock
from canteen.purchasing.tracing import people, queries
from canteen.purchasing.tracing.errors import TraceNotFound
from canteen.purchasing.tracing.queries import Made, Reach

READ = Permission.PURCHASING_READ


def trace_forward(actor: Actor, *, batch_id: int) -> Reach:
    """What a batch reached, without names. Raises BatchNotFound."""
    stock.get_batch(actor, batch_id)
    return queries.forward([batch_id])


def trace_dish(actor: Actor, *, dish_id: int, date: date, period: Period) -> Made:
    """Of which batches a dish was made for a meal. Raises TraceNotFound."""
    return _visible(actor, queries.backward(dish_id, date, period.value))


def trace_meal(actor: Actor, *, meal_id: int) -> Made:
    """Of which batches all dishes of a meal were made. Raises TraceNotFound."""
    return _visible(actor, queries.backward_meal(meal_id))


def list_diners(actor: Actor, *, batch_id: int, page: int = 1, page_size: int = 20) -> Page:
    """Who ate of what a batch reached, by meal: Diner; the looking is recorded.

    Raises BatchNotFound, or CanteenNotFound for who does not manage the canteen's food safety.
    """
    batch = stock.get_batch(actor, batch_id)
    if not covers(actor, Permission.SAFETY_MANAGE, menu_queries.get_canteen(batch.canteen_id)):
        raise CanteenNotFound
    found = people.diners([batch_id])
    _record_reading(actor, batch_id, len(found))
    rows = found[(page - 1) * page_size : page * page_size]
    return Page(rows, len(found), page, page_size)


@atomic
def record_export(actor: Actor, *, kind: str, object_id: int) -> None:
    """Record that a trace was taken out of the house."""
    record(actor, "canteen.trace_exported", kind, object_id)


@atomic
def _record_reading(actor: Actor, batch_id: int, rows: int) -> None:
    record(actor, "canteen.trace_diners_read", "stock_batch", batch_id, rows=rows)


def _visible(actor: Actor, made: Made) -> Made:
    if not covers(actor, READ, menu_queries.get_canteen(made.canteen_id)):
        raise TraceNotFound
    return made
