"""Monthly grants: who gets what when, exactly once."""

from datetime import date, time

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.identity.models import Staff
from canteen.accounts.grants import services
from canteen.accounts.grants.models import GrantAward
from canteen.accounts.rules import GRANT_DAY, MAX_DEPOSIT_FEN
from canteen.accounts.services import reconcile
from tests.canteen.accounts.office import ADMIN, MachineDied, breaking_off, entries, failing_for, held
from tests.factories import NINE
from tests.statements import counted_statements
from tests.threads import at_once

PLANS = f"{ADMIN}/grant-plans"
PLAN = {"name": "午餐补贴", "amount_fen": 30_000, "is_for_all": True, "from_month": "2026-11"}


def on(day, wall_time=time(0, 20)):
    """The clock held on a day."""
    return clock.at(clock.at_local(date.fromisoformat(day), wall_time))


@pytest.fixture(autouse=True)
def nine():
    with clock.at(NINE):
        yield


def set_status(staff, status):
    @atomic
    def write():
        db.session.get_one(Staff, staff.id).status = status

    write()


def awards():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(GrantAward))


def test_everybody_active_is_granted_once_a_month(office, compound):
    new = compound.staff("2001")
    left = compound.staff("2002", status="left")
    suspended = compound.staff("2003", status="suspended")
    made = office.client.post(PLANS, PLAN)
    assert (made.status, made.data["people"], made.data["total_fen"]) == (201, 5, 150_000)
    assert services.grant_due() == 5
    assert services.grant_due() == 0
    assert held(new) == {"subsidy": 30_000}
    assert (held(left), held(suspended)) == ({}, {})
    assert held(office.cashier) == {"subsidy": 30_000}
    assert entries("grant", new)[0].memo == "2026年11月午餐补贴"
    # Who joins, or comes back, gets the whole month with the next run.
    set_status(suspended, "active")
    joined = compound.staff("2004")
    with on("2026-11-30"):
        assert services.grant_due() == 2
    assert (held(suspended), held(joined)) == ({"subsidy": 30_000}, {"subsidy": 30_000})
    with on("2026-12-01"):
        assert services.grant_due() == 7
    assert held(new) == {"subsidy": 60_000}
    assert reconcile() == []
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "accounts.granted").order_by(AuditEvent.id)
    ).first()
    assert event.details == {"month": "2026-11", "people": 5, "amount_fen": 150_000}


def test_a_plan_covers_departments_with_all_below_them(office, compound):
    bureau = compound.department("办公厅")
    section = compound.department("综合处", parent=bureau)
    deep = compound.staff("2001", department=section)
    elsewhere = compound.staff("2002", department=compound.department("财务处"))
    body = {**PLAN, "is_for_all": False, "department_ids": [bureau.id]}
    preview = office.client.post(f"{PLANS}/preview", {k: body[k] for k in PREVIEWED}, key=None)
    assert preview.data == {"people": 1, "total_fen": 30_000}
    plan = office.client.post(PLANS, body).data
    assert plan["departments"] == [{"id": bureau.id, "path": "办公厅"}]
    assert services.grant_due() == 1
    assert (held(deep), held(elsewhere)) == ({"subsidy": 30_000}, {})
    listed = office.client.get(PLANS).data
    assert (listed["total"], listed["list"][0]["people"]) == (1, 1)


PREVIEWED = ("amount_fen", "is_for_all", "department_ids")


def test_a_plan_grants_from_its_first_to_its_last_month_while_it_is_active(office, compound):
    staff = compound.staff("2001")
    body = {**PLAN, "from_month": "2026-12", "until_month": "2027-01"}
    plan = office.client.post(PLANS, body).data
    assert services.grant_due() == 0
    with on("2026-12-03"):  # The scheduler was down on the first.
        services.grant_due()
    with on("2026-12-31"):
        office.client.put(f"{PLANS}/{plan['id']}", {**body, "is_active": False})
    with on("2027-01-01"):
        assert services.grant_due() == 0
        changed = office.client.put(f"{PLANS}/{plan['id']}", {**body, "amount_fen": 45_000}).data
        assert (changed["amount_fen"], changed["is_active"]) == (45_000, True)
        services.grant_due()
    with on("2027-02-01"):
        assert services.grant_due() == 0
    assert [entry.memo for entry in entries("grant", staff)] == ["2026年12月午餐补贴", "2027年1月午餐补贴"]
    assert held(staff) == {"subsidy": 75_000}


