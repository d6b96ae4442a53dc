"""Writes of what the kitchen says, within the unit of what it follows."""

from datetime import date
from typing import Final

from backend import clock
from backend.actor import Actor
from backend.db import db, table, unit
from backend.rules import queries as rule_queries
from backend.statements import insert_or_nothing
from canteen.menu.models import Period
from canteen.production.plans.following import Change
from canteen.purchasing.stock.models import Movement
from canteen.waste import operations as waste
from canteen.waste import queries as waste_queries
from canteen.waste.kitchen import policies, queries, rules
from canteen.waste.kitchen.models import KitchenFact, Origin
from canteen.waste.models import Edible, Stage, Weighing

_COLUMNS: Final = (
    *("origin", "origin_id", "stage", "canteen_id", "served_on", "period", "dish_id"),
    *("net_g", "cost_fen_per_kg", "weighing_id"),
)
_INSERT: Final = insert_or_nothing(table(KitchenFact), _COLUMNS, returning="origin_id")
_LOSS: Final = "库房报损"
_PLAN: Final = "备餐计划"
_WEIGHED: Final = "该菜的菜盆已另行称重，以称重为准"
_CHANGED: Final = "备餐记录已更正"


def note_loss(actor: Actor, movement: Movement) -> None:
    """Follow a loss of the store, or its being taken back."""
    if movement.void_of is not None:
        fact = queries.lock(Origin.MOVEMENT, movement.void_of, Stage.STORAGE)
        if fact is not None:
            _say(actor, fact, None, reason="库房报损已撤销")
        return
    if not rule_queries.value(rules.LOSSES_COUNT, movement.canteen_id):
        return
    meal = waste_queries.meal_at(movement.canteen_id, movement.at, ahead=True)
    grams = -movement.delta_g
    fact = _fact(
        Origin.MOVEMENT,
        movement.id,
        Stage.STORAGE,
        canteen_id=movement.canteen_id,
        # Where nothing is served for days, it is of the day on which it was found.
        served_on=meal.served_on if meal is not None else clock.local(movement.at).date(),
        period=meal.period if meal is not None else Period.LUNCH.value,
        dish_id=None,
    )
    if fact.net_g is None:
        fact.cost_fen_per_kg = policies.fen_per_kg(-movement.cost_fen, grams)
        _say(actor, fact, grams, reason=_LOSS)


def note_outcome(actor: Actor, change: Change) -> None:
    """Follow what a plan says of a dish."""
    said = policies.grams_of(change.after)
    for stage in policies.OF_A_DISH:
        fact = queries.lock(Origin.PLAN_DISH, change.plan_dish_id, stage)
        if fact is None:
            if said[stage] is None:
                continue
            fact = _fact(
                Origin.PLAN_DISH,
                change.plan_dish_id,
                stage,
                canteen_id=change.canteen_id,
                served_on=change.served_on,
                period=change.period,
                dish_id=change.dish_id,
            )
        _say(actor, fact, said[stage], reason=_PLAN)


def _fact(
    origin: Origin,
    origin_id: int,
    stage: Stage,
    *,
    canteen_id: int,
    served_on: date,
    period: str,
    dish_id: int | None,
) -> KitchenFact:
    """The fact, made if need be, and locked."""
    values = (origin.value, origin_id, stage.value, canteen_id, served_on, period, dish_id, None, None, None)
    _INSERT.row(unit(), dict(zip(_COLUMNS, values, strict=True)))
    fact = queries.lock(origin, origin_id, stage)
    assert fact is not None  # noqa: S101 # It is there, ours or another's.
    return fact


def _say(actor: Actor, fact: KitchenFact, net_g: int | None, *, reason: str) -> None:
    if fact.net_g == net_g:
        return
    fact.net_g = net_g
    settle(actor, fact, reason=reason)


def settle(actor: Actor, fact: KitchenFact, *, reason: str = _PLAN) -> None:
    """Let a locked fact count exactly if it says something and nobody else weighed the same pans."""
    standing = db.session.get(Weighing, fact.weighing_id) if fact.weighing_id is not None else None
    is_weighed = fact.origin == Origin.PLAN_DISH and queries.is_weighed(fact)
    counts = fact.net_g is not None and not is_weighed
    if standing is not None:
        if counts and standing.net_g == fact.net_g:
            return
        is_gone = queries.is_taken_back(standing.id)
        if not is_gone:
            why = _WEIGHED if is_weighed else (reason if fact.net_g is None else _CHANGED)
            waste.void(standing.id, by=actor.staff_id, reason=why)
        fact.weighing_id = None
    if counts:
        fact.weighing_id = _record(actor, fact, reason, standing)
    db.session.flush()  # Whether others weighed is asked of the database.


def _record(actor: Actor, fact: KitchenFact, reason: str, instead_of: Weighing | None) -> int:
    stage = Stage(fact.stage)
    cost = fact.cost_fen_per_kg if instead_of is None else instead_of.cost_fen_per_kg
    return waste.record(
        canteen_id=fact.canteen_id,
        served_on=fact.served_on,
        period=fact.period,
        kind=policies.KINDS[stage],
        stage=stage,
        net_g=fact.net_g or 0,
        entered_by=actor.staff_id,
        edible=Edible.MIXED if stage is Stage.STORAGE else Edible.EDIBLE,
        dish_id=fact.dish_id,
        reason=reason,
        disposition=policies.disposition_of(stage),
        cost_fen_per_kg=cost,
    )
