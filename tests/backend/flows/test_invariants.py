"""`flask doctor --invariants`: a clean house has no fault, and each that is planted is named."""

from datetime import date, timedelta

import orjson
import pytest
from sqlalchemy import text

from backend import clock
from backend.actor import SYSTEM
from backend.audit import services as audit_services
from backend.audit.operations import record
from backend.db import atomic, db
from backend.flows import invariants
from backend.flows.invariants.examining import TOLD_AT_MOST
from canteen.ordering.withdrawals import services as withdrawals
from tests.backend.flows.planted import ago, row, run
from tests.canteen.lunch import Lunch
from tests.factories import NINE
from tests.meeting.hall import Hall, at

TUESDAY = date(2026, 11, 24)


class House(Lunch):
    """Two orders of a lunch, two meetings in one room, one in the divided hall."""

    def __init__(self, compound):
        super().__init__(compound)
        assert self.place(1, 1).status == 201
        assert self.place(2, 0, by=self.client()).status == 201
        rooms = Hall(compound)
        rooms.book()
        rooms.book(start=at(16))
        rooms.book(rooms.hall, start=at(10))


@pytest.fixture
def house(compound, worlds):
    with clock.at(NINE):
        yield worlds.one(House, compound)


def only(statement):
    """The one value that a statement finds."""
    db.session.rollback()
    return db.session.execute(text(statement)).scalar_one()


def test_a_furnished_house_keeps_every_invariant_and_says_what_was_looked_at(house):
    found = {one.key: one for one in invariants.examine()}
    assert {key: one.violations for key, one in found.items() if not one.is_kept} == {}
    assert len(found) == len(invariants.ALL)
    assert found["orders_paid"].rows == 2
    assert found["portions"].rows == 2 + 3
    assert found["bookings"].rows == 3 + 4
    assert all(one.title for one in found.values())


def last_delivery(minutes=1):
    row(
        "job_firings",
        job="notifications.deliver",
        due_at=ago(minutes=minutes),
        state="finished",
        finished_at=ago(minutes=minutes),
    )


def send(state="waiting", **values):
    usual = {"channel": "wechat", "staff_id": 1, "message_id": 1, "expires_at": ago(hours=-9), "attempts": 0}
    row("outbox", **{**usual, "state": state, **values})


def forgotten_message():
    send(next_at=ago(hours=3))
    assert invariants.violations(["outbox"]) == [], "nobody has run the dispatcher since"
    last_delivery()


def answered(number, row_id):
    body = orjson.dumps({"code": 0, "data": {"id": row_id, "number": number}})
    row("idempotency_answers", key=number, status=201, body=body)


def abandoned_firing():
    row("job_firings", job="audit.seal", state="running", leased_until=ago(hours=1))
    assert invariants.violations(["firings"]) == [], "no scheduler was alive since"
    last_delivery()


def changed_trail():
    atomic(record)(SYSTEM, "rules.changed", "rule", 1)
    assert audit_services.seal()
    assert invariants.violations(["audit"]) == []
    run("UPDATE audit_events SET action = 'another' WHERE id = (SELECT min(id) FROM audit_events)")


def withdrawn_but_counted_otherwise():
    run("UPDATE meal_dishes SET cap = 5, taken = 500, is_open = :shut WHERE taken = 300", shut=False)


