"""What reads and writes cost while history grows by factors of ten; PostgreSQL.

Each subject has a database of its own. What is measured goes over HTTP to one worker, one request after
another, or runs a statement that no request asks for; medians of so many. `× last` compares the largest
size with 10,000 rows: 1 is flat.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any
from uuid import uuid4

from flask_migrate import upgrade
from sqlalchemy import func, select, text

from backend import clock, jobs
from backend.actor import ScopeKind
from backend.app import create_app
from backend.authentication import CONSOLE_COOKIE
from backend.config import Settings
from backend.db import atomic, db, unit
from backend.flows import schedule
from backend.identity import operations as identity_operations
from backend.identity.models import (
    Department,
    LoginSession,
    Posting,
    Role,
    RoleGrant,
    SessionKind,
    SessionStage,
    Staff,
)
from backend.identity.policies import PASSWORD, hash_token
from backend.notifications.delivery import queries as delivery
from backend.places.models import Building, Campus
from benchmarks import compound, figures, growth_rows, load
from benchmarks.asked import add, log_in, settle
from benchmarks.compound import environment_of, token_of
from benchmarks.rush import ORDER, orders, spread
from benchmarks.servers import database, server
from canteen.menu.models import Canteen, Dish, Meal, MealDish
from feedback.categories.models import Category as DemandCategory
from feedback.offices.models import Office
from property.categories.models import Category as RepairCategory
from property.workforce.models import Group, Worker

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
FULL, BASE = SIZES[-1], 10_000
REQUESTS, CHUNK = 11, 500_000
PEOPLE, REPORTERS = 400, 20
CONSOLE_TOKEN = "bench-console-0123456789abcdef0123456789"


@dataclass(frozen=True)
class Subject:
    """Something whose history grows: its rows, and what is asked of it.

    `pages` are the console's, `paths` the phone's; `statements` run in this process.
    """

    title: str
    furnish: Callable[[], dict[str, Any]]
    rows: Sequence[str]
    paths: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    statements: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    writes: Mapping[str, Callable[[dict[str, Any]], list[bytes]]] = field(default_factory=dict)


def bench_growth(most: int) -> None:
    """Print the milliseconds of everything at each size up to `most` rows."""
    sizes = [size for size in SIZES if size <= most]
    for subject in SUBJECTS:
        with database("postgresql") as (folder, url):
            environment = environment_of(folder, url)
            app = create_app(Settings.from_env(environment))
            with app.app_context():
                upgrade()
                given = atomic(subject.furnish)()
                with server("benchmarks.served:create_app", environment, workers=1, threads=1) as port:
                    _report(subject, sizes, _grown(subject, given, sizes, port))
                db.session.remove()
                db.engine.dispose()


def _grown(subject: Subject, given: dict[str, Any], sizes: list[int], port: int) -> dict[str, list[float]]:
    """Milliseconds by name, at each size."""
    found: dict[str, list[float]] = {}
    made = 0
    for size in sizes:
        began = time.perf_counter()
        for first in range(made, size, CHUNK):
            _fill(subject, given, first, min(first + CHUNK, size) - 1)
        made = size
        settle("postgresql")
        found.setdefault("(making the rows, s)", []).append(time.perf_counter() - began)
        for name, messages in _messages(subject, given).items():
            result = load.run(port, messages, connections=1)
            if not set(result.statuses) <= {200, 201}:
                raise SystemExit(f"{name}: {dict(result.statuses)}")
            found.setdefault(name, []).append(median(result.latencies_ms[1:]))
        for name, ask in subject.statements.items():
            found.setdefault(name, []).append(median(_times(ask)))
    return found


def _messages(subject: Subject, given: dict[str, Any]) -> dict[str, list[bytes]]:
    known = {"today": clock.today(), "yesterday": clock.today() - timedelta(days=1), **given}
    phone = {
        name: [load.request("GET", path.format(**known), token_of(0))] * REQUESTS
        for name, path in subject.paths.items()
    }
    cookie = f"{CONSOLE_COOKIE}={CONSOLE_TOKEN}"
    console = {
        name: [load.request("GET", path.format(**known), cookie=cookie)] * REQUESTS
        for name, path in subject.pages.items()
    }
    writes = {name: write(given) for name, write in subject.writes.items()}
    return {"constant": [load.request("GET", "/bench/constant", token_of(0))] * REQUESTS} | (
        phone | console | writes
    )


def _times(ask: Callable[[], Any]) -> list[float]:
    times = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - began))
        db.session.rollback()
    return times[1:]


def _fill(subject: Subject, given: dict[str, Any], first: int, last: int) -> None:
    @atomic
    def write() -> None:
        # The rows are right by construction; asking so of each foreign key would take minutes.
        unit().execute(text("SET LOCAL session_replication_role = replica"))
        for statement in subject.rows:
            unit().execute(text(statement), {**given, "first": first, "last": last})

    write()


def _report(subject: Subject, sizes: list[int], found: dict[str, list[float]]) -> None:
    base = sizes.index(BASE) if BASE in sizes else 0
    print(f"\nGrowth: {subject.title} (postgresql), ms at so many rows")
    print(f"  {'':34}" + "".join(f"{size:>12,}" for size in sizes) + f"{'× last':>9}")
    for name, times in found.items():
        is_time = not name.startswith("(")
        grown = f"{times[-1] / times[base]:9.2f}" if is_time else ""
        print(f"  {name:34}" + "".join(f"{each:12.1f}" for each in times) + grown)
    grown = {
        name: (times[-1] / times[base], times[-1])
        for name, times in found.items()
        if not name.startswith("(") and name != "constant"
    }
    least, most = (pick(grown, key=lambda name: grown[name][0]) for pick in (min, max))
    figures.note(
        f"{subject.title}, {sizes[base]:,} → {sizes[-1]:,} rows, {len(grown)} reads and writes",
        f"time × {grown[least][0]:.2f} to {grown[most][0]:.2f} ({most}: {grown[most][1]:.0f} ms)",
        "flat",
    )


def _people(department: Department, many: int = PEOPLE) -> int:
    """People, the first of whom bears every role and is logged in twice; returns that one's id."""
    staff = [
        Staff(
            staff_no=f"G{number:05d}",
            name=f"职工{number}",
            created_at=clock.now(),
            postings=[Posting(department_id=department.id, is_primary=True)],
        )
        for number in range(many)
    ]
    for each in staff:
        add(each)
    first = staff[0]
    _log_in(first)
    return first.id


