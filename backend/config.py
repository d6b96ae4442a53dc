"""Deployment settings: read once from the environment, then frozen. Nothing else reads the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self, TypeVar

from flask import current_app

Kind = TypeVar("Kind", bound=StrEnum)


class Mode(StrEnum):
    """`demo` offers the simulator and the seeded compound; `production` refuses both."""

    DEMO = "demo"
    PRODUCTION = "production"


class CipherName(StrEnum):
    """Which algorithms protect personal data: international ones, or the national ones for 密评."""

    AES = "aes-gcm"
    SM4 = "sm4-gcm"


class SettingsError(ValueError):
    """A setting is missing or makes no sense. The text names it."""


@dataclass(frozen=True, slots=True)
class WechatApp:
    """One mini-program as registered with WeChat."""

    appid: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one deployment to another."""

    mode: Mode
    data_dir: Path
    database_url: str = field(repr=False)
    secret_key: bytes = field(repr=False)
    wechat_base_url: str
    wechat_apps: Mapping[str, WechatApp]
    cipher: CipherName = CipherName.AES
    host: str = "127.0.0.1"
    port: int = 8000
    simulator_port: int = 0
    workers: int = 1
    blocking_threads: int = 4
    metrics_token: str = field(default="", repr=False)
    metrics_dir: Path | None = None
    database_pool: int = 4
    wechat_timeout_s: float = 5.0
    session_idle_minutes: int = 7 * 24 * 60
    session_absolute_minutes: int = 30 * 24 * 60
    password_failures: int = 5
    password_lock_minutes: int = 30
    password_days: int = 90
    body_limit_bytes: int = 1_000_000

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a local file."""
        return self.database_url.startswith("sqlite")

    @property
    def simulator_url(self) -> str:
        """Where the WeChat simulator listens; empty where there is none."""
        return f"http://127.0.0.1:{self.simulator_port}" if self.simulator_port else ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Self:
        """Settings of this process.

        In demo mode every value has a default and the secret key is made once in the data folder;
        in production the secrets must be given. Raises SettingsError naming what is wrong.
        """
        env = os.environ if env is None else env
        mode = _choice(env, "HOUQIN_MODE", Mode, Mode.DEMO)
        data_dir = Path(env.get("HOUQIN_DATA", "var")).resolve()
        port = _port(env, "PORT", 8000)
        simulator_port = _port(env, "HOUQIN_SIMULATOR_PORT", min(port + 1, 65535)) if mode is Mode.DEMO else 0
        database_url = _database_url(env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'houqin.db'}")
        return cls(
            mode=mode,
            data_dir=data_dir,
            database_url=database_url,
            secret_key=_secret_key(env, mode, data_dir),
            wechat_base_url=env.get("WECHAT_BASE_URL")
            or (f"http://127.0.0.1:{simulator_port}" if simulator_port else "https://api.weixin.qq.com"),
            wechat_apps={"default": _wechat_app(env, mode)},
            cipher=_choice(env, "HOUQIN_CIPHER", CipherName, CipherName.AES),
            host=env.get("HOUQIN_HOST") or "127.0.0.1",
            port=port,
            simulator_port=simulator_port,
            workers=max(1, _number(env, "HOUQIN_WORKERS", _default_workers(database_url))),
            blocking_threads=max(1, _number(env, "HOUQIN_BLOCKING_THREADS", _default_threads(database_url))),
            metrics_token=env.get("HOUQIN_METRICS_TOKEN", ""),
            metrics_dir=_folder(env, "PROMETHEUS_MULTIPROC_DIR"),
            database_pool=max(1, _number(env, "HOUQIN_DATABASE_POOL", 4)),
            wechat_timeout_s=float(_number(env, "WECHAT_TIMEOUT_S", 5)),
            session_idle_minutes=_number(env, "HOUQIN_SESSION_IDLE_MINUTES", 7 * 24 * 60),
            session_absolute_minutes=_number(env, "HOUQIN_SESSION_ABSOLUTE_MINUTES", 30 * 24 * 60),
            password_failures=_number(env, "HOUQIN_PASSWORD_FAILURES", 5),
            password_lock_minutes=_number(env, "HOUQIN_PASSWORD_LOCK_MINUTES", 30),
            password_days=_number(env, "HOUQIN_PASSWORD_DAYS", 90),
        )


def settings() -> Settings:
    """The settings of the application that is running."""
    running: Settings = current_app.config["HOUQIN"]
    return running


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that we start: ours and `extra`."""
    return {**os.environ, **extra}


def _choice(env: Mapping[str, str], name: str, kind: type[Kind], default: Kind) -> Kind:
    text = env.get(name) or default.value
    try:
        return kind(text)
    except ValueError as error:
        raise SettingsError(f"{name} 应为 {'、'.join(kind)} 之一，而不是 {text!r}") from error


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or len(text) > 9:
        raise SettingsError(f"{name} 应为整数，而不是 {text!r}")
    return int(text)


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    port = _number(env, name, default)
    if not 0 < port < 65536:
        raise SettingsError(f"{name} 应为 1 到 65535 之间的端口号，而不是 {port}")
    return port


def _folder(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]) if env.get(name) else None


def _default_workers(database_url: str) -> int:
    """SQLite has one write lock, which several processes only fight for; PostgreSQL feeds every core."""
    return 1 if database_url.startswith("sqlite") else os.cpu_count() or 1


def _default_threads(database_url: str) -> int:
    return 4 if database_url.startswith("sqlite") else 2


def _database_url(url: str) -> str:
    """Name the driver where the address leaves it open: psycopg 3 is the one that is installed."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("DATABASE_URL 应以 postgresql:// 或 sqlite:/// 开头")
    return url


def _secret_key(env: Mapping[str, str], mode: Mode, data_dir: Path) -> bytes:
    given = env.get("HOUQIN_SECRET_KEY", "")
    if given:
        if len(given) < 32:
            raise SettingsError("HOUQIN_SECRET_KEY 至少应有 32 个字符")
        return given.encode()
    if mode is Mode.PRODUCTION:
        raise SettingsError("正式环境必须设置 HOUQIN_SECRET_KEY")
    return _kept_secret(data_dir / "secret.key")


def _kept_secret(path: Path) -> bytes:
    """The key in `path`, made by whichever process comes first: link() creates it whole or not at all."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def _wechat_app(env: Mapping[str, str], mode: Mode) -> WechatApp:
    appid, secret = env.get("WECHAT_APPID", ""), env.get("WECHAT_SECRET", "")
    if mode is Mode.PRODUCTION and not (appid and secret):
        raise SettingsError("正式环境必须设置 WECHAT_APPID 和 WECHAT_SECRET")
    return WechatApp(appid or "wx0000000000demo01", secret or "demo-secret-of-the-simulator")
