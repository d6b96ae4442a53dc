"""The closing report of an incident on paper, and the list of diners as a workbook."""

from typing import Any, Final

from backend.documents import pdf
from backend.documents.sheets import Column, Kind, workbook
from canteen.food_safety.incidents.models import State
from canteen.food_safety.incidents.queries import Exported
from canteen.food_safety.incidents.views import EventView, IncidentView, ReachView
from canteen.menu.titles import PERIOD_NAMES

_COLUMNS: Final = (
    Column("工号", width=14),
    Column("姓名", width=14),
    Column("部门", width=28),
    Column("最早用餐日期", Kind.DAY),
    Column("涉及餐数", Kind.INT),
    Column("通知时间", Kind.INSTANT),
)


def report_name(view: IncidentView) -> str:
    """What its file is called."""
    return f"食品安全{'演练' if view.incident.is_drill else '事件'}报告 {view.row.number}"


def report_pdf(view: IncidentView, reach: ReachView, timeline: list[EventView]) -> bytes:
    """What happened, how far it reached, what was done and what came of it; nobody's name but who acted."""
    incident = view.incident
    context: dict[str, Any] = {
        "title": f"食品安全{'演练' if incident.is_drill else '事件'}处置报告",
        "number": view.row.number,
        "view": view,
        "incident": incident,
        "reach": reach,
        "timeline": timeline,
        "period_names": PERIOD_NAMES,
        "is_final": incident.state in (State.CLOSED, State.DISMISSED),
    }
    if incident.closed_at is not None:
        # What is closed is dated by that, so that it is the same whenever it is printed.
        context["printed_at"] = incident.closed_at
    return pdf.render("canteen.food_safety.incidents/report.html", context)


def diners_name(exported: Exported) -> str:
    """What the list is called."""
    return f"就餐人员名单 {exported.number}"


def diners_workbook(exported: Exported) -> bytes:
    """The diners, one a row."""
    rows = (
        (one.staff_no, one.name, one.department, one.served_on, one.meals, one.told_at)
        for one in exported.rows
    )
    return workbook(diners_name(exported), _COLUMNS, rows)
