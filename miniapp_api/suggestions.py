"""投诉建议 about the product itself."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.suggestions import queries, services
from backend.suggestions.schemas import (
    ManagedSuggestionOut,
    ReplyIn,
    SuggestionIn,
    SuggestionOut,
    SuggestionsQuery,
)
from backend.wire import PageQuery

blueprint = Blueprint("suggestions", __name__, description="投诉建议")


@endpoint(
    blueprint,
    "POST",
    "/suggestions",
    permission=Permission.SELF,
    body=SuggestionIn,
    out=SuggestionOut,
    status=201,
)
def send_suggestion(actor: Actor, body: dict[str, Any]) -> Any:
    """Say something of the product"""
    return services.send(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/suggestions",
    permission=Permission.SELF,
    query=PageQuery,
    out=SuggestionOut,
    many=True,
)
def list_suggestions(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own suggestions, with the replies"""
    return queries.page_own(actor, **query)


@endpoint(blueprint, "GET", "/suggestions/<id:suggestion_id>", permission=Permission.SELF, out=SuggestionOut)
def get_suggestion(actor: Actor, suggestion_id: int) -> Any:
    """One of one's own suggestions"""
    return queries.get_own(actor, suggestion_id)


@endpoint(
    blueprint,
    "GET",
    "/admin/suggestions",
    permission=Permission.SUGGESTIONS_MANAGE,
    query=SuggestionsQuery,
    out=ManagedSuggestionOut,
    many=True,
)
def list_all_suggestions(actor: Actor, query: dict[str, Any]) -> Any:
    """Everybody's suggestions"""
    return queries.page_all(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/admin/suggestions/<id:suggestion_id>",
    permission=Permission.SUGGESTIONS_MANAGE,
    out=ManagedSuggestionOut,
)
def get_any_suggestion(actor: Actor, suggestion_id: int) -> Any:
    """One of everybody's suggestions"""
    return queries.get_managed(actor, suggestion_id)


@endpoint(
    blueprint,
    "POST",
    "/admin/suggestions/<id:suggestion_id>/replies",
    permission=Permission.SUGGESTIONS_MANAGE,
    body=ReplyIn,
    out=ManagedSuggestionOut,
    status=201,
)
def reply_to_suggestion(actor: Actor, suggestion_id: int, body: dict[str, Any]) -> Any:
    """Answer a suggestion; its author is told"""
    return services.reply(actor, suggestion_id=suggestion_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/suggestions/<id:suggestion_id>/close",
    permission=Permission.SUGGESTIONS_MANAGE,
    out=ManagedSuggestionOut,
)
def close_suggestion(actor: Actor, suggestion_id: int) -> Any:
    """Close a suggestion that was answered"""
    return services.close(actor, suggestion_id=suggestion_id)
