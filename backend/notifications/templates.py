"""Which WeChat template carries which kind of message: a JSON file named by HOUQIN_WECHAT_TEMPLATES.

`{"default": {"canteen.pickup_reminder": {"template_id": "…", "keys": ["thing1", "time2"], "long_term": false,
"fields": {"canteen": "thing1", "time": "time2"}, "constants": {}}}}`: by app, then by kind. `keys` are those
that WeChat's console shows for the template; each must be fed by a field of ours or by a constant, for WeChat
answers 47003 where one is missing. What is wrong is found when the process starts and by `flask doctor`; a
faulty entry is as good as none, and its messages take another channel.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import orjson
import structlog

from backend.config import Mode, Settings, settings
from backend.notifications import wechat_fields
from backend.notifications.demo_templates import DEMO
from backend.notifications.kinds import Kind, find_kind

log = structlog.get_logger(__name__)

_NAMES: Final = frozenset({"template_id", "keys", "fields", "constants", "long_term"})


@dataclass(frozen=True, slots=True)
class Template:
    """One template. `fields` says by WeChat's key which field of ours goes there; `constants` what always."""

    template_id: str
    fields: Mapping[str, str]
    constants: Mapping[str, str]
    is_long_term: bool

    def data(self, values: Mapping[str, str]) -> dict[str, str]:
        """What to send for these values, made to fit. Raises FieldRefused."""
        said = {key: values[name] for key, name in self.fields.items()} | dict(self.constants)
        return {key: wechat_fields.fit(key, value) for key, value in said.items()}


@dataclass(frozen=True, slots=True)
class Mapped:
    """A file of templates as read: what can be used, by (app, kind), and what is wrong with the rest."""

    templates: Mapping[tuple[str, str], Template]
    problems: tuple[str, ...]


def mapped(running: Settings | None = None) -> Mapped:
    """The templates of this deployment. The file is read once; a change needs a restart."""
    running = running or settings()
    if running.wechat_templates is None and running.mode is not Mode.DEMO:
        return Mapped({}, ())
    return _load(running.wechat_templates, frozenset(running.wechat_apps))


def find_template(app: str, kind: str) -> Template | None:
    """The template of a kind at one of our mini-programs, or None."""
    return mapped().templates.get((app, kind))


def templates_of(app: str) -> dict[str, Template]:
    """Every template of one of our mini-programs, by kind."""
    return {kind: template for (of, kind), template in mapped().templates.items() if of == app}


def has_template(kind: str) -> bool:
    """Whether any of our mini-programs has a template for this kind."""
    return any(mapped_kind == kind for _, mapped_kind in mapped().templates)


def log_problems(running: Settings) -> None:
    """Say in the log, when the process starts, what is wrong with the templates."""
    for problem in mapped(running).problems:
        log.error("wechat template unusable", problem=problem)


@lru_cache
def _load(path: Path | None, apps: frozenset[str]) -> Mapped:
    if path is None:
        return read(DEMO, apps)
    try:
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        return Mapped({}, (f"无法读取订阅消息模板文件 {path}（{error.strerror}）",))
    except orjson.JSONDecodeError as error:
        return Mapped({}, (f"订阅消息模板文件 {path} 不是有效的 JSON（第 {error.lineno} 行）",))
    return read(content, apps)


def read(content: Any, apps: frozenset[str]) -> Mapped:
    """What the file's content says, by app and kind; `apps` are those that the deployment has."""
    if not isinstance(content, dict) or not all(isinstance(of_app, dict) for of_app in content.values()):
        return Mapped({}, ("订阅消息模板文件应为“小程序 → 消息类别 → 模板”的 JSON 对象",))
    templates: dict[tuple[str, str], Template] = {}
    problems = [f"订阅消息模板文件中的小程序 {app} 未在本系统登记" for app in content if app not in apps]
    for app in content.keys() & apps:
        for key, entry in content[app].items():
            found = _entry_problems(find_kind(key), entry)
            problems += [f"{app} / {key}：{problem}" for problem in found]
            if not found:
                templates[app, key] = _template(entry)
    return Mapped(templates, tuple(sorted(problems)))


def _template(entry: dict[str, Any]) -> Template:
    return Template(
        template_id=entry["template_id"],
        fields={key: name for name, key in entry.get("fields", {}).items()},
        constants=dict(entry.get("constants", {})),
        is_long_term=entry.get("long_term", False),
    )


def _entry_problems(kind: Kind | None, entry: Any) -> list[str]:
    if kind is None:
        return ["没有这种消息"]
    if not _has_shape(entry):
        return ["应含 template_id、keys、fields，可含 constants、long_term"]
    keys, fields, constants = entry["keys"], entry.get("fields", {}), entry.get("constants", {})
    fed = [*fields.values(), *constants]
    problems = [f"模板参数 {key} 的类型未知" for key in keys if wechat_fields.type_of(key) is None]
    problems += [f"消息没有字段 {name}" for name in fields if name not in kind.names]
    problems += [f"模板参数 {key} 没有对应的内容" for key in keys if key not in fed]
    problems += [f"模板没有参数 {key}" for key in sorted(set(fed)) if key not in keys]
    problems += [f"模板参数 {key} 重复对应" for key in sorted(set(fed)) if fed.count(key) > 1]
    problems += [
        f"模板参数 {key} 的固定内容不合格式" for key, value in constants.items() if not _fits(key, value)
    ]
    return problems


def _has_shape(entry: Any) -> bool:
    if not isinstance(entry, dict) or not entry.keys() <= _NAMES:
        return False
    keys, template_id = entry.get("keys"), entry.get("template_id")
    return (
        isinstance(template_id, str)
        and 0 < len(template_id) <= 64
        and isinstance(keys, list)
        and all(isinstance(key, str) for key in keys)
        and all(_is_text_map(entry.get(name, {})) for name in ("fields", "constants"))
        and isinstance(entry.get("long_term", False), bool)
    )


def _is_text_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _fits(key: str, value: str) -> bool:
    try:
        wechat_fields.fit(key, value)
    except wechat_fields.FieldRefused:
        return False
    return True
