"""Take the guides' pictures: `make pictures` takes all, `python -m docs.pictures.take NAME…` some.

A fresh demo is seeded in a folder of its own and served on free ports; nothing else is touched. `--at URL`
uses a demo that runs already: there 1001 orders a meal, and 9102 hands it out. What a picture shows is of the
day on which it is taken.
"""

import argparse
import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks.servers import free_port
from tests.console.driven.chromium import DESK, PHONE, chromium

FOLDER = Path(__file__).parent
LARGEST = 90_000
PATIENCE_MS = 120_000  # On a busy machine a page takes its time.
PASSWORD = "Houqin@2026"  # Of the demo's accounts, as its login page says.

_SETTLED = """() => Promise.all([document.fonts.ready, ...[...document.images]
    .filter((image) => image.getBoundingClientRect().top < innerHeight && !image.complete)
    .map((image) => new Promise((done) => { image.onload = image.onerror = done; }))])"""
# Chromium without its translations shows days and months in English; so a Chinese browser shows them.
_CHINESE_DAYS = """() => {
    for (const field of document.querySelectorAll("input[type=date], input[type=month]")) {
        const [year, month, day] = field.value.split("-");
        const isDay = field.type === "date";
        field.style.width = `${field.offsetWidth}px`;
        field.type = "text";
        if (!year) field.value = isDay ? "年 / 月 / 日" : "----年--月";
        else field.value = isDay ? `${year}/${month}/${day}` : `${year}年${month}月`;
    }
}"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: who looks at which page. `find` answers the page's path; `then` does something on it."""

    name: str
    staff_no: str
    find: Callable[["Visit"], str]
    then: Callable[[Page], None] | None = None

    @property
    def is_of_a_phone(self) -> bool:
        """Whether the page is one of the phone's."""
        return not self.name.startswith("console-")


@dataclass(slots=True)
class Visit:
    """Everybody's windows at one served demo."""

    url: str
    browser: Browser
    _pages: dict[tuple[bool, str], Page] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)
    _ordered: list[int] = field(default_factory=list)
    _opened: int = 0

    def ask(self, staff_no: str, path: str, body: Any = None, **query: Any) -> Any:
        """The payload of what the API answers this member of staff."""
        headers = {"Authorization": f"Bearer {self._token(staff_no)}"}
        if body is None:
            answer = httpx.get(f"{self.url}/api/v1{path}", params=query, headers=headers, timeout=60)
        else:
            headers["Idempotency-Key"] = uuid4().hex
            answer = httpx.post(f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json()["data"]

    def ordered_meal(self) -> int:
        """The id of an order of 1001 that waits to be picked up; ordered at the first call."""
        if not self._ordered:
            self._ordered.append(self._order())
        return self._ordered[0]

    def pickup_code(self) -> str:
        """What the QR code of that order says now."""
        return str(self.ask("1001", f"/canteen/orders/{self.ordered_meal()}/pickup-code")["token"])

    def take(self, picture: Picture) -> Path:
        """Open the page, and keep what it shows."""
        path = picture.find(self)
        page = self._page(picture)
        self._opened += 1
        page.goto(f"/m/?visit={self._opened}#/{path}" if picture.is_of_a_phone else path)
        page.wait_for_load_state("networkidle")
        if picture.then is not None:
            picture.then(page)
            page.wait_for_load_state("networkidle")
        page.wait_for_timeout(800)  # Charts draw themselves.
        page.evaluate(_SETTLED)
        page.evaluate(_CHINESE_DAYS)
        target = FOLDER / f"{picture.name}.webp"
        target.write_bytes(_small(page.screenshot(animations="disabled")))
        return target

    def _order(self) -> int:
        """Order what can still be ordered first, in the first canteen."""
        for day in self.ask("1001", "/canteen/week", canteen_id=1)["days"]:
            free = [
                each["period"] for each in day["periods"] if each["state"] == "open" and not each["order"]
            ]
            menu = (
                self.ask("1001", "/canteen/menus", canteen_id=1, date=day["date"])
                if free
                else {"periods": []}
            )
            for meal in menu["periods"]:
                if meal["period"] in free:
                    items = [
                        {"dish_id": dish["dish_id"], "portion": "standard", "quantity": 1}
                        for dish in meal["dishes"][:4:2]
                    ]
                    wish = {"canteen_id": 1, "date": day["date"], "period": meal["period"], "items": items}
                    return int(self.ask("1001", "/canteen/orders", wish)["id"])
        raise SystemExit("没有可以预订的餐次")

    def _page(self, picture: Picture) -> Page:
        key = (picture.is_of_a_phone, picture.staff_no)
        if key not in self._pages:
            self._pages[key] = self._phone(key[1]) if key[0] else self._desk(key[1])
        return self._pages[key]

    def _context(self, **options: Any) -> BrowserContext:
        context = self.browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", base_url=self.url, **options
        )
        context.set_default_timeout(PATIENCE_MS)
        return context

    def _token(self, staff_no: str) -> str:
        if staff_no not in self._tokens:
            asked = httpx.get(f"{self.url}/simulator/code", params={"staff_no": staff_no}, timeout=60)
            body = {"provider": "wechat_mp", "app": "default", "code": asked.json()["data"]["code"]}
            answer = httpx.post(f"{self.url}/api/v1/auth/login", json=body, timeout=60)
            self._tokens[staff_no] = answer.json()["data"]["token"]
        return self._tokens[staff_no]

    def _phone(self, staff_no: str) -> Page:
        version = httpx.get(f"{self.url}/api/v1/app/info", timeout=60).json()["data"]["privacy_version"]
        page = self._context(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2).new_page()
        page.goto("/healthz")
        kept = {
            "houqin.token": self._token(staff_no),
            "houqin.policy": f"{version} yes",
            "houqin.demo.person": staff_no,
        }
        for key, text in kept.items():
            page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])
        return page

    def _desk(self, staff_no: str) -> Page:
        page = self._context(viewport=DESK).new_page()
        page.goto("/console/login")
        page.fill("[name=staff_no]", staff_no)
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_selector("[data-fill-code], #main")
        if page.query_selector("[data-fill-code]"):
            page.wait_for_load_state("networkidle")
            page.click("[data-fill-code]")
            page.click("button[type=submit]")
        page.wait_for_url("**/console/")
        return page


