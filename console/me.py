"""One's own account: sessions, password, second factor."""

from backend.actor import Actor, Permission
from backend.identity import queries
from backend.identity.second_factor import policies as second_factor_policies
from backend.identity.second_factor import queries as second_factor_queries
from backend.identity.second_factor import services as second_factor_services
from console.pages import page, pages, render

blueprint = pages("console_me", __name__)


@page(blueprint, "/me", permission=Permission.SELF)
def show(actor: Actor) -> str:
    """Who one is here, where one is logged in, and how one logs in."""
    return render(
        "me/account.html",
        profile=queries.own_profile(actor),
        sessions=queries.own_sessions(actor),
        has_factor=second_factor_queries.has_factor(actor.staff_id),
        needs_factor=second_factor_policies.needs_second_factor(actor),
    )


@page(blueprint, "/me/second-factor", permission=Permission.SELF)
def enrol(actor: Actor) -> str:
    """A secret to scan, shown in a dialog."""
    return render("me/enrolment.html", enrolment=second_factor_services.begin_enrolment(actor))
