"""Reads of the trail, and its proof."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Select, Text, cast, func, or_, select, text

from backend import clock, vault
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import heads, policies
from backend.audit.models import AuditEvent, AuditSeal, Result
from backend.audit.policies import Event, Fault, Finding, Head, Mac, Seal, SealAlgorithm
from backend.audit.titles import RESULT_TITLES, title_of
from backend.config import CipherName, settings
from backend.db import db, reader, table
from backend.paging import Page, paginate

_EVENT, _SEAL = table(AuditEvent), table(AuditSeal)
_EVENT_COLUMNS: Final = [_EVENT.c[name] for name in Event._fields]
_SEAL_COLUMNS: Final = [_SEAL.c[name] for name in Seal.__slots__]

# Rows that one statement reads, so that a proof of any length takes bounded memory.
_EVENTS_AT_ONCE: Final = 1_000
_SEALS_AT_ONCE: Final = 20
# Findings that a proof lists; the others it counts.
MOST_FINDINGS: Final = 200
# Events that a page of the trail counts; years of them are not counted to show twenty.
MOST_COUNTED: Final = 10_000

# Who has begun to write to the trail and has not ended. Every INSERT takes this lock before it draws an id.
_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND relation = 'audit_events'::regclass"
    " AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"
)


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as the administrators read it, with the title of its action."""

    id: int
    happened_at: datetime
    actor_id: int
    actor_name: str
    action: str
    title: str
    object_kind: str
    object_id: str
    result: str
    request_id: str
    details: Any
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """What a proof has looked at and found. `unlisted` faults are beyond the first MOST_FINDINGS.

    `unsealed` counts the events since the last seal. `knows_head` tells whether this machine remembers a
    head to compare with; without it a chain whose newest seals were cut off proves itself.
    """

    first_seq: int | None
    last_seq: int | None
    seals: int
    events: int
    findings: tuple[Finding, ...]
    unlisted: int
    unsealed: int
    knows_head: bool

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    @property
    def first_broken_seal(self) -> int | None:
        """The number of the first seal that is wrong, or whose events are; None if there is none."""
        return min((one.seal_seq for one in self.findings if one.seal_seq is not None), default=None)


def page_events(
    actor: Actor,
    *,
    actor_id: int | None = None,
    actor_name: str = "",
    action: str = "",
    object_kind: str = "",
    object_id: str = "",
    result: Result | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    q: str = "",
    page: int,
    page_size: int,
) -> Page:
    """Events of the days [from_on, until_on], both included, the newest first. Raises Forbidden.

    Of more than MOST_COUNTED the page says so instead of how many. `action` is a whole name, or a module
    with its dot (`identity.`). `q` looks into names, object, request and details.
    """
    ensure_everywhere(actor, Permission.AUDIT_READ)
    statement = _filtered(
        {"actor_id": actor_id, "object_kind": object_kind, "object_id": object_id, "result": result}
    )
    if actor_name:
        statement = statement.where(AuditEvent.actor_name.contains(actor_name, autoescape=True))
    if action.endswith("."):
        statement = statement.where(AuditEvent.action.startswith(action, autoescape=True))
    elif action:
        statement = statement.where(AuditEvent.action == action)
    if from_on is not None:
        statement = statement.where(AuditEvent.happened_at >= _midnight(from_on))
    if until_on is not None:
        statement = statement.where(AuditEvent.happened_at < _midnight(until_on + timedelta(days=1)))
    if q:
        statement = _searched(statement, q)
    # By the instant before the number: the index that finds the days of a filter stops at them.
    newest_first = statement.order_by(AuditEvent.happened_at.desc(), AuditEvent.id.desc())
    found = paginate(newest_first, page=page, page_size=page_size, most=MOST_COUNTED)
    last = last_seal()
    sealed_until = last.last_id if last is not None else 0
    views = [_view(event, sealed_until) for event in found.rows]
    return Page(views, found.total, found.page, found.page_size, found.has_more)


def _filtered(wanted: dict[str, Any]) -> Select[Any]:
    given = {name: value for name, value in wanted.items() if value not in (None, "")}
    return select(AuditEvent).filter_by(**given)


def _searched(statement: Select[Any], q: str) -> Select[Any]:
    columns = (AuditEvent.actor_name, AuditEvent.object_id, AuditEvent.request_id)
    # JSON is kept with \u escapes of everything that is not ASCII.
    in_details = cast(AuditEvent.details, Text).contains(json.dumps(q)[1:-1], autoescape=True)
    return statement.where(or_(in_details, *(column.contains(q, autoescape=True) for column in columns)))


def _view(event: AuditEvent, sealed_until: int) -> EventView:
    columns = {name: getattr(event, name) for name in Event._fields}
    return EventView(**columns, title=title_of(event.action), is_sealed=event.id <= sealed_until)


