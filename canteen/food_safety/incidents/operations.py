"""Writes of incidents, within an open unit of work: the incident is locked, then batches, then samples."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import db, table, unit
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from canteen.food_safety import reach
from canteen.food_safety.incidents import messages, policies, queries, reaching
from canteen.food_safety.incidents.errors import BatchInIncident, BatchNotHeld, ScopeForeign
from canteen.food_safety.incidents.models import (
    Incident,
    IncidentDiner,
    IncidentEvent,
    IncidentSubject,
    Kind,
    Step,
    SubjectKind,
)
from canteen.food_safety.incidents.policies import Scope
from canteen.food_safety.incidents.titles import KIND_NAMES
from canteen.food_safety.samples import operations as samples
from canteen.menu import queries as menu_queries
from canteen.menu.models import Meal, MealDish
from canteen.purchasing.stock import operations as stock
from canteen.purchasing.stock import policies as stock_policies
from canteen.purchasing.stock import queries as stock_queries
from canteen.purchasing.stock.models import Hold

_DINER = table(IncidentDiner)
_INSERT_DINERS: Final = {
    name: dialect.insert(_DINER).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
# SQLite takes 32,766 values in a statement.
_AT_ONCE: Final = 10_000


def note(
    actor: Actor,
    incident: Incident,
    step: Step,
    text: str = "",
    *,
    at: datetime | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add a line to the timeline, and to the audit trail; count the step."""
    details = dict(details or {})
    unit()
    now = clock.now()
    incident.revision += 1
    db.session.add(
        IncidentEvent(
            incident_id=incident.id,
            step=step.value,
            at=at or now,
            entered_at=now,
            by_id=actor.staff_id,
            by_name=actor.name,
            text=text,
            details=details,
        )
    )
    record(
        actor,
        f"canteen.incident_{step.value}",
        "food_incident",
        incident.id,
        canteen_id=incident.canteen_id,
        is_drill=incident.is_drill,
        **details,
    )


def tell_officers(incident: Incident) -> None:
    """Tell whoever manages food safety there that something was reported."""
    canteen = menu_queries.get_canteen(incident.canteen_id)
    officers = reach.keepers_of([canteen], Permission.SAFETY_MANAGE)[canteen.id]
    fields = {
        "canteen": canteen.name,
        "title": incident.title,
        "kind": KIND_NAMES[Kind(incident.kind)],
        "drill": "【演练】" if incident.is_drill else "",
    }
    notifications.notify(
        messages.REPORTED,
        officers - {incident.reported_by},
        fields,
        dedupe=f"{policies.holder_of(incident.id)}:reported",
    )


# Scope


def widen(actor: Actor, incident: Incident, scope: Scope) -> dict[str, int]:
    """Take batches, dishes and meals into a locked incident, and do what follows; returns what is new.

    Raises ScopeForeign or BatchInIncident.
    """
    _ensure_own(incident, scope)
    number = policies.number_of(incident.id, incident.reported_at)
    reason = f"{'演练 ' if incident.is_drill else ''}{number}"
    # The batches' locks let two incidents about one of them follow each other.
    blocked = set(stock.block(actor, _to_block(incident, scope), reason=reason, hold=Hold.INCIDENT))
    if not incident.is_drill:
        _ensure_alone(incident, scope.batch_ids)
    known = _known(incident.id)
    new = [
        *(_subject(incident, SubjectKind.BATCH, batch_id=each) for each in sorted(scope.batch_ids)),
        *(
            _subject(incident, SubjectKind.DISH, meal_id=meal_id, dish_id=dish_id)
            for meal_id, dish_id in sorted(scope.dishes)
        ),
        *(_subject(incident, SubjectKind.MEAL, meal_id=each) for each in sorted(scope.meal_ids)),
    ]
    new = [one for one in new if _key(one) not in known]
    for one in new:
        one.has_blocked = one.batch_id in blocked
    db.session.add_all(new)
    db.session.flush()  # What is traced follows from them.
    counts = follow_up(incident)
    return {
        "batches": sum(one.batch_id is not None for one in new),
        "blocked": len(blocked),
        **counts,
    }


def follow_up(incident: Incident) -> dict[str, int]:
    """Trace the incident's batches anew, keep samples and list diners; returns what is new of each."""
    db.session.flush()  # What was added is read.
    known = _known(incident.id)
    batch_ids = [key[1] for key in known if key[0] == SubjectKind.BATCH.value and key[1] is not None]
    traced = [
        _subject(incident, SubjectKind.DISH, meal_id=meal, dish_id=dish, is_traced=True)
        for meal, dish in sorted(reaching.dishes_of_batches(batch_ids))
    ]
    traced = [one for one in traced if _key(one) not in known]
    db.session.add_all(traced)
    db.session.flush()  # Samples and diners follow from them.
    number = policies.number_of(incident.id, incident.reported_at)
    locked = samples.lock(
        reaching.sample_ids(incident.canteen_id, incident.id),
        f"食品安全事件 {number}",
        holder=policies.holder_of(incident.id),
    )
    return {"dishes": len(traced), "samples": locked, "diners": _list_diners(incident)}


def _to_block(incident: Incident, scope: Scope) -> list[int]:
    """All batches; a drill, which lets go of them again, leaves those alone that are blocked in earnest."""
    batches = stock_queries.views_of(sorted(scope.batch_ids))
    return [batch.id for batch in batches if not (incident.is_drill and batch.is_blocked)]


