"""The settlements of the demo's past months, summed from the plan itself."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.db import Base
from backend.flows.demo.closings import closings
from backend.flows.demo.kitchens import KITCHENS
from backend.flows.demo.organisation import MANAGER_NO
from backend.flows.demo.people import departments
from backend.flows.demo.plan import Plan
from canteen.accounts.models import Bucket
from canteen.menu.policies import PERIOD_ORDER
from canteen.ordering.models import OrderState
from canteen.settlement.models import Settlement, SettlementLine, SettlementState
from canteen.settlement.policies import first_of

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_SUMS = ("picked_up", "no_shows", "receptions", "subsidy_fen", "personal_fen", "reception_fen")
_PICKED_UP, _NO_SHOWS, _RECEPTIONS, _SUBSIDY, _PERSONAL, _RECEPTION = range(len(_SUMS))
_COUNTED = {OrderState.PICKED_UP.value: _PICKED_UP, OrderState.NO_SHOW.value: _NO_SHOWS}
_PAID = {Bucket.SUBSIDY: _SUBSIDY, Bucket.PERSONAL: _PERSONAL}
_CATERERS = ("云州丰和餐饮管理有限公司", "云州金穗团膳有限公司", "云州丰和餐饮管理有限公司")
_SIGNED_AFTER = timedelta(days=3, hours=5)

# Sums by (canteen, month), then by (department, period).
Lines = dict[tuple[int, str], list[int]]


def tables(plan: Plan) -> Tables:
    """The settlements of the months that were closed; the latest waits for its signatures."""
    tallies = _tallies(plan)
    entered_at = [movement.happened_at for movement in plan.movements]
    closed = closings(plan.started_on, clock.local(plan.now).date())
    manager = next(member for member in plan.members if member.staff_no == MANAGER_NO)
    names = {row.id: row.name for row in departments()}
    settlements: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    for month, closed_at in closed.items():
        for kitchen in KITCHENS:
            found = tallies.get((kitchen.id, month))
            if found is None:  # The past began at the end of a month, when this canteen rested.
                continue
            number = len(settlements) + 1
            subsidy, personal, reception = (
                sum(sums[which] for sums in found.values()) for which in (_SUBSIDY, _PERSONAL, _RECEPTION)
            )
            signed: tuple[Any, ...] = ("", "", None, None, None)
            if month != max(closed):
                signed_at = closed_at + _SIGNED_AFTER
                signed = (manager.name, "赵长顺", clock.local(signed_at).date(), signed_at, manager.staff_id)
            settlements.append(
                (number, kitchen.id, kitchen.name, month,
                 (SettlementState.CLOSED if signed[2] is None else SettlementState.CONFIRMED).value,
                 _CATERERS[kitchen.id - 1], bisect_right(entered_at, closed_at), subsidy, personal, reception,
                 0, subsidy + personal + reception, closed_at, manager.staff_id, manager.name, *signed)
            )  # fmt: skip # One column a line would say no more.
            ordered = sorted(found.items(), key=lambda item: (item[0][0], PERIOD_ORDER[item[0][1]]))
            lines += [
                (number, month, department_id, names[department_id], period, *sums)
                for (department_id, period), sums in ordered
            ]
    columns = (
        "id canteen_id canteen_name month state caterer through_entry_id subsidy_fen personal_fen"
        " reception_fen adjustment_fen total_fen closed_at closed_by closed_by_name signed_by_us"
        " signed_by_caterer confirmed_on confirmed_at confirmed_by"
    )
    yield Settlement, columns, settlements
    columns = f"settlement_id month department_id department_name period {' '.join(_SUMS)}"
    yield SettlementLine, columns, lines


def _tallies(plan: Plan) -> dict[tuple[int, date], Lines]:
    """What meals and receptions came to, of every month."""
    found: dict[tuple[int, date], Lines] = {}
    first_days: dict[date, date] = {}
    places: dict[int, list[int]] = {}
    for order in plan.orders:
        if order.state not in _COUNTED:
            continue
        meal = order.meal
        month = first_days.setdefault(meal.served_on, first_of(meal.served_on))
        sums = _sums(found, meal.canteen_id, month, order.diner.department_id, meal.period)
        sums[_COUNTED[order.state]] += 1
        places[order.id] = sums
    for movement in plan.movements:
        if movement.order_id is not None and movement.order_id in places:
            sums = places[movement.order_id]
            for bucket, fen in movement.moves:
                sums[_PAID[bucket]] -= fen
    for one in plan.receptions:
        if one.served_at is not None:
            meal = one.meal
            month = first_of(meal.served_on)
            sums = _sums(found, meal.canteen_id, month, one.requester.department_id, meal.period)
            sums[_RECEPTIONS] += 1
            sums[_RECEPTION] += one.total_fen
    return found


def _sums(
    found: dict[tuple[int, date], Lines], canteen_id: int, month: date, department_id: int, period: str
) -> list[int]:
    lines = found.setdefault((canteen_id, month), {})
    return lines.setdefault((department_id, period), [0] * len(_SUMS))
