"""What is always so in this house, whatever broke meanwhile: `flask doctor --invariants`.

An *invariant* is a sentence about the whole database. Each is proved by SQL that shares nothing with the code
that keeps it, or by the module's own proof where it has one. Most are kept by constraints as well: they are
asked all the same, for a restored or a repaired database may have none.

Every question is one statement, which sees one moment; what needs several (the sums of work orders, reports
and weighings) may name what changes meanwhile. So a fault that a second run does not name is none.
"""

from collections.abc import Collection, Iterator
from typing import Final

from backend.flows.invariants import floor, meals, rooms, sums
from backend.flows.invariants.examining import Examined, Invariant, examine_one

__all__ = ["ALL", "Examined", "Invariant", "examine", "violations"]

ALL: Final[tuple[Invariant, ...]] = (
    *meals.INVARIANTS,
    *rooms.INVARIANTS,
    *floor.INVARIANTS,
    *sums.INVARIANTS,
)


def examine(keys: Collection[str] = ()) -> Iterator[Examined]:
    """Look at all invariants, or at those of these keys, one after the other. Raises KeyError for another."""
    by_key = {each.key: each for each in ALL}
    for invariant in [by_key[key] for key in keys] if keys else ALL:
        yield examine_one(invariant)


def violations(keys: Collection[str] = ()) -> list[str]:
    """What is wrong, as `key: sentence`; at most twenty of each."""
    return [f"{one.key}: {sentence}" for one in examine(keys) for sentence in one.violations]
