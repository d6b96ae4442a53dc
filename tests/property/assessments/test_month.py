"""A month is simulated: what the locked score sheets say is what was planted, figure by figure."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from sqlalchemy import insert, text

from backend import clock
from backend.db import atomic, db, table
from backend.ratings.models import Rating, RatingDay
from property.assessments.months import services
from property.inspections.models import Checklist, Plan
from property.inspections.rounds.models import Round
from property.service_levels.models import Clock
from property.work_orders import rollups
from property.work_orders.models import WorkOrder
from tests.factories import LONG_AGO
from tests.property.estate import add

ORDERS = (830, 690, 440, 40, 0)
FEES = (12_345_678, 8_000_000, 9_999_999, 5_000_001, 3_000_000)
# The metrics of the house's sheet as it is printed: points, none at, all at (per cent).
METRICS = {
    "响应及时": (8, 80, 98),
    "按时完成": (12, 80, 95),
    "一次修复": (6, 80, 95),
    "返工": (4, 10, 2),
    "重开": (4, 8, 1),
    "巡检合格": (8, 85, 99),
    "满意": (8, 70, 95),
}
JUDGED = 50
# How each firm does: response, resolution, rework, reopening, satisfaction, items that pass.
QUALITY = (
    (0.97, 0.93, 0.03, 0.02, 0.93, 0.98),
    (0.90, 0.86, 0.07, 0.05, 0.84, 0.93),
    (0.84, 0.82, 0.12, 0.09, 0.72, 0.88),
    (1.00, 0.90, 0.05, 0.00, 0.90, 0.99),
    (0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
)


@dataclass
class Planted:
    """What the generator has put into a firm's month."""

    counts: Counter[str] = field(default_factory=Counter)
    taken: Decimal = Decimal(0)

    def shares(self):
        """By metric, the numerator and the denominator."""
        of = self.counts
        return {
            "响应及时": (of["responded"], of["completed"]),
            "按时完成": (of["on_time"], of["completed"]),
            "一次修复": (of["first_fixed"], of["completed"]),
            "返工": (of["reworked"], of["completed"]),
            "重开": (of["reopened"], of["completed"]),
            "巡检合格": (of["passed"], of["passed"] + of["failed"]),
            "满意": (of["satisfied"], of["rated"]) if of["rated"] >= 5 else (0, 0),
        }

    def expected(self):
        """By metric its points (None where it does not apply), then the total, the share and what is due."""
        points = {}
        for name, (numerator, denominator) in self.shares().items():
            worth, none_at, all_at = METRICS[name]
            if not denominator:
                points[name] = None
                continue
            value = Decimal(100 * numerator) / denominator
            share = min(max((value - none_at) / (all_at - none_at), Decimal(0)), Decimal(1))
            points[name] = tenth(worth * share)
        within = JUDGED + sum(METRICS[name][0] for name, given in points.items() if given is not None)
        given = JUDGED - self.taken + sum(each for each in points.values() if each is not None)
        total = tenth(given * 100 / within)
        return points, total, Decimal(100) if total >= 85 else total + 15


def tenth(value):
    """Rounded half up to a tenth."""
    return Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP)


