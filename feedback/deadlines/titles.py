"""What people read for clocks and their verdicts."""

from collections.abc import Mapping
from typing import Final

from feedback.deadlines.models import ClockKind, Verdict

KIND_NAMES: Final[Mapping[ClockKind, str]] = {ClockKind.RESPONSE: "响应", ClockKind.ANSWER: "办理"}
VERDICT_NAMES: Final[Mapping[Verdict, str]] = {
    Verdict.RUNNING: "计时中",
    Verdict.PAUSED: "已暂停",
    Verdict.MET: "按时",
    Verdict.MISSED: "超时",
    Verdict.VOID: "不计",
}
