"""What the words of assessments are called."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from property.assessments.models import (
    BulletinKind,
    BulletinState,
    CheckState,
    LineSource,
    VersionState,
)

VERSION_NAMES: Final[Mapping[VersionState, str]] = {
    VersionState.OPEN: "考核中",
    VersionState.LOCKED: "已锁定",
}
SOURCE_NAMES: Final[Mapping[LineSource, str]] = {
    LineSource.METRIC: "系统数据",
    LineSource.JUDGED: "考核扣分",
    LineSource.SERVICE: "不在合同范围",
    LineSource.EXCLUDED: "不适用",
}
CHECK_NAMES: Final[Mapping[CheckState, str]] = {
    CheckState.OPEN: "评分中",
    CheckState.CLOSED: "已办结",
    CheckState.VOID: "已作废",
}
BULLETIN_STATE_NAMES: Final[Mapping[BulletinState, str]] = {
    BulletinState.DRAFT: "草稿",
    BulletinState.SUBMITTED: "待审签",
    BulletinState.RETURNED: "已退回",
    BulletinState.PUBLISHED: "已发布",
}
BULLETIN_KIND_NAMES: Final[Mapping[BulletinKind, str]] = {
    BulletinKind.MONTHLY: "月度通报",
    BulletinKind.QUARTERLY: "季度通报",
}


def month_name(month: date) -> str:
    """`2026年11月`."""
    return f"{month.year}年{month.month}月"
