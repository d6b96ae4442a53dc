"""Writes of standing orders, within an open unit of work."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.actor import Actor
from backend.db import table, unit
from canteen.ordering.standing.errors import StandingOrderNotFound
from canteen.ordering.standing.models import Outcome, StandingOrder, StandingOrderResult
from canteen.ordering.standing.policies import UNTOLD
from canteen.ordering.standing.queries import RETRYABLE_VALUES, OpenMeal, Waiting

_STANDING, _RESULT = table(StandingOrder), table(StandingOrderResult)

INSERT_STANDING = {
    name: dialect.insert(_STANDING).on_conflict_do_nothing().returning(_STANDING.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def _claims(dialect: Any) -> Any:
    """Write a result where there is none, or where a failure may be tried anew.

    Of two runners the second waits for the first, and then finds its result. A failure that repeats itself
    is not told again, nor is what the person knows already.
    """
    claim = dialect.insert(_RESULT)
    new = claim.excluded
    has_changed = or_(
        _RESULT.c.meal_revision < new.meal_revision,
        _RESULT.c.standing_revision < new.standing_revision,
    )
    may_retry = or_(
        _RESULT.c.outcome == Outcome.HELD_UP.value,
        and_(_RESULT.c.outcome.in_(RETRYABLE_VALUES), has_changed),
    )
    kept = ("outcome", "choice", "detail", "meal_revision", "standing_revision", "decided_at")
    changes = {name: new[name] for name in kept}
    changes["told_at"] = case((_RESULT.c.outcome == new.outcome, _RESULT.c.told_at), else_=new.told_at)
    return claim.on_conflict_do_update(
        index_elements=[_RESULT.c.standing_order_id, _RESULT.c.meal_id], set_=changes, where=may_retry
    ).returning(_RESULT.c.id)


CLAIM = {"sqlite": _claims(sqlite), "postgresql": _claims(postgresql)}


def add(actor: Actor, values: Mapping[str, Any], at: datetime) -> int | None:
    """Insert a standing order; returns its id, or None if the person has one for that canteen and period."""
    connection = unit()
    row = {
        **values,
        "staff_id": actor.staff_id,
        "revision": 1,
        "created_at": at,
        "changed_at": at,
        "ended_at": None,
    }
    inserted = connection.execute(INSERT_STANDING[connection.dialect.name], row).one_or_none()
    return inserted[0] if inserted is not None else None


def change(actor: Actor, standing_order_id: int, at: datetime, **values: Any) -> None:
    """Change one of the actor's own that has not ended. Raises StandingOrderNotFound."""
    statement = update(_STANDING).where(
        _STANDING.c.id == standing_order_id,
        _STANDING.c.staff_id == actor.staff_id,
        _STANDING.c.ended_at.is_(None),
    )
    changed = unit().execute(statement.values(**values, changed_at=at, revision=_STANDING.c.revision + 1))
    if not changed.rowcount:
        raise StandingOrderNotFound


def claim(
    meal: OpenMeal,
    waiting: Waiting,
    outcome: Outcome,
    at: datetime,
    *,
    choice: int | None = None,
    detail: str = "",
) -> int | None:
    """Write what becomes of a standing order at a meal; None if somebody else has written it."""
    connection = unit()
    row = {
        "standing_order_id": waiting.id,
        "meal_id": meal.id,
        "outcome": outcome.value,
        "order_id": None,
        "choice": choice,
        "detail": detail[:200],
        "meal_revision": meal.revision,
        "standing_revision": waiting.revision,
        "decided_at": at,
        "told_at": at if outcome in UNTOLD else None,
    }
    claimed = connection.execute(CLAIM[connection.dialect.name], row).one_or_none()
    return claimed[0] if claimed is not None else None


def settle(result_id: int, **values: Any) -> None:
    """Write down what a claim has come to."""
    unit().execute(update(_RESULT).where(_RESULT.c.id == result_id).values(**values))


def mark_told(result_ids: Collection[int], at: datetime) -> set[int]:
    """Mark results as told; returns those that nobody else has told meanwhile."""
    marked = unit().execute(
        update(_RESULT)
        .where(_RESULT.c.id.in_(result_ids), _RESULT.c.told_at.is_(None))
        .values(told_at=at)
        .returning(_RESULT.c.id)
    )
    return set(marked.scalars())
