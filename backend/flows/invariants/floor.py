"""The floor: what is sent, what runs by itself, stored answers, the audit trail, photos and attachments."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import func, select, tuple_

from backend import clock
from backend.actor import SYSTEM
from backend.attachments import reconciling as attachments
from backend.audit import queries as audit_queries
from backend.audit.models import AuditEvent
from backend.audit.policies import OVERDUE_AFTER, Fault, Finding
from backend.db import db
from backend.flows import schedule
from backend.flows.invariants.examining import Examination, Invariant, rows
from backend.idempotency import StoredAnswer
from backend.jobs import FiringState, JobFiring
from backend.media import reconciling as photos
from backend.notifications.delivery.operations import LEASE
from backend.notifications.policies import BACKOFF, MOST_ATTEMPTS

# A dispatcher comes each minute, a seal every five, a scheduler's sweep more often than either. What waits
# although one came so long after its time is not late but forgotten. A service that stands still forgets
# nothing: what it has to do is seen in its metrics.
_FORGOTTEN_AFTER: Final = 2 * max(BACKOFF)
_ABANDONED_AFTER: Final = timedelta(minutes=30)
# Clocks of two nodes may differ by seconds (`flask doctor` refuses more).
_SKEW: Final = timedelta(minutes=1)
_ANSWERS_AT_ONCE: Final = 500
_CREATED: Final = 201
# How an answer's number begins, and where what it names is kept. An order of a meal has digits only.
_NAMED: Final = (("HY", "meeting_bookings"), ("WX", "work_orders"), ("F", "reports"))

# Only the first of a person and a channel: the others wait for it.
_FORGOTTEN: Final = """
    SELECT o.id, o.state FROM outbox o WHERE o.state IN ('waiting', 'leased') AND o.next_at < :late
    AND NOT EXISTS (
      SELECT 1 FROM outbox first WHERE first.staff_id = o.staff_id AND first.channel = o.channel
      AND first.state IN ('waiting', 'leased') AND first.id <> o.id
      AND (first.attempts > 0 OR first.priority < o.priority
        OR (first.priority = o.priority AND first.id < o.id))
    ) ORDER BY o.id
