"""Which weighings follow from what the kitchen says. Pure."""

from collections.abc import Mapping
from typing import Final

from canteen.production.plans.following import Outcome
from canteen.waste.models import Disposition, Kind, Stage

KINDS: Final[Mapping[Stage, Kind]] = {
    Stage.STORAGE: Kind.ENTRY,
    Stage.PREPARED: Kind.PAN_OUT,
    Stage.UNSERVED: Kind.PAN_BACK,
    Stage.REUSED: Kind.PAN_BACK,
}
# In the order in which facts are locked.
OF_A_DISH: Final = (Stage.PREPARED, Stage.REUSED, Stage.UNSERVED)


def disposition_of(stage: Stage) -> Disposition:
    """Where it went: what a plan calls reused is kept for another meal."""
    return Disposition.REUSE if stage is Stage.REUSED else Disposition.DISCARD


def grams_of(outcome: Outcome | None) -> dict[Stage, int | None]:
    """What a plan's row says of each stage; None: nothing.

    That nothing was left is a fact, too; what was never cooked says nothing.
    """
    if outcome is None or not outcome.cooked_g:
        return dict.fromkeys(OF_A_DISH)
    return {
        Stage.PREPARED: outcome.cooked_g,
        Stage.REUSED: outcome.reused_g or None,
        Stage.UNSERVED: outcome.unserved_g,
    }


def fen_per_kg(cost_fen: int, grams: int) -> int:
    """What a kilogram of a loss cost, rounded half up."""
    return (2000 * cost_fen + grams) // (2 * grams)
