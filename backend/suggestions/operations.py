"""Writes of suggestions, within an open unit of work."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, unit
from backend.media import operations as media_operations
from backend.notifications.operations import notify
from backend.suggestions import policies
from backend.suggestions.errors import SuggestionNotFound
from backend.suggestions.messages import REPLIED
from backend.suggestions.models import Suggestion, SuggestionKind, SuggestionReply, SuggestionState


def add(
    actor: Actor, *, kind: SuggestionKind, text: str, may_contact: bool, photo_ids: Sequence[int]
) -> Suggestion:
    """Add what the actor has to say. Raises PhotoNotFound for a photo that is not theirs to attach."""
    unit()
    suggestion = Suggestion(
        staff_id=actor.staff_id,
        department_id=actor.department_id,
        kind=kind.value,
        text=text,
        may_contact=may_contact,
        state=SuggestionState.OPEN.value,
        sent_at=clock.now(),
    )
    db.session.add(suggestion)
    db.session.flush()  # Its photos name it.
    for position, photo_id in enumerate(photo_ids):
        media_operations.attach(actor, photo_id, policies.PHOTO_OWNER, suggestion.id, position=position)
    return suggestion


def reply(actor: Actor, suggestion_id: int, text: str) -> None:
    """Answer it, and tell its author. Raises SuggestionNotFound or SuggestionStateConflict."""
    author_id, kind = _move(suggestion_id, SuggestionState.REPLIED)
    answer = SuggestionReply(
        suggestion_id=suggestion_id,
        staff_id=actor.staff_id,
        staff_name=actor.name,
        text=text,
        replied_at=clock.now(),
    )
    db.session.add(answer)
    db.session.flush()  # The message names it.
    record(actor, "suggestions.replied", "suggestion", suggestion_id, reply_id=answer.id)
    notify(
        REPLIED,
        [author_id],
        {"kind": policies.KIND_NAMES[SuggestionKind(kind)], "reply": text},
        page=f"pages/suggestions/detail?id={suggestion_id}",
        dedupe=f"reply {answer.id}",
    )


def close(actor: Actor, suggestion_id: int) -> None:
    """Take it for settled. Raises SuggestionNotFound or SuggestionStateConflict."""
    _move(suggestion_id, SuggestionState.CLOSED, closed_at=clock.now(), closed_by=actor.staff_id)
    record(actor, "suggestions.closed", "suggestion", suggestion_id)


def _move(suggestion_id: int, after: SuggestionState, **columns: Any) -> tuple[int, str]:
    """Take a step of the transition table; of two at once the second sees the first. Author and kind."""
    moved = unit().execute(
        update(Suggestion)
        .where(Suggestion.id == suggestion_id, Suggestion.state.in_(policies.states_before(after)))
        .values(state=after.value, **columns)
        .returning(Suggestion.staff_id, Suggestion.kind)
    )
    found = moved.one_or_none()
    if found is not None:
        return found.staff_id, found.kind
    state = db.session.scalar(select(Suggestion.state).where(Suggestion.id == suggestion_id))
    if state is None:
        raise SuggestionNotFound
    raise policies.conflict(state)
