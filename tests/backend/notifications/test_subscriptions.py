"""The ledger of subscriptions: what the phone tells and what WeChat pushes count once together."""

from datetime import timedelta

import pytest

from backend import clock
from backend.app import create_app
from backend.db import atomic, db
from backend.notifications.delivery.services import deliver_due
from backend.notifications.models import SubscriptionQuota
from backend.notifications.subscriptions import policies
from backend.notifications.subscriptions.policies import LOW, MOST, Quota, Result, Wanted
from backend.notifications.subscriptions.services import apply_events
from backend.wechat.models import PushEvent
from tests.backend.notifications.world import NEWS, remaining, states, tell, write_templates
from tests.factories import NINE
from tests.simulator import APP
from tests.threads import at_once

ACCEPT = {"results": [{"template_id": "t-news", "result": "accept"}]}


def seconds(number):
    return NINE + timedelta(seconds=number)


def answered(client, result, template_id="t-news"):
    return client.post("/subscriptions", {"results": [{"template_id": template_id, "result": result}]})


def quota():
    db.session.rollback()
    return db.session.query(SubscriptionQuota).filter_by(template_id="t-news").populate_existing().one()


def push(kind, items, *, openid, at=NINE, number=[0]):  # noqa: B006 # Counts the events of a test run.
    """Keep an event as the callback does."""
    number[0] += 1

    @atomic
    def keep():
        db.session.add(
            PushEvent(
                dedupe_key=str(number[0]),
                app="default",
                kind=kind,
                openid=openid,
                payload={"CreateTime": str(int(at.timestamp())), "List": items},
                received_at=at,
            )
        )

    keep()


def popup(world, person, status="accept", at=NINE):
    item = {"TemplateId": "t-news", "SubscribeStatusString": status, "PopupScene": "0"}
    push("subscribe_msg_popup_event", [item], openid=world.simulator.openid(person.staff_no), at=at)
    return apply_events()


# What the phone tells


def test_each_acceptance_is_worth_one_message(world):
    client = world.compound.client(world.person())
    for count in (1, 2, 3):
        wanted = answered(client, "accept").data["list"]
        assert {each["template_id"]: each["remaining"] for each in wanted}["t-news"] == count
    assert remaining() == 3


def test_a_repeated_request_counts_once(world):
    client = world.compound.client(world.person())
    for _ in range(3):
        assert client.post("/subscriptions", ACCEPT, key="the-same").status == 200
    assert remaining() == 1


def test_acceptances_at_the_same_moment_all_count(world):
    client = world.compound.client(world.person())
    answers = at_once([lambda: client.post("/subscriptions", ACCEPT)] * 8)
    assert {answer.status for answer in answers} == {200}
    assert remaining() == 8


@pytest.mark.parametrize(
    ("result", "left"),
    [("accept", 3), ("acceptWithAlert", 3), ("reject", 2), ("filter", 2), ("ban", 0), ("whatever", 2)],
)
def test_other_answers_take_nothing_but_a_ban_takes_all(world, result, left):
    client = world.compound.client(world.person())
    for _ in range(2):
        answered(client, "accept")
    assert answered(client, result).status == 200
    assert remaining() == left


def test_templates_that_we_do_not_know_are_passed_over(world):
    client = world.compound.client(world.person())
    assert answered(client, "accept", "of-an-older-version").status == 200
    assert db.session.query(SubscriptionQuota).count() == 0


def test_who_is_not_bound_can_subscribe_to_nothing(world):
    client = world.compound.client(world.person(on=""))
    assert client.get("/subscriptions").data == {"list": []}
    answer = client.post("/subscriptions", ACCEPT)
    assert (answer.status, answer.error) == (409, "notifications.not_bound")


def test_the_phone_asks_for_what_is_scarce_and_at_most_three(world):
    client = world.compound.client(world.person())
    asked = client.get("/subscriptions").data["list"]
    assert [each["template_id"] for each in asked] == ["t-alarm", "t-brief", "t-news"]
    for _ in range(LOW):
        answered(client, "accept", "t-alarm")
    answered(client, "accept", "t-brief")
    asked = client.get("/subscriptions").data["list"]
    assert [(each["template_id"], each["remaining"]) for each in asked] == [("t-news", 0), ("t-brief", 1)]
    assert asked[0]["titles"] == ["测试消息"]


def test_a_page_asks_for_what_it_is_about(world):
    client = world.compound.client(world.person())
    asked = client.get("/subscriptions", about="tests.b").data["list"]
    assert [each["template_id"] for each in asked] == ["t-brief"]


def test_a_rebound_account_starts_anew(world):
    person = world.person()
    world.subscribe(person, times=3)
    world.bind(person, "wechat_mp", APP.appid, world.simulator.openid("9999"))
    assert remaining() == 0


# What WeChat pushes


def test_a_tap_that_both_tell_of_counts_once(world):
    person = world.person()
    client = world.compound.client(person)
    answered(client, "accept")
    assert popup(world, person, at=NINE) == 1
    assert remaining() == 1
    with clock.at(NINE + timedelta(hours=1)):
        popup(world, person, at=NINE + timedelta(hours=1))
        answered(client, "accept")
    assert remaining() == 2


def test_a_tap_that_only_wechat_tells_of_counts(world):
    person = world.person()
    popup(world, person)
    popup(world, person, at=NINE + timedelta(seconds=30))
    assert remaining() == 2


def test_switching_off_in_the_settings_clears_what_was_gathered(world):
    person = world.person()
    world.subscribe(person, times=4)
    item = {"TemplateId": "t-news", "SubscribeStatusString": "reject"}
    push("subscribe_msg_change_event", [item], openid=world.simulator.openid(person.staff_no))
    apply_events()
    assert (remaining(), quota().last_event) == (0, "switched_off")


