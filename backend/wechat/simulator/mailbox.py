"""What arrived on people's phones, over whichever channel."""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count
from typing import Final

KEPT: Final = 2000


class Channel(StrEnum):
    """How a message came."""

    WECHAT = "wechat"
    WECOM = "wecom"
    ZWDD = "zwdd"
    SMS = "sms"
    CALL = "call"


@dataclass(slots=True)
class Delivered:
    """One message on one phone. `lines` are (label, text); `reference` is the sender's name of it.

    `state` is what was made of it: empty, `delivered`, `acknowledged` or `failed`.
    """

    id: int
    at: datetime
    channel: Channel
    staff_no: str
    title: str
    lines: list[tuple[str, str]]
    page: str = ""
    template_id: str = ""
    phone: str = ""
    reference: str = ""
    state: str = ""


class Mailbox:
    """The latest messages, the newest first when read. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._serial = count(1)
        self._messages: deque[Delivered] = deque(maxlen=KEPT)

    def add(
        self,
        at: datetime,
        channel: Channel,
        staff_no: str,
        title: str,
        lines: list[tuple[str, str]],
        *,
        page: str = "",
        template_id: str = "",
        phone: str = "",
        reference: str = "",
        state: str = "",
    ) -> Delivered:
        """Let a message arrive."""
        with self._lock:
            message = Delivered(
                next(self._serial), at, channel, staff_no, title, lines,
                page, template_id, phone, reference, state,
            )  # fmt: skip
            self._messages.append(message)
            return message

    def all(self, staff_no: str = "", channel: str = "") -> list[Delivered]:
        """The messages of one person, of one channel, or of all."""
        with self._lock:
            found = list(self._messages)
        return [
            message
            for message in reversed(found)
            if staff_no in ("", message.staff_no) and channel in ("", message.channel)
        ]

    def get(self, message_id: int) -> Delivered | None:
        """One message."""
        return next((message for message in self.all() if message.id == message_id), None)

    def find(self, reference: str, channel: Channel) -> Delivered | None:
        """The message that a sender has sent under this reference."""
        if not reference:
            return None
        return next((each for each in self.all(channel=channel) if each.reference == reference), None)

    def clear(self) -> None:
        """Empty every phone."""
        with self._lock:
            self._messages.clear()
