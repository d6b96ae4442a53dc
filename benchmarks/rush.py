"""The rush: officials who order at once, one hot dish against twelve, and the menu that they read."""

import sys
from collections.abc import Callable
from itertools import count
from uuid import uuid4

import httpx
from flask import current_app
from sqlalchemy import func, select

from backend.db import db
from benchmarks import compound, counted, figures, load
from benchmarks.compound import DISHES, OFFICIALS, PERIODS, Furnished, token_of
from benchmarks.figures import interleaved, ratio, report
from benchmarks.load import Result
from benchmarks.servers import database, held, server
from canteen.accounts.models import LedgerEntry
from canteen.accounts.services import reconcile
from canteen.menu.models import MealDish
from canteen.ordering.models import Order, OrderLine

ORDER = "/api/v1/canteen/orders"
BY_HAND, BARE = "order, hand-written", "bare Flask route"
GOAL_ORDER, GOAL_HOT, GOAL_UNCHANGED = 0.50, 0.80, 0.80
# A session has (days × periods) meals per official to order; every round takes two of them.
_meals = count()


def spread(number: int) -> tuple[int, int]:
    """Two of the twelve dishes, evenly."""
    return number % DISHES, (number * 5 + 1 + number // DISHES) % DISHES


def hot(number: int) -> tuple[int, int]:
    """The first dish with any other."""
    return 0, 1 + number % (DISHES - 1)


def orders(
    furnished: Furnished, path: str, pick: Callable[[int], tuple[int, int]], officials: int
) -> list[bytes]:
    """One order of every official for a meal that no round has used."""
    meal = next(_meals)
    day, period = meal // len(PERIODS), PERIODS[meal % len(PERIODS)]
    messages = []
    for number in range(officials):
        first, second = pick(number)
        if first == second:
            second = (second + 1) % DISHES
        body = furnished.order(number, day, period, (first, second))
        messages.append(load.request("POST", path, token_of(number), body, key=uuid4().hex))
    return messages


def prove(kind: str) -> None:
    """After the load: never oversold, never debited twice, ledger in balance."""
    db.session.rollback()
    taken = dict(db.session.execute(select(MealDish.id, MealDish.taken).where(MealDish.taken > 0)).all())
    lines = dict(
        db.session.execute(
            select(OrderLine.meal_dish_id, func.sum(OrderLine.quantity * OrderLine.share)).group_by(
                OrderLine.meal_dish_id
            )
        ).all()
    )
    ordered = db.session.scalar(select(func.count()).select_from(Order))
    debited = db.session.scalar(select(func.count()).where(LedgerEntry.kind == "order"))
    balances = [each for each in reconcile() if each.what == "entry"]
    print(
        f"\n{kind}: {ordered} orders, double debits {debited - ordered}, "
        f"counters {'equal' if taken == lines else 'DIFFER FROM'} the lines, "
        f"unbalanced entries {len(balances)}"
    )
    if taken != lines or debited != ordered or balances:
        sys.exit("the rush left the books wrong")


def bench_rush(kind: str, rounds: int, officials: int) -> None:
    """Every figure on one kind of database."""
    workers, threads = (1, 1) if kind == "sqlite" else (2, 1)
    with database(kind) as (folder, url):
        environment = compound.environment_of(folder, url)
        raw_environment = {"BENCH_DATABASE": url.removeprefix("sqlite:///")}
        with (
            compound.furnished(compound.settings_of(folder, url)) as furnished,
            server("benchmarks.served:create_app", environment, workers=workers, threads=threads) as ours,
            server("benchmarks.raw:create_app", raw_environment, workers=workers, threads=threads) as raw,
        ):
            where = f"{kind}, {workers} workers × {threads} threads, 32 connections"
            bare = [load.request("GET", "/bare")] * (officials * 3)
            _report_orders(ours, raw, furnished, bare, rounds, officials, where)
            _report_hot(furnished, rounds, officials, environment, kind)
            _report_menu(ours, raw, furnished, bare, rounds, officials, where)
            prove(kind)


def _report_orders(
    ours: int, raw: int, furnished: Furnished, bare: list[bytes], rounds: int, officials: int, where: str
) -> None:
    """Orders by hand, by us, and by us with one hot dish."""

    def rush(port: int, path: str, pick: Callable[[int], tuple[int, int]] = spread) -> Result:
        return load.run(port, orders(furnished, path, pick, officials))

    results = interleaved(
        {
            BY_HAND: lambda: rush(raw, "/order"),
            "order": lambda: rush(ours, ORDER),
            "order, one hot dish": lambda: rush(ours, ORDER, hot),
            BARE: lambda: load.run(raw, bare),
        },
        rounds,
    )
    report(
        f"The rush: {officials} officials, {DISHES} capped dishes, 2 dishes an order ({where})",
        results,
        BY_HAND,
        BARE,
    )
    asked = [orders(furnished, ORDER, spread, 1)[0] for _ in range(2)]
    queries = [counted.of_request(current_app._get_current_object(), each) for each in asked][-1]  # type: ignore[attr-defined] # A proxy, as Flask types it.
    print(f"  an order sends {queries} statements; {held(ours)}")
    share, work = ratio(results, "order", BY_HAND), figures.cpu_ratio(results, "order", BY_HAND)
    figures.note(
        f"order, {where}",
        f"{share:.2f} of the hand-written route (its work × {work:.2f}); {figures.told(results['order'])};"
        f" {queries} statements; {held(ours)}",
        f"≥ {GOAL_ORDER:.2f}, stretch 0.60" if "postgresql" in where else "",
    )


def _report_hot(
    furnished: Furnished, rounds: int, officials: int, environment: dict[str, str], kind: str
) -> None:
    """One hot dish against twelve, with threads enough to meet at it."""
    workers, threads = (1, 1) if kind == "sqlite" else (2, 4)
    where = f"{kind}, {workers} workers × {threads} threads"
    with server("benchmarks.served:create_app", environment, workers=workers, threads=threads) as port:
        results = interleaved(
            {
                "spread": lambda: load.run(port, orders(furnished, ORDER, spread, officials)),
                "hot": lambda: load.run(port, orders(furnished, ORDER, hot, officials)),
            },
            rounds,
        )
    report(f"One hot dish against twelve ({where})", results, "spread")
    share = ratio(results, "hot", "spread")
    figures.note(f"one hot dish, {where}", f"{share:.2f} of twelve dishes", f"≥ {GOAL_HOT:.2f}")


def _report_menu(
    ours: int, raw: int, furnished: Furnished, bare: list[bytes], rounds: int, officials: int, where: str
) -> None:
    """The unchanged menu, whole and as 304, beside an authenticated constant."""
    day = furnished.first_day.isoformat()
    path = f"/api/v1/canteen/menus?canteen_id={furnished.canteen_id}&date={day}"
    etag = etag_of(ours, path)

    def read(path: str, port: int = ours, **headers: str) -> Callable[[], Result]:
        messages = [
            load.request("GET", path, token_of(number % OFFICIALS), **headers)
            for number in range(officials * 2)
        ]
        return lambda: load.run(port, messages)

    results = interleaved(
        {
            "authenticated constant": read("/bench/constant"),
            "menu, whole": read(path),
            "menu, 304": read(path, etag=etag),
            "menu, hand-written": read(f"/menu?canteen_id={furnished.canteen_id}&date={day}", raw),
            BARE: lambda: load.run(raw, bare),
        },
        rounds,
    )
    report(f"The menu, unchanged ({where})", results, "authenticated constant", "menu, hand-written", BARE)
    for name, goal in (("menu, whole", ""), ("menu, 304", f"≥ {GOAL_UNCHANGED:.2f} of the constant")):
        shares = [ratio(results, name, base) for base in ("authenticated constant", "menu, hand-written")]
        figures.note(
            f"{name}, {where}",
            f"{shares[0]:.2f} of an authenticated constant, {shares[1]:.2f} of the hand-written route;"
            f" {figures.told(results[name])}",
            goal,
        )


def etag_of(port: int, path: str) -> str:
    """The menu's present ETag."""
    answer = httpx.get(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token_of(0)}"})
    answer.raise_for_status()
    return answer.headers["ETag"]
