"""Rules of recipes: pure functions and the values that they speak of. Exact until the edge, rounded once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Final

from canteen.menu.models import Allergen
from canteen.production.recipes.errors import DuplicateIngredient, RecipeStateConflict
from canteen.production.recipes.models import RecipeState, Station

MOST_LINES: Final = 60
MOST_STEPS: Final = 40
MOST_G: Final = 10_000_000
LONGEST_STEP: Final = 300
LONGEST_NOTE: Final = 500
LONGEST_LINE_NOTE: Final = 100
MOST_MINUTES: Final = 1440

NUTRIENTS: Final = ("energy_kcal", "protein_g", "fat_g", "carbohydrate_g", "sodium_mg")
PER: Final = 100  # grams that nutrition is said of


class Basis(StrEnum):
    """What a cost is reckoned from: 现行报价, 最近批次成本, 两者兼有."""

    PRICES = "prices"
    BATCHES = "batches"
    MIXED = "mixed"


class Fact(StrEnum):
    """What a dish can take over from its recipe: 营养成分, 过敏原, 清真, 成本."""

    NUTRITION = "nutrition"
    ALLERGENS = "allergens"
    HALAL = "halal"
    COST = "cost"


TRANSITIONS: Final[Mapping[RecipeState, frozenset[RecipeState]]] = {
    RecipeState.DRAFT: frozenset({RecipeState.CURRENT}),
    RecipeState.CURRENT: frozenset({RecipeState.RETIRED}),
    RecipeState.RETIRED: frozenset(),
}

_STATE_NAMES: Final = {"draft": "草稿", "current": "现行", "retired": "已停用"}


def ensure_transition(before: str, after: RecipeState) -> None:
    """The recipe may take this step. Raises RecipeStateConflict."""
    if after not in TRANSITIONS[RecipeState(before)]:
        raise RecipeStateConflict(state=_STATE_NAMES[before])


def ensure_draft(state: str) -> None:
    """The version may still be changed or thrown away. Raises RecipeStateConflict."""
    if state != RecipeState.DRAFT:
        raise RecipeStateConflict(state=_STATE_NAMES[state])


def ensure_current(state: str) -> None:
    """The version is in force. Raises RecipeStateConflict."""
    if state != RecipeState.CURRENT:
        raise RecipeStateConflict(state=_STATE_NAMES[state])


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the work; `minutes` None: it is not said how long it takes."""

    text: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class LineView:
    """How many raw grams of an ingredient go into the yield."""

    ingredient_id: int
    raw_g: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class RecipeSpec:
    """All that is said of a version."""

    yield_g: int
    station: Station
    lines: tuple[LineView, ...]
    steps: tuple[Step, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class RecipeView:
    """A version of a recipe."""

    id: int
    dish_id: int
    version: int
    yield_g: int
    station: str
    steps: tuple[Step, ...]
    lines: tuple[LineView, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an ingredient. Nutrition per 100 g of the edible part; None: not known."""

    name: str
    edible_percent: int = 100
    energy_kcal: Decimal | None = None
    protein_g: Decimal | None = None
    fat_g: Decimal | None = None
    carbohydrate_g: Decimal | None = None
    sodium_mg: Decimal | None = None
    allergens: Sequence[str] | None = None
    is_halal: bool | None = None


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What a kilogram of an ingredient costs, exactly, and how we know."""

    fen_per_kg: Fraction
    basis: Basis


@dataclass(frozen=True, slots=True)
class Nutrition:
    """Exact amounts of each nutrient in `grams` of something; None: not known."""

    grams: int
    amounts: Mapping[str, Fraction | None]

    @property
    def is_complete(self) -> bool:
        """Whether every nutrient is known."""
        return all(amount is not None for amount in self.amounts.values())

    def of(self, grams: int) -> dict[str, Decimal | None]:
        """What so many grams contain, to one decimal."""
        share = Fraction(grams, self.grams)
        return {
            name: None if amount is None else tenths(amount * share) for name, amount in self.amounts.items()
        }


@dataclass(frozen=True, slots=True)
class Cost:
    """What a recipe's yield costs; `exact` is None if an ingredient's cost is not known (`missing`)."""

    yield_g: int
    exact: Fraction | None
    basis: Basis | None
    missing: tuple[str, ...] = ()

    def of(self, grams: int) -> int | None:
        """What so many cooked grams cost, in fen."""
        return None if self.exact is None else half_up(self.exact * grams / self.yield_g)


@dataclass(frozen=True, slots=True)
class Facts:
    """What follows from a recipe's ingredients, and the names of those that stand in the way."""

    nutrition: Nutrition
    missing_nutrition: tuple[str, ...]
    allergens: tuple[str, ...] | None
    undeclared: tuple[str, ...]
    is_halal: bool | None
    cost: Cost


def half_up(value: Fraction) -> int:
    """A number that is not negative as a whole one, a half rounded up."""
    return floor(value + Fraction(1, 2))


def tenths(value: Fraction) -> Decimal:
    """A number that is not negative to one decimal, a half rounded up."""
    return Decimal(half_up(value * 10)) / 10


def ensure_distinct(lines: Sequence[LineView], names: Mapping[int, str]) -> None:
    """No ingredient stands twice. Raises DuplicateIngredient naming those that do."""
    ids = [line.ingredient_id for line in lines]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise DuplicateIngredient(
            ingredient_ids=twice, names="、".join(names.get(one, str(one)) for one in twice)
        )


def edible_g(raw_g: int, percent: int) -> int:
    """What is left of raw grams after cleaning, a half rounded up."""
    return half_up(Fraction(raw_g * percent, 100))


def needs(recipes: Mapping[int, RecipeView], cooked: Mapping[int, int]) -> dict[int, Fraction]:
    """The exact raw grams of each ingredient for so many cooked grams of each dish.

    Linear in `cooked`. A dish without a recipe needs nothing that we know of.
    """
    found: dict[int, Fraction] = {}
    for dish_id, grams in cooked.items():
        recipe = recipes.get(dish_id)
        if recipe is None or not grams:
            continue
        for line in recipe.lines:
            share = Fraction(line.raw_g * grams, recipe.yield_g)
            found[line.ingredient_id] = found.get(line.ingredient_id, Fraction()) + share
    return found


def explode(recipes: Mapping[int, RecipeView], cooked: Mapping[int, int]) -> dict[int, int]:
    """The raw grams of each ingredient, rounded up once, for so many cooked grams of each dish."""
    return {ingredient_id: ceil(grams) for ingredient_id, grams in sorted(needs(recipes, cooked).items())}


def shares(recipes: Mapping[int, RecipeView], cooked: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """The same by (dish, ingredient): together as much as `explode` says, each within a gram of its need.

    Each dish takes what the sum grows by when it is added, so that nothing is rounded up twice.
    """
    found: dict[tuple[int, int], int] = {}
    sums: dict[int, Fraction] = {}
    for dish_id, grams in sorted(cooked.items()):
        for ingredient_id, need in needs(recipes, {dish_id: grams}).items():
            before = sums.get(ingredient_id, Fraction())
            sums[ingredient_id] = before + need
            found[dish_id, ingredient_id] = ceil(before + need) - ceil(before)
    return found


def nutrition_of(recipe: RecipeView, known: Mapping[int, Known]) -> Nutrition:
    """What the whole yield contains: raw grams × edible share × amount per 100 g, over all lines.

    Cooking adds and takes nothing. After `domain/canteen.md` §6, case 33: 250 g of chicken, of which 63 %
    are eaten, at 145 kcal per 100 g, are 228.4 kcal.
    """
    amounts: dict[str, Fraction | None] = {}
    for nutrient in NUTRIENTS:
        total: Fraction | None = Fraction()
        for line in recipe.lines:
            one = known[line.ingredient_id]
            per_100: Decimal | None = getattr(one, nutrient)
            if per_100 is None or total is None:
                total = None
                break
            total += Fraction(line.raw_g * one.edible_percent, 100 * PER) * Fraction(per_100)
        amounts[nutrient] = total
    return Nutrition(recipe.yield_g, amounts)


def lacks_nutrition(one: Known) -> bool:
    """Whether any nutrient of an ingredient is not known."""
    return any(getattr(one, nutrient) is None for nutrient in NUTRIENTS)


def allergens_of(ingredients: Iterable[Known]) -> tuple[str, ...] | None:
    """All allergens of the ingredients, in the vocabulary's order; None if one has not declared its own."""
    found: set[str] = set()
    for one in ingredients:
        if one.allergens is None:
            return None
        found |= set(one.allergens)
    return tuple(allergen.value for allergen in Allergen if allergen.value in found)


def halal_of(ingredients: Iterable[Known]) -> bool | None:
    """清真 if every ingredient is; not if one is not; else it is not known."""
    answers = {one.is_halal for one in ingredients}
    if False in answers:
        return False
    return None if None in answers else True


def cost_of(recipe: RecipeView, names: Mapping[int, str], costs: Mapping[int, UnitCost]) -> Cost:
    """What the yield costs, from what a kilogram of each ingredient costs."""
    missing = tuple(names[line.ingredient_id] for line in recipe.lines if line.ingredient_id not in costs)
    if missing or not recipe.lines:
        return Cost(recipe.yield_g, None, None, missing)
    exact = sum(
        (costs[line.ingredient_id].fen_per_kg * line.raw_g / 1000 for line in recipe.lines), Fraction()
    )
    bases = {costs[line.ingredient_id].basis for line in recipe.lines}
    return Cost(recipe.yield_g, exact, bases.pop() if len(bases) == 1 else Basis.MIXED)


def facts_of(recipe: RecipeView, known: Mapping[int, Known], costs: Mapping[int, UnitCost]) -> Facts:
    """All that follows from a recipe's ingredients."""
    used = [known[line.ingredient_id] for line in recipe.lines]
    return Facts(
        nutrition=nutrition_of(recipe, known),
        missing_nutrition=tuple(one.name for one in used if lacks_nutrition(one)),
        allergens=allergens_of(used),
        undeclared=tuple(one.name for one in used if one.allergens is None),
        is_halal=halal_of(used),
        cost=cost_of(recipe, {key: one.name for key, one in known.items()}, costs),
    )


@dataclass(frozen=True, slots=True)
class DishFacts:
    """What a dish says of itself. Nutrition is per 100 g."""

    nutrition: Mapping[str, Decimal | None]
    allergens: tuple[str, ...] | None
    is_halal: bool
    cost_fen_per_kg: int | None


def differing(dish: DishFacts, facts: Facts) -> list[Fact]:
    """Where a dish says something else than its recipe; what the recipe does not know is left out."""
    found = []
    if facts.nutrition.is_complete and dict(dish.nutrition) != facts.nutrition.of(PER):
        found.append(Fact.NUTRITION)
    if facts.allergens is not None and (
        dish.allergens is None or set(dish.allergens) != set(facts.allergens)
    ):
        found.append(Fact.ALLERGENS)
    if facts.is_halal is not None and dish.is_halal != facts.is_halal:
        found.append(Fact.HALAL)
    per_kg = facts.cost.of(1000)
    if per_kg is not None and dish.cost_fen_per_kg != per_kg:
        found.append(Fact.COST)
    return found


def unknown(facts: Facts, wanted: Collection[Fact]) -> list[Fact]:
    """Those of the wanted facts that the recipe does not know."""
    known = {
        Fact.NUTRITION: facts.nutrition.is_complete,
        Fact.ALLERGENS: facts.allergens is not None,
        Fact.HALAL: facts.is_halal is not None,
        Fact.COST: facts.cost.exact is not None,
    }
    return [fact for fact in Fact if fact in wanted and not known[fact]]
