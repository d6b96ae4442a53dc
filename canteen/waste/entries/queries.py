"""Reads of entries: a meal's sheet, and what was entered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.models import Staff
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound, UnknownDish
from canteen.menu.models import Canteen, Dish, Meal, MealDish, MealState, Period
from canteen.menu.policies import covers, instants_of
from canteen.waste.entries import policies
from canteen.waste.entries.errors import EntryNotFound, NoSuchMeal, UnknownContainer
from canteen.waste.entries.policies import Limits, Standing
from canteen.waste.entries.rules import ENTRY_DAYS, MAXIMUM_G_PER_DINER, MAXIMUM_KG
from canteen.waste.models import (
    Container,
    ContainerKind,
    Kind,
    Stage,
    Status,
    WasteMeal,
    Weighing,
)
from canteen.waste.titles import STAGE_NAMES

# So many of a meal's entries stand on its sheet.
_LATEST: Final = 100


@dataclass(frozen=True, slots=True)
class SheetMeal:
    """A meal that may have a sheet."""

    canteen: Canteen
    served_on: date
    period: Period
    serves_from: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody entered. `photo` is for whoever may read the entry."""

    id: int
    canteen_id: int
    date: date
    period: str
    stage: str
    edible: str
    gross_g: int | None
    tare_g: int | None
    net_g: int
    dish_id: int | None
    dish_name: str
    container_name: str
    disposition: str
    reason: str
    photo: PhotoLinks | None
    cost_fen: int
    entered_by_name: str
    entered_at: datetime
    is_taken_back: bool
    taken_back_reason: str
    can_take_back: bool

    @property
    def stage_name(self) -> str:
        """The stage in Chinese."""
        return STAGE_NAMES[Stage(self.stage)]


@dataclass(frozen=True, slots=True)
class SheetStage:
    """A stage of a sheet: what was entered, what bins gained, and the most that passes unasked."""

    stage: str
    has_inedible: bool
    entered_g: int
    entries: int
    device_g: int
    maximum_g: int

    @property
    def stage_name(self) -> str:
        """The stage in Chinese."""
        return STAGE_NAMES[Stage(self.stage)]


@dataclass(frozen=True, slots=True)
class SheetDish:
    """A dish of the meal's menu."""

    dish_id: int
    name: str


@dataclass(frozen=True, slots=True)
class SheetContainer:
    """A bin or pan whose tare is known."""

    container_id: int
    kind: str
    code: str
    name: str
    tare_g: int
    stage: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of a meal that people enter.

    `diners` is what the counters say, `diners_counted` what somebody counted.
    """

    canteen_id: int
    canteen_name: str
    earliest_on: date
    date: date
    period: str
    meal_name: str
    is_open: bool
    diners: int | None
    diners_counted: int | None
    stages: Sequence[SheetStage]
    dishes: Sequence[SheetDish]
    containers: Sequence[SheetContainer]
    entries: Sequence[Entry]


def is_manager(actor: Actor, canteen: Canteen) -> bool:
    """Whether the actor manages the canteen's weighings."""
    return covers(actor, Permission.WASTE_MANAGE, canteen)


def get_meal(actor: Actor, *, canteen_id: int, served_on: date, period: Period) -> SheetMeal:
    """A meal of a canteen where the actor enters weights.

    Raises CanteenNotFound, or NoSuchMeal for one that the canteen neither published nor serves by its rules.
    """
    canteen = _get_canteen(actor, canteen_id)
    meal = menu_queries.find_meal(canteen_id, served_on, period)
    if meal is not None and meal.state != MealState.DRAFT and meal.serves_from is not None:
        return SheetMeal(canteen, served_on, period, meal.serves_from)
    version = menu_queries.served_rules(canteen_id, served_on).get(period.value)
    if version is None:
        raise NoSuchMeal
    return SheetMeal(canteen, served_on, period, instants_of(version.rules, served_on).serves_from)


def get_sheet(actor: Actor, *, canteen_id: int, served_on: date, period: Period) -> Sheet:
    """The sheet of a meal. Raises CanteenNotFound or NoSuchMeal."""
    return sheet_of(actor, get_meal(actor, canteen_id=canteen_id, served_on=served_on, period=period))


