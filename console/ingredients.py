"""食材库: the ingredients of the compound, and the editor of one."""

from typing import Any, Final

from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, Int, PageQuery, Str
from canteen.menu.titles import ALLERGEN_NAMES
from canteen.purchasing.ingredients import policies, queries
from canteen.purchasing.ingredients.models import IngredientCategory
from canteen.purchasing.ingredients.parsing import MOST_ROWS
from canteen.purchasing.ingredients.titles import CATEGORY_NAMES, STORAGE_NAMES
from console.pages import page, pages, render

blueprint = pages("console_ingredients", __name__)

READ: Final = Permission.PURCHASING_READ
MANAGE: Final = Permission.PURCHASING_MANAGE
_PATH: Final = "/kitchen/ingredients"
_WORDS: Final[dict[str, Any]] = {
    "category_names": CATEGORY_NAMES,
    "storage_names": STORAGE_NAMES,
    "allergen_names": ALLERGEN_NAMES,
}


class IngredientsPage(PageQuery):
    """Which ingredients."""

    q = Str(max_length=60, load_default="")
    category = Choice(IngredientCategory)
    month = Int(minimum=1, maximum=12)
    is_active = Bool()


@page(blueprint, _PATH, permission=READ, query=IngredientsPage)
def ingredients(actor: Actor, query: dict[str, Any]) -> str:
    """The ingredients by category and name."""
    return render(
        "purchasing/ingredients.html",
        found=queries.page_ingredients(**query),
        query=query,
        may_manage=actor.can(MANAGE),
        keeps=policies.keeps(actor),
        most_rows=MOST_ROWS,
        **_WORDS,
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE)
def new(actor: Actor) -> str:
    """The form of a new ingredient."""
    return render("purchasing/ingredient.html", ingredient=None, may_manage=True, **_WORDS)


@page(blueprint, f"{_PATH}/<id:ingredient_id>", permission=READ)
def ingredient(actor: Actor, ingredient_id: int) -> str:
    """One ingredient: its form, or to who may not change it what is known of it."""
    return render(
        "purchasing/ingredient.html",
        ingredient=queries.view_of_id(ingredient_id),
        may_manage=policies.keeps(actor),
        **_WORDS,
    )
