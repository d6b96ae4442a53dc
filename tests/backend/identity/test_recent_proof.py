"""What is sensitive asks, in the console, for a code that was entered minutes ago."""

from datetime import timedelta

import pytest

from backend import clock
from backend.identity.second_factor.policies import PROOF_MINUTES
from tests.backend.identity.people import give_factor, give_password
from tests.console.browser import Console
from tests.factories import NINE

LATER = NINE + timedelta(minutes=PROOF_MINUTES)


@pytest.fixture
def patient(compound):
    """Somebody to whom everything can be done."""
    staff = compound.staff("1002", card_no="66880002")
    give_factor(staff)
    give_password(staff)
    return staff


def sensitive(staff):
    """Every sensitive request about a member of staff without grants, with the status of its success."""
    grant = {"role": "canteen_staff", "scope_kind": "compound", "scope_id": 0}
    unmask = {"field": "card_no", "reason": "核对饭卡"}
    path = f"/admin/staff/{staff.id}"
    return [
        ("POST", f"{path}/unmask", unmask, 200),
        ("POST", f"{path}/grants", grant, 201),
        ("DELETE", f"{path}/grants/{{grant}}", None, 200),
        ("POST", f"{path}/reset-password", None, 200),
        ("POST", f"{path}/second-factor/reset", None, 200),
        ("GET", "/admin/staff/export", None, 200),
    ]


def results(send, staff):
    """What every sensitive request comes to, with the status that its success has."""
    found, grant = [], 0
    for method, path, body, success in sensitive(staff):
        answer = send(method, path.format(grant=grant), body)
        found.append((answer.status, success, answer.envelope.get("error")))
        if answer.status == 201:
            grant = answer.data["id"]
    return found


def test_without_a_recent_proof_the_console_does_nothing_sensitive(app, administrator, patient, trail):
    give_factor(administrator)
    console = Console(app, administrator)
    with clock.at(LATER):
        found = results(console.send, patient)
    assert {(status, error) for status, _, error in found} == {(403, "identity.recent_proof_required")}
    for action in ("unmasked", "role_granted", "second_factor_reset", "roster_exported"):
        assert trail.events(f"identity.{action}") == []


def test_with_a_recent_proof_it_does_everything(app, administrator, patient):
    phone = give_factor(administrator)
    console = Console(app, administrator)
    with clock.at(LATER):
        assert console.send("POST", "/me/second-factor/prove", {"code": phone.code()}).status == 200
        found = results(console.send, patient)
    assert [status for status, _, _ in found] == [success for _, success, _ in found]


def test_whoever_has_no_second_factor_is_not_asked(app, administrator, patient):
    console = Console(app, administrator)
    with clock.at(LATER):
        found = results(console.send, patient)
    assert [status for status, _, _ in found] == [success for _, success, _ in found]


def test_a_session_of_the_api_is_not_asked(compound, administrator, patient):
    give_factor(administrator)
    client = compound.client(administrator)
    with clock.at(LATER):
        found = results(lambda method, path, body: client.request(method, path, json=body), patient)
    assert [status for status, _, _ in found] == [success for _, success, _ in found]


def test_what_is_not_sensitive_goes_on(app, administrator, patient):
    give_factor(administrator)
    console = Console(app, administrator)
    with clock.at(LATER):
        changed = console.send("PUT", f"/admin/staff/{patient.id}", {"name": "王芳"})
    assert changed.data["name"] == "王芳"


def test_a_refused_request_may_be_repeated_under_its_key(app, administrator, patient):
    phone = give_factor(administrator)
    console = Console(app, administrator)
    grant = {"role": "canteen_staff", "scope_kind": "compound", "scope_id": 0}
    headers = {"X-CSRF-Token": console.csrf, "Idempotency-Key": "one"}
    path = f"/api/v1/admin/staff/{patient.id}/grants"
    with clock.at(LATER):
        statuses = [console._open(path, method="POST", json=grant, headers=headers).status_code]
        console.send("POST", "/me/second-factor/prove", {"code": phone.code()})
        statuses += [
            console._open(path, method="POST", json=grant, headers=headers).status_code for _ in "ab"
        ]
    assert statuses == [403, 201, 201]
