"""A canteen with lunches that are over, people who ate, and grams that were weighed."""

from datetime import date, time, timedelta
from typing import Any

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from canteen.accounts.models import EntryKind, LedgerEntry
from canteen.menu.models import Dish, Meal, Portion
from canteen.ordering.models import Order, OrderLine
from canteen.ordering.receptions.models import Reception, ReceptionCompanion, ReceptionDish
from canteen.waste import operations
from canteen.waste.models import Edible, Kind, Stage, WasteMeal
from tests.client import Client
from tests.factories import MONDAY, Compound

# The Tuesday of the week after: everything of the first week is over, and it is last week.
LATER = clock.at_local(MONDAY + timedelta(days=8), time(9))
WEEK = {"from_date": MONDAY.isoformat(), "to_date": (MONDAY + timedelta(days=6)).isoformat()}


class Pantry:
    """One canteen with two dishes and a manager; lunches as they are asked for."""

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        self.canteen = compound.canteen()
        compound.period(self.canteen)
        self.pork = compound.dish(self.canteen, "红烧肉")
        self.greens = compound.dish(self.canteen, "青菜", portions=[("standard", 300, 200, 100)])
        self.manager = self.client("canteen_manager")
        self.official = compound.client(compound.staff())

    def client(self, role: str) -> Client:
        """Somebody with a role at this canteen, logged in."""
        roles = {role: (ScopeKind.CANTEEN, self.canteen.id)}
        return self.compound.client(self.compound.staff(roles=roles))

    def lunch(self, day: int = 0, **columns: Any) -> Meal:
        """A published lunch of both dishes, so many days after Monday."""
        dishes = {self.pork: None, self.greens: None}
        return self.compound.meal(self.canteen, dishes, MONDAY + timedelta(days=day), **columns)

    def weigh(
        self,
        day: int,
        *,
        net_g: int,
        stage: Stage | None = None,
        dish: Dish | None = None,
        kind: Kind = Kind.ENTRY,
        period: str = "lunch",
        edible: Edible = Edible.MIXED,
    ) -> int:
        """Somebody weighs; by default a person enters grams of a stage."""

        @atomic
        def write() -> int:
            return operations.record(
                canteen_id=self.canteen.id,
                served_on=MONDAY + timedelta(days=day),
                period=period,
                kind=kind,
                stage=stage,
                edible=edible,
                net_g=net_g,
                dish_id=dish.id if dish is not None else None,
                entered_by=1,
            )

        return write()

    def plates(self, day: int, net_g: int, diners: int) -> None:
        """Plate waste of a lunch, and who ate there as somebody counted them."""
        self.weigh(day, stage=Stage.PLATE, net_g=net_g)
        self.count(day, diners)

    def count(self, day: int, diners: int) -> None:
        """Somebody counts the diners of a lunch."""

        @atomic
        def write() -> None:
            key = (self.canteen.id, MONDAY + timedelta(days=day), "lunch")
            row = db.session.get(WasteMeal, key)
            if row is None:
                row = WasteMeal(canteen_id=key[0], served_on=key[1], period=key[2])
                db.session.add(row)
            row.diners_counted = diners

        write()

    def eats(
        self, meal: Meal, *lines: tuple[Dish, str, int], state: str = "picked_up", **columns: Any
    ) -> int:
        """Somebody's order of (dish, portion, grams); picked up by default. Returns the order's id."""
        staff = columns.pop("staff", None) or self.compound.staff()
        offered = {line.dish_id: line.id for line in meal.dishes}

        @atomic
        def write() -> int:
            order = Order(
                **_key(meal),
                meal_id=meal.id,
                staff_id=staff.id,
                department_id=1,
                state=state,
                dining="dine_in",
                total_fen=0,
                placed_at=meal.serves_from,
                picked_up_at=meal.serves_from if state == "picked_up" else None,
                **columns,
            )
            order.lines = [
                OrderLine(
                    meal_dish_id=offered[dish.id],
                    dish_id=dish.id,
                    dish_name=dish.name,
                    portion=portion,
                    quantity=1,
                    price_fen=0,
                    weight_g=grams,
                    share=0,
                    price_fen_per_kg=3_000 if portion == Portion.WEIGHT.value else None,
                )
                for dish, portion, grams in lines
            ]
            db.session.add(order)
            db.session.flush()
            return order.id

        return write()

    def receives(self, meal: Meal, guests: int, companions: list[Any], dish: Dish, portions: int) -> None:
        """Guests came to a lunch, with these members of staff."""

        @atomic
        def write() -> None:
            asking = companions[0]
            entry = LedgerEntry(
                kind=EntryKind.RECEPTION.value, staff_id=asking.id, happened_at=clock.now(), entered_by=0
            )
            db.session.add(entry)
            db.session.flush()
            reception = Reception(
                **_key(meal),
                serves_from=meal.serves_from,
                requester_id=asking.id,
                department_id=1,
                state="served",
                letter_no="1",
                letter_from="某市",
                letter_key="某市1",
                purpose="study",
                standard_fen=5_000,
                guests=guests,
                companions=len(companions),
                total_fen=100,
                filed_at=clock.now(),
                served_at=clock.now(),
                actual_guests=guests,
                actual_companions=len(companions),
                actual_total_fen=100,
                entry_id=entry.id,
            )
            db.session.add(reception)
            db.session.flush()
            db.session.add_all(
                ReceptionCompanion(
                    reception_id=reception.id,
                    is_actual=is_actual,
                    staff_id=one.id,
                    staff_no=one.staff_no,
                    name=one.name,
                    title="",
                )
                for one in companions
                for is_actual in (True, False)
            )
            db.session.add(
                ReceptionDish(
                    reception_id=reception.id,
                    is_actual=True,
                    dish_id=dish.id,
                    dish_name=dish.name,
                    quantity=portions,
                    price_fen=0,
                    weight_g=200,
                )
            )

        write()


def _key(meal: Meal) -> dict[str, int | date | str]:
    return {"canteen_id": meal.canteen_id, "served_on": meal.served_on, "period": meal.period}
