"""Logging in from within WeCom or 浙政钉, over HTTP, on both databases."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from backend.actor import SYSTEM, ScopeKind
from backend.config import Settings
from backend.db import atomic
from backend.identity import operations
from tests.client import Answer, Client
from tests.factories import Compound
from tests.simulator import WECOM, ZWDD, RunningSimulator


@dataclass(frozen=True)
class Platform:
    """A platform, whose simulator is `host`: who is what there, and the path that changes a code."""

    host: str
    tenant: str
    subject: Callable[[RunningSimulator, str], str]
    exchange: str

    def log_in(self, client: Client, code: str, **changes: str) -> Answer:
        """Log in by a code of the platform."""
        return client.post("/auth/login", {"provider": self.host, "code": code, **changes})


PLATFORMS = [
    Platform("wecom", WECOM.corpid, RunningSimulator.userid, "/wecom/cgi-bin/miniprogram/jscode2session"),
    Platform("zwdd", ZWDD.tenant_id, RunningSimulator.account_id, "/zwdd/rpc/oauth2/dingtalk_app_user.json"),
]
pytestmark = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda each: each.host)


@pytest.fixture
def settings(settings: Settings, simulator: RunningSimulator) -> Settings:
    """A deployment whose platforms are the simulator."""
    return replace(settings, **simulator.settings())


def test_a_stranger_asks_by_number_and_name_and_once_approved_logs_in(
    compound: Compound, anonymous: Client, simulator: RunningSimulator, platform: Platform
) -> None:
    compound.staff("1001", name="王建国")
    admin = compound.client(compound.staff("9001", roles={"administrator": (ScopeKind.COMPOUND, 0)}))
    first = platform.log_in(anonymous, simulator.code("1001", host=platform.host))
    assert set(first.data) == {"bind_ticket", "expires_at"}
    ticket = first.data["bind_ticket"]

    by_phone = anonymous.post(
        "/auth/bind", {"bind_ticket": ticket, "phone_code": simulator.phone_code("1001")}
    )
    assert by_phone.error == "identity.no_phone_from_provider"
    asked = anonymous.post("/auth/bind", {"bind_ticket": ticket, "staff_no": "1001", "name": "王建国"})
    assert asked.data["state"] == "pending"
    (request,) = admin.get("/admin/bind-requests").data["list"]
    assert (request["provider"], request["staff_no"]) == (platform.host, "1001")
    assert admin.post(f"/admin/bind-requests/{request['id']}/approve").status == 200

    again = platform.log_in(anonymous, simulator.code("1001", host=platform.host))
    assert again.data["user"]["staff_no"] == "1001"
    assert Client(anonymous.app, again.data["token"]).get("/me").data["name"] == "王建国"


def test_the_subject_is_the_account_within_the_tenant(
    compound: Compound, anonymous: Client, simulator: RunningSimulator, platform: Platform
) -> None:
    staff = compound.staff("1001")

    @atomic
    def bind() -> None:
        operations.bind_identity(
            SYSTEM,
            staff_id=staff.id,
            provider=platform.host,
            tenant=platform.tenant,
            subject=platform.subject(simulator, "1001"),
        )

    bind()

    code = simulator.code("1001", host=platform.host)
    assert platform.log_in(anonymous, code).data["user"]["id"] == staff.id
    # The same person's WeChat is another account.
    wechat = anonymous.post("/auth/login", {"provider": "wechat_mp", "code": simulator.code("1001")})
    assert "bind_ticket" in wechat.data


def test_what_the_platform_refuses_is_refused(
    compound: Compound, anonymous: Client, simulator: RunningSimulator, platform: Platform
) -> None:
    invalid = f"{platform.host}.code_invalid"
    code = simulator.code("1001", host=platform.host)
    assert platform.log_in(anonymous, code).status == 200

    used = platform.log_in(anonymous, code)
    assert (used.status, used.error) == (422, invalid)
    assert platform.log_in(anonymous, simulator.code("1001")).error == invalid
    assert platform.log_in(anonymous, "x", app="other").error == "identity.unknown_app"
    simulator.fail(platform.exchange, http_status=502)
    down = platform.log_in(anonymous, "x")
    assert (down.status, down.error) == (503, f"{platform.host}.unavailable")


def test_a_deployment_without_it_does_not_know_the_provider(
    app_with: Callable[..., Flask], platform: Platform
) -> None:
    answer = platform.log_in(Client(app_with(**{platform.host: None})), "x")

    assert (answer.status, answer.error) == (422, "identity.unknown_provider")