def _log_in(staff: Staff) -> None:
    now = clock.now()
    for role_id in db.session.scalars(select(Role.id)).all():
        granted = {"granted_at": now, "granted_by": 0}
        add(
            RoleGrant(
                staff_id=staff.id,
                role_id=role_id,
                scope_kind=ScopeKind.COMPOUND.value,
                scope_id=0,
                **granted,
            )
        )
    db.session.expire(staff)
    db.session.add(
        LoginSession(
            token_hash=hash_token(CONSOLE_TOKEN),
            staff_id=staff.id,
            provider=PASSWORD,
            kind=SessionKind.CONSOLE.value,
            stage=SessionStage.COMPLETE.value,
            actor=identity_operations.snapshot(staff),
            opened_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=12),
        )
    )


def _house() -> dict[str, Any]:
    """A campus with 24 buildings, and people; identifiers of each kind follow one another."""
    campus = add(Campus(name="中心院区"))
    buildings = [add(Building(campus_id=campus.id, name=f"{number}号楼")).id for number in range(24)]
    department = add(Department(name="办公室"))
    first = _people(department)
    for number in range(REPORTERS):
        log_in(db.session.get_one(Staff, first + number), number)
    return {
        "campus_id": campus.id,
        "first_building": buildings[0],
        "department_id": department.id,
        "first_staff": first,
    }


def _of_demands() -> dict[str, Any]:
    given = _house()
    categories = [
        add(DemandCategory(kind="snap", code=f"c{number}", name=f"类别{number}", words=[])).id
        for number in range(18)
    ]
    offices = [add(Office(name=f"承办{number}")).id for number in range(12)]
    return {**given, "first_category": categories[0], "first_office": offices[0]}


def _of_work_orders() -> dict[str, Any]:
    given = _house()
    categories = [
        add(RepairCategory(code=f"c{number}", name=f"类别{number}", skill="")).id for number in range(18)
    ]
    groups = [add(Group(name=f"{number}班")).id for number in range(12)]
    for number in range(40):
        add(
            Worker(
                staff_id=given["first_staff"] + number,
                group_id=groups[number % 12],
                building_id=given["first_building"],
                capacity=100,
                joined_at=clock.now(),
            )
        )
    return {**given, "first_category": categories[0], "first_group": groups[0]}


