"""Access tokens with WeChat's two ways of getting one, which do not touch each other."""

import secrets
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from backend import clock

LIFETIME = timedelta(seconds=7200)
OVERLAP = timedelta(seconds=300)
FORCED_PER_DAY = 20
FORCED_APART = timedelta(seconds=30)


class TokenState(StrEnum):
    """What an API call finds of its token."""

    VALID = "valid"
    EXPIRED = "expired"
    INVALID = "invalid"


class ForcedTooSoon(Exception):
    """The last forced refresh was less than 30 seconds ago."""


class ForcedTooOften(Exception):
    """Today's forced refreshes are used up."""


@dataclass(slots=True)
class _Token:
    text: str
    appid: str
    expires_at: datetime


@dataclass(slots=True)
class _App:
    stable: _Token | None = None
    normal: _Token | None = None
    forced_at: list[datetime] = field(default_factory=list)


class AccessTokens:
    """The access tokens of all apps. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._apps: dict[str, _App] = defaultdict(_App)
        self._tokens: dict[str, _Token] = {}

    def stable(self, appid: str, *, force: bool = False) -> tuple[str, int]:
        """The stable token and for how many seconds it is valid.

        The same for everybody until five minutes before its end; then a new one, and the old one lives on
        to its end. A forced refresh kills the old one at once, and is rationed: raises ForcedTooSoon or
        ForcedTooOften.
        """
        now = clock.now()
        with self._lock:
            app = self._apps[appid]
            if force:
                _ration(app, now)
                self._kill(app.stable)
                app.stable = None
            if app.stable is None or now >= app.stable.expires_at - OVERLAP:
                app.stable = self._make(appid, now)
            return app.stable.text, int((app.stable.expires_at - now).total_seconds())

    def normal(self, appid: str) -> tuple[str, int]:
        """A new normal token; the previous normal one is dead."""
        now = clock.now()
        with self._lock:
            app = self._apps[appid]
            self._kill(app.normal)
            app.normal = self._make(appid, now)
            return app.normal.text, int(LIFETIME.total_seconds())

    def check(self, text: str) -> tuple[TokenState, str]:
        """How the token stands, and whose it is."""
        with self._lock:
            token = self._tokens.get(text)
        if token is None:
            return TokenState.INVALID, ""
        state = TokenState.VALID if clock.now() < token.expires_at else TokenState.EXPIRED
        return state, token.appid

    def _make(self, appid: str, now: datetime) -> _Token:
        # Expired ones are kept for a while, to be told from those that never were.
        for old in [key for key, kept in self._tokens.items() if kept.expires_at + LIFETIME < now]:
            del self._tokens[old]
        token = _Token(f"86_{secrets.token_urlsafe(96)}", appid, now + LIFETIME)
        self._tokens[token.text] = token
        return token

    def _kill(self, token: _Token | None) -> None:
        if token is not None:
            self._tokens.pop(token.text, None)


def _ration(app: _App, now: datetime) -> None:
    day = clock.local(now).date()
    app.forced_at = [instant for instant in app.forced_at if clock.local(instant).date() == day]
    if len(app.forced_at) >= FORCED_PER_DAY:
        raise ForcedTooOften
    if app.forced_at and now - app.forced_at[-1] < FORCED_APART:
        raise ForcedTooSoon
    app.forced_at.append(now)
