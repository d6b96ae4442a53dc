"""A canteen with two departments that eat there, and a manager who settles its months."""

from datetime import date, time
from typing import Any

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.identity.models import Staff
from canteen.accounts import operations as accounts
from canteen.accounts.models import Bucket
from canteen.ordering.models import Order, OrderState
from tests.client import Answer, Client
from tests.factories import Compound

PATH = "/canteen/admin/settlements"
BEGIN = clock.at_local(date(2026, 10, 30), time(8))
DECEMBER = clock.at_local(date(2026, 12, 2), time(9))
BOTH = (Bucket.SUBSIDY, Bucket.PERSONAL)


class Months:
    """A dish at 6 yuan. Amy of the office pays from her subsidy of 10 yuan first, Bo of finance has 500."""

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        with clock.at(BEGIN):
            self.canteen = compound.canteen(name="机关食堂")
            # A number, which a thread without an application context may read.
            self.canteen_id = self.canteen.id
            self.dish = compound.dish(self.canteen, price_fen=600)
            self.office, self.finance = compound.department("办公室"), compound.department("财务处")
            self.amy = compound.staff(
                name="艾米", department=self.office, subsidy_fen=1_000, personal_fen=50_000
            )
            self.bo = compound.staff(name="柏", department=self.finance, subsidy_fen=50_000)
            roles = {"canteen_manager": (ScopeKind.CANTEEN, self.canteen.id)}
            self.boss = compound.staff(name="沈管理", roles=roles)
        self.meals: dict[date, Any] = {}

    def client(self, staff: Staff | None = None) -> Client:
        """A fresh session of somebody, by default the manager's: those of last month are over."""
        return self.compound.client(staff or self.boss)

    def order(self, staff: Staff, day: date, quantity: int = 1, *, on: date | None = None) -> int:
        """Somebody's lunch of that day, ordered on that day or before; the order's id."""
        with clock.at(clock.at_local(on or day, time(9))):
            if day not in self.meals:
                self.meals[day] = self.compound.meal(self.canteen, [(self.dish, None)], day)
            items = [{"dish_id": self.dish.id, "portion": "standard", "quantity": quantity}]
            answer = self.client(staff).post(
                "/canteen/orders",
                {
                    "canteen_id": self.canteen.id,
                    "date": day.isoformat(),
                    "period": "lunch",
                    "items": items,
                    "dining": "dine_in",
                },
            )
        assert answer.status == 201, answer.envelope
        return int(answer.data["id"])

    def eat(self, staff: Staff, day: date, quantity: int = 1, *, on: date | None = None) -> int:
        """An order that was handed out."""
        return self.end(self.order(staff, day, quantity, on=on), OrderState.PICKED_UP, day)

    def miss(self, staff: Staff, day: date, quantity: int = 1) -> int:
        """An order that nobody came for."""
        return self.end(self.order(staff, day, quantity), OrderState.NO_SHOW, day)

    def end(self, order_id: int, state: OrderState, day: date) -> int:
        """Let an order end in this state."""

        @atomic
        def write() -> None:
            order = db.session.get_one(Order, order_id)
            order.state = state.value
            if state is OrderState.PICKED_UP:
                order.picked_up_at = clock.at_local(day, time(12))

        write()
        return order_id

    def refund(self, order_id: int, amount_fen: int) -> None:
        """Give something back for an order, now."""

        @atomic
        def write() -> None:
            order = db.session.get_one(Order, order_id)
            accounts.lock_balances(order.staff_id)
            accounts.refund(
                staff_id=order.staff_id,
                amount_fen=amount_fen,
                order_id=order_id,
                canteen_id=order.canteen_id,
                spending_order=BOTH,
                at=clock.now(),
                memo="迟到的退款",
            )

        write()

    def see(self, month: str, by: Client | None = None) -> Any:
        """The month as the manager sees it."""
        return (by or self.client()).get(PATH, canteen_id=self.canteen_id, month=month).data

    def close(self, month: str, by: Client | None = None, **fields: Any) -> Answer:
        """Close a month, as the manager."""
        return (by or self.client()).post(PATH, {"canteen_id": self.canteen_id, "month": month, **fields})


def sums(row: dict[str, Any]) -> tuple[int, ...]:
    """The counts and amounts of a line or a group."""
    names = ("picked_up", "no_shows", "receptions", "subsidy_fen", "personal_fen", "reception_fen")
    return tuple(row[name] for name in names)
