"""Data: the desk that takes demands in, the offices that handle them, and their categories."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from backend.db import Base
from backend.flows.demo.estate import CLEANING_CONTRACTOR, FIRE_CONTRACTOR, category_ids
from backend.flows.demo.organisation import CANTEEN_HANDLER_NO, GATE_HANDLER_NO, HANDLER_NO
from backend.flows.demo.plan import Plan
from feedback.categories import policies
from feedback.categories.defaults import Standard, standards
from feedback.categories.models import Category
from feedback.offices.models import Office, OfficeMember

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]


class Desk(NamedTuple):
    """An office with who handles there; the first leads."""

    id: int
    name: str
    contractor_id: int | None
    staff_nos: tuple[str, ...]


PROPERTY_OFFICE: Final = 1
CANTEEN_OFFICE: Final = 2
GATE_OFFICE: Final = 3
CLEANING_OFFICE: Final = 4
OFFICES: Final = (
    Desk(PROPERTY_OFFICE, "物业管理处", None, (HANDLER_NO,)),
    Desk(CANTEEN_OFFICE, "餐饮服务处", None, (CANTEEN_HANDLER_NO,)),
    Desk(GATE_OFFICE, "安保服务台", FIRE_CONTRACTOR, (GATE_HANDLER_NO,)),
    Desk(CLEANING_OFFICE, "保洁绿化班", CLEANING_CONTRACTOR, (HANDLER_NO,)),
)
# Which office is proposed for which category; every other one's is property's.
OFFICE_OF: Final = {
    "snap.cleaning": CLEANING_OFFICE,
    "snap.greening": CLEANING_OFFICE,
    "snap.parking": GATE_OFFICE,
    "snap.canteen": CANTEEN_OFFICE,
    "complaint.food": CANTEEN_OFFICE,
    "complaint.security": GATE_OFFICE,
    "suggestion.food": CANTEEN_OFFICE,
    "service.reception": GATE_OFFICE,
}
STANDARDS: Final[dict[str, Standard]] = {one.code: one for one in standards()}


def demand_category_ids() -> dict[str, int]:
    """The identifiers of the categories by their codes."""
    return {code: place for place, code in enumerate(STANDARDS, 1)}


def office_of(code: str) -> int:
    """The office that is proposed for a category."""
    return OFFICE_OF.get(code, PROPERTY_OFFICE)


def tables(plan: Plan) -> Tables:
    """The offices with their members, and the categories."""
    yield (
        Office,
        "id name contractor_id is_active",
        [(one.id, one.name, one.contractor_id, True) for one in OFFICES],
    )
    yield (
        OfficeMember,
        "office_id staff_id is_lead",
        [
            (one.id, plan.staff_id(staff_no), place == 0)
            for one in OFFICES
            for place, staff_no in enumerate(one.staff_nos)
        ],
    )
    repairs, ids = category_ids(), demand_category_ids()
    columns = (
        "id kind code name hint words anonymity deadline radius_m needs_photo needs_place is_wall_allowed"
        " repair_category_id office_id position is_active"
    )
    yield Category, columns, [_row(one, ids[one.code], repairs) for one in STANDARDS.values()]


def _row(one: Standard, category_id: int, repairs: dict[str, int]) -> tuple[Any, ...]:
    return (
        *(category_id, one.kind.value, one.code, one.name, one.hint, policies.tidy(one.words)),
        *(one.anonymity.value, one.deadline.value, one.radius_m, one.needs_photo, one.needs_place),
        *(one.is_wall_allowed, repairs.get(one.repair), office_of(one.code), one.position, True),
    )
