"""Run requests at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

R = TypeVar("R")


def at_once(calls: Sequence[Callable[[], R]]) -> list[R]:
    """The results of all calls, each in a thread of its own, started together."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], R]) -> R:
        barrier.wait(timeout=30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
