"""通报: what is published for everybody, and the drafts for those who work on them."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import months_after
from backend.wire import Choice, PageQuery
from canteen.bulletins import policies, queries
from canteen.bulletins.direct_reports import queries as direct_reports
from canteen.bulletins.direct_reports.models import ReportState
from canteen.bulletins.figures import SHOWN, change_text
from canteen.bulletins.models import BulletinKind, BulletinState
from canteen.bulletins.summary import kilograms, money
from canteen.bulletins.titles import KIND_NAMES, STATE_NAMES
from console.pages import page, pages, render

blueprint = pages("console_bulletins", __name__)

_PATH: Final = "/bulletins"
_ONE: Final = f"{_PATH}/<id:bulletin_id>"
_PERIODS: Final = 14
STATE_TONES: Final = {
    BulletinState.DRAFT: "gray",
    BulletinState.SUBMITTED: "yellow",
    BulletinState.RETURNED: "red",
    BulletinState.PUBLISHED: "green",
}
REPORT_NAMES: Final = {
    ReportState.WAITING: "待发送",
    ReportState.ACCEPTED: "已接收",
    ReportState.REFUSED: "被拒收",
}
REPORT_TONES: Final = {
    ReportState.WAITING: "yellow",
    ReportState.ACCEPTED: "green",
    ReportState.REFUSED: "red",
}


class BulletinsPage(PageQuery):
    """Which bulletins; states are for those who work on them."""

    kind = Choice(BulletinKind)
    state = Choice(BulletinState)


class ReportsPage(PageQuery):
    """Which page of the direct reports."""


def _words() -> dict[str, Any]:
    return {
        "kind_names": KIND_NAMES,
        "state_names": STATE_NAMES,
        "state_tones": STATE_TONES,
        "report_names": REPORT_NAMES,
        "report_tones": REPORT_TONES,
    }


@page(blueprint, _PATH, permission=Permission.SELF, query=BulletinsPage)
def bulletins(actor: Actor, query: dict[str, Any]) -> str:
    """The bulletins, those not published only for those who work on them."""
    works = policies.works_on_bulletins(actor)
    state = query.pop("state", None)
    found = queries.page_all(actor, state=state, **query) if works else queries.page_published(actor, **query)
    return render(
        "bulletins/list.html",
        found=found,
        works=works,
        drafts=actor.reach(Permission.BULLETINS_MANAGE).everywhere,
        kind=query.get("kind"),
        state=state,
        **_words(),
    )


@page(blueprint, f"{_PATH}/new", permission=Permission.BULLETINS_MANAGE, is_compound_wide=True)
def new_bulletin(actor: Actor) -> str:
    """The form that begins one."""
    first = clock.today().replace(day=1)
    months = [months_after(first, -count) for count in range(_PERIODS)]
    quarters = [month for month in months if month.month % 3 == 1]
    return render(
        "bulletins/new.html",
        months=[(each, policies.period_name(BulletinKind.MONTHLY, each)) for each in months],
        quarters=[(each, policies.period_name(BulletinKind.QUARTERLY, each)) for each in quarters],
    )


@page(blueprint, f"{_PATH}/reports", permission=Permission.BULLETINS_READ, query=ReportsPage)
def reports(actor: Actor, query: dict[str, Any]) -> str:
    """What was reported to the superior platform, and what became of it."""
    return render("bulletins/reports.html", found=direct_reports.page_reports(actor, **query), **_words())


@page(blueprint, _ONE, permission=Permission.SELF)
def bulletin(actor: Actor, bulletin_id: int) -> str:
    """One with its texts, its summary and its figures."""
    found = queries.find(actor, bulletin_id)
    works = policies.works_on_bulletins(actor)
    return render(
        "bulletins/bulletin.html",
        view=found,
        bulletin=found.bulletin,
        figures=found.figures,
        works=works,
        publishes=actor.reach(Permission.BULLETINS_PUBLISH).everywhere,
        report=direct_reports.of_bulletin(bulletin_id) if works else None,
        is_over=found.bulletin.last_day < clock.today(),
        shown=SHOWN,
        change_text=change_text,
        kilograms=kilograms,
        money=money,
        Kind=BulletinKind,
        State=BulletinState,
        **_words(),
    )


@page(blueprint, f"{_ONE}/changes", permission=Permission.BULLETINS_READ)
def changes(actor: Actor, bulletin_id: int) -> str:
    """What has changed since the figures were taken."""
    found = queries.find(actor, bulletin_id)
    return render("bulletins/changes.html", view=found, changes=queries.changes(actor, bulletin_id))
