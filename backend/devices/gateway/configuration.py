"""The gateway's configuration: a TOML file. docs/operations.md describes it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backend.devices.gateway.sources import SPEEDS
from backend.devices.gateway.watching import BinWatch, Event, Settling, State, TrayWatch, Watch

MODES: Final = ("bin", "tray_return")
# What a request may hold, with room for the rest of it (the server takes a million bytes).
BATCH_BYTES: Final = 900_000


class ConfigurationError(ValueError):
    """The file lacks something or makes no sense. The text says what, in Chinese."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where events go, and as whom. Without a `ca_file` the system's certificates count."""

    url: str
    device: str
    secret: str
    ca_file: str = ""
    heartbeat_s: float = 60.0
    retry_s: float = 60.0
    timeout_s: float = 15.0
    batch_events: int = 1000


@dataclass(frozen=True, slots=True)
class ScaleConfig:
    """One scale. `address` and `reader` are device files or `tcp://host:port`.

    `acknowledge` is written back with the frame whenever a weight was taken, for a lamp or a beeper.
    """

    name: str
    address: str
    mode: str
    baud: int = 9600
    reader: str = ""
    reader_baud: int = 9600
    bin: str = ""
    bin_tare_g: int = 0
    tare_g: int | None = None
    edible: str = ""
    settle_frames: int = 3
    acknowledge: str = ""

    def watch(self, state: State) -> Watch:
        """What watches it, from what is known of it."""
        extra: Event = {"edible": self.edible} if self.edible else {}
        settling = Settling(self.settle_frames)
        if self.mode == "bin":
            return BinWatch(self.bin, self.bin_tare_g, state, settling, extra)
        return TrayWatch(self.tare_g, bool(self.reader), state, settling, extra)


@dataclass(frozen=True, slots=True)
class Configuration:
    """All of it."""

    server: ServerConfig
    buffer: Path
    scales: tuple[ScaleConfig, ...]


def read(path: Path) -> Configuration:
    """The file as written. Raises ConfigurationError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"无法读取 {path}：{error}") from error
    scales = tuple(_scale(each) for each in data.get("scale", []))
    names = [scale.name for scale in scales]
    if not scales:
        raise ConfigurationError("至少应配置一个 [[scale]]")
    if len(set(names)) != len(names):
        raise ConfigurationError("各 [[scale]] 的 name 不能相同：缓存按名称记住每台秤的状态")
    folder = path.resolve().parent
    buffer = folder / str(data.get("buffer", {}).get("path", "gateway.db"))
    return Configuration(_server(data.get("server", {}), folder), buffer, scales)


def _server(data: Mapping[str, Any], folder: Path) -> ServerConfig:
    given = dict(data)
    secret_file = given.pop("secret_file", "")
    if secret_file:
        try:
            given["secret"] = (folder / secret_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigurationError(f"无法读取密钥文件：{error}") from error
    server: ServerConfig = _make(ServerConfig, given, "[server]", {"url", "device", "secret"})
    if not server.url.startswith(("https://", "http://")):
        raise ConfigurationError("[server] url 应以 https:// 开头")
    if not 1 <= server.batch_events <= 1000:
        raise ConfigurationError("[server] batch_events 应在 1 到 1000 之间")
    return server


def _scale(data: Mapping[str, Any]) -> ScaleConfig:
    scale: ScaleConfig = _make(ScaleConfig, data, "[[scale]]", {"name", "address", "mode"})
    if scale.mode not in MODES:
        raise ConfigurationError(f"{scale.name}：mode 应为 {'、'.join(MODES)} 之一")
    if scale.mode == "bin" and not scale.bin:
        raise ConfigurationError(f"{scale.name}：收集桶应写明编号 bin")
    if scale.mode == "tray_return" and not scale.reader and scale.tare_g is None:
        raise ConfigurationError(f"{scale.name}：没有读码器时应写明空餐盘重量 tare_g")
    if not {scale.baud, scale.reader_baud} <= SPEEDS:
        raise ConfigurationError(f"{scale.name}：串口速率应为 {'、'.join(map(str, sorted(SPEEDS)))} 之一")
    if scale.settle_frames < 1:
        raise ConfigurationError(f"{scale.name}：settle_frames 至少为 1")
    return scale


def _make(kind: Any, data: Mapping[str, Any], where: str, required: set[str]) -> Any:
    fields = kind.__dataclass_fields__
    missing, unknown = required - set(data), set(data) - set(fields)
    if missing:
        raise ConfigurationError(f"{where} 缺少 {'、'.join(sorted(missing))}")
    if unknown:
        raise ConfigurationError(f"{where} 不认识 {'、'.join(sorted(unknown))}")
    for name, value in data.items():
        kinds = {str: (str,), int: (int,), float: (int, float), int | None: (int,)}[fields[name].type]
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise ConfigurationError(f"{where} {name} 的类型不对：{value!r}")
    return kind(**data)
