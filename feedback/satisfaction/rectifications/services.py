"""Use cases of the rectifications of low ratings."""

from collections.abc import Sequence
from datetime import date, timedelta

from backend import clock
from backend.actor import SYSTEM, Actor, Permission, ensure_everywhere
from backend.db import atomic, db
from backend.notifications.operations import Message, notify_each
from backend.rules import queries as rule_queries
from feedback.satisfaction import policies as months
from feedback.satisfaction import queries as satisfaction
from feedback.satisfaction.policies import Provider, Source, Sum
from feedback.satisfaction.rectifications import operations, policies, queries
from feedback.satisfaction.rectifications.errors import (
    RectificationProviderUnknown,
    SatisfactionRectificationNotFound,
    SatisfactionRectificationNotYours,
)
from feedback.satisfaction.rectifications.messages import CLOSED, OPENED, OVERDUE, RETURNED, SUBMITTED
from feedback.satisfaction.rectifications.models import Origin, SatisfactionRectification
from feedback.satisfaction.rectifications.policies import Step
from feedback.satisfaction.rectifications.queries import RectificationView
from feedback.satisfaction.rectifications.rules import (
    DUE_DAYS,
    LEAST_RATINGS,
    LOWEST_AVERAGE,
    LOWEST_RATE,
)

# The kind of provider that owns its rectifications by itself.
_OFFICE = "office"


@atomic
def open_by_hand(
    actor: Actor,
    *,
    sources: Sequence[Source],
    service: str,
    provider_kind: str,
    provider_id: int,
    month: date,
    title: str,
    demand: str = "",
    owner_staff_no: str | None = None,
    owner_office_id: int | None = None,
    due_on: date | None = None,
) -> RectificationView:
    """Have a provider mend something, out of a month's ratings.

    Raises Forbidden, RectificationProviderUnknown, RectificationOwnerInvalid, OfficeNotFound, OfficeClosed or
    RectificationDueInvalid.
    """
    ensure_everywhere(actor, Permission.REVIEWS_MANAGE)
    key = (service, provider_kind, provider_id)
    provider = next((each for each in _providers(sources) if each.key == key), None)
    if provider is None:
        raise RectificationProviderUnknown
    now, today = operations.now_and_today()
    due = due_on or _default_due(today)
    policies.ensure_due(due, today)
    owner_id, office_id = operations.find_owner(owner_staff_no, owner_office_id)
    asked = months.Months(month, month)
    opened_id = operations.open_one(
        actor,
        origin=Origin.MANUAL,
        provider=provider,
        month=month,
        before=satisfaction.sum_of_provider(key, asked.first, asked.until_on),
        title=title,
        demand=demand,
        owner_id=owner_id,
        owner_office_id=office_id,
        due_on=due,
        at=now,
    )
    if opened_id is None:
        raise AssertionError("only what the job opens is unique")
    return _view(actor, opened_id)


def open_low(sources: Sequence[Source]) -> int:
    """Open one for each provider whose ratings of last month were too low; returns how many are new.

    Once for each provider and month, however often and wherever it runs.
    """
    asked = months.months(clock.today(), clock.today()).before()
    return _open_low(sources, asked)


@atomic
def _open_low(sources: Sequence[Source], asked: months.Months) -> int:
    limits = {
        "rate": rule_queries.value(LOWEST_RATE),
        "average": rule_queries.value(LOWEST_AVERAGE),
        "least": rule_queries.value(LEAST_RATINGS),
    }
    sums = satisfaction.sums_of_providers(asked.first, asked.until_on)
    known = queries.opened_in(asked.first)
    low = [
        (each, sums[each.key])
        for each in _providers(sources)
        if each.key in sums and each.key not in known and policies.is_low(sums[each.key], **limits)
    ]
    # In one order for everybody, so that two schedulers do not wait for each other.
    return sum(_open_of(each, before, asked.first) for each, before in sorted(low, key=lambda x: x[0].key))


def _open_of(provider: Provider, before: Sum, month: date) -> bool:
    now, today = operations.now_and_today()
    opened_id = operations.open_one(
        SYSTEM,
        origin=Origin.RATINGS,
        provider=provider,
        month=month,
        before=before,
        title=f"{provider.name}{month.year}年{month.month}月满意度整改",
        demand=f"{policies.told(before)}，请分析原因并整改。",
        owner_id=None,
        owner_office_id=provider.id if provider.kind == _OFFICE and provider.id else None,
        due_on=_default_due(today),
        at=now,
    )
    return opened_id is not None


