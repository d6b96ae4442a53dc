"""The figures that `docs/performance.md` tells of. Without a flag everything runs, on both databases.

Each flag runs one part alone; several run several. The figures are gathered in a table at the end.
"""

import argparse
from collections.abc import Callable, Sequence

from benchmarks import figures
from benchmarks.background import bench_background
from benchmarks.board import bench_board
from benchmarks.compound import OFFICIALS
from benchmarks.desk import bench_desk
from benchmarks.growth import FULL, bench_growth
from benchmarks.pages import bench_pages
from benchmarks.partitions import bench_partitions
from benchmarks.photos import bench_photos
from benchmarks.profiles import bench_profiles
from benchmarks.replica import bench_replica
from benchmarks.rooms import bench_rooms
from benchmarks.rush import bench_rush
from benchmarks.traces import bench_traces
from benchmarks.weighings import bench_ingest
from benchmarks.year import bench_year

POSTGRESQL, SQLITE = "postgresql", "sqlite"
EVENTS = (50_000, 5_000_000)
# What each part is, for those who choose.
PARTS = {
    "rush": "orders, one hot dish, the menu",
    "background": "what orders feel of the scheduler",
    "photos": "a demand with a photo",
    "weighings": "weighings a second, and a year's statistics",
    "rooms": "the meeting rooms",
    "board": "the dispatch board",
    "desk": "the desk's lists of demands",
    "traces": "tracing batches over a year",
    "pages": "the dashboards and the console's pages",
}
GROWTH_OF_ALL = 100_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmarks that the command line names."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--database", choices=[POSTGRESQL, SQLITE], action="append")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--officials", type=int, default=OFFICIALS)
    for name, told in PARTS.items():
        parser.add_argument(f"--{name}", action="store_true", help=f"only {told}")
    parser.add_argument("--profiles", action="store_true", help="only where the time of a request goes")
    parser.add_argument("--year", type=int, action="append", help="weighings of the year's statistics")
    parser.add_argument(
        "--growth",
        type=int,
        nargs="?",
        const=FULL,
        help=f"only what grows with history, up to so many rows ({FULL:,} unless told)",
    )
    parser.add_argument("--replica", action="store_true", help="only a read replica of PostgreSQL")
    parser.add_argument(
        "--partitions", type=int, action="append", help="only monthly partitions, with so many weighings"
    )
    chosen = parser.parse_args(arguments)
    parts = [name for name in PARTS if getattr(chosen, name)]
    is_all = not (parts or chosen.growth or chosen.replica or chosen.partitions or chosen.profiles)
    kinds = chosen.database or [POSTGRESQL, SQLITE]
    for kind in kinds:
        runs = _runs(kind, chosen)
        for name in PARTS if is_all else parts:
            runs[name]()
    if POSTGRESQL in kinds and (is_all or chosen.growth is not None):
        bench_growth(chosen.growth or GROWTH_OF_ALL)
    if chosen.replica:
        bench_replica(chosen.rounds, chosen.officials)
    if chosen.partitions:
        bench_partitions(chosen.partitions)
    if chosen.profiles:
        bench_profiles()
    print(f"\n{figures.table()}")


def _runs(kind: str, chosen: argparse.Namespace) -> dict[str, Callable[[], None]]:
    """How each part runs on one kind of database."""

    def weighings() -> None:
        bench_ingest(kind, chosen.rounds)
        if kind == POSTGRESQL:
            bench_year(chosen.year or EVENTS)

    return {
        "rush": lambda: bench_rush(kind, chosen.rounds, chosen.officials),
        "background": lambda: bench_background(kind, chosen.rounds, chosen.officials),
        "photos": lambda: bench_photos(kind, chosen.rounds),
        "weighings": weighings,
        "rooms": lambda: bench_rooms(kind, chosen.rounds),
        "board": lambda: bench_board(kind, chosen.rounds),
        "desk": lambda: bench_desk(kind, chosen.rounds),
        "traces": lambda: bench_traces(kind, chosen.rounds),
        "pages": lambda: bench_pages(kind, chosen.rounds),
    }


if __name__ == "__main__":
    main()