class Generator:
    """Writes orders with their clocks, ratings and rounds of November and remembers what it wrote."""

    def __init__(self, firms, contractors):
        self.random = random.Random(20261101)
        self.firms, self.contractors = firms, contractors
        self.planted = {firm.id: Planted() for firm in contractors}
        self.orders, self.clocks, self.ratings, self.rating_days = [], [], [], Counter()
        self.departed = firms.estate.people["requester"]

    def instant(self, last=30):
        """Some working hour of November."""
        day = date(2026, 11, self.random.randint(1, last))
        return clock.at_local(day, time(self.random.randint(8, 17), self.random.randint(0, 59)))

    def chance(self, share):
        """Whether it happens."""
        return self.random.random() < share

    def write_orders(self):
        """All orders; of twenty, one is not completed within the month and counts nowhere."""
        for firm, number, quality in zip(self.contractors, ORDERS, QUALITY, strict=True):
            for _ in range(number):
                self.order(firm.id, quality)
        self.flush()

    def order(self, firm_id, quality):
        """One order with its clocks, and perhaps its rating."""
        id_ = len(self.orders) + 1
        response, resolution, rework, reopening, satisfaction, _ = quality
        counts = self.planted[firm_id].counts
        at = self.instant(28)
        completed_at = at + timedelta(hours=self.random.randint(1, 40))
        is_late = id_ % 20 == 0
        if is_late:
            completed_at = clock.at_local(date(2026, 12, 1), time(1))
        reopened, reworked = self.chance(reopening), self.chance(rework)
        met = {"response": self.chance(response), "resolution": self.chance(resolution)}
        is_rated = not is_late and self.chance(0.4)
        self.orders.append(
            {
                "id": id_,
                "number": f"G{id_}",
                "origin": "phone",
                "reporter_id": self.departed.id,
                "category_id": self.firms.estate.categories["leak"].id,
                "place_class": "ordinary",
                "campus_id": self.firms.estate.campus.id,
                "description": "漏水",
                "urgency": "ordinary",
                "state": "closed" if is_rated else "to_rate",
                "cycle": int(reopened),
                "contractor_id": firm_id,
                "submitted_at": at,
                "submitted_by": self.departed.id,
                "completed_at": completed_at,
                "reworks": int(reworked),
                "reopenings": int(reopened),
            }
        )
        for cycle in range(int(reopened) + 1):
            # The verdicts of a first cycle that was reopened are the opposite ones, and must not count.
            for kind, is_met in met.items():
                verdict = "met" if is_met == (cycle == int(reopened)) else "missed"
                self.clocks.append(clock_row(id_, cycle, kind, verdict, at, completed_at))
        if is_late:
            return
        counts["completed"] += 1
        counts["responded"] += met["response"]
        counts["on_time"] += met["resolution"]
        counts["first_fixed"] += not reopened and not reworked
        counts["reworked"] += reworked
        counts["reopened"] += reopened
        if is_rated:
            self.rate(firm_id, id_, completed_at, satisfaction)

    def rate(self, firm_id, order_id, at, satisfaction):
        """A rating of the firm."""
        grade = self.random.choice((4, 5)) if self.chance(satisfaction) else self.random.choice((1, 2, 3))
        on = clock.local(at).date()
        self.planted[firm_id].counts["rated"] += 1
        self.planted[firm_id].counts["satisfied"] += grade >= 4
        self.rating_days[firm_id, on, grade] += 1
        self.ratings.append(
            {
                "service": "property.work_order",
                "subject_id": order_id,
                "cycle": 0,
                "rater_id": self.departed.id,
                "department_id": 1,
                "provider_kind": "contractor",
                "provider_id": firm_id,
                "served_on": on,
                "rated_at": at,
                "grade": grade,
                "is_anonymous": True,
                "text": "",
            }
        )

    @atomic
    def flush(self):
        """Everything in bulk; the rollups as they are rebuilt from the orders."""
        days = {}
        for (firm_id, on, grade), count in self.rating_days.items():
            row = days.setdefault((firm_id, on), dict.fromkeys(("n1", "n2", "n3", "n4", "n5"), 0))
            row[f"n{grade}"] = count
        about = {"service": "property.work_order", "provider_kind": "contractor", "dimension": ""}
        for model, rows in (
            (WorkOrder, self.orders),
            (Clock, self.clocks),
            (Rating, self.ratings),
            (
                RatingDay,
                [{**about, "provider_id": a, "served_on": b, **row} for (a, b), row in days.items()],
            ),
        ):
            db.session.execute(insert(table(model)), rows)
        rollups.rebuild()

    def write_rounds(self):
        """A round a day for each firm that has orders; what fell due in October counts nowhere."""
        group = self.firms.estate.group
        checklist = add(Checklist(name="机房"))
        plan = add(
            Plan(
                name="每日巡检",
                kind="inspection",
                checklist_id=checklist.id,
                group_id=group.id,
                unit="day",
                every=1,
                weekdays=[],
                times=["09:00"],
                starts_on=date(2026, 1, 1),
                window_minutes=60,
                planned_until=LONG_AGO,
                created_at=LONG_AGO,
                created_by=0,
            )
        )
        rows = []
        for place, (firm, quality) in enumerate(zip(self.contractors, QUALITY, strict=True)):
            if not quality[-1]:
                continue
            for number in range(31):
                due_at = clock.at_local(date(2026, 10, 31), time(9, place)) + timedelta(days=number)
                failed = sum(not self.chance(quality[-1]) for _ in range(12))
                if number:
                    self.planted[firm.id].counts.update(passed=12 - failed, failed=failed)
                rows.append(round_row(plan.id, group.id, firm.id, due_at, 12 - failed, failed))
        write(Round, rows)

    def deduct(self, opened, firm):
        """Deductions of which some are appealed: upheld, partly upheld, rejected, and one taken back."""
        orders = [row["id"] for row in self.orders if row["contractor_id"] == firm.id][:3]
        made = [
            self.firms.deducted(opened, title, points, order_ids=orders)
            for title, points in (("投诉处理", 2), ("消防与应急", 1.5), ("公共区域", 0.5), ("养护", 1))
        ]
        self.firms.decided(self.firms.appealed(made[0]), "upheld")
        self.firms.decided(self.firms.appealed(made[1]), "partly", 0.7)
        self.firms.decided(self.firms.appealed(made[2]), "rejected")
        mistake = self.firms.deducted(opened, "制度与档案", 3, order_ids=orders)
        path = f"/property/deductions/{mistake['id']}/withdraw"
        assert self.firms.assessor.post(path, {"reason": "记错合同"}).status == 200
        self.planted[firm.id].taken = Decimal("0.7") + Decimal("0.5") + Decimal(1)


