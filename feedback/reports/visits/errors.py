"""Refusals of the visits."""

from backend.errors import Conflict, Invalid


class AlreadyVisited(Conflict):
    """The cycle was visited before."""

    code = "feedback.already_visited"
    message = "该诉求本轮已经回访过"


class VisitInvalid(Invalid):
    """Who was reached says how it stands; who was not says nothing."""

    code = "feedback.visit_invalid"
    message = "联系上诉求人的，请选择解决情况；未联系上的，不能填写解决情况和评分"
