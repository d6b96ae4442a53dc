"""What the core of the reports tells people."""

from datetime import timedelta
from typing import Final

from backend.notifications.kinds import CHAT_OR_SMS, Field, Kind

NUMBER: Final = Field("number", "诉求编号")
WHAT: Final = Field("what", "诉求内容")
PLACE: Final = Field("place", "地点")
WHY: Final = Field("why", "说明")
# What `telling.fields_of` gives to every kind but those for an unnamed reporter.
REPORT: Final = (NUMBER, WHAT, PLACE)
LIFE: Final = timedelta(days=3)

# To the desk

SUBMITTED: Final = Kind(
    "feedback.report_submitted",
    title="新的诉求",
    text="收到新的{of_kind} {number}（{place}，{what}），请及时审核。",
    fields=(*REPORT, Field("of_kind", "类型")),
)
DANGER_SUBMITTED: Final = Kind(
    "feedback.danger_submitted",
    title="涉险诉求",
    text="收到涉险诉求 {number}：{place}，{what}，请立即处理。",
    fields=REPORT,
    channels=CHAT_OR_SMS,
    is_urgent=True,
    respects_quiet=False,
)

# To the office, or the desk where no office has it

REMINDED: Final = Kind(
    "feedback.report_reminded",
    title="诉求催办",
    text="诉求人催办 {number}（{place}，{what}），请尽快办理。",
    fields=REPORT,
)

# To an unnamed reporter, instead of any other kind: nothing of it leads to the report.

NEWS: Final = Kind(
    "feedback.unnamed_news",
    title="匿名诉求进展",
    text="您匿名提交的诉求有新的进展：{news}。请在“我的诉求”中查看。",
    fields=(Field("news", "进展"),),
    life=LIFE,
    hides_recipient=True,
)

# Steps of the desk and of the offices

ASSIGNED: Final = Kind(
    "feedback.report_assigned",
    title="诉求转办",
    text="诉求 {number}（{place}，{what}）已转交贵单位办理，请于 {due} 前答复。",
    fields=(*REPORT, Field("due", "办理时限")),
    life=LIFE,
)
SUPERVISED: Final = Kind(
    "feedback.report_supervised",
    title="诉求督办",
    text="诉求 {number}（{place}，{what}）已列入督办：{why}。",
    fields=(*REPORT, WHY),
    life=LIFE,
)
REOPENED: Final = Kind(
    "feedback.report_reopened",
    title="诉求重新办理",
    text="诉求 {number}（{place}，{what}）被要求重新办理：{why}。",
    fields=(*REPORT, WHY),
    life=LIFE,
)
TRANSFERRED: Final = Kind(
    "feedback.report_transferred",
    title="诉求转出",
    text="诉求 {number}（{place}，{what}）已改由「{office}」办理。",
    fields=(*REPORT, Field("office", "承办单位")),
    life=LIFE,
)

# To who reported, and to who met the same

ACCEPTED: Final = Kind(
    "feedback.report_accepted",
    title="诉求已受理",
    text="诉求 {number}（{place}，{what}）已受理，将于 {due} 前答复。",
    fields=(*REPORT, Field("due", "办理时限")),
    life=LIFE,
)
OFFICE_CHOSEN: Final = Kind(
    "feedback.report_office_chosen",
    title="诉求已转办",
    text="诉求 {number}（{place}，{what}）已转「{office}」办理。",
    fields=(*REPORT, Field("office", "承办单位")),
    life=LIFE,
)
REJECTED: Final = Kind(
    "feedback.report_rejected",
    title="诉求不予受理",
    text="诉求 {number}（{place}，{what}）未予受理：{why}。",
    fields=(*REPORT, WHY),
    life=LIFE,
)
DUPLICATE: Final = Kind(
    "feedback.report_duplicate",
    title="诉求已合并",
    text="诉求 {number}（{place}，{what}）与已有诉求为同一问题，已合并办理，有结果时会通知您。",
    fields=REPORT,
    life=LIFE,
    hides_recipient=True,  # It goes to who met the same, too, and nobody is to know who that is.
)
HIDDEN: Final = Kind(
    "feedback.report_hidden",
    title="诉求已隐藏",
    text="诉求 {number}（{place}，{what}）已隐藏，不再展示：{why}。",
    fields=(*REPORT, WHY),
    life=LIFE,
)
UNHIDDEN: Final = Kind(
    "feedback.report_unhidden",
    title="诉求恢复显示",
    text="诉求 {number}（{place}，{what}）已恢复显示。",
    fields=REPORT,
    life=LIFE,
)
NOTED: Final = Kind(
    "feedback.report_noted",
    title="诉求办理进展",
    text="诉求 {number}（{place}，{what}）有新的进展：{why}。",
    fields=(*REPORT, WHY),
    life=LIFE,
)
REPLIED: Final = Kind(
    "feedback.report_replied",
    title="诉求已答复",
    text="诉求 {number}（{place}，{what}）已答复：{why}。请查看并评价；未解决的可要求重新办理。",
    fields=(*REPORT, WHY),
    life=LIFE,
)
MASTER_ENDED: Final = Kind(
    "feedback.master_ended",
    title="同类诉求有结果",
    text="诉求 {number}（{place}，{what}）所反映的问题有了结果：{why}。",
    fields=(*REPORT, WHY),
    life=LIFE,
    hides_recipient=True,  # It goes to who met the same, too, and nobody is to know who that is.
)
