"""Logging in to the console step by step; and what a session of which kind is good for."""

import re
from contextvars import Context
from datetime import timedelta

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from backend import clock, vault
from backend.actor import SYSTEM, Permission, ScopeKind
from backend.authentication import CONSOLE_COOKIE
from backend.db import db
from backend.errors import Forbidden
from backend.identity import queries as identity_queries
from backend.identity import services as identity_services
from backend.identity.access import services as access_services
from backend.identity.console import policies, services
from backend.identity.console.errors import StageMismatch
from backend.identity.errors import BadCredentials, NotActive, PasswordLocked
from backend.identity.models import LoginSession, SessionKind, SessionStage, StaffStatus
from backend.identity.passwords import hashing
from backend.identity.passwords.errors import OldPasswordWrong, WeakPassword
from backend.identity.policies import hash_token
from backend.identity.roles import services as role_services
from backend.identity.second_factor import services as second_factor_services
from backend.identity.second_factor.errors import (
    EnrolmentElsewhere,
    SecondFactorLocked,
    SecondFactorUsed,
    SecondFactorWrong,
)
from tests.backend.identity.people import (
    GOOD_PASSWORD,
    OTHER_PASSWORD,
    Phone,
    change,
    console_actor,
    console_login,
    give_factor,
    give_password,
    session_count,
)
from tests.client import Client
from tests.factories import NINE
from tests.statements import counted_statements
from tests.threads import at_once


def browse(app, token, method, path, *, csrf=""):
    """The status and the envelope of what a browser with this cookie asks the API for."""
    headers = {"Cookie": f"{CONSOLE_COOKIE}={token}", "X-CSRF-Token": csrf}
    # The jar of the test client would drop the header. A context of its own, as tests.client says.
    response = Context().run(
        app.test_client(use_cookies=False).open, f"/api/v1{path}", method=method, json={}, headers=headers
    )
    return response.status_code, response.json


@pytest.fixture
def manager(administrator):
    """The administrator with password and second factor, and their phone."""
    give_password(administrator)
    return administrator, give_factor(administrator)


@pytest.mark.parametrize(
    ("has_factor", "needs_factor", "must_change", "stage"),
    [
        (False, False, False, SessionStage.COMPLETE),
        (False, False, True, SessionStage.PASSWORD_CHANGE_NEEDED),
        (False, True, False, SessionStage.ENROLMENT_NEEDED),
        (False, True, True, SessionStage.ENROLMENT_NEEDED),
        (True, False, False, SessionStage.CODE_NEEDED),
        (True, True, False, SessionStage.CODE_NEEDED),
        (True, True, True, SessionStage.CODE_NEEDED),
    ],
)
def test_what_a_login_lacks_after_the_password(has_factor, needs_factor, must_change, stage):
    lacks = policies.first_stage(
        has_factor=has_factor, needs_factor=needs_factor, must_change_password=must_change
    )
    assert lacks is stage


def test_who_needs_no_second_factor_is_in_with_the_password(official, trail):
    give_password(official)

    login, actor = console_login(official)

    assert login.stage is SessionStage.COMPLETE
    assert actor.staff_no == "1001"
    assert actor.can(Permission.SELF)
    logged_in = trail.only("identity.logged_in")
    assert (logged_in.actor_id, logged_in.details) == (
        official.id,
        {"provider": "password", "kind": "console"},
    )
    assert login.token not in repr(login)
    db.session.rollback()
    assert db.session.scalars(select(LoginSession.token_hash)).one() == hash_token(login.token)


def test_a_manager_is_in_with_password_and_code(manager, trail):
    staff, phone = manager

    begun, pending = console_login(staff)
    assert begun.stage is SessionStage.CODE_NEEDED
    assert trail.events("identity.logged_in") == []
    done = services.enter_code(pending, code=phone.code())

    assert done.stage is SessionStage.COMPLETE
    assert console_actor(done.token).can(Permission.IDENTITY_MANAGE)
    assert trail.only("identity.login_continued").details["lacks"] == "code_needed"
    assert trail.only("identity.logged_in").actor_id == staff.id


def test_the_token_changes_when_the_login_goes_on(manager):
    staff, phone = manager
    begun, pending = console_login(staff)
    done = services.enter_code(pending, code=phone.code())
    assert done.token != begun.token
    assert services.authenticate(begun.token) is None
    assert services.authenticate(done.token).stage is SessionStage.COMPLETE
    assert session_count(staff) == 1


