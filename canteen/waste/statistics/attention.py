"""What waits for somebody at a canteen: doubtful weighings, meals that nobody weighed, and objections to
meals by weight. One statement.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Exists, and_, exists, func, or_, select

from backend import clock
from backend.db import reader, table
from canteen.ordering.models import Order
from canteen.waste.models import Source, Stage, Status, WasteMeal, WasteStage, Weighing
from canteen.waste.serving.models import WeighedMeal
from canteen.waste.serving.queries import IS_OBJECTED, IS_WEIGHED

# Meals of so many days can still be entered from the kitchen's notes.
DAYS: Final = 7

_MEAL, _STAGE, _WEIGHING = table(WasteMeal), table(WasteStage), table(Weighing)


@dataclass(frozen=True, slots=True)
class Attention:
    """Weighings that wait for a decision, the last days' meals with diners that are not in the ledger, and
    objections to meals by weight that nobody has answered.
    """

    quarantined: int
    unmeasured: int
    objected: int


def attention_of(canteen_id: int) -> Attention:
    """What waits at a canteen; unscoped."""
    yesterday = clock.today() - timedelta(days=1)
    taken_back = _WEIGHING.alias()
    quarantined = (
        select(func.count())
        .where(
            _WEIGHING.c.canteen_id == canteen_id,
            _WEIGHING.c.status == Status.QUARANTINED.value,
            ~exists().where(taken_back.c.void_of == _WEIGHING.c.id),
        )
        .scalar_subquery()
    )
    unmeasured = (
        select(func.count())
        .where(
            _MEAL.c.canteen_id == canteen_id,
            _MEAL.c.served_on.between(yesterday - timedelta(days=DAYS - 1), yesterday),
            func.coalesce(_MEAL.c.diners_counted, _MEAL.c.diners, 0) > 0,
            ~_weighed(Stage.PLATE),
            ~_weighed(Stage.UNSERVED),
            # What went out less what was served says what was left.
            or_(~_weighed(Stage.PREPARED, Source.PAN), ~_weighed(Stage.SERVED, Source.PAN)),
        )
        .scalar_subquery()
    )
    objected = (
        select(func.count())
        .select_from(WeighedMeal)
        .join(Order, Order.id == WeighedMeal.order_id)
        .where(Order.canteen_id == canteen_id, IS_WEIGHED, IS_OBJECTED)
        .scalar_subquery()
    )
    return Attention(*reader().execute(select(quarantined, unmeasured, objected)).one())


def _weighed(stage: Stage, source: Source | None = None) -> Exists:
    """Whether grams of the stage count at the meal, from this source or any but single dishes."""
    of_source = _STAGE.c.source == source.value if source else _STAGE.c.source != Source.DISH.value
    return exists().where(
        and_(
            _STAGE.c.canteen_id == _MEAL.c.canteen_id,
            _STAGE.c.served_on == _MEAL.c.served_on,
            _STAGE.c.period == _MEAL.c.period,
            _STAGE.c.stage == stage.value,
            _STAGE.c.events > 0,
            of_source,
        )
    )
