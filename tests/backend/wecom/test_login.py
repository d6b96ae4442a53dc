"""Logging in from within WeCom, over HTTP, on both databases."""

from dataclasses import replace

import pytest

from backend.actor import SYSTEM, ScopeKind
from backend.config import Settings
from backend.db import atomic
from backend.identity import operations
from tests.client import Answer, Client
from tests.factories import Compound
from tests.simulator import WECOM, RunningSimulator


@pytest.fixture
def settings(settings: Settings, wechat_simulator: RunningSimulator) -> Settings:
    """A deployment whose platforms are the simulator."""
    return replace(settings, **wechat_simulator.settings())


def log_in(client: Client, code: str, **changes: str) -> Answer:
    """Log in by a code of WeCom."""
    return client.post("/auth/login", {"provider": "wecom", "code": code, **changes})


def test_a_stranger_asks_by_number_and_name_and_once_approved_logs_in(
    compound: Compound, anonymous: Client, wechat_simulator: RunningSimulator
) -> None:
    compound.staff("1001", name="王建国")
    admin = compound.client(compound.staff("9001", roles={"administrator": (ScopeKind.COMPOUND, 0)}))
    first = log_in(anonymous, wechat_simulator.code("1001", host="wecom"))
    assert set(first.data) == {"bind_ticket", "expires_at"}
    ticket = first.data["bind_ticket"]

    by_phone = anonymous.post(
        "/auth/bind", {"bind_ticket": ticket, "phone_code": wechat_simulator.phone_code("1001")}
    )
    assert by_phone.error == "identity.no_phone_from_provider"
    asked = anonymous.post("/auth/bind", {"bind_ticket": ticket, "staff_no": "1001", "name": "王建国"})
    assert asked.data["state"] == "pending"
    (request,) = admin.get("/admin/bind-requests").data["list"]
    assert (request["provider"], request["staff_no"]) == ("wecom", "1001")
    assert admin.post(f"/admin/bind-requests/{request['id']}/approve").status == 200

    again = log_in(anonymous, wechat_simulator.code("1001", host="wecom"))
    assert again.data["user"]["staff_no"] == "1001"
    assert Client(anonymous.app, again.data["token"]).get("/me").data["name"] == "王建国"


def test_the_subject_is_the_userid_within_the_corporation(
    compound: Compound, anonymous: Client, wechat_simulator: RunningSimulator
) -> None:
    staff = compound.staff("1001")

    @atomic
    def bind() -> None:
        operations.bind_identity(
            SYSTEM,
            staff_id=staff.id,
            provider="wecom",
            tenant=WECOM.corpid,
            subject=wechat_simulator.userid("1001"),
        )

    bind()

    assert log_in(anonymous, wechat_simulator.code("1001", host="wecom")).data["user"]["id"] == staff.id
    # The same person's WeChat is another account.
    wechat = anonymous.post("/auth/login", {"provider": "wechat_mp", "code": wechat_simulator.code("1001")})
    assert "bind_ticket" in wechat.data


def test_what_wecom_refuses_is_refused(
    compound: Compound, anonymous: Client, wechat_simulator: RunningSimulator
) -> None:
    code = wechat_simulator.code("1001", host="wecom")
    assert log_in(anonymous, code).status == 200

    used = log_in(anonymous, code)
    assert (used.status, used.error) == (422, "wecom.code_invalid")
    assert log_in(anonymous, wechat_simulator.code("1001")).error == "wecom.code_invalid"
    assert log_in(anonymous, "x", app="other").error == "identity.unknown_app"
    wechat_simulator.fail("/wecom/cgi-bin/miniprogram/jscode2session", http_status=502)
    down = log_in(anonymous, "x")
    assert (down.status, down.error) == (503, "wecom.unavailable")


def test_a_deployment_without_wecom_does_not_know_the_provider(app_with) -> None:
    answer = log_in(Client(app_with(wecom=None)), "x")

    assert (answer.status, answer.error) == (422, "identity.unknown_provider")
