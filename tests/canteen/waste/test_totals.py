"""Totals follow from the set of events and bindings, however they come; and they are what the facts say."""

from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend import clock
from backend.actor import SYSTEM
from backend.db import db
from canteen.menu.rules import OPENS_ON_REST_DAYS
from canteen.waste import services
from canteen.waste.statistics import queries
from canteen.waste.statistics.policies import Span
from tests.canteen.waste.kitchen import Kitchen, at, db_rows, event, results, rounds, totals
from tests.canteen.waste.recount import recount
from tests.factories import MONDAY

# Each example has a day of its own, so that one database serves them all.
EXAMPLES = max(settings().max_examples // 3, 1)
# Mostly at lunch, where events of one tray meet.
_MINUTES = st.one_of(st.integers(268, 300), st.integers(268, 300), st.integers(0, 12 * 60 - 1))
_GRAMS = st.sampled_from([0, 3, 5, 9, 10, 11, 45, 250, 2_900, 65_000])
_DISH = st.integers(0, 2)
_TRAY = st.sampled_from(["T0", "T0", "T1", None])


def _of(kind: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"kind": st.just(kind), "minute": _MINUTES, "grams": _GRAMS, "scale": st.integers(0, 1)},
        optional={"stable": st.sampled_from([True, True, False]), **fields},
    )


EVENTS = st.lists(
    st.one_of(
        *[_of("serve_delta", tray=_TRAY, dish=_DISH)] * 2,
        *[_of("tray_return", tray=_TRAY, edible=st.sampled_from(["edible", "mixed", "inedible"]))] * 3,
        _of("dish_leftover", dish=_DISH),
        _of("bin_delta", bin=st.sampled_from(["B-PLATE", "B-PREP"])),
        _of("pan_back", dish=_DISH, disposition=st.sampled_from(["discard", "reuse"])),
        _of("bin_empty"),
    ),
    min_size=6,
    max_size=25,
)
BINDINGS = st.lists(
    st.tuples(st.integers(0, 1), _MINUTES, st.integers(0, 1)),
    max_size=5,
    unique_by=lambda one: one[:2],
)


class Delivery:
    """What two kitchens that are alike bring to their books in different ways."""

    def __init__(self, kitchen: Kitchen, day: Any, departments: list[int], first_seq: int) -> None:
        self.kitchen, self.day, self.departments, self.first_seq = kitchen, day, departments, first_seq

    def raw(self, number: int, one: dict[str, Any]) -> dict[str, Any]:
        """The event as the scale sends it."""
        sent = {name: one[name] for name in ("stable", "tray", "edible", "bin", "disposition") if name in one}
        sent = {name: value for name, value in sent.items() if value is not None}
        kind = one["kind"]
        if kind in ("serve_delta", "dish_leftover", "pan_back"):
            sent["dish_id"] = self.kitchen.dishes[one.get("dish", 0)].id
        if kind in ("bin_delta", "bin_empty"):
            sent.setdefault("bin", "B-PLATE")
        if kind in ("tray_return", "dish_leftover", "pan_back"):
            sent["tare_g"] = 100
        gross = one["grams"] + sent.get("tare_g", 0)
        return event(
            self.first_seq + number, kind, self.wall(one["minute"]), day=self.day, gross_g=gross, **sent
        )

    def wall(self, minute: int) -> str:
        """A time of day from 07:00 on."""
        return f"{7 + minute // 60:02}:{minute % 60:02}"

    def bind(self, binding: tuple[int, int, int]) -> None:
        """Somebody takes a tray."""
        tray, minute, department = binding
        period = "breakfast" if minute < 270 else "lunch" if minute < 630 else "dinner"
        self.kitchen.bind(tray, self.departments[department], self.wall(minute), period, self.day)

    def take_back(self, number: int, scale: int) -> None:
        """A manager takes an event back."""
        (row,) = db_rows(
            "SELECT id, status FROM weighings WHERE seq = :seq AND device_id = :device",
            seq=self.first_seq + number,
            device=self.kitchen.ids[scale],
        )
        use_case = services.discard if row["status"] == "quarantined" else services.take_back
        use_case(SYSTEM, weighing_id=row["id"], reason="测试")

    def picture(self) -> Any:
        """The day's rollups without what differs by design: identifiers."""
        dish_names = {dish.id: number for number, dish in enumerate(self.kitchen.dishes)}
        found = {}
        for name, rows in totals().items():
            for (canteen_id, day, period, *rest), sums in rows.items():
                if (canteen_id, day) == (self.kitchen.canteen.id, self.day):
                    if name == "waste_dishes":
                        rest = [dish_names[rest[0]]]
                    found[(name, period, *rest)] = sums
        return found


