"""A scale that is not there: it listens on TCP and speaks the frames of what is put upon it, one by one.

For the demo and the tests. What is put upon it is a list of `Load`s. A load trembles, comes to rest and
stays until it was taken note of: after so many frames, or with `acknowledge` when whoever reads the scale
says so by sending the frame back (`OK,ST,GS,+000.612kg`). Without a reader the scale waits.
"""

import random
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from backend.devices.gateway.frames import FrameState, format_frame

# A scale tells its weight about ten times a second.
RATE_HZ: Final = 10.0
_TREMBLING_FRAMES: Final = 3
_RESTING_FRAMES: Final = 6


@dataclass(frozen=True, slots=True)
class Load:
    """What the scale bears from some moment on, in grams, and for how many seconds at least."""

    grams: int
    hold_s: float = 0.0


def trays(nets: Iterable[int], tare_g: int, pause_s: float = 0.0) -> Iterator[Load]:
    """Trays with so much left on each, set down one after another, about `pause_s` apart."""
    for net in nets:
        yield Load(tare_g + net)
        yield Load(0, pause_s)


def plausible_leftovers(chance: random.Random) -> Iterator[int]:
    """Grams left on trays without end: every third is clean, the others hold some 60 g, seldom a lot."""
    while True:
        is_clean = chance.random() < 1 / 3
        yield chance.randrange(11) if is_clean else min(600, round(chance.lognormvariate(4.1, 0.7)) + 11)


class SimulatedScale:
    """The scale. `start` listens; `done` is set when every load was taken note of."""

    def __init__(
        self,
        loads: Iterable[Load],
        *,
        port: int = 0,
        rate_hz: float = RATE_HZ,
        acknowledge: str = "",
        decimals: int = 3,
        seed: int = 1,
        noise: float = 0.0,
    ) -> None:
        """`noise` is the share of frames that are spoilt on the way."""
        self.done = threading.Event()
        self._loads, self._current = iter(loads), Load(0)
        self._rate_hz, self._acknowledge, self._decimals, self._noise = rate_hz, acknowledge, decimals, noise
        self._random = random.Random(seed)
        self._stop = threading.Event()
        self._shown, self._borne_at = 0, 0.0
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._next()

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def close(self) -> None:
        """Switch it off."""
        self._stop.set()
        self._listener.close()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        self._listener.settimeout(0.2)
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with connection:
                connection.settimeout(0)
                self._speak(connection)

    def _speak(self, connection: socket.socket) -> None:
        heard, self._shown, self._borne_at = b"", 0, time.monotonic()
        while not self._stop.is_set():
            frame = self._frame()
            try:
                connection.sendall(self._spoilt(frame))
                heard = (heard + _received(connection))[-500:]
            except OSError:
                return
            if self._is_noted(frame, heard):
                heard, self._shown, self._borne_at = b"", 0, time.monotonic()
                self._next()
            time.sleep(1 / self._rate_hz)

    def _next(self) -> None:
        following = next(self._loads, None)
        if following is None:
            self.done.set()
        else:
            self._current = following

    def _frame(self) -> bytes:
        self._shown += 1
        if self._shown <= _TREMBLING_FRAMES:
            grams = self._current.grams + self._random.randint(-40, 40)
            return format_frame(FrameState.MOVING, grams, decimals=self._decimals)
        return format_frame(FrameState.STABLE, self._current.grams, decimals=self._decimals)

    def _spoilt(self, frame: bytes) -> bytes:
        if self._random.random() >= self._noise:
            return frame
        at = self._random.randrange(len(frame))
        return self._random.choice((frame[:at], frame[:at] + b"\xff" + frame[at:], frame[at:]))

    def _is_noted(self, frame: bytes, heard: bytes) -> bool:
        if self.done.is_set() or time.monotonic() - self._borne_at < self._current.hold_s:
            return False
        if not self._acknowledge:
            return self._shown >= _TREMBLING_FRAMES + _RESTING_FRAMES
        return self._acknowledge.encode() + b"," + frame in heard and frame.startswith(b"ST")


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(4096)
    except BlockingIOError:
        return b""
