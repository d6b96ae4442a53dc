"""The rules of work orders as tables, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.actor import Actor, Grant, Permission, ScopeKind
from property.work_orders import policies
from property.work_orders.errors import (
    AppointmentInvalid,
    HappenedInFuture,
    HoldUntilInvalid,
    OrderNotYours,
    OrderState,
    OwnWork,
)
from property.work_orders.models import State, WorkOrder
from property.work_orders.policies import TRANSITIONS, Standing, Step, Verb

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
# The table of the domain page, written apart from the code's.
DOMAIN = {
    ("submitted", "triage"): "triaged",
    ("submitted", "decline"): "declined",
    ("submitted", "cancel"): "cancelled",
    ("submitted", "mark_duplicate"): "duplicate",
    ("triaged", "dispatch"): "dispatched",
    ("triaged", "grab"): "working",
    ("dispatched", "accept"): "working",
    ("dispatched", "return"): "triaged",
    ("working", "hold"): "held",
    ("working", "finish"): "finished",
    ("working", "transfer"): "triaged",
    ("working", "arrive"): "working",
    ("working", "ask_hold"): "working",
    ("working", "refuse_hold"): "working",
    ("held", "resume"): "working",
    ("finished", "verify"): "completed",
    ("finished", "reject"): "working",
    ("completed", "invite"): "to_rate",
    ("completed", "lapse"): "closed",
    ("completed", "reopen"): "triaged",
    ("to_rate", "rate"): "closed",
    ("to_rate", "lapse"): "closed",
    ("to_rate", "reopen"): "triaged",
}


def test_the_table_is_the_domains():
    for step in TRANSITIONS:
        for state in State:
            expected = DOMAIN.get((state.value, step.value))
            if expected is not None:
                assert policies.state_after(state.value, step) == expected, (state, step)
            else:
                with pytest.raises(OrderState) as refused:
                    policies.state_after(state.value, step)
                assert refused.value.data["state"] == state.value


def test_every_step_and_state_has_a_name():
    assert set(policies.STEP_NAMES) == set(Step)
    assert set(policies.STATE_NAMES) == set(State)


def order(**columns):
    usual = {
        "state": "working",
        "reporter_id": 1,
        "worker_id": 2,
        "group_id": 7,
        "campus_id": 5,
        "building_id": 6,
    }
    return WorkOrder(**{**usual, **columns})


def actor(staff_id, *permissions, kind=ScopeKind.COMPOUND, scope_id=0):
    return Actor(staff_id, "", "", 0, 0, (Grant(frozenset(permissions), kind, scope_id),))


HANDLE, DISPATCH = Permission.ORDERS_HANDLE, Permission.ORDERS_DISPATCH


@pytest.mark.parametrize(
    ("who", "group_id", "columns", "expected"),
    [
        (actor(1), None, {}, {"is_reporter"}),
        (actor(2, HANDLE), 7, {}, {"is_handler", "may_grab"}),
        (actor(3, HANDLE), 7, {}, {"may_grab"}),
        (actor(3, HANDLE), 7, {"state": "dispatched", "worker_id": None}, {"may_grab", "may_take"}),
        (actor(3, HANDLE), 8, {"state": "dispatched", "worker_id": None}, {"may_grab"}),
        (actor(3, HANDLE), 7, {"state": "dispatched"}, {"may_grab"}),
        (actor(2, HANDLE), 7, {"state": "dispatched"}, {"is_handler", "may_grab", "may_take"}),
        (actor(2, HANDLE, kind=ScopeKind.CAMPUS, scope_id=9), 7, {"worker_id": 4}, set()),
        (actor(9, DISPATCH), None, {}, {"dispatches", "reads"}),
        (actor(9, DISPATCH, kind=ScopeKind.BUILDING, scope_id=6), None, {}, {"dispatches", "reads"}),
        (actor(9, DISPATCH, kind=ScopeKind.BUILDING, scope_id=4), None, {}, set()),
        (actor(9, Permission.ORDERS_VERIFY), None, {}, {"verifies", "reads"}),
        (actor(9, Permission.ORDERS_APPROVE), None, {}, {"approves", "reads"}),
        (actor(9, Permission.PROPERTY_READ), None, {}, {"reads"}),
        (
            actor(9, Permission.CONTRACTORS_READ, kind=ScopeKind.CONTRACTOR, scope_id=3),
            None,
            {"contractor_id": 3},
            {"reads"},
        ),
        (actor(9, Permission.CONTRACTORS_READ, kind=ScopeKind.CONTRACTOR, scope_id=3), None, {}, set()),
        (actor(0), None, {"reporter_id": None, "worker_id": None}, set()),
    ],
)
def test_what_somebody_is_to_an_order(who, group_id, columns, expected):
    standing = policies.standing(who, order(**columns), group_id=group_id)
    assert {name for name in Standing.__slots__ if getattr(standing, name)} == expected


REPORTER, HANDLER = Standing(is_reporter=True), Standing(is_handler=True, may_grab=True)
DISPATCHER, VERIFIER = Standing(dispatches=True, reads=True), Standing(verifies=True, reads=True)
APPROVER, READER = Standing(approves=True, reads=True), Standing(reads=True)
FREE, TAKER = Standing(may_grab=True), Standing(may_grab=True, may_take=True)


@pytest.mark.parametrize(
    ("state", "who", "expected"),
    [
        ("submitted", REPORTER, "remind cancel"),
        ("submitted", DISPATCHER, "accept dispatch reject duplicate urgency"),
        ("submitted", VERIFIER, ""),
        ("triaged", DISPATCHER, "dispatch urgency split"),
        ("triaged", FREE, "grab"),
        ("triaged", REPORTER, "remind"),
        ("dispatched", TAKER, "accept return"),
        ("dispatched", DISPATCHER, "return urgency split"),
        ("dispatched", FREE, ""),
        ("working", HANDLER, "arrive finish hold transfer"),
        ("working", DISPATCHER, "transfer urgency split"),
        ("working", REPORTER, "remind"),
        ("held", HANDLER, "resume"),
        ("held", DISPATCHER, "resume urgency split"),
        ("finished", REPORTER, "verify reject"),
        ("finished", VERIFIER, "verify reject"),
        ("finished", Standing(is_handler=True, is_reporter=True, verifies=True), ""),
        ("finished", DISPATCHER, ""),
        ("to_rate", REPORTER, "rate reopen"),
        ("to_rate", Standing(is_reporter=True, is_handler=True), ""),
        ("completed", DISPATCHER, "reopen"),
        ("completed", VERIFIER, "reopen"),
        ("closed", REPORTER, ""),
        ("closed", DISPATCHER, ""),
        ("declined", DISPATCHER, ""),
        ("cancelled", REPORTER, ""),
        ("duplicate", REPORTER, ""),
        ("working", READER, ""),
    ],
)
def test_what_somebody_may_do(state, who, expected):
    found = policies.verbs(order(state=state), who, has_waiting_hold=False, may_reopen=True)
    assert " ".join(found) == expected


def test_a_waiting_hold_is_decided_and_not_asked_for_again():
    found = policies.verbs(order(), APPROVER, has_waiting_hold=True, may_reopen=False)
    assert found == [Verb.APPROVE_HOLD, Verb.REFUSE_HOLD]
    own = policies.verbs(order(), APPROVER, has_waiting_hold=True, may_reopen=False, is_own_hold=True)
    assert own == []
    assert Verb.HOLD not in policies.verbs(order(), HANDLER, has_waiting_hold=True, may_reopen=False)


def test_who_judges():
    policies.ensure_judges(REPORTER)
    policies.ensure_judges(VERIFIER)
    with pytest.raises(OwnWork):
        policies.ensure_judges(Standing(is_handler=True, is_reporter=True, verifies=True))
    with pytest.raises(OrderNotYours):
        policies.ensure_judges(DISPATCHER)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, (NOW, False)),
        (NOW - HOUR, (NOW - HOUR, False)),
        (NOW - 2 * HOUR, (NOW - 2 * HOUR, False)),
        (NOW - 3 * HOUR, (NOW - 2 * HOUR, True)),
        # Not before the step that went before it.
        (NOW - 2 * HOUR - timedelta(minutes=1), (NOW - 2 * HOUR, True)),
        # A phone whose clock is a little fast is believed to mean now.
        (NOW + timedelta(minutes=1), (NOW, False)),
    ],
)
def test_when_a_step_told_late_counts(said, expected):
    counted = policies.happened_at(said, now=NOW, previous=NOW - 5 * HOUR, grace=2 * HOUR)
    assert counted == expected


def test_a_step_does_not_happen_before_the_one_before_it_nor_in_the_future():
    previous = NOW - timedelta(minutes=10)
    assert policies.happened_at(NOW - HOUR, now=NOW, previous=previous, grace=2 * HOUR) == (previous, True)
    with pytest.raises(HappenedInFuture):
        policies.happened_at(NOW + HOUR, now=NOW, previous=previous, grace=HOUR)


@pytest.mark.parametrize(
    ("from_at", "until_at", "is_taken"),
    [
        (HOUR, 2 * HOUR, True),
        (-HOUR, HOUR, True),
        (-2 * HOUR, -HOUR, False),
        (2 * HOUR, HOUR, False),
        (HOUR, HOUR, False),
        (HOUR, timedelta(days=61), False),
    ],
)
def test_an_appointment_is_ahead(from_at, until_at, is_taken):
    appointment = (NOW + from_at, NOW + until_at)
    if is_taken:
        policies.ensure_appointment(appointment, NOW)
    else:
        with pytest.raises(AppointmentInvalid):
            policies.ensure_appointment(appointment, NOW)
    policies.ensure_appointment(None, NOW)


def test_until_when_an_order_may_be_held():
    policies.ensure_hold_until(NOW + HOUR, NOW)
    for until in (NOW, NOW - HOUR, NOW + timedelta(days=91)):
        with pytest.raises(HoldUntilInvalid):
            policies.ensure_hold_until(until, NOW)
    assert not policies.hold_needs_approval(NOW, NOW + 24 * HOUR, 24 * HOUR)
    assert policies.hold_needs_approval(NOW, NOW + 25 * HOUR, 24 * HOUR)


def test_a_number_says_the_day_and_stays_short():
    assert policies.number_of(7, "20261122") == "WX20261122-0007"
    assert policies.number_of(12_345_678, "20261122") == "WX20261122-345678"
