"""A load over HTTP: closed (each connection sends when its last request is answered) or at a steady rate.

Requests are prebuilt bytes on keep-alive sockets of one thread, so that the generator takes little of the
two cores that it shares with the servers. At a steady rate a latency counts from the instant at which the
request was due, so that a server that stalls is charged for everybody who waits meanwhile.
"""

import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from benchmarks.servers import cpu_seconds


@dataclass(frozen=True)
class Result:
    """One round: answers per second, latencies in milliseconds, and how often each status came.

    `cpu_s` is what the server's processes worked meanwhile: unlike a rate it hardly depends on what else
    the machine does. The database's own work is not in it.
    """

    seconds: float
    latencies_ms: Sequence[float]
    statuses: Counter[int]
    cpu_s: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies_ms) / self.seconds

    @property
    def p50_ms(self) -> float:
        """The latency that half of the answers kept below."""
        return self.below(0.50)

    @property
    def p99_ms(self) -> float:
        """The latency that 99 % of the answers kept below."""
        return self.below(0.99)

    @property
    def cpu_ms(self) -> float:
        """What a request costs the server's processes."""
        return 1000 * self.cpu_s / len(self.latencies_ms)

    def below(self, share: float) -> float:
        """The latency in milliseconds that this share of the answers kept below."""
        ordered = sorted(self.latencies_ms)
        return ordered[max(0, int(len(ordered) * share) - 1)]


def request(
    method: str,
    path: str,
    token: str = "",
    body: object = None,
    key: str = "",
    etag: str = "",
    cookie: str = "",
) -> bytes:
    """One HTTP/1.1 request as bytes."""
    payload = b"" if body is None else orjson.dumps(body)
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if key:
        lines.append(f"Idempotency-Key: {key}")
    if etag:
        lines.append(f"If-None-Match: {etag}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
    return "\r\n".join([*lines, "", ""]).encode() + payload


def photo(path: str, token: str, jpeg: bytes, key: str) -> bytes:
    """The upload of one photo as a multipart form."""
    boundary = "houqin-bench-boundary"
    form = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    payload = form + jpeg + f"\r\n--{boundary}--\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: multipart/form-data; boundary={boundary}\r\n"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0

    def send(self, message: bytes, due_at: float | None = None) -> None:
        self.received = b""
        self.sent_at = due_at or time.perf_counter()
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
    worked = cpu_seconds(port)
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
        seconds = time.perf_counter() - begun
    return Result(seconds, latencies, statuses, cpu_seconds(port) - worked)


def steady(port: int, requests: Sequence[bytes], per_second: float, connections: int = 32) -> Result:
    """Send the requests at a steady rate; one that finds no free connection waits, and its wait counts."""
    free = deque(_Connection(port) for _ in range(connections))
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    worked, begun = cpu_seconds(port), time.perf_counter()
    sent = 0
    with selectors.DefaultSelector() as selector:
        while len(latencies) < len(requests):
            while free and sent < len(requests) and begun + sent / per_second <= time.perf_counter():
                connection = free.popleft()
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.send(requests[sent], begun + sent / per_second)
                sent += 1
            is_more = bool(free) and sent < len(requests)
            wait = max(0.0, begun + sent / per_second - time.perf_counter()) if is_more else 10
            if not selector.get_map():
                time.sleep(wait)
                continue
            for chosen, _ in selector.select(wait):
                connection = chosen.data
                status = connection.receive()
                if status is not None:
                    latencies.append((time.perf_counter() - connection.sent_at) * 1000)
                    statuses[status] += 1
                    selector.unregister(connection.socket)
                    free.append(connection)
    for connection in free:
        connection.socket.close()
    seconds = time.perf_counter() - begun
    return Result(seconds, latencies, statuses, cpu_seconds(port) - worked)
