"""Neither tokens, codes, passwords nor personal data get into logs or errors."""

import logging

from tests.backend.identity.people import (
    GOOD_PASSWORD,
    OTHER_PASSWORD,
    as_client,
    give_password,
    password_login,
    wechat_login,
)

PHONE = "13800000001"
NEW_PASSWORD = "Another-9!"


def test_a_day_of_logins_leaves_no_secret_in_the_logs(official, anonymous, admin, simulator, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    give_password(official)
    code, phone_code = simulator.code("1001"), simulator.phone_code("1001")
    ticket = wechat_login(anonymous, code).data["bind_ticket"]
    bound = anonymous.post("/auth/bind", {"bind_ticket": ticket, "phone_code": phone_code})
    client = as_client(anonymous, bound)
    wechat_login(anonymous, code)
    password_login(anonymous, "1001", OTHER_PASSWORD)
    client.put("/me/password", {"old_password": GOOD_PASSWORD, "new_password": NEW_PASSWORD})
    unmasked = admin.post(f"/admin/staff/{official.id}/unmask", {"field": "phone", "reason": "联系本人"})
    initial = admin.post(f"/admin/staff/{official.id}/reset-password").data["password"]

    captured = capfd.readouterr()
    told = captured.out + captured.err + caplog.text

    assert "wechat call" in told
    assert unmasked.data["value"] == PHONE
    secrets = {
        "code": code,
        "phone code": phone_code,
        "ticket": ticket,
        "token": client.token,
        "openid": simulator.openid("1001"),
        "phone": PHONE,
        "password": GOOD_PASSWORD,
        "wrong password": OTHER_PASSWORD,
        "new password": NEW_PASSWORD,
        "initial password": initial,
        "app secret": "demo-secret-of-the-simulator",
    }
    assert [name for name, secret in secrets.items() if secret in told] == []


def test_a_refused_form_does_not_repeat_what_was_typed(anonymous):
    answer = anonymous.post(
        "/auth/login", {"provider": "password", "staff_no": "1001", "password": "x" * 129}
    )
    assert answer.status == 422
    assert "xxx" not in answer.body.decode()
