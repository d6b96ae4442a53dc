"""Logging in by WeChat, sessions and their end."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import db
from backend.identity import services
from backend.identity.models import BindTicket, LoginSession, StaffStatus
from backend.identity.policies import hash_token
from tests.backend.identity.people import as_client, bind, change, session_count, wechat_login
from tests.factories import NINE
from tests.statements import counted_statements


def test_a_bound_account_logs_in_and_sees_itself(official, anonymous, simulator, trail):
    bind(official, simulator)

    answer = wechat_login(anonymous, simulator.code("1001"))

    assert answer.data["must_change_password"] is False
    user = answer.data["user"]
    assert user["staff_no"] == "1001"
    assert user["phone"] == "138****0001"
    assert user["card_no"] == "****0001"
    assert user["postings"][0]["path"] == "办公厅/综合处"
    assert user["postings"][0]["is_primary"] is True
    assert {"permission": "canteen.order", "scope_kind": "compound", "scope_id": 0} in user["permissions"]
    assert "bind_ticket" not in answer.data
    assert as_client(anonymous, answer).get("/me").data == user
    logged_in = trail.only("identity.logged_in")
    assert (logged_in.actor_id, logged_in.actor_name) == (official.id, "王建国")
    assert logged_in.details == {"provider": "wechat_mp"}


def test_an_unknown_account_gets_a_bind_ticket_and_no_token(official, anonymous, simulator):
    answer = wechat_login(anonymous, simulator.code("1001"))

    assert set(answer.data) == {"bind_ticket", "expires_at"}
    assert answer.data["expires_at"] == "2026-11-23T09:10:00+08:00"
    db.session.rollback()
    kept = db.session.get_one(BindTicket, hash_token(answer.data["bind_ticket"]))
    assert kept.subject == simulator.openid("1001")


def test_a_code_serves_once(official, anonymous, simulator, trail):
    bind(official, simulator)
    code = simulator.code("1001")
    assert wechat_login(anonymous, code).status == 200

    refused = wechat_login(anonymous, code)

    assert (refused.status, refused.error) == (422, "wechat.code_invalid")
    assert session_count(official) == 1
    event_ = trail.only("identity.login_refused")
    assert (event_.result, event_.details["reason"]) == ("refused", "wechat.code_invalid")


def test_a_code_expires_after_five_minutes(official, anonymous, simulator):
    bind(official, simulator)
    code = simulator.code("1001")
    with clock.at(NINE + timedelta(minutes=5)):
        assert wechat_login(anonymous, code).error == "wechat.code_invalid"


def test_a_code_of_another_app_is_refused(official, anonymous, simulator):
    bind(official, simulator)
    assert wechat_login(anonymous, simulator.code("1001", app="other")).error == "wechat.code_invalid"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"provider": "wechat_mp", "app": "nowhere", "code": "c"}, "identity.unknown_app"),
        ({"provider": "carrier_pigeon", "code": "c"}, "identity.unknown_provider"),
        ({"provider": "wechat_mp"}, "app.invalid"),
        ({"provider": "password", "staff_no": "1001"}, "app.invalid"),
        ({"provider": "wechat_mp", "code": ""}, "app.invalid"),
        ({"provider": "wechat_mp", "code": 7}, "app.invalid"),
        ({"provider": "wechat_mp", "code": "c", "session_key": "x"}, "app.invalid"),
        ({}, "app.invalid"),
        ([], "app.invalid"),
    ],
)
def test_what_is_no_login_is_refused(anonymous, body, error):
    answer = anonymous.post("/auth/login", body)
    assert (answer.status, answer.error) == (422, error)


def test_a_busy_wechat_is_503_and_not_recorded_as_a_refusal(official, anonymous, simulator, trail):
    bind(official, simulator)
    simulator.fail("/sns/jscode2session", errcode=-1, times=3)

    assert wechat_login(anonymous, simulator.code("1001")).error == "wechat.unavailable"
    assert trail.events("identity.login_refused") == []
    assert wechat_login(anonymous, simulator.code("1001")).status == 200


@pytest.mark.parametrize("status", [StaffStatus.SUSPENDED, StaffStatus.LEFT])
def test_whoever_is_not_active_may_not_log_in(official, anonymous, simulator, trail, status):
    bind(official, simulator)
    change(official, status=status.value)

    refused = wechat_login(anonymous, simulator.code("1001"))

    assert (refused.status, refused.error) == (403, "identity.not_active")
    assert session_count(official) == 0
    refusal = trail.only("identity.login_refused")
    assert (refusal.object_id, refusal.details["reason"]) == (str(official.id), "identity.not_active")


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer nonsense", f"Bearer {'0' * 43}", "Basic MTAwMTox"]
)
def test_without_a_valid_token_nobody_is_let_in(anonymous, authorization):
    answer = anonymous.request("GET", "/me", headers={"Authorization": authorization})
    assert (answer.status, answer.error) == (401, "app.unauthenticated")


def test_the_database_does_not_hold_the_token(official, anonymous, simulator):
    bind(official, simulator)
    token = wechat_login(anonymous, simulator.code("1001")).data["token"]
    db.session.rollback()
    kept = db.session.query(LoginSession).one()
    assert kept.token_hash == hash_token(token)
    assert token not in str(vars(kept))


def test_a_logout_ends_this_session_alone(compound, official):
    first, second = compound.client(official), compound.client(official)

    assert first.post("/auth/logout").data is None

    assert first.get("/me").status == 401
    assert second.get("/me").status == 200


def test_a_session_ends_when_idle_and_lives_while_used(compound, official, settings):
    client = compound.client(official)
    almost = timedelta(minutes=settings.session_idle_minutes - 1)
    with clock.at(NINE + almost):
        assert client.get("/me").status == 200
    with clock.at(NINE + almost + almost):
        assert client.get("/me").status == 200
    with clock.at(NINE + almost + almost + almost + timedelta(minutes=1)):
        assert client.get("/me").error == "app.unauthenticated"


def test_a_session_ends_at_last_however_often_it_is_used(compound, official, settings):
    client = compound.client(official)
    step = timedelta(minutes=settings.session_idle_minutes // 2)
    end = NINE + timedelta(minutes=settings.session_absolute_minutes)
    now = NINE
    while (now := now + step) < end:
        with clock.at(now):
            assert client.get("/me").status == 200
    with clock.at(end):
        assert client.get("/me").status == 401


def test_sessions_are_listed_with_their_devices(official, anonymous, simulator, settings):
    bind(official, simulator)
    login = {"provider": "wechat_mp", "code": simulator.code("1001")}
    answer = anonymous.post("/auth/login", login, headers={"User-Agent": "MicroMessenger/8.0 " + "x" * 300})
    client = as_client(anonymous, answer)
    with clock.at(NINE + timedelta(minutes=1)):
        other = as_client(anonymous, wechat_login(anonymous, simulator.code("1001")))
        listed = other.get("/me/sessions").data["list"]

    assert [entry["is_current"] for entry in listed] == [True, False]
    assert listed[1]["device"].startswith("MicroMessenger/8.0 ")
    assert len(listed[1]["device"]) == 120
    assert listed[1]["opened_at"] == "2026-11-23T09:00:00+08:00"
    idle = timedelta(minutes=settings.session_idle_minutes)
    with clock.at(NINE + idle):
        assert len(other.get("/me/sessions").data["list"]) == 1
    assert client.get("/me").status == 200


def test_one_ends_ones_own_session_but_nobody_elses(compound, official):
    mine, other = compound.client(official), compound.client(official)
    stranger = compound.client(compound.staff("1002"))
    other_id = next(s["id"] for s in mine.get("/me/sessions").data["list"] if not s["is_current"])

    foreign = stranger.delete(f"/me/sessions/{other_id}")
    assert (foreign.status, foreign.error) == (404, "identity.session_not_found")
    assert other.get("/me").status == 200

    assert mine.delete(f"/me/sessions/{other_id}").status == 200
    assert other.get("/me").status == 401
    assert mine.delete(f"/me/sessions/{other_id}").status == 404


def test_unbinding_ends_every_session_and_the_account_is_unknown_again(official, anonymous, simulator, trail):
    bind(official, simulator)
    first = as_client(anonymous, wechat_login(anonymous, simulator.code("1001")))
    second = as_client(anonymous, wechat_login(anonymous, simulator.code("1001")))

    assert first.post("/me/unbind").status == 200

    assert (first.get("/me").status, second.get("/me").status) == (401, 401)
    assert "bind_ticket" in wechat_login(anonymous, simulator.code("1001")).data
    assert trail.only("identity.unbound").details == {"providers": ["wechat_mp"], "sessions_ended": 2}


def test_whoever_is_not_bound_cannot_unbind(compound, official):
    client = compound.client(official)
    refused = client.post("/me/unbind")
    assert (refused.status, refused.error) == (409, "identity.not_bound")
    assert client.get("/me").status == 200


def test_ended_sessions_and_tickets_are_forgotten(compound, official, anonymous, simulator, settings):
    wechat_login(anonymous, simulator.code("1001"))
    compound.client(official)
    with clock.at(NINE + timedelta(minutes=settings.session_idle_minutes)):
        alive = compound.client(official)
        assert services.forget_ended() == 2
        assert services.forget_ended() == 0
        assert alive.get("/me").status == 200


def test_a_login_takes_six_statements_and_reading_oneself_four(official, anonymous, simulator):
    bind(official, simulator)
    with counted_statements() as login:
        client = as_client(anonymous, wechat_login(anonymous, simulator.code("1001")))
    with counted_statements() as me:
        client.get("/me")

    frame = {"BEGIN", "COMMIT", "ROLLBACK"}
    assert len([statement for statement in login if statement not in frame]) == 6, login
    assert len([statement for statement in me if statement not in frame]) == 4, me
    assert login.count("COMMIT") == 1
