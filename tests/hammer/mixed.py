"""The load of a day beside it: menus, orders, pick-up codes, homes, lists and the console's pages."""

import threading
import time
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
from flask import Flask

from backend import clock
from backend.actor import Permission
from tests.hammer.people import CHANCE, People

_PAUSE = 0.002


class Mixed:
    """Whatever can be read without an identifier, by everybody; and orders of the next menus."""

    def __init__(
        self, app: Flask, port: int, people: People, counted: Counter[str], wrong: dict[str, str]
    ) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120)
        self._people, self._counted, self._wrong = people, counted, wrong
        self._pages = [
            rule.rule
            for rule in app.url_map.iter_rules()
            if not rule.arguments
            and "GET" in (rule.methods or ())
            and isinstance(getattr(app.view_functions[rule.endpoint], "permission", None), Permission)
        ]
        self._meals: list[dict[str, object]] = []

    def run(self, is_over: threading.Event) -> None:
        """Ask until told to stop."""
        while not is_over.is_set():
            try:
                CHANCE.choice((self._read, self._read, self._order))()
            except httpx.HTTPError as error:
                self._wrong.setdefault(f"load {type(error).__name__}", str(error))
            time.sleep(_PAUSE)

    def _read(self) -> None:
        number = CHANCE.randrange(len(self._people.headers))
        self._send("GET", CHANCE.choice(self._pages), number)

    def _order(self) -> None:
        headers = CHANCE.choice(self._people.officials)
        if not self._meals or CHANCE.random() < 0.01:
            self._meals = self._open_meals(headers)
        if not self._meals:
            self._read()
            return
        placed = self._ask("POST", "/api/v1/canteen/orders", headers, CHANCE.choice(self._meals))
        if placed.status_code == 201:
            order = f"/api/v1/canteen/orders/{placed.json()['data']['id']}"
            self._ask("GET", order, headers)
            self._ask("GET", f"{order}/pickup-code", headers)
            if CHANCE.random() < 0.8:
                self._ask("POST", f"{order}/cancel", headers, {})

    def _open_meals(self, headers: dict[str, str]) -> list[dict[str, object]]:
        """Bodies of orders of one dish of each meal of the next seven days."""
        bodies: list[dict[str, object]] = []
        for canteen in self._data("/api/v1/canteens", headers).get("list", ()):
            for ahead in range(1, 8):
                day = (clock.today() + timedelta(days=ahead)).isoformat()
                menu = self._data(f"/api/v1/canteen/menus?canteen_id={canteen['id']}&date={day}", headers)
                for meal in menu.get("periods", ()):
                    if not meal.get("dishes"):
                        continue
                    dish = CHANCE.choice(meal["dishes"])["dish_id"]
                    item = {"dish_id": dish, "portion": "standard", "quantity": 1}
                    where = {"canteen_id": canteen["id"], "date": day, "period": meal["period"]}
                    bodies.append({**where, "items": [item], "dining": "dine_in"})
        return bodies

    def _data(self, path: str, headers: dict[str, str]) -> Any:
        return self._ask("GET", path, headers).json().get("data") or {}

    def _send(self, method: str, path: str, number: int) -> None:
        if self._ask(method, path, self._people.headers[number]).status_code == 401:
            self._people.again(number)

    def _ask(
        self, method: str, path: str, headers: dict[str, str], body: object | None = None
    ) -> httpx.Response:
        keyed = {**headers, "Idempotency-Key": uuid4().hex} if method == "POST" else headers
        answer = self._client.request(method, path, headers=keyed, json=body)
        self._counted[f"load {answer.status_code}"] += 1
        if answer.status_code >= 500:
            self._wrong.setdefault(f"{method} {path}", f"{answer.status_code} {answer.text[:300]}")
        return answer
