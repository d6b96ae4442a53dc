"""A compound at work: officials order, cancel, book and report, and a gateway weighs, all at once.

What somebody asks for is asked until it is answered, under the same Idempotency-Key, as the phone does it;
the gateway sends a batch until it is taken, signed anew each time. So that in the end what was answered is
all that may be there: a row more is an effect that came twice, a row less is one that was lost.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, product
from typing import Any

import httpx
from sqlalchemy import select

from backend import clock
from backend.db import db
from backend.devices.signing import signed_headers
from canteen.menu.models import MealDish
from canteen.ordering.models import Order
from canteen.waste.models import Container, Weighing
from feedback.categories.models import Category, Kind
from feedback.reports.models import Report
from feedback.reports.rules import MOST_A_DAY, MOST_OPEN
from meeting.bookings.models import Booking
from tests.backend.devices.signed import make_device
from tests.factories import Compound
from tests.meeting.hall import Hall, add
from tests.processes.phones import AGAIN

API = "/api/v1"
PEOPLE, DAYS, SCARCE = 12, 30, 9
BATCH = 5
# In a long run: after these the same people only look.
MOST_REPORTS = 1000
PATIENCE_S = 300.0
# Before somebody asks again.
PAUSE_S = 0.2
# Between two requests of one: so much leaves the machine time for what a test does meanwhile.
BREATH_S = 0.1


class Line:
    """One way to the nodes, taken in turn where one does not answer: what nginx does before them."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls, self._turn = urls, 0
        self._http = httpx.Client(timeout=60, trust_env=False)
        # What kept from an answer: statuses, names of errors, names of exceptions.
        self.trouble: list[str] = []

    def insist(self, method: str, path: str, said: Callable[[], tuple[bytes, dict[str, str]]]) -> Any:
        """The answer (status, envelope) that is neither "not now" nor silence; `said` makes each attempt."""
        end = time.monotonic() + PATIENCE_S
        while True:
            assert time.monotonic() < end, f"nobody answers {method} {path}: {Counter(self.trouble)}"
            body, headers = said()
            try:
                url = self._urls[self._turn % len(self._urls)]
                answer = self._http.request(method, f"{url}{API}{path}", content=body, headers=headers)
            except httpx.HTTPError as error:
                self.trouble.append(type(error).__name__)
            else:
                envelope = answer.json()
                if answer.status_code not in AGAIN and envelope.get("error") != "app.idempotency_twin":
                    return answer.status_code, envelope
                assert envelope["error"] == "app.idempotency_twin" or answer.headers["Retry-After"]
                self.trouble.append(envelope["error"])
            self._turn += 1
            time.sleep(PAUSE_S)

    def close(self) -> None:
        """Hang up."""
        self._http.close()


