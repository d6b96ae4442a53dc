"""What is free in stock, as the slice of the stock says: it looks down on this one, and hands it in."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TypeAlias

# Of a canteen, the free grams of these ingredients that are still good on a day.
FreeStock: TypeAlias = Callable[[int, Collection[int], date], Mapping[int, int]]

_registered: list[FreeStock] = []


def register(free_stock: FreeStock) -> None:
    """Let this be asked for what is free; again is harmless."""
    if free_stock not in _registered:
        _registered.append(free_stock)


def free(canteen_id: int, ingredient_ids: Collection[int], on: date) -> dict[int, int]:
    """The free grams of these ingredients; 0 of what nobody knows of."""
    found = dict.fromkeys(ingredient_ids, 0)
    for free_stock in _registered:
        for ingredient_id, grams in free_stock(canteen_id, ingredient_ids, on).items():
            found[ingredient_id] = found.get(ingredient_id, 0) + grams
    return found
