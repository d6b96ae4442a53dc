"""A closed-loop load: so many connections, each sending its next request when the last is answered.

Requests are prebuilt bytes on keep-alive sockets of one thread, so that the generator takes little of the
two cores that it shares with the servers.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import orjson


@dataclass(frozen=True)
class Result:
    """One round: answers per second, latencies in milliseconds, and how often each status came."""

    seconds: float
    latencies_ms: Sequence[float]
    statuses: Counter[int]

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies_ms) / self.seconds

    @property
    def p99_ms(self) -> float:
        """The latency that 99 % of the answers kept below."""
        return sorted(self.latencies_ms)[int(len(self.latencies_ms) * 0.99) - 1]


def request(
    method: str, path: str, token: str = "", body: object = None, key: str = "", etag: str = ""
) -> bytes:
    """One HTTP/1.1 request as bytes."""
    payload = b"" if body is None else orjson.dumps(body)
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if key:
        lines.append(f"Idempotency-Key: {key}")
    if etag:
        lines.append(f"If-None-Match: {etag}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
    return "\r\n".join([*lines, "", ""]).encode() + payload


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0

    def send(self, message: bytes) -> None:
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(message)

    def receive(self) -> int | None:
        """The status once the whole answer is here."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.received += part
        head, separator, rest = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        status = int(head[9:12])
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if status != 304 and length and len(rest) < int(length):
            return None
        return status


def run(port: int, requests: Sequence[bytes], connections: int = 32) -> Result:
    """Send every request once over so many connections."""
    todo = iter(requests)
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    with selectors.DefaultSelector() as selector:
        begun = time.perf_counter()
        for message in (next(todo, None) for _ in range(connections)):
            if message is None:
                break
            connection = _Connection(port)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(message)
        while selector.get_map():
            for chosen, _ in selector.select():
                connection = chosen.data
                status = connection.receive()
                if status is None:
                    continue
                latencies.append((time.perf_counter() - connection.sent_at) * 1000)
                statuses[status] += 1
                following = next(todo, None)
                if following is None:
                    selector.unregister(connection.socket)
                    connection.socket.close()
                else:
                    connection.send(following)
        return Result(time.perf_counter() - begun, latencies, statuses)
