"""What the kitchen cooks for receptions. No guest is named here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from backend.db import db
from backend.identity.models import Department
from canteen.menu.models import Period
from canteen.ordering.receptions import parties, policies
from canteen.ordering.receptions.models import Reception, ReceptionDish
from canteen.ordering.receptions.policies import Line


@dataclass(frozen=True, slots=True)
class KitchenReception:
    """What the kitchen cooks for a reception: how many people, which dishes; no names of guests."""

    id: int
    served_on: date
    period: str
    serves_from: datetime
    department: str
    guests: int
    companions: int
    note: str
    dishes: Sequence[Line]

    @property
    def number(self) -> str:
        """The number of the sheet."""
        return policies.sheet_number(self.id, self.served_on)

    @property
    def heads(self) -> int:
        """How many people eat."""
        return self.guests + self.companions


def for_kitchen(canteen_id: int, served_on: date, period: Period | None = None) -> list[KitchenReception]:
    """What a canteen cooks for approved receptions of a day, or of one of its meals; two statements.

    The caller has made sure that the actor may see the canteen's preparations.
    """
    standing = [state.value for state in policies.STANDING]
    statement = (
        select(Reception, func.coalesce(Department.name, "").label("department"))
        .outerjoin(Department, Department.id == Reception.department_id)
        .where(
            Reception.canteen_id == canteen_id,
            Reception.served_on == served_on,
            Reception.state.in_(standing),
        )
        .order_by(Reception.serves_from, Reception.id)
    )
    if period is not None:
        statement = statement.where(Reception.period == period.value)
    found = db.session.execute(statement).all()
    lines: dict[int, list[Line]] = {reception.id: [] for reception, _ in found}
    if lines:
        dishes = db.session.execute(
            parties.lines_of().where(
                ReceptionDish.reception_id.in_(lines), ReceptionDish.is_actual.is_(False)
            )
        )
        for reception_id, _, *line in dishes:
            lines[reception_id].append(Line(*line))
    return [
        KitchenReception(
            reception.id,
            reception.served_on,
            reception.period,
            reception.serves_from,
            department,
            reception.guests,
            reception.companions,
            reception.note,
            lines[reception.id],
        )
        for reception, department in found
    ]
