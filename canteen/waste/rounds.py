"""Rounds of a tray at one meal: from its bindings and weighings to who was served what and left what.

Pure. The order of instants decides, never that of arrival.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from canteen.waste.models import Kind

# At one instant a tray is first bound, then filled, then returned.
BOUND, FILLED, RETURNED = 0, 1, 2
RANK: Final = {Kind.SERVE_DELTA.value: FILLED, Kind.TRAY_RETURN.value: RETURNED}


class Happening(NamedTuple):
    """What happened to a tray, in the order in which it compares: its binding, a helping, its return.

    `rank` and `tie` order what happened at one instant. A binding has `binding_id` and `department_id`,
    a weighing the rest.
    """

    at: datetime
    rank: int
    tie: tuple[int, ...]
    grams: int = 0
    edible: str = ""
    cost_fen: int = 0
    binding_id: int = 0
    department_id: int = 0


@dataclass(slots=True)
class Round:
    """One use of the tray. `leftover_g` is None until it is returned; the last two are the return's."""

    binding_id: int | None = None
    department_id: int | None = None
    served_g: int = 0
    leftover_g: int | None = None
    returned_at: datetime | None = None
    edible: str | None = None
    cost_fen: int = 0


class Binding(NamedTuple):
    """From this instant on the tray is one diner's."""

    at: datetime
    id: int
    department_id: int

    def happening(self) -> Happening:
        """The binding among what happened to the tray."""
        return Happening(self.at, BOUND, (self.id,), binding_id=self.id, department_id=self.department_id)


class TrayEvent(NamedTuple):
    """A helping onto the tray, or its return; `tie` orders what happened at one instant."""

    at: datetime
    kind: str
    tie: tuple[int, ...]
    grams: int
    edible: str
    cost_fen: int

    def happening(self) -> Happening:
        """The event among what happened to the tray."""
        return Happening(self.at, RANK[self.kind], self.tie, self.grams, self.edible, self.cost_fen)


def rounds_of(bindings: Iterable[Binding], events: Iterable[TrayEvent]) -> list[Round]:
    """The rounds that follow from the bindings and weighings of a tray at a meal (`rounds_from`)."""
    return rounds_from([*(one.happening() for one in bindings), *(one.happening() for one in events)])


def rounds_from(happenings: Iterable[Happening]) -> list[Round]:
    """The rounds in their order.

    A binding begins a round. A helping belongs to the round that is open, or begins one. A return ends the
    open round; the first of a meal may be a round of its own, of which nothing else is known, and a return
    that follows another one with nothing between is the same tray weighed again and changes nothing.
    """
    rounds: list[Round] = []
    is_open = False
    for one in sorted(happenings):
        if one.rank == BOUND:
            rounds.append(Round(one.binding_id, one.department_id))
            is_open = True
        elif one.rank == FILLED:
            if not is_open:
                rounds.append(Round())
                is_open = True
            rounds[-1].served_g += one.grams
        elif is_open or not rounds:
            if not is_open:
                rounds.append(Round())
            _end(rounds[-1], one)
            is_open = False
    return rounds


def _end(round_: Round, returned: Happening) -> None:
    round_.leftover_g = returned.grams
    round_.returned_at = returned.at
    round_.edible = returned.edible
    round_.cost_fen = returned.cost_fen
