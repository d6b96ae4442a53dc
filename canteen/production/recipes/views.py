"""What people see of recipes: the list of dishes with theirs, and all that is known of one version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.money import yuan
from backend.paging import Page, paginate
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries
from canteen.menu.models import Category, Dish, Tag
from canteen.menu.titles import ALLERGEN_NAMES
from canteen.menu.titles import NUTRIENTS as NUTRIENT_NAMES
from canteen.production.recipes import policies, queries
from canteen.production.recipes.models import Recipe, RecipeLine, RecipeState, Station
from canteen.production.recipes.policies import DishFacts, Fact, Facts, RecipeView, Step, UnitCost
from canteen.production.recipes.titles import FACT_NAMES
from canteen.purchasing.ingredients.models import Ingredient


class Shown(StrEnum):
    """Which dishes are listed: those with a current recipe, with a draft, or without any."""

    CURRENT = "current"
    DRAFT = "draft"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class DishRecipe:
    """A dish with its recipe: the current version, else the draft, else none."""

    dish_id: int
    dish_name: str
    category: str
    recipe_id: int | None
    version: int | None
    state: str | None
    station: str | None
    yield_g: int | None
    line_count: int
    draft_id: int | None
    cost_fen_per_kg: int | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line with what is known of its ingredient; `cost_fen` None: not known."""

    ingredient_id: int
    name: str
    category: str
    raw_g: int
    edible_percent: int
    edible_g: int
    note: str
    cost_fen: int | None


@dataclass(frozen=True, slots=True)
class CostRow:
    """What a recipe costs; None: not known, because of the ingredients in `missing`."""

    basis: str | None
    total_fen: int | None
    fen_per_kg: int | None
    fen_per_portion: int | None
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the dish says something else than its recipe, both in words."""

    field: str
    name: str
    dish: str
    recipe: str


@dataclass(frozen=True, slots=True)
class RecipeDetail:
    """All that is known of a version. `portion_g` is the dish's standard portion."""

    id: int
    dish_id: int
    dish_name: str
    canteen_id: int
    version: int
    state: str
    yield_g: int
    station: str
    steps: Sequence[Step]
    note: str
    lines: Sequence[LineRow]
    nutrition_per_100g: Mapping[str, Decimal | None]
    nutrition_per_portion: Mapping[str, Decimal | None]
    portion_g: int
    missing_nutrition: Sequence[str]
    allergens: Sequence[str] | None
    undeclared: Sequence[str]
    is_halal: bool | None
    cost: CostRow
    differences: Sequence[Difference]
    changed_at: datetime
    changed_by_name: str
    approved_at: datetime | None
    approved_by_name: str


