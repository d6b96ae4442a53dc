"""Prices, quantities, and who may write what: pure functions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from backend.actor import Actor, Permission
from backend.documents.reading import Fault, Line
from property.work_orders.costs.errors import LinesRepeated
from property.work_orders.costs.models import CostKind, MovementKind
from property.work_orders.models import State, WorkOrder

HUNDRED: Final = 100
MOST_HUNDREDTHS: Final = 100_000_00
MOST_PRICE_FEN: Final = 100_000_000
MOST_MINUTES: Final = 2 * 24 * 60
MINUTES_OF_HOUR: Final = 60
LONGEST_CODE: Final = 40
LONGEST_NAME: Final = 60
LONGEST_SPEC: Final = 80
LONGEST_UNIT: Final = 10

MOVEMENT_NAMES: Final = {
    MovementKind.DELIVERY: "入库",
    MovementKind.ISSUE: "领用",
    MovementKind.RETURN: "退库",
    MovementKind.COUNT: "盘点",
}
COST_NAMES: Final = {CostKind.MATERIAL: "材料", CostKind.LABOUR: "工时", CostKind.OTHER: "其他"}

# The columns of the list of materials, and of a delivery.
CODE: Final = "编码"
NAME: Final = "名称"
SPEC: Final = "规格"
UNIT: Final = "单位"
PRICE: Final = "单价（元）"
ACTIVE: Final = "在用"
QUANTITY: Final = "数量"
LIST_COLUMNS: Final = (CODE, NAME, SPEC, UNIT, PRICE, ACTIVE)
LIST_REQUIRED: Final = (CODE, NAME, UNIT, PRICE)
DELIVERY_COLUMNS: Final = (CODE, QUANTITY, PRICE)
DELIVERY_REQUIRED: Final = (CODE, QUANTITY)
_FLAGS: Final = {"": True, "是": True, "否": False}
_DECIMAL: Final = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2})0*)?")


@dataclass(frozen=True, slots=True)
class Listed:
    """A material as a form or a row of the list describes it."""

    code: str
    name: str
    spec: str
    unit: str
    price_fen: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """A row of a delivery; without a price it is the list's."""

    row: int
    code: str
    hundredths: int
    price_fen: int | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much of a material a document names; `price_fen` only where it names one."""

    material_id: int
    hundredths: int
    price_fen: int | None = None


def amount_of(hundredths: int, unit_fen: int) -> int:
    """What so much of a material costs, in fen, rounded half up."""
    return (hundredths * unit_fen + HUNDRED // 2) // HUNDRED


def labour_of(minutes: int, hour_fen: int) -> int:
    """What so many minutes cost, in fen, rounded half up."""
    return (minutes * hour_fen + MINUTES_OF_HOUR // 2) // MINUTES_OF_HOUR


def decimal_of(hundredths: int) -> str:
    """`1.5`, `-0.25`, `3`: a quantity as people write it."""
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), HUNDRED)
    return f"{sign}{whole}" + (f".{rest:02d}".rstrip("0") if rest else "")


def house_share(total_fen: int, is_warranty: bool) -> int:
    """What the house pays of a bill: nothing under warranty."""
    return 0 if is_warranty else total_fen


def ensure_distinct(lines: Iterable[Quantity]) -> None:
    """Raise LinesRepeated if a document names a material twice."""
    ids = [line.material_id for line in lines]
    if len(set(ids)) < len(ids):
        raise LinesRepeated


def covers(actor: Actor, permission: Permission, *, campus_id: int, building_id: int) -> bool:
    """Whether the actor holds the permission at a place."""
    return actor.reach(permission).covers(campus_id=campus_id, building_id=building_id)


def may_see_bill(actor: Actor, order: WorkOrder) -> bool:
    """The order's worker, who answers for its contractor, and whoever manages, approves or reads there."""
    if order.worker_id is not None and order.worker_id == actor.staff_id:
        return True
    if order.contractor_id in actor.reach(Permission.CONTRACTORS_READ).contractor_ids:
        return True
    return any(
        covers(actor, permission, campus_id=order.campus_id, building_id=order.building_id)
        for permission in (
            *(Permission.ORDERS_DISPATCH, Permission.PROPERTY_MANAGE),
            *(Permission.ORDERS_APPROVE, Permission.PROPERTY_READ),
        )
    )


