"""Rules of the ledger: pure functions from a quota and an event to the quota after it.

Source of the events: developers.weixin.qq.com, subscribe-message: `accept` in a pop-up is worth one message
of a one-time template; switching off in the settings clears what was gathered; `filter` means that the
template was not shown.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

# The phone's word and WeChat's own about one tap come within so long of each other.
PAIRING: Final = timedelta(minutes=5)
# No person gathers more, and no client can claim more.
MOST: Final = 99
# With fewer left the phone asks for more; an array of three is what every WeChat client takes.
LOW: Final = 5
MOST_ASKED: Final = 3


class Result(StrEnum):
    """What a person answered to one template."""

    ACCEPT = "accept"
    REJECT = "reject"
    BAN = "ban"
    FILTER = "filter"


@dataclass(frozen=True, slots=True)
class Quota:
    """What is known of one template at one account."""

    remaining: int = 0
    is_long_term: bool = False
    last_event: str = ""
    reported_at: datetime | None = None
    pushed_at: datetime | None = None


def read_result(text: str) -> Result | None:
    """The result that WeChat's word means: `acceptWithAlert` and the like accept; None if unknown."""
    if text.startswith(Result.ACCEPT):
        return Result.ACCEPT
    return next((result for result in Result if result == text), None)


def reported(quota: Quota, result: Result, at: datetime, *, is_long_term: bool) -> Quota:
    """After the phone told what the person answered."""
    if result is not Result.ACCEPT:
        return _not_accepted(quota, result)
    is_known = _is_pair(quota.pushed_at, quota.reported_at, at)
    return replace(_accepted(quota, is_known=is_known, is_long_term=is_long_term), reported_at=at)


def pushed(quota: Quota, result: Result, at: datetime, *, is_long_term: bool) -> Quota:
    """After WeChat told what the person answered in a pop-up, at its own time."""
    if result is not Result.ACCEPT:
        return _not_accepted(quota, result)
    is_known = _is_pair(quota.reported_at, quota.pushed_at, at)
    return replace(_accepted(quota, is_known=is_known, is_long_term=is_long_term), pushed_at=at)


def switched(quota: Quota, result: Result, *, is_long_term: bool) -> Quota:
    """After the person switched a template on or off in WeChat's settings: off clears what was gathered."""
    if result is Result.ACCEPT:
        return replace(quota, is_long_term=is_long_term, last_event="switched_on")
    return replace(quota, remaining=0, is_long_term=False, last_event="switched_off")


def used_up(quota: Quota) -> Quota:
    """After WeChat refused a message with 43101."""
    return replace(quota, remaining=0, is_long_term=False, last_event="43101")


def _is_pair(other: datetime | None, own: datetime | None, at: datetime) -> bool:
    """Whether the other source has told of this very acceptance: lately, and of none after our last one."""
    return other is not None and abs(at - other) <= PAIRING and (own is None or other > own)


def _accepted(quota: Quota, *, is_known: bool, is_long_term: bool) -> Quota:
    if is_long_term:
        return replace(quota, is_long_term=True, last_event=Result.ACCEPT.value)
    remaining = quota.remaining if is_known else min(quota.remaining + 1, MOST)
    return replace(quota, remaining=remaining, is_long_term=False, last_event=Result.ACCEPT.value)


def _not_accepted(quota: Quota, result: Result) -> Quota:
    if result is Result.BAN:
        return replace(quota, remaining=0, is_long_term=False, last_event=result.value)
    # A refusal this time takes nothing of what was accepted before; a filtered template was never shown.
    return quota if result is Result.FILTER else replace(quota, last_event=result.value)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a person answered to one template, in WeChat's word."""

    template_id: str
    result: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A template that the phone may ask for, with what it carries (titles) and what is left of it."""

    template_id: str
    titles: Sequence[str]
    remaining: int
    is_long_term: bool


def to_ask(templates: Iterable[Wanted], subscribed: Collection[str]) -> list[Wanted]:
    """The templates to ask for at the next tap, the scarcest first; at most three of one sort.

    WeChat refuses a request that mixes one-time and long-term templates. `subscribed` are the long-term
    ones that the person has accepted.
    """
    short = sorted(
        (each for each in templates if each.remaining < LOW and each.template_id not in subscribed),
        key=lambda each: (each.remaining, each.template_id),
    )
    return [each for each in short if each.is_long_term == short[0].is_long_term][:MOST_ASKED]