def _midnight(day: date) -> datetime:
    return clock.at_local(day, time.min)


def newest_id() -> int:
    """The greatest id that is visible; 0 if there is none."""
    return db.session.scalar(select(func.max(_EVENT.c.id))) or 0


def open_writers() -> frozenset[str]:
    """The transactions that may yet add events with ids that are drawn already.

    SQLite has one writer at a time, which draws its ids in the order of its commits: there are none.
    """
    if reader().dialect.name == "sqlite":
        return frozenset()
    return frozenset(reader().execute(_WRITERS).scalars())


def events_between(after: int | None, until: int, most: int = _EVENTS_AT_ONCE) -> Iterator[Event]:
    """The events with ids in (after, until], by id, `most` at a time; None begins with the first."""
    while True:
        statement = select(*_EVENT_COLUMNS).where(_EVENT.c.id <= until)
        if after is not None:
            statement = statement.where(_EVENT.c.id > after)
        rows = reader().execute(statement.order_by(_EVENT.c.id).limit(most)).all()
        yield from (Event(*row) for row in rows)
        if len(rows) < most:
            return
        after = rows[-1][0]


def last_seal() -> Seal | None:
    """The newest seal."""
    return _one_seal(select(*_SEAL_COLUMNS).order_by(_SEAL.c.seq.desc()).limit(1))


def last_sealed_at() -> datetime | None:
    """When the newest seal was made."""
    found: datetime | None = db.session.scalar(select(func.max(_SEAL.c.sealed_at)))
    return found


def is_there(head: Head) -> bool:
    """Whether the chain has the seal that a head names."""
    digest = db.session.scalar(select(_SEAL.c.digest).where(_SEAL.c.seq == head.seq))
    return digest == head.digest


def present_algorithm() -> SealAlgorithm:
    """How seals of this deployment are made now."""
    return SealAlgorithm.SM3 if settings().cipher is CipherName.SM4 else SealAlgorithm.SHA256


def mac_of(algorithm: SealAlgorithm) -> Mac:
    """The keyed digest of seals that are made by an algorithm."""
    return policies.mac_with(vault.sign("audit seal", b"key").encode(), algorithm)


def verify(actor: Actor, *, from_on: date | None = None, until_on: date | None = None) -> Verification:
    """Prove the seals that cover the events of the days [from_on, until_on]; all of them by default.

    Reads in bounded memory, and the database as it is meanwhile. Raises Forbidden.
    """
    ensure_everywhere(actor, Permission.AUDIT_READ)
    proof = _Proof()
    previous = _seal_before(from_on)
    if previous is not None:
        proof.begin_after(previous)
    until = _midnight(until_on + timedelta(days=1)) if until_on is not None else None
    until_id = _newest_id_before(until) if until is not None else 0
    for seal in _seals_after(previous.seq if previous is not None else 0):
        proof.add(seal)
        if until is not None and seal.sealed_at >= until and seal.last_id >= until_id:
            break
    head = heads.kept()
    if head is not None and not is_there(head):
        proof.report(Finding(Fault.HEAD_LOST, head.seq))
    unsealed, oldest_id, oldest_at = _unsealed()
    if until_on is None and oldest_at is not None and clock.now() - oldest_at > policies.OVERDUE_AFTER:
        proof.report(Finding(Fault.OVERDUE, event_id=oldest_id))
    return Verification(
        proof.first_seq,
        proof.last_seq,
        proof.seals,
        proof.events,
        tuple(proof.findings),
        proof.unlisted,
        unsealed,
        knows_head=head is not None,
    )


@dataclass(frozen=True, slots=True)
class SealView:
    """A link of the chain without its leaves. `digest` is the beginning of it, to compare by eye."""

    seq: int
    first_id: int
    last_id: int
    event_count: int
    algorithm: str
    digest: str
    sealed_at: datetime


def page_seals(actor: Actor, *, page: int, page_size: int) -> Page:
    """The chain, the newest seal first; `Page` of `SealView`. Raises Forbidden."""
    ensure_everywhere(actor, Permission.AUDIT_READ)
    columns = [_SEAL.c[name] for name in SealView.__slots__]
    newest_first = select(*columns).order_by(_SEAL.c.seq.desc())
    found = paginate(newest_first, page=page, page_size=page_size, scalars=False)
    views = [SealView(**{**row._mapping, "digest": row.digest.hex()[:16]}) for row in found.rows]
    return Page(views, found.total, found.page, found.page_size)


