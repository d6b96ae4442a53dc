"""Refusals of the frequent questions."""

from backend.errors import Conflict, NotFound


class FaqNotFound(NotFound):
    """There is no such question, or it is not shown."""

    code = "feedback.faq_not_found"
    message = "没有找到该问题"


class FaqTaken(Conflict):
    """The question is there already."""

    code = "feedback.faq_taken"
    message = "已有相同的问题"
