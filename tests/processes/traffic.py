"""What goes on through the proxy while nodes come and go: orders, bookings, batches of a scale, and looks.

Each of it is paced, so that the machine has time for the nodes that start meanwhile.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx

from backend import clock
from backend.devices.signing import signed_headers
from tests.processes.phones import Delivered, Phone

API = "/api/v1"
PAUSE_S = 0.1
BATCH = 3


def batch(first_seq: int) -> bytes:
    """A batch of `BATCH` events of the bin B1, numbered from `first_seq`, captured now."""
    now = clock.local(clock.now()).isoformat()
    common = {"kind": "bin_delta", "captured_at": now, "bin": "B1"}
    events = [{"seq": first_seq + each, "gross_g": 100 + each, **common} for each in range(BATCH)]
    return json.dumps({"sent_at": now, "events": events}).encode()


class Gateway:
    """A weighing gateway: what is not answered is sent again, signed anew. `verify` as httpx takes it."""

    def __init__(self, url: str, code: str, secret: str, *, verify: Any = True) -> None:
        self._code, self._secret = code, secret
        self._http = httpx.Client(base_url=url, verify=verify, timeout=60, trust_env=False)

    def send(self, body: bytes) -> Delivered:
        """A batch until it is taken."""
        target, trouble, end = f"{API}/devices/weighings", list[str](), time.monotonic() + 120
        while True:
            at = int(clock.now().timestamp())
            headers = signed_headers(self._code, self._secret, "POST", target, body, timestamp=at)
            try:
                answer = self._http.post(
                    target, content=body, headers={**headers, "Content-Type": "application/json"}
                )
            except httpx.HTTPError as error:
                trouble.append(type(error).__name__)
            else:
                if answer.status_code < 500:
                    return Delivered(answer.status_code, answer.json(), tuple(trouble))
                trouble.append(str(answer.status_code))
            assert time.monotonic() < end, trouble
            time.sleep(PAUSE_S)

    def close(self) -> None:
        """Hang up."""
        self._http.close()


class Traffic:
    """Paced requests of a few people and a gateway; what was acknowledged is kept.

    `phones` are those who order and cancel, `pair` two who want the same room, `order` and `booking` make
    the bodies of a request, the latter from an instant. `looking` reads the paths `looks`, each time with a
    single attempt; their statuses are counted. What is `wrong` is anything else than what must come of it.
    """

    def __init__(
        self,
        phones: list[Phone],
        pair: tuple[Phone, Phone],
        gateway: Gateway,
        *,
        looking: Phone,
        order: dict[str, Any],
        booking: Callable[[datetime], dict[str, Any]],
        looks: list[str],
    ) -> None:
        self.phones, self.pair, self.gateway = phones, pair, gateway
        self._looking_phone = looking
        self._order, self._booking, self._looks = order, booking, looks
        self.placed: list[int] = []
        self.cancelled: list[int] = []
        self.booked: list[int] = []
        self.batches = 0
        self.seen: Counter[int] = Counter()
        self.trouble: list[str] = []
        self.wrong: list[object] = []
        self._failures: list[BaseException] = []
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator["Traffic"]:
        """It goes on while the block runs, and ends what it has begun; what failed in it fails here."""
        lanes = [self._ordering, self._booking_races, self._weighing, self._looking]
        threads = [threading.Thread(target=self._walk, args=(lane(),)) for lane in lanes]
        with ExitStack() as ending:
            for thread in threads:
                thread.start()
                ending.callback(thread.join)
            ending.callback(self._stop.set)
            yield self
        if self._failures:
            raise self._failures[0]

    def has_cancelled(self, count: int) -> bool:
        """Whether so many orders were placed and cancelled; raises what has failed meanwhile."""
        if self._failures:
            raise self._failures[0]
        return len(self.cancelled) >= count

    def _walk(self, steps: Iterator[None]) -> None:
        try:
            for _ in steps:
                if self._stop.wait(PAUSE_S):
                    return
        except BaseException as failure:  # Raised again by who waits for this thread.
            self._failures.append(failure)

    def _ordering(self) -> Iterator[None]:
        """Somebody orders and, but for the last time round, cancels again: then somebody else's turn."""
        for turn in count():
            phone = self.phones[turn % len(self.phones)]
            placed = self._note(
                phone.insist("POST", f"{API}/canteen/orders", self._order, f"order-{turn}"), 201
            )
            self.placed.append(placed["id"])
            yield
            path = f"{API}/canteen/orders/{placed['id']}/cancel"
            self._note(phone.insist("POST", path, {}, f"cancel-{turn}"), 200)
            self.cancelled.append(placed["id"])
            yield

    def _booking_races(self) -> Iterator[None]:
        """Two want the same quarter of an hour at the same moment."""
        start = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
        for turn in count():
            body = self._booking(start + timedelta(days=3, minutes=15 * turn))
            answers: list[Delivered] = []
            racers = [
                threading.Thread(target=self._race, args=(phone, body, f"race-{turn}-{each}", answers))
                for each, phone in enumerate(self.pair)
            ]
            for racer in racers:
                racer.start()
            for racer in racers:
                racer.join()
            statuses = sorted(answer.status for answer in answers)
            if statuses != [201, 409]:
                self.wrong.append((statuses, [answer.envelope for answer in answers]))
            self.booked += [answer.data["id"] for answer in answers if answer.status == 201]
            yield

    def _race(self, phone: Phone, body: dict[str, Any], key: str, answers: list[Delivered]) -> None:
        try:
            answer = phone.insist("POST", f"{API}/meeting/bookings", body, key)
        except BaseException as failure:
            self._failures.append(failure)
        else:
            self.trouble += answer.trouble
            answers.append(answer)

    def _weighing(self) -> Iterator[None]:
        """Each batch is delivered, and delivered again."""
        for turn in count(1):
            body = batch(1_000 + BATCH * turn)
            for expected in ("accepted", "duplicate"):
                answer = self.gateway.send(body)
                self.trouble += answer.trouble
                results = {item["result"] for item in answer.data["items"]}
                # After an attempt that was cut off, the first answer that arrives may say "again" already.
                if results != {expected} and not (answer.trouble and results == {"duplicate"}):
                    self.wrong.append((expected, answer.envelope))
                yield
            self.batches += 1

    def _looking(self) -> Iterator[None]:
        for turn in count():
            path = self._looks[turn % len(self._looks)]
            try:
                answer = self._looking_phone.request("GET", path)
            except httpx.HTTPError as error:
                self.wrong.append((path, repr(error)))
            else:
                self.seen[answer.status_code] += 1
                if not answer.is_success:
                    self.wrong.append((path, answer.text))
            yield

    def _note(self, answer: Delivered, status: int) -> Any:
        self.trouble += answer.trouble
        assert answer.status == status, answer.envelope
        return answer.data
