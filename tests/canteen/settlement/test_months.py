"""Which amounts a month's settlement holds."""

from datetime import date, time

from sqlalchemy import text

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from canteen.accounts.services import reconcile
from canteen.ordering.models import OrderState
from tests.canteen.settlement.months import PATH, sums
from tests.statements import counted_statements

MONDAY, LAST, FIRST = date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 1)


def test_a_month_is_told_by_department_period_and_bucket(months):
    months.eat(months.amy, MONDAY, 2)
    months.miss(months.amy, date(2026, 11, 24))
    months.eat(months.bo, MONDAY)
    cancelled = months.order(months.bo, LAST)
    with clock.at(clock.at_local(LAST, time(9, 30))):
        assert months.client(months.bo).post(f"/canteen/orders/{cancelled}/cancel").status == 200
    seen = months.see("2026-11")
    # Amy's 18 yuan: ten of subsidy, then her own. What was cancelled counts and costs nothing.
    assert [(row["title"], sums(row)) for row in seen["departments"]] == [
        ("办公室", (1, 1, 0, 1000, 800, 0)),
        ("财务处", (1, 0, 0, 600, 0, 0)),
    ]
    assert [(row["key"], row["title"], sums(row)) for row in seen["periods"]] == [
        ("lunch", "午餐", (2, 1, 0, 1600, 800, 0))
    ]
    assert (seen["own_fen"], seen["adjustment_fen"], seen["total_fen"], seen["ledger_fen"]) == (
        *(2400, 0, 2400, 2400),
    )
    assert (seen["id"], seen["state"], seen["obstacles"], seen["adjustments"]) == (None, "draft", [], [])
    assert reconcile() == []


def test_a_meal_belongs_to_the_month_in_which_it_is_served(months):
    months.eat(months.amy, LAST)
    months.eat(months.bo, FIRST, 3, on=LAST)
    assert months.see("2026-11")["total_fen"] == 600
    assert [sums(row) for row in months.see("2026-12")["departments"]] == [(1, 0, 0, 1800, 0, 0)]
    assert months.see("2026-10")["lines"] == []


def test_a_refund_before_the_closing_lessens_its_own_month(months):
    missed = months.miss(months.amy, MONDAY, 2)
    months.refund(missed, 1200)
    assert [sums(row) for row in months.see("2026-11")["departments"]] == [(0, 1, 0, 0, 0, 0)]


def test_departments_of_one_name_are_told_apart(months):
    for above in ("甲局", "乙局"):
        department = months.compound.department("综合处", months.compound.department(above))
        months.eat(months.compound.staff(department=department, subsidy_fen=1000), MONDAY)
    names = {row["title"] for row in months.see("2026-11")["departments"]}
    assert names == {"甲局·综合处", "乙局·综合处"}


def test_another_canteen_s_sales_in_the_ledger_are_no_part_of_it_and_are_noticed(months):
    order_id = months.eat(months.bo, MONDAY)
    other = months.compound.canteen()
    with db.engine.connect() as raw:
        columns = "(entry_id, account, staff_id, canteen_id, amount_fen)"
        entry = f"(SELECT id FROM ledger_entries WHERE order_id = {order_id})"  # noqa: S608 # An integer.
        sql = (
            f"INSERT INTO ledger_postings {columns} VALUES"  # noqa: S608 # The same.
            f" ({entry}, 'sales', NULL, {months.canteen.id}, -600), ({entry}, 'sales', NULL, {other.id}, 600)"
        )
        if db.engine.dialect.name == "postgresql":
            raw.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")
        raw.execute(text(sql))
        raw.commit()
        if db.engine.dialect.name == "postgresql":
            raw.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    seen = months.see("2026-11")
    assert (seen["total_fen"], seen["ledger_fen"], seen["difference_fen"]) == (600, 0, 600)
    answer = months.close("2026-11")
    assert answer.error == "canteen.settlement_not_ready"
    assert "不一致" in answer.envelope["msg"]


def test_the_statements_of_a_draft_do_not_grow_with_its_meals(months):
    counts = []
    for days in (range(2, 4), range(4, 14)):
        for day in days:
            months.eat(months.bo, date(2026, 11, day))
        client = months.client()
        with counted_statements() as sent:
            client.get(PATH, canteen_id=months.canteen.id, month="2026-11")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 12


def test_who_manages_another_canteen_learns_nothing(months):
    elsewhere = months.compound.canteen()
    roles = {"canteen_manager": (ScopeKind.CANTEEN, elsewhere.id)}
    stranger = months.compound.client(months.compound.staff(roles=roles))
    months.eat(months.bo, MONDAY)
    closed = months.close("2026-11").data
    wanted = {"canteen_id": months.canteen.id, "month": "2026-11"}
    assert stranger.get(PATH, **wanted).error == "canteen.canteen_not_found"
    assert stranger.get(f"{PATH}/closed", canteen_id=months.canteen.id).error == "canteen.canteen_not_found"
    assert stranger.post(PATH, wanted).error == "canteen.canteen_not_found"
    body = {"confirmed_on": "2026-12-02", "signed_by_us": "甲", "signed_by_caterer": "乙"}
    confirm = f"{PATH}/{closed['id']}/confirm"
    assert stranger.post(confirm, body).error == "canteen.settlement_not_found"
    assert months.client().post(f"{PATH}/999999/confirm", body).error == "canteen.settlement_not_found"
    assert months.client(months.bo).get(PATH, **wanted).status == 403
    assert months.client().get(PATH, canteen_id=months.canteen.id, month="2026-13").error == "app.invalid"


def test_orders_of_the_month_that_wait_keep_it_open(months):
    waiting = months.order(months.bo, LAST)
    assert months.see("2026-11")["obstacles"] == ["有 1 份订单尚未取餐或登记未取"]
    months.end(waiting, OrderState.NO_SHOW, LAST)
    assert months.see("2026-11")["obstacles"] == []
