"""How events are sealed and seals are proved: pure functions.

Source of the duty: 网络安全法 §21 (logs of six months), 等保 level 2 (time, type, subject, object, result;
protected from deletion). The length of a leaf, 128 bits of an HMAC, is that of RFC 4868.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeAlias

from cryptography.hazmat.primitives import hashes, hmac

# The digest before the first seal.
GENESIS: Final = bytes(32)
# Events of one seal, so that sealing and proving take bounded memory.
MOST_PER_SEAL: Final = 2_000
# An event that no seal covers after so long tells of a job that does not run, or of a seal that was cut off.
OVERDUE_AFTER: Final = timedelta(minutes=30)

_ID_LENGTH: Final = 8
_MAC_LENGTH: Final = 16
_LEAF_LENGTH: Final = _ID_LENGTH + _MAC_LENGTH

Mac: TypeAlias = Callable[[bytes], bytes]


class SealAlgorithm(StrEnum):
    """The keyed digest of a seal, by the cipher of the deployment when it was made."""

    SHA256 = "hmac-sha256"
    SM3 = "hmac-sm3"


class Fault(StrEnum):
    """What can be wrong with the trail."""

    EVENT_CHANGED = "event_changed"
    EVENT_MISSING = "event_missing"
    EVENT_EXTRA = "event_extra"
    SEAL_CHANGED = "seal_changed"
    SEAL_MISSING = "seal_missing"
    HEAD_LOST = "head_lost"
    OVERDUE = "overdue"


FAULT_NAMES: Final = {
    Fault.EVENT_CHANGED: "记录被修改",
    Fault.EVENT_MISSING: "记录缺失",
    Fault.EVENT_EXTRA: "封存后混入的记录",
    Fault.SEAL_CHANGED: "封存被修改",
    Fault.SEAL_MISSING: "封存缺失",
    Fault.HEAD_LOST: "最后的封存被截去，或数据库曾恢复到更早的时刻",
    Fault.OVERDUE: "记录久未封存，定时任务未运行或封存被截去",
}


class Event(NamedTuple):
    """One event of the trail, every column of it."""

    id: int
    happened_at: datetime
    actor_id: int
    actor_name: str
    action: str
    object_kind: str
    object_id: str
    result: str
    request_id: str
    details: Any


@dataclass(frozen=True, slots=True)
class Seal:
    """A row of `audit_seals`."""

    seq: int
    first_id: int
    last_id: int
    event_count: int
    algorithm: str
    leaves: bytes
    previous_digest: bytes
    digest: bytes
    sealed_at: datetime

    @property
    def begins_at(self) -> int | None:
        """The least id that it covers; None if there is none, as for the first seal."""
        return self.first_id if self.seq > 1 else None


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal of a chain, by its number and digest."""

    seq: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault; the seal and the event that it concerns, where it concerns one."""

    fault: Fault
    seal_seq: int | None = None
    event_id: int | None = None

    def __str__(self) -> str:
        """The fault as a sentence for a person."""
        where = [f"第 {self.seal_seq} 号封存"] if self.seal_seq is not None else []
        where += [f"记录 {self.event_id}"] if self.event_id is not None else []
        return f"{' '.join(where)}：{FAULT_NAMES[self.fault]}" if where else FAULT_NAMES[self.fault]


def mac_with(key: bytes, algorithm: SealAlgorithm) -> Mac:
    """The keyed digest of 32 bytes under a key."""
    digest = hashes.SM3() if algorithm is SealAlgorithm.SM3 else hashes.SHA256()

    def mac(message: bytes) -> bytes:
        made = hmac.HMAC(key, digest)
        made.update(message)
        return made.finalize()

    return mac


def canonical(event: Event) -> bytes:
    """The event as the same bytes on every database: JSON with sorted names, instants in UTC."""
    shown = {**event._asdict(), "happened_at": event.happened_at.astimezone(UTC).isoformat()}
    return json.dumps(shown, sort_keys=True, separators=(",", ":")).encode()


def leaves_of(events: Iterable[Event], mac: Mac) -> bytes:
    """The leaves of events that come in the order of their ids."""
    return b"".join(_leaf(event, mac) for event in events)


def make_seal(
    events: list[Event], previous: Seal | None, algorithm: SealAlgorithm, mac: Mac, now: datetime
) -> Seal:
    """The seal of these events, which are all that there are after `previous` up to the last of them."""
    first_id = previous.last_id + 1 if previous is not None else min(1, events[0].id)
    unsigned = Seal(
        seq=previous.seq + 1 if previous is not None else 1,
        first_id=first_id,
        last_id=events[-1].id,
        event_count=len(events),
        algorithm=algorithm.value,
        leaves=leaves_of(events, mac),
        previous_digest=previous.digest if previous is not None else GENESIS,
        digest=b"",
        sealed_at=now,
    )
    return Seal(**{**_fields(unsigned), "digest": digest_of(unsigned, mac)})


def digest_of(seal: Seal, mac: Mac) -> bytes:
    """What the digest of a seal should be, from everything else that it says."""
    head = {name: value for name, value in _fields(seal).items() if name not in ("leaves", "digest")}
    head |= {
        "previous_digest": seal.previous_digest.hex(),
        "sealed_at": seal.sealed_at.astimezone(UTC).isoformat(),
    }
    return mac(json.dumps(head, sort_keys=True).encode() + b"\n" + seal.leaves)


def is_genuine(seal: Seal, mac: Mac) -> bool:
    """Whether a seal was made with the key and says what it said then."""
    return len(seal.leaves) == seal.event_count * _LEAF_LENGTH and seal.digest == digest_of(seal, mac)


def follows(seal: Seal, previous: Seal | None) -> bool:
    """Whether a seal continues another one, or begins the chain."""
    if previous is None:
        return seal.seq == 1 and seal.previous_digest == GENESIS
    return (
        seal.seq == previous.seq + 1
        and seal.previous_digest == previous.digest
        and seal.first_id == previous.last_id + 1
    )


def compare(seal: Seal, events: Iterable[Event], mac: Mac) -> Iterator[Finding]:
    """What became of the events of a genuine seal; `events` are those that are there, in order of id."""
    sealed = iter([seal.leaves[at : at + _LEAF_LENGTH] for at in range(0, len(seal.leaves), _LEAF_LENGTH)])
    expected = next(sealed, None)
    for event in events:
        while expected is not None and _id_of(expected) < event.id:
            yield Finding(Fault.EVENT_MISSING, seal.seq, _id_of(expected))
            expected = next(sealed, None)
        if expected is None or _id_of(expected) > event.id:
            yield Finding(Fault.EVENT_EXTRA, seal.seq, event.id)
            continue
        if _leaf(event, mac) != expected:
            yield Finding(Fault.EVENT_CHANGED, seal.seq, event.id)
        expected = next(sealed, None)
    while expected is not None:
        yield Finding(Fault.EVENT_MISSING, seal.seq, _id_of(expected))
        expected = next(sealed, None)


def _leaf(event: Event, mac: Mac) -> bytes:
    return event.id.to_bytes(_ID_LENGTH, signed=True) + mac(canonical(event))[:_MAC_LENGTH]


def _id_of(leaf: bytes) -> int:
    return int.from_bytes(leaf[:_ID_LENGTH], signed=True)


def _fields(seal: Seal) -> dict[str, Any]:
    return {name: getattr(seal, name) for name in Seal.__slots__}
