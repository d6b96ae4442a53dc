"""How clocks count: the replay cases of domain/property-and-feedback §5, and an oracle of minutes."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend import clock
from backend.workdays.clocks import STEPS, Count, Counting, Span, Target, levels_told
from backend.workdays.policies import Calendar, OfficeHours, Segment
from tests.backend.workdays import minutes as oracle

CAL_A = (("09:00", "17:00"),)
CAL_B = (("08:30", "12:00"), ("14:00", "17:30"))
HANDLER, LEAD, SECTION, LEADER = {1, 6}, {2}, {4, 3}, {5}
W, N, D = Counting.WORKING, Counting.NATURAL, Counting.WORKDAYS


def at(text: str) -> datetime:
    """`2026-09-18 16:00` in Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")


def calendar_of(hours, **kwargs) -> Calendar:
    """The State Council's calendar with these hours."""
    return Calendar(OfficeHours(tuple(Segment(*map(time.fromisoformat, pair)) for pair in hours)), **kwargs)


def count(hours, start, counting, amount, *pauses) -> Count:
    """A clock by wall times."""
    spans = [Span(at(begins), at(ends) if ends else None) for begins, ends in pauses]
    return Count(calendar_of(hours), Target(counting, amount), at(start), spans)


def shown(instant: datetime) -> str:
    """`2026-09-20 12:00`, with seconds where there are any."""
    local = clock.local(instant).replace(tzinfo=None)
    return local.isoformat(" ", "seconds" if local.second else "minutes")


HOLD = ("2026-09-30 15:00", "2026-10-08 10:00")


@pytest.mark.parametrize(
    ("hours", "start", "counting", "amount", "pauses", "expected"),
    [
        pytest.param(CAL_A, "2026-09-18 16:00", W, 240, [], "2026-09-20 12:00", id="T1"),
        pytest.param(CAL_A, "2026-09-30 16:00", W, 240, [], "2026-10-08 12:00", id="T2"),
        pytest.param(CAL_A, "2026-10-03 10:00", W, 120, [], "2026-10-08 11:00", id="T3"),
        pytest.param(CAL_A, "2026-10-09 16:30", W, 480, [], "2026-10-10 16:30", id="T4"),
        pytest.param(CAL_A, "2026-02-13 16:00", W, 480, [], "2026-02-14 16:00", id="T5"),
        pytest.param(CAL_A, "2026-05-08 16:30", W, 60, [], "2026-05-09 09:30", id="T7"),
        pytest.param(CAL_A, "2026-09-19 10:00", W, 60, [], "2026-09-20 10:00", id="T7a"),
        pytest.param(CAL_A, "2026-06-18 16:00", W, 120, [], "2026-06-22 10:00", id="T7b"),
        pytest.param(CAL_B, "2026-11-16 11:30", W, 60, [], "2026-11-16 14:30", id="T8"),
        pytest.param(CAL_B, "2026-11-16 12:10", W, 30, [], "2026-11-16 14:30", id="T9"),
        pytest.param(CAL_A, "2026-09-28 10:00", D, 5, [], "2026-10-10 17:00", id="T11"),
        pytest.param(CAL_A, "2026-10-03 23:30", N, 120, [], "2026-10-04 01:30", id="T12"),
        pytest.param(CAL_A, "2026-09-30 14:00", W, 240, [HOLD], "2026-10-08 13:00", id="T13"),
        pytest.param(CAL_A, "2026-11-16 09:00", W, 480, [], "2026-11-16 17:00", id="T15"),
        pytest.param(CAL_A, "2026-12-31 16:00", W, 120, [], "2027-01-01 10:00", id="T17"),
    ],
)
def test_replay_cases(hours, start, counting, amount, pauses, expected):
    assert shown(count(hours, start, counting, amount, *pauses).due_at()) == expected


@pytest.mark.parametrize(
    ("start", "counting", "amount", "is_provisional"),
    [
        ("2026-12-31 16:00", W, 60, False),
        ("2026-12-31 16:00", W, 120, True),
        ("2026-12-31 16:00", D, 1, True),
        ("2026-12-31 16:00", N, 6000, False),
    ],
)
def test_a_due_in_a_year_without_a_published_calendar_is_provisional(start, counting, amount, is_provisional):
    counted = count(CAL_A, start, counting, amount)

    assert counted.is_provisional(counted.due_at()) is is_provisional


