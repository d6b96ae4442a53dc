"""Use cases whose refusals leave a trace: presence that was not proved is recorded."""

from typing import Final

from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.errors import AppError
from backend.places.errors import PlateRevoked
from backend.refusals import recording
from property.inspections.rounds.errors import (
    OutsideWindow,
    OwnRepair,
    PlateNeeded,
    PlateNotOnRound,
    RoundEnded,
    RoundNotYours,
    TooFar,
)

_TRACED: Final = (
    *(OutsideWindow, TooFar, PlateNotOnRound, PlateNeeded, PlateRevoked),
    *(RoundEnded, RoundNotYours, OwnRepair),
)


def _record(actor: Actor, round_id: int, refused: AppError) -> None:
    # Never where somebody was, only how far.
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


# `atomic` for a use case that takes (actor, round_id=…); what it refuses on the spot is recorded.
leaving_trace: Final = recording(_record, *_TRACED, named="round_id")
