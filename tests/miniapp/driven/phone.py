"""A phone with the built pages in a real Chromium: what its holder does, and what must hold on every page."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Response, expect

from tests.console.driven.chromium import AXE, PHONE, ROOT
from tests.miniapp.serving import Served

PICTURES = ROOT / "artefacts" / "miniapp"
TAPPED = (
    "uni-button, [role=button], [role=link], [role=checkbox], [role=radio], [role=tab], .uni-tabbar__item"
)

expect.set_options(timeout=30_000)

# Text that leaves the screen, the box that clips it, or the button that it is on; [what, where, text].
_OVERFLOW = r"""() => {
    const found = [], width = document.documentElement.clientWidth;
    const whole = document.documentElement.scrollWidth;
    if (whole > width) found.push(["page", whole, ""]);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const owner = node.parentElement, text = node.data.trim();
        if (!text || !owner.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
        if (owner.closest(".unseen, script, style, uni-picker-view, .uni-picker-container")) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const isCut = (style) => style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
        for (const rect of range.getClientRects()) {
            if (rect.width < 1) continue;
            let scrolls = false, wrong = "";
            for (let box = owner; box && box !== document.body; box = box.parentElement) {
                const style = getComputedStyle(box), edge = box.getBoundingClientRect();
                if (/auto|scroll/.test(style.overflowX)) { scrolls = true; break; }
                const isButton = box.matches("uni-button, .app-tag, [role=button], [role=tab]");
                if (isCut(style)) { scrolls = true; break; }
                const isBox = isButton || (style.overflowX === "hidden" && style.overflowY === "hidden");
                if (isBox && edge.width > 1
                    && (rect.right > edge.right + 1 || rect.left < edge.left - 1
                        || rect.bottom > edge.bottom + 3 || rect.top < edge.top - 3))
                    wrong = box.className || box.tagName;
            }
            if (!scrolls && (rect.right > width + 1 || rect.left < -1)) wrong = "screen";
            if (!scrolls && wrong) { found.push([wrong, Math.round(rect.right), text.slice(0, 40)]); break; }
        }
    }
    return found;
}"""
# Only tells the page to look so: the person's choice is in 我的.
_ENLARGE = """(isLarge) => {
    document.documentElement.classList.toggle("is-large", isLarge);
    for (const page of document.querySelectorAll(".app-page")) page.classList.toggle("is-large", isLarge);
}"""
_SETTLED = """() => Promise.all([document.fonts.ready, ...[...document.images]
    .filter((image) => !image.complete)
    .map((image) => new Promise((done) => { image.onload = image.onerror = done; }))])"""


_NOT_TYPED = ":not(uni-textarea *, uni-input *)"


class Phone:
    """390×844 with touch, at the served pages; what went wrong in it is kept for `ensure_calm`."""

    def __init__(self, browser: Browser, served: Served, viewport: Mapping[str, int] | None = None) -> None:
        self.served = served
        self.base = served.url
        self.context: BrowserContext = browser.new_context(
            viewport=dict(viewport or PHONE),
            has_touch=True,
            is_mobile=True,
            locale="zh-CN",
            # Not where the compound stands: whatever reads a phone's own time zone shows itself.
            timezone_id="America/New_York",
            base_url=self.base,
        )
        self.context.set_default_timeout(30_000)
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.answers: list[Response] = []
        self.context.on("request", self._guard)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda said: self._note(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("response", lambda answer: self.answers.append(answer))
        self._visits = 0
        self._token = ""

    def _note(self, text: str) -> None:
        self.errors.append(f"{self.page.url}: {text}")

    def _guard(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.outside.append(request.url)

    # What its holder does

    def open(self, page: str = "pages/tabs/home") -> None:
        """Open a page of ours (`pages/canteen/order?id=7`) as from a link."""
        self._visits += 1
        self.page.goto(f"/m/?visit={self._visits}#/{page}")

    def enter(self, staff_no: str) -> None:
        """Be logged in as this member of staff, whose WeChat account is bound and who has agreed before."""
        info = self._ask("GET", "/api/v1/app/info")
        code = self._ask("GET", f"/simulator/code?staff_no={staff_no}")["code"]
        login = {"provider": "wechat_mp", "app": "default", "code": code}
        self._token = self._ask("POST", "/api/v1/auth/login", login)["token"]
        kept = {
            "houqin.token": self._token,
            "houqin.policy": f"{info['privacy_version']} yes",
            "houqin.demo.person": staff_no,
        }
        self._remember(kept)

    def await_answer(self, path: str, is_there: Callable[[Any], bool]) -> None:
        """Ask until the answer is so: a server learns of rules made by another process within a second."""
        headers = {"Authorization": f"Bearer {self._token}"}
        until = time.monotonic() + 10
        while not is_there(self.context.request.get(path, headers=headers).json()["data"]):
            assert time.monotonic() < until, path

    def agree(self) -> None:
        """Have agreed to the privacy policy before."""
        version = self._ask("GET", "/api/v1/app/info")["privacy_version"]
        self._remember({"houqin.policy": f"{version} yes"})

    def _remember(self, kept: Mapping[str, str]) -> None:
        self.page.goto("/healthz")
        for key, text in kept.items():
            self.page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.context.request.fetch(path, method=method, data=body)
        assert answer.ok, (path, answer.text())
        return answer.json()["data"]

    def tapped(self, text: str) -> Locator:
        """What can be tapped and bears this text, on the page that is seen."""
        named = self.page.locator(TAPPED).filter(has_text=text)
        labelled = self.page.locator(f'[aria-label="{text}"]')
        return named.or_(labelled).filter(visible=True).first

    def tap(self, text: str) -> None:
        """Tap it."""
        self.tapped(text).tap()

    def tab(self, name: str) -> None:
        """Tap a tab at the bottom."""
        self.page.locator(".uni-tabbar__item").filter(has_text=name, visible=True).tap()

    def seen(self, text: str) -> Locator:
        """A text that the page shows; not what was typed: a text area repeats it to measure itself."""
        return self.page.get_by_text(text).and_(self.page.locator(_NOT_TYPED)).filter(visible=True).first

    def see(self, text: str) -> None:
        """Wait until the text is seen."""
        expect(self.seen(text)).to_be_visible()

    def fill(self, label: str, text: str) -> None:
        """Type into the field of this label."""
        field = self.page.locator(f'[aria-label="{label}"]').filter(visible=True).first
        field.locator("input, textarea").first.fill(text)

    def answer(self, button: str) -> None:
        """Answer a dialog by this button."""
        self.page.locator(".uni-modal__btn").filter(has_text=button, visible=True).tap()

    def forget_refusals(self, *statuses: int) -> None:
        """What the browser itself logs about refused requests, and of a network that was cut, is no fault."""
        expected = ("net::ERR_", *(f"status of {status}" for status in statuses))
        self.errors = [each for each in self.errors if not any(text in each for text in expected)]

    # What must hold

    def look(self, name: str) -> None:
        """Keep pictures of the page in both sizes of text; in both it is accessible and nothing overflows."""
        # A message that fades away is grey on grey for a moment.
        expect(self.page.locator("uni-toast").filter(visible=True)).to_have_count(0)
        for is_large in (False, True):
            self.page.evaluate(_ENLARGE, is_large)
            self.picture(f"{name}-large" if is_large else name)
            self.ensure_nothing_overflows()
            self.ensure_accessible()
        self.page.evaluate(_ENLARGE, False)

    def picture(self, name: str) -> None:
        """Keep what the phone shows."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.evaluate(_SETTLED)
        self.page.screenshot(path=str(PICTURES / f"{name}.png"), animations="disabled")

    def ensure_nothing_overflows(self) -> None:
        """No text leaves the screen or its box, and nothing scrolls sideways."""
        found = self.page.evaluate(_OVERFLOW)
        assert found == [], (self.page.url, found[:5])

    def ensure_accessible(self) -> None:
        """No violation that axe calls serious or critical."""
        # By the protocol, past the page's own policy against foreign scripts.
        if not self.page.evaluate("() => 'axe' in window"):
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
