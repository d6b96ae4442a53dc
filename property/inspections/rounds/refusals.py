"""Use cases whose refusals leave a trace: presence that was not proved is recorded, in a unit of its own."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.db import aside, atomic
from backend.errors import AppError
from backend.places.errors import PlateRevoked
from property.inspections.rounds.errors import (
    OutsideWindow,
    OwnRepair,
    PlateNeeded,
    PlateNotOnRound,
    RoundEnded,
    RoundNotYours,
    TooFar,
)

R = TypeVar("R")
_TRACED: Final = (
    *(OutsideWindow, TooFar, PlateNotOnRound, PlateNeeded, PlateRevoked),
    *(RoundEnded, RoundNotYours, OwnRepair),
)


def leaving_trace(use_case: Callable[..., R]) -> Callable[..., R]:
    """`atomic` for a use case that takes (actor, round_id=…); what it refuses on the spot is recorded."""
    run_atomic = atomic(use_case)

    @wraps(use_case)
    def run(actor: Actor, *, round_id: int, **given: Any) -> R:
        try:
            return run_atomic(actor, round_id=round_id, **given)
        except _TRACED as refused:
            _record(actor, round_id, refused)
            raise

    return run


@aside
def _record(actor: Actor, round_id: int, refused: AppError) -> None:
    # In a unit of its own: the refusal has rolled the other one back. Never where somebody was, only how far.
    known = {name: refused.data[name] for name in ("distance_m", "radius_m") if name in refused.data}
    record(
        actor,
        "property.inspection_visit_refused",
        "inspection_round",
        round_id,
        result=Result.REFUSED,
        code=refused.code,
        **known,
    )