# The key, what is planted, and what must be said of it.
PLANTED = [
    ("ledger", lambda: run("UPDATE account_balances SET balance_fen = balance_fen + 1"), "personal：账"),
    (
        "ledger",
        lambda: run("UPDATE ledger_postings SET amount_fen = amount_fen + 1 WHERE account = 'sales'"),
        "entry",
    ),
    ("ledger", lambda: run("UPDATE account_balances SET balance_fen = -5 WHERE staff_id = 1"), "余额 -5 分"),
    (
        "ledger",
        lambda: row("grant_awards", month=TUESDAY, entry_id=only("SELECT min(id) FROM ledger_entries")),
        "补贴发放分录",
    ),
    (
        "ledger",
        lambda: row("payroll_items", entry_id=only("SELECT min(id) FROM ledger_entries")),
        "工资代扣分录",
    ),
    ("orders_paid", lambda: run("UPDATE orders SET total_fen = total_fen + 1"), "应付 1501 分，入账 1500 分"),
    ("orders_paid", lambda: run("UPDATE orders SET state = 'cancelled'"), "应付 0 分，入账 1500 分"),
    ("orders_paid", lambda: run("DELETE FROM orders"), "不存在"),
    (
        "orders_paid",
        lambda: run("UPDATE ledger_postings SET canteen_id = canteen_id + 1 WHERE account = 'sales'"),
        "别的食堂",
    ),
    (
        "orders_paid",
        lambda: run("UPDATE ledger_entries SET reception_id = 77 WHERE order_id IS NOT NULL"),
        "公务接待 77：应付 0 分",
    ),
    ("portions", lambda: run("UPDATE meal_dishes SET taken = taken + 100"), "计数 400，订单合计 300"),
    ("portions", lambda: run("DELETE FROM order_lines"), "订单合计 0"),
    ("portions", lambda: run("UPDATE meal_dishes SET cap = 0"), "上限 0 份"),
    ("portions", withdrawn_but_counted_otherwise, "计数 500，订单合计 300"),
    (
        "portions",
        lambda: row("takeaway_windows", meal_id=only("SELECT id FROM meals"), taken=3),
        "计数 3，订单 0 个",
    ),
    ("portions", lambda: row("prep_lines", meal_id=only("SELECT id FROM meals"), quantity=7), "备餐单 7 份"),
    (
        "one_order",
        lambda: run("UPDATE orders SET staff_id = (SELECT min(staff_id) FROM orders)"),
        "有 2 个有效订单",
    ),
    ("one_order", lambda: run("UPDATE orders SET served_on = :on", on=TUESDAY), "与餐次"),
    ("pickups", lambda: run("UPDATE orders SET state = 'no_show'"), "状态 no_show，未取餐记录 —"),
    (
        "pickups",
        lambda: row("no_shows", order_id=only("SELECT min(id) FROM orders"), state="recorded"),
        "状态 booked，未取餐记录 recorded",
    ),
    (
        "pickups",
        lambda: row("offline_pickups", order_id=only("SELECT min(id) FROM orders"), outcome="booked"),
        "订单却不是已取餐",
    ),
    (
        "bookings",
        lambda: run(
            "UPDATE meeting_holds SET hold_from = (SELECT min(hold_from) FROM meeting_holds),"
            " hold_to = (SELECT max(hold_to) FROM meeting_holds)"
        ),
        "与另一占用重叠",
    ),
    (
        "bookings",
        lambda: run(
            "UPDATE meeting_occurrences SET state = 'ended', start_at = :start, end_at = :end",
            start=at(14).replace(tzinfo=None),
            end=at(15).replace(tzinfo=None),
        ),
        "与另一会议重叠",
    ),
    ("bookings", lambda: run("DELETE FROM meeting_holds"), "没有占用记录"),
    ("bookings", lambda: run("UPDATE meeting_occurrences SET state = 'cancelled'"), "已是 cancelled"),
    ("bookings", lambda: run("UPDATE meeting_holds SET occurrence_id = NULL, offer_id = 9"), "已是 —"),
    ("outbox", forgotten_message, "早该处理，仍是 waiting"),
    ("outbox", lambda: send("leased", leased_until=ago(days=-1), next_at=ago(days=-1)), "在未来太远"),
    ("outbox", lambda: send(attempts=99, next_at=ago(hours=-1)), "尝试了 99 次"),
    (
        "outbox",
        lambda: [send("sent", message_id=n, sent_at=ago(), provider_message_id="9") for n in (1, 2)],
        "回执号重复 2 次",
    ),
    ("outbox", lambda: send("sent", sent_at=ago(), quota_id=5), "仍占着订阅次数"),
    ("firings", abandoned_firing, "无人接管"),
    ("firings", lambda: row("job_firings", state="running", leased_until=ago(days=-1)), "在未来太远"),
    ("firings", lambda: row("job_firings", state="finished", finished_at=None), "与结束时间不符"),
    ("answers", lambda: run("DELETE FROM orders"), "已答复的 orders"),
    ("answers", lambda: run("DELETE FROM meeting_bookings"), "已答复的 meeting_bookings"),
    ("answers", lambda: answered("WX20261123-0007", 7), "已答复的 work_orders 7"),
    ("answers", lambda: answered("F20261123-000007", 7), "已答复的 reports 7"),
    ("audit", changed_trail, "记录"),
    (
        "objects",
        lambda: [row("photo_contents", id=1), row("photos", content_id=1)],
        "图片 1：存储中没有",
    ),
    ("objects", lambda: row("attachments", id=1), "附件 1：存储中没有"),
    ("waste", lambda: row("waste_meals", canteen_id=1), "waste_meals 1 2026-11-02"),
    ("ratings", lambda: row("rating_days", n5=3), "统计"),
    ("stock", lambda: row("stock_batches", id=1), "批次"),
    ("stock", lambda: row("material_stock", hundredths=30), "库存 30，出入库合计 0"),
    ("property_sums", lambda: row("work_order_days"), "work_order_days 2026-11-02"),
    ("feedback_sums", lambda: row("report_days"), "report_days 2026-11-02"),
    ("meeting_sums", lambda: row("meeting_days", booked=1), "meeting_days 2026-11-02"),
]


