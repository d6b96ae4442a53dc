"""投诉建议 of the product itself: what people wrote, and the answers to it."""

from typing import Any

from backend.actor import Actor, Permission
from backend.counting import number
from backend.suggestions import policies, queries
from backend.suggestions.models import LONGEST_TEXT, SuggestionKind, SuggestionState
from backend.wire import Choice, Date, PageQuery, Str
from console.pages import page, pages, render

blueprint = pages("console_suggestions", __name__)

STATE_TONES = {
    SuggestionState.OPEN: "yellow",
    SuggestionState.REPLIED: "blue",
    SuggestionState.CLOSED: "gray",
}
KIND_TONES = {
    SuggestionKind.SUGGESTION: "green",
    SuggestionKind.COMPLAINT: "red",
    SuggestionKind.FAULT: "yellow",
    SuggestionKind.OTHER: "gray",
}


class SuggestionsPage(PageQuery):
    """Which suggestions; the days are those on which they were sent."""

    state = Choice(SuggestionState)
    kind = Choice(SuggestionKind)
    from_date = Date()
    until_date = Date()
    q = Str(max_length=50, load_default="")


@page(blueprint, "/suggestions", permission=Permission.SUGGESTIONS_MANAGE, query=SuggestionsPage)
def show_list(actor: Actor, query: dict[str, Any]) -> str:
    """Everybody's suggestions."""
    return render(
        "suggestions/list.html",
        found=queries.page_all(
            actor,
            state=query.get("state"),
            kind=query.get("kind"),
            from_on=query.get("from_date"),
            until_on=query.get("until_date"),
            q=query["q"],
            page=query["page"],
            page_size=query["page_size"],
        ),
        unanswered=number(queries.unanswered(actor)),
        query=query,
        **_words(),
    )


@page(blueprint, "/suggestions/<id:suggestion_id>", permission=Permission.SUGGESTIONS_MANAGE)
def show(actor: Actor, suggestion_id: int) -> str:
    """One suggestion with its answers."""
    return render(
        "suggestions/suggestion.html",
        suggestion=queries.get_managed(actor, suggestion_id),
        longest=LONGEST_TEXT,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "kinds": policies.KIND_NAMES,
        "kind_tones": KIND_TONES,
        "states": policies.STATE_NAMES,
        "state_tones": STATE_TONES,
        "State": SuggestionState,
    }
