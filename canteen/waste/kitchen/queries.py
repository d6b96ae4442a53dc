"""Reads of what the kitchen says."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, exists, select, tuple_
from sqlalchemy.orm import aliased

from backend.db import db
from canteen.purchasing.tracing.eaters import MealKey
from canteen.waste.kitchen.models import KitchenFact, Origin
from canteen.waste.models import Kind, Stage, Status, TrayBinding, Weighing

_OUT: Final = (Kind.PAN_OUT.value,)
_BACK: Final = (Kind.PAN_BACK.value,)
_SAME_PANS: Final = {Stage.PREPARED: _OUT, Stage.UNSERVED: _BACK, Stage.REUSED: _BACK}


def lock(origin: Origin, origin_id: int, stage: Stage) -> KitchenFact | None:
    """A fact, locked as it stands now, or None."""
    return db.session.scalars(
        select(KitchenFact)
        .where(
            KitchenFact.origin == origin.value,
            KitchenFact.origin_id == origin_id,
            KitchenFact.stage == stage.value,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def is_weighed(fact: KitchenFact) -> bool:
    """Whether a scale or a person weighed pans of this dish at this meal, and it still stands."""
    return bool(db.session.scalar(select(_by_others(Stage(fact.stage), fact))))


def _by_others(stage: Stage, fact: Any) -> Any:
    taken_back, ours = aliased(Weighing), aliased(KitchenFact)
    return exists().where(
        Weighing.canteen_id == fact.canteen_id,
        Weighing.served_on == fact.served_on,
        Weighing.period == fact.period,
        Weighing.dish_id == fact.dish_id,
        Weighing.kind.in_(_SAME_PANS[stage]),
        Weighing.status == Status.OK.value,
        ~exists().where(taken_back.void_of == Weighing.id),
        ~exists().where(ours.weighing_id == Weighing.id),
    )


def unsettled(from_on: date) -> Sequence[tuple[int, str]]:
    """The plans' facts from a day on that count though others weighed the pans, or the other way round.

    As (origin's id, stage), in the order of locks. One statement for each stage.
    """
    found: list[tuple[int, str]] = []
    for stage in _SAME_PANS:
        others = _by_others(stage, KitchenFact)
        rows = db.session.execute(
            select(KitchenFact.origin_id, KitchenFact.stage).where(
                KitchenFact.origin == Origin.PLAN_DISH.value,
                KitchenFact.stage == stage.value,
                KitchenFact.served_on >= from_on,
                KitchenFact.net_g.is_not(None),
                and_(KitchenFact.weighing_id.is_not(None), others)
                | and_(KitchenFact.weighing_id.is_(None), ~others),
            )
        )
        found += [(row.origin_id, row.stage) for row in rows]
    return sorted(found)


def eaters(meals: Mapping[MealKey, Collection[int]]) -> set[tuple[MealKey, int]]:
    """Who carried a tray to which one of these dishes was weighed, as (meal, member of staff).

    Only trays that are bound to a person are known. Where no scale says what went onto a tray, it may have
    been any dish of the meal. Two statements.
    """
    if not meals:
        return set()
    wanted = list(meals)
    bound = db.session.execute(
        select(
            *(TrayBinding.canteen_id, TrayBinding.served_on, TrayBinding.period),
            *(TrayBinding.container_id, TrayBinding.staff_id),
        ).where(
            tuple_(TrayBinding.canteen_id, TrayBinding.served_on, TrayBinding.period).in_(wanted),
            TrayBinding.staff_id.is_not(None),
        )
    ).all()
    if not bound:
        return set()
    helped: dict[tuple[MealKey, int | None], set[int | None]] = {}
    taken_back = aliased(Weighing)
    rows = db.session.execute(
        select(
            *(Weighing.canteen_id, Weighing.served_on, Weighing.period),
            *(Weighing.container_id, Weighing.dish_id),
        )
        .where(
            tuple_(Weighing.canteen_id, Weighing.served_on, Weighing.period).in_(wanted),
            Weighing.kind == Kind.SERVE_DELTA.value,
            Weighing.status == Status.OK.value,
            Weighing.container_id.is_not(None),
            ~exists().where(taken_back.void_of == Weighing.id),
        )
        .distinct()
    )
    for canteen_id, served_on, period, container_id, dish_id in rows:
        key = MealKey(canteen_id, served_on, period)
        helped.setdefault((key, container_id), set()).add(dish_id)
    found: set[tuple[MealKey, int]] = set()
    for canteen_id, served_on, period, container_id, staff_id in bound:
        key = MealKey(canteen_id, served_on, period)
        dishes = helped.get((key, container_id))
        if staff_id is not None and (dishes is None or dishes & set(meals[key])):
            found.add((key, staff_id))
    return found


def is_taken_back(weighing_id: int) -> bool:
    """Whether somebody took the weighing back."""
    return bool(db.session.scalar(select(exists().where(Weighing.void_of == weighing_id))))
