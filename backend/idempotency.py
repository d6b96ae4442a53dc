"""Stored answers of repeated requests.

A key belongs to one member of staff. The first answer is stored in the unit of work that caused it, so
it exists exactly if the effect does. Concurrent twins meet at the primary key: the later one finds the
row, is rolled back and answers what the first one answered.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    bindparam,
    delete,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend import clock
from backend.db import Base, UTCDateTime, atomic, reader, table, unit
from backend.errors import Conflict, Invalid
from backend.statements import insert_or_nothing

KEPT_FOR = timedelta(hours=48)


class StoredAnswer(Base):
    """The first answer to a request that carried an Idempotency-Key."""

    __tablename__ = "idempotency_answers"
    __table_args__ = (Index(None, "stored_at"),)

    staff_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime] = mapped_column(UTCDateTime)


class KeyReused(Invalid):
    """The key came before with another request."""

    code = "app.idempotency_key_reused"
    message = "同一请求编号（Idempotency-Key）对应的内容不一致，请更换编号后重试"


class TwinFirst(Conflict):
    """A concurrent request with the same key was committed first; its answer is the answer."""

    code = "app.idempotency_twin"
    message = "相同的请求正在处理，请稍后重试"


@dataclass(frozen=True, slots=True)
class Claim:
    """One request's claim to be the first under its key."""

    staff_id: int
    key: str
    request_hash: bytes


def request_hash(method: str, path: str, body: bytes) -> bytes:
    """What makes two requests the same request."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).digest()


_TABLE = table(StoredAnswer)
FIND_ANSWER = select(_TABLE.c.request_hash, _TABLE.c.status, _TABLE.c.body).where(
    _TABLE.c.staff_id == bindparam("staff_id"), _TABLE.c.key == bindparam("key")
)
STORE_ANSWER = insert_or_nothing(_TABLE, [column.key for column in _TABLE.c], returning="staff_id")


def find(claim: Claim) -> tuple[int, bytes] | None:
    """The stored (status, body) under the claim's key, or None. Raises KeyReused for another request."""
    row = reader().execute(FIND_ANSWER, {"staff_id": claim.staff_id, "key": claim.key}).one_or_none()
    if row is None:
        return None
    return replay(claim, *row)


def is_answered(staff_id: int, key: str) -> bool:
    """Whether a request of this member of staff under this key was carried out, whatever it was."""
    return reader().execute(FIND_ANSWER, {"staff_id": staff_id, "key": key}).first() is not None


def replay(claim: Claim, stored_hash: bytes, status: int, body: bytes) -> tuple[int, bytes]:
    """The stored answer, if it answers the claim's request. Raises KeyReused if another one."""
    if bytes(stored_hash) != claim.request_hash:
        raise KeyReused
    return status, bytes(body)


def store(claim: Claim, status: int, body: bytes) -> None:
    """Keep the answer in the open unit. Raises TwinFirst if a twin was committed before."""
    stored = STORE_ANSWER.row(
        unit(),
        {
            "staff_id": claim.staff_id,
            "key": claim.key,
            "request_hash": claim.request_hash,
            "status": status,
            "body": body,
            "stored_at": clock.now(),
        },
    )
    if stored is None:
        raise TwinFirst


@atomic
def forget_old() -> int:
    """Drop answers older than `KEPT_FOR`; returns how many."""
    return unit().execute(delete(_TABLE).where(_TABLE.c.stored_at < clock.now() - KEPT_FOR)).rowcount
