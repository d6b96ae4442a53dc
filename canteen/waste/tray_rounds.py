"""The rounds of trays, found anew from weighings and bindings, within an open unit of work."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.engine import Connection

from backend.db import table, unit
from backend.statements import BulkInsert
from canteen.waste.among import statement_among
from canteen.waste.facts import Fact
from canteen.waste.models import Container, Edible, Kind, Status, TrayBinding, TrayRound, Weighing
from canteen.waste.policies import touches_round
from canteen.waste.rollups import Tally
from canteen.waste.rounds import BOUND, RANK, Happening, Round, rounds_from

TrayKey: TypeAlias = tuple[int, date, str]

_CONTAINER, _WEIGHING = table(Container), table(Weighing)
_BINDING, _ROUND = table(TrayBinding), table(TrayRound)
_BACK: Final = _WEIGHING.alias("taken_back")
_FIELDS: Final = (
    *("binding_id", "department_id", "served_g", "leftover_g", "returned_at", "edible", "cost_fen"),
)
# NO KEY: a batch that merely names a tray in its weighings need not wait for one that counts its rounds.
_LOCK: Final = statement_among(
    lambda among: (
        select(_CONTAINER.c.id, _CONTAINER.c.canteen_id)
        .where(among(_CONTAINER.c.id, "ids"))
        .order_by(_CONTAINER.c.id)
        .with_for_update(key_share=True)
    )
)
# What a tray's rounds follow from.
OF_ROUNDS: Final = and_(
    or_(
        _WEIGHING.c.kind == Kind.SERVE_DELTA.value,
        and_(_WEIGHING.c.kind == Kind.TRAY_RETURN.value, _WEIGHING.c.edible != Edible.INEDIBLE.value),
    ),
    _WEIGHING.c.container_id.is_not(None),
    _WEIGHING.c.status == Status.OK.value,
    ~exists().where(_BACK.c.void_of == _WEIGHING.c.id),
)
_EVENTS: Final = statement_among(
    lambda among: select(
        *(_WEIGHING.c.container_id, _WEIGHING.c.served_on, _WEIGHING.c.period, _WEIGHING.c.captured_at),
        *(_WEIGHING.c.kind, _WEIGHING.c.device_id, _WEIGHING.c.seq, _WEIGHING.c.counted_g),
        *(_WEIGHING.c.edible, _WEIGHING.c.cost_fen),
    ).where(among(_WEIGHING.c.container_id, "ids"), among(_WEIGHING.c.served_on, "days"), OF_ROUNDS)
)
_BINDINGS: Final = statement_among(
    lambda among: select(
        *(_BINDING.c.container_id, _BINDING.c.served_on, _BINDING.c.period),
        *(_BINDING.c.bound_at, _BINDING.c.id, _BINDING.c.department_id),
    ).where(among(_BINDING.c.container_id, "ids"), among(_BINDING.c.served_on, "days"))
)
_ROUNDS: Final = statement_among(
    lambda among: (
        select(
            *(_ROUND.c.container_id, _ROUND.c.served_on, _ROUND.c.period, _ROUND.c.id),
            *(_ROUND.c[name] for name in _FIELDS),
        )
        .where(among(_ROUND.c.container_id, "ids"), among(_ROUND.c.served_on, "days"))
        .order_by(_ROUND.c.ordinal)
    )
)
_DROP: Final = statement_among(lambda among: delete(_ROUND).where(among(_ROUND.c.id, "ids")))
ROUND_FIELDS: Final = ("container_id", "canteen_id", "served_on", "period", "ordinal", *_FIELDS)
_INSERT: Final = BulkInsert(_ROUND, ROUND_FIELDS)


@dataclass(slots=True)
class _Standing:
    """The rounds of a tray at a meal as they are stored."""

    ids: list[int]
    rounds: list[Round]


_NOTHING: Final = _Standing([], [])


def recompute(keys: Collection[TrayKey], tally: Tally) -> None:
    """Find the rounds of these trays at these meals anew, store them, and add the differences to the tally.

    The trays are locked by rising id, so that of two units that bring events of one tray the later one sees
    what the earlier one has brought.
    """
    if keys:
        stored = lock(keys)
        replace(stored, stored.happenings, tally)


@dataclass(slots=True)
class Stored:
    """Trays at meals that are locked: their canteens, what happened to them, and their rounds as stored."""

    canteens: dict[int, int]
    happenings: dict[TrayKey, list[Happening]]
    standing: dict[TrayKey, _Standing]


def lock(keys: Collection[TrayKey]) -> Stored:
    """Lock the trays, by rising id, and read what is stored of them."""
    connection = unit()
    ids = sorted({container_id for container_id, _, _ in keys})
    canteens: dict[int, int] = dict(_LOCK.rows(connection, {"ids": ids}))
    given = {"ids": ids, "days": sorted({day for _, day, _ in keys})}
    return Stored(canteens, read_happenings(connection, given, keys), _standing(connection, given, keys))


def happened(facts: Iterable[Fact]) -> Iterator[tuple[TrayKey, Happening]]:
    """What facts say of the trays that they name, by tray and meal."""
    for fact in facts:
        container_id = fact.container_id
        if (
            container_id is not None
            and fact.kind in RANK
            and fact.quarantine_code is None
            and touches_round(fact.kind, container_id, fact.edible)
        ):
            tie = (fact.device_id, fact.seq, fact.counted_g)
            yield (
                (container_id, fact.served_on, fact.period),
                Happening(fact.captured_at, RANK[fact.kind], tie, fact.counted_g, fact.edible, fact.cost_fen),
            )


def replace(stored: Stored, happenings: Mapping[TrayKey, Sequence[Happening]], tally: Tally) -> None:
    """Put the rounds that follow from these happenings in the place of the stored ones."""
    connection = unit()
    dropped: list[int] = []
    added = []
    for key in sorted(stored.standing.keys() | happenings.keys()):
        before = stored.standing.get(key, _NOTHING)
        after = rounds_from(happenings.get(key, ()))
        if before.rounds == after:
            continue
        container_id, served_on, period = key
        canteen_id = stored.canteens[container_id]
        for round_ in before.rounds:
            tally.add_round(canteen_id, served_on, period, round_, -1)
        for round_ in after:
            tally.add_round(canteen_id, served_on, period, round_, 1)
        dropped += before.ids
        added += [round_row(key, canteen_id, ordinal, round_) for ordinal, round_ in enumerate(after)]
    if dropped:
        _DROP.many(connection, [{"ids": dropped}])
    if added:
        _INSERT.rows(connection, added)


def _standing(
    connection: Connection, given: Mapping[str, object], wanted: Collection[TrayKey]
) -> dict[TrayKey, _Standing]:
    standing: dict[TrayKey, _Standing] = {}
    for container_id, served_on, period, id_, *fields in _ROUNDS.rows(connection, given):
        key = (container_id, served_on, period)
        if key in wanted:
            there = standing.setdefault(key, _Standing([], []))
            there.ids.append(id_)
            there.rounds.append(Round(*fields))
    return standing


def read_happenings(
    connection: Connection, given: Mapping[str, object], wanted: Collection[TrayKey]
) -> dict[TrayKey, list[Happening]]:
    """What is stored of these trays and days: weighings that stand, and bindings."""
    found: dict[TrayKey, list[Happening]] = {}
    for row in _EVENTS.rows(connection, given):
        container_id, served_on, period, at, kind, device_id, seq, grams, edible, cost_fen = row
        if (key := (container_id, served_on, period)) in wanted:
            tie = (device_id or 0, seq or 0, grams)
            found.setdefault(key, []).append(Happening(at, RANK[kind], tie, grams, edible, cost_fen))
    for container_id, served_on, period, at, id_, department_id in _BINDINGS.rows(connection, given):
        if (key := (container_id, served_on, period)) in wanted:
            bound = Happening(at, BOUND, (id_,), binding_id=id_, department_id=department_id)
            found.setdefault(key, []).append(bound)
    return found


def round_row(key: TrayKey, canteen_id: int, ordinal: int, round_: Round) -> tuple[object, ...]:
    """A round as a row of `ROUND_FIELDS`."""
    container_id, served_on, period = key
    return (
        *(container_id, canteen_id, served_on, period, ordinal),
        *(round_.binding_id, round_.department_id, round_.served_g, round_.leftover_g),
        *(round_.returned_at, round_.edible, round_.cost_fen),
    )
