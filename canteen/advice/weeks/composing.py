"""Composing a week: a greedy start, then exchanges that improve it. Pure; whole numbers throughout."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from random import Random
from typing import Final

from canteen.advice.weeks.drafts import (
    HALAL,
    MAIN,
    NEEDS,
    VEGETARIAN,
    Candidate,
    Choice,
    Composed,
    Gap,
    Limits,
    MealSlot,
    Place,
    Week,
)

# Exchanges tried for each dish of the week, and in all: a second on a slow machine.
_TRIES_PER_SLOT: Final = 30
_MOST_TRIES: Final = 3000


def compose(
    meals: Sequence[MealSlot],
    candidates: Iterable[Candidate],
    *,
    limits: Limits,
    served: Mapping[int, Collection[date]],
    seed: int,
) -> Composed:
    """A week of these meals. `served` are the days about the week on which a dish is served anyway."""
    # Nothing here is secret; the same seed shall give the same week.
    chance = Random(seed)
    week = Week(meals, limits, served)
    shelf = _shelf(candidates)
    gaps = _cover(week, shelf)
    _fill(week, shelf, chance)
    _improve(week, shelf, chance)
    return Composed(_choices(week), [*gaps, *_missing(week)])


def _shelf(candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """The dishes of each category, the best first."""
    shelf: dict[str, list[Candidate]] = {}
    for dish in candidates:
        shelf.setdefault(dish.category, []).append(dish)
    return {
        category: sorted(those, key=lambda one: (-one.points, one.dish_id))
        for category, those in shelf.items()
    }


def _cover(week: Week, shelf: Mapping[str, Sequence[Candidate]]) -> list[Gap]:
    """Give each day what it needs before anything else takes it."""
    gaps = []
    for needs, is_needed in (
        (HALAL, week.limits.needs_halal),
        (VEGETARIAN, week.limits.needs_vegetarian),
    ):
        for day in sorted(week.of_day) if is_needed else ():
            if not week.covers(day, needs) and not _cover_day(week, shelf, day, needs):
                gaps.append(Gap(day, "", "", 1, needs))
    return gaps


def _cover_day(week: Week, shelf: Mapping[str, Sequence[Candidate]], day: date, needs: str) -> bool:
    places = [
        place
        for index in week.of_day[day]
        for place in week.of_meal[index]
        if place.dish is None and place.category in MAIN
    ]
    # With too few of them one comes again too early, but never twice on a day.
    for apart_days in (None, 1):
        options = [
            (_rest(week, dish, day) if apart_days else 0, -dish.points, dish.dish_id, order, place, dish)
            for order, place in enumerate(places)
            for dish in shelf.get(place.category, ())
            if NEEDS[needs](dish) and week.fits(dish, place, apart_days=apart_days)
        ]
        if options:
            *_, place, dish = min(options, key=lambda one: one[:4])
            week.put(place, dish)
            place.cover, place.is_early = needs, apart_days is not None
            return True
    return False


def _rest(week: Week, dish: Candidate, day: date) -> int:
    """How near it is served; the nearest has the greatest number."""
    days = (*week.uses.get(dish.dish_id, ()), *week.served.get(dish.dish_id, ()))
    return -min((abs((day - each).days) for each in days), default=999)


def _fill(week: Week, shelf: Mapping[str, Sequence[Candidate]], chance: Random) -> None:
    """The best dish for each place, where the fewest are to be had first."""
    scarcity = Counter(place.category for place in week.places)
    empty = [place for place in week.places if place.dish is None]
    order = {id(place): chance.random() for place in empty}
    empty.sort(
        key=lambda one: (len(shelf.get(one.category, ())) / scarcity[one.category], order[id(one)]),
    )
    for place in empty:
        best: tuple[int, Candidate] | None = None
        around = [place.meal]
        for dish in shelf.get(place.category, ()):
            # What is worse by its own points hardly catches up: variety and budget take away.
            if best is not None and dish.points <= best[0]:
                break
            if not week.fits(dish, place):
                continue
            before = week.worth_around(around)
            week.put(place, dish)
            gain = week.worth_around(around) - before
            week.put(place, None)
            if best is None or gain > best[0]:
                best = gain, dish
        if best is not None:
            week.put(place, best[1])


def _improve(week: Week, shelf: Mapping[str, Sequence[Candidate]], chance: Random) -> None:
    """Exchange dishes while that makes the week worth more."""
    filled = [place for place in week.places if place.dish is not None]
    if not filled:
        return
    same_kind: dict[str, list[Place]] = {}
    for place in filled:
        same_kind.setdefault(place.category, []).append(place)
    for _ in range(min(_MOST_TRIES, _TRIES_PER_SLOT * len(filled))):
        place = chance.choice(filled)
        if chance.random() < 0.5:
            _replace(week, place, chance.choice(shelf[place.category]))
        else:
            _swap(week, place, chance.choice(same_kind[place.category]))


def _replace(week: Week, place: Place, dish: Candidate) -> None:
    before_dish = place.dish
    if place.is_early or dish is before_dish:
        return
    week.put(place, None)
    is_fit = week.fits(dish, place)
    week.put(place, before_dish)
    if not is_fit:
        return
    needs = _met(week, week.day_of(place))
    before = week.worth_around([place.meal])
    week.put(place, dish)
    if week.worth_around([place.meal]) <= before or not _still(week, week.day_of(place), needs):
        week.put(place, before_dish)


def _swap(week: Week, one: Place, two: Place) -> None:
    first, second = one.dish, two.dish
    if one.meal == two.meal or first is second or first is None or second is None:
        return
    if one.is_early or two.is_early:
        return
    days = {week.day_of(one), week.day_of(two)}
    needs = {day: _met(week, day) for day in days}
    meals = [one.meal, two.meal]
    before = week.worth_around(meals)
    week.put(one, None)
    week.put(two, None)
    is_fit = False
    if week.fits(second, one):
        week.put(one, second)
        is_fit = week.fits(first, two)
    if is_fit:
        week.put(two, first)
        is_fit = week.worth_around(meals) > before and all(_still(week, day, needs[day]) for day in days)
    if not is_fit:
        week.put(one, None)
        week.put(two, None)
        week.put(one, first)
        week.put(two, second)


def _met(week: Week, day: date) -> list[str]:
    wanted = {HALAL: week.limits.needs_halal, VEGETARIAN: week.limits.needs_vegetarian}
    return [needs for needs, is_needed in wanted.items() if is_needed and week.covers(day, needs)]


def _still(week: Week, day: date, needs: Iterable[str]) -> bool:
    return all(week.covers(day, each) for each in needs)


def _choices(week: Week) -> list[Choice]:
    found = []
    for index, meal in enumerate(week.meals):
        for place in week.of_meal[index]:
            if place.dish is not None:
                cover = _cover_of(week, meal.served_on, place)
                found.append(Choice(meal.served_on, meal.period, place.dish.dish_id, cover, place.is_early))
    return found


def _cover_of(week: Week, day: date, place: Place) -> str:
    """What the day would lack without this dish."""
    if place.dish is None or place.category not in MAIN:
        return ""
    for needs in _met(week, day):
        if NEEDS[needs](place.dish) and week.covers(day, needs) == 1:
            return needs
    return ""


def _missing(week: Week) -> list[Gap]:
    gaps = []
    for index, meal in enumerate(week.meals):
        empty = Counter(place.category for place in week.of_meal[index] if place.dish is None)
        gaps += [Gap(meal.served_on, meal.period, category, count) for category, count in empty.items()]
    return gaps
