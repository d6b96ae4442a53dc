"""Use cases of suggestions."""

from collections.abc import Sequence

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import atomic
from backend.identity import queries as identity_queries
from backend.rules import queries as rule_queries
from backend.suggestions import operations, policies, queries
from backend.suggestions.models import SuggestionKind
from backend.suggestions.queries import ManagedSuggestion, SuggestionView
from backend.suggestions.rules import DAILY_LIMIT


@atomic
def send(
    actor: Actor,
    *,
    kind: SuggestionKind,
    text: str,
    may_contact: bool = False,
    photo_ids: Sequence[int] = (),
) -> SuggestionView:
    """Say something of the product, with the actor's own loose photos if there are any.

    Raises TooManySuggestions or PhotoNotFound.
    """
    # Whoever sends several at once waits in line, so that they are counted.
    identity_queries.lock_staff(actor.staff_id)
    policies.ensure_within_limit(
        queries.count_sent(actor.staff_id, clock.today()), rule_queries.value(DAILY_LIMIT)
    )
    sent = operations.add(actor, kind=kind, text=text, may_contact=may_contact, photo_ids=photo_ids)
    return queries.get_own(actor, sent.id)


@atomic
def reply(actor: Actor, *, suggestion_id: int, text: str) -> ManagedSuggestion:
    """Answer a suggestion, once more if need be; its author is told.

    Raises Forbidden, SuggestionNotFound or SuggestionStateConflict.
    """
    ensure_everywhere(actor, Permission.SUGGESTIONS_MANAGE)
    operations.reply(actor, suggestion_id, text)
    return queries.get_managed(actor, suggestion_id)


@atomic
def close(actor: Actor, *, suggestion_id: int) -> ManagedSuggestion:
    """Close a suggestion that was answered.

    Raises Forbidden, SuggestionNotFound or SuggestionStateConflict.
    """
    ensure_everywhere(actor, Permission.SUGGESTIONS_MANAGE)
    operations.close(actor, suggestion_id)
    return queries.get_managed(actor, suggestion_id)
