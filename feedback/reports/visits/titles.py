"""What people read for visits and supervision."""

from collections.abc import Mapping
from typing import Final

from feedback.reports.visits.policies import Concern, Reason

REASON_NAMES: Final[Mapping[Reason, str]] = {Reason.LAPSED: "未参评", Reason.OVERDUE: "办理时限已到"}
CONCERN_NAMES: Final[Mapping[Concern, str]] = {
    Concern.OVERDUE: "超时未办",
    Concern.SUPERVISED: "已督办",
    Concern.REOPENED: "多次重新办理",
    Concern.REVIEW: "挂账逾期未复查",
}
