"""A quarter of a compound, whose totals were planted before and must come out to the fen.

Twelve people of three departments, two canteens, thirteen weeks: grants, payments, orders, changes,
cancellations, a dish that is not served, orders handed over, walk-ins, missed meals with appeals, guests,
corrections, and what expires. `books` adds up what was planted, and never asks the system.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from backend import clock
from backend.db import db
from canteen.accounts.services import reconcile
from canteen.accounts.statements.queries import month_statement
from tests.canteen.books import PERSONAL, RECEPTION, SUBSIDY
from tests.canteen.quarter import ONE_DAY, SETTLEMENTS, Quarter, at

OCTOBER, NOVEMBER, DECEMBER, JANUARY = (
    *(date(2026, month, 1) for month in (10, 11, 12)),
    date(2027, 1, 1),
)
# Tuesdays and Thursdays. The first of December is one of them, the last of the year is another.
SERVED = {
    date(2026, 10, 5) + timedelta(weeks=week, days=weekday): "" for week in range(13) for weekday in (1, 3)
} | {
    date(2026, 10, 13): "missing",
    date(2026, 10, 22): "walk-in",
    date(2026, 10, 29): "missing",
    date(2026, 11, 12): "transfer",
    date(2026, 11, 17): "withdrawal",
    date(2026, 11, 26): "missing",
    date(2026, 12, 8): "walk-in",
    date(2026, 12, 15): "transfer",
    date(2026, 12, 31): "missing",
}
BUCKETS = SUBSIDY, PERSONAL, RECEPTION
COUNTS = "picked_up", "no_show", "receptions"


def test_a_quarter_comes_out_to_the_fen(compound):
    quarter = Quarter(compound)
    quarter.plan_grants()
    late: dict[str, int] = {}
    settled = []
    day = OCTOBER
    while day < date(2027, 1, 6):
        quarter.books.today = day
        if day.day == 1:
            quarter.first_of_month(day)
        if day in SERVED:
            quarter.serve(day, SERVED[day])
        settled += happen(quarter, day, late)
        if day + ONE_DAY in SERVED:
            quarter.offer(day + ONE_DAY)
            if day + ONE_DAY == date(2026, 11, 5):
                quarter.order_for_another(day + ONE_DAY)
        day += ONE_DAY
    everything_was_there(quarter)
    accounts_agree(quarter)
    with clock.at(at(date(2027, 1, 6), 9)):
        settlements_agree(quarter, settled)
    the_ledger_agrees(quarter)


def happen(quarter: Quarter, day: date, late: dict[str, int]) -> list[Any]:
    """What else happens on a day, and the settlements that are closed on it."""
    books = quarter.books
    if day.day == 15 and day.year == 2026:
        quarter.payroll(day)
    match day.isoformat():
        case "2026-10-16":
            late["same month"] = quarter.missed_on(date(2026, 10, 13))
            quarter.appeal(late["same month"], day)
        case "2026-10-19":
            quarter.excuse(late["same month"], day)
        case "2026-10-20":
            quarter.correct_mistakes(day)
        case "2026-10-21":
            quarter.receive_guests(day, "Q00", 0, 6)
        case "2026-11-02":
            late["october"] = quarter.missed_on(date(2026, 10, 29))
            quarter.appeal(late["october"], day)
            return close(quarter, OCTOBER, day)
        case "2026-11-04":
            quarter.excuse(late["october"], day)
        case "2026-11-18":
            quarter.receive_guests(day, "Q04", 1, 5)
        case "2026-11-30":
            late["november"] = quarter.missed_on(date(2026, 11, 26))
            quarter.appeal(late["november"], day)
        case "2026-12-02":
            return close(quarter, NOVEMBER, day)
        case "2026-12-04":
            quarter.excuse(late["november"], day)
        case "2026-12-18":
            quarter.leave("Q11", day)
        case "2026-12-28":
            with clock.at(at(day, 15)):
                for who in sorted(quarter.people.keys() - quarter.gone):
                    quarter.deposit(who, SUBSIDY, 3_000)
        case "2027-01-04":
            late["december"] = quarter.missed_on(date(2026, 12, 31))
            quarter.appeal(late["december"], day)
            return close(quarter, DECEMBER, day)
        case "2027-01-05":
            quarter.excuse(late["december"], day)
            # A subsidy of last year's comes back after its expiry, and stays until the next one.
            assert books.held[books.meals[late["december"]].who, SUBSIDY] > 0
    return []


def close(quarter: Quarter, month: date, day: date) -> list[Any]:
    """Close a month of both canteens, which must agree with what was planted until then."""
    closed = []
    for canteen in quarter.canteens:
        seen = quarter.close(canteen.id, month, day)
        agrees(seen, *quarter.books.close(canteen.id, month))
        closed.append(seen)
    return closed


def agrees(seen: Any, own: dict[int, Counter[str]], late: Counter[tuple[date, int, str]]) -> None:
    """A settlement says what was planted, by department and bucket, and of earlier months."""
    told = {
        int(row["key"]): (
            *(row[f"{bucket}_fen"] for bucket in BUCKETS),
            *(row[name] for name in ("picked_up", "no_shows", "receptions")),
        )
        for row in seen["departments"]
    }
    assert told == {of: tuple(sums[name] for name in (*BUCKETS, *COUNTS)) for of, sums in own.items()}
    adjusted: Counter[tuple[date, int, str]] = Counter()
    for row in seen["adjustments"]:
        for bucket in BUCKETS:
            key = date.fromisoformat(f"{row['month']}-01"), row["department_id"], bucket
            adjusted[key] += row[f"{bucket}_fen"]
    assert +adjusted == +late
    assert -adjusted == -late
    assert seen["difference_fen"] == 0


def everything_was_there(quarter: Quarter) -> None:
    """The simulation did all that it is there for: no part of it was left out by chance."""
    happened = quarter.books.happened
    kinds = ("grant", "expiry", "deposit", "payroll", "correction", "pay_out", "closing", "order", "refund")
    assert [kind for kind in kinds if not happened[kind]] == []
    # Everybody's opening subsidy, and what most had left at the end of the year.
    assert happened["expiry"] > len(quarter.people) + 5
    states = Counter(meal.state for meal in quarter.books.meals.values())
    assert states["cancelled"] > 5
    assert states["no_show"] > 10
    assert states["picked_up"] > 100


def accounts_agree(quarter: Quarter) -> None:
    """Every balance and every statement of the three months, opening to closing."""
    books = quarter.books
    for who, staff in quarter.people.items():
        for month in (OCTOBER, NOVEMBER, DECEMBER):
            if who in quarter.gone:
                buckets = [
                    (line.bucket.value, line.opening_fen, line.in_fen, line.out_fen, line.closing_fen)
                    for line in month_statement(staff.id, month).buckets
                ]
            else:
                with clock.at(at(date(2027, 1, 5), 20)):
                    path = f"/canteen/account/statement?month={month:%Y-%m}"
                    seen = quarter.ask(who, path, method="GET")
                names = ("bucket", "opening_fen", "in_fen", "out_fen", "closing_fen")
                buckets = [tuple(line[name] for name in names) for line in seen["buckets"]]
            told = {bucket: tuple(amounts) for bucket, *amounts in buckets}
            assert told == books.statement(who, month), (who, month)
    assert reconcile() == []


def settlements_agree(quarter: Quarter, settled: list[Any]) -> None:
    """Closed months stayed as they were; what came after the last is a draft; together it is everything."""
    for seen in settled:
        wanted = f"{SETTLEMENTS}?canteen_id={seen['canteen_id']}&month={seen['month']}"
        assert quarter.ask("BOSS", wanted, method="GET") == seen
    assert [seen["month"] for seen in settled] == [
        f"2026-{month}" for month in (10, 11, 12) for _ in quarter.canteens
    ]
    adjustments = sum(len(seen["adjustments"]) for seen in settled)
    for canteen in quarter.canteens:
        draft = quarter.ask("BOSS", f"{SETTLEMENTS}?canteen_id={canteen.id}&month=2027-01", method="GET")
        agrees(draft, {}, quarter.books.taken_late(canteen.id))
        adjustments += len(draft["adjustments"])
        own = [seen for seen in [*settled, draft] if seen["canteen_id"] == canteen.id]
        assert sum(seen["total_fen"] for seen in own) == quarter.books.earned(canteen.id)
    assert adjustments == 3


def the_ledger_agrees(quarter: Quarter) -> None:
    """The same by SQL of the test's own, over all postings."""
    db.session.rollback()
    books = quarter.books

    def sums(sql: str) -> dict[Any, int]:
        return {tuple(key): int(fen) for *key, fen in db.session.execute(text(sql))}

    assert sums(
        "SELECT canteen_id, SUM(amount_fen) FROM ledger_postings WHERE account = 'sales' GROUP BY 1"
    ) == {(canteen.id,): books.earned(canteen.id) for canteen in quarter.canteens}
    held = sums(
        "SELECT s.staff_no, p.account, SUM(p.amount_fen) FROM ledger_postings p"
        " JOIN staff s ON s.id = p.staff_id GROUP BY 1, 2"
    )
    assert {key: fen for key, fen in held.items() if fen} == {
        key: fen for key, fen in books.held.items() if fen
    }
    spent: Counter[int] = Counter()
    for _, department, _, fen in books.receptions:
        spent[department] += fen
    assert sums(
        "SELECT department_id, -SUM(amount_fen) FROM ledger_postings WHERE account = 'reception' GROUP BY 1"
    ) == {(department,): fen for department, fen in spent.items()}
    assert sums("SELECT SUM(amount_fen) FROM ledger_postings") == {(): 0}
