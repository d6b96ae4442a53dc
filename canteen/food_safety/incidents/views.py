"""What is shown of incidents: what they are about, their timeline, how far they reach. Nobody is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, exists, or_, select
from sqlalchemy.sql import ColumnElement

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import day_text
from backend.db import db
from backend.paging import Page, paginate
from canteen.food_safety import reach
from canteen.food_safety.incidents import policies
from canteen.food_safety.incidents.models import (
    Incident,
    IncidentEvent,
    IncidentSubject,
    Step,
    SubjectKind,
)
from canteen.food_safety.incidents.queries import IncidentRow, find, locked_samples, subjects
from canteen.food_safety.incidents.titles import STEP_NAMES
from canteen.food_safety.samples import queries as sample_queries
from canteen.food_safety.samples.queries import SampleView
from canteen.menu import queries as menu_queries
from canteen.menu.models import Dish, Meal, MealDish, MealState
from canteen.menu.policies import PERIOD_ORDER
from canteen.ordering.models import Order, OrderLine, OrderState
from canteen.purchasing.stock import queries as stock_queries
from canteen.purchasing.stock.queries import BatchView


@dataclass(frozen=True, slots=True)
class SubjectView:
    """What an incident is about, in words."""

    kind: str
    name: str
    batch_id: int | None
    meal_id: int | None
    dish_id: int | None
    is_traced: bool


@dataclass(frozen=True, slots=True)
class EventView:
    """A line of the timeline."""

    event: IncidentEvent

    @property
    def step_name(self) -> str:
        """For a person."""
        return STEP_NAMES[Step(self.event.step)]


@dataclass(frozen=True, slots=True)
class IncidentView:
    """All of an incident but its diners."""

    row: IncidentRow
    subjects: Sequence[SubjectView]
    samples: int
    can: Sequence[str]

    @property
    def incident(self) -> Incident:
        """Its row."""
        return self.row.incident

    @property
    def batches(self) -> int:
        """How many batches it is about."""
        return len({one.batch_id for one in self.subjects if one.batch_id is not None})

    @property
    def dishes(self) -> int:
        """How many dishes, each counted at each meal."""
        return len({(one.meal_id, one.dish_id) for one in self.subjects if one.dish_id is not None})

    @property
    def meals(self) -> int:
        """How many meals."""
        return len({one.meal_id for one in self.subjects if one.meal_id is not None})


@dataclass(frozen=True, slots=True)
class ReachedDish:
    """A dish of a meal; `can_stop`: somebody could still get it."""

    dish_id: int
    name: str
    can_stop: bool


@dataclass(frozen=True, slots=True)
class ReachedMeal:
    """A meal that an incident reaches, with those of its dishes."""

    meal_id: int
    served_on: date
    period: str
    name: str
    state: str
    dishes: Sequence[ReachedDish]


@dataclass(frozen=True, slots=True)
class ReachView:
    """How far an incident reaches; no person is named."""

    batches: Sequence[BatchView]
    meals: Sequence[ReachedMeal]
    samples: Sequence[SampleView]
    diners: int
    told: int


def get_incident(actor: Actor, incident_id: int) -> IncidentView:
    """All of an incident but its diners. Raises IncidentNotFound."""
    row = find(actor, incident_id)
    is_manager = reach.may(actor, menu_queries.get_canteen(row.incident.canteen_id), Permission.SAFETY_MANAGE)
    return view_of(row, is_manager=is_manager)


def view_of(row: IncidentRow, *, is_manager: bool) -> IncidentView:
    """The view of a row; four statements."""
    incident = row.incident
    can = policies.possible(incident.state, is_drill=incident.is_drill) if is_manager else []
    return IncidentView(row, subject_views(incident), len(locked_samples(incident.id)), can)


def subject_views(incident: Incident) -> list[SubjectView]:
    """The same in words; three statements."""
    found = subjects(incident.id)
    batches = {one.id: one for one in stock_queries.views_of(_ids(one.batch_id for one in found))}
    meals, dishes = _named(incident, found)
    views = []
    for one in found:
        if one.batch_id is not None:
            batch = batches[one.batch_id]
            name = f"{batch.ingredient} {batch.code}" + (f"（{batch.lot}）" if batch.lot else "")
        else:
            name = meals[one.meal_id or 0] + (f"「{dishes[one.dish_id]}」" if one.dish_id else "（整餐）")
        views.append(SubjectView(one.kind, name, one.batch_id, one.meal_id, one.dish_id, one.is_traced))
    return views


def _ids(values: Any) -> list[int]:
    return sorted({value for value in values if value is not None})


def _named(
    incident: Incident, found: Sequence[IncidentSubject]
) -> tuple[Mapping[int, str], Mapping[int | None, str]]:
    meals = db.session.execute(
        select(Meal.id, Meal.served_on, Meal.period).where(Meal.id.in_(_ids(one.meal_id for one in found)))
    )
    dishes = db.session.execute(
        select(Dish.id, Dish.name).where(Dish.id.in_(_ids(one.dish_id for one in found)))
    )
    names = {
        row.id: day_text(row.served_on)
        + menu_queries.meal_name(incident.canteen_id, row.served_on, row.period)
        for row in meals
    }
    return names, {row.id: row.name for row in dishes}


def page_events(actor: Actor, incident_id: int, *, page: int = 1, page_size: int = 20) -> Page:
    """The timeline of an incident, the latest first: EventView. Raises IncidentNotFound."""
    find(actor, incident_id)
    found = paginate(
        select(IncidentEvent)
        .where(IncidentEvent.incident_id == incident_id)
        .order_by(IncidentEvent.id.desc()),
        page=page,
        page_size=page_size,
    )
    return Page([EventView(one) for one in found.rows], found.total, found.page, found.page_size)


def timeline(incident_id: int) -> list[EventView]:
    """All of it, in its order; unscoped."""
    rows = db.session.scalars(
        select(IncidentEvent)
        .where(IncidentEvent.incident_id == incident_id)
        .order_by(IncidentEvent.at, IncidentEvent.id)
    )
    return [EventView(one) for one in rows]


def get_reach(actor: Actor, incident_id: int) -> ReachView:
    """How far an incident reaches, without any name. Raises IncidentNotFound."""
    row = find(actor, incident_id)
    batch_ids = _ids(one.batch_id for one in subjects(incident_id))
    samples = locked_samples(incident_id)
    return ReachView(
        batches=stock_queries.views_of(batch_ids),
        meals=reached_meals(row.incident),
        samples=sample_queries.samples_of(actor, samples) if samples else [],
        diners=row.diners,
        told=row.told,
    )


def reached_meals(incident: Incident) -> list[ReachedMeal]:
    """The meals with the dishes that an incident is about, in their order; one statement."""
    now = clock.now()
    is_named = exists().where(
        IncidentSubject.incident_id == incident.id,
        IncidentSubject.meal_id == MealDish.meal_id,
        or_(
            IncidentSubject.kind == SubjectKind.MEAL.value,
            IncidentSubject.dish_id == MealDish.dish_id,
        ),
    )
    in_meals = select(IncidentSubject.meal_id).where(
        IncidentSubject.incident_id == incident.id, IncidentSubject.meal_id.is_not(None)
    )
    is_left = case((MealDish.cap.is_(None), True), else_=MealDish.taken < MealDish.cap * 100)
    rows = db.session.execute(
        select(
            *(Meal.id, Meal.served_on, Meal.period, Meal.state, Meal.serves_until),
            *(Dish.id, Dish.name, MealDish.is_open, is_left, _is_booked()),
        )
        .join_from(Meal, MealDish, MealDish.meal_id == Meal.id)
        .join(Dish, Dish.id == MealDish.dish_id)
        .where(Meal.id.in_(in_meals), is_named)
        .order_by(MealDish.position, MealDish.id)
    ).all()
    dishes: dict[int, list[ReachedDish]] = {}
    meals = {}
    for meal_id, served_on, period, state, serves_until, dish_id, name, is_open, has_rest, booked in rows:
        meals[meal_id] = (served_on, period, state)
        is_served = serves_until is not None and now < serves_until
        offered = has_rest if state == MealState.FROZEN else state == MealState.PUBLISHED and is_open
        can_stop = is_served and state != MealState.DRAFT and (offered or booked)
        dishes.setdefault(meal_id, []).append(ReachedDish(dish_id, name, bool(can_stop)))
    ordered = sorted(meals.items(), key=lambda one: (one[1][0], PERIOD_ORDER[one[1][1]]))
    return [
        ReachedMeal(
            meal_id,
            served_on,
            period,
            menu_queries.meal_name(incident.canteen_id, served_on, period),
            state,
            dishes[meal_id],
        )
        for meal_id, (served_on, period, state) in ordered
    ]


def _is_booked() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            OrderLine.meal_dish_id == MealDish.id,
            Order.id == OrderLine.order_id,
            Order.state == OrderState.BOOKED.value,
        )
        .correlate(MealDish)
    )
