"""Sessions as people see them: listed with their devices, and ended."""

from datetime import timedelta

import pytest

from backend import clock
from backend.errors import Forbidden
from backend.identity import queries as identity_queries
from backend.identity.access import services as access_services
from backend.identity.access.errors import SessionNotFound
from backend.identity.console import services
from backend.identity.errors import StaffNotFound
from backend.identity.policies import device_name, hash_token
from tests.backend.identity.people import (
    GOOD_PASSWORD,
    console_actor,
    console_login,
    give_password,
)
from tests.factories import NINE

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1", "Safari · Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0", "微信 · iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 MicroMessenger/8.0", "微信 · Android"),
        ("curl/8.5.0", "未知设备"),
        ("", "未知设备"),
    ],
)
def test_a_device_has_a_name_that_people_know(user_agent, name):
    assert device_name(user_agent) == name


def test_sessions_are_listed_with_their_kind_and_device(compound, official, administrator):
    give_password(official)
    compound.client(official)
    with clock.at(NINE + timedelta(minutes=1)):
        login = services.log_in_console(staff_no="1001", password=GOOD_PASSWORD, device=FIREFOX)
        actor = console_actor(login.token)
        shown = [
            (view.kind, view.stage, view.device_name, view.is_current)
            for view in identity_queries.own_sessions(actor)
        ]
    assert shown == [("console", "complete", "Firefox · Linux", True), ("api", "complete", "未知设备", False)]
    admin = identity_queries.find_session(hash_token(compound.client(administrator).token)).actor
    listed = identity_queries.list_sessions(admin, staff_id=official.id)
    assert [view.kind for view in listed] == ["console", "api"]
    assert not any(view.is_current for view in listed)
    with clock.at(NINE + timedelta(minutes=31)):
        assert [view.kind for view in identity_queries.own_sessions(actor)] == ["api"]
    with pytest.raises(Forbidden):
        identity_queries.list_sessions(actor, staff_id=administrator.id)
    with pytest.raises(StaffNotFound):
        identity_queries.list_sessions(admin, staff_id=999)


def test_one_ends_ones_other_sessions(compound, official, trail):
    give_password(official)
    phone = compound.client(official)
    login, actor = console_login(official)
    assert access_services.end_other_sessions(actor).sessions_ended == 1
    assert phone.get("/me").status == 401
    assert services.authenticate(login.token) is not None
    assert trail.only("identity.other_sessions_ended").details == {"sessions_ended": 1}


def test_an_administrator_ends_anybodys_sessions(compound, official, administrator, trail):
    give_password(official)
    first, second = compound.client(official), compound.client(official)
    stranger = identity_queries.find_session(hash_token(first.token)).actor
    admin = identity_queries.find_session(hash_token(compound.client(administrator).token)).actor
    with pytest.raises(Forbidden):
        access_services.end_sessions_of(stranger, staff_id=administrator.id)

    one = access_services.end_sessions_of(admin, staff_id=official.id, session_id=stranger.session_id)
    assert one.sessions_ended == 1
    assert (first.get("/me").status, second.get("/me").status) == (401, 200)
    with pytest.raises(SessionNotFound):
        access_services.end_sessions_of(admin, staff_id=official.id, session_id=admin.session_id)
    assert access_services.end_sessions_of(admin, staff_id=official.id).sessions_ended == 1
    assert second.get("/me").status == 401
    assert len(trail.events("identity.sessions_ended")) == 2
