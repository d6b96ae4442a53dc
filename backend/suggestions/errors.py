"""Refusals of suggestions."""

from backend.errors import Conflict, NotFound, TooMany


class SuggestionNotFound(NotFound):
    """There is no such suggestion, or it is somebody else's."""

    code = "suggestions.not_found"
    message = "没有找到该投诉建议"


class SuggestionStateConflict(Conflict):
    """The transition table does not know this step."""

    code = "suggestions.state"
    message = "该投诉建议当前为「{state_name}」，不能进行此操作"


class TooManySuggestions(TooMany):
    """The day's limit is reached."""

    code = "suggestions.too_many"
    message = "每天最多提交 {limit} 条，请明天再来"
