"""No page costs more statements than it may, however much it shows."""

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.rules import queries as rule_queries
from console import navigation
from meeting.rooms import snapshot
from tests.console.browser import Console
from tests.factories import MONDAY
from tests.statements import counted_statements

MOST = 15
# What tells of every service at once, in two months and over six, asks as often as there are services: a
# number that stands, whatever there is to show.
MOST_OF = {"/console/reviews": 100}


@pytest.fixture
def everybody(app, lunch):
    """Somebody who may open every page, in a compound where there is something to show."""
    for number in range(25):
        client = lunch.client(name=f"职工{number}")
        if number < 15:
            lunch.place(1, 1, by=client)
    roles = (
        *("administrator", "canteen_manager", "canteen_staff", "logistics_reviewer"),
        *("feedback_handler", "seal_keeper"),
    )
    staff = lunch.compound.staff(roles=dict.fromkeys(roles, (ScopeKind.COMPOUND, 0)))
    return Console(app, staff)


def test_no_page_of_the_navigation_asks_the_database_too_often(everybody, monkeypatch):
    # What the first look at a page has read of the rules and the meeting rooms is known at the second, on a
    # slow machine, too.
    monkeypatch.setattr(rule_queries, "LIFE_S", 3600)
    monkeypatch.setattr(snapshot, "LIFE_S", 3600)
    asked = {}
    paths = [item.path for section in navigation.SECTIONS for item in section.items]
    for path in [*paths, f"/console/canteen/orders?date={MONDAY}", "/console/search?q=职工", "/console/me"]:
        assert everybody.get(path).status_code == 200, path
        with counted_statements() as sent:
            everybody.get(path)
        asked[path] = sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)
    assert {path: count for path, count in asked.items() if count > MOST_OF.get(path, MOST)} == {}
    assert min(asked.values()) > 0
    assert clock.today() == MONDAY
