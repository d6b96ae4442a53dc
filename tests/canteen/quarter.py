"""A simulated quarter: each step does something over HTTP and plants in `books` what it must come to."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from io import BytesIO
from random import Random
from typing import Any

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.identity.models import Staff
from canteen.accounts.grants import services as grants
from canteen.accounts.rules import SUBSIDY_EXPIRY, ExpiryPeriod
from canteen.ordering.services import freeze_due_meals
from canteen.pickups.no_shows.rules import REFUND_EXCUSED
from canteen.pickups.no_shows.services import record_no_shows
from canteen.pickups.walk_ins.rules import WALK_INS
from tests.canteen.accounts.office import ADMIN, sheet_of
from tests.canteen.books import PERSONAL, SUBSIDY, Books
from tests.client import Answer, Client
from tests.factories import Compound

BEGIN = date(2026, 9, 28)
SETTLEMENTS = f"{ADMIN}/settlements"
ONE_DAY = timedelta(days=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That hour of the compound's clocks."""
    return clock.at_local(day, time(hour, minute))


class Quarter:
    """Twelve people of three departments, two canteens, and who runs them."""

    def __init__(self, compound: Compound) -> None:
        self.compound, self.rng = compound, Random("the last quarter of 2026")
        with clock.at(at(BEGIN, 8)):
            self._furnish()
        self.books = Books({dish.id: dish.price_fen for dishes in self.dishes.values() for dish in dishes})
        self.books.today = BEGIN
        for who in self.people:
            self.books.move(who, SUBSIDY, 2_000, "opening")
            self.books.move(who, PERSONAL, 3_000, "opening")
        self.clients: dict[tuple[str, int], Client] = {}
        self.lunches: dict[int, int] = {}
        self.tomorrow: list[int] = []
        self.gone: set[str] = set()

    def _furnish(self) -> None:
        made = self.compound
        self.canteens = [made.canteen() for _ in range(2)]
        self.dishes = {}
        for canteen, prices in zip(self.canteens, ((640, 990, 355), (775, 1115, 420)), strict=True):
            for period in ("lunch", "dinner"):
                made.period(canteen, period)
            self.dishes[canteen.id] = [made.dish(canteen, price_fen=price) for price in prices]
            made.rule(REFUND_EXCUSED, True, canteen.id)
        made.rule(WALK_INS, True, self.canteens[0].id)
        made.rule(SUBSIDY_EXPIRY, ExpiryPeriod.QUARTER.value)
        self.departments = [made.department() for _ in range(3)]
        self.people: dict[str, Staff] = {}
        self.department_of: dict[str, int] = {}
        for number in range(12):
            department = self.departments[number % 3]
            staff = made.staff(
                f"Q{number:02}", card_no=f"K{number:02}", department=department,
                subsidy_fen=2_000, personal_fen=3_000,
            )  # fmt: skip
            self.people[staff.staff_no] = staff
            self.department_of[staff.staff_no] = department.id
        roles = dict.fromkeys(("canteen_manager", "canteen_staff"), (ScopeKind.COMPOUND, 0))
        self.boss = made.staff("BOSS", roles=roles)

    # ---- Who acts -------------------------------------------------------------------------------------

    def client(self, who: str) -> Client:
        """Somebody's session of this week."""
        key = who, clock.today().isocalendar().week
        if key not in self.clients:
            self.clients[key] = self.compound.client(self.people.get(who, self.boss))
        return self.clients[key]

    def ask(self, who: str, path: str, body: Any = None, method: str = "POST", **sent: Any) -> Any:
        """What a request that must succeed answers."""
        given = {} if "data" in sent else {"json": body}
        key = f"{len(self.books.happened)}-{self.rng.random()}" if method == "POST" else None
        answer: Answer = self.client(who).request(method, path, key=key, **given, **sent)
        assert answer.status < 300, (path, answer.envelope)
        return answer.data

    # ---- Money ----------------------------------------------------------------------------------------

    def first_of_month(self, month: date) -> None:
        """The nightly run: what is left of the last quarter goes back, then everybody is granted."""
        with clock.at(at(month, 2)):
            grants.grant_due()
            assert grants.grant_due() == 0
        if month.month in (10, 1):
            for who in self.people:
                self.books.move(who, SUBSIDY, -self.books.held[who, SUBSIDY], "expiry")
        if month.year == 2026:
            for who in self.people.keys() - self.gone:
                self.books.move(who, SUBSIDY, 4_500, "grant")
                if self.department_of[who] == self.departments[0].id:
                    self.books.move(who, SUBSIDY, 1_550, "grant")

    def plan_grants(self) -> None:
        """45 yuan a month for everybody, and 15.50 more for the first department."""
        with clock.at(at(BEGIN, 9)):
            for name, fen, only in (("餐补", 4_500, []), ("值班餐补", 1_550, [self.departments[0].id])):
                plan = {
                    "name": name, "amount_fen": fen, "is_for_all": not only, "department_ids": only,
                    "from_month": "2026-10", "until_month": "2026-12",
                }  # fmt: skip
                self.ask("BOSS", f"{ADMIN}/grant-plans", plan)

    def deposit(self, who: str, bucket: str, fen: int) -> int:
        """Money by hand; the entry's id."""
        body = {"staff_no": who, "bucket": bucket, "amount_fen": fen, "memo": "窗口办理"}
        entry = self.ask("BOSS", f"{ADMIN}/accounts/deposits", body)
        self.books.move(who, bucket, fen, "deposit")
        return int(entry["id"])

    def payroll(self, day: date) -> None:
        """Three people have 33.35 yuan each kept back from their salary; the same file twice is once."""
        batch = [(who, self.people[who].name, "33.35", f"{day.month}月代扣") for who in ("Q01", "Q05", "Q08")]
        data = sheet_of(*batch)
        with clock.at(at(day, 8)):
            for _ in range(2):
                self._upload(data, f"GZ{day:%Y%m}")
        for who, *_ in batch:
            self.books.move(who, PERSONAL, 3_335, "payroll")

    def _upload(self, data: bytes, batch_no: str) -> None:
        file = {"file": (BytesIO(data), "工资.xlsx")}
        self.ask("BOSS", f"{ADMIN}/payroll/import", data=file, query_string={"batch_no": batch_no})

    def correct_mistakes(self, day: date) -> None:
        """A payment typed twice is taken back, a subsidy of 9 yuan that should have been 5 is mended."""
        with clock.at(at(day, 15)):
            twice = self.deposit("Q03", PERSONAL, 5_000)
            self.ask("BOSS", f"{ADMIN}/accounts/entries/{twice}/correct", {"reason": "重复录入"})
            self.books.move("Q03", PERSONAL, -5_000, "correction")
            much = self.deposit("Q04", SUBSIDY, 900)
            body = {"reason": "金额有误", "amount_fen": 400}
            self.ask("BOSS", f"{ADMIN}/accounts/entries/{much}/correct", body)
            self.books.move("Q04", SUBSIDY, -400, "correction")
            self.deposit("Q06", PERSONAL, 2_000)
            pay_out = {"staff_no": "Q06", "amount_fen": 1_234, "memo": "本人申请"}
            self.ask("BOSS", f"{ADMIN}/accounts/pay-outs", pay_out)
            self.books.move("Q06", PERSONAL, -1_234, "pay_out")

    def leave(self, who: str, day: date) -> None:
        """Somebody leaves: own money is paid out, the subsidy goes back."""

        @atomic
        def write() -> None:
            db.session.get_one(Staff, self.people[who].id).status = "left"

        with clock.at(at(day, 17)):
            write()
            self.ask("BOSS", f"{ADMIN}/accounts/closings", {"staff_no": who})
        for bucket in (SUBSIDY, PERSONAL):
            self.books.move(who, bucket, -self.books.held[who, bucket], "closing")
        self.gone.add(who)

    # ---- Meals ----------------------------------------------------------------------------------------

    def offer(self, day: date) -> None:
        """The evening before: both canteens' lunch stands, and some order already."""
        with clock.at(at(day - ONE_DAY, 17, 30)):
            for canteen in self.canteens:
                dishes = [(dish, None) for dish in self.dishes[canteen.id]]
                self.lunches[canteen.id] = self.compound.meal(canteen, dishes, day).id
        self.tomorrow = self.order_lunch(day, at(day - ONE_DAY, 18), 0.25)

    def serve(self, day: date, special: str = "") -> None:
        """The lunch of a day, from the last orders to the record of who did not come."""
        early = {self.books.meals[order].who for order in self.tomorrow}
        late = self.order_lunch(day, at(day, 8), 0.4, without=early)
        self.change_some(day, [*self.tomorrow, *late])
        if special == "withdrawal":
            self.withdraw(day, self.lunches[self.canteens[1].id])
        with clock.at(at(day, 10, 5)):
            freeze_due_meals()
        if special == "transfer":
            self.hand_over(day)
        self.pick_up(day, at_least_one_missing=special == "missing")
        if special == "walk-in":
            self.walk_in(day)
        with clock.at(at(day, 17)):
            record_no_shows()
        for meal in self.books.meals.values():
            if meal.day == day and meal.state == "booked":
                meal.state = "no_show"

    def wishes(self, canteen: int) -> dict[int, int]:
        """One or two dishes of a canteen, up to two of each."""
        dishes = self.rng.sample([dish.id for dish in self.dishes[canteen]], self.rng.randint(1, 2))
        return {dish: self.rng.randint(1, 2) for dish in dishes}

    def order_lunch(self, day: date, now: datetime, share: float, without: Collection[str] = ()) -> list[int]:
        """Some of the people order; who is short pays something in first."""
        placed = []
        for who in self.people:
            if who in self.gone or who in without or self.rng.random() >= share:
                continue
            canteen = self.rng.choice(self.canteens).id
            items = self.wishes(canteen)
            with clock.at(now):
                if self.books.cost(items) > self.books.can_pay(who):
                    self.deposit(who, PERSONAL, 5_000)
                placed.append(self.place(who, who, canteen, day, items))
        return placed

    def place(self, by: str, who: str, canteen: int, day: date, items: dict[int, int]) -> int:
        """An order for oneself or, with their consent, for a colleague."""
        body: dict[str, Any] = {
            "canteen_id": canteen, "date": day.isoformat(), "period": "lunch",
            "items": _lines(items), "dining": "dine_in", "note": "",
        }  # fmt: skip
        if by != who:
            body["staff_no"] = who
        order = self.ask(by, "/canteen/orders" if by == who else "/canteen/colleague-orders", body)
        self.books.place(order["id"], who, self.department_of[who], canteen, day, items)
        return int(order["id"])

    def change_some(self, day: date, ordered: list[int]) -> None:
        """Of what was ordered some is changed, some cancelled."""
        for order in ordered:
            meal, chance = self.books.meals[order], self.rng.random()
            with clock.at(at(day, 9)):
                if chance < 0.15:
                    items = self.wishes(meal.canteen)
                    if self.books.cost(items) - meal.total <= self.books.can_pay(meal.who):
                        body = {"items": _lines(items), "dining": "dine_in", "note": ""}
                        self.ask(meal.who, f"/canteen/orders/{order}", body, "PUT")
                        self.books.change(order, items)
                elif chance < 0.25:
                    self.ask(meal.who, f"/canteen/orders/{order}/cancel")
                    self.books.cancel(order)

    def withdraw(self, day: date, meal_id: int) -> None:
        """The second canteen cannot serve its first dish, which some have ordered."""
        canteen = self.canteens[1].id
        dish = self.dishes[canteen][0].id
        before = self.books.happened["refund"]
        with clock.at(at(day, 9, 30)):
            path = f"{ADMIN}/menus/{meal_id}/dishes/{dish}/withdraw"
            self.ask("BOSS", path, {"reason": "原料未到"})
        self.books.withdraw(canteen, day, dish)
        assert self.books.happened["refund"] > before, "the withdrawal concerned nobody"

    def hand_over(self, day: date) -> None:
        """After the freeze somebody hands their lunch to a colleague, who has none and consents."""
        booked = {order: meal for order, meal in self.books.meals.items() if meal.day == day}
        order = next(order for order, meal in booked.items() if meal.state == "booked")
        giver = booked[order].who
        receiver = self.without_lunch(day, booked[order].total)
        with clock.at(at(day, 10, 30)):
            self.ask(receiver, "/canteen/consents", {"staff_no": giver})
            done = self.ask(giver, f"/canteen/orders/{order}/transfer", {"staff_no": receiver})
        assert done["state"] == "done"
        self.books.hand_over(order, receiver, self.department_of[receiver])

    def pick_up(self, day: date, *, at_least_one_missing: bool) -> None:
        """Five of six come."""
        booked = [meal for meal in self.books.meals.values() if (meal.day, meal.state) == (day, "booked")]
        for meal in booked[at_least_one_missing:]:
            if self.rng.random() < 0.84:
                card = {"card_no": f"K{meal.who[1:]}", "canteen_id": meal.canteen, "period": "lunch"}
                with clock.at(at(day, 11, 45)):
                    self.ask("BOSS", "/canteen/pickups", card)
                meal.state = "picked_up"

    def without_lunch(self, day: date, fen: int) -> str:
        """Somebody who has ordered nothing for that day, and can pay so much."""
        eating = {
            meal.who for meal in self.books.meals.values() if meal.day == day and meal.state != "cancelled"
        }
        return next(
            who for who in self.people if who not in eating | self.gone and self.books.can_pay(who) >= fen
        )

    def walk_in(self, day: date) -> None:
        """Somebody without an order comes to the first canteen."""
        canteen = self.canteens[0].id
        items = {self.dishes[canteen][2].id: 1}
        who = self.without_lunch(day, self.books.cost(items))
        body = {
            "card_no": f"K{who[1:]}", "canteen_id": canteen, "period": "lunch", "items": _lines(items),
        }  # fmt: skip
        with clock.at(at(day, 12, 10)):
            order = self.ask("BOSS", "/canteen/walk-ins", body)
        self.books.place(order["id"], who, self.department_of[who], canteen, day, items)
        self.books.meals[order["id"]].state = "picked_up"

    def missed_on(self, day: date) -> int:
        """An order of that day for which nobody came."""
        return next(
            order
            for order, meal in self.books.meals.items()
            if (meal.day, meal.state) == (day, "no_show") and meal.who not in self.gone
        )

    def appeal(self, order: int, day: date) -> None:
        """Whoever missed a meal says why."""
        with clock.at(at(day, 14)):
            path = f"/canteen/no-shows/{order}/appeal"
            self.ask(self.books.meals[order].who, path, {"reason": "临时出差，未能用餐"})

    def excuse(self, order: int, day: date) -> None:
        """It is believed, and paid back; perhaps after the month was closed."""
        with clock.at(at(day, 14)):
            verdict = {"accepted": True, "answer": "情况属实"}
            self.ask("BOSS", f"{ADMIN}/no-shows/{order}/decide", verdict)
        assert self.books.meals[order].total > 0
        self.books.refund(order)

    def order_for_another(self, day: date) -> None:
        """The evening before, somebody orders for a colleague, who consents and pays."""
        canteen = self.canteens[0].id
        items = {self.dishes[canteen][1].id: 1}
        who = self.without_lunch(day, self.books.cost(items))
        by = next(each for each in self.people if each != who)
        with clock.at(at(day - ONE_DAY, 18, 30)):
            self.ask(who, "/canteen/consents", {"staff_no": by})
            self.tomorrow.append(self.place(by, who, canteen, day, items))

    def receive_guests(self, day: date, asked_by: str, place: int, dishes: int) -> None:
        """A dinner for guests, which a department pays."""
        canteen = self.canteens[place].id
        dish = self.dishes[canteen][0]
        body = {
            "canteen_id": canteen, "date": day.isoformat(), "period": "dinner",
            "letter_no": f"浙办函〔2026〕{dishes}号", "letter_from": "省机关事务管理局", "purpose": "study",
            "guests": [{"name": f"来宾{n}", "title": "处长"} for n in range(4)],
            "accompanying": ["Q02"], "standard_fen": 3_000,
            "dishes": [{"dish_id": dish.id, "quantity": dishes}],
        }  # fmt: skip
        with clock.at(at(day, 9)):
            filed = self.ask(asked_by, "/canteen/receptions", body)
            path = f"/canteen/receptions/{filed['id']}"
            self.ask("BOSS", f"{path}/approve", {"revision": 1})
        with clock.at(at(day, 18)):
            self.ask("BOSS", f"{path}/serve")
        fen = dish.price_fen * dishes
        self.books.receptions.append((canteen, self.department_of[asked_by], day, fen))

    # ---- The ends of months ---------------------------------------------------------------------------

    def close(self, canteen_id: int, month: date, day: date) -> Any:
        """Close a month of a canteen."""
        with clock.at(at(day, 9)):
            return self.ask("BOSS", SETTLEMENTS, {"canteen_id": canteen_id, "month": f"{month:%Y-%m}"})


def _lines(items: dict[int, int]) -> list[dict[str, Any]]:
    return [
        {"dish_id": dish, "portion": "standard", "quantity": quantity} for dish, quantity in items.items()
    ]