def _small(png: bytes) -> bytes:
    """As WebP, as good as fits."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (80, 70, 60, 50, 40):
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= LARGEST:
            return out.getvalue()
    raise SystemExit("图片过大")


def _at(path: str) -> Callable[[Visit], str]:
    return lambda _visit: path


def _first(staff_no: str, listed: str, page: str, **query: Any) -> Callable[[Visit], str]:
    """The page of the first thing of a list; `page` takes its id."""
    return lambda visit: page.format(visit.ask(staff_no, listed, **query)["list"][0]["id"])


def _click(text: str, *, exact: bool = True) -> Callable[[Page], None]:
    return lambda page: (
        page.locator("main, .app-page").get_by_text(text, exact=exact).filter(visible=True).first.click()
    )


def _hand_out(code: str, page: Page) -> None:
    field_of_code = page.locator("input").filter(visible=True).first
    field_of_code.fill(code)
    _click("确定")(page)
    page.get_by_text("可以取餐").first.wait_for()


def _verified() -> Picture:
    """The green answer; the code is asked for when the page is opened, because it lasts minutes."""
    codes: list[str] = []

    def find(visit: Visit) -> str:
        codes.append(visit.pickup_code())
        return "pages/staff/verify"

    return Picture("staff-verify", "9102", find, lambda page: _hand_out(codes[-1], page))


PICTURES = (
    Picture("official-home", "1001", _at("pages/tabs/home")),
    Picture("official-menu", "1001", _at("pages/tabs/meals")),
    Picture("official-code", "1001", lambda visit: f"pages/canteen/code?id={visit.ordered_meal()}"),
    Picture("official-services", "1001", _at("pages/tabs/services")),
    Picture(
        "official-demand", "1001",
        _first("1001", "/feedback/reports", "pages/feedback/report?id={}", state="to_rate"),
    ),
    _verified(),
    Picture("staff-waste", "9102", _at("pages/staff/waste")),
    Picture("staff-samples", "9102", _at("pages/kitchen/samples")),
    Picture("console-menus", "9101", _at("/console/canteen/menus")),
    Picture("console-station", "9101", _at("/console/canteen/station"), _click("午餐", exact=False)),
    Picture("console-waste", "9101", _at("/console/canteen/waste")),
    Picture("console-forecasts", "9101", _at("/console/kitchen/forecasts")),
    Picture("console-purchases", "9103", _at("/console/kitchen/orders")),
    Picture("store-receiving", "9104", _at("pages/kitchen/receive"), _click("绿源蔬菜专业合作社")),
    Picture("console-controls", "9105", _at("/console/food-safety/controls")),
    Picture("meeting-rooms", "1001", _at("pages/meeting/find")),
    Picture("console-meetings", "9202", _at("/console/meetings"), _click("后一天")),
    Picture("meeting-task", "9201", _at("pages/meeting/tasks"), _click("明天")),
    Picture(
        "repair-order", "1001",
        _first("1001", "/property/work-orders", "pages/repairs/order?id={}", view="mine"),
    ),
    Picture("console-dispatch", "9301", _at("/console/property/board")),
    Picture(
        "repair-task", "9302",
        _first("9302", "/property/work-orders", "pages/repairs/task?id={}",
               view="todo", state="working"),
    ),
    Picture("console-property", "9304", _at("/console/property/statistics")),
    Picture(
        "contractor-month", "9801",
        _first("9801", "/property/assessments", "pages/property/assessment?id={}"),
    ),
    Picture("console-demands", "9601", _at("/console/feedback/board")),
    Picture(
        "office-case", "9602",
        _first("9602", "/feedback/reports", "pages/feedback/case?id={}", scope="office"),
    ),
    Picture("concierge-services", "1001", _at("pages/feedback/services")),
    Picture("notice-board", "1001", _at("pages/feedback/notices")),
    Picture("console-satisfaction", "9401", _at("/console/satisfaction")),
    Picture("console-review", "9501", _at("/console/reviews")),
    Picture("leader-today", "9501", _at("pages/leader/today")),
    Picture("console-evaluation", "9401", _at("/console/evaluation")),
    Picture(
        "spot-check", "9402", _at("pages/evaluation/inspections"), _click("评分中"),
    ),
    Picture("console-home", "9001", _at("/console/")),
    Picture("console-staff", "9001", _at("/console/staff")),
)  # fmt: skip # One picture, one thought.


@contextmanager
def _demo() -> Iterator[str]:
    """A fresh demo, served by a process that ends with this; yields its address."""
    with tempfile.TemporaryDirectory(prefix="houqin-pictures-") as folder:
        ports = {"PORT": str(free_port()), "HOUQIN_SIMULATOR_PORT": str(free_port())}
        environment = {**os.environ, "HOUQIN_DATA": folder, "DATABASE_URL": "", **ports}
        flask = [sys.executable, "-m", "flask"]
        subprocess.run([*flask, "prepare"], env=environment, check=True)
        command = [*flask, "serve", "--stop-with-parent"]
        with Path(folder, "serving.log").open("wb") as said:
            serving = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        try:
            url = f"http://127.0.0.1:{ports['PORT']}"
            if not _answers(url, serving):
                raise SystemExit(Path(folder, "serving.log").read_text())
            yield url
        finally:
            serving.send_signal(signal.SIGTERM)
            serving.wait(timeout=60)


def _answers(url: str, serving: "subprocess.Popen[bytes]") -> bool:
    """Whether it serves at last; a busy machine starts slowly."""
    until = time.monotonic() + 600
    while time.monotonic() < until and serving.poll() is None:
        try:
            httpx.get(f"{url}/healthz", timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.5)
        else:
            return True
    return False


def main() -> None:
    """Take all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description="重新拍摄使用指南的插图")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--at", help="已在运行的演示的地址")
    options = parser.parse_args()
    wanted = [picture for picture in PICTURES if not options.names or picture.name in options.names]
    with contextlib.ExitStack() as stack:
        url = options.at or stack.enter_context(_demo())
        visit = Visit(url.rstrip("/"), stack.enter_context(chromium()))
        for picture in wanted:
            target = visit.take(picture)
            print(f"{target.name}  {target.stat().st_size // 1000} kB", flush=True)


if __name__ == "__main__":
    main()
