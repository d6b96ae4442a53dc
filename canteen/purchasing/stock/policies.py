"""Rules of the store: pure functions over grams, fen and days."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from backend import clock

_CODE_PREFIX: Final = "PC"
_CODE: Final = re.compile(r"(?:PC)?([0-9]{7,16})")
# Damm's table: finds each wrong digit and each swap of neighbours (H. M. Damm, 2004).
_DAMM: Final = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip # A table.


class Usability(StrEnum):
    """可用, 临期, 过期, 封存, 用完: what may be done with a batch on a day."""

    USABLE = "usable"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of a batch that may be used."""

    id: int
    remaining_g: int
    remaining_cost_fen: int
    expires_on: date | None
    received_at: datetime

    @property
    def order(self) -> tuple[bool, date, datetime, int]:
        """First expired, first out; what does not expire comes last, of equals the older first."""
        return self.expires_on is None, self.expires_on or date.max, self.received_at, self.id


@dataclass(frozen=True, slots=True)
class Taking:
    """What is taken of a batch, and what it costs."""

    batch_id: int
    grams: int
    cost_fen: int


def cost_of(grams: int, of_grams: int, of_fen: int) -> int:
    """What `grams` of `of_grams` cost that cost `of_fen` together, rounded half up; all of them cost all.

    Taken piece by piece, each time of what is left, the pieces come to the whole.
    """
    if not 0 <= grams <= of_grams:
        raise ValueError(f"{grams} g of {of_grams} g")
    if grams == of_grams:
        return of_fen
    return (2 * of_fen * grams + of_grams) // (2 * of_grams)


def fefo(lots: Iterable[Lot]) -> list[Lot]:
    """The lots in the order in which they are to be used."""
    return sorted(lots, key=lambda lot: lot.order)


def allocate(lots: Iterable[Lot], grams: int) -> list[Taking] | None:
    """What to take of which lot, first expired first; None if all of them together have less."""
    takings: list[Taking] = []
    left = grams
    for lot in fefo(lots):
        if left == 0:
            break
        taken = min(left, lot.remaining_g)
        if taken:
            takings.append(Taking(lot.id, taken, cost_of(taken, lot.remaining_g, lot.remaining_cost_fen)))
            left -= taken
    return None if left else takings


def less(lots: Sequence[Lot], takings: Iterable[Taking]) -> list[Lot]:
    """What the lots have left after these takings."""
    taken = {taking.batch_id: taking for taking in takings}
    return [
        Lot(
            lot.id,
            lot.remaining_g - taken[lot.id].grams,
            lot.remaining_cost_fen - taken[lot.id].cost_fen,
            lot.expires_on,
            lot.received_at,
        )
        if lot.id in taken
        else lot
        for lot in lots
    ]


def surplus_cost(grams: int, quantity_g: int, cost_fen: int) -> int:
    """What a surplus of `grams` is worth, at what the batch cost when it came, rounded half up."""
    return (2 * cost_fen * grams + quantity_g) // (2 * quantity_g)


def pack_cost(net_g: int, pack_g: int, price_fen: int) -> int:
    """What `net_g` cost where a pack of `pack_g` costs `price_fen`, rounded half up."""
    return (2 * price_fen * net_g + pack_g) // (2 * pack_g)


def last_day(produced_on: date | None, shelf_days: int | None, expires_on: date | None) -> date | None:
    """The last day of use: the one on the label, else that which follows from the shelf life.

    The days of shelf life are counted from the day after production (GB 7718, questions and answers).
    """
    if expires_on is not None or produced_on is None or shelf_days is None:
        return expires_on
    return produced_on + timedelta(days=shelf_days)


def is_expired(expires_on: date | None, on: date) -> bool:
    """Whether a batch is past its last day."""
    return expires_on is not None and expires_on < on


def usability(
    *, remaining_g: int, is_blocked: bool, expires_on: date | None, on: date, warn_days: int
) -> Usability:
    """What may be done with a batch; of several words the gravest."""
    if remaining_g == 0:
        return Usability.EMPTY
    if is_blocked:
        return Usability.BLOCKED
    if is_expired(expires_on, on):
        return Usability.EXPIRED
    if expires_on is not None and expires_on <= on + timedelta(days=warn_days):
        return Usability.EXPIRING
    return Usability.USABLE


def code_of(batch_id: int) -> str:
    """What is printed on a batch: its number and a check digit, `PC0000123`."""
    digits = f"{batch_id:06d}"
    return f"{_CODE_PREFIX}{digits}{_check_digit(digits)}"


def id_of(code: str) -> int | None:
    """The batch whose code was scanned or typed; None for what is no code, or one with a slip in it."""
    match = _CODE.fullmatch(re.sub(r"[\s-]", "", code).upper())
    if match is None or _check_digit(match[1]) != "0":
        return None
    return int(match[1][:-1])


def _check_digit(digits: str) -> str:
    """The check digit of these digits; of digits with their check digit it is 0."""
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def receipt_number(receipt_id: int, received_at: datetime) -> str:
    """`YS20261123-000012`."""
    return f"YS{clock.local(received_at):%Y%m%d}-{receipt_id:06d}"


def count_number(count_id: int, opened_at: datetime) -> str:
    """`PD20261123-000012`."""
    return f"PD{clock.local(opened_at):%Y%m%d}-{count_id:06d}"


def kilograms(grams: int) -> str:
    """`1250` as `1.25`, for sentences."""
    return f"{(Decimal(grams) / 1000).normalize():f}"


def shortages_text(lines: Sequence[Mapping[str, Any]]) -> str:
    """`「大米」需要 2 千克、可用 1.5 千克；…`: five by name, the rest as a number."""
    named = "；".join(
        f"「{one['ingredient']}」需要 {kilograms(one['wanted_g'])} 千克、可用 {kilograms(one['free_g'])} 千克"
        for one in lines[:5]
    )
    return f"{named}，等 {len(lines)} 种" if len(lines) > 5 else named
