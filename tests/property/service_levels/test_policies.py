"""Which line holds, and which lines can stand: tables without a database."""

import pytest

from backend.workdays.clocks import Counting, Target
from property.categories.models import Urgency
from property.service_levels import policies
from property.service_levels.errors import LineInvalid, VersionIncomplete
from property.service_levels.models import PlaceClass
from property.service_levels.policies import Line

HOUR = Target(Counting.NATURAL, 60)
PLUMBING, LEAK, OTHER = 1, 2, 3
URGENT, ORDINARY, CRITICAL = Urgency.URGENT, Urgency.ORDINARY, Urgency.CRITICAL
VITAL = PlaceClass.VITAL


def line(category_id=None, urgency=None, place_class=None, **more) -> Line:
    """A line that is told apart by what it holds for."""
    return Line(category_id, urgency, place_class, **{"response": HOUR, "resolution": HOUR, **more})


GENERAL = line()
LINES = [
    GENERAL,
    line(urgency=URGENT),
    line(place_class=VITAL),
    line(PLUMBING),
    line(PLUMBING, place_class=VITAL),
    line(PLUMBING, URGENT),
    line(LEAK, place_class=VITAL),
]


@pytest.mark.parametrize(
    ("lineage", "urgency", "place_class", "expected"),
    [
        ([OTHER], ORDINARY, "ordinary", GENERAL),
        ([OTHER], URGENT, "ordinary", LINES[1]),
        ([OTHER], URGENT, "vital", LINES[1]),
        ([OTHER], ORDINARY, "vital", LINES[2]),
        ([LEAK, PLUMBING], ORDINARY, "ordinary", LINES[3]),
        # The category decides before urgency and class do, the nearest one first.
        ([LEAK, PLUMBING], URGENT, "vital", LINES[6]),
        ([LEAK, PLUMBING], URGENT, "ordinary", LINES[5]),
        # Urgency decides before the class.
        ([PLUMBING], URGENT, "vital", LINES[5]),
        ([PLUMBING], ORDINARY, "vital", LINES[4]),
        ([], CRITICAL, "ordinary", GENERAL),
    ],
)
def test_the_most_particular_line_holds(lineage, urgency, place_class, expected):
    for lines in (LINES, LINES[::-1]):
        found = policies.most_particular(
            lines, lineage=lineage, urgency=urgency.value, place_class=place_class
        )
        assert found == expected


def test_a_version_needs_a_general_line_for_every_urgency():
    policies.ensure_complete([line(urgency=urgency) for urgency in Urgency])
    policies.ensure_complete([GENERAL])

    with pytest.raises(VersionIncomplete) as refusal:
        policies.ensure_complete([line(urgency=URGENT), line(urgency=ORDINARY, place_class=VITAL)])
    assert refusal.value.data == {"missing": "特急、一般"}


@pytest.mark.parametrize(
    ("lines", "position"),
    [
        ([GENERAL, line(LEAK), line(LEAK)], 3),
        ([line(response=Target(Counting.WORKDAYS, 251))], 1),
        ([GENERAL, line(LEAK, resolution=Target(Counting.NATURAL, 100_001))], 2),
    ],
)
def test_lines_that_contradict_or_exceed_are_refused(lines, position):
    with pytest.raises(LineInvalid) as refusal:
        policies.ensure_lines(lines)
    assert refusal.value.data["position"] == position


def test_the_built_in_lines_cover_everything():
    held = policies.defaults()

    policies.ensure_complete(held.lines)
    assert held.source
    found = policies.most_particular(held.lines, lineage=[9], urgency="urgent", place_class="ordinary")
    assert (found.response.text, found.resolution.text) == ("15 分钟", "2 小时")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Target(Counting.NATURAL, 90), "1 小时 30 分钟"),
        (Target(Counting.WORKING, 240), "4 小时（工作时间）"),
        (Target(Counting.WORKDAYS, 3), "3 个工作日"),
    ],
)
def test_a_target_in_words(target, expected):
    assert target.text == expected
