"""Processes killed in the middle of work, and a database that dies: what was acknowledged is there, once.

Beside these: a web server killed in the lunch rush (`test_rush.py`), a gateway killed and cut off at random
(`test_gateway.py`), a supervisor and its children (`tests/backend/test_serve.py`), a rolling upgrade
(`test_two_nodes.py`), what people are told meanwhile (`tests/backend/test_outages.py`).
"""

import json
import os
import signal
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import psycopg
import pytest
from sqlalchemy import select

from backend import clock, vault
from backend.actor import SYSTEM
from backend.app import create_app
from backend.db import atomic, db, unit
from backend.flows import invariants, schedule
from backend.jobs import FiringState, JobFiring
from backend.notifications import operations as notifications
from backend.notifications.models import OutboxRow
from canteen.accounts.grants import services as grants
from canteen.accounts.grants.models import GrantAward
from canteen.accounts.models import AccountBalance
from feedback.reports.messages import DANGER_SUBMITTED
from tests.databases import settings_for
from tests.factories import Compound
from tests.processes.crowd import Crowd
from tests.processes.nodes import Cluster, Postgres, until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(1200)]
JOBS = ("canteen.grant_subsidies", "notifications.deliver")


@contextmanager
def compound_at(folder, url):
    """The compound in a database that may die under this test's own connections, too."""
    app = create_app(settings_for(folder, url))
    with app.app_context():
        try:
            yield Compound(app)
        finally:
            db.session.remove()
            db.engine.dispose()


def afresh():
    """Forget connections to a database that was killed."""
    db.session.remove()
    db.engine.dispose()


def status_of(node, path):
    try:
        return node.get(path).status_code
    except httpx.HTTPError:
        return 0


class Watched:
    """A crowd at work, and a way to wait until it felt something, or got on."""

    def __init__(self, crowd, nodes):
        self.crowd, self.nodes = crowd, nodes

    def told(self):
        return f"{dict(self.crowd.trouble)} {self.crowd.failures}"

    def gets_on(self, by=25):
        """So many further requests are answered."""
        enough = len(self.crowd.answers) + by
        until(lambda: len(self.crowd.answers) >= enough or self.crowd.failures, told=self.told)

    def notices(self):
        """Somebody was not answered, or was told to try again, since now."""
        before = self.crowd.trouble.total()
        until(lambda: self.crowd.trouble.total() > before or self.crowd.failures, told=self.told)

    def kill_worker(self):
        """One process that answers requests; its server starts another."""
        node = self.nodes[0]
        before = node.workers()
        os.kill(before[0], signal.SIGKILL)
        until(lambda: len(set(node.workers()) - {before[0]}) >= len(before), told=lambda: node.log)

    def kill_node(self):
        """A whole machine, which comes back later."""
        self.nodes[-1].kill()
        self.gets_on(10) if len(self.nodes) > 1 else self.notices()
        self.nodes[-1].start()

    def lose(self, postgres, way):
        """The database, in one of three ways, until everybody knows; then it is started again."""
        way()
        for node in self.nodes:
            until(lambda node=node: status_of(node, "/readyz") == 503, told=lambda node=node: node.log)
            assert status_of(node, "/healthz") == 200
        self.notices()
        began = time.monotonic()
        postgres.start()
        for node in self.nodes:  # By themselves: nobody restarts them.
            until(lambda node=node: status_of(node, "/readyz") == 200, told=lambda node=node: node.log)
        return time.monotonic() - began


