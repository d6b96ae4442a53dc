"""Reads of measures and of what came of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page, paginate
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen, Dish
from canteen.waste.measures import policies
from canteen.waste.measures.errors import MeasureNotFound
from canteen.waste.measures.models import MeasureKind, WasteMeasure
from canteen.waste.measures.policies import Weekdays, Windows
from canteen.waste.measures.titles import KIND_NAMES
from canteen.waste.models import Stage
from canteen.waste.statistics import queries as statistics
from canteen.waste.statistics import reports
from canteen.waste.statistics.meals import summarise
from canteen.waste.statistics.policies import Change, Figure, Span, change


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure as people read it. `until_on` is None while it goes on; `dish_id` of the whole canteen."""

    id: int
    canteen_id: int
    canteen: str
    kind: MeasureKind
    dish_id: int | None
    dish: str
    title: str
    note: str
    from_on: date
    until_on: date | None
    created_by_name: str
    created_at: datetime
    withdrawn_at: datetime | None

    @property
    def kind_name(self) -> str:
        """What the kind is called."""
        return KIND_NAMES[self.kind]

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was entered in error."""
        return self.withdrawn_at is not None


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of a measure; without windows while no day of it is over."""

    measure: MeasureView
    windows: Windows | None
    change: Change | None
    weekdays: Weekdays | None

    @property
    def before(self) -> Span | None:
        """The days before."""
        return self.windows.before if self.windows is not None else None

    @property
    def after(self) -> Span | None:
        """As many days since it began."""
        return self.windows.after if self.windows is not None else None

    @property
    def base(self) -> Figure | None:
        """The figure before."""
        return self.change.base if self.change is not None else None

    @property
    def now(self) -> Figure | None:
        """The figure since."""
        return self.change.now if self.change is not None else None

    @property
    def text(self) -> str:
        """One sentence."""
        return policies.effect_text(self.windows, self.change, self.weekdays)


def list_measures(
    actor: Actor, *, page: int, page_size: int, canteen_id: int | None = None, with_withdrawn: bool = False
) -> Page:
    """The measures of the canteens that the actor reads, the latest first. Raises CanteenNotFound."""
    statement = _views().where(Canteen.id.in_(reports.within_reach(actor, canteen_id)))
    if not with_withdrawn:
        statement = statement.where(WasteMeasure.withdrawn_at.is_(None))
    ordered = statement.order_by(WasteMeasure.from_on.desc(), WasteMeasure.id.desc())
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page([_view(row) for row in found.rows], found.total, page, page_size)


def get_measure(actor: Actor, measure_id: int) -> MeasureView:
    """A measure within the actor's reach. Raises MeasureNotFound."""
    reach = menu_queries.readable(actor, Permission.CANTEEN_READ)
    row = db.session.execute(_views().where(WasteMeasure.id == measure_id, reach)).one_or_none()
    if row is None:
        raise MeasureNotFound
    return _view(row)


def get_effect(actor: Actor, *, measure_id: int) -> Effect:
    """What came of a measure so far. Raises MeasureNotFound."""
    return _effect(get_measure(actor, measure_id))


def _effect(measure: MeasureView) -> Effect:
    found = policies.windows(measure.from_on, measure.until_on, clock.today())
    if found is None:
        return Effect(measure, None, None, None)
    if measure.dish_id is not None:
        return _dish_effect(measure, measure.dish_id, found)
    return _canteen_effect(measure, found)


def _canteen_effect(measure: MeasureView, found: Windows) -> Effect:
    """Plate waste per diner, before and after."""
    ids = [measure.canteen_id]
    thresholds = statistics.thresholds_of(ids)
    before, after = (statistics.facts_of(ids, span) for span in (found.before, found.after))
    changed = change(
        summarise(after, found.after, ids, thresholds).plate,
        summarise(before, found.before, ids, thresholds).plate,
    )
    measured = [
        policies.by_weekday(meal.served_on for meal in meals if meal.grams(Stage.PLATE) is not None)
        for meals in (before, after)
    ]
    return Effect(measure, found, changed, Weekdays(*measured))


def _dish_effect(measure: MeasureView, dish_id: int, found: Windows) -> Effect:
    """What was left of the dish over what was served of it, before and after."""
    spans = found.before, found.after
    base, now = (statistics.dish_of(dish_id, measure.dish, "", measure.canteen_id, one).rate for one in spans)
    measured = [
        policies.by_weekday(day.date for day in statistics.dish_days(dish_id, one) if day.rate.measured)
        for one in spans
    ]
    return Effect(measure, found, change(now, base), Weekdays(*measured))


def _views() -> Any:
    return (
        select(WasteMeasure, Canteen.name, Dish.name)
        .join(Canteen, Canteen.id == WasteMeasure.canteen_id)
        .outerjoin(Dish, Dish.id == WasteMeasure.dish_id)
    )


def _view(row: Any) -> MeasureView:
    measure, canteen, dish = row
    return MeasureView(
        *(measure.id, measure.canteen_id, canteen, MeasureKind(measure.kind), measure.dish_id, dish or ""),
        *(measure.title, measure.note, measure.from_on, measure.until_on, measure.created_by_name),
        *(measure.created_at, measure.withdrawn_at),
    )
