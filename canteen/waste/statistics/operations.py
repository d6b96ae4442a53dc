"""Writes of diners and portions into the rollups, within an open unit of work.

They are the columns of the rollups that do not come from weighings; ingest never touches them. A meal's row
is held while its diners are counted, so that of two runners the one who writes last has counted last.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.db import table, unit
from canteen.waste.models import WasteDish, WasteMeal
from canteen.waste.statistics import diners
from canteen.waste.statistics.departments import MealId

_MEAL, _DISH = table(WasteMeal), table(WasteDish)
_EMPTY_MEAL: Final = dict.fromkeys(
    (
        *("trays", "clean_trays", "tray_leftover_g"),
        *("rated_trays", "rated_served_g", "rated_leftover_g", "quarantined"),
    ),
    0,
)
_EMPTY_DISH: Final = dict.fromkeys(
    (
        *("prepared_g", "served_g", "leftover_g", "leftovers", "unserved_g", "unserved_weighings"),
        *("reused_g", "cost_fen"),
    ),
    0,
)
_INSERT: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def write_diners(meal: MealId) -> int:
    """Count the diners of a meal and write them down; returns how many."""
    connection = unit()
    key = _key(meal)
    insert = _INSERT[connection.dialect.name](_MEAL).values(**key, **_EMPTY_MEAL)
    connection.execute(insert.on_conflict_do_nothing())
    mine = [_MEAL.c[name] == value for name, value in key.items()]
    connection.execute(select(_MEAL.c.diners).where(*mine).with_for_update())
    canteen_id, served_on, _ = meal
    found = diners.count([canteen_id], served_on, served_on).get(meal, 0)
    connection.execute(update(_MEAL).where(*mine).values(diners=found))
    return found


def write_portions(meal: MealId) -> None:
    """Write down what the portions of each dish that were handed out at a meal should weigh."""
    connection = unit()
    key = _key(meal)
    found = diners.portions_by_dish(*meal)
    mine = [_DISH.c[name] == value for name, value in key.items()]
    # What was handed out by mistake and taken back is no longer among them.
    gone = update(_DISH).where(*mine, _DISH.c.portions_g.is_not(None), _DISH.c.dish_id.not_in(list(found)))
    connection.execute(gone.values(portions_g=0))
    if not found:
        return
    insert = _INSERT[connection.dialect.name](_DISH).values(
        {**key, **_EMPTY_DISH, "dish_id": bindparam("dish"), "portions_g": bindparam("grams")}
    )
    own = [_DISH.c.canteen_id, _DISH.c.served_on, _DISH.c.period, _DISH.c.dish_id]
    upsert = insert.on_conflict_do_update(index_elements=own, set_={"portions_g": insert.excluded.portions_g})
    connection.execute(upsert, [{"dish": dish_id, "grams": grams} for dish_id, grams in found.items()])


def _key(meal: MealId) -> dict[str, int | date | str]:
    return dict(zip(("canteen_id", "served_on", "period"), meal, strict=True))