def sheet_of(actor: Actor, meal: SheetMeal) -> Sheet:
    """The sheet of a meal that was found; statements do not grow with what was entered."""
    canteen, today = meal.canteen, clock.today()
    earliest = policies.earliest_on(today, rule_queries.value(ENTRY_DAYS, canteen.id))
    counts = _counts(meal)
    known = standing_of(meal)
    maximum_g = limits_of(canteen.id).entry_g
    return Sheet(
        canteen_id=canteen.id,
        canteen_name=canteen.name,
        date=meal.served_on,
        period=meal.period.value,
        meal_name=menu_queries.meal_name(canteen.id, meal.served_on, meal.period.value),
        is_open=meal.served_on <= today and (meal.served_on >= earliest or is_manager(actor, canteen)),
        earliest_on=earliest,
        diners=counts[0],
        diners_counted=counts[1],
        stages=[
            SheetStage(
                stage.value,
                stage in policies.WITH_INEDIBLE,
                sum(known.entered.get(stage, ())),
                len(known.entered.get(stage, ())),
                known.bins_g.get(stage, 0),
                maximum_g,
            )
            for stage in policies.STAGES
        ],
        dishes=_dishes(meal),
        containers=_containers(canteen.id),
        entries=_entries(
            actor,
            db.session.execute(
                _statement(canteen.id, meal.served_on)
                .where(Weighing.period == meal.period.value)
                .limit(_LATEST)
            ).all(),
        ),
    )


def limits_of(canteen_id: int) -> Limits:
    """The canteen's plausible maxima."""
    return Limits(
        entry_g=rule_queries.value(MAXIMUM_KG, canteen_id) * 1000,
        plate_g_per_diner=rule_queries.value(MAXIMUM_G_PER_DINER, canteen_id),
    )


def standing_of(meal: SheetMeal) -> Standing:
    """What is known of a meal before a sheet is added to it; two statements."""
    taken_back = aliased(Weighing)
    rows: Any = db.session.execute(
        select(Weighing.stage, Weighing.kind, Weighing.counted_g).where(
            Weighing.canteen_id == meal.canteen.id,
            Weighing.served_on == meal.served_on,
            Weighing.period == meal.period.value,
            Weighing.status == Status.OK.value,
            Weighing.kind.in_([Kind.ENTRY.value, Kind.BIN_DELTA.value]),
            ~exists().where(taken_back.void_of == Weighing.id),
        )
    )
    entered: dict[Stage, list[int]] = {}
    bins_g: dict[Stage, int] = {}
    for stage, kind, grams in rows:
        if kind == Kind.ENTRY:
            entered.setdefault(Stage(stage), []).append(grams)
        else:
            bins_g[Stage(stage)] = bins_g.get(Stage(stage), 0) + grams
    return Standing(entered, bins_g, _counts(meal)[0])


def _counts(meal: SheetMeal) -> tuple[int | None, int | None]:
    row = db.session.execute(
        select(WasteMeal.diners, WasteMeal.diners_counted).where(
            WasteMeal.canteen_id == meal.canteen.id,
            WasteMeal.served_on == meal.served_on,
            WasteMeal.period == meal.period.value,
        )
    ).one_or_none()
    return (row[0], row[1]) if row is not None else (None, None)


def ensure_dishes(canteen_id: int, dish_ids: Collection[int]) -> None:
    """Raise UnknownDish unless all of them are of the canteen."""
    found = set(
        db.session.scalars(select(Dish.id).where(Dish.id.in_(dish_ids), Dish.canteen_id == canteen_id))
    )
    if unknown := sorted(set(dish_ids) - found):
        raise UnknownDish(dish_ids=unknown)


def tares_of(canteen_id: int, container_ids: Collection[int]) -> Mapping[int, int]:
    """The tares of the canteen's bins and pans. Raises UnknownContainer."""
    rows = db.session.execute(
        select(Container.id, Container.tare_g).where(
            Container.id.in_(container_ids),
            Container.canteen_id == canteen_id,
            Container.kind != ContainerKind.TRAY.value,
        )
    )
    found = {row[0]: row[1] for row in rows}
    if set(container_ids) - set(found):
        raise UnknownContainer
    return found


def page_entries(actor: Actor, *, canteen_id: int, served_on: date, page: int, page_size: int) -> Page:
    """What was entered by hand of a canteen's day as `Entry`s, the latest first, taken back or not.

    Raises CanteenNotFound.
    """
    _get_canteen(actor, canteen_id)
    found = paginate(_statement(canteen_id, served_on), page=page, page_size=page_size, scalars=False)
    return Page(_entries(actor, found.rows), found.total, page, page_size)


