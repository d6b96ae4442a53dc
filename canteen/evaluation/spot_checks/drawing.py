"""The draw: which units a year's spot checks go to, out of recorded inputs and nothing else.

The algorithm is called `HOUQIN-DRAW-1` and is published with every plan:

1. The quota is the share of the active units in per cent, rounded up.
2. A unit's *number* is the SHA-256 of the UTF-8 text `seed|year|code`, as 64 lower-case hexadecimal digits.
3. Every unit is in the first of these strata that fits it:
   `kept` (its inspection of this year has begun or ended: a further draw cannot undo it), `failed` (its grade
   of last year was 不合格), `due` (in no later year would it still be checked once within the period),
   `named` (somebody named it, with a reason), `waiting` (never checked before), `rest`.
4. All of the first four are drawn. Then those of `waiting`, and after them those of `rest`, by rising number,
   until the quota is reached. If the first four are more than the quota, all of them are drawn nevertheless.

With a period of three years a unit that was last checked in 2026 is due in 2029; one that was never checked
is due two years after the year in which it joined, or in which the first plan was drawn.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ALGORITHM: Final = "HOUQIN-DRAW-1"


class Stratum(StrEnum):
    """Why a unit was drawn, or stood to be drawn; in the order in which they come."""

    KEPT = "kept"
    FAILED = "failed"
    DUE = "due"
    NAMED = "named"
    WAITING = "waiting"
    REST = "rest"


ORDER: Final = tuple(Stratum)
# Those that are in without any draw.
CERTAIN: Final = frozenset({Stratum.KEPT, Stratum.FAILED, Stratum.DUE, Stratum.NAMED})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An active unit as the draw sees it. `last_checked` is the last earlier year of an inspection."""

    code: str
    joined_year: int
    last_checked: int | None = None
    is_kept: bool = False
    has_failed: bool = False
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What a draw depends on beside the units. `first_year` is that of the first plan of all."""

    year: int
    seed: str
    percent: int
    years: int
    first_year: int


@dataclass(frozen=True, slots=True)
class Lot:
    """A unit after the draw; `place` counts from 1 in the order in which the draw took or would take it."""

    candidate: Candidate
    stratum: Stratum
    due_year: int
    number: str
    place: int
    is_drawn: bool


def quota(units: int, percent: int) -> int:
    """The share rounded up: 35 % of 10 are 4, of 11 are 4, of 36 are 13, of 64 are 23."""
    return -(-units * percent // 100)


def number_of(seed: str, year: int, code: str) -> str:
    """The unit's number in the draw of the year."""
    return hashlib.sha256(f"{seed}|{year}|{code}".encode()).hexdigest()


def due_year(candidate: Candidate, terms: Terms) -> int:
    """The last year in which the unit may be checked so that no period passes without."""
    if candidate.last_checked is not None:
        return candidate.last_checked + terms.years
    return max(candidate.joined_year, terms.first_year) + terms.years - 1


def stratum_of(candidate: Candidate, terms: Terms) -> Stratum:
    """The first stratum that fits."""
    if candidate.is_kept:
        return Stratum.KEPT
    if candidate.has_failed:
        return Stratum.FAILED
    if due_year(candidate, terms) <= terms.year:
        return Stratum.DUE
    if candidate.is_named:
        return Stratum.NAMED
    return Stratum.WAITING if candidate.last_checked is None else Stratum.REST


def draw(candidates: Iterable[Candidate], terms: Terms) -> Sequence[Lot]:
    """Every unit with its lot, in the order of the draw, whatever the order in which they are given."""
    sorted_out = sorted(
        (
            (stratum_of(each, terms), number_of(terms.seed, terms.year, each.code), each)
            for each in candidates
        ),
        key=lambda lot: (ORDER.index(lot[0]), lot[1], lot[2].code),
    )
    certain = sum(stratum in CERTAIN for stratum, _, _ in sorted_out)
    drawn = max(certain, quota(len(sorted_out), terms.percent))
    return [
        Lot(each, stratum, due_year(each, terms), number, place, place <= drawn)
        for place, (stratum, number, each) in enumerate(sorted_out, start=1)
    ]
