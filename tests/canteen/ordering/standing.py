"""What the tests of standing orders do again and again."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.db import db
from backend.notifications.models import InboxMessage
from canteen.ordering.standing.services import place_standing_orders
from tests.canteen.lunch import Lunch
from tests.client import Answer, Client
from tests.factories import NINE

SOON = NINE + timedelta(minutes=6)


def wish(dish: Any, quantity: int = 1, portion: str = "standard") -> dict[str, Any]:
    """One line."""
    return {"dish_id": dish.id, "portion": portion, "quantity": quantity}


def body(lunch: Lunch, *choices: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A standing order for lunch: the first dish, unless `choices` say otherwise."""
    wanted = choices or ([wish(lunch.dishes[0])],)
    return {
        "canteen_id": lunch.canteen.id,
        "period": "lunch",
        "choices": [{"items": choice} for choice in wanted],
        **more,
    }


def stand(lunch: Lunch, *choices: list[dict[str, Any]], by: Client | None = None, **more: Any) -> Answer:
    """Make a standing order."""
    return (by or lunch.official).post("/canteen/standing-orders", body(lunch, *choices, **more))


def run(at: Any = SOON) -> int:
    """Let the job run, as late as meals have settled, with nothing read before."""
    db.session.rollback()
    with clock.at(at):
        return place_standing_orders()


def orders(client: Client) -> list[dict[str, Any]]:
    """One's orders, the earliest meal first."""
    rows: list[dict[str, Any]] = client.get("/canteen/orders").data["list"]
    return rows[::-1]


def outcomes(client: Client, answer: Answer) -> list[tuple[str, str]]:
    """What became of a standing order, the earliest meal first."""
    rows = client.get(f"/canteen/standing-orders/{answer.data['id']}/results").data["list"]
    return [(row["date"], row["outcome"]) for row in rows[::-1]]


def told(kind: str = "canteen.standing_results") -> list[str]:
    """The texts of messages."""
    db.session.rollback()
    return list(
        db.session.scalars(
            select(InboxMessage.text).where(InboxMessage.kind == kind).order_by(InboxMessage.id)
        )
    )
