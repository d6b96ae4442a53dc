"""服务保障通报: the logistics review of a month as it stands, and the bulletins that tell it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import months_after
from backend.flows import service_review as flow
from backend.wire import Month, PageQuery, Query
from console.pages import page, pages, render
from feedback.reviews import documents, policies, queries
from feedback.reviews.models import Review, ReviewState

blueprint = pages("console_service_reviews", __name__)

READ: Final = Permission.FEEDBACK_READ
MANAGE: Final = Permission.REVIEWS_MANAGE
_PATH: Final = "/reviews"
_BULLETINS: Final = f"{_PATH}/bulletins"
_MONTHS_OFFERED: Final = 12
TONES: Final = {
    ReviewState.DRAFT: "blue",
    ReviewState.SUBMITTED: "yellow",
    ReviewState.RETURNED: "red",
    ReviewState.PUBLISHED: "green",
}
# The figure of a service that stands large; of any other service its first one.
_HEADLINES: Final = {
    "canteen": "served",
    "repairs": "in_time_rate",
    "inspections": "in_time_rate",
    "reports": "in_time_rate",
}
# Tables that are drawn as a chart.
_DRAWN: Final = frozenset({"repair_categories"})


class OverviewPage(Query):
    """Of which month; this one if it is not named."""

    month = Month()


class BulletinsPage(PageQuery):
    """Which page of the bulletins."""


@page(blueprint, _PATH, permission=READ, query=OverviewPage)
def overview(actor: Actor, query: dict[str, Any]) -> str:
    """The review of a month, live: rates, their course, what is overdue, and how each is counted."""
    today = clock.today()
    month = min(query.get("month") or today, today).replace(day=1)
    found = flow.overview(actor, month=month)
    return render(
        "reviews/overview.html",
        overview=found,
        month=month,
        today=today,
        before=months_after(month, -1),
        after=months_after(month, 1),
        period_name=policies.period_name(month),
        review=_told(actor, month),
        drafts=actor.reach(MANAGE).everywhere,
        **of_figures(found.figures),
    )


@page(blueprint, _BULLETINS, permission=Permission.SELF, query=BulletinsPage)
def bulletins(actor: Actor, query: dict[str, Any]) -> str:
    """The bulletins; drafts for those who work on them."""
    return render(
        "reviews/bulletins.html",
        found=queries.page_reviews(actor, **query),
        tones=TONES,
        works=policies.works_on_reviews(actor),
        drafts=actor.reach(MANAGE).everywhere,
    )


@page(blueprint, f"{_BULLETINS}/new", permission=MANAGE, is_compound_wide=True)
def new_bulletin(actor: Actor) -> str:
    """The form that drafts one."""
    this = clock.today().replace(day=1)
    past = [months_after(this, -back) for back in range(_MONTHS_OFFERED)]
    return render(
        "reviews/bulletin_new.html", months=[(day.isoformat(), policies.period_name(day)) for day in past]
    )


@page(blueprint, f"{_BULLETINS}/<id:review_id>", permission=Permission.SELF)
def bulletin(actor: Actor, review_id: int) -> str:
    """One bulletin: its figures, its texts, and who may do what with it."""
    view = queries.find(actor, review_id)
    return render(
        "reviews/bulletin.html",
        view=view,
        review=view.review,
        tones=TONES,
        State=ReviewState,
        is_over=_is_over(view.review.last_day),
        drafted_it=actor.staff_id in (view.review.drafted_by, view.review.submitted_by),
        **of_figures(view.figures),
    )


def _told(actor: Actor, month: date) -> Review | None:
    """The month's bulletin, if the actor may see it."""
    latest = queries.latest(month)
    is_told = policies.works_on_reviews(actor) or (latest and latest.state == ReviewState.PUBLISHED)
    return latest if is_told else None


def _is_over(last_day: date) -> bool:
    return last_day < clock.today()


def of_figures(figures: Mapping[str, Any]) -> dict[str, Any]:
    """What a page draws of frozen figures."""
    return {
        "figures": figures,
        "headlines": [(section, _headline(section)) for section in figures["sections"] if section["figures"]],
        "trend_labels": [documents.month_name(each) for each in figures["trend"]["months"]],
        "trend_lines": [(each["name"], each["values"]) for each in figures["trend"]["series"]],
        "satisfied": documents.satisfaction(figures),
        "repair_categories": documents.categories(figures),
        "tables": [
            (section["name"], table)
            for section in figures["sections"]
            for table in section["tables"]
            if table["rows"] and table["key"] not in _DRAWN
        ],
        "spoken": documents.spoken,
        "basis": documents.basis,
    }


def _headline(section: Mapping[str, Any]) -> Mapping[str, Any]:
    wanted = _HEADLINES.get(section["key"])
    figures: Sequence[Mapping[str, Any]] = section["figures"]
    return next((each for each in figures if each["key"] == wanted), figures[0])
