"""The rollups made anew from the facts, day by day, and compared with what stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, case, delete, func, insert, not_, or_, select, text, update
from sqlalchemy.engine import Connection

from backend.db import db, table, unit
from backend.rollups import Difference, Key
from canteen.waste import policies, rollups
from canteen.waste.models import (
    Edible,
    Kind,
    Status,
    TrayBinding,
    TrayRound,
    WasteMeal,
    WasteStage,
    Weighing,
)
from canteen.waste.rollups import DEPARTMENTS, DISHES, MEALS, STAGES, Sums, Tally
from canteen.waste.rounds import Round, rounds_from
from canteen.waste.tray_rounds import OF_ROUNDS, ROUND_FIELDS, TrayKey, read_happenings, round_row

_W, _BINDING, _ROUND = table(Weighing), table(TrayBinding), table(TrayRound)
_BACK = _W.alias("taken_back")
_BY_ROUNDS: Final = and_(
    _W.c.kind == Kind.TRAY_RETURN.value,
    _W.c.container_id.is_not(None),
    _W.c.edible != Edible.INEDIBLE.value,
)
_SAYS_NOTHING: Final = or_(
    _W.c.kind == Kind.BIN_EMPTY.value, and_(_W.c.kind == Kind.BIN_DELTA.value, _W.c.counted_g == 0)
)
_ANONYMOUS: Final = and_(
    _W.c.kind == Kind.TRAY_RETURN.value,
    _W.c.container_id.is_(None),
    _W.c.edible != Edible.INEDIBLE.value,
)
_OF_DISH: Final = or_(*(_W.c.kind == kind for kind in sorted(rollups.OF_DISH)))
# Everything that a day's rollups follow from, and what they are written with: nobody else writes meanwhile.
_LOCK: Final = text("LOCK TABLE weighings, tray_bindings, tray_rounds IN SHARE ROW EXCLUSIVE MODE")


def days(canteen_id: int | None, from_on: date | None, until_on: date | None) -> list[tuple[int, date]]:
    """The (canteen, day) of which there is a fact, a binding or a rollup; both dates included."""
    found: set[tuple[int, date]] = set()
    for one in (_W, _BINDING, _ROUND, table(WasteMeal), table(WasteStage)):
        statement = select(one.c.canteen_id, one.c.served_on).distinct()
        if canteen_id is not None:
            statement = statement.where(one.c.canteen_id == canteen_id)
        if from_on is not None:
            statement = statement.where(one.c.served_on >= from_on)
        if until_on is not None:
            statement = statement.where(one.c.served_on <= until_on)
        found.update((canteen, day) for canteen, day in db.session.execute(statement))
    return sorted(found)


def rebuild_day(canteen_id: int, day: date) -> list[Difference]:
    """Make a day's rounds and rollups anew in the open unit; returns what was not right before.

    What does not follow from weighings (diners, portions) stays.
    """
    connection = _still(unit())
    tally, rounds = _recount(connection, canteen_id, day)
    differences = _compare(connection, canteen_id, day, tally)
    connection.execute(delete(_ROUND).where(_ROUND.c.canteen_id == canteen_id, _ROUND.c.served_on == day))
    rows = [
        dict(zip(ROUND_FIELDS, round_row(key, canteen_id, ordinal, one), strict=True))
        for key, found in sorted(rounds.items())
        for ordinal, one in enumerate(found)
    ]
    if rows:
        connection.execute(insert(_ROUND), rows)
    for sums in (STAGES, DEPARTMENTS):
        connection.execute(delete(sums.table).where(*_of_day(sums, canteen_id, day)))
    for sums in (DISHES, MEALS):
        nothing = dict.fromkeys(sums.sums, 0)
        connection.execute(update(sums.table).where(*_of_day(sums, canteen_id, day)).values(nothing))
    tally.write()
    return differences


def check_day(canteen_id: int, day: date) -> list[Difference]:
    """What of a day's rollups is not what the facts make of it; changes nothing."""
    connection = _still(unit())
    tally, _ = _recount(connection, canteen_id, day)
    return _compare(connection, canteen_id, day, tally)


def _still(connection: Connection) -> Connection:
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)
    return connection


def _of_day(sums: Sums, canteen_id: int, day: date) -> tuple[Any, Any]:
    return sums.table.c.canteen_id == canteen_id, sums.table.c.served_on == day


