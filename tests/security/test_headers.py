"""What every answer tells the browser, whoever asks for whatever: the whole URL map is asked."""

import re
from datetime import date
from http.cookies import SimpleCookie

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.config import Mode
from tests.client import Client
from tests.console.browser import Console
from tests.factories import NINE

ALWAYS = ("Content-Security-Policy", "Referrer-Policy", "Permissions-Policy", "Cache-Control", "X-Request-ID")
# What nobody has to be logged in for, and is the same for all: caches may keep it.
SHARED = re.compile(r"/static/|/favicon\.ico|/api/docs/assets/|/m/|/open311/|/screen/worker|.*/worker\.js")


def paths(app):
    """Every address that is got, with identifiers of which some exist."""
    values = {"date": "2026-11-23", "on_date": date(2026, 11, 23), "month": date(2026, 11, 1)}
    values |= {"period": "lunch", "app": "default", "step": "adopt", "form": "json", "size": "thumb"}
    values |= {"name": "console.css", "path": "none", "rest": "none", "token": "none", "code": "none"}
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods:
            with app.test_request_context():
                yield rule.build({name: values.get(name, 1) for name in rule.arguments})[1]


def wrong_with(response, path):
    """What is missing or too open in an answer."""
    headers = response.headers
    policy = headers.get("Content-Security-Policy", "")
    found = [f"no {name}" for name in ALWAYS if name not in headers]
    found += [name for name, _ in headers if len(headers.getlist(name)) > 1 and name != "Set-Cookie"]
    if headers.get("X-Content-Type-Options") != "nosniff":
        found.append("sniffing")
    is_download = "sandbox" in policy
    if headers.get("X-Frame-Options") != "DENY" or not ("frame-ancestors 'none'" in policy or is_download):
        found.append("framed")
    scripts = re.search(r"script-src ([^;]+)", policy) or re.search(r"default-src ([^;]+)", policy)
    if scripts is None or scripts[1].strip() not in ("'self'", "'none'"):
        found.append(f"scripts: {policy}")
    if "base-uri 'none'" not in policy and not is_download:
        found.append("base")
    caching = headers.get("Cache-Control", "")
    if "public" in caching and not SHARED.match(path):
        found.append(f"kept: {caching}")
    if "Server" in headers or "X-Powered-By" in headers:
        found.append("says what it runs on")
    if response.mimetype.startswith("text/") and "charset" not in headers["Content-Type"]:
        found.append("no charset")
    return [f"{path} ({response.status_code}): {each}" for each in found]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_answer_says_what_it_may_do(app, compound):
    compound.canteen()
    administrator = compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)})
    with clock.at(NINE):
        desk, browser = Console(app, administrator), app.test_client()
        bearer = {"Authorization": f"Bearer {compound.client(administrator).token}"}
        wrong, statuses, kinds = [], set(), set()
        for path in paths(app):
            response = desk.get(path) if path.startswith("/console") else browser.get(path, headers=bearer)
            wrong += wrong_with(response, path)
            statuses.add(response.status_code)
            kinds.add(response.mimetype)
            response.close()
    assert wrong == []
    # It walked: pages and data, files and scripts, what is there and what is refused.
    assert {200, 302, 403, 404, 422} <= statuses
    assert {"text/html", "application/json", "application/pdf", "text/css", "image/svg+xml"} <= kinds


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/console/nowhere", 404),
        ("GET", "/static/nowhere.css", 404),
        ("GET", "/media/1/nowhere", 404),
        ("POST", "/", 405),
        ("POST", "/api/v1/auth/login", 415),
        ("PUT", "/api/v1/me/password", 401),
        ("GET", "/console/staff", 302),
        ("DELETE", "/console/login", 405),
        ("OPTIONS", "/api/v1/me", 200),
        ("HEAD", "/console/login", 200),
    ],
)
def test_refusals_and_other_methods_say_so_too(app, method, path, status):
    with app.test_client().open(path, method=method) as response:
        assert response.status_code == status
        assert wrong_with(response, path) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_crash_says_so_too(app, compound, monkeypatch):
    monkeypatch.setattr("console.me.render", lambda *_, **__: 1 / 0)
    monkeypatch.setattr("backend.identity.queries.own_profile", lambda _: 1 / 0)
    staff = compound.staff()
    page = Console(app, staff).get("/console/me")
    data = app.test_client().get(
        "/api/v1/me", headers={"Authorization": f"Bearer {compound.client(staff).token}"}
    )
    for response, path in ((page, "/console/me"), (data, "/api/v1/me")):
        assert response.status_code == 500
        assert wrong_with(response, path) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_production_asks_for_tls_and_its_cookies_stay_on_it(app_with, settings):
    app = app_with(mode=Mode.PRODUCTION, public_url="https://houqin.example.gov.cn")
    for path in ("/console/login", "/healthz", "/nowhere"):
        assert app.test_client().get(path).headers["Strict-Transport-Security"] == "max-age=31536000"
    # Behind plain HTTP, as in the demo, nobody is sent where nothing answers.
    plain = app_with()
    assert "Strict-Transport-Security" not in plain.test_client().get("/healthz").headers


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_cookie_is_out_of_reach_of_scripts_and_of_other_sites(app_with, compound, app):
    staff = compound.staff(roles={"canteen_manager": (ScopeKind.COMPOUND, 0)})
    canteen = compound.canteen()
    asked = [
        app.test_client().post("/console/logout", data=b"{}", content_type="application/json"),
        Console(app, staff).get("/console/scope", canteen_id=canteen.id),
    ]
    cookies = [SimpleCookie(text) for each in asked for text in each.headers.getlist("Set-Cookie")]
    assert {name for each in cookies for name in each} == {"houqin_console", "houqin_canteen"}
    for morsel in (morsel for each in cookies for morsel in each.values()):
        assert morsel["httponly"], morsel
        assert morsel["samesite"] in ("Lax", "Strict"), morsel
    production = app_with(mode=Mode.PRODUCTION)
    left = production.test_client().post("/console/logout", data=b"{}", content_type="application/json")
    parts = left.headers["Set-Cookie"].split("; ")
    assert parts[0] == "__Host-houqin_console="
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(parts)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_foreign_page_reads_an_answer(app, compound):
    """No CORS: what a browser sends from elsewhere is answered without leave to read it."""
    client = Client(app, compound.client(compound.staff()).token)
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = client.request("GET", "/me", headers=headers)
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]
