"""Reads of weighing: what events refer to, and what managers see."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db, reader, table
from backend.devices.models import Device
from backend.identity.models import Staff
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from backend.statements import Statement
from backend.workdays import queries as workday_queries
from backend.workdays.policies import Calendar
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen, Dish, Meal, MealState
from canteen.menu.policies import covers
from canteen.waste import rules
from canteen.waste.among import statement_among
from canteen.waste.errors import WeighingNotFound
from canteen.waste.facts import Ground, KnownContainer
from canteen.waste.models import Container, Status, Weighing
from canteen.waste.schedule import REACH_DAYS, MealKey, Schedule, Window

_CONTAINER, _DISH, _WEIGHING, _MEAL = table(Container), table(Dish), table(Weighing), table(Meal)
_CONTAINERS: Final = statement_among(
    lambda among: select(
        *(_CONTAINER.c.kind, _CONTAINER.c.code, _CONTAINER.c.id, _CONTAINER.c.tare_g),
        *(_CONTAINER.c.stage, _CONTAINER.c.edible),
    ).where(_CONTAINER.c.canteen_id == bindparam("of_canteen"), among(_CONTAINER.c.code, "codes"))
)
_DISHES: Final = statement_among(
    lambda among: select(_DISH.c.id, _DISH.c.cost_fen_per_kg).where(
        _DISH.c.canteen_id == bindparam("of_canteen"), among(_DISH.c.id, "ids")
    )
)
_STORED: Final = statement_among(
    lambda among: select(_WEIGHING.c.seq, _WEIGHING.c.payload_hash).where(
        _WEIGHING.c.device_id == bindparam("of_device"), among(_WEIGHING.c.seq, "seqs")
    )
)
_MEALS: Final = Statement(
    select(_MEAL.c.served_on, _MEAL.c.period, _MEAL.c.serves_from, _MEAL.c.serves_until).where(
        _MEAL.c.canteen_id == bindparam("of_canteen"),
        _MEAL.c.served_on >= bindparam("first"),
        _MEAL.c.served_on <= bindparam("last"),
        _MEAL.c.state != MealState.DRAFT.value,
        _MEAL.c.serves_from.is_not(None),
    )
)


def ground_of(canteen_id: int, codes: Collection[str], dish_ids: Collection[int]) -> Ground:
    """What the events of a batch refer to: these containers and dishes, and the canteen's meals and rules."""
    connection = reader()
    containers: dict[tuple[str, str], KnownContainer] = {}
    if codes:
        found = _CONTAINERS.rows(connection, {"of_canteen": canteen_id, "codes": sorted(codes)})
        containers = {(kind, code): KnownContainer(*rest) for kind, code, *rest in found}
    dishes: dict[int, int | None] = {}
    if dish_ids:
        costs = _DISHES.rows(connection, {"of_canteen": canteen_id, "ids": sorted(dish_ids)})
        dishes = dict(costs)
    return Ground(
        canteen_id=canteen_id,
        containers=containers,
        dishes=dishes,
        schedule=schedule_of(canteen_id),
        most_g={kind.value: rule_queries.value(rule, canteen_id) for kind, rule in rules.PLAUSIBLE_G.items()},
        cost_fen_per_kg=rule_queries.value(rules.COST_FEN_PER_KG, canteen_id),
    )


def stored_hashes(device_id: int, seqs: Collection[int]) -> dict[int, bytes]:
    """What is stored under these numbers of a device, as the hash of what it sent."""
    if not seqs:
        return {}
    rows = _STORED.rows(reader(), {"of_device": device_id, "seqs": sorted(seqs)})
    return {seq: bytes(payload_hash) for seq, payload_hash in rows}


def schedule_of(canteen_id: int) -> Schedule:
    """The canteen's meals: those that were published, and on a day without any those of its rules.

    The rules count on days on which the canteen serves. Days are looked up as they are asked for.
    """
    return Schedule(_Days(canteen_id).windows_of)