def test_an_override_in_that_year_decides_the_day_for_good():
    new_year = date(2027, 1, 1)
    calendar = calendar_of(CAL_A, overrides={new_year: (), date(2027, 1, 2): (Segment(time(9), time(12)),)})
    counted = Count(calendar, Target(W, 120), at("2026-12-31 16:00"))

    assert shown(counted.due_at()) == "2027-01-02 10:00"
    assert not counted.is_provisional(counted.due_at())


@pytest.mark.parametrize(
    ("amount", "pauses", "expected"),
    [
        # A pause moves the due on by the working time it took, to the closing of the day so reached.
        (1, [("2026-11-17 10:00", "2026-11-17 11:00")], "2026-11-18 17:00"),
        (1, [("2026-11-17 17:00", "2026-11-18 09:00")], "2026-11-17 17:00"),
        # Two pauses of a short while take one day together, not one each.
        (
            1,
            [("2026-11-17 10:00", "2026-11-17 11:00"), ("2026-11-18 10:00", "2026-11-18 11:00")],
            "2026-11-18 17:00",
        ),
        (2, [("2026-11-17 09:00", "2026-11-18 17:00")], "2026-11-20 17:00"),
        # What begins after the due is too late to move it.
        (1, [("2026-11-18 10:00", "2026-11-18 11:00")], "2026-11-17 17:00"),
        # What was before the start, and what was paused twice, counts once.
        (1, [("2026-11-13 09:00", "2026-11-16 11:00")], "2026-11-18 17:00"),
        (
            1,
            [("2026-11-17 09:00", "2026-11-17 14:00"), ("2026-11-17 10:00", "2026-11-17 17:00")],
            "2026-11-18 17:00",
        ),
        # It still stands: nothing is known yet of how long it will.
        (1, [("2026-11-17 10:00", None)], "2026-11-17 17:00"),
    ],
)
def test_a_deadline_in_workdays_moves_by_what_was_paused(amount, pauses, expected):
    assert shown(count(CAL_A, "2026-11-16 10:00", D, amount, *pauses).due_at()) == expected


def test_a_closing_at_midnight_is_of_the_day_that_it_ends():
    paused = ("2026-11-17 18:00", "2026-11-18 00:00")

    assert (
        shown(count((("18:00", "00:00"),), "2026-11-16 19:00", D, 1, paused).due_at()) == "2026-11-19 00:00"
    )


def test_steps_are_per_cent_of_the_counted_time():
    # T20
    counted = count(CAL_A, "2026-11-16 09:00", W, 480)

    assert [shown(counted.step_at(step)) for step in STEPS] == [
        "2026-11-16 13:00",
        "2026-11-16 15:24",
        "2026-11-16 17:00",
        "2026-11-17 10:36",
    ]


def test_steps_of_a_deadline_in_workdays_are_per_cent_of_its_working_time():
    counted = count(CAL_A, "2026-11-16 13:00", D, 1)  # 4 + 8 hours

    assert counted.total() == timedelta(hours=12)
    assert [shown(counted.step_at(step)) for step in STEPS] == [
        "2026-11-17 11:00",
        "2026-11-17 14:36",
        "2026-11-17 17:00",
        "2026-11-18 11:24",
    ]


def test_the_next_step_is_the_first_that_has_not_fired():
    counted = count(CAL_A, "2026-11-16 09:00", W, 480)

    assert [counted.next_step(fired).percent for fired in [(), {50}, {50, 80, 100}]] == [50, 80, 120]
    assert counted.next_step(set(STEPS)) is None


def test_nothing_passes_while_it_stands():
    standing = count(CAL_A, "2026-11-16 09:00", W, 480, ("2026-11-16 10:00", None))

    assert standing.elapsed(at("2026-11-16 09:30")) == timedelta(minutes=30)
    assert standing.elapsed(at("2026-11-18 12:00")) == timedelta(hours=1)
    assert standing.elapsed(at("2026-11-15 12:00")) == timedelta()


def test_a_target_of_nothing_is_a_mistake():
    with pytest.raises(ValueError, match="at least one"):
        Target(W, 0)


# An oracle that looks at every minute.

FROM = datetime.fromisoformat("2026-09-14")


