"""Seeding: plan outside, write in one unit of work, then tell the simulator who there is."""

import os
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Table, func, select

from backend import clock, vault
from backend.actor import SYSTEM
from backend.audit.operations import record
from backend.config import settings
from backend.db import Base, atomic, db, table, unit
from backend.flows.demo import loading
from backend.flows.demo.agenda import Agenda, within
from backend.flows.demo.assessed import plan_assessments
from backend.flows.demo.bulletins import plan_bulletins
from backend.flows.demo.cases import plan_cases
from backend.flows.demo.concierge import plan_concierge
from backend.flows.demo.errands import plan_errands
from backend.flows.demo.inspections import plan_inspections
from backend.flows.demo.kitchen_days import plan_kitchen_days
from backend.flows.demo.notices import plan_notices
from backend.flows.demo.patrols import plan_patrols
from backend.flows.demo.people import Member, people_json
from backend.flows.demo.plan import Plan, days_of, make_plan, people
from backend.flows.demo.reviews import plan_reviews
from backend.flows.demo.rounds import plan_rounds
from backend.flows.demo.sittings import plan_sittings
from backend.flows.demo.surveys import plan_surveys
from backend.flows.demo.tables import Batch, Sealed, batches
from backend.flows.demo_accounts import DEMO_PASSWORD, FIXED_ACCOUNTS
from backend.identity.models import ExternalIdentity, Role, RolePermission, Staff
from backend.identity.passwords.hashing import hash_password
from backend.identity.second_factor.policies import PRIVILEGED
from backend.rules import operations as rule_operations
from backend.wechat.simulator.people import openid_of, people_file
from backend.workdays.policies import Calendar
from backend.workdays.queries import calendar_for
from canteen.bulletins.models import Bulletin
from canteen.evaluation.rectifications.models import Rectification
from canteen.evaluation.rounds.models import Round, UnitSheet
from canteen.evaluation.spot_checks.models import Inspection, SpotCheckPlan
from canteen.evaluation.units.models import UnitReport
from canteen.food_safety.ledgers.models import HandOver
from feedback.reports import rollups as report_rollups
from feedback.reports import sealing
from meeting.statistics import recounting as meeting_days
from property.work_orders import rollups as order_rollups

PROVIDER = "wechat_mp"
DAYS = 400
OFFICIALS = 600
ACTED_ON: tuple[type[Base], ...] = (
    UnitReport, Round, UnitSheet, SpotCheckPlan, Inspection, Rectification, Bulletin, HandOver,
)  # fmt: skip # One table a line would say no more.


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
    with ThreadPoolExecutor(max_workers=1) as beside:
        # Hashing takes seconds and lets other threads run: the plan is made meanwhile.
        hashes = beside.submit(_password_hashes)
        plan = make_plan(now, calendar, days=days, officials=staff)
        written = _write(plan, list(batches(plan, _sealed(hashes.result()), calendar)), calendar)
    if not written:
        return DemoReport(is_seeded=False)
    _write_people_file(members)
    return DemoReport(is_seeded=True, rows=written, seconds=time.perf_counter() - began)


@atomic
def _write(plan: Plan, prepared: Sequence[Batch], calendar: Calendar) -> dict[str, int]:
    """Insert everything and let people act on it, or nothing if somebody was quicker.

    Returns the number of rows by table.
    """
    connection = unit()
    loading.claim(connection)
    if _has_staff():
        return {}
    for batch in prepared:
        loading.load(connection, batch)
    loading.finish(connection, prepared)
    rule_operations.show_change()
    _act(plan, calendar)
    written = _counted(connection, [batch.table for batch in prepared])
    record(SYSTEM, "demo.seeded", "compound", 0, rows=written)
    return written


def _act(plan: Plan, calendar: Calendar) -> None:
    agenda = Agenda(plan)
    plan_rounds(agenda)
    plan_inspections(agenda)
    plan_bulletins(agenda)
    plan_errands(agenda, plan)
    plan_cases(agenda, plan)
    plan_concierge(agenda, plan)
    plan_notices(agenda, plan)
    plan_surveys(agenda, plan)
    plan_assessments(agenda)
    plan_patrols(agenda)
    plan_kitchen_days(agenda, plan)
    plan_sittings(agenda, plan, calendar)
    plan_reviews(agenda)
    # What was loaded as rows is counted first: the statistics of all that follows rest upon it.
    order_rollups.rebuild()
    report_rollups.rebuild()
    within(meeting_days.rebuild)()
    agenda.run()


def _counted(connection: Connection, loaded: Iterable[Table]) -> dict[str, int]:
    """How many rows there are of what was loaded, and of what people have acted on."""
    db.session.flush()
    tables = dict.fromkeys([*loaded, *map(table, ACTED_ON)])
    return {
        each.name: connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables
    }


def _has_staff() -> bool:
    return db.session.execute(select(Staff.id).limit(1)).first() is not None


def _password_hashes() -> dict[str, str]:
    """The demo's one password for each fixed account, each with a salt of its own."""
    return {account.staff_no: hash_password(DEMO_PASSWORD) for account in FIXED_ACCOUNTS}


def _sealed(password_hashes: Mapping[str, str]) -> Sealed:
    return Sealed(
        encrypt=vault.encrypt,
        keyed_hash=vault.keyed_hash,
        key_of=sealing.key_of,
        provider=PROVIDER,
        tenant=_appid(),
        subject_of=lambda staff_no: openid_of(_appid(), staff_no),
        password_hashes=password_hashes,
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
