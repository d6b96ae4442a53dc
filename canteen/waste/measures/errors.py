"""Refusals of measures."""

from backend.errors import Conflict, Invalid, NotFound


class MeasureNotFound(NotFound):
    """There is no such measure within the actor's reach."""

    code = "waste.measure_not_found"
    message = "没有找到该措施"


class MeasureInvalid(Invalid):
    """Days that are reversed, or a dish that is not the canteen's."""

    code = "waste.measure_invalid"
    message = "措施内容有误：{reason}"


class MeasureWithdrawn(Conflict):
    """The measure was withdrawn and is only kept as a record."""

    code = "waste.measure_withdrawn"
    message = "该措施已撤销，不能再修改"
