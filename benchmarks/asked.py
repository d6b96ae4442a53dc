"""Whole requests over HTTP, one after another, of somebody logged in, beside an authenticated constant."""

from collections.abc import Mapping
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import select, text

from backend import clock
from backend.actor import Actor, ScopeKind
from backend.db import db
from backend.identity import operations as identity_operations
from backend.identity import queries as identity_queries
from backend.identity.models import Department, LoginSession, Posting, Role, RoleGrant, Staff
from backend.identity.policies import hash_token
from benchmarks import load
from benchmarks.compound import token_of
from benchmarks.servers import server

REQUESTS = 15


def add(row: Any) -> Any:
    """The row, with its identifier."""
    db.session.add(row)
    db.session.flush()
    return row


def employed(number: str, department: Department, role: str) -> Staff:
    """A member of staff who bears a role everywhere."""
    posting = Posting(department_id=department.id, is_primary=True)
    staff = add(Staff(staff_no=number, name=f"职工{number}", created_at=clock.now(), postings=[posting]))
    role_id = db.session.scalar(select(Role.id).where(Role.code == role))
    add(
        RoleGrant(
            staff_id=staff.id,
            role_id=role_id,
            scope_kind=ScopeKind.COMPOUND.value,
            scope_id=0,
            granted_at=clock.now(),
            granted_by=0,
        )
    )
    return staff


def log_in(staff: Staff, number: int = 0) -> str:
    """Open a session of this token number; returns what it knows of who acts."""
    snapshot, now = identity_operations.snapshot(staff), clock.now()
    db.session.add(
        LoginSession(
            token_hash=hash_token(token_of(number)),
            staff_id=staff.id,
            provider="wechat_mp",
            device="",
            actor=snapshot,
            must_change_password=False,
            opened_at=now,
            seen_at=now,
            expires_at=now + timedelta(days=30),
        )
    )
    return snapshot


def actor_of(snapshot: str) -> Actor:
    """Who acts in the first session."""
    return identity_queries.load_actor(1, snapshot)


def settle(kind: str) -> None:
    """What autovacuum does in due course, so that it does not run while we measure."""
    if kind == "sqlite":
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))


def over_http(
    environment: dict[str, str], asked: Mapping[str, str], rounds: int, *, title: str, number: int = 0
) -> dict[str, float]:
    """Print and return the milliseconds of what is asked by name; medians of the rounds' medians."""
    token = token_of(number)
    wanted = {"constant": "/bench/constant", **asked}
    found: dict[str, list[float]] = {name: [] for name in wanted}
    with server("benchmarks.served:create_app", environment, workers=1, threads=1) as port:
        for turn in range(rounds + 1):
            for name, path in wanted.items():
                result = load.run(port, [load.request("GET", path, token)] * REQUESTS, connections=1)
                if set(result.statuses) != {200}:
                    raise SystemExit(f"{name}: {dict(result.statuses)}")
                if turn:
                    found[name].append(median(result.latencies_ms))
    print(f"  {title}:{'ms':>10}{'/ constant':>12}")
    times = {name: median(rounds_of) for name, rounds_of in found.items()}
    for name, milliseconds in times.items():
        print(f"    {name:22}{milliseconds:8.1f}{milliseconds / times['constant']:12.1f}")
    return times
