"""The second factor: codes, enrolment, recovery, lock, reset; and the API's login by password."""

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import orjson
import pytest
from sqlalchemy import select

from backend import clock, vault
from backend.actor import SYSTEM
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.errors import Forbidden
from backend.identity.errors import StaffNotFound
from backend.identity.models import LoginSession, RecoveryCode, SecondFactor, SessionStage
from backend.identity.policies import hash_token
from backend.identity.queries import find_session
from backend.identity.roster import services as roster_services
from backend.identity.second_factor import operations, policies, queries, services
from backend.identity.second_factor.errors import (
    EnrolmentElsewhere,
    EnrolmentNotBegun,
    NoSecondFactor,
    OwnSecondFactor,
    RecentProofRequired,
    SecondFactorCompulsory,
    SecondFactorExists,
    SecondFactorLocked,
    SecondFactorUsed,
    SecondFactorWrong,
)
from tests.backend.identity.people import (
    GOOD_PASSWORD,
    OTHER_PASSWORD,
    Phone,
    console_login,
    give_factor,
    give_password,
    password_login,
    session_count,
)
from tests.factories import NINE
from tests.threads import at_once


def verified(actor, code):
    """What `verify` makes of a code: the class of the refusal, or None."""
    refusal = atomic(operations.verify)(actor, code)
    return type(refusal) if refusal is not None else None


@pytest.fixture
def clerk(official):
    """The official in the console, without a second factor, which they need not have."""
    give_password(official)
    return console_login(official)[1]


@pytest.fixture
def holder(clerk, official):
    """The same, who has one: the actor and their phone."""
    return clerk, give_factor(official)


# Enrolment


def test_a_second_factor_is_set_up_in_the_console(clerk, official, trail):
    enrolment = services.begin_enrolment(clerk)
    address = urlsplit(enrolment.otpauth_uri)
    assert (address.scheme, address.netloc, unquote(address.path)) == ("otpauth", "totp", "/后勤通:1001")
    told = {name: values[0] for name, values in parse_qs(address.query).items()}
    secret = enrolment.secret_text.replace(" ", "")
    assert told == {
        "secret": secret,
        "issuer": "后勤通",
        "digits": "6",
        "period": "30",
        "algorithm": "SHA1",
    }
    assert enrolment.qr_svg.startswith("<svg ")
    assert "style" not in enrolment.qr_svg

    assert not queries.has_factor(official.id)
    codes = services.confirm_enrolment(clerk, code=Phone(enrolment.secret_text).code())

    db.session.rollback()
    view = queries.factor_of(SYSTEM, staff_id=official.id)
    assert (view.is_enrolled, view.confirmed_at, view.recovery_codes_left) == (True, NINE, 10)
    assert len(codes) == 10
    assert trail.only("identity.second_factor_enrolled").actor_id == official.id


def test_an_enrolment_counts_only_once_it_is_confirmed(clerk, official, trail):
    phone = Phone(services.begin_enrolment(clerk).secret_text)
    with pytest.raises(SecondFactorWrong):
        services.confirm_enrolment(clerk, code=phone.wrong_code())
    assert not queries.factor_of(SYSTEM, staff_id=official.id).is_enrolled
    assert verified(clerk, phone.code()) is NoSecondFactor
    assert console_login(official)[0].stage is SessionStage.COMPLETE
    assert trail.only("identity.second_factor_refused").details == {"reason": "identity.second_factor_wrong"}


def test_the_code_that_confirmed_logs_nobody_in(clerk):
    phone = Phone(services.begin_enrolment(clerk).secret_text)
    services.confirm_enrolment(clerk, code=phone.code())
    assert verified(clerk, phone.code()) is SecondFactorUsed
    assert verified(clerk, phone.code(steps=1)) is None


def test_a_session_is_shown_the_same_secret_again_and_another_one_another(clerk, official):
    first = services.begin_enrolment(clerk).secret_text
    assert services.begin_enrolment(clerk).secret_text == first

    other = console_login(official)[1]
    with pytest.raises(EnrolmentNotBegun):
        services.confirm_enrolment(clerk, code=Phone(first).code())
    second = services.begin_enrolment(other).secret_text
    assert second != first
    with pytest.raises(EnrolmentNotBegun):
        services.confirm_enrolment(clerk, code=Phone(second).code())
    with pytest.raises(SecondFactorWrong):
        services.confirm_enrolment(other, code=Phone(first).code())
    assert services.confirm_enrolment(other, code=Phone(second).code())


