"""Which dishes of a meal use an ingredient, as recipes say: production stands above, and hands it in."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

# Of meals and an ingredient, the dishes of each that use it; a meal of which nothing is known is missing.
DishesWith: TypeAlias = Callable[[Collection[int], int], Mapping[int, Collection[int]]]

_registered: list[DishesWith] = []


def register(dishes_with: DishesWith) -> None:
    """Let this be asked; again is harmless."""
    if dishes_with not in _registered:
        _registered.append(dishes_with)


def with_ingredient(meal_ids: Collection[int], ingredient_id: int) -> dict[int, set[int]]:
    """The dishes of each meal that use the ingredient; a meal of which nobody knows anything is missing."""
    found: dict[int, set[int]] = {}
    for dishes_with in _registered:
        for meal_id, dish_ids in dishes_with(meal_ids, ingredient_id).items():
            found.setdefault(meal_id, set()).update(dish_ids)
    return found
