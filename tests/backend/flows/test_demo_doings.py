"""What people of the demo do beyond ordering: leave, arrangements, receptions, settlements; and the jobs."""

from datetime import timedelta

from flask import Flask

from backend import clock
from backend.actor import SYSTEM
from backend.dates import previous_month
from backend.flows.demo import DemoReport
from backend.flows.demo.organisation import ADMINISTRATOR_NO, VISITOR_NO
from canteen.accounts.grants import services as grants
from canteen.accounts.services import reconcile
from canteen.menu import queries as menu_queries
from canteen.ordering.receptions import policies as reception_policies
from canteen.ordering.receptions import queries as reception_queries
from canteen.ordering.standing import services as standing
from canteen.pickups.no_shows import services as no_shows
from canteen.settlement import figures, queries
from canteen.settlement.policies import total
from tests.backend.flows.demo_house import NOON, WEDNESDAY, instant_of, one, rows


def test_leave_covers_the_meals_that_it_excuses(demo: DemoReport) -> None:
    unexplained = (
        "SELECT n.order_id FROM no_shows n JOIN meals m ON m.id = n.meal_id"
        " LEFT JOIN absences a ON a.staff_id = n.staff_id AND a.state = 'approved'"
        " AND a.from_at <= m.serves_from AND a.until_at >= m.serves_until AND a.decided_at <= n.recorded_at"
        " WHERE n.was_absent <> (a.id IS NOT NULL)"
    )
    assert rows(unexplained) == []
    assert one("SELECT count(*) FROM no_shows WHERE was_absent") > 0


def test_nobody_is_expected_at_a_meal_and_away_or_away_twice(demo: DemoReport) -> None:
    expected = (
        "SELECT o.id FROM orders o JOIN meals m ON m.id = o.meal_id JOIN absences a"
        " ON a.staff_id = o.staff_id AND a.state = 'approved'"
        " AND a.from_at <= m.serves_from AND a.until_at >= m.serves_until WHERE o.state = 'booked'"
    )
    assert rows(expected) == []
    twice = (
        "SELECT a.id FROM absences a JOIN absences b ON b.staff_id = a.staff_id AND b.id <> a.id"
        " AND b.from_at < a.until_at AND a.from_at < b.until_at"
        " WHERE a.state IN ('pending', 'approved') AND b.state IN ('pending', 'approved')"
    )
    assert rows(twice) == []
    states = {state for (state,) in rows("SELECT DISTINCT state FROM absences")}
    assert {"pending", "approved", "rejected"} <= states
    waiting = (
        "SELECT count(*) FROM absences a JOIN orders o ON o.staff_id = a.staff_id AND o.state = 'booked'"
        " AND o.served_on BETWEEN a.from_on AND a.until_on WHERE a.state = 'pending'"
    )
    assert one(waiting) > 0, "approving one of them cancels an order"
    assert instant_of(one("SELECT max(filed_at) FROM absences")) <= NOON


def test_windows_hold_no_more_takeaways_than_the_canteen_lets_them(demo: DemoReport) -> None:
    counted = (
        "SELECT meal_id, collect_from, count(*) FROM orders"
        " WHERE collect_from IS NOT NULL AND state <> 'cancelled' GROUP BY 1, 2 ORDER BY 1, 2"
    )
    kept = rows("SELECT meal_id, collect_from, taken FROM takeaway_windows ORDER BY 1, 2")
    assert kept == rows(counted) != []
    without = (
        "SELECT count(*) FROM orders o JOIN rule_versions v ON v.scope_id = o.canteen_id"
        " AND v.rule_key = 'canteen.takeaway_window_orders' AND o.placed_at >= v.effective_at"
        " WHERE o.dining = 'takeaway' AND o.collect_from IS NULL"
    )
    assert one(without) == 0


def test_receptions_keep_the_rules_of_filing_and_are_booked_once(demo: DemoReport) -> None:
    found = rows(
        "SELECT r.canteen_id, r.state, r.guests, r.companions, r.total_fen, r.standard_fen, r.filed_at,"
        " r.serves_from, r.decided_at, r.entry_id FROM receptions r"
    )
    assert {row[1] for row in found} >= {"submitted", "approved", "rejected", "served", "settled"}
    for canteen_id, _, guests, companions, total_fen, standard_fen, filed_at, serves_from, *_ in found:
        limits = reception_queries.limits(canteen_id, NOON)
        reception_policies.ensure_party(guests, companions, limits)
        reception_policies.ensure_standard(standard_fen, limits)
        reception_policies.ensure_affordable(total_fen, guests + companions, standard_fen)
        reception_policies.ensure_in_time(instant_of(serves_from), limits.lead, instant_of(filed_at))
    booked = (
        "SELECT r.id, r.actual_total_fen FROM receptions r JOIN ledger_entries e ON e.id = r.entry_id"
        " AND e.reception_id = r.id AND e.happened_at = r.served_at AND e.staff_id = r.requester_id"
        " JOIN ledger_postings p ON p.entry_id = e.id AND p.department_id = r.department_id"
        " AND p.amount_fen = -r.actual_total_fen"
    )
    assert len(rows(booked)) == one("SELECT count(*) FROM ledger_entries WHERE kind = 'reception'")
    assert len(rows(booked)) == sum(row[9] is not None for row in found) > 0
    for kind in ("guests", "companions", "dishes"):
        counted = f"SELECT count(DISTINCT reception_id) FROM reception_{kind} WHERE"  # noqa: S608 - Above.
        assert one(f"{counted} NOT is_actual") == len(found)
        assert one(f"{counted} is_actual") == len(rows(booked))


