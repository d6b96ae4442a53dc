"""The days that a page of figures is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.dates import previous_month


@dataclass(frozen=True, slots=True)
class Preset:
    """A span that people often ask for, both days included."""

    title: str
    from_on: date
    until_on: date


def presets(today: date) -> list[Preset]:
    """The spans that most pages of figures offer."""
    month = today.replace(day=1)
    return [
        Preset("近 7 天", today - timedelta(days=6), today),
        Preset("近 30 天", today - timedelta(days=29), today),
        Preset("本月", month, today),
        Preset("上月", previous_month(today), month - timedelta(days=1)),
        Preset("近一年", today - timedelta(days=364), today),
    ]


def asked(query: Mapping[str, Any], *, usual: int, longest: int) -> tuple[date, date]:
    """The days [from, until] that the query names, by default the `usual` last ones up to today.

    Of a span of more than `longest` days the last ones stay.
    """
    until_on = query.get("until_date") or clock.today()
    from_on = query.get("from_date") or until_on - timedelta(days=usual - 1)
    return min(max(from_on, until_on - timedelta(days=longest - 1)), until_on), until_on
