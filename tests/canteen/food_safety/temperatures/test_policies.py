"""Excursions follow from readings, as tables and as properties."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from canteen.food_safety.temperatures import policies
from canteen.food_safety.temperatures.policies import Point, Span
from tests.factories import NINE


def points(*readings):
    """Readings of a chilled fridge, (minutes after nine, tenths of a degree)."""
    return [Point(NINE + timedelta(minutes=minutes), tenths, 0, 80) for minutes, tenths in readings]


def at(minutes):
    return NINE + timedelta(minutes=minutes)


def test_both_limits_belong_to_what_is_right():
    assert policies.spans(points((0, 0), (5, 80))) == []
    assert len(policies.spans(points((0, -1), (5, 40), (10, 81)))) == 2


def test_an_excursion_lasts_from_the_first_beyond_to_the_first_within():
    readings = points((0, 40), (5, 85), (10, 120), (15, 90), (20, 79), (25, 100))
    assert policies.spans(readings) == [
        Span(at(5), at(15), at(20), 120),
        Span(at(25), at(25), None, 100),
    ]


def test_it_needs_an_action_once_it_is_known_to_have_lasted():
    ended = Span(at(0), at(20), at(30), 90)
    lasting = Span(at(0), at(20), None, 90)
    assert ended.has_lasted(timedelta(minutes=30))
    assert not lasting.has_lasted(timedelta(minutes=30))
    assert lasting.has_lasted(timedelta(minutes=20))


@given(st.lists(st.integers(-50, 150), max_size=40))
def test_every_reading_beyond_lies_in_one_excursion_and_none_within(tenths):
    readings = points(*enumerate(tenths))
    spans = policies.spans(readings)
    for point in readings:
        holding = [span for span in spans if span.began_at <= point.at <= span.last_at]
        assert len(holding) == (1 if point.off_dc else 0)
    assert all(span.ended_at is not None for span in spans[:-1])
