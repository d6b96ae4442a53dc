"""Use cases of entries by hand."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from backend import clock
from backend.actor import Actor
from backend.audit import operations as audit
from backend.db import atomic
from backend.rules import queries as rule_queries
from canteen.menu.models import Period
from canteen.waste import operations as waste
from canteen.waste.entries import operations, policies, queries
from canteen.waste.entries.errors import NeedsConfirmation
from canteen.waste.entries.policies import Wanted
from canteen.waste.entries.queries import Entry, Sheet, SheetMeal
from canteen.waste.entries.rules import ENTRY_DAYS


@atomic
def record_sheet(
    actor: Actor,
    *,
    canteen_id: int,
    served_on: date,
    period: Period,
    entries: Sequence[Wanted],
    is_confirmed: bool = False,
    diners_counted: int | None = None,
) -> Sheet:
    """Add rows to a meal's sheet, and the counted diners if they are given: all of it, or nothing.

    Raises CanteenNotFound, NoSuchMeal, MealInFuture, EntryTooLate, StageInvalid, TareExceedsGross,
    UnknownDish, UnknownContainer, UnknownPhoto, or NeedsConfirmation for what looks implausible.
    """
    meal = queries.get_meal(actor, canteen_id=canteen_id, served_on=served_on, period=period)
    _record(actor, meal, entries, diners_counted=diners_counted, is_confirmed=is_confirmed)
    if diners_counted is not None:
        _count(actor, meal, diners_counted)
    return queries.sheet_of(actor, meal)


@atomic
def record_entry(
    actor: Actor,
    *,
    canteen_id: int,
    served_on: date,
    period: Period,
    entry: Wanted,
    is_confirmed: bool = False,
) -> Entry:
    """Add one row to a meal's sheet. Raises what `record_sheet` raises."""
    meal = queries.get_meal(actor, canteen_id=canteen_id, served_on=served_on, period=period)
    (entry_id,) = _record(actor, meal, [entry], diners_counted=None, is_confirmed=is_confirmed)
    return queries.get_entry(actor, entry_id)


@atomic
def count_diners(
    actor: Actor, *, canteen_id: int, served_on: date, period: Period, diners_counted: int | None
) -> Sheet:
    """Say how many diners were counted at a meal, or with None that nobody counted.

    Raises CanteenNotFound, NoSuchMeal, MealInFuture or EntryTooLate.
    """
    meal = queries.get_meal(actor, canteen_id=canteen_id, served_on=served_on, period=period)
    _ensure_day(actor, meal)
    _count(actor, meal, diners_counted)
    return queries.sheet_of(actor, meal)


@atomic
def take_back(actor: Actor, *, entry_id: int, reason: str) -> Entry:
    """Take an entry back: one's own of today, or any as a manager; the reason stays with it.

    Raises EntryNotFound, NotOwnEntry or AlreadyVoided.
    """
    weighing, canteen = queries.find_entry(actor, entry_id)
    policies.ensure_may_take_back(
        is_own=weighing.entered_by == actor.staff_id,
        entered_on=clock.local(weighing.received_at).date(),
        today=clock.today(),
        is_manager=queries.is_manager(actor, canteen),
    )
    waste.void(entry_id, by=actor.staff_id, reason=reason)
    audit.record(
        actor,
        "waste.entry_taken_back",
        "weighing",
        entry_id,
        canteen_id=canteen.id,
        net_g=weighing.net_g,
        reason=reason,
    )
    return queries.get_entry(actor, entry_id)


def _record(
    actor: Actor,
    meal: SheetMeal,
    entries: Sequence[Wanted],
    *,
    diners_counted: int | None,
    is_confirmed: bool,
) -> list[int]:
    _ensure_day(actor, meal)
    policies.ensure_begun([each.stage for each in entries], meal.serves_from, clock.now())
    canteen_id = meal.canteen.id
    queries.ensure_dishes(canteen_id, {each.dish_id for each in entries if each.dish_id is not None})
    tares = queries.tares_of(
        canteen_id, {each.container_id for each in entries if each.container_id is not None}
    )
    rows = [
        policies.weigh(each, tares[each.container_id] if each.container_id is not None else None)
        for each in entries
    ]
    if not is_confirmed:
        limits = queries.limits_of(canteen_id)
        doubts = policies.doubts(rows, queries.standing_of(meal), limits, diners_counted)
        if doubts:
            raise NeedsConfirmation(
                count=len(doubts), first=doubts[0].message, warnings=[asdict(each) for each in doubts]
            )
    # Each row locks what it adds to: in one order in every sheet, and in that of the scales' batches.
    return [operations.add_row(actor, meal, row) for row in sorted(rows, key=policies.adds_to)]


def _ensure_day(actor: Actor, meal: SheetMeal) -> None:
    days = rule_queries.value(ENTRY_DAYS, meal.canteen.id)
    manages = queries.is_manager(actor, meal.canteen)
    policies.ensure_day(meal.served_on, clock.today(), days, is_manager=manages)


def _count(actor: Actor, meal: SheetMeal, diners: int | None) -> None:
    operations.count_diners(meal, diners)
    audit.record(
        actor,
        "waste.diners_counted",
        "canteen",
        meal.canteen.id,
        date=meal.served_on.isoformat(),
        period=meal.period.value,
        diners_counted=diners,
    )
