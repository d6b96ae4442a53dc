"""A plan on paper, with what is needed to draw it again, and as a workbook; an inspection's scored form."""

from typing import Final

from backend.documents import pdf
from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from backend.scoresheets import documents as score_documents
from backend.scoresheets.documents import ScoreForm
from backend.scoresheets.queries import view_of
from canteen.evaluation.spot_checks import plans
from canteen.evaluation.spot_checks.plans import PlanView
from canteen.evaluation.spot_checks.queries import InspectionView

_YES: Final = "是"


def plan_title(plan: PlanView) -> str:
    """`2026年反食品浪费抽查名单（第2版）`: the heading, and the name of a file."""
    version = f"（第{plan.version}版）" if plan.version > 1 else ""
    return f"{plan.year}年反食品浪费抽查名单{version}"


def plan_pdf(plan: PlanView, *, printed_by: str) -> bytes:
    """The units that were drawn, all units with their numbers, and how to draw again."""
    return pdf.render(
        "canteen.evaluation.spot_checks/plan.html",
        {
            "title": plan_title(plan),
            "number": "",
            "printed_by": printed_by,
            "plan": plan,
            "drawn": [lot for lot in plan.lots if lot.is_drawn],
            "steps": plans.steps_of(plan),
        },
    )


def plan_workbook(plan: PlanView) -> bytes:
    """The same as a workbook."""
    columns = [
        Column("位次", Kind.INT),
        Column("单位代码", width=18),
        Column("单位", width=32),
        Column("分层"),
        Column("上次抽查"),
        Column("到期年份"),
        Column("抽中"),
        Column("抽查情况"),
        Column("说明", width=32),
        Column("随机数", width=68),
    ]
    rows = [
        (
            *(lot.place, lot.code, lot.name, lot.stratum_name, lot.last_checked, lot.due_year),
            *(_YES if lot.is_drawn else None, lot.state_name if lot.is_drawn else None),
            *(lot.note or None, lot.number),
        )
        for lot in plan.lots
    ]
    facts = [
        ("年份", plan.year),
        ("版次", plan.version),
        ("重新抽取原因", plan.reason or None),
        ("在册单位", plan.units),
        ("抽查比例", f"{plan.percent}%"),
        ("应抽数量", plan.quota),
        ("抽中数量", plan.drawn),
        ("种子", plan.seed),
        ("种子来源", plan.seed_source),
        ("算法", plan.algorithm),
        *((f"方法 {place}", step) for place, step in enumerate(plans.steps_of(plan), start=1)),
    ]
    return workbook_of(
        plan_title(plan),
        [
            Sheet("名单", columns, rows),
            Sheet("抽取方法", [Column("项目"), Column("内容", width=100)], facts),
        ],
    )


def inspection_title(view: InspectionView) -> str:
    """`某局食堂2026年反食品浪费现场抽查评分表`."""
    return f"{view.unit_name}{view.year}年反食品浪费现场抽查评分表"


def inspection_pdf(view: InspectionView, *, printed_by: str) -> bytes:
    """The scored form with the team and what the unit said."""
    team = "、".join(f"{member.name}（组长）" if member.is_lead else member.name for member in view.team)
    facts = [("状态", view.state_name), ("抽查组", team)]
    if view.visited_on is not None:
        facts.append(("抽查日期", view.visited_on.isoformat()))
    if view.total is not None:
        facts.append(("得分", f"{score_documents.plain(view.total)} 分，{view.grade}"))
    facts += [
        (title, text)
        for title, text in (("结论", view.conclusion), *_answers(view))
        if text
    ]  # fmt: skip
    form = ScoreForm(inspection_title(view), facts, view_of(view.sheet), view.filled)
    return score_documents.score_pdf(form, printed_by=printed_by)


def _answers(view: InspectionView) -> list[tuple[str, str]]:
    said = {"acknowledge": "单位确认", "dispute": "单位异议", "return": "退回重评", "confirm": "办结意见"}
    return [(said[step.step], step.text) for step in view.steps if step.step in said]
