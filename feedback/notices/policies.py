"""Rules of notices: states, audiences, times, what counts may be shown."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from backend.actor import Reach
from backend.errors import Forbidden
from feedback.notices.errors import (
    AudienceInvalid,
    NoticeChanged,
    NoticeStateWrong,
    NoticeTimesInvalid,
    TooManyFiles,
    TooManyTellings,
)
from feedback.notices.models import AudienceKind, NoticeKind, NoticeState

FILES_OWNER: Final = "notice"
MOST_PHOTOS: Final = 9
MOST_ATTACHMENTS: Final = 10
MOST_TARGETS: Final = 50
# A group smaller than this is never shown by itself.
SMALLEST_GROUP: Final = 5
LONGEST_AHEAD: Final = timedelta(days=366)
SUMMARY_LENGTH: Final = 80

KIND_NAMES: Final = {
    NoticeKind.NOTICE: "通知",
    NoticeKind.PUBLIC: "公示",
    NoticeKind.MAINTENANCE: "停水停电",
    NoticeKind.ACTIVITY: "活动",
}
STATE_NAMES: Final = {
    NoticeState.DRAFT: "草稿",
    NoticeState.SCHEDULED: "待发布",
    NoticeState.PUBLISHED: "已发布",
    NoticeState.WITHDRAWN: "已撤回",
}


class Step(StrEnum):
    """What editors do to a notice. Only drafts are discarded; reading is no step."""

    EDIT = "edit"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    PUBLISH = "publish"
    PIN = "pin"
    WITHDRAW = "withdraw"
    DISCARD = "discard"


STEP_NAMES: Final = {
    Step.EDIT: "修改",
    Step.SCHEDULE: "定时发布",
    Step.UNSCHEDULE: "取消定时",
    Step.PUBLISH: "发布",
    Step.PIN: "置顶",
    Step.WITHDRAW: "撤回",
    Step.DISCARD: "删除",
}
_D, _S, _P, _W = NoticeState
TRANSITIONS: Final[Mapping[tuple[NoticeState, Step], NoticeState]] = {
    (_D, Step.EDIT): _D,
    (_D, Step.SCHEDULE): _S,
    (_D, Step.PUBLISH): _P,
    (_D, Step.PIN): _D,
    (_D, Step.DISCARD): _D,
    (_S, Step.EDIT): _S,
    (_S, Step.SCHEDULE): _S,
    (_S, Step.UNSCHEDULE): _D,
    (_S, Step.PUBLISH): _P,
    (_S, Step.PIN): _S,
    (_P, Step.EDIT): _P,
    (_P, Step.PIN): _P,
    (_P, Step.WITHDRAW): _W,
}
FIELD_NAMES: Final = {
    "kind": "类别",
    "title": "标题",
    "body": "正文",
    "audience": "发布范围",
    "expires_at": "失效时间",
    "pinned_until": "置顶至",
    "photos": "图片",
    "attachments": "附件",
}


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One row of an audience; `id` of everybody is 0."""

    kind: AudienceKind
    id: int = 0


EVERYBODY: Final = Target(AudienceKind.EVERYBODY)


def state_after(state: str, step: Step) -> NoticeState:
    """Where a step leads. Raises NoticeStateWrong."""
    now = NoticeState(state)
    after = TRANSITIONS.get((now, step))
    if after is None:
        raise NoticeStateWrong(state=state, state_name=STATE_NAMES[now], doing=STEP_NAMES[step])
    return after


def can(state: str) -> dict[str, bool]:
    """What may be done in a state, by step."""
    return {step.value: (NoticeState(state), step) in TRANSITIONS for step in Step}


def ensure_seen(seen: int, revision: int) -> None:
    """Raise NoticeChanged if somebody changed it since."""
    if seen != revision:
        raise NoticeChanged(revision=revision)


def audience_of(targets: Iterable[Target]) -> frozenset[Target]:
    """The rows without those that say no more: who addresses everybody addresses nobody else beside.

    Raises AudienceInvalid for none, or too many.
    """
    rows = frozenset(
        EVERYBODY if each.kind is AudienceKind.EVERYBODY else each for each in targets
    )  # fmt: skip
    if not rows or len(rows) > MOST_TARGETS or any((not each.id) != (each == EVERYBODY) for each in rows):
        raise AudienceInvalid
    return frozenset({EVERYBODY}) if EVERYBODY in rows else rows


