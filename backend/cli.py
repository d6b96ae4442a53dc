"""The commands: `.venv/bin/flask …`. What people read is Chinese; a refusal is its sentence and status 1."""

import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import select

from backend import clock, scheduler
from backend import serve as supervisor
from backend.actor import SYSTEM, ScopeKind
from backend.audit import queries as audit_queries
from backend.audit import services as audit_services
from backend.config import Mode, settings
from backend.db import db
from backend.errors import AppError
from backend.flows import demo, grants, schedule
from backend.identity.models import Staff
from backend.identity.passwords import services as password_services
from backend.identity.second_factor import services as second_factor_services
from backend.identity.sheets import services as sheet_services
from backend.identity.sheets.documents import roster_workbook
from backend.identity.sheets.errors import SheetRejected
from backend.jobs import JobFiring, latest_firings
from backend.serve_command import serve
from canteen.accounts import services as account_services
from canteen.bulletins.direct_reports import services as direct_report_services
from canteen.evaluation import default_sheet
from canteen.menu import services as menu_services
from property.assessments import services as assessment_services

P = ParamSpec("P")
R = TypeVar("R")


def install(app: Flask) -> None:
    """Give the application its commands."""
    for command in (
        serve, prepare, run_scheduler, seed_demo, jobs, accounts, audit, bulletins, canteens, scoresheets,
        staff,
    ):  # fmt: skip # One command a line would say no more.
        app.cli.add_command(command)


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Run the command in the application; what is refused is told to the person, not traced."""

    @with_appcontext
    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except AppError as error:
            raise click.ClickException(error.msg) from error

    return run


@click.command("prepare")
@told
def prepare() -> None:
    """Before serving: is the port free, is the database up to date, is the demo seeded?"""
    supervisor.ensure_port_is_free(settings().host, settings().port)
    upgrade()
    if settings().mode is Mode.DEMO:
        _seed_demo()
    default_sheet.load()
    assessment_services.load_defaults()


@click.command("scheduler")
@told
def run_scheduler() -> None:
    """Run the jobs of all modules until told to stop."""
    scheduler.run(current_app._get_current_object())  # type: ignore[attr-defined] # A proxy, as Flask types it.


@click.command("demo")
@told
def seed_demo() -> None:
    """Furnish an empty database with the demo's compound; what has data is left as it is."""
    if settings().mode is not Mode.DEMO:
        raise click.ClickException("正式环境不能生成演示数据")
    _seed_demo()


def _seed_demo() -> None:
    report = demo.seed()
    if report.is_seeded:
        click.echo(f"演示数据已生成：{sum(report.rows.values())} 行，用时 {report.seconds:.1f} 秒")
    else:
        click.echo("数据库中已有数据，保持不变")


@click.group("jobs")
def jobs() -> None:
    """What runs by itself."""


@jobs.command("list")
@told
def list_jobs() -> None:
    """Every job, when it is due next and how it ended last."""
    known = schedule.all_jobs()
    last = {firing.job: firing for firing in latest_firings(job.name for job in known)}
    for job in known:
        due = scheduler.trigger_of(job).get_next_fire_time(None, clock.now())
        click.echo(f"{job.name:32} {job.cron:16} 下次 {due:%m-%d %H:%M}  上次 {_ended(last.get(job.name))}")


def _ended(firing: JobFiring | None) -> str:
    if firing is None:
        return "从未运行"
    states = {"running": "正在运行", "finished": "成功", "failed": "失败", "missed": "错过"}
    due = clock.local(firing.due_at).strftime("%m-%d %H:%M")
    return f"{due} {states[firing.state]}" + (f"：{firing.error}" if firing.error else "")


@jobs.command("run")
@click.argument("name")
@told
def run_job(name: str) -> None:
    """Run a job now, besides its schedule."""
    job = next((job for job in schedule.all_jobs() if job.name == name), None)
    if job is None:
        raise click.ClickException(f"没有名为“{name}”的任务，可用 flask jobs list 查看")
    started = time.monotonic()
    result = job.run()
    click.echo(f"{name} 已完成，结果 {result}，用时 {time.monotonic() - started:.2f} 秒")


@click.group("accounts")
def accounts() -> None:
    """Meal accounts."""


@accounts.command("reconcile")
@told
def reconcile() -> None:
    """Prove that the ledger and the balances agree; print each difference."""
    differences = account_services.reconcile()
    for difference in differences:
        click.echo(f"{difference.subject}：账 {difference.ledger_fen} 分，实 {difference.balance_fen} 分")
    if differences:
        raise click.ClickException(f"账实不符，共 {len(differences)} 处")
    click.echo("账实相符")


@click.group("audit")
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@click.option("--from", "from_on", type=click.DateTime(["%Y-%m-%d"]), help="Only events from this day on.")
@click.option("--until", "until_on", type=click.DateTime(["%Y-%m-%d"]), help="Only events up to this day.")
@told
def verify_trail(from_on: datetime | None, until_on: datetime | None) -> None:
    """Prove that nothing was changed in the trail since it was sealed; print each fault."""
    proof = audit_queries.verify(
        SYSTEM,
        from_on=from_on.date() if from_on is not None else None,
        until_on=until_on.date() if until_on is not None else None,
    )
    for finding in proof.findings:
        click.echo(str(finding))
    if proof.unlisted:
        click.echo(f"另有 {proof.unlisted} 处未列出")
    if not proof.is_intact:
        raise click.ClickException(f"审计记录有问题，共 {len(proof.findings) + proof.unlisted} 处")
    click.echo(f"审计记录完好：{proof.seals} 次封存，{proof.events} 条记录；另有 {proof.unsealed} 条尚未封存")
    if not proof.knows_head:
        click.echo("本机没有封存留底，无法判断最后的封存是否被截去")


