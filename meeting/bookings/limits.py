"""How much one may book: quotas, counted over the meetings that stand. Pure functions.

A meeting counts on the day on which it begins, once, however long it is. What was cancelled, rejected,
displaced or lapsed does not count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from backend import clock
from meeting.rooms.models import QuotaMeasure, QuotaPeriod, QuotaSubject
from meeting.rooms.policies import QuotaView

_PERIOD_NAMES: Final = {
    QuotaPeriod.DAY: "每天",
    QuotaPeriod.WEEK: "每周",
    QuotaPeriod.MONTH: "每月",
    QuotaPeriod.YEAR: "每年",
    QuotaPeriod.FUTURE: "未开始的会议",
    QuotaPeriod.SIMULTANEOUS: "同一时间",
}
_SUBJECT_NAMES: Final = {QuotaSubject.PERSON: "个人", QuotaSubject.DEPARTMENT: "部门"}


@dataclass(frozen=True, slots=True)
class Use:
    """A meeting that stands, or is wanted."""

    room_id: int
    organiser_id: int
    department_id: int
    start_at: datetime
    end_at: datetime


def period_of(quota: QuotaView, on_date: date) -> tuple[date, date]:
    """The days [from, until) of the calendar period in which a date lies."""
    if quota.period is QuotaPeriod.WEEK:
        begins = on_date - timedelta(days=(on_date.isoweekday() - quota.week_starts_on) % 7)
        return begins, begins + timedelta(days=7)
    if quota.period is QuotaPeriod.MONTH:
        begins = on_date.replace(day=1)
        return begins, (begins + timedelta(days=32)).replace(day=1)
    if quota.period is QuotaPeriod.YEAR:
        begins = on_date.replace(month=1, day=1)
        return begins, begins.replace(year=begins.year + 1)
    return on_date, on_date + timedelta(days=1)


def is_exceeded(quota: QuotaView, wanted: Use, standing: Iterable[Use], now: datetime) -> bool:
    """Whether the wanted meeting, with those that stand already, comes to more than the quota."""
    counted = [
        use for use in standing if _is_alike(quota, use, wanted) and _is_within(quota, use, wanted, now)
    ]
    if quota.measure is QuotaMeasure.COUNT:
        return len(counted) + 1 > quota.amount
    return sum(_minutes(use) for use in (*counted, wanted)) > quota.amount


def text_of(quota: QuotaView) -> str:
    """超过个人每周预订限额（3 场）."""
    unit = "场" if quota.measure is QuotaMeasure.COUNT else "分钟"
    return (
        f"超过{_SUBJECT_NAMES[quota.subject]}{_PERIOD_NAMES[quota.period]}预订限额（{quota.amount} {unit}）"
    )


def _is_alike(quota: QuotaView, use: Use, wanted: Use) -> bool:
    if quota.room_id is not None and use.room_id != quota.room_id:
        return False
    if quota.subject is QuotaSubject.PERSON:
        return use.organiser_id == wanted.organiser_id
    return use.department_id == wanted.department_id


def _is_within(quota: QuotaView, use: Use, wanted: Use, now: datetime) -> bool:
    if quota.period is QuotaPeriod.FUTURE:
        return use.start_at > now
    if quota.period is QuotaPeriod.SIMULTANEOUS:
        return use.start_at < wanted.end_at and wanted.start_at < use.end_at
    begins, ends = period_of(quota, clock.local(wanted.start_at).date())
    return begins <= clock.local(use.start_at).date() < ends


def _minutes(use: Use) -> int:
    return int((use.end_at - use.start_at).total_seconds() // 60)
