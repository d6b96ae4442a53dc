"""The use case of who has to reach the reporter: the number in full, recorded."""

from backend.actor import Actor
from backend.audit.operations import record
from backend.db import atomic, db
from backend.identity.models import Staff
from property.work_orders import people, policies, queries, views


@atomic
def contact(actor: Actor, order_id: int) -> dict[str, str]:
    """The reporter's name and number, for who has the order in hand or dispatches it; recorded.

    Raises OrderNotFound or OrderNotYours.
    """
    order = queries.find(actor, order_id)
    policies.ensure(policies.may_call(order, people.standing(actor, order)))
    reporter = db.session.get(Staff, order.reporter_id) if order.reporter_id is not None else None
    record(actor, "property.contact_shown", "work_order", order.id, number=order.number)
    return {
        "name": order.contact or (reporter.name if reporter is not None else ""),
        "phone": views.phone_of(order, reporter.phone_cipher if reporter is not None else None),
    }
