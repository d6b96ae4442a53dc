"""Reads of moderation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, func, or_, select, true

from backend.actor import Actor, Permission, ensure_everywhere
from backend.config import settings
from backend.counting import Count
from backend.db import db, table
from backend.identity.models import ExternalIdentity, LoginSession
from backend.identity.policies import WECHAT_MP
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from backend.wechat.models import PushEvent
from feedback.moderation import titles
from feedback.moderation.errors import SubmissionNotFound, WordNotFound
from feedback.moderation.models import (
    Check,
    CheckState,
    Provider,
    Severity,
    Submission,
    SubmissionState,
    Word,
    WordListVersion,
)
from feedback.moderation.policies import SEVERITY_NAMES, ListedWord

_CHECKS, _SUBMISSIONS, _WORDS = table(Check), table(Submission), table(Word)
MEDIA_EVENT = "wxa_media_check"


# What those below reports ask


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subject stands; only what is clean may be published, by a person."""

    state: SubmissionState
    is_clean: bool


def standing(subject_kind: str, subject_id: int) -> Standing:
    """How one subject stands; what was never submitted is for a person."""
    return standings(subject_kind, [subject_id])[subject_id]


def standings(subject_kind: str, subject_ids: Collection[int]) -> dict[int, Standing]:
    """The same of many, each of them; one statement."""
    rows = db.session.execute(
        select(Submission.subject_id, Submission.state).where(
            Submission.subject_kind == subject_kind, Submission.subject_id.in_(subject_ids)
        )
    )
    states = {subject_id: SubmissionState(state) for subject_id, state in rows}
    found = {}
    for subject_id in subject_ids:
        state = states.get(subject_id, SubmissionState.MANUAL)
        found[subject_id] = Standing(state, state is SubmissionState.PASSED)
    return found


# The queue


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check as those who decide see it; `photo` is None of a text, and of a photo that is gone."""

    id: int
    provider: str
    provider_name: str
    content: str
    photo_id: int | None
    photo: PhotoLinks | None
    state: str
    state_name: str
    label: str
    label_name: str
    failure: str
    failure_name: str
    ruling: str
    asked_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A submission as those who decide see it. Who wrote it is not their business."""

    id: int
    subject_kind: str
    subject_id: int
    state: str
    state_name: str
    revision: int
    submitted_at: datetime
    decided_at: datetime | None
    decided_by_name: str
    reason: str
    checks: Sequence[CheckView]


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """What the actor may decide; what belongs to no campus is for the whole compound's desk."""
    reach = actor.reach(Permission.REPORTS_TRIAGE)
    if reach.everywhere:
        return true()
    conditions: list[ColumnElement[bool]] = []
    if reach.campus_ids:
        conditions.append(Submission.campus_id.in_(reach.campus_ids))
    if reach.building_ids:
        conditions.append(Submission.building_id.in_(reach.building_ids))
    return or_(false(), *conditions)


def page_submissions(
    actor: Actor,
    *,
    state: SubmissionState = SubmissionState.MANUAL,
    subject_kind: str = "",
    page: int,
    page_size: int,
) -> Page:
    """What stands so within the actor's reach; what was submitted first comes first."""
    statement = select(Submission).where(in_reach(actor), Submission.state == state.value)
    if subject_kind:
        statement = statement.where(Submission.subject_kind == subject_kind)
    ordered = statement.order_by(Submission.submitted_at, Submission.id)
    found = paginate(ordered.execution_options(populate_existing=True), page=page, page_size=page_size)
    return Page(_views(found.rows), found.total, found.page, found.page_size)


def get_submission(actor: Actor, submission_id: int) -> SubmissionView:
    """One within reach. Raises SubmissionNotFound."""
    statement = select(Submission).where(in_reach(actor), Submission.id == submission_id)
    row = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise SubmissionNotFound
    return _views([row])[0]