def test_a_wrong_code_leaves_the_login_where_it_was(manager, settings, trail):
    staff, phone = manager
    begun, pending = console_login(staff)
    for _ in range(settings.password_failures):
        with pytest.raises(SecondFactorWrong):
            services.enter_code(pending, code=phone.wrong_code())
    with pytest.raises(SecondFactorLocked):
        services.enter_code(pending, code=phone.code())
    assert services.authenticate(begun.token).stage is SessionStage.CODE_NEEDED
    assert len(trail.events("identity.second_factor_refused")) == settings.password_failures + 1


def test_a_new_login_is_no_way_around_the_lock(manager, settings):
    staff, phone = manager
    for _ in range(settings.password_failures):
        with pytest.raises(SecondFactorWrong):
            services.enter_code(console_login(staff)[1], code=phone.wrong_code())
    with pytest.raises(SecondFactorLocked):
        services.enter_code(console_login(staff)[1], code=phone.code())


def test_a_code_that_opened_one_session_opens_no_other(manager):
    staff, phone = manager
    first, second = console_login(staff)[1], console_login(staff)[1]
    code = phone.code()
    services.enter_code(first, code=code)
    with pytest.raises(SecondFactorUsed):
        services.enter_code(second, code=code)


def test_of_one_code_in_two_sessions_at_once_one_gets_in(manager, app):
    staff, phone = manager
    pending = [console_login(staff)[1] for _ in range(4)]
    code = phone.code()

    def enter(actor):
        with app.app_context():
            try:
                return services.enter_code(actor, code=code).stage
            except SecondFactorUsed as refusal:
                return refusal.code
            finally:
                db.session.remove()

    outcomes = at_once([lambda actor=actor: enter(actor) for actor in pending])
    assert outcomes.count(SessionStage.COMPLETE) == 1
    assert outcomes.count("identity.second_factor_used") == 3


def test_a_recovery_code_gets_in_without_the_phone(administrator):
    give_password(administrator)
    _, pending = console_login(administrator)
    phone = Phone(second_factor_services.begin_enrolment(pending).secret_text)
    codes = services.confirm_enrolment(pending, code=phone.code()).recovery_codes
    entered = services.enter_code(console_login(administrator)[1], code=codes[3])
    assert entered.stage is SessionStage.COMPLETE
    with pytest.raises(SecondFactorWrong):
        services.enter_code(console_login(administrator)[1], code=codes[3])


def test_a_manager_without_a_second_factor_sets_one_up_first(administrator, trail):
    give_password(administrator)
    begun, pending = console_login(administrator)
    assert begun.stage is SessionStage.ENROLMENT_NEEDED
    enrolment = second_factor_services.begin_enrolment(pending)
    phone = Phone(enrolment.secret_text)
    with pytest.raises(SecondFactorWrong):
        services.confirm_enrolment(pending, code=phone.wrong_code())
    assert services.authenticate(begun.token).stage is SessionStage.ENROLMENT_NEEDED

    enrolled = services.confirm_enrolment(pending, code=phone.code())

    assert enrolled.login.stage is SessionStage.COMPLETE
    assert len(enrolled.recovery_codes) == 10
    assert services.authenticate(begun.token) is None
    assert console_actor(enrolled.login.token).can(Permission.IDENTITY_MANAGE)
    assert console_login(administrator)[0].stage is SessionStage.CODE_NEEDED


def test_an_initial_password_is_changed_last(manager):
    staff, phone = manager
    give_password(staff, must_change=True)
    pending = console_login(staff)[1]
    coded = services.enter_code(pending, code=phone.code())
    assert coded.stage is SessionStage.PASSWORD_CHANGE_NEEDED
    changing = console_actor(coded.token)
    assert changing.grants == ()
    with pytest.raises(OldPasswordWrong):
        services.change_password(changing, old_password=OTHER_PASSWORD, new_password="Another-9!")
    with pytest.raises(WeakPassword):
        services.change_password(changing, old_password=GOOD_PASSWORD, new_password="short")

    done = services.change_password(changing, old_password=GOOD_PASSWORD, new_password=OTHER_PASSWORD)

    assert done.stage is SessionStage.COMPLETE
    assert services.authenticate(coded.token) is None
    assert services.authenticate(done.token).must_change_password is False
    assert services.log_in_console(staff_no="9001", password=OTHER_PASSWORD).stage is SessionStage.CODE_NEEDED


