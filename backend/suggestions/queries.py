"""Reads of suggestions: one's own, and what the administrators see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import selectinload

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.counting import Count
from backend.db import db
from backend.identity.models import Staff
from backend.identity.queries import department_tree
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from backend.suggestions import policies
from backend.suggestions.errors import SuggestionNotFound
from backend.suggestions.models import Suggestion, SuggestionKind, SuggestionReply, SuggestionState


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A suggestion as its author sees it."""

    id: int
    kind: str
    text: str
    may_contact: bool
    state: str
    sent_at: datetime
    closed_at: datetime | None
    photos: Sequence[PhotoLinks]
    replies: Sequence[SuggestionReply]


@dataclass(frozen=True, slots=True)
class ManagedSuggestion(SuggestionView):
    """A suggestion as an administrator sees it: who wrote is None unless they agreed to be contacted."""

    staff_no: str | None
    staff_name: str | None
    department: str | None


def page_own(actor: Actor, *, page: int, page_size: int) -> Page:
    """The actor's own suggestions with their replies, the newest first."""
    statement = _loaded().where(Suggestion.staff_id == actor.staff_id).order_by(Suggestion.id.desc())
    found = paginate(statement, page=page, page_size=page_size)
    return Page(_views(found.rows), found.total, found.page, found.page_size)


def get_own(actor: Actor, suggestion_id: int) -> SuggestionView:
    """One of the actor's own. Raises SuggestionNotFound for anybody else's."""
    return _views([_find(suggestion_id, staff_id=actor.staff_id)])[0]


def page_all(
    actor: Actor,
    *,
    state: SuggestionState | None = None,
    kind: SuggestionKind | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    q: str = "",
    page: int,
    page_size: int,
) -> Page:
    """Everybody's suggestions of the days [from_on, until_on], the newest first. Raises Forbidden."""
    ensure_everywhere(actor, Permission.SUGGESTIONS_MANAGE)
    given = {"state": state, "kind": kind}
    statement = _loaded().filter_by(
        **{name: value.value for name, value in given.items() if value is not None}
    )
    if from_on is not None:
        statement = statement.where(Suggestion.sent_at >= clock.at_local(from_on, time.min))
    if until_on is not None:
        statement = statement.where(
            Suggestion.sent_at < clock.at_local(until_on + timedelta(days=1), time.min)
        )
    if q:
        statement = statement.where(Suggestion.text.contains(q, autoescape=True))
    found = paginate(statement.order_by(Suggestion.id.desc()), page=page, page_size=page_size)
    return Page(_managed(found.rows), found.total, found.page, found.page_size)


def get_managed(actor: Actor, suggestion_id: int) -> ManagedSuggestion:
    """One of everybody's. Raises Forbidden or SuggestionNotFound."""
    ensure_everywhere(actor, Permission.SUGGESTIONS_MANAGE)
    return _managed([_find(suggestion_id)])[0]


def unanswered(actor: Actor) -> Count:
    """Counts those that wait for their first reply. Raises Forbidden."""
    ensure_everywhere(actor, Permission.SUGGESTIONS_MANAGE)
    return select(func.count()).select_from(Suggestion).where(Suggestion.state == SuggestionState.OPEN.value)


def count_sent(staff_id: int, on_date: date) -> int:
    """How many a person has sent on a day."""
    begins_at, ends_at = (clock.at_local(on_date + timedelta(days=days), time.min) for days in (0, 1))
    statement = select(func.count()).where(
        Suggestion.staff_id == staff_id, Suggestion.sent_at >= begins_at, Suggestion.sent_at < ends_at
    )
    return db.session.scalar(statement) or 0


def count_answered(from_on: date, until_on: date) -> tuple[int, int]:
    """How many were sent on the days [from_on, until_on], both included, and of these have a reply."""
    begins_at = clock.at_local(from_on, time.min)
    ends_at = clock.at_local(until_on + timedelta(days=1), time.min)
    answered = case((Suggestion.state != SuggestionState.OPEN.value, 1), else_=0)
    row = db.session.execute(
        select(func.count(), func.coalesce(func.sum(answered), 0)).where(
            Suggestion.sent_at >= begins_at, Suggestion.sent_at < ends_at
        )
    ).one()
    return row[0], row[1]


def _loaded() -> Select[Any]:
    return (
        select(Suggestion).options(selectinload(Suggestion.replies)).execution_options(populate_existing=True)
    )


def _find(suggestion_id: int, **owner: int) -> Suggestion:
    statement = _loaded().filter_by(id=suggestion_id, **owner)
    found: Suggestion | None = db.session.scalars(statement).one_or_none()
    if found is None:
        raise SuggestionNotFound
    return found


def _views(rows: Sequence[Suggestion]) -> list[SuggestionView]:
    photos = media_queries.links_of_owners(policies.PHOTO_OWNER, [row.id for row in rows])
    return [SuggestionView(**_columns(row), photos=photos.get(row.id, [])) for row in rows]


def _managed(rows: Sequence[Suggestion]) -> list[ManagedSuggestion]:
    photos = media_queries.links_of_owners(policies.PHOTO_OWNER, [row.id for row in rows])
    known = _authors([row for row in rows if row.may_contact])
    return [
        ManagedSuggestion(**_columns(row), photos=photos.get(row.id, []), **known.get(row.id, _UNKNOWN))
        for row in rows
    ]


_UNKNOWN = {"staff_no": None, "staff_name": None, "department": None}


def _authors(rows: Sequence[Suggestion]) -> dict[int, dict[str, Any]]:
    """Who wrote each of these, by suggestion."""
    if not rows:
        return {}
    wanted = {row.staff_id for row in rows}
    people = db.session.execute(select(Staff.id, Staff.staff_no, Staff.name).where(Staff.id.in_(wanted)))
    names = {staff_id: (staff_no, name) for staff_id, staff_no, name in people}
    tree = department_tree()
    return {
        row.id: {
            "staff_no": names[row.staff_id][0],
            "staff_name": names[row.staff_id][1],
            "department": tree.path(row.department_id),
        }
        for row in rows
    }


def _columns(row: Suggestion) -> dict[str, Any]:
    names = ("id", "kind", "text", "may_contact", "state", "sent_at", "closed_at", "replies")
    return {name: getattr(row, name) for name in names}


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """What a person wrote, with the answers, under Chinese names, for the copy of their data."""
    rows = db.session.scalars(_loaded().where(Suggestion.staff_id == staff_id).order_by(Suggestion.id))
    return [
        {
            "类别": policies.KIND_NAMES[SuggestionKind(row.kind)],
            "内容": row.text,
            "同意联系": row.may_contact,
            "状态": policies.STATE_NAMES[SuggestionState(row.state)],
            "提交时间": row.sent_at,
            "答复": "；".join(reply.text for reply in row.replies),
        }
        for row in rows
    ]
