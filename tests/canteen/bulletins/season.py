"""A planted fourth quarter of 2026: three canteens that weigh more or less, with totals kept apart.

`Season.plant` writes facts through the core's own operations and adds what it wrote to plain counters
(`Sums`), from which the tests say what every document must read. Nothing here asks the statistics.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.db import atomic, db
from backend.identity.models import Staff
from backend.scoresheets import operations as scoresheets
from backend.scoresheets.models import SheetVersion
from backend.scoresheets.policies import Loss, Mark
from canteen.evaluation.rectifications.models import Rectification
from canteen.evaluation.rounds.models import Round, UnitSheet
from canteen.evaluation.units.models import UnitReport
from canteen.menu.models import Meal, MealState
from canteen.waste import operations
from canteen.waste.models import Edible, Kind, Stage, WasteMeal
from tests.canteen.evaluation import organs
from tests.client import Client
from tests.factories import Compound

JANUARY = clock.at_local(date(2027, 1, 5), time(9))
OCTOBER = date(2026, 10, 1)
COST_FEN_PER_KG = 1_200


def half_up(value: Decimal, places: str = "0.1") -> Decimal:
    """Rounded as people round."""
    return value.quantize(Decimal(places), ROUND_HALF_UP)


@dataclass
class Sums:
    """What was planted of some meals."""

    opened: int = 0
    weighed: int = 0
    diners: int = 0
    plate_g: int = 0
    plate_meals: int = 0
    plate_diners: int = 0
    unserved_g: int = 0
    unserved_meals: int = 0
    unserved_diners: int = 0
    rated_g: int = 0
    prepared_g: int = 0
    wet_g: int = 0
    preparation_diners: int = 0
    trays: int = 0
    clean: int = 0
    grams: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    meals: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    costs: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, other: "Sums") -> None:
        """Add another's."""
        for name in self.__dataclass_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, int):
                setattr(self, name, mine + theirs)
            else:
                for key, value in theirs.items():
                    mine[key] += value

    @property
    def cost_fen(self) -> int:
        """What all of it cost."""
        return sum(self.costs.values())

    @property
    def plate(self) -> str:
        """`54.5 克/人·餐`."""
        return f"{half_up(Decimal(self.plate_g) / self.plate_diners)} 克/人·餐"

    @property
    def unserved(self) -> str:
        """The same of what was not served."""
        return f"{half_up(Decimal(self.unserved_g) / self.unserved_diners)} 克/人·餐"

    @property
    def clean_share(self) -> str:
        """`66.7%`."""
        return percent(self.clean, self.trays)


def percent(part: int, whole: int) -> str:
    """`66.7%`."""
    return f"{half_up(Decimal(part) * 100 / whole)}%"


def change(now: tuple[int, int], base: tuple[int, int]) -> str:
    """`下降 25.9%` of two ratios of sums."""
    rate = (Decimal(now[0]) * base[1]) / (Decimal(now[1]) * base[0]) - 1
    shown = half_up(rate * 100)
    return "持平" if not shown else f"{'下降' if shown < 0 else '上升'} {abs(shown)}%"


def total(sums: Iterable[Sums]) -> Sums:
    """Together."""
    found = Sums()
    for each in sums:
        found.add(each)
    return found


