"""Where the time of the hot paths goes: what Python works for requests in this process.

Waiting, for the database too, does not count (the thread's own clock), nor does a server: what granian costs
is left out. Being watched makes small functions look dearer than they are; shares of two points and less
mean nothing. PostgreSQL.
"""

import time
from collections import Counter
from collections.abc import Iterator
from cProfile import Profile
from datetime import timedelta
from pathlib import Path
from pstats import Stats

from flask import Flask, current_app

from backend import clock
from backend.authentication import CONSOLE_COOKIE
from backend.db import atomic, db
from backend.identity.models import Department, Staff
from benchmarks import counted, load
from benchmarks.asked import add, employed
from benchmarks.compound import DAYS, OFFICIALS, Furnished, furnished, settings_of, token_of
from benchmarks.figures import note
from benchmarks.pages import open_session
from benchmarks.photos import REPORTS, Desk
from benchmarks.rush import ORDER, orders, spread
from benchmarks.scales import BATCH, furnish, meal, workdays_back
from benchmarks.servers import database
from benchmarks.weighings import signed

HOUSE = Path(__file__).resolve().parent.parent
OURS = ("backend", "canteen", "feedback", "property", "meeting", "miniapp_api", "console")
# What every request passes through.
FLOOR = (
    *("backend.http", "backend.endpoints", "backend.db", "backend.metrics", "backend.statements"),
    "benchmarks",
)
SHOWN = 12


def bench_profiles() -> None:
    """Print a profile of an order, a menu, a batch of weighings, a demand and a page."""
    with (
        database("postgresql") as (folder, url),
        furnished(settings_of(folder, url)) as made,
    ):
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # A proxy, as Flask types it.
        print("\nProfiles (postgresql, in one process)")
        for name, messages in _paths(made).items():
            _profile(app, name, messages)


def _paths(made: Furnished) -> dict[str, list[bytes]]:
    """Requests by what they are; the first ones warm up."""
    desk, line = Desk(OFFICIALS), furnish("称重食堂")
    menu = f"/api/v1/canteen/menus?canteen_id={made.canteen_id}"
    days = iter(workdays_back(20))
    batches = [
        signed(line, events)
        for number in range(6)
        for events in _hundreds(meal(line, next(days), 1 + number * BATCH))
    ]
    atomic(_manager)()
    page = f"/console/canteen/orders?date={clock.today() + timedelta(days=1)}"
    cookie = f"{CONSOLE_COOKIE}={open_session('K0')}"
    return {
        "an order": orders(made, ORDER, spread, 300),
        "the menu, not kept": [
            load.request("GET", f"{menu}&date={made.first_day + timedelta(days=number)}", token_of(number))
            for number in range(DAYS)
        ],
        "a batch of 100 weighings": batches,
        "a demand with a photo": desk.reports(REPORTS),
        "a page of the console": [load.request("GET", page, cookie=cookie)] * 60,
    }


def _hundreds(events: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    for first in range(0, len(events), 100):
        yield events[first : first + 100]


def _manager() -> Staff:
    return employed("K0", add(Department(name="膳食处")), "canteen_manager")


def _profile(app: Flask, name: str, messages: list[bytes]) -> None:
    warm = max(2, len(messages) // 10)
    for message in messages[:warm]:
        counted.of_request(app, message)
    profile = Profile(time.thread_time)
    profile.enable()
    for message in messages[warm:]:
        counted.of_request(app, message)
    profile.disable()
    by_package: Counter[str] = Counter()
    by_function: Counter[str] = Counter()
    for (file, _, function), (_, _, own, passed, _) in Stats(profile).stats.items():  # type: ignore[attr-defined] # Typeshed does not know it.
        by_package[_package(file)] += own
        module = _module(file)
        if module and not module.startswith(FLOOR) and not function.startswith("<"):
            by_function[f"{module}.{function}"] = max(by_function[f"{module}.{function}"], passed)
    whole = sum(by_package.values())
    each = 1000 * whole / (len(messages) - warm)
    shares = ", ".join(f"{package} {100 * n / whole:.0f} %" for package, n in by_package.most_common(6))
    print(f"\n  {name}: {each:.2f} ms of work, watched\n    {shares}")
    for function, n in by_function.most_common(SHOWN):
        print(f"    {100 * n / whole:5.1f} %  {function}")
    note(f"profile: {name}", shares)
    db.session.remove()


def _package(file: str) -> str:
    """The installed package of a file, `python` for what comes with Python, or the house."""
    parts = Path(file).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1].removesuffix(".py")
    return "the house" if _module(file) else "python"


def _module(file: str) -> str:
    """The module of a file of the house; empty for any other."""
    path = Path(file)
    if "site-packages" in path.parts or not path.is_relative_to(HOUSE):
        return ""
    inside = path.relative_to(HOUSE)
    return ".".join(inside.with_suffix("").parts) if inside.parts[0] in OURS else ""
