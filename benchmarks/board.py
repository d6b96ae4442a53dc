"""How long the dispatch board takes with 5,000 and 20,000 open orders beside 500,000 closed ones.

The rows are right by construction: states, clocks and holds as the services write them. The whole request
goes over HTTP to a real server, beside an authenticated constant; SQL is measured within the process.
"""

import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from datetime import time as wall_time
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import insert

from backend import clock
from backend.actor import Actor
from backend.app import create_app
from backend.config import Settings
from backend.db import atomic, db, table, unit
from backend.identity.models import Department
from backend.places.models import Building, Campus
from backend.statements import BulkInsert
from benchmarks import figures
from benchmarks.asked import actor_of, add, employed, log_in, over_http, settle
from benchmarks.compound import environment_of
from benchmarks.servers import database
from benchmarks.year import timed
from property.categories.models import Category
from property.dispatch import queries
from property.service_levels.models import Clock
from property.work_orders.models import Hold, WorkOrder
from property.workforce.models import Duty, Group, Shift, Worker, WorkerSkill

GOAL_MS = 150
OPEN, CLOSED = (5_000, 20_000), 500_000
CAMPUSES, BUILDINGS, GROUPS, WORKERS = 2, 24, 12, 160
SKILLS = ("水暖", "电工", "木工", "空调", "弱电", "")
CATEGORIES = 48
DESCRIPTIONS = ("卫生间漏水，请尽快维修", "办公室灯不亮", "空调不制冷", "门锁坏了")
CHUNK = 20_000
# How open orders are spread over the states, in per cent.
STATES = {"submitted": 10, "triaged": 20, "dispatched": 15, "working": 40, "held": 8, "finished": 7}
BOARD = "/api/v1/property/dispatch/board"
# What is asked of the board: all of it, one building of it, words, and its last pages.
ASKED = {
    "board": "",
    "one building": "?building_id=3",
    "one skill": "?skill=%E7%94%B5%E5%B7%A5",
    "words": "?q=%E6%BC%8F%E6%B0%B4",
    "only overdue": "?is_overdue=true",
    "page 50": "?page=50",
}
PATHS = {name: f"{BOARD}{query}" for name, query in ASKED.items()}
# What a column holds of which nothing is said.
USUAL = {
    column.key: column.default.arg if column.default is not None and column.default.is_scalar else None
    for column in table(WorkOrder).c
}
ORDER_COLUMNS = tuple(USUAL)
CLOCK_COLUMNS = (
    *("calendar", "subject_id", "cycle", "kind", "counting", "amount", "started_at", "due_at"),
    *("is_provisional", "verdict", "ended_at", "next_step", "next_step_at"),
)


def bench_board(kind: str, rounds: int) -> None:
    """Print the figures of one kind of database."""
    with database(kind) as (folder, url):
        environment = environment_of(folder, url)
        app = create_app(Settings.from_env(environment))
        with app.app_context():
            upgrade()
            maker = Maker()
            began = time.perf_counter()
            maker.closed(CLOSED)
            print(
                f"\nThe dispatch board ({kind}), {CLOSED:,} closed orders made in"
                f" {time.perf_counter() - began:.0f} s; goal: under {GOAL_MS} ms with {OPEN[-1]:,} open"
            )
            times = {}
            for many in OPEN:
                maker.open(many)
                settle(kind)
                _within(maker.actor, many)
                title = f"{many:,} open, over HTTP"
                times[many] = over_http(environment, PATHS, rounds, title=title)
            name, slowest = max(times[OPEN[-1]].items(), key=lambda each: each[1])
            figures.note(
                f"the dispatch board, {OPEN[-1]:,} open orders beside {CLOSED:,} closed, {kind}",
                f"slowest: {name}, {slowest:.0f} ms",
                f"≤ {GOAL_MS} ms",
            )
            for name in ASKED:
                few, much = (times[many][name] for many in OPEN)
                print(f"  {name:14} {OPEN[-1]:,} open / {OPEN[0]:,} open: {much / few:.2f}")
            db.session.remove()
            db.engine.dispose()