"""


def _last_run(job: str = "") -> datetime | None:
    """When the last run of a job, or of any, was due that ended well; None if none ever did."""
    ended_well = select(func.max(JobFiring.due_at)).where(JobFiring.state == FiringState.FINISHED)
    if job:
        ended_well = ended_well.where(JobFiring.job == job)
    found: datetime | None = db.session.scalar(ended_well)
    return found


def _outbox(found: Examination) -> None:
    found.look_at("outbox")
    last = _last_run("notifications.deliver")
    if last is not None:
        found.ask(_FORGOTTEN, "消息 {id}：早该处理，仍是 {state}", late=last - _FORGOTTEN_AFTER)
    found.ask(
        "SELECT id FROM outbox WHERE state = 'leased' AND leased_until > :latest ORDER BY id",
        "消息 {id}：占用到期时间在未来太远",
        latest=clock.now() + LEASE + _SKEW,
    )
    # The last dispatcher that leases a row whose dispatchers have all died counts once more.
    found.ask(
        "SELECT id, attempts FROM outbox WHERE attempts > :most ORDER BY id",
        "消息 {id}：尝试了 {attempts} 次",
        most=MOST_ATTEMPTS + 1,
    )
    found.ask(
        "SELECT channel, provider_message_id AS number, count(*) AS times, min(id) AS id FROM outbox"
        " WHERE provider_message_id IS NOT NULL GROUP BY channel, provider_message_id HAVING count(*) > 1"
        " ORDER BY 4",
        "消息 {id} 等：{channel} 回执号重复 {times} 次",
    )
    found.ask(
        "SELECT message_id, channel, count(*) AS times FROM outbox GROUP BY message_id, channel"
        " HAVING count(*) > 1 ORDER BY 1",
        "通知 {message_id}：{channel} 有 {times} 条",
    )
    found.ask(
        "SELECT id, state FROM outbox WHERE quota_id IS NOT NULL AND state NOT IN ('waiting', 'leased')"
        " ORDER BY id",
        "消息 {id}：已是 {state}，仍占着订阅次数",
    )


def _firings(found: Examination) -> None:
    found.look_at("job_firings")
    found.ask(
        "SELECT job, due_at, count(*) AS times FROM job_firings GROUP BY job, due_at HAVING count(*) > 1"
        " ORDER BY 1",
        "任务 {job}：{due_at} 有 {times} 次",
    )
    last = _last_run()
    if last is not None:
        found.ask(
            "SELECT job, due_at FROM job_firings WHERE state = 'running' AND leased_until < :late ORDER BY 1",
            "任务 {job}：{due_at} 的运行无人接管",
            late=last - _ABANDONED_AFTER,
        )
    longest = max(job.lease for job in schedule.all_jobs())
    found.ask(
        "SELECT job, due_at FROM job_firings WHERE state = 'running' AND leased_until > :latest ORDER BY 1",
        "任务 {job}：{due_at} 的占用到期时间在未来太远",
        latest=clock.now() + longest + _SKEW,
    )
    found.ask(
        "SELECT job, due_at, state FROM job_firings WHERE (state = 'running') <> (finished_at IS NULL)"
        " ORDER BY 1",
        "任务 {job}：{due_at} 是 {state}，与结束时间不符",
    )


def _answers(found: Examination) -> None:
    wanted: dict[str, set[int]] = {}
    for body in _bodies():
        found.rows += 1
        named = _named(body)
        if named is not None:
            wanted.setdefault(named[0], set()).add(named[1])
    for table, ids in sorted(wanted.items()):
        found.faults(f"已答复的 {table} {row_id} 不存在" for row_id in _missing(table, sorted(ids)))


def _bodies() -> Iterator[bytes]:
    """The stored answers that made something, by their key, some hundred at a time."""
    after: tuple[int, str] = (0, "")
    while True:
        some = db.session.execute(
            select(StoredAnswer.staff_id, StoredAnswer.key, StoredAnswer.body, StoredAnswer.status)
            .where(tuple_(StoredAnswer.staff_id, StoredAnswer.key) > after)
            .order_by(StoredAnswer.staff_id, StoredAnswer.key)
            .limit(_ANSWERS_AT_ONCE)
        ).all()
        yield from (bytes(each.body) for each in some if each.status == _CREATED)
        if len(some) < _ANSWERS_AT_ONCE:
            return
        after = (some[-1].staff_id, some[-1].key)


def _named(body: bytes) -> tuple[str, int] | None:
    """What an answer told the client to have made: a table and an identifier, where its number tells."""
    try:
        data = orjson.loads(body).get("data")
    except (orjson.JSONDecodeError, AttributeError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("id"), int):
        return None
    number: Any = data.get("number")
    if not isinstance(number, str):
        return None
    if number.isdecimal() and number == f"{number[:8]}{data['id']:06d}":
        return "orders", data["id"]
    table = next((table for prefix, table in _NAMED if number.startswith(prefix)), None)
    return (table, data["id"]) if table is not None else None


def _missing(table: str, ids: list[int]) -> Iterator[int]:
    for at in range(0, len(ids), _ANSWERS_AT_ONCE):
        some = ids[at : at + _ANSWERS_AT_ONCE]
        listed = ", ".join(map(str, some))
        statement = f"SELECT id FROM {table} WHERE id IN ({listed})"  # noqa: S608 # All of them ours.
        there = {row["id"] for row in rows(statement)}
        yield from (each for each in some if each not in there)


def _audit(found: Examination) -> None:
    proof = audit_queries.verify(SYSTEM)
    found.rows = proof.events + proof.unsealed
    found.faults(str(each) for each in proof.findings if not _is_only_unsealed(each))
    found.count += proof.unlisted


def _is_only_unsealed(finding: Finding) -> bool:
    """Whether an event is unsealed because no seal was made since: nobody has run the job."""
    if finding.fault is not Fault.OVERDUE:
        return False
    last = _last_run("audit.seal")
    happened_at = db.session.scalar(select(AuditEvent.happened_at).where(AuditEvent.id == finding.event_id))
    return last is None or happened_at is None or happened_at > last - OVERDUE_AFTER


def _objects(found: Examination) -> None:
    for what, proofs in (("图片", photos.missing()), ("附件", attachments.missing())):
        for proof in proofs:
            found.rows += proof.looked_at
            found.faults(f"{what} {row_id}：存储中没有" for row_id in proof.missing)


INVARIANTS: Final = (
    Invariant("outbox", "待发消息不滞留、不重复", _outbox, "请查看 flask jobs list 与调度日志"),
    Invariant(
        "firings", "定时任务同一时刻只运行一次，无人弃置", _firings, "请查看 flask jobs list 与调度日志"
    ),
    Invariant("answers", "已答复的请求都有结果", _answers),
    Invariant("audit", "审计链完整", _audit, "可用 flask audit verify 逐日核对"),
    Invariant("objects", "图片与附件都在存储中", _objects, "请从备份恢复图片存储"),
)
