"""Binding an unknown account: by phone, or by staff number and name with an administrator."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend import clock, vault
from backend.actor import ScopeKind
from backend.db import db
from backend.identity.models import BindRequest, BindTicket, ExternalIdentity, StaffStatus
from backend.wechat.client import WechatClient
from tests.backend.identity.people import as_client, bind, change, session_count, wechat_login
from tests.factories import NINE
from tests.threads import at_once

PHONE = "13800000001"


@pytest.fixture
def ticket(official, anonymous, simulator):
    """The bind ticket of the simulator's 1001, whose phone is that of the official."""
    return wechat_login(anonymous, simulator.code("1001")).data["bind_ticket"]


def by_phone(client, ticket, phone_code):
    return client.post("/auth/bind", {"bind_ticket": ticket, "phone_code": phone_code})


def by_name(client, ticket, staff_no="1001", name="王建国"):
    return client.post("/auth/bind", {"bind_ticket": ticket, "staff_no": staff_no, "name": name})


def ticket_of(client, simulator, staff_no):
    return wechat_login(client, simulator.code(staff_no)).data["bind_ticket"]


def bound_count():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ExternalIdentity))


# By phone


def test_a_phone_of_exactly_one_active_row_binds_and_logs_in(official, anonymous, simulator, ticket, trail):
    answer = by_phone(anonymous, ticket, simulator.phone_code("1001"))

    assert answer.data["user"]["staff_no"] == "1001"
    assert as_client(anonymous, answer).get("/me").status == 200
    assert "token" in wechat_login(anonymous, simulator.code("1001")).data
    event_ = trail.only("identity.bound")
    assert (event_.object_id, event_.details) == (
        str(official.id),
        {"provider": "wechat_mp", "sessions_ended": 0},
    )


def test_a_ticket_binds_once(anonymous, simulator, ticket):
    assert by_phone(anonymous, ticket, simulator.phone_code("1001")).status == 200
    again = by_phone(anonymous, ticket, simulator.phone_code("1001"))
    assert (again.status, again.error) == (410, "identity.bind_ticket_expired")


def test_a_ticket_expires_after_ten_minutes(anonymous, simulator, ticket):
    with clock.at(NINE + timedelta(minutes=9, seconds=59)):
        assert by_phone(anonymous, ticket, "no such code").error == "wechat.phone_code_invalid"
    with clock.at(NINE + timedelta(minutes=10)):
        expired = by_phone(anonymous, ticket, simulator.phone_code("1001"))
        assert (expired.status, expired.error) == (410, "identity.bind_ticket_expired")
        assert by_name(anonymous, ticket).error == "identity.bind_ticket_expired"
    assert bound_count() == 0


def test_a_made_up_ticket_is_gone(official, anonymous, simulator):
    assert by_phone(anonymous, "made-up", simulator.phone_code("1001")).status == 410


def test_a_ticket_may_be_tried_five_times(official, anonymous, simulator, ticket):
    for _ in range(3):
        assert by_phone(anonymous, ticket, "no such code").error == "wechat.phone_code_invalid"
    for _ in range(2):
        assert by_name(anonymous, ticket, name="王大").status == 200

    for answer in (by_phone(anonymous, ticket, simulator.phone_code("1001")), by_name(anonymous, ticket)):
        assert (answer.status, answer.error) == (429, "identity.too_many_bind_attempts")
    assert bound_count() == 0


def test_parallel_attempts_are_all_counted(official, anonymous, ticket):
    answers = at_once([lambda: by_name(anonymous, ticket, name="王大")] * 9)
    assert sorted(answer.status for answer in answers) == [200] * 5 + [429] * 4


def test_a_phone_code_serves_once_and_is_no_login_code(official, anonymous, simulator, ticket):
    phone_code = simulator.phone_code("1001")
    assert by_phone(anonymous, ticket, simulator.code("1001")).error == "wechat.phone_code_invalid"
    assert by_phone(anonymous, ticket, phone_code).status == 200
    other = ticket_of(anonymous, simulator, "1002")
    assert by_phone(anonymous, other, phone_code).error == "wechat.phone_code_invalid"


def test_the_phone_code_of_another_person_does_not_bind(official, anonymous, simulator, trail):
    thief = ticket_of(anonymous, simulator, "1002")
    answer = by_phone(anonymous, thief, simulator.phone_code("1001"))
    assert (answer.status, answer.error) == (422, "wechat.phone_code_invalid")
    assert bound_count() == 0
    assert trail.only("identity.bind_refused").details == {"reason": "wechat.phone_code_invalid"}


