"""The simulated world: the apps, the people, and everything that was given out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import current_app

from backend.config import WechatApp
from backend.wechat.simulator.access_tokens import AccessTokens
from backend.wechat.simulator.codes import Codes
from backend.wechat.simulator.faults import Faults, RequestLog
from backend.wechat.simulator.people import People

KEY: Final = "WORLD"


@dataclass(frozen=True, slots=True)
class World:
    """All state of one simulator. `has_unionid`: whether the apps belong to an Open Platform account."""

    apps: Mapping[str, WechatApp]
    people: People
    has_unionid: bool
    codes: Codes = field(default_factory=Codes)
    tokens: AccessTokens = field(default_factory=AccessTokens)
    faults: Faults = field(default_factory=Faults)
    requests: RequestLog = field(default_factory=RequestLog)

    def secret_of(self, appid: str) -> str | None:
        """The secret of a registered app."""
        return next((app.secret for app in self.apps.values() if app.appid == appid), None)


def world() -> World:
    """The world of the simulator that is running."""
    running: World = current_app.config[KEY]
    return running
