"""The database is lost after a mishap: a base backup and the log bring back the moment before it."""

import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select

from backend.backups.databases import PostgresDatabase
from backend.config import Settings
from backend.db import db
from benchmarks.clusters import clusters, program
from canteen.ordering.models import Order
from tests.backend.test_backups import TOOLS, Canteen, orders
from tests.databases import memory
from tests.factories import Compound

pytestmark = pytest.mark.processes


@pytest.fixture
def servers():
    """A maker of PostgreSQL servers of this test's own."""
    with clusters(memory()) as made:
        yield made


@pytest.fixture
def primary(servers, postgres_template, tmp_path):
    """A server with a migrated database, which confirms a commit once its log is kept elsewhere as well."""
    server = servers.primary(fsync="off", autovacuum="off", wal_keep_size="512MB")
    (tmp_path / "dump").mkdir()
    with postgres_template.copy(tmp_path) as url:
        told = PostgresDatabase(url, TOOLS).dump(tmp_path / "dump")
    PostgresDatabase(server.url(), TOOLS).load(tmp_path / "dump", told)
    return server


def of(server, settings) -> Settings:
    return replace(settings, database_url=server.url().replace("postgresql:", "postgresql+psycopg:"))


@contextmanager
def receiving(server, archive):
    """Every byte of the server's log goes to another folder before a commit is acknowledged."""
    address = f"host={server.folder} user=postgres application_name=archive"
    # Without a slot a checkpoint may drop what the receiver has not read yet.
    server.execute("SELECT pg_create_physical_replication_slot('archive', true)")
    command = [program("pg_receivewal"), "-D", str(archive), "-d", address, "--slot=archive", "--synchronous"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        server.execute("ALTER SYSTEM SET synchronous_standby_names = 'archive'")
        server.execute("SELECT pg_reload_conf()")
        until = time.monotonic() + 60
        while not server.execute("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < until, "the log is not received"
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_what_was_acknowledged_before_a_mishap_is_there_after_the_disk_is_lost(
    settings, applications, servers, primary, tmp_path
):
    archive = tmp_path / "archive"
    archive.mkdir()
    with applications.on(of(primary, settings)) as app, app.app_context():
        canteen = Canteen(Compound(app), officials=1, days=12)  # Nobody waits for a lock.
        with receiving(primary, archive):
            restored = servers.copy_of(primary, "restored", fsync="off")
            with canteen.open():
                pass
            for day in canteen.days[-3:]:
                canteen.order(canteen.clients[0], day)
            moment = primary.execute("SELECT clock_timestamp()::text")
            primary.execute("DELETE FROM order_lines")  # The mishap.
            assert primary.execute("SELECT count(*) FROM order_lines") == 0
    primary.stop()
    shutil.rmtree(primary.data)
    kept = restored.folder / "archive"
    kept.mkdir(mode=0o755)
    for path in archive.iterdir():
        # The last segment is not full, and the server's user reads what this one has received.
        shutil.copyfile(path, kept / path.name.removesuffix(".partial"))
    (restored.data / "recovery.signal").touch()
    restored.start(
        restore_command=f"cp {kept}/%f %p",
        recovery_target_time=moment,
        recovery_target_action="promote",
    )
    until = time.monotonic() + 60
    while restored.execute("SELECT pg_is_in_recovery()"):
        assert time.monotonic() < until, "the recovery does not end"
        time.sleep(0.05)
    with applications.on(of(restored, settings)) as app, app.app_context():
        assert len(canteen.acknowledged) >= 5
        assert orders() == set(canteen.acknowledged)
        lines = [len(order.lines) for order in db.session.scalars(select(Order))]
        assert lines == [1] * len(canteen.acknowledged)
