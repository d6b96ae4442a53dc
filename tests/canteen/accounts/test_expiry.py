"""Expiry: what is left of old subsidies goes back at a boundary, once, however late."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from backend import clock
from backend.db import db
from backend.notifications.models import InboxMessage
from canteen.accounts.grants import policies, services
from canteen.accounts.grants.models import ExpiredSubsidy, ExpiryRun
from canteen.accounts.grants.policies import Since
from canteen.accounts.rules import SUBSIDY_EXPIRY, ExpiryPeriod
from canteen.accounts.services import reconcile
from tests.canteen.accounts.office import ADMIN, MachineDied, breaking_off, entries, failing_for, held, sum_of
from tests.factories import NINE
from tests.threads import at_once

PLAN = {"name": "餐补", "amount_fen": 5_000, "is_for_all": True, "from_month": "2027-01"}
QUARTER = ExpiryPeriod.QUARTER.value


def on(day, wall_time=time(0, 10)):
    """The clock held on a day."""
    return clock.at(clock.at_local(date.fromisoformat(day), wall_time))


def meal_on(lunch, day):
    """A lunch of the same dishes on another day."""
    served_on = date.fromisoformat(day)
    return lunch.compound.meal(lunch.canteen, dict.fromkeys(lunch.dishes, 50), served_on)


# Policies


@pytest.mark.parametrize(
    ("today", "period", "last", "ahead"),
    [
        ("2026-11-23", "never", None, None),
        ("2026-11-23", "month", "2026-11-01", None),
        ("2026-11-24", "month", "2026-11-01", "2026-12-01"),
        ("2026-11-24", "quarter", "2026-10-01", None),
        ("2026-12-24", "quarter", "2026-10-01", None),
        ("2026-12-25", "quarter", "2026-10-01", "2027-01-01"),
        ("2027-01-01", "quarter", "2027-01-01", None),
        ("2026-12-31", "year", "2026-01-01", "2027-01-01"),
        ("2026-06-24", "year", "2026-01-01", None),
    ],
)
def test_boundaries_are_the_first_days_of_periods(today, period, last, ahead):
    def rule(_day):
        return ExpiryPeriod(period)

    def day(text):
        return date.fromisoformat(text) if text else None

    assert policies.last_boundary(day(today), rule) == day(last)
    assert policies.boundary_ahead(day(today), rule) == day(ahead)


def test_each_boundary_is_judged_by_the_rule_of_its_day():
    def rule(day):
        return ExpiryPeriod.NEVER if day < date(2026, 12, 1) else ExpiryPeriod.QUARTER

    assert policies.last_boundary(date(2026, 12, 31), rule) is None
    assert policies.last_boundary(date(2027, 1, 1), rule) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("balance", "since", "left"),
    [
        (1000, [], 1000),
        (0, [], 0),
        (6000, [Since(5000, is_new=True)], 1000),  # the new month's grant came first
        (5600, [Since(5000, is_new=True), Since(-400)], 600),  # old money is spent first
        (4500, [Since(5000, is_new=True), Since(-1500)], 0),
        (1600, [Since(600)], 1000),  # a refund of an order from before stays
        (1300, [Since(600), Since(-300)], 700),
        (800, [Since(5000, is_new=True), Since(-5000, is_new=True), Since(-200)], 800),
        (300, [Since(-200), Since(-500)], 300),
    ],
)
def test_what_is_left_of_old_money(balance, since, left):
    assert policies.left_of_old(balance, since) == left


@given(
    st.integers(0, 5000),
    st.lists(st.builds(Since, st.integers(-2000, 2000), is_new=st.booleans()), max_size=8),
)
def test_no_more_than_the_balance_then_or_now_expires(balance, since):
    at_boundary = balance - sum(each.amount_fen for each in since)
    left = policies.left_of_old(balance, since)
    assert 0 <= left <= max(0, min(balance, at_boundary))


# Runs


@pytest.fixture
def quarterly(compound):
    """The rule that most of this is about."""
    compound.rule(SUBSIDY_EXPIRY, QUARTER)


@pytest.fixture(autouse=True)
def nine():
    with clock.at(NINE):
        yield


def test_nothing_expires_unless_the_rule_says_so(compound):
    staff = compound.staff(subsidy_fen=1000)
    with on("2027-01-01"):
        assert services.expire_due() == 0
    assert held(staff) == {"subsidy": 1000}


def test_a_quarter_ends_with_what_is_left_of_the_subsidy_alone(compound, quarterly):
    staff = compound.staff(subsidy_fen=1000, personal_fen=700)
    gone = compound.staff(subsidy_fen=300, status="left")
    nothing = compound.staff(personal_fen=50)
    with on("2026-12-31", time(23, 59)):
        assert services.expire_due() == 0  # October's boundary, since when all of it came
    assert held(staff) == {"subsidy": 1000, "personal": 700}
    with on("2027-01-01"):
        assert services.expire_due() == 2
        assert services.expire_due() == 0
    assert held(staff) == {"personal": 700}
    assert (held(gone), held(nothing)) == ({}, {"personal": 50})
    assert [(each.kind, each.memo) for each in entries("expiry", staff)] == [
        ("expiry", "2026年第4季度补贴到期收回")
    ]
    assert sum_of("fiscal") == 0
    assert reconcile() == []


def test_the_new_quarters_grant_is_never_taken_however_the_runs_come(office, compound, quarterly):
    staff = compound.staff("2001", subsidy_fen=1000)
    office.client.post(f"{ADMIN}/grant-plans", PLAN)
    with on("2027-01-03"):  # late, and the grants' run is first: it lets the old money expire itself
        assert services.grant_due() > 0
        assert services.expire_due() == 0
    assert held(staff) == {"subsidy": 5000}
    assert [each.kind for each in entries(staff=staff)] == ["grant", "expiry", "grant"]


def test_nothing_is_granted_while_the_expiry_fails(office, compound, quarterly):
    staff = compound.staff("2001", subsidy_fen=1000)
    office.client.post(f"{ADMIN}/grant-plans", PLAN)
    with on("2027-01-01"):
        with breaking_off("INSERT INTO expired_subsidies", at=1), pytest.raises(MachineDied):
            services.grant_due()
        assert held(staff) == {"subsidy": 1000}
        services.grant_due()
    assert held(staff) == {"subsidy": 5000}


def test_whose_old_money_cannot_be_taken_keeps_nobody_else_from_theirs(office, compound, quarterly):
    staff = [compound.staff(f"200{n}", subsidy_fen=1000) for n in range(3)]
    office.client.post(f"{ADMIN}/grant-plans", PLAN)
    with on("2027-01-01"):
        with failing_for(staff[1]), pytest.raises(RuntimeError, match="cannot be"):
            services.grant_due()
        # Who could not be seen to is not granted either: the old money goes first.
        assert [held(each)["subsidy"] for each in staff] == [5000, 1000, 5000]
        assert db.session.get_one(ExpiryRun, date(2027, 1, 1)).finished_at is None
        assert services.expire_due() == 1
        services.grant_due()
        assert [held(each)["subsidy"] for each in staff] == [5000] * 3


def test_a_late_run_leaves_what_came_since_and_counts_what_was_spent(office, lunch, quarterly):
    staff = lunch.compound.staff("2001", subsidy_fen=2000)
    for day in ("2027-01-04", "2027-01-05"):
        meal_on(lunch, day)
    with on("2027-01-02", time(9)):
        office.deposit(staff, 500, "subsidy")
        diner = lunch.compound.client(staff)
        lunch.place(1, by=diner, date="2027-01-04")  # spends 600 of the old
        again = lunch.place(0, 1, by=diner, date="2027-01-05").data  # 900 more, and given back
        assert diner.post(f"/canteen/orders/{again['id']}/cancel").status == 200
        services.expire_due()
    assert held(staff) == {"subsidy": 500}
    assert len(entries("expiry", staff)) == 1
    assert reconcile() == []


def test_a_refund_after_the_boundary_stays_until_the_next(lunch, quarterly):
    staff = lunch.compound.staff("2001", subsidy_fen=2000)
    meal_on(lunch, "2027-01-04")
    order = lunch.place(1, by=lunch.compound.client(staff), date="2027-01-04").data
    with on("2027-01-01"):
        services.expire_due()
        assert held(staff) == {}
    with on("2027-01-02", time(9)):
        diner = lunch.compound.client(staff)
        assert diner.post(f"/canteen/orders/{order['id']}/cancel").status == 200
        assert services.expire_due() == 0
        assert held(staff) == {"subsidy": 600}
    with on("2027-04-01"):
        assert services.expire_due() == 1
        assert held(staff) == {}


def test_a_correction_of_an_old_grant_is_old_money_and_of_a_new_one_is_not(office, compound, quarterly):
    old, new = compound.staff("2001"), compound.staff("2002")
    old_grant = office.deposit(old, 1000, "subsidy")
    office.deposit(new, 1000, "subsidy")
    with on("2027-01-02"):
        for staff in (old, new):
            latest = office.deposit(staff, 5000, "subsidy")
        assert office.correct(old_grant, amount_fen=400).status == 201
        assert office.correct(latest, amount_fen=400).status == 201
        assert services.expire_due() == 2
    assert [held(staff) for staff in (old, new)] == [{"subsidy": 5000}, {"subsidy": 4600}]
    assert sorted(db.session.scalars(select(ExpiredSubsidy.amount_fen))) == [600, 1000]


def test_a_run_that_broke_off_goes_on_and_runs_at_once_take_everything_once(compound, quarterly, monkeypatch):
    department = compound.department()
    people = [compound.staff(f"3{n:03}", department=department, subsidy_fen=100 + n) for n in range(12)]
    monkeypatch.setattr(services, "AT_ONCE", 5)
    with on("2027-01-01"):
        with breaking_off("INSERT INTO expired_subsidies", at=2), pytest.raises(MachineDied):
            services.expire_due()
        assert len(entries("expiry")) == 5
        assert db.session.get_one(ExpiryRun, date(2027, 1, 1)).finished_at is None

        def run():
            with compound.app.app_context():
                services.expire_due()

        at_once([run] * 4)
    assert len(entries("expiry")) == 12
    assert all(held(staff) == {} for staff in people)
    assert sum_of("fiscal") == 0
    assert reconcile() == []


def test_orders_at_the_moment_of_expiry_are_paid_once_and_from_what_is_there(lunch, quarterly):
    meal_on(lunch, "2027-01-04")
    crowd = [lunch.compound.staff(subsidy_fen=1000, personal_fen=1000) for _ in range(6)]
    with on("2027-01-01"):
        clients = [lunch.compound.client(staff) for staff in crowd]

        def expire():
            with lunch.compound.app.app_context():
                return services.expire_due()

        calls = [lambda c=c: lunch.place(1, by=c, date="2027-01-04").status for c in clients]
        *placed, _expired = at_once([*calls, expire])
    assert placed == [201] * 6
    for staff in crowd:
        # Either the order took 600 of the old money and the rest expired, or all did and it took one's own.
        assert held(staff) in ({"personal": 1000}, {"personal": 400})
    assert reconcile() == []


# Warnings


def test_people_are_warned_once_a_week_before(compound, quarterly):
    staff = compound.staff(subsidy_fen=1250)
    compound.staff(personal_fen=500)
    compound.staff(subsidy_fen=100, status="suspended")
    with on("2026-12-24", time(10)):
        assert services.warn_of_expiry() == 0
    with on("2026-12-25", time(10)):
        assert services.warn_of_expiry() == 1
        assert services.warn_of_expiry() == 0
    late = compound.staff(subsidy_fen=300)
    with on("2026-12-28", time(10)):
        assert services.warn_of_expiry() == 1
    db.session.rollback()
    told = {row.staff_id: row.text for row in db.session.scalars(select(InboxMessage))}
    assert told == {
        staff.id: "您的餐费补贴还有 12.50 元未用，将于2027年1月1日零点收回，请在此之前使用。",
        late.id: "您的餐费补贴还有 3.00 元未用，将于2027年1月1日零点收回，请在此之前使用。",
    }
