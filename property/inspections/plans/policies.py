"""What a plan is wished to be."""

from dataclasses import dataclass

from property.inspections.models import PlanKind
from property.inspections.policies import PlanTarget
from property.inspections.schedules import Schedule


@dataclass(frozen=True, slots=True)
class PlanWish:
    """A plan as somebody wants it."""

    name: str
    kind: PlanKind
    target: PlanTarget
    group_id: int
    worker_id: int | None
    schedule: Schedule
    meter_id: int | None
    is_manual_ok: bool = True
