"""The site that is deployed, in a real nginx before stand-ins for the nodes."""

import json
import re
import socket
import ssl

import httpx
import pytest

from backend.app import create_app
from backend.endpoints import Endpoint
from tests.databases import settings_for
from tests.deploy.backends import Backend
from tests.processes.nginx import HOST, SITE, Nginx
from tests.processes.nodes import until

pytestmark = pytest.mark.processes
# So little that a test comes to it.
STRICT = {
    "zone=houqin_login:20m rate=30r/s": "zone=houqin_login:20m rate=1r/m",
    "zone=houqin_login burst=500 nodelay": "zone=houqin_login burst=1 nodelay",
    "proxy_read_timeout 60s": "proxy_read_timeout 1s",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Two stand-ins and nginx before them."""
    backends = [Backend("a"), Backend("b")]
    nginx = Nginx(tmp_path_factory.mktemp("nginx"), [each.server_port for each in backends], STRICT)
    try:
        nginx.start()
        yield nginx, backends
    finally:
        nginx.kill()
        for each in backends:
            each.stop()


@pytest.fixture
def nginx(running):
    return running[0]


class Asked:
    """What the stand-ins are asked."""

    def __init__(self, backends):
        self.backends = backends

    def __call__(self):
        return [one for each in self.backends for one in each.asked]

    def forget(self):
        for each in self.backends:
            each.asked.clear()


@pytest.fixture
def asked(running):
    """What the stand-ins are asked from now on."""
    found = Asked(running[1])
    found.forget()
    return found


@pytest.fixture
def client(nginx):
    with httpx.Client(base_url=nginx.url, verify=nginx.certificates, timeout=60, trust_env=False) as made:
        yield made


def in_the_envelope(answer, status, error):
    """A failure as docs/api.md tells it, in nginx's own words, with the headers of one."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    told = answer.json()
    assert set(told) == {"code", "error", "msg", "data", "request_id"}
    assert (told["code"], told["error"], told["data"]) == (status, error, None)
    assert re.search("[\u4e00-\u9fff]", told["msg"])
    assert told["request_id"] == answer.headers["X-Request-ID"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Server"] == "nginx"
    assert answer.headers.get_list("Strict-Transport-Security") == ["max-age=31536000"]


def test_nginx_approves_of_the_file_without_a_warning(tmp_path):
    said = Nginx(tmp_path, [18001, 18002]).check()
    assert "test is successful" in said
    assert "[warn]" not in said


def test_plain_http_leads_to_https_by_our_name(nginx):
    for host in ("evil.example", HOST):
        answer = httpx.get(f"{nginx.plain_url}/m/?x=1", headers={"Host": host}, trust_env=False)
        assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{HOST}/m/?x=1")
    # Plain HTTP on the other port, too.
    answer = httpx.get(f"http://127.0.0.1:{nginx.port}/console/", trust_env=False)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{HOST}/console/")


def test_tls_is_of_today_and_speaks_http_2(nginx):
    context = nginx.certificates
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", nginx.port)) as line,
        context.wrap_socket(line, server_hostname=HOST) as tls,
    ):
        assert (tls.selected_alpn_protocol(), tls.version()) == ("h2", "TLSv1.3")
    old = nginx.certificates
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2
    # What TLS 1.2 has without forward secrecy.
    old.set_ciphers("AES128-GCM-SHA256:AES256-SHA")
    with (
        socket.create_connection(("127.0.0.1", nginx.port)) as line,
        pytest.raises(ssl.SSLError),
    ):
        old.wrap_socket(line, server_hostname=HOST)


def test_what_a_client_says_of_its_address_is_dropped(client, asked):
    lies = {"X-Forwarded-For": "10.9.8.7", "X-Real-IP": "10.9.8.7", "Forwarded": "for=10.9.8.7"}
    client.get("/api/v1/me", headers={**lies, "X-Forwarded-Proto": "http"})
    [(_, _, headers)] = asked()
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["Host"] == "127.0.0.1"
    assert not {"X-Real-IP", "Forwarded"} & set(headers)


@pytest.mark.parametrize(
    ("path", "megabytes"),
    [
        ("/api/v1/canteen/orders", 1),
        ("/api/v1/admin/staff/import", 11),
        ("/api/v1/property/assets/import/check", 11),
        ("/api/v1/media/photos", 11),
        ("/api/v1/attachments", 21),
    ],
)
def test_a_body_may_be_so_large_and_no_larger(client, asked, path, megabytes):
    body = b"\0" * megabytes * 2**20
    assert client.post(path, content=body).json()["data"]["bytes"] == len(body)
    # The excess is told by the header: nginx does not wait for it.
    answer = client.post(path, content=body + b"\0")
    in_the_envelope(answer, 413, "app.too_large")
    assert len(asked()) == 1


def test_every_upload_of_the_api_passes(tmp_path):
    """Whatever the URL map takes as a file, with the frame around it, fits into its location."""
    settings = settings_for(tmp_path)
    app = create_app(settings)
    found = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        within = [cell.cell_contents for cell in getattr(view, "__closure__", None) or ()]
        declared = next((each for each in within if isinstance(each, Endpoint)), None)
        if declared is not None and declared.upload:
            limit = declared.upload_bytes(settings)
            path = re.sub("<[^>]+>", "1", rule.rule)
            found[path] = (limit + 64 * 1024, body_limit(path))
    assert len(found) > 10
    assert {path: limits for path, limits in found.items() if limits[0] > limits[1]} == {}


def body_limit(path):
    """What the site lets through at this path, by nginx's rules of which location it is."""
    text = SITE.read_text()
    locations = re.findall(r"location (=|~|) ?(/\S*|\^\S+) \{\n(.*?)\n    \}", text, re.DOTALL)
    exact = [body for kind, name, body in locations if kind == "=" and name == path]
    pattern = [body for kind, name, body in locations if kind == "~" and re.search(name, path)]
    prefix = max(
        ((name, body) for kind, name, body in locations if not kind and path.startswith(name)),
        key=lambda each: len(each[0]),
    )
    chosen = (exact or pattern or [prefix[1]])[0]
    told = re.search(r"client_max_body_size (\d+)m;", chosen)
    return int(told[1] if told else 1) * 2**20


@pytest.mark.parametrize("path", ["/api/v1/auth/login", "/console/login"])
def test_logins_are_limited_by_address(client, path):
    answers = [client.post(path, json={}) for _ in range(5)]
    assert answers[0].status_code in (200, 429)
    in_the_envelope(answers[-1], 429, "app.too_many")
    assert answers[-1].headers["Retry-After"] == "2"
    assert client.get("/api/v1/me").status_code == 200


def test_what_nodes_answer_passes_as_it_is(client):
    for status in (404, 429, 503):
        answer = client.get(f"/api/v1/{status}")
        assert (answer.status_code, answer.json()["code"]) == (status, status)
        assert answer.headers["X-Request-ID"].startswith("of-")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"]
        assert answer.headers.get_list("Strict-Transport-Security") == ["max-age=31536000"]
        assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)