def test_a_phone_that_is_on_no_row_binds_nobody(official, anonymous, simulator, ticket, trail):
    answer = by_phone(anonymous, ticket, simulator.phone_code("1001", phone="13899999999"))
    assert (answer.status, answer.error) == (404, "identity.phone_not_on_roster")
    assert trail.only("identity.bind_refused").details == {"reason": "identity.phone_not_on_roster"}
    assert by_phone(anonymous, ticket, simulator.phone_code("1001")).status == 200


def test_a_foreign_phone_with_the_same_digits_binds_nobody(official, anonymous, simulator, ticket):
    answer = by_phone(anonymous, ticket, simulator.phone_code("1001", country="49"))
    assert answer.error == "identity.phone_not_on_roster"


def test_a_phone_of_two_rows_binds_nobody(official, anonymous, compound, simulator, ticket):
    twin = compound.staff("1002", phone_hash=vault.keyed_hash(PHONE), phone_cipher=vault.encrypt(PHONE))

    answer = by_phone(anonymous, ticket, simulator.phone_code("1001"))

    assert (answer.status, answer.error) == (409, "identity.phone_ambiguous")
    assert bound_count() == 0
    change(twin, status=StaffStatus.LEFT.value)
    assert by_phone(anonymous, ticket, simulator.phone_code("1001")).status == 200


@pytest.mark.parametrize("status", [StaffStatus.SUSPENDED, StaffStatus.LEFT])
def test_the_phone_of_who_is_not_active_binds_nobody(official, anonymous, simulator, ticket, status):
    change(official, status=status.value)
    answer = by_phone(anonymous, ticket, simulator.phone_code("1001"))
    assert answer.error == "identity.phone_not_on_roster"


def test_wechat_out_of_reach_is_no_refusal_in_the_trail(official, anonymous, simulator, ticket, trail):
    simulator.fail("/wxa/business/getuserphonenumber", errcode=-1, times=3)
    assert by_phone(anonymous, ticket, simulator.phone_code("1001")).status == 503
    assert trail.events("identity.bind_refused") == []
    assert by_phone(anonymous, ticket, simulator.phone_code("1001")).status == 200


def test_another_account_replaces_the_first_and_ends_its_sessions(official, anonymous, simulator, trail):
    bind(official, simulator)
    old = as_client(anonymous, wechat_login(anonymous, simulator.code("1001")))
    new_ticket = ticket_of(anonymous, simulator, "1002")

    answer = by_phone(anonymous, new_ticket, simulator.phone_code("1002", phone=PHONE))

    assert answer.data["user"]["staff_no"] == "1001"
    assert old.get("/me").status == 401
    assert as_client(anonymous, answer).get("/me").status == 200
    assert "bind_ticket" in wechat_login(anonymous, simulator.code("1001")).data
    assert (bound_count(), session_count(official)) == (1, 1)
    assert trail.only("identity.rebound").details == {"provider": "wechat_mp", "sessions_ended": 1}


def test_an_account_is_never_bound_to_two(official, anonymous, compound, simulator, ticket):
    other_phone = "13900000002"
    other = compound.staff(
        "1002", phone_hash=vault.keyed_hash(other_phone), phone_cipher=vault.encrypt(other_phone)
    )
    second_ticket = ticket_of(anonymous, simulator, "1001")
    assert by_phone(anonymous, ticket, simulator.phone_code("1001")).status == 200

    answer = by_phone(anonymous, second_ticket, simulator.phone_code("1001", phone=other_phone))

    assert (answer.status, answer.error) == (409, "identity.account_taken")
    assert session_count(other) == 0


def test_two_tickets_of_one_account_at_once_bind_one_member_of_staff(
    official, anonymous, compound, simulator, ticket
):
    other_phone = "13900000002"
    compound.staff("1002", phone_hash=vault.keyed_hash(other_phone), phone_cipher=vault.encrypt(other_phone))
    tickets = [ticket, ticket_of(anonymous, simulator, "1001")]
    codes = [simulator.phone_code("1001"), simulator.phone_code("1001", phone=other_phone)]

    answers = at_once(
        [
            lambda: by_phone(anonymous, tickets[0], codes[0]),
            lambda: by_phone(anonymous, tickets[1], codes[1]),
        ]
    )

    assert sorted(answer.status for answer in answers) == [200, 409]
    assert bound_count() == 1


