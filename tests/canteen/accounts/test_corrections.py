"""Money that goes out of an account by hand: corrections, pay-outs, and the account of who has left."""

import pytest
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.identity.models import Staff
from backend.notifications.models import InboxMessage
from canteen.accounts import policies
from canteen.accounts.errors import CorrectionTooLarge, NotCorrectable
from canteen.accounts.models import EntryKind
from canteen.accounts.services import reconcile
from tests.canteen.accounts.office import ADMIN, entries, held, sum_of
from tests.factories import NINE
from tests.threads import at_once


@pytest.fixture(autouse=True)
def nine():
    with clock.at(NINE):
        yield


def leave(staff):
    @atomic
    def write():
        db.session.get_one(Staff, staff.id).status = "left"

    write()


def messages(staff):
    db.session.rollback()
    return db.session.scalars(select(InboxMessage).where(InboxMessage.staff_id == staff.id)).all()


# Corrections


@pytest.mark.parametrize(
    ("wanted", "booked", "corrected", "taken"),
    [(None, 500, 0, 500), (None, 500, 200, 300), (300, 500, 200, 300), (1, 500, 0, 1)],
)
def test_a_correction_takes_back_what_is_left_or_less(wanted, booked, corrected, taken):
    assert policies.correction_of(wanted, booked, corrected) == taken


@pytest.mark.parametrize(
    ("wanted", "booked", "corrected"), [(501, 500, 0), (301, 500, 200), (None, 500, 500), (1, 500, 500)]
)
def test_a_correction_never_takes_more_than_the_entry(wanted, booked, corrected):
    with pytest.raises(CorrectionTooLarge):
        policies.correction_of(wanted, booked, corrected)


@pytest.mark.parametrize("kind", EntryKind)
def test_only_what_was_put_in_is_corrected(kind):
    if kind in ("grant", "top_up", "payroll"):
        policies.ensure_correctable(kind)
    else:
        with pytest.raises(NotCorrectable):
            policies.ensure_correctable(kind)


@pytest.mark.parametrize(("bucket", "source"), [("subsidy", "fiscal"), ("personal", "received")])
def test_a_correction_goes_back_to_where_the_money_came_from(office, compound, bucket, source):
    staff = compound.staff("2001")
    entry_id = office.deposit(staff, 5000, bucket)
    answer = office.correct(entry_id, amount_fen=2000)
    assert (answer.status, answer.data["kind"], answer.data["amount_fen"]) == (201, "correction", -2000)
    assert held(staff) == {bucket: 3000}
    assert sum_of(source) == -3000
    assert office.correct(entry_id).data["amount_fen"] == -3000
    assert held(staff) == {}
    assert [each.corrects_id for each in entries("correction")] == [entry_id, entry_id]
    listed = compound.client(staff).get("/canteen/account/entries").data["list"]
    assert [(each["kind_name"], each["amount_fen"], each["corrected_fen"]) for each in listed] == [
        ("更正", -3000, 0),
        ("更正", -2000, 0),
        ("发放补贴" if bucket == "subsidy" else "充值", 5000, 5000),
    ]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "accounts.corrected")).first()
    assert event.details["reason"] == "录入有误"
    assert "扣回 20.00 元，原因：录入有误" in messages(staff)[0].text
    assert reconcile() == []


def test_a_correction_that_cannot_be_is_refused_and_changes_nothing(office, compound, lunch):
    staff = compound.staff("2001")
    entry_id = office.deposit(staff, 1000)
    order = lunch.place(1, by=compound.client(staff)).data
    spent = entries("order", staff)[0].id
    assert office.correct(entry_id, by=office.official).status == 403
    assert office.correct(entry_id, by=office.narrow).error == "app.forbidden"
    assert office.correct(entry_id, reason="").status == 422
    assert office.correct(entry_id, amount_fen=0).status == 422
    assert office.correct(999_999).error == "canteen.entry_not_found"
    assert office.correct(spent).error == "canteen.entry_not_correctable"
    assert office.correct(entry_id, amount_fen=1001).error == "canteen.correction_too_large"
    short = office.correct(entry_id)
    assert (short.status, short.error) == (409, "canteen.bucket_short")
    assert "个人充值余额只有 4.00 元，不足 10.00 元" in short.envelope["msg"]
    own = office.other.post(
        f"{ADMIN}/accounts/deposits",
        {"staff_no": office.cashier.staff_no, "bucket": "personal", "amount_fen": 100, "memo": "充值"},
    ).data["id"]
    assert office.correct(own).error == "canteen.own_account"
    assert entries("correction") == []
    assert order["total_fen"] == 600
    assert held(staff) == {"personal": 400}


