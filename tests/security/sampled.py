"""Bodies and queries that the OpenAPI document allows: the shortest, with identifiers of what is there."""

import re
from collections.abc import Callable, Mapping
from typing import Any

# What a field of this format may be.
FORMATS = {
    "date": "2026-11-25",
    "date-time": "2026-11-25T15:00:00+08:00",
    "time": "11:30",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
# What ends something is later than what begins it.
LATER = {"date": "2026-11-26", "date-time": "2026-11-25T16:00:00+08:00", "time": "12:30"}
# The first of these that a pattern allows is taken.
TEXTS = ("x", "11:30", "2026-11", "2026-11-25", "2026", "1", "0" * 16, "13800000000", "a" * 32)


class Sampler:
    """Samples of the schemas of one OpenAPI document.

    `identify(name)` answers the identifier of an existing object for a field of this name, or None.
    """

    def __init__(self, document: Mapping[str, Any], identify: Callable[[str], Any]) -> None:
        self._schemas = document["components"]["schemas"]
        self._identify = identify

    def of(self, schema: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
        """The shortest value that the schema allows; an object has what it must have and nothing else."""
        schema = self._resolved(schema)
        known = self._identify(name)
        if "enum" in schema:
            return next(value for value in schema["enum"] if value is not None)
        for several in ("oneOf", "anyOf"):
            if several in schema:
                return self.of(schema[several][0], name, depth + 1)
        kind = schema.get("type", "object" if "properties" in schema else None)
        if kind == "array":
            singular = f"{name[:-4]}_id" if name.endswith("_ids") else name
            # Photos must be one's own.
            count = max(schema.get("minItems", 0), 1 if depth < 4 and singular != "photo_id" else 0)
            return [self.of(schema.get("items", {}), singular, depth + 1)] * count
        if known is not None and kind in ("integer", "string", None):
            return known if kind == "integer" else str(known)
        if kind == "object":
            needed = schema.get("required", [])
            properties = schema.get("properties", {})
            return {each: self.of(properties[each], each, depth + 1) for each in needed if each in properties}
        return _scalar(schema, kind, name)

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        whole: dict[str, Any] = {}
        for part in (schema, *schema.get("allOf", [])):
            if "$ref" in part:
                whole.update(self._resolved(self._schemas[part["$ref"].rpartition("/")[2]]))
        return {**whole, **{key: value for key, value in schema.items() if key not in ("$ref", "allOf")}}


def _scalar(schema: Mapping[str, Any], kind: str | None, name: str) -> Any:
    if kind in ("integer", "number"):
        lowest = schema.get("minimum", 1)
        return max(lowest + bool(schema.get("exclusiveMinimum")), min(1, schema.get("maximum", 1)))
    if kind == "boolean":
        return True
    is_end = name.startswith(("until", "end", "last"))
    known = {**FORMATS, **LATER} if is_end else FORMATS
    is_time = name.endswith(("_time", "times"))
    return known.get("time" if is_time else schema.get("format", "")) or _text(schema)


def _text(schema: Mapping[str, Any]) -> str:
    pattern = re.compile(schema.get("pattern", ""))
    text = next((each for each in TEXTS if pattern.search(each)), "x")
    short = schema.get("minLength", 0) - len(text)
    return text + text[-1:] * short
