"""Deployment settings: read once from the environment, then frozen. Nothing else reads the environment."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Self, TypeVar

from flask import current_app

Kind = TypeVar("Kind", bound=StrEnum)

WECOM_URL = "https://qyapi.weixin.qq.com"
ZWDD_URL = "https://openplatform-pro.ding.zj.gov.cn"
# Where `make h5` builds the phone pages.
H5_FOLDER = Path(__file__).parents[1] / "miniapp" / "dist" / "build" / "h5"


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
    # Of the push callback; without a token there is none, without a key it takes plain messages.
    push_token: str = field(default="", repr=False)
    push_aes_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WecomApp:
    """One app of a corporation in WeCom; `appid` is the mini-program that is tied to it."""

    corpid: str
    secret: str = field(repr=False)
    agentid: int
    appid: str


@dataclass(frozen=True, slots=True)
class ZwddApp:
    """One app at an installation of 专有钉钉. `client_ip` is what our requests say of their origin."""

    app_key: str
    app_secret: str = field(repr=False)
    tenant_id: str
    client_ip: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class SuperiorSettings:
    """The platform that monthly figures are reported to: its address, what it knows us by, and our key."""

    url: str
    device: str
    secret: str = field(repr=False)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """Where photos and attachments are kept, and what one may cost.

    `url` is file:///…, s3://bucket/prefix or memory:///.
    """

    url: str
    s3_endpoint: str = ""
    s3_region: str = ""
    s3_key_id: str = ""
    s3_secret: str = field(default="", repr=False)
    s3_virtual_hosted: bool = False
    photo_bytes: int = 10 * 2**20
    photo_pixels: int = 50_000_000
    decoders: int = 2
    decoder_memory_mb: int = 1024
    decoder_seconds: int = 4
    link_minutes: int = 15
    attachment_bytes: int = 20 * 2**20
    inspector_seconds: int = 10


@dataclass(frozen=True)  # Without slots, so that the class shows its defaults.
class RateLimits:
    """How much one may ask of a process in a minute (`failures`: in ten); 0 is any number."""

    person: int = 600
    heavy: int = 60
    address: int = 6000
    failures: int = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one deployment to another."""

    mode: Mode
    data_dir: Path
    database_url: str = field(repr=False)
    secret_key: bytes = field(repr=False)
    wechat_base_url: str
    wechat_apps: Mapping[str, WechatApp]
    media: MediaSettings
    cipher: CipherName = CipherName.AES
    host: str = "127.0.0.1"
    port: int = 8000
    simulator_port: int = 0
    workers: int = 1
    blocking_threads: int = 4
    metrics_token: str = field(default="", repr=False)
    metrics_dir: Path | None = None
    access_log: bool = False
    database_pool: int = 4
    # Where pg_dump and pg_restore are; None: on PATH.
    postgres_bin: Path | None = None
    wechat_timeout_s: float = 5.0
    wechat_templates: Path | None = None
    wecom: WecomApp | None = None
    wecom_base_url: str = WECOM_URL
    zwdd: ZwddApp | None = None
    zwdd_base_url: str = ZWDD_URL
    sms_url: str = ""
    sms_key: str = field(default="", repr=False)
    superior: SuperiorSettings | None = None
    session_idle_minutes: int = 7 * 24 * 60
    session_absolute_minutes: int = 30 * 24 * 60
    console_idle_minutes: int = 30
    console_absolute_minutes: int = 12 * 60
    password_failures: int = 5
    password_lock_minutes: int = 30
    password_days: int = 90
    body_limit_bytes: int = 1_000_000
    device_window_s: int = 300
    organisation: str = "机关事务管理局"
    contact: str = ""
    icp_no: str = ""
    review_hint: str = ""
    public_url: str = "http://127.0.0.1:8000"
    h5_url: str = "http://127.0.0.1:8000/m/"
    h5_folder: Path = H5_FOLDER
    wechat_link_files: Mapping[str, str] = field(default_factory=dict)
    limits: RateLimits = RateLimits()
    proxies: tuple[str, ...] = ()

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a local file."""
        return self.database_url.startswith("sqlite")

    @property
    def app_url(self) -> str:
        """Where this application listens, as seen from this machine."""
        return f"http://127.0.0.1:{self.port}"

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
        public_url = _own_url(env, "HOUQIN_PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
        return cls(
            mode=mode,
            data_dir=data_dir,
            database_url=database_url,
            secret_key=_secret_key(env, mode, data_dir),
            wechat_base_url=env.get("WECHAT_BASE_URL")
            or (f"http://127.0.0.1:{simulator_port}" if simulator_port else "https://api.weixin.qq.com"),
            wechat_apps={"default": _wechat_app(env, mode)},
            wecom=_wecom_app(env, mode),
            wecom_base_url=_service_url(env, "WECOM_BASE_URL", simulator_port, "/wecom", WECOM_URL),
            zwdd=_zwdd_app(env, mode),
            zwdd_base_url=_service_url(env, "ZWDD_BASE_URL", simulator_port, "/zwdd", ZWDD_URL),
            sms_url=_service_url(env, "SMS_URL", simulator_port, "/sms/messages", ""),
            sms_key=_sms_key(env, mode),
            superior=_superior(env),
            media=_media(env, data_dir, database_url),
            cipher=_choice(env, "HOUQIN_CIPHER", CipherName, CipherName.AES),
            host=env.get("HOUQIN_HOST") or "127.0.0.1",
            port=port,
            simulator_port=simulator_port,
            workers=max(1, _number(env, "HOUQIN_WORKERS", _default_workers(database_url))),
            blocking_threads=max(1, _number(env, "HOUQIN_BLOCKING_THREADS", _default_threads(database_url))),
            metrics_token=env.get("HOUQIN_METRICS_TOKEN", ""),
            metrics_dir=_folder(env, "PROMETHEUS_MULTIPROC_DIR"),
            access_log=(env.get("HOUQIN_ACCESS_LOG") or ("1" if mode is Mode.PRODUCTION else "0")) == "1",
            database_pool=max(1, _number(env, "HOUQIN_DATABASE_POOL", 4)),
            postgres_bin=_folder(env, "HOUQIN_POSTGRES_BIN"),
            wechat_timeout_s=float(_number(env, "WECHAT_TIMEOUT_S", 5)),
            wechat_templates=_folder(env, "HOUQIN_WECHAT_TEMPLATES"),
            session_idle_minutes=_number(env, "HOUQIN_SESSION_IDLE_MINUTES", 7 * 24 * 60),
            session_absolute_minutes=_number(env, "HOUQIN_SESSION_ABSOLUTE_MINUTES", 30 * 24 * 60),
            console_idle_minutes=_number(env, "HOUQIN_CONSOLE_IDLE_MINUTES", 30),
            console_absolute_minutes=_number(env, "HOUQIN_CONSOLE_ABSOLUTE_MINUTES", 12 * 60),
            password_failures=_number(env, "HOUQIN_PASSWORD_FAILURES", 5),
            password_lock_minutes=_number(env, "HOUQIN_PASSWORD_LOCK_MINUTES", 30),
            password_days=_number(env, "HOUQIN_PASSWORD_DAYS", 90),
            device_window_s=max(1, _number(env, "HOUQIN_DEVICE_WINDOW_S", 300)),
            organisation=env.get("HOUQIN_ORGANISATION") or "机关事务管理局",
            contact=env.get("HOUQIN_CONTACT", "").strip(),
            icp_no=env.get("HOUQIN_ICP_NO", "").strip(),
            review_hint=env.get("HOUQIN_REVIEW_HINT", "").strip(),
            public_url=public_url,
            h5_url=_own_url(env, "HOUQIN_H5_URL", f"{public_url}/m/"),
            h5_folder=_folder(env, "HOUQIN_H5_FOLDER") or H5_FOLDER,
            wechat_link_files=_link_files(env),
            limits=_limits(env),
            proxies=_proxies(env),
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


def _own_url(env: Mapping[str, str], name: str, default: str) -> str:
    """An address of ours that others open."""
    url = env.get(name) or default
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
        raise SettingsError(f"{name} 应为 https:// 开头、不带参数的网址，而不是 {url!r}")
    return url


def _link_files(env: Mapping[str, str]) -> dict[str, str]:
    """`NAME.txt=TEXT`, comma-separated: the files by which WeChat verifies who owns the links below /q/."""
    given = filter(None, (each.strip() for each in env.get("WECHAT_LINK_FILES", "").split(",")))
    files = {name: text for name, _, text in (each.partition("=") for each in given)}
    for name, text in files.items():
        if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}\.txt", name) or not text:
            raise SettingsError("WECHAT_LINK_FILES 应为 文件名.txt=文件内容，多个之间以逗号分隔")
    return files


def _limits(env: Mapping[str, str]) -> RateLimits:
    return RateLimits(
        person=_number(env, "HOUQIN_LIMIT_PERSON", RateLimits.person),
        heavy=_number(env, "HOUQIN_LIMIT_HEAVY", RateLimits.heavy),
        address=_number(env, "HOUQIN_LIMIT_ADDRESS", RateLimits.address),
        failures=_number(env, "HOUQIN_LIMIT_FAILURES", RateLimits.failures),
    )


def _proxies(env: Mapping[str, str]) -> tuple[str, ...]:
    """Networks, comma-separated; an address is one of a single machine."""
    given = tuple(filter(None, (each.strip() for each in env.get("HOUQIN_PROXIES", "").split(","))))
    try:
        return tuple(str(ip_network(each)) for each in given)
    except ValueError as error:
        raise SettingsError(f"HOUQIN_PROXIES 应为逗号分隔的 IP 地址或网段：{error}") from error


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


def _media(env: Mapping[str, str], data_dir: Path, database_url: str) -> MediaSettings:
    media = MediaSettings(
        url=env.get("HOUQIN_MEDIA_URL") or (data_dir / "media").as_uri(),
        s3_endpoint=env.get("HOUQIN_MEDIA_ENDPOINT", ""),
        s3_region=env.get("HOUQIN_MEDIA_REGION") or "us-east-1",
        s3_key_id=env.get("HOUQIN_MEDIA_KEY_ID", ""),
        s3_secret=env.get("HOUQIN_MEDIA_SECRET", ""),
        s3_virtual_hosted=env.get("HOUQIN_MEDIA_VIRTUAL_HOSTED") == "1",
        photo_bytes=max(1, _number(env, "HOUQIN_MEDIA_PHOTO_MB", 10)) * 2**20,
        photo_pixels=max(1, _number(env, "HOUQIN_MEDIA_MEGAPIXELS", 50)) * 1_000_000,
        # Half the threads of a process, so that the others go on answering.
        decoders=max(1, _number(env, "HOUQIN_MEDIA_DECODERS", _default_threads(database_url) // 2)),
        decoder_memory_mb=max(128, _number(env, "HOUQIN_MEDIA_MEMORY_MB", 1024)),
        decoder_seconds=max(1, _number(env, "HOUQIN_MEDIA_SECONDS", 4)),
        link_minutes=max(1, _number(env, "HOUQIN_MEDIA_LINK_MINUTES", 15)),
        attachment_bytes=max(1, _number(env, "HOUQIN_MEDIA_ATTACHMENT_MB", 20)) * 2**20,
        inspector_seconds=max(1, _number(env, "HOUQIN_MEDIA_INSPECTOR_SECONDS", 10)),
    )
    if not media.url.startswith(("file:///", "s3://", "memory:///")):
        raise SettingsError("HOUQIN_MEDIA_URL 应以 file:/// 或 s3:// 开头")
    if media.url.startswith("s3://") and not (media.s3_key_id and media.s3_secret):
        raise SettingsError("使用 s3:// 存储时必须设置 HOUQIN_MEDIA_KEY_ID 和 HOUQIN_MEDIA_SECRET")
    return media


def _wechat_app(env: Mapping[str, str], mode: Mode) -> WechatApp:
    appid, secret = env.get("WECHAT_APPID", ""), env.get("WECHAT_SECRET", "")
    if mode is Mode.PRODUCTION and not (appid and secret):
        raise SettingsError("正式环境必须设置 WECHAT_APPID 和 WECHAT_SECRET")
    token, aes_key = env.get("WECHAT_PUSH_TOKEN", ""), env.get("WECHAT_PUSH_AES_KEY", "")
    if token and not re.fullmatch(r"[0-9A-Za-z]{3,32}", token):
        raise SettingsError("WECHAT_PUSH_TOKEN 应为 3 到 32 个字母或数字")
    if aes_key and not (token and re.fullmatch(r"[0-9A-Za-z]{43}", aes_key)):
        raise SettingsError("WECHAT_PUSH_AES_KEY 应为 43 个字母或数字，并须同时设置 WECHAT_PUSH_TOKEN")
    if mode is Mode.DEMO and not token:
        token, aes_key = "demoPushToken", "demoPushAesKeyOfTheSimulator000000000000000"
    return WechatApp(appid or "wx0000000000demo01", secret or "demo-secret-of-the-simulator", token, aes_key)


def _service_url(env: Mapping[str, str], name: str, simulator_port: int, path: str, official: str) -> str:
    """What is given, else the simulator's in the demo, else the official address."""
    given = env.get(name, "").rstrip("/")
    if given and not given.startswith(("https://", "http://")):
        raise SettingsError(f"{name} 应以 https:// 或 http:// 开头")
    return given or (f"http://127.0.0.1:{simulator_port}{path}" if simulator_port else official)


