"""The rush, one hot dish against twelve, the menu, weighings, the boards, and the console's pages."""

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from itertools import count
from uuid import uuid4

from sqlalchemy import func, select

from backend.db import db
from benchmarks import compound, load
from benchmarks.board import bench_board
from benchmarks.compound import DISHES, OFFICIALS, PERIODS, Furnished, token_of
from benchmarks.desk import bench_desk
from benchmarks.load import Result
from benchmarks.pages import bench_pages
from benchmarks.rooms import bench_rooms
from benchmarks.servers import database, server
from benchmarks.traces import bench_traces
from benchmarks.weighings import bench_ingest
from benchmarks.year import bench_year
from canteen.accounts.models import LedgerEntry
from canteen.accounts.services import reconcile
from canteen.menu.models import MealDish
from canteen.ordering.models import Order, OrderLine

ORDER = "/api/v1/canteen/orders"
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


def interleaved(contenders: dict[str, Callable[[], Result]], rounds: int) -> dict[str, list[Result]]:
    """So many rounds of each, one after another, so that a noisy minute hits all of them."""
    for run in contenders.values():
        run()
    results: dict[str, list[Result]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            results[name].append(run())
    return results


def report(title: str, results: dict[str, list[Result]], base: str) -> None:
    """Rates and p99 as medians; ratios as medians of the ratios within one round."""
    print(f"\n{title}")
    print(f"  {'':34}{'r/s':>8}{'p99 ms':>9}{'/ ' + base:>24}   statuses")
    for name, runs in results.items():
        ratio = statistics.median(
            run.rate / other.rate for run, other in zip(runs, results[base], strict=True)
        )
        statuses = sum((run.statuses for run in runs), start=type(runs[0].statuses)())
        print(
            f"  {name:34}{statistics.median(run.rate for run in runs):8.0f}"
            f"{statistics.median(run.p99_ms for run in runs):9.1f}{ratio:24.2f}   {dict(statuses)}"
        )


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


def bench(kind: str, rounds: int, officials: int) -> None:
    """Every figure on one kind of database."""
    workers, threads = (1, 1) if kind == "sqlite" else (2, 1)
    with database(kind) as (folder, url):
        environment = compound.environment_of(folder, url)
        with (
            compound.furnished(compound.settings_of(folder, url)) as furnished,
            server("benchmarks.served:create_app", environment, workers=workers, threads=threads) as ours,
            server(
                "benchmarks.raw:create_app",
                {"BENCH_DATABASE": url.removeprefix("sqlite:///")},
                workers=workers,
                threads=threads,
            ) as raw,
        ):
            where = f"{kind}, {workers} workers × {threads} threads, 32 connections"

            def rush(port: int, path: str, pick: Callable[[int], tuple[int, int]] = spread) -> Result:
                return load.run(port, orders(furnished, path, pick, officials))

            bare = [load.request("GET", "/bare")] * (officials * 3)
            report(
                f"The rush: {officials} officials, {DISHES} capped dishes, 2 dishes an order ({where})",
                interleaved(
                    {
                        "order, hand-written": lambda: rush(raw, "/order"),
                        "order": lambda: rush(ours, ORDER),
                        "order, one hot dish": lambda: rush(ours, ORDER, hot),
                        "bare Flask route": lambda: load.run(raw, bare),
                    },
                    rounds,
                ),
                "order, hand-written",
            )
            report_hot(ours, furnished, rounds, officials, environment, kind)
            report_menu(ours, furnished, rounds, officials, where)
            prove(kind)


def report_hot(
    ours: int, furnished: Furnished, rounds: int, officials: int, environment: dict[str, str], kind: str
) -> None:
    """One hot dish against twelve, with threads enough to meet at it."""
    workers, threads = (1, 1) if kind == "sqlite" else (2, 4)
    with server("benchmarks.served:create_app", environment, workers=workers, threads=threads) as port:
        report(
            f"One hot dish against twelve ({kind}, {workers} workers × {threads} threads)",
            interleaved(
                {
                    "spread": lambda: load.run(port, orders(furnished, ORDER, spread, officials)),
                    "hot": lambda: load.run(port, orders(furnished, ORDER, hot, officials)),
                },
                rounds,
            ),
            "spread",
        )


def report_menu(ours: int, furnished: Furnished, rounds: int, officials: int, where: str) -> None:
    """The unchanged menu, whole and as 304, beside an authenticated constant."""
    path = f"/api/v1/canteen/menus?canteen_id={furnished.canteen_id}&date={furnished.first_day.isoformat()}"
    etag = etag_of(ours, path)

    def read(path: str, **headers: str) -> Callable[[], Result]:
        messages = [
            load.request("GET", path, token_of(number % OFFICIALS), **headers)
            for number in range(officials * 2)
        ]
        return lambda: load.run(ours, messages)

    report(
        f"The menu, unchanged ({where})",
        interleaved(
            {
                "authenticated constant": read("/bench/constant"),
                "menu, whole": read(path),
                "menu, 304": read(path, etag=etag),
            },
            rounds,
        ),
        "authenticated constant",
    )


def etag_of(port: int, path: str) -> str:
    """The menu's present ETag."""
    import httpx

    answer = httpx.get(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token_of(0)}"})
    answer.raise_for_status()
    return answer.headers["ETag"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmarks that the command line names."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--database", choices=["postgresql", "sqlite"], action="append")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--officials", type=int, default=OFFICIALS)
    parser.add_argument("--pages", action="store_true", help="only the console's pages")
    parser.add_argument("--weighings", action="store_true", help="only weighings and their statistics")
    parser.add_argument("--board", action="store_true", help="only the dispatch board")
    parser.add_argument("--desk", action="store_true", help="only the desk's lists of demands")
    parser.add_argument("--rooms", action="store_true", help="only the meeting rooms")
    parser.add_argument("--traces", action="store_true", help="only tracing batches over a year")
    parser.add_argument("--year", type=int, action="append", help="weighings of the year's statistics")
    chosen = parser.parse_args(arguments)
    apart = chosen.board or chosen.desk or chosen.rooms or chosen.traces
    only = chosen.pages or chosen.weighings or apart
    for kind in chosen.database or ["postgresql", "sqlite"]:
        if chosen.board or not only:
            bench_board(kind, chosen.rounds)
        if chosen.desk or not only:
            bench_desk(kind, chosen.rounds)
        if chosen.rooms or not only:
            bench_rooms(kind, chosen.rounds)
        if chosen.traces or not only:
            bench_traces(kind, chosen.rounds)
        if apart:
            continue
        if not chosen.pages:
            if not chosen.weighings:
                bench(kind, chosen.rounds, chosen.officials)
            bench_ingest(kind, chosen.rounds)
            if kind == "postgresql":
                bench_year(chosen.year or [50_000, 5_000_000])
        if not chosen.weighings:
            bench_pages(kind)


if __name__ == "__main__":
    main()
