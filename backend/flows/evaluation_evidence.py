"""Opening a round of the evaluation, and collecting what the system can prove of its items.

The providers of `evaluation_providers` are asked; what they say is kept as it stood, and proposes a score
that a person confirms or overrules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import aside, atomic
from backend.flows.evaluation_providers import PROVIDERS
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import ScoreItem
from canteen.evaluation.policies import Evidence, Subject
from canteen.evaluation.rounds import messages, operations, policies, queries
from canteen.evaluation.rounds.models import Round, SheetState, UnitSheet
from canteen.evaluation.rounds.queries import RoundView
from canteen.evaluation.units import queries as unit_queries


@dataclass(frozen=True, slots=True)
class Collected:
    """Of how many items the system has said something, and of how many of these there was not enough data."""

    items: int
    insufficient: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the providers said of a round's sheets in these states, by sheet and item."""

    round_id: int
    states: frozenset[SheetState]
    evidence: Mapping[tuple[int, int], Evidence]
    items: Mapping[int, ScoreItem]


def open_round(actor: Actor, *, year: int, quarter: int, version_id: int, due_on: date) -> RoundView:
    """Begin the evaluation of a quarter, tell the units, and collect what the system knows.

    Raises Forbidden, RoundTooEarly, DueInvalid, SheetVersionNotFound, VersionNotInForce, RoundExists or
    NobodyToEvaluate.
    """
    opened = _open(actor, year=year, quarter=quarter, version_id=version_id, due_on=due_on)
    # Beside the unit whose result is the answer.
    aside(_write)(_found(queries.find_round(opened.id), policies.WITH_UNIT))
    return opened


def collect(actor: Actor, *, round_id: int) -> Collected:
    """Let the system say anew what it can of every sheet that is not closed.

    Raises Forbidden, RoundNotFound or RoundClosed.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    of = queries.find_round(round_id)
    policies.ensure_open(of.state)
    return _keep(actor, round_id, _found(of, frozenset({*policies.WITH_UNIT, SheetState.SUBMITTED})))


def gather(round_id: int) -> Collected:
    """Bring the evidence of a round's sheets that are with their units up to date, within an open unit."""
    return _write(_found(queries.find_round(round_id), policies.WITH_UNIT))


def refresh() -> int:
    """Bring the evidence of the sheets that are with their units up to date; returns how many items."""
    return sum(atomic(_write)(_found(of, policies.WITH_UNIT)).items for of in queries.open_rounds())


@atomic
def _open(actor: Actor, *, year: int, quarter: int, version_id: int, due_on: date) -> RoundView:
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    policies.ensure_round(year, quarter, due_on, clock.today())
    of = operations.open_round(
        actor, year=year, quarter=quarter, version_id=version_id, due_on=due_on, at=clock.now()
    )
    sheets = queries.sheets_in(of.id, policies.WITH_UNIT)
    operations.tell_units(messages.OPENED, of, sheets, event="opened", due=due_on.isoformat())
    return queries.round_view(actor, of.id)


@atomic
def _keep(actor: Actor, round_id: int, found: Found) -> Collected:
    kept = _write(found)
    record(actor, "evaluation.evidence_collected", "evaluation_round", round_id, items=kept.items)
    return kept


def _write(found: Found) -> Collected:
    # A sheet may have been handed in or closed since it was asked about.
    still = {sheet.id for sheet in queries.sheets_in(found.round_id, found.states, lock=True)}
    kept = {key: evidence for key, evidence in found.evidence.items() if key[0] in still}
    operations.write_evidence(kept, found.items, at=clock.now())
    return Collected(len(kept), sum(evidence.share is None for evidence in kept.values()))


def _found(of: Round, states: frozenset[SheetState]) -> Found:
    """Ask first, write afterwards: what a quarter holds is read without keeping anybody from writing."""
    items = [item for item in score_queries.get_version(of.version_id).items if item.metric_key in PROVIDERS]
    evidence = _ask(of, items, queries.sheets_in(of.id, states))
    return Found(of.id, states, evidence, {item.id: item for item in items})


def _ask(
    of: Round, items: Sequence[ScoreItem], sheets: Sequence[UnitSheet]
) -> dict[tuple[int, int], Evidence]:
    """What the providers say, by sheet and item."""
    canteens = unit_queries.canteens_of({sheet.unit_id for sheet in sheets})
    subjects = [Subject(sheet.unit_id, canteens[sheet.unit_id]) for sheet in sheets]
    first, last = policies.quarter_span(of.year, of.quarter)
    until_on = min(last, clock.today())
    by_unit = {sheet.unit_id: sheet.id for sheet in sheets}
    found: dict[tuple[int, int], Evidence] = {}
    for key, of_key in _by_metric(items).items():
        for unit_id, evidence in PROVIDERS[key](subjects, first, until_on).items():
            found |= {(by_unit[unit_id], item.id): evidence for item in of_key}
    return found


def _by_metric(items: Iterable[ScoreItem]) -> dict[str, list[ScoreItem]]:
    found: dict[str, list[ScoreItem]] = {}
    for item in items:
        found.setdefault(item.metric_key, []).append(item)
    return found