class Maker:
    """A compound with workers, whose orders grow."""

    def __init__(self) -> None:
        self.noise = random.Random(6)
        self.now = clock.now()
        self.last, self.made_open = 0, 0
        self.orders = BulkInsert(table(WorkOrder), ORDER_COLUMNS)
        self.clocks = BulkInsert(table(Clock), CLOCK_COLUMNS)
        self.actor = self._furnish()

    def closed(self, many: int) -> None:
        """So many orders that are done, of the last three years."""
        for first in range(0, many, CHUNK):
            self._write([self._closed() for _ in range(min(CHUNK, many - first))])

    def open(self, many: int) -> None:
        """As many open orders in all, of the last days."""
        states = [state for state, percent in STATES.items() for _ in range(percent)]
        while self.made_open < many:
            made = min(CHUNK, many - self.made_open)
            holds: list[dict[str, Any]] = []
            self._write([self._open(self.noise.choice(states), holds) for _ in range(made)], holds)
            self.made_open += made

    def _closed(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        at = self.now - timedelta(minutes=self.noise.randrange(20_000, 3 * 525_600))
        done = at + timedelta(minutes=self.noise.randrange(30, 3_000))
        order = self._order(
            at,
            "closed",
            triaged_at=at,
            accepted_at=at,
            finished_at=done,
            completed_at=done,
            ended_at=done,
            **self._taken(),
        )
        ends = {"response": at + timedelta(minutes=10), "resolution": done}
        return order, [self._clock(order, kind, at, "met", end) for kind, end in ends.items()]

    def _open(self, state: str, holds: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        at = self.now - timedelta(minutes=self.noise.randrange(3 * 1_440))
        is_taken = state in ("working", "held", "finished")
        columns: dict[str, Any] = {"accepted_at": at if is_taken else None}
        if is_taken or state == "dispatched":
            columns |= self._taken()
            if state == "dispatched" and self.noise.random() < 0.3:
                columns["worker_id"] = None
        order = self._order(at, state, **columns)
        stands = "paused" if state in ("held", "finished") else "running"
        if state == "working" and self.noise.random() < 0.02:
            holds.append(
                {
                    "order_id": order["id"],
                    "cycle": 0,
                    "state": "waiting",
                    "reason": "等配件",
                    "expected_until": self.now + timedelta(days=3),
                    "asked_at": self.now,
                    "asked_by": order["worker_id"],
                    "decision": "",
                }
            )
        response = self._clock(order, "response", at, *(("met", at) if is_taken else ("running", None)))
        return order, [response, self._clock(order, "resolution", at, stands, None)]

    def _taken(self) -> dict[str, int]:
        """A worker and that one's group."""
        number = self.noise.randrange(WORKERS)
        return {"worker_id": self.workers[number], "group_id": self.groups[number % GROUPS]}

    def _order(self, at: datetime, state: str, **columns: Any) -> dict[str, Any]:
        self.last += 1
        building = self.noise.randrange(BUILDINGS)
        urgency = self.noise.choices(("critical", "urgent", "ordinary"), (2, 18, 80))[0]
        return USUAL | {
            "id": self.last,
            "number": f"WX{self.last:010d}",
            "origin": "phone",
            "reporter_id": self.actor_id,
            "category_id": self.noise.choice(self.categories),
            "place_kind": "building",
            "place_id": self.buildings[building],
            "place_path": f"院区{building % CAMPUSES} / {building}号楼 / {self.noise.randrange(20)}层",
            "place_class": "ordinary",
            "campus_id": self.campuses[building % CAMPUSES],
            "building_id": self.buildings[building],
            "description": self.noise.choice(DESCRIPTIONS),
            "urgency": urgency,
            "state": state,
            "submitted_at": at,
            "submitted_by": self.actor_id,
            **columns,
        }

    def _clock(
        self, order: dict[str, Any], kind: str, at: datetime, verdict: str, ended_at: datetime | None
    ) -> dict[str, Any]:
        minutes = 30 if kind == "response" else self.noise.choice((120, 1_440, 4_320))
        return {
            "subject_id": order["id"],
            "cycle": 0,
            "kind": kind,
            "calendar": "0@0/1.11.0/00000000",
            "counting": "natural",
            "amount": minutes,
            "started_at": at,
            "due_at": at + timedelta(minutes=minutes),
            "is_provisional": False,
            "verdict": verdict,
            "ended_at": ended_at,
            "next_step": 100 if ended_at is None else None,
            "next_step_at": at + timedelta(minutes=minutes) if verdict == "running" else None,
        }

    def _write(
        self,
        made: Sequence[tuple[dict[str, Any], list[dict[str, Any]]]],
        holds: Sequence[dict[str, Any]] = (),
    ) -> None:
        orders = [tuple(order[name] for name in ORDER_COLUMNS) for order, _ in made]
        clocks = [tuple(one[name] for name in CLOCK_COLUMNS) for _, own in made for one in own]

        @atomic
        def write() -> None:
            self.orders.rows(unit(), orders)
            self.clocks.rows(unit(), clocks)
            if holds:
                unit().execute(insert(table(Hold)), list(holds))

        write()

    @property
    def actor_id(self) -> int:
        """The dispatcher."""
        return self._dispatcher_id

    def _furnish(self) -> Actor:
        @atomic
        def write() -> str:
            campuses = [add(Campus(name=f"院区{number}")) for number in range(CAMPUSES)]
            buildings = [
                add(Building(campus_id=campuses[number % CAMPUSES].id, name=f"{number}号楼"))
                for number in range(BUILDINGS)
            ]
            self.campuses = [one.id for one in campuses]
            self.buildings = [one.id for one in buildings]
            self.categories = [
                add(Category(code=f"c{number}", name=f"类别{number}", skill=SKILLS[number % len(SKILLS)])).id
                for number in range(CATEGORIES)
            ]
            self.groups = [add(Group(name=f"{number}班")).id for number in range(GROUPS)]
            department = add(Department(name="物业处"))
            dispatcher = employed("D0", department, "property_dispatcher")
            self._dispatcher_id = dispatcher.id
            shift = add(Shift(name="白班", from_time=wall_time(0), until_time=wall_time(0)))
            self.workers = [self._worker(number, department, shift) for number in range(WORKERS)]
            return log_in(dispatcher)

        return actor_of(write())

    def _worker(self, number: int, department: Department, shift: Shift) -> int:
        staff = employed(f"W{number}", department, "property_worker")
        add(
            Worker(
                staff_id=staff.id,
                group_id=self.groups[number % GROUPS],
                building_id=self.buildings[number % BUILDINGS],
                capacity=100,
                joined_at=self.now,
            )
        )
        add(WorkerSkill(staff_id=staff.id, skill=SKILLS[number % 5]))
        if number % 3 == 0:
            add(Duty(staff_id=staff.id, on_date=clock.local(self.now).date(), shift_id=shift.id))
        return staff.id


def _within(actor: Actor, many: int) -> None:
    """The board read in this process: what its statements take of it."""
    read: Callable[[], Any] = lambda: queries.board(actor)  # noqa: E731 # One line says it best.
    spent = [timed(read) for _ in range(9)]
    print(
        f"  {many:,} open, in the process: {min(total for total, _ in spent):.1f} ms,"
        f" of which SQL {min(sql for _, sql in spent):.1f} ms"
    )
