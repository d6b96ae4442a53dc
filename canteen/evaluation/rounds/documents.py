"""A unit's sheet on paper and as a workbook, and the result list of a round."""

from collections.abc import Sequence

from backend.documents.environment import day, instant
from backend.documents.sheets import Column, Kind, workbook
from backend.scoresheets import documents as score_documents
from backend.scoresheets import policies as score_policies
from backend.scoresheets.documents import ScoreForm
from backend.scoresheets.queries import Filled
from canteen.evaluation.rounds.models import SheetState
from canteen.evaluation.rounds.queries import RoundView, SheetResult
from canteen.evaluation.rounds.sheet_views import UnitSheetView
from canteen.evaluation.rounds.titles import SHEET_STATE_NAMES
from canteen.evaluation.units.models import Level, Operation, Serving
from canteen.evaluation.units.titles import LEVEL_NAMES, OPERATION_NAMES, SERVING_NAMES


def sheet_title(view: UnitSheetView) -> str:
    """`机关食堂2026年第4季度反食品浪费工作成效评估表`: the heading, and the name of a file."""
    return f"{view.unit_name}{view.title}表"


def sheet_pdf(view: UnitSheetView, *, printed_by: str) -> bytes:
    """The sheet with the scores that the actor may see."""
    return score_documents.score_pdf(_form(view), printed_by=printed_by)


def sheet_workbook(view: UnitSheetView) -> bytes:
    """The same as a workbook."""
    return score_documents.score_workbook(_form(view))


def results_workbook(of: RoundView, results: Sequence[SheetResult]) -> bytes:
    """The units of a round by rank."""
    columns = [
        Column("名次", Kind.INT),
        Column("单位", width=30),
        Column("层级"),
        Column("地区"),
        Column("经营方式"),
        Column("得分", Kind.POINTS),
        Column("等级"),
        Column("状态"),
    ]
    rows = (
        (
            each.rank,
            each.unit_name,
            LEVEL_NAMES[Level(each.level)],
            each.region,
            OPERATION_NAMES[Operation(each.operation)],
            score_policies.tenths(each.total) if each.total is not None else None,
            each.grade,
            SHEET_STATE_NAMES[each.state],
        )
        for each in results
    )
    return workbook(f"{of.title}结果", columns, rows)


def _form(view: UnitSheetView) -> ScoreForm:
    facts = [
        ("单位", view.unit_name),
        ("层级", LEVEL_NAMES[Level(view.level)]),
        ("经营方式", OPERATION_NAMES[Operation(view.operation)]),
        ("供餐方式", SERVING_NAMES[Serving(view.serving)]),
        ("状态", _stand(view)),
    ]
    return ScoreForm(sheet_title(view), facts, view.version, _filled(view))


def _stand(view: UnitSheetView) -> str:
    if view.state is not SheetState.CLOSED or view.closed_at is None:
        return f"{view.state_name}（填报截止 {day(view.due_on)}）"
    return f"{view.state_name}（{instant(view.closed_at)}，{view.closed_by_name}）"


def _filled(view: UnitSheetView) -> Filled | None:
    marks = {line.item.id: line.mark for line in view.lines if line.mark is not None}
    if not marks:
        return None
    return Filled(
        scoring_id=0,
        version_id=view.version.id,
        closed_at=view.closed_at,
        total=view.total,
        grade=view.grade,
        is_failing=view.is_failing,
        marks=marks,
    )
