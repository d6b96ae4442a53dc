"""Errors of the deadlines."""

from backend.errors import Invalid


class ExtensionInvalid(Invalid):
    """An extension ends after the due and after now, and only while it is not answered."""

    code = "feedback.extension_invalid"
    message = "延期后的时限应晚于原时限和当前时间"
