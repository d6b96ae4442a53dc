"""Use cases of samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backend import clock
from backend.actor import Actor, Permission
from backend.audit import operations as audit
from backend.db import atomic, db
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from backend.rules import queries as rule_queries
from canteen.food_safety import reach
from canteen.food_safety.samples import boards, operations, policies, queries
from canteen.food_safety.samples.boards import Served
from canteen.food_safety.samples.errors import NoLabels, SampleDishTwice
from canteen.food_safety.samples.messages import SAMPLES_DUE, SAMPLES_MISSING
from canteen.food_safety.samples.models import FoodSample, SampleWaiver
from canteen.food_safety.samples.policies import Wanted
from canteen.food_safety.samples.queries import SampleView
from canteen.food_safety.samples.rules import MISSING_MINUTES
from canteen.menu import queries as menu_queries
from canteen.menu.models import Period

# Nobody is told hours after the meal.
_TELL_FOR: Final = timedelta(hours=4)
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples that were entered or disposed of together."""

    samples: Sequence[SampleView]


@atomic
def take(
    actor: Actor,
    *,
    canteen_id: int,
    served_on: date,
    period: Period,
    items: Sequence[Wanted],
    fridge: str = "",
) -> Samples:
    """Enter the samples of a meal: all of them, or nothing.

    Raises CanteenNotFound, SampleDishUnknown, SampleDishTwice, SampleTooLight, SampleTimeInvalid,
    ExtraNeedsReason or SampleExists.
    """
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_RECORD)
    first = [item.dish_id for item in items if not item.is_extra]
    if len(set(first)) < len(first):
        raise SampleDishTwice
    names = queries.dish_names(canteen_id, {item.dish_id for item in items})
    limits, now = queries.limits_of(canteen_id), clock.now()
    for item in items:
        name = names[item.dish_id]
        policies.ensure_weight(
            name, limits.usual_g if item.weight_g is None else item.weight_g, limits.minimum_g
        )
        policies.ensure_time(item.taken_at or now, served_on, now)
        policies.ensure_reason(name, item)
    added = operations.add_samples(
        canteen_id=canteen_id,
        served_on=served_on,
        period=period.value,
        fridge=fridge,
        items=items,
        names=names,
        limits=limits,
        by=actor.staff_id,
    )
    audit.record(
        actor,
        "canteen.samples_taken",
        "canteen",
        canteen_id,
        date=served_on.isoformat(),
        period=period.value,
        count=len(added),
    )
    return Samples(queries.views(actor, added))


@atomic
def dispose(actor: Actor, *, sample_ids: Sequence[int], note: str = "") -> Samples:
    """Dispose of samples whose hours are over: all of them, or none.

    Raises SampleNotFound, SampleVoided, SampleDisposed, SampleLocked or SampleNotDue.
    """
    rows = _locked(actor, sample_ids)
    operations.dispose(rows, note=note, by=actor.staff_id)
    for canteen_id in sorted({row.canteen_id for row in rows}):
        count = sum(row.canteen_id == canteen_id for row in rows)
        audit.record(actor, "canteen.samples_disposed", "canteen", canteen_id, count=count, note=note)
    return Samples(queries.views(actor, rows))


@atomic
def void(actor: Actor, *, sample_id: int, reason: str) -> SampleView:
    """Take back an entry: one's own of today, or any as a manager.

    Raises SampleNotFound, NotOwnSample, SampleVoided, SampleDisposed or SampleLocked.
    """
    (row,) = _locked(actor, [sample_id])
    canteen = menu_queries.get_canteen(row.canteen_id)
    policies.ensure_may_void(
        is_own=row.taken_by == actor.staff_id,
        entered_on=clock.local(row.entered_at).date(),
        today=clock.today(),
        manages=reach.may(actor, canteen, Permission.SAFETY_MANAGE),
    )
    operations.void(row, reason=reason, by=actor.staff_id)
    audit.record(
        actor, "canteen.sample_voided", "food_sample", sample_id, canteen_id=row.canteen_id, reason=reason
    )
    return queries.views(actor, [row])[0]