def test_an_event_is_applied_once_however_many_look_at_it(world, app):
    person = world.person()
    item = {"TemplateId": "t-news", "SubscribeStatusString": "accept"}
    for second in range(5):
        push("subscribe_msg_popup_event", [item], openid=world.simulator.openid(person.staff_no),
             at=seconds(second))  # fmt: skip

    def apply():
        with app.app_context():
            applied = apply_events()
            db.session.remove()
            return applied

    assert sum(at_once([apply] * 4)) == 5
    assert remaining() == 5


def test_an_event_that_makes_no_sense_is_put_aside(world):
    person = world.person()
    openid = world.simulator.openid(person.staff_no)
    push("subscribe_msg_popup_event", [{"SubscribeStatusString": "accept"}], openid=openid)
    popup(world, person)
    assert remaining() == 1
    errors = [event.error for event in db.session.query(PushEvent).order_by(PushEvent.id)]
    assert errors[0].startswith("KeyError")
    assert errors[1] == ""


def test_events_of_others_and_of_strangers_are_left_alone(world):
    push("wxa_media_check", [], openid="x")
    push("subscribe_msg_popup_event", [], openid="a-stranger")
    assert apply_events() == 1
    waiting = db.session.query(PushEvent.kind).filter(PushEvent.handled_at.is_(None)).all()
    assert waiting == [("wxa_media_check",)]


def test_what_wechat_took_and_did_not_deliver_has_failed(world):
    person = world.person()
    world.subscribe(person)
    tell(NEWS, person)
    deliver_due()
    from backend.notifications.models import OutboxRow

    number = db.session.query(OutboxRow.provider_message_id).scalar()
    item = {"TemplateId": "t-news", "MsgID": number, "ErrorCode": "48", "ErrorStatus": "failed:user block"}
    push("subscribe_msg_sent_event", [item], openid=world.simulator.openid(person.staff_no))
    apply_events()
    assert states() == [("wechat", "failed")]


@pytest.mark.parametrize("options", [{"push_format": "json"}, {"push_format": "xml"}])
def test_the_simulators_own_events_move_the_ledger(world, called_back, options):
    called_back.options(**options)
    person = world.person()
    for _ in range(2):
        called_back.consent("t-news", staff_no=person.staff_no)
    called_back.callbacks()
    assert apply_events() >= 1
    told = remaining()
    tell(NEWS, person)
    assert deliver_due() == 1
    called_back.callbacks()
    apply_events()
    assert (remaining(), states()) == (told - 1, [("wechat", "sent")])
    called_back.switch("t-news", is_on=False, staff_no=person.staff_no)
    called_back.callbacks()
    apply_events()
    assert remaining() == 0


# Long-term templates


@pytest.fixture
def long_term(settings, tmp_path, wechat_simulator):
    """The application of a deployment whose news have a long-term template."""
    write_templates(tmp_path, tests_news={"long_term": True})
    wechat_simulator.template("t-news", {"thing1": "事项", "time2": "时间"}, is_long_term=True)
    return create_app(settings)


def test_a_long_term_template_is_accepted_once_for_any_number(long_term, world):
    from tests.backend.notifications.world import World
    from tests.factories import Compound

    with long_term.app_context():
        world = World(long_term, Compound(long_term), world.simulator)
        person = world.person()
        client = world.compound.client(person)
        asked = client.get("/subscriptions").data["list"]
        assert {each["is_long_term"] for each in asked} in ({True}, {False})
        answered(client, "accept")
        world.simulator.consent("t-news", staff_no=person.staff_no)
        for number in range(3):
            tell(NEWS, person, dedupe=str(number))
        assert deliver_due() == 3
        assert quota().is_long_term
        world.simulator.switch("t-news", is_on=False, staff_no=person.staff_no)
        tell(NEWS, person, dedupe="4")
        assert deliver_due() == 0
        assert not quota().is_long_term
        db.session.remove()


# The rules as tables


@pytest.mark.parametrize(
    ("taps", "count"),
    [
        (["p0", "w0"], 1),
        (["w0", "p1"], 1),
        (["p0", "p10", "w0", "w10"], 2),
        (["w0", "w10", "p1", "p11"], 2),
        (["p0", "w0", "p20", "w20"], 2),
        (["p0", "w0", "w20", "p21"], 2),
        (["p0", "p10"], 2),
        (["w0", "w10"], 2),
        # Too far apart to be one tap.
        (["p0", "w600"], 2),
        (["w0", "p600"], 2),
    ],
)
def test_taps_count_once_whoever_tells_of_them_first(taps, count):
    held = Quota()
    for tap in taps:
        tell_of = policies.reported if tap[0] == "p" else policies.pushed
        held = tell_of(held, Result.ACCEPT, seconds(int(tap[1:])), is_long_term=False)
    assert held.remaining == count


def test_no_client_can_claim_without_end():
    held = Quota(remaining=MOST)
    assert policies.reported(held, Result.ACCEPT, NINE, is_long_term=False).remaining == MOST


def test_one_time_and_long_term_templates_are_not_mixed():
    wanted = [Wanted("a", [], 0, True), Wanted("b", [], 1, False), Wanted("c", [], 0, True)]
    assert [each.template_id for each in policies.to_ask(wanted, set())] == ["a", "c"]
    assert [each.template_id for each in policies.to_ask(wanted, {"a", "c"})] == ["b"]
    assert policies.to_ask([], set()) == []
