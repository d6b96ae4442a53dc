"""The days that a page of figures is about."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from backend import clock


def asked(query: Mapping[str, Any], *, usual: int, longest: int) -> tuple[date, date]:
    """The days [from, until] that the query names, by default the `usual` last ones up to today.

    Of a span of more than `longest` days the last ones stay.
    """
    until_on = query.get("until_date") or clock.today()
    from_on = query.get("from_date") or until_on - timedelta(days=usual - 1)
    return min(max(from_on, until_on - timedelta(days=longest - 1)), until_on), until_on