def test_workers_machines_and_the_database_die_under_a_crowd_at_work(
    postgres_template, tmp_path, soak, capsys
):
    """Nobody sees a bare 500, nothing acknowledged is lost, nothing comes twice, and the books are right."""
    own, waited = tmp_path / "own", []
    with (
        Postgres.like(postgres_template) as postgres,
        Cluster(tmp_path, postgres.url) as cluster,
        compound_at(own, postgres.url) as compound,
    ):
        crowd = Crowd(compound)
        nodes = [cluster.web(name, is_awaited=False) for name in ("a", "b")]
        for node in nodes:
            node.wait()
        if soak:
            cluster.scheduler("jobs")
        with crowd.at_work(*(node.url for node in nodes)):
            watched = Watched(crowd, nodes)
            for _ in range(5 if soak else 1):
                watched.gets_on()
                watched.kill_worker()
                watched.gets_on()
                watched.kill_node()
                for way in (postgres.kill, lambda: postgres.stop("immediate"), postgres.kill_postmaster):
                    watched.gets_on()
                    waited.append(watched.lose(postgres, way))
            watched.gets_on()
        crowd.repeat(*(node.url for node in nodes))
        afresh()
        if soak:
            back_at = clock.now()
            until(lambda: finished_after(back_at), seconds=300)
        crowd.check()
        assert crowd.trouble["app.unavailable"] > 0
        assert not [node.log for node in nodes if "unhandled error" in node.log]
        assert invariants.violations() == []
    if soak:
        told = f"{len(crowd.answers)} answers, {dict(crowd.trouble)}, ready again in {sorted(waited)} s"
        with capsys.disabled():
            print("", told, sep="\n")  # noqa: T201 # The figures of docs/reliability.md.


def test_a_server_with_a_file_dies_under_a_crowd_at_work(sqlite_template, tmp_path, soak):
    with (
        sqlite_template.copy(tmp_path),
        Cluster(tmp_path, "") as cluster,
        compound_at(tmp_path, "") as compound,
    ):
        crowd = Crowd(compound)
        node = cluster.web("a", HOUQIN_DATA=str(tmp_path))
        with crowd.at_work(node.url):
            watched = Watched(crowd, [node])
            for _ in range(10 if soak else 1):
                watched.gets_on()
                watched.kill_node()
            watched.gets_on()
        crowd.repeat(node.url)
        crowd.check()
        assert invariants.violations() == []
        assert "unhandled error" not in node.log


def finished_after(instant):
    """Whether the scheduler works on by itself."""
    db.session.rollback()
    statement = select(JobFiring.job).where(JobFiring.state == "finished", JobFiring.finished_at > instant)
    return db.session.execute(statement.limit(1)).first()


class SlowGateway:
    """An SMS gateway that takes a message and keeps its answer back until it is told to."""

    def __init__(self):
        self.references = []
        self.answers = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner.references.append(body["reference"])
                owner.answers.wait(120)
                told = b'{"code": 0, "id": "1"}'
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(told)))
                    self.end_headers()
                    self.wfile.write(told)
                except OSError:
                    pass  # Who asked was killed.

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.answers.set()
        self.server.shutdown()
        self.server.server_close()


# The job that grants stops before the second plan's first award, until the gate is opened: no limit of the
# database's own ends that, however slow the machine is.
GATE = """
    CREATE TABLE test_gate (is_open boolean NOT NULL);
    INSERT INTO test_gate VALUES (false);
    CREATE FUNCTION test_wait() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        WHILE NOT (SELECT is_open FROM test_gate) LOOP PERFORM pg_sleep(0.02); END LOOP;
        RETURN NEW;
    END $$;
    CREATE TRIGGER test_wait BEFORE INSERT ON grant_awards
        FOR EACH ROW WHEN (NEW.plan_id = {plan_id}) EXECUTE FUNCTION test_wait();
"""
WAITS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
IS_THERE = "SELECT 1 FROM pg_stat_activity WHERE pid = %s"


@atomic
def run_long_ago(*names):
    """These jobs ran two days ago, so that a scheduler that starts has a firing of each to make up for."""
    known = {job.name: job for job in schedule.all_jobs()}
    for name in names:
        due_at = clock.now() - timedelta(days=2)
        row = {"job": known[name].name, "due_at": due_at, "state": FiringState.FINISHED.value}
        row |= {"runner": "tests", "leased_until": due_at, "started_at": due_at, "finished_at": due_at}
        unit().execute(JobFiring.__table__.insert().values(row))


