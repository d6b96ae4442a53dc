"""A contractor with a contract, who assesses and reviews it, and who speaks for it."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from property.assessments import services as assessment_services
from property.contractors.models import Contract, Contractor, ContractScope
from property.work_orders.models import OrderDay, WorkOrder
from tests.client import Client
from tests.factories import LONG_AGO
from tests.property.estate import Estate, add

MONTH = date(2026, 11, 1)
# The first of the next month, a Tuesday, at nine in the morning.
FIRST = clock.at_local(date(2026, 12, 1), time(9))
SERVICES = ("customer_service", "building", "equipment", "security", "cleaning", "greening", "meeting")


class Firms:
    """A firm with a contract for all services of a house; the sheets of the house are in force.

    Clients: `assessor` and `second`, who assess, `reviewer`, who reviews and locks, and `theirs`, the firm's.
    """

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        assessment_services.load_defaults()
        self.firm: Contractor = estate.contractor()
        self.contract = self.new_contract(self.firm)
        self.assessor = estate.client("assessor", "property_manager")
        self.second = estate.client("second", "logistics_reviewer")
        self.reviewer = estate.client("reviewer", "property_leader")
        self.theirs = self.speaker(self.firm)

    def speaker(self, firm: Contractor) -> Client:
        """Somebody who speaks for a firm."""
        scope = (ScopeKind.CONTRACTOR, firm.id)
        return self.estate.client(f"speaker{firm.id}", "contractor_manager", scope)

    def new_contract(
        self, firm: Contractor, services: tuple[str, ...] = SERVICES, **columns: Any
    ) -> Contract:
        """A contract of 2026 and 2027 for 100,000 yuan a month."""
        usual = {
            "number": f"HT-{firm.id}-{len(db.session.query(Contract).all())}",
            "title": "物业服务合同",
            "from_on": date(2026, 1, 1),
            "until_on": date(2027, 12, 31),
            "monthly_fee_fen": 10_000_000,
            "created_at": LONG_AGO,
            "created_by": 0,
        }
        made = add(Contract(contractor_id=firm.id, **{**usual, **columns}))
        for service in services:
            add(ContractScope(contract_id=made.id, service=service))
        return made

    def day(self, firm: Contractor, on_date: date = date(2026, 11, 10), **sums: int) -> None:
        """What the firm's orders of a day come to."""
        place = {"campus_id": self.estate.campus.id, "building_id": 0, "group_id": 0}
        category_id = sums.pop("category_id", self.estate.categories["leak"].id)
        add(OrderDay(on_date=on_date, category_id=category_id, contractor_id=firm.id, **place, **sums))

    def order(self, firm: Contractor | None, number: str = "W1") -> WorkOrder:
        """An order of a firm, as far as a deduction can name it."""
        return add(
            WorkOrder(
                number=number,
                origin="telephone",
                category_id=self.estate.categories["leak"].id,
                place_class="ordinary",
                campus_id=self.estate.campus.id,
                description="漏水",
                urgency="ordinary",
                submitted_at=LONG_AGO,
                submitted_by=0,
                contractor_id=firm.id if firm else None,
            )
        )

    def opened(self, contract: Contract | None = None, month: str = "2026-11") -> dict[str, Any]:
        """A contract's month, opened by hand."""
        body = {"contract_id": (contract or self.contract).id, "month": month}
        answer = self.assessor.post("/property/assessments", body)
        assert answer.status == 201, answer.envelope
        return dict(answer.data)

    def shown(self, opened: dict[str, Any]) -> dict[str, Any]:
        """It as it is now."""
        return dict(self.assessor.get(f"/property/assessments/{opened['id']}").data)

    def item(self, opened: dict[str, Any], title: str) -> dict[str, Any]:
        """An item of it by its second level."""
        return next(each for each in opened["shown"]["items"] if each["level2"] == title)

    def deducted(
        self, opened: dict[str, Any], title: str = "养护", points: float = 1, **fields: Any
    ) -> dict[str, Any]:
        """A deduction that the assessor has made, proved by an order."""
        order_ids = fields.pop("order_ids", None)
        if order_ids is None:
            order_ids = [self.order(self.firm, f"W{db.session.query(WorkOrder).count() + 1}").id]
        body = {
            "item_id": self.item(opened, title)["item_id"],
            "points": points,
            "reason": "枯死植株没有补植",
            "happened_on": "2026-11-20",
            "order_ids": order_ids,
            **fields,
        }
        answer = self.assessor.post(f"/property/assessments/{opened['id']}/deductions", body)
        assert answer.status == 201, answer.envelope
        return dict(answer.data)

    def appealed(self, deduction: dict[str, Any]) -> dict[str, Any]:
        """The appeal against a deduction."""
        answer = self.theirs.post(f"/property/deductions/{deduction['id']}/appeal", {"text": "当天已经补植"})
        assert answer.status == 201, answer.envelope
        return dict(answer.data["appeal"])

    def decided(self, appeal: dict[str, Any], outcome: str, left: float | None = None) -> dict[str, Any]:
        """The deduction after both reviews."""
        body = {"outcome": outcome, "left": left, "text": "核对了照片"}
        assert self.second.post(f"/property/appeals/{appeal['id']}/review", body).status == 200
        return dict(self.reviewer.post(f"/property/appeals/{appeal['id']}/decide", body).data)

    def locked(self, opened: dict[str, Any]) -> dict[str, Any]:
        """It, locked by the reviewer as it is now."""
        revision = self.shown(opened)["latest"]["revision"]
        answer = self.reviewer.post(f"/property/assessments/{opened['id']}/lock", {"revision": revision})
        assert answer.status == 200, answer.envelope
        return dict(answer.data)


@atomic
def execute(statement: Any) -> None:
    """A statement past the session, in a unit of work."""
    db.session.execute(statement)


@pytest.fixture
def firms(estate: Estate) -> Iterator[Firms]:
    """Everything, on the first of December."""
    with clock.at(FIRST):
        yield Firms(estate)
