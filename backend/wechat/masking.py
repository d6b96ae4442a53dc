"""Keeping secrets out of logs."""

import logging
from collections.abc import Mapping
from typing import Any

import httpx

SECRET_NAMES = frozenset({"secret", "access_token", "session_key", "js_code", "code", "token"})


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


class WithoutQuery(logging.Filter):
    """httpx logs the address of every request; WeChat's addresses carry the secret, codes and tokens."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                argument.copy_with(query=None) if isinstance(argument, httpx.URL) else argument
                for argument in record.args
            )
        return True
