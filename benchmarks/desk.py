"""How long the desk's lists and statistics take with 2,000 and 8,000 open demands beside 200,000 closed ones.

The rows are right by construction: states, clocks and daily sums as the services write them.
"""

import random
import time
from datetime import datetime, timedelta
from typing import Any

from flask_migrate import upgrade

from backend import clock
from backend.app import create_app
from backend.config import Settings
from backend.db import atomic, db, table, unit
from backend.identity.models import Department
from backend.places.models import Building, Campus
from backend.statements import BulkInsert
from benchmarks import figures
from benchmarks.asked import add, employed, log_in, over_http, settle
from benchmarks.compound import environment_of
from benchmarks.servers import database
from feedback.categories.models import Category
from feedback.deadlines.models import Clock
from feedback.offices.models import Office
from feedback.reports import rollups, sealing
from feedback.reports.models import Report

GOAL_MS = 150
OPEN, CLOSED = (2_000, 8_000), 200_000
CAMPUSES, BUILDINGS, OFFICES, CATEGORIES, REPORTERS = 2, 24, 12, 18, 400
TEXTS = ("走廊有积水，容易滑倒", "充电车位被占", "垃圾桶满了", "消防通道堆了纸箱")
CHUNK = 20_000
REPORTS = "/api/v1/feedback/reports"
ASKED = {
    "desk, what is due": f"{REPORTS}?scope=desk&is_open=true&sort=due",
    "desk, waiting": f"{REPORTS}?scope=desk&state=pending",
    "desk, overdue": f"{REPORTS}?scope=desk&overdue=true",
    "desk, words": f"{REPORTS}?scope=desk&q=%E7%A7%AF%E6%B0%B4",
    "desk, all, page 50": f"{REPORTS}?scope=desk&page=50",
    "mine": f"{REPORTS}?scope=mine",
    "nearby": f"{REPORTS}/similar?category_id=1&place_kind=building&place_id=1",
    "counts": f"{REPORTS}/counts",
    "statistics of a year": f"{REPORTS}/statistics?from_date={{first}}&until_date={{last}}&by=category",
    "supervision": f"{REPORTS}/supervision",
}
# What a column holds of which nothing is said.
USUAL = {
    column.key: column.default.arg if column.default is not None and column.default.is_scalar else None
    for column in table(Report).c
}
REPORT_COLUMNS = tuple(USUAL)
CLOCK_COLUMNS = (
    *("deadline", "subject_id", "cycle", "kind", "counting", "amount", "started_at", "due_at"),
    *("is_provisional", "verdict", "ended_at", "next_step", "next_step_at"),
)
STATES = ("pending", "accepted", "assigned", "assigned", "assigned", "in_order")


def bench_desk(kind: str, rounds: int) -> None:
    """Print the figures of one kind of database."""
    with database(kind) as (folder, url):
        environment = environment_of(folder, url)
        app = create_app(Settings.from_env(environment))
        with app.app_context():
            upgrade()
            maker, began = Maker(), time.perf_counter()
            maker.make(CLOSED, is_open=False)
            print(
                f"\nThe desk ({kind}), {CLOSED:,} closed demands made in {time.perf_counter() - began:.0f} s;"
                f" goal: under {GOAL_MS} ms with {OPEN[-1]:,} open"
            )
            today = clock.today()
            days = {"first": today - timedelta(days=364), "last": today}
            asked = {name: path.format(**days) for name, path in ASKED.items()}
            times = {}
            for many in OPEN:
                maker.make(many - maker.open, is_open=True)
                atomic(rollups.rebuild)()
                settle(kind)
                times[many] = over_http(environment, asked, rounds, title=f"{many:,} open, over HTTP")
            name, slowest = max(times[OPEN[-1]].items(), key=lambda each: each[1])
            figures.note(
                f"the desk's lists, {OPEN[-1]:,} open demands beside {CLOSED:,} closed, {kind}",
                f"slowest: {name}, {slowest:.0f} ms",
                f"≤ {GOAL_MS} ms",
            )
            for name in asked:
                few, much = (times[many][name] for many in OPEN)
                print(f"  {name:22} {OPEN[-1]:,} open / {OPEN[0]:,} open: {much / few:.2f}")
            db.session.remove()
            db.engine.dispose()


