"""Fields of the wire: what may come in and how it goes out. Every message is Chinese.

Schemas take their fields from here alone, so that bounds and messages are the same everywhere.
"""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from backend import clock
from backend.money import yuan

# Larger integers fit neither a database column nor JavaScript's numbers.
MAX_INT = 2**53 - 1
# Control characters and lone surrogates, which a database or UTF-8 refuses.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_COMMON = {"required": "必填", "null": "不能为空", "validator_failed": "内容无效"}


class In(Schema):
    """The base of what comes in: an unknown field is an error."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "未知字段", "type": "应为一个对象"}


class Out(Schema):
    """The base of what goes out."""


class Int(fields.Integer):
    """A whole number within [minimum, maximum]; neither a string nor a fraction."""

    default_error_messages = {**_COMMON, "invalid": "应为整数", "too_large": "数值过大"}

    def __init__(self, *, minimum: int = -MAX_INT, maximum: int = MAX_INT, **kwargs: Any) -> None:
        bounds = validate.Range(minimum, maximum, error=self.bounds_text(minimum, maximum))
        super().__init__(strict=True, validate=bounds, **kwargs)

    def bounds_text(self, minimum: int, maximum: int) -> str:
        """What is said of a number beyond the bounds."""
        return f"应在 {minimum} 到 {maximum} 之间"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, str) and getattr(self.parent, "reads_query", False):
            value = int(value) if re.fullmatch(r"-?[0-9]{1,16}", value) else None
        if isinstance(value, bool | str) or value is None:
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class Id(Int):
    """An identifier."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(minimum=1, **kwargs)


class Fen(Int):
    """An amount in fen; its messages speak of yuan, as the person's form does."""

    default_error_messages = {"invalid": "应为金额，精确到分"}

    def bounds_text(self, minimum: int, maximum: int) -> str:
        """The bounds in yuan."""
        return f"应在 {yuan(minimum)} 到 {yuan(maximum)} 元之间"


class Tenths(fields.Field[Decimal]):
    """A number of at most one decimal within [0, maximum]; goes out as a JSON number."""

    default_error_messages = {
        **_COMMON,
        "invalid": "应为数字，最多一位小数",
        "range": "应在 0 到 {maximum} 之间",
    }

    def __init__(self, *, maximum: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.maximum = maximum

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> float | None:
        return float(value) if value is not None else None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid")
        if not 0 <= value <= self.maximum:
            raise self.make_error("range", maximum=self.maximum)
        number = Decimal(str(value))
        if number != round(number, 1):
            raise self.make_error("invalid")
        return number


class Hundredths(fields.Field[int]):
    """A number of at most two decimals within [0, maximum / 100], kept as an integer of hundredths."""

    default_error_messages = {
        **_COMMON,
        "invalid": "应为数字，最多两位小数",
        "range": "应在 {minimum} 到 {maximum} 之间",
    }

    def __init__(self, *, minimum: int = 0, maximum: int = 0, **kwargs: Any) -> None:
        described = {"type": "number", "multipleOf": 0.01, **kwargs.pop("metadata", {})}
        super().__init__(metadata=described, **kwargs)
        self.minimum = minimum
        self.maximum = maximum

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **kwargs: Any) -> float | None:
        return value / 100 if value is not None else None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.make_error("invalid")
        hundredths = Decimal(str(value)) * 100
        if hundredths != hundredths.to_integral_value():
            raise self.make_error("invalid")
        if not self.minimum <= hundredths <= self.maximum:
            raise self.make_error("range", minimum=self.minimum / 100, maximum=self.maximum / 100)
        return int(hundredths)


class MicroDegrees(fields.Field[int]):
    """Degrees within [-maximum, maximum] as a JSON number (WGS 84), kept as an integer of millionths."""

    default_error_messages = {**_COMMON, "invalid": "应为数字", "range": "应在 -{maximum} 到 {maximum} 之间"}

    def __init__(self, *, maximum: int, **kwargs: Any) -> None:
        super().__init__(metadata={"type": "number", **kwargs.pop("metadata", {})}, **kwargs)
        self.maximum = maximum

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **kwargs: Any) -> float | None:
        return value / 1_000_000 if value is not None else None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, str) and getattr(self.parent, "reads_query", False):
            value = float(value) if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", value) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.make_error("invalid")
        if abs(value) > self.maximum:
            raise self.make_error("range", maximum=self.maximum)
        return round(value * 1_000_000)


