"""GeoReport v2 as rules: what a search may ask, what a submission must say, what a status is.

Source: wiki.open311.org/GeoReport_v2, and its cases T36 to T40.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_urlsafe
from typing import Final

from backend import clock, vault
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from feedback.reports.models import State
from feedback.reports.open311.errors import KeyRefused, Open311Invalid, TooManySubmissions

LONGEST_SPAN: Final = timedelta(days=90)
MOST_ROWS: Final = 1000
MOST_IDS: Final = 200
LONGEST_TEXT: Final = 2000
_DEGREES: Final = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?")
_PLACE: Final = re.compile(rf"({'|'.join(PlaceKind)}):([1-9][0-9]{{0,14}})")
_TOKEN: Final = re.compile(r"[0-9a-zA-Z]{8,64}")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_KEY_PREFIX: Final = "o311_"


class Status(StrEnum):
    """Open311 knows two."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Search:
    """Which requests: exactly these numbers, or those of a span [since, until) that fit."""

    numbers: tuple[str, ...]
    codes: tuple[str, ...]
    status: Status | None
    since: datetime
    until: datetime
    page: int
    page_size: int
    is_extended: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody from outside reports; the position in micro-degrees."""

    service_code: str
    place: Ref | None
    plate_token: str
    position: tuple[int, int] | None
    text: str


def search_of(given: Mapping[str, str], now: datetime) -> Search:
    """What the parameters of a search ask for. Raises Open311Invalid.

    Numbers override everything else. Without dates it is the last 90 days; with one of them, 90 days from or
    until it; a longer span is refused.
    """
    numbers = _words(given.get("service_request_id", ""))
    if len(numbers) > MOST_IDS:
        raise Open311Invalid(reason=f"service_request_id 一次最多 {MOST_IDS} 个")
    since, until = _span(given, now, is_ignored=bool(numbers))
    return Search(
        numbers=numbers,
        codes=_words(given.get("service_code", "")),
        status=None if numbers else _status(given.get("status", "")),
        since=since,
        until=until,
        page=_number(given, "page", 1, 100_000),
        page_size=_number(given, "page_size", MOST_ROWS, MOST_ROWS),
        is_extended=given.get("extensions", "").lower() in ("true", "1"),
    )


def wanted_of(given: Mapping[str, str]) -> Wanted:
    """What a submission says. Raises Open311Invalid for what is missing: a service, a place, words."""
    code = given.get("service_code", "").strip()
    if not code:
        raise Open311Invalid(reason="缺少 service_code")
    position, address = _position(given), given.get("address_id", "").strip()
    if position is None and not address:
        raise Open311Invalid(reason="请提供 lat 和 long，或 address_id")
    text = _CONTROL.sub("", given.get("description", "")).strip()
    if not text or len(text) > LONGEST_TEXT:
        raise Open311Invalid(reason=f"description 应为 1 到 {LONGEST_TEXT} 个字符")
    place, token = _address(address)
    return Wanted(code, place, token, position, text)


def status_of(state: str) -> Status:
    """Closed is what is 已办结: an answer that its reporter has not judged yet is none of ours to close."""
    return Status.CLOSED if state == State.CLOSED else Status.OPEN


def ensure_within_quota(sent: int, limit: int) -> None:
    """Raise TooManySubmissions if a key that has sent so many today may not send another."""
    if sent >= limit:
        raise TooManySubmissions(limit=limit)


def new_key() -> str:
    """A key that nobody guesses, recognisable as one wherever it turns up."""
    return f"{_KEY_PREFIX}{token_urlsafe(24)}"


def hash_of(key: str) -> bytes:
    """What is kept of a key. Raises KeyRefused for what cannot be one."""
    if not (key.isascii() and len(key) <= 100 and key.startswith(_KEY_PREFIX)):
        raise KeyRefused
    return vault.keyed_hash(f"open311 key {key}")


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for each in text.split(",") if (word := each.strip())))


def _status(text: str) -> Status | None:
    words = set(_words(text))
    if not words <= set(Status):
        raise Open311Invalid(reason="status 应为 open 或 closed")
    return Status(words.pop()) if len(words) == 1 else None


def _span(given: Mapping[str, str], now: datetime, *, is_ignored: bool) -> tuple[datetime, datetime]:
    if is_ignored:
        return now - LONGEST_SPAN, now
    start, end = (_instant(given, name) for name in ("start_date", "end_date"))
    # What is submitted this very second belongs to the last 90 days.
    until = end or (start + LONGEST_SPAN if start else now + timedelta(seconds=1))
    since = start or until - LONGEST_SPAN
    if since > until:
        raise Open311Invalid(reason="start_date 不能晚于 end_date")
    if until - since > LONGEST_SPAN:
        raise Open311Invalid(reason=f"start_date 到 end_date 不能超过 {LONGEST_SPAN.days} 天")
    return since, until


def _instant(given: Mapping[str, str], name: str) -> datetime | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        # A plus that was not encoded arrives as a space.
        at = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", text))
    except ValueError as error:
        raise Open311Invalid(reason=f"{name} 应为 ISO 8601 时间，如 2026-11-23T00:00:00+08:00") from error
    if at.tzinfo is None:
        at = clock.at_local(at.date(), at.time())
    if not 2000 <= at.year <= 2999:
        raise Open311Invalid(reason=f"{name} 超出范围")
    return at


def _number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= most:
        raise Open311Invalid(reason=f"{name} 应为 1 到 {most} 的整数")
    return int(text)


def _position(given: Mapping[str, str]) -> tuple[int, int] | None:
    lat, long = (given.get(name, "").strip() for name in ("lat", "long"))
    if not lat and not long:
        return None
    if not (_DEGREES.fullmatch(lat) and _DEGREES.fullmatch(long)):
        raise Open311Invalid(reason="lat 和 long 应为 WGS84 十进制度数，须同时提供")
    degrees = float(lat), float(long)
    if abs(degrees[0]) > 90 or abs(degrees[1]) > 180 or not all(map(math.isfinite, degrees)):
        raise Open311Invalid(reason="lat 应在 -90 到 90 之间，long 应在 -180 到 180 之间")
    return round(degrees[0] * 1e6), round(degrees[1] * 1e6)


def _address(text: str) -> tuple[Ref | None, str]:
    """A place as `room:12`, or the token of a plate on the spot."""
    if not text:
        return None, ""
    named = _PLACE.fullmatch(text)
    if named:
        return Ref(PlaceKind(named[1]), int(named[2])), ""
    if _TOKEN.fullmatch(text):
        return None, text
    raise Open311Invalid(reason="address_id 应为 room:12 形式的场所编号，或现场标牌的编码")
