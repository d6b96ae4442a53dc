"""Requests about personal data: one that waits, and two that were answered."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from backend import clock
from backend.db import Base
from backend.flows.demo.organisation import ADMINISTRATOR_NO
from backend.flows.demo.plan import Plan
from backend.identity.privacy.models import DataRequest, RequestKind, RequestState
from backend.identity.privacy.policies import DECLINED_WHILE_EMPLOYED
from backend.identity.privacy.rules import ANSWER_DAYS
from backend.workdays.policies import Calendar

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]


class _Asked(NamedTuple):
    """A request of the official at a place of the roster, and its answer a day later, if it has one."""

    days_ago: int
    place: int
    kind: RequestKind
    text: str
    state: RequestState = RequestState.OPEN
    answer: str = ""


_ASKED = (
    _Asked(12, 9, RequestKind.CORRECT, "手机号已更换，系统里还是旧号。", RequestState.DONE,
           "已按您提供的证明更新手机号。"),
    _Asked(8, 13, RequestKind.ERASE, "请删除我的全部订餐记录。", RequestState.DECLINED,
           DECLINED_WHILE_EMPLOYED),
    _Asked(2, 0, RequestKind.CORRECT, "我的职务已变动，显示的仍是原职务，请更正。"),
)  # fmt: skip


def tables(plan: Plan, calendar: Calendar) -> Tables:
    """The one table of requests, the oldest first."""
    officials = [member for member in plan.members if not member.role]
    answerer_id = plan.staff_id(ADMINISTRATOR_NO)
    rows = []
    for number, asked in enumerate(_ASKED, start=1):
        staff_id = officials[asked.place].staff_id
        sent_at = plan.now - timedelta(days=asked.days_ago, minutes=40)
        is_open = asked.state is RequestState.OPEN
        due_on = calendar.add_workdays(clock.local(sent_at).date(), ANSWER_DAYS.default)
        answered = (None, None) if is_open else (sent_at + timedelta(days=1), answerer_id)
        rows.append(
            (number, staff_id, asked.kind.value, asked.text, asked.state.value, staff_id, sent_at, due_on,
             asked.answer, *answered)
        )  # fmt: skip # One column a line would say no more.
    columns = "id staff_id kind text state entered_by sent_at due_on answer answered_at answered_by"
    yield DataRequest, columns, rows
