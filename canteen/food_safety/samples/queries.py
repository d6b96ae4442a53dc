"""Reads of samples."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select, tuple_
from sqlalchemy.sql import ColumnElement

from backend import clock, counting
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.identity.queries import names_of
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.food_safety import reach
from canteen.food_safety.samples import policies
from canteen.food_safety.samples.errors import SampleDishUnknown, SampleNotFound, WaiverNotFound
from canteen.food_safety.samples.models import FoodSample, SampleLock, SampleWaiver
from canteen.food_safety.samples.policies import STATE_NAMES, Life, SampleState
from canteen.food_safety.samples.rules import HOURS, MINIMUM_G, OVERDUE_HOURS, USUAL_G
from canteen.menu.models import Canteen, Dish, Period
from canteen.menu.titles import PERIOD_NAMES

LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class SampleView:
    """A sample as people see it."""

    id: int
    code: str
    canteen_id: int
    canteen_name: str
    date: date
    period: str
    dish_id: int
    dish_name: str
    weight_g: int
    fridge: str
    is_extra: bool
    reason: str
    taken_at: datetime
    taken_by: int
    taken_by_name: str
    entered_at: datetime
    due_at: datetime
    state: SampleState
    is_locked: bool
    lock_reason: str
    disposed_at: datetime | None
    disposed_by_name: str
    disposal: str
    voided_at: datetime | None
    void_reason: str
    can_dispose: bool
    can_void: bool

    @property
    def period_name(self) -> str:
        """The meal in Chinese."""
        return PERIOD_NAMES[Period(self.period)]

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return STATE_NAMES[self.state]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a canteen's rules say of samples."""

    minimum_g: int
    usual_g: int
    hours: int


def limits_of(canteen_id: int) -> Limits:
    """The rules of a canteen."""
    minimum = rule_queries.value(MINIMUM_G, canteen_id)
    usual = policies.usual_g(rule_queries.value(USUAL_G, canteen_id), minimum)
    return Limits(minimum, usual, rule_queries.value(HOURS, canteen_id))


def overdue_after(canteen_id: int) -> timedelta:
    """How long after it was due a sample is overdue."""
    return timedelta(hours=rule_queries.value(OVERDUE_HOURS, canteen_id))


def life_of(sample: FoodSample) -> Life:
    """What became of a sample."""
    return Life(sample.taken_at, sample.due_at, sample.disposed_at, sample.voided_at is not None)


def dish_names(canteen_id: int, dish_ids: Collection[int]) -> dict[int, str]:
    """The names of a canteen's dishes. Raises SampleDishUnknown unless all of them are its own."""
    rows = db.session.execute(
        select(Dish.id, Dish.name).where(Dish.id.in_(dish_ids), Dish.canteen_id == canteen_id)
    )
    names = dict(rows.all())
    if len(names) < len(set(dish_ids)):
        raise SampleDishUnknown
    return names


def sampled_dishes(canteen_id: int, served_on: date, period: str, dish_ids: Collection[int]) -> list[str]:
    """The names of those dishes of a meal that have a sample."""
    return list(
        db.session.scalars(
            select(FoodSample.dish_name)
            .where(
                FoodSample.canteen_id == canteen_id,
                FoodSample.served_on == served_on,
                FoodSample.period == period,
                FoodSample.dish_id.in_(dish_ids),
                FoodSample.voided_at.is_(None),
            )
            .distinct()
            .order_by(FoodSample.dish_name)
        )
    )


def _kept() -> ColumnElement[bool]:
    return FoodSample.disposed_at.is_(None) & FoodSample.voided_at.is_(None)


def _is_locked() -> ColumnElement[bool]:
    return exists().where(SampleLock.sample_id == FoodSample.id)


def _in_state(state: str, canteen_ids: Collection[int]) -> ColumnElement[bool]:
    now = clock.now()
    if state == LOCKED:
        return _is_locked()
    if state == SampleState.VOID:
        return FoodSample.voided_at.is_not(None)
    if state == SampleState.DISPOSED:
        return FoodSample.disposed_at.is_not(None)
    if state == SampleState.KEPT:
        return _kept() & (FoodSample.due_at > now)
    late = or_(
        *(
            (FoodSample.canteen_id == each) & (FoodSample.due_at <= now - overdue_after(each))
            for each in canteen_ids
        )
    )
    return _kept() & (FoodSample.due_at <= now) & (late if state == SampleState.OVERDUE else ~late)