@atomic
def write(model, rows):
    """Rows in bulk."""
    db.session.execute(insert(table(model)), rows)


def clock_row(subject_id, cycle, kind, verdict, started_at, ended_at):
    """A clock that has ended."""
    return {
        "subject_id": subject_id,
        "cycle": cycle,
        "kind": kind,
        "calendar": "",
        "counting": "natural",
        "amount": 60,
        "started_at": started_at,
        "due_at": started_at + timedelta(hours=1),
        "verdict": verdict,
        "ended_at": ended_at,
    }


def round_row(plan_id, group_id, contractor_id, due_at: datetime, passed, failed):
    """A round that was finished in time."""
    return {
        "plan_id": plan_id,
        "kind": "inspection",
        "name": "每日巡检",
        "due_at": due_at,
        "due_on": clock.local(due_at).date(),
        "opens_at": due_at,
        "closes_at": due_at + timedelta(hours=1),
        "group_id": group_id,
        "contractor_id": contractor_id,
        "campus_id": 0,
        "building_id": 0,
        "state": "finished",
        "made_at": due_at,
        "ended_at": due_at + timedelta(minutes=30),
        "in_time": True,
        "passed": passed,
        "failed": failed,
    }


# Written apart from the rollups: from the orders, their clocks and the ratings themselves.
APART = """
SELECT count(*), sum(response.verdict = 'met'), sum(resolution.verdict = 'met'),
       sum(o.reworks = 0 AND o.reopenings = 0), sum(o.reworks > 0), sum(o.reopenings > 0),
       (SELECT count(*) FROM ratings r WHERE r.provider_kind = 'contractor' AND r.provider_id = :firm),
       (SELECT count(*) FROM ratings r WHERE r.provider_kind = 'contractor' AND r.provider_id = :firm
        AND r.grade >= 4)
FROM work_orders o
JOIN service_clocks response
  ON response.subject_id = o.id AND response.cycle = o.cycle AND response.kind = 'response'
JOIN service_clocks resolution
  ON resolution.subject_id = o.id AND resolution.cycle = o.cycle AND resolution.kind = 'resolution'
WHERE o.contractor_id = :firm AND o.completed_at >= :first AND o.completed_at < :next
"""
PLANTED = ("completed", "responded", "on_time", "first_fixed", "reworked", "reopened", "rated", "satisfied")


