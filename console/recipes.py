"""菜谱配方: the dishes with their recipes, one version with what follows from it, and its editor."""

from typing import Any, Final

from backend.actor import Actor, Permission
from backend.errors import Forbidden
from backend.wire import Choice, PageQuery, Str
from canteen.menu import library
from canteen.menu import queries as menu_queries
from canteen.menu.models import Category
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import ALLERGEN_NAMES, CATEGORY_NAMES, NUTRIENTS
from canteen.production.recipes import policies, recipe_sheets, views
from canteen.production.recipes.models import RecipeState, Station
from canteen.production.recipes.titles import BASIS_NAMES, FACT_NAMES, STATE_NAMES, STATION_NAMES
from canteen.production.recipes.views import RecipeDetail, Shown
from canteen.purchasing.ingredients import queries as ingredient_queries
from canteen.purchasing.ingredients.titles import CATEGORY_NAMES as INGREDIENT_CATEGORY_NAMES
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_recipes", __name__)

READ: Final = Permission.CANTEEN_READ
MANAGE: Final = Permission.PRODUCTION_MANAGE
_TITLE: Final = "菜谱配方"
_PATH: Final = "/kitchen/recipes"
_VERSIONS_SHOWN: Final = 20
SHOWN_NAMES: Final = {Shown.CURRENT: "有现行配方", Shown.DRAFT: "有草稿待批准", Shown.MISSING: "没有现行配方"}
_STATE_TONES: Final = {
    RecipeState.DRAFT: "yellow",
    RecipeState.CURRENT: "green",
    RecipeState.RETIRED: "gray",
}


class RecipesPage(PageQuery):
    """Which dishes."""

    q = Str(max_length=50, load_default="")
    state = Choice(Shown)
    station = Choice(Station)
    category = Choice(Category)


@page(blueprint, _PATH, permission=READ, query=RecipesPage, at_canteen=_TITLE)
def show_list(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """The active dishes of the canteen at hand with their recipes."""
    found = views.page_dishes(actor, canteen_id=canteen.id, **query)
    may_manage = scope.covers(actor, MANAGE)
    return render(
        "production/recipes.html",
        found=found,
        query=query,
        canteen=canteen,
        shown_names=SHOWN_NAMES,
        drafts=[each.draft_id for each in found.rows if each.draft_id] if may_manage else [],
        may_manage=may_manage,
        **_words(),
    )


@page(blueprint, f"{_PATH}/import", permission=MANAGE, at_canteen=_TITLE)
def import_sheet(actor: Actor, canteen: CanteenChoice) -> str:
    """Where a sheet is chosen, and what came of it is told."""
    if not scope.covers(actor, MANAGE):
        raise Forbidden
    return render(
        "production/recipes_import.html",
        canteen=canteen,
        columns=recipe_sheets.COLUMNS,
        most_rows=recipe_sheets.MOST_ROWS,
    )


@page(blueprint, f"{_PATH}/<id:recipe_id>", permission=READ)
def show(actor: Actor, recipe_id: int) -> str:
    """A version with its nutrition, allergens and cost, and where the dish says otherwise."""
    found = views.get_detail(actor, recipe_id)
    canteen = menu_queries.get_canteen(found.canteen_id)
    may_manage = covers(actor, MANAGE, canteen)
    return render(
        "production/recipe.html",
        recipe=found,
        raw_g=sum(line.raw_g for line in found.lines),
        versions=views.page_versions(actor, found.dish_id, page_size=_VERSIONS_SHOWN).rows,
        may_manage=may_manage,
        may_take_over=may_manage
        and found.state == RecipeState.CURRENT
        and covers(actor, Permission.CANTEEN_MANAGE, canteen),
        takeable=[each for each in found.differences if not _is_unknown(found, each.field)],
        **_words(),
    )


def _is_unknown(found: RecipeDetail, fact: str) -> bool:
    """Whether the recipe itself does not know what the dish would take over from it."""
    unknown = {
        policies.Fact.NUTRITION.value: bool(found.missing_nutrition),
        policies.Fact.ALLERGENS.value: found.allergens is None,
        policies.Fact.HALAL.value: found.is_halal is None,
        policies.Fact.COST.value: found.cost.fen_per_kg is None,
    }
    return unknown[fact]


@page(blueprint, "/kitchen/dishes/<id:dish_id>/recipe", permission=MANAGE)
def edit(actor: Actor, dish_id: int) -> str:
    """The form of a dish's draft; it begins with the draft, else with the current version, else empty."""
    dish = library.get_dish(actor, dish_id)
    if not covers(actor, MANAGE, menu_queries.get_canteen(dish.canteen_id)):
        raise Forbidden
    versions = views.page_versions(actor, dish_id, page_size=_VERSIONS_SHOWN).rows
    draft = next((each for each in versions if each.state == RecipeState.DRAFT), None)
    begun = draft or next((each for each in versions if each.state == RecipeState.CURRENT), None)
    return render(
        "production/recipe_form.html",
        dish=dish,
        is_draft=draft is not None,
        recipe=views.get_detail(actor, begun.id) if begun else None,
        ingredients=ingredient_queries.all_ingredients(is_active=True),
        policies=policies,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "allergen_names": ALLERGEN_NAMES,
        "basis_names": BASIS_NAMES,
        "category_names": CATEGORY_NAMES,
        "fact_names": FACT_NAMES,
        "ingredient_category_names": INGREDIENT_CATEGORY_NAMES,
        "nutrients": NUTRIENTS,
        "state_names": STATE_NAMES,
        "state_tones": _STATE_TONES,
        "station_names": STATION_NAMES,
        "State": RecipeState,
    }
