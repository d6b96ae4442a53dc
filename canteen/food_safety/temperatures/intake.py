"""Reading what a thermometer sends: each reading by hand, so that one that is wrong spoils no other."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from backend.errors import AppError
from canteen.food_safety.temperatures import policies
from canteen.food_safety.temperatures.errors import ProbeUnknown, ReadingInvalid
from canteen.food_safety.temperatures.models import Fridge

_MOST_SEQ: Final = 2**53 - 1
_MOST_PROBE: Final = 32


class Fact(NamedTuple):
    """A reading of a device, understood."""

    seq: int
    payload_hash: bytes
    fridge: Fridge
    measured_at: datetime
    temperature_dc: int


class Refused(NamedTuple):
    """A reading that is not understood; `seq` where it is known."""

    seq: int | None
    error: AppError


def read(raw: Any, probes: Mapping[str, Fridge], received_at: datetime, skew: timedelta) -> Fact | Refused:
    """A reading as sent, or why it is refused."""
    seq = raw.get("seq") if isinstance(raw, dict) else None
    if type(seq) is not int or not 1 <= seq <= _MOST_SEQ:
        return Refused(None, ReadingInvalid(reason="seq 应为正整数"))
    try:
        return _fact(seq, raw, probes, received_at, skew)
    except AppError as error:
        return Refused(seq, error)


def _fact(
    seq: int, raw: Mapping[str, Any], probes: Mapping[str, Fridge], received_at: datetime, skew: timedelta
) -> Fact:
    temperature = raw.get("temperature_dc")
    if type(temperature) is not int or not policies.LEAST_DC <= temperature <= policies.MOST_DC:
        raise ReadingInvalid(
            reason=f"temperature_dc 应为 {policies.LEAST_DC} 到 {policies.MOST_DC} 的整数（0.1 ℃）"
        )
    measured_at = policies.put_right(_instant(raw.get("captured_at")), skew)
    if measured_at > received_at + policies.TRANSIT:
        raise ReadingInvalid(reason="captured_at 晚于服务器时间")
    probe = raw.get("probe", "")
    if not isinstance(probe, str) or len(probe) > _MOST_PROBE:
        raise ReadingInvalid(reason=f"probe 应为不超过 {_MOST_PROBE} 个字符的文字")
    fridge = probes.get(probe)
    if fridge is None:
        raise ProbeUnknown(probe=probe)
    said = f"{raw['captured_at']} {temperature} {probe}"
    digest = hashlib.blake2b(said.encode(errors="replace"), digest_size=16).digest()
    return Fact(seq, digest, fridge, measured_at, temperature)


def _instant(value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ReadingInvalid(reason="captured_at 应为带时区的时间") from error
    if instant.tzinfo is None or not 2000 <= instant.year <= 2999:
        raise ReadingInvalid(reason="captured_at 应为带时区的时间")
    return instant