@pytest.mark.parametrize(
    ("key", "plant", "said"), PLANTED, ids=[f"{key}-{n}" for n, (key, _, _) in enumerate(PLANTED)]
)
def test_what_is_planted_is_named(house, key, plant, said):
    plant()
    found = invariants.violations([key])
    assert any(said in each for each in found), found


# What a database forbids for good on SQLite, where a table's own constraints cannot be taken away.
@pytest.mark.parametrize(
    ("key", "plant", "said"),
    [
        (
            "pickups",
            lambda: run("UPDATE orders SET pickup_no = 1"),
            "取餐号 1：2 个订单",
        ),
        ("outbox", lambda: [send(), send()], "wechat 有 2 条"),
        (
            "firings",
            lambda: [row("job_firings", due_at=NINE, job="j", finished_at=NINE) for _ in range(2)],
            "任务 j",
        ),
        (
            "pickups",
            lambda: [row("offline_pickups", key=f"{n}", order_id=1, outcome="booked") for n in range(2)],
            "离线取餐入账 2 次",
        ),
    ],
)
def test_what_only_a_damaged_database_lets_in_is_named_as_well(house, key, plant, said):
    if db.engine.dialect.name == "sqlite" and "离线" not in said:
        pytest.skip("SQLite keeps what stands in a table's definition")
    plant()
    found = invariants.violations([key])
    assert any(said in each for each in found), found


def test_what_a_withdrawal_leaves_is_right(house):
    """The rest of a begun portion counts as taken: nobody gets it."""
    half = house.place(1, portion="half", by=house.client())
    assert half.status == 201
    # Handed out, it stays; the others lose their lines.
    run("UPDATE orders SET state = 'picked_up', picked_up_at = placed_at WHERE id = :id", id=half.data["id"])
    withdrawals.withdraw_dish(SYSTEM, meal_id=house.meal.id, dish_id=house.dishes[0].id, reason="变质")
    assert house.taken()[0] == 100
    assert invariants.violations(["portions", "orders_paid", "ledger"]) == []


def test_faults_are_counted_and_only_some_are_told(house):
    for number in range(TOLD_AT_MOST + 3):
        send(message_id=number + 1, attempts=99, next_at=ago(hours=-1))
    [found] = invariants.examine(["outbox"])
    assert (found.count, len(found.violations), found.is_kept) == (TOLD_AT_MOST + 3, TOLD_AT_MOST, False)
    assert found.rows == TOLD_AT_MOST + 3


def test_an_invariant_that_there_is_not(app):
    with pytest.raises(KeyError):
        list(invariants.examine(["no such"]))


def test_the_command_tells_each_and_fails_if_one_is_broken(house):
    runner = house.compound.app.test_cli_runner()
    kept = runner.invoke(args=["doctor", "--invariants"])
    assert kept.exit_code == 0, kept.output
    assert kept.output.count("✓") == len(invariants.ALL)
    assert kept.output.endswith("数据一致\n")
    run("UPDATE orders SET total_fen = total_fen + 1")
    broken = runner.invoke(args=["doctor", "--invariants"])
    assert broken.exit_code == 1
    assert "✗ 订单与账目一一对应：2 行，2 处不符" in broken.output
    assert "orders_paid 订单" in broken.output
    assert "有 1 项数据不一致" in broken.output
    assert broken.output.count("✓") == len(invariants.ALL) - 1


def test_what_is_late_only_because_nothing_ran_is_no_fault(house):
    """A restored database, or one whose service stood still for a weekend."""
    with clock.at(NINE + timedelta(days=3)):
        assert invariants.violations() == []
