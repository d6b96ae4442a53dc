"""Orders, portions, money and pick-ups."""

from typing import Final

from backend.flows.invariants.examining import Examination, Invariant
from canteen.accounts import reconciling

# What a withdrawal leaves: the gate shut, and the rest of a begun portion counted as taken
# (`canteen.ordering.withdrawals`).
_PORTIONS: Final = """
    SELECT d.id, d.meal_id, d.dish_id, d.taken, coalesce(t.taken, 0) AS counted, coalesce(d.cap, -1) AS cap
    FROM meal_dishes d LEFT JOIN (
      SELECT l.meal_dish_id, sum(l.quantity * l.share) AS taken
      FROM order_lines l JOIN orders o ON o.id = l.order_id
      WHERE o.state <> 'cancelled' GROUP BY l.meal_dish_id
    ) t ON t.meal_dish_id = d.id
    WHERE (
      d.taken <> coalesce(t.taken, 0)
      AND NOT (NOT d.is_open AND d.taken = d.cap * 100 AND d.taken - coalesce(t.taken, 0) BETWEEN 1 AND 99)
    ) OR d.taken > d.cap * 100
    ORDER BY d.id
"""
_WINDOWS: Final = """
    SELECT coalesce(w.meal_id, o.meal_id) AS meal_id, coalesce(w.taken, 0) AS taken,
      coalesce(o.orders, 0) AS orders
    FROM takeaway_windows w FULL JOIN (
      SELECT meal_id, collect_from, count(*) AS orders FROM orders
      WHERE collect_from IS NOT NULL AND state <> 'cancelled' GROUP BY meal_id, collect_from
    ) o ON o.meal_id = w.meal_id AND o.collect_from = w.collect_from
    WHERE coalesce(w.taken, 0) <> coalesce(o.orders, 0) ORDER BY 1
"""
# Who walks in after the freeze is on no list, unless a dish was withdrawn and its line counted again.
_PREP_LISTS: Final = """
    SELECT meal_id, dish_id, sum(listed) AS listed, sum(ordered) AS ordered FROM (
      SELECT meal_id, dish_id, portion, quantity AS listed, 0 AS ordered, 0 AS walked_in FROM prep_lines
      UNION ALL
      SELECT o.meal_id, l.dish_id, l.portion, 0,
        CASE WHEN o.origin = 'walk_in' THEN 0 ELSE l.quantity END,
        CASE WHEN o.origin = 'walk_in' THEN l.quantity ELSE 0 END
      FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN meals m ON m.id = o.meal_id
      WHERE m.state = 'frozen' AND o.state <> 'cancelled' AND o.origin <> 'by_weight'
    ) both_sides
    GROUP BY meal_id, dish_id, portion
    HAVING sum(listed) NOT IN (sum(ordered), sum(ordered) + sum(walked_in))
    ORDER BY meal_id, dish_id
"""
_TWICE: Final = """
    SELECT staff_id, min(id) AS first_id, max(id) AS last_id, count(*) AS orders FROM orders
    WHERE state <> 'cancelled' AND origin <> 'by_weight'
    GROUP BY staff_id, served_on, period HAVING count(*) > 1
    UNION ALL
    SELECT staff_id, min(id), max(id), count(*) FROM orders
    WHERE state <> 'cancelled' AND origin = 'by_weight'
    GROUP BY staff_id, canteen_id, served_on, period HAVING count(*) > 1
    ORDER BY 2
"""
_ELSEWHERE: Final = """
    SELECT o.id, o.meal_id FROM orders o JOIN meals m ON m.id = o.meal_id
    WHERE o.canteen_id <> m.canteen_id OR o.served_on <> m.served_on OR o.period <> m.period ORDER BY o.id
"""
# What a canteen earned by an order is what the order costs now, less what was given back or is owed.
_UNPAID: Final = """
    WITH paid AS (
      SELECT e.order_id, sum(p.amount_fen) AS fen, count(DISTINCT p.canteen_id) AS canteens,
        max(p.canteen_id) AS canteen_id
      FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id AND p.account = 'sales'
      WHERE e.order_id IS NOT NULL GROUP BY e.order_id
    ), due AS (
      SELECT o.id, o.canteen_id, CASE WHEN o.state = 'cancelled' THEN 0
        ELSE o.total_fen - coalesce(n.refunded_fen, 0) - coalesce(w.owed_fen, 0) END AS fen
      FROM orders o LEFT JOIN no_shows n ON n.order_id = o.id LEFT JOIN weighed_meals w ON w.order_id = o.id
    )
    SELECT due.id, due.fen AS due_fen, coalesce(paid.fen, 0) AS paid_fen
    FROM due LEFT JOIN paid ON paid.order_id = due.id
    WHERE due.fen <> coalesce(paid.fen, 0) OR paid.canteens > 1 OR paid.canteen_id <> due.canteen_id
    ORDER BY due.id
"""
_PAID_FOR_NOTHING: Final = """
    SELECT e.id, e.order_id FROM ledger_entries e LEFT JOIN orders o ON o.id = e.order_id
    WHERE e.order_id IS NOT NULL AND o.id IS NULL ORDER BY e.id
"""
_RECEPTIONS: Final = """
    WITH paid AS (
      SELECT e.reception_id, sum(p.amount_fen) AS fen
      FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id AND p.account = 'sales'
      WHERE e.reception_id IS NOT NULL GROUP BY e.reception_id
    )
    SELECT coalesce(r.id, paid.reception_id) AS id, coalesce(r.actual_total_fen, 0) AS due_fen,
      coalesce(paid.fen, 0) AS paid_fen
    FROM receptions r FULL JOIN paid ON paid.reception_id = r.id
    WHERE coalesce(paid.fen, 0)
      <> CASE WHEN r.state IN ('served', 'settled') THEN coalesce(r.actual_total_fen, 0) ELSE 0 END
    ORDER BY 1
"""
_PUT_IN: Final = """
    SELECT what, entry_id, sum(said_fen) AS said_fen, max(booked_fen) AS booked_fen FROM (
      SELECT g.what, g.entry_id, g.fen AS said_fen, (
        SELECT coalesce(sum(p.amount_fen), 0) FROM ledger_postings p
        WHERE p.entry_id = g.entry_id AND p.staff_id = g.staff_id
      ) AS booked_fen
      FROM (
        SELECT '补贴发放' AS what, entry_id, staff_id, amount_fen AS fen FROM grant_awards
        UNION ALL SELECT '补贴到期', entry_id, staff_id, -amount_fen FROM expired_subsidies
        UNION ALL SELECT '工资代扣', entry_id, staff_id, amount_fen FROM payroll_items
      ) g
    ) each_one
    GROUP BY what, entry_id HAVING sum(said_fen) <> max(booked_fen) ORDER BY 1, 2
"""
_HANDED_OUT_TWICE: Final = """
    SELECT order_id, count(*) AS times FROM offline_pickups WHERE outcome = 'booked'
    GROUP BY order_id HAVING count(*) > 1 ORDER BY order_id
"""
_HANDED_OUT_OF_NOTHING: Final = """
    SELECT p.order_id FROM offline_pickups p LEFT JOIN orders o ON o.id = p.order_id
    WHERE p.outcome = 'booked' AND (o.id IS NULL OR o.state <> 'picked_up') ORDER BY p.order_id
"""
_SAME_NUMBER: Final = """
    SELECT meal_id, pickup_no, count(*) AS orders FROM orders WHERE pickup_no IS NOT NULL
    GROUP BY meal_id, pickup_no HAVING count(*) > 1 ORDER BY meal_id, pickup_no
"""
_MISSED: Final = """
    SELECT coalesce(o.id, n.order_id) AS id, coalesce(o.state, '—') AS state, coalesce(n.state, '—') AS record
    FROM (SELECT id, state FROM orders WHERE state = 'no_show' OR id IN (SELECT order_id FROM no_shows)) o
    FULL JOIN no_shows n ON n.order_id = o.id
    WHERE o.id IS NULL OR n.order_id IS NULL
      OR o.state <> CASE n.state WHEN 'picked_up' THEN 'picked_up' ELSE 'no_show' END
    ORDER BY 1
"""