def test_one_ticket_used_twice_at_once_binds_once(official, anonymous, simulator, ticket):
    codes = [simulator.phone_code("1001") for _ in range(3)]
    answers = at_once([lambda code=code: by_phone(anonymous, ticket, code) for code in codes])
    assert sorted(answer.status for answer in answers) == [200, 410, 410]
    assert session_count(official) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"name": "王建国"},
        {"staff_no": "1001"},
        {"staff_no": "1001", "name": " "},
        {"staff_no": "1001", "name": "王建国", "phone_code": "x"},
        {"phone_code": ""},
        {},
    ],
)
def test_neither_a_name_nor_a_number_alone_binds(anonymous, ticket, body):
    answer = anonymous.post("/auth/bind", {"bind_ticket": ticket, **body})
    assert (answer.status, answer.error) == (422, "app.invalid")
    db.session.rollback()
    assert db.session.query(BindTicket).one().attempts == 0


# By number and name, with an administrator


def pending(client):
    return client.get("/admin/bind-requests", state="pending").data["list"]


def test_number_and_name_ask_an_administrator(official, anonymous, admin, simulator, ticket, trail):
    asked = by_name(anonymous, ticket, name="王 建国")
    (request,) = pending(admin)

    assert set(asked.data) == {"request_id", "state"}
    assert asked.data["state"] == "pending"
    assert request["reference"] == asked.data["request_id"]
    assert (request["staff_no"], request["name"], request["department"]) == (
        "1001",
        "王建国",
        "办公厅/综合处",
    )
    assert request["is_rebinding"] is False
    assert "bind_ticket" in wechat_login(anonymous, simulator.code("1001")).data

    approved = admin.post(f"/admin/bind-requests/{request['id']}/approve")

    assert approved.data["state"] == "approved"
    assert "token" in wechat_login(anonymous, simulator.code("1001")).data
    assert pending(admin) == []
    assert trail.only("identity.bind_requested").details == {"staff_id": official.id}
    assert trail.only("identity.bind_approved").details == {"staff_id": official.id}
    assert trail.only("identity.bound").actor_name == "李敏"


@pytest.mark.parametrize(
    ("staff_no", "name"), [("1001", "王大国"), ("1002", "王建国"), ("9999", "无名"), ("1001", "%")]
)
def test_the_answer_does_not_tell_whether_anybody_matches(
    official, anonymous, admin, ticket, trail, staff_no, name
):
    missed = by_name(anonymous, ticket, staff_no, name)
    assert pending(admin) == []
    assert trail.only("identity.bind_refused").details == {"reason": "no_match"}

    matched = by_name(anonymous, ticket)
    assert len(pending(admin)) == 1
    assert missed.data == matched.data


@pytest.mark.parametrize("status", [StaffStatus.SUSPENDED, StaffStatus.LEFT])
def test_who_is_not_active_gets_no_request_either(official, anonymous, admin, ticket, status):
    change(official, status=status.value)
    assert by_name(anonymous, ticket).data["state"] == "pending"
    assert pending(admin) == []


def test_an_account_has_one_pending_request_which_never_turns_to_another(
    official, anonymous, admin, compound, ticket
):
    compound.staff("1002", name="李四")
    by_name(anonymous, ticket)
    by_name(anonymous, ticket)
    by_name(anonymous, ticket, "1002", "李四")
    (request,) = pending(admin)
    assert request["staff_no"] == "1001"


def test_a_rejected_request_binds_nobody_and_may_be_asked_again(
    official, anonymous, admin, simulator, ticket, trail
):
    by_name(anonymous, ticket)
    request = pending(admin)[0]

    assert admin.post(f"/admin/bind-requests/{request['id']}/reject").data["state"] == "rejected"

    late = admin.post(f"/admin/bind-requests/{request['id']}/approve")
    assert (late.status, late.error) == (409, "identity.bind_request_decided")
    assert bound_count() == 0
    assert trail.only("identity.bind_rejected").actor_name == "李敏"
    by_name(anonymous, ticket)
    assert len(pending(admin)) == 1
    assert admin.get("/admin/bind-requests").data["total"] == 2


