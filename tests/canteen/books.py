"""What a simulated quarter ought to come to, kept in plain dictionaries.

Nothing here asks the system: amounts come from the prices and grants that the simulation plants, and the
rules of spending are written down once more, so that a fault of the system cannot hide in both.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

SUBSIDY, PERSONAL, RECEPTION = "subsidy", "personal", "reception"
Parts = dict[str, int]


@dataclass
class Meal:
    """An order: who eats, for which department, and what each bucket has paid of it so far."""

    who: str
    department: int
    canteen: int
    day: date
    items: dict[int, int]
    paid: Parts = field(default_factory=dict)
    state: str = "booked"

    @property
    def total(self) -> int:
        """What it costs at present."""
        return sum(self.paid.values())


class Books:
    """Balances, moves by month, meals and receptions."""

    def __init__(self, prices: Mapping[int, int]) -> None:
        self.prices = prices
        self.today = date.min
        self.held: Counter[tuple[str, str]] = Counter()
        # (who, month, bucket) → what came in and what went out, as a statement tells them.
        self.came: Counter[tuple[str, date, str]] = Counter()
        self.went: Counter[tuple[str, date, str]] = Counter()
        self.meals: dict[int, Meal] = {}
        # (canteen, department, day) → fen, one for each reception.
        self.receptions: list[tuple[int, int, date, int]] = []
        self.closed: dict[int, set[date]] = defaultdict(set)
        # (canteen, month, department, bucket) → fen that came too late for a closed month.
        self.late: Counter[tuple[int, date, int, str]] = Counter()
        self.happened: Counter[str] = Counter()

    # ---- Money in and out of people's buckets ---------------------------------------------------------

    def move(self, who: str, bucket: str, fen: int, why: str) -> None:
        """One leg of an entry, today."""
        if not fen:
            return
        month = self.today.replace(day=1)
        self.held[who, bucket] += fen
        (self.came if fen > 0 else self.went)[who, month, bucket] += abs(fen)
        self.happened[why] += 1
        assert self.held[who, bucket] >= 0, (who, bucket)

    def can_pay(self, who: str) -> int:
        """Both buckets together."""
        return self.held[who, SUBSIDY] + self.held[who, PERSONAL]

    def cost(self, items: Mapping[int, int]) -> int:
        """What so many of these dishes cost."""
        return sum(self.prices[dish] * quantity for dish, quantity in items.items())

    # ---- Orders ---------------------------------------------------------------------------------------

    def place(
        self, order: int, who: str, department: int, canteen: int, day: date, items: dict[int, int]
    ) -> None:
        """An order that its diner pays for."""
        meal = self.meals[order] = Meal(who, department, canteen, day, dict(items))
        self._charge(meal, self.cost(items))

    def change(self, order: int, items: dict[int, int]) -> None:
        """Other dishes; the difference is paid or given back."""
        meal = self.meals[order]
        meal.items = dict(items)
        difference = self.cost(items) - meal.total
        if difference > 0:
            self._charge(meal, difference)
        else:
            self._give_back(meal, -difference)

    def cancel(self, order: int) -> None:
        """The whole order goes back to where its money came from."""
        self._give_back(self.meals[order], self.meals[order].total)
        self.meals[order].state = "cancelled"

    def withdraw(self, canteen: int, day: date, dish: int) -> None:
        """A dish leaves a meal: its lines are refunded, an order of nothing else is cancelled."""
        for order, meal in self.meals.items():
            if (meal.canteen, meal.day, meal.state) == (canteen, day, "booked") and dish in meal.items:
                rest = {other: quantity for other, quantity in meal.items.items() if other != dish}
                if rest:
                    self.change(order, rest)
                else:
                    self.cancel(order)

    def hand_over(self, order: int, who: str, department: int) -> None:
        """Somebody else takes the order and pays for it; the giver has everything back."""
        meal = self.meals[order]
        total = meal.total
        self._give_back(meal, total)
        meal.who, meal.department = who, department
        self._charge(meal, total)

    def refund(self, order: int) -> None:
        """Everything back, while the order stays as it ended."""
        self._give_back(self.meals[order], self.meals[order].total)

    def _charge(self, meal: Meal, fen: int) -> None:
        subsidy = min(fen, self.held[meal.who, SUBSIDY])
        for bucket, part in ((SUBSIDY, subsidy), (PERSONAL, fen - subsidy)):
            self._move_for(meal, bucket, -part, "order")

    def _give_back(self, meal: Meal, fen: int) -> None:
        personal = min(fen, meal.paid.get(PERSONAL, 0))
        for bucket, part in ((PERSONAL, personal), (SUBSIDY, fen - personal)):
            self._move_for(meal, bucket, part, "refund")

    def _move_for(self, meal: Meal, bucket: str, fen: int, why: str) -> None:
        self.move(meal.who, bucket, fen, why)
        meal.paid[bucket] = meal.paid.get(bucket, 0) - fen
        month = meal.day.replace(day=1)
        if month in self.closed[meal.canteen]:
            self.late[meal.canteen, month, meal.department, bucket] -= fen

    # ---- What the months come to ----------------------------------------------------------------------

    def statement(self, who: str, month: date) -> dict[str, tuple[int, int, int, int]]:
        """Opening, in, out and closing of a month, by bucket."""
        found = {}
        for bucket in (SUBSIDY, PERSONAL):
            before = sum(
                sign * fen
                for sign, moves in ((1, self.came), (-1, self.went))
                for (whose, of_month, of_bucket), fen in moves.items()
                if (whose, of_bucket) == (who, bucket) and of_month < month
            )
            came, went = self.came[who, month, bucket], self.went[who, month, bucket]
            found[bucket] = (before, came, went, before + came - went)
        return found

    def settlement(self, canteen: int, month: date) -> dict[int, Counter[str]]:
        """What each department's meals and receptions of the month come to now, with how many there were."""
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for meal in self.meals.values():
            if (meal.canteen, meal.day.replace(day=1)) == (canteen, month) and meal.state != "cancelled":
                found[meal.department].update(meal.paid)
                found[meal.department][meal.state] += 1
        for where, department, day, fen in self.receptions:
            if (where, day.replace(day=1)) == (canteen, month):
                found[department].update({RECEPTION: fen, "receptions": 1})
        return {department: sums for department, sums in found.items() if any(sums.values())}

    def close(
        self, canteen: int, month: date
    ) -> tuple[dict[int, Counter[str]], Counter[tuple[date, int, str]]]:
        """Close a month: its own sums, and what came late for months before it."""
        own = self.settlement(canteen, month)
        self.closed[canteen].add(month)
        return own, self.taken_late(canteen)

    def taken_late(self, canteen: int) -> Counter[tuple[date, int, str]]:
        """What came late so far for the canteen's closed months; it is settled with this."""
        found: Counter[tuple[date, int, str]] = Counter()
        for key in [key for key in self.late if key[0] == canteen]:
            found[key[1:]] = self.late.pop(key)
        return found

    def earned(self, canteen: int) -> int:
        """All that the canteen ever earned."""
        meals = sum(meal.total for meal in self.meals.values() if meal.canteen == canteen)
        return meals + sum(fen for where, _, _, fen in self.receptions if where == canteen)
