"""What a machine needs to run this, checked one by one: `flask doctor`."""

import ctypes
import importlib
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend import clock, readiness
from backend.config import Mode, Settings, settings
from backend.db import db
from backend.errors import AppError
from backend.media import decoding, storage
from backend.media.errors import StoreUnavailable
from backend.notifications import queries as notification_queries
from backend.serve import PortTaken, ensure_port_is_free

# The first that knows RETURNING.
OLDEST_SQLITE = (3, 35, 0)
OLDEST_POSTGRESQL = 130000
CLOCK_MAY_DIFFER = timedelta(seconds=5)
_PACKAGES = "deploy/system-packages"
_RELEASED = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, and how to mend it if it is not as it should be."""

    what: str
    found: str
    mend: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing needs mending."""
        return not self.mend


def examine() -> Iterator[Finding]:
    """Every finding, in the order in which to mend them."""
    for check in _CHECKS:
        yield from check(settings())


def _secrets(running: Settings) -> Iterator[Finding]:
    if running.mode is Mode.DEMO:
        yield Finding("密钥", "演示环境，密钥自动生成并保存在数据目录")
        return
    weak = len(set(running.secret_key)) < 10
    yield Finding("密钥", "已设置", "HOUQIN_SECRET_KEY 过于简单，请改用随机字符串" if weak else "")
    yield Finding("微信小程序", "、".join(app.appid for app in running.wechat_apps.values()))


def _addresses(running: Settings) -> Iterator[Finding]:
    is_safe = running.public_url.startswith("https://")
    mend = "请将 HOUQIN_PUBLIC_URL 设为 https:// 开头的正式域名（标牌二维码印的就是它）"
    yield Finding("对外网址", running.public_url, "" if is_safe or running.mode is Mode.DEMO else mend)
    mend = "请将 HOUQIN_PROXIES 设为 nginx 的地址（同一台机器为 127.0.0.1），否则无法按来源限制登录失败次数"
    is_told = bool(running.proxies) or running.mode is Mode.DEMO
    yield Finding("反向代理", "、".join(running.proxies) or "未设置", "" if is_told else mend)


def _folder(running: Settings) -> Iterator[Finding]:
    what = "数据目录"
    try:
        with tempfile.NamedTemporaryFile(dir=running.data_dir):
            free = shutil.disk_usage(running.data_dir).free // 2**20
    except OSError as error:
        yield Finding(
            what, f"{running.data_dir} 无法写入（{error.strerror}）", "请修正目录权限或另设 HOUQIN_DATA"
        )
        return
    yield Finding(
        what, f"{running.data_dir}，剩余 {free} MB", "磁盘空间不足 500 MB，请清理" if free < 500 else ""
    )


def _database(running: Settings) -> Iterator[Finding]:
    try:
        yield from _sqlite() if running.is_sqlite else _postgresql()
        current, head = readiness.current_migrations(), readiness.head_migrations()
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        yield Finding("数据库", f"无法连接：{reason}", "请检查 DATABASE_URL 以及数据库服务是否启动")
        return
    at_head = current == head
    revisions = "、".join(sorted(current)) or "空"
    if not at_head and readiness.is_ahead(current):
        # It works on, but not for long: the other nodes have been upgraded.
        yield Finding("数据库结构", f"{revisions}，新于本程序", "请将本机也升级到新版本（docs/upgrade.md）")
        return
    yield Finding("数据库结构", revisions, "" if at_head else "请运行 .venv/bin/flask db upgrade")
    if at_head and running.mode is Mode.DEMO:
        seeded = readiness.has_staff()
        yield Finding(
            "演示数据", "已生成" if seeded else "尚未生成", "" if seeded else "请运行 .venv/bin/flask demo"
        )


def _sqlite() -> Iterator[Finding]:
    old = sqlite3.sqlite_version_info < OLDEST_SQLITE
    yield Finding(
        "数据库",
        f"SQLite {sqlite3.sqlite_version}",
        "版本过低，请使用 Python 3.11 及以上的官方构建" if old else "",
    )


