"""What approvals, rights, closures and limits are called."""

from collections.abc import Mapping
from typing import Final

from meeting.rooms.models import (
    Approval,
    ClosureKind,
    QuotaMeasure,
    QuotaPeriod,
    QuotaSubject,
    Right,
)

APPROVAL_NAMES: Final[Mapping[Approval, str]] = {
    Approval.NONE: "无需审批",
    Approval.ALWAYS: "均须审批",
    Approval.OUTSIDE_HOURS: "开放时间外须审批",
    Approval.BELOW_LEVEL: "低于所选级别须审批",
    Approval.FROM_LEVEL: "所选级别及以上须审批",
}
RIGHT_NAMES: Final[Mapping[Right, str]] = {
    Right.SEE: "可查看",
    Right.BOOK: "可直接预订",
    Right.PREBOOK: "可预订，须审批",
    Right.OVERRIDE: "可申请优先使用",
}
CLOSURE_NAMES: Final[Mapping[ClosureKind, str]] = {ClosureKind.CLOSED: "停用", ClosureKind.BLOCKED: "预留"}
SUBJECT_NAMES: Final[Mapping[QuotaSubject, str]] = {
    QuotaSubject.PERSON: "每人",
    QuotaSubject.DEPARTMENT: "每部门",
}
PERIOD_NAMES: Final[Mapping[QuotaPeriod, str]] = {
    QuotaPeriod.DAY: "每天",
    QuotaPeriod.WEEK: "每周",
    QuotaPeriod.MONTH: "每月",
    QuotaPeriod.YEAR: "每年",
    QuotaPeriod.FUTURE: "未来",
    QuotaPeriod.SIMULTANEOUS: "同时",
}
MEASURE_NAMES: Final[Mapping[QuotaMeasure, str]] = {QuotaMeasure.COUNT: "场", QuotaMeasure.MINUTES: "分钟"}
WEEKDAYS: Final = "一二三四五六日"
