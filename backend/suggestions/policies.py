"""Rules of suggestions: pure functions."""

from collections.abc import Mapping
from typing import Final

from backend.suggestions.errors import SuggestionStateConflict, TooManySuggestions
from backend.suggestions.models import SuggestionKind, SuggestionState

# Whose photos they are, in the media's terms; and how many one suggestion may have.
PHOTO_OWNER: Final = "suggestion"
MOST_PHOTOS: Final = 4

KIND_NAMES: Final = {
    SuggestionKind.SUGGESTION: "建议",
    SuggestionKind.COMPLAINT: "投诉",
    SuggestionKind.FAULT: "故障",
    SuggestionKind.OTHER: "其他",
}
STATE_NAMES: Final = {
    SuggestionState.OPEN: "待答复",
    SuggestionState.REPLIED: "已答复",
    SuggestionState.CLOSED: "已办结",
}

# From which state a suggestion may go where. A further reply leaves it replied. Anything else is a conflict.
TRANSITIONS: Final[Mapping[SuggestionState, frozenset[SuggestionState]]] = {
    SuggestionState.OPEN: frozenset({SuggestionState.REPLIED}),
    SuggestionState.REPLIED: frozenset({SuggestionState.REPLIED, SuggestionState.CLOSED}),
    SuggestionState.CLOSED: frozenset(),
}


def states_before(after: SuggestionState) -> list[SuggestionState]:
    """The states from which a suggestion may become `after`."""
    return [before for before, reachable in TRANSITIONS.items() if after in reachable]


def conflict(state: str) -> SuggestionStateConflict:
    """The refusal of a step from this state."""
    return SuggestionStateConflict(state=state, state_name=STATE_NAMES[SuggestionState(state)])


def ensure_within_limit(sent_today: int, limit: int) -> None:
    """Raise TooManySuggestions if one more would exceed the day's limit."""
    if sent_today >= limit:
        raise TooManySuggestions(limit=limit)