def test_many_corrections_at_once_never_take_more_than_the_entry(office, compound):
    staff = compound.staff("2001")
    office.deposit(staff, 9000)
    entry_id = office.deposit(staff, 1000)
    client = office.client
    answers = at_once([lambda: office.correct(entry_id, by=client, amount_fen=300)] * 8)
    assert sorted(answer.status for answer in answers) == [201] * 3 + [409] * 5
    assert held(staff) == {"personal": 9100}
    assert reconcile() == []


# Pay-outs


def test_personal_money_is_paid_out_once_and_told(office, compound):
    staff = compound.staff("2001", personal_fen=5000)
    body = {"staff_no": "2001", "amount_fen": 3000, "memo": "调离退款"}
    answers = [office.client.post(f"{ADMIN}/accounts/pay-outs", body, key="p1") for _ in range(2)]
    assert [(each.status, each.data["kind_name"], each.data["amount_fen"]) for each in answers] == [
        (201, "余额支取", -3000)
    ] * 2
    assert held(staff) == {"personal": 2000}
    assert sum_of("received") == -2000
    assert "已支取 30.00 元" in messages(staff)[0].text


def test_no_request_turns_a_subsidy_into_cash(office, compound):
    staff = compound.staff("2001", subsidy_fen=100_000, personal_fen=500)
    whole = office.pay_out(staff, 501)
    assert (whole.status, whole.error) == (409, "canteen.bucket_short")
    for more in ({"bucket": "subsidy"}, {"account": "subsidy"}, {"source": "fiscal"}, {"kind": "grant"}):
        assert office.pay_out(staff, 100, **more).error == "app.invalid"
    for amount in (0, -100, 1.5, "100", None):
        assert office.pay_out(staff, amount).error == "app.invalid"
    negative = {"staff_no": "2001", "bucket": "subsidy", "amount_fen": -100, "memo": "x"}
    assert office.client.post(f"{ADMIN}/accounts/deposits", negative).error == "app.invalid"
    # What a correction takes of a subsidy goes back to the treasury, and leaving does the same.
    office.correct(entries("grant", staff)[0].id, amount_fen=30_000)
    leave(staff)
    assert office.client.post(f"{ADMIN}/accounts/closings", {"staff_no": "2001"}).status == 201
    assert (sum_of("fiscal"), sum_of("received")) == (0, 0)
    with_both = [entry.id for entry in entries(staff=staff) if moves(entry) >= {"subsidy", "received"}]
    assert with_both == []


def moves(entry):
    from canteen.accounts.models import LedgerPosting

    found = db.session.scalars(select(LedgerPosting.account).where(LedgerPosting.entry_id == entry.id))
    return set(found)


def test_a_pay_out_is_refused_to_who_may_not_and_for_who_is_not(office, compound):
    staff = compound.staff("2001", personal_fen=500)
    assert office.pay_out(staff, 100, by=office.official).status == 403
    assert office.pay_out(staff, 100, by=office.narrow).error == "app.forbidden"
    assert office.pay_out(office.cashier, 100).error == "canteen.own_account"
    assert office.pay_out(staff, 100, staff_no="nobody").error == "canteen.account_not_found"
    assert office.pay_out(staff, 100, memo="").status == 422
    assert held(staff) == {"personal": 500}


def test_two_pay_outs_at_once_pay_what_is_there(office, compound):
    staff = compound.staff("2001", personal_fen=500)
    client = office.client
    answers = at_once([lambda: office.pay_out(staff, 400, by=client)] * 4)
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    assert held(staff) == {"personal": 100}


# Leaving


def test_the_account_of_who_has_left_is_settled(office, compound):
    staff = compound.staff("2001", subsidy_fen=700, personal_fen=300)
    path, body = f"{ADMIN}/accounts/closings", {"staff_no": "2001"}
    assert office.client.post(path, body).error == "canteen.account_still_used"
    leave(staff)
    assert office.official.post(path, body).status == 403
    closed = office.client.post(path, body)
    assert (closed.status, closed.data) == (
        201,
        {"staff_id": staff.id, "personal_fen": 300, "subsidy_fen": 700},
    )
    assert held(staff) == {}
    assert (sum_of("fiscal"), sum_of("received")) == (0, 0)
    assert [(each.kind, each.memo) for each in entries(staff=staff)][2:] == [
        ("pay_out", "离职结清"),
        ("expiry", "离职收回"),
    ]
    assert office.client.post(path, body).error == "canteen.account_empty"
    assert reconcile() == []
