"""Something to inspect: two points with plates, a checklist of three items, a route, and plans by need."""

from datetime import date
from typing import Any

from sqlalchemy import select

from backend.audit.models import AuditEvent
from backend.db import db
from backend.places.models import Plate, Spot
from property.inspections.plans import planning
from property.inspections.rounds.models import Answer, Round, RoundPoint
from property.work_orders.models import WorkOrder
from tests.client import Answer as Response
from tests.client import Client
from tests.factories import LONG_AGO
from tests.property.estate import Estate, add

BASE = "/property/inspections"
ITEMS = [
    {"text": "门窗是否完好", "kind": "yes_no", "category": "other"},
    {
        "text": "出口压力",
        "kind": "number",
        "lower": 0.2,
        "upper": 0.6,
        "unit": "MPa",
        "category": "leak",
        "urgency": "urgent",
    },
    {"text": "现场照片", "kind": "photo", "is_required": False},
]
GATE = {"latitude": 28.6765, "longitude": 115.892, "radius_m": 100}


class Patrol:
    """`manager` plans, `estate.worker` and `estate.mate` walk: 泵房, then 北门, which is a security point."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.manager = estate.client("manager", "property_manager")
        self.pump = self.spot("泵房", "equipment")
        self.gate = self.spot("北门", "gate")
        self.checklist = self.manager.post(f"{BASE}/checklists", {"name": "日检表", "items": ITEMS}).data
        self.points = [self.point("泵房", self.pump), self.point("北门", self.gate, is_security=True, **GATE)]
        self.route = self.manager.post(f"{BASE}/routes", {"name": "日巡路线", "stops": self.stops()}).data

    def spot(self, name: str, kind: str) -> Spot:
        """A spot in 1号楼 with a plate; the token is `plate-` and its id."""
        spot = add(Spot(name=name, spot_kind=kind, building_id=self.estate.building.id))
        add(
            Plate(
                place_kind="spot",
                place_id=spot.id,
                token=self.token(spot),
                code=f"k{spot.id:05d}",
                issued_at=LONG_AGO,
                issued_by=0,
            )
        )
        return spot

    @staticmethod
    def token(spot: Spot) -> str:
        """What the plate at a spot says."""
        return f"plate{spot.id:011d}"

    def point(self, name: str, spot: Spot, **fields: Any) -> dict[str, Any]:
        """A point at a spot."""
        body = {"name": name, "place_kind": "spot", "place_id": spot.id, **fields}
        return self.manager.post(f"{BASE}/points", body).data

    def stops(self) -> list[dict[str, int]]:
        """Both points with the checklist."""
        return [{"point_id": each["id"], "checklist_id": self.checklist["id"]} for each in self.points]

    def wish(self, **fields: Any) -> dict[str, Any]:
        """The body of a plan: every day at ten, for two hours, by the estate's group."""
        schedule = {"unit": "day", "times": ["10:00"], "starts_on": "2026-11-01", "window_minutes": 120}
        usual = {
            "name": "泵房日巡",
            "kind": "inspection",
            "route_id": self.route["id"],
            "group_id": self.estate.group.id,
            "schedule": {**schedule, **fields.pop("schedule", {})},
        }
        return {**usual, **fields}

    def plan(self, **fields: Any) -> dict[str, Any]:
        """A plan."""
        return self.manager.post(f"{BASE}/plans", self.wish(**fields)).data

    def planned(self, **fields: Any) -> int:
        """A plan whose rounds are made; the first one's id."""
        plan = self.plan(**fields)
        db.session.rollback()  # See what the request has written.
        planning.plan_rounds()
        return self.rounds(plan["id"])[0].id

    def rounds(self, plan_id: int) -> list[Round]:
        """The rounds of a plan as they are now, by when they are due."""
        db.session.rollback()
        statement = select(Round).where(Round.plan_id == plan_id).order_by(Round.due_at, Round.id)
        return list(db.session.scalars(statement.execution_options(populate_existing=True)))

    def round(self, round_id: int) -> Round:
        """A round as it is now."""
        db.session.rollback()
        found = db.session.get(Round, round_id, populate_existing=True)
        assert found is not None
        return found

    def point_ids(self, round_id: int) -> list[int]:
        """Its points in their order."""
        statement = select(RoundPoint.id).where(RoundPoint.round_id == round_id)
        return list(db.session.scalars(statement.order_by(RoundPoint.position)))

    def scan(self, round_id: int, spot: Spot, by: Client | None = None, **body: Any) -> Response:
        """Scan the plate at a spot; at the gate from the gate unless said otherwise."""
        where = {"latitude": 28.6765, "longitude": 115.892} if spot is self.gate else {}
        return (by or self.estate.worker).post(
            f"{BASE}/{round_id}/scan", {"token": self.token(spot), **where, **body}
        )

    def answer(
        self, round_id: int, position: int, by: Client | None = None, *, key: str | None = "", **values: Any
    ) -> Response:
        """Answer items of a point: `door`, `pressure`."""
        return (by or self.estate.worker).post(*self.answering(round_id, position, **values), key=key)

    def answering(self, round_id: int, position: int, **values: Any) -> tuple[str, dict[str, Any]]:
        """The path and the body of such an answer."""
        ids = {"door": 0, "pressure": 1}
        answers = [
            {"item_id": self.checklist["items"][ids[name]]["id"], "value": value}
            for name, value in values.items()
        ]
        point_id = self.point_ids(round_id)[position - 1]
        return f"{BASE}/{round_id}/points/{point_id}/answers", {"answers": answers}

    def finish(self, round_id: int, by: Client | None = None, **body: Any) -> Response:
        """Finish a round."""
        return (by or self.estate.worker).post(f"{BASE}/{round_id}/finish", body)

    def walk(self, round_id: int, *, door: bool = True, pressure: float = 0.4) -> dict[str, Any]:
        """Walk a whole round; what is told of the first point, the second one is well. The finished round."""
        for position, spot in enumerate((self.pump, self.gate), start=1):
            assert self.scan(round_id, spot).status == 200
            told = {"door": door, "pressure": pressure} if position == 1 else {"door": True, "pressure": 0.4}
            assert self.answer(round_id, position, **told).status == 200
        return self.finish(round_id).data

    def orders(self) -> list[WorkOrder]:
        """All work orders."""
        db.session.rollback()
        return list(db.session.scalars(select(WorkOrder).order_by(WorkOrder.id)))

    def answers(self) -> list[Answer]:
        """All answers as they are now."""
        db.session.rollback()
        statement = select(Answer).order_by(Answer.id).execution_options(populate_existing=True)
        return list(db.session.scalars(statement))

    def refusals(self) -> list[dict[str, Any]]:
        """What was refused on the spot, as the trail has it."""
        db.session.rollback()
        return [
            event.details
            for event in db.session.scalars(
                select(AuditEvent)
                .where(AuditEvent.action == "property.inspection_visit_refused")
                .order_by(AuditEvent.id)
            )
        ]


def day(text: str) -> date:
    """A date."""
    return date.fromisoformat(text)