def find_entry(actor: Actor, entry_id: int) -> tuple[Weighing, Canteen]:
    """An entry within the actor's reach. Raises EntryNotFound."""
    weighing = db.session.get(Weighing, entry_id)
    if weighing is None or weighing.device_id is not None or weighing.status != Status.OK:
        raise EntryNotFound
    try:
        return weighing, _get_canteen(actor, weighing.canteen_id)
    except CanteenNotFound as unseen:
        raise EntryNotFound from unseen


def get_entry(actor: Actor, entry_id: int) -> Entry:
    """One entry. Raises EntryNotFound."""
    weighing, canteen = find_entry(actor, entry_id)
    statement = _statement(canteen.id, weighing.served_on).where(Weighing.id == entry_id)
    return _entries(actor, db.session.execute(statement).all())[0]


def _get_canteen(actor: Actor, canteen_id: int) -> Canteen:
    canteen = menu_queries.get_canteen(canteen_id)
    if not covers(actor, Permission.WASTE_RECORD, canteen):
        raise CanteenNotFound
    return canteen


def _statement(canteen_id: int, served_on: date) -> Select[Any]:
    taken_back, enterer = aliased(Weighing), aliased(Staff)
    columns: tuple[Any, ...] = (
        *(Weighing, Dish.name, Container.name, Container.code, enterer.name, enterer.id),
        *(taken_back.id, taken_back.reason),
    )
    return (
        select(*columns)
        .outerjoin(Dish, Dish.id == Weighing.dish_id)
        .outerjoin(Container, Container.id == Weighing.container_id)
        .outerjoin(enterer, enterer.id == Weighing.entered_by)
        .outerjoin(taken_back, taken_back.void_of == Weighing.id)
        .where(
            Weighing.canteen_id == canteen_id,
            Weighing.served_on == served_on,
            Weighing.device_id.is_(None),
            Weighing.status == Status.OK.value,
        )
        .order_by(Weighing.id.desc())
    )


def _entries(actor: Actor, rows: Sequence[Any]) -> list[Entry]:
    photos = media_queries.links({row[0].photo_id for row in rows if row[0].photo_id is not None})
    manages = {
        canteen_id: is_manager(actor, menu_queries.get_canteen(canteen_id))
        for canteen_id in {row[0].canteen_id for row in rows}
    }
    today = clock.today()
    return [
        Entry(
            id=weighing.id,
            canteen_id=weighing.canteen_id,
            date=weighing.served_on,
            period=weighing.period,
            stage=weighing.stage,
            edible=weighing.edible,
            gross_g=weighing.gross_g,
            tare_g=weighing.tare_g,
            net_g=weighing.net_g,
            dish_id=weighing.dish_id,
            dish_name=dish or "",
            container_name=name or code or "",
            disposition=weighing.disposition,
            reason=weighing.reason,
            photo=photos.get(weighing.photo_id) if weighing.photo_id is not None else None,
            cost_fen=weighing.cost_fen,
            entered_by_name=enterer or "",
            entered_at=weighing.received_at,
            is_taken_back=void_id is not None,
            taken_back_reason=void_reason or "",
            can_take_back=void_id is None
            and (
                manages[weighing.canteen_id]
                or (enterer_id == actor.staff_id and clock.local(weighing.received_at).date() == today)
            ),
        )
        for weighing, dish, name, code, enterer, enterer_id, void_id, void_reason in rows
    ]


def _dishes(meal: SheetMeal) -> list[SheetDish]:
    rows = db.session.execute(
        select(Dish.id, Dish.name)
        .join(MealDish, MealDish.dish_id == Dish.id)
        .join(Meal, Meal.id == MealDish.meal_id)
        .where(
            Meal.canteen_id == meal.canteen.id,
            Meal.served_on == meal.served_on,
            Meal.period == meal.period.value,
        )
        .order_by(MealDish.position, MealDish.id)
    )
    return [SheetDish(*row) for row in rows]


def _containers(canteen_id: int) -> list[SheetContainer]:
    rows = db.session.execute(
        select(
            *(Container.id, Container.kind, Container.code, Container.name, Container.tare_g),
            Container.stage,
        )
        .where(
            Container.canteen_id == canteen_id,
            Container.kind != ContainerKind.TRAY.value,
            Container.is_active,
        )
        .order_by(Container.kind, Container.code)
        .limit(500)
    )
    return [SheetContainer(*row) for row in rows]