def _of_messages() -> dict[str, Any]:
    given = _house()
    unit().execute(text(growth_rows.WAITING), given)
    return given


def _of_firings() -> dict[str, Any]:
    return {**_house(), "jobs": [job.name for job in schedule.all_jobs()][:40], "until": clock.now()}


def _of_orders() -> dict[str, Any]:
    furnished = compound.furnish()
    first = db.session.scalar(select(func.min(Staff.id)))
    staff = db.session.get_one(Staff, first)
    _log_in(staff)
    return {
        "furnished": furnished,
        "canteen_id": db.session.scalar(select(Canteen.id)),
        "department_id": staff.postings[0].department_id,
        "first_staff": first,
        "first_dish": db.session.scalar(select(func.min(Dish.id))),
        "meal_dish_id": db.session.scalar(select(func.min(MealDish.id))),
        "meal_id": db.session.scalar(select(func.min(Meal.id))),
    }


def _placed(given: dict[str, Any]) -> list[bytes]:
    return orders(given["furnished"], ORDER, spread, 100)


def _reported(given: dict[str, Any]) -> list[bytes]:
    body = {
        "category_id": given["first_category"],
        "place_kind": "building",
        "place_id": given["first_building"],
        "text": "走廊有积水，容易滑倒",
    }
    path = "/api/v1/feedback/reports"
    return [
        load.request("POST", path, token_of(number), body, key=uuid4().hex) for number in range(REPORTERS)
    ]


def _dispatched() -> Any:
    return atomic(lambda: delivery.due(clock.now(), 50))()


SUBJECTS = (
    Subject(
        "orders",
        _of_orders,
        growth_rows.ORDERS,
        paths={
            "my orders": "/api/v1/canteen/orders",
            "my week": "/api/v1/canteen/week?canteen_id={canteen_id}",
        },
        pages={
            "console, orders of a meal": "/console/canteen/orders?date={yesterday}",
            "console, prep list": "/console/canteen/prep?date={yesterday}",
            "console, who came": "/console/canteen/attendance",
        },
        writes={"place an order": _placed},
    ),
    Subject(
        "audit trail",
        _house,
        growth_rows.AUDIT,
        pages={
            "console, newest": "/console/audit",
            "of a module": "/console/audit?action=identity.",
            "of an action": "/console/audit?action=identity.role_granted",
            "of a person": "/console/audit?actor_id=7",
            "of an object": "/console/audit?object_kind=staff&object_id=17",
            "words": "/console/audit?q=booked",
        },
    ),
    Subject(
        "demands",
        _of_demands,
        growth_rows.DEMANDS,
        paths={
            "desk, what is due": "/api/v1/feedback/reports?scope=desk&is_open=true&sort=due",
            "desk, all": "/api/v1/feedback/reports?scope=desk",
            "desk, words": "/api/v1/feedback/reports?scope=desk&q=%E7%A7%AF%E6%B0%B4",
            "mine": "/api/v1/feedback/reports?scope=mine",
            "nearby": "/api/v1/feedback/reports/similar?category_id={first_category}&place_kind=building"
            "&place_id={first_building}",
            "counts": "/api/v1/feedback/reports/counts",
        },
        pages={"console, board": "/console/feedback/board", "console, list": "/console/feedback/reports"},
        writes={"bring forward": _reported},
    ),
    Subject(
        "work orders",
        _of_work_orders,
        growth_rows.WORK_ORDERS,
        paths={
            "mine": "/api/v1/property/work-orders?view=mine",
            "in hand": "/api/v1/property/work-orders?view=todo",
            "all": "/api/v1/property/work-orders?view=all",
            "words": "/api/v1/property/work-orders?view=all&q=%E6%BC%8F%E6%B0%B4",
            "dispatch board": "/api/v1/property/dispatch/board",
        },
        pages={"console, list": "/console/property/orders"},
    ),
    Subject(
        "messages",
        _of_messages,
        growth_rows.MESSAGES,
        paths={"inbox": "/api/v1/inbox"},
        pages={"console, sends": "/console/notifications"},
        statements={"claim 50 of 100 that wait": _dispatched},
    ),
    Subject(
        "job firings",
        _of_firings,
        growth_rows.FIRINGS,
        pages={"console, jobs": "/console/jobs"},
        statements={
            "when was it due last": lambda: jobs.latest_due(schedule.all_jobs()[0]),
            "abandoned ones": jobs.abandoned,
        },
    ),
)