@st.composite
def edges(draw, *, empty: bool):
    """Segments of a day in minutes: with a lunch break or without, up to midnight."""
    cuts = draw(st.lists(st.integers(0, 96), unique=True, min_size=0 if empty else 2, max_size=6))
    cuts = sorted(cut * 15 for cut in cuts)
    return tuple((cuts[index], cuts[index + 1]) for index in range(0, len(cuts) - 1, 2))


@st.composite
def cases(draw):
    """A calendar with lunch breaks, its oracle, a target, a start, and pauses that may overlap."""
    hours = draw(edges(empty=False))
    by_weekday = draw(st.dictionaries(st.integers(0, 6), edges(empty=False), max_size=2))
    overrides = draw(
        st.dictionaries(
            st.integers(0, 25).map(lambda day: (FROM + timedelta(days=day)).date()),
            edges(empty=True),
            max_size=6,
        )
    )
    counting = draw(st.sampled_from(list(Counting)))
    most = 4 if counting is D else 900
    start = FROM + timedelta(minutes=draw(st.integers(0, 20 * 1440)))
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        begins = start + timedelta(minutes=draw(st.integers(-600, 4000)))
        pauses.append((begins, begins + timedelta(minutes=draw(st.integers(0, 2500)))))
    return oracle.Minutes(hours, by_weekday, overrides), counting, draw(st.integers(1, most)), start, pauses


def wall(minutes: int) -> time:
    """A minute of the day; midnight ends it."""
    return time(*divmod(minutes % 1440, 60))


def segments(pairs):
    """Minutes as segments."""
    return tuple(Segment(wall(begins), wall(ends)) for begins, ends in pairs)


def counted(minutes, counting, amount, start, pauses) -> Count:
    """The same case for the clock itself."""
    hours = OfficeHours(
        segments(minutes.hours), {day: segments(pairs) for day, pairs in minutes.by_weekday.items()}
    )
    overrides = {day: segments(pairs) for day, pairs in minutes.overrides.items()}
    spans = [Span(local(begins), local(ends)) for begins, ends in pauses]
    return Count(Calendar(hours, overrides), Target(counting, amount), local(start), spans)


def local(wall_time: datetime) -> datetime:
    """A wall time of the oracle as an instant."""
    return wall_time.replace(tzinfo=clock.BUSINESS_ZONE)


def examples() -> int:
    """Those of the profile, and five times as many in the long run: 10,000."""
    usual = hypothesis_settings.default.max_examples
    return usual * 5 if usual > 1000 else usual


@given(cases())
def check_against_the_oracle(case):
    minutes, counting, amount, start, pauses = case
    clocked = counted(*case)
    due_at = clocked.due_at()

    assert clock.local(due_at).replace(tzinfo=None) == oracle.due(
        minutes, counting.value, amount, start, pauses
    )
    later = start + timedelta(hours=50)
    passed = oracle.elapsed(minutes, counting.value, start, pauses, later)
    assert clocked.elapsed(local(later)) == timedelta(minutes=passed)
    total = clocked.total()
    assert clocked.elapsed(due_at) == total
    assert [clocked.elapsed(clocked.step_at(step)) for step in STEPS] == [
        total * step / 100 for step in STEPS
    ]


@pytest.mark.timeout(1800)  # The 10,000 examples of the long run, on a busy machine.
def test_every_clock_is_due_when_an_oracle_of_minutes_says():
    hypothesis_settings(max_examples=examples(), deadline=None)(check_against_the_oracle)()


@pytest.mark.parametrize(
    ("levels", "step", "expected"),
    [
        ([HANDLER, LEAD, SECTION, LEADER], 50, HANDLER),
        ([HANDLER, LEAD, SECTION, LEADER], 80, LEAD),
        ([HANDLER, LEAD, SECTION, LEADER], 100, SECTION),
        ([HANDLER, LEAD, SECTION, LEADER], 120, LEADER),
        # Where nobody is, the next above; above the last, the nearest below.
        ([(), (), SECTION, LEADER], 50, SECTION),
        ([HANDLER, (), (), LEADER], 80, LEADER),
        ([HANDLER, LEAD, (), ()], 120, LEAD),
    ],
)
def test_each_step_tells_its_level(levels, step, expected):
    assert levels_told(levels, step)[0] == expected


def test_where_nobody_is_nobody_is_told():
    assert levels_told([(), (), (), ()], 50) == []