@audit.command("accept-head")
@click.option("--reason", required=True, help="Why the chain ends earlier, e.g. a restored backup.")
@told
def accept_head(reason: str) -> None:
    """After the database was restored: take the chain as it is for whole. It is recorded."""
    accepted = audit_services.accept_head(SYSTEM, reason=reason)
    click.echo(f"已认可，最后一次封存为第 {accepted.seq if accepted is not None else 0} 号")


@click.group("bulletins")
def bulletins() -> None:
    """The bulletins, and the reports to a superior platform."""


@bulletins.command("report")
@click.argument("bulletin_id", type=int)
@told
def report_bulletin(bulletin_id: int) -> None:
    """Report a published month to the superior platform now."""
    queued = direct_report_services.queue(SYSTEM, bulletin_id=bulletin_id)
    answered = direct_report_services.send_due()
    click.echo(f"{queued.period} 第 {queued.version} 版：{'已送达' if answered else '未送达，将自动重试'}")


@click.group("scoresheets")
def scoresheets() -> None:
    """Score sheets."""


@scoresheets.command("load")
@told
def load_scoresheets() -> None:
    """Put the score sheets that come with the house in force; those of their codes that are there stay."""
    loaded = [default_sheet.load(), *assessment_services.load_defaults()]
    new = sum(not each.is_unchanged for each in loaded)
    click.echo(f"默认评分表已启用 {new} 张，保持不变 {len(loaded) - new} 张")


@click.group("canteens")
def canteens() -> None:
    """The canteens."""


@canteens.command("add")
@click.argument("name")
@click.option("--campus", required=True, help="The name of its campus, which is made if there is none.")
@click.option("--opens-on-rest-days", is_flag=True, help="It also serves at weekends and on holidays.")
@told
def add_canteen(name: str, campus: str, opens_on_rest_days: bool) -> None:
    """Open a canteen; its periods and dishes follow over the API or the console."""
    made = menu_services.create_canteen(
        SYSTEM, name=name, campus_name=campus, opens_on_rest_days=opens_on_rest_days
    )
    click.echo(f"已建立食堂「{made.name}」，编号 {made.id}，院区编号 {made.campus_id}")


@click.group("staff")
def staff() -> None:
    """The roster."""


@staff.command("set-password")
@click.argument("staff_no")
@click.password_option(prompt="新密码", confirmation_prompt="再输入一次")
@click.option("--must-change", is_flag=True, help="Ask for another password at the next login.")
@told
def set_password(staff_no: str, password: str, must_change: bool) -> None:
    """Give a member of staff a password; their sessions end."""
    password_services.set_password(
        SYSTEM, staff_id=_staff_id(staff_no), password=password, must_change=must_change
    )
    click.echo("密码已设置")


@staff.command("reset-second-factor")
@click.argument("staff_no")
@told
def reset_second_factor(staff_no: str) -> None:
    """Take a lost second factor away; their sessions end, and the console asks for another if it must."""
    second_factor_services.reset(SYSTEM, staff_id=_staff_id(staff_no))
    click.echo("动态验证码已重置")


@staff.command("grant")
@click.argument("staff_no")
@click.argument("role")
@click.option("--canteen", type=int, help="Only for the canteen of this identifier.")
@click.option("--campus", type=int, help="Only for the campus of this identifier.")
@click.option("--unit", type=int, help="Only for the evaluated unit of this identifier.")
@told
def grant_role(staff_no: str, role: str, canteen: int | None, campus: int | None, unit: int | None) -> None:
    """Give a member of staff a role, e.g. administrator; for the whole compound unless told otherwise."""
    scope_kind, scope_id = ScopeKind.COMPOUND, 0
    if canteen is not None:
        scope_kind, scope_id = ScopeKind.CANTEEN, canteen
    elif campus is not None:
        scope_kind, scope_id = ScopeKind.CAMPUS, campus
    elif unit is not None:
        scope_kind, scope_id = ScopeKind.UNIT, unit
    grants.grant_role(
        SYSTEM, staff_id=_staff_id(staff_no), role=role, scope_kind=scope_kind, scope_id=scope_id
    )
    click.echo("角色已授予")


def _staff_id(staff_no: str) -> int:
    staff_id = db.session.execute(select(Staff.id).where(Staff.staff_no == staff_no)).scalar_one_or_none()
    if staff_id is None:
        raise click.ClickException(f"花名册中没有工号 {staff_no}")
    return staff_id


@staff.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@told
def import_staff(file: Path) -> None:
    """Bring the roster up to date with an Excel file: all of it, or nothing."""
    try:
        done = sheet_services.import_roster(SYSTEM, data=file.read_bytes())
    except SheetRejected as error:
        for fault in error.data["rows"]:
            click.echo(f"第 {fault['row']} 行 {fault['column']}：{fault['msg']}")
        raise
    click.echo(
        f"新增 {done.created} 人，更新 {done.updated} 人，未变 {done.unchanged} 人，"
        f"新增部门 {done.departments_created} 个"
    )


@staff.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@told
def export_staff(file: Path) -> None:
    """Write the whole roster, phone and ID numbers masked, to an Excel file; the export is recorded."""
    rows = sheet_services.export_roster(SYSTEM)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_bytes(roster_workbook(rows))
    click.echo(f"已导出 {len(rows)} 人到 {file}")
