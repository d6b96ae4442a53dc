"""Who eats when and where: habits of people, weekdays, seasons, the eve of holidays, and the menu itself."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from backend import clock
from backend.flows.demo.menus import PlannedMeal
from backend.flows.demo.people import Member
from backend.workdays.policies import Calendar, DayKind

# Attendance by weekday, Monday to Friday; makeup workdays at weekends are like a lean Friday.
_WEEKDAYS = (1.04, 1.08, 1.06, 1.02, 0.86, 0.74, 0.70)
# In the months of heat and of the Spring Festival fewer people are in.
_MONTHS = (0.97, 0.92, 1.03, 1.03, 1.02, 1.0, 0.95, 0.93, 1.02, 1.01, 1.04, 1.03)
_EVE = 0.84
_AT_HOME_CANTEEN = 0.86
_ON_DUTY = 0.06
_DUTY_APPETITE: Mapping[str, float] = {"breakfast": 0.45, "lunch": 0.9, "dinner": 0.55, "overtime": 0.12}
_FRIDAY_EVENING = 0.5
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Diner:
    """A person's habits: how likely a meal of each period is, which canteen, how much, how reliably."""

    staff_id: int
    department_id: int
    appetite: Mapping[str, float]
    home_id: int
    away_id: int
    no_show: float
    small: float
    takeaway: float


def diner_of(member: Member, rng: Random) -> Diner:
    """The habits of a member of staff."""
    eats_breakfast = rng.random() < 0.27
    works_late = rng.random() < 0.22
    home_id = 3 if member.campus_id == 2 else 1 if rng.random() < 0.6 else 2
    return Diner(
        staff_id=member.staff_id,
        department_id=member.department_id,
        appetite={
            "breakfast": rng.uniform(0.15, 0.65) if eats_breakfast else 0.02,
            "lunch": rng.betavariate(3.2, 2.8),
            "dinner": rng.uniform(0.1, 0.35) if works_late else 0.015,
            "overtime": rng.uniform(0.01, 0.1) if works_late else 0.003,
        },
        home_id=home_id,
        away_id={1: 2, 2: 1, 3: 1}[home_id],
        no_show=rng.choice((0.01, 0.03, 0.04, 0.05, 0.09)),
        small=rng.choice((0.05, 0.1, 0.15, 0.5)),
        takeaway=rng.choice((0.02, 0.05, 0.05, 0.35)),
    )


def attendance_factor(day: date, calendar: Calendar, rng: Random) -> float:
    """How a workday compares with an ordinary one."""
    factor = _WEEKDAYS[day.weekday()] * _MONTHS[day.month - 1] * rng.gauss(1.0, 0.035)
    if calendar.day(day + _ONE_DAY).kind is DayKind.HOLIDAY:
        factor *= _EVE
    return factor


def guests_of_day(
    meals: Sequence[PlannedMeal], diners: Sequence[Diner], calendar: Calendar, rng: Random
) -> dict[int, list[Diner]]:
    """Who orders which of one day's meals, by meal id: at most one meal of a period for each person."""
    day = meals[0].served_on
    is_workday = calendar.is_workday(day)
    factor = attendance_factor(day, calendar, rng)
    if not is_workday:
        # On rest days only those on duty eat, and they do.
        diners = [diner for diner in diners if rng.random() < _ON_DUTY]
    by_period: dict[str, dict[int, PlannedMeal]] = {}
    for meal in meals:
        by_period.setdefault(meal.period, {})[meal.canteen_id] = meal
    guests: dict[int, list[Diner]] = {meal.id: [] for meal in meals}
    for period, offered in by_period.items():
        pulls = {canteen_id: _pull(meal) * factor for canteen_id, meal in offered.items()}
        if day.weekday() == 4 and period in ("dinner", "overtime"):
            pulls = {canteen_id: pull * _FRIDAY_EVENING for canteen_id, pull in pulls.items()}
        only = next(iter(offered))
        for diner in diners:
            wanted = diner.home_id if rng.random() < _AT_HOME_CANTEEN else diner.away_id
            canteen_id = wanted if wanted in offered else only
            likely = diner.appetite[period] * pulls[canteen_id] if is_workday else _DUTY_APPETITE[period]
            if rng.random() < likely:
                guests[offered[canteen_id].id].append(diner)
    return guests


def order_times(meal: PlannedMeal, guests: int, rng: Random) -> list[datetime]:
    """When the orders of a meal are placed, ascending: many shortly before the cutoff, some days before."""
    closes_at = meal.instants.order_closes_at
    first_at = meal.published_at + timedelta(minutes=1)
    mornings = [
        clock.at_local(clock.local(closes_at).date() - timedelta(days=back), time(8)) for back in (1, 2)
    ]
    times = []
    for _ in range(guests):
        luck = rng.random()
        if luck < 0.55:
            at = closes_at - timedelta(seconds=rng.triangular(45, 9000, 1500))
        else:
            at = mornings[luck > 0.88] + timedelta(seconds=rng.triangular(0, 39600, 7000))
        times.append(max(at, first_at).replace(microsecond=rng.randrange(1000) * 1000))
    return sorted(times)


def _pull(meal: PlannedMeal) -> float:
    """A good menu brings people: the mean appeal of its main dishes, damped."""
    mains = [offered.dish.pool.appeal for offered in meal.dishes if offered.dish.pool.category == "meat"]
    if not mains:
        return 1.0
    return math.sqrt(min(max(sum(mains) / len(mains) / 1.3, 0.8), 1.2))
