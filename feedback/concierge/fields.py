"""Forms as data: what a field is, and whether an answer fits it. Pure functions."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from backend import clock
from backend.identity.policies import is_mobile, mask_phone, normalise_phone
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from feedback.concierge.errors import AnswersInvalid, FormInvalid

MOST_FIELDS: Final = 20
MOST_CHOICES: Final = 40
LONGEST_TITLE: Final = 20
LONGEST_HINT: Final = 100
LONGEST_CHOICE: Final = 30
LARGEST_NUMBER: Final = 1_000_000
# How far ahead a date may lie where the form does not say.
USUAL_DAYS_AHEAD: Final = 90
# Somebody chooses "now" and fills in the rest: a moment that has just gone by is still now.
GRACE: Final = timedelta(minutes=10)
_KINDS: Final = frozenset(kind.value for kind in PlaceKind)
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,29}")
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")
_LANDLINE: Final = re.compile(r"0[0-9]{9,11}|[1-9][0-9]{2,7}")
# GA 36-2018: the province, a letter, five or (new energy) six places; neither I nor O.
_PLATE: Final = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]"
    "[A-HJ-NP-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]"
)


class FieldType(StrEnum):
    """What is asked for."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    DATETIME = "datetime"
    PLACE = "place"
    PHONE = "phone"
    PLATE_NO = "plate_no"


TYPE_NAMES: Final[Mapping[FieldType, str]] = {
    FieldType.TEXT: "单行文字",
    FieldType.LONG_TEXT: "多行文字",
    FieldType.NUMBER: "数字",
    FieldType.CHOICE: "单选",
    FieldType.CHOICES: "多选",
    FieldType.DATE: "日期",
    FieldType.DATETIME: "日期和时间",
    FieldType.PLACE: "地点",
    FieldType.PHONE: "电话",
    FieldType.PLATE_NO: "车牌号",
}
SEALED: Final = frozenset({FieldType.PHONE})
_CHOOSING: Final = frozenset({FieldType.CHOICE, FieldType.CHOICES})
_LONGEST: Final[Mapping[FieldType, int]] = {FieldType.TEXT: 200, FieldType.LONG_TEXT: 1000}
# What `min` and `max` may be at most: characters, the number itself, how many, days from today.
_BOUNDS: Final[Mapping[FieldType, int]] = {
    **_LONGEST,
    FieldType.NUMBER: LARGEST_NUMBER,
    FieldType.CHOICES: MOST_CHOICES,
    FieldType.DATE: 366,
    FieldType.DATETIME: 366,
}


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form; `min` and `max` are characters, a value, a count or days from today, by type."""

    key: str
    title: str
    type: FieldType
    required: bool = False
    choices: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, as it is kept: sealed values apart."""

    plain: dict[str, Any]
    sealed: dict[str, str]


class Unfit(Exception):
    """An answer that does not fit; says what is wrong, as it continues the field's title."""


def load(rows: Sequence[Mapping[str, Any]]) -> tuple[FormField, ...]:
    """The fields of a form as they are kept."""
    return tuple(
        FormField(**{**row, "type": FieldType(row["type"]), "choices": tuple(row.get("choices", ()))})
        for row in rows
    )


def dump(form: Sequence[FormField]) -> list[dict[str, Any]]:
    """The fields of a form as JSON keeps them."""
    return [{**asdict(each), "type": each.type.value, "choices": list(each.choices)} for each in form]


def ensure_form(form: Sequence[FormField]) -> None:
    """Raise FormInvalid unless every field of the form can be answered, and told from the others."""
    keys, titles = [each.key for each in form], [each.title for each in form]
    problems = {
        each.key: problem
        for each in form
        if (problem := _definition_problem(each, keys.count(each.key), titles.count(each.title)))
    }
    if problems:
        first = next(each for each in form if each.key in problems)
        raise FormInvalid(title=first.title, problem=problems[first.key], fields=problems)


def _definition_problem(field: FormField, same_keys: int, same_titles: int) -> str:
    """What is wrong with the field itself, or nothing."""
    bound, low, high = _BOUNDS.get(field.type), field.min, field.max
    checks = {
        "的代码应以小写字母开头，由小写字母、数字、下划线组成": not _KEY.fullmatch(field.key),
        "与其他字段的代码重复": same_keys > 1,
        "与其他字段的名称重复": same_titles > 1,
        "须给出至少两个互不相同的选项": field.type in _CHOOSING
        and (len(field.choices) < 2 or len(set(field.choices)) < len(field.choices)),
        "不是选择题，不能有选项": field.type not in _CHOOSING and bool(field.choices),
        "不能设上下限": bound is None and (low is not None or high is not None),
        "的上下限超出允许范围": bound is not None
        and any(each is not None and not 0 <= each <= bound for each in (low, high)),
        "的下限大于上限": low is not None and high is not None and low > high,
    }
    return next((problem for problem, is_wrong in checks.items() if is_wrong), "")


def refs_in(form: Sequence[FormField], given: Mapping[str, Any]) -> list[Ref]:
    """The places that answers name, in the form's order; what is no place at all is left out."""
    refs = (_ref(given.get(each.key)) for each in form if each.type is FieldType.PLACE)
    return [ref for ref in refs if ref is not None]