class Crowd:
    """Whoever is at work, what they asked for under which key, and what was answered."""

    def __init__(self, compound: Compound) -> None:
        self.hall = Hall(compound)
        self.canteen = compound.canteen()
        self.dishes = [compound.dish(self.canteen), compound.dish(self.canteen)]
        tomorrow = clock.today() + timedelta(days=1)
        self.days = [tomorrow + timedelta(days=number) for number in range(DAYS)]
        caps = list(zip(self.dishes, (SCARCE, 500), strict=True))
        for day in self.days:
            compound.meal(self.canteen, caps, served_on=day)
        # What is weighed belongs to a meal that is served now.
        begun, over = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=3)
        served_on = clock.local(begun).date()
        compound.meal(self.canteen, caps, served_on, serves_from=begun, serves_until=over)
        self.people = [compound.client(compound.staff(subsidy_fen=100_000)) for _ in range(PEOPLE)]
        compound.rule(MOST_OPEN, 200)
        compound.rule(MOST_A_DAY, 100)
        add(Category(code="snap", name="随手拍", kind=Kind.SNAP.value))
        add(Container(canteen_id=self.canteen.id, kind="bin", code="B1", name="", tare_g=900, stage="plate"))
        self.device, self._secret, self.device_id = make_device(canteen_id=self.canteen.id)
        self.answers: dict[str, tuple[int, Any]] = {}
        self._asked: dict[str, tuple[str, str, dict[str, Any]]] = {}
        self.failures: list[BaseException] = []
        self.lines: list[Line] = []
        self._stop = threading.Event()

    @property
    def trouble(self) -> Counter[str]:
        """Why attempts had to be repeated so far, by reason."""
        return Counter(reason for line in self.lines for reason in line.trouble)

    @contextmanager
    def at_work(self, *urls: str) -> Iterator[None]:
        """They work while the block runs, and end what they have begun; whatever failed fails here."""
        lanes = (self._orders(0), self._orders(1), self._bookings(), self._weighings(), self._others())
        self.lines = [Line(urls[turn % len(urls) :] + urls[: turn % len(urls)]) for turn in range(len(lanes))]
        threads = [
            threading.Thread(target=self._walk, args=each) for each in zip(self.lines, lanes, strict=True)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
            for line in self.lines:
                line.close()
        for failure in self.failures:
            raise failure

    def repeat(self, *urls: str) -> None:
        """Ask everything that was answered well once more: each answer is what it was, word for word."""
        line = Line(urls)
        for key, (token, path, body) in self._asked.items():
            if self.answers[key][0] == 201:
                again = line.insist("POST", path, self._said(token, key, body))
                assert (again[0], again[1]["data"]) == self.answers[key], key
        line.close()

    def accepted(self, kind: str) -> list[int]:
        """The identifiers that were answered to requests of this kind, in order."""
        found = [
            data["id"]
            for key, (status, data) in self.answers.items()
            if key.startswith(kind) and status == 201
        ]
        return sorted(found)

    def check(self) -> None:
        """What was answered is there once, and nothing else is."""
        db.session.rollback()
        assert sorted(db.session.scalars(select(Order.id))) == self.accepted("order")
        assert sorted(db.session.scalars(select(Booking.id))) == self.accepted("booking")
        assert sorted(db.session.scalars(select(Report.id))) == self.accepted("report")
        sequence = list(db.session.scalars(select(Weighing.seq).order_by(Weighing.seq)))
        assert sequence == list(range(1, BATCH * self._count("weighing") + 1))
        taken = db.session.scalars(select(MealDish.taken).where(MealDish.cap == SCARCE))
        assert max(taken) <= SCARCE * 100  # Counted in hundredths of a portion.
        refused = Counter(data["error"] for status, data in self.answers.values() if status == 409)
        assert set(refused) <= {"canteen.sold_out", "meeting.room_taken"}
        assert {status for status, _ in self.answers.values()} <= {200, 201, 409}
        # Two wanted each stretch of the room, and one has it.
        assert len(self.accepted("booking")) * 2 == self._count("booking")

    def _count(self, kind: str) -> int:
        return sum(key.startswith(kind) for key in self.answers)

    def _walk(self, line: Line, lane: Iterator[Callable[[Line], None]]) -> None:
        try:
            for step in lane:
                step(line)
                if self._stop.wait(BREATH_S):
                    return
        except BaseException as failure:  # It is raised by who waits for this thread.
            self.failures.append(failure)

    def _orders(self, half: int) -> Iterator[Callable[[Line], None]]:
        """Each orders for each day, one of four cancels; the scarce dish suffices for nine of twelve."""
        for number, (day, person) in enumerate(product(self.days, range(PEOPLE))):
            if person % 2 != half:
                continue
            token = self.people[person].token
            items = [{"dish_id": dish.id, "quantity": 1} for dish in self.dishes]
            body = {"canteen_id": self.canteen.id, "date": day.isoformat(), "period": "lunch", "items": items}

            def step(line: Line, key: str = f"order-{number}", token: Any = token, body: Any = body) -> None:
                status, data = self._post(line, key, token, "/canteen/orders", body)
                if status == 201 and data["id"] % 4 == 0:
                    self._post(line, f"cancel-{key}", token, f"/canteen/orders/{data['id']}/cancel", {})

            yield step

    def _bookings(self) -> Iterator[Callable[[Line], None]]:
        """Two want the same stretch of one room, the one after the other."""
        day = clock.today() + timedelta(days=1)
        midnight = clock.at_local(day, clock.local(clock.now()).time().min)
        for number in count():
            start = midnight + timedelta(minutes=15 * number)
            body = self.hall.body(self.hall.small, start, start + timedelta(minutes=15))

            def step(line: Line, number: int = number, body: Any = body) -> None:
                for person in (0, 1):
                    token = self.people[(number + person) % PEOPLE].token
                    self._post(line, f"booking-{number}-{person}", token, "/meeting/bookings", body)

            yield step

    def _weighings(self) -> Iterator[Callable[[Line], None]]:
        target = f"{API}/devices/weighings"
        for number in count():
            now = clock.local(clock.now()).isoformat()
            events = [
                {"seq": BATCH * number + 1 + each, "kind": "bin_delta", "captured_at": now}
                | {"bin": "B1", "gross_g": 100 + each}
                for each in range(BATCH)
            ]
            body = json.dumps({"sent_at": now, "events": events}).encode()

            def said(body: bytes = body) -> tuple[bytes, dict[str, str]]:
                at = int(clock.now().timestamp())
                signed = signed_headers(self.device, self._secret, "POST", target, body, timestamp=at)
                return body, {**signed, "Content-Type": "application/json"}

            def step(line: Line, number: int = number, said: Any = said) -> None:
                status, envelope = line.insist("POST", "/devices/weighings", said)
                self.answers[f"weighing-{number}"] = status, envelope.get("data") or envelope
                ends = {item["result"] for item in envelope["data"]["items"]}
                assert ends <= {"accepted", "duplicate", "quarantined"}, envelope

            yield step

    def _others(self) -> Iterator[Callable[[Line], None]]:
        """Reports, and people who only look."""
        place = {"kind": "room", "id": self.hall.small.place_id}
        for number in count():
            token = self.people[number % PEOPLE].token
            body = {"category": "snap", "place": place, "text": f"第{number}处灯不亮，请安排检修"}

            def step(line: Line, number: int = number, token: Any = token, body: Any = body) -> None:
                if number < MOST_REPORTS:
                    self._post(line, f"report-{number}", token, "/feedback/reports", body)
                for path in ("/home", "/canteen/orders", "/feedback/reports"):
                    status, envelope = line.insist(
                        "GET", path, lambda: (b"", {"Authorization": f"Bearer {token}"})
                    )
                    assert status == 200, envelope

            yield step

    def _post(self, line: Line, key: str, token: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        self._asked[key] = token, path, body
        status, envelope = line.insist("POST", path, self._said(token, key, body))
        self.answers[key] = status, envelope["data"] if status < 400 else envelope
        return self.answers[key]

    @staticmethod
    def _said(token: str, key: str, body: Any) -> Callable[[], tuple[bytes, dict[str, str]]]:
        headers = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        return lambda: (json.dumps(body).encode(), headers)
