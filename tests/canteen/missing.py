"""Missed meals for tests: an order that nobody picks up, and the job that finds it."""

from datetime import date, time, timedelta

from sqlalchemy import select

from backend import clock
from backend.db import db
from backend.notifications.models import InboxMessage
from canteen.ordering.services import freeze_due_meals
from canteen.pickups.no_shows.models import NoShow
from canteen.pickups.no_shows.services import record_no_shows
from tests.canteen.lunch import Lunch
from tests.client import Client
from tests.factories import MONDAY

DAY = timedelta(days=1)
# The window ends at 12:30; two hours of grace, and two more for the counters' reports.
DUE = clock.at_local(MONDAY, time(16, 30))


def record_at(lunch: Lunch) -> int:
    """Freeze what is due and record the no-shows of Monday's lunch; how many there were."""
    with clock.at(clock.at_local(MONDAY, time(10))):
        freeze_due_meals()
    with clock.at(DUE):
        return record_no_shows()


def missed_by(lunch: Lunch, client: Client, day: date = MONDAY) -> int:
    """The order that this person places for a day's lunch, and misses."""
    if day != MONDAY:
        lunch.compound.meal(lunch.canteen, [(lunch.dishes[0], None)], served_on=day)
    with clock.at(clock.at_local(day, time(9))):
        answer = lunch.place(1, by=client, date=day.isoformat())
    with clock.at(clock.at_local(day, time(10))):
        freeze_due_meals()
    with clock.at(clock.at_local(day, time(16, 30))):
        record_no_shows()
    order_id: int = answer.data["id"]
    return order_id


def records() -> list[NoShow]:
    """Every record, by order."""
    db.session.rollback()
    return list(
        db.session.scalars(select(NoShow).order_by(NoShow.order_id).execution_options(populate_existing=True))
    )


def told(kind: str) -> list[InboxMessage]:
    """What people were told of this kind, in its order."""
    db.session.rollback()
    return list(
        db.session.scalars(select(InboxMessage).where(InboxMessage.kind == kind).order_by(InboxMessage.id))
    )
