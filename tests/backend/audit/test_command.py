"""`flask audit verify` and `flask audit accept-head`."""

import pytest

from backend import clock
from backend.audit import services
from backend.db import db
from tests.factories import NINE


@pytest.fixture
def run(app):
    """Runs a command; its status and its text."""

    def run(*words):
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=["audit", *words])
        return result.exit_code, result.output

    return run


def test_an_intact_trail_is_told(run, write):
    write(3)
    status, told = run("verify")
    assert (status, "本机没有封存留底" in told) == (0, True)
    services.seal()
    write(1)
    status, told = run("verify", "--from", "2026-01-01")
    assert (status, told) == (0, "审计记录完好：1 次封存，3 条记录；另有 1 条尚未封存\n")


def test_each_fault_is_told_and_the_status_says_so(run, write, tamper):
    with clock.at(NINE):
        ids = write(3)
        services.seal()
        tamper("DELETE FROM audit_events WHERE id = :id", id=ids[1])
        status, told = run("verify")
    assert (status, f"第 1 号封存 记录 {ids[1]}：记录缺失" in told) == (1, True)
    assert "审计记录有问题，共 1 处" in told


def test_a_restored_database_is_accepted(run, write, settings):
    write(1)
    services.seal()
    (settings.data_dir / "audit-head").write_text(f"9 {bytes(32).hex()}\n")
    assert run("verify")[0] == 1
    assert run("accept-head")[0] == 2
    assert run("accept-head", "--reason", "恢复昨日备份") == (0, "已认可，最后一次封存为第 1 号\n")
    assert run("verify")[0] == 0
