"""The only composition root."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

import flask_smorest
import orjson
from flask import Flask
from flask.json.provider import JSONProvider
from flask_migrate import Migrate
from werkzeug.routing import Rule

import console
import miniapp_api
from backend import (
    backup_commands,
    cli,
    clock_command,
    device_commands,
    doctor_command,
    forecast_commands,
    http,
    metrics,
    rulebook,
    stock_commands,
    sums_commands,
)
from backend.config import Mode, Settings
from backend.db import db, init_database
from backend.devices.signing import SIGNATURE_HEADERS
from backend.documents import environment as documents
from backend.notifications import templates
from backend.wire import Failure, Instant
from miniapp_api import attachments, h5, health, media, open311, simulator

MIGRATIONS = Path(__file__).parent / "migrations"


class LateRule(Rule):
    """A rule of the URL map whose addresses are compiled when one is first made.

    Werkzeug compiles them all while it mounts the routes, which takes three quarters of the time in which
    the application starts; most rules are never asked for an address.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []
        compile_now = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build


class Application(Flask):
    """Flask with late rules."""

    url_rule_class = LateRule


class Api(flask_smorest.Api):  # type: ignore[misc] # flask-smorest ships no types.
    """The OpenAPI document. Errors are answered by `backend.http`, in its envelope.

    The document is made when it is first asked for: that takes as long as all the rest of starting, and
    hardly any process is ever asked.
    """

    def __init__(self, app: Flask) -> None:
        self._undocumented: list[flask_smorest.Blueprint] = []
        self._documenting = Lock()
        super().__init__(app)

    def register_blueprint(self, blueprint: flask_smorest.Blueprint, **options: Any) -> None:
        """Mount a blueprint, to be described in the document."""
        self._app.register_blueprint(blueprint, **options)
        self._undocumented.append(blueprint)

    def _openapi_json(self) -> Any:
        with self._documenting:
            while self._undocumented:
                blueprint = self._undocumented.pop(0)
                blueprint.register_views_in_doc(
                    self, self._app, self.spec, name=blueprint.name, parameters=None
                )
                self.spec.tag({"name": blueprint.name, "description": blueprint.description})
        return super()._openapi_json()

    def _register_error_handlers(self) -> None:
        pass


class OrjsonProvider(JSONProvider):
    """JSON by orjson, with dates as ISO 8601."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj, default=str).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)


def create_app(settings: Settings | None = None) -> Flask:
    """The application, bound to its database. Starts no thread and asks nothing of the network."""
    settings = settings or Settings.from_env()
    app = Application("houqin", static_folder=None)
    app.json = OrjsonProvider(app)
    app.config["HOUQIN"] = settings
    app.config["MAX_CONTENT_LENGTH"] = settings.body_limit_bytes
    init_database(app, settings)
    rulebook.install()
    templates.log_problems(settings)
    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True, render_as_batch=False)
    http.install(app)
    metrics.install(app)
    _install_api(app)
    _install_pages(app, settings)
    cli.install(app)
    device_commands.install(app)
    doctor_command.install(app)
    sums_commands.install(app)
    stock_commands.install(app)
    forecast_commands.install(app)
    clock_command.install(app)
    backup_commands.install(app)
    return app


def _install_api(app: Flask) -> None:
    app.config.update(
        API_TITLE="后勤通 API",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app)
    api.register_converter(http.IdConverter, lambda _: {"type": "integer", "minimum": 1})
    api.register_converter(http.DayConverter, lambda _: {"type": "string", "format": "date"})
    api.register_field(Instant, "string", "date-time")
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for scheme, header in zip(http.SIGNED, SIGNATURE_HEADERS, strict=True):
        api.spec.components.security_scheme(scheme, {"type": "apiKey", "in": "header", "name": header})
    for name, is_required in (("IdempotencyKey", False), ("RequiredIdempotencyKey", True)):
        key = {"name": "Idempotency-Key", "required": is_required, "schema": http.KEY_SCHEMA}
        api.spec.components.parameter(name, "header", key)
    api.spec.components.schema("Failure", schema=Failure)
    for blueprint in miniapp_api.blueprints():
        api.register_blueprint(blueprint, url_prefix=http.API)


def _install_pages(app: Flask, settings: Settings) -> None:
    documents.share(app.jinja_env)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(media.files)
    app.register_blueprint(attachments.files)
    app.register_blueprint(open311.georeport)
    app.register_blueprint(h5.blueprint)
    console.install(app)
    if settings.mode is Mode.DEMO:
        app.register_blueprint(simulator.blueprint)
