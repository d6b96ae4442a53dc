"""常见问题: the questions that people ask, with their answers, and whether these helped."""

from typing import Any, Final

from backend.actor import Actor, Permission
from console.feedback_keeping import may_manage
from console.pages import page, pages, render
from feedback.concierge.faq import policies, queries
from feedback.concierge.faq.schemas import FaqQuery

blueprint = pages("console_faq", __name__)

READ: Final = Permission.FEEDBACK_READ
MANAGE: Final = Permission.FEEDBACK_MANAGE
_PATH: Final = "/concierge/faq"


@page(blueprint, _PATH, permission=READ, query=FaqQuery)
def list_entries(actor: Actor, query: dict[str, Any]) -> str:
    """All questions, shown or not, in their order."""
    return render(
        "concierge/faq.html",
        query=query,
        found=queries.page_all(**query),
        sections=queries.list_sections(),
        may_manage=may_manage(actor),
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE, is_compound_wide=True)
def new_entry(actor: Actor) -> str:
    """The form of a new question."""
    return render("concierge/faq_entry.html", entry=None, sections=queries.list_sections(), policies=policies)


@page(blueprint, f"{_PATH}/<id:entry_id>", permission=MANAGE, is_compound_wide=True)
def edit_entry(actor: Actor, entry_id: int) -> str:
    """The form of a question."""
    found = queries.get_entry(actor, entry_id, shown=False)
    return render(
        "concierge/faq_entry.html", entry=found, sections=queries.list_sections(), policies=policies
    )
