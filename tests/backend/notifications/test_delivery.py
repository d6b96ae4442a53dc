"""What becomes of a message on its way: sent, tried again, given up, or taken by another channel."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import db
from backend.notifications.delivery.services import deliver_due
from backend.notifications.models import OutboxRow
from tests.backend.notifications.world import (
    ALARM,
    BRIEF,
    NEWS,
    NEWS_FIELDS,
    deliver_at,
    inbox,
    remaining,
    sends,
    states,
    tell,
)
from tests.factories import MONDAY, NINE

SEND = "/cgi-bin/message/subscribe/send"


def test_a_subscribed_person_gets_a_wechat_message_and_an_inbox_message(world):
    person = world.person()
    world.subscribe(person)
    tell(NEWS, person, page="pages/news?id=1")
    assert deliver_due() == 1
    assert world.arrived() == [(person.staff_no, "wechat", ["消防演练", "2026年11月23日 15:00"])]
    assert sends() == [("wechat", "sent", "")]
    assert [each.text for each in inbox(person)] == ["消防演练将于 2026年11月23日 15:00 开始。"]
    row = db.session.query(OutboxRow).one()
    assert (row.sent_at, row.attempts) == (NINE, 1)
    assert row.provider_message_id
    assert remaining() == 0


def test_what_was_sent_is_not_sent_again(world):
    world.subscribe(person := world.person(), times=2)
    tell(NEWS, person)
    assert (deliver_due(), deliver_due()) == (1, 0)
    assert len(world.arrived()) == 1


def test_43101_empties_the_quota_without_a_retry(world):
    world.subscribe(person := world.person(), times=3)
    world.simulator.grant("t-news", 0, person.staff_no)
    tell(NEWS, person)
    assert deliver_due() == 0
    assert sends() == [("wechat", "no_quota", "wechat:43101"), ("wecom", "skipped", "unreachable"),
                       ("zwdd", "skipped", "unreachable")]  # fmt: skip
    assert remaining() == 0
    deliver_at(NINE + timedelta(hours=3))
    tell(NEWS, person, dedupe="2")
    deliver_due()
    assert len(world.simulator.requests(SEND)) == 1


def test_without_a_quota_wechat_is_not_even_asked(world):
    person = world.person()
    tell(NEWS, person)
    deliver_due()
    assert sends(person)[0] == ("wechat", "no_quota", "no_subscription")
    assert world.simulator.requests(SEND) == []


def test_47003_fails_at_once_and_tells_the_administrators_once_a_day(world):
    admin, person = world.administrator(), world.person()
    world.simulator.template("t-news", {"thing1": "事项", "time2": "时间", "thing3": "后来添加的"})
    world.subscribe(person, times=5)
    for number in range(3):
        tell(NEWS, person, dedupe=str(number))
    deliver_due()
    assert [each for each in sends(person) if each[0] == "wechat"] == [
        ("wechat", "failed", "wechat:47003")
    ] * 3
    (alert,) = inbox(admin)
    assert "47003" in alert.text
    assert alert.kind == "notifications.channel_refused"
    assert remaining() == 5
    with clock.at(NINE + timedelta(days=1)):
        tell(NEWS, person, dedupe="tomorrow")
        deliver_due()
    assert len(inbox(admin)) == 2


@pytest.mark.parametrize("errcode", [40003, 40037, 41030, 45168, 43107, 48001])
def test_what_wechat_refuses_for_good_is_not_tried_again(world, errcode):
    world.subscribe(person := world.person(), times=2)
    world.simulator.fail(SEND, errcode=errcode)
    tell(NEWS, person)
    deliver_due()
    assert sends(person)[0] == ("wechat", "failed", f"wechat:{errcode}")
    assert remaining() == 2
    deliver_at(NINE + timedelta(hours=5))
    assert len(world.simulator.requests(SEND)) == 1


@pytest.mark.parametrize(
    "fault", [{"errcode": 45009}, {"errcode": 43108}, {"errcode": -1, "times": 3}, {"http_status": 502}]
)
def test_what_may_pass_is_tried_again_later(world, fault):
    world.subscribe(person := world.person())
    world.simulator.fail(SEND, **fault)
    tell(NEWS, person)
    assert deliver_due() == 0
    assert states() == [("wechat", "waiting")]
    assert remaining() == 0  # It is reserved still.
    assert deliver_at(NINE + timedelta(seconds=59)) == 0
    assert deliver_at(NINE + timedelta(seconds=60)) == 1
    assert states() == [("wechat", "sent")]
    assert remaining() == 0


def test_what_never_passes_is_given_up_and_another_channel_stands_in(world):
    world.subscribe(person := world.person(on="wechat wecom"))
    world.simulator.fail(SEND, errcode=45009, times=100)
    tell(NEWS, person)
    deliver_due()
    at, attempts = NINE, 1
    for minutes in (1, 2, 5, 15, 60):
        at += timedelta(minutes=minutes)
        assert states(person)[0] == ("wechat", "waiting")
        deliver_at(at)
        attempts += 1
    assert len(world.simulator.requests(SEND)) == attempts
    assert states(person) == [("wechat", "failed"), ("wecom", "sent")]
    assert remaining() == 1  # What was never used is given back.


def test_an_expired_token_is_replaced_without_anybody_noticing(world):
    world.subscribe(person := world.person(), times=2)
    tell(NEWS, person)
    assert deliver_due() == 1
    world.simulator.fail(SEND, errcode=42001)
    tell(NEWS, person, dedupe="2")
    assert deliver_due() == 1
    assert states() == [("wechat", "sent")] * 2


def test_one_message_that_fails_stops_no_other(world):
    people = [world.person() for _ in range(3)]
    for person in people:
        world.subscribe(person)
    world.simulator.fail(SEND, errcode=40003)
    world.simulator.fail(SEND, text="<html>no json</html>")
    tell(NEWS, *people)
    assert deliver_due() == 1
    assert sorted(state for channel, state in states() if channel == "wechat") == [
        "failed",
        "sent",
        "waiting",
    ]


def test_a_fault_of_our_own_stops_no_other_and_is_reported(world, monkeypatch):
    first, second = world.person(), world.person()
    for person in (first, second):
        world.subscribe(person)
    tell(NEWS, first, second)
    from backend.notifications.delivery import channels

    attempt, calls = channels.attempt, []

    def fail_once(delivery):
        calls.append(delivery)
        if len(calls) == 1:
            raise ZeroDivisionError
        return attempt(delivery)

    # Nothing outside can be made to cause a fault of ours.
    monkeypatch.setattr(channels, "attempt", fail_once)
    with pytest.raises(ZeroDivisionError):
        deliver_due()
    assert sorted(states()) == [("wechat", "leased"), ("wechat", "sent")]
    assert deliver_at(NINE + timedelta(minutes=5)) == 1


@pytest.mark.parametrize(
    ("on", "arrives"),
    [("wechat wecom zwdd", "wecom"), ("wechat zwdd", "zwdd"), ("wecom zwdd", "wecom"), ("zwdd", "zwdd"),
     ("wechat", None), ("", None)],
)  # fmt: skip
def test_channels_stand_in_for_one_another_in_their_order(world, on, arrives):
    person = world.person(on=on, phone="13800000009")
    tell(NEWS, person)
    assert deliver_due() == (arrives is not None)
    assert [channel for _, channel, _ in world.arrived()] == ([arrives] if arrives else [])
    assert len(inbox(person)) == 1


def test_wecom_shows_the_fields_with_their_labels(world):
    person = world.person(on="wecom")
    tell(NEWS, person)
    deliver_due()
    (message,) = world.simulator.messages(person.staff_no, "wecom")
    assert message["title"] == "测试消息"
    assert [(line["label"], line["text"]) for line in message["lines"]] == [
        ("事项", "消防演练"), ("时间", "2026年11月23日 15:00"),
    ]  # fmt: skip


def test_zwdd_shows_the_text_and_leads_to_the_phone_page(world):
    person = world.person(on="zwdd")
    tell(NEWS, person, page="pages/news?id=1")
    deliver_due()
    (message,) = world.simulator.messages(person.staff_no, "zwdd")
    assert message["title"] == "测试消息"
    assert "消防演练将于" in str(message["lines"])
    assert message["page"] == "http://127.0.0.1:8000/m/#/pages/news?id=1"


def test_only_the_urgent_goes_out_by_sms(world):
    person = world.person(on="", phone="13800000009")
    tell(NEWS, person)
    tell(ALARM, person)
    assert deliver_due() == 1
    assert world.arrived() == [(person.staff_no, "sms", ["消防演练，请立即处理。"])]


def test_sms_comes_when_wechat_has_no_quota(world):
    person = world.person(phone="13800000009")
    tell(ALARM, person)
    deliver_due()
    assert states() == [("wechat", "no_quota"), ("wecom", "skipped"), ("zwdd", "skipped"), ("sms", "sent")]


def test_quiet_hours_hold_the_ordinary_back_and_let_the_urgent_pass(world):
    ten_at_night = clock.at_local(MONDAY, NINE.time().replace(hour=22, minute=0))
    morning = clock.at_local(MONDAY + timedelta(days=1), ten_at_night.time().replace(hour=7))
    ordinary, urgent = world.person(on="wecom"), world.person(on="wecom")
    with clock.at(ten_at_night):
        tell(NEWS, ordinary)
        tell(ALARM, urgent)
        assert len(inbox(ordinary)) == 1
        assert deliver_due() == 1
    assert deliver_at(morning - timedelta(seconds=1)) == 0
    assert states(ordinary) == [("wecom", "waiting")]
    assert deliver_at(morning) == 1


def test_what_nobody_needs_in_the_morning_is_not_kept_for_it(world):
    person = world.person(on="wecom")
    with clock.at(NINE + timedelta(hours=14)):
        tell(BRIEF, person)
        assert len(inbox(person)) == 1
    assert states() == [("wecom", "expired")]


def test_a_message_held_up_until_the_night_waits_for_the_morning(world):
    person = world.person(on="wecom")
    world.simulator.fail("/wecom/cgi-bin/message/send", errcode=45009, times=1)
    late = clock.at_local(MONDAY, NINE.time().replace(hour=21, minute=59))
    with clock.at(late):
        tell(NEWS, person)
        assert deliver_due() == 0
    assert deliver_at(late + timedelta(minutes=2)) == 0
    row = db.session.query(OutboxRow).populate_existing().one()
    assert clock.local(row.next_at).hour == 7
    assert row.attempts == 1
    assert deliver_at(row.next_at) == 1


def test_what_is_too_late_is_not_sent(world):
    person = world.person(on="wecom")
    tell(BRIEF, person)
    assert deliver_at(NINE + timedelta(hours=2)) == 0
    assert sends() == [("wecom", "expired", "too_late")]


def test_a_message_has_its_own_end_where_it_names_one(world):
    person = world.person(on="wecom")
    tell(NEWS, person, expires_at=NINE + timedelta(minutes=10))
    assert deliver_at(NINE + timedelta(minutes=10)) == 0
    assert states() == [("wecom", "expired")]


def test_long_texts_reach_wechat_cut_to_its_limits(world):
    world.subscribe(person := world.person())
    tell(NEWS, person, fields={**NEWS_FIELDS, "what": "关于开展年度\n消防安全演练和应急疏散的通知👨‍👩‍👧‍👦"})
    assert deliver_due() == 1
    ((_, _, values),) = world.arrived()
    assert values[0] == "关于开展年度 消防安全演练和应急疏散的…"


def test_a_value_that_cannot_fit_fails_and_tells_the_administrators(world):
    admin, person = world.administrator(), world.person()
    world.subscribe(person)
    tell(NEWS, person, fields={**NEWS_FIELDS, "when": "明天下午"})
    assert deliver_due() == 0
    assert sends()[0] == ("wechat", "failed", "wechat:field:time2")
    assert world.simulator.requests(SEND) == []
    assert "time2" in inbox(admin)[0].text
    assert remaining() == 1


def test_no_personal_data_reaches_the_log(world, caplog, capsys):
    person = world.person(on="", phone="13800000009", name="欧阳修")
    tell(ALARM, person)
    deliver_due()
    said = caplog.text + capsys.readouterr().out
    assert "13800000009" not in said
    assert "欧阳修" not in said
