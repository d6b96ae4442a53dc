"""Use cases around the rollups' diners."""

from typing import Final

import structlog

from backend import revisions
from backend.db import atomic
from canteen.waste.statistics import diners, operations
from canteen.waste.statistics.departments import MealId
from canteen.waste.statistics.rules import TOPIC

log = structlog.get_logger(__name__)

# How far back the nightly count looks for what became known late: appeals, scales and counters without a net.
REACH_DAYS: Final = 35


def count_diners() -> int:
    """Write down who ate at the meals that were over since yesterday; returns how many meals have changed."""
    return count_again(days=1)


def count_again(*, days: int = REACH_DAYS) -> int:
    """The same for the meals of the last days, where what is known now differs from what is written.

    One unit of work for the diners of a meal and one for its portions. Harmless when repeated, and by several
    runners at once. A meal that fails keeps no other from its turn; the first such failure is raised at the
    end.
    """
    failures: list[Exception] = []
    changed = 0
    for meal in diners.stale(days):
        try:
            record(meal)
            changed += 1
        except Exception as failure:
            log.exception("diners not counted", canteen_id=meal[0], served_on=str(meal[1]), period=meal[2])
            failures.append(failure)
    if changed:
        revisions.bump(TOPIC)
    if failures:
        raise failures[0]
    return changed


def record(meal: MealId) -> None:
    """Count one meal (canteen, day, period) and write it down."""
    # Two units, so that each holds rows of one table alone: ingest holds both in an order of its own.
    _write_diners(meal)
    _write_portions(meal)


@atomic
def _write_diners(meal: MealId) -> int:
    return operations.write_diners(meal)


@atomic
def _write_portions(meal: MealId) -> None:
    operations.write_portions(meal)
