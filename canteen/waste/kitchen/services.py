"""Follows the store and the plans, looks again once scales have sent late, and tells tracing of trays."""

from datetime import timedelta
from typing import Final

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic
from canteen.production.plans import following as plans
from canteen.purchasing.stock import following as stock
from canteen.purchasing.tracing import eaters
from canteen.waste.kitchen import operations, queries
from canteen.waste.kitchen.models import Origin
from canteen.waste.models import Stage

# So late a scale may come back to the network and still be seen.
LOOK_BACK: Final = timedelta(days=14)


def settle_all() -> int:
    """Let what plans say give way to pans that were weighed since, or count again; returns how many did."""
    found = queries.unsettled(clock.today() - LOOK_BACK)
    return sum(_settle(plan_dish_id, Stage(stage)) for plan_dish_id, stage in found)


@atomic
def _settle(plan_dish_id: int, stage: Stage) -> bool:
    fact = queries.lock(Origin.PLAN_DISH, plan_dish_id, stage)
    if fact is None:
        return False
    before = fact.weighing_id
    operations.settle(SYSTEM, fact)
    return fact.weighing_id != before


stock.follow(operations.note_loss)
eaters.register(queries.eaters)
plans.follow(operations.note_outcome)
