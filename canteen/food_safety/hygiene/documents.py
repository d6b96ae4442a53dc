"""The codes of the stations to hang up."""

from typing import Final

from backend.config import settings
from backend.places import documents as places
from canteen.food_safety.hygiene.errors import StationNotFound
from canteen.food_safety.hygiene.policies import PAGE
from canteen.food_safety.hygiene.queries import StationView

_HINT: Final = "扫码登记清洁消毒、填写每日检查"


def labels_pdf(canteen: str, stations: list[StationView], *, printed_by: str) -> bytes:
    """A4 sheets of the stations' plates. Raises StationNotFound without any."""
    if not stations:
        raise StationNotFound
    drawings = [
        places.draw(
            url=f"{settings().h5_url}#/{PAGE}?code={each.code}",
            above=[canteen, each.keeper],
            name=each.name,
            code=each.shown_code,
            hint=_HINT,
        )
        for each in stations
    ]
    return places.sheets_pdf(drawings, title=f"{canteen}岗位码", printed_by=printed_by)
