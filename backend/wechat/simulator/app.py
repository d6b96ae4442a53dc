"""The simulator as a WSGI application."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from backend.config import Mode, WechatApp, WecomApp, ZwddApp
from backend.wechat.simulator import (
    answers,
    check_api,
    pages,
    phone_pages,
    sms_api,
    subscribe_api,
    wechat_api,
    wecom_api,
    zwdd_api,
)
from backend.wechat.simulator.callbacks import Callbacks
from backend.wechat.simulator.people import People, people_file
from backend.wechat.simulator.world import KEY, World


class SimulatorSettings(Protocol):
    """What the simulator needs of the deployment's settings."""

    @property
    def mode(self) -> Mode: ...
    @property
    def data_dir(self) -> Path: ...
    @property
    def wechat_apps(self) -> Mapping[str, WechatApp]: ...
    @property
    def wecom(self) -> WecomApp | None: ...
    @property
    def zwdd(self) -> ZwddApp | None: ...
    @property
    def sms_key(self) -> str: ...
    @property
    def app_url(self) -> str: ...


class SimulatorRefused(RuntimeError):
    """In production nobody may make up who logs in."""


def create_simulator(
    settings: SimulatorSettings, *, people: Path | None = None, has_unionid: bool = False
) -> Flask:
    """A simulator of the settings' apps, with the people of a file (by default that of the data folder).

    Raises SimulatorRefused in production.
    """
    if settings.mode is Mode.PRODUCTION:
        raise SimulatorRefused("the WeChat simulator does not run in production")
    app = Flask(__name__, static_url_path=f"{pages.PREFIX}/static")
    app.json.ensure_ascii = False  # type: ignore[attr-defined] # The default provider has it.
    app.config[KEY] = World(
        apps=dict(settings.wechat_apps),
        people=People(people or people_file(settings.data_dir)),
        has_unionid=has_unionid,
        callbacks=Callbacks(settings.app_url),
        wecom=settings.wecom,
        zwdd=settings.zwdd,
        sms_key=settings.sms_key,
    )
    answers.install(app)
    for part in (wechat_api, subscribe_api, check_api, wecom_api, sms_api, phone_pages):
        app.register_blueprint(part.blueprint)
    zwdd_api.install(app)
    pages.install(app)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code == 404 and not request.path.startswith(pages.PREFIX):
        return answers.unknown()
    return pages.http_error(error)
