"""`flask serve`: an entry point of Flask's, so that it runs before any application is made.

Who only starts processes and watches them needs no application: it is there at once, and for as long as the
deployment runs it holds a fraction of the memory.
"""

import os
import signal

import click

from backend import serve as supervisor
from backend.config import Mode, Settings, SettingsError
from backend.errors import AppError
from backend.flows.demo_accounts import FIXED_ACCOUNTS


@click.command("serve")
@click.option("--stop-with-parent", is_flag=True, help="Stop when the process that started this one is gone.")
def serve(stop_with_parent: bool) -> None:
    """Start the web server, the scheduler and, in the demo, the WeChat simulator."""
    if stop_with_parent:
        supervisor.end_with_parent(os.getppid(), signal.SIGTERM)
    try:
        settings = Settings.from_env()
        raise SystemExit(supervisor.serve(settings, click.echo, _greeting(settings)))
    except SettingsError as error:
        raise SystemExit(f"✗ 配置有误：{error}") from error
    except AppError as error:
        raise click.ClickException(error.msg) from error


def _greeting(settings: Settings) -> str:
    root = f"http://{settings.host}:{settings.port}"
    lines = ["", "后勤通已启动", f"  首页          {root}/", f"  管理台        {root}/console/"]
    lines.append(f"  手机端        {root}/m/")
    if settings.mode is Mode.DEMO:
        lines.append(f"  模拟微信登录  {root}/simulator/")
    lines.append(f"  接口文档      {root}/api/docs")
    if settings.mode is Mode.DEMO:
        lines += ["演示账号（工号）", "  1001–1600  职工"]
        lines += [f"  {account.staff_no}       {account.role_name}" for account in FIXED_ACCOUNTS]
    return "\n".join(lines)
