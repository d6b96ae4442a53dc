"""Rules of takeaways: pure functions of a meal's hours and a canteen's terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend import clock
from canteen.ordering.takeaway.errors import WindowFull, WindowNotOffered


@dataclass(frozen=True, slots=True)
class Terms:
    """What a canteen's rules say at an instant. `limit` is orders per window, 0 for any number."""

    is_offered: bool
    minutes: int
    limit: int
    packaging_fen: int


@dataclass(frozen=True, slots=True)
class Window:
    """When a takeaway is collected, half-open."""

    collect_from: datetime
    collect_until: datetime

    def __str__(self) -> str:
        return f"{clock.local(self.collect_from):%H:%M}–{clock.local(self.collect_until):%H:%M}"


@dataclass(frozen=True, slots=True)
class Packing:
    """How an order is packed: its window, if it has one, the window's limit, and the fee in fen."""

    window: Window | None = None
    limit: int = 0
    packaging_fen: int = 0

    @property
    def collect_from(self) -> datetime | None:
        """When the window begins."""
        return self.window.collect_from if self.window is not None else None

    @property
    def collect_until(self) -> datetime | None:
        """When the window ends."""
        return self.window.collect_until if self.window is not None else None


def windows_of(serves_from: datetime, serves_until: datetime, minutes: int, now: datetime) -> list[Window]:
    """The windows of a meal that are not over, in order; the last one may be shorter."""
    windows = []
    begins_at = serves_from
    while begins_at < serves_until:
        ends_at = min(begins_at + timedelta(minutes=minutes), serves_until)
        if ends_at > now:
            windows.append(Window(begins_at, ends_at))
        begins_at = ends_at
    return windows


def choose(windows: Sequence[Window], collect_from: datetime) -> Window:
    """The window that begins then. Raises WindowNotOffered."""
    for window in windows:
        if window.collect_from == collect_from:
            return window
    raise WindowNotOffered


def first_free(windows: Sequence[Window], taken: Mapping[datetime, int], limit: int) -> Window:
    """The earliest window that has a place. Raises WindowFull, or WindowNotOffered if there is none."""
    if not windows:
        raise WindowNotOffered
    for window in windows:
        if taken.get(window.collect_from, 0) < limit:
            return window
    raise WindowFull(window=f"{windows[0]} 等时段")


def free_places(taken: int, limit: int) -> int | None:
    """How many places are left of a window; None for any number."""
    return max(limit - taken, 0) if limit else None