def manual(actor: Actor) -> Count:
    """How many wait for a person within the actor's reach."""
    statement = select(func.count()).where(in_reach(actor), Submission.state == SubmissionState.MANUAL.value)
    return statement.select_from(Submission)


def _views(rows: Sequence[Submission]) -> list[SubmissionView]:
    statement = select(Check).where(Check.submission_id.in_([row.id for row in rows])).order_by(Check.id)
    checks = list(db.session.scalars(statement.execution_options(populate_existing=True)))
    photos = media_queries.links(
        [each.photo_id for each in checks if each.photo_id is not None], including_hidden=True
    )
    views: dict[int, list[CheckView]] = {row.id: [] for row in rows}
    for check in checks:
        views[check.submission_id].append(_check_view(check, photos))
    return [
        SubmissionView(
            **{name: getattr(row, name) for name in _SHOWN},
            state_name=titles.SUBMISSION_NAMES[SubmissionState(row.state)],
            checks=views[row.id],
        )
        for row in rows
    ]


_SHOWN = (
    "id",
    "subject_kind",
    "subject_id",
    "state",
    "revision",
    "submitted_at",
    "decided_at",
    "decided_by_name",
    "reason",
)
_SHOWN_OF_CHECK = (
    "id",
    "provider",
    "content",
    "photo_id",
    "state",
    "label",
    "failure",
    "ruling",
    "asked_at",
    "answered_at",
)


def _check_view(check: Check, photos: Mapping[int, PhotoLinks]) -> CheckView:
    return CheckView(
        **{name: getattr(check, name) for name in _SHOWN_OF_CHECK},
        photo=photos.get(check.photo_id) if check.photo_id is not None else None,
        provider_name=titles.PROVIDER_NAMES[Provider(check.provider)],
        state_name=titles.CHECK_NAMES[CheckState(check.state)],
        label_name=titles.label_name(check.provider, check.label),
        failure_name=titles.failure_name(check.failure),
    )


# What the job asks


@dataclass(frozen=True, slots=True)
class Account:
    """An author's account at one of our mini-programs, by our name of it."""

    app: str
    openid: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Due:
    """A check that WeChat is to be asked for. `photo` is a path on this server."""

    id: int
    provider: Provider
    content: str
    photo_id: int | None
    photo: str | None
    author_id: int | None
    account: Account | None
    attempts: int
    submitted_at: datetime


def due(check_ids: Collection[int]) -> list[Due]:
    """What one has to know to ask for these checks; four statements."""
    rows = db.session.execute(
        select(
            _CHECKS.c.id,
            _CHECKS.c.provider,
            _CHECKS.c.content,
            _CHECKS.c.photo_id,
            _CHECKS.c.attempts,
            _CHECKS.c.submitted_at,
            _SUBMISSIONS.c.author_id,
        )
        .join(_SUBMISSIONS, _SUBMISSIONS.c.id == _CHECKS.c.submission_id)
        .where(_CHECKS.c.id.in_(check_ids))
        .order_by(_CHECKS.c.id)
    ).all()
    accounts = _accounts({row.author_id for row in rows if row.author_id is not None})
    photos = media_queries.links([row.photo_id for row in rows if row.photo_id], including_hidden=True)
    return [
        Due(
            id=row.id,
            provider=Provider(row.provider),
            content=row.content,
            photo_id=row.photo_id,
            photo=photos[row.photo_id].full if row.photo_id in photos else None,
            author_id=row.author_id,
            account=accounts.get(row.author_id),
            attempts=row.attempts,
            submitted_at=row.submitted_at,
        )
        for row in rows
    ]


def overdue(before: datetime, now: datetime) -> list[tuple[int, int]]:
    """The checks without an answer since before an instant that nobody is asking for: (id, attempts)."""
    since = func.coalesce(_CHECKS.c.asked_at, _CHECKS.c.submitted_at)
    rows = db.session.execute(
        select(_CHECKS.c.id, _CHECKS.c.attempts)
        .where(
            _CHECKS.c.state == CheckState.WAITING.value,
            _CHECKS.c.ruling == "",
            since <= before,
            or_(_CHECKS.c.leased_until.is_(None), _CHECKS.c.leased_until <= now),
        )
        .order_by(_CHECKS.c.id)
    )
    return [(row.id, row.attempts) for row in rows]


