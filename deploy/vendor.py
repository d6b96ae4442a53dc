"""Fetch what the console's pages load, and lay it where the server finds it.

Usage: python deploy/vendor.py. Runs `npm ci` on console/package-lock.json, then fills
console/static/vendor/ with the style sheet, htmx and one sprite of the icons that console/icons.txt names.
"""

import re
import sys
from pathlib import Path

import npm

CONSOLE = Path(__file__).resolve().parents[1] / "console"
MODULES = CONSOLE / "node_modules"
VENDOR = CONSOLE / "static" / "vendor"
COPIED = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "htmx.org/dist/htmx.min.js": "htmx.js",
}


def copy() -> None:
    """Copy the files that pages name, without their references to source maps, which nobody serves."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in COPIED.items():
        text = (MODULES / source).read_text()
        (VENDOR / name).write_text(re.sub(r"(/\*|//)# sourceMappingURL=.*", "", text))


def draw_sprite() -> None:
    """One file with a <symbol> for each icon."""
    symbols = []
    for name in (CONSOLE / "icons.txt").read_text().split():
        svg = (MODULES / "@tabler/icons/icons/outline" / f"{name}.svg").read_text()
        body = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S)
        if body is None:
            sys.exit(f"{name} is no icon")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body[1].strip()}</symbol>')
    (VENDOR / "icons.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n')


if __name__ == "__main__":
    npm.install(CONSOLE)
    copy()
    draw_sprite()
