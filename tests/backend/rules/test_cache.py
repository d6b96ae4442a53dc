"""What a process remembers of the rules, and for how long."""

import time
from dataclasses import replace

from backend.actor import SYSTEM
from backend.config import settings
from backend.db import atomic, db, unit
from backend.rules import queries
from backend.rules.models import RuleVersion
from canteen.menu.rules import MEAL_PERIOD
from canteen.pickups.rules import CODE_MINUTES
from tests.backend.rules.office import CODE
from tests.factories import LONG_AGO
from tests.statements import counted_statements


def elsewhere(office, minutes):
    """A decision of another process: this one hears nothing of it."""

    @atomic
    def write():
        unit().execute(
            RuleVersion.__table__.insert(),
            {
                "rule_key": CODE,
                "scope_kind": "canteen",
                "scope_id": office.canteen.id,
                "variant": "",
                "value": minutes,
                "effective_at": LONG_AGO,
                "changed_at": LONG_AGO,
                "changed_by": 0,
                "changed_by_name": "别的进程",
                "reason": "试一试",
                "follows_id": 0,
            },
        )

    write()
    db.session.rollback()


def value(office):
    return queries.value(CODE_MINUTES, office.canteen.id)


def test_a_value_that_is_known_costs_no_statement(office, monkeypatch):
    monkeypatch.setattr(queries, "LIFE_S", 60)
    office.set(5)
    assert value(office) == 5
    with counted_statements() as sent:
        for _ in range(10):
            assert value(office) == 5
            queries.versions(MEAL_PERIOD, office.canteen.id, "lunch")
    assert sent == []


def test_a_decision_of_this_process_shows_at_once(office, monkeypatch):
    monkeypatch.setattr(queries, "LIFE_S", 60)
    assert value(office) == 3  # The test's own read goes on, and must not hide what comes.
    assert office.set(5).status == 200
    assert value(office) == 5


def test_a_decision_of_another_process_shows_when_the_copy_has_lived_its_life(office, monkeypatch):
    monkeypatch.setattr(queries, "LIFE_S", 60)
    assert value(office) == 3
    elsewhere(office, 9)
    assert value(office) == 3
    url = settings().database_url
    queries._copies[url] = replace(queries._copies[url], fresh_until=time.monotonic())
    assert value(office) == 9


def test_a_copy_whose_life_is_over_is_checked_by_one_count(office, monkeypatch):
    monkeypatch.setattr(queries, "LIFE_S", 0)
    assert value(office) == 3
    with counted_statements() as sent:
        assert value(office) == 3
    assert [each for each in sent if each not in ("BEGIN", "ROLLBACK")] == [
        "SELECT count(*) AS count_1 \nFROM rule_versions"
    ]
    elsewhere(office, 9)
    assert value(office) == 9


def test_an_overview_takes_few_statements_however_many_decisions_there_are(office):
    def cost():
        with counted_statements() as sent:
            assert queries.overview(SYSTEM)
        return len([each for each in sent if each not in ("BEGIN", "ROLLBACK")])

    before, seen = cost(), 0
    for minutes in range(10, 20):
        seen = office.set(minutes, seen=seen).data["latest_version_id"]
    office.compound.canteen()
    assert cost() == before == 2
