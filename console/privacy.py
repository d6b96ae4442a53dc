"""The privacy officer's pages: requests about personal data, and versions of the policy."""

from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.config import settings
from backend.counting import number
from backend.identity.models import StaffStatus
from backend.identity.privacy import policies, queries
from backend.identity.privacy.models import (
    LONGEST_POLICY,
    LONGEST_TEXT,
    LONGEST_VERSION,
    RequestKind,
    RequestState,
)
from backend.identity.privacy.rules import ANSWER_DAYS
from backend.rules import queries as rule_queries
from backend.wire import Choice, PageQuery, Query, Str
from console.pages import page, pages, render

blueprint = pages("console_privacy", __name__)

STATE_TONES = {
    RequestState.OPEN: "yellow",
    RequestState.DONE: "green",
    RequestState.DECLINED: "gray",
}


class RequestsPage(PageQuery):
    """Which requests."""

    state = Choice(RequestState)
    kind = Choice(RequestKind)
    q = Str(max_length=50, load_default="")


class VersionPage(Query):
    """Which version; the one that holds if none is named."""

    version = Str(max_length=LONGEST_VERSION)


@page(blueprint, "/privacy", permission=Permission.PRIVACY_MANAGE, query=RequestsPage)
def show_requests(actor: Actor, query: dict[str, Any]) -> str:
    """Everybody's requests, what waits first."""
    return render(
        "privacy/requests.html",
        found=queries.page_all(actor, **query),
        waiting=number(queries.waiting(actor)),
        days=rule_queries.value(ANSWER_DAYS),
        query=query,
        longest=LONGEST_TEXT,
        **_words(),
    )


@page(blueprint, "/privacy/requests/<id:request_id>", permission=Permission.PRIVACY_MANAGE)
def show_request(actor: Actor, request_id: int) -> str:
    """One request, with the form that answers it."""
    request = queries.get_managed(actor, request_id)
    return render(
        "privacy/request.html",
        request=request,
        days_left=(request.due_on - clock.today()).days,
        erases=request.kind == RequestKind.ERASE,
        may_erase=request.status == StaffStatus.LEFT,
        erasures=policies.ERASURES.values(),
        kept=policies.KEPT,
        decline_text=policies.DECLINED_WHILE_EMPLOYED,
        longest=LONGEST_TEXT,
        **_words(),
    )


@page(blueprint, "/privacy/policies", permission=Permission.PRIVACY_MANAGE, is_compound_wide=True)
def show_policies(actor: Actor) -> str:
    """Every version of the policy."""
    return render("privacy/policies.html", versions=queries.list_versions(actor))


@page(
    blueprint,
    "/privacy/policies/text",
    permission=Permission.PRIVACY_MANAGE,
    query=VersionPage,
    is_compound_wide=True,
)
def show_policy(actor: Actor, query: dict[str, Any]) -> str:
    """A version as people read it."""
    return render("privacy/policy.html", policy=queries.get_policy(**query))


@page(blueprint, "/privacy/policies/new", permission=Permission.PRIVACY_MANAGE, is_compound_wide=True)
def write_policy(actor: Actor) -> str:
    """The form of the next version, which begins with the text that holds."""
    return render(
        "privacy/new.html",
        text=queries.text_of_latest(actor),
        latest=queries.latest_version(),
        contact=settings().contact,
        longest=LONGEST_POLICY,
        longest_version=LONGEST_VERSION,
    )


def _words() -> dict[str, Any]:
    return {
        "kinds": policies.KIND_NAMES,
        "kind_options": [(kind.value, title) for kind, title in policies.KIND_NAMES.items()],
        "states": policies.STATE_NAMES,
        "state_tones": STATE_TONES,
        "State": RequestState,
    }
