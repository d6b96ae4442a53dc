"""Rows that move up and down: each button sends the whole new order."""

from collections.abc import Iterable, Sequence


def neighbouring(lists: Iterable[Sequence[int]]) -> dict[int, tuple[list[int] | None, list[int] | None]]:
    """Of each identifier the orders of its list with it moved up, and down; None where it cannot."""
    return {
        number: (_swapped(ids, at - 1), _swapped(ids, at)) for ids in lists for at, number in enumerate(ids)
    }


def _swapped(ids: Sequence[int], at: int) -> list[int] | None:
    """The order with the one at `at` and the next one exchanged; None where there are not two."""
    if not 0 <= at < len(ids) - 1:
        return None
    return [*ids[:at], ids[at + 1], ids[at], *ids[at + 2 :]]