def test_grants_wait_for_the_day_of_the_rule(office, compound):
    compound.rule(GRANT_DAY, 5)
    office.client.post(PLANS, PLAN)
    with on("2026-12-04"):
        assert services.grant_due() == 0
    with on("2026-12-05"):
        assert services.grant_due() == 4


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"amount_fen": 0}, "app.invalid"),
        ({"amount_fen": 2001}, "canteen.grant_plan_too_large"),
        ({"from_month": "2026-13"}, "app.invalid"),
        ({"until_month": "2026-10"}, "canteen.grant_plan_months"),
        ({"is_for_all": False}, "canteen.grant_plan_departments"),
        ({"is_for_all": False, "department_ids": [999_999]}, "canteen.grant_plan_departments"),
        ({"name": ""}, "app.invalid"),
    ],
)
def test_a_bad_plan_is_refused(office, compound, change, error):
    compound.rule(MAX_DEPOSIT_FEN, 2000)
    body = {**PLAN, "amount_fen": 2000, **change}
    assert office.client.post(PLANS, body).error == error
    assert office.client.get(PLANS).data["total"] == 0


def test_plans_are_for_who_manages_all_accounts(office):
    plan = office.client.post(PLANS, PLAN).data
    assert office.client.post(PLANS, PLAN).error == "canteen.grant_plan_name_taken"
    assert office.client.put(f"{PLANS}/999999", PLAN).error == "canteen.grant_plan_not_found"
    for client in (office.official, office.narrow):
        assert client.post(PLANS, {**PLAN, "name": "另一个"}).error == "app.forbidden"
        assert client.put(f"{PLANS}/{plan['id']}", PLAN).error == "app.forbidden"
        assert client.get(PLANS).error == "app.forbidden"


def test_runs_at_once_and_runs_that_broke_off_grant_everybody_once(office, compound, monkeypatch):
    department = compound.department()
    for number in range(12):
        compound.staff(f"3{number:03}", department=department)
    office.client.post(PLANS, PLAN)
    monkeypatch.setattr(services, "AT_ONCE", 5)
    with breaking_off("INSERT INTO grant_awards", at=2), pytest.raises(MachineDied):
        services.grant_due()
    assert awards() == 5
    app = compound.app

    def run():
        with app.app_context():
            return services.grant_due()

    at_once([run] * 4)
    assert awards() == 16
    assert len(entries("grant")) == 16
    assert reconcile() == []


def test_who_cannot_be_granted_keeps_nobody_else_from_it(office, compound, monkeypatch):
    department = compound.department()
    people = [compound.staff(f"3{number:03}", department=department) for number in range(7)]
    poisoned = people[2]
    office.client.post(PLANS, PLAN)
    office.client.post(PLANS, {**PLAN, "name": "另一个"})
    monkeypatch.setattr(services, "AT_ONCE", 5)
    with failing_for(poisoned), pytest.raises(RuntimeError, match="cannot be"):
        services.grant_due()
    granted = {staff.staff_no: held(staff).get("subsidy", 0) for staff in people}
    assert granted == {staff.staff_no: 0 if staff is poisoned else 60_000 for staff in people}
    # The next run grants who was left out, and nobody twice.
    assert services.grant_due() == 2
    assert held(poisoned) == {"subsidy": 60_000}
    assert reconcile() == []


def test_statements_do_not_grow_with_the_people(office, compound):
    department = compound.department()
    office.client.post(PLANS, PLAN)

    def statements_for(people):
        for number in range(people):
            compound.staff(f"{people}{number:03}", department=department)
        with counted_statements() as sent:
            services.grant_due()
        return len(sent)

    assert statements_for(3) == statements_for(40)