def _ensure_own(incident: Incident, scope: Scope) -> None:
    batches = stock_queries.views_of(sorted(scope.batch_ids))
    meal_ids = {meal_id for meal_id, _ in scope.dishes} | scope.meal_ids
    meals = set(
        db.session.scalars(
            select(Meal.id).where(Meal.id.in_(meal_ids), Meal.canteen_id == incident.canteen_id)
        )
    )
    rows = db.session.execute(
        select(MealDish.meal_id, MealDish.dish_id).where(
            MealDish.meal_id.in_({meal_id for meal_id, _ in scope.dishes})
        )
    )
    offered = {(row.meal_id, row.dish_id) for row in rows}
    if (
        len(batches) < len(scope.batch_ids)
        or any(batch.canteen_id != incident.canteen_id for batch in batches)
        or meals != meal_ids
        or not scope.dishes <= offered
    ):
        raise ScopeForeign


def _ensure_alone(incident: Incident, batch_ids: Iterable[int]) -> None:
    for batch_id in sorted(batch_ids):
        other = queries.other_incident(batch_id, incident.id)
        if other is not None:
            raise BatchInIncident(
                batch=stock_policies.code_of(batch_id),
                number=policies.number_of(other.id, other.reported_at),
                incident_id=other.id,
            )


def _subject(incident: Incident, kind: SubjectKind, **columns: Any) -> IncidentSubject:
    columns.setdefault("is_traced", False)
    return IncidentSubject(
        incident_id=incident.id,
        kind=kind.value,
        holds_batch=kind is SubjectKind.BATCH and not incident.is_drill,
        has_blocked=False,
        added_at=clock.now(),
        **columns,
    )


def _key(one: IncidentSubject) -> tuple[str, int | None, int | None, int | None]:
    return one.kind, one.batch_id, one.meal_id, one.dish_id


def _known(incident_id: int) -> set[tuple[str, int | None, int | None, int | None]]:
    return {_key(one) for one in queries.subjects(incident_id)}


def _list_diners(incident: Incident) -> int:
    now, connection = clock.now(), unit()
    rows = [
        {
            "incident_id": incident.id,
            "staff_id": one.staff_id,
            "served_on": one.served_on,
            "meals": one.meals,
            "found_at": now,
            "told_at": None,
        }
        for one in reaching.eaten(incident.id)
    ]
    before = len(queries.diner_ids(incident.id))
    if rows:
        connection.execute(_INSERT_DINERS[connection.dialect.name], rows)
    return len(queries.diner_ids(incident.id)) - before


# Notices


def tell_diners(incident: Incident, text: str) -> list[int]:
    """Tell everybody whom a locked incident reached and who was not told yet; returns who was.

    Who no longer works here cannot be told, and stays on the list without an instant.
    """
    canteen = menu_queries.get_canteen(incident.canteen_id)
    dedupe = policies.holder_of(incident.id)
    waiting = queries.untold(incident.id)
    written = notifications.notify_each(
        messages.NOTICE,
        (Message(staff_id, {"canteen": canteen.name, "text": text}, dedupe) for staff_id in waiting),
    )
    told = [one.staff_id for one in written]
    for start in range(0, len(told), _AT_ONCE):
        unit().execute(
            update(_DINER)
            .where(
                _DINER.c.incident_id == incident.id,
                _DINER.c.staff_id.in_(told[start : start + _AT_ONCE]),
            )
            .values(told_at=clock.now())
        )
    return told


def tell_team(incident: Incident, text: str, diners: int) -> list[int]:
    """Tell the kitchen's own people of a drill, once; returns who was told."""
    canteen = menu_queries.get_canteen(incident.canteen_id)
    team: set[int] = set()
    for permission in (Permission.SAFETY_RECORD, Permission.SAFETY_MANAGE, Permission.PRODUCTION_RECORD):
        team |= reach.keepers_of([canteen], permission)[canteen.id]
    written = notifications.notify(
        messages.DRILL,
        team,
        {"canteen": canteen.name, "text": text, "diners": str(diners)},
        dedupe=policies.holder_of(incident.id),
    )
    return [one.staff_id for one in written]


# The end


def release(incident: Incident, wanted: Collection[int]) -> list[int]:
    """Let go of batches of a locked incident that no other open one is about; returns which.

    A drill lets go of all that it has blocked itself. Raises BatchNotHeld.
    """
    subjects = [one for one in queries.subjects(incident.id) if one.batch_id is not None]
    mine = [one.batch_id for one in subjects if one.batch_id is not None]
    blocked = [one.batch_id for one in subjects if one.has_blocked and one.batch_id is not None]
    if not set(wanted) <= set(mine):
        raise BatchNotHeld
    chosen = blocked if incident.is_drill else sorted(set(wanted))
    free = sorted(set(chosen) - queries.held_elsewhere(chosen, incident.id))
    if free:
        stock.unblock(free, hold=Hold.INCIDENT)
    return free


def end(incident: Incident) -> None:
    """Let go of the samples, and of the batches' place in open incidents."""
    samples.unlock(queries.locked_samples(incident.id), holder=policies.holder_of(incident.id))
    for one in queries.subjects(incident.id):
        one.holds_batch = False
    db.session.flush()  # The batches may be in another incident now.


def counted(counts: Mapping[str, int]) -> str:
    """`新增 2 个批次、5 道菜（次）、3 份留样、128 名就餐人员`: what a step found, for the timeline."""
    names = {
        "batches": "{} 个批次",
        "dishes": "{} 道菜（次）",
        "samples": "{} 份留样",
        "diners": "{} 名就餐人员",
    }
    return "新增 " + "、".join(text.format(counts.get(name, 0)) for name, text in names.items())
