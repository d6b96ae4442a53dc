"""A real Chromium at a real server: pictures, accessibility, and proof that no page asks another host."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

ROOT = Path(__file__).parents[3]
PICTURES = ROOT / "artefacts" / "console"
AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

# Waits for the images in sight; those further down may be loaded later.
_IMAGES = """() => Promise.all([...document.images]
    .filter((image) => image.getBoundingClientRect().top < innerHeight && !image.complete)
    .map((image) => new Promise((done) => { image.onload = image.onerror = done; })))"""

expect.set_options(timeout=30_000)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, which asks nobody for updates."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=zh-CN",
                # Nothing but this machine is found. To stop requests one by one would switch the cache off,
                # and every file of every page would be asked for again.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield browser
        browser.close()


class Desk:
    """A window of somebody at the console; what went wrong in it is kept for `ensure_calm`."""

    def __init__(self, browser: Browser, port: int, viewport: dict[str, int] | None = None) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.context: BrowserContext = browser.new_context(
            viewport=viewport or DESK, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=self.base
        )
        self.context.set_default_timeout(30_000)
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.context.on("request", self._guard)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda said: self._note(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))

    def _note(self, text: str) -> None:
        self.errors.append(f"{self.page.url}: {text}")

    def _guard(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.outside.append(request.url)

    def log_in(self, staff_no: str, password: str, code: str | None = None) -> None:
        """Walk the login; `code` is of the second factor."""
        page = self.page
        page.goto("/console/login")
        page.fill("[name=staff_no]", staff_no)
        page.fill("[name=password]", password)
        page.click("button[type=submit]")
        if code is not None:
            page.wait_for_selector("[name=code]")
            page.wait_for_load_state()
            page.fill("[name=code]", code)
            page.click("button[type=submit]")
        page.wait_for_url("**/console/")

    def enter(self, token: str) -> None:
        """Be logged in by a session that exists."""
        self.context.add_cookies([{"name": "houqin_console", "value": token, "url": self.base}])

    def picture(self, name: str) -> None:
        """Keep what the window shows."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.evaluate(_IMAGES)
        self.page.screenshot(path=str(PICTURES / f"{name}.png"))

    def ensure_accessible(self) -> None:
        """No violation that axe calls serious or critical."""
        # By the protocol, past the page's own policy against foreign scripts.
        self.page.evaluate(AXE.read_text())
        found: list[dict[str, Any]] = self.page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        )
        grave = [
            (each["id"], each["impact"], [node["html"][:200] for node in each["nodes"][:3]])
            for each in found
            if each["impact"] in ("serious", "critical")
        ]
        assert grave == [], (self.page.url, grave)

    def ensure_calm(self) -> None:
        """Nothing was logged as an error, and no other host was asked."""
        assert self.errors == [], self.errors
        assert self.outside == []
