"""The demo's money and counters, proved by SQL of the test's own."""

# ruff: noqa: S608 - The statements are composed from names that stand in this file.

from backend import clock
from backend.flows.demo import DemoReport
from backend.flows.demo.organisation import EMPLOYED
from canteen.accounts.grants import queries as grant_queries
from canteen.accounts.services import reconcile
from tests.backend.flows.demo_house import (
    NOON,
    STAFF,
    instant_of,
    one,
    rows,
)


def test_every_entry_sums_to_zero_and_balances_are_the_sums_of_their_postings(demo: DemoReport) -> None:
    assert rows("SELECT entry_id FROM ledger_postings GROUP BY entry_id HAVING sum(amount_fen) <> 0") == []
    assert (
        rows(
            "SELECT e.id FROM ledger_entries e LEFT JOIN ledger_postings p ON p.entry_id = e.id"
            " GROUP BY e.id HAVING count(p.id) < 2"
        )
        == []
    )
    assert (
        rows(
            "SELECT b.staff_id, b.bucket FROM account_balances b LEFT JOIN ledger_postings p"
            " ON p.staff_id = b.staff_id AND p.account = b.bucket"
            " GROUP BY b.staff_id, b.bucket, b.balance_fen"
            " HAVING coalesce(sum(p.amount_fen), 0) <> b.balance_fen"
        )
        == []
    )
    assert one("SELECT count(*) FROM account_balances") == 2 * (STAFF + len(EMPLOYED))
    assert reconcile() == []


def test_no_balance_was_ever_negative_and_everybody_ends_with_200_yuan(demo: DemoReport) -> None:
    lowest = one(
        "SELECT min(held) FROM (SELECT sum(amount_fen)"
        " OVER (PARTITION BY staff_id, account ORDER BY entry_id) AS held"
        " FROM ledger_postings WHERE staff_id IS NOT NULL) AS running"
    )
    assert lowest >= 0
    assert (
        one("SELECT min(s) FROM (SELECT sum(balance_fen) AS s FROM account_balances GROUP BY staff_id) AS t")
        >= 20_000
    )


def test_an_order_costs_what_its_lines_cost_and_a_cancelled_one_nothing(demo: DemoReport) -> None:
    assert (
        rows(
            "SELECT o.id FROM orders o JOIN order_lines l ON l.order_id = o.id GROUP BY o.id, o.total_fen"
            " HAVING sum(l.price_fen * l.quantity) <> o.total_fen"
        )
        == []
    )
    paid = (
        "SELECT o.id FROM orders o JOIN ledger_entries e ON e.order_id = o.id AND e.staff_id = o.staff_id"
        " JOIN ledger_postings p ON p.entry_id = e.id AND p.account = 'sales' AND p.canteen_id = o.canteen_id"
        " GROUP BY o.id, o.total_fen, o.state"
    )
    assert one(f"SELECT count(*) FROM ({paid}) AS paid") == one("SELECT count(*) FROM orders") > 0
    net = "CASE WHEN o.state = 'cancelled' THEN 0 ELSE o.total_fen END"
    assert rows(f"{paid} HAVING sum(p.amount_fen) <> {net}") == []
    assert one("SELECT count(*) FROM ledger_entries WHERE kind = 'refund'") == one(
        "SELECT count(*) FROM orders WHERE state = 'cancelled'"
    )


def test_subsidy_is_spent_before_personal_money(demo: DemoReport) -> None:
    """Whoever paid from the personal bucket had nothing left in the other."""
    held = (
        "SELECT p.staff_id, p.entry_id, p.account, sum(p.amount_fen) OVER"
        " (PARTITION BY p.staff_id, p.account ORDER BY p.entry_id) AS held FROM ledger_postings p"
        " WHERE p.staff_id IS NOT NULL"
    )
    found = rows(
        f"WITH held AS ({held}) SELECT e.id, (SELECT h.held FROM held h WHERE h.staff_id = e.staff_id"
        " AND h.account = 'subsidy' AND h.entry_id <= e.id ORDER BY h.entry_id DESC LIMIT 1)"
        " FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id AND p.account = 'personal'"
        " WHERE e.kind = 'order'"
    )
    assert found
    assert {left for _, left in found} == {0}


def test_what_was_granted_and_what_expired_is_on_record(demo: DemoReport) -> None:
    """The jobs find nothing to do: this month is granted, and the last quarter is closed."""
    awarded = "SELECT count(*), sum(a.amount_fen) FROM grant_awards a JOIN ledger_entries e ON"
    assert rows(f"{awarded} e.id = a.entry_id AND e.staff_id = a.staff_id AND e.kind = 'grant'") == rows(
        "SELECT count(*), sum(p.amount_fen) FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id"
        " WHERE e.kind = 'grant' AND e.memo LIKE '%餐费补贴' AND p.account = 'subsidy'"
    )
    assert one("SELECT sum(amount_fen) FROM expired_subsidies") == one(
        "SELECT -sum(p.amount_fen) FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id"
        " WHERE e.kind = 'expiry' AND p.account = 'subsidy'"
    )
    with clock.at(NOON):
        month = clock.today().replace(day=1)
        assert grant_queries.boundary_due(clock.today()) is None
        assert grant_queries.without_award(grant_queries.find_plan(1), month, 0, 10) == []


def test_ids_rise_with_time(demo: DemoReport) -> None:
    for table, column in (("orders", "placed_at"), ("ledger_entries", "happened_at")):
        instants = [at for (at,) in rows(f"SELECT {column} FROM {table} ORDER BY id")]
        assert instants == sorted(instants)
        assert instant_of(instants[-1]) <= NOON


def test_counters_are_the_sums_of_active_lines_and_within_their_caps(demo: DemoReport) -> None:
    assert (
        rows(
            "SELECT d.id FROM meal_dishes d LEFT JOIN (SELECT l.meal_dish_id AS id,"
            " sum(l.quantity * l.share) AS taken FROM order_lines l JOIN orders o ON o.id = l.order_id"
            " WHERE o.state <> 'cancelled' GROUP BY l.meal_dish_id) AS t ON t.id = d.id"
            " WHERE d.taken <> coalesce(t.taken, 0) OR d.taken > d.cap * 100"
        )
        == []
    )
    assert one("SELECT sum(taken) FROM meal_dishes") > 0


def test_prep_lists_are_the_sums_of_active_lines_of_frozen_meals(demo: DemoReport) -> None:
    counted = rows(
        "SELECT o.meal_id, l.dish_id, l.portion, l.dish_name, sum(l.quantity), sum(l.quantity * l.weight_g)"
        " FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN meals m ON m.id = o.meal_id"
        " WHERE o.state <> 'cancelled' AND m.state = 'frozen' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3"
    )
    listed = (
        "SELECT meal_id, dish_id, portion, dish_name, quantity, weight_g FROM prep_lines ORDER BY 1, 2, 3"
    )
    assert rows(listed) == counted
    assert counted