@atomic
def assign(
    actor: Actor,
    *,
    rectification_id: int,
    revision: int,
    due_on: date,
    owner_staff_no: str | None = None,
    owner_office_id: int | None = None,
) -> RectificationView:
    """Say whose it is, and until when.

    Raises Forbidden, SatisfactionRectificationNotFound, …State, …Changed, RectificationOwnerInvalid,
    OfficeNotFound, OfficeClosed or RectificationDueInvalid.
    """
    ensure_everywhere(actor, Permission.REVIEWS_MANAGE)
    found = operations.lock(rectification_id)
    policies.ensure_seen(revision, found.revision)
    policies.state_after(found.state, Step.ASSIGN)
    now, today = operations.now_and_today()
    if due_on != found.due_on:
        policies.ensure_due(due_on, today)
    owner_id, office_id = operations.find_owner(owner_staff_no, owner_office_id)
    operations.take(
        actor,
        found,
        Step.ASSIGN,
        at=now,
        owner_id=owner_id,
        owner_office_id=office_id,
        due_on=due_on,
    )
    operations.tell(found, OPENED, operations.owners(found), due=due_on.isoformat())
    return _view(actor, found.id)


@atomic
def take(actor: Actor, *, rectification_id: int) -> RectificationView:
    """Take it in hand. Raises SatisfactionRectificationNotFound, …NotYours or …State."""
    found = _owned(actor, rectification_id)
    operations.take(actor, found, Step.TAKE, at=clock.now())
    return _view(actor, found.id)


@atomic
def submit(
    actor: Actor, *, rectification_id: int, measures: str, photo_ids: Sequence[int] = ()
) -> RectificationView:
    """Say what was done; what is rated from tomorrow on is the evidence.

    Raises SatisfactionRectificationNotFound, …NotYours, …State or PhotoNotFound.
    """
    found = _owned(actor, rectification_id)
    now = clock.now()
    operations.take(
        actor,
        found,
        Step.SUBMIT,
        text=measures,
        at=now,
        measures=measures,
        submitted_at=now,
        submitted_by=actor.staff_id,
    )
    operations.attach(actor, found, photo_ids)
    operations.tell(found, SUBMITTED, operations.reviewers() - {actor.staff_id})
    return _view(actor, found.id)


@atomic
def close(actor: Actor, *, rectification_id: int, revision: int, reason: str = "") -> RectificationView:
    """Close it on what was rated since, which is frozen; where too few have rated, with a reason.

    Raises Forbidden, SatisfactionRectificationNotFound, …Changed, …State, OwnSatisfactionRectification or
    RectificationEvidenceNeeded.
    """
    found = _judged(actor, rectification_id, revision, Step.CLOSE)
    after = queries.after_of(found)
    policies.ensure_evidence(after, reason)
    now = clock.now()
    operations.freeze_after(found, after)
    operations.take(actor, found, Step.CLOSE, text=reason, at=now, closed_at=now, closing_reason=reason)
    operations.tell(found, CLOSED, operations.owners(found))
    return _view(actor, found.id)


@atomic
def send_back(actor: Actor, *, rectification_id: int, revision: int, reason: str) -> RectificationView:
    """Have it done again, and say why. Raises what `close` raises, but RectificationEvidenceNeeded."""
    found = _judged(actor, rectification_id, revision, Step.RETURN)
    operations.take(actor, found, Step.RETURN, text=reason, at=clock.now())
    operations.tell(found, RETURNED, operations.owners(found), reason=reason)
    return _view(actor, found.id)


@atomic
def remind() -> int:
    """Remind owners of what is overdue, once for each deadline; returns how many messages are new."""
    messages = [
        Message(
            staff_id,
            {"title": each.title, "due": each.due_on.isoformat()},
            dedupe=f"{each.id} {each.due_on}",
            page=f"pages/feedback/rectification?id={each.id}",
        )
        for each in queries.overdue(clock.today())
        for staff_id in operations.owners(each)
    ]
    return len(notify_each(OVERDUE, messages))


def _providers(sources: Sequence[Source]) -> list[Provider]:
    return [each for source in sources for each in source.providers()]


def _default_due(today: date) -> date:
    return today + timedelta(days=rule_queries.value(DUE_DAYS))


def _owned(actor: Actor, rectification_id: int) -> SatisfactionRectification:
    """One of the actor's own, locked; to who may not even see it, it is not there."""
    found = operations.lock(rectification_id)
    if not queries.is_owner(actor, found):
        if actor.reach(Permission.REVIEWS_MANAGE).everywhere:
            raise SatisfactionRectificationNotYours
        raise SatisfactionRectificationNotFound
    return found


def _judged(actor: Actor, rectification_id: int, revision: int, step: Step) -> SatisfactionRectification:
    """One that the actor may judge, locked."""
    ensure_everywhere(actor, Permission.REVIEWS_MANAGE)
    found = operations.lock(rectification_id)
    policies.ensure_seen(revision, found.revision)
    policies.state_after(found.state, step)
    policies.ensure_others(
        actor.staff_id, submitted_by=found.submitted_by, is_owner=queries.is_owner(actor, found)
    )
    return found


def _view(actor: Actor, rectification_id: int) -> RectificationView:
    db.session.flush()  # The view reads what was added.
    return queries.get(actor, rectification_id)
