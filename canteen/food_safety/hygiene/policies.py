"""Rules of hygiene: pure functions."""

from datetime import date, timedelta
from typing import Final

from backend.dates import day_text
from canteen.food_safety.hygiene.errors import RecordDay

MOST_DAYS: Final = 62
# The phone's page that a station's QR code leads to.
PAGE: Final = "pages/kitchen/station"


def ensure_day(on: date, today: date, days: int) -> None:
    """Something is recorded on its day, or within so many days after. Raises RecordDay."""
    earliest = today - timedelta(days=days)
    if not earliest <= on <= today:
        raise RecordDay(earliest=day_text(earliest), earliest_on=earliest.isoformat())


def typed(text: str) -> str:
    """A station's code as it was typed, or within the link that was scanned."""
    return text.rpartition("code=")[2]
