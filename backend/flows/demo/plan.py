"""The whole demo as plain data: a pure function of the present instant, the calendar and the scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from random import Random

from backend import clock
from backend.flows.demo import arrangements, ledger, menus, orders, packing
from backend.flows.demo.appetite import Diner, diner_of, guests_of_day
from backend.flows.demo.closings import closings
from backend.flows.demo.decisions import limited_from
from backend.flows.demo.ledger import Movement
from backend.flows.demo.menus import LibraryDish, PlannedMeal
from backend.flows.demo.orders import PlannedOrder
from backend.flows.demo.organisation import ADMINISTRATOR_NO, MANAGER_NO, VISITOR_NO
from backend.flows.demo.people import Member, roster
from backend.flows.demo.receptions import PlannedReception, plan_receptions
from backend.workdays.policies import Calendar
from canteen.accounts.models import Bucket

_SEED = "houqin demo 2026"
# The first hundred officials order nothing for today and later: visitors and tests order for them.
FREE_OFFICIALS = 100
_EARLY_BIRDS = 100
_DAYS_AHEAD = 3
_OPENED_BEFORE = timedelta(days=10)
_ONE_DAY = timedelta(days=1)
# Within the week in which one may.
_CAN_APPEAL_FOR = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the demo consists of. `started_on` is the first day of its past."""

    now: datetime
    started_on: date
    members: Sequence[Member]
    dishes: Sequence[LibraryDish]
    meals: Sequence[PlannedMeal]
    orders: Sequence[PlannedOrder]
    receptions: Sequence[PlannedReception]
    movements: Sequence[Movement]
    balances: dict[tuple[int, Bucket], int]

    @property
    def opened_on(self) -> date:
        """When accounts were opened: before the first order could be placed."""
        return self.started_on - _OPENED_BEFORE

    def member(self, staff_no: str) -> Member:
        """A member of staff."""
        return next(member for member in self.members if member.staff_no == staff_no)

    def staff_id(self, staff_no: str) -> int:
        """The id of a member of staff."""
        return self.member(staff_no).staff_id


def people(officials: int) -> list[Member]:
    """The staff of a demo of this size; the same on every day."""
    return roster(officials, _random("roster"))


def days_of(today: date, days: int) -> tuple[date, date]:
    """The first day of the past and the day after the last menu: the Sunday of next week."""
    monday = today - timedelta(days=today.weekday())
    return min(today - timedelta(days=days), monday), monday + timedelta(days=14)


def make_plan(now: datetime, calendar: Calendar, *, days: int, officials: int) -> Plan:
    """Plan a past of `days` days and the menus of this week and the next."""
    today = clock.local(now).date()
    start_on, until_on = days_of(today, days)
    members = people(officials)
    dishes = menus.library()
    meals = menus.publish_menus(dishes, calendar, start_on, until_on, now, _random("menus"))
    planned = _orders(meals, members, calendar, now)
    orders.number_orders(planned)
    ids = {member.staff_no: member.staff_id for member in members}
    orders.miss_one(planned, ids[VISITOR_NO], today - _CAN_APPEAL_FOR, today)
    packing.pack(planned, limited_from(start_on, today))
    arrangements.arrange(planned, ids[VISITOR_NO], [ids[VISITOR_NO], ids[ADMINISTRATOR_NO]], today)
    receptions = plan_receptions(
        meals, members, closings(start_on, today), now, VISITOR_NO, _random("receptions")
    )
    movements, balances = _money(planned, receptions, ids, calendar, start_on - _OPENED_BEFORE, now)
    return Plan(now, start_on, members, dishes, meals, planned, receptions, movements, balances)


def _money(
    planned: Sequence[PlannedOrder],
    receptions: Sequence[PlannedReception],
    ids: Mapping[str, int],
    calendar: Calendar,
    opened_on: date,
    now: datetime,
) -> tuple[list[Movement], dict[tuple[int, Bucket], int]]:
    cashier_id, everybody = ids[MANAGER_NO], list(ids.values())
    paid_in = ledger.grants(everybody, calendar, opened_on, now, cashier_id, _random("grants"))
    salaried = [staff_id for staff_id in everybody if staff_id != cashier_id]
    paid_in += ledger.payroll(salaried, calendar, opened_on, now, cashier_id, _random("payroll"))
    quarters = ledger.quarters_between(opened_on, clock.local(now).date())
    quarters = [day for day in quarters if clock.at_local(day, ledger.EXPIRES_AT) <= now]
    movements, balances = ledger.settle(paid_in, planned, quarters, cashier_id, _random("top-ups"))
    movements += ledger.serve(receptions, cashier_id)
    movements.sort(key=lambda movement: movement.happened_at)
    return movements, balances


def _orders(
    meals: Sequence[PlannedMeal], members: Sequence[Member], calendar: Calendar, now: datetime
) -> list[PlannedOrder]:
    rng = _random("diners")
    diners = [diner_of(member, rng) for member in members]
    free = {
        member.staff_id for member in members[: min(FREE_OFFICIALS, len(members) // 6)] if not member.role
    }
    free |= {member.staff_id for member in members if member.role}
    others = [diner for diner in diners if diner.staff_id not in free]
    today = clock.local(now).date()
    found: list[PlannedOrder] = []
    for day, of_day in groupby(meals, key=lambda meal: meal.served_on):
        rng, offered = _random(f"day {day}"), list(of_day)
        if day > today:
            continue
        guests = guests_of_day(offered, diners if day < today else others, calendar, rng)
        for meal in offered:
            found += orders.orders_of_meal(meal, guests[meal.id], now, rng)
    return found + _early_orders(meals, others, now)


def _early_orders(meals: Sequence[PlannedMeal], others: Sequence[Diner], now: datetime) -> list[PlannedOrder]:
    """What some have ordered already, during the last day, of the lunches of the next open days."""
    rng, found = _random("early"), []
    today = clock.local(now).date()
    ahead = [meal for meal in meals if meal.served_on > today and meal.instants.order_closes_at > now]
    days = sorted({meal.served_on for meal in ahead})[:_DAYS_AHEAD]
    early = rng.sample(others, min(_EARLY_BIRDS, len(others)))
    for place, day in enumerate(days):
        lunches = {
            meal.canteen_id: meal for meal in ahead if meal.served_on == day and meal.period == "lunch"
        }
        only = next(iter(lunches))
        # Everybody for the first day, ever fewer for those after it.
        eager = early[: len(early) // (place + 1)]
        for canteen_id, meal in lunches.items():
            guests = [diner for diner in eager if _choice(diner, lunches, only) == canteen_id]
            times = sorted(_awake(now - rng.random() * _ONE_DAY) for _ in guests)
            found += orders.take_orders(meal, zip(guests, times, strict=True), now, rng)
    return found


def _choice(diner: Diner, offered: dict[int, PlannedMeal], only: int) -> int:
    return diner.home_id if diner.home_id in offered else only


def _awake(at: datetime) -> datetime:
    """The instant, or the evening before it for what falls into the small hours."""
    return at - timedelta(hours=8) if clock.local(at).hour < 7 else at


def _random(purpose: str) -> Random:
    """A stream of its own for each purpose, so that one does not shift the others."""
    return Random(f"{_SEED}: {purpose}")
