"""A person's client of 后勤通's API in one file: httpx and the standard library. Take it along and change it.

    python examples/client.py http://127.0.0.1:8000        walks through the demo, as official 1001

What each part is for, and why it is so, stands in docs/api-guide.md.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

import httpx

TRIES = 4
PASSING = (502, 503, 504)


class Refused(Exception):
    """The server's no. `error` is for programs, `str()` of it a Chinese sentence for people."""

    def __init__(self, status: int, envelope: dict[str, Any]) -> None:
        super().__init__(envelope.get("msg", ""))
        self.status = status
        self.error: str = envelope.get("error", "")
        self.data: Any = envelope.get("data")
        self.request_id: str = envelope.get("request_id", "")


class Client:
    """One member of staff's requests. Not for several threads."""

    def __init__(self, server: str, *, wait: Callable[[float], None] = time.sleep) -> None:
        self._http = httpx.Client(base_url=server, timeout=20)
        self._wait = wait

    # Logging in

    def log_in_with_password(self, staff_no: str, password: str, **more: str) -> None:
        """By password; whoever has a second factor adds `second_factor_code`."""
        wish = {"provider": "password", "staff_no": staff_no, "password": password, **more}
        self._keep(self.post("/auth/login", wish))

    def log_in_with_demo_wechat(self, staff_no: str) -> None:
        """In the demo: with the code that WeChat would give to this person's phone."""
        code = self._http.get("/simulator/code", params={"staff_no": staff_no}).json()["data"]["code"]
        self._keep(self.post("/auth/login", {"provider": "wechat_mp", "app": "default", "code": code}))

    def _keep(self, answer: dict[str, Any]) -> None:
        if "token" not in answer or not answer["token"]:
            raise LookupError("这个微信账号还没有绑定工号")  # `bind_ticket` leads on: POST /auth/bind.
        self._http.headers["Authorization"] = f"Bearer {answer['token']}"

    # The one way to the server

    def get(self, path: str, **query: Any) -> Any:
        """What is there. Harmless to repeat."""
        return self._send("GET", path, params=query)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """Have something done, once: all attempts bear one key, so that a lost answer costs nothing.

        Keep `key` beside the wish and give it again to go on after this program was restarted.
        """
        return self._send("POST", path, json=body or {}, headers={"Idempotency-Key": key or uuid4().hex})

    def upload(self, path: str, name: str, content: bytes) -> Any:
        """One file, once."""
        return self._send(
            "POST", path, files={"file": (name, content)}, headers={"Idempotency-Key": uuid4().hex}
        )

    def _send(self, method: str, path: str, **options: Any) -> Any:
        for attempt in range(1, TRIES + 1):
            pause = 0.5 * 2**attempt
            try:
                answer = self._http.request(method, f"/api/v1{path}", **options)
            except httpx.TransportError:  # It may have been carried out all the same: hence the key.
                if attempt == TRIES:
                    raise
            else:
                patience = answer.headers.get("Retry-After", "")  # A 429 without it will not pass by waiting.
                if attempt == TRIES or not (patience or answer.status_code in PASSING):
                    return _payload(answer)
                pause = float(patience) if patience.isdigit() else pause
            self._wait(pause)
        raise AssertionError("not reached")

    # What people do

    def open_meals(self, canteen_id: int) -> Iterator[dict[str, Any]]:
        """The meals of the next seven days that can be ordered, each with its `date` and `dishes`."""
        for day in self.get("/canteen/week", canteen_id=canteen_id)["days"]:
            free = {
                each["period"] for each in day["periods"] if each["state"] == "open" and not each["order"]
            }
            menu = self.get("/canteen/menus", canteen_id=canteen_id, date=day["date"])
            yield from ({**meal, "date": day["date"]} for meal in menu["periods"] if meal["period"] in free)

    def order(self, canteen_id: int, meal: dict[str, Any], dishes: Sequence[int]) -> Any:
        """Order a standard portion of each of these dishes; raises `Refused` if one is sold out."""
        items = [{"dish_id": dish, "portion": "standard", "quantity": 1} for dish in dishes]
        wish = {"canteen_id": canteen_id, "date": meal["date"], "period": meal["period"], "items": items}
        return self.post("/canteen/orders", wish)

    def pickup_code(self, order_id: int) -> Any:
        """`token` and `qr_svg`, until `expires_at`; ask again then."""
        return self.get(f"/canteen/orders/{order_id}/pickup-code")

    def book_a_room(self, start: datetime, end: datetime, seats: int, subject: str) -> Any:
        """Book the best free room; somebody who was faster costs another try, not the meeting."""
        span = {"start": start.isoformat(), "end": end.isoformat()}
        for room in self.get("/meeting/rooms/availability", capacity=seats, **span)["rooms"]:
            wish = {"room_id": room["room"]["id"], "subject": subject, "headcount": seats, **span}
            try:
                return self.post("/meeting/bookings", wish)
            except Refused as refused:
                if refused.error != "meeting.room_taken":
                    raise
        raise LookupError("这个时间没有空着的会议室")

    def report(self, category: str, text: str, room_id: int, photo: bytes) -> Any:
        """Bring something forward, with a photo. Where: GET /places/search."""
        photo_id = self.upload("/media/photos", "photo.jpg", photo)["id"]
        place = {"kind": "room", "id": room_id}
        wish = {"category": category, "text": text, "place": place, "photo_ids": [photo_id]}
        return self.post("/feedback/reports", wish)

    def messages(self) -> Iterator[dict[str, Any]]:
        """The inbox, the newest first; further parts are asked for as they are needed."""
        cursor: dict[str, int] = {}
        while True:
            part = self.get("/inbox", **cursor)
            yield from part["messages"]
            if part["next_before"] is None:
                return
            cursor = {"before": part["next_before"]}


def _payload(answer: httpx.Response) -> Any:
    envelope = answer.json()
    if answer.is_error:
        raise Refused(answer.status_code, envelope)
    return envelope["data"]


def main(server: str) -> None:
    """Order a meal, book a room and read the inbox of the demo."""
    me = Client(server)
    me.log_in_with_demo_wechat("1001")
    canteen = me.get("/canteens")["list"][0]
    for meal in islice(me.open_meals(canteen["id"]), 1):
        order = me.order(canteen["id"], meal, [meal["dishes"][0]["dish_id"]])
        print(f"已订 {order['date']} {meal['name']}，{order['total_fen'] / 100:.2f} 元")
        print(f"取餐码 {me.pickup_code(order['id'])['token'][:24]}…")
    start = datetime.now().astimezone().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    try:
        booked = me.book_a_room(start, start + timedelta(hours=1), 6, "接口示例")
        print(f"会议预订 {booked['number']}：{booked['state_name']}")
    except (LookupError, Refused) as refused:
        print(f"会议室没有订成：{refused}")
    for message in islice(me.messages(), 3):
        print(f"消息 {message['title']}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
