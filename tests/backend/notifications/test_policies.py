"""Rules of notifications as tables."""

from datetime import UTC, datetime, time, timedelta

import pytest

from backend import clock
from backend.notifications import policies
from backend.notifications.delivery.channels import classify
from backend.notifications.delivery.policies import Verdict
from backend.notifications.kinds import CHAT, CHAT_OR_SMS, Channel, Field, Kind
from backend.notifications.policies import QuietHours
from backend.sms import errors as sms
from backend.wechat import errors as wechat
from backend.wecom import errors as wecom
from backend.zwdd import errors as zwdd
from tests.backend.notifications.world import ALARM, NEWS
from tests.factories import MONDAY

NIGHT = QuietHours(time(22), time(7))
NAP = QuietHours(time(12), time(14))
NONE = QuietHours(time(7), time(7))


def at(hour, minute=0, day=0):
    return clock.at_local(MONDAY + timedelta(days=day), time(hour, minute))


@pytest.mark.parametrize(
    ("quiet", "now", "ends"),
    [
        (NIGHT, at(21, 59), None),
        (NIGHT, at(22), at(7, day=1)),
        (NIGHT, at(23, 59), at(7, day=1)),
        (NIGHT, at(0), at(7)),
        (NIGHT, at(6, 59), at(7)),
        (NIGHT, at(7), None),
        (NAP, at(11, 59), None),
        (NAP, at(12), at(14)),
        (NAP, at(14), None),
        (NONE, at(7), None),
        (NONE, at(3), None),
    ],
)
def test_quiet_hours_end_in_the_morning(quiet, now, ends):
    assert quiet.end_after(now) == ends


def test_the_urgent_and_what_respects_no_quiet_are_sent_at_once():
    anytime = Kind("tests.anytime", title="随时可发", text="", fields=(), respects_quiet=False)
    assert policies.first_send_at(NEWS, at(23), NIGHT) == at(7, day=1)
    assert policies.first_send_at(ALARM, at(23), NIGHT) == at(23)
    assert policies.first_send_at(anytime, at(23), NIGHT) == at(23)


def test_waits_grow_and_end():
    waits = []
    for attempts in range(1, 10):
        again = policies.next_attempt_at(attempts, at(9))
        waits.append((again - at(9)).total_seconds() / 60 if again else None)
    assert waits == [1, 2, 5, 15, 60, None, None, None, None]


@pytest.mark.parametrize(
    ("reachable", "first"),
    [
        (set(), None),
        ({Channel.SMS}, Channel.SMS),
        ({Channel.SMS, Channel.ZWDD}, Channel.ZWDD),
        (set(Channel), Channel.WECHAT),
    ],
)
def test_the_first_channel_that_reaches_the_person_begins(reachable, first):
    assert policies.first_channel(ALARM, reachable) is first


def test_each_channel_has_the_next_one_to_stand_in():
    chain = [Channel.WECHAT]
    while following := policies.stand_in(ALARM, chain[-1]):
        chain.append(following)
    assert chain == [*CHAT_OR_SMS, Channel.VOICE]
    assert policies.stand_in(NEWS, Channel.ZWDD) is None
    assert policies.stand_in(NEWS, Channel.SMS) is None


@pytest.mark.parametrize(
    ("channel", "error", "verdict", "alerts"),
    [
        (Channel.WECHAT, wechat.Refused(errcode=43101), Verdict.NO_QUOTA, False),
        (Channel.WECHAT, wechat.Refused(errcode=43108), Verdict.RETRY, False),
        (Channel.WECHAT, wechat.Refused(errcode=40003), Verdict.FAILED, False),
        (Channel.WECHAT, wechat.Refused(errcode=40037), Verdict.FAILED, True),
        (Channel.WECHAT, wechat.Refused(errcode=41030), Verdict.FAILED, True),
        (Channel.WECHAT, wechat.Refused(errcode=43107), Verdict.FAILED, True),
        (Channel.WECHAT, wechat.Refused(errcode=45168), Verdict.FAILED, True),
        (Channel.WECHAT, wechat.Refused(errcode=47003), Verdict.FAILED, True),
        (Channel.WECHAT, wechat.Refused(errcode=99999), Verdict.RETRY, False),
        (Channel.WECHAT, wechat.Misconfigured(errcode=48001), Verdict.FAILED, True),
        (Channel.WECHAT, wechat.Misconfigured(errcode=40164), Verdict.RETRY, True),
        (Channel.WECHAT, wechat.TooFrequent(errcode=45009), Verdict.RETRY, False),
        (Channel.WECHAT, wechat.WechatUnavailable(), Verdict.RETRY, False),
        (Channel.WECOM, wecom.Refused(errcode=81013), Verdict.FAILED, False),
        (Channel.WECOM, wecom.Misconfigured(errcode=60020), Verdict.RETRY, True),
        (Channel.WECOM, wecom.TooFrequent(errcode=45009), Verdict.RETRY, False),
        (Channel.ZWDD, zwdd.Refused(reason="x"), Verdict.FAILED, False),
        (Channel.ZWDD, zwdd.Misconfigured(), Verdict.RETRY, True),
        (Channel.ZWDD, zwdd.ZwddUnavailable(), Verdict.RETRY, False),
        (Channel.SMS, sms.Refused(gateway_code="bad_phone"), Verdict.FAILED, False),
        (Channel.VOICE, sms.SmsUnavailable(), Verdict.RETRY, False),
    ],
)  # fmt: skip
def test_refusals_mean_what_their_documentation_says(channel, error, verdict, alerts):
    outcome = classify(channel, error)
    assert outcome.verdict is verdict
    assert bool(outcome.alert) is alerts
    assert outcome.error.startswith(f"{channel}:")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"key": "news"}, "dotted name"),
        ({"title": "短"}, "4 to 12"),
        ({"title": "一二三四五六七八九十一二三"}, "4 to 12"),
        ({"text": "{unknown}"}, "unknown field"),
        ({"fields": (Field("a", "甲"), Field("a", "乙"))}, "one name"),
        ({"channels": (*CHAT, Channel.SMS)}, "urgent"),
        ({"channels": (Channel.WECOM, Channel.WECOM)}, "twice"),
        ({"life": timedelta()}, "life"),
    ],
)
def test_a_kind_that_could_not_work_is_refused_when_it_is_declared(changes, problem):
    said = {"key": "tests.refused", "title": "一个标题", "text": "", "fields": (), **changes}
    with pytest.raises(ValueError, match=problem):
        Kind(**said)


def test_two_kinds_of_one_key_are_refused_and_the_same_twice_is_not():
    said = {"title": "一个标题", "text": "", "fields": ()}
    first = Kind("tests.twice", **said)
    assert Kind("tests.twice", **said) == first
    with pytest.raises(ValueError, match="twice"):
        Kind("tests.twice", **said | {"title": "另一个标题"})


def test_a_message_takes_exactly_the_fields_of_its_kind():
    assert NEWS.render({"what": "演练", "when": "15:00"}) == "演练将于 15:00 开始。"
    for wrong in ({"what": "演练"}, {"what": "演练", "when": "15:00", "who": "张三"}):
        with pytest.raises(ValueError, match="takes the fields"):
            NEWS.render(wrong)


def test_instants_are_aware():
    assert NIGHT.end_after(datetime(2026, 11, 23, 15, tzinfo=UTC)).tzinfo is not None
