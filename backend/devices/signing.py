"""How a device signs a request. Pure: whoever writes a client can take this file along.

The text that is signed has five lines: the method, the path with its query string exactly as sent, the
instant in unix seconds, the nonce, and the SHA-256 of the body in hex. The signature is its HMAC-SHA256 under
the device's secret, in hex (RFC 2104). See docs/adr/0020.
"""

import hashlib
import hmac
import re
import secrets
from typing import Final

DEVICE_HEADER: Final = "X-Device"
TIMESTAMP_HEADER: Final = "X-Timestamp"
NONCE_HEADER: Final = "X-Nonce"
SIGNATURE_HEADER: Final = "X-Signature"

SIGNATURE_HEADERS: Final = (DEVICE_HEADER, TIMESTAMP_HEADER, NONCE_HEADER, SIGNATURE_HEADER)

NONCE: Final = re.compile(r"[A-Za-z0-9_-]{16,32}")
TIMESTAMP: Final = re.compile(r"[0-9]{9,11}")


def sign(secret: str, method: str, target: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The signature of a request, 64 hex digits. `target` is the path and, after `?`, the query string."""
    lines = (method.upper(), target, timestamp, nonce, hashlib.sha256(body).hexdigest())
    return hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def is_signed(
    secret: str, signature: str, method: str, target: str, timestamp: str, nonce: str, body: bytes
) -> bool:
    """Whether the signature is right, found in constant time."""
    right = sign(secret, method, target, timestamp, nonce, body)
    return hmac.compare_digest(right.encode(), signature.lower().encode())


def signed_headers(
    code: str, secret: str, method: str, target: str, body: bytes, *, timestamp: int, nonce: str | None = None
) -> dict[str, str]:
    """The four headers of a request that is sent at `timestamp`, in unix seconds of the server's clock."""
    nonce = nonce or secrets.token_urlsafe(18)
    return {
        DEVICE_HEADER: code,
        TIMESTAMP_HEADER: str(timestamp),
        NONCE_HEADER: nonce,
        SIGNATURE_HEADER: sign(secret, method, target, str(timestamp), nonce, body),
    }