def _ledger(found: Examination) -> None:
    found.look_at("ledger_entries", "ledger_postings", "account_balances")
    for one in reconciling.differences():
        found.fault(f"{one.subject}：账 {one.ledger_fen} 分，实 {one.balance_fen} 分")
    found.ask(
        "SELECT staff_id, bucket, balance_fen FROM account_balances WHERE balance_fen < 0 ORDER BY 1",
        "staff {staff_id} {bucket}：余额 {balance_fen} 分",
    )
    found.ask(_PUT_IN, "{what}分录 {entry_id}：登记 {said_fen} 分，入账 {booked_fen} 分")


def _orders_paid(found: Examination) -> None:
    found.look_at("orders", "receptions")
    found.ask(_UNPAID, "订单 {id}：应付 {due_fen} 分，入账 {paid_fen} 分，或记到了别的食堂")
    found.ask(_PAID_FOR_NOTHING, "分录 {id}：订单 {order_id} 不存在")
    found.ask(_RECEPTIONS, "公务接待 {id}：应付 {due_fen} 分，入账 {paid_fen} 分")


def _portions(found: Examination) -> None:
    found.look_at("meal_dishes", "order_lines", "takeaway_windows", "prep_lines")
    found.ask(
        _PORTIONS,
        "餐次 {meal_id} 菜品 {dish_id}：计数 {taken}，订单合计 {counted}，上限 {cap} 份（单位：百分之一份）",
    )
    found.ask(_WINDOWS, "餐次 {meal_id} 外带时段：计数 {taken}，订单 {orders} 个")
    found.ask(_PREP_LISTS, "餐次 {meal_id} 菜品 {dish_id}：备餐单 {listed} 份，订单 {ordered} 份")


def _one_order(found: Examination) -> None:
    found.look_at("orders")
    found.ask(_TWICE, "staff {staff_id}：同一餐次有 {orders} 个有效订单（{first_id} … {last_id}）")
    found.ask(_ELSEWHERE, "订单 {id}：食堂、日期或餐别与餐次 {meal_id} 不一致")


def _pickups(found: Examination) -> None:
    found.look_at("offline_pickups", "no_shows")
    found.ask(_HANDED_OUT_TWICE, "订单 {order_id}：离线取餐入账 {times} 次")
    found.ask(_HANDED_OUT_OF_NOTHING, "订单 {order_id}：离线取餐已入账，订单却不是已取餐")
    found.ask(_SAME_NUMBER, "餐次 {meal_id} 取餐号 {pickup_no}：{orders} 个订单")
    found.ask(_MISSED, "订单 {id}：状态 {state}，未取餐记录 {record}")


INVARIANTS: Final = (
    Invariant("ledger", "餐费账户：分录平衡，余额等于流水合计", _ledger),
    Invariant("orders_paid", "订单与账目一一对应", _orders_paid),
    Invariant("portions", "余量、外带时段、备餐单等于有效订单合计，不超上限", _portions),
    Invariant("one_order", "一人一餐一单", _one_order),
    Invariant("pickups", "一单只取一次，未取餐记录与订单一致", _pickups),
)
