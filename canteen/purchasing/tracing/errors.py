"""Refusals of traces."""

from backend.errors import NotFound


class TraceNotFound(NotFound):
    """There is no such dish or meal, or it is beyond the actor's reach."""

    code = "canteen.trace_not_found"
    message = "没有找到可追溯的菜品或餐次"
