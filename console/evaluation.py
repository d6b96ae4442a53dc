"""评估工作台: how the quarter's evaluation, the spot checks and the rectifications stand, and the annex."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import months_before
from backend.wire import Int, Query
from canteen.evaluation.annex import queries as annex_queries
from canteen.evaluation.rectifications import queries as rectification_queries
from canteen.evaluation.rounds import queries as round_queries
from canteen.evaluation.rounds.models import SheetState
from canteen.evaluation.rounds.titles import ROUND_STATE_NAMES, SHEET_STATE_NAMES
from canteen.evaluation.spot_checks import plans
from canteen.evaluation.spot_checks import queries as inspection_queries
from canteen.evaluation.spot_checks.models import State as InspectionState
from canteen.evaluation.units import queries as unit_queries
from canteen.evaluation.units.queries import Punctuality
from canteen.evaluation.units.titles import LEVEL_NAMES, OPERATION_NAMES, SERVING_NAMES
from console.pages import page, pages, render

blueprint = pages("console_evaluation", __name__)

MANAGE: Final = Permission.EVALUATION_MANAGE
_ROUNDS_SHOWN: Final = 6
_RESULTS_SHOWN: Final = 10
SHEET_TONES: Final = {
    SheetState.FILLING: "gray",
    SheetState.SUBMITTED: "yellow",
    SheetState.RETURNED: "red",
    SheetState.CLOSED: "green",
}


class YearQuery(Query):
    """A year; this one if it is not named."""

    year = Int(minimum=2000, maximum=2999)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits to be done: so many of what, and where."""

    tone: str
    text: str
    path: str


def unit_words() -> dict[str, Any]:
    """What the ways of units are called, for templates."""
    return {
        "level_names": LEVEL_NAMES,
        "operation_names": OPERATION_NAMES,
        "serving_names": SERVING_NAMES,
    }


def sheet_words() -> dict[str, Any]:
    """What the states of rounds and sheets are called, for templates."""
    return {
        "sheet_state_names": SHEET_STATE_NAMES,
        "sheet_state_tones": SHEET_TONES,
        "round_state_names": ROUND_STATE_NAMES,
        **unit_words(),
    }


@page(blueprint, "/evaluation", permission=MANAGE)
def workspace(actor: Actor) -> str:
    """This quarter's round, what waits, and how the year stands."""
    today = clock.today()
    quarter = (today.month - 1) // 3 + 1
    rounds = round_queries.page_rounds(actor, page=1, page_size=_ROUNDS_SHOWN).rows
    current = next((each for each in rounds if (each.year, each.quarter) == (today.year, quarter)), None)
    # Until a quarter's round is opened, the last one is still what people work at.
    shown = current or (rounds[0] if rounds else None)
    results = round_queries.results(shown.id) if shown else []
    inspections = inspection_queries.page_inspections(actor, year=today.year, page=1, page_size=100).rows
    rectifications = rectification_queries.counts(actor)
    month = months_before(today.replace(day=1), 1)
    stands = unit_queries.month_stands(actor, month=month)
    return render(
        "evaluation/workspace.html",
        year=today.year,
        quarter=quarter,
        current=current,
        shown=shown,
        rounds=rounds,
        results=results[:_RESULTS_SHOWN],
        sheets=len(results),
        plan=plans.current_plan(today.year),
        inspected=sum(each.state in _INSPECTED for each in inspections),
        rectifications=rectifications,
        month=month,
        stands=stands,
        missing=sum(each.report is None for each in stands),
        waiting=[
            *_waiting_sheets(shown, results),
            *_waiting_checks(inspections),
            *_waiting_rectifications(rectifications),
            *_waiting_reports(month, stands),
        ],
        **sheet_words(),
    )


@page(blueprint, "/evaluation/annex", permission=MANAGE, query=YearQuery)
def annex(actor: Actor, query: dict[str, Any]) -> str:
    """The year of every unit in one table, as it goes to 公共机构节能考核."""
    year = query.get("year") or clock.today().year
    return render(
        "evaluation/annex.html",
        annex=annex_queries.get_annex(actor, year=year),
        year=year,
        years=range(clock.today().year, clock.today().year - 5, -1),
    )


_INSPECTED: Final = frozenset(
    {
        InspectionState.SUBMITTED,
        InspectionState.ACKNOWLEDGED,
        InspectionState.DISPUTED,
        InspectionState.CONFIRMED,
    }
)


def _waiting_sheets(shown: Any, results: Sequence[Any]) -> list[Waiting]:
    if shown is None:
        return []
    path = f"/console/evaluation/rounds/{shown.id}"
    submitted = sum(each.state is SheetState.SUBMITTED for each in results)
    overdue = sum(each.is_overdue for each in results)
    return [
        *([Waiting("yellow", f"{submitted} 张评估表待评审", f"{path}?state=submitted")] if submitted else []),
        *([Waiting("red", f"{overdue} 个单位逾期未提交评估表", path)] if overdue else []),
    ]


def _waiting_checks(inspections: Sequence[Any]) -> list[Waiting]:
    path = "/console/evaluation/checks/inspections"
    counts = {
        state: sum(each.state == state for each in inspections)
        for state in (InspectionState.DISPUTED, InspectionState.ACKNOWLEDGED)
    }
    unanswered = sum(
        each.state == InspectionState.SUBMITTED
        and each.answer_until_on is not None
        and each.answer_until_on < clock.today()
        for each in inspections
    )
    told = (
        ("red", counts[InspectionState.DISPUTED], "份抽查结果单位有异议", "disputed"),
        ("yellow", counts[InspectionState.ACKNOWLEDGED], "份抽查结果待办结", "acknowledged"),
        ("yellow", unanswered, "份抽查结果单位逾期未答复", "submitted"),
    )
    return [
        Waiting(tone, f"{count} {what}", f"{path}?state={state}")
        for tone, count, what, state in told
        if count
    ]


def _waiting_rectifications(counts: Any) -> list[Waiting]:
    path = "/console/evaluation/checks/rectifications"
    told = (
        ("yellow", counts.to_check, "项整改待复查", f"{path}?state=reported"),
        ("red", counts.overdue, "项整改逾期未报", f"{path}?is_overdue=true"),
        ("yellow", counts.extensions, "项延期申请待审批", path),
        ("blue", counts.escalated, "项已移交，待办结", f"{path}?state=escalated"),
    )
    return [Waiting(tone, f"{count} {what}", where) for tone, count, what, where in told if count]


def _waiting_reports(month: date, stands: Sequence[Any]) -> list[Waiting]:
    missing = sum(each.punctuality is Punctuality.MISSING for each in stands)
    if not missing:
        return []
    path = f"/console/evaluation/months?month={month:%Y-%m}&only_missing=true"
    return [Waiting("red", f"{missing} 个单位逾期未报 {month.month} 月数据", path)]
