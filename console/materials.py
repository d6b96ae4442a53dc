"""物料仓库: the priced list of materials, the stores, and one store with its stock and movements."""

from typing import Any, Final

from backend.actor import Actor, Permission
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.places.tree import PlaceTree, PlaceView
from backend.wire import Bool, Choice, Date, Id, PageQuery, Str
from console.pages import page, pages, render
from property.work_orders.costs import policies, queries
from property.work_orders.costs.models import MovementKind, Store
from property.work_orders.costs.policies import MOVEMENT_NAMES
from property.work_orders.costs.services import MOST_ROWS

blueprint = pages("console_materials", __name__)

READ: Final = Permission.PROPERTY_READ
MANAGE: Final = Permission.PROPERTY_MANAGE
_MATERIALS: Final = "/property/materials"
_STORES: Final = "/property/stores"
_STORES_SHOWN: Final = 50
_PRICES_SHOWN: Final = 50
# What a form offers to choose from.
_MATERIALS_OFFERED: Final = 2_000
_KIND_TONES: Final = {
    MovementKind.DELIVERY: "green",
    MovementKind.ISSUE: "blue",
    MovementKind.RETURN: "yellow",
    MovementKind.COUNT: "gray",
}
_WORDS: Final[dict[str, Any]] = {
    "movement_names": MOVEMENT_NAMES,
    "movement_tones": _KIND_TONES,
    "policies": policies,
}


class MaterialsPage(PageQuery):
    """Which materials."""

    q = Str(load_default="", max_length=40)
    is_active = Bool()


class StockPage(PageQuery):
    """Which of a store's materials."""

    q = Str(load_default="", max_length=40)
    is_low = Bool(load_default=False)


class MovementsPage(PageQuery):
    """Which of a store's movements."""

    material_id = Id()
    kind = Choice(MovementKind)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")


@page(blueprint, _MATERIALS, permission=READ, query=MaterialsPage)
def materials(actor: Actor, query: dict[str, Any]) -> str:
    """The stores, and the list of materials by code."""
    tree = places.load_tree()
    stores = queries.page_stores(actor, page=1, page_size=_STORES_SHOWN).rows
    return render(
        "property/materials.html",
        found=queries.page_materials(actor, **query),
        query=query,
        stores=[(each, _where(tree, each)) for each in stores],
        managed={each.id for each in stores if _manages(actor, each)},
        sites=_sites(actor, tree),
        may_manage=actor.reach(MANAGE).everywhere,
        may_manage_stores=actor.can(MANAGE),
        **_WORDS,
    )


@page(blueprint, f"{_MATERIALS}/new", permission=MANAGE, is_compound_wide=True)
def new(actor: Actor) -> str:
    """The form of a new material."""
    return render("property/material.html", material=None, prices=None, **_WORDS)


@page(blueprint, f"{_MATERIALS}/import", permission=MANAGE, is_compound_wide=True)
def import_wizard(actor: Actor) -> str:
    """The way from a sheet over its preview to the import."""
    return render("property/materials_import.html", columns=policies.LIST_COLUMNS, most_rows=MOST_ROWS)


@page(blueprint, f"{_MATERIALS}/<id:material_id>", permission=READ)
def material(actor: Actor, material_id: int) -> str:
    """One material: its description, its prices, and the forms that change them."""
    return render(
        "property/material.html",
        material=queries.material_view(queries.find_material(material_id)),
        prices=queries.page_prices(actor, material_id=material_id, page=1, page_size=_PRICES_SHOWN),
        may_manage=actor.reach(MANAGE).everywhere,
        **_WORDS,
    )


@page(blueprint, f"{_STORES}/<id:store_id>", permission=READ, query=StockPage)
def store(actor: Actor, store_id: int, query: dict[str, Any]) -> str:
    """What a store has."""
    found = queries.find_store(actor, store_id)
    may_manage = _manages(actor, found)
    return render(
        "property/store.html",
        store=found,
        where=_where(places.load_tree(), found),
        stock=queries.page_stock(actor, store_id=store_id, **query),
        query=query,
        materials=_offered(actor) if may_manage else [],
        may_manage=may_manage,
        delivery_columns=policies.DELIVERY_COLUMNS,
        most_rows=MOST_ROWS,
        **_WORDS,
    )


@page(blueprint, f"{_STORES}/<id:store_id>/movements", permission=READ, query=MovementsPage)
def movements(actor: Actor, store_id: int, query: dict[str, Any]) -> str:
    """What changed a store's stock, the newest first."""
    found = queries.find_store(actor, store_id)
    return render(
        "property/movements.html",
        store=found,
        where=_where(places.load_tree(), found),
        found=queries.page_movements(actor, store_id=store_id, **query),
        query=query,
        **_WORDS,
    )


def _manages(actor: Actor, found: Store) -> bool:
    return policies.covers(actor, MANAGE, campus_id=found.campus_id, building_id=found.building_id)


def _sites(actor: Actor, tree: PlaceTree) -> list[PlaceView]:
    """The campuses and buildings on which the actor may open a store."""
    kinds = (PlaceKind.CAMPUS, PlaceKind.BUILDING)
    return [
        each
        for each in tree.walk()
        if each.kind in kinds
        and each.is_in_use
        and policies.covers(actor, MANAGE, campus_id=each.campus_id, building_id=each.building_id or 0)
    ]


def _where(tree: PlaceTree, found: Store) -> str:
    kind, place_id = (
        (PlaceKind.BUILDING, found.building_id) if found.building_id else (PlaceKind.CAMPUS, found.campus_id)
    )
    place = tree.find(Ref(kind, place_id))
    return place.path if place is not None else ""


def _offered(actor: Actor) -> list[tuple[int, str]]:
    found = queries.page_materials(actor, is_active=True, page=1, page_size=_MATERIALS_OFFERED)
    return [
        (each.id, f"{each.code} {each.name} {each.spec}".strip() + f"（{each.unit}）") for each in found.rows
    ]
