"""巡检保养: the rounds, one round with its points and answers, and what rounds come to."""

from datetime import timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, Date, Id, PageQuery, Query
from console.contractors import firm_choices
from console.pages import page, pages, render
from property.inspections.models import PlanKind
from property.inspections.rounds import figures as round_figures
from property.inspections.rounds import policies, queries
from property.inspections.rounds.figures import By
from property.inspections.rounds.models import PointState, RoundState, Verdict
from property.inspections.titles import KIND_NAMES
from property.workforce import queries as workforce

blueprint = pages("console_inspections", __name__)

READ: Final = Permission.PROPERTY_READ
_PATH: Final = "/property/inspections"
# Figures without a period tell of so many days.
_DAYS_TOLD: Final = 30
ROUND_TONES: Final = {
    RoundState.OPEN: "blue",
    RoundState.FINISHED: "green",
    RoundState.LAPSED: "red",
    RoundState.SKIPPED: "gray",
    RoundState.WITHDRAWN: "gray",
}
POINT_TONES: Final = {PointState.PENDING: "gray", PointState.VISITED: "green", PointState.MISSED: "red"}
VERDICT_TONES: Final = {Verdict.PASSED: "green", Verdict.FAILED: "red", Verdict.NOTED: "gray"}
BY_NAMES: Final = {By.PLAN: "计划", By.CONTRACTOR: "服务商", By.GROUP: "班组", By.MONTH: "月份"}


class RoundsPage(PageQuery):
    """Which rounds."""

    state = Choice(RoundState)
    kind = Choice(PlanKind)
    plan_id = Id()
    group_id = Id()
    contractor_id = Id()
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    has_missed = Bool(load_default=False)
    has_failed = Bool(load_default=False)


class FiguresPage(Query):
    """Of which days, and by what; the last thirty days by plan unless said otherwise."""

    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    by = Choice(By, load_default=By.PLAN)


@page(blueprint, _PATH, permission=READ, query=RoundsPage)
def rounds(actor: Actor, query: dict[str, Any]) -> str:
    """The rounds within reach, the latest due first."""
    return render(
        "inspections/rounds.html",
        found=queries.page_rounds(actor, **query),
        query=query,
        groups=[(each.id, each.name) for each in workforce.list_groups()],
        contractors=firm_choices(),
        state_names=policies.STATE_NAMES,
        kind_names=KIND_NAMES,
        tones=ROUND_TONES,
    )


@page(blueprint, f"{_PATH}/figures", permission=READ, query=FiguresPage)
def figures(actor: Actor, query: dict[str, Any]) -> str:
    """What the rounds of some days come to, by plan, contractor, group or month; never by person."""
    until_on = query.get("until_on") or clock.today()
    from_on = query.get("from_on") or until_on - timedelta(days=_DAYS_TOLD - 1)
    return render(
        "inspections/figures.html",
        figures=round_figures.figures(actor, from_on=from_on, until_on=until_on, by=query["by"]),
        from_on=from_on,
        until_on=until_on,
        by=query["by"],
        by_names=BY_NAMES,
        By=By,
    )


@page(blueprint, f"{_PATH}/<id:round_id>", permission=Permission.SELF)
def round_(actor: Actor, round_id: int) -> str:
    """One round: who was where and when, what was found, and the orders that came of it."""
    return render(
        "inspections/round.html",
        view=queries.get_round(actor, round_id),
        tones=ROUND_TONES,
        point_tones=POINT_TONES,
        verdict_tones=VERDICT_TONES,
        reads=actor.can(READ),
    )