@atomic
def waive(
    actor: Actor, *, canteen_id: int, served_on: date, period: Period, dish_id: int, reason: str
) -> SampleWaiver:
    """Say why a dish of a meal needs no sample.

    Raises CanteenNotFound, SampleDishUnknown or WaiverExists.
    """
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_RECORD)
    names = queries.dish_names(canteen_id, [dish_id])
    waiver = operations.add_waiver(
        canteen_id=canteen_id,
        served_on=served_on,
        period=period.value,
        dish_id=dish_id,
        name=names[dish_id],
        reason=reason,
        by=actor.staff_id,
    )
    _record_waiver(actor, "canteen.sample_waived", waiver)
    return waiver


@atomic
def drop_waiver(actor: Actor, *, waiver_id: int) -> None:
    """The dish needs a sample after all. Raises WaiverNotFound."""
    waiver = queries.find_waiver(actor, waiver_id)
    _record_waiver(actor, "canteen.sample_waiver_dropped", waiver)
    db.session.delete(waiver)


def labels(
    actor: Actor,
    *,
    ids: Sequence[int] = (),
    canteen_id: int | None = None,
    on: date | None = None,
    period: Period | None = None,
) -> list[SampleView]:
    """The samples whose labels are to be printed: those named, or a day's.

    Raises SampleNotFound, CanteenNotFound or NoLabels.
    """
    if ids:
        found = queries.samples_of(actor, ids)
    elif canteen_id is not None and on is not None:
        found = queries.samples_of_meals(actor, canteen_id=canteen_id, on=on, period=period)
    else:
        found = []
    printed = [sample for sample in found if sample.voided_at is None]
    if not printed:
        raise NoLabels
    return printed


@atomic
def remind_of_missing() -> int:
    """Tell the kitchen of dishes without a sample, once a meal, while it is served; returns how many."""
    now, today = clock.now(), clock.today()
    canteens = {canteen.id: canteen for canteen in reach.active_canteens()}
    lacking: dict[tuple[int, str], list[Served]] = {}
    # Yesterday's, too: a late meal ends after midnight.
    for each in boards.lacking(canteens, today - timedelta(days=1), today):
        if each.serves_from is None:
            continue
        late = now - each.serves_from
        if timedelta(minutes=rule_queries.value(MISSING_MINUTES, each.canteen_id)) <= late < _TELL_FOR:
            lacking.setdefault((each.canteen_id, each.period), []).append(each)
    if not lacking:
        return 0
    keepers = reach.keepers_of(list(canteens.values()), Permission.SAFETY_RECORD)
    messages = []
    for (canteen_id, period), dishes in lacking.items():
        first = dishes[0]
        names = "、".join(dish.name for dish in dishes[:_NAMED])
        fields = {
            "canteen": canteens[canteen_id].name,
            "meal": menu_queries.meal_name(canteen_id, first.date, period),
            "count": str(len(dishes)),
            "dishes": names if len(dishes) <= _NAMED else f"{names}等",
        }
        dedupe = f"{canteen_id}:{first.date.isoformat()}:{period}"
        messages += [Message(staff_id, fields, dedupe) for staff_id in sorted(keepers[canteen_id])]
    return len(notifications.notify_each(SAMPLES_MISSING, messages))


@atomic
def remind_of_due() -> int:
    """Tell the kitchen of samples that may be disposed of, once a day; returns how many messages."""
    canteens = {canteen.id: canteen for canteen in reach.active_canteens()}
    counts = queries.due_counts(canteens)
    keepers = reach.keepers_of([canteens[each] for each in counts], Permission.SAFETY_RECORD)
    messages = [
        Message(
            staff_id,
            {"canteen": canteens[canteen_id].name, "count": str(count)},
            dedupe=f"{canteen_id}:{clock.today().isoformat()}",
        )
        for canteen_id, count in counts.items()
        for staff_id in sorted(keepers[canteen_id])
    ]
    return len(notifications.notify_each(SAMPLES_DUE, messages))


def _locked(actor: Actor, sample_ids: Sequence[int]) -> list[FoodSample]:
    rows = operations.lock_rows(sample_ids)
    queries.ensure_recorded_by(actor, rows)
    return rows


def _record_waiver(actor: Actor, action: str, waiver: SampleWaiver) -> None:
    audit.record(
        actor,
        action,
        "canteen",
        waiver.canteen_id,
        date=waiver.served_on.isoformat(),
        period=waiver.period,
        dish=waiver.dish_name,
        reason=waiver.reason,
    )