def jobs_that_run():
    """What the schedulers made of the firings that this test is about: (job, state, runner's name)."""
    db.session.rollback()
    rows = db.session.execute(
        select(JobFiring.job, JobFiring.state, JobFiring.runner)
        .where(JobFiring.job.in_(JOBS), JobFiring.runner != "tests", JobFiring.state != "missed")
        .order_by(JobFiring.due_at, JobFiring.job)
    )
    return [tuple(row) for row in rows]


def awards():
    db.session.rollback()
    return Counter(
        (plan_id, staff_id)
        for plan_id, staff_id in db.session.execute(select(GrantAward.plan_id, GrantAward.staff_id))
    )


def plan(name):
    month = clock.today().replace(day=1)
    made = grants.create_plan(
        SYSTEM, name=name, amount_fen=30_000, is_for_all=True, department_ids=(),
        from_month=month, until_month=None, is_active=True,
    )  # fmt: skip # One thought.
    return made.id


@atomic
def tell(staff):
    fields = {"number": "S1", "what": "漏电", "place": "1号楼"}
    notifications.notify(DANGER_SUBMITTED, [staff.id], fields, dedupe="1")


def test_a_scheduler_killed_in_the_middle_of_its_jobs_is_replaced(postgres_template, tmp_path, soak):
    """What a job had committed stays, the rest is done by the next one, once; a message may come twice."""
    with (
        postgres_template.copy(tmp_path) as url,
        compound_at(tmp_path / "own", url) as compound,
        psycopg.connect(url, autocommit=True) as own,
        closing(SlowGateway()) as gateway,
        Cluster(tmp_path, url) as cluster,
    ):
        cluster.environment |= {
            "SMS_URL": gateway.url,
            "SMS_KEY": "a key of the tests, long enough for it",
            "WECHAT_TIMEOUT_S": "600",
        }
        people = [compound.staff() for _ in range(3)]
        phone = "13800000001"
        people.append(compound.staff(phone_cipher=vault.encrypt(phone), phone_hash=vault.keyed_hash(phone)))
        first_plan, second_plan = plan("午餐补贴"), plan("加班补贴")
        own.execute(GATE.format(plan_id=second_plan))
        tell(people[-1])
        run_long_ago(*JOBS)

        killed = cluster.scheduler("one")
        until(lambda: gateway.references, told=lambda: killed.log)
        (backend,) = until(lambda: own.execute(WAITS).fetchone(), told=lambda: killed.log)
        assert [state for _, state, _ in jobs_that_run()] == ["running"] * 2
        killed.kill()
        own.execute("UPDATE test_gate SET is_open = true")
        gateway.answers.set()
        # The database goes on for a moment, finds that nobody is there, and takes the open unit back.
        until(lambda: not own.execute(IS_THERE, [backend]).fetchone())
        assert awards() == Counter((first_plan, person.id) for person in people)
        assert [state for _, state, _ in jobs_that_run()] == ["running"] * 2
        if not soak:  # As if five minutes had passed.
            own.execute("UPDATE job_firings SET leased_until = now() WHERE state = 'running'")
            own.execute("UPDATE outbox SET leased_until = now(), next_at = now() WHERE state = 'leased'")

        second = cluster.scheduler("two")
        until(lambda: "running" not in str(jobs_that_run()), seconds=600, told=lambda: second.log)
        until(lambda: sends() == ["sent"], seconds=600, told=lambda: second.log)
        assert {state for _, state, _ in jobs_that_run()} == {"finished"}
        assert awards() == Counter(
            (each, person.id) for each in (first_plan, second_plan) for person in people
        )
        held = set(
            db.session.scalars(select(AccountBalance.balance_fen).where(AccountBalance.balance_fen > 0))
        )
        assert held == {60_000}
        # The gateway had taken it already, and knows it again by its reference.
        assert len(gateway.references) == 2
        assert len(set(gateway.references)) == 1
        assert invariants.violations() == []


def sends():
    db.session.rollback()
    return list(db.session.scalars(select(OutboxRow.state).where(OutboxRow.channel == "sms")))