def test_closed_months_say_what_the_ledger_says_and_the_next_one_can_be_closed(demo: DemoReport) -> None:
    closed = rows("SELECT canteen_id, id FROM settlements ORDER BY 1")
    assert [canteen_id for canteen_id, _ in closed] == [1, 2, 3]
    with clock.at(NOON):
        last = previous_month(WEDNESDAY)
        for canteen in menu_queries.canteens_readable(SYSTEM):
            [settled] = queries.closed_months(canteen.id)
            view = queries.get_settlement(SYSTEM, canteen_id=canteen.id, month=settled.month)
            assert view.difference_fen == 0
            assert view.total_fen == settled.total_fen > 0
            lines, adjustments, ledger_fen = figures.compute(canteen.id, settled.month, after=None)
            assert (view.lines, adjustments, total(lines).amount_fen) == (lines, [], ledger_fen)
            draft = queries.get_settlement(SYSTEM, canteen_id=canteen.id, month=last)
            assert (draft.obstacles, draft.difference_fen, draft.adjustments) == ([], 0, [])
            assert draft.own.receptions > 0 or canteen.id == 3


def test_a_payroll_batch_is_the_sum_of_what_it_paid_in(demo: DemoReport) -> None:
    wrong = (
        "SELECT b.id FROM payroll_batches b JOIN payroll_items i ON i.batch_id = b.id"
        " LEFT JOIN ledger_entries e ON e.id = i.entry_id AND e.staff_id = i.staff_id AND e.kind = 'payroll'"
        " LEFT JOIN ledger_postings p ON p.entry_id = e.id AND p.account = 'personal'"
        " AND p.amount_fen = i.amount_fen GROUP BY b.id, b.people, b.total_fen"
        " HAVING count(p.id) <> b.people OR sum(i.amount_fen) <> b.total_fen"
    )
    assert rows(wrong) == []
    assert one("SELECT count(*) FROM payroll_items") == one(
        "SELECT count(*) FROM ledger_entries WHERE kind = 'payroll'"
    )
    assert one("SELECT count(*) FROM payroll_batches") > 0


def test_the_visitors_account_has_something_of_everything(demo: DemoReport) -> None:
    visitor = one("SELECT id FROM staff WHERE staff_no = :no", no=VISITOR_NO)
    administrator = one("SELECT id FROM staff WHERE staff_no = :no", no=ADMINISTRATOR_NO)
    offered = (
        "SELECT t.receiver_id FROM order_transfers t JOIN orders o ON o.id = t.order_id"
        " AND o.staff_id = t.giver_id AND o.state = 'booked' AND o.served_on > :today"
        " WHERE t.state = 'offered' ORDER BY t.id"
    )
    assert rows(offered, today=WEDNESDAY) == [(visitor,), (administrator,)]
    placed = (
        "SELECT o.staff_id, c.giver_id, o.origin FROM colleague_orders p"
        " JOIN orders o ON o.id = p.order_id AND o.placed_by = p.placed_by"
        " JOIN colleague_consents c ON c.id = p.consent_id AND c.colleague_id = p.placed_by"
        " AND c.given_at < o.placed_at AND c.revoked_at IS NULL WHERE p.placed_by = :visitor"
    )
    [(diner, giver, origin)] = rows(placed, visitor=visitor)
    assert (diner, origin) == (giver, "colleague")
    own = {"visitor": visitor}
    assert one("SELECT count(*) FROM colleague_consents WHERE giver_id = :visitor", **own) == 2
    assert one("SELECT is_paused FROM standing_orders WHERE staff_id = :visitor", **own)
    assert one("SELECT state FROM absences WHERE staff_id = :visitor AND from_on > '2026-11-25'", **own)
    assert one("SELECT state FROM data_requests WHERE staff_id = :visitor", **own) == "open"
    missed = "SELECT count(*) FROM no_shows WHERE staff_id = :visitor AND state = 'recorded'"
    assert one(f"{missed} AND served_on >= '2026-11-19'", **own) > 0
    filed = rows("SELECT state FROM receptions WHERE requester_id = :visitor ORDER BY id", **own)
    assert filed == [("served",), ("submitted",)]
    assert one("SELECT count(*) FROM no_shows WHERE state = 'appealed'") > 0


def test_the_jobs_find_an_orderly_house(living_demo: Flask) -> None:
    """Nothing is granted, expired or recorded twice; standing orders are taken up, but for the paused one."""
    with clock.at(NOON):
        assert (grants.expire_due(), grants.grant_due(), no_shows.record_no_shows()) == (0, 0, 0)
        assert standing.place_standing_orders() > 0
    told = "SELECT DISTINCT outcome FROM standing_order_results"
    assert ("placed",) in rows(told)
    assert rows("SELECT s.id FROM standing_orders s JOIN orders o ON o.staff_id = s.staff_id"
                " WHERE s.is_paused AND o.origin = 'standing'") == []  # fmt: skip
    # The warning of the last week of a quarter names what the demo's quarter has left.
    with clock.at(NOON + timedelta(days=31)):
        assert grants.warn_of_expiry() > 0
    assert reconcile() == []