def test_no_step_is_taken_out_of_turn(manager, official):
    staff, phone = manager
    give_password(official)
    complete = console_login(official)[1]
    pending = console_login(staff)[1]
    for actor in (complete, pending):
        with pytest.raises(StageMismatch):
            services.confirm_enrolment(actor, code=phone.code())
        with pytest.raises(StageMismatch):
            services.change_password(actor, old_password=GOOD_PASSWORD, new_password=OTHER_PASSWORD)
    with pytest.raises(StageMismatch):
        services.enter_code(complete, code=phone.code())
    services.enter_code(pending, code=phone.code())
    with pytest.raises(StageMismatch):
        services.enter_code(pending, code=phone.code(steps=1))


# What an incomplete login reaches: nothing


def test_an_incomplete_login_has_no_grants_and_reaches_nothing(manager, app):
    staff, phone = manager
    _, pending = console_login(staff)
    assert pending.grants == ()
    assert not any(pending.can(permission) for permission in Permission)
    for call in (
        lambda: second_factor_services.prove_again(pending, code=phone.code()),
        lambda: second_factor_services.regenerate_recovery_codes(pending, code=phone.code()),
        lambda: second_factor_services.disable(pending, code=phone.code()),
        lambda: second_factor_services.confirm_enrolment(pending, code=phone.code()),
        lambda: second_factor_services.reset(pending, staff_id=staff.id),
        lambda: access_services.end_other_sessions(pending),
    ):
        with pytest.raises(Forbidden):
            call()
    with pytest.raises(EnrolmentElsewhere):
        second_factor_services.begin_enrolment(pending)


def test_no_endpoint_answers_an_incomplete_login(manager, app):
    staff, _ = manager
    begun, _ = console_login(staff)
    csrf = vault.sign("csrf", begun.token.encode())
    asked = 0
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if not rule.rule.startswith("/api/v1") or not isinstance(permission, Permission):
            continue
        dated = re.sub("<day:[^>]+>", "2026-11-23", rule.rule.removeprefix("/api/v1"))
        path = re.sub("<[^>]+>", "1", dated)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            status, answer = browse(app, begun.token, method, path, csrf=csrf)
            assert (status, answer["error"]) == (403, "identity.second_factor_required"), rule.rule
            asked += 1
    assert asked > 30


def test_a_login_that_is_not_completed_ends_after_ten_minutes(manager):
    begun, _ = console_login(manager[0])
    with clock.at(NINE + timedelta(minutes=policies.STAGE_MINUTES, seconds=-1)):
        assert services.authenticate(begun.token) is not None
    with clock.at(NINE + timedelta(minutes=policies.STAGE_MINUTES)):
        assert services.authenticate(begun.token) is None


# The life of a session


def test_one_is_logged_out_after_half_an_hour_without_a_request(official):
    give_password(official)
    login, _ = console_login(official)
    almost = timedelta(minutes=29, seconds=59)
    with clock.at(NINE + almost):
        assert services.authenticate(login.token) is not None
    with clock.at(NINE + almost + almost):
        assert services.authenticate(login.token) is not None
    with clock.at(NINE + almost + almost + timedelta(minutes=30)):
        assert services.authenticate(login.token) is None
        assert identity_services.forget_ended() == 1


def test_one_is_logged_out_after_twelve_hours_in_any_case(official, settings):
    give_password(official)
    login, _ = console_login(official)
    now, end = NINE, NINE + timedelta(minutes=settings.console_absolute_minutes)
    while (now := now + timedelta(minutes=20)) < end:
        with clock.at(now):
            assert services.authenticate(login.token) is not None
    with clock.at(end):
        assert services.authenticate(login.token) is None


def test_half_an_hour_ends_no_session_of_a_phone(compound, official):
    client = compound.client(official)
    with clock.at(NINE + timedelta(minutes=31)):
        assert identity_services.forget_ended() == 0
        assert client.get("/me").status == 200


