"""Rules of the bulletins: periods, numbers, ranking, and what was published. Pure functions."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from backend.actor import Actor, Permission
from backend.dates import months_after
from backend.documents import issuing
from property.assessments.errors import (
    BulletinMoved,
    BulletinNotFound,
    BulletinPeriodWrong,
    BulletinTooEarly,
    DrafterPublishes,
)
from property.assessments.models import BulletinKind, BulletinState, ContractorBulletin
from property.assessments.policies import half_up

_MONTHS: Final = {BulletinKind.MONTHLY: 1, BulletinKind.QUARTERLY: 3}
_QUARTERS: Final = "一二三四"
EDITABLE: Final = frozenset({BulletinState.DRAFT, BulletinState.RETURNED})


def months_of(kind: BulletinKind, first_day: date) -> list[date]:
    """The months of a period, each by its first day."""
    return [months_after(first_day, number) for number in range(_MONTHS[kind])]


def last_day_of(kind: BulletinKind, first_day: date) -> date:
    """The last day of a period."""
    return months_after(first_day, _MONTHS[kind]) - timedelta(days=1)


def previous(kind: BulletinKind, first_day: date) -> date:
    """The first day of the period just before."""
    return months_after(first_day, -_MONTHS[kind])


def ensure_period(kind: BulletinKind, first_day: date, *, today: date) -> None:
    """A period begins with a month or a quarter that has begun. Raises BulletinPeriodWrong."""
    if first_day.day != 1 or (first_day.month - 1) % _MONTHS[kind] or first_day > today:
        raise BulletinPeriodWrong


def period_name(kind: BulletinKind, first_day: date) -> str:
    """`2026年11月`, `2026年第四季度`."""
    if kind is BulletinKind.QUARTERLY:
        return f"{first_day.year}年第{_QUARTERS[(first_day.month - 1) // 3]}季度"
    return f"{first_day.year}年{first_day.month}月"


def title_of(kind: BulletinKind, first_day: date) -> str:
    """The heading, as a 公文 is called."""
    return f"关于{period_name(kind, first_day)}服务商考核情况的通报"


def mean_tenths(totals: Sequence[int]) -> int | None:
    """The mean of a period's months, half up to a tenth; None without any."""
    return half_up(Fraction(sum(totals), len(totals))) if totals else None


def ranks(totals: Sequence[int | None]) -> list[int | None]:
    """The rank of each total; equal ones share a rank, what has none is not ranked."""
    scored = [total for total in totals if total is not None]
    return [1 + sum(other > total for other in scored) if total is not None else None for total in totals]


def works_on_bulletins(actor: Actor) -> bool:
    """Whether the actor sees bulletins before they are published."""
    return actor.reach(Permission.CONTRACTORS_READ).everywhere


def ensure_may_see(actor: Actor, bulletin: ContractorBulletin | None) -> ContractorBulletin:
    """Whoever reads contracts sees what is published; the rest is of those who work on it.

    Raises BulletinNotFound.
    """
    if bulletin is None or (
        bulletin.state != BulletinState.PUBLISHED.value and not works_on_bulletins(actor)
    ):
        raise BulletinNotFound
    return bulletin


def ensure_unmoved(bulletin: ContractorBulletin, revision: int) -> None:
    """What is decided on is what was read. Raises BulletinMoved."""
    if bulletin.revision != revision:
        raise BulletinMoved(revision=bulletin.revision)


def ensure_complete(bulletin: ContractorBulletin, missing: int, *, today: date) -> None:
    """A period is told once it is over and its months are locked. Raises BulletinTooEarly."""
    if bulletin.last_day >= today or missing:
        raise BulletinTooEarly(count=missing)


def ensure_may_publish(actor: Actor, bulletin: ContractorBulletin, *, drafter_may: bool) -> None:
    """Four eyes, unless the rule allows two. Raises DrafterPublishes."""
    if not drafter_may and actor.staff_id in (bulletin.drafted_by, bulletin.submitted_by):
        raise DrafterPublishes


def content_of(bulletin: ContractorBulletin) -> Mapping[str, Any]:
    """All that a published bulletin says."""
    return {
        "kind": bulletin.kind,
        "first_day": bulletin.first_day.isoformat(),
        "last_day": bulletin.last_day.isoformat(),
        "issue": [bulletin.issue_year, bulletin.issue],
        "version": bulletin.version,
        "correction_reason": bulletin.correction_reason,
        "introduction": bulletin.introduction,
        "problems": bulletin.problems,
        "requirements": bulletin.requirements,
        "figures": bulletin.figures,
    }


def content_hash(bulletin: ContractorBulletin) -> str:
    """The SHA-256 of `content_of` as JSON with sorted keys; anybody can compute it again."""
    return issuing.content_hash(content_of(bulletin))