def waiting_events(after_id: int, limit: int) -> list[PushEvent]:
    """What WeChat pushed about photos and nobody has applied yet, in the order of its coming."""
    return list(
        db.session.scalars(
            select(PushEvent)
            .where(PushEvent.handled_at.is_(None), PushEvent.kind == MEDIA_EVENT, PushEvent.id > after_id)
            .order_by(PushEvent.id)
            .limit(limit)
        )
    )


def is_traced(trace_id: str) -> bool:
    """Whether a verdict of this trace is one that we asked for."""
    return db.session.scalar(select(exists().where(_CHECKS.c.trace_id == trace_id))) or False


def _accounts(staff_ids: Collection[int]) -> dict[int, Account]:
    """Whoever is bound to one of our mini-programs, by staff."""
    apps = {registered.appid: name for name, registered in settings().wechat_apps.items()}
    if not staff_ids or not apps:
        return {}
    seen = (
        select(LoginSession.staff_id, func.max(LoginSession.seen_at).label("seen_at"))
        .where(LoginSession.staff_id.in_(staff_ids), LoginSession.provider == WECHAT_MP)
        .group_by(LoginSession.staff_id)
        .subquery()
    )
    rows = db.session.execute(
        select(ExternalIdentity.staff_id, ExternalIdentity.tenant, ExternalIdentity.subject, seen.c.seen_at)
        .outerjoin(seen, seen.c.staff_id == ExternalIdentity.staff_id)
        .where(
            ExternalIdentity.provider == WECHAT_MP,
            ExternalIdentity.tenant.in_(apps),
            ExternalIdentity.staff_id.in_(staff_ids),
        )
        .order_by(ExternalIdentity.id.desc())
    )
    return {row.staff_id: Account(apps[row.tenant], row.subject, row.seen_at) for row in rows}


# The word list


def word_list() -> tuple[int, list[ListedWord]]:
    """The present version of the list, 0 before the first change, and its words."""
    version = db.session.scalar(select(func.max(WordListVersion.version))) or 0
    rows = db.session.execute(
        select(_WORDS.c.word, _WORDS.c.normalised, _WORDS.c.severity).where(_WORDS.c.until_version.is_(None))
    )
    return version, [ListedWord(row.word, row.normalised, Severity(row.severity)) for row in rows]


def page_words(
    actor: Actor, *, q: str = "", severity: Severity | None = None, page: int, page_size: int
) -> Page:
    """The words in force. Raises Forbidden."""
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    statement = select(Word).where(Word.until_version.is_(None))
    if severity is not None:
        statement = statement.where(Word.severity == severity.value)
    if q:
        statement = statement.where(Word.word.contains(q, autoescape=True))
    found = paginate(statement.order_by(Word.normalised), page=page, page_size=page_size)
    return Page([titles.word_view(row) for row in found.rows], found.total, found.page, found.page_size)


def find_word(word_id: int) -> titles.WordView:
    """A word in force. Raises WordNotFound."""
    row = db.session.get(Word, word_id)
    if row is None or row.until_version is not None:
        raise WordNotFound
    return titles.word_view(row)


def live_words() -> list[Word]:
    """The rows in force, in the order of their normal forms."""
    statement = select(Word).where(Word.until_version.is_(None)).order_by(Word.normalised)
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def export_words(actor: Actor) -> str:
    """The words in force, one a line, as an import reads them. Raises Forbidden."""
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    return "".join(
        f"{row.word}\t{SEVERITY_NAMES[Severity(row.severity)]}\t{row.note}\n" for row in live_words()
    )
