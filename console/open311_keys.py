"""Open311 keys: which programs may submit reports from outside."""

from typing import Final

from backend.actor import Actor, Permission
from backend.config import settings
from backend.rules import queries as rules
from console.pages import page, pages, render
from feedback.reports.open311 import queries
from feedback.reports.open311.models import NAME_LENGTH
from feedback.reports.open311.rules import IS_OPEN

blueprint = pages("console_open311_keys", __name__)

MANAGE: Final = Permission.FEEDBACK_MANAGE


@page(blueprint, "/feedback/open311", permission=MANAGE)
def list_keys(actor: Actor) -> str:
    """Every key, without itself, and whether the interface answers at all."""
    return render(
        "feedback/open311.html",
        rows=queries.list_keys(actor),
        address=f"{settings().public_url.rstrip('/')}/open311/v2/services.json",
        is_open=rules.value(IS_OPEN),
        longest=NAME_LENGTH,
    )
