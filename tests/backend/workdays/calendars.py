"""What the calendar's tests share: instants from text, and calendars with arbitrary overrides."""

from datetime import date, datetime, time

from hypothesis import strategies as st

from backend.clock import BUSINESS_ZONE
from backend.workdays.policies import Calendar, OfficeHours, Segment, Segments

# Those of the domain's replay cases.
NINE_TO_FIVE = OfficeHours(usual=(Segment(time(9), time(17)),))


def at(text: str) -> datetime:
    """`2026-10-08 12:00` on the compound's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=BUSINESS_ZONE)


def _segments_of(minutes: list[int]) -> Segments:
    edges = [time(minute // 60 % 24, minute % 60) for minute in sorted(minutes)]
    return tuple(Segment(*pair) for pair in zip(edges[::2], edges[1::2], strict=False))


# Up to three segments anywhere in the day, its two midnights included; an odd edge is dropped.
segment_lists = st.lists(st.integers(0, 24 * 60), max_size=6, unique=True).map(_segments_of)


def calendars(
    start_on: date = date(2025, 1, 1), until_on: date = date(2027, 12, 31)
) -> st.SearchStrategy[Calendar]:
    """Calendars with office hours of two kinds and up to thirty overrides in the range."""
    overrides = st.dictionaries(st.dates(start_on, until_on), segment_lists, max_size=30)
    return st.builds(Calendar, st.sampled_from([OfficeHours(), NINE_TO_FIVE]), overrides)