def _postgresql() -> Iterator[Finding]:
    facts = text(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
        " current_setting('timezone'), clock_timestamp(),"
        " current_setting('fsync'), current_setting('synchronous_commit')"
    )
    with db.engine.connect() as connection:
        number, version, zone, now, *durability = connection.execute(facts).one()
    apart = abs(now - clock.now())
    yield Finding(
        "数据库",
        f"PostgreSQL {version}",
        "请升级到 PostgreSQL 13 及以上" if number < OLDEST_POSTGRESQL else "",
    )
    yield Finding("数据库时区", zone, "" if zone == "UTC" else "连接的时区应为 UTC，请检查连接参数与代理")
    # With either off, the server acknowledges orders that a power cut takes back.
    is_durable = "off" not in durability
    mend = "断电会丢失已确认的数据，请在数据库中将 fsync 和 synchronous_commit 设为 on"
    yield Finding(
        "数据落盘",
        "fsync={}，synchronous_commit={}".format(*durability),
        "" if is_durable or settings().mode is Mode.DEMO else mend,
    )
    mend = "与本机时钟不一致，请在两台机器上启用时间同步（chrony）" if apart > CLOCK_MAY_DIFFER else ""
    yield Finding("数据库时钟", f"相差 {apart.total_seconds():.1f} 秒", mend)


def _clock(_running: Settings) -> Iterator[Finding]:
    offset = datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")).utcoffset()
    yield Finding(
        "时区数据", "Asia/Shanghai", "" if offset == timedelta(hours=8) else "时区数据有误，请安装 tzdata"
    )
    now = clock.now()
    yield Finding(
        "系统时钟",
        clock.local(now).strftime("%Y-%m-%d %H:%M:%S"),
        "系统时钟早于本程序的发布日期，请校准并启用时间同步" if now < _RELEASED else "",
    )


def _documents(_running: Settings) -> Iterator[Finding]:
    for library, used_for in (
        ("libpangoft2-1.0.so.0", "PDF 排版"),
        ("libharfbuzz-subset.so.0", "PDF 字体子集，缺少时每份文件要慢数秒"),
    ):
        yield Finding(
            "系统库", f"{library}（{used_for}）", "" if _loads(library) else f"未安装，请运行 {_PACKAGES}"
        )
    fonts = _chinese_fonts()
    yield Finding("中文字体", fonts[0] if fonts else "没有", "" if fonts else f"请运行 {_PACKAGES}")
    for module, used_for in (("weasyprint", "PDF"), ("PIL.Image", "图片")):
        broken = _import_error(module)
        mend = f"无法加载：{broken}。请先安装上述系统库，再运行 make setup" if broken else ""
        yield Finding("Python 库", f"{module}（{used_for}）", mend)


def _photos(running: Settings) -> Iterator[Finding]:
    what, where = "图片存储", running.media.url.partition("?")[0]
    try:
        storage.probe()
        yield Finding(what, f"{where}，可读写")
    except StoreUnavailable as error:
        reason = str(error.__cause__ or error).partition("\n")[0]
        yield Finding(what, where, f"无法写入（{reason}），请检查 HOUQIN_MEDIA_* 设置与存储服务")
    what, found = "图片处理", "HEIC 可解码"
    try:
        decoding.probe()
        yield Finding(what, found)
    except AppError as error:
        yield Finding(what, "HEIC 无法解码", f"{error.msg}，请检查 pillow-heif 与 HOUQIN_MEDIA_MEMORY_MB")


def _channels(_running: Settings) -> Iterator[Finding]:
    for channel in notification_queries.channel_status():
        yield Finding("消息渠道", f"{channel.name}：{channel.found}")
        for problem in channel.problems:
            yield Finding("消息渠道", problem, "请修正 HOUQIN_WECHAT_TEMPLATES 指向的文件，然后重启")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _import_error(module: str) -> str:
    try:
        importlib.import_module(module)
    except (ImportError, OSError) as error:  # WeasyPrint raises OSError where a system library is missing.
        return str(error).partition("\n")[0]
    return ""


def _chinese_fonts() -> list[str]:
    """Families with Chinese glyphs that fontconfig knows; none if there is no fontconfig."""
    program = shutil.which("fc-list")
    if program is None:
        return []
    listed = subprocess.run(  # noqa: S603 # A fixed command.
        [program, ":lang=zh", "family"], capture_output=True, text=True, check=False, timeout=60
    )
    return sorted({line.split(",")[0].strip() for line in listed.stdout.splitlines() if line.strip()})


def _port(running: Settings) -> Iterator[Finding]:
    what, where = "端口", f"{running.host}:{running.port}"
    try:
        ensure_port_is_free(running.host, running.port)
    except PortTaken as error:
        is_ours = _answers(running.port)
        yield Finding(
            what, f"{where}，{'后勤通正在运行' if is_ours else '不可用'}", "" if is_ours else error.msg
        )
        return
    yield Finding(what, f"{where}，空闲")


def _answers(port: int) -> bool:
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2, trust_env=False)
        return bool(answer.json()["data"]["status"] == "alive")
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False


_CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _secrets,
    _addresses,
    _folder,
    _clock,
    _database,
    _documents,
    _photos,
    _channels,
    _port,
)
