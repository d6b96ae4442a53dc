"""Reads of the board of found things."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select

from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.media import queries as media
from backend.media.queries import OwnedPhoto
from backend.paging import Page, paginate
from feedback.concierge import queries as concierge
from feedback.concierge.found import policies
from feedback.concierge.found.errors import FoundThingNotFound
from feedback.concierge.found.models import FoundClaim, FoundState, FoundThing
from feedback.concierge.queries import RequestRow
from feedback.reports import queries as reports
from feedback.reports.models import Report


@dataclass(frozen=True, slots=True)
class FoundView:
    """A thing on the board. `is_claimed_by_me`: the reader has claimed it, and that is still open."""

    id: int
    title: str
    description: str
    place_kind: str | None
    place_id: int | None
    place_path: str
    found_on: date
    kept_at: str
    state: str
    state_name: str
    registered_at: datetime
    ended_at: datetime | None
    photos: Sequence[OwnedPhoto]
    is_claimed_by_me: bool


def page_things(
    actor: Actor, *, state: FoundState = FoundState.WAITING, q: str = "", page: int, page_size: int
) -> Page:
    """Things in a state that have the words, what was found last first."""
    statement = select(FoundThing).where(FoundThing.state == state.value)
    for word in q.split():
        texts = (FoundThing.title, FoundThing.description, FoundThing.place_path)
        statement = statement.where(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    ordered = statement.order_by(FoundThing.found_on.desc(), FoundThing.id.desc())
    found = paginate(ordered, page=page, page_size=page_size)
    return Page(_views(actor, found.rows), found.total, page, page_size)


def get_thing(actor: Actor, found_id: int) -> FoundView:
    """A thing on the board. Raises FoundThingNotFound."""
    thing = db.session.get(FoundThing, found_id, populate_existing=True)
    if thing is None:
        raise FoundThingNotFound
    return _views(actor, [thing])[0]


def list_claims(actor: Actor, found_id: int) -> list[RequestRow]:
    """Who claims a thing, as requests. Raises Forbidden or FoundThingNotFound."""
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    get_thing(actor, found_id)
    return concierge.rows_of(claim_ids(found_id))


def claim_ids(found_id: int) -> list[int]:
    """The requests that claim a thing."""
    statement = select(FoundClaim.report_id).where(FoundClaim.found_id == found_id)
    return list(db.session.scalars(statement.order_by(FoundClaim.report_id)))


def has_open_claim(actor: Actor, found_id: int) -> bool:
    """Whether somebody has claimed a thing, and that is still open."""
    return found_id in _claimed(actor, [found_id])


def _claimed(actor: Actor, found_ids: Collection[int]) -> set[int]:
    open_and_own = exists().where(
        Report.id == FoundClaim.report_id,
        Report.reporter_id == actor.staff_id,
        reports.IS_OPEN_REPORT,
    )
    statement = select(FoundClaim.found_id).where(FoundClaim.found_id.in_(found_ids), open_and_own)
    return set(db.session.scalars(statement)) if found_ids else set()


def _views(actor: Actor, things: Sequence[FoundThing]) -> list[FoundView]:
    found_ids = [thing.id for thing in things]
    photos = media.photos_of_owners(policies.PHOTOS, found_ids)
    claimed = _claimed(actor, found_ids)
    return [
        FoundView(
            id=thing.id,
            title=thing.title,
            description=thing.description,
            place_kind=thing.place_kind,
            place_id=thing.place_id,
            place_path=thing.place_path,
            found_on=thing.found_on,
            kept_at=thing.kept_at,
            state=thing.state,
            state_name=policies.STATE_NAMES[FoundState(thing.state)],
            registered_at=thing.registered_at,
            ended_at=thing.ended_at,
            photos=photos.get(thing.id, []),
            is_claimed_by_me=thing.id in claimed,
        )
        for thing in things
    ]
