"""Every endpoint names its permission, and every answer of it is described."""

import re
from pathlib import Path

import pytest

from backend.actor import Permission
from backend.app import create_app
from backend.endpoints import DEVICE, PUBLIC
from tests.databases import settings_for

ROOT = Path(__file__).parents[2]
# What is not declared by `endpoint`: documents, pages and forwarding, each open to everybody on purpose.
OPEN = ("api-docs.", "console.", "health.", "simulator.", "docs.", "metrics.", "static")


@pytest.fixture(scope="module")
def bare_app(tmp_path_factory):
    return create_app(settings_for(tmp_path_factory.mktemp("bare")))


def test_every_endpoint_names_its_permission(bare_app):
    nameless = []
    for rule in bare_app.url_map.iter_rules():
        view = bare_app.view_functions[rule.endpoint]
        permission = getattr(view, "permission", None)
        if rule.rule.startswith("/api/v1"):
            if permission not in (PUBLIC, DEVICE) and not isinstance(permission, Permission):
                nameless.append(rule.rule)
        elif permission is None and not rule.endpoint.startswith(OPEN):
            nameless.append(f"{rule.endpoint} {rule.rule}")
    assert nameless == []


def test_the_api_uses_only_methods_that_a_mini_program_has(bare_app):
    methods = {method for rule in bare_app.url_map.iter_rules() for method in rule.methods}
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"}


def test_what_is_public_is_meant_to_be(bare_app):
    public = {
        rule.rule
        for rule in bare_app.url_map.iter_rules()
        if getattr(bare_app.view_functions[rule.endpoint], "permission", None) is PUBLIC
    }
    api = {"/api/v1/auth/login", "/api/v1/auth/bind"}
    api |= {"/api/v1/app/info", "/api/v1/privacy/policy"}
    api |= {"/api/v1/callbacks/wechat/<app>", "/api/v1/callbacks/sms"}
    api |= {"/api/v1/devices/time", "/api/v1/reports/waste/schema"}
    probes = {"/healthz", "/readyz", "/metrics"}
    pages = {"/", "/favicon.ico", "/static/<path:name>", "/api/docs", "/api/docs/assets/<name>"}
    plates = {"/q/<token>", "/q/<name>.txt"}
    # A calendar program sends no login: whoever holds the token, which nobody guesses.
    api |= {"/api/v1/calendar/<token>.ics"}
    # What a television in a canteen or a display at a door shows, by a link where one is wanted; its script.
    screens = {"/screen/canteen/<id:canteen_id>", "/screen/canteen/<id:canteen_id>/content"}
    screens |= {"/screen/room/<id:room_id>", "/screen/room/<id:room_id>/content"}
    screens |= {"/screen/worker.js"}
    signed = {"/media/<id:photo_id>/<size>", "/attachments/<id:attachment_id>"}
    # GeoReport v2 has no logins: what is on the public wall, and reports by a client's key.
    names = ("services.", "services/<code>.", "requests.", "requests/<number>.")
    open311 = {f"/open311/v2/{name}<any(json, xml):form>" for name in names} | {"/open311/v2/<path:rest>"}
    phone = {"/m", "/m/", "/m/<path:name>"}
    steps = {"/console/login", "/console/login/code", "/console/login/enrolment", "/console/login/password"}
    # What nobody's page is (it says so), the end of a session, and a script that holds nothing.
    console = {*steps, "/console/<path:rest>", "/console/logout", "/console/canteen/station/worker.js"}
    demo = {"/simulator", "/simulator/", "/simulator/<path:path>"}
    assert public <= api | probes | pages | plates | screens | signed | open311 | phone | console | demo


def test_the_document_describes_every_endpoint(bare_app):
    document = bare_app.test_client().get("/api/openapi.json").json
    described = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    missing = []
    for rule in bare_app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1"):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                if (path, method) not in described:
                    missing.append(f"{method} {rule.rule}")
    assert missing == []


def test_no_two_wire_shapes_bear_one_name():
    """In the document they would be one shape; it says so only when somebody asks for it."""
    named = {}
    for folder in ("backend", "canteen", "meeting", "property", "feedback"):
        for path in (ROOT / folder).rglob("*schemas.py"):
            for name in re.findall(r"^class (\w+)\(", path.read_text(), re.MULTILINE):
                named.setdefault(name, []).append(str(path))
    assert {name: paths for name, paths in named.items() if len(paths) > 1} == {}