class _Days:
    """The meals of a canteen about the first day that is asked for, in one query; others singly."""

    def __init__(self, canteen_id: int) -> None:
        self._canteen_id = canteen_id
        self._published: dict[date, list[Window]] = {}
        self._known: tuple[date, date] | None = None
        self._calendar: Calendar | None = None

    def windows_of(self, day: date) -> Sequence[Window]:
        if self._known is None or not self._known[0] <= day <= self._known[1]:
            self._load(day)
        return self._published.get(day) or self._by_rules(day)

    def _load(self, day: date) -> None:
        reach = timedelta(days=REACH_DAYS)
        self._known = day - reach, day + reach
        first, last = self._known
        rows = _MEALS.rows(reader(), {"of_canteen": self._canteen_id, "first": first, "last": last})
        self._published = {}
        for served_on, period, opens_at, closes_at in rows:
            window = Window(opens_at, closes_at, MealKey(served_on, period))
            self._published.setdefault(served_on, []).append(window)

    def _by_rules(self, day: date) -> list[Window]:
        if self._calendar is None:
            # What a unit has noted so far is written at its end.
            with db.session.no_autoflush:
                self._calendar = workday_queries.calendar_for(day, day)
        if not menu_queries.day_of(self._calendar, self._canteen_id, day).is_open:
            return []
        return [
            Window(_at(day, one.rules.window_from), _at(day, one.rules.window_until), MealKey(day, period))
            for period, one in menu_queries.served_rules(self._canteen_id, day).items()
        ]


def _at(day: date, wall_time: time) -> datetime:
    return clock.at_local(day, wall_time)


def meal_at(canteen_id: int, instant: datetime, *, ahead: bool = False) -> MealKey | None:
    """The last meal whose service has begun; with `ahead`, that which is served now or will be next.

    None if there is none for some days. Storage and preparation look ahead, everything else looks back.
    """
    schedule = schedule_of(canteen_id)
    return schedule.ahead(instant) if ahead else schedule.begun(instant)


# What managers see


@dataclass(frozen=True, slots=True)
class WeighingView:
    """A weighing as its canteen's managers see it.

    `voided_at` and `void_reason` tell that it was taken back or, of a quarantined one, decided;
    `replaced_by` the row that stands in its place. `meal` is what the canteen calls the meal.
    """

    weighing: Weighing
    device_name: str
    container_code: str
    container_name: str
    dish_name: str
    entered_by_name: str
    voided_at: datetime | None
    void_reason: str
    voided_by_name: str
    replaced_by: int | None
    meal: str

    @property
    def is_open(self) -> bool:
        """Whether somebody has to decide about it."""
        return self.weighing.status == Status.QUARANTINED and self.voided_at is None

    @property
    def can_correct(self) -> bool:
        """Whether it counts and may be taken back."""
        return self.weighing.status == Status.OK and self.voided_at is None