def list_samples(
    actor: Actor,
    *,
    canteen_id: int,
    from_date: date | None = None,
    to_date: date | None = None,
    period: Period | None = None,
    dish_id: int | None = None,
    state: str | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The samples of a canteen, the latest meal first; both dates included. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_READ)
    statement = select(FoodSample).where(FoodSample.canteen_id == canteen_id)
    if from_date is not None:
        statement = statement.where(FoodSample.served_on >= from_date)
    if to_date is not None:
        statement = statement.where(FoodSample.served_on <= to_date)
    if period is not None:
        statement = statement.where(FoodSample.period == period.value)
    if dish_id is not None:
        statement = statement.where(FoodSample.dish_id == dish_id)
    if state is not None:
        statement = statement.where(_in_state(state, [canteen_id]))
    statement = statement.order_by(FoodSample.served_on.desc(), FoodSample.id.desc())
    found = paginate(statement, page=page, page_size=page_size)
    return Page(views(actor, found.rows), found.total, found.page, found.page_size)


def list_due(actor: Actor, *, canteen_id: int | None = None, page: int, page_size: int) -> Page:
    """What may be disposed of, the oldest first; locked samples are among them and say so."""
    canteens = reach.find_canteens(actor, canteen_id, *reach.READERS)
    statement = (
        select(FoodSample)
        .where(
            FoodSample.canteen_id.in_([each.id for each in canteens]),
            _kept(),
            FoodSample.due_at <= clock.now(),
        )
        .order_by(FoodSample.due_at, FoodSample.id)
    )
    found = paginate(statement, page=page, page_size=page_size)
    return Page(views(actor, found.rows), found.total, found.page, found.page_size)


def get_sample(actor: Actor, sample_id: int) -> SampleView:
    """A sample that the actor works with or oversees. Raises SampleNotFound."""
    return views(actor, [_find(actor, FoodSample.id == sample_id)])[0]


def get_by_code(actor: Actor, code: str) -> SampleView:
    """The sample of a label, however its code is written. Raises SampleNotFound."""
    return views(actor, [_find(actor, FoodSample.code == code.strip().upper())])[0]


def _find(actor: Actor, which: ColumnElement[bool]) -> FoodSample:
    statement = select(FoodSample).join(Canteen, Canteen.id == FoodSample.canteen_id)
    found = db.session.scalars(statement.where(which, reach.within(actor, *reach.READERS))).one_or_none()
    if found is None:
        raise SampleNotFound
    return found


def ensure_recorded_by(actor: Actor, samples: Iterable[FoodSample]) -> None:
    """Raise SampleNotFound unless the actor records samples of all of these canteens."""
    seen = _canteens({sample.canteen_id for sample in samples})
    if not all(reach.may(actor, canteen, Permission.SAFETY_RECORD) for canteen in seen.values()):
        raise SampleNotFound


def find_waiver(actor: Actor, waiver_id: int) -> SampleWaiver:
    """A waiver of a canteen whose samples the actor records. Raises WaiverNotFound."""
    found = db.session.scalars(
        select(SampleWaiver)
        .join(Canteen, Canteen.id == SampleWaiver.canteen_id)
        .where(SampleWaiver.id == waiver_id, reach.within(actor, Permission.SAFETY_RECORD))
    ).one_or_none()
    if found is None:
        raise WaiverNotFound
    return found


def lock_reasons(sample_ids: Collection[int]) -> dict[int, str]:
    """Why samples are locked, of those that are; one statement."""
    found: dict[int, list[str]] = {}
    for sample_id, reason in db.session.execute(
        select(SampleLock.sample_id, SampleLock.reason)
        .where(SampleLock.sample_id.in_(sample_ids))
        .order_by(SampleLock.sample_id, SampleLock.locked_at, SampleLock.holder)
    ):
        found.setdefault(sample_id, []).append(reason)
    return {sample_id: "；".join(dict.fromkeys(reasons)) for sample_id, reasons in found.items()}


def views(actor: Actor, samples: Sequence[FoodSample]) -> list[SampleView]:
    """Samples that were found, as the actor sees them; a fixed number of statements."""
    canteens = _canteens({sample.canteen_id for sample in samples})
    locks = lock_reasons([sample.id for sample in samples])
    people = {sample.taken_by for sample in samples}
    people |= {sample.disposed_by for sample in samples if sample.disposed_by is not None}
    names = names_of(people)
    records = {each: reach.may(actor, canteens[each], Permission.SAFETY_RECORD) for each in canteens}
    manages = {each: reach.may(actor, canteens[each], Permission.SAFETY_MANAGE) for each in canteens}
    late = {each: overdue_after(each) for each in canteens}
    now, today = clock.now(), clock.today()
    found = []
    for sample in samples:
        state = policies.state_of(life_of(sample), now, late[sample.canteen_id])
        lock = locks.get(sample.id, "")
        is_there = state not in (SampleState.VOID, SampleState.DISPOSED)
        found.append(
            SampleView(
                id=sample.id,
                code=sample.code,
                canteen_id=sample.canteen_id,
                canteen_name=canteens[sample.canteen_id].name,
                date=sample.served_on,
                period=sample.period,
                dish_id=sample.dish_id,
                dish_name=sample.dish_name,
                weight_g=sample.weight_g,
                fridge=sample.fridge,
                is_extra=sample.is_extra,
                reason=sample.reason,
                taken_at=sample.taken_at,
                taken_by=sample.taken_by,
                taken_by_name=names.get(sample.taken_by, ""),
                entered_at=sample.entered_at,
                due_at=sample.due_at,
                state=state,
                is_locked=bool(lock),
                lock_reason=lock,
                disposed_at=sample.disposed_at,
                disposed_by_name=names.get(sample.disposed_by or 0, ""),
                disposal=sample.disposal,
                voided_at=sample.voided_at,
                void_reason=sample.void_reason,
                can_dispose=records[sample.canteen_id] and is_there and not lock and now >= sample.due_at,
                can_void=records[sample.canteen_id]
                and is_there
                and not lock
                and policies.may_void(
                    is_own=sample.taken_by == actor.staff_id,
                    entered_on=clock.local(sample.entered_at).date(),
                    today=today,
                    manages=manages[sample.canteen_id],
                ),
            )
        )
    return found


