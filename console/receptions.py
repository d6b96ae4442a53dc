"""Official receptions of the chosen canteen: requests to decide, meals to register, sheets to print."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.counting import number
from backend.documents import sheets
from backend.wire import Choice, Month, PageQuery, Str
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import PERIOD_NAMES
from canteen.ordering.receptions import documents, policies, queries, services
from canteen.ordering.receptions.models import ReceptionState
from canteen.ordering.receptions.policies import PURPOSE_NAMES, STATE_NAMES, Step
from console.pages import page, pages, render

blueprint = pages("console_receptions", __name__)

PDF: Final = "application/pdf"
STATE_TONES: Final = {
    ReceptionState.SUBMITTED: "yellow",
    ReceptionState.APPROVED: "blue",
    ReceptionState.REJECTED: "red",
    ReceptionState.CANCELLED: "gray",
    ReceptionState.SERVED: "green",
    ReceptionState.SETTLED: "green",
}


class ReceptionsPage(PageQuery):
    """Which receptions of the chosen canteen."""

    month = Month()
    state = Choice(ReceptionState)
    format = Str(max_length=4)


@page(
    blueprint,
    "/canteen/receptions",
    permission=Permission.RECEPTIONS_MANAGE,
    query=ReceptionsPage,
    at_canteen="公务接待",
)
def receptions(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str | File:
    """The receptions of a canteen, the latest meal first."""
    month = query.get("month")
    wanted: dict[str, Any] = {"canteen_id": canteen.id, "month": month, "state": query.get("state")}
    if query.get("format") == "xlsx":
        title = f"{canteen.name}公务接待{month.strftime('%Y-%m') if month else ''}"
        data = documents.receptions_sheet(title, services.export_receptions(actor, **wanted))
        return File(data, f"{title}.xlsx", sheets.MEDIA_TYPE)
    return render(
        "receptions/list.html",
        found=queries.page_receptions(
            actor, is_managed=True, page=query["page"], page_size=query["page_size"], **wanted
        ),
        waiting=number(queries.waiting(actor, canteen_id=canteen.id)),
        query=query,
        **_words(),
    )


@page(blueprint, "/canteen/receptions/<id:reception_id>", permission=Permission.RECEPTIONS_MANAGE)
def reception(actor: Actor, reception_id: int) -> str:
    """One reception with its guests, and what may be done with it."""
    found = queries.get_reception(actor, reception_id)
    return render("receptions/reception.html", reception=found, now=clock.now(), **_words())


@page(blueprint, "/canteen/receptions/<id:reception_id>/serve", permission=Permission.RECEPTIONS_MANAGE)
def serve(actor: Actor, reception_id: int) -> str:
    """The form in which is registered who came and what was served."""
    found = queries.get_reception(actor, reception_id)
    policies.ensure_may(found.state, Step.SERVE)
    limits = queries.limits(found.canteen_id, clock.now())
    return render("receptions/serve.html", reception=found, limits=limits, **_words())


@page(blueprint, "/canteen/receptions/<id:reception_id>/sheet", permission=Permission.RECEPTIONS_MANAGE)
def sheet(actor: Actor, reception_id: int) -> File:
    """The sheet as PDF; that it was taken out is recorded."""
    found = services.export_sheet(actor, reception_id=reception_id)
    data = documents.sheet_pdf(found, printed_by=actor.name)
    return File(data, f"{documents.sheet_title(found)}.pdf", PDF)


def _words() -> dict[str, Any]:
    return {
        "period_names": PERIOD_NAMES,
        "purpose_names": PURPOSE_NAMES,
        "state_names": STATE_NAMES,
        "state_tones": STATE_TONES,
    }
