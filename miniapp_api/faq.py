"""Frequent questions over HTTP, and the hand-over to a person."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from feedback.concierge.faq import queries, services
from feedback.concierge.faq.schemas import (
    FaqEntryIn,
    FaqEntryOut,
    FaqHandoverIn,
    FaqLoadedOut,
    FaqQuery,
    FaqSectionOut,
    FaqVoteIn,
    ManagedFaqEntryOut,
)
from feedback.concierge.schemas import ServiceRequestOut

blueprint = Blueprint("faq", __name__, description="常见问题")

SELF = Permission.SELF
MANAGE = Permission.FEEDBACK_MANAGE
FAQ = "/feedback/faq"


@endpoint(blueprint, "GET", FAQ, permission=SELF, query=FaqQuery, out=FaqEntryOut, many=True)
def list_faq(actor: Actor, query: dict[str, Any]) -> Any:
    """Frequent questions; with `q` those that fit it, the best first"""
    return queries.page_entries(actor, **query)


@endpoint(blueprint, "GET", f"{FAQ}/sections", permission=SELF, out=FaqSectionOut, many=True)
def list_faq_sections(actor: Actor) -> Any:
    """The headings, with how many questions stand under each"""
    return queries.list_sections()


@endpoint(
    blueprint, "GET", f"{FAQ}/all", permission=MANAGE, query=FaqQuery, out=ManagedFaqEntryOut, many=True
)
def list_all_faq(actor: Actor, query: dict[str, Any]) -> Any:
    """All frequent questions, shown or not"""
    return queries.page_all(**query)


@endpoint(blueprint, "POST", FAQ, permission=MANAGE, body=FaqEntryIn, out=ManagedFaqEntryOut, status=201)
def create_faq(actor: Actor, body: dict[str, Any]) -> Any:
    """Add a frequent question"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{FAQ}/<id:entry_id>",
    permission=MANAGE,
    body=FaqEntryIn,
    out=ManagedFaqEntryOut,
)
def change_faq(actor: Actor, entry_id: int, body: dict[str, Any]) -> Any:
    """Put or answer a frequent question anew, or show it no more"""
    return services.change(actor, entry_id=entry_id, **body)


@endpoint(blueprint, "POST", f"{FAQ}/defaults", permission=MANAGE, out=FaqLoadedOut)
def load_default_faq(actor: Actor) -> Any:
    """Add the standard questions that are not there yet"""
    return services.load_defaults(actor)


@endpoint(blueprint, "POST", f"{FAQ}/<id:entry_id>/vote", permission=SELF, body=FaqVoteIn, out=FaqEntryOut)
def vote_on_faq(actor: Actor, entry_id: int, body: dict[str, Any]) -> Any:
    """Say whether an answer helped"""
    return services.vote(actor, entry_id=entry_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{FAQ}/handover",
    permission=SELF,
    body=FaqHandoverIn,
    out=ServiceRequestOut,
    status=201,
)
def hand_over_question(actor: Actor, body: dict[str, Any]) -> Any:
    """Ask a person: a request of the service for questions"""
    return services.hand_over(actor, **body)
