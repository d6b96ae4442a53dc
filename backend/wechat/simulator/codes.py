"""One-use codes: of a login, and of a phone number."""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from backend import clock

LIFETIME = timedelta(minutes=5)


class CodeKind(StrEnum):
    """What a code is good for. None is ever taken for another."""

    LOGIN = "login"
    PHONE = "phone"
    WECOM = "wecom"
    ZWDD = "zwdd"


@dataclass(frozen=True, slots=True)
class Code:
    """What a code stands for."""

    kind: CodeKind
    appid: str
    person: str
    expires_at: datetime
    phone: str = ""
    country: str = "86"


class Codes:
    """The codes that were given out and not used yet. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: dict[str, Code] = {}

    def give(
        self, kind: CodeKind, appid: str, person: str, *, phone: str = "", country: str = "86"
    ) -> tuple[str, Code]:
        """A new code, as WeChat's client would get it."""
        now = clock.now()
        text = secrets.token_hex(32) if kind is CodeKind.PHONE else secrets.token_urlsafe(24)
        code = Code(kind, appid, person, now + LIFETIME, phone, country)
        with self._lock:
            for old in [key for key, kept in self._codes.items() if kept.expires_at <= now]:
                del self._codes[old]
            self._codes[text] = code
        return text, code

    def use(self, text: str, kind: CodeKind, appid: str) -> Code | None:
        """What the code stands for, once; None if it is used, expired, of another kind or app."""
        with self._lock:
            code = self._codes.get(text)
            if code is None or code.kind is not kind or code.appid != appid:
                return None
            del self._codes[text]
        return code if clock.now() < code.expires_at else None

    def belongs_elsewhere(self, text: str, kind: CodeKind, appid: str) -> bool:
        """Whether it is a code of this kind of another app."""
        with self._lock:
            code = self._codes.get(text)
            return code is not None and code.kind is kind and code.appid != appid
