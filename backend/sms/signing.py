"""The signature of both directions: hex(HMAC-SHA256(key, timestamp ⏎ body)). Pure functions.

`timestamp` is seconds since 1970 as decimal text. Either side refuses what was signed more than five
minutes away from its own clock.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

TIMESTAMP: Final = "X-Houqin-Timestamp"
SIGNATURE: Final = "X-Houqin-Signature"
TOLERANCE: Final = timedelta(minutes=5)


def sign(key: str, timestamp: str, body: bytes) -> str:
    """The signature of a body."""
    return hmac.digest(key.encode(), timestamp.encode() + b"\n" + body, hashlib.sha256).hex()


def headers_of(key: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers that prove where a body comes from."""
    timestamp = str(int(now.timestamp()))
    return {TIMESTAMP: timestamp, SIGNATURE: sign(key, timestamp, body)}


def is_signed(key: str, timestamp: str, signature: str, body: bytes, now: datetime) -> bool:
    """Whether the body was signed with the key, and lately."""
    if not (key and timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 11):
        return False
    expected = sign(key, timestamp, body)
    is_ours = hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))
    signed_at = datetime.fromtimestamp(int(timestamp), UTC)
    return is_ours and abs(now - signed_at) <= TOLERANCE
