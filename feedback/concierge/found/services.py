"""Use cases of the board of found things."""

from collections.abc import Sequence
from datetime import date

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.media import operations as media
from backend.media import queries as media_queries
from backend.places import queries as places
from backend.places.errors import PlaceNotFound
from backend.places.policies import Ref
from feedback.concierge import operations as concierge
from feedback.concierge import queries as concierge_queries
from feedback.concierge.defaults import LOST_FOUND
from feedback.concierge.found import policies, queries
from feedback.concierge.found.errors import (
    AlreadyClaimed,
    ClaimUnknown,
    FoundPlaceNeeded,
    FoundThingNotFound,
)
from feedback.concierge.found.models import FoundClaim, FoundState, FoundThing
from feedback.concierge.found.queries import FoundView
from feedback.concierge.queries import RequestView
from feedback.reports import moving
from feedback.reports.errors import PlaceUnknown
from feedback.reports.policies import OPEN, Step

OBJECT = "found_thing"


@atomic
def register(
    actor: Actor,
    *,
    title: str,
    description: str = "",
    place: Ref | None = None,
    place_path: str = "",
    found_on: date,
    kept_at: str,
    photo_ids: Sequence[int] = (),
) -> FoundView:
    """Put a thing on the board.

    Raises Forbidden, FoundDateInvalid, FoundPlaceNeeded, PlaceUnknown or PhotoNotFound.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    policies.ensure_found_on(found_on, clock.today())
    thing = FoundThing(
        title=title,
        description=description,
        place_kind=place.kind.value if place else None,
        place_id=place.id if place else None,
        place_path=_path(place, place_path),
        found_on=found_on,
        kept_at=kept_at,
        state=FoundState.WAITING.value,
        registered_at=clock.now(),
        registered_by=actor.staff_id,
    )
    db.session.add(thing)
    db.session.flush()  # Its photos name it.
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        media.attach(actor, photo_id, policies.PHOTOS, thing.id, is_public=True, position=position)
    record(actor, "feedback.found_registered", OBJECT, thing.id, title=title)
    return queries.get_thing(actor, thing.id)


@atomic
def change(
    actor: Actor,
    *,
    found_id: int,
    title: str,
    description: str = "",
    place: Ref | None = None,
    place_path: str = "",
    found_on: date,
    kept_at: str,
    photo_ids: Sequence[int] = (),
) -> FoundView:
    """Describe a thing that waits anew; `photo_ids` are all that it shall have, of its own and loose ones.

    Raises Forbidden, FoundThingNotFound, FoundThingState, and as `register`.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    policies.ensure_found_on(found_on, clock.today())
    thing = _waiting(found_id)
    thing.title, thing.description, thing.kept_at, thing.found_on = title, description, kept_at, found_on
    thing.place_kind = place.kind.value if place else None
    thing.place_id = place.id if place else None
    thing.place_path = _path(place, place_path)
    owned = media_queries.photos_of_owners(policies.PHOTOS, [found_id]).get(found_id, [])
    standing = {photo.id for photo in owned}
    if gone := standing - set(photo_ids):
        media.detach(policies.PHOTOS, found_id, gone)
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        if photo_id not in standing:
            media.attach(actor, photo_id, policies.PHOTOS, found_id, is_public=True, position=position)
    record(actor, "feedback.found_changed", OBJECT, found_id, title=title)
    return queries.get_thing(actor, found_id)


@atomic
def claim(actor: Actor, *, found_id: int, text: str, phone: str = "") -> RequestView:
    """Say that a thing is one's own: a request of the service for lost things, which names the thing.

    Raises FoundThingNotFound, FoundThingState, AlreadyClaimed, ServiceNotFound, ServiceInactive, and as
    `raise_request`.
    """
    thing = _waiting(found_id)
    if queries.has_open_claim(actor, found_id):
        raise AlreadyClaimed
    service = concierge_queries.in_use(LOST_FOUND)
    said = {"kind": "认领", "what": thing.title, "phone": phone}
    keys = {field.key for field in service.form}
    report = concierge.raise_request(
        actor,
        service,
        answers={key: value for key, value in said.items() if key in keys},
        text=f"认领 {thing.found_on.isoformat()} 在{thing.place_path}拾获的「{thing.title}」：{text}",
    )
    db.session.add(FoundClaim(report_id=report.id, found_id=found_id))
    return concierge_queries.get_request(actor, report.id)


@atomic
def hand_over(actor: Actor, *, found_id: int, claim_id: int, text: str = "") -> FoundView:
    """Give a thing to one of those who claimed it; every open claim's timeline says so.

    Raises Forbidden, FoundThingNotFound, FoundThingState or ClaimUnknown.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    thing = _waiting(found_id)
    claims = queries.claim_ids(found_id)
    if claim_id not in claims:
        raise ClaimUnknown
    _end(actor, thing, FoundState.CLAIMED, text, claim_id=claim_id)
    numbers = {}
    for report in moving.locked_all(claims):
        numbers[report.id] = report.number
        if report.state in OPEN:
            word = "已核对并交还" if report.id == claim_id else "已由他人领取"
            moving.note(actor, report, Step.NOTE, text=f"失物「{thing.title}」{word}", at=clock.now())
    record(actor, "feedback.found_handed_over", OBJECT, found_id, title=thing.title, number=numbers[claim_id])
    return queries.get_thing(actor, found_id)


@atomic
def pass_on(actor: Actor, *, found_id: int, text: str) -> FoundView:
    """Take a thing off the board that nobody came for.

    Raises Forbidden, FoundThingNotFound or FoundThingState.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    thing = _waiting(found_id)
    _end(actor, thing, FoundState.PASSED_ON, text)
    record(actor, "feedback.found_passed_on", OBJECT, found_id, title=thing.title)
    return queries.get_thing(actor, found_id)


def _waiting(found_id: int) -> FoundThing:
    """The thing, locked. Raises FoundThingNotFound or FoundThingState."""
    thing = db.session.get(FoundThing, found_id, populate_existing=True, with_for_update=True)
    if thing is None:
        raise FoundThingNotFound
    policies.ensure_waiting(thing.state)
    return thing


def _end(
    actor: Actor, thing: FoundThing, state: FoundState, text: str, *, claim_id: int | None = None
) -> None:
    thing.state, thing.end_text, thing.claim_id = state.value, text, claim_id
    thing.ended_at, thing.ended_by = clock.now(), actor.staff_id
    db.session.flush()  # Whoever looks within the unit sees it.


def _path(place: Ref | None, said: str) -> str:
    if place is None:
        if not said:
            raise FoundPlaceNeeded
        return said
    try:
        return places.find_place(place).path[:200]
    except PlaceNotFound as error:
        raise PlaceUnknown from error
