"""Wire shapes of the deadlines."""

from backend.wire import Choice, Out, Str
from feedback.categories.models import DeadlineClass


class DeadlineOut(Out):
    """What a deadline class has, in words."""

    deadline = Choice(DeadlineClass)
    deadline_name = Str()
    response_text = Str()
    answer_text = Str(attribute="text")
