"""Reads of the frequent questions. There are some hundred at most: a search reads those that are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from backend.actor import Actor
from backend.db import db
from backend.paging import Page, paginate
from backend.vault import keyed_hash
from feedback.concierge.faq import policies
from feedback.concierge.faq.errors import FaqNotFound
from feedback.concierge.faq.models import FaqEntry, FaqVote


@dataclass(frozen=True, slots=True)
class FaqView:
    """A question with its answer; `my_vote` is whether it helped the reader, None if they have not said."""

    id: int
    section: str
    question: str
    answer: str
    words: Sequence[str]
    position: int
    is_active: bool
    helpful: int
    unhelpful: int
    changed_at: datetime
    my_vote: bool | None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and how many questions stand under it."""

    section: str
    entries: int


def voter_key(staff_id: int, entry_id: int) -> bytes:
    """Of whom a vote is: tells nothing without the key of the house, and differs by question."""
    return keyed_hash(f"faq {entry_id} {staff_id}")


def page_entries(actor: Actor, *, q: str = "", section: str = "", page: int, page_size: int) -> Page:
    """The questions that are shown, in their order; with `q` those that fit it, the best first."""
    statement = select(FaqEntry).where(FaqEntry.is_active)
    if section:
        statement = statement.where(FaqEntry.section == section)
    ordered = statement.order_by(FaqEntry.position, FaqEntry.id)
    if not q:
        found = paginate(ordered, page=page, page_size=page_size)
        return Page(_views(actor, found.rows), found.total, page, page_size)
    entries = [entry for _, entry in ranked(q, db.session.scalars(ordered).all())]
    begin = (page - 1) * page_size
    return Page(_views(actor, entries[begin : begin + page_size]), len(entries), page, page_size)


def page_all(*, q: str = "", section: str = "", page: int, page_size: int) -> Page:
    """All questions, shown or not, for their keepers; `q` is part of the question."""
    statement = select(FaqEntry).order_by(FaqEntry.position, FaqEntry.id)
    if section:
        statement = statement.where(FaqEntry.section == section)
    if q:
        statement = statement.where(FaqEntry.question.contains(q, autoescape=True))
    found = paginate(statement, page=page, page_size=page_size)
    return Page([_view(entry, None) for entry in found.rows], found.total, page, page_size)


def list_sections() -> list[Section]:
    """The headings of what is shown, in the order of their first question."""
    rows = db.session.execute(
        select(FaqEntry.section, func.count())
        .where(FaqEntry.is_active)
        .group_by(FaqEntry.section)
        .order_by(func.min(FaqEntry.position), FaqEntry.section)
    )
    return [Section(*row) for row in rows]


def list_active() -> list[FaqEntry]:
    """What is shown, in its order."""
    statement = select(FaqEntry).where(FaqEntry.is_active).order_by(FaqEntry.position, FaqEntry.id)
    return list(db.session.scalars(statement))


def ranked(text: str, entries: Sequence[Any]) -> list[tuple[int, Any]]:
    """Those of the questions that fit a text with how well, the best first, then in their order."""
    scored = [(policies.score(text, each.question, each.answer, each.words), each) for each in entries]
    return sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])


def get_entry(actor: Actor, entry_id: int, *, shown: bool = True) -> FaqView:
    """A question; one that is not shown only for its keepers. Raises FaqNotFound."""
    entry = db.session.get(FaqEntry, entry_id, populate_existing=True)
    if entry is None or (shown and not entry.is_active):
        raise FaqNotFound
    return _views(actor, [entry])[0]


def _views(actor: Actor, entries: Sequence[FaqEntry]) -> list[FaqView]:
    keys = [voter_key(actor.staff_id, entry.id) for entry in entries]
    voted = select(FaqVote.entry_id, FaqVote.is_helpful).where(FaqVote.voter_key.in_(keys))
    votes = dict(db.session.execute(voted).all()) if keys else {}
    return [_view(entry, votes.get(entry.id)) for entry in entries]


def _view(entry: FaqEntry, vote: bool | None) -> FaqView:
    return FaqView(
        id=entry.id,
        section=entry.section,
        question=entry.question,
        answer=entry.answer,
        words=entry.words,
        position=entry.position,
        is_active=entry.is_active,
        helpful=entry.helpful,
        unhelpful=entry.unhelpful,
        changed_at=entry.changed_at,
        my_vote=vote,
    )
