"""What a change means: tables, without a database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from meeting.bookings import changes
from meeting.bookings.changes import Kept, Plan, Scope, Shift
from meeting.bookings.models import Occurrence, State

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def at(hour: float, day: int = 23) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


def meeting(
    start: float, end: float, day: int = 23, state: State = State.BOOKED, number: int = 1
) -> Occurrence:
    return Occurrence(
        id=number,
        room_id=1,
        start_at=at(start, day),
        end_at=at(end, day),
        slot_at=at(start, day),
        level=2,
        state=state.value,
    )


BEFORE = Plan(1, at(2), at(4), 2)


@pytest.mark.parametrize(
    ("after", "keeps"),
    [
        (BEFORE, True),
        (Plan(1, at(2), at(3), 2), True),  # shorter at its end
        (Plan(1, at(2.5), at(4), 2), True),  # later begun
        (Plan(1, at(2.5), at(3.5), 1), True),  # within, and of a lower level
        (Plan(1, at(2), at(4.5), 2), False),  # longer
        (Plan(1, at(1.5), at(4), 2), False),  # earlier
        (Plan(1, at(3), at(5), 2), False),  # moved
        (Plan(2, at(2), at(4), 2), False),  # elsewhere
        (Plan(1, at(2), at(4), 3), False),  # of a higher level
    ],
)
def test_only_less_than_was_approved_stays_approved(after: Plan, keeps: bool) -> None:
    assert changes.keeps_approval(BEFORE, after) is keeps


def test_a_beginning_alone_moves_the_end_along() -> None:
    one = meeting(2, 4)
    assert changes.shift_of(one, at(3), None, SHANGHAI) == Shift(timedelta(hours=1), timedelta(hours=1))


def test_an_end_alone_leaves_the_beginning() -> None:
    one = meeting(2, 4)
    assert changes.shift_of(one, None, at(5), SHANGHAI) == Shift(timedelta(), timedelta(hours=1))


def test_a_shift_keeps_the_wall_clock_when_the_clocks_change() -> None:
    # 2025-03-09 is the day on which New York goes over to summer time.
    before = datetime(2025, 3, 6, 10, tzinfo=NEW_YORK)
    after = datetime(2025, 3, 13, 10, tzinfo=NEW_YORK)
    shift = Shift(timedelta(hours=1), timedelta(hours=1))
    for instant in (before, after):
        start_at, _ = changes.shifted(
            instant.astimezone(UTC), instant.astimezone(UTC) + timedelta(hours=1), shift, NEW_YORK
        )
        assert start_at.astimezone(NEW_YORK).hour == 11
    moved, _ = changes.shifted(
        before.astimezone(UTC), before.astimezone(UTC), Shift(timedelta(days=7), timedelta(days=7)), NEW_YORK
    )
    assert moved == after.astimezone(UTC)


@pytest.mark.parametrize(("scope", "numbers"), [("this", [2]), ("following", [2, 3]), ("all", [1, 2, 3])])
def test_a_scope_names_meetings(scope: str, numbers: list[int]) -> None:
    three = [meeting(2, 3, day=22 + number, number=number) for number in (3, 1, 2)]
    pivot = three[2]
    assert [each.id for each in changes.chosen(Scope(scope), three, pivot)] == numbers


@pytest.mark.parametrize(
    ("state", "now", "is_open", "is_running"),
    [
        (State.BOOKED, at(1), True, False),
        (State.PENDING, at(1), True, False),
        (State.BOOKED, at(2), False, True),
        (State.PENDING, at(2), False, False),
        (State.IN_USE, at(1.9), False, True),  # signed in to early
        (State.IN_USE, at(4), False, False),
        (State.CANCELLED, at(1), False, False),
    ],
)
def test_what_has_begun_is_no_longer_open(
    state: State, now: datetime, is_open: bool, is_running: bool
) -> None:
    one = meeting(2, 4, state=state)
    assert (changes.is_open(one, now), changes.is_running(one, now)) == (is_open, is_running)


def kept(key: int, start: float, end: float, *atoms: int) -> Kept:
    return Kept(key, atoms or (1,), at(start), at(end))


@pytest.mark.parametrize(
    ("wanted", "staying", "failed"),
    [
        (
            [kept(1, 2, 3), kept(2, 3, 4)],
            [kept(1, 1, 2), kept(2, 2, 3)],
            set(),
        ),  # each into the next one's place
        (
            [kept(1, 2, 3), kept(2, 2.5, 4)],
            [kept(1, 1, 2), kept(2, 2, 3)],
            {1, 2},
        ),  # the second stays in its way
        ([kept(1, 2, 3), kept(2, 2.5, 4, 2)], [], set()),  # other rooms
        ([kept(1, 2, 3, 1, 2), kept(2, 2.5, 4, 2)], [kept(2, 8, 9)], {2}),  # a hall and its part
    ],
)
def test_meetings_that_move_together_must_not_meet(
    wanted: list[Kept], staying: list[Kept], failed: set[int]
) -> None:
    assert changes.colliding(wanted, staying) == failed