class Season:
    """Canteens, people and what was weighed: by canteen and quarter in `sums`, by day in `days`."""

    def __init__(self, compound: Compound) -> None:
        self.compound, self.rng = compound, Random("autumn of 2026")
        with clock.at(clock.at_local(date(2025, 9, 1), time(9))):
            campus = compound.campus()
            self.canteens = [
                compound.canteen(campus, name=name) for name in ("第一食堂", "第二食堂", "第三食堂")
            ]
            self.dishes = {
                each.id: [compound.dish(each, f"{each.name}菜{number}") for number in range(3)]
                for each in self.canteens
            }
            for each in self.canteens:
                compound.period(each)
        everywhere = (ScopeKind.COMPOUND, 0)
        self.reviewer = compound.staff(name="林拟稿", roles={"logistics_reviewer": everywhere})
        self.approver = compound.staff(name="周审签", roles={"bulletin_approver": everywhere})
        self.admin = compound.staff(name="管理员", roles={"administrator": everywhere})
        self.official = compound.staff(name="职工甲")
        first = self.canteens[0].id
        self.manager = compound.staff(name="沈管理", roles={"canteen_manager": (ScopeKind.CANTEEN, first)})
        self.sums: dict[tuple[int, str], Sums] = defaultdict(Sums)
        self.days: dict[tuple[int, date], Sums] = defaultdict(Sums)
        self.left: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])

    def client(self, staff: Staff | None = None) -> Client:
        """Somebody logged in now, by default who drafts."""
        return self.compound.client(staff or self.reviewer)

    def quarter(self) -> "Season":
        """This quarter, the one before (the third canteen opened since) and that of the year before."""
        one, two, three = (each.id for each in self.canteens)
        self.plant(one, "now", date(2026, 10, 9), 40, every=2, trays=3)
        self.plant(two, "now", date(2026, 10, 12), 24, every=3, gaps=4, trays=2)
        self.plant(three, "now", date(2026, 11, 2), 8, every=1, gaps=6)
        self.plant(one, "before", date(2026, 7, 6), 10, every=7, trays=4)
        self.plant(two, "before", date(2026, 7, 7), 6, every=7)
        self.plant(one, "year", date(2025, 10, 13), 5, every=7)
        return self

    def plant(
        self,
        canteen_id: int,
        span: str,
        first: date,
        meals: int,
        *,
        every: int,
        gaps: int = 0,
        trays: int = 0,
    ) -> None:
        """So many lunches, one every so many days; nobody weighed at the last `gaps`, trays at some."""

        @atomic
        def write() -> None:
            for number in range(meals):
                day = first + timedelta(days=number * every)
                self._open(canteen_id, day)
                found = Sums(opened=1, diners=self.rng.randrange(180, 420))
                db.session.add(
                    WasteMeal(
                        canteen_id=canteen_id, served_on=day, period="lunch", diners_counted=found.diners
                    )
                )
                db.session.flush()
                if number < meals - gaps:
                    self._weigh(canteen_id, day, found, trays=trays)
                self.sums[canteen_id, span].add(found)
                self.days[canteen_id, day].add(found)

        write()

    def _open(self, canteen_id: int, day: date) -> None:
        begins = clock.at_local(day, time(11, 30))
        db.session.add(
            Meal(
                canteen_id=canteen_id,
                served_on=day,
                period="lunch",
                state=MealState.PUBLISHED.value,
                order_closes_at=begins,
                cancel_closes_at=begins,
                freezes_at=begins,
                serves_from=begins,
                serves_until=begins + timedelta(hours=1),
                published_at=begins,
            )
        )

    def _weigh(self, canteen_id: int, day: date, found: Sums, *, trays: int) -> None:
        rng = self.rng
        found.weighed = 1
        plate = rng.randrange(4_000, 21_000)
        self._entry(canteen_id, day, found, Stage.PLATE, Edible.EDIBLE, plate)
        found.plate_g, found.plate_meals, found.plate_diners = plate, 1, found.diners
        if rng.random() < 0.8:
            unserved = rng.randrange(2_000, 30_000)
            self._entry(canteen_id, day, found, Stage.UNSERVED, Edible.MIXED, unserved)
            found.unserved_g, found.unserved_meals, found.unserved_diners = unserved, 1, found.diners
            prepared = rng.randrange(90_000, 160_000)
            self._entry(canteen_id, day, found, Stage.PREPARED, Edible.MIXED, prepared)
            found.rated_g, found.prepared_g = plate + unserved, prepared
        if rng.random() < 0.5:
            found.preparation_diners = found.diners
            self._entry(canteen_id, day, found, Stage.PREPARATION, Edible.EDIBLE, rng.randrange(500, 9_000))
            self._entry(canteen_id, day, found, Stage.PREPARATION, Edible.INEDIBLE, rng.randrange(900, 9_999))
        if rng.random() < 0.3:
            self._entry(canteen_id, day, found, Stage.STORAGE, Edible.MIXED, rng.randrange(100, 4_000))
        if found.unserved_meals:  # Of a meal of which both were weighed, all that was thrown away.
            stages = ("storage", "preparation", "unserved", "plate")
            found.wet_g = sum(grams for key, grams in found.grams.items() if key.split(".")[0] in stages)
        if rng.random() < 0.2:
            self._entry(canteen_id, day, found, Stage.REUSED, Edible.MIXED, rng.randrange(100, 2_500))
        for _ in range(trays):
            grams = rng.choice((0, 3, 10, 11, 45, 120))
            self._record(canteen_id, day, Kind.TRAY_RETURN, grams)
            found.trays += 1
            found.clean += grams <= 10
        for dish in self.dishes[canteen_id][: rng.randrange(3)]:
            served = rng.randrange(9_000, 20_000)
            left = rng.randrange(300, 4_000)
            self._record(canteen_id, day, Kind.SERVE_DELTA, served, dish_id=dish.id)
            self._record(canteen_id, day, Kind.DISH_LEFTOVER, left, dish_id=dish.id)
            if day >= OCTOBER:
                sums = self.left[dish.id]
                self.left[dish.id] = [sums[0] + left, sums[1] + served, sums[2] + 1]

    def _entry(
        self, canteen_id: int, day: date, found: Sums, stage: Stage, edible: Edible, grams: int
    ) -> None:
        self._record(canteen_id, day, Kind.ENTRY, grams, stage=stage, edible=edible)
        part = "inedible" if edible is Edible.INEDIBLE else "food"
        found.grams[f"{stage.value}.{part}"] += grams
        if part == "food":  # What nobody eats is weighed beside the food.
            found.meals[stage.value] += 1
        if stage not in (Stage.REUSED, Stage.PREPARED):
            cost = (Decimal(grams) * COST_FEN_PER_KG / 1000).quantize(Decimal(1), ROUND_HALF_UP)
            found.costs[stage.value] += int(cost)

    def _record(self, canteen_id: int, day: date, kind: Kind, grams: int, **fields: Any) -> None:
        fields.setdefault("entered_by", self.manager.id)
        operations.record(
            canteen_id=canteen_id,
            served_on=day,
            period="lunch",
            kind=kind,
            net_g=grams,
            captured_at=clock.at_local(day, time(13)),
            **fields,
        )

    def evaluate(self) -> dict[str, tuple[str, str]]:
        """The quarter's evaluation of four units of others: score and grade by name, one without any.

        One unit failed and has to rectify by a day that has passed; one has reported all three months.
        """
        version = organs.sheet(points=(60, 30, 10))
        marks = {"甲县机关": (60, 28, 10), "乙县机关": (55, 20, 5), "丙县机关": (40, 10, 5), "丁县机关": None}
        made = {
            name: organs.unit(f"U{number}", name=name, joined=date(2026, 1, 5))
            for number, name in enumerate(marks)
        }
        at = clock.at_local(date(2026, 12, 30), time(9))

        @atomic
        def write() -> None:
            of = Round(
                year=2026,
                quarter=4,
                version_id=version.id,
                due_on=date(2026, 12, 28),
                opened_at=at,
                opened_by=0,
            )
            db.session.add(of)
            db.session.flush()
            for name, points in marks.items():
                unit = made[name]
                done = points is not None
                sheet = UnitSheet(
                    round_id=of.id,
                    unit_id=unit.id,
                    unit_name=name,
                    level=unit.level,
                    region="",
                    operation=unit.operation,
                    serving=unit.serving,
                    state="closed" if done else "filling",
                    closed_at=at if done else None,
                )
                db.session.add(sheet)
                db.session.flush()
                self._score(version, sheet.id, points, at)
            self._rectify(made["丙县机关"].id, at)
            for month in (10, 11, 12):
                db.session.add(
                    UnitReport(
                        unit_id=made["甲县机关"].id,
                        month=date(2026, month, 1),
                        version=1,
                        diners=1,
                        meals_served=1,
                        meals_measured=1,
                        via="form",
                        reported_at=at,
                        reported_by=0,
                        reported_by_name="甲",
                    )
                )

        write()
        return {
            "甲县机关": ("98.0", "优秀"),
            "乙县机关": ("80.0", "良好"),
            "丙县机关": ("55.0", "不合格"),
            "丁县机关": ("未定", "—"),
        }

    def _score(
        self, version: SheetVersion, sheet_id: int, points: tuple[int, ...] | None, at: datetime
    ) -> None:
        scoring = scoresheets.open_scoring(version.id, "evaluation_sheet", sheet_id, at=at)
        if points is None:
            return
        marks = []
        for item, score in zip(version.items, points, strict=True):
            lost = () if score * 10 == item.points_tenths else (Loss(item.reasons[0].id),)
            marks.append(Mark(item.id, score * 10, losses=lost))
        scoresheets.score(SYSTEM, scoring, marks, at=at)
        scoresheets.close_scoring(SYSTEM, scoring, at=at)

    def _rectify(self, unit_id: int, at: datetime) -> None:
        db.session.add(
            Rectification(
                unit_id=unit_id,
                origin="manual",
                title="补齐厨余台账",
                state="open",
                first_due_on=date(2027, 1, 2),
                due_on=date(2027, 1, 2),
                opened_at=at,
                opened_by=0,
                opened_by_name="林拟稿",
            )
        )
