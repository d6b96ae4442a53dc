"""The simulated world: the apps, the people, and everything that was given out."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from flask import current_app

from backend.config import WechatApp, WecomApp, ZwddApp
from backend.wechat.simulator.access_tokens import AccessTokens
from backend.wechat.simulator.callbacks import Callbacks
from backend.wechat.simulator.codes import Codes
from backend.wechat.simulator.faults import Faults, RequestLog
from backend.wechat.simulator.mailbox import Mailbox
from backend.wechat.simulator.people import People
from backend.wechat.simulator.subscriptions import Subscriptions
from backend.wechat.simulator.template_fields import DEMO_TEMPLATES, MessageTemplate

KEY: Final = "WORLD"
NONCES_KEPT: Final = 10_000


class BodyFormat(StrEnum):
    """What the console of the mini-program says of the format of push messages."""

    JSON = "json"
    XML = "xml"


@dataclass(slots=True)
class Options:
    """How the simulated platforms behave.

    `send_takes_s`: how long a subscribe message takes, during which another one to the same person is
    refused (43108). `text_suggest` and `media_suggest` are the verdicts of content checks, before which a
    photo is loaded if `media_fetches`; without `people_are_active` nobody was in the mini-program within two
    hours (61010). `pages` are those of the released mini-program; with none, any well-formed path will do.
    """

    send_takes_s: float = 0.0
    push_format: BodyFormat = BodyFormat.JSON
    push_encrypted: bool = True
    text_suggest: str = "pass"
    media_suggest: str = "pass"
    media_fetches: bool = False
    people_are_active: bool = True
    sms_receipts: bool = True
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """All state of one simulator. `has_unionid`: whether the apps belong to an Open Platform account."""

    apps: Mapping[str, WechatApp]
    people: People
    has_unionid: bool
    callbacks: Callbacks
    wecom: WecomApp | None = None
    zwdd: ZwddApp | None = None
    sms_key: str = field(default="", repr=False)
    options: Options = field(default_factory=Options)
    codes: Codes = field(default_factory=Codes)
    tokens: AccessTokens = field(default_factory=AccessTokens)
    wecom_tokens: AccessTokens = field(default_factory=AccessTokens)
    zwdd_tokens: AccessTokens = field(default_factory=AccessTokens)
    faults: Faults = field(default_factory=Faults)
    requests: RequestLog = field(default_factory=RequestLog)
    subscriptions: Subscriptions = field(default_factory=Subscriptions)
    mailbox: Mailbox = field(default_factory=Mailbox)
    templates: dict[str, MessageTemplate] = field(
        default_factory=lambda: {template.template_id: template for template in DEMO_TEMPLATES}
    )
    lock: threading.Lock = field(default_factory=threading.Lock)
    wecom_sent: dict[str, deque[datetime]] = field(default_factory=dict)
    zwdd_nonces: deque[str] = field(default_factory=lambda: deque(maxlen=NONCES_KEPT))
    strangers: set[str] = field(default_factory=set)

    def secret_of(self, appid: str) -> str | None:
        """The secret of a registered app."""
        return next((app.secret for app in self.apps.values() if app.appid == appid), None)

    def person_of(self, subject: str, derive: Callable[[str], str]) -> str | None:
        """The staff number from which a platform derives this name for the person, or None.

        Whoever is not in the file of people exists from the first code on.
        """
        numbers = [person.staff_no for person in self.people.search()]
        with self.lock:
            numbers += self.strangers
        return next((number for number in numbers if derive(number) == subject), None)

    def owner_of_phone(self, phone: str) -> str:
        """The staff number of whose phone it is; empty if nobody's."""
        return next((person.staff_no for person in self.people.search() if person.phone == phone), "")

    def meet(self, staff_no: str) -> None:
        """Note that a person exists on the platforms."""
        with self.lock:
            self.strangers.add(staff_no)


def world() -> World:
    """The world of the simulator that is running."""
    running: World = current_app.config[KEY]
    return running
