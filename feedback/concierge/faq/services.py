"""Use cases of the frequent questions. They hold for the whole compound: so must the permission."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from feedback.concierge import operations as concierge
from feedback.concierge import policies as concierge_policies
from feedback.concierge import queries as concierge_queries
from feedback.concierge.defaults import ASK
from feedback.concierge.faq import queries
from feedback.concierge.faq.defaults import standards
from feedback.concierge.faq.errors import FaqNotFound, FaqTaken
from feedback.concierge.faq.models import FaqEntry, FaqVote
from feedback.concierge.faq.queries import FaqView
from feedback.concierge.queries import RequestView

OBJECT = "faq_entry"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of the standard questions were new, and how many were there already."""

    created: int
    kept: int


@atomic
def create(
    actor: Actor,
    *,
    section: str,
    question: str,
    answer: str,
    words: Sequence[str] = (),
    position: int = 0,
    is_active: bool = True,
) -> FaqView:
    """A new question. Raises Forbidden or FaqTaken."""
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    entry = _add(section, question, answer, words, position, is_active)
    record(actor, "feedback.faq_created", OBJECT, entry.id, title=question)
    return queries.get_entry(actor, entry.id, shown=False)


@atomic
def change(
    actor: Actor,
    *,
    entry_id: int,
    section: str,
    question: str,
    answer: str,
    words: Sequence[str] = (),
    position: int = 0,
    is_active: bool = True,
) -> FaqView:
    """Put a question anew, answer it anew, or show it no more; what was said of it stays.

    Raises Forbidden, FaqNotFound or FaqTaken.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    entry = _locked(entry_id)
    with _refusing_twins():
        entry.section, entry.question, entry.answer = section, question, answer
        entry.words = concierge_policies.tidy(words)
        entry.position, entry.is_active, entry.changed_at = position, is_active, clock.now()
    record(actor, "feedback.faq_changed", OBJECT, entry_id, title=question)
    return queries.get_entry(actor, entry_id, shown=False)


@atomic
def load_defaults(actor: Actor) -> Loaded:
    """Add the standard questions that are not there yet; what is there stays as it is. Raises Forbidden."""
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    known = set(db.session.scalars(select(FaqEntry.question)))
    standard = standards()
    missing = [each for each in standard if each.question not in known]
    for each in missing:
        _add(each.section, each.question, each.answer, each.words, each.position, True)
    if missing:
        record(actor, "feedback.faq_loaded", OBJECT, 0, created=len(missing))
    return Loaded(len(missing), len(standard) - len(missing))


@atomic
def vote(actor: Actor, *, entry_id: int, is_helpful: bool) -> FaqView:
    """Say whether an answer helped; who says it again changes their mind. Raises FaqNotFound."""
    entry = _locked(entry_id)
    if not entry.is_active:
        raise FaqNotFound
    key = queries.voter_key(actor.staff_id, entry_id)
    before = db.session.get(FaqVote, (entry_id, key))
    if before is None:
        db.session.add(FaqVote(entry_id=entry_id, voter_key=key, is_helpful=is_helpful))
    else:
        _count(entry, before.is_helpful, -1)
        before.is_helpful = is_helpful
    _count(entry, is_helpful, 1)
    db.session.flush()  # Reads within the unit see it.
    return queries.get_entry(actor, entry_id)


@atomic
def hand_over(actor: Actor, *, text: str, photo_ids: Sequence[int] = ()) -> RequestView:
    """Give a question to a person: a request of the service for questions.

    Raises ServiceNotFound, ServiceInactive, and as `raise_request`.
    """
    service = concierge_queries.in_use(ASK)
    is_asked = any(field.key == "question" for field in service.form)
    report = concierge.raise_request(
        actor,
        service,
        answers={"question": text} if is_asked else {},
        text="" if is_asked else text,
        photo_ids=photo_ids,
    )
    return concierge_queries.get_request(actor, report.id)


def _add(
    section: str, question: str, answer: str, words: Sequence[str], position: int, is_active: bool
) -> FaqEntry:
    entry = FaqEntry(
        section=section,
        question=question,
        answer=answer,
        words=concierge_policies.tidy(words),
        position=position,
        is_active=is_active,
        helpful=0,
        unhelpful=0,
        changed_at=clock.now(),
    )
    with _refusing_twins():
        db.session.add(entry)
    return entry


def _locked(entry_id: int) -> FaqEntry:
    entry = db.session.get(FaqEntry, entry_id, populate_existing=True, with_for_update=True)
    if entry is None:
        raise FaqNotFound
    return entry


def _count(entry: FaqEntry, is_helpful: bool, by: int) -> None:
    if is_helpful:
        entry.helpful += by
    else:
        entry.unhelpful += by


@contextmanager
def _refusing_twins() -> Iterator[None]:
    """Flush what this block adds or changes; a question that is there already raises FaqTaken."""
    try:
        yield
        db.session.flush()
    except IntegrityError as error:
        raise FaqTaken from error