class Maker:
    """A compound with a desk, whose demands grow."""

    def __init__(self) -> None:
        self.noise = random.Random(7)
        self.now = clock.now()
        self.last, self.open = 0, 0
        self.reports = BulkInsert(table(Report), REPORT_COLUMNS)
        self.clocks = BulkInsert(table(Clock), CLOCK_COLUMNS)
        atomic(self._furnish)()
        self.keys = [sealing.key_of(staff_id) for staff_id in self.people]

    def make(self, many: int, *, is_open: bool) -> None:
        """So many more, open ones of the last days or closed ones of the last three years."""
        self.open += many if is_open else 0
        for first in range(0, many, CHUNK):
            made = [self._report(is_open=is_open) for _ in range(min(CHUNK, many - first))]
            reports = [tuple(report[name] for name in REPORT_COLUMNS) for report, _ in made]
            clocks = [tuple(one[name] for name in CLOCK_COLUMNS) for _, own in made for one in own]

            @atomic
            def write(reports: Any, clocks: Any) -> None:
                self.reports.rows(unit(), reports)
                self.clocks.rows(unit(), clocks)

            write(reports, clocks)

    def _report(self, *, is_open: bool) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        self.last += 1
        back = self.noise.randrange(8 * 1_440) if is_open else self.noise.randrange(20_000, 3 * 525_600)
        at = self.now - timedelta(minutes=back)
        done = at + timedelta(minutes=self.noise.randrange(60, 9_000))
        state = self.noise.choice(STATES) if is_open else "closed"
        place, who = self.noise.randrange(BUILDINGS), self.noise.randrange(REPORTERS)
        report = USUAL | {
            "id": self.last,
            "number": f"F{self.last:012d}",
            "kind": "snap",
            "origin": "phone",
            "category_id": self.noise.choice(self.categories),
            "deadline": "general",
            "reporter_id": self.people[who],
            "reporter_key": self.keys[who],
            "place_kind": "building",
            "place_id": self.buildings[place],
            "place_path": f"院区{place % CAMPUSES} / {place}号楼",
            "campus_id": self.campuses[place % CAMPUSES],
            "building_id": self.buildings[place],
            "text": self.noise.choice(TEXTS),
            "state": state,
            "office_id": None if state in ("pending", "accepted") else self.noise.choice(self.offices),
            "is_lapsed": not is_open,
            "submitted_at": at,
            "accepted_at": None if state == "pending" else at,
            "replied_at": None if is_open else done,
            "ended_at": None if is_open else done,
        }
        heard_at = None if state == "pending" else at + timedelta(minutes=9)
        return report, [
            self._clock("response", at, 120, heard_at),
            self._clock("answer", at, 7 * 1_440, None if is_open else done),
        ]

    def _clock(self, kind: str, at: datetime, minutes: int, ended_at: datetime | None) -> dict[str, Any]:
        due_at = at + timedelta(minutes=minutes)
        verdict = "running" if ended_at is None else "met" if ended_at <= due_at else "missed"
        return {
            "subject_id": self.last,
            "cycle": 0,
            "kind": kind,
            "deadline": "general",
            "counting": "natural",
            "amount": minutes,
            "started_at": at,
            "due_at": due_at,
            "is_provisional": False,
            "verdict": verdict,
            "ended_at": ended_at,
            "next_step": 100 if ended_at is None else None,
            "next_step_at": due_at if ended_at is None else None,
        }

    def _furnish(self) -> None:
        campuses = [add(Campus(name=f"院区{number}")) for number in range(CAMPUSES)]
        self.campuses = [one.id for one in campuses]
        self.buildings = [
            add(Building(campus_id=self.campuses[number % CAMPUSES], name=f"{number}号楼")).id
            for number in range(BUILDINGS)
        ]
        self.offices = [add(Office(name=f"承办{number}")).id for number in range(OFFICES)]
        self.categories = [
            add(Category(kind="snap", code=f"c{number}", name=f"类别{number}", words=[])).id
            for number in range(CATEGORIES)
        ]
        department = add(Department(name="后勤处"))
        officer = employed("D0", department, "feedback_desk")
        others = [employed(f"R{number}", department, "feedback_handler").id for number in range(1, REPORTERS)]
        self.people = [officer.id, *others]
        log_in(officer)
