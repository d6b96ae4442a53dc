"""Use cases of recipes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db
from backend.documents import reading
from backend.documents.reading import Fault
from backend.errors import Forbidden
from canteen.menu import dish_operations
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen, Dish, Tag
from canteen.menu.policies import DishSpec, covers
from canteen.production.recipes import operations, policies, queries, recipe_sheets, views
from canteen.production.recipes.errors import RecipeFactsUnknown, RecipeImplausible, RecipeNotFound
from canteen.production.recipes.models import Recipe, RecipeState
from canteen.production.recipes.policies import Fact, Facts, RecipeSpec
from canteen.production.recipes.titles import FACT_NAMES
from canteen.production.recipes.views import RecipeDetail
from canteen.purchasing.ingredients.models import Ingredient

# The most that a dish may say of 100 g, and of a kilogram's cost: as the menu's form has it.
_MOST: Final = {
    "energy_kcal": 1_000,
    "protein_g": 100,
    "fat_g": 100,
    "carbohydrate_g": 100,
    "sodium_mg": 50_000,
}
_MOST_FEN_PER_KG: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed: drafts of dishes without a recipe, and of those that had one."""

    created: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Discarded:
    """The draft that is no more."""

    id: int
    dish_id: int


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What a dish now says as its recipe does."""

    dish_id: int
    changed: Sequence[str]


@atomic
def save_draft(actor: Actor, *, dish_id: int, spec: RecipeSpec) -> RecipeDetail:
    """Write the draft of the next version of a dish's recipe; the current version stays in force.

    Raises DishNotFound, DuplicateIngredient or UnknownIngredient.
    """
    dish = operations.lock_dish(actor, dish_id)
    draft, _ = operations.save_draft(actor, dish, spec)
    return views.detail_of(draft, dish)


@atomic
def approve(actor: Actor, *, recipe_id: int) -> RecipeDetail:
    """Let a draft become the current version. Raises RecipeNotFound or RecipeStateConflict."""
    recipe, dish = operations.lock_recipe(actor, recipe_id)
    operations.approve(actor, recipe)
    return views.detail_of(recipe, dish)


@atomic
def approve_all(actor: Actor, *, recipe_ids: Collection[int]) -> list[Recipe]:
    """Let several drafts become current: all or none. Raises RecipeNotFound or RecipeStateConflict."""
    approved = []
    for _, recipe_id in sorted(_dishes_of(recipe_ids)):
        recipe, _dish = operations.lock_recipe(actor, recipe_id)
        operations.approve(actor, recipe)
        approved.append(recipe)
    return approved


def _dishes_of(recipe_ids: Collection[int]) -> list[tuple[int, int]]:
    """(dish, recipe) of each, so that dishes are locked by rising id. Raises RecipeNotFound."""
    rows = db.session.execute(select(Recipe.dish_id, Recipe.id).where(Recipe.id.in_(recipe_ids))).all()
    if len(rows) < len(set(recipe_ids)):
        raise RecipeNotFound
    return [(row[0], row[1]) for row in rows]


@atomic
def retire(actor: Actor, *, recipe_id: int) -> RecipeDetail:
    """Take the current version out of use. Raises RecipeNotFound or RecipeStateConflict."""
    recipe, dish = operations.lock_recipe(actor, recipe_id)
    operations.retire(actor, recipe)
    return views.detail_of(recipe, dish)


@atomic
def discard(actor: Actor, *, recipe_id: int) -> Discarded:
    """Throw a draft away. Raises RecipeNotFound or RecipeStateConflict."""
    recipe, dish = operations.lock_recipe(actor, recipe_id)
    operations.discard(actor, recipe)
    return Discarded(recipe_id, dish.id)


@atomic
def take_over(actor: Actor, *, recipe_id: int, wanted: Collection[Fact]) -> TakenOver:
    """Let the dish say what follows from its current recipe; the actor manages the menu, too.

    Raises RecipeNotFound, DishNotFound, Forbidden, RecipeStateConflict, RecipeFactsUnknown or
    RecipeImplausible.
    """
    recipe, dish = operations.lock_recipe(actor, recipe_id)
    dish = dish_operations.lock_dish(actor, dish.id)
    policies.ensure_current(recipe.state)
    facts = views.facts_of_one(queries.view_of(recipe), dish.canteen_id)
    lacking = policies.unknown(facts, wanted)
    if lacking:
        raise RecipeFactsUnknown(facts="、".join(FACT_NAMES[one] for one in lacking))
    _ensure_plausible(facts, wanted)
    changing = [one for one in policies.differing(views.dish_facts(dish), facts) if one in wanted]
    if changing:
        before = menu_policies.spec_of(dish)
        spec = _with(before, facts, changing)
        dish_operations.save_dish(actor, dish, spec, before=before, at=clock.now())
        record(
            actor,
            "canteen.recipe_taken_over",
            "recipe",
            recipe.id,
            dish_id=dish.id,
            fields=[one.value for one in changing],
        )
    return TakenOver(dish.id, [one.value for one in changing])


def _with(spec: DishSpec, facts: Facts, wanted: Collection[Fact]) -> DishSpec:
    changes: dict[str, Any] = {}
    if Fact.NUTRITION in wanted:
        changes |= facts.nutrition.of(policies.PER)
    if Fact.ALLERGENS in wanted:
        changes["allergens"] = facts.allergens
    if Fact.HALAL in wanted:
        others = {Tag(tag) for tag in spec.tags} - {Tag.HALAL}
        tags = others | {Tag.HALAL} if facts.is_halal else others
        changes["tags"] = tuple(tag.value for tag in Tag if tag in tags)
    if Fact.COST in wanted:
        changes["cost_fen_per_kg"] = facts.cost.of(1000)
    return replace(spec, **changes)


def _ensure_plausible(facts: Facts, wanted: Collection[Fact]) -> None:
    beyond = []
    amounts: Mapping[str, Decimal | None] = facts.nutrition.of(policies.PER)
    if Fact.NUTRITION in wanted and any((amounts[key] or 0) > most for key, most in _MOST.items()):
        beyond.append(FACT_NAMES[Fact.NUTRITION])
    if Fact.COST in wanted and (facts.cost.of(1000) or 0) > _MOST_FEN_PER_KG:
        beyond.append(FACT_NAMES[Fact.COST])
    if beyond:
        raise RecipeImplausible(facts="、".join(beyond))


def import_sheet(actor: Actor, *, canteen_id: int, data: bytes) -> Imported:
    """Write drafts of what an Excel sheet says otherwise than the recipes do: all of it, or nothing.

    Dishes that the sheet does not name stay as they are. Raises CanteenNotFound, Forbidden,
    SheetUnreadable, SheetTooLarge, ColumnsMissing, SheetEmpty, or RowsRejected with the faults by row.
    """
    _ensure_manages(actor, canteen_id)
    lines = reading.read_lines(data, recipe_sheets.COLUMNS, recipe_sheets.REQUIRED, recipe_sheets.MOST_ROWS)
    faults: list[Fault] = []
    specs = recipe_sheets.read(lines, _dish_names(canteen_id), _ingredient_names(), faults)
    reading.refuse(faults)
    return _import(actor, canteen_id, specs)


def _ensure_manages(actor: Actor, canteen_id: int) -> Canteen:
    canteen = menu_queries.get_canteen(canteen_id)
    if not covers(actor, Permission.PRODUCTION_MANAGE, canteen):
        raise Forbidden if covers(actor, Permission.CANTEEN_READ, canteen) else CanteenNotFound
    return canteen


def _dish_names(canteen_id: int) -> dict[str, int]:
    rows = db.session.execute(select(Dish.name, Dish.id).where(Dish.canteen_id == canteen_id))
    return {row[0]: row[1] for row in rows}


def _ingredient_names() -> dict[str, int]:
    rows = db.session.execute(
        select(Ingredient.id, Ingredient.code, Ingredient.name).where(Ingredient.is_active)
    ).all()
    # A name counts more than another one's code.
    return {row.code: row.id for row in rows} | {row.name: row.id for row in rows}


@atomic
def _import(actor: Actor, canteen_id: int, specs: Mapping[int, RecipeSpec]) -> Imported:
    created = updated = 0
    for dish_id in sorted(specs):
        dish = operations.lock_dish(actor, dish_id)
        standing = operations.find(dish_id, RecipeState.DRAFT) or operations.find(
            dish_id, RecipeState.CURRENT
        )
        spec = specs[dish_id]
        if standing is not None:
            said = operations.spec_of(standing)
            spec = replace(spec, note=said.note)
            if spec == said:
                continue
        operations.save_draft(actor, dish, spec)
        created += standing is None
        updated += standing is not None
    done = Imported(created, updated, len(specs) - created - updated)
    record(
        actor,
        "canteen.recipes_imported",
        "canteen",
        canteen_id,
        created=done.created,
        updated=done.updated,
        unchanged=done.unchanged,
    )
    return done