def test_a_role_ends_the_session_and_asks_for_more_at_the_next_login(official, administrator, compound):
    give_password(official)
    login, _ = console_login(official)
    admin = identity_queries.find_session(hash_token(compound.client(administrator).token)).actor
    role_services.grant_role(
        admin, staff_id=official.id, role="canteen_manager", scope_kind=ScopeKind.COMPOUND
    )
    assert services.authenticate(login.token) is None
    assert console_login(official)[0].stage is SessionStage.ENROLMENT_NEEDED


def test_a_reset_ends_the_session_and_asks_for_another_factor(manager, official):
    staff, phone = manager
    done = services.enter_code(console_login(staff)[1], code=phone.code())
    second_factor_services.reset(SYSTEM, staff_id=staff.id)
    assert services.authenticate(done.token) is None
    assert console_login(staff)[0].stage is SessionStage.ENROLMENT_NEEDED


# Which token is good for what


def test_a_token_of_the_console_is_no_bearer_token(official, app):
    give_password(official)
    login, _ = console_login(official)
    refused = Client(app, login.token).get("/me")
    assert (refused.status, refused.error) == (401, "app.unauthenticated")
    assert browse(app, login.token, "GET", "/me")[1]["data"]["staff_no"] == "1001"
    assert identity_queries.find_session(hash_token(login.token)) is None
    assert identity_queries.find_session(hash_token(login.token), "key") is None


def test_a_token_of_the_api_is_no_cookie_of_the_console(compound, official, app):
    client = compound.client(official)
    assert services.authenticate(client.token) is None
    status, answer = browse(app, client.token, "GET", "/me")
    assert (status, answer["error"]) == (401, "app.unauthenticated")
    assert client.get("/me").status == 200


@pytest.mark.parametrize("token", ["", "nonsense", "0" * 43])
def test_what_is_no_token_is_nobodys(app, token):
    assert services.authenticate(token) is None


# The password


def test_a_wrong_password_and_an_unknown_number_are_told_alike_after_the_same_work(official, monkeypatch):
    give_password(official)
    worked = []
    matches = hashing.matches

    def counting(password_hash, password):
        worked.append(password_hash is not None)
        return matches(password_hash, password)

    monkeypatch.setattr(hashing, "matches", counting)
    sent = []
    for staff_no in ("1001", "8888"):
        with counted_statements() as statements, pytest.raises(BadCredentials):
            services.log_in_console(staff_no=staff_no, password=OTHER_PASSWORD)
        sent.append(statements)
    assert worked == [True, False]
    lengths = [len(statements) for statements in sent]
    # An unknown number has no attempt to count, and looks once more for a lock.
    assert abs(lengths[0] - lengths[1]) <= 1, sent


def test_wrong_passwords_lock_the_password_here_too(official, settings):
    give_password(official)
    for _ in range(settings.password_failures):
        with pytest.raises(BadCredentials):
            services.log_in_console(staff_no="1001", password=OTHER_PASSWORD)
    with pytest.raises(PasswordLocked):
        services.log_in_console(staff_no="1001", password=GOOD_PASSWORD)
    assert session_count(official) == 0


def test_the_suspended_do_not_get_in(official, trail):
    give_password(official)
    change(official, status=StaffStatus.SUSPENDED.value)
    with pytest.raises(NotActive):
        services.log_in_console(staff_no="1001", password=GOOD_PASSWORD)
    assert trail.only("identity.login_refused").details["reason"] == "identity.not_active"
    assert session_count(official) == 0


def test_a_request_of_the_console_reads_its_session_in_one_statement(official):
    give_password(official)
    login, _ = console_login(official)
    with counted_statements() as statements:
        found = services.authenticate(login.token, "key")
    assert found.kind is SessionKind.CONSOLE
    assert len(statements) == 1, statements


def test_the_code_before_this_one_is_left_no_session_that_it_would_mistake(compound, manager):
    staff, phone = manager
    compound.client(staff)
    console_login(staff)
    services.enter_code(console_login(staff)[1], code=phone.code())
    db.session.rollback()
    downgrade(revision="0012")
    downgrade(revision="-1")
    left = db.session.execute(text("SELECT provider FROM login_sessions")).all()
    db.session.rollback()
    assert [provider for (provider,) in left] == ["wechat_mp"]
    upgrade()
    kept = db.session.execute(text("SELECT kind, stage FROM login_sessions")).one()
    assert tuple(kept) == ("api", "complete")
