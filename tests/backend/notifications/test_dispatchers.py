"""Several dispatchers at once, dispatchers that die, and the order of messages to one person."""

from collections import Counter
from contextlib import ExitStack
from datetime import timedelta

import pytest

from backend import clock
from backend.db import atomic, db
from backend.notifications.delivery import channels
from backend.notifications.delivery.errors import LeaseClash
from backend.notifications.delivery.operations import LEASE
from backend.notifications.delivery.policies import Outcome, Verdict
from backend.notifications.delivery.queries import FIND_DUE
from backend.notifications.delivery.services import BATCH, deliver_due, lease_batch, record_outcome
from backend.notifications.models import OutboxRow, SubscriptionQuota
from backend.notifications.subscriptions import operations as subscriptions
from tests.backend.notifications.world import (
    ALARM,
    NEWS,
    NEWS_FIELDS,
    deliver_at,
    remaining,
    sends,
    states,
    tell,
)
from tests.factories import NINE
from tests.threads import at_once

SEND = "/cgi-bin/message/subscribe/send"


def dispatch(app):
    with app.app_context():
        sent = deliver_due()
        db.session.remove()
        return sent


def test_several_dispatchers_send_each_message_once(world, app, soak):
    people = [world.person(on="wecom") for _ in range(60 if soak else 25)]
    tell(NEWS, *people)
    sent = at_once([lambda: dispatch(app)] * 4)
    assert sum(sent) == len(people)
    assert Counter(number for number, _, _ in world.arrived()) == Counter(p.staff_no for p in people)
    assert set(states()) == {("wecom", "sent")}


def test_messages_to_one_person_go_one_by_one_and_in_order(world, app):
    # WeChat takes a while for each message and refuses a second one meanwhile (43108).
    world.simulator.options(send_takes_s=0.05)
    person = world.person()
    world.subscribe(person, times=8)
    for number in range(8):
        tell(NEWS, person, dedupe=str(number), fields={**NEWS_FIELDS, "what": f"第{number}条"})
    at_once([lambda: dispatch(app)] * 4)
    dispatch(app)
    assert [values[0] for _, _, values in world.arrived()] == [f"第{number}条" for number in range(8)]
    assert {each["errcode"] for each in world.simulator.requests(SEND)} == {0}
    assert remaining() == 0


def test_43108_is_tried_again_before_what_came_later(world):
    person = world.person()
    world.subscribe(person, times=2)
    world.simulator.fail(SEND, errcode=43108)
    for number in range(2):
        tell(NEWS, person, dedupe=str(number), fields={**NEWS_FIELDS, "what": f"第{number}条"})
    assert deliver_due() == 0
    assert deliver_at(NINE + timedelta(minutes=1)) == 2
    assert [values[0] for _, _, values in world.arrived()] == ["第0条", "第1条"]


def test_the_urgent_overtakes_what_waits_to_be_tried_again(world):
    person = world.person(on="wecom")
    world.simulator.fail("/wecom/cgi-bin/message/send", errcode=45009)
    tell(NEWS, person)
    deliver_due()
    tell(ALARM, person)
    assert deliver_due() == 1
    assert [values for _, _, values in world.arrived()] == [["消防演练"]]
    assert deliver_at(NINE + timedelta(minutes=1)) == 1


def test_the_urgent_goes_before_everything_that_waits(world):
    crowd = [world.person(on="wecom") for _ in range(BATCH + 2)]
    tell(NEWS, *crowd)
    tell(ALARM, crowd[-1])
    deliver_due()
    assert world.arrived()[0] == (crowd[-1].staff_no, "wecom", ["消防演练"])


def test_a_quota_of_one_sends_one_message_however_many_want_it(world, app):
    person = world.person()
    world.subscribe(person, times=1)
    world.simulator.grant("t-news", 5, person.staff_no)
    for number in range(5):
        tell(NEWS, person, dedupe=str(number))
    assert sum(at_once([lambda: dispatch(app)] * 3)) == 1
    assert Counter(states(person))["wechat", "no_quota"] == 4
    assert len(world.simulator.requests(SEND)) == 1


def test_a_dispatcher_that_died_before_sending_is_taken_over(world):
    person = world.person(on="wecom")
    tell(NEWS, person)
    assert len(lease_batch()) == 1
    assert deliver_at(NINE + LEASE - timedelta(seconds=1)) == 0
    assert deliver_at(NINE + LEASE) == 1
    assert len(world.arrived()) == 1