def test_a_session_of_the_api_sets_up_none(compound, official, clerk):
    from_the_phone = find_session_actor(compound.client(official).token)
    with pytest.raises(EnrolmentElsewhere):
        services.begin_enrolment(from_the_phone)
    with pytest.raises(EnrolmentElsewhere):
        services.confirm_enrolment(from_the_phone, code="123456")


def test_a_second_one_is_not_set_up_over_the_first(holder):
    actor, _ = holder
    with pytest.raises(SecondFactorExists):
        services.begin_enrolment(actor)
    with pytest.raises(SecondFactorExists):
        services.confirm_enrolment(actor, code="123456")


def test_enrolling_ends_the_sessions_that_were_opened_without_it(clerk, official, compound):
    phone_client = compound.client(official)
    phone = Phone(services.begin_enrolment(clerk).secret_text)
    services.confirm_enrolment(clerk, code=phone.code())
    assert phone_client.get("/me").status == 401
    assert session_count(official) == 1


def test_the_database_holds_neither_secret_nor_recovery_code(clerk, official):
    enrolment = services.begin_enrolment(clerk)
    secret = enrolment.secret_text.replace(" ", "")
    codes = services.confirm_enrolment(clerk, code=Phone(secret).code())
    db.session.rollback()
    factor = db.session.get_one(SecondFactor, official.id)
    assert vault.decrypt(factor.secret_cipher) == secret
    assert secret.encode() not in factor.secret_cipher
    kept = b"".join(db.session.scalars(select(RecoveryCode.code_hash)))
    assert not any(code.encode() in kept or code.replace("-", "").encode() in kept for code in codes)
    told = orjson.dumps([event.details for event in db.session.scalars(select(AuditEvent))]).decode()
    assert not any(word in told for word in (secret, Phone(secret).code(), *codes))
    assert secret not in repr(enrolment)
    assert enrolment.secret_text not in repr(enrolment)


# Codes


def test_a_code_is_accepted_once(holder, trail):
    actor, phone = holder
    code = phone.code()
    assert verified(actor, code) is None
    assert verified(actor, code) is SecondFactorUsed
    assert trail.only("identity.second_factor_accepted").actor_id == actor.staff_id
    assert trail.only("identity.second_factor_refused").details["reason"] == "identity.second_factor_used"


def test_no_code_from_before_the_last_one_is_accepted(holder):
    actor, phone = holder
    assert verified(actor, phone.code(steps=1)) is None
    assert verified(actor, phone.code()) is SecondFactorUsed
    assert verified(actor, phone.code(steps=-1)) is SecondFactorUsed
    with clock.at(NINE + timedelta(seconds=60)):
        assert verified(actor, phone.code()) is None


def test_of_one_code_twice_at_once_one_is_accepted(holder, app):
    actor, phone = holder
    code = phone.code()

    def enter():
        with app.app_context():
            try:
                return verified(actor, code)
            finally:
                db.session.remove()

    outcomes = at_once([enter] * 8)
    assert outcomes.count(None) == 1
    assert outcomes.count(SecondFactorUsed) == 7


def test_of_one_recovery_code_twice_at_once_one_is_accepted(holder, app, official):
    actor, _ = holder
    code = atomic(operations.replace_recovery_codes)(official.id)[0]

    def enter():
        with app.app_context():
            try:
                return verified(actor, code)
            finally:
                db.session.remove()

    outcomes = at_once([enter] * 4)
    assert sorted(outcomes, key=str) == sorted([None] + [SecondFactorWrong] * 3, key=str)


def test_guesses_at_once_pass_the_limit_no_more_than_one_by_one(holder, app, settings):
    actor, phone = holder
    wrong = phone.wrong_code()

    def guess():
        with app.app_context():
            try:
                return verified(actor, wrong)
            finally:
                db.session.remove()

    outcomes = at_once([guess] * 10)
    assert outcomes.count(SecondFactorWrong) == settings.password_failures
    assert outcomes.count(SecondFactorLocked) == 10 - settings.password_failures


def test_failures_in_a_row_lock_it_for_a_while_even_for_the_right_code(holder, settings, trail):
    actor, phone = holder
    for _ in range(settings.password_failures):
        assert verified(actor, phone.wrong_code()) is SecondFactorWrong
    locked = atomic(operations.verify)(actor, phone.code())
    assert isinstance(locked, SecondFactorLocked)
    assert locked.data == {"minutes": settings.password_lock_minutes}
    end = NINE + timedelta(minutes=settings.password_lock_minutes)
    with clock.at(end - timedelta(seconds=1)):
        assert verified(actor, phone.code()) is SecondFactorLocked
    with clock.at(end):
        assert verified(actor, phone.wrong_code()) is SecondFactorWrong
        assert verified(actor, phone.code()) is None
    reasons = [event.details["reason"] for event in trail.events("identity.second_factor_refused")]
    assert reasons.count("identity.second_factor_wrong") == settings.password_failures + 1
    assert reasons.count("identity.second_factor_locked") == 2


