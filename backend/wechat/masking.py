"""Keeping secrets out of logs."""

from collections.abc import Mapping
from typing import Any

SECRET_NAMES = frozenset(
    {
        "secret",
        "corpsecret",
        "appsecret",
        "access_token",
        "session_key",
        "js_code",
        "auth_code",
        "code",
        "token",
    }
)


def mask(secret: str) -> str:
    """The first characters of a long secret, so that two can be told apart; nothing of a short one."""
    return f"{secret[:4]}***" if len(secret) >= 16 else "***"


def masked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with those that are secret by name masked, at every depth."""
    return {name: _masked(name, value) for name, value in values.items()}


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return masked(value)
    if isinstance(value, list):
        return [_masked(name, item) for item in value]
    return mask(str(value)) if name in SECRET_NAMES else value
