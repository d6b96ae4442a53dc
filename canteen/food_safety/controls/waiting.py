"""What waits at the kitchens within reach: for the list of what needs attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backend import clock
from backend.actor import Actor, Permission
from canteen.food_safety import reach
from canteen.food_safety.controls.days import queries as days
from canteen.food_safety.controls.facts import week_of
from canteen.food_safety.controls.findings import queries as findings
from canteen.food_safety.controls.findings.queries import OpenCount
from canteen.food_safety.controls.reviews import queries as reviews

# A gap is still worth a word for so long; afterwards the week's report tells of it.
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at a kitchen: problems, the last days without a daily control, weeks that are not signed."""

    canteen_id: int
    canteen: str
    open: int
    overdue: int
    to_check: int
    gap_days: Sequence[date]
    unsigned_weeks: int

    @property
    def is_anything(self) -> bool:
        """Whether anything does."""
        return bool(self.open or self.to_check or self.gap_days or self.unsigned_weeks)


def waiting(actor: Actor) -> list[Waiting]:
    """What waits at the active kitchens within reach, those with nothing left out."""
    canteens = reach.find_canteens(actor, None, Permission.SAFETY_READ, Permission.SAFETY_RECORD)
    today = clock.today()
    counts = {each.canteen_id: each for each in findings.open_counts(actor)}
    unsigned = reviews.count_unsigned([each.id for each in canteens], week_of(today)[0])
    found = []
    for canteen in canteens:
        count = counts.get(canteen.id, OpenCount(canteen.id, canteen.name, 0, 0, 0))
        states = days.days_of(canteen.id, today - timedelta(days=_DAYS), today)
        found.append(
            Waiting(
                canteen.id,
                canteen.name,
                count.open,
                count.overdue,
                count.rectified,
                [each.on for each in states if each.is_gap],
                unsigned.get(canteen.id, 0),
            )
        )
    return [each for each in found if each.is_anything]
