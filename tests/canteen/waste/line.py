"""A serving line by weight: two dishes with a price of the kilogram, a soup without, a reader and a scale."""

from datetime import datetime
from itertools import count
from typing import Any

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from backend.identity.models import Staff
from canteen.waste.serving.rules import BY_WEIGHT
from canteen.waste.serving.services import settle_due
from tests.canteen.waste.kitchen import Kitchen, at, event, results
from tests.client import Answer, Client
from tests.factories import MONDAY, NINE, Compound

TRAY = 480


class Line(Kitchen):
    """Monday's lunch is on the menu; 红烧肉 costs 36 yuan a kilogram, 米饭 5."""

    def __init__(self, compound: Compound, *, by_weight: bool = True, **kitchen: Any) -> None:
        super().__init__(compound, **kitchen)
        if by_weight:
            compound.rule(BY_WEIGHT, True, self.canteen.id)
        self.pork = compound.dish(self.canteen, "红烧肉", price_fen_per_kg=3_600)
        self.rice = compound.dish(self.canteen, "米饭", price_fen_per_kg=500)
        self.soup = compound.dish(self.canteen, "例汤")
        self.menu = [(self.pork, None), (self.rice, None), (self.soup, None)]
        self.lunch = compound.meal(self.canteen, self.menu)
        self._cards, self._seq = count(1), count(1)
        self.diner = self.person(name="王五", personal_fen=10_000)
        self.me = compound.client(self.diner)
        self.counter = compound.client(
            compound.staff(roles={"canteen_staff": (ScopeKind.CANTEEN, self.canteen.id)})
        )
        self.boss = self.manager()

    def person(self, **columns: Any) -> Staff:
        """Somebody with a card."""
        return self.compound.staff(card_no=f"CARD{next(self._cards)}", **columns)

    def order_soup(self, who: Staff | None = None) -> dict[str, Any]:
        """Somebody orders the soup of the same lunch beforehand."""
        body = {
            "canteen_id": self.canteen.id,
            "date": MONDAY.isoformat(),
            "period": "lunch",
            "items": [{"dish_id": self.soup.id, "portion": "standard", "quantity": 1}],
            "dining": "dine_in",
        }
        with clock.at(NINE):
            ordered = self.compound.client(who or self.diner).post("/canteen/orders", body)
        assert ordered.status == 201, ordered.envelope
        return dict(ordered.data)

    def bind_tray(
        self, tray: int = 0, who: Staff | None = None, by: Client | None = None, wall: str = "12:00"
    ) -> Answer:
        """The counter binds a tray to somebody's card."""
        with clock.at(at(wall)):
            return (by or self.counter).post(
                "/canteen/waste/trays/bind",
                {
                    "canteen_id": self.canteen.id,
                    "tray_code": f"T{tray}",
                    "card_no": (who or self.diner).card_no,
                },
            )

    def serve(self, dish: Any, grams: int, wall: str = "12:01", tray: int = 0, **fields: Any) -> int:
        """The scale tells a helping, now; its number."""
        seq = next(self._seq)
        told = event(seq, "serve_delta", wall, tray=f"T{tray}", dish_id=dish.id, gross_g=grams, **fields)
        assert results(self.send(told)) == ["accepted"]
        return seq

    def bring_back(self, left_g: int, wall: str = "12:25", tray: int = 0) -> None:
        """The tray is returned with so much on it."""
        seq = next(self._seq)
        told = event(seq, "tray_return", wall, tray=f"T{tray}", gross_g=TRAY + left_g)
        assert results(self.send(told)) == ["accepted"]

    def settle(self, when: datetime | str = "13:00", **kwargs: Any) -> int:
        """The job runs."""
        db.session.rollback()
        with clock.at(at(when) if isinstance(when, str) else when):
            return settle_due(**kwargs)

    def meals(self, by: Client | None = None) -> list[Any]:
        """One's own meals by weight."""
        return list((by or self.me).get("/canteen/me/weighed-meals").data["list"])

    def balance(self, by: Client | None = None) -> int:
        """What one has."""
        return int((by or self.me).get("/canteen/account").data["balance_fen"])