def list_quarantined(
    actor: Actor,
    *,
    canteen_id: int | None = None,
    device_id: int | None = None,
    from_date: date | None = None,
    to_date: date | None = None,
    code: str | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """What waits for a decision in the canteens that the actor manages, the latest first: WeighingView."""
    taken_back = aliased(Weighing)
    statement = _views().where(
        Weighing.status == Status.QUARANTINED.value,
        ~exists().where(taken_back.void_of == Weighing.id),
        menu_queries.readable(actor, Permission.WASTE_MANAGE),
    )
    if canteen_id is not None:
        statement = statement.where(Weighing.canteen_id == canteen_id)
    if device_id is not None:
        statement = statement.where(Weighing.device_id == device_id)
    if from_date is not None:
        statement = statement.where(Weighing.served_on >= from_date)
    if to_date is not None:
        statement = statement.where(Weighing.served_on <= to_date)
    if code is not None:
        statement = statement.where(Weighing.quarantine_code == code)
    return _page(statement.order_by(Weighing.id.desc()), page, page_size)


def count_quarantined(canteen_ids: Collection[int]) -> int:
    """How many weighings of these canteens wait for a decision."""
    taken_back = aliased(Weighing)
    found = db.session.scalar(
        select(func.count()).where(
            Weighing.status == Status.QUARANTINED.value,
            Weighing.canteen_id.in_(canteen_ids),
            ~exists().where(taken_back.void_of == Weighing.id),
        )
    )
    return found or 0


def list_weighings(
    actor: Actor,
    *,
    canteen_id: int,
    date: date,
    period: str | None = None,
    kind: str | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The weighings of a day without those that take others back, the latest first: WeighingView.

    Raises CanteenNotFound.
    """
    ensure_manages(actor, canteen_id)
    statement = _views().where(
        Weighing.canteen_id == canteen_id,
        Weighing.served_on == date,
        Weighing.status != Status.VOID.value,
    )
    if period is not None:
        statement = statement.where(Weighing.period == period)
    if kind is not None:
        statement = statement.where(Weighing.kind == kind)
    return _page(statement.order_by(Weighing.captured_at.desc(), Weighing.id.desc()), page, page_size)


def get_view(weighing_id: int) -> WeighingView:
    """One weighing, unscoped. Raises WeighingNotFound."""
    for view in views_of(db.session.execute(_views().where(Weighing.id == weighing_id))):
        return view
    raise WeighingNotFound


def find_managed(actor: Actor, weighing_id: int) -> Weighing:
    """The weighing, if the actor manages its canteen's. Raises WeighingNotFound."""
    weighing = db.session.get(Weighing, weighing_id)
    if weighing is None or not covers(
        actor, Permission.WASTE_MANAGE, menu_queries.get_canteen(weighing.canteen_id)
    ):
        raise WeighingNotFound
    return weighing


def ensure_manages(actor: Actor, canteen_id: int) -> Canteen:
    """The canteen, if the actor manages its weighing. Raises CanteenNotFound."""
    canteen = menu_queries.get_canteen(canteen_id)
    if not covers(actor, Permission.WASTE_MANAGE, canteen):
        raise menu_queries.CanteenNotFound
    return canteen


def _views() -> Select[Any]:
    taken_back, standing = aliased(Weighing), aliased(Weighing)
    enterer, decider = aliased(Staff), aliased(Staff)
    more = (
        *(Device.name, Container.code, Container.name, Dish.name, enterer.name),
        *(taken_back.received_at, taken_back.reason, decider.name, standing.id),
    )
    return (
        select(Weighing)
        .add_columns(*more)
        .join(Canteen, Canteen.id == Weighing.canteen_id)
        .outerjoin(Device, Device.id == Weighing.device_id)
        .outerjoin(Container, Container.id == Weighing.container_id)
        .outerjoin(Dish, Dish.id == Weighing.dish_id)
        .outerjoin(taken_back, taken_back.void_of == Weighing.id)
        .outerjoin(standing, standing.replaces == Weighing.id)
        .outerjoin(enterer, enterer.id == Weighing.entered_by)
        .outerjoin(decider, decider.id == taken_back.entered_by)
    )


def _page(statement: Select[Any], page: int, page_size: int) -> Page:
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page(views_of(found.rows), found.total, found.page, found.page_size)


def views_of(rows: Iterable[Any]) -> list[WeighingView]:
    """Views of the rows of a statement, with the meals' names."""
    views = []
    for weighing, device, code, container, dish, enterer, voided_at, reason, decider, standing in rows:
        views.append(
            WeighingView(
                weighing=weighing,
                device_name=device or "",
                container_code=code or "",
                container_name=container or "",
                dish_name=dish or "",
                entered_by_name=enterer or "",
                voided_at=voided_at,
                void_reason=reason or "",
                voided_by_name=decider or "",
                replaced_by=standing,
                meal=menu_queries.meal_name(weighing.canteen_id, weighing.served_on, weighing.period),
            )
        )
    return views
