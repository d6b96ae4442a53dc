"""The running gateway: a thread for each scale and code reader, and one for the way up."""

import logging
import threading
from collections.abc import Callable

from backend.devices.gateway.buffer import Buffer
from backend.devices.gateway.clocks import BootInstant, boot_id, uptime
from backend.devices.gateway.configuration import Configuration, ScaleConfig
from backend.devices.gateway.frames import Frame, FrameParser
from backend.devices.gateway.sources import Source, SourceLost, open_source
from backend.devices.gateway.uplink import Uplink
from backend.devices.gateway.watching import Watch

log = logging.getLogger("gateway")

_REOPEN_S = 2.0
_LONGEST_CODE = 32


class Gateway:
    """Everything that runs. A thread that fails ends the program; whoever supervises it starts it anew."""

    def __init__(self, config: Configuration) -> None:
        self.buffer = Buffer(config.buffer)
        self.uplink = Uplink(config.server, self.buffer)
        self.stop = threading.Event()
        self.has_failed = False
        lines = [ScaleLine(scale, self.buffer, self.uplink) for scale in config.scales]
        runs = [self.uplink.run, *(run for line in lines for run in line.runs())]
        self._threads = [threading.Thread(target=self._run, args=(run,), daemon=True) for run in runs]

    def run(self) -> bool:
        """Run until `stop` is set; whether all went well."""
        self.start()
        self.stop.wait()
        self.end()
        return not self.has_failed

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Stop, and let go of everything."""
        self.stop.set()
        self.uplink.wake()
        for thread in self._threads:
            thread.join(timeout=20)
        self.uplink.close()
        if not any(thread.is_alive() for thread in self._threads):
            self.buffer.close()

    def _run(self, run: Callable[[threading.Event], None]) -> None:
        try:
            run(self.stop)
        except BaseException:
            log.exception("a thread failed")
            self.has_failed = True
            self.stop.set()
            raise


class ScaleLine:
    """One scale with its code reader, if it has one."""

    def __init__(self, config: ScaleConfig, buffer: Buffer, uplink: Uplink) -> None:
        self._config, self._buffer, self._uplink = config, buffer, uplink
        self._boot = boot_id()
        self._guard = threading.Lock()
        self._watch: Watch = config.watch(buffer.state_of(config.name))

    def runs(self) -> list[Callable[[threading.Event], None]]:
        """What threads have to run."""
        return [self._weigh, self._read_codes] if self._config.reader else [self._weigh]

    def _weigh(self, stop: threading.Event) -> None:
        _follow(self._config.address, self._config.baud, stop, self._frames)

    def _frames(self, source: Source, stop: threading.Event) -> None:
        parser = FrameParser()
        with self._guard:
            # What lay on the scale while nobody listened is seen afresh.
            self._watch = self._config.watch(self._buffer.state_of(self._config.name))
        while not stop.is_set():
            for frame in parser.feed(source.read()):
                if self._take(frame) and self._config.acknowledge:
                    source.write(f"{self._config.acknowledge},{frame.raw}\r\n".encode())

    def _take(self, frame: Frame) -> bool:
        """Keep what follows from the frame; whether a weight was taken that has come to rest."""
        now = uptime()
        with self._guard:
            step = self._watch.feed(frame, now)
        if step.state is not None or step.events:
            self._buffer.record(self._config.name, step.state, step.events, BootInstant(self._boot, now))
        if step.events:
            self._uplink.wake()
        return step.is_settled

    def _read_codes(self, stop: threading.Event) -> None:
        _follow(self._config.reader, self._config.reader_baud, stop, self._codes)

    def _codes(self, source: Source, stop: threading.Event) -> None:
        rest = b""
        while not stop.is_set():
            *lines, rest = (rest + source.read()).replace(b"\r", b"\n").split(b"\n")
            rest = rest[-_LONGEST_CODE:]
            for line in lines:
                code = line.decode("ascii", "ignore").strip()
                if 0 < len(code) <= _LONGEST_CODE and code.isprintable():
                    with self._guard:
                        self._watch.read_code(code, uptime())


def _follow(
    address: str, baud: int, stop: threading.Event, read: Callable[[Source, threading.Event], None]
) -> None:
    """Read from an address until told to stop; what is lost is opened again."""
    while not stop.is_set():
        try:
            source = open_source(address, baud)
        except SourceLost as lost:
            log.warning("%s: %s", address, lost)
            stop.wait(_REOPEN_S)
            continue
        try:
            read(source, stop)
        except SourceLost as lost:
            log.warning("%s: %s", address, lost)
            stop.wait(_REOPEN_S / 10)
        finally:
            source.close()
