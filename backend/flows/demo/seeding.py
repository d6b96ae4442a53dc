"""Seeding: plan outside, write in one unit of work, then tell the simulator who there is."""

import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from backend import clock, vault
from backend.actor import SYSTEM
from backend.audit.operations import record
from backend.config import settings
from backend.db import atomic, db, unit
from backend.flows.demo import loading
from backend.flows.demo.organisation import DEMO_PASSWORD, FIXED_ACCOUNTS
from backend.flows.demo.people import Member, people_json
from backend.flows.demo.plan import days_of, make_plan, people
from backend.flows.demo.tables import Batch, Sealed, batches
from backend.identity.models import ExternalIdentity, Role, RolePermission, Staff
from backend.identity.passwords.hashing import hash_password
from backend.identity.second_factor.policies import PRIVILEGED
from backend.rules import operations as rule_operations
from backend.wechat.simulator.people import openid_of, people_file
from backend.workdays.queries import calendar_for

PROVIDER = "wechat_mp"
DAYS = 400
OFFICIALS = 600


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What seeding did: whether it wrote anything, how many rows of which table, and how long it took."""

    is_seeded: bool
    rows: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def seed(*, days: int = DAYS, staff: int = OFFICIALS) -> DemoReport:
    """Furnish an empty database with a living compound: `days` days of past, `staff` officials.

    Equal on equal days, but for ciphers and hashes. A database with any staff is left as it is.
    """
    began = time.perf_counter()
    members = people(staff)
    if _has_staff():
        _mend_people_file(members)
        return DemoReport(is_seeded=False)
    now = clock.now()
    start_on, until_on = days_of(clock.local(now).date(), days)
    calendar = calendar_for(start_on, until_on)
    plan = make_plan(now, calendar, days=days, officials=staff)
    written = _write(list(batches(plan, _sealed(), calendar)))
    if not written:
        return DemoReport(is_seeded=False)
    _write_people_file(members)
    return DemoReport(is_seeded=True, rows=written, seconds=time.perf_counter() - began)


@atomic
def _write(prepared: Sequence[Batch]) -> dict[str, int]:
    """Insert everything, or nothing if somebody was quicker; returns the number of rows by table."""
    connection = unit()
    loading.claim(connection)
    if _has_staff():
        return {}
    written = {batch.table.name: loading.load(connection, batch) for batch in prepared}
    loading.finish(connection, prepared)
    rule_operations.show_change()
    record(SYSTEM, "demo.seeded", "compound", 0, rows=written)
    return written


def _has_staff() -> bool:
    return db.session.execute(select(Staff.id).limit(1)).first() is not None


def _sealed() -> Sealed:
    return Sealed(
        encrypt=vault.encrypt,
        keyed_hash=vault.keyed_hash,
        provider=PROVIDER,
        tenant=_appid(),
        subject_of=lambda staff_no: openid_of(_appid(), staff_no),
        password_hashes={account.staff_no: hash_password(DEMO_PASSWORD) for account in FIXED_ACCOUNTS},
        role_ids=dict(db.session.execute(select(Role.code, Role.id)).all()),
        guarded_roles=_guarded_roles(),
    )


def _guarded_roles() -> set[str]:
    """The roles whose holders must have a second factor."""
    privileged = RolePermission.permission.in_([permission.value for permission in PRIVILEGED])
    return set(db.session.scalars(select(Role.code).join(Role.permissions).where(privileged)))


def _appid() -> str:
    return settings().wechat_apps["default"].appid


def _mend_people_file(members: Sequence[Member]) -> None:
    """Write the simulator's people if the file is missing beside a seeded demo: its folder may be new."""
    if people_file(settings().data_dir).exists():
        return
    account = FIXED_ACCOUNTS[0].staff_no
    demo_identity = select(ExternalIdentity.id).where(
        ExternalIdentity.provider == PROVIDER, ExternalIdentity.subject == openid_of(_appid(), account)
    )
    # A real compound has no simulated account, and its people are nobody's business here.
    if db.session.execute(demo_identity).first() is not None:
        _write_people_file(members)


def _write_people_file(members: Sequence[Member]) -> None:
    path: Path = people_file(settings().data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.write_bytes(people_json(members))
    os.replace(draft, path)