class Str(fields.String):
    """Trimmed text of [min_length, max_length] characters without control characters."""

    default_error_messages = {**_COMMON, "invalid": "应为文字", "control": "含有不允许的控制字符"}

    def __init__(self, *, min_length: int = 0, max_length: int = 200, **kwargs: Any) -> None:
        error = "长度应在 {min} 到 {max} 个字符之间" if min_length else "不能超过 {max} 个字符"
        super().__init__(validate=validate.Length(min_length, max_length, error=error), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _CONTROL.search(text):
            raise self.make_error("control")
        return text.strip()


class Code(Str):
    """A name for machines: lower case letters and digits, with dots, hyphens or underscores between."""

    default_error_messages = {"code": "应由小写字母、数字组成，可用点、横线、下划线分隔，如 plumbing.leak"}
    _PATTERN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        code = super()._deserialize(value, attr, data, **kwargs)
        if not self._PATTERN.fullmatch(code):
            raise self.make_error("code")
        return code


class Bool(fields.Boolean):
    """A truth value."""

    default_error_messages = {**_COMMON, "invalid": "应为 true 或 false"}


class Choice(fields.Enum[Any]):
    """A member of an enumeration, by value."""

    default_error_messages = {**_COMMON, "unknown": "应为以下之一：{choices}"}

    def __init__(self, enum: Any, **kwargs: Any) -> None:
        super().__init__(enum, by_value=True, **kwargs)


class Date(fields.Date):
    """A business date, `2026-01-02`."""

    default_error_messages = {**_COMMON, "invalid": "应为日期，如 2026-01-02", "format": "日期格式有误"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise self.make_error("invalid", input=value, obj_type="date")
        day: date = super()._deserialize(value, attr, data, **kwargs)
        if not 2000 <= day.year <= 2999:
            raise self.make_error("invalid", input=value, obj_type="date")
        return day


class Month(fields.Field[date]):
    """A month, `2026-11`, as the date of its first day."""

    default_error_messages = {**_COMMON, "invalid": "应为月份，如 2026-11"}

    def __init__(self, **kwargs: Any) -> None:
        described = {"type": "string", "pattern": "^2[0-9]{3}-(0[1-9]|1[0-2])$", "example": "2026-11"}
        super().__init__(metadata={**described, **kwargs.pop("metadata", {})}, **kwargs)

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.strftime("%Y-%m") if value is not None else None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"2[0-9]{3}-(0[1-9]|1[0-2])", value):
            raise self.make_error("invalid")
        return date.fromisoformat(f"{value}-01")


class WallTime(fields.Time):
    """A time of the compound's clocks, `11:30`."""

    default_error_messages = {**_COMMON, "invalid": "应为时间，如 11:30", "format": "时间格式有误"}

    def _serialize(self, value: time | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.strftime("%H:%M") if value is not None else None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> time:
        if not isinstance(value, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
            raise self.make_error("invalid", input=value, obj_type="time")
        return time.fromisoformat(value)


class Instant(fields.Field[datetime]):
    """An instant: comes in with an offset, goes out as `2026-01-02T03:04:05+08:00`."""

    default_error_messages = {**_COMMON, "invalid": "应为带时区的时间，如 2026-01-02T03:04:05+08:00"}

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return clock.local(value).replace(microsecond=0).isoformat() if value is not None else None

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> datetime:
        try:
            instant = datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise self.make_error("invalid") from error
        if instant.tzinfo is None or not 2000 <= instant.year <= 2999:
            raise self.make_error("invalid")
        return instant


class Many(fields.List[Any]):
    """A list of at most `maximum` items."""

    default_error_messages = {**_COMMON, "invalid": "应为列表"}

    def __init__(self, item: Any, *, minimum: int = 0, maximum: int = 100, **kwargs: Any) -> None:
        bounds = validate.Length(minimum, maximum, error="应有 {min} 到 {max} 项")
        super().__init__(item, validate=bounds, **kwargs)


class Part(fields.Nested):
    """One object within another."""

    default_error_messages = {**_COMMON, "type": "应为一个对象"}


class Json(fields.Raw):
    """Any JSON; whoever takes it says what it may be."""

    default_error_messages = {**_COMMON}


class PageQuery(In):
    """`page` from 1, `page_size` up to 100."""

    reads_query = True
    page = Int(minimum=1, maximum=100_000, load_default=1)
    page_size = Int(minimum=1, maximum=100, load_default=20)


class Query(In):
    """The base of what comes in as a query string, where every value is text."""

    reads_query = True


class Failure(Out):
    """The envelope of every failure."""

    code = Int(required=True, metadata={"description": "The HTTP status"})
    error = Str(required=True, metadata={"description": "A stable dotted name"})
    msg = Str(required=True, metadata={"description": "A Chinese sentence for a person"})
    data = fields.Raw(allow_none=True)
    request_id = Str(required=True)


__all__ = [
    "Bool",
    "Choice",
    "Date",
    "Failure",
    "Fen",
    "Hundredths",
    "Id",
    "In",
    "Instant",
    "Int",
    "Json",
    "Many",
    "Month",
    "Out",
    "PageQuery",
    "Part",
    "Query",
    "Str",
    "Tenths",
    "ValidationError",
    "WallTime",
]
