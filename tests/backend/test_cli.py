"""The commands."""

import contextlib
import socket
import threading
from contextvars import Context

import pytest
from sqlalchemy import text

from backend import clock, jobs
from backend.config import Mode, Settings, SettingsError
from backend.db import atomic, db, unit
from backend.flows import schedule
from backend.flows.demo import DemoReport
from tests.backend.identity.people import give_factor
from tests.client import Client
from tests.factories import NINE


@pytest.fixture
def run(app):
    """Run a command; returns its status and what it said."""

    def invoke(*words, **options):
        result = app.test_cli_runner().invoke(args=words, **options)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return invoke


@atomic
def write(statement):
    unit().execute(text(statement))


# doctor


def test_the_doctor_finds_what_is_there_and_names_what_is_missing(run, compound, settings):
    status, said = run("doctor")
    database = "SQLite" if settings.is_sqlite else "PostgreSQL"
    assert f"✓ 数据库：{database}" in said
    assert "✓ 时区数据：Asia/Shanghai" in said
    assert "✗ 演示数据：尚未生成" in said
    assert "flask demo" in said
    assert status == 1
    compound.staff()
    assert "✓ 演示数据" in run("doctor")[1]


def test_the_doctor_names_a_server_that_acknowledges_what_is_not_on_the_disk(app, app_with):
    if db.engine.dialect.name != "postgresql":
        return
    with db.engine.connect() as connection:
        # Off, unless the tests were given a server.
        fsync = connection.exec_driver_sql("SHOW fsync").scalar()
    demo, production = (
        Context().run(app_with(mode=mode).test_cli_runner().invoke, args=["doctor"]).output
        for mode in (Mode.DEMO, Mode.PRODUCTION)
    )
    assert f"✓ 数据落盘：fsync={fsync}，synchronous_commit=on" in demo
    assert f"{'✗' if fsync == 'off' else '✓'} 数据落盘：fsync={fsync}" in production


def test_the_doctor_names_an_old_database(run, app):
    write("UPDATE alembic_version SET version_num = '0001'")
    status, said = run("doctor")
    assert "✗ 数据库结构：0001" in said
    assert "flask db upgrade" in said
    assert status == 1


def test_the_doctor_names_a_database_of_a_later_release(run, app):
    write("UPDATE alembic_version SET version_num = '9999'")
    status, said = run("doctor")
    assert "✗ 数据库结构：9999，新于本程序" in said
    assert "flask db upgrade" not in said
    assert status == 1


def test_the_doctor_names_a_database_that_is_away_without_its_password(app_with):
    url = "postgresql+psycopg://somebody:a-password@127.0.0.1:1/nothing"
    said = app_with(database_url=url).test_cli_runner().invoke(args=["doctor"]).output
    assert "✗ 数据库：无法连接" in said
    assert "a-password" not in said


def test_the_doctor_names_a_folder_that_is_not_there(app_with, tmp_path):
    app = app_with(data_dir=tmp_path / "gone", database_url="sqlite:///:memory:")
    (tmp_path / "gone").rmdir()
    assert "✗ 数据目录" in app.test_cli_runner().invoke(args=["doctor"]).output


def test_the_doctor_names_a_port_that_somebody_else_has(app_with):
    with socket.create_server(("127.0.0.1", 0)) as other:
        app = app_with(port=other.getsockname()[1])
        turn_away_whoever_connects_to(other)
        assert "✗ 端口" in app.test_cli_runner().invoke(args=["doctor"]).output


def turn_away_whoever_connects_to(server):
    """Whoever connects is turned away at once."""

    def turn_away():
        with contextlib.suppress(OSError):
            server.accept()[0].close()

    threading.Thread(target=turn_away, daemon=True).start()


# accounts


def test_reconcile_proves_that_ledger_and_balances_agree(run, compound):
    compound.staff(subsidy_fen=3000, personal_fen=2000)
    assert run("accounts", "reconcile") == (0, "账实相符\n")


def test_reconcile_prints_a_difference(run, compound):
    staff = compound.staff(subsidy_fen=3000)
    write("UPDATE account_balances SET balance_fen = 2999 WHERE balance_fen = 3000")
    status, said = run("accounts", "reconcile")
    assert status == 1
    assert f"staff {staff.id} subsidy：账 3000 分，实 2999 分" in said
    assert "账实不符，共 1 处" in said


# jobs


def test_jobs_are_listed_with_their_next_and_last_firing(run, app):
    known = next(job for job in schedule.all_jobs() if job.name == "canteen.freeze_meals")
    with clock.at(NINE):
        jobs.claim(known, NINE, "one")
        jobs.finish(known, NINE, "one", error="ValueError: no")
        status, said = run("jobs", "list")
    line = next(line for line in said.splitlines() if line.startswith("canteen.freeze_meals"))
    assert status == 0
    assert "上次 11-23 09:00 失败：ValueError: no" in line
    assert "从未运行" in said


