"""The places as a tree that unfolds, and the plates that hang there: to issue, to print, to take down."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend.actor import Actor, Permission
from backend.answers import File
from backend.errors import Invalid
from backend.places import documents, policies, queries
from backend.places.errors import PlaceNotFound
from backend.places.models import PlaceKind
from backend.places.policies import KIND_NAMES, SPOT_NAMES, Ref
from backend.places.queries import Branch
from backend.places.schemas import MAX_PLATES
from backend.places.tree import PlaceView
from backend.wire import Choice, Many, Query, Str
from console.pages import page, pages, render

blueprint = pages("console_places", __name__)

PDF: Final = "application/pdf"
SVG: Final = "image/svg+xml"
# What begins a place's key: `f12` is the floor 12.
_KEY: Final = re.compile(r"([bcfrs])([0-9]{1,15})")
# A compound with more floors opens with its campuses alone.
_FLOORS_AT_ONCE: Final = 60
# So many matches are marked; a text that matches more is no search.
_MOST_FOUND: Final = 200
# Of so few matches, each is opened as well.
_OPENED_FOUND: Final = 8
_LEAVES: Final = (PlaceKind.ROOM, PlaceKind.SPOT)


class PlatesRefused(Invalid):
    """What is chosen makes no sheet."""

    message = "{reason}"


class PlacesPage(Query):
    """What to look for, and the keys of the branches that are open: `c1.b2.f3`."""

    q = Str(max_length=50, load_default="")
    open = Str(max_length=20_000)


class ChosenPlaces(Query):
    """The keys of the chosen places; of each, all below it is meant, too."""

    at = Many(Str(max_length=20), required=True, minimum=1, maximum=1000)


class NewPlace(Query):
    """What kind of place to add."""

    what = Choice(PlaceKind)


class PlateFile(Query):
    """As what a plate is taken along."""

    format = Str(max_length=3, load_default="svg")


@dataclass(frozen=True, slots=True)
class Shown:
    """A branch as the tree shows it: what is below it is only there where it is open.

    `places` counts the rooms and spots at and below it, `plates` what hangs there and leads somewhere,
    `bare` the rooms and spots in use that have none.
    """

    branch: Branch
    key: str
    is_open: bool
    is_found: bool
    places: int
    plates: int
    bare: int
    branches: Sequence["Shown"]
    leaves: Sequence["Shown"]

    @property
    def place(self) -> PlaceView:
        """The place itself."""
        return self.branch.place

    @property
    def path(self) -> str:
        """Where its pages are."""
        return f"/console/places/{self.place.kind.value}/{self.place.id}"


@page(blueprint, "/places", permission=Permission.PLACES_MANAGE, query=PlacesPage)
def tree(actor: Actor, query: dict[str, Any]) -> str:
    """The tree; with a text, what it matches is marked and laid open."""
    campuses = queries.manage_tree(actor)
    found = _found(campuses, query["q"])
    opened = _keys(query["open"]) if "open" in query else _opened(campuses, found, query["q"])
    return render(
        "places/tree.html",
        campuses=[_shown(each, opened, found) for each in campuses],
        most_plates=MAX_PLATES,
        is_everywhere=actor.reach(Permission.PLACES_MANAGE).everywhere,
        found=len(found),
        most_found=_MOST_FOUND,
        query=query,
        **_names(),
    )


@page(blueprint, "/places/<kind>/<id:place_id>/below", permission=Permission.PLACES_MANAGE, query=PlacesPage)
def below(actor: Actor, kind: str, place_id: int, query: dict[str, Any]) -> str:
    """What lies directly below a place, as it is unfolded: a part of the tree."""
    branch = _branch(queries.manage_tree(actor), _ref(kind, place_id))
    found = _found([branch], query["q"])
    return render("places/below.html", shown=_shown(branch, {_key(branch)}, found), **_names())


@page(blueprint, "/places/new", permission=Permission.PLACES_MANAGE, is_compound_wide=True)
def add_campus(actor: Actor) -> str:
    """The dialog of a new campus."""
    position = _next_position(queries.manage_tree(actor), PlaceKind.CAMPUS)
    return render(
        "places/new.html", branch=None, kinds=[], kind=PlaceKind.CAMPUS, position=position, **_names()
    )


@page(blueprint, "/places/<kind>/<id:place_id>/new", permission=Permission.PLACES_MANAGE, query=NewPlace)
def add(actor: Actor, kind: str, place_id: int, query: dict[str, Any]) -> str:
    """The dialog of what is new below a place, of one kind of those that may lie there."""
    branch = _managed(actor, kind, place_id)
    kinds = [each for each, parents in policies.PARENTS.items() if branch.place.kind in parents]
    if not kinds:
        raise PlaceNotFound
    wanted = query["what"] if query.get("what") in kinds else kinds[0]
    position = _next_position(branch.children, wanted)
    return render("places/new.html", branch=branch, kinds=kinds, kind=wanted, position=position, **_names())


@page(blueprint, "/places/<kind>/<id:place_id>/edit", permission=Permission.PLACES_MANAGE)
def edit(actor: Actor, kind: str, place_id: int) -> str:
    """The dialog of one place: its name, where it lies, whether it is in use."""
    campuses = queries.manage_tree(actor)
    branch = _branch(campuses, _ref(kind, place_id))
    return render(
        "places/edit.html",
        branch=branch,
        inside=sum(each.place.kind in _LEAVES for each in _walk(branch.children)),
        plates=sum(each.plate_id is not None for each in _walk([branch])),
        parents=_parents(campuses, branch.place),
        **_names(),
    )


@page(blueprint, "/places/order", permission=Permission.PLACES_MANAGE, is_compound_wide=True)
def order_campuses(actor: Actor) -> str:
    """The dialog in which the campuses get their order."""
    return render("places/order.html", branch=None, lists=_lists(queries.manage_tree(actor)), **_names())


@page(blueprint, "/places/<kind>/<id:place_id>/order", permission=Permission.PLACES_MANAGE)
def order(actor: Actor, kind: str, place_id: int) -> str:
    """The dialog in which what lies below a place gets its order."""
    branch = _managed(actor, kind, place_id)
    return render("places/order.html", branch=branch, lists=_lists(branch.children), **_names())


@page(blueprint, "/places/<kind>/<id:place_id>/plate", permission=Permission.PLACES_MANAGE)
def show_plate(actor: Actor, kind: str, place_id: int) -> str:
    """The dialog of a place's plate: how it looks, and what may be done with it."""
    branch = _managed(actor, kind, place_id)
    plate = queries.get_plates(actor, [branch.plate_id])[0] if branch.plate_id is not None else None
    drawing = documents.drawing_of(plate) if plate else None
    return render("places/plate.html", branch=branch, plate=plate, drawing=drawing, **_names())