def answer(
    form: Sequence[FormField], given: Mapping[str, Any], *, now: datetime, places: Mapping[Ref, str]
) -> Answers:
    """The answers as they are kept. `places` are the paths of those places that are in use.

    Raises AnswersInvalid, which names every field that does not fit, and those that the form does not have.
    """
    plain: dict[str, Any] = {}
    sealed: dict[str, str] = {}
    problems = dict.fromkeys(sorted(set(given) - {each.key for each in form}), "不是该表单的字段")
    titles = {key: key for key in problems}
    for each in form:
        value = given.get(each.key)
        try:
            if _is_empty(value):
                _ensure_optional(each)
            else:
                fitted = _FITTING[each.type](each, value, now, places)
                (sealed if each.type in SEALED else plain)[each.key] = fitted
        except Unfit as unfit:
            problems[each.key], titles[each.key] = str(unfit), each.title
    if problems:
        first = next(iter([each.key for each in form if each.key in problems] or problems))
        raise AnswersInvalid(
            title=titles[first],
            problem=problems[first],
            fields={key: f"{titles[key]}{problem}" for key, problem in problems.items()},
        )
    return Answers(plain, sealed)


def text_of(field: FormField, value: Any) -> str:
    """An answer as people read it."""
    if field.type is FieldType.CHOICES:
        return "、".join(value)
    if field.type is FieldType.DATETIME:
        return f"{clock.local(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
    return str(value["path"]) if field.type is FieldType.PLACE else str(value)


def masked(value: str) -> str:
    """A sealed answer for those who need not know it in full."""
    return mask_phone(value)


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _ensure_optional(field: FormField) -> None:
    if field.required:
        raise Unfit("必选" if field.type in _CHOOSING else "必填")


def _words(field: FormField, value: Any, _now: datetime, _places: Mapping[Ref, str]) -> str:
    text = _text(value)
    if field.type is FieldType.TEXT and "\n" in text:
        raise Unfit("不能换行")
    low, high = field.min or 0, field.max if field.max is not None else _LONGEST[field.type]
    if len(text) < low:
        raise Unfit(f"至少 {low} 个字")
    if len(text) > high:
        raise Unfit(f"不能超过 {high} 个字")
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("应为文字")
    if _CONTROL.search(value):
        raise Unfit("含有不允许的控制字符")
    return value.strip()


def _number(field: FormField, value: Any, _now: datetime, _places: Mapping[Ref, str]) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit("应为整数")
    low, high = field.min or 0, field.max if field.max is not None else LARGEST_NUMBER
    if not low <= value <= high:
        raise Unfit(f"应在 {low} 到 {high} 之间")
    return value


def _choice(field: FormField, value: Any, _now: datetime, _places: Mapping[Ref, str]) -> str:
    if not isinstance(value, str) or value not in field.choices:
        raise Unfit(f"应为以下之一：{'、'.join(field.choices)}")
    return value


def _choices(field: FormField, value: Any, _now: datetime, _places: Mapping[Ref, str]) -> list[str]:
    if not isinstance(value, list) or not all(each in field.choices for each in value):
        raise Unfit(f"只能从以下选项中选择：{'、'.join(field.choices)}")
    chosen = [each for each in field.choices if each in value]
    low, high = field.min or 0, field.max if field.max is not None else len(field.choices)
    if not low <= len(chosen) <= high:
        raise Unfit(f"请选择 {low} 到 {high} 项")
    return chosen


def _date(field: FormField, value: Any, now: datetime, _places: Mapping[Ref, str]) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise Unfit("应为日期，如 2026-01-02")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Unfit("应为日期，如 2026-01-02") from None
    _ensure_day(field, day, clock.local(now).date())
    return value


def _datetime(field: FormField, value: Any, now: datetime, _places: Mapping[Ref, str]) -> str:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unfit("应为日期和时间") from None
    if instant.tzinfo is None or not 2000 <= instant.year <= 2999:
        raise Unfit("应为带时区的日期和时间")
    if instant < now - GRACE:
        raise Unfit("不能早于现在")
    local = clock.local(instant).replace(second=0, microsecond=0)
    _ensure_day(field, local.date(), clock.local(now).date())
    return local.isoformat()


def _ensure_day(field: FormField, day: date, today: date) -> None:
    low, high = field.min or 0, field.max if field.max is not None else USUAL_DAYS_AHEAD
    if day < today:
        raise Unfit("不能早于今天")
    if day < today + timedelta(days=low):
        raise Unfit(f"至少提前 {low} 天")
    if day > today + timedelta(days=high):
        raise Unfit(f"最多提前 {high} 天")


def _place(_field: FormField, value: Any, _now: datetime, places: Mapping[Ref, str]) -> dict[str, Any]:
    ref = _ref(value)
    if ref is None or ref not in places:
        raise Unfit("不存在或已停用，请重新选择地点")
    return {"kind": ref.kind.value, "id": ref.id, "path": places[ref]}


def _ref(value: Any) -> Ref | None:
    if not isinstance(value, dict) or set(value) != {"kind", "id"}:
        return None
    kind, number = value["kind"], value["id"]
    is_id = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**53
    return Ref(PlaceKind(kind), number) if is_id and isinstance(kind, str) and kind in _KINDS else None


def _phone(_field: FormField, value: Any, _now: datetime, _places: Mapping[Ref, str]) -> str:
    number = normalise_phone(_text(value))
    if not is_mobile(number) and not _LANDLINE.fullmatch(number):
        raise Unfit("应为手机号码、座机号码或短号")
    return number


def _plate(_field: FormField, value: Any, _now: datetime, _places: Mapping[Ref, str]) -> str:
    number = re.sub(r"[\s·•.\-]", "", _text(value)).upper()
    if not _PLATE.fullmatch(number):
        raise Unfit("应为车牌号，如 京A12345")
    return number


_FITTING: Final[Mapping[FieldType, Callable[[FormField, Any, datetime, Mapping[Ref, str]], Any]]] = {
    FieldType.TEXT: _words,
    FieldType.LONG_TEXT: _words,
    FieldType.NUMBER: _number,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.PLACE: _place,
    FieldType.PHONE: _phone,
    FieldType.PLATE_NO: _plate,
}