def test_a_right_code_forgives_the_failures_before_it(holder, settings):
    actor, phone = holder
    for _ in range(settings.password_failures - 1):
        verified(actor, phone.wrong_code())
    assert verified(actor, phone.code()) is None
    for _ in range(settings.password_failures - 1):
        verified(actor, phone.wrong_code())
    assert verified(actor, phone.code(steps=1)) is None


def test_a_recovery_code_serves_once(holder, official, trail):
    actor, _ = holder
    codes = atomic(operations.replace_recovery_codes)(official.id)
    assert verified(actor, codes[0].lower().replace("-", " ")) is None
    assert verified(actor, codes[0]) is SecondFactorWrong
    assert verified(actor, codes[1]) is None
    db.session.rollback()
    assert queries.factor_of(SYSTEM, staff_id=official.id).recovery_codes_left == 8
    assert len(trail.events("identity.recovery_code_used")) == 2


def test_a_recovery_code_is_nobody_elses(holder, compound, official):
    actor, _ = holder
    stranger = compound.staff("1002")
    give_factor(stranger)
    codes = atomic(operations.replace_recovery_codes)(stranger.id)
    assert verified(actor, codes[0]) is SecondFactorWrong


def test_a_recovery_code_helps_nobody_over_a_lock(holder, official, settings):
    actor, phone = holder
    codes = atomic(operations.replace_recovery_codes)(official.id)
    for _ in range(settings.password_failures):
        verified(actor, phone.wrong_code())
    assert verified(actor, codes[0]) is SecondFactorLocked


# What one does with one's own


def test_new_recovery_codes_replace_the_old_ones_for_a_code(holder, official):
    actor, phone = holder
    old = atomic(operations.replace_recovery_codes)(official.id)
    with pytest.raises(SecondFactorWrong):
        services.regenerate_recovery_codes(actor, code=phone.wrong_code())
    new = services.regenerate_recovery_codes(actor, code=phone.code())
    assert verified(actor, old[0]) is SecondFactorWrong
    assert verified(actor, new[0]) is None


def test_who_need_not_have_one_may_do_without_it(holder, official, trail):
    actor, phone = holder
    with pytest.raises(SecondFactorWrong):
        services.disable(actor, code=phone.wrong_code())
    assert queries.has_factor(official.id)
    services.disable(actor, code=phone.code())
    assert not queries.has_factor(official.id)
    assert console_login(official)[0].stage is SessionStage.COMPLETE
    assert trail.only("identity.second_factor_disabled").actor_id == official.id
    with pytest.raises(NoSecondFactor):
        services.disable(actor, code=phone.code(steps=1))


def test_who_must_have_one_keeps_it(compound, administrator):
    actor = find_session_actor(compound.client(administrator).token)
    phone = give_factor(administrator)
    with pytest.raises(SecondFactorCompulsory):
        services.disable(actor, code=phone.code())
    assert queries.has_factor(administrator.id)


def test_a_code_entered_again_vouches_for_some_minutes(holder):
    actor, phone = holder
    with pytest.raises(RecentProofRequired):
        queries.ensure_recent_proof(actor, NINE)
    with pytest.raises(SecondFactorWrong):
        services.prove_again(actor, code=phone.wrong_code())
    with pytest.raises(RecentProofRequired):
        queries.ensure_recent_proof(actor, NINE)
    services.prove_again(actor, code=phone.code())
    queries.ensure_recent_proof(actor, NINE + timedelta(minutes=policies.PROOF_MINUTES, seconds=-1))
    with pytest.raises(RecentProofRequired):
        queries.ensure_recent_proof(actor, NINE + timedelta(minutes=policies.PROOF_MINUTES))


# What an administrator does


def test_a_reset_takes_it_away_and_ends_the_sessions(holder, official, compound, administrator, trail):
    admin = find_session_actor(compound.client(administrator).token)
    services.reset(admin, staff_id=official.id)
    assert session_count(official) == 0
    assert not queries.factor_of(admin, staff_id=official.id).is_enrolled
    event = trail.only("identity.second_factor_reset")
    assert (event.actor_id, event.object_id) == (administrator.id, str(official.id))
    with pytest.raises(NoSecondFactor):
        services.reset(admin, staff_id=official.id)


