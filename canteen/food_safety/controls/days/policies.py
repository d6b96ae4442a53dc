"""Rules of the daily control: pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from canteen.food_safety.controls.errors import FindingIncomplete
from canteen.food_safety.controls.findings.operations import Wanted as WantedFinding
from canteen.food_safety.controls.models import Area, ControlItem


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item as the editor wants it."""

    area: Area
    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """What was found of an item; what is not in order says who puts it right, and by when."""

    item_id: int
    is_ok: bool
    remark: str = ""
    measure: str = ""
    responsible: str = ""
    responsible_id: int | None = None
    due_on: date | None = None


def finding_of(item: ControlItem, given: Given) -> WantedFinding:
    """The problem that a failed answer tells of. Raises FindingIncomplete."""
    if not given.remark or given.due_on is None or not (given.responsible or given.responsible_id):
        raise FindingIncomplete(item=item.text, item_id=item.id)
    return WantedFinding(
        area=Area(item.area),
        description=given.remark,
        measure=given.measure,
        responsible=given.responsible,
        responsible_id=given.responsible_id,
        due_on=given.due_on,
    )


def changes(
    standing: Sequence[ControlItem], wanted: Sequence[Wanted]
) -> tuple[list[tuple[ControlItem, int]], list[tuple[Wanted, int]], list[ControlItem]]:
    """What is kept with its new place, what is new with its place, and what is retired.

    An item whose words stay is the same item, so that the day's answers to it stay.
    """
    left = {(each.area, each.text): each for each in standing}
    kept: list[tuple[ControlItem, int]] = []
    new: list[tuple[Wanted, int]] = []
    for place, one in enumerate(wanted):
        found = left.pop((one.area.value, one.text), None)
        if found is not None:
            kept.append((found, place))
        else:
            new.append((one, place))
    return kept, new, list(left.values())
