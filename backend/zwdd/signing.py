"""The gateway's signature: pure functions.

base64(HMAC-SHA256(secret, METHOD ⏎ timestamp ⏎ nonce ⏎ path [⏎ k=v&k=v sorted, not URL-encoded])).
Source: the open platform's signing rules; an address or body carries the same parameters URL-encoded.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from backend import clock

VERSION: Final = "1.0"


def timestamp_of(now: datetime) -> str:
    """`2026-01-02T03:04:05.678+08:00`."""
    return clock.local(now).isoformat(timespec="milliseconds")


def nonce_of(now: datetime, serial: int) -> str:
    """Milliseconds since 1970 and four digits, which must not come twice within 15 minutes."""
    return f"{int(now.timestamp() * 1000)}{serial % 10_000:04d}"


def signature(
    secret: str, method: str, timestamp: str, nonce: str, path: str, parameters: Mapping[str, str]
) -> str:
    """The signature of one request."""
    pairs = "&".join(sorted(f"{name}={value}" for name, value in parameters.items()))
    lines = [method, timestamp, nonce, path, *([pairs] if pairs else [])]
    digest = hmac.digest(secret.encode(), "\n".join(lines).encode(), hashlib.sha256)
    return base64.b64encode(digest).decode()