def test_an_approval_checks_again(official, anonymous, admin, ticket):
    by_name(anonymous, ticket)
    request = pending(admin)[0]
    change(official, status=StaffStatus.SUSPENDED.value)

    refused = admin.post(f"/admin/bind-requests/{request['id']}/approve")

    assert (refused.status, refused.error) == (409, "identity.staff_not_active")
    assert len(pending(admin)) == 1
    change(official, status=StaffStatus.ACTIVE.value)
    assert admin.post(f"/admin/bind-requests/{request['id']}/approve").status == 200


def test_an_account_that_was_bound_meanwhile_has_no_request_left(
    official, anonymous, admin, simulator, ticket
):
    by_name(anonymous, ticket)
    assert by_phone(anonymous, ticket, simulator.phone_code("1001")).status == 200
    assert pending(admin) == []


def test_an_approval_replaces_the_first_account(official, anonymous, admin, simulator, trail):
    bind(official, simulator)
    old = as_client(anonymous, wechat_login(anonymous, simulator.code("1001")))
    by_name(anonymous, ticket_of(anonymous, simulator, "1002"))
    (request,) = pending(admin)
    assert request["is_rebinding"] is True

    assert admin.post(f"/admin/bind-requests/{request['id']}/approve").status == 200

    assert old.get("/me").status == 401
    assert "bind_ticket" in wechat_login(anonymous, simulator.code("1001")).data
    assert wechat_login(anonymous, simulator.code("1002")).data["user"]["staff_no"] == "1001"
    assert trail.only("identity.rebound").details["sessions_ended"] == 1


def test_of_two_administrators_at_once_one_decides(official, anonymous, admin, compound, ticket, trail):
    by_name(anonymous, ticket)
    request = pending(admin)[0]
    second = compound.client(compound.staff("9002", roles={"administrator": (ScopeKind.COMPOUND, 0)}))

    answers = at_once(
        [
            lambda: admin.post(f"/admin/bind-requests/{request['id']}/approve"),
            lambda: second.post(f"/admin/bind-requests/{request['id']}/reject"),
        ]
    )

    assert sorted(answer.status for answer in answers) == [200, 409]
    state = next(answer for answer in answers if answer.status == 200).data["state"]
    assert bound_count() == (1 if state == "approved" else 0)
    assert len(trail.events("identity.bind_approved") + trail.events("identity.bind_rejected")) == 1
    db.session.rollback()
    assert db.session.query(BindRequest).one().state == state


def test_a_repeated_approval_under_its_key_answers_the_same(official, anonymous, admin, ticket):
    by_name(anonymous, ticket)
    path = f"/admin/bind-requests/{pending(admin)[0]['id']}/approve"
    first, second = admin.post(path, key="once"), admin.post(path, key="once")
    assert (first.status, first.body) == (200, second.body)


def test_only_administrators_see_and_decide_requests(official, anonymous, admin, compound, ticket):
    by_name(anonymous, ticket)
    request = pending(admin)[0]
    stranger = compound.client(compound.staff("1002"))
    for answer in (
        stranger.get("/admin/bind-requests"),
        stranger.post(f"/admin/bind-requests/{request['id']}/approve"),
        stranger.post(f"/admin/bind-requests/{request['id']}/reject"),
    ):
        assert (answer.status, answer.error) == (403, "app.forbidden")
    assert admin.post("/admin/bind-requests/999/approve").error == "identity.bind_request_not_found"


def test_a_login_sees_all_of_an_unbinding_or_ends_before_it(official, anonymous, simulator):
    bind(official, simulator)
    client = as_client(anonymous, wechat_login(anonymous, simulator.code("1001")))
    codes = [simulator.code("1001") for _ in range(4)]

    at_once(
        [
            *(lambda code=code: wechat_login(anonymous, code) for code in codes),
            lambda: client.post("/me/unbind"),
        ]
    )

    assert bound_count() == 0
    assert session_count(official) == 0


@pytest.mark.parametrize("method", ["code_to_session", "phone_number"])
def test_no_transaction_is_open_while_wechat_is_asked(official, anonymous, simulator, monkeypatch, method):
    real, seen = getattr(WechatClient, method), []

    def observed(self, *args):
        seen.append(db.session().in_transaction())
        return real(self, *args)

    monkeypatch.setattr(WechatClient, method, observed)
    by_phone(anonymous, ticket_of(anonymous, simulator, "1001"), simulator.phone_code("1001"))
    assert seen == [False]