def _recount(
    connection: Connection, canteen_id: int, day: date
) -> tuple[Tally, Mapping[TrayKey, Sequence[Round]]]:
    """The day's sums and rounds as they follow from the facts."""
    tally = Tally()
    of_day = and_(_W.c.canteen_id == canteen_id, _W.c.served_on == day)
    _count_standing(connection, tally, canteen_id, day, and_(of_day, _W.c.status == Status.OK.value))
    _count_held(connection, tally, canteen_id, day, of_day)
    for original in connection.execute(select(_W).join(_BACK, _BACK.c.void_of == _W.c.id).where(of_day)):
        tally.add(original, -1)
    rounds = _rounds(connection, canteen_id, day)
    for (_, _, period), found in rounds.items():
        for one in found:
            tally.add_round(canteen_id, day, period, one, 1)
    return tally, rounds


def _count_standing(connection: Connection, tally: Tally, canteen_id: int, day: date, standing: Any) -> None:
    grams, cost = func.sum(_W.c.counted_g), func.sum(_W.c.cost_fen)
    key = (_W.c.period, _W.c.stage, _W.c.source, _W.c.edible)
    for period, stage, source, edible, *sums in connection.execute(
        select(*key, grams, cost, func.count())
        .where(standing, not_(_BY_ROUNDS), not_(_SAYS_NOTHING))
        .group_by(*key)
    ):
        tally.add_stage((canteen_id, day, period, stage, source, edible), *sums)
    is_clean = case((_W.c.counted_g <= policies.CLEAN_G, 1), else_=0)
    for period, trays, clean, left in connection.execute(
        select(_W.c.period, func.count(), func.sum(is_clean), grams)
        .where(standing, _ANONYMOUS)
        .group_by(_W.c.period)
    ):
        tally.add_meal(canteen_id, day, period, trays=trays, clean_trays=clean, tray_leftover_g=left)
    dish = (_W.c.period, _W.c.dish_id, _W.c.kind, _W.c.disposition)
    for period, dish_id, kind, disposition, *sums in connection.execute(
        select(*dish, grams, cost, func.count())
        .where(standing, _OF_DISH, _W.c.dish_id.is_not(None))
        .group_by(*dish)
    ):
        tally.add_dish((canteen_id, day, period, dish_id), *rollups.of_dish(kind, disposition, *sums))


def _count_held(connection: Connection, tally: Tally, canteen_id: int, day: date, of_day: Any) -> None:
    for period, held in connection.execute(
        select(_W.c.period, func.count())
        .where(of_day, _W.c.status == Status.QUARANTINED.value)
        .group_by(_W.c.period)
    ):
        tally.add_meal(canteen_id, day, period, quarantined=held)


def _rounds(connection: Connection, canteen_id: int, day: date) -> dict[TrayKey, list[Round]]:
    """The rounds of all trays of a day."""
    weighed = select(_W.c.container_id, _W.c.period).where(
        _W.c.canteen_id == canteen_id, _W.c.served_on == day, OF_ROUNDS
    )
    bound = select(_BINDING.c.container_id, _BINDING.c.period).where(
        _BINDING.c.canteen_id == canteen_id, _BINDING.c.served_on == day
    )
    keys: set[TrayKey] = {
        (container_id, day, period) for container_id, period in connection.execute(weighed.union(bound))
    }
    rounds: dict[TrayKey, list[Round]] = {}
    for some in _chunks(sorted(keys)):
        given = {"ids": sorted({key[0] for key in some}), "days": [day]}
        found = read_happenings(connection, given, set(some))
        rounds |= {key: rounds_from(happenings) for key, happenings in found.items()}
    return rounds


def _chunks(keys: Sequence[TrayKey], size: int = 2_000) -> Iterator[Sequence[TrayKey]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _compare(connection: Connection, canteen_id: int, day: date, tally: Tally) -> list[Difference]:
    """What stands and what was counted, where they differ; a row of zeros is no row."""
    differences: list[Difference] = []
    for sums, found in (
        (STAGES, tally.stages),
        (DISHES, tally.dishes),
        (MEALS, tally.meals),
        (DEPARTMENTS, tally.departments),
    ):
        rows = connection.execute(
            select(*(sums.table.c[name] for name in (*sums.keys, *sums.sums))).where(
                *_of_day(sums, canteen_id, day)
            )
        )
        width = len(sums.keys)
        stored = {tuple(row[:width]): tuple(row[width:]) for row in rows}
        for key in sorted(stored.keys() | found.keys()):
            nothing = (0,) * len(sums.sums)
            there, right = stored.get(key, nothing), tuple(found.get(key, nothing))
            if there != right:
                differences.append(_difference(sums, key, there, right))
    return differences


def _difference(sums: Sums, key: Key, stored: Iterable[int], found: Iterable[int]) -> Difference:
    return Difference(
        sums.table.name,
        key,
        dict(zip(sums.sums, stored, strict=True)),
        dict(zip(sums.sums, found, strict=True)),
    )