def test_a_post_that_was_sent_is_never_repeated_and_a_get_is(client, asked):
    both_are_in_use(client)
    asked.forget()
    in_the_envelope(client.post("/api/v1/lost", json={}), 502, "app.unavailable")
    assert len(asked()) == 1
    in_the_envelope(client.get("/api/v1/lost"), 502, "app.unavailable")
    assert len(asked()) == 3
    # Nodes that fail over one request are not given up.
    assert client.get("/api/v1/me").status_code == 200


def both_are_in_use(client):
    """Until nginx sends requests to both nodes: what other tests had them fail over is forgotten."""

    def is_so():
        answers = [client.get("/api/v1/me") for _ in range(2)]
        return {each.json()["data"]["node"] for each in answers if each.status_code == 200} == {"a", "b"}

    until(is_so)


def test_a_node_that_is_too_slow_costs_504(client, asked):
    both_are_in_use(client)
    asked.forget()
    answer = client.post("/api/v1/slow", json={})
    in_the_envelope(answer, 504, "app.unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert len(asked()) == 1


def test_assets_are_asked_of_the_other_node_and_kept(client, asked):
    for name in ("only-a", "only-b"):
        for _ in range(4):
            assert client.get(f"/m/assets/{name}").json()["data"]["node"] == name[-1]
    # Each was found once, after a 404 of the other node perhaps, and came out of the store then.
    assert len(asked()) <= 4
    assert client.get("/m/assets/nowhere/only-c").status_code == 404


def test_answers_are_compressed_but_for_pages_with_a_token(client):
    assert client.get("/api/v1/me").headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/console/").headers


def test_the_log_is_json_and_names_no_query(client, nginx):
    client.get("/media/photo.jpg?signature=secret")
    client.get("/api/v1/calendar/a-secret-of-its-holder.ics")

    def lines():
        return [json.loads(line) for line in nginx.requests.splitlines()]

    until(lambda: any(line["path"] == "/media/photo.jpg" for line in lines()))
    line = next(line for line in lines() if line["path"] == "/media/photo.jpg")
    assert (line["status"], line["method"], line["address"]) == (200, "GET", "127.0.0.1")
    assert line["answered"].startswith("of-")
    assert "secret" not in nginx.requests


def test_without_nodes_programs_get_json_and_people_a_page(tmp_path):
    gone = Backend("gone")
    gone.stop()
    nginx = Nginx(tmp_path, [gone.server_port])
    try:
        nginx.start()
        with httpx.Client(base_url=nginx.url, verify=nginx.certificates, trust_env=False) as client:
            answer = client.post("/api/v1/canteen/orders", json={})
            in_the_envelope(answer, 502, "app.unavailable")
            assert answer.headers["Retry-After"] == "2"
            page = client.get("/console/", headers={"Accept": "text/html,*/*;q=0.8"})
            assert (page.status_code, page.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
            assert "服务暂时繁忙" in page.text
            assert page.headers["X-Request-ID"] in page.text
    finally:
        nginx.kill()
