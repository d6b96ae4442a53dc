"""Every ledger of a canteen and a period, scoped by the actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.actor import Actor, Permission
from canteen.food_safety import reach
from canteen.food_safety.inspections import events, goods, people, policies
from canteen.food_safety.inspections.sections import Section


@dataclass(frozen=True, slots=True)
class Inspection:
    """The ledgers of a canteen and a period, in the order in which they are read."""

    canteen_id: int
    canteen: str
    from_on: date
    until_on: date
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many records of a ledger there are."""

    key: str
    title: str
    rows: int
    note: str


def gather(actor: Actor, *, canteen_id: int, from_on: date, until_on: date) -> Inspection:
    """Every ledger of these days, both included. Raises CanteenNotFound or PeriodTooLong.

    Some forty statements, whatever the number of records.
    """
    canteen = reach.get_canteen(actor, canteen_id, Permission.SAFETY_READ)
    policies.ensure_period(from_on, until_on)
    span = (canteen_id, from_on, until_on)
    sections = [
        goods.receipts_section(*span),
        goods.samples_section(actor, *span),
        people.morning_checks_section(*span),
        people.certificates_section(*span),
        people.cleaning_section(*span),
        people.checklists_section(*span),
        goods.temperatures_section(*span),
        goods.excursions_section(*span),
        people.controls_section(*span),
        people.findings_section(*span),
        people.reviews_section(*span),
        events.additives_section(*span),
        events.hand_overs_section(*span),
        events.incidents_section(*span),
    ]
    return Inspection(canteen_id, canteen.name, from_on, until_on, sections)


def summaries(actor: Actor, *, canteen_id: int, from_on: date, until_on: date) -> list[Summary]:
    """What an export of these days would hold. Raises as `gather`."""
    found = gather(actor, canteen_id=canteen_id, from_on=from_on, until_on=until_on)
    return [Summary(each.key, each.title, len(each.rows), each.note) for each in found.sections]