class _Proof:
    """A proof that is going on: what was looked at, and what was found."""

    def __init__(self) -> None:
        self.first_seq: int | None = None
        self.last_seq: int | None = None
        self.seals = self.events = self.unlisted = 0
        self.findings: list[Finding] = []
        self._previous: Seal | None = None
        self._trusts_previous = True

    def begin_after(self, seal: Seal) -> None:
        """Take an earlier seal as the beginning; it is proved itself, but not its events."""
        self._previous = seal
        self._trusts_previous = _mac_if_genuine(seal) is not None
        if not self._trusts_previous:
            self.report(Finding(Fault.SEAL_CHANGED, seal.seq))

    def add(self, seal: Seal) -> None:
        """Prove the next seal that is there, and its events."""
        self.first_seq = self.first_seq or seal.seq
        self.last_seq = seal.seq
        self.seals += 1
        expected = self._previous.seq + 1 if self._previous is not None else 1
        for missing in range(expected, seal.seq):
            self.report(Finding(Fault.SEAL_MISSING, missing))
        mac = _mac_if_genuine(seal)
        # A changed seal says nothing of its successor, whose own digest covers what it follows.
        is_linked = not self._trusts_previous or expected < seal.seq or policies.follows(seal, self._previous)
        if mac is not None and is_linked:
            self._compare(seal, mac)
        else:
            self.report(Finding(Fault.SEAL_CHANGED, seal.seq))
        self._previous, self._trusts_previous = seal, mac is not None

    def report(self, finding: Finding) -> None:
        """Note a fault, or count it where there are too many."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)
        else:
            self.unlisted += 1

    def _compare(self, seal: Seal, mac: Mac) -> None:
        after = seal.begins_at - 1 if seal.begins_at is not None else None
        for finding in policies.compare(seal, self._counted(events_between(after, seal.last_id)), mac):
            self.report(finding)

    def _counted(self, events: Iterator[Event]) -> Iterator[Event]:
        for event in events:
            self.events += 1
            yield event


def _mac_if_genuine(seal: Seal) -> Mac | None:
    """What to prove the events of a seal with; None if the seal itself is not what it was."""
    if seal.algorithm not in list(SealAlgorithm):
        return None
    mac = mac_of(SealAlgorithm(seal.algorithm))
    return mac if policies.is_genuine(seal, mac) else None


def _one_seal(statement: Select[Any]) -> Seal | None:
    row = db.session.execute(statement).one_or_none()
    return Seal(*row) if row is not None else None


def _seal_before(from_on: date | None) -> Seal | None:
    """The last seal made before a day began: everything that happened since is in later ones."""
    if from_on is None:
        return None
    earlier = select(*_SEAL_COLUMNS).where(_SEAL.c.sealed_at < _midnight(from_on))
    return _one_seal(earlier.order_by(_SEAL.c.seq.desc()).limit(1))


def _newest_id_before(instant: datetime) -> int:
    return db.session.scalar(select(func.max(_EVENT.c.id)).where(_EVENT.c.happened_at < instant)) or 0


def _seals_after(seq: int) -> Iterator[Seal]:
    while True:
        statement = select(*_SEAL_COLUMNS).where(_SEAL.c.seq > seq).order_by(_SEAL.c.seq)
        rows = db.session.execute(statement.limit(_SEALS_AT_ONCE)).all()
        yield from (Seal(*row) for row in rows)
        if len(rows) < _SEALS_AT_ONCE:
            return
        seq = rows[-1].seq


def _unsealed() -> tuple[int, int | None, datetime | None]:
    """How many events no seal covers yet, and the first of them with its instant."""
    last = select(func.coalesce(func.max(_SEAL.c.last_id), 0)).scalar_subquery()
    row = db.session.execute(
        select(func.count(), func.min(_EVENT.c.id), func.min(_EVENT.c.happened_at)).where(_EVENT.c.id > last)
    ).one()
    return row[0], row[1], row[2]


def export_of(staff_id: int, since: datetime) -> list[dict[str, Any]]:
    """What a person did and what was done to their row of the roster since then, under Chinese names.

    It tells who looked at their data; details stay with the administrators.
    """
    columns = (_EVENT.c.id, _EVENT.c.happened_at, _EVENT.c.actor_name, _EVENT.c.action, _EVENT.c.result)
    own = select(*columns).where(_EVENT.c.actor_id == staff_id, _EVENT.c.happened_at >= since)
    about = select(*columns).where(
        _EVENT.c.object_kind == "staff",
        _EVENT.c.object_id == str(staff_id),
        _EVENT.c.actor_id != staff_id,
        _EVENT.c.happened_at >= since,
    )
    both = sorted([*db.session.execute(own), *db.session.execute(about)])
    return [
        {
            "时间": happened_at,
            "操作人": actor_name,
            "操作": title_of(action),
            "结果": RESULT_TITLES.get(result, result),
        }
        for _, happened_at, actor_name, action, result in both
    ]
