"""A Monday's dinner with guests: a requester, a manager, and what a request says."""

from typing import Any

import pytest

from backend.actor import ScopeKind
from backend.db import db
from canteen.accounts.models import LedgerEntry, LedgerPosting
from tests.client import Answer, Client
from tests.factories import MONDAY


class Banquet:
    """One canteen that serves dinner at 17:30; requests until 13:30. Dishes of 6 and 9 yuan."""

    def __init__(self, lunch: Any) -> None:
        self.lunch, self.compound, self.canteen = lunch, lunch.compound, lunch.canteen
        self.compound.period(self.canteen, "dinner")
        self.dishes = lunch.dishes
        self.department = self.compound.department("办公室")
        self.clerk = self.compound.staff("A01", department=self.department, name="周经办", subsidy_fen=1000)
        self.requester = self.compound.client(self.clerk)
        self.boss = self.compound.staff(
            "M01", name="沈管理", roles={"canteen_manager": (ScopeKind.CANTEEN, self.canteen.id)}
        )
        self.manager = self.compound.client(self.boss)
        self.companions = [self.compound.staff(f"C0{n}", name=f"陪同{n}") for n in range(1, 6)]

    def body(self, guests: int = 4, companions: int = 2, **fields: Any) -> dict[str, Any]:
        """A request that is in order: four guests, two companions, 45 yuan."""
        return {
            "canteen_id": self.canteen.id,
            "date": MONDAY.isoformat(),
            "period": "dinner",
            "letter_no": "浙办函〔2026〕12号",
            "letter_from": "省机关事务管理局",
            "purpose": "study",
            "guests": [{"name": f"来宾{n}", "title": "处长"} for n in range(guests)],
            "accompanying": [staff.staff_no for staff in self.companions[:companions]],
            "standard_fen": 3000,
            "dishes": [
                {"dish_id": self.dishes[0].id, "quantity": 6},
                {"dish_id": self.dishes[1].id, "quantity": 1},
            ],
            **fields,
        }

    def file(self, by: Client | None = None, **fields: Any) -> Answer:
        """File a request."""
        return (by or self.requester).post("/canteen/receptions", self.body(**fields))

    def approved(self, **fields: Any) -> dict[str, Any]:
        """A request that the manager has approved."""
        filed = self.file(**fields)
        assert filed.status == 201, filed.envelope
        answer = self.do(filed.data["id"], "approve", revision=1)
        assert answer.status == 200, answer.envelope
        return answer.data

    def do(self, reception_id: int, step: str, by: Client | None = None, **body: Any) -> Answer:
        """Take a step, as the manager if nobody else is named."""
        return (by or self.manager).post(f"/canteen/receptions/{reception_id}/{step}", body)

    def ledger(self) -> list[tuple[str, str, int | None, int | None, int]]:
        """The legs of every entry of a reception: kind, account, canteen, department and fen."""
        db.session.rollback()
        rows = db.session.query(
            LedgerEntry.kind,
            LedgerPosting.account,
            LedgerPosting.canteen_id,
            LedgerPosting.department_id,
            LedgerPosting.amount_fen,
        ).join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        return [
            tuple(row)
            for row in rows.filter(LedgerEntry.reception_id.is_not(None)).order_by(LedgerPosting.id)
        ]


@pytest.fixture
def banquet(lunch: Any) -> Banquet:
    """Monday's dinner, with the clock held at nine o'clock of that day."""
    return Banquet(lunch)
