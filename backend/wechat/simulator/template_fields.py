"""The templates of subscribe messages and the rules of their fields, judged as strictly as WeChat does.

Source: developers.weixin.qq.com, subscribe-message, the table of parameter types. This is written apart
from whatever makes values fit, so that the one proves the other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_KEY: Final = re.compile(r"([a-z_]+)[0-9]{1,3}")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]")
_CLOCK: Final = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_DAY: Final = r"\d{4}(年\d{1,2}月\d{1,2}日|[-/]\d{1,2}[-/]\d{1,2})"
_RULES: Final[Mapping[str, re.Pattern[str]]] = {
    "thing": re.compile(r".{1,20}", re.S),
    "number": re.compile(r"[-+]?\d{1,30}(\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x20-\x7e]{1,32}"),
    "time": re.compile(rf"({_DAY} )?{_CLOCK}(~({_DAY} )?{_CLOCK})?"),
    "date": re.compile(rf"{_DAY}( {_CLOCK})?(~{_DAY}( {_CLOCK})?)?"),
    "amount": re.compile(r"[¥￥$€£]?\d{1,10}(\.\d{1,2})?元?"),
    "phone_number": re.compile(r"[0-9+() -]{1,17}"),
    "car_number": re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{1,8}"),
    "name": re.compile(r"[\x20-\x7e]{1,20}|.{1,10}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
}


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A template: its keys with their labels, as WeChat's console shows them."""

    template_id: str
    title: str
    keys: Mapping[str, str]
    is_long_term: bool = False


# What the demo's mini-program has been given in WeChat's console.
DEMO_TEMPLATES: Final = (
    MessageTemplate(
        "demo-pickup-reminder",
        "取餐提醒",
        {"thing1": "取餐地点", "time2": "取餐时间", "character_string3": "取餐号", "thing4": "餐品"},
    ),
    MessageTemplate("demo-menu-published", "菜单更新通知", {"thing1": "餐厅", "thing2": "供餐日期"}),
    MessageTemplate(
        "demo-dish-withdrawn",
        "订单变更通知",
        {"thing1": "菜品", "thing2": "餐次", "thing3": "变更原因", "amount4": "退款金额"},
    ),
)


def is_key(key: str) -> bool:
    """Whether a template may have a key of this name."""
    match = _KEY.fullmatch(key)
    return match is not None and match[1] in _RULES


def complaint(template: MessageTemplate, data: object) -> str:
    """What WeChat says of the data of a message, or nothing."""
    if not isinstance(data, dict):
        return "argument invalid! data is empty"
    for key in template.keys:
        entry = data.get(key)
        value = entry.get("value") if isinstance(entry, dict) else None
        if value is None or value == "":
            return f"argument invalid! data.{key}.value is empty"
        kind = _KEY.fullmatch(key)
        rule = _RULES[kind[1]] if kind else None
        if not isinstance(value, str) or _CONTROL.search(value) or not (rule and rule.fullmatch(value)):
            return f"argument invalid! data.{key}.value invalid"
    return ""
