"""What people read for the verdicts of clocks."""

from collections.abc import Mapping
from typing import Final

from backend.workdays.models import Verdict

VERDICT_NAMES: Final[Mapping[Verdict, str]] = {
    Verdict.RUNNING: "计时中",
    Verdict.PAUSED: "已暂停",
    Verdict.MET: "按时",
    Verdict.MISSED: "超时",
    Verdict.VOID: "不计",
}
