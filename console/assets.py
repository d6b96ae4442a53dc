"""设备台账: the register of equipment, one asset with all that is known of it, and the kinds."""

from typing import Any, Final
from urllib.parse import urlencode

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE
from backend.places import queries as places
from backend.wire import Query, Str
from console.pages import page, pages, render
from console.work_orders import STATE_TONES as ORDER_TONES
from console.work_orders import buildings_of
from property.assets import asset_sheets, documents, policies, queries
from property.assets.filters import WarrantyState
from property.assets.models import AssetState
from property.assets.queries import AssetView
from property.assets.schemas import AssetsQuery
from property.assets.titles import COLUMN_NAMES, EVENT_NAMES, STATE_NAMES
from property.categories import queries as categories
from property.contractors import queries as contractors
from property.work_orders import asset_orders
from property.work_orders.policies import STATE_NAMES as ORDER_STATE_NAMES

blueprint = pages("console_assets", __name__)

READ: Final = Permission.PROPERTY_READ
MANAGE: Final = Permission.PROPERTY_MANAGE
_PATH: Final = "/property/assets"
_ORDERS_SHOWN: Final = 10
_EVENTS_SHOWN: Final = 30
_PLACES_SHOWN: Final = 30
STATE_TONES: Final = {AssetState.IN_USE: "green", AssetState.STOPPED: "yellow", AssetState.SCRAPPED: "gray"}
WARRANTY_NAMES: Final = {
    WarrantyState.UNDER: "在保",
    WarrantyState.ENDING: f"{policies.ENDING_DAYS} 天内到期",
    WarrantyState.ENDED: "已过保",
    WarrantyState.NONE: "未登记",
}
_WORDS: Final[dict[str, Any]] = {
    "State": AssetState,
    "state_names": STATE_NAMES,
    "state_tones": STATE_TONES,
    "warranty_names": WARRANTY_NAMES,
}


class PlaceChoicesQuery(Query):
    """Words of a place's path."""

    find = Str(load_default="", max_length=50)


@page(blueprint, _PATH, permission=READ, query=AssetsQuery)
def assets(actor: Actor, query: dict[str, Any]) -> str:
    """The assets within reach, by number."""
    return render(
        "property/assets.html",
        found=queries.list_assets(actor, **query),
        query=query,
        export=f"/api/v1/property/assets/export?{urlencode(_said(query))}",
        kinds=queries.list_kinds(),
        contractors=_contractors(),
        buildings=buildings_of(actor, READ),
        may_manage=actor.can(MANAGE),
        may_manage_kinds=actor.reach(MANAGE).everywhere,
        most_plates=policies.MOST_PLATES,
        **_WORDS,
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE)
def new(actor: Actor) -> str:
    """The form of a new asset."""
    return render("property/asset_form.html", equipment=None, **_form_words())


@page(blueprint, f"{_PATH}/import", permission=MANAGE)
def import_wizard(actor: Actor) -> str:
    """The way from a sheet over its preview to the import."""
    return render(
        "property/assets_import.html",
        columns=list(COLUMN_NAMES.values()),
        most_rows=asset_sheets.MOST_ROWS,
        may_create_kinds=actor.reach(MANAGE).everywhere,
    )


@page(blueprint, f"{_PATH}/import/template", permission=MANAGE)
def template(actor: Actor) -> File:
    """A sheet to fill in, with an example."""
    return File(documents.template_workbook(), "设备台账导入模板.xlsx", MEDIA_TYPE)


@page(blueprint, f"{_PATH}/<id:asset_id>", permission=READ)
def asset(actor: Actor, asset_id: int) -> str:
    """One asset: facts, photos, plate, what was reported about it, and its history."""
    found = queries.get_pictured(actor, asset_id)
    return render(
        "property/asset.html",
        equipment=found.asset,
        photos=found.photos,
        figures=asset_orders.figures_about(found.asset),
        orders=asset_orders.orders_about(found.asset, page_size=_ORDERS_SHOWN),
        events=queries.events_of(found.asset, page_size=_EVENTS_SHOWN),
        drawing=documents.drawing_of(found.asset),
        category=categories.names().get(found.asset.category_id or 0, ""),
        may_manage=_may_manage(actor, found.asset),
        most_photos=policies.MOST_PHOTOS,
        longest_reason=policies.LONGEST_REASON,
        event_names=EVENT_NAMES,
        order_state_names=ORDER_STATE_NAMES,
        order_tones=ORDER_TONES,
        **_WORDS,
    )


@page(blueprint, f"{_PATH}/<id:asset_id>/edit", permission=MANAGE)
def edit(actor: Actor, asset_id: int) -> str:
    """The form of an asset."""
    return render("property/asset_form.html", equipment=queries.get(actor, asset_id, MANAGE), **_form_words())


@page(blueprint, f"{_PATH}/kinds", permission=READ)
def kinds(actor: Actor) -> str:
    """The kinds of equipment, each with the category under which reports about it are usually filed."""
    return render(
        "property/asset_kinds.html",
        kinds=queries.list_kinds(),
        categories=_leaves(),
        may_manage=actor.reach(MANAGE).everywhere,
        longest=policies.LONGEST_KIND,
    )


@page(blueprint, "/property/places", permission=READ, query=PlaceChoicesQuery)
def place_choices(actor: Actor, query: dict[str, Any]) -> str:
    """The first places whose path has every word, as a select to choose from."""
    text = query["find"].strip()
    found = places.search_places(text, limit=_PLACES_SHOWN) if text else []
    return render("property/place_choices.html", found=found, text=text, most=_PLACES_SHOWN)


def _may_manage(actor: Actor, found: AssetView) -> bool:
    return policies.covers(actor, MANAGE, campus_id=found.campus_id, building_id=found.building_id)


def _contractors() -> list[tuple[int, str]]:
    return [(each.id, each.short_name or each.name) for each in contractors.all_contractors()]


def _leaves() -> list[tuple[int, str]]:
    """What reports may be filed under now."""
    return [(each.id, each.path) for each in categories.tree().walk() if each.is_in_use and each.is_leaf]


def _form_words() -> dict[str, Any]:
    return {
        "kinds": [(each.id, each.name) for each in queries.list_kinds() if each.is_active],
        "contractors": _contractors(),
        "longest_name": policies.LONGEST_NAME,
        "longest_number": policies.LONGEST_NUMBER,
        "longest_serial": policies.LONGEST_SERIAL,
        **_WORDS,
    }


def _said(query: dict[str, Any]) -> dict[str, str]:
    """The filters as the export takes them."""
    pages_of = ("page", "page_size")
    return {
        name: str(value) for name, value in query.items() if value not in (None, "") and name not in pages_of
    }
