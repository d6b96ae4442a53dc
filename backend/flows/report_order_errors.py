"""Refusals of turning a report into a work order."""

from backend.errors import Invalid


class OrderCategoryNeeded(Invalid):
    """The report's category leads to no category of repairs: one has to be chosen."""

    code = "feedback.order_category_needed"
    message = "该类诉求未对应维修类别，请选择维修类别"


class OrderOfficeNeeded(Invalid):
    """The report has no office yet, and its category proposes none: one has to be chosen."""

    code = "feedback.order_office_needed"
    message = "请先选择承办单位"