def may_address(reach: Reach, rows: Collection[Target]) -> bool:
    """Whether an editor of this reach may address these: who edits for campuses, campuses of theirs."""
    return reach.everywhere or (
        bool(rows) and all(each.kind is AudienceKind.CAMPUS and each.id in reach.campus_ids for each in rows)
    )


def ensure_may_address(reach: Reach, rows: Collection[Target]) -> None:
    """Raise Forbidden unless `may_address`."""
    if not may_address(reach, rows):
        raise Forbidden


@dataclass(frozen=True, slots=True)
class Person:
    """What an audience asks of somebody: their departments with all above them, where these sit, roles."""

    departments: frozenset[int]
    seats: frozenset[int]
    roles: frozenset[int]


def is_addressed(person: Person, rows: Iterable[Target]) -> bool:
    """Whether any row means this person; without any seat one is of every campus."""
    for each in rows:
        if each.kind is AudienceKind.EVERYBODY:
            return True
        if each.kind is AudienceKind.DEPARTMENT and each.id in person.departments:
            return True
        if each.kind is AudienceKind.CAMPUS and (not person.seats or each.id in person.seats):
            return True
        if each.kind is AudienceKind.ROLE and each.id in person.roles:
            return True
    return False


def ensure_times(
    *,
    now: datetime,
    published_at: datetime | None,
    expires_at: datetime | None,
    pinned_until: datetime | None,
) -> None:
    """Raise NoticeTimesInvalid unless the times follow each other; `published_at` may lie ahead."""
    since = max(published_at or now, now)
    if since > now + LONGEST_AHEAD:
        raise NoticeTimesInvalid(reason="发布时间不能晚于一年以后")
    if expires_at is not None and expires_at <= since:
        raise NoticeTimesInvalid(reason="失效时间应晚于发布时间和现在")
    if pinned_until is not None and pinned_until <= since:
        raise NoticeTimesInvalid(reason="置顶截止时间应晚于发布时间和现在")


def ensure_ahead(publish_at: datetime, now: datetime) -> None:
    """Raise NoticeTimesInvalid if it would be published in the past."""
    if publish_at <= now:
        raise NoticeTimesInvalid(reason="定时发布的时间应晚于现在")


def ensure_few_files(photo_ids: Sequence[int], attachment_ids: Sequence[int]) -> None:
    """Raise TooManyFiles."""
    if len(photo_ids) > MOST_PHOTOS or len(attachment_ids) > MOST_ATTACHMENTS:
        raise TooManyFiles(photos=MOST_PHOTOS, attachments=MOST_ATTACHMENTS)


def ensure_may_tell(told: int, limit: int, day: str) -> None:
    """Raise TooManyTellings if so many are told on that day already."""
    if told >= limit:
        raise TooManyTellings(limit=limit, day=day)


def summary_of(body: str) -> str:
    """The beginning of a text in one line."""
    line = " ".join(body.split())
    return line if len(line) <= SUMMARY_LENGTH else f"{line[: SUMMARY_LENGTH - 1]}…"


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """[before, after] of the fields that differ."""
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


def shown_counts(reads: Mapping[int, int]) -> tuple[dict[int, int], int]:
    """The counts of departments that may be shown, and how many readers remain elsewhere.

    A department is shown from `SMALLEST_GROUP` readers on. Where what remains would name one small
    department, or few people, by subtraction, the smallest of those shown joins it.
    """
    shown = {name: count for name, count in reads.items() if count >= SMALLEST_GROUP}
    hidden = {name: count for name, count in reads.items() if 0 < count < SMALLEST_GROUP}
    while hidden and shown and (len(hidden) == 1 or sum(hidden.values()) < SMALLEST_GROUP):
        smallest = min(shown, key=lambda name: (shown[name], name))
        hidden[smallest] = shown.pop(smallest)
    return shown, sum(hidden.values())


def told_reads(reads: int) -> int | None:
    """How many have read, as readers are told: few of a small audience would be known by name."""
    return reads if reads >= SMALLEST_GROUP else None


def page_of(notice_id: int) -> str:
    """Where the phone shows it."""
    return f"pages/feedback/notice?id={notice_id}"
