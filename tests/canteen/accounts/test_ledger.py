"""The ledger: append-only, balanced, and honest about differences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.actor import ScopeKind
from backend.db import atomic, db
from canteen.accounts import policies
from canteen.accounts.errors import BalanceShort
from canteen.accounts.models import AccountBalance, Bucket
from canteen.accounts.services import reconcile

ORDER = [Bucket.SUBSIDY, Bucket.PERSONAL]


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 25_000))
def test_a_charge_is_paid_in_order_and_in_full_or_not_at_all(subsidy, personal, amount):
    balances = {Bucket.SUBSIDY: subsidy, Bucket.PERSONAL: personal}
    if amount > subsidy + personal:
        with pytest.raises(BalanceShort):
            policies.split_charge(amount, balances, ORDER)
        return
    paid = policies.split_charge(amount, balances, ORDER)
    assert sum(paid.values()) == amount
    assert all(0 < part <= balances[bucket] for bucket, part in paid.items())
    if paid.get(Bucket.PERSONAL):
        assert paid.get(Bucket.SUBSIDY, 0) == subsidy


@given(st.integers(0, 5000), st.integers(0, 5000), st.data())
def test_refunds_in_any_parts_return_exactly_what_was_paid(subsidy, personal, data):
    paid = {Bucket.SUBSIDY: subsidy, Bucket.PERSONAL: personal}
    rest = dict(paid)
    total = subsidy + personal
    while total:
        part = data.draw(st.integers(1, total))
        for bucket, fen in policies.split_refund(part, rest, ORDER).items():
            rest[bucket] -= fen
        assert not (rest[Bucket.PERSONAL] and rest[Bucket.SUBSIDY] < subsidy)
        total -= part
    assert rest == {Bucket.SUBSIDY: 0, Bucket.PERSONAL: 0}
    with pytest.raises(ValueError, match="cannot exceed"):
        policies.split_refund(1, rest, ORDER)


def test_an_account_shows_every_bucket_and_its_entries(lunch):
    account = lunch.official.get("/canteen/account").data
    assert account == {
        "buckets": [
            {"bucket": "subsidy", "bucket_name": "财政补贴", "balance_fen": 2000},
            {"bucket": "personal", "bucket_name": "个人充值", "balance_fen": 1000},
        ],
        "balance_fen": 3000,
    }
    order = lunch.place(4, 0).data
    entries = lunch.official.get("/canteen/account/entries", page_size=1).data
    assert entries["total"] == 3
    entry = entries["list"][0]
    assert (entry["order_id"], entry["kind_name"]) == (order["id"], "订餐")
    assert entry["order"] == {
        "id": order["id"],
        "number": order["number"],
        "meal": "11月23日午餐",
        "canteen": lunch.canteen.name,
    }
    assert [(move["bucket_name"], move["amount_fen"]) for move in entry["buckets"]] == [
        ("财政补贴", -2000),
        ("个人充值", -400),
    ]
    assert lunch.client(subsidy_fen=0).get("/canteen/account/entries").data["total"] == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_postings SET amount_fen = 1",
        "DELETE FROM ledger_entries",
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
    ],
)
def test_the_ledger_and_the_trail_refuse_changes(lunch, compound, statement):
    manager = compound.client(compound.staff(roles={"canteen_manager": (ScopeKind.COMPOUND, 0)}))
    staff = compound.staff("2001")
    deposit = {"staff_no": staff.staff_no, "bucket": "subsidy", "amount_fen": 100, "memo": "补助"}
    assert manager.post("/canteen/admin/accounts/deposits", deposit).status == 201

    @atomic
    def change():
        db.session.execute(text(statement))

    with pytest.raises(DBAPIError, match="append-only"):
        change()


def test_a_deposit_reaches_the_account_once(lunch, compound):
    manager = compound.client(compound.staff(roles={"canteen_manager": (ScopeKind.COMPOUND, 0)}))
    staff = compound.staff("2001")
    deposit = {"staff_no": "2001", "bucket": "personal", "amount_fen": 5000, "memo": "窗口充值"}
    answers = [manager.post("/canteen/admin/accounts/deposits", deposit, key="d1") for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    assert compound.client(staff).get("/canteen/account").data["balance_fen"] == 5000
    assert reconcile() == []


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"amount_fen": 0}, 422, "app.invalid"),
        ({"amount_fen": -5}, 422, "app.invalid"),
        ({"amount_fen": 10**9}, 422, "app.invalid"),
        ({"bucket": "gold"}, 422, "app.invalid"),
        ({"memo": ""}, 422, "app.invalid"),
        ({"staff_no": "nobody"}, 404, "canteen.account_not_found"),
    ],
)
def test_a_bad_deposit_is_refused(lunch, compound, change, status, error):
    manager = compound.client(compound.staff(roles={"canteen_manager": (ScopeKind.COMPOUND, 0)}))
    compound.staff("2001")
    deposit = {"staff_no": "2001", "bucket": "personal", "amount_fen": 5000, "memo": "窗口充值", **change}
    answer = manager.post("/canteen/admin/accounts/deposits", deposit)
    assert (answer.status, answer.error) == (status, error)
    assert lunch.official.post("/canteen/admin/accounts/deposits", deposit).status == 403


def test_reconciling_names_a_balance_that_was_tampered_with(lunch):
    lunch.place(1, 0)
    assert reconcile() == []

    @atomic
    def tamper():
        db.session.query(AccountBalance).filter_by(bucket="personal").update({AccountBalance.balance_fen: 1})

    tamper()
    found = reconcile()
    assert [(each.what, each.ledger_fen, each.balance_fen) for each in found] == [
        ("balance", 1000, 1),
        ("balance", 0, 1),
    ]


def test_a_balance_cannot_go_below_zero_whoever_writes_it(lunch):
    @atomic
    def overdraw():
        db.session.query(AccountBalance).update({AccountBalance.balance_fen: -1})

    with pytest.raises(DBAPIError, match="not_negative"):
        overdraw()


def test_money_is_given_by_who_may_everywhere_to_others_who_are_active(lunch, compound):
    staff = compound.staff("2001")
    compound.staff("2002", status="left")
    deposit = {"staff_no": "2001", "bucket": "subsidy", "amount_fen": 100, "memo": "补助"}
    path = "/canteen/admin/accounts/deposits"
    narrow = compound.client(compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)}))
    assert narrow.post(path, deposit).error == "app.forbidden"
    manager = compound.client(compound.staff("2003", roles={"canteen_manager": (ScopeKind.COMPOUND, 0)}))
    assert manager.post(path, {**deposit, "staff_no": "2003"}).error == "canteen.own_account"
    assert manager.post(path, {**deposit, "staff_no": "2002"}).error == "canteen.account_closed"
    assert compound.client(staff).get("/canteen/account").data["balance_fen"] == 0
