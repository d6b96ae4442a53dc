"""Who dines at a reception and on what: the party as asked for, and the one that came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from backend.db import db
from backend.identity.models import Posting, Staff, StaffStatus
from canteen.ordering.receptions.errors import CompanionUnknown
from canteen.ordering.receptions.models import Reception, ReceptionCompanion, ReceptionDish, ReceptionGuest
from canteen.ordering.receptions.policies import Guest, Line


@dataclass(frozen=True, slots=True)
class Companion:
    """A member of staff who dines with the guests."""

    staff_id: int
    staff_no: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Party:
    """Who dines, and on what: as asked for, or as it was."""

    guests: Sequence[Guest]
    companions: Sequence[Companion]
    dishes: Sequence[Line]

    @property
    def companion_ids(self) -> set[int]:
        """Who of the staff dines with the guests."""
        return {companion.staff_id for companion in self.companions}


def find_companions(staff_nos: Sequence[str]) -> list[Companion]:
    """The active members of staff with these numbers, in their order. Raises CompanionUnknown."""
    rows = db.session.execute(
        select(Staff.id, Staff.staff_no, Staff.name, func.coalesce(Posting.title, ""))
        .outerjoin(Posting, (Posting.staff_id == Staff.id) & Posting.is_primary)
        .where(Staff.staff_no.in_(staff_nos), Staff.status == StaffStatus.ACTIVE.value)
    )
    found = {row.staff_no: Companion(*row) for row in rows}
    unknown = [staff_no for staff_no in staff_nos if staff_no not in found]
    if unknown:
        named = "、".join(unknown)
        refusal = CompanionUnknown(staff_nos=named)
        raise CompanionUnknown(staff_nos=named, fields={"accompanying": [refusal.msg]})
    return [found[staff_no] for staff_no in staff_nos]


def numbers_named(reception_id: int, requester_id: int) -> set[str]:
    """The staff numbers that a person's own request holds; none of anybody else's."""
    return set(
        db.session.scalars(
            select(ReceptionCompanion.staff_no)
            .join(Reception, Reception.id == ReceptionCompanion.reception_id)
            .where(Reception.id == reception_id, Reception.requester_id == requester_id)
        )
    )


def lines_of() -> Select[Any]:
    """(reception, whether it is actual, and what a `Line` takes) of each dish, in order."""
    columns = (getattr(ReceptionDish, name) for name in Line.__slots__)
    return select(ReceptionDish.reception_id, ReceptionDish.is_actual, *columns).order_by(ReceptionDish.id)


def both(reception_id: int) -> dict[bool, Party]:
    """Both parties of a reception, by whether they are actual; three statements."""
    guests: dict[bool, list[Guest]] = {False: [], True: []}
    companions: dict[bool, list[Companion]] = {False: [], True: []}
    lines: dict[bool, list[Line]] = {False: [], True: []}
    for is_actual, *guest in _of(ReceptionGuest, Guest.__slots__, reception_id):
        guests[is_actual].append(Guest(*guest))
    for is_actual, *companion in _of(ReceptionCompanion, Companion.__slots__, reception_id):
        companions[is_actual].append(Companion(*companion))
    for is_actual, *line in _of(ReceptionDish, Line.__slots__, reception_id):
        lines[is_actual].append(Line(*line))
    return {which: Party(guests[which], companions[which], lines[which]) for which in (False, True)}


def _of(model: Any, names: Iterable[str], reception_id: int) -> Iterable[Any]:
    columns = (getattr(model, name) for name in names)
    statement = select(model.is_actual, *columns).where(model.reception_id == reception_id)
    return db.session.execute(statement.order_by(model.id))
