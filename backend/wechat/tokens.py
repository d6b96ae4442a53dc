"""The store of access tokens: one refresh at a time, across threads and processes.

Whoever finds the token about to expire takes a lease in the database, asks WeChat outside of any unit of
work, and stores the answer. The others go on with the old token while it is valid, or wait. The lease of
a refresher that died runs out. Rules: WeChat's documentation of stable_token.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from backend import clock
from backend.db import aside, db, unit
from backend.errors import Unavailable
from backend.outside import Answer
from backend.wechat.errors import WechatUnavailable
from backend.wechat.models import AccessToken

log = structlog.get_logger(__name__)

# WeChat rotates a stable token this long before its end; from then on both are valid.
EARLY = timedelta(seconds=300)
# Longer than a refresh can reasonably take; after it, the refresher counts as dead.
LEASE = timedelta(seconds=30)
_POLL_S = 0.05

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class FetchedToken:
    """What WeChat answered: the token and for how long it is valid."""

    token: str
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class _Stored:
    token: str
    expires_at: datetime

    def is_valid(self, now: datetime) -> bool:
        return now < self.expires_at

    def is_fresh(self, now: datetime) -> bool:
        return now < self.expires_at - EARLY


class TokenStore:
    """Access tokens by appid, encrypted at rest.

    `encrypt` and `decrypt` are the vault's. `wait_s` bounds how long a caller without any valid token
    waits for another's refresh. Every method must be called outside of a unit of work.
    """

    def __init__(
        self, encrypt: Callable[[str], bytes], decrypt: Callable[[bytes], str], *, wait_s: float = 8.0
    ) -> None:
        self._encrypt = encrypt
        self._decrypt = decrypt
        self._wait_s = wait_s

    def get(self, appid: str, fetch: Callable[[], FetchedToken]) -> str:
        """A valid access token of the app; `fetch` asks WeChat for one, if it is this caller's turn.

        Raises what `fetch` raises, unless the old token is still valid; and WechatUnavailable if another
        caller's refresh does not come to an end in time.
        """
        give_up_at = time.monotonic() + self._wait_s
        while True:
            now, stored = clock.now(), self._read(appid)
            if stored is not None and stored.is_fresh(now):
                return stored.token
            lease_until = _take_lease(appid, now)
            if lease_until is not None:
                return self._refresh(appid, fetch, lease_until, stored)
            if stored is not None and stored.is_valid(now):
                return stored.token
            if time.monotonic() > give_up_at:
                log.warning("wechat token: the refresh by another caller does not end", appid=appid)
                raise WechatUnavailable
            time.sleep(_POLL_S)

    def call(
        self,
        appid: str,
        fetch: Callable[[], FetchedToken],
        send: Callable[[str], Answer],
        is_stale: Callable[[Answer], bool],
    ) -> Answer:
        """What `send` answers to a valid token; a token that was refused is replaced exactly once.

        Raises what `fetch` and `send` raise, and as `get`.
        """
        token = self.get(appid, fetch)
        answer = send(token)
        if is_stale(answer):
            self.expire(appid, token)
            answer = send(self.get(appid, fetch))
        return answer

    def expire(self, appid: str, failed: str) -> bool:
        """Drop the stored token if it is the one that WeChat refused; returns whether it was."""
        cipher = self._read_cipher(appid)
        if cipher is None or self._open(cipher) != failed:
            return False
        return _drop(appid, cipher)

    def _refresh(
        self,
        appid: str,
        fetch: Callable[[], FetchedToken],
        lease_until: datetime,
        stored: _Stored | None,
    ) -> str:
        try:
            fetched = fetch()
        except BaseException as error:
            if isinstance(error, Unavailable) and stored is not None and stored.is_valid(clock.now()):
                # The lease is kept: until it runs out nobody else asks a WeChat that does not answer.
                log.warning("wechat token: not refreshed, the old one still serves", appid=appid)
                return stored.token
            _release(appid, lease_until)
            raise
        _store(appid, lease_until, self._encrypt(fetched.token), clock.now() + fetched.lifetime)
        return fetched.token

    def _read(self, appid: str) -> _Stored | None:
        row = _select(appid)
        if row is None or row[0] is None or row[1] is None:
            return None
        token = self._open(row[0])
        if token is None:
            _drop(appid, row[0])
            return None
        return _Stored(token, row[1])

    def _read_cipher(self, appid: str) -> bytes | None:
        row = _select(appid)
        return row[0] if row is not None else None

    def _open(self, cipher: bytes) -> str | None:
        try:
            return self._decrypt(cipher)
        except ValueError:  # Made with another secret key: as good as no token.
            log.warning("wechat token: the stored one cannot be decrypted")
            return None


def _select(appid: str) -> tuple[bytes | None, datetime | None] | None:
    session = db.session()
    try:
        unit()
    except RuntimeError:
        pass
    else:
        raise RuntimeError("WeChat is not called within a unit of work")
    row = session.execute(
        select(AccessToken.token_cipher, AccessToken.expires_at).where(AccessToken.appid == appid)
    ).one_or_none()
    # The connection goes back to the pool: WeChat may take seconds to answer.
    session.rollback()
    return (row[0], row[1]) if row is not None else None


def _lease(dialect: str, appid: str, until: datetime, now: datetime) -> ReturningInsert[tuple[str]]:
    insert = _INSERT[dialect](AccessToken).values(appid=appid, refreshing_until=until)
    lease: ReturningInsert[tuple[str]] = insert.on_conflict_do_update(
        index_elements=[AccessToken.appid],
        set_={"refreshing_until": until},
        # Nobody else refreshes, and nobody has refreshed since this caller looked.
        where=or_(AccessToken.refreshing_until.is_(None), AccessToken.refreshing_until <= now)
        & or_(AccessToken.expires_at.is_(None), AccessToken.expires_at <= now + EARLY),
    ).returning(AccessToken.appid)
    return lease


@aside
def _take_lease(appid: str, now: datetime) -> datetime | None:
    """Until when this caller alone may refresh, or None if it may not."""
    connection, until = unit(), now + LEASE
    taken = connection.execute(_lease(connection.dialect.name, appid, until, now)).first()
    return until if taken is not None else None


@aside
def _store(appid: str, lease_until: datetime, cipher: bytes, expires_at: datetime) -> None:
    # The lease is named, so that a refresher that was taken for dead overwrites nothing.
    unit().execute(
        update(AccessToken)
        .where(AccessToken.appid == appid, AccessToken.refreshing_until == lease_until)
        .values(token_cipher=cipher, expires_at=expires_at, refreshing_until=None)
    )


@aside
def _release(appid: str, lease_until: datetime) -> None:
    unit().execute(
        update(AccessToken)
        .where(AccessToken.appid == appid, AccessToken.refreshing_until == lease_until)
        .values(refreshing_until=None)
    )


@aside
def _drop(appid: str, cipher: bytes) -> bool:
    dropped = unit().execute(
        update(AccessToken)
        .where(AccessToken.appid == appid, AccessToken.token_cipher == cipher)
        .values(token_cipher=None, expires_at=None)
    )
    return dropped.rowcount > 0
