"""What the month's review and the satisfaction figures say of meetings is what was planted."""

from datetime import date, timedelta

import pytest

from backend import clock
from backend.db import db
from backend.flows import satisfaction_providers as providers
from backend.flows import service_sections as sections
from backend.flows.service_review import month_of, take
from meeting.hospitality.ratings import HOSPITALITY
from tests.factories import NINE
from tests.meeting.hall import Hall
from tests.meeting.statistics.planting import plant

NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
DECEMBER = NINE + timedelta(days=9)


@pytest.fixture
def planted(compound):
    with clock.at(NINE):
        hall = Hall(compound)
        organiser = hall.people["organiser"].id
        rooms = [hall.small, hall.large, hall.hall]
        november = [NOVEMBER + timedelta(days=number) for number in range(30)]
        october = [OCTOBER + timedelta(days=number) for number in range(31)]
        found = plant(rooms, [hall.department.id], organiser, november, 90)
        found.before = plant(rooms, [hall.department.id], organiser, october, 40, seed=9)
    with clock.at(DECEMBER):
        db.session.rollback()
        yield found


def figure(figures, key):
    section = next(each for each in figures["sections"] if each["key"] == "meetings")
    return next(each for each in section["figures"] if each["key"] == key)


def test_the_section_tells_the_month_and_compares_it_with_the_one_before(planted):
    figures = take(NOVEMBER)
    total, before = planted.total, planted.before.total
    held = figure(figures, "held")
    assert (held["numerator"], held["before"]["numerator"]) == (total["held"], before["held"])
    assert held["text"] == f"{total['held']} 场"
    missed = figure(figures, "no_show_rate")
    due = total["signed_in"] + total["no_shows"]
    assert (missed["numerator"], missed["denominator"]) == (total["no_shows"], due)
    assert missed["coverage"] == {"numerator": due, "denominator": total["held"] + total["no_shows"]}
    used = figure(figures, "occupancy_used")
    assert used["denominator"] == 21 * 420 * 4
    assert used["before"]["denominator"] == 18 * 420 * 4  # After the National Day; a Saturday is worked.
    assert figure(figures, "served")["numerator"] == total["served"]
    assert figure(figures, "faultless_rate")["text"] == "—"  # Nobody has ticked anything.
    (summary,) = [each for each in figures["summary"] if each.startswith("会议服务：")]
    assert f"召开会议 {total['held']} 场" in summary
    (table,) = next(each for each in figures["sections"] if each["key"] == "meetings")["tables"]
    told = {row[0]: row[1:3] for row in table["rows"]}
    hall_room = next(key for key, name in planted.rooms if name == "held")
    assert [planted.rooms[hall_room, "booked"], planted.rooms[hall_room, "held"]] in list(told.values())


def test_a_compound_without_rooms_says_nothing_of_meetings(app):
    assert sections.meetings(month_of(NOVEMBER)) is None


def test_satisfaction_knows_how_many_meetings_were_served_by_campus_and_month(planted):
    spans = [(NOVEMBER, date(2026, 11, 30)), (OCTOBER, date(2026, 11, 30))]
    provider, *others = [
        each for source in providers.SOURCES for each in source.providers() if each.service == HOSPITALITY.key
    ]
    assert (others, provider.name.endswith("会务")) == ([], True)
    served = [source.served(spans) for source in providers.SOURCES][-1]
    assert served == {
        (provider.key, NOVEMBER): planted.total["served"],
        (provider.key, OCTOBER): planted.before.total["served"],
    }