def test_a_job_is_run_now(run, app):
    status, said = run("jobs", "run", "backend.forget_firings")
    assert status == 0
    assert "backend.forget_firings 已完成，结果 0" in said


def test_an_unknown_job_is_refused(run, app):
    status, said = run("jobs", "run", "nothing")
    assert status == 1
    assert "没有名为“nothing”的任务" in said


# staff


def test_a_password_is_set_and_logs_in(run, app, compound):
    staff = compound.staff("A1")
    status, said = run("staff", "set-password", "A1", input="Long-enough-1\nLong-enough-1\n")
    assert (status, "密码已设置" in said, "Long-enough" in said) == (0, True, False)
    login = {"provider": "password", "staff_no": staff.staff_no, "password": "Long-enough-1"}
    assert Client(app).post("/auth/login", login, key=None).data["token"]


def test_a_lost_second_factor_is_reset(run, app, compound):
    give_factor(compound.staff("A1"))
    assert run("staff", "reset-second-factor", "A1") == (0, "动态验证码已重置\n")
    assert run("staff", "reset-second-factor", "A1") == (1, "Error: 尚未启用动态验证码\n")


@pytest.mark.parametrize(("staff_no", "password"), [("A1", "short"), ("nobody", "Long-enough-1")])
def test_a_weak_password_or_a_stranger_is_refused(run, compound, staff_no, password):
    compound.staff("A1")
    status, said = run("staff", "set-password", staff_no, "--password", password)
    assert status == 1
    assert said.startswith("Error: ")


def test_the_roster_comes_back_as_it_went(run, compound, tmp_path):
    compound.staff("A1")
    compound.staff("A2")
    file = tmp_path / "roster.xlsx"
    assert run("staff", "export", str(file)) == (0, f"已导出 2 人到 {file}\n")
    assert file.stat().st_mode & 0o077 == 0
    assert run("staff", "import", str(file)) == (0, "新增 0 人，更新 0 人，未变 2 人，新增部门 0 个\n")


def test_a_file_that_is_no_sheet_is_refused(run, app, tmp_path):
    file = tmp_path / "roster.xlsx"
    file.write_text("nothing")
    status, said = run("staff", "import", str(file))
    assert status == 1
    assert "不是有效的 Excel" in said


# demo


def test_production_gets_no_demo(app_with):
    app = app_with(mode=Mode.PRODUCTION)
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "正式环境不能生成演示数据" in result.output


def test_a_database_with_people_keeps_its_data(run, compound):
    compound.staff()
    assert run("demo") == (0, "数据库中已有数据，保持不变\n")


def test_prepare_refuses_a_port_that_is_taken_before_it_touches_anything(app_with, monkeypatch):
    monkeypatch.setattr("backend.cli.upgrade", lambda: pytest.fail("the database was touched"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        app = app_with(port=taken.getsockname()[1])
        result = app.test_cli_runner().invoke(args=["prepare"])
    assert result.exit_code == 1
    assert "端口已被占用" in result.output


def test_prepare_migrates_and_seeds_the_demo(app_with, monkeypatch):
    monkeypatch.setattr(
        "backend.cli.demo.seed", lambda: DemoReport(is_seeded=True, rows={"staff": 7}, seconds=0.1)
    )
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    result = app_with(port=port).test_cli_runner().invoke(args=["prepare"])
    assert (result.exit_code, result.output) == (0, "演示数据已生成：7 行，用时 0.1 秒\n")


def test_a_compound_is_opened_from_the_command_line(run, compound):
    compound.staff("9001")
    assert run("staff", "grant", "9001", "administrator") == (0, "角色已授予\n")
    status, said = run("staff", "grant", "nobody", "administrator")
    assert status == 1
    assert "没有工号" in said
    status, said = run("canteens", "add", "机关食堂", "--campus", "中心院区")
    assert status == 0
    assert "已建立食堂「机关食堂」" in said
    assert run("canteens", "add", "机关食堂", "--campus", "中心院区")[0] == 1
    assert run("staff", "grant", "9001", "canteen_manager", "--canteen", "1")[0] == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "99999"), ("PORT", "abc"), ("DATABASE_URL", "mysql://x"), ("HOUQIN_MODE", "test")],
)
def test_a_setting_that_makes_no_sense_is_named_in_chinese(name, value, tmp_path):
    with pytest.raises(SettingsError, match=name) as caught:
        Settings.from_env({"HOUQIN_DATA": str(tmp_path), name: value})
    assert "应" in str(caught.value)
