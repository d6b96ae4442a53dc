"""Refusals of statistics."""

from backend.errors import Invalid, NotFound


class BasisMismatch(Invalid):
    """Two numbers of different things: plate waste and all waste, grams and shares."""

    code = "waste.basis_mismatch"
    message = "两个指标的口径不同，不能比较"


class SpanTooLong(Invalid):
    """More days than one question may span, or none."""

    code = "waste.span_invalid"
    message = "统计日期应从早到晚，最多 {most_days} 天"


class WasteDishNotFound(NotFound):
    """There is no such dish within the actor's reach."""

    code = "waste.dish_not_found"
    message = "没有找到该菜品"
