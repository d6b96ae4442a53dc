"""What the slices of feedback say of a month: reports, small services, surveys, notices and meetings.

Reads only; the whole compound, unscoped. Reports count by the day of their submission, with what has become
of them so far.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from backend import clock
from backend.actor import SYSTEM
from backend.db import db
from backend.ratings.policies import FEWEST
from backend.workdays.models import Verdict
from feedback.categories import queries as categories
from feedback.categories.models import Kind as CategoryKind
from feedback.deadlines.models import Clock, ClockKind
from feedback.notices.models import Notice
from feedback.offices import queries as offices
from feedback.reports import rollups
from feedback.reports.models import Report, ReportEvent
from feedback.reports.policies import Step
from feedback.reports.queries import IS_OPEN_REPORT
from feedback.reports.rollups import Sums
from feedback.reviews.demands import queries as demands
from feedback.reviews.figures import Cell, Column, Figure, Kind, Section, Table
from feedback.surveys.models import State as SurveyState
from feedback.surveys.models import Survey

MOST_CASES: Final = 200


@dataclass(frozen=True, slots=True)
class Month:
    """The days [first_day, last_day] of a month."""

    first_day: date
    last_day: date

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    @property
    def from_at(self) -> datetime:
        """Its first instant."""
        return clock.at_local(self.first_day, time.min)

    @property
    def until_at(self) -> datetime:
        """The first instant after it."""
        return clock.at_local(self.last_day + timedelta(days=1), time.min)


def reports(month: Month) -> Section:
    """随手拍、投诉、建议: the rates of the demands, and what is overdue or was reopened."""
    ids = category_ids(is_service=False)
    sums = rollups.sums(month.first_day, month.last_day, category_ids=ids)
    return Section(
        "reports",
        "诉求办理",
        figures=[
            *_rates(sums),
            _count("overdue", "现有逾期未办结", _overdue_count(ids), "件", is_present=True),
        ],
        told=("submitted", "response_rate", "in_time_rate", "resolved_rate"),
        tables=[partial(_cases, month, ids)],
        notes=(
            "按提交日统计，不含微管家小服务；响应率、按时办结率的分母为已有结论的计时，办结率的分母为收到数减撤回数，"
            "解决率的分母为评价或回访给出结论的件次；匿名诉求只计数，不列任何身份信息。",
        ),
    )


def concierge(month: Month) -> Section:
    """微管家: the small services."""
    sums = rollups.sums(month.first_day, month.last_day, category_ids=category_ids(is_service=True))
    return Section(
        "concierge",
        "微管家",
        figures=[
            _count("submitted", "服务申请", sums.submitted, "件"),
            _share("in_time_rate", "按时办结率", sums.answer_met, sums.answer_met + sums.answer_missed),
        ],
        told=("submitted",),
        notes=("按申请日统计。",),
    )


def surveys(month: Month) -> Section | None:
    """问卷: of those that stopped in the month, who was asked and who answered; None if none did."""
    # The invitations are gone once a survey has stopped; what they came to stays with it.
    count, invited, answered = db.session.execute(
        select(func.count(), func.sum(Survey.invited), func.sum(Survey.answered)).where(
            Survey.state == SurveyState.STOPPED.value,
            Survey.stops_on.between(month.first_day, month.last_day),
        )
    ).one()
    if not count:
        return None
    return Section(
        "surveys",
        "满意度问卷",
        figures=[
            _count("stopped", "截止问卷", count, "份"),
            Figure(
                "answer_rate",
                "答卷率",
                Kind.SHARE,
                answered,
                invited,
                least=FEWEST,
            ),
        ],
        notes=("按截止日统计，答卷匿名。",),
    )


def notices(month: Month) -> Section:
    """通告栏: how many were published."""
    published = db.session.scalar(
        select(func.count())
        .select_from(Notice)
        .where(Notice.published_at >= month.from_at, Notice.published_at < month.until_at)
    )
    return Section("notices", "通告栏", figures=[_count("published", "发布通告", published or 0, "条")])


def resident_demands(month: Month) -> Section:
    """通报会: the demands of resident units."""
    found = demands.figures(SYSTEM, month.from_at, month.until_at)
    today = clock.today()
    overdue = Table(
        "overdue_demands",
        "逾期未答复的入驻单位需求",
        [Column("单位"), Column("责任单位"), Column("期限"), Column("逾期（天）", Cell.INT)],
        [
            (
                each.department_name,
                each.office_name,
                each.demand.due_on.isoformat(),
                (today - each.demand.due_on).days,
            )
            for each in found.overdue
        ],
    )
    return Section(
        "demands",
        "通报会需求",
        figures=[
            _count("recorded", "新提需求", found.recorded, "项"),
            _count("answered", "答复需求", found.answered, "项"),
            _count("unanswered", "现有待答复", found.unanswered, "项", is_present=True),
        ],
        tables=[lambda: overdue],
    )


def category_ids(*, is_service: bool) -> list[int]:
    """The categories of the small services, or all others."""
    return [each.id for each in categories.list_all() if (each.kind == CategoryKind.SERVICE) is is_service]


def answered_in_time(months: Sequence[Month]) -> list[Figure]:
    """按时办结率 of the demands of each month, for the trend."""
    days = rollups.by(
        "on_date", months[0].first_day, months[-1].last_day, category_ids=category_ids(is_service=False)
    )
    found = []
    for month in months:
        sums = rollups.added([days[day] for day in days if day in month])
        answered = (sums.answer_met, sums.answer_met + sums.answer_missed)
        found.append(_share("in_time_rate", "按时办结率", *answered))
    return found


def _rates(sums: Sums) -> list[Figure]:
    resolved = sums.resolved + sums.visit_resolved
    judged = resolved + sums.partly + sums.unresolved + sums.visit_partly + sums.visit_unresolved
    return [
        _count("submitted", "收到诉求", sums.submitted, "件"),
        _share("response_rate", "响应率", sums.response_met, sums.response_met + sums.response_missed),
        _share("closed_rate", "办结率", sums.closed, sums.submitted - sums.withdrawn),
        _share("in_time_rate", "按时办结率", sums.answer_met, sums.answer_met + sums.answer_missed),
        Figure(
            "resolved_rate",
            "解决率",
            Kind.SHARE,
            resolved,
            judged,
            least=FEWEST,
            coverage=(judged, sums.answered),
        ),
        _count("reopened", "重新办理", sums.reopened, "件"),
        _count("lapsed", "未参评", sums.lapsed, "件"),
    ]


def _cases(month: Month, ids: Collection[int]) -> Table:
    """Overdue now, or reopened in the month: what it was about and whose it is, never whose words."""
    named, now = categories.names(), clock.now()
    overdue = _rows(_overdue(ids))
    reopened = _rows(
        Report.category_id.in_(ids),
        Report.id.in_(
            select(ReportEvent.report_id).where(
                ReportEvent.step == Step.REOPEN.value,
                ReportEvent.at >= month.from_at,
                ReportEvent.at < month.until_at,
            )
        ),
    )
    rows = [
        (number, named.get(category_id, ""), office, f"逾期 {max(0, (now - due_at).days)} 天")
        for number, category_id, office, due_at, _ in overdue
    ] + [
        (number, named.get(category_id, ""), office, f"重新办理 {reopenings} 次")
        for number, category_id, office, _, reopenings in reopened
    ]
    columns = [Column("编号"), Column("类别"), Column("承办单位"), Column("情形")]
    return Table("overdue_reports", "逾期、重新办理的诉求", columns, rows, shown=6)


def _overdue(ids: Collection[int]) -> ColumnElement[bool]:
    return (
        IS_OPEN_REPORT
        & Report.category_id.in_(ids)
        & Clock.ended_at.is_(None)
        & (Clock.verdict == Verdict.RUNNING.value)
        & (Clock.due_at <= clock.now())
    )


def _overdue_count(ids: Collection[int]) -> int:
    counted = select(func.count()).select_from(Report).join(Clock, _OWN_CLOCK).where(_overdue(ids))
    return db.session.scalar(counted) or 0


_OWN_CLOCK: Final = (
    (Clock.subject_id == Report.id) & (Clock.cycle == Report.cycle) & (Clock.kind == ClockKind.ANSWER.value)
)


def _rows(*conditions: ColumnElement[bool]) -> Sequence[Any]:
    rows = db.session.execute(
        select(Report.number, Report.category_id, Report.office_id, Clock.due_at, Report.reopenings)
        .join(Clock, _OWN_CLOCK)
        .where(*conditions)
        .order_by(Clock.due_at, Report.id)
        .limit(MOST_CASES)
    ).all()
    called = offices.names()
    return [
        (number, category_id, called.get(office_id or 0, "专席"), due_at, reopenings)
        for number, category_id, office_id, due_at, reopenings in rows
    ]


def _count(key: str, name: str, number: int, unit: str, *, is_present: bool = False) -> Figure:
    return Figure(key, name, Kind.COUNT, number, unit=unit, is_present=is_present)


def _share(key: str, name: str, part: int, whole: int) -> Figure:
    return Figure(key, name, Kind.SHARE, part, whole)
