"""匿名身份: who an unnamed reporter is. One keeper asks, another one decides, the first one looks once."""

from typing import Any, Final

from backend.actor import Actor, Permission
from backend.wire import Id, PageQuery, Query
from console.pages import page, pages, render
from feedback.reports import policies as report_policies
from feedback.reports import queries as reports
from feedback.reports.seals import policies, queries
from feedback.reports.seals.policies import SealState

blueprint = pages("console_report_seals", __name__)

UNSEAL: Final = Permission.REPORTS_UNSEAL
_PATH: Final = "/feedback/seals"
STATE_TONES: Final = {
    SealState.WAITING: "yellow",
    SealState.GRANTED: "blue",
    SealState.REFUSED: "red",
    SealState.LOOKED: "green",
    SealState.EXPIRED: "gray",
}


class NewSealRequestQuery(Query):
    """Of which report."""

    report_id = Id(required=True)


@page(blueprint, _PATH, permission=UNSEAL, query=PageQuery)
def list_requests(actor: Actor, query: dict[str, Any]) -> str:
    """The wishes to open a seal, the newest first."""
    return render(
        "feedback/seals.html",
        found=queries.page_requests(actor, **query),
        state_tones=STATE_TONES,
        hours=int(policies.LOOK_WITHIN.total_seconds()) // 3600,
    )


@page(blueprint, f"{_PATH}/new", permission=UNSEAL, query=NewSealRequestQuery)
def ask(actor: Actor, query: dict[str, Any]) -> str:
    """The form that asks for one report's reporter."""
    report = reports.find(actor, query["report_id"])
    report_policies.ensure(reports.standing(actor, report).unseals)
    return render(
        "feedback/seal.html",
        report=report,
        deciding=None,
        hours=int(policies.LOOK_WITHIN.total_seconds()) // 3600,
    )


@page(blueprint, f"{_PATH}/<id:request_id>", permission=UNSEAL)
def decide(actor: Actor, request_id: int) -> str:
    """The form that decides on another keeper's wish."""
    return render("feedback/seal.html", report=None, deciding=queries.view(actor, request_id))