def counted_apart(firm_id):
    """What plain SQL finds of a firm's November."""
    statement = APART
    if db.engine.dialect.name == "postgresql":
        for condition in (
            "response.verdict = 'met'",
            "resolution.verdict = 'met'",
            "o.reworks = 0 AND o.reopenings = 0",
            "o.reworks > 0",
            "o.reopenings > 0",
        ):
            statement = statement.replace(f"sum({condition})", f"count(*) FILTER (WHERE {condition})")
    # A month of Asia/Shanghai, in UTC, as instants are kept.
    span = {"first": "2026-10-31 16:00:00", "next": "2026-11-30 16:00:00"}
    if db.engine.dialect.name == "postgresql":
        span = {name: datetime.fromisoformat(f"{value}+00:00") for name, value in span.items()}
    return db.session.execute(text(statement), {"firm": firm_id, **span}).one()


@pytest.fixture
def simulated(firms):
    """Five firms with contracts; the last one had nothing to do."""
    contractors = [firms.firm, *(firms.estate.contractor(f"物业{number}公司") for number in "二三四五")]
    generator = Generator(firms, contractors)
    generator.write_orders()
    generator.write_rounds()
    contracts = [firms.contract]
    contracts += [firms.new_contract(firm) for firm in contractors[1:]]
    for contract, fee in zip(contracts, FEES, strict=True):
        add_fee(contract.id, fee)
    return generator, dict(zip([firm.id for firm in contractors], contracts, strict=True))


@atomic
def add_fee(contract_id, fee_fen):
    """The monthly fee of a contract."""
    statement = text("UPDATE contracts SET monthly_fee_fen = :fee WHERE id = :id")
    db.session.execute(statement, {"fee": fee_fen, "id": contract_id})


def test_every_figure_of_the_locked_sheets_is_what_was_planted(firms, simulated):
    generator, contracts = simulated
    assert len(generator.orders) == 2000
    assert services.open_last_month() == len(contracts)
    speakers = firms.theirs
    for place, firm in enumerate(generator.contractors):
        planted = generator.planted[firm.id]
        rows = firms.assessor.get("/property/assessments", contractor_id=firm.id).data["list"]
        (row,) = rows
        opened = firms.shown(row)
        if ORDERS[place]:
            firms.theirs = firms.speaker(firm) if place else speakers
            generator.deduct(opened, firm)
        locked = firms.locked(opened)["shown"]
        points, total, share = planted.expected()
        items = {each["level2"]: each for each in locked["items"]}
        for name, (numerator, denominator) in planted.shares().items():
            assert (items[name]["numerator"], items[name]["denominator"]) == (numerator, denominator), name
            given = points[name]
            assert items[name]["score"] == (float(given) if given is not None else None), name
        assert Decimal(str(sum(each["taken"] for each in locked["items"]))) == planted.taken
        assert Decimal(str(locked["total"])) == total
        assert Decimal(str(locked["share"])) == share
        due = (FEES[place] * share / 100).quantize(Decimal(1), ROUND_HALF_UP)
        assert (locked["full_fen"], locked["payable_fen"]) == (FEES[place], int(due))
        if ORDERS[place]:
            assert tuple(counted_apart(firm.id)) == tuple(planted.counts[name] for name in PLANTED)
    # The firm that had nothing to do is judged by what people saw alone.
    assert all(each is None for each in points.values())
    assert total == 100
