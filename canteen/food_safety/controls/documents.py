"""The day's record, the week's report and the month's minutes on paper. Not within a unit of work."""

from typing import Any

from backend.documents import pdf
from backend.documents.environment import day
from canteen.food_safety.controls.days.queries import ControlDay
from canteen.food_safety.controls.facts import Group
from canteen.food_safety.controls.models import SafetyWeek
from canteen.food_safety.controls.reviews.queries import ReportView

_TEMPLATES = "canteen.food_safety.controls"


def day_title(found: ControlDay) -> str:
    """`机关食堂每日食品安全检查记录 2026-11-23`: the name of a file."""
    return f"{found.canteen}每日食品安全检查记录 {found.on.isoformat()}"


def day_pdf(found: ControlDay, facts: list[Group], *, printed_by: str) -> bytes:
    """Every item with what was found, the problems with who puts them right, and lines to sign on."""
    areas: dict[str, list[Any]] = {}
    for line in found.lines:
        areas.setdefault(line.area_name, []).append(line)
    return pdf.render(
        f"{_TEMPLATES}/day.html",
        {
            "title": "每日食品安全检查记录",
            "printed_by": printed_by,
            "found": found,
            "on": day(found.on),
            "areas": areas,
            "facts": facts,
        },
    )


def report_title(view: ReportView) -> str:
    """`机关食堂每周食品安全排查治理报告 2026-11-23`: the name of a file."""
    kind = "每周食品安全排查治理报告" if isinstance(view.row, SafetyWeek) else "每月食品安全调度会议纪要"
    stamp = view.first_on.isoformat() if isinstance(view.row, SafetyWeek) else f"{view.first_on:%Y-%m}"
    return f"{view.canteen}{kind} {stamp}"


def report_pdf(view: ReportView, *, printed_by: str) -> bytes:
    """A week's report or a month's minutes; one that is not signed says so."""
    is_week = isinstance(view.row, SafetyWeek)
    return pdf.render(
        f"{_TEMPLATES}/{'week' if is_week else 'month'}.html",
        {
            "title": "每周食品安全排查治理报告" if is_week else "每月食品安全调度会议纪要",
            "printed_by": printed_by,
            "view": view,
            "row": view.row,
            "days": f"{day(view.first_on)}至{day(view.until_on)}",
            "groups": view.row.facts["groups"],
        },
    )
