"""What applications tell people."""

from typing import Final

from backend.notifications.kinds import Field, Kind
from feedback.reports.messages import LIFE, REPORT, WHY

_MATTER: Final = Field("matter", "申请事项")
_UNTIL: Final = Field("until", "新的时限")

ASKED: Final = Kind(
    "feedback.application_asked",
    title="承办申请待审批",
    text="{office}对诉求 {number}（{place}，{what}）申请{matter}：{why}。请审批。",
    fields=(*REPORT, _MATTER, Field("office", "承办单位"), WHY),
    life=LIFE,
)
DECIDED: Final = Kind(
    "feedback.application_decided",
    title="承办申请结果",
    text="诉求 {number}（{place}，{what}）的{matter}申请{result}。",
    fields=(*REPORT, _MATTER, Field("result", "结果")),
    life=LIFE,
)
HANDED_OVER: Final = Kind(
    "feedback.report_handed_over",
    title="诉求转由您办理",
    text="诉求 {number}（{place}，{what}）转由贵单位办理：{why}。",
    fields=(*REPORT, WHY),
    life=LIFE,
)
GIVEN_BACK: Final = Kind(
    "feedback.report_given_back",
    title="诉求退回专席",
    text="{office}对诉求 {number}（{place}，{what}）的派单异议成立，请另行转办：{why}。",
    fields=(*REPORT, Field("office", "承办单位"), WHY),
    life=LIFE,
)
EXTENDED: Final = Kind(
    "feedback.report_extended",
    title="诉求延期办理",
    text="您的诉求 {number}（{place}，{what}）延期至 {until} 前答复：{why}。",
    fields=(*REPORT, _UNTIL, WHY),
    life=LIFE,
)
SUSPENDED: Final = Kind(
    "feedback.report_suspended",
    title="诉求挂账",
    text="您的诉求 {number}（{place}，{what}）暂时不能解决，已挂账：{why}。将于 {until} 前复查。",
    fields=(*REPORT, Field("until", "复查日期"), WHY),
    life=LIFE,
)
RESUMED: Final = Kind(
    "feedback.report_resumed",
    title="诉求恢复办理",
    text="诉求 {number}（{place}，{what}）已恢复办理，应于 {until} 前答复。",
    fields=(*REPORT, _UNTIL),
    life=LIFE,
)
REVIEW_DUE: Final = Kind(
    "feedback.suspension_review_due",
    title="挂账诉求待复查",
    text="挂账的诉求 {number}（{place}，{what}）应于 {until} 复查，请核实能否恢复办理。",
    fields=(*REPORT, Field("until", "复查日期")),
    life=LIFE,
)
