"""The rules of the second factor: codes, recovery codes, and who must have one."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from backend.actor import Actor, Grant, Permission, ScopeKind
from backend.identity.second_factor import policies
from tests.factories import NINE

# RFC 6238, appendix B: the secret of the SHA-1 vectors, and the last six of their eight digits.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]

# What is held without a second factor. Whoever adds a permission decides here or in `policies.PRIVILEGED`.
ORDINARY = {
    Permission.SELF,
    Permission.IDENTITY_READ,
    Permission.CANTEEN_ORDER,
    Permission.CANTEEN_VERIFY,
    Permission.CANTEEN_READ,
    Permission.FIGURES_READ,
    Permission.WASTE_RECORD,
    Permission.EVALUATION_INSPECT,
    Permission.EVALUATION_REPORT,
    Permission.JOBS_READ,
    Permission.PROPERTY_READ,
    Permission.ORDERS_DISPATCH,
    Permission.ORDERS_HANDLE,
    Permission.ORDERS_VERIFY,
    Permission.INSPECTIONS_PERFORM,
    Permission.CONTRACTORS_READ,
    Permission.CONTRACTORS_ANSWER,
    Permission.FEEDBACK_READ,
    Permission.MEETINGS_READ,
    Permission.MEETINGS_APPROVE,
    Permission.MEETINGS_SERVE,
    Permission.PRODUCTION_RECORD,
    Permission.PURCHASING_READ,
    Permission.STOCK_RECORD,
    Permission.SAFETY_READ,
    Permission.SAFETY_RECORD,
    Permission.REPORTS_TRIAGE,
    Permission.REPORTS_HANDLE,
    Permission.REPORTS_VISIT,
}


@pytest.mark.parametrize(("seconds", "code"), RFC_VECTORS)
def test_the_vectors_of_the_rfc_hold(seconds, code):
    instant = datetime.fromtimestamp(seconds, UTC)
    assert policies.code_at(RFC_SECRET, instant) == code
    assert policies.matching_step(RFC_SECRET, code, instant) == seconds // 30


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_holds_for_one_step_before_and_after(steps, fits):
    code = policies.code_at(RFC_SECRET, NINE + timedelta(seconds=30 * steps))
    found = policies.matching_step(RFC_SECRET, code, NINE)
    assert found == (policies.step_at(NINE) + steps if fits else None)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(" 123 456 ", "123456"), ("１２３４５６", "123456"), ("abcde-23456", "ABCDE23456"), ("", "")],
)
def test_a_code_is_read_as_people_type_it(typed, meant):
    assert policies.normalise_code(typed) == meant


@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "١٢٣٤٥٦", ""])
def test_what_has_not_the_shape_of_a_code_is_none(code):
    assert not policies.is_totp(code)


def test_every_permission_is_privileged_or_ordinary():
    assert set(Permission) == policies.PRIVILEGED | ORDINARY
    assert not policies.PRIVILEGED & ORDINARY


@pytest.mark.parametrize("permission", sorted(Permission))
def test_who_holds_a_privileged_permission_needs_a_second_factor(permission):
    scoped = Grant(frozenset({Permission.SELF, permission}), ScopeKind.CANTEEN, 3)
    actor = Actor(1, "1", "x", 0, 1, (scoped,))
    assert policies.needs_second_factor(actor) == (permission in policies.PRIVILEGED)


def test_a_secret_is_fresh_and_long_enough():
    first, second = policies.new_secret(), policies.new_secret()
    assert first != second
    assert len(base64.b32decode(first)) == 20


def test_recovery_codes_are_ten_different_legible_ones():
    codes = policies.new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(code) == 11 and code[5] == "-" for code in codes)
    assert not set("".join(codes)) & set("0O1IL")
