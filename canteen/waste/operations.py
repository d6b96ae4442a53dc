"""Writes of weighing, within an open unit of work.

Locks are taken in one order everywhere: the device, then trays by rising id, then the rollups by rising key;
nobody who holds a tray waits for a weighing. What else a unit locks (balances, orders) it locks before it
comes here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from backend import clock
from backend.db import db, table, unit
from backend.errors import AppError
from backend.rules import queries as rule_queries
from backend.statements import BulkInsert, insert_or_nothing
from canteen.menu.models import Dish
from canteen.waste import policies, queries, rules, tray_rounds
from canteen.waste.errors import AlreadyVoided, SeqReused, WeighingNotFound
from canteen.waste.facts import Fact, Reader, Refused, codes_and_dishes, refused
from canteen.waste.models import Disposition, Edible, Kind, Stage, Status, Weighing
from canteen.waste.rollups import Tally
from canteen.waste.rounds import Happening
from canteen.waste.tray_rounds import TrayKey

_WEIGHING = table(Weighing)
_INSERT_FACTS: Final = BulkInsert(_WEIGHING, Fact._fields)
_MANUAL: Final = (
    *("entered_by", "captured_at", "received_at", "clock_skew_s", "canteen_id", "served_on", "period"),
    *("kind", "stage", "source", "edible", "container_id", "dish_id", "gross_g", "tare_g", "net_g"),
    *("counted_g", "is_stable", "raw_frame", "reason", "photo_id", "cost_fen_per_kg", "cost_fen"),
    *("disposition", "status", "void_of", "replaces"),
)
_INSERT_MANUAL: Final = insert_or_nothing(_WEIGHING, _MANUAL, returning="id")
# What a row that takes another back repeats of it.
_REPEATED: Final = (
    *("captured_at", "clock_skew_s", "canteen_id", "served_on", "period", "kind", "stage", "source"),
    *("edible", "container_id", "dish_id", "gross_g", "tare_g", "net_g", "is_stable", "cost_fen_per_kg"),
    "disposition",
)


class Item(NamedTuple):
    """What became of one event; `error` says why it was refused or held to be another one."""

    seq: int | None
    result: str
    error: AppError | None = None


@dataclass(slots=True)
class Taken:
    """What became of a batch, in the order in which it was sent."""

    items: list[Item] = field(default_factory=list)

    def count(self, result: str) -> int:
        """How many events ended so."""
        return sum(item.result == result for item in self.items)


def take(
    *,
    device_id: int,
    canteen_id: int,
    received_at: datetime,
    skew: timedelta,
    events: list[Any],
    highest_seq: int,
) -> Taken:
    """Store a batch of a device's events and what they come to; each event has an answer of its own.

    The device must be locked (`backend.devices.operations.accept`): its batches come one after another, so
    that what is stored under its numbers can be asked first and the rest inserted without a conflict. No
    number above `highest_seq` is stored yet.
    """
    ground = queries.ground_of(canteen_id, *codes_and_dishes(events))
    reader = Reader(ground, device_id=device_id, received_at=received_at, skew=skew)
    read = reader.read
    found: list[Fact | Refused] = []
    for raw in events:
        try:
            found.append(read(raw))
        except AppError as error:
            found.append(refused(raw, error))
    repeated = [fact.seq for fact in found if type(fact) is Fact and fact.seq <= highest_seq]
    known = queries.stored_hashes(device_id, repeated)
    taken, fresh = _sift(found, known)
    store(fresh)
    return taken


def _sift(found: Iterable[Fact | Refused], known: dict[int, bytes]) -> tuple[Taken, list[Fact]]:
    """The answers, and those facts that are new. What comes twice in one batch counts once."""
    taken, fresh = Taken(), []
    for fact in found:
        if isinstance(fact, Refused):
            taken.items.append(Item(fact.seq, "rejected", fact.error))
            continue
        stored = known.get(fact.seq)
        if stored is None:
            known[fact.seq] = fact.payload_hash
            fresh.append(fact)
            result = "accepted" if fact.quarantine_code is None else "quarantined"
            taken.items.append(Item(fact.seq, result))
        elif stored == fact.payload_hash:
            taken.items.append(Item(fact.seq, "duplicate"))
        else:
            taken.items.append(Item(fact.seq, "conflict", SeqReused(seq=fact.seq)))
    return taken, fresh


def store(facts: list[Fact]) -> None:
    """Insert facts whose numbers are free, and add to the rollups what they come to."""
    if not facts:
        return
    happenings: dict[TrayKey, list[Happening]] = {}
    for key, happening in tray_rounds.happened(facts):
        happenings.setdefault(key, []).append(happening)
    # The trays are locked and read before our own events are there, which need not be read again.
    stored = tray_rounds.lock(happenings) if happenings else None
    _INSERT_FACTS.rows(unit(), facts)
    tally = Tally()
    tally.add_all(facts)
    if stored is not None:
        for key, earlier in stored.happenings.items():
            happenings[key] += earlier
        tray_rounds.replace(stored, happenings, tally)
    tally.write()


def recompute_trays(keys: Iterable[TrayKey]) -> None:
    """Find the rounds of (container, day, period) anew, after a binding was made or changed."""
    db.session.flush()
    tally = Tally()
    tray_rounds.recompute(set(keys), tally)
    tally.write()


def record(
    *,
    canteen_id: int,
    served_on: date,
    period: str,
    kind: Kind,
    net_g: int,
    entered_by: int,
    stage: Stage | None = None,
    edible: Edible = Edible.MIXED,
    gross_g: int | None = None,
    tare_g: int | None = None,
    container_id: int | None = None,
    dish_id: int | None = None,
    captured_at: datetime | None = None,
    reason: str = "",
    photo_id: int | None = None,
    disposition: Disposition = Disposition.DISCARD,
    replaces: int | None = None,
    cost_fen_per_kg: int | None = None,
) -> int:
    """Store what a person weighed, and add it to the rollups; returns its id.

    Without `cost_fen_per_kg` it costs what the dish costs now; what replaces another keeps that one's.

    The stage follows from the kind; that of an entry and of a bin must be given. A serving or return names
    no container but a tray. Raises AlreadyVoided if something stands in the place of `replaces` already.
    """
    now = clock.now()
    known = policies.stage_of(kind, disposition.value) or stage
    if known is None:
        raise ValueError(f"{kind} needs a stage")
    counted_g = policies.counted(kind, net_g)
    if cost_fen_per_kg is None:
        cost_fen_per_kg = _cost_fen_per_kg(canteen_id, dish_id)
    return _add_manual(
        entered_by=entered_by,
        captured_at=captured_at or now,
        received_at=now,
        clock_skew_s=0,
        canteen_id=canteen_id,
        served_on=served_on,
        period=period,
        kind=kind.value,
        stage=known.value,
        source=policies.SPECS[kind].source.value,
        edible=edible.value,
        container_id=container_id,
        dish_id=dish_id,
        gross_g=gross_g,
        tare_g=tare_g,
        net_g=net_g,
        counted_g=counted_g,
        is_stable=True,
        raw_frame="",
        reason=reason,
        photo_id=photo_id,
        cost_fen_per_kg=cost_fen_per_kg,
        cost_fen=policies.cost_of(counted_g, cost_fen_per_kg),
        disposition=disposition.value,
        status=Status.OK.value,
        void_of=None,
        replaces=replaces,
    )


def void(weighing_id: int, *, by: int, reason: str) -> Weighing:
    """Take a weighing back, or decide that a quarantined one does not count as it is; returns it.

    Raises WeighingNotFound or AlreadyVoided.
    """
    connection = unit()
    weighing = db.session.get(Weighing, weighing_id)
    if weighing is None:
        raise WeighingNotFound
    if weighing.status == Status.VOID:
        raise AlreadyVoided
    values = {name: getattr(weighing, name) for name in _REPEATED}
    values |= {
        "entered_by": by,
        "received_at": clock.now(),
        "counted_g": -weighing.counted_g,
        "cost_fen": -weighing.cost_fen,
        "raw_frame": "",
        "reason": reason,
        "photo_id": None,
        "status": Status.VOID.value,
        "void_of": weighing.id,
        "replaces": None,
    }
    if _INSERT_MANUAL.row(connection, values) is None:
        raise AlreadyVoided
    tally = Tally()
    tally.add(weighing, -1)
    _recompute_of(weighing, tally)
    tally.write()
    return weighing


def _add_manual(**values: Any) -> int:
    inserted = _INSERT_MANUAL.row(unit(), values)
    if inserted is None:
        raise AlreadyVoided
    weighing = db.session.get(Weighing, inserted[0])
    assert weighing is not None  # noqa: S101 # It was inserted on this connection.
    tally = Tally()
    tally.add(weighing)
    _recompute_of(weighing, tally)
    tally.write()
    return weighing.id


def _recompute_of(weighing: Weighing, tally: Tally) -> None:
    container_id = weighing.container_id
    is_counting = weighing.status == Status.OK
    if (
        is_counting
        and container_id is not None
        and policies.touches_round(weighing.kind, container_id, weighing.edible)
    ):
        tray_rounds.recompute([(container_id, weighing.served_on, weighing.period)], tally)


def _cost_fen_per_kg(canteen_id: int, dish_id: int | None) -> int:
    dish = db.session.get(Dish, dish_id) if dish_id is not None else None
    if dish is not None and dish.cost_fen_per_kg is not None:
        return dish.cost_fen_per_kg
    return rule_queries.value(rules.COST_FEN_PER_KG, canteen_id)
