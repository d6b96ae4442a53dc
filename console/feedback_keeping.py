"""诉求类别 and 承办单位: under what reports are filed, and who answers them."""

from collections.abc import Iterator
from typing import Any, Final

from backend.actor import Actor, Permission
from backend.identity import queries as identity
from backend.identity.departments import DepartmentTree
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.wire import Choice, Query
from console.moving import neighbouring
from console.pages import page, pages, render
from feedback.categories import policies as category_policies
from feedback.categories import queries as categories
from feedback.categories.models import Kind
from feedback.categories.titles import ANONYMITY_NAMES, KIND_NAMES
from feedback.deadlines import queries as deadlines
from feedback.offices import queries as offices
from feedback.offices.queries import OfficeView
from property.categories import queries as repair_categories
from property.contractors import queries as contractors

blueprint = pages("console_feedback_keeping", __name__)

READ: Final = Permission.FEEDBACK_READ
MANAGE: Final = Permission.FEEDBACK_MANAGE
_CATEGORIES: Final = "/feedback/categories"
_OFFICES: Final = "/feedback/offices"


class NewCategoryQuery(Query):
    """Of which kind the new category shall be."""

    kind = Choice(Kind, load_default=Kind.SNAP)


def may_manage(actor: Actor) -> bool:
    """Whether the actor may change what holds for the whole compound."""
    return actor.reach(MANAGE).everywhere


@page(blueprint, _CATEGORIES, permission=READ)
def list_categories(actor: Actor) -> str:
    """All categories by kind, in use or not, each with its neighbours' new orders should it move."""
    rows = categories.list_all()
    kinds = [(kind, [each for each in rows if each.kind is kind]) for kind in Kind]
    return render(
        "feedback/categories.html",
        kinds=kinds,
        orders=neighbouring([each.id for each in found] for _, found in kinds),
        kind_names=KIND_NAMES,
        anonymity_names=ANONYMITY_NAMES,
        deadline_texts=dict(_deadlines()),
        office_names=offices.names(),
        may_manage=may_manage(actor),
    )


@page(blueprint, f"{_CATEGORIES}/new", permission=MANAGE, query=NewCategoryQuery, is_compound_wide=True)
def new_category(actor: Actor, query: dict[str, Any]) -> str:
    """The form of a new category."""
    return render("feedback/category.html", category=None, kind=query["kind"], **_category_words(None))


@page(blueprint, f"{_CATEGORIES}/<id:category_id>", permission=MANAGE, is_compound_wide=True)
def edit_category(actor: Actor, category_id: int) -> str:
    """The form of a category; its kind and code stay."""
    found = categories.find(category_id)
    return render(
        "feedback/category.html", category=found, kind=found.kind, **_category_words(found.office_id)
    )


@page(blueprint, _OFFICES, permission=READ)
def list_offices(actor: Actor) -> str:
    """All offices with who works there."""
    tree = identity.department_tree()
    return render(
        "feedback/offices.html",
        rows=offices.list_all(),
        campuses=dict(_campuses()),
        paths=dict(_departments(tree)),
        contractor_names=contractors.names(),
        may_manage=may_manage(actor),
    )


@page(blueprint, f"{_OFFICES}/new", permission=MANAGE, is_compound_wide=True)
def new_office(actor: Actor) -> str:
    """The form of a new office."""
    return render("feedback/office.html", office=None, **_office_words(None))


@page(blueprint, f"{_OFFICES}/<id:office_id>", permission=MANAGE, is_compound_wide=True)
def edit_office(actor: Actor, office_id: int) -> str:
    """The form of an office with its members."""
    found = offices.view(office_id)
    return render("feedback/office.html", office=found, **_office_words(found))


def office_choices(chosen_id: int | None = None) -> list[tuple[int, str]]:
    """The offices that may be given something, and the one that was chosen before."""
    return [(each.id, each.name) for each in offices.list_all() if each.is_active or each.id == chosen_id]


def _deadlines() -> Iterator[tuple[str, str]]:
    """What each deadline class is called, with the time it has now."""
    for promise in deadlines.promises():
        yield promise.deadline.value, f"{promise.deadline_name}：{promise.text}"


def _category_words(office_id: int | None) -> dict[str, Any]:
    repairs = repair_categories.tree()
    return {
        "kind_names": KIND_NAMES,
        "anonymity_names": ANONYMITY_NAMES,
        "deadlines": list(_deadlines()),
        "offices": office_choices(office_id),
        "repairs": [(each.id, each.path) for each in repairs.walk() if each.is_in_use and each.is_leaf],
        "policies": category_policies,
    }


def _office_words(office: OfficeView | None) -> dict[str, Any]:
    chosen = office.contractor_id if office else None
    return {
        "campuses": _campuses(),
        "departments": list(_departments(identity.department_tree())),
        "contractors": [
            (each.id, each.short_name or each.name)
            for each in contractors.all_contractors()
            if each.is_active or each.id == chosen
        ],
    }


def _campuses() -> list[tuple[int, str]]:
    return [(each.id, each.name) for each in places.load_tree().walk() if each.kind is PlaceKind.CAMPUS]


def _departments(tree: DepartmentTree, above: int | None = None) -> Iterator[tuple[int, str]]:
    """Every department with its path, from the top down."""
    for node in tree.children(above):
        yield node.id, tree.path(node.id)
        yield from _departments(tree, node.id)