def test_a_dispatcher_that_died_after_sending_causes_one_duplicate_at_most(world):
    person = world.person()
    world.subscribe(person, times=2)
    tell(NEWS, person)
    (delivery,) = lease_batch()
    assert channels.attempt(delivery).verdict is Verdict.SENT
    assert deliver_at(NINE + LEASE) == 1
    assert deliver_at(NINE + 2 * LEASE) == 0
    assert len(world.arrived()) == 2
    # One quota was reserved for the message, however often it was sent.
    assert remaining() == 1


def test_who_lost_the_lease_overwrites_nothing(world):
    person = world.person(on="wecom")
    tell(NEWS, person)
    (delivery,) = lease_batch()
    assert deliver_at(NINE + LEASE) == 1
    assert not record_outcome(delivery, Outcome(Verdict.FAILED, "wecom:late"))
    assert sends() == [("wecom", "sent", "")]


def test_who_lost_the_lease_overwrites_nothing_while_another_is_at_it(world):
    person = world.person(on="wecom")
    tell(NEWS, person)
    (lost,) = lease_batch()
    with clock.at(NINE + LEASE):
        (held,) = lease_batch()
        assert not record_outcome(lost, Outcome(Verdict.FAILED, "wecom:late"))
        assert sends() == [("wecom", "leased", "")]
        assert record_outcome(held, Outcome(Verdict.SENT))
    assert sends() == [("wecom", "sent", "")]


def test_a_quota_is_reserved_as_often_as_there_is_one_left(world):
    world.subscribe(world.person(), times=2)

    @atomic
    def reserve():
        return subscriptions.reserve(db.session.scalars(db.select(SubscriptionQuota.id)).all())

    assert [len(reserve()) for _ in range(4)] == [1, 1, 0, 0]
    assert remaining() == 0


def test_a_message_that_kills_every_dispatcher_is_given_up(world):
    person = world.person(on="wecom zwdd")
    tell(NEWS, person)
    at = NINE
    for _ in range(6):
        with clock.at(at):
            assert len(lease_batch()) == 1
        at += LEASE
    assert deliver_at(at) == 1
    assert sends() == [("wecom", "failed", "attempts_exhausted"), ("zwdd", "sent", "")]


def test_a_slow_channel_leaves_the_rest_of_the_batch_to_others(world, monkeypatch):
    people = [world.person(on="wecom") for _ in range(3)]
    tell(NEWS, *people)
    attempt = channels.attempt
    with ExitStack() as later:

        def take_long(delivery):
            outcome = attempt(delivery)
            later.enter_context(clock.at(clock.now() + LEASE - timedelta(seconds=30)))
            return outcome

        monkeypatch.setattr(channels, "attempt", take_long)
        assert deliver_due() == 1
        monkeypatch.undo()
    assert deliver_at(NINE + LEASE) == 2
    assert len(world.arrived()) == 3


def test_the_database_refuses_two_leases_to_one_person(world):
    person = world.person(on="wecom")
    tell(NEWS, person)
    tell(NEWS, person, dedupe="2")
    lease_batch()

    @atomic
    def lease_the_other():
        # What a dispatcher does that has not seen the first lease, which threads cannot be held to.
        from backend.notifications.delivery import operations, queries

        ids = [row.id for row in db.session.query(OutboxRow).filter_by(state="waiting")]
        due, queries.due = queries.due, lambda now, most: ids
        try:
            operations.lease(clock.now(), 10)
        finally:
            queries.due = due

    with pytest.raises(LeaseClash):
        lease_the_other()


def test_the_poll_is_one_query_by_index(world):
    compiled = FIND_DUE.compile(dialect=db.engine.dialect)
    if db.engine.dialect.name != "sqlite":
        # PostgreSQL plans by the tables' sizes: that the words of the index stand in the query must do.
        assert compiled.string.count("state IN ('waiting', 'leased')") == 2
        return
    values = {"now": NINE.isoformat(), "most": 10}
    parameters = tuple(values.get(name) or compiled.params[name] for name in compiled.positiontup)
    with db.engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", parameters)]
    assert plan[0] == "SCAN outbox USING INDEX ix_outbox_due"
    assert plan[-1].startswith("SEARCH other USING INDEX ix_outbox_pending_of")
    assert not any("TEMP B-TREE" in step for step in plan)


def test_an_emptied_quota_row_is_released_only_when_it_was_not_used(world):
    person = world.person()
    world.subscribe(person, times=1)
    world.simulator.fail(SEND, errcode=40003)
    tell(NEWS, person)
    deliver_due()
    db.session.rollback()
    assert db.session.query(SubscriptionQuota.remaining).scalar() == 1
