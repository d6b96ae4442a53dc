"""抽查: the year's draw, and inspections as managers, teams and units see them."""

from itertools import groupby
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.scoresheets import queries as score_queries
from backend.wire import Choice, Id, Int, PageQuery, Query
from canteen.evaluation.spot_checks import plans, policies, queries
from canteen.evaluation.spot_checks.errors import InspectionNotFound
from canteen.evaluation.spot_checks.models import State
from canteen.evaluation.spot_checks.policies import STATE_NAMES, Step
from canteen.evaluation.units import queries as unit_queries
from console.evaluation import MANAGE, YearQuery
from console.pages import page, pages, render

blueprint = pages("console_spot_checks", __name__)

_PATH: Final = "/evaluation/checks"
_ONE: Final = f"{_PATH}/inspections/<id:inspection_id>"
TONES: Final = {
    State.PLANNED: "gray",
    State.UNDER_WAY: "blue",
    State.SUBMITTED: "yellow",
    State.ACKNOWLEDGED: "blue",
    State.DISPUTED: "red",
    State.CONFIRMED: "green",
    State.CANCELLED: "gray",
}
STEP_NAMES: Final = {
    Step.CHANGE: "调整安排",
    Step.SCORE: "评分",
    Step.SUBMIT: "提交结果",
    Step.ACKNOWLEDGE: "单位确认",
    Step.DISPUTE: "单位提出异议",
    Step.RETURN: "退回重评",
    Step.CONFIRM: "办结",
    Step.CANCEL: "取消",
}


class InspectionsPage(PageQuery):
    """Which inspections; this year's if no year is named."""

    year = Int(minimum=2000, maximum=2999)
    state = Choice(State)


class OwnPage(PageQuery):
    """Which of one's own inspections."""

    state = Choice(State)


class ArrangePage(Query):
    """For which unit."""

    unit_id = Id()


def words() -> dict[str, Any]:
    """What states and steps of inspections are called, for templates."""
    return {"inspection_state_names": STATE_NAMES, "inspection_tones": TONES, "step_names": STEP_NAMES}


@page(blueprint, _PATH, permission=MANAGE, query=YearQuery)
def plan(actor: Actor, query: dict[str, Any]) -> str:
    """The draw of a year: what must be inspected, what is, and every unit's place in it."""
    this_year = clock.today().year
    year = query.get("year") or this_year
    versions = plans.page_plans(actor, year=year, page=1, page_size=20).rows
    return render(
        "evaluation/plan.html",
        year=year,
        years=range(this_year + 1, this_year - 4, -1),
        versions=versions,
        plan=plans.get_plan(actor, versions[0].id) if versions else None,
        coverage=plans.coverage(actor, year=year),
        **words(),
    )


@page(blueprint, f"{_PATH}/draw", permission=MANAGE, query=YearQuery, is_compound_wide=True)
def draw(actor: Actor, query: dict[str, Any]) -> str:
    """The form that draws."""
    year = query.get("year") or clock.today().year
    versions = plans.page_plans(actor, year=year, page=1, page_size=1)
    return render(
        "evaluation/draw.html",
        year=year,
        seen_version=versions.rows[0].version if versions.rows else 0,
        units=_unit_choices(),
    )


@page(blueprint, f"{_PATH}/plans/<id:plan_id>", permission=MANAGE)
def verification(actor: Actor, plan_id: int) -> str:
    """How anybody draws again, and whether that comes to the same."""
    return render(
        "evaluation/verification.html",
        plan=plans.get_plan(actor, plan_id),
        verification=plans.verify(actor, plan_id),
    )


@page(blueprint, f"{_PATH}/inspections", permission=MANAGE, query=InspectionsPage)
def inspections(actor: Actor, query: dict[str, Any]) -> str:
    """All inspections of a year."""
    this_year = clock.today().year
    year = query.pop("year", None) or this_year
    return render(
        "evaluation/inspections.html",
        found=queries.page_inspections(actor, year=year, **query),
        year=year,
        years=range(this_year + 1, this_year - 4, -1),
        state=query.get("state"),
        **words(),
    )


@page(blueprint, "/evaluation/inspecting", permission=Permission.EVALUATION_INSPECT, query=OwnPage)
def inspecting(actor: Actor, query: dict[str, Any]) -> str:
    """Those whose team one is in."""
    return render(
        "evaluation/inspecting.html",
        found=queries.page_mine(actor, **query),
        state=query.get("state"),
        **words(),
    )


@page(blueprint, f"{_PATH}/inspections/new", permission=MANAGE, query=ArrangePage, is_compound_wide=True)
def arrange(actor: Actor, query: dict[str, Any]) -> str:
    """The form that sends a team."""
    unit_id = query.get("unit_id")
    return render(
        "evaluation/inspection_form.html",
        inspection=None,
        unit=unit_queries.find_unit(unit_id) if unit_id else None,
        units=[] if unit_id else _unit_choices(),
        inspectors=queries.inspectors(actor, unit_id=unit_id),
        versions=[(each.id, each.title) for each in score_queries.versions_in_force(clock.today())],
        today=clock.today(),
        largest=policies.LARGEST_TEAM,
    )


@page(blueprint, f"{_ONE}/edit", permission=MANAGE)
def change(actor: Actor, inspection_id: int) -> str:
    """The form that changes team and window."""
    found = queries.get_inspection(actor, inspection_id)
    return render(
        "evaluation/inspection_form.html",
        inspection=found,
        inspectors=queries.inspectors(actor, unit_id=found.unit_id),
        today=clock.today(),
        largest=policies.LARGEST_TEAM,
    )


@page(blueprint, _ONE, permission=Permission.SELF)
def inspection(actor: Actor, inspection_id: int) -> str:
    """An inspection with its scored sheet, as far as one may see it."""
    found = queries.get_inspection(actor, inspection_id)
    manages = actor.reach(MANAGE).everywhere
    return render(
        "evaluation/inspection.html",
        inspection=found,
        groups=[(level, list(each)) for level, each in groupby(found.scores, lambda each: each.item.level1)],
        manages=manages,
        is_in_team=any(member.id == actor.staff_id for member in found.team),
        problems=_problems(found) if manages and found.state == State.CONFIRMED else [],
        today=clock.today(),
        State=State,
        Step=Step,
        **words(),
    )


@page(blueprint, f"{_ONE}/items/<id:item_id>", permission=Permission.SELF)
def inspection_item(actor: Actor, inspection_id: int, item_id: int) -> str:
    """The form that scores an item on the spot."""
    found = queries.get_inspection(actor, inspection_id)
    score = next((each for each in found.scores if each.item.id == item_id), None)
    if score is None:
        raise InspectionNotFound
    return render(
        "evaluation/inspection_item.html", inspection=found, line=score, most_photos=policies.MOST_PHOTOS
    )


def _unit_choices() -> list[tuple[int, str]]:
    return [(each.id, each.name) for each in unit_queries.active_units()]


def _problems(found: queries.InspectionView) -> list[tuple[int, str]]:
    """What lost points, as the problems of an order to rectify."""
    lost = [each for each in found.scores if each.score is not None and each.score < each.item.points]
    return [
        (each.item.id, "；".join(loss.text for loss in each.losses) or each.remark or each.item.level2)
        for each in lost
    ]
