"""Passwords over HTTP: login, lockout, age, change and reset."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import db
from backend.identity.models import PasswordCredential, StaffStatus
from backend.identity.passwords import hashing, policies, queries, services
from backend.identity.passwords.errors import WeakPassword
from tests.backend.identity.people import (
    GOOD_PASSWORD,
    OTHER_PASSWORD,
    as_client,
    change,
    give_factor,
    give_password,
    password_login,
    session_count,
)
from tests.factories import NINE
from tests.threads import at_once


def test_a_password_logs_in(official, anonymous, trail):
    give_password(official)

    answer = password_login(anonymous, "1001", GOOD_PASSWORD)

    assert answer.data["must_change_password"] is False
    assert as_client(anonymous, answer).get("/me").data["staff_no"] == "1001"
    assert trail.only("identity.logged_in").details == {"provider": "password"}


def test_a_staff_number_typed_on_a_wide_keyboard_is_the_same(official, anonymous):
    give_password(official)
    assert password_login(anonymous, "１００１", GOOD_PASSWORD).status == 200


def test_wrong_password_unknown_number_and_no_password_are_answered_alike(
    official, anonymous, compound, trail
):
    give_password(official)
    compound.staff("1002")

    answers = [
        password_login(anonymous, "1001", OTHER_PASSWORD),
        password_login(anonymous, "1002", OTHER_PASSWORD),
        password_login(anonymous, "nobody", OTHER_PASSWORD),
    ]

    told = [{**answer.envelope, "request_id": ""} for answer in answers]
    assert told[0] == told[1] == told[2]
    assert (answers[0].status, answers[0].error) == (401, "identity.bad_credentials")
    refusals = trail.events("identity.password_refused")
    assert [(r.object_id, r.details["reason"]) for r in refusals] == [
        (str(official.id), "wrong"),
        ("", "unknown"),
        ("", "unknown"),
    ]


def test_an_unknown_number_costs_one_verification_like_a_known_one(official, monkeypatch):
    give_password(official)
    verified = []
    monkeypatch.setattr(hashing, "_HASHER", _Counting(hashing._HASHER, verified))
    for staff_no in ("1001", "nobody"):
        with pytest.raises(services.BadCredentials):
            services.prove(staff_no=staff_no, password=OTHER_PASSWORD)
    assert len(verified) == 2
    assert not hashing.is_outdated(hashing.NOBODY)


class _Counting:
    """Notes each verification and passes it on."""

    def __init__(self, hasher, verified) -> None:
        self._hasher, self._verified = hasher, verified

    def verify(self, password_hash, password):
        self._verified.append(password_hash)
        return self._hasher.verify(password_hash, password)

    def check_needs_rehash(self, password_hash):
        return self._hasher.check_needs_rehash(password_hash)


def test_five_failures_lock_for_half_an_hour(official, anonymous, trail):
    give_password(official)
    for _ in range(5):
        assert password_login(anonymous, "1001", OTHER_PASSWORD).error == "identity.bad_credentials"

    locked = password_login(anonymous, "1001", GOOD_PASSWORD)

    assert (locked.status, locked.error) == (429, "identity.password_locked")
    assert locked.envelope["data"] == {"minutes": 30}
    assert "30 分钟" in locked.envelope["msg"]
    assert trail.events("identity.password_refused")[-1].details["reason"] == "locked"
    with clock.at(NINE + timedelta(minutes=29, seconds=59)):
        assert password_login(anonymous, "1001", GOOD_PASSWORD).envelope["data"] == {"minutes": 1}
    with clock.at(NINE + timedelta(minutes=30)):
        assert password_login(anonymous, "1001", GOOD_PASSWORD).status == 200


def test_after_a_lock_the_count_begins_anew(official, anonymous):
    give_password(official)
    for _ in range(5):
        password_login(anonymous, "1001", OTHER_PASSWORD)
    with clock.at(NINE + timedelta(minutes=30)):
        for _ in range(4):
            assert password_login(anonymous, "1001", OTHER_PASSWORD).error == "identity.bad_credentials"
        assert password_login(anonymous, "1001", GOOD_PASSWORD).status == 200


def test_a_right_password_forgives_the_failures_before(official, anonymous):
    give_password(official)
    for _ in range(2):
        for _ in range(4):
            assert password_login(anonymous, "1001", OTHER_PASSWORD).error == "identity.bad_credentials"
        assert password_login(anonymous, "1001", GOOD_PASSWORD).status == 200


def test_parallel_guesses_never_try_more_than_the_limit(official, anonymous, monkeypatch):
    give_password(official)
    verified = []
    monkeypatch.setattr(hashing, "_HASHER", _Counting(hashing._HASHER, verified))

    answers = at_once([lambda: password_login(anonymous, "1001", OTHER_PASSWORD)] * 12)

    assert len(verified) == 5
    assert sorted(answer.error for answer in answers) == (
        ["identity.bad_credentials"] * 5 + ["identity.password_locked"] * 7
    )


def test_a_suspended_member_of_staff_is_refused_only_with_the_right_password(official, anonymous):
    give_password(official)
    change(official, status=StaffStatus.SUSPENDED.value)
    assert password_login(anonymous, "1001", OTHER_PASSWORD).error == "identity.bad_credentials"
    assert password_login(anonymous, "1001", GOOD_PASSWORD).error == "identity.not_active"


def test_an_initial_password_must_be_changed_before_anything_else(official, anonymous, admin):
    reset = admin.post(f"/admin/staff/{official.id}/reset-password")
    answer = password_login(anonymous, "1001", reset.data["password"])
    client = as_client(anonymous, answer)

    assert answer.data["must_change_password"] is True
    assert client.get("/me").data["must_change_password"] is True
    assert client.get("/admin/roles").error == "app.forbidden"

    changed = client.put(
        "/me/password", {"old_password": reset.data["password"], "new_password": GOOD_PASSWORD}
    )
    assert changed.status == 200
    assert client.get("/me").data["must_change_password"] is False
    assert password_login(anonymous, "1001", GOOD_PASSWORD).data["must_change_password"] is False


def test_who_must_change_the_password_can_do_nothing_else(administrator, anonymous):
    give_password(administrator, must_change=True)
    code = give_factor(administrator).code()
    login = password_login(anonymous, "9001", GOOD_PASSWORD, second_factor_code=code)
    client = as_client(anonymous, login)

    refused = [client.get("/admin/roles"), client.get("/admin/staff/export")]
    assert [answer.error for answer in refused] == ["identity.password_change_required"] * 2

    client.put("/me/password", {"old_password": GOOD_PASSWORD, "new_password": OTHER_PASSWORD})
    assert client.get("/admin/roles").status == 200


def test_an_old_password_must_be_changed(official, anonymous, settings):
    give_password(official)
    age = timedelta(days=settings.password_days)
    with clock.at(NINE + age - timedelta(seconds=1)):
        assert password_login(anonymous, "1001", GOOD_PASSWORD).data["must_change_password"] is False
    with clock.at(NINE + age):
        answer = password_login(anonymous, "1001", GOOD_PASSWORD)
        assert answer.data["must_change_password"] is True
        client = as_client(anonymous, answer)
        client.put("/me/password", {"old_password": GOOD_PASSWORD, "new_password": OTHER_PASSWORD})
        assert password_login(anonymous, "1001", OTHER_PASSWORD).data["must_change_password"] is False


def test_changing_the_password_ends_the_other_sessions(official, anonymous, compound, trail):
    give_password(official)
    mine, other = compound.client(official), compound.client(official)

    answer = mine.put("/me/password", {"old_password": GOOD_PASSWORD, "new_password": OTHER_PASSWORD})

    assert answer.status == 200
    assert (mine.get("/me").status, other.get("/me").status) == (200, 401)
    assert password_login(anonymous, "1001", GOOD_PASSWORD).status == 401
    assert password_login(anonymous, "1001", OTHER_PASSWORD).status == 200
    assert trail.only("identity.password_changed").actor_id == official.id


@pytest.mark.parametrize(
    ("old", "new", "status", "error"),
    [
        (OTHER_PASSWORD, "Another-9", 422, "identity.old_password_wrong"),
        (GOOD_PASSWORD, GOOD_PASSWORD, 422, "identity.password_unchanged"),
        (GOOD_PASSWORD, "short-9A", 200, ""),
        (GOOD_PASSWORD, "shor-9A", 422, "identity.weak_password"),
        (GOOD_PASSWORD, "only-small-letters", 422, "identity.weak_password"),
        (GOOD_PASSWORD, "Houqin-1001", 422, "identity.weak_password"),
        (GOOD_PASSWORD, "x" * 129, 422, "app.invalid"),
    ],
)
def test_what_a_password_may_be_changed_to(official, compound, old, new, status, error):
    give_password(official)
    client = compound.client(official)
    answer = client.put("/me/password", {"old_password": old, "new_password": new})
    assert answer.status == status
    assert not error or answer.error == error


def test_guessing_the_old_password_in_a_stolen_session_locks_too(official, compound):
    give_password(official)
    thief = compound.client(official)
    guess = {"old_password": OTHER_PASSWORD, "new_password": "Thief-2026"}
    errors = [thief.put("/me/password", guess).error for _ in range(6)]
    assert errors == ["identity.old_password_wrong"] * 5 + ["identity.password_locked"]


def test_whoever_has_no_password_cannot_change_it(official, compound):
    client = compound.client(official)
    answer = client.put("/me/password", {"old_password": "x", "new_password": GOOD_PASSWORD})
    assert (answer.status, answer.error) == (409, "identity.no_password")


def test_a_reset_tells_a_password_once_ends_sessions_and_opens_a_lock(
    official, anonymous, admin, compound, trail
):
    give_password(official)
    client = compound.client(official)
    for _ in range(5):
        password_login(anonymous, "1001", OTHER_PASSWORD)

    first = admin.post(f"/admin/staff/{official.id}/reset-password", key="same")
    second = admin.post(f"/admin/staff/{official.id}/reset-password", key="same")

    assert first.data["must_change"] is True
    assert first.data["password"] != second.data["password"]
    policies.ensure_acceptable(second.data["password"], "1001")
    assert client.get("/me").status == 401
    assert password_login(anonymous, "1001", first.data["password"]).status == 401
    assert password_login(anonymous, "1001", second.data["password"]).status == 200
    assert len(trail.events("identity.password_set")) == 3


def test_an_initial_password_is_nowhere_in_the_database(official, admin, settings):
    password = admin.post(f"/admin/staff/{official.id}/reset-password", key="once").data["password"]
    if settings.is_sqlite:
        kept = b"".join(path.read_bytes() for path in settings.data_dir.glob("houqin.db*"))
        assert password.encode() not in kept
    db.session.rollback()
    assert db.session.query(PasswordCredential).one().password_hash.startswith("$argon2id$")


def test_a_password_is_reset_for_the_active_alone(official, admin, compound):
    change(official, status=StaffStatus.LEFT.value)
    assert admin.post(f"/admin/staff/{official.id}/reset-password").error == "identity.staff_not_active"
    assert admin.post("/admin/staff/999/reset-password").error == "identity.staff_not_found"
    stranger = compound.client(compound.staff("1002"))
    assert stranger.post(f"/admin/staff/{official.id}/reset-password").error == "app.forbidden"


def test_a_password_that_was_replaced_while_it_was_verified_does_not_log_in(official, anonymous, monkeypatch):
    give_password(official)
    matches = hashing.matches

    def replaced_meanwhile(password_hash, password):
        monkeypatch.setattr(hashing, "matches", matches)
        give_password(official, OTHER_PASSWORD)
        return matches(password_hash, password)

    monkeypatch.setattr(hashing, "matches", replaced_meanwhile)

    assert password_login(anonymous, "1001", GOOD_PASSWORD).error == "identity.bad_credentials"
    assert session_count(official) == 0


def test_a_hash_with_weaker_parameters_is_renewed_at_the_next_login(official, anonymous, monkeypatch):
    weaker = hashing.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with monkeypatch.context() as patch:
        patch.setattr(hashing, "_HASHER", weaker)
        give_password(official)
    assert hashing.is_outdated(queries.find_credential("1001").password_hash)

    assert password_login(anonymous, "1001", GOOD_PASSWORD).status == 200

    db.session.rollback()
    assert not hashing.is_outdated(queries.find_credential("1001").password_hash)
    assert password_login(anonymous, "1001", GOOD_PASSWORD).status == 200


@pytest.mark.parametrize(
    "password", ["Houqin-2026", "houqin-2026", "HOUQIN2026a", "密码Houqin26", "A" * 125 + "b1-"]
)
def test_passwords_that_are_good_enough(password):
    policies.ensure_acceptable(password, "1001")


@pytest.mark.parametrize(
    "password", ["", "Ab1-", "houqin2026", "HOUQIN2026", "Houqin-T01x", "houqin-t01X9", "A" * 126 + "b1-"]
)
def test_passwords_that_are_too_easy(password):
    with pytest.raises(WeakPassword):
        policies.ensure_acceptable(password, "T01")