@given(
    events=EVENTS,
    bindings=BINDINGS,
    taken_back=st.sets(st.integers(0, 24), max_size=3),
    random=st.randoms(use_true_random=False),
)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def _deliver(pair, events, bindings, taken_back, random):
    day = next(pair.days)
    one, other = (Delivery(kitchen, day, pair.departments, next(pair.seqs)) for kitchen in pair.kitchens)
    taken_back = {number for number in taken_back if number < len(events)}
    with clock.at(at("21:00", day)):
        for binding in bindings:
            one.bind(binding)
        for scale in (0, 1):
            batch = [one.raw(n, each) for n, each in enumerate(events) if each["scale"] == scale]
            if batch:
                assert "rejected" not in results(one.kitchen.send(*batch, scale=scale))
        for number in taken_back:
            one.take_back(number, events[number]["scale"])
    _deliver_anyhow(other, events, bindings, taken_back, random, at("21:00", day))
    assert one.picture() == other.picture()
    pair.examples += 1


def _deliver_anyhow(
    delivery: Delivery,
    events: list[dict[str, Any]],
    bindings: list[tuple[int, int, int]],
    taken_back: set[int],
    random: Random,
    evening: datetime,
) -> None:
    """In any order, in batches of any size, some of it twice, some of it days late."""
    waiting: list[Any] = [("event", number) for number in range(len(events))]
    waiting += [("event", number) for number in range(len(events)) if random.random() < 0.4]
    waiting += [("binding", binding) for binding in bindings]
    random.shuffle(waiting)
    undone = set(taken_back)
    arrives = evening
    while waiting:
        size = random.randint(1, 6)
        some, waiting = waiting[:size], waiting[size:]
        arrives += timedelta(hours=random.randint(0, 20))
        with clock.at(arrives):
            for kind, what in some:
                if kind == "binding":
                    delivery.bind(what)
            for scale in (0, 1):
                numbers = [n for kind, n in some if kind == "event" and events[n]["scale"] == scale]
                if numbers:
                    delivery.kitchen.send(*(delivery.raw(n, events[n]) for n in numbers), scale=scale)
                for number in undone & set(numbers):
                    delivery.take_back(number, scale)
                    undone.discard(number)


class Pair:
    """Two canteens that are alike, and a fresh day and numbers for each example."""

    def __init__(self, compound) -> None:
        self.kitchens = [Kitchen(compound, devices=2, trays=2) for _ in range(2)]
        for kitchen in self.kitchens:
            compound.rule(OPENS_ON_REST_DAYS, True, kitchen.canteen.id)
        self.departments = [compound.department().id for _ in range(2)]
        self.days = (MONDAY - timedelta(days=number) for number in count(1))
        self.seqs = count(1, 100)
        self.examples = 0


def test_totals_do_not_depend_on_order_repetition_splitting_or_lateness(compound):
    with clock.at(at("21:00")):
        pair = Pair(compound)
        _deliver(pair)
        assert pair.examples >= EXAMPLES or EXAMPLES > 100
        # All examples at once: the rollups are what plain SQL and Python make of the facts.
        assert totals() == recount()
        assert list(services.check()) == []
        before = totals(), rounds()
        assert [found for _, _, found in services.rebuild() if found] == []
        assert (totals(), rounds()) == before


def test_a_bin_that_was_emptied_or_trembled_has_weighed_nothing(kitchen):
    kitchen.compound.meal(kitchen.canteen, dict.fromkeys(kitchen.dishes))
    day = Span(MONDAY, MONDAY)

    def figures():
        db.session.rollback()
        with clock.at(at("15:00")):
            return queries.summary_of([kitchen.canteen.id], day)

    kitchen.send(event(1, "bin_delta", bin="B-PLATE", gross_g=2), event(2, "bin_empty", bin="B-PLATE"))
    assert (figures().weighed, figures().ledger.text) == (0, "0.0%")
    kitchen.send(*(event(seq, "tray_return", gross_g=530, tare_g=480) for seq in range(10, 50)))
    assert figures().plate.text == "50.0 克/人·餐", "the trays are the sample that they were"
    assert totals() == recount()
    assert list(services.check()) == []
