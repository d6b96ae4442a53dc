"""Writes of samples, within an open unit of work. Samples are locked by rising id."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.db import db, table, unit
from backend.statements import insert_or_nothing
from canteen.food_safety.samples import policies, queries
from canteen.food_safety.samples.errors import SampleExists, SampleNotFound, WaiverExists
from canteen.food_safety.samples.models import FoodSample, SampleLock, SampleWaiver
from canteen.food_safety.samples.policies import Wanted
from canteen.food_safety.samples.queries import Limits

_LOCK = table(SampleLock)
_INSERT_LOCK = insert_or_nothing(_LOCK, ["sample_id", "holder", "reason", "locked_at"], returning="sample_id")
# Whose lock it is unless it is said: there is one kind of holder so far.
INCIDENT = "incident"


def add_samples(
    *,
    canteen_id: int,
    served_on: date,
    period: str,
    fridge: str,
    items: Sequence[Wanted],
    names: Mapping[int, str],
    limits: Limits,
    by: int,
) -> list[FoodSample]:
    """Enter the samples of a meal. Raises SampleExists, with the dishes that have one."""
    unit()
    now = clock.now()
    wanted = {item.dish_id for item in items if not item.is_extra}
    there = queries.sampled_dishes(canteen_id, served_on, period, wanted)
    if there:
        raise _exists(there)
    added = [
        _sample(item, canteen_id, served_on, period, fridge, names[item.dish_id], limits, by, now)
        for item in items
    ]
    db.session.add_all(added)
    try:
        db.session.flush()  # The database finds what somebody else entered at the same moment.
    except IntegrityError as error:
        raise _exists([names[each] for each in sorted(wanted)]) from error
    return added


def _sample(
    item: Wanted,
    canteen_id: int,
    served_on: date,
    period: str,
    fridge: str,
    name: str,
    limits: Limits,
    by: int,
    now: datetime,
) -> FoodSample:
    taken_at = item.taken_at or now
    return FoodSample(
        code=policies.new_code(),
        canteen_id=canteen_id,
        served_on=served_on,
        period=period,
        dish_id=item.dish_id,
        dish_name=name,
        weight_g=item.weight_g if item.weight_g is not None else limits.usual_g,
        fridge=fridge,
        is_extra=item.is_extra,
        reason=item.reason,
        taken_at=taken_at,
        taken_by=by,
        entered_at=now,
        due_at=taken_at + timedelta(hours=limits.hours),
    )


def _exists(names: Sequence[str]) -> SampleExists:
    return SampleExists(names="、".join(f"「{name}」" for name in names), dishes=list(names))


def lock_rows(sample_ids: Collection[int]) -> list[FoodSample]:
    """The samples, locked by rising id. Raises SampleNotFound unless all of them are there."""
    unit()
    rows = list(
        db.session.scalars(
            select(FoodSample)
            .where(FoodSample.id.in_(sample_ids))
            .order_by(FoodSample.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )
    if len(rows) < len(set(sample_ids)):
        raise SampleNotFound
    return rows


def lock(sample_ids: Collection[int], reason: str, *, holder: str = INCIDENT) -> int:
    """Keep these samples beyond their hours; returns how many locks are new.

    Once more by the same holder changes nothing. Those that were disposed of or voided meanwhile are left
    out: whoever disposes of one at this moment has it locked.
    """
    now, locked = clock.now(), 0
    for sample in lock_rows(sample_ids):
        if sample.disposed_at is None and sample.voided_at is None:
            row = {"sample_id": sample.id, "holder": holder, "reason": reason, "locked_at": now}
            locked += _INSERT_LOCK.row(unit(), row) is not None
    return locked


def unlock(sample_ids: Collection[int], *, holder: str = INCIDENT) -> int:
    """Let go of what this holder has locked; returns how many locks are gone."""
    statement = delete(_LOCK).where(_LOCK.c.sample_id.in_(sample_ids), _LOCK.c.holder == holder)
    return unit().execute(statement).rowcount


def dispose(samples: Sequence[FoodSample], *, note: str, by: int) -> None:
    """Dispose of locked rows: all of them, or none.

    Raises SampleVoided, SampleDisposed, SampleLocked or SampleNotDue.
    """
    now = clock.now()
    reasons = queries.lock_reasons([sample.id for sample in samples])
    for sample in samples:
        life = queries.life_of(sample)
        policies.ensure_present(sample.dish_name, life)
        policies.ensure_unlocked(sample.dish_name, reasons.get(sample.id, ""))
        policies.ensure_due(sample.dish_name, life, now)
        sample.disposed_at, sample.disposed_by, sample.disposal = now, by, note


def void(sample: FoodSample, *, reason: str, by: int) -> None:
    """Take back a wrong entry of a locked row. Raises SampleVoided, SampleDisposed or SampleLocked."""
    policies.ensure_present(sample.dish_name, queries.life_of(sample))
    policies.ensure_unlocked(sample.dish_name, queries.lock_reasons([sample.id]).get(sample.id, ""))
    sample.voided_at, sample.voided_by, sample.void_reason = clock.now(), by, reason


def add_waiver(
    *, canteen_id: int, served_on: date, period: str, dish_id: int, name: str, reason: str, by: int
) -> SampleWaiver:
    """Say that a dish needs no sample. Raises WaiverExists."""
    unit()
    if queries.sampled_dishes(canteen_id, served_on, period, [dish_id]):
        raise WaiverExists
    waiver = SampleWaiver(
        canteen_id=canteen_id,
        served_on=served_on,
        period=period,
        dish_id=dish_id,
        dish_name=name,
        reason=reason,
        waived_at=clock.now(),
        waived_by=by,
    )
    db.session.add(waiver)
    try:
        db.session.flush()  # The database finds a twin.
    except IntegrityError as error:
        raise WaiverExists from error
    return waiver
