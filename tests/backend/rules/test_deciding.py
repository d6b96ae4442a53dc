"""Deciding rules over HTTP: who, when, why, from when on, and what is refused."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backend.actor import SYSTEM, ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db, unit
from backend.rules import operations, queries
from backend.rules.errors import ReasonMissing
from backend.rules.models import RuleVersion
from canteen.pickups.rules import CODE_MINUTES
from tests.backend.rules.office import CODE, DEPOSIT
from tests.factories import NINE
from tests.threads import at_once

WEDNESDAY = NINE + timedelta(days=2)


def value(office, **address):
    db.session.rollback()
    return queries.value(CODE_MINUTES, office.canteen.id, **address)


def test_the_default_holds_until_the_first_decision(office):
    one = office.rule()
    assert (one["value"], one["text"], one["in_force"]) == (3, "3 分钟", None)
    assert (one["scope"], one["scope_name"], one["is_editable"]) == ("canteen", office.canteen.name, True)
    assert (one["control"], one["unit"], one["bounds"]) == ("number", "分钟", [1, 60])
    assert one["latest_version_id"] == 0
    assert office.history().data["list"] == []


def test_a_decision_holds_at_once_and_says_who_when_and_why(office):
    answer = office.set(5, reason="  排队较长  ")
    assert answer.status == 200
    assert (answer.data["value"], answer.data["text"], answer.data["default_text"]) == (5, "5 分钟", "3 分钟")
    (version,) = office.history().data["list"]
    assert version == answer.data["in_force"]
    assert (version["changed_by_name"], version["reason"]) == ("钱经理", "排队较长")
    assert version["changed_at"] == version["effective_at"] == "2026-11-23T09:00:00+08:00"
    assert (version["state"], version["state_name"], version["ends_at"]) == ("in_force", "生效中", None)
    assert value(office) == 5
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "rules.changed")).one()
    assert (event.actor_name, event.object_id) == ("钱经理", CODE)
    assert (event.details["before"], event.details["after"]) == (3, 5)
    assert event.details["reason"] == "排队较长"


def test_a_planned_decision_takes_effect_at_its_very_instant(office):
    answer = office.set(8, at=WEDNESDAY)
    assert (answer.data["value"], answer.data["in_force"]) == (3, None)
    assert answer.data["next_planned"]["state"] == "planned"
    assert answer.data["next_planned"]["text"] == "8 分钟"
    for instant, expected in (
        (WEDNESDAY - timedelta(microseconds=1), 3),
        (WEDNESDAY, 8),
        (WEDNESDAY + timedelta(days=400), 8),
    ):
        assert value(office, at=instant) == expected
        with office.now_is(instant):
            assert value(office) == expected
    with office.now_is(WEDNESDAY):
        assert office.rule()["in_force"]["id"] == answer.data["latest_version_id"]


def test_a_version_ends_where_the_next_begins(office):
    first = office.set(5).data
    with office.now_is(NINE + timedelta(hours=1)):
        second = office.set(6, seen=first["latest_version_id"]).data
        planned = office.set(7, seen=second["latest_version_id"], at=WEDNESDAY).data
        assert [(one["value"], one["state"], one["ends_at"]) for one in office.history().data["list"]] == [
            (7, "planned", None),
            (6, "in_force", "2026-11-25T09:00:00+08:00"),
            (5, "past", "2026-11-23T10:00:00+08:00"),
        ]
        assert planned["value"] == 6
    assert value(office, at=NINE) == 5
    assert value(office, at=NINE - timedelta(seconds=1)) == 3
    found = queries.version(CODE_MINUTES, office.canteen.id, at=NINE + timedelta(hours=1))
    assert (found.id, found.value) == (second["latest_version_id"], 6)


def test_a_planned_decision_is_withdrawn_by_another_for_its_instant(office):
    planned = office.set(8, at=WEDNESDAY).data
    withdrawn = office.set(3, at=WEDNESDAY, seen=planned["latest_version_id"], reason="不改了")
    assert withdrawn.status == 200
    assert [(one["value"], one["state"]) for one in office.history().data["list"]] == [
        (3, "planned"),
        (8, "replaced"),
    ]
    assert value(office, at=WEDNESDAY) == 3


def test_a_decision_in_between_leaves_the_planned_one(office):
    planned = office.set(8, at=WEDNESDAY).data
    office.set(5, seen=planned["latest_version_id"])
    assert value(office) == 5
    assert value(office, at=WEDNESDAY) == 8


def test_nothing_takes_effect_in_the_past(office):
    answer = office.set(5, at=NINE - timedelta(seconds=1))
    assert (answer.status, answer.error) == (422, "rules.effective_in_past")
    assert office.set(5, at=NINE).status == 200


def test_who_saw_an_older_version_is_told(office):
    first = office.set(5).data["latest_version_id"]
    late = office.set(6, seen=0)
    assert (late.status, late.error) == (409, "rules.changed_meanwhile")
    assert late.envelope["data"]["latest_version_id"] == first
    assert value(office) == 5
    assert office.set(6, seen=first).status == 200


def test_a_decision_that_changes_nothing_is_refused(office):
    assert office.set(3).error == "rules.unchanged"
    seen = office.set(5).data["latest_version_id"]
    assert office.set(5, seen=seen, at=WEDNESDAY).error == "rules.unchanged"
    assert len(office.history().data["list"]) == 1


@pytest.mark.parametrize("bad", [0, 61, "5", 2.5, None, [], {}, True, 2**60])
def test_a_value_that_makes_no_sense_is_refused(office, bad):
    answer = office.set(bad)
    assert (answer.status, answer.error) in ((422, "rules.value_invalid"), (422, "app.invalid"))
    assert value(office) == 3


@pytest.mark.parametrize("reason", ["", "   ", "\n", None])
def test_a_decision_says_why(office, reason):
    assert office.set(5, reason=reason).status == 422
    assert value(office) == 3


def test_whoever_decides_from_within_says_why_as_well(office):
    @atomic
    def decide():
        operations.decide(SYSTEM, CODE_MINUTES, 9, scope_id=office.canteen.id, reason="  ")

    with pytest.raises(ReasonMissing):
        decide()


def test_the_canteens_rules_are_its_managers_alone(office):
    other = office.compound.canteen()
    neighbour = office.client("canteen_manager", ScopeKind.CANTEEN, other.id)
    assert office.set(5, by=neighbour).error == "rules.not_found"
    assert office.history(neighbour).error == "rules.not_found"
    for reader in (office.waiter, office.administrator):
        assert office.set(5, by=reader).error == "app.forbidden"
        assert office.history(reader).status == 200
    assert office.set(5, by=office.official).error == "rules.not_found"
    assert office.history(office.official).error == "rules.not_found"
    assert value(office) == 3
    campus = office.client("canteen_manager", ScopeKind.CAMPUS, office.canteen.campus_id)
    assert office.set(5, by=campus).status == 200


def test_the_compounds_rules_are_the_administrators(office):
    narrow = office.client("administrator", ScopeKind.CAMPUS, office.canteen.campus_id)
    for actor in (office.manager, office.official, narrow):
        assert office.set(100, key=DEPOSIT, scope_id=0, by=actor).error == "rules.not_found"
    assert office.set(100, key=DEPOSIT, scope_id=0, by=office.administrator).data["text"] == "1.00 元"
    assert office.history(office.administrator, key=DEPOSIT, scope_id=0).data["list"][0]["value"] == 100


def test_the_list_shows_what_the_actor_may_see(office):
    office.compound.canteen()

    def shown(client, **query):
        found = client.get("/rules", **query).data["list"]
        return {(one["scope"], one["scope_id"] == office.canteen.id, one["is_editable"]) for one in found}

    # What somebody else decides, who buys or minds food safety, they may read.
    assert shown(office.manager) == {("canteen", True, True), ("canteen", True, False)}
    assert shown(office.waiter) == {("canteen", True, False)}
    assert shown(office.official) == set()
    assert shown(office.administrator) == {
        *(("canteen", is_here, is_editable) for is_here in (True, False) for is_editable in (True, False)),
        ("compound", False, True),
    }
    assert shown(office.administrator, scope_id=0) == {("compound", False, True)}
    assert shown(office.administrator, scope_id=office.canteen.id) == {
        ("canteen", True, True),
        ("canteen", True, False),
    }


@pytest.mark.parametrize(
    "address",
    [
        {"key": "canteen.unheard_of"},
        {"scope_id": 0},
        {"scope_id": 999_999},
        {"variant": "lunch"},
        {"key": "canteen.meal_period"},
        {"key": "canteen.meal_period", "variant": "brunch"},
    ],
)
def test_what_is_no_rule_is_not_found(office, address):
    assert office.set(5, **address).error == "rules.not_found"
    assert office.history(**address).error == "rules.not_found"


def test_two_decisions_at_once_for_one_instant_do_not_both_stand(office):
    answers = at_once([lambda n=n: office.set(n, at=WEDNESDAY) for n in range(10, 18)])
    assert Counter(answer.status for answer in answers) == {200: 1, 409: 7}
    assert {answer.error for answer in answers if answer.status == 409} == {"rules.changed_meanwhile"}
    (version,) = office.history().data["list"]
    assert value(office, at=WEDNESDAY) == version["value"]


def test_two_decisions_at_once_for_different_instants_do_not_both_stand(office):
    answers = at_once([lambda n=n: office.set(10 + n, at=WEDNESDAY + timedelta(days=n)) for n in range(6)])
    assert Counter(answer.status for answer in answers) == {200: 1, 409: 5}
    assert len(office.history().data["list"]) == 1


def test_versions_are_only_ever_added(office):
    office.set(5)
    for statement in ("UPDATE rule_versions SET reason = 'x'", "DELETE FROM rule_versions"):

        @atomic
        def change(statement=statement):
            unit().execute(text(statement))

        with pytest.raises(DBAPIError, match="append-only"):
            change()
    assert value(office) == 5


@pytest.mark.parametrize(
    "columns", [{"reason": "  "}, {"effective_at": NINE - timedelta(seconds=1)}, {"follows_id": 0}]
)
def test_the_database_itself_refuses_what_breaks_the_history(office, columns):
    office.set(5)
    usual = {
        "rule_key": CODE, "scope_kind": "canteen", "scope_id": office.canteen.id, "value": 9,
        "effective_at": NINE, "changed_at": NINE, "changed_by": 0, "changed_by_name": "", "reason": "好",
        "follows_id": 77,
    }  # fmt: skip # One column a line would say no more.

    @atomic
    def write(**columns):
        db.session.add(RuleVersion(**columns))

    with pytest.raises(DBAPIError):
        write(**{**usual, **columns})
    write(**usual)


def test_a_decision_that_is_rolled_back_is_known_to_nobody(office):
    @atomic
    def fail():
        operations.decide(SYSTEM, CODE_MINUTES, 9, scope_id=office.canteen.id, reason="试一试")
        assert queries.value(CODE_MINUTES, office.canteen.id) == 9
        raise ZeroDivisionError

    assert value(office) == 3
    with pytest.raises(ZeroDivisionError):
        fail()
    assert value(office) == 3
    assert office.history().data["list"] == []
