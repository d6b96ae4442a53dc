"""The console's login as a browser walks it, and its end."""

from datetime import timedelta

import pytest
from flask import Flask

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.config import Mode
from backend.identity.passwords import services as password_services
from backend.identity.second_factor.policies import code_at
from tests.console.browser import Console
from tests.factories import NINE

PASSWORD = "Zhengque@2026"


def official(compound, **kwargs):
    """A member of staff with a password."""
    staff = compound.staff(**kwargs)
    password_services.set_password(SYSTEM, staff_id=staff.id, password=PASSWORD, must_change=False)
    return staff


def enter(browser, path="/console/login", csrf="", **body):
    return browser.post(path, json=body, headers={"X-CSRF-Token": csrf})


def csrf_of(page):
    return page.text.split('name="csrf-token" content="')[1].split('"')[0]


@pytest.fixture
def browser(app: Flask):
    return app.test_client()


def test_who_has_no_power_needs_only_the_password(compound, browser):
    staff = official(compound)
    answer = enter(browser, staff_no=staff.staff_no, password=PASSWORD)
    assert answer.json["data"] == {"stage": "complete"}
    cookie = browser.get_cookie("houqin_console")
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert browser.get("/console/").status_code == 200
    assert browser.get("/console/login?next=/console/me").headers["Location"] == "/console/me"


def test_in_production_the_cookie_travels_encrypted_only(app_with, settings):
    app = app_with(mode=Mode.PRODUCTION)
    with app.app_context():
        from tests.factories import Compound

        staff = official(Compound(app))
    browser = app.test_client()
    enter(browser, staff_no=staff.staff_no, password=PASSWORD)
    cookie = browser.get_cookie("__Host-houqin_console")
    assert cookie.secure
    assert cookie.path == "/"
    assert browser.get_cookie("houqin_console") is None
    # What another host of the domain, or an unencrypted page, may have planted is not looked at.
    planted = app.test_client()
    planted.set_cookie("houqin_console", cookie.value)
    assert planted.get("/console/me").status_code == 302
    browser.set_cookie(cookie.key, cookie.value)
    assert browser.get("/console/me").status_code == 200
    page = app.test_client().get("/console/login")
    assert "演示" not in page.text


def test_a_manager_sets_the_second_factor_up_and_enters_it_from_then_on(compound, browser):
    with clock.at(NINE):
        staff = official(compound, roles={"canteen_manager": (ScopeKind.COMPOUND, 0)})
        assert enter(browser, staff_no=staff.staff_no, password=PASSWORD).json["data"]["stage"] == (
            "enrolment_needed"
        )
        assert browser.get("/console/").status_code == 302
        assert browser.get("/api/v1/me").status_code == 403
        page = browser.get("/console/login")
        secret = page.text.split("<code>")[1].split("</code>")[0].replace(" ", "")
        wrong = enter(browser, "/console/login/enrolment", csrf_of(page), code="000000")
        assert wrong.status_code in (401, 403, 422)
        planted = browser.get_cookie("houqin_console").value
        done = enter(browser, "/console/login/enrolment", csrf_of(page), code=code_at(secret, NINE))
        assert len(done.json["data"]["recovery_codes"]) == 10
        assert browser.get_cookie("houqin_console").value != planted
        assert browser.get("/console/").status_code == 200
    with clock.at(NINE + timedelta(minutes=1)):
        stage = enter(browser, staff_no=staff.staff_no, password=PASSWORD).json["data"]["stage"]
        assert stage == "code_needed"
        page = browser.get("/console/login")
        assert "动态验证码" in page.text
        code = code_at(secret, clock.now())
        assert enter(browser, "/console/login/code", "", code=code).json["error"] == "app.csrf_failed"
        assert (
            enter(browser, "/console/login/code", csrf_of(page), code=code).json["data"]["stage"]
            == "complete"
        )


def test_the_login_locks_after_the_configured_failures(app_with):
    app = app_with(password_failures=3, password_lock_minutes=30)
    with app.app_context(), clock.at(NINE):
        from tests.factories import Compound

        staff = official(Compound(app))
    browser = app.test_client()
    with clock.at(NINE):
        answers = [enter(browser, staff_no=staff.staff_no, password="Cuowu@2026") for _ in range(3)]
        assert {answer.json["error"] for answer in answers} == {"identity.bad_credentials"}
        right = enter(browser, staff_no=staff.staff_no, password=PASSWORD)
        assert (right.status_code, right.json["error"]) == (429, "identity.password_locked")
        assert browser.get_cookie("houqin_console") is None
    with clock.at(NINE + timedelta(minutes=31)):
        assert enter(browser, staff_no=staff.staff_no, password=PASSWORD).status_code == 200


def test_it_ends_after_half_an_hour_without_a_request(app, compound):
    with clock.at(NINE):
        console = Console(app, compound.staff())
    with clock.at(NINE + timedelta(minutes=29)):
        assert console.get("/console/").status_code == 200
    with clock.at(NINE + timedelta(minutes=58)):
        assert console.get("/console/").status_code == 200
    with clock.at(NINE + timedelta(minutes=90)):
        answer = console.get("/console/me")
        assert answer.headers["Location"] == "/console/login?next=%2Fconsole%2Fme"
        assert console.part("/console/me").headers["HX-Redirect"] == "/console/login"


def test_the_logout_ends_the_session_and_needs_its_token(app, compound):
    console = Console(app, compound.staff())
    assert console.send("POST", "/console/logout", csrf=None).error == "app.csrf_failed"
    assert console.get("/console/").status_code == 200
    token = console.browser.get_cookie("houqin_console").value
    assert console.send("POST", "/console/logout").status == 200
    console.browser.set_cookie("houqin_console", token)
    assert console.get("/console/").status_code == 302


def test_the_login_leads_to_our_own_pages_only(app, compound):
    console = Console(app, compound.staff())
    foreign = ("https://evil.example/", "//evil.example/", "/\\evil.example", "/console/\\..", "/api/")
    for wanted in (*foreign, "/console/../x", "/console/\r\nX: y"):
        assert console.get("/console/login", next=wanted).headers["Location"] == "/console/"


def test_a_form_of_another_page_cannot_log_in(browser, compound):
    staff = official(compound)
    answer = browser.post("/console/login", data={"staff_no": staff.staff_no, "password": PASSWORD})
    assert (answer.status_code, answer.content_type) == (415, "application/json")
