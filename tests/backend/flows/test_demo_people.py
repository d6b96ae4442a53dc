"""Who there is in the demo: bound, with the roles and the second factors that are published, and sealed."""

from backend import vault
from backend.flows.demo import DEMO_PASSWORD, FIXED_ACCOUNTS, DemoReport, demo_code
from backend.flows.demo.organisation import EMPLOYED
from backend.identity import policies as identity_policies
from backend.identity.console import services as console_services
from backend.identity.models import SessionStage
from backend.identity.passwords import hashing
from backend.identity.second_factor import policies as second_factor_policies
from backend.wechat.simulator.people import openid_of
from tests.backend.flows.demo_house import NOON, WEDNESDAY, appid, one, rows


def test_everybody_is_bound_and_the_fixed_accounts_have_role_and_password(demo: DemoReport) -> None:
    bound = dict(
        rows(
            "SELECT s.staff_no, e.subject FROM staff s JOIN external_identities e ON e.staff_id = s.id"
            " WHERE e.provider = 'wechat_mp' AND e.tenant = :appid",
            appid=appid(),
        )
    )
    assert bound == {
        staff_no: openid_of(appid(), staff_no) for (staff_no,) in rows("SELECT staff_no FROM staff")
    }
    granted = rows(
        "SELECT s.staff_no, r.code, g.scope_kind, g.scope_id FROM staff s"
        " JOIN role_grants g ON g.staff_id = s.id"
        " JOIN roles r ON r.id = g.role_id ORDER BY 1"
    )
    assert granted == [(account.staff_no, account.role, *account.scope) for account in sorted(EMPLOYED)]
    assert [row for row in granted if row[2:] != ("compound", 0)] == [
        ("9701", "unit_reporter", "unit", 4),
        ("9801", "contractor_manager", "contractor", 1),
    ]
    with_password = rows(
        "SELECT s.staff_no, p.must_change, p.password_hash FROM staff s"
        " JOIN password_credentials p ON p.staff_id = s.id ORDER BY 1"
    )
    assert [row[0] for row in with_password] == [account.staff_no for account in FIXED_ACCOUNTS]
    assert not any(must_change for _, must_change, _ in with_password)
    assert hashing.matches(with_password[0][2], DEMO_PASSWORD)
    assert not hashing.matches(with_password[0][2], DEMO_PASSWORD + "!")
    assert not hashing.is_outdated(with_password[0][2])


def test_the_fixed_accounts_that_need_a_second_factor_have_the_published_one(demo: DemoReport) -> None:
    with_factor = rows(
        "SELECT s.staff_no, f.secret_cipher FROM staff s JOIN second_factors f ON f.staff_id = s.id"
        " WHERE f.confirmed_at IS NOT NULL ORDER BY 1"
    )
    assert [staff_no for staff_no, _ in with_factor] == [
        *("9001", "9101", "9103", "9105", "9202", "9303", "9304", "9401", "9403", "9501", "9601"),
        *("9605", "9606"),
    ]
    for _, cipher in with_factor:
        assert second_factor_policies.code_at(vault.decrypt(bytes(cipher)), NOON) == demo_code(NOON)
    login = console_services.log_in_console(staff_no="9101", password=DEMO_PASSWORD)
    assert login.stage is SessionStage.CODE_NEEDED
    found = console_services.authenticate(login.token)
    assert console_services.enter_code(found.actor, code=demo_code()).stage is SessionStage.COMPLETE


def test_personal_data_is_valid_sealed_and_findable(demo: DemoReport) -> None:
    sealed = rows("SELECT staff_no, phone_cipher, phone_hash, id_no_cipher, id_no_hash FROM staff")
    phones, id_numbers = set(), set()
    for _, phone_cipher, phone_hash, id_cipher, id_hash in sealed:
        phone = vault.decrypt(bytes(phone_cipher))
        assert identity_policies.is_mobile(phone)
        assert bytes(phone_hash) == vault.keyed_hash(phone)
        phones.add(phone)
        if id_cipher is not None:
            id_no = vault.decrypt(bytes(id_cipher))
            assert identity_policies.is_id_no(id_no, WEDNESDAY)
            assert bytes(id_hash) == vault.keyed_hash(id_no)
            id_numbers.add(id_no)
    assert len(phones) == len(sealed)
    assert 0 < len(id_numbers) < len(sealed)
    assert one("SELECT count(DISTINCT card_no) FROM staff") == len(sealed)