def may_manage_bill(actor: Actor, order: WorkOrder) -> bool:
    """Whoever dispatches or manages at the order's place."""
    return any(
        covers(actor, permission, campus_id=order.campus_id, building_id=order.building_id)
        for permission in (Permission.ORDERS_DISPATCH, Permission.PROPERTY_MANAGE)
    )


def may_add(actor: Actor, order: WorkOrder) -> bool:
    """The order's worker, or whoever manages its bill."""
    return (order.worker_id is not None and order.worker_id == actor.staff_id) or may_manage_bill(
        actor, order
    )


def may_approve(actor: Actor, order: WorkOrder, asked_by: int) -> bool:
    """An approver of the place, but neither the worker nor whoever asked."""
    return actor.staff_id not in (order.worker_id, asked_by) and covers(
        actor, Permission.ORDERS_APPROVE, campus_id=order.campus_id, building_id=order.building_id
    )


# The bill changes while the work is done, and its estimate as long as it is not.
BILL_STATES: Final = frozenset({State.WORKING.value})
ESTIMATE_STATES: Final = frozenset({State.WORKING.value, State.HELD.value})
WARRANTY_STATES: Final = frozenset(
    {
        *(State.SUBMITTED.value, State.TRIAGED.value, State.DISPATCHED.value),
        *(State.WORKING.value, State.HELD.value, State.FINISHED.value),
    }
)


def parse_decimal(text: str) -> int | None:
    """`12.5` as 1250 hundredths (or fen); None for what is no number of at most two decimals."""
    found = _DECIMAL.fullmatch(text)
    if found is None:
        return None
    return int(found[1]) * HUNDRED + int((found[2] or "").ljust(2, "0"))


def listed(lines: Sequence[Line], faults: list[Fault]) -> list[Listed]:
    """The materials of the rows that are right; what is wrong goes to `faults`."""
    first_of: dict[str, int] = {}
    found = []
    for line in lines:
        one = _listed(line, faults)
        _refuse_repeated(line, first_of, faults)
        if one is not None:
            found.append(one)
    return found


def _listed(line: Line, faults: list[Fault]) -> Listed | None:
    before = len(faults)
    cells = {column: line.cells.get(column, "") for column in LIST_COLUMNS}
    for column, least, most in (
        *((CODE, 1, LONGEST_CODE), (NAME, 1, LONGEST_NAME)),
        *((SPEC, 0, LONGEST_SPEC), (UNIT, 1, LONGEST_UNIT)),
    ):
        if not least <= len(cells[column]) <= most:
            faults.append(Fault("", line.number, column, f"应为 {least} 到 {most} 个字符"))
    price_fen = _amount(line, PRICE, faults, least=0, most=MOST_PRICE_FEN)
    if cells[ACTIVE] not in _FLAGS:
        faults.append(Fault("", line.number, ACTIVE, "应为是或否"))
    if len(faults) > before or price_fen is None:
        return None
    return Listed(
        *(cells[CODE], cells[NAME], cells[SPEC], cells[UNIT]), price_fen, _FLAGS[cells[ACTIVE]]
    )  # fmt: skip


def delivered(lines: Sequence[Line], faults: list[Fault]) -> list[Delivered]:
    """The rows of a delivery that are right; what is wrong goes to `faults`."""
    first_of: dict[str, int] = {}
    found = []
    for line in lines:
        before = len(faults)
        _refuse_repeated(line, first_of, faults)
        hundredths = _amount(line, QUANTITY, faults, least=1, most=MOST_HUNDREDTHS)
        price = None
        if line.cells.get(PRICE):
            price = _amount(line, PRICE, faults, least=0, most=MOST_PRICE_FEN)
        if len(faults) == before and hundredths is not None:
            found.append(Delivered(line.number, line.cells[CODE], hundredths, price))
    return found


def _amount(line: Line, column: str, faults: list[Fault], *, least: int, most: int) -> int | None:
    amount = parse_decimal(line.cells.get(column, ""))
    if amount is None or not least <= amount <= most:
        text = f"应为 {decimal_of(least)} 到 {decimal_of(most)} 的数，最多两位小数"
        faults.append(Fault("", line.number, column, text))
        return None
    return amount


def _refuse_repeated(line: Line, first_of: dict[str, int], faults: list[Fault]) -> None:
    first = first_of.setdefault(line.cells[CODE], line.number)
    if first != line.number:
        faults.append(Fault("", line.number, CODE, f"与第 {first} 行重复"))
