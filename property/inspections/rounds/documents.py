"""A round on paper: 巡检记录表, 保养记录表, 复查记录表."""

import re
from typing import Final

from backend import clock
from backend.documents import pdf
from property.inspections.rounds.models import Recheck, RoundState
from property.inspections.rounds.queries import RoundView

_SAYS_IT: Final = re.compile("巡|检|保养|维保")


def sheet_title(view: RoundView) -> str:
    """`泵房日巡记录表（2026-11-23 0800）`: the name of a file."""
    return f"{_heading(view)}（{clock.local(view.round.due_at).strftime('%Y-%m-%d %H%M')}）"


def sheet_pdf(view: RoundView, *, printed_by: str) -> bytes:
    """Every point with the visit to it and what was found of each item, and lines to sign on."""
    return pdf.render(
        "property.inspections.rounds/sheet.html",
        {
            "title": _heading(view),
            "printed_by": printed_by,
            "view": view,
            "round": view.round,
            "is_open": view.round.state == RoundState.OPEN,
            "people": "、".join(_people(view)),
            "failures": _failures(view),
        },
    )


def _heading(view: RoundView) -> str:
    # A name such as 配电房日巡 says what it is already.
    kind = "" if not view.is_recheck and _SAYS_IT.search(view.round.name) else view.kind_name
    return f"{view.round.name}{kind}记录表"


def _people(view: RoundView) -> list[str]:
    """Who was anywhere on the round, in the order in which they were."""
    names = (stop.point.visited_by_name for stop in view.stops)
    return list(dict.fromkeys(name for name in names if name))


def _failures(view: RoundView) -> list[tuple[str, str, str, str]]:
    """Point, item, order and re-check of whatever failed."""
    return [
        (
            stop.point.name,
            f"{check.item.text}：{check.answer.value_text}",
            f"{check.answer.order.number}（{check.answer.order.state_name}）" if check.answer.order else "",
            check.answer.recheck_name,
        )
        for stop in view.stops
        for check in stop.checks
        if check.answer is not None and check.answer.answer.recheck != Recheck.NONE
    ]