@page(blueprint, "/places/plates/<id:plate_id>", permission=Permission.PLACES_MANAGE, query=PlateFile)
def plate_file(actor: Actor, plate_id: int, query: dict[str, Any]) -> File:
    """One plate as a picture, or on a sheet."""
    (plate,) = queries.get_plates(actor, [plate_id])
    name = f"标牌 {plate.place.name} {plate.code}"
    if query["format"] == "pdf":
        return File(documents.plates_pdf([plate], printed_by=actor.name), f"{name}.pdf", PDF)
    return File(documents.plate_svg(plate), f"{name}.svg", SVG)


@page(blueprint, "/places/plates", permission=Permission.PLACES_MANAGE, query=ChosenPlaces)
def plates(actor: Actor, query: dict[str, Any]) -> File:
    """The plates that hang at and below the chosen places, on sheets to cut."""
    chosen = _chosen(queries.manage_tree(actor), set(query["at"]))
    plate_ids = [each.plate_id for each in chosen if each.plate_id and each.place.is_in_use]
    if not plate_ids:
        raise PlatesRefused(reason="所选地点没有使用中的标牌")
    if len(plate_ids) > MAX_PLATES:
        raise PlatesRefused(
            reason=f"一次最多打印 {MAX_PLATES} 块标牌，所选为 {len(plate_ids)} 块，请分楼层打印"
        )
    views = queries.get_plates(actor, plate_ids)
    return File(documents.plates_pdf(views, printed_by=actor.name), f"标牌 {len(views)} 块.pdf", PDF)


@page(blueprint, "/places/plates/issue", permission=Permission.PLACES_MANAGE, query=ChosenPlaces)
def issue(actor: Actor, query: dict[str, Any]) -> str:
    """The dialog that tells which of the chosen rooms and spots shall have a plate."""
    chosen = [
        each
        for each in _chosen(queries.manage_tree(actor), set(query["at"]))
        if each.place.kind in _LEAVES and each.place.is_in_use
    ]
    bare = [each.place for each in chosen if each.plate_id is None]
    return render("places/issue.html", bare=bare, standing=len(chosen) - len(bare), most=MAX_PLATES)


def _names() -> dict[str, Any]:
    return {
        "kind_names": KIND_NAMES,
        "spot_names": SPOT_NAMES,
        "spots": [(kind.value, name) for kind, name in SPOT_NAMES.items()],
        "Kind": PlaceKind,
    }


def _ref(kind: str, place_id: int) -> Ref:
    if kind not in set(PlaceKind):
        raise PlaceNotFound
    return Ref(PlaceKind(kind), place_id)


def _key(branch: Branch) -> str:
    return _key_of(branch.place.kind, branch.place.id)


