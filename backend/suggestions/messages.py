"""What people are told about their suggestions."""

from typing import Final

from backend.notifications.kinds import Field, Kind

REPLIED: Final = Kind(
    "suggestions.replied",
    title="投诉建议有新答复",
    text="您提交的「{kind}」有新答复：{reply}",
    fields=(Field("kind", "类别"), Field("reply", "答复")),
    hides_recipient=True,  # The author may not have consented to be known.
)
