"""对账结算: a month of the canteen at hand with its caterer, and the months closed before."""

from datetime import date
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.dates import previous_month
from backend.documents import sheets
from backend.wire import Month, PageQuery, Str
from canteen.menu.titles import PERIOD_NAMES
from canteen.settlement import documents, policies, queries, services
from canteen.settlement.models import SettlementState
from canteen.settlement.titles import STATE_NAMES
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_settlements", __name__)

_TITLE = "对账结算"
_TONES = {
    SettlementState.DRAFT: "yellow",
    SettlementState.CLOSED: "blue",
    SettlementState.CONFIRMED: "green",
}


class SettlementsPage(PageQuery):
    """Which month, by default the one before this; the page is that of the list of closed ones."""

    month = Month()
    format = Str(max_length=4)


@page(blueprint, "/canteen/settlements", permission=Permission.SETTLEMENTS_MANAGE, query=SettlementsPage)
def settlements(actor: Actor, query: dict[str, Any]) -> str | File:
    """A month as it stands or as it was closed; on the screen, on paper, as a workbook."""
    canteen = scope.of(actor).canteen
    if canteen is None or not scope.covers(actor, Permission.SETTLEMENTS_MANAGE):
        return render("canteen/none.html", title=_TITLE)
    month = query.get("month") or previous_month(clock.today())
    media = query.get("format")
    if media in ("pdf", "xlsx"):
        return _document(actor, canteen.id, month, media)
    return render(
        "settlements/month.html",
        view=queries.get_settlement(actor, canteen_id=canteen.id, month=month),
        closed=queries.page_closed(
            actor, canteen_id=canteen.id, page=query["page"], page_size=query["page_size"]
        ),
        month_name=policies.month_name,
        today=clock.today(),
        State=SettlementState,
        state_names=STATE_NAMES,
        state_tones=_TONES,
        period_names=PERIOD_NAMES,
    )


def _document(actor: Actor, canteen_id: int, month: date, media: str) -> File:
    view = services.export(actor, canteen_id=canteen_id, month=month, media=media)
    title = documents.settlement_title(view)
    if media == "pdf":
        return File(documents.settlement_pdf(view, printed_by=actor.name), f"{title}.pdf", "application/pdf")
    return File(documents.settlement_workbook(view), f"{title}.xlsx", sheets.MEDIA_TYPE)