def _key_of(kind: PlaceKind, place_id: int) -> str:
    return f"{kind.value[0]}{place_id}"


def _keys(text: str) -> set[str]:
    return {key for key in text.split(".") if _KEY.fullmatch(key)}


def _walk(branches: Sequence[Branch]) -> Iterator[Branch]:
    for branch in branches:
        yield branch
        yield from _walk(branch.children)


def _branch(branches: Sequence[Branch], ref: Ref) -> Branch:
    """The branch of a place that the actor manages. Raises PlaceNotFound."""
    for branch in _walk(branches):
        if branch.place.ref == ref and branch.is_managed:
            return branch
    raise PlaceNotFound


def _managed(actor: Actor, kind: str, place_id: int) -> Branch:
    return _branch(queries.manage_tree(actor), _ref(kind, place_id))


def _shown(branch: Branch, opened: Collection[str], found: Collection[str]) -> Shown:
    key = _key(branch)
    inside = [_shown(each, opened, found) for each in branch.children]
    is_leaf = branch.place.kind in _LEAVES
    hangs = branch.plate_id is not None and branch.place.is_in_use
    is_bare = is_leaf and branch.place.is_in_use and branch.plate_id is None
    is_open = key in opened
    return Shown(
        branch=branch,
        key=key,
        is_open=is_open,
        is_found=key in found,
        places=is_leaf + sum(each.places for each in inside),
        plates=hangs + sum(each.plates for each in inside),
        bare=is_bare + sum(each.bare for each in inside),
        branches=[each for each in inside if is_open and each.place.kind not in _LEAVES],
        leaves=[each for each in inside if is_open and each.place.kind in _LEAVES],
    )


def _found(branches: Sequence[Branch], text: str) -> dict[str, PlaceView]:
    """What the text means, by key: every word on the path and one in the name itself, or a plate's code."""
    words = text.casefold().replace("/", " ").split()
    code = policies.typed_code(text)
    found: dict[str, PlaceView] = {}
    for branch in _walk(branches) if words else ():
        path, name = branch.place.path.casefold(), branch.place.name.casefold()
        named = all(word in path for word in words) and any(word in name for word in words)
        if named or (branch.plate_code and policies.typed_code(branch.plate_code) == code):
            found[_key(branch)] = branch.place
            if len(found) == _MOST_FOUND:
                break
    return found


def _opened(campuses: Sequence[Branch], found: Mapping[str, PlaceView], text: str) -> set[str]:
    """The branches that are open at first: what leads to the matches, or else all above the floors."""
    if text:
        opened = set(found) if len(found) <= _OPENED_FOUND else set()
        for place in found.values():
            opened |= _above(place)
        return opened
    floors = sum(each.place.kind is PlaceKind.FLOOR for each in _walk(campuses))
    kinds = {PlaceKind.CAMPUS, PlaceKind.BUILDING} if floors <= _FLOORS_AT_ONCE else {PlaceKind.CAMPUS}
    return {_key(each) for each in _walk(campuses) if each.place.kind in kinds}


def _above(place: PlaceView) -> set[str]:
    ids = {
        PlaceKind.CAMPUS: place.campus_id,
        PlaceKind.BUILDING: place.building_id,
        PlaceKind.FLOOR: place.floor_id,
    }
    return {_key_of(kind, place_id) for kind, place_id in ids.items() if place_id and kind is not place.kind}


def _chosen(branches: Sequence[Branch], keys: Collection[str], *, within: bool = False) -> Iterator[Branch]:
    """The managed places that are chosen, or lie below one that is."""
    for branch in branches:
        is_chosen = within or _key(branch) in keys
        if is_chosen and branch.is_managed:
            yield branch
        yield from _chosen(branch.children, keys, within=is_chosen)


def _parents(campuses: Sequence[Branch], place: PlaceView) -> list[PlaceView]:
    """Where a place may be put: below what is in use and managed, other than where it lies."""
    wanted = policies.PARENTS[place.kind]
    return [
        branch.place
        for branch in _walk(campuses)
        if branch.place.kind in wanted
        and branch.is_managed
        and branch.place.is_in_use
        and (branch.place.kind, branch.place.id) != (place.parent_kind, place.parent_id)
    ]


def _next_position(siblings: Sequence[Branch], kind: PlaceKind) -> int:
    """Behind the others where somebody has put them in an order; else among them, by name."""
    positions = [each.place.position for each in siblings if each.place.kind is kind]
    return max(positions) + 1 if any(positions) else 0


def _lists(branches: Sequence[Branch]) -> list[tuple[PlaceKind, list[PlaceView]]]:
    """The siblings that can be put in order: those of each kind of which there are several."""
    lists = [(kind, [each.place for each in branches if each.place.kind is kind]) for kind in PlaceKind]
    return [(kind, places) for kind, places in lists if len(places) > 1]
