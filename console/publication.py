"""上墙公示: a handled case in the desk's words, with faces and plates blacked out of its photos by hand."""

from typing import Final

from backend.actor import Actor, Permission
from backend.media.policies import MOST_BOXES
from console.pages import page, pages, render
from feedback.reports import displaying
from feedback.reports.exhibits import LONGEST_TEXT

blueprint = pages("console_publication", __name__)

TRIAGE: Final = Permission.REPORTS_TRIAGE


@page(blueprint, "/feedback/reports/<id:report_id>/publish", permission=TRIAGE)
def publish(actor: Actor, report_id: int) -> str:
    """What the wall could show of a report, what is in the way, and what it shows now."""
    return render(
        "feedback/publish.html",
        draft=displaying.draft(actor, report_id),
        longest=LONGEST_TEXT,
        most_boxes=MOST_BOXES,
    )
