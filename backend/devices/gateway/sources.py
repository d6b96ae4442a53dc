"""Where frames come from: a serial port or a TCP connection.

A serial port is a file that `termios` sets up; that is all that a library would do for a program that only
reads lines on Linux, so that none is needed.
"""

import os
import select
import socket
import termios
import tty
from typing import Final, Protocol

_WAIT_S: Final = 0.5
_SPEEDS: Final = {
    number: getattr(termios, f"B{number}") for number in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
}
SPEEDS: Final = frozenset(_SPEEDS)


class SourceLost(Exception):
    """The port or the connection is gone."""


class Source(Protocol):
    """Something that bytes come from."""

    def read(self) -> bytes:
        """What has come within half a second; maybe nothing. Raises SourceLost."""

    def write(self, data: bytes) -> None:
        """Send something back. Raises SourceLost."""

    def close(self) -> None:
        """Let go of it."""


class TcpSource:
    """A scale, or a serial server, that listens on the network."""

    def __init__(self, host: str, port: int) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout=5)
        except OSError as error:
            raise SourceLost(str(error)) from error
        # A scale that loses its power says nothing any more: keep-alive finds out.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket.settimeout(_WAIT_S)

    def read(self) -> bytes:
        """What has come."""
        try:
            data = self._socket.recv(4096)
        except TimeoutError:
            return b""
        except OSError as error:
            raise SourceLost(str(error)) from error
        if not data:
            raise SourceLost("closed by the scale")
        return data

    def write(self, data: bytes) -> None:
        """Send something back."""
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise SourceLost(str(error)) from error

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


class SerialSource:
    """A serial port: raw, eight data bits, no parity, one stop bit."""

    def __init__(self, path: str, baud: int) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as error:
            raise SourceLost(str(error)) from error
        try:
            tty.setraw(self._file)
            attributes = termios.tcgetattr(self._file)
            attributes[2] |= termios.CLOCAL | termios.CREAD
            attributes[4] = attributes[5] = _SPEEDS[baud]
            termios.tcsetattr(self._file, termios.TCSANOW, attributes)
            termios.tcflush(self._file, termios.TCIFLUSH)
        except termios.error as error:
            os.close(self._file)
            raise SourceLost(str(error)) from error

    def read(self) -> bytes:
        """What has come."""
        try:
            ready, _, _ = select.select([self._file], [], [], _WAIT_S)
            if not ready:
                return b""
            data = os.read(self._file, 4096)
        except OSError as error:
            raise SourceLost(str(error)) from error
        if not data:
            raise SourceLost("the port is gone")
        return data

    def write(self, data: bytes) -> None:
        """Send something back."""
        try:
            os.write(self._file, data)
        except OSError as error:
            raise SourceLost(str(error)) from error

    def close(self) -> None:
        """Let go of the port."""
        os.close(self._file)


def open_source(address: str, baud: int) -> Source:
    """The source of an address, `tcp://host:port` or a device file. Raises SourceLost."""
    if address.startswith("tcp://"):
        host, _, port = address.removeprefix("tcp://").rpartition(":")
        return TcpSource(host, int(port))
    return SerialSource(address, baud)
