"""From readings to events: pure state machines, one for each scale.

What a machine has to remember is a small JSON object, which the buffer keeps in the same transaction as the
event that follows from a change of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from backend.devices.gateway.frames import Frame, FrameState

Event = dict[str, Any]
State = Mapping[str, Any]

# A platform with less than this on it is empty; a bin that weighs so much less than itself is gone.
_EMPTY_G: Final = 50
_GONE_G: Final = 100
# Less than this is noise: the smallest gain that counts (domain rule), and how far a reading may tremble.
LEAST_GAIN_G: Final = 5
_TREMBLES_G: Final = 2
# A tray that weighs so much more or less than the one before is another one.
_ANOTHER_G: Final = 20


@dataclass(frozen=True, slots=True)
class Step:
    """What a frame led to: a new state and its events; `is_settled` says that a weight has come to rest."""

    state: State | None = None
    events: tuple[Event, ...] = ()
    is_settled: bool = False


class Watch(Protocol):
    """Watches one scale."""

    def feed(self, frame: Frame, now: float) -> Step:
        """Take the next frame; `now` is in seconds of a clock that only goes forward."""

    def read_code(self, code: str, now: float) -> None:
        """A code reader beside the scale has read something."""


class Settling:
    """Says once that a weight has come to rest: `count` stable frames in a row that differ by 2 g at most."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._seen: list[int] = []
        self._said: int | None = None

    def feed(self, frame: Frame) -> int | None:
        """The weight in grams when it comes to rest, else None."""
        if frame.grams is None or frame.state is not FrameState.STABLE:
            self._seen.clear()
            if frame.state is FrameState.OVERLOAD:
                self._said = None
            return None
        if self._seen and abs(frame.grams - self._seen[0]) > _TREMBLES_G:
            self._seen.clear()
        self._seen.append(frame.grams)
        if len(self._seen) < self._count:
            return None
        if self._said is not None and abs(frame.grams - self._said) <= _TREMBLES_G:
            return None
        self._said = frame.grams
        return frame.grams

    def forget(self) -> None:
        """Something else will be weighed next, even if it weighs the same."""
        self._seen.clear()
        self._said = None


def overload_event(kind: str, frame: Frame, **more: Any) -> Event:
    """What is said of a scale that bears more than it can weigh: the server holds it for a person."""
    return {"kind": kind, "overload": True, "stable": False, "raw_frame": frame.raw, **more}


@dataclass(slots=True)
class BinWatch:
    """A bin that stands on its scale.

    What it gains is `bin_delta` (gross after, tare before); what it loses by half or more, or by being taken
    away and put back empty, is `bin_empty`. A bin that comes back as full as it went was only lifted.
    `bin_tare_g` is what the scale shows of the empty bin: 0 where it was tared with the bin on it.
    """

    code: str
    bin_tare_g: int
    state: State
    settling: Settling
    extra: Event = field(default_factory=dict)

    def read_code(self, code: str, now: float) -> None:
        """A bin has its code by configuration."""

    def feed(self, frame: Frame, now: float) -> Step:
        """Take the next frame."""
        if frame.state is FrameState.OVERLOAD:
            if self.state.get("is_overloaded"):
                return Step()
            event = overload_event("bin_delta", frame, bin=self.code, **self.extra)
            return self._become({**self.state, "is_overloaded": True}, event)
        grams = self.settling.feed(frame)
        if grams is None:
            return Step()
        step = self._settle(grams, frame)
        return Step(step.state, step.events, is_settled=True)

    def _settle(self, grams: int, frame: Frame) -> Step:
        before = self.state.get("grams")
        is_gone = grams < self.bin_tare_g - _GONE_G
        if before is None:
            return Step() if is_gone else self._become({"grams": grams})
        if is_gone:
            return self._become({"grams": before, "is_gone": True})
        lost = before - grams
        held = before - self.bin_tare_g
        if self.state.get("is_gone"):
            was_emptied = grams - self.bin_tare_g <= held / 2 and held >= LEAST_GAIN_G
        else:
            was_emptied = lost >= max(2 * _GONE_G, held / 2)
        if was_emptied:
            event = {"kind": "bin_empty", "bin": self.code, "gross_g": max(grams, 0), "raw_frame": frame.raw}
            return self._become({"grams": grams}, {**event, **self.extra})
        if -lost >= LEAST_GAIN_G:
            gross, tare = (grams, before) if before >= 0 else (-lost, 0)
            event = {"kind": "bin_delta", "bin": self.code, "gross_g": gross, "tare_g": tare}
            return self._become({"grams": grams}, {**event, "raw_frame": frame.raw, **self.extra})
        # Noise is not taken over, so that many small gains add up; what was taken out is.
        return self._become({"grams": grams if lost >= LEAST_GAIN_G else before})

    def _become(self, state: State, *events: Event) -> Step:
        if state == self.state and not events:
            return Step()
        self.state = state
        return Step(state, events)


