"""Writes of the menu, within an open unit of work.

A meal is locked before its lines, and these by rising id, as orders do. Meals and lines are locked FOR NO KEY
UPDATE, for which an order's foreign keys do not wait; the counters themselves are moved by conditional
updates, here as in ordering. Dishes are locked FOR SHARE by whoever relies on them and exclusively by whoever
changes them, who locks nothing else but the dish's photos.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from backend import revisions
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, on_commit, table, unit
from backend.places.models import Campus
from backend.rules.errors import RuleUnchanged
from backend.rules.operations import decide
from canteen.menu import policies, rules
from canteen.menu.errors import (
    CanteenExists,
    CanteenNotFound,
    CapBelowTaken,
    DishTaken,
)
from canteen.menu.models import (
    FULL_PORTION,
    Canteen,
    Dish,
    Meal,
    MealDish,
    MealState,
    Period,
)
from canteen.menu.policies import (
    LineChanges,
    PeriodRules,
    PeriodVersion,
    StandingLine,
    WantedLine,
)

_MEAL, _LINE = table(Meal), table(MealDish)

OPEN_DRAFTS = {
    name: dialect.insert(_MEAL)
    .on_conflict_do_nothing()
    .returning(_MEAL.c.id, _MEAL.c.served_on, _MEAL.c.period)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
LOCK_LINES = (
    select(_LINE.c.id, _LINE.c.dish_id, _LINE.c.cap, _LINE.c.taken, _LINE.c.position)
    .where(_LINE.c.meal_id == bindparam("of_meal"))
    .order_by(_LINE.c.id)
    .with_for_update(key_share=True)
)
# A cap never falls below what is taken, whatever happened since the line was read.
CHANGE_LINE = (
    update(MealDish)
    .where(
        _LINE.c.id == bindparam("of_line"),
        or_(bindparam("new_cap", type_=_LINE.c.cap.type).is_(None), _LINE.c.taken <= bindparam("limit")),
    )
    .values(cap=bindparam("new_cap"), position=bindparam("new_position"))
)


def add_canteen(actor: Actor, name: str, campus_name: str, opens_on_rest_days: bool) -> Canteen:
    """Insert a canteen and, if need be, its campus. Raises CanteenExists."""
    unit()
    campus = db.session.scalars(select(Campus).where(Campus.name == campus_name)).one_or_none()
    if campus is None:
        campus = Campus(name=campus_name)
        db.session.add(campus)
        db.session.flush()  # The canteen names it.
    canteen = Canteen(campus_id=campus.id, name=name)
    db.session.add(canteen)
    try:
        db.session.flush()  # Its number is told.
    except IntegrityError as taken:
        raise CanteenExists(name=name) from taken
    if opens_on_rest_days != rules.OPENS_ON_REST_DAYS.default:
        decide(actor, rules.OPENS_ON_REST_DAYS, opens_on_rest_days, scope_id=canteen.id, reason="开设食堂")
    return canteen


def show_change() -> None:
    """Let cached menus know, once the unit is committed."""
    on_commit(lambda: revisions.bump(rules.TOPIC))


# Periods


def lock_canteen(canteen_id: int) -> Canteen:
    """The canteen, locked, so that its rules change one after the other. Raises CanteenNotFound."""
    unit()
    canteen = db.session.scalars(
        select(Canteen).where(Canteen.id == canteen_id).with_for_update(key_share=True)
    ).one_or_none()
    if canteen is None:
        raise CanteenNotFound
    return canteen


def save_periods(
    actor: Actor,
    canteen_id: int,
    wanted: Iterable[PeriodRules],
    *,
    effective_at: datetime | None = None,
    reason: str,
) -> None:
    """Decide the rules of these periods of a locked canteen, from now or a later instant.

    What is so anyway leaves no version. Raises InvalidPeriod, ReasonMissing or EffectiveInPast.
    """
    for one in wanted:
        with suppress(RuleUnchanged):  # It is raised before anything is written.
            decide(
                actor,
                rules.MEAL_PERIOD,
                one,
                scope_id=canteen_id,
                variant=one.period.value,
                effective_at=effective_at,
                reason=reason,
            )


# Meals and their lines


def open_drafts(canteen_id: int, meals: Collection[tuple[date, str]]) -> dict[tuple[date, str], int]:
    """Insert an empty draft for each (date, period) that has no meal; the ids of those inserted."""
    connection = unit()
    if not meals:
        return {}
    rows = connection.execute(
        OPEN_DRAFTS[connection.dialect.name],
        [
            {
                "canteen_id": canteen_id,
                "served_on": served_on,
                "period": period,
                "state": MealState.DRAFT.value,
            }
            for served_on, period in meals
        ],
    )
    return {(row.served_on, row.period): row.id for row in rows}


def lock_meals(
    canteen_id: int, from_on: date, until_on: date, period: Period | None = None
) -> Sequence[Meal]:
    """The meals of both days and those between, in any state, locked in the order of their ids.

    Two managers, and a manager and the freeze, thus follow each other.
    """
    unit()
    statement = select(Meal).where(
        Meal.canteen_id == canteen_id, Meal.served_on >= from_on, Meal.served_on <= until_on
    )
    if period is not None:
        statement = statement.where(Meal.period == period.value)
    return db.session.scalars(statement.order_by(Meal.id).with_for_update(key_share=True)).all()


def lock_lines(meal_id: int) -> list[StandingLine]:
    """The lines of a locked meal, locked by rising id as orders do."""
    return [StandingLine(*row) for row in unit().execute(LOCK_LINES, {"of_meal": meal_id})]


def add_lines(lines: Iterable[tuple[int, int, WantedLine]]) -> None:
    """Put dishes on locked or new meals: (meal_id, position, line)."""
    rows = [
        {"meal_id": meal_id, "dish_id": line.dish_id, "cap": line.cap, "position": position}
        for meal_id, position, line in lines
    ]
    if rows:
        unit().execute(insert(MealDish), rows)


def change_lines(changes: LineChanges) -> None:
    """Set caps and positions of lines, and remove lines.

    Raises CapBelowTaken if more is taken than a new cap allows, and DishTaken if orders refer to a line
    that is to go, be they active or cancelled.
    """
    connection = unit()
    if changes.removed:
        _remove_lines(changes.removed)
    if not changes.changed:
        return
    changed = connection.execute(
        CHANGE_LINE,
        [
            {
                "of_line": line.id,
                "new_position": position,
                "new_cap": cap,
                "limit": (cap or 0) * FULL_PORTION,
            }
            for line, position, cap in changes.changed
        ],
    )
    if changed.rowcount != len(changes.changed):
        _explain_cap({line.id: cap for line, _, cap in changes.changed})


def _remove_lines(lines: Collection[StandingLine]) -> None:
    connection, ids = unit(), [line.id for line in lines]
    names = _names(ids)
    try:
        removed = connection.execute(
            delete(MealDish).where(_LINE.c.id.in_(ids), _LINE.c.taken == 0).returning(_LINE.c.id)
        )
        gone = set(removed.scalars())
    except IntegrityError as error:
        # A cancelled order took nothing in the end, but its lines still name the dish.
        raise DishTaken(dish="、".join(names.values()), dish_ids=[line.dish_id for line in lines]) from error
    kept = [line for line in lines if line.id not in gone]
    if kept:
        raise DishTaken(
            dish="、".join(names[line.id] for line in kept), dish_ids=[line.dish_id for line in kept]
        )


def _explain_cap(caps: dict[int, int | None]) -> None:
    rows = unit().execute(
        select(_LINE.c.id, _LINE.c.taken, Dish.id.label("dish_id"), Dish.name)
        .join_from(_LINE, Dish, Dish.id == _LINE.c.dish_id)
        .where(_LINE.c.id.in_(caps))
        .order_by(_LINE.c.id)
    )
    for row in rows:
        cap = caps[row.id]
        if cap is not None and row.taken > cap * FULL_PORTION:
            taken = policies.portions_text(row.taken)
            raise CapBelowTaken(dish=row.name, dish_id=row.dish_id, taken=taken, cap=cap)
    raise RuntimeError("a line of a locked meal has vanished")


def _names(line_ids: Collection[int]) -> dict[int, str]:
    rows = unit().execute(
        select(_LINE.c.id, Dish.name)
        .join_from(_LINE, Dish, Dish.id == _LINE.c.dish_id)
        .where(_LINE.c.id.in_(line_ids))
        .order_by(_LINE.c.id)
    )
    return {row.id: row.name for row in rows}


def record_lines(actor: Actor, meal: Meal, changes: LineChanges, *, is_new: bool) -> None:
    """Put a change of a locked meal's dishes and caps on record, and count it."""
    if not is_new:
        meal.revision += 1
    record(
        actor,
        "canteen.menu_created" if is_new else "canteen.menu_changed",
        "meal",
        meal.id,
        canteen_id=meal.canteen_id,
        date=meal.served_on.isoformat(),
        period=meal.period,
        state=meal.state,
        added=[{"dish_id": line.dish_id, "cap": line.cap} for _, line in changes.added],
        caps=[
            {"dish_id": line.dish_id, "before": line.cap, "after": cap}
            for line, _, cap in changes.changed
            if cap != line.cap
        ],
        removed=[{"dish_id": line.dish_id, "cap": line.cap} for line in changes.removed],
    )
    show_change()


def publish(actor: Actor, meal: Meal, version: PeriodVersion, at: datetime) -> None:
    """Publish a locked draft with the instants that follow from its period's rules and hold from now on."""
    unit()
    policies.ensure_transition(meal.state, MealState.PUBLISHED)
    instants = policies.instants_of(version.rules, meal.served_on)
    for column, instant in asdict(instants).items():
        setattr(meal, column, instant)
    meal.state = MealState.PUBLISHED.value
    meal.revision += 1
    meal.published_at, meal.published_by = at, actor.staff_id
    meal.rule_version_id = version.id
    record(
        actor,
        "canteen.menu_published",
        "meal",
        meal.id,
        canteen_id=meal.canteen_id,
        date=meal.served_on.isoformat(),
        period=meal.period,
        order_closes_at=instants.order_closes_at.isoformat(),
        cancel_closes_at=instants.cancel_closes_at.isoformat(),
        rule_version_id=version.id,
    )
    show_change()
