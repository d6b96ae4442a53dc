"""Urgent calls: one after another until somebody acknowledges."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.notifications import jobs
from backend.notifications.calls.operations import call_urgently
from backend.notifications.calls.services import escalate, escalate_due
from backend.notifications.delivery.services import deliver_due
from backend.notifications.models import UrgentCall, UrgentStep
from tests.backend.notifications.world import ALARM, NEWS, inbox, states, tell
from tests.factories import NINE
from tests.threads import at_once

PHONES = ("13800000001", "13800000002", "13800000003")


def minutes(number):
    return NINE + timedelta(minutes=number)


@pytest.fixture
def chain(world):
    """Three people with phones and nothing else."""
    return [world.person(on="", phone=phone) for phone in PHONES]


@atomic
def call(chain, dedupe="1", **more):
    return call_urgently(ALARM, [each.id for each in chain], {"what": "电梯困人"}, dedupe=dedupe, **more)


def the_call():
    db.session.rollback()
    return db.session.scalars(select(UrgentCall).execution_options(populate_existing=True)).one()


def asked():
    db.session.rollback()
    return list(db.session.scalars(select(UrgentStep.staff_id).order_by(UrgentStep.position)))


def test_the_first_person_is_asked_at_once_by_sms_and_by_voice(world, chain):
    call(chain)
    deliver_due()
    assert world.arrived() == [
        (chain[0].staff_no, channel, ["电梯困人，请立即处理。"]) for channel in ("sms", "call")
    ]
    (message,) = inbox(chain[0])
    assert message.needs_acknowledgement
    assert inbox(chain[1]) == []


def test_who_has_wechat_is_asked_there_as_well(world):
    person = world.person(phone=PHONES[0])
    world.subscribe(person, "t-alarm")
    call([person])
    assert deliver_due() == 3
    assert states(person) == [("wechat", "sent"), ("sms", "sent"), ("voice", "sent")]


def test_an_unacknowledged_call_goes_to_the_next_person(world, chain):
    call(chain)
    with clock.at(minutes(5) - timedelta(seconds=1)):
        assert escalate_due() == 0
    with clock.at(minutes(5)):
        assert escalate_due() == 1
        assert escalate_due() == 0
        assert deliver_due() == 4
    assert asked() == [chain[0].id, chain[1].id]
    with clock.at(minutes(10)):
        assert escalate_due() == 1
    assert asked() == [each.id for each in chain]


def test_the_job_escalates_and_sends_at_once(world, chain):
    call(chain)
    deliver_due()
    with clock.at(minutes(5)):
        jobs.escalate_calls()
    assert [(number, channel) for number, channel, _ in world.arrived()][2:] == [
        (chain[1].staff_no, "sms"), (chain[1].staff_no, "call"),
    ]  # fmt: skip


def test_an_acknowledgement_in_the_app_stops_the_asking(world, chain):
    call(chain)
    client = world.compound.client(chain[0])
    answer = client.post(f"/inbox/{inbox(chain[0])[0].id}/acknowledge")
    assert answer.data["acknowledged_at"] == "2026-11-23T09:00:00+08:00"
    with clock.at(minutes(60)):
        assert escalate_due() == 0
    assert asked() == [chain[0].id]
    assert (the_call().state, the_call().acknowledged_by) == ("acknowledged", chain[0].id)
    (event,) = db.session.query(AuditEvent).filter_by(action="notifications.call_acknowledged")
    assert event.actor_id == chain[0].id


def test_what_was_not_sent_when_somebody_acknowledged_is_not_sent_any_more(world, chain):
    call(chain)
    world.compound.client(chain[0]).post(f"/inbox/{inbox(chain[0])[0].id}/acknowledge")
    assert deliver_due() == 0
    assert states() == [("sms", "skipped"), ("voice", "skipped")]


def test_acknowledging_again_is_harmless(world, chain):
    call(chain)
    client, message = world.compound.client(chain[0]), inbox(chain[0])[0]
    first = client.post(f"/inbox/{message.id}/acknowledge")
    with clock.at(minutes(1)):
        assert client.post(f"/inbox/{message.id}/acknowledge").data == first.data
    db.session.rollback()
    assert db.session.query(AuditEvent).filter_by(action="notifications.call_acknowledged").count() == 1


def test_whoever_was_asked_earlier_may_acknowledge_late(world, chain):
    call(chain)
    with clock.at(minutes(5)):
        escalate_due()
    with clock.at(minutes(6)):
        message = inbox(chain[0])[0]
        assert world.compound.client(chain[0]).post(f"/inbox/{message.id}/acknowledge").status == 200
    assert the_call().acknowledged_by == chain[0].id
    with clock.at(minutes(20)):
        assert escalate_due() == 0


def test_who_was_not_asked_cannot_acknowledge(world, chain):
    call(chain)
    answer = world.compound.client(chain[1]).post(f"/inbox/{inbox(chain[0])[0].id}/acknowledge")
    assert (answer.status, answer.error) == (404, "notifications.message_not_found")
    assert the_call().state == "open"


def test_a_key_pressed_on_the_phone_stops_the_asking(world, chain, called_back):
    call(chain)
    deliver_due()
    (ring,) = world.simulator.messages(chain[0].staff_no, "call")
    world.simulator.answer(ring["id"])
    called_back.callbacks()
    with clock.at(minutes(5)):
        assert escalate_due() == 0
    found = the_call()
    assert (found.state, found.acknowledged_by) == ("acknowledged", chain[0].id)
    assert asked() == [chain[0].id]
    assert inbox(chain[0])[0].acknowledged_at is not None


def test_a_failed_ring_is_no_acknowledgement(world, chain, called_back):
    call(chain)
    deliver_due()
    for message in world.simulator.messages(chain[0].staff_no):
        world.simulator.answer(message["id"], "fail")
    called_back.callbacks()
    with clock.at(minutes(5)):
        assert escalate_due() == 1


def test_the_administrators_are_told_when_nobody_is_left(world, chain):
    admin = world.administrator()
    call(chain[:2])
    for at in (5, 10, 15):
        with clock.at(minutes(at)):
            escalate_due()
    assert the_call().state == "exhausted"
    (alarm,) = inbox(admin)
    assert alarm.kind == "notifications.call_unanswered"
    assert "2 人" in alarm.text
    assert "电梯困人" in alarm.text
    with clock.at(minutes(20)):
        message = inbox(chain[1])[0]
        assert world.compound.client(chain[1]).post(f"/inbox/{message.id}/acknowledge").status == 200
    assert the_call().state == "acknowledged"


def test_an_empty_chain_is_at_its_end_at_once(world):
    admin = world.administrator()
    call([])
    assert the_call().state == "exhausted"
    assert len(inbox(admin)) == 1


def test_who_no_longer_works_here_is_passed_over(world, chain):
    gone = world.person(on="", status="left")
    call([gone, *chain[:1]])
    assert asked() == [chain[0].id]


def test_the_same_call_is_made_once(world, chain):
    assert call(chain) is not None
    assert call(chain) is None
    assert call(chain, dedupe="2") is not None
    assert len(inbox(chain[0])) == 2


def test_a_kind_that_is_not_urgent_calls_nobody(world, chain):
    @atomic
    def call_for_news():
        call_urgently(NEWS, [chain[0].id], {"what": "演练", "when": "15:00"}, dedupe="1")

    with pytest.raises(ValueError, match="urgent"):
        call_for_news()
    assert inbox(chain[0]) == []


def test_a_call_may_have_its_own_pace(world, chain):
    call(chain, wait_minutes=1)
    with clock.at(minutes(1)):
        assert escalate_due() == 1


def test_quiet_hours_do_not_silence_a_call(world, chain):
    with clock.at(NINE + timedelta(hours=18)):
        call(chain)
        assert deliver_due() == 2


def test_each_step_is_asked_once_however_many_escalate(world, chain, app):
    call(chain)

    def run():
        with app.app_context():
            done = escalate_due()
            db.session.remove()
            return done

    with clock.at(minutes(5)):
        assert sum(at_once([run] * 5)) == 1
    assert asked() == [chain[0].id, chain[1].id]
    assert len(inbox(chain[1])) == 1


def test_an_acknowledgement_and_an_escalation_have_one_order(world, chain, app, soak):
    for number in range(20 if soak else 6):
        call_id = call(chain, dedupe=f"race {number}")
        message_id = inbox(chain[0])[-1].id
        client = world.compound.client(chain[0])

        def run(call_id=call_id):
            with app.app_context():
                asked_next = escalate(call_id)
                db.session.remove()
                return asked_next

        def acknowledge(client=client, message_id=message_id):
            return client.post(f"/inbox/{message_id}/acknowledge").status

        with clock.at(minutes(5)):
            escalated, status = at_once([run, acknowledge])
            assert status == 200
            assert run() is False
        db.session.rollback()
        found = db.session.get(UrgentCall, call_id, populate_existing=True)
        assert (found.state, found.acknowledged_by) == ("acknowledged", chain[0].id)
        steps = db.session.query(UrgentStep).filter_by(call_id=call_id).count()
        assert steps == 1 + escalated


def test_an_ordinary_message_beside_it_stays_ordinary(world, chain):
    tell(ALARM, chain[0])
    assert not inbox(chain[0])[0].needs_acknowledgement