@dataclass(slots=True)
class TrayWatch:
    """A platform on which returned trays are set down, one after another.

    Each is weighed once: when it has come to rest, with the code that was read within `code_s` before or,
    where there is a reader, is read within `wait_s` after. One that lies there already when the gateway
    starts was weighed before if it weighs what the last one did.
    """

    tare_g: int | None
    has_reader: bool
    state: State
    settling: Settling
    extra: Event = field(default_factory=dict)
    code_s: float = 15.0
    wait_s: float = 3.0
    _code: tuple[str, float] | None = None
    _waiting: tuple[int, Frame, float] | None = None
    _has_begun: bool = False

    def read_code(self, code: str, now: float) -> None:
        """A tray's code was read."""
        self._code = (code, now)

    def feed(self, frame: Frame, now: float) -> Step:
        """Take the next frame."""
        if frame.grams is None:
            if self.state.get("is_occupied"):
                return Step()
            event = overload_event("tray_return", frame, **self.extra)
            return self._become({"is_occupied": True, "grams": None}, event)
        grams = self.settling.feed(frame)
        if frame.grams < _EMPTY_G:
            step = self._weigh(*self._waiting[:2], now) if self._waiting is not None else Step()
            left = self._become({"is_occupied": False})
            if left.state is not None and grams is None:
                self.settling.forget()
            self._has_begun = True
            return Step(left.state, step.events, is_settled=grams is not None)
        if self._waiting is not None:
            has_come = self._fresh_code(now) is not None or now - self._waiting[2] >= self.wait_s
            return self._weigh(*self._waiting[:2], now) if has_come else Step()
        if grams is None:
            return Step()
        has_begun, self._has_begun = self._has_begun, True
        if self.state.get("is_occupied") and (has_begun or self._is_the_last_one(grams)):
            return Step(is_settled=True)
        if self.has_reader and self._fresh_code(now) is None:
            self._waiting = (grams, frame, now)
            return Step()
        return self._weigh(grams, frame, now)

    def _weigh(self, grams: int, frame: Frame, now: float) -> Step:
        code, self._code, self._waiting = self._fresh_code(now), None, None
        event: Event = {"kind": "tray_return", "gross_g": grams, "raw_frame": frame.raw, **self.extra}
        if frame.is_net:
            event["tare_g"] = 0
        elif self.tare_g is not None:
            event["tare_g"] = self.tare_g
        if code is not None:
            event["tray"] = code
        step = self._become({"is_occupied": True, "grams": grams}, event)
        return Step(step.state, step.events, is_settled=True)

    def _fresh_code(self, now: float) -> str | None:
        return self._code[0] if self._code is not None and now - self._code[1] <= self.code_s else None

    def _is_the_last_one(self, grams: int) -> bool:
        last = self.state.get("grams")
        return last is None or abs(grams - last) <= _ANOTHER_G

    def _become(self, state: State, *events: Event) -> Step:
        if state == self.state and not events:
            return Step()
        self.state = state
        return Step(state, events)