def page_dishes(
    actor: Actor,
    *,
    canteen_id: int,
    q: str = "",
    state: Shown | None = None,
    station: Station | None = None,
    category: Category | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The active dishes of a canteen by name, with their recipes. Raises CanteenNotFound."""
    menu_policies.ensure_reads(actor, menu_queries.get_canteen(canteen_id))
    current, draft = aliased(Recipe), aliased(Recipe)
    station_of = func.coalesce(current.station, draft.station)
    columns: tuple[Any, ...] = (Dish.id, Dish.name, Dish.category, current.id, draft.id)
    statement: Select[Any] = (
        select(*columns)
        .outerjoin(current, and_(current.dish_id == Dish.id, current.state == RecipeState.CURRENT.value))
        .outerjoin(draft, and_(draft.dish_id == Dish.id, draft.state == RecipeState.DRAFT.value))
        .where(Dish.canteen_id == canteen_id, Dish.is_active)
        .order_by(Dish.name, Dish.id)
    )
    if q:
        named = (
            select(RecipeLine.recipe_id)
            .join(Ingredient, Ingredient.id == RecipeLine.ingredient_id)
            .where(Ingredient.name.contains(q, autoescape=True))
        )
        statement = statement.where(
            or_(Dish.name.contains(q, autoescape=True), current.id.in_(named), draft.id.in_(named))
        )
    if category is not None:
        statement = statement.where(Dish.category == category.value)
    if station is not None:
        statement = statement.where(station_of == station.value)
    if state is Shown.CURRENT:
        statement = statement.where(current.id.is_not(None))
    elif state is Shown.DRAFT:
        statement = statement.where(draft.id.is_not(None))
    elif state is Shown.MISSING:
        statement = statement.where(current.id.is_(None))
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page(_rows(found.rows, canteen_id), found.total, found.page, found.page_size)


def _rows(rows: Sequence[Any], canteen_id: int) -> list[DishRecipe]:
    shown = {dish_id: current or draft for dish_id, _, _, current, draft in rows}
    ids = {recipe_id for recipe_id in shown.values() if recipe_id is not None}
    recipes = {
        row.id: row
        for row in db.session.scalars(
            select(Recipe).where(Recipe.id.in_(ids)).options(selectinload(Recipe.lines))
        )
    }
    facts = queries.facts([queries.view_of(row) for row in recipes.values()], canteen_id)
    made = []
    for dish_id, name, category, _, draft_id in rows:
        recipe = recipes.get(shown[dish_id] or 0)
        made.append(
            DishRecipe(
                dish_id=dish_id,
                dish_name=name,
                category=category,
                recipe_id=recipe.id if recipe else None,
                version=recipe.version if recipe else None,
                state=recipe.state if recipe else None,
                station=recipe.station if recipe else None,
                yield_g=recipe.yield_g if recipe else None,
                line_count=len(recipe.lines) if recipe else 0,
                draft_id=draft_id,
                cost_fen_per_kg=facts[recipe.id].cost.of(1000) if recipe and recipe.id in facts else None,
                changed_at=recipe.changed_at if recipe else None,
            )
        )
    return made


def page_versions(actor: Actor, dish_id: int, *, page: int = 1, page_size: int = 20) -> Page:
    """All versions of a dish's recipe, the latest first. Raises DishNotFound."""
    dish = queries.get_dish(actor, dish_id)
    statement = select(Recipe).where(Recipe.dish_id == dish.id).order_by(Recipe.version.desc())
    return paginate(statement, page=page, page_size=page_size)


def get_detail(actor: Actor, recipe_id: int) -> RecipeDetail:
    """All that is known of a version. Raises RecipeNotFound."""
    return detail_of(*queries.get_recipe(actor, recipe_id))


def detail_of(recipe: Recipe, dish: Dish) -> RecipeDetail:
    """All that is known of a version, costs as of today."""
    view = queries.view_of(recipe)
    ids = queries.ingredients_of([view])
    costs = queries.unit_costs(dish.canteen_id, ids, clock.today())
    facts = policies.facts_of(view, queries.known(ids), costs)
    return RecipeDetail(
        id=recipe.id,
        dish_id=dish.id,
        dish_name=dish.name,
        canteen_id=dish.canteen_id,
        version=recipe.version,
        state=recipe.state,
        yield_g=recipe.yield_g,
        station=recipe.station,
        steps=view.steps,
        note=recipe.note,
        lines=_lines(view, costs),
        nutrition_per_100g=facts.nutrition.of(policies.PER),
        nutrition_per_portion=facts.nutrition.of(dish.weight_g),
        portion_g=dish.weight_g,
        missing_nutrition=facts.missing_nutrition,
        allergens=facts.allergens,
        undeclared=facts.undeclared,
        is_halal=facts.is_halal,
        cost=CostRow(
            basis=facts.cost.basis.value if facts.cost.basis else None,
            total_fen=facts.cost.of(recipe.yield_g),
            fen_per_kg=facts.cost.of(1000),
            fen_per_portion=facts.cost.of(dish.weight_g),
            missing=facts.cost.missing,
        ),
        differences=differences(dish, facts),
        changed_at=recipe.changed_at,
        changed_by_name=recipe.changed_by_name,
        approved_at=recipe.approved_at,
        approved_by_name=recipe.approved_by_name,
    )


def facts_of_one(view: RecipeView, canteen_id: int) -> Facts:
    """What follows from one recipe."""
    return queries.facts([view], canteen_id)[view.id]


def _lines(view: RecipeView, costs: Mapping[int, UnitCost]) -> list[LineRow]:
    ids = queries.ingredients_of([view])
    named = {
        row.id: row
        for row in db.session.execute(
            select(Ingredient.id, Ingredient.name, Ingredient.category, Ingredient.edible_percent).where(
                Ingredient.id.in_(ids)
            )
        )
    }
    rows = []
    for line in view.lines:
        one, cost = named[line.ingredient_id], costs.get(line.ingredient_id)
        rows.append(
            LineRow(
                ingredient_id=line.ingredient_id,
                name=one.name,
                category=one.category,
                raw_g=line.raw_g,
                edible_percent=one.edible_percent,
                edible_g=policies.edible_g(line.raw_g, one.edible_percent),
                note=line.note,
                cost_fen=policies.half_up(cost.fen_per_kg * line.raw_g / 1000) if cost else None,
            )
        )
    return rows


def dish_facts(dish: Dish) -> DishFacts:
    """What a dish says of itself."""
    return DishFacts(
        nutrition={nutrient: getattr(dish, nutrient) for nutrient in policies.NUTRIENTS},
        allergens=None if dish.allergens is None else tuple(dish.allergens),
        is_halal=Tag.HALAL.value in dish.tags,
        cost_fen_per_kg=dish.cost_fen_per_kg,
    )


def differences(dish: Dish, facts: Facts) -> list[Difference]:
    """Where a dish says something else than its recipe."""
    said = dish_facts(dish)
    words = {
        Fact.NUTRITION: (_nutrition(said.nutrition), _nutrition(facts.nutrition.of(policies.PER))),
        Fact.ALLERGENS: (_allergens(said.allergens), _allergens(facts.allergens)),
        Fact.HALAL: (_halal(said.is_halal), _halal(facts.is_halal)),
        Fact.COST: (_cost(said.cost_fen_per_kg), _cost(facts.cost.of(1000))),
    }
    return [
        Difference(fact.value, FACT_NAMES[fact], *words[fact]) for fact in policies.differing(said, facts)
    ]


def _nutrition(amounts: Mapping[str, Decimal | None]) -> str:
    return "，".join(
        f"{name} {amounts[nutrient]} {unit}" if amounts[nutrient] is not None else f"{name}未填"
        for nutrient, (name, unit) in NUTRIENT_NAMES.items()
    )


def _allergens(allergens: Sequence[str] | None) -> str:
    if allergens is None:
        return "未申报"
    return (
        "、".join(name for allergen, name in ALLERGEN_NAMES.items() if allergen.value in allergens) or "不含"
    )


def _halal(is_halal: bool | None) -> str:
    return "未知" if is_halal is None else "清真" if is_halal else "非清真"


def _cost(fen_per_kg: int | None) -> str:
    return "未填" if fen_per_kg is None else f"{yuan(fen_per_kg)} 元/千克"


@dataclass(frozen=True, slots=True)
class Export:
    """A canteen's recipes: pairs of a dish's name and its recipe, and the ingredients' names."""

    canteen: str
    recipes: Sequence[tuple[str, RecipeView]]
    ingredients: Mapping[int, str]


def export(actor: Actor, *, canteen_id: int) -> Export:
    """What an import compares with: of each active dish the draft, else the current version.

    Raises CanteenNotFound.
    """
    canteen = menu_queries.get_canteen(canteen_id)
    menu_policies.ensure_reads(actor, canteen)
    rows = db.session.execute(
        select(Dish.name, Recipe)
        .join(Recipe, Recipe.dish_id == Dish.id)
        .where(
            Dish.canteen_id == canteen_id,
            Dish.is_active,
            Recipe.state.in_([RecipeState.DRAFT.value, RecipeState.CURRENT.value]),
        )
        .order_by(Dish.name, Dish.id, Recipe.version)
        .options(selectinload(Recipe.lines))
    )
    # Of two versions of a dish the draft is the later one.
    latest = {recipe.dish_id: (name, queries.view_of(recipe)) for name, recipe in rows}
    recipes = list(latest.values())
    named = queries.known(queries.ingredients_of(recipe for _, recipe in recipes))
    return Export(canteen.name, recipes, {key: one.name for key, one in named.items()})
