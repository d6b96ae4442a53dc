"""Who ate at a meal without an order of their own, as far as it is known: whoever knows hands it in."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple, TypeAlias


class MealKey(NamedTuple):
    """A meal by what everybody calls it."""

    canteen_id: int
    served_on: date
    period: str


# Of these dishes at each of these meals: who ate there, as (meal, member of staff).
Eaters: TypeAlias = Callable[[Mapping[MealKey, Collection[int]]], Iterable[tuple[MealKey, int]]]

_registered: list[Eaters] = []


def register(eaters: Eaters) -> None:
    """Let this be asked; again is harmless."""
    if eaters not in _registered:
        _registered.append(eaters)


def of(meals: Mapping[MealKey, Collection[int]]) -> set[tuple[MealKey, int]]:
    """Who ate of these dishes at each of these meals, beside those who had orders."""
    return {found for eaters in _registered for found in eaters(meals)}
