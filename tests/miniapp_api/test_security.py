"""The second factor and sessions over HTTP, from a console session and from a phone."""

from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.identity.second_factor import services as second_factor_services
from tests.backend.identity.people import Phone, console_actor, give_factor
from tests.console.browser import Console
from tests.factories import NINE


@pytest.fixture(autouse=True)
def nine():
    with clock.at(NINE):
        yield


@pytest.fixture
def administrator(compound):
    return compound.staff("9001", roles={"administrator": (ScopeKind.COMPOUND, 0)})


def enrolled(app, staff):
    """A console session that was shown a secret, and the phone that scanned it."""
    console = Console(app, staff)
    actor = console_actor(console.browser.get_cookie("houqin_console").value)
    return console, Phone(second_factor_services.begin_enrolment(actor).secret_text)


def test_a_console_session_gains_a_second_factor_renews_its_codes_and_does_without(app, compound):
    staff = compound.staff()
    console, phone = enrolled(app, staff)
    elsewhere = compound.client(staff)

    wrong = console.send("POST", "/me/second-factor", {"code": phone.wrong_code()})
    assert (wrong.status, wrong.error) == (422, "identity.second_factor_wrong")
    first = console.send("POST", "/me/second-factor", {"code": phone.code()}).data["recovery_codes"]
    assert len(first) == 10
    assert elsewhere.get("/me").status == 401
    with clock.at(NINE + timedelta(minutes=1)):
        renewed = console.send("POST", "/me/second-factor/recovery-codes", {"code": phone.code()}).data
        assert set(renewed["recovery_codes"]).isdisjoint(first)
        stale = console.send("POST", "/me/second-factor/disable", {"code": first[0]})
        assert stale.error == "identity.second_factor_wrong"
        assert (
            console.send("POST", "/me/second-factor/disable", {"code": renewed["recovery_codes"][0]}).status
            == 200
        )
    assert (
        console.send("POST", "/me/second-factor/prove", {"code": phone.code()}).error
        == "identity.no_second_factor"
    )


def test_whoever_may_do_much_keeps_the_second_factor(app, administrator):
    phone = give_factor(administrator)
    console = Console(app, administrator)
    answer = console.send("POST", "/me/second-factor/disable", {"code": phone.code()})
    assert (answer.status, answer.error) == (409, "identity.second_factor_compulsory")


def test_every_attempt_at_a_code_counts_even_under_one_key(compound):
    staff = compound.staff()
    phone = give_factor(staff)
    client = compound.client(staff)
    answers = [client.post("/me/second-factor/prove", {"code": phone.code()}, key="k") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 422]
    assert answers[1].error == "identity.second_factor_used"


def test_one_ends_ones_other_sessions(app, compound):
    staff = compound.staff()
    console, phone = Console(app, staff), compound.client(staff)
    assert console.send("POST", "/me/sessions/end-others").data == {"sessions_ended": 1}
    assert phone.get("/me").status == 401
    assert console.send("GET", "/me").status == 200


def test_an_administrator_sees_and_ends_the_sessions_of_others(app, compound, administrator):
    staff, other = compound.staff(), compound.staff()
    phone, tablet = compound.client(staff), compound.client(staff)
    console = Console(app, administrator)
    path = f"/admin/staff/{staff.id}/sessions"

    listed = console.send("GET", path).data["list"]
    assert len(listed) == 2
    assert not any(each["is_current"] for each in listed)
    wrong = console.send("DELETE", f"/admin/staff/{other.id}/sessions/{listed[0]['id']}")
    assert (wrong.status, wrong.error) == (404, "identity.session_not_found")
    assert console.send("DELETE", f"{path}/{listed[0]['id']}").data == {"sessions_ended": 1}
    assert sorted(client.get("/me").status for client in (phone, tablet)) == [200, 401]
    assert console.send("DELETE", path).data == {"sessions_ended": 1}
    assert [client.get("/me").status for client in (phone, tablet)] == [401, 401]
    assert console.send("GET", "/admin/staff/999/sessions").status == 404


def test_an_administrator_resets_a_second_factor_but_not_their_own(app, compound, administrator):
    give_factor(administrator)
    staff = compound.staff()
    give_factor(staff)
    console = Console(app, administrator)
    assert console.send("POST", f"/admin/staff/{staff.id}/second-factor/reset").status == 200
    again = console.send("POST", f"/admin/staff/{staff.id}/second-factor/reset")
    assert (again.status, again.error) == (409, "identity.no_second_factor")
    own = console.send("POST", f"/admin/staff/{administrator.id}/second-factor/reset")
    assert (own.status, own.error) == (409, "identity.own_second_factor")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/sessions"),
        ("DELETE", "/sessions"),
        ("DELETE", "/sessions/1"),
        ("POST", "/second-factor/reset"),
    ],
)
def test_nobody_else_reaches_the_sessions_of_others(compound, method, path):
    staff = compound.staff()
    client = compound.client(
        compound.staff(roles={"administrator": (ScopeKind.CAMPUS, compound.campus().id)})
    )
    answer = client.request(method, f"/admin/staff/{staff.id}{path}")
    assert answer.status == 403
