"""Rules of notifications: pure functions. WeChat's field limits stand in `wechat_fields`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from backend import clock
from backend.notifications.kinds import Channel, Kind
from backend.notifications.models import SendState

URGENT, ORDINARY = 0, 1

# The waits after the first, second, … failed attempt; after the last attempt the row has failed.
BACKOFF: Final = (
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=60),
)
MOST_ATTEMPTS: Final = len(BACKOFF) + 1

RETRYABLE: Final = frozenset(
    {SendState.FAILED, SendState.NO_QUOTA, SendState.SKIPPED, SendState.EXPIRED},
)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When the channels keep quiet: the compound's clock within [begins, ends), over midnight or not."""

    begins: time
    ends: time

    def end_after(self, now: datetime) -> datetime | None:
        """When the quiet hours that hold now are over; None if none do."""
        if self.begins == self.ends:
            return None
        local = clock.local(now)
        wall, today = local.time(), local.date()
        if self.begins < self.ends:
            return clock.at_local(today, self.ends) if self.begins <= wall < self.ends else None
        if wall >= self.begins:
            return clock.at_local(today + timedelta(days=1), self.ends)
        return clock.at_local(today, self.ends) if wall < self.ends else None


def first_send_at(kind: Kind, now: datetime, quiet: QuietHours) -> datetime:
    """When a channel may first send a message of this kind: now, or when the quiet hours are over."""
    if kind.is_urgent or not kind.respects_quiet:
        return now
    return quiet.end_after(now) or now


def next_attempt_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None if it is to be given up."""
    return now + BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else None


def first_channel(kind: Kind, reachable: Collection[Channel]) -> Channel | None:
    """The channel to begin with, among those that reach the person."""
    return next((channel for channel in kind.channels if channel in reachable), None)


def stand_in(kind: Kind, channel: Channel) -> Channel | None:
    """The channel that stands in for one that did not deliver; the last has none."""
    if channel not in kind.channels:
        return None
    later = kind.channels[kind.channels.index(channel) + 1 :]
    return later[0] if later else None


def reference_of(message_id: int, channel: Channel) -> str:
    """Our name of a message over a channel, by which the other side knows a repetition."""
    return f"houqin-{message_id}-{channel}"
