"""The figures of a run, gathered for the table at its end, and how contenders are compared within it."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from os import cpu_count, getloadavg
from pathlib import Path

from benchmarks.load import Result


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    measured: str
    goal: str


_taken: list[Figure] = []


def note(what: str, measured: str, goal: str = "") -> None:
    """Keep a figure for the table."""
    _taken.append(Figure(what, measured, goal))


def table() -> str:
    """What was noted, as Markdown, under the machine that it was taken on; empty without figures."""
    if not _taken:
        return ""
    lines = [f"| {each.what} | {each.measured} | {each.goal} |" for each in _taken]
    return "\n".join([machine(), "", "| figure | measured | goal |", "|---|---|---|", *lines])


def machine() -> str:
    """The machine, the day, and how busy it was when asked."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    kind = names[0] if names else "unnamed processor"
    return f"{cpu_count()} cores ({kind}), {datetime.now(UTC):%Y-%m-%d}, load average {getloadavg()[0]:.1f}"


def interleaved(contenders: dict[str, Callable[[], Result]], rounds: int) -> dict[str, list[Result]]:
    """So many rounds of each, one after another, so that a noisy minute hits all of them."""
    for run in contenders.values():
        run()
    results: dict[str, list[Result]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            results[name].append(run())
    return results


def ratio(results: dict[str, list[Result]], name: str, base: str) -> float:
    """The median of the ratios of rates within one round."""
    pairs = zip(results[name], results[base], strict=True)
    return statistics.median(run.rate / other.rate for run, other in pairs)


def cpu_ratio(results: dict[str, list[Result]], name: str, base: str) -> float:
    """How much more the server works for a request, as the median of the ratios within one round."""
    pairs = zip(results[name], results[base], strict=True)
    return statistics.median(run.cpu_ms / other.cpu_ms for run, other in pairs)


def report(title: str, results: dict[str, list[Result]], *bases: str) -> None:
    """Rates, p50 and p99 as medians; ratios to each base as medians of the ratios within one round."""
    print(f"\n{title}")
    heads = "".join(f"{'/ ' + base:>24}" for base in bases)
    print(f"  {'':34}{'r/s':>8}{'p50 ms':>9}{'p99 ms':>9}{'cpu ms':>9}{heads}   statuses")
    for name, runs in results.items():
        statuses = sum((run.statuses for run in runs), start=type(runs[0].statuses)())
        ratios = "".join(f"{ratio(results, name, base):24.2f}" for base in bases)
        print(
            f"  {name:34}{statistics.median(run.rate for run in runs):8.0f}"
            f"{statistics.median(run.p50_ms for run in runs):9.1f}"
            f"{statistics.median(run.p99_ms for run in runs):9.1f}"
            f"{statistics.median(run.cpu_ms for run in runs):9.2f}{ratios}   {dict(statuses)}"
        )


def told(runs: list[Result]) -> str:
    """The rate and latencies of the rounds, as the table says them."""
    rate, p50, p99 = (
        statistics.median(values)
        for values in zip(*((run.rate, run.p50_ms, run.p99_ms) for run in runs), strict=True)
    )
    return f"{rate:.0f}/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms"
