"""Refusals of the dispatch board."""

from backend.errors import Conflict, Invalid


class WorkerHasOrders(Conflict):
    """Whoever leaves a group hands over what is still open first."""

    code = "property.worker_has_orders"
    message = "「{name}」还有 {orders} 张未完成的工单（{numbers}），请先转派再调整"


class GroupHasOrders(Conflict):
    """A group that goes out of use has nothing left to take on."""

    code = "property.group_has_orders"
    message = "班组「{group}」还有 {orders} 张未完成的工单（{numbers}），请先改派"


class OneTarget(Invalid):
    """Orders are given to one worker, or to one group."""

    code = "property.dispatch_target"
    message = "请选择一名维修人员或一个班组"
