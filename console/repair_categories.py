"""报修类别: the tree of categories, which trades, proofs and warranties belong to them, and their order."""

from typing import Any, Final

from backend.actor import Actor, Permission
from backend.errors import NotFound
from backend.wire import Id, Query
from console.moving import neighbouring
from console.pages import page, pages, render
from property.categories import policies, queries
from property.categories.titles import PROOF_NAMES, URGENCY_NAMES
from property.categories.tree import CategoryTree
from property.workforce import queries as workforce

blueprint = pages("console_repair_categories", __name__)

READ: Final = Permission.PROPERTY_READ
MANAGE: Final = Permission.PROPERTY_MANAGE
_PATH: Final = "/property/categories"


class NewCategoryQuery(Query):
    """Below which category the new one shall stand; at the top if it is not named."""

    parent_id = Id()


@page(blueprint, _PATH, permission=READ)
def categories(actor: Actor) -> str:
    """The whole tree, in use or not, each with its neighbours' new orders should it move up or down."""
    tree = queries.tree()
    rows = list(tree.walk())
    parents = {each.parent_id for each in rows}
    orders = neighbouring([each.id for each in tree.siblings(parent_id)] for parent_id in parents)
    return render(
        "property/categories.html",
        rows=rows,
        orders=orders,
        levels=policies.LEVELS,
        may_manage=actor.reach(MANAGE).everywhere,
        urgency_names=URGENCY_NAMES,
        proof_names=PROOF_NAMES,
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE, query=NewCategoryQuery, is_compound_wide=True)
def new(actor: Actor, query: dict[str, Any]) -> str:
    """The form of a new category."""
    tree = queries.tree()
    above = tree.find(query.get("parent_id") or 0)
    return render("property/category.html", category=None, above=above, **_words(tree, None))


@page(blueprint, f"{_PATH}/<id:category_id>", permission=MANAGE, is_compound_wide=True)
def edit(actor: Actor, category_id: int) -> str:
    """The form of a category; it cannot move below itself."""
    tree = queries.tree()
    found = tree.find(category_id)
    if found is None:
        raise NotFound
    return render("property/category.html", category=found, above=None, **_words(tree, category_id))


def _words(tree: CategoryTree, category_id: int | None) -> dict[str, Any]:
    inside = tree.within(category_id) if category_id is not None else set()
    below = tree.depth_below(category_id) if category_id is not None else 0
    skills = {each.skill for each in tree.walk() if each.skill} | set(workforce.all_skills())
    return {
        "parents": [
            (each.id, each.path)
            for each in tree.walk()
            if each.id not in inside and len(each.names) + 1 + below <= policies.LEVELS
        ],
        "skills": sorted(skills),
        "urgency_names": URGENCY_NAMES,
        "proof_names": PROOF_NAMES,
        "policies": policies,
    }
