"""What the words of the quarterly evaluation are called: the one place for pages and documents."""

from collections.abc import Mapping
from typing import Final

from canteen.evaluation.rounds.models import RoundState, SheetState
from canteen.evaluation.rounds.policies import Step

ROUND_STATE_NAMES: Final[Mapping[RoundState, str]] = {
    RoundState.OPEN: "进行中",
    RoundState.CLOSED: "已结束",
}
SHEET_STATE_NAMES: Final[Mapping[SheetState, str]] = {
    SheetState.FILLING: "填报中",
    SheetState.SUBMITTED: "待评审",
    SheetState.RETURNED: "退回补充",
    SheetState.CLOSED: "已办结",
}
STEP_NAMES: Final[Mapping[Step, str]] = {
    Step.OPEN: "发起",
    Step.SUBMIT: "提交",
    Step.TAKE: "收回",
    Step.RETURN: "退回",
    Step.CLOSE: "办结",
}


def round_title(year: int, quarter: int) -> str:
    """`2026年第4季度反食品浪费工作成效评估`."""
    return f"{year}年第{quarter}季度反食品浪费工作成效评估"
