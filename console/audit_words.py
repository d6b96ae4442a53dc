"""An event's object and details in words: labels are the trail's, values are told by their own modules."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

from backend.audit.queries import EventView
from backend.audit.titles import DETAIL_TITLES, OBJECT_TITLES, RESULT_TITLES, title_of
from backend.documents import environment
from backend.documents.axes import number
from backend.errors import AppError
from backend.identity.absences.policies import KIND_NAMES as ABSENCE_KINDS
from backend.identity.roles.titles import SCOPE_KIND_NAMES
from backend.identity.titles import PROVIDER_NAMES, SESSION_KIND_NAMES, SESSION_STAGE_NAMES, STATUS_NAMES
from backend.money import yuan
from backend.notifications.delivery.reasons import STATE_NAMES as SEND_NAMES
from backend.places.policies import KIND_NAMES, SPOT_NAMES
from backend.rules import registry
from backend.rules.errors import RuleNotFound, RuleValueInvalid
from canteen.accounts.titles import BUCKET_NAMES
from canteen.menu.titles import (
    ALLERGEN_NAMES,
    CATEGORY_NAMES,
    MEAL_STATE_NAMES,
    NUTRIENTS,
    PERIOD_NAMES,
    PORTION_NAMES,
    TAG_NAMES,
)
from console.notifications import ACKNOWLEDGED_VIA

Fact = tuple[str, str]

# Refusals that are recorded by a word of their own instead of an error's code.
_REASONS: Final = {
    "locked": "账号因多次失败被锁定",
    "no_match": "工号与姓名不符",
    "unknown": "没有这个工号，或没有设置密码",
    "wrong": "密码错误",
}
_VALUES: Final[Mapping[str, Mapping[Any, str]]] = {
    "allergens": ALLERGEN_NAMES,
    "bucket": BUCKET_NAMES,
    "category": CATEGORY_NAMES,
    "created": PERIOD_NAMES,
    "field": DETAIL_TITLES,
    "fields": DETAIL_TITLES,
    "kind": {**SESSION_KIND_NAMES, **KIND_NAMES, **ABSENCE_KINDS},
    "lacks": SESSION_STAGE_NAMES,
    "object_kind": OBJECT_TITLES,
    "period": PERIOD_NAMES,
    "place_kind": KIND_NAMES,
    "portion": PORTION_NAMES,
    "provider": PROVIDER_NAMES,
    "providers": PROVIDER_NAMES,
    "result": RESULT_TITLES,
    "scope_kind": SCOPE_KIND_NAMES,
    "spot_kind": SPOT_NAMES,
    "state": MEAL_STATE_NAMES,
    "status": STATUS_NAMES,
    "tags": TAG_NAMES,
    "via": ACKNOWLEDGED_VIA,
}


def object_of(event: EventView, staff: Mapping[int, str]) -> str:
    """`职工 王建国`, `规则 取餐码有效时间`, `菜品 12`; `staff` are names by id."""
    kind, number_of_it = OBJECT_TITLES.get(event.object_kind, event.object_kind), event.object_id
    if event.object_kind == "staff" and number_of_it.isdecimal():
        return f"{kind} {staff.get(int(number_of_it), number_of_it)}"
    if event.object_kind == "login_provider":
        return f"{kind} {PROVIDER_NAMES.get(number_of_it, number_of_it)}"
    if event.object_kind == "rule":
        return f"{kind} {_rule_title(number_of_it)}"
    return f"{kind} {number_of_it}".strip() if number_of_it != "0" else kind


def facts_of(event: EventView, roles: Mapping[str, str]) -> list[Fact]:
    """The details as (label, value); `roles` are titles by code."""
    details: dict[str, Any] = event.details if isinstance(event.details, dict) else {"": event.details}
    if event.action == "rules.changed":
        details = _rule_details(event.object_id, details)
    elif event.action == "notifications.retried":
        details = {**details, "before": SEND_NAMES.get(details.get("before", ""), details.get("before"))}
    if "role" in details:
        details = {**details, "role": roles.get(details["role"], details["role"])}
    # What is new has no value before; in all else a pair within `changes` is before and after.
    return list(_facts(details, has_pairs=not event.action.endswith("_created")))


def in_line(facts: Iterable[Fact]) -> str:
    """`原因：密码错误；结束会话：2`, for a cell of a sheet."""
    return "；".join(f"{label}：{text}" if label else text for label, text in facts)


def _facts(details: Mapping[str, Any], *, has_pairs: bool) -> Iterator[Fact]:
    for key, value in details.items():
        if key == "changes" and isinstance(value, dict):
            for name, change in value.items():
                yield _label(name), _change(name, change, has_pairs=has_pairs)
        elif value not in ("", [], {}):
            yield _label(key), _text(key, value)


def _change(key: str, change: Any, *, has_pairs: bool) -> str:
    if has_pairs and isinstance(change, list) and len(change) == 2:
        return f"{_text(key, change[0])} → {_text(key, change[1])}"
    return _text(key, change)


def _label(key: str) -> str:
    return NUTRIENTS[key][0] if key in NUTRIENTS else DETAIL_TITLES.get(key, key)


def _text(key: str, value: Any) -> str:
    """A value of any shape that JSON has, by the name that it bears."""
    if isinstance(value, dict):
        if key == "rows":  # Counts by table.
            return number(sum(each for each in value.values() if isinstance(each, int)))
        return "，".join(f"{_label(name)} {_text(name, each)}" for name, each in value.items())
    if isinstance(value, list):
        return "、".join(_item(key, each) for each in value) or "无"
    return _scalar(key, value)


def _item(key: str, value: Any) -> str:
    """One of a list; one that is a list itself is a pair, e.g. of a day and a period, or of two times."""
    if isinstance(value, list):
        return ("–" if key in ("segments", "replaced") else " ").join(_text(key, each) for each in value)
    return _text(key, value)


def _scalar(key: str, value: Any) -> str:
    if value is None or value == "":
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int) and key.endswith("_fen"):
        return f"{yuan(value)} 元"
    if isinstance(value, int) and key.endswith("_fen_per_kg"):
        return f"{yuan(value)} 元/公斤"
    if key in NUTRIENTS:
        return f"{value} {NUTRIENTS[key][1]}"
    if key == "weight_g":
        return f"{value} 克"
    if key == "share":
        return f"{value}%"
    if key == "reason":
        return _reason(str(value))
    if key == "action":
        return title_of(str(value))
    if key.endswith("_at"):
        return _instant(str(value))
    return _VALUES.get(key, {}).get(value, str(value))


def _instant(text: str) -> str:
    try:
        return environment.instant(datetime.fromisoformat(text))
    except ValueError:
        return text


def _reason(text: str) -> str:
    """A reason that somebody wrote, or the sentence of a refusal."""
    return _REASONS.get(text) or _sentences().get(text, text)


@cache
def _sentences() -> dict[str, str]:
    """What people read of each refusal, by its code; without the details that some name."""
    found: dict[str, str] = {}
    kinds: list[type[AppError]] = [AppError]
    while kinds:
        kind = kinds.pop()
        found.setdefault(kind.code, kind.message.partition("{")[0].rstrip("（，「 "))
        kinds += kind.__subclasses__()
    return found


def _rule_title(key: str) -> str:
    try:
        return registry.find(key).title
    except RuleNotFound:
        return key


def _rule_details(key: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """What a change of a rule says, with its values as the rule itself tells them."""
    try:
        rule = registry.find(key)
    except RuleNotFound:
        return dict(details)
    told = {**details, "variant": rule.variants.get(details.get("variant", ""), details.get("variant"))}
    for name in ("before", "after"):
        if details.get(name) is not None:
            try:
                told[name] = rule.kind.text(rule.kind.load(details[name]))
            except RuleValueInvalid:  # The kind has changed since.
                told[name] = details[name]
    return told
