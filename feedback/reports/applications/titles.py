"""What people read for applications."""

from collections.abc import Mapping
from typing import Final

from feedback.reports.applications.models import ApplicationKind, ApplicationState

KIND_NAMES: Final[Mapping[ApplicationKind, str]] = {
    ApplicationKind.OBJECTION: "派单异议",
    ApplicationKind.EXTENSION: "延期",
    ApplicationKind.SUSPENSION: "挂账",
}
STATE_NAMES: Final[Mapping[ApplicationState, str]] = {
    ApplicationState.WAITING: "待审批",
    ApplicationState.APPROVED: "已同意",
    ApplicationState.REFUSED: "未同意",
    ApplicationState.VOID: "已作废",
}
# Who asked where no office has the report.
DESK: Final = "诉求专席"
