"""Rules of the checks: what a meeting's checklist is. Pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meeting.hospitality.catalogue.models import LineKind, Phase
from meeting.hospitality.catalogue.queries import ServiceView

MOST_DAYS: Final = 400
MOST_TICKS: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a meeting's checklist; a service's own has its code before it."""

    phase: Phase
    code: str
    text: str
    kind: LineKind
    service_id: int | None


@dataclass(frozen=True, slots=True)
class Tick:
    """What somebody found of a line."""

    phase: Phase
    code: str
    is_ok: bool
    note: str = ""


def lines_of(standard: Iterable[Any], services: Sequence[ServiceView]) -> list[Line]:
    """The checklist of a meeting with these services: what comes before it first."""
    found = [Line(Phase(each.phase), each.code, each.text, LineKind(each.kind), None) for each in standard]
    found += [
        Line(
            Phase(each["phase"]),
            f"{service.code}.{each['code']}",
            each["text"],
            LineKind.ORDINARY,
            service.id,
        )
        for service in services
        for each in service.checklist
    ]
    order = list(Phase)
    return sorted(found, key=lambda line: order.index(line.phase))
