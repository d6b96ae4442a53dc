"""服务时限: versions of the policy with their lines, hours of service, vital places, and a trial."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.errors import NotFound
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.places.tree import PlaceView
from backend.wire import Choice, Date, Id, PageQuery, Query, Str, WallTime
from console.pages import page, pages, render
from property.categories import queries as categories
from property.categories.models import Urgency
from property.categories.titles import URGENCY_NAMES
from property.service_levels import reading
from property.service_levels.models import PlaceClass
from property.service_levels.reading import Preview, VersionState
from property.service_levels.titles import CLASS_NAMES, COUNTING_NAMES, KIND_NAMES

blueprint = pages("console_service_levels", __name__)

READ: Final = Permission.PROPERTY_READ
MANAGE: Final = Permission.PROPERTY_MANAGE
_PATH: Final = "/property/service-levels"
# Nobody draws up more before one of them is in force.
_VERSIONS_SHOWN: Final = 100
VERSION_NAMES: Final = {
    VersionState.DRAFT: "草稿",
    VersionState.SCHEDULED: "待生效",
    VersionState.IN_FORCE: "生效中",
    VersionState.SUPERSEDED: "已被取代",
}
VERSION_TONES: Final = {
    VersionState.DRAFT: "yellow",
    VersionState.SCHEDULED: "blue",
    VersionState.IN_FORCE: "green",
    VersionState.SUPERSEDED: "gray",
}
WEEKDAY_NAMES: Final = tuple(f"周{day}" for day in "一二三四五六日")
_WORDS: Final[dict[str, Any]] = {
    "VersionState": VersionState,
    "version_names": VERSION_NAMES,
    "version_tones": VERSION_TONES,
    "urgency_names": URGENCY_NAMES,
    "class_names": CLASS_NAMES,
    "counting_names": COUNTING_NAMES,
    "kind_names": KIND_NAMES,
    "weekday_names": WEEKDAY_NAMES,
}


class LevelsPage(PageQuery):
    """Which page of the versions."""


class TrialPage(Query):
    """A case: category, urgency, place (`room:12`) and when it is reported, now by default."""

    category_id = Id()
    urgency = Choice(Urgency, load_default=Urgency.ORDINARY)
    place = Str(max_length=30)
    on_date = Date()
    at_time = WallTime()


@page(blueprint, _PATH, permission=READ, query=LevelsPage)
def levels(actor: Actor, query: dict[str, Any]) -> str:
    """What holds now, and the versions."""
    found = reading.page_versions(**query)
    latest = reading.page_versions(page=1, page_size=_VERSIONS_SHOWN).rows
    in_force = next((each for each in latest if each.state is VersionState.IN_FORCE), None)
    return render(
        "property/service_levels.html",
        found=found,
        latest=latest,
        lines=reading.get_version(in_force.id).lines if in_force else reading.built_in(),
        in_force=in_force,
        may_manage=_may_manage(actor),
        **_WORDS,
    )


@page(blueprint, f"{_PATH}/versions/<id:version_id>", permission=READ)
def version(actor: Actor, version_id: int) -> str:
    """What a version says."""
    return render(
        "property/service_version.html",
        version=reading.get_version(version_id),
        may_manage=_may_manage(actor),
        **_WORDS,
    )


@page(blueprint, f"{_PATH}/versions/<id:version_id>/edit", permission=MANAGE, is_compound_wide=True)
def edit_version(actor: Actor, version_id: int) -> str:
    """The form of a draft."""
    found = reading.get_version(version_id)
    if found.state is not VersionState.DRAFT:
        raise NotFound
    return render(
        "property/service_version_form.html",
        version=found,
        categories=[(each.id, each.path) for each in categories.tree().walk()],
        calendars=[(each.id, each.name) for each in reading.list_calendars()],
        **_WORDS,
    )


@page(blueprint, f"{_PATH}/calendars", permission=READ)
def calendars(actor: Actor) -> str:
    """The hours of service that lines may count by."""
    return render(
        "property/service_calendars.html",
        calendars=reading.list_calendars(),
        may_manage=_may_manage(actor),
        **_WORDS,
    )


@page(blueprint, f"{_PATH}/calendars/new", permission=MANAGE, is_compound_wide=True)
def new_calendar(actor: Actor) -> str:
    """The form of a new calendar."""
    return render("property/service_calendar.html", calendar=None, **_WORDS)


@page(blueprint, f"{_PATH}/calendars/<id:calendar_id>", permission=MANAGE, is_compound_wide=True)
def edit_calendar(actor: Actor, calendar_id: int) -> str:
    """The form of a calendar."""
    found = reading.calendar_view(reading.find_calendar(calendar_id))
    return render("property/service_calendar.html", calendar=found, **_WORDS)


@page(blueprint, f"{_PATH}/places", permission=READ)
def place_classes(actor: Actor) -> str:
    """The places that have a class of their own."""
    return render(
        "property/place_classes.html",
        classes=reading.list_classes(),
        may_manage=_may_manage(actor),
        PlaceClass=PlaceClass,
        **_WORDS,
    )


@page(blueprint, f"{_PATH}/trial", permission=READ, query=TrialPage)
def trial(actor: Actor, query: dict[str, Any]) -> str:
    """What would be promised for a case."""
    return render(
        "property/service_trial.html",
        query=query,
        preview=_preview(query),
        categories=[(each.id, each.path) for each in categories.tree().walk() if each.is_leaf],
        place=_place_view(query),
        today=clock.today(),
        **_WORDS,
    )


def _may_manage(actor: Actor) -> bool:
    return actor.reach(MANAGE).everywhere


def _preview(query: Mapping[str, Any]) -> Preview | None:
    if "category_id" not in query:
        return None
    kind, place_id = _place(query)
    return reading.preview(
        category_id=query["category_id"],
        urgency=query["urgency"],
        place_kind=kind,
        place_id=place_id,
        at=_instant(query),
    )


def _instant(query: Mapping[str, Any]) -> Any:
    on_date: date | None = query.get("on_date")
    at_time: time | None = query.get("at_time")
    if on_date is None and at_time is None:
        return None
    return clock.at_local(on_date or clock.today(), at_time or time(9))


def _place(query: Mapping[str, Any]) -> tuple[PlaceKind | None, int | None]:
    """A place as the select names it. Raises NotFound."""
    text = query.get("place")
    if not text:
        return None, None
    kind, _, number = text.partition(":")
    if kind not in set(PlaceKind) or not (number.isascii() and number.isdecimal() and len(number) <= 15):
        raise NotFound
    return PlaceKind(kind), int(number)


def _place_view(query: Mapping[str, Any]) -> PlaceView | None:
    kind, place_id = _place(query)
    return places.find_place(Ref(kind, place_id)) if kind is not None and place_id is not None else None
