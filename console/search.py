"""The search of the frame: pages, people, dishes and places by one text, each where the actor may look."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from backend.actor import Actor, Permission
from backend.identity.roster import queries as roster_queries
from backend.places import queries as place_queries
from backend.wire import Query, Str
from canteen.menu import library
from canteen.menu import queries as menu_queries
from canteen.menu.library import DishFilter
from console import navigation
from console.pages import page, pages, render

blueprint = pages("console_search", __name__)

MOST = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its title, a line about it, and where it is."""

    title: str
    about: str
    path: str


class SearchQuery(Query):
    """What to look for."""

    q = Str(load_default="", max_length=50)


@page(blueprint, "/search", permission=Permission.SELF, query=SearchQuery)
def search(actor: Actor, query: dict[str, Any]) -> str:
    """Everything that the text names, by kind."""
    text = query["q"]
    found = {
        "页面": _pages(actor, text),
        "人员": _people(actor, text),
        "菜品": _dishes(actor, text),
        "场所": _places(actor, text),
    }
    groups = {title: hits for title, hits in found.items() if hits} if text else {}
    return render("search/found.html", text=text, groups=groups, most=MOST)


def _pages(actor: Actor, text: str) -> list[Hit]:
    items = (item for section in navigation.visible(actor) for item in section.items)
    return [Hit(item.title, "", item.path) for item in items if text in item.title]


def _people(actor: Actor, text: str) -> list[Hit]:
    # The roster belongs to no campus: a narrower scope reaches none of it.
    if not actor.reach(Permission.IDENTITY_READ).everywhere:
        return []
    staff = roster_queries.page_staff(actor, query=text, page=1, page_size=MOST).rows
    return [Hit(each.name, f"工号 {each.staff_no}", f"/console/staff/{each.id}") for each in staff]


def _dishes(actor: Actor, text: str) -> list[Hit]:
    if not actor.can(Permission.CANTEEN_READ):
        return []
    dishes = library.search_dishes(actor, DishFilter(q=text), page=1, page_size=MOST).rows
    names = {canteen.id: canteen.name for canteen in menu_queries.canteens_in_reach(actor)}
    return [
        Hit(each.name, names.get(each.canteen_id, ""), f"/console/canteen/dishes/{each.id}")
        for each in dishes
    ]


def _places(actor: Actor, text: str) -> list[Hit]:
    if not actor.can(Permission.PLACES_MANAGE):
        return []
    places = place_queries.search_places(text, limit=MOST)
    return [Hit(each.name, each.path, f"/console/places?q={quote(each.name)}") for each in places]
