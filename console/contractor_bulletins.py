"""考核通报: what contractors came to in a month or a quarter, drafted by one person and signed by another."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import months_after
from backend.wire import Choice, PageQuery
from console.pages import page, pages, render
from property.assessments.bulletins import policies, queries
from property.assessments.models import BulletinKind, BulletinState
from property.assessments.titles import BULLETIN_KIND_NAMES

blueprint = pages("console_contractor_bulletins", __name__)

READ: Final = Permission.CONTRACTORS_READ
ASSESS: Final = Permission.CONTRACTORS_ASSESS
_PATH: Final = "/assessments/bulletins"
_ONE: Final = f"{_PATH}/<id:bulletin_id>"
_MONTHS_OFFERED: Final = 12
TONES: Final = {
    BulletinState.DRAFT: "blue",
    BulletinState.SUBMITTED: "yellow",
    BulletinState.RETURNED: "red",
    BulletinState.PUBLISHED: "green",
}


class BulletinsPage(PageQuery):
    """Which bulletins."""

    kind = Choice(BulletinKind)


def tenths(value: int | None) -> str:
    """What figures keep in tenths, to read: `92.5`, `—`."""
    return f"{Decimal(value) / 10:g}" if value is not None else "—"


@page(blueprint, _PATH, permission=READ, query=BulletinsPage)
def bulletins(actor: Actor, query: dict[str, Any]) -> str:
    """The bulletins; drafts for those who work on them."""
    return render(
        "assessments/bulletins.html",
        found=queries.page_bulletins(actor, **query),
        kind=query.get("kind"),
        kind_names=BULLETIN_KIND_NAMES,
        tones=TONES,
        works=policies.works_on_bulletins(actor),
        drafts=actor.reach(ASSESS).everywhere,
    )


@page(blueprint, f"{_PATH}/new", permission=ASSESS, is_compound_wide=True)
def new_bulletin(actor: Actor) -> str:
    """The form that drafts one."""
    this_month = clock.today().replace(day=1)
    past = [months_after(this_month, -back) for back in range(_MONTHS_OFFERED + 3)]
    quarters = [day for day in past if (day.month - 1) % 3 == 0]
    return render(
        "assessments/bulletin_new.html",
        months=_choices(BulletinKind.MONTHLY, past[:_MONTHS_OFFERED]),
        quarters=_choices(BulletinKind.QUARTERLY, quarters),
    )


@page(blueprint, _ONE, permission=READ)
def bulletin(actor: Actor, bulletin_id: int) -> str:
    """One bulletin: its figures, its texts, and who may do what with it."""
    view = queries.find(actor, bulletin_id)
    is_over = view.bulletin.last_day < clock.today()
    return render(
        "assessments/bulletin.html",
        view=view,
        bulletin=view.bulletin,
        figures=view.figures,
        tones=TONES,
        State=BulletinState,
        is_over=is_over,
        drafted_it=actor.staff_id in (view.bulletin.drafted_by, view.bulletin.submitted_by),
        tenths=tenths,
    )


def _choices(kind: BulletinKind, days: list[date]) -> list[tuple[str, str]]:
    return [(day.isoformat(), policies.period_name(kind, day)) for day in days]
