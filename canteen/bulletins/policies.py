"""Rules of bulletins: periods, numbers, who may do what in which state, and what was published."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import orjson

from backend.actor import Actor, Permission
from backend.dates import months_after
from backend.documents import issuing
from canteen.bulletins.errors import (
    BulletinMoved,
    BulletinNotFound,
    DrafterPublishes,
    PeriodNotOver,
    PeriodWrong,
)
from canteen.bulletins.models import Bulletin, BulletinKind, BulletinState

_MONTHS: Final = {BulletinKind.MONTHLY: 1, BulletinKind.QUARTERLY: 3}
_QUARTERS: Final = "一二三四"
EDITABLE: Final = frozenset({BulletinState.DRAFT, BulletinState.RETURNED})


def last_day_of(kind: BulletinKind, first_day: date) -> date:
    """The last day of the period."""
    return months_after(first_day, _MONTHS[kind]) - timedelta(days=1)


def previous(kind: BulletinKind, first_day: date) -> date:
    """The first day of the period just before: the last month, the last quarter."""
    return months_after(first_day, -_MONTHS[kind])


def ensure_period(kind: BulletinKind, first_day: date, *, today: date) -> None:
    """A bulletin's period begins with a month or a quarter that has begun. Raises PeriodWrong."""
    begins = first_day.day == 1 and (first_day.month - 1) % _MONTHS[kind] == 0
    if not begins or first_day > today:
        raise PeriodWrong


def quarter_of(first_day: date) -> int:
    """1 to 4."""
    return (first_day.month - 1) // 3 + 1


def period_code(kind: BulletinKind, first_day: date) -> str:
    """`2026-11`, `2026-Q4`."""
    quarterly = kind is BulletinKind.QUARTERLY
    return f"{first_day.year}-Q{quarter_of(first_day)}" if quarterly else f"{first_day:%Y-%m}"


def period_name(kind: BulletinKind, first_day: date) -> str:
    """`2026年11月`, `2026年第四季度`."""
    if kind is BulletinKind.QUARTERLY:
        return f"{first_day.year}年第{_QUARTERS[quarter_of(first_day) - 1]}季度"
    return f"{first_day.year}年{first_day.month}月"


def title_of(kind: BulletinKind, first_day: date) -> str:
    """The heading, as a 公文 is called."""
    what = "反食品浪费工作成效评估情况" if kind is BulletinKind.QUARTERLY else "反食品浪费情况"
    return f"关于{period_name(kind, first_day)}机关食堂{what}的通报"


def works_on_bulletins(actor: Actor) -> bool:
    """Whether the actor sees bulletins before they are published. They concern the whole compound."""
    return actor.reach(Permission.BULLETINS_READ).everywhere


def ensure_may_see(actor: Actor, bulletin: Bulletin | None) -> Bulletin:
    """Everybody sees what is published; the rest is of those who work on it. Raises BulletinNotFound."""
    if bulletin is None or (
        bulletin.state != BulletinState.PUBLISHED.value and not works_on_bulletins(actor)
    ):
        raise BulletinNotFound
    return bulletin


def ensure_unmoved(bulletin: Bulletin, revision: int) -> None:
    """What is decided on is what was read. Raises BulletinMoved."""
    if bulletin.revision != revision:
        raise BulletinMoved


def ensure_over(bulletin: Bulletin, *, today: date) -> None:
    """Raises PeriodNotOver."""
    if bulletin.last_day >= today:
        raise PeriodNotOver(last_day=bulletin.last_day.isoformat())


def ensure_may_publish(actor: Actor, bulletin: Bulletin, *, drafter_may: bool) -> None:
    """Four eyes, unless the rule allows two. Raises DrafterPublishes."""
    if not drafter_may and actor.staff_id in (bulletin.drafted_by, bulletin.submitted_by):
        raise DrafterPublishes


def content_of(bulletin: Bulletin) -> Mapping[str, Any]:
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
        "figures": orjson.loads(bulletin.figures),
    }


def content_hash(bulletin: Bulletin) -> str:
    """The SHA-256 of `content_of` as JSON with sorted keys; anybody can compute it again."""
    return issuing.content_hash(content_of(bulletin))
