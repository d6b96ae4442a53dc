"""How much one person, or one address without a login, may ask of this process: beyond it, 429.

What is limited, and why so: `docs/adr/0043-rate-limits.md`. Each process counts for itself, so that nothing
is asked of a database; what must hold over all of them (the lock of a password, the attempts at a code) is
counted there instead. A count that is full empties at an even rate (GCRA): a minute's worth may come at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network
from math import ceil
from threading import Lock
from time import monotonic
from typing import Final

import structlog
from flask import request

from backend import errors
from backend.actor import Actor
from backend.config import settings
from backend.identity.errors import EnrolmentRequired, SecondFactorRequired
from backend.identity.passwords.errors import PasswordUnchanged, WeakPassword

log = structlog.get_logger(__name__)

Key = tuple[str, str, int | str]

# A proxy that we were not told of: whose address it passes on cannot be believed.
_PROXY_HEADERS: Final = ("X-Forwarded-For", "X-Real-IP", "Forwarded")
# Right so far, or not the fault of who logs in.
_NO_FAILURES: Final = (
    errors.Unavailable,
    errors.Conflict,
    SecondFactorRequired,
    EnrolmentRequired,
    WeakPassword,
    PasswordUnchanged,
)
_MINUTE: Final = 60.0
_FAILURES_WITHIN: Final = 600.0


class TooManyRequests(errors.TooMany):
    """One person, or one address, asks faster than anybody needs to."""

    code = "app.too_many_requests"
    message = "操作过于频繁，请 {retry_after_s} 秒后再试"


class TooManyFailures(errors.TooMany):
    """So many logins from this address were refused that it has to wait, whoever it tries."""

    code = "app.too_many_failures"
    message = "此网络登录失败次数过多，请 {retry_after_s} 秒后再试"


class TooManyGuesses(errors.TooMany):
    """So many codes or cards that one person tried were nobody's that the next one has to wait."""

    code = "app.too_many_guesses"
    message = "无效的码或卡过多，请 {retry_after_s} 秒后再试"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many within so many seconds."""

    count: int
    seconds: float = _MINUTE


class Counts:
    """Who has asked how much, by key. Safe to share between threads.

    Of each key only the instant is kept at which all that it has asked is paid off, in seconds of
    `time.monotonic`: what is over by then needs no row. Past `most` keys those are dropped, and if all
    are in debt (somebody comes from ever new addresses), everything.
    """

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._paid_at: dict[Key, float] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._paid_at)

    def take(self, key: Key, limit: Limit, now: float) -> float:
        """Count one; 0, or the seconds to wait if it is one too many, which is not counted."""
        with self._lock:
            paid_at = max(self._paid_at.get(key, 0.0), now) + limit.seconds / limit.count
            # A hair of a second against what adding up fractions loses.
            too_early = paid_at - now - limit.seconds - 1e-6
            if too_early > 0:
                return too_early
            if len(self._paid_at) >= self._most:
                self._forget(now)
            self._paid_at[key] = paid_at
            return 0.0

    def give_back(self, key: Key, limit: Limit) -> None:
        """Take back what was counted once."""
        with self._lock:
            if key in self._paid_at:
                self._paid_at[key] -= limit.seconds / limit.count

    def _forget(self, now: float) -> None:
        self._paid_at = {key: paid_at for key, paid_at in self._paid_at.items() if paid_at > now}
        if len(self._paid_at) >= self._most:
            self._paid_at.clear()


_counts = Counts()


def count_person(actor: Actor, *, is_heavy: bool = False) -> None:
    """Count a request of somebody who is logged in; `is_heavy` for uploads and files that are made.

    Raises TooManyRequests.
    """
    running = settings()
    # A process may hold several applications, each on a database of its own: the tests do.
    _count((running.database_url, "person", actor.staff_id), running.limits.person)
    if is_heavy:
        count_heavy(actor)


def count_heavy(actor: Actor) -> None:
    """Count an upload, or a file that is made. Raises TooManyRequests."""
    running = settings()
    _count((running.database_url, "heavy", actor.staff_id), running.limits.heavy)


def count_address() -> None:
    """Count a request without a login. Raises TooManyRequests."""
    running = settings()
    address = client_address()
    if address is not None:
        _count((running.database_url, "address", address), running.limits.address)


@contextmanager
def known_or_counted() -> Iterator[None]:
    """Around finding out who asks: whoever is nobody counts as a request without a login."""
    try:
        yield
    except errors.Unauthenticated:
        count_address()
        raise


@contextmanager
def attempt(kind: str, failures: type[errors.AppError] = errors.AppError) -> Iterator[None]:
    """Around one try at a password, a code or a key: a refusal counts against the address, of each kind.

    It counts before the outcome is known, so that no number of parallel tries passes the limit; success,
    and a refusal that is none of the `failures`, give it back. Raises TooManyFailures.
    """
    address = client_address()
    if address is None:
        yield
        return
    with _counting_failures(kind, address, failures, TooManyFailures):
        yield


@contextmanager
def guess(kind: str, actor: Actor, failures: tuple[type[errors.AppError], ...]) -> Iterator[None]:
    """The same around what others present to somebody who is logged in, whose own failures are counted.

    Not the address's: one counter's faults hold up no other one. Raises TooManyGuesses.
    """
    with _counting_failures(kind, actor.staff_id, failures, TooManyGuesses):
        yield


@contextmanager
def _counting_failures(
    kind: str,
    whose: int | str,
    failures: type[errors.AppError] | tuple[type[errors.AppError], ...],
    refusal: type[errors.TooMany],
) -> Iterator[None]:
    running = settings()
    if not running.limits.failures:
        yield
        return
    key, limit = (running.database_url, kind, whose), Limit(running.limits.failures, _FAILURES_WITHIN)
    wait = _counts.take(key, limit, monotonic())
    if wait:
        log.warning("too many failures", kind=kind, whose=whose)
        raise refusal(retry_after_s=_tell(wait))
    is_failure = False
    try:
        yield
    except errors.AppError as error:
        is_failure = isinstance(error, failures) and not isinstance(error, _NO_FAILURES)
        raise
    finally:
        if not is_failure:
            _counts.give_back(key, limit)


def client_address() -> str | None:
    """From where the request comes; None if that cannot be told.

    Behind proxies that the settings name, it is the last address of X-Forwarded-For that is none of
    theirs: what stands before it anybody may have written. Of IPv6 it is the network of 64 bits, of which
    one subscriber has all addresses.
    """
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
    peer, proxies = request.remote_addr or "", settings().proxies
    if not proxies:
        is_behind_one = _is_loopback(peer) and any(name in request.headers for name in _PROXY_HEADERS)
        return None if is_behind_one else _subscriber(peer)
    # As many hops as anybody has: the answer is kept by it, and a client may write much.
    return _behind(proxies, forwarded[-300:], peer)


def _count(key: Key, count: int) -> None:
    if not count:
        return
    wait = _counts.take(key, Limit(count), monotonic())
    if wait:
        log.warning("too many requests", kind=key[1], whose=key[2], endpoint=request.endpoint)
        raise TooManyRequests(retry_after_s=_tell(wait))


def _tell(wait: float) -> int:
    """Whole seconds; `backend.http` puts them into the header, whoever renders the refusal."""
    seconds: int = ceil(wait)
    request.environ["houqin.retry_after_s"] = seconds
    return seconds


@lru_cache(maxsize=4096)
def _behind(proxies: tuple[str, ...], forwarded: str, peer: str) -> str | None:
    networks = [ip_network(each) for each in proxies]
    for text in (peer, *(each.strip() for each in reversed(forwarded.split(",")))):
        try:
            address = ip_address(text)
        except ValueError:
            return None  # A trusted proxy writes addresses; whatever this is, it is nobody's.
        if not any(address in network for network in networks):
            return _subscriber(text)
    return None


@lru_cache(maxsize=4096)
def _subscriber(text: str) -> str | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, 64), strict=False))
    return str(address)


@lru_cache(maxsize=256)
def _is_loopback(text: str) -> bool:
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False
