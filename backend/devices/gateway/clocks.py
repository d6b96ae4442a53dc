"""Clocks of the gateway: one that nobody sets, and by it the server's."""

import time
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass(frozen=True, slots=True)
class BootInstant:
    """An instant by the machine's uptime, which no time service and no person sets."""

    boot: str
    uptime: float


def boot_id() -> str:
    """Which run of the machine this is; where it does not say, of the program."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return uuid4().hex


def uptime() -> float:
    """Seconds since the machine was started, sleep included."""
    return time.clock_gettime(_CLOCK)
