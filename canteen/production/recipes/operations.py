"""Writes of recipes, within an open unit of work. Versions of a dish come one after another: it is locked."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import db, unit
from canteen.menu.errors import DishNotFound
from canteen.menu.models import Canteen, Dish
from canteen.menu.policies import covers
from canteen.production.recipes import policies, queries
from canteen.production.recipes.errors import UnknownIngredient
from canteen.production.recipes.models import Recipe, RecipeLine, RecipeState, Station
from canteen.production.recipes.policies import RecipeSpec
from canteen.purchasing.ingredients.models import Ingredient


def lock_dish(actor: Actor, dish_id: int) -> Dish:
    """A dish whose recipes the actor manages, locked. Raises DishNotFound."""
    unit()
    found = db.session.execute(
        select(Dish, Canteen)
        .join(Canteen, Canteen.id == Dish.canteen_id)
        .where(Dish.id == dish_id)
        .with_for_update(of=Dish, key_share=True)
    ).one_or_none()
    if found is None or not covers(actor, Permission.PRODUCTION_MANAGE, found[1]):
        raise DishNotFound
    dish: Dish = found[0]
    return dish


def lock_recipe(actor: Actor, recipe_id: int) -> tuple[Recipe, Dish]:
    """A version that the actor manages, its dish locked. Raises RecipeNotFound."""
    recipe, dish = queries.get_recipe(actor, recipe_id, Permission.PRODUCTION_MANAGE)
    dish = lock_dish(actor, dish.id)
    db.session.refresh(recipe)
    return recipe, dish


def ensure_ingredients(spec: RecipeSpec, usual: Collection[int] = ()) -> None:
    """Each ingredient stands once, and is in use or among the `usual` ones that stood there before.

    Raises DuplicateIngredient or UnknownIngredient.
    """
    wanted = {line.ingredient_id for line in spec.lines}
    rows = db.session.execute(
        select(Ingredient.id, Ingredient.name, Ingredient.is_active).where(Ingredient.id.in_(wanted))
    ).all()
    policies.ensure_distinct(spec.lines, {row.id: row.name for row in rows})
    usable = {row.id for row in rows if row.is_active or row.id in usual}
    if wanted - usable:
        raise UnknownIngredient(ingredient_ids=sorted(wanted - usable))


def find(dish_id: int, state: RecipeState) -> Recipe | None:
    """The dish's version in this state, current or draft."""
    return db.session.scalars(
        select(Recipe).where(Recipe.dish_id == dish_id, Recipe.state == state.value)
    ).one_or_none()


def spec_of(recipe: Recipe) -> RecipeSpec:
    """All that a version says."""
    view = queries.view_of(recipe)
    return RecipeSpec(view.yield_g, Station(view.station), view.lines, view.steps, view.note)


def save_draft(actor: Actor, dish: Dish, spec: RecipeSpec) -> tuple[Recipe, bool]:
    """Write the draft of a locked dish's next version; returns it, and whether anything differed.

    A draft that says nothing new stays as it is. Raises DuplicateIngredient or UnknownIngredient.
    """
    draft = find(dish.id, RecipeState.DRAFT)
    standing = draft or find(dish.id, RecipeState.CURRENT)
    ensure_ingredients(spec, {line.ingredient_id for line in standing.lines} if standing else ())
    if draft is not None and spec_of(draft) == spec:
        return draft, False
    before = spec_of(draft) if draft is not None else None
    if draft is None:
        last = db.session.scalar(select(func.max(Recipe.version)).where(Recipe.dish_id == dish.id))
        draft = Recipe(dish_id=dish.id, version=(last or 0) + 1, state=RecipeState.DRAFT.value)
        db.session.add(draft)
    _write(actor, draft, spec)
    db.session.flush()
    record(
        actor,
        "canteen.recipe_drafted",
        "recipe",
        draft.id,
        dish_id=dish.id,
        version=draft.version,
        before=_told(before) if before is not None else None,
        after=_told(spec),
    )
    return draft, True


def _write(actor: Actor, recipe: Recipe, spec: RecipeSpec) -> None:
    recipe.yield_g, recipe.station, recipe.note = spec.yield_g, spec.station.value, spec.note
    recipe.steps = [{"text": step.text, "minutes": step.minutes} for step in spec.steps]
    recipe.changed_at = clock.now()
    recipe.changed_by, recipe.changed_by_name = actor.staff_id, actor.name
    standing = {line.ingredient_id: line for line in recipe.lines}
    lines = []
    for place, wanted in enumerate(spec.lines):
        line = standing.get(wanted.ingredient_id) or RecipeLine(ingredient_id=wanted.ingredient_id)
        line.position, line.raw_g, line.note = place, wanted.raw_g, wanted.note
        lines.append(line)
    recipe.lines = lines


def _told(spec: RecipeSpec) -> Mapping[str, Any]:
    """What the audit keeps of a version."""
    return {
        "yield_g": spec.yield_g,
        "station": spec.station.value,
        "lines": [[line.ingredient_id, line.raw_g] for line in spec.lines],
        "steps": len(spec.steps),
    }


def approve(actor: Actor, draft: Recipe) -> None:
    """Let a draft of a locked dish become the current version; the one before is retired.

    Raises RecipeStateConflict.
    """
    policies.ensure_transition(draft.state, RecipeState.CURRENT)
    former = find(draft.dish_id, RecipeState.CURRENT)
    if former is not None:
        former.state = RecipeState.RETIRED.value
        db.session.flush()  # There is at most one current version at any instant.
    draft.state = RecipeState.CURRENT.value
    draft.approved_at = clock.now()
    draft.approved_by, draft.approved_by_name = actor.staff_id, actor.name
    db.session.flush()
    record(
        actor,
        "canteen.recipe_approved",
        "recipe",
        draft.id,
        dish_id=draft.dish_id,
        version=draft.version,
        former_id=former.id if former is not None else None,
    )


def retire(actor: Actor, recipe: Recipe) -> None:
    """Take the current version out of use. Raises RecipeStateConflict."""
    policies.ensure_transition(recipe.state, RecipeState.RETIRED)
    recipe.state = RecipeState.RETIRED.value
    db.session.flush()
    record(
        actor, "canteen.recipe_retired", "recipe", recipe.id, dish_id=recipe.dish_id, version=recipe.version
    )


def discard(actor: Actor, draft: Recipe) -> None:
    """Throw a draft away. Raises RecipeStateConflict."""
    policies.ensure_draft(draft.state)
    record(
        actor, "canteen.recipe_discarded", "recipe", draft.id, dish_id=draft.dish_id, version=draft.version
    )
    db.session.delete(draft)
    db.session.flush()
