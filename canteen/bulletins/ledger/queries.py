"""Reads of the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from backend.actor import Actor, Permission
from backend.db import db
from backend.identity import queries as identity
from backend.paging import Page
from canteen.bulletins.ledger import policies
from canteen.bulletins.ledger.policies import Day
from canteen.bulletins.ledger.titles import DISPOSITION_NAMES
from canteen.food_safety.ledgers import queries as hand_overs
from canteen.food_safety.ledgers.policies import Load
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen
from canteen.waste.models import Stage, Status, Weighing
from canteen.waste.statistics import queries as statistics
from canteen.waste.statistics.meals import MealFacts
from canteen.waste.statistics.policies import Span

_WASTE = [stage.value for stage in (Stage.STORAGE, Stage.PREPARATION, Stage.UNSERVED, Stage.PLATE)]
BY_DEVICES = "系统采集"


@dataclass(frozen=True, slots=True)
class Ledger:
    """A canteen's month, day by day. Days without a meal and without a load are left out."""

    canteen_id: int
    canteen: str
    month: date
    days: Sequence[Day]

    @property
    def whole(self) -> Day:
        """The sums of the month."""
        grams = {
            name: policies.added(getattr(each, f"{name}_g") for each in self.days)
            for name in (*policies.COLUMNS, "reused")
        }
        return Day(
            on=self.month,
            meals=sum(each.meals for each in self.days),
            weighed=sum(each.weighed for each in self.days),
            diners=policies.added(each.diners for each in self.days),
            storage_g=grams["storage"],
            preparation_g=grams["preparation"],
            preparation_inedible_g=grams["preparation_inedible"],
            unserved_g=grams["unserved"],
            plate_g=grams["plate"],
            reused_g=grams["reused"],
            is_sample=any(each.is_sample for each in self.days),
            loads=[load for each in self.days for load in each.loads],
        )


def find_canteen(actor: Actor, canteen_id: int, permission: Permission) -> Canteen:
    """A canteen within the actor's reach. Raises CanteenNotFound."""
    canteen = menu.get_canteen(canteen_id)
    if not menu_policies.covers(actor, permission, canteen):
        raise CanteenNotFound
    return canteen


def get_ledger(actor: Actor, *, canteen_id: int, month: date) -> Ledger:
    """The month of a canteen. Raises CanteenNotFound."""
    canteen = find_canteen(actor, canteen_id, Permission.CANTEEN_READ)
    span = Span.month(month)
    meals: dict[date, list[MealFacts]] = {}
    for meal in statistics.facts_of([canteen_id], span):
        meals.setdefault(meal.served_on, []).append(meal)
    loads: dict[date, list[Load]] = {}
    for load in hand_overs.loads_between(canteen_id, span.from_on, span.until_on):
        loads.setdefault(load.row.handed_on, []).append(load)
    went, by = _went_and_by(canteen_id, span)
    days = [span.from_on + timedelta(days=count) for count in range(span.days)]
    return Ledger(
        canteen_id=canteen_id,
        canteen=canteen.name,
        month=span.from_on,
        days=[
            policies.day_of(
                day,
                meals.get(day, []),
                dispositions=went.get(day, ()),
                recorders=by.get(day, ()),
                loads=loads.get(day, ()),
            )
            for day in days
            if day in meals or day in loads
        ],
    )


def page_hand_overs(actor: Actor, *, canteen_id: int, month: date, page: int, page_size: int) -> Page:
    """A month's loads as `Load`s, the latest first. Raises CanteenNotFound."""
    find_canteen(actor, canteen_id, Permission.WASTE_RECORD)
    span = Span.month(month)
    return hand_overs.paged_loads(canteen_id, span.from_on, span.until_on, page=page, page_size=page_size)


def _went_and_by(canteen_id: int, span: Span) -> tuple[dict[date, list[str]], dict[date, list[str]]]:
    """By day: where the waste went, and who entered it or that devices did."""
    void = aliased(Weighing)
    rows = db.session.execute(
        select(Weighing.served_on, Weighing.disposition, Weighing.entered_by)
        .where(
            Weighing.canteen_id == canteen_id,
            Weighing.served_on.between(span.from_on, span.until_on),
            Weighing.status == Status.OK.value,
            Weighing.stage.in_(_WASTE),
            Weighing.counted_g > 0,
            ~select(void.id).where(void.void_of == Weighing.id).exists(),
        )
        .distinct()
    ).all()
    names = identity.names_of({row.entered_by for row in rows if row.entered_by})
    went: dict[date, set[str]] = {}
    by: dict[date, set[str]] = {}
    for row in rows:
        went.setdefault(row.served_on, set()).add(DISPOSITION_NAMES[row.disposition])
        by.setdefault(row.served_on, set()).add(names.get(row.entered_by or 0, BY_DEVICES))
    return _sorted(went), _sorted(by)


def _sorted(found: dict[date, set[str]]) -> dict[date, list[str]]:
    return {day: sorted(each) for day, each in found.items()}
