"""`python -m tests.hammer --requests 100000 --minutes 60`: ends with 1 if anything was answered wrongly.

A server of its own on a PostgreSQL of its own, furnished with the demo, is asked by several people:
schemathesis goes over every operation with identifiers of what is there and bodies that are half valid, while
the pages and the phones' requests of a day run beside it.
"""

import argparse
import sys
import threading
import time
from collections import Counter

import click
from flask import Flask
from flask_migrate import upgrade

from backend.app import create_app
from backend.flows.demo import seed
from benchmarks.compound import environment_of, settings_of
from benchmarks.servers import database, server
from tests.hammer.made_up import MadeUp
from tests.hammer.mixed import Mixed
from tests.hammer.people import People

_OPERATIONS_PER_LINE = 50


def main() -> int:
    """Run it; the exit code is 1 if there was a 5xx, or an answer that the document does not know."""
    parser = argparse.ArgumentParser(prog="tests.hammer", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--threads", type=int, default=4)
    chosen = parser.parse_args()
    with database("postgresql") as (folder, url):
        app = create_app(settings_of(folder, url))
        with app.app_context():
            upgrade()
            seed(days=60, staff=60)
            people = People(app)
            environment = environment_of(folder, url)
            with server("backend.app:create_app", environment, workers=1, threads=chosen.threads) as port:
                return _run(app, port, people, chosen.requests, chosen.minutes)


def _run(app: Flask, port: int, people: People, requests: int, minutes: float) -> int:
    counted: Counter[str] = Counter()
    wrong: dict[str, str] = {}
    told = 0
    begun = time.monotonic()
    is_over = threading.Event()
    beside = threading.Thread(target=Mixed(app, port, people, counted, wrong).run, args=(is_over,))
    beside.start()
    try:
        for number, batch in enumerate(MadeUp(app, port, people, counted, wrong).batches()):
            batch()
            if counted.total() >= requests or time.monotonic() - begun > minutes * 60:
                break
            if number % _OPERATIONS_PER_LINE == 0:
                told = _tell(counted, wrong, begun, told)
    finally:
        is_over.set()
        beside.join()
    _tell(counted, wrong, begun, told)
    return 1 if wrong else 0


def _tell(counted: Counter[str], wrong: dict[str, str], begun: float, told: int) -> int:
    """One line of figures, and what was found wrong since; returns how much has been told."""
    found = list(wrong.items())
    parts = ", ".join(f"{name} {count}" for name, count in sorted(counted.items()))
    click.echo(f"{counted.total()} requests in {time.monotonic() - begun:.0f} s, {len(found)} wrong: {parts}")
    for what, how in found[told:]:
        click.echo(f"  {what}: {how}")
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
