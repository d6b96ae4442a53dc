"""What people read for clocks."""

from collections.abc import Mapping
from typing import Final

from feedback.deadlines.models import ClockKind

KIND_NAMES: Final[Mapping[ClockKind, str]] = {ClockKind.RESPONSE: "响应", ClockKind.ANSWER: "办理"}
