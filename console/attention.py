"""What of property waits for somebody, for the first page: one line of each kind, in one statement."""

from collections.abc import Iterator

from backend.actor import Actor, Permission
from property.statistics import queries

_DISPATCH = Permission.ORDERS_DISPATCH
_APPROVE = Permission.ORDERS_APPROVE
_BOARD = "/console/property/board"
# A sentence, where to deal with it, how pressing it is, its icon.
Line = tuple[str, str, str, str]


def of_property(actor: Actor) -> Iterator[Line]:
    """Orders to be taken in and given out, those that are overdue, and what is to be approved."""
    if not actor.can(_DISPATCH) and not actor.can(_APPROVE):
        return
    found = queries.attention(actor)
    if found.overdue:
        yield f"{found.overdue} 张工单已逾期", "/console/property/orders?overdue=true", "red", "alert-circle"
    if found.to_triage:
        yield f"{found.to_triage} 张报修待受理", f"{_BOARD}?state=submitted", "yellow", "headset"
    if found.to_dispatch:
        yield f"{found.to_dispatch} 张工单待派单", f"{_BOARD}?state=triaged", "yellow", "headset"
    if found.holds:
        yield f"{found.holds} 件工单挂起待审批", "/console/property/approvals", "blue", "checks"
    if found.estimates:
        yield f"{found.estimates} 件维修费用待审批", "/console/property/approvals", "blue", "checks"