def _canteens(canteen_ids: Collection[int]) -> dict[int, Canteen]:
    rows = db.session.scalars(select(Canteen).where(Canteen.id.in_(canteen_ids)))
    return {canteen.id: canteen for canteen in rows}


def fridges_used(canteen_id: int) -> list[str]:
    """The fridges that a canteen's latest samples stand in, the latest first."""
    last = (
        select(FoodSample.fridge, FoodSample.id)
        .where(FoodSample.canteen_id == canteen_id, FoodSample.fridge != "")
        .order_by(FoodSample.id.desc())
        .limit(200)
        .subquery()
    )
    rows = select(last.c.fridge).group_by(last.c.fridge).order_by(func.max(last.c.id).desc()).limit(10)
    return list(db.session.scalars(rows))


def samples_of(actor: Actor, sample_ids: Collection[int]) -> list[SampleView]:
    """These samples, of canteens that the actor works with or oversees, by id. Raises SampleNotFound."""
    found = list(
        db.session.scalars(
            select(FoodSample)
            .join(Canteen, Canteen.id == FoodSample.canteen_id)
            .where(FoodSample.id.in_(sample_ids), reach.within(actor, *reach.READERS))
            .order_by(FoodSample.id)
        )
    )
    if len(found) < len(set(sample_ids)):
        raise SampleNotFound
    return views(actor, found)


def samples_of_meals(
    actor: Actor, *, canteen_id: int, on: date, period: Period | None = None
) -> list[SampleView]:
    """The samples of a day's meals, without those that were voided. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id, *reach.READERS)
    statement = select(FoodSample).where(
        FoodSample.canteen_id == canteen_id, FoodSample.served_on == on, FoodSample.voided_at.is_(None)
    )
    if period is not None:
        statement = statement.where(FoodSample.period == period.value)
    return views(actor, list(db.session.scalars(statement.order_by(FoodSample.id))))


def period_rows(actor: Actor, canteen_id: int, from_on: date, until_on: date) -> list[SampleView]:
    """The samples of a period in their order, both dates included, for ledgers; voided ones left out."""
    rows = db.session.scalars(
        select(FoodSample)
        .where(
            FoodSample.canteen_id == canteen_id,
            FoodSample.served_on >= from_on,
            FoodSample.served_on <= until_on,
            FoodSample.voided_at.is_(None),
        )
        .order_by(FoodSample.served_on, FoodSample.taken_at, FoodSample.id)
    )
    return views(actor, list(rows))


def ids_of_dishes(canteen_id: int, dishes: Collection[tuple[date, str, int]]) -> list[int]:
    """The samples that are still there of dishes of meals, named (served_on, period, dish_id)."""
    if not dishes:
        return []
    return list(
        db.session.scalars(
            select(FoodSample.id)
            .where(
                FoodSample.canteen_id == canteen_id,
                tuple_(FoodSample.served_on, FoodSample.period, FoodSample.dish_id).in_(list(dishes)),
                _kept(),
            )
            .order_by(FoodSample.id)
        )
    )


def due_counts(canteen_ids: Collection[int]) -> dict[int, int]:
    """How many samples of each canteen may be disposed of and are not locked; one statement."""
    rows = db.session.execute(
        select(FoodSample.canteen_id, func.count())
        .where(
            FoodSample.canteen_id.in_(canteen_ids), _kept(), FoodSample.due_at <= clock.now(), ~_is_locked()
        )
        .group_by(FoodSample.canteen_id)
    )
    return dict(rows.all())


def overdue(canteen_id: int) -> Count:
    """A count of the samples that are overdue, locked ones left out."""
    condition: Any = _in_state(SampleState.OVERDUE, [canteen_id])
    count = select(func.count()).select_from(FoodSample)
    return count.where(FoodSample.canteen_id == canteen_id, condition, ~_is_locked())


def overdue_count(canteen_id: int) -> int:
    """How many there are."""
    return counting.number(overdue(canteen_id))