def _complete(env: Mapping[str, str], *names: str) -> bool:
    """Whether all of these are given; none of them is as well, but not some."""
    given = [name for name in names if env.get(name)]
    if given and len(given) < len(names):
        missing = "、".join(name for name in names if name not in given)
        raise SettingsError(f"已设置 {given[0]}，还须设置 {missing}")
    return bool(given)


def _wecom_app(env: Mapping[str, str], mode: Mode) -> WecomApp | None:
    appid = env.get("WECOM_APPID") or env.get("WECHAT_APPID") or "wx0000000000demo01"
    if _complete(env, "WECOM_CORPID", "WECOM_SECRET", "WECOM_AGENTID"):
        return WecomApp(env["WECOM_CORPID"], env["WECOM_SECRET"], _number(env, "WECOM_AGENTID", 0), appid)
    is_demo = mode is Mode.DEMO
    return WecomApp("ww000000000000demo", "demo-secret-of-wecom", 1000002, appid) if is_demo else None


def _zwdd_app(env: Mapping[str, str], mode: Mode) -> ZwddApp | None:
    address = env.get("ZWDD_CLIENT_IP") or "127.0.0.1"
    if _complete(env, "ZWDD_APP_KEY", "ZWDD_APP_SECRET", "ZWDD_TENANT_ID"):
        return ZwddApp(env["ZWDD_APP_KEY"], env["ZWDD_APP_SECRET"], env["ZWDD_TENANT_ID"], address)
    is_demo = mode is Mode.DEMO
    return ZwddApp("houqin_demo-0000", "demo-secret-of-zwdd", "196729", address) if is_demo else None


def _superior(env: Mapping[str, str]) -> SuperiorSettings | None:
    names = ("HOUQIN_SUPERIOR_URL", "HOUQIN_SUPERIOR_DEVICE", "HOUQIN_SUPERIOR_SECRET", "HOUQIN_UNIT_CODE")
    if not _complete(env, *names):
        return None
    url = _own_url(env, names[0], "").rstrip("/")
    return SuperiorSettings(url, env[names[1]], env[names[2]], env[names[3]])


def _sms_key(env: Mapping[str, str], mode: Mode) -> str:
    if mode is Mode.DEMO:
        return env.get("SMS_KEY") or "demo-key-of-the-sms-gateway-simulator"
    if _complete(env, "SMS_URL", "SMS_KEY") and len(env["SMS_KEY"]) < 32:
        raise SettingsError("SMS_KEY 至少应有 32 个字符")
    return env.get("SMS_KEY", "")