def test_nobody_resets_their_own_and_no_other_may(compound, official, administrator):
    admin = find_session_actor(compound.client(administrator).token)
    stranger = find_session_actor(compound.client(official).token)
    give_factor(administrator)
    with pytest.raises(OwnSecondFactor):
        services.reset(admin, staff_id=administrator.id)
    with pytest.raises(Forbidden):
        services.reset(stranger, staff_id=administrator.id)
    with pytest.raises(Forbidden):
        queries.factor_of(stranger, staff_id=administrator.id)
    with pytest.raises(StaffNotFound):
        services.reset(admin, staff_id=999)
    assert queries.has_factor(administrator.id)


def test_whoever_leaves_takes_no_second_factor_along(holder, official):
    atomic(operations.replace_recovery_codes)(official.id)
    roster_services.leave(SYSTEM, staff_id=official.id)
    db.session.rollback()
    assert db.session.scalars(select(SecondFactor)).all() == []
    assert db.session.scalars(select(RecoveryCode)).all() == []


# The API's login by password


def test_who_has_one_needs_it_over_the_api_too(official, anonymous, trail):
    give_password(official)
    phone = give_factor(official)

    without = password_login(anonymous, "1001", GOOD_PASSWORD)
    wrong = password_login(anonymous, "1001", GOOD_PASSWORD, second_factor_code=phone.wrong_code())
    guessed = password_login(anonymous, "1001", OTHER_PASSWORD, second_factor_code=phone.code())

    assert (without.status, without.error) == (403, "identity.second_factor_required")
    assert (wrong.status, wrong.error) == (422, "identity.second_factor_wrong")
    assert (guessed.status, guessed.error) == (401, "identity.bad_credentials")
    assert session_count(official) == 0
    code = phone.code()
    assert password_login(anonymous, "1001", GOOD_PASSWORD, second_factor_code=code).data["token"]
    again = password_login(anonymous, "1001", GOOD_PASSWORD, second_factor_code=code)
    assert (again.status, again.error) == (422, "identity.second_factor_used")
    reasons = [event.details["reason"] for event in trail.events("identity.second_factor_refused")]
    assert reasons == [
        "identity.second_factor_required",
        "identity.second_factor_wrong",
        "identity.second_factor_used",
    ]


def test_the_api_locks_it_as_the_console_does(official, anonymous, settings):
    give_password(official)
    phone = give_factor(official)
    for _ in range(settings.password_failures):
        password_login(anonymous, "1001", GOOD_PASSWORD, second_factor_code=phone.wrong_code())
    locked = password_login(anonymous, "1001", GOOD_PASSWORD, second_factor_code=phone.code())
    assert (locked.status, locked.error) == (429, "identity.second_factor_locked")
    assert console_login(official)[0].stage is SessionStage.CODE_NEEDED


def test_who_needs_one_and_has_none_is_sent_to_the_console(administrator, official, anonymous, trail):
    give_password(administrator)
    give_password(official)
    refused = password_login(anonymous, "9001", GOOD_PASSWORD)
    assert (refused.status, refused.error) == (403, "identity.second_factor_enrolment_required")
    assert session_count(administrator) == 0
    assert trail.only("identity.second_factor_refused").actor_id == administrator.id
    assert password_login(anonymous, "1001", GOOD_PASSWORD).status == 200


def test_a_code_does_not_help_over_a_wrong_password_nor_lock_the_factor(official, anonymous, settings):
    give_password(official)
    phone = give_factor(official)
    for _ in range(settings.password_failures):
        password_login(anonymous, "1001", OTHER_PASSWORD, second_factor_code=phone.wrong_code())
    db.session.rollback()
    assert db.session.get_one(SecondFactor, official.id).failures == 0


def test_an_incomplete_session_of_the_api_would_reach_nothing(compound, administrator):
    client = compound.client(administrator)

    @atomic
    def set_back():
        db.session.query(LoginSession).one().stage = SessionStage.CODE_NEEDED.value

    set_back()
    for path in ("/me", "/me/sessions", "/admin/roles"):
        refused = client.get(path)
        assert (refused.status, refused.error) == (403, "identity.second_factor_required")
    assert client.post("/auth/logout").error == "identity.second_factor_required"


def find_session_actor(token):
    """Whom the API sees behind a token."""
    return find_session(hash_token(token)).actor
