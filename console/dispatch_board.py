"""调度台: what waits, who could take it, and giving it out; and the form for reports by telephone."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.wire import Bool, Choice, Id, PageQuery, Query, Str
from console.pages import page, pages, render
from console.work_orders import STATE_TONES, buildings_of, categories_to_file, order_words, similar_to
from property.assets import queries as assets
from property.categories import queries as categories
from property.categories.models import Urgency
from property.dispatch import figures, queries, suggesting
from property.work_orders import listing, policies, views
from property.work_orders.models import State
from property.work_orders.policies import Verb
from property.workforce import queries as workforce

blueprint = pages("console_dispatch_board", __name__)

DISPATCH: Final = Permission.ORDERS_DISPATCH
_PATH: Final = "/property/board"
# As many as there are digits for.
_WORKERS_SHOWN: Final = 6
_GROUPS_SHOWN: Final = 3
_PLACES_SHOWN: Final = 20


class BoardPage(PageQuery):
    """What of the board; place and skill narrow every figure, the rest the queue alone."""

    building_id = Id()
    category = Str(max_length=40)
    skill = Str(max_length=20)
    urgency = Choice(Urgency)
    state = Choice(State)
    group_id = Id()
    is_overdue = Bool()
    q = Str(max_length=50)


class PlacesPage(Query):
    """Words of a place's path."""

    find = Str(load_default="", max_length=50)


class HintsPage(Query):
    """What somebody is about to report, and where."""

    category = Str(load_default="", max_length=40)
    place_kind = Choice(PlaceKind)
    place_id = Id()
    asset_plate = Str(load_default="", max_length=40)


@page(blueprint, _PATH, permission=DISPATCH, query=BoardPage)
def board(actor: Actor, query: dict[str, Any]) -> str:
    """The figures, the queue by due, and the load of workers and groups beside it."""
    found = queries.board(actor, **query)
    ready = [one for one in found.workers if one.is_on_duty]
    return render(
        "orders/board.html",
        board=found,
        query=query,
        ready=sorted(ready, key=lambda one: (one.is_full, one.open - one.worker.capacity)),
        others=[one for one in found.workers if not one.is_on_duty],
        buildings=buildings_of(actor, DISPATCH),
        skills=sorted({skill for one in found.workers for skill in one.worker.skills}),
        waiting_states=figures.WAITING_STATES,
        **order_words(),
    )


@page(blueprint, f"{_PATH}/orders/<id:order_id>", permission=DISPATCH)
def board_order(actor: Actor, order_id: int) -> str:
    """What may be done with one order of the queue, first of all to whom it may be given."""
    queries.find(actor, order_id)
    order = views.get_order(actor, order_id)
    can_dispatch = Verb.DISPATCH in order.can
    found = suggesting.suggestions(actor, order_id=order_id) if can_dispatch else None
    return render(
        "orders/board_order.html",
        order=order,
        workers=found.workers[:_WORKERS_SHOWN] if found else [],
        groups=found.groups[:_GROUPS_SHOWN] if found else [],
        more_workers=found.workers[_WORKERS_SHOWN:] if found else [],
        more_groups=found.groups[_GROUPS_SHOWN:] if found else [],
        skill=found.skill if found else "",
        similar=similar_to(actor, order) if Verb.DUPLICATE in order.can else [],
        now=clock.now(),
        **order_words(),
    )


@page(blueprint, f"{_PATH}/batch", permission=DISPATCH)
def board_batch(actor: Actor) -> str:
    """To whom several chosen orders may be given at once."""
    able = [one for one in workforce.list_workers(is_active=True) if one.is_available and one.may_handle]
    loads = queries.worker_loads(able, figures.loads(), workforce.on_duty(clock.now()))
    return render(
        "orders/board_batch.html",
        workers=sorted(
            loads, key=lambda one: (not one.is_on_duty, one.is_full, one.worker.group, one.worker.name)
        ),
        groups=workforce.list_groups(is_active=True),
    )


@page(blueprint, f"{_PATH}/report", permission=DISPATCH)
def telephone(actor: Actor) -> str:
    """The form for what somebody reports by telephone."""
    return render(
        "orders/report.html",
        categories=categories_to_file(),
        most_photos=policies.MOST_PHOTOS,
        **order_words(),
    )


@page(blueprint, f"{_PATH}/report/places", permission=DISPATCH, query=PlacesPage)
def telephone_places(actor: Actor, query: dict[str, Any]) -> str:
    """The first places whose path has every word, to choose one."""
    found = places.search_places(query["find"], limit=_PLACES_SHOWN) if query["find"].strip() else []
    return render("orders/report_places.html", found=found, text=query["find"], most=_PLACES_SHOWN)


@page(blueprint, f"{_PATH}/report/hints", permission=DISPATCH, query=HintsPage)
def telephone_hints(actor: Actor, query: dict[str, Any]) -> str:
    """The equipment at a place, and the orders that may be about the same."""
    place_id, kind = query.get("place_id"), query.get("place_kind")
    place = Ref(kind, place_id) if kind is not None and place_id is not None else None
    tree = categories.tree()
    filed = tree.find_code(query["category"]) if query["category"] else None
    at_place = assets_at(actor, place) if place is not None else []
    chosen = next((each for each in at_place if each.plate == query["asset_plate"]), None)
    # Whoever calls says 漏水 where another said 堵塞: what stands under the same topmost category is similar.
    within = tree.within(tree.lineage(filed.id)[-1]) if filed else {each.id for each in tree.walk()}
    return render(
        "orders/report_hints.html",
        place=place,
        assets=at_place,
        plate=chosen.plate if chosen else "",
        similar=listing.similar(
            actor, category_ids=within, place=place, asset_id=chosen.id if chosen else None
        )
        if place is not None
        else [],
        state_tones=STATE_TONES,
    )


def assets_at(actor: Actor, place: Ref) -> list[Any]:
    """The equipment in use at a place that can be reported."""
    if not actor.can(Permission.PROPERTY_READ):
        return []
    found = assets.list_assets(actor, place_kind=place.kind, place_id=place.id, page=1, page_size=50)
    return [each for each in found.rows if each.can_report]
