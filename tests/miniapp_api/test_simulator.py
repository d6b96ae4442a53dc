"""The way to the WeChat simulator."""

import socket
import threading
from urllib.parse import urlsplit

import pytest

from backend.config import Mode
from tests.client import Client
from tests.simulator import run_simulator


@pytest.fixture
def simulator(tmp_path):
    with run_simulator(tmp_path) as running:
        yield running


@pytest.fixture
def client(app_with, simulator):
    port = urlsplit(simulator.url).port
    return Client(app_with(simulator_port=port))


def test_a_code_comes_through(client):
    answer = client.request("GET", "/simulator/code", query_string={"staff_no": "1001"})
    assert answer.status == 200
    assert answer.data["code"]


def test_a_refusal_comes_through_as_it_is(client):
    answer = client.app.test_client().get("/simulator/code")
    assert answer.status_code == 422
    assert answer.json["error"] == "simulator.staff_no_invalid"


def test_the_page_its_files_and_its_policy_come_through(client):
    page = client.request("GET", "/simulator/")
    assert page.status == 200
    assert "微信登录模拟器" in page.body.decode()
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    style = client.request("GET", "/simulator/static/picker.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert len(style.body) == int(style.headers["Content-Length"])


def test_the_path_without_a_slash_leads_to_the_page(client):
    answer = client.request("GET", "/simulator")
    assert (answer.status, answer.headers["Location"]) == (302, "/simulator/")


def test_bodies_and_methods_come_through(client, simulator):
    fault = {"path": "/sns/jscode2session", "errcode": -1}
    assert client.request("POST", "/simulator/faults", json=fault).status == 200
    assert client.request("DELETE", "/simulator/requests").status == 200
    assert client.request("PUT", "/simulator/faults", json=fault).error == "app.method_not_allowed"


def test_names_in_other_scripts_come_through(client):
    answer = client.request("GET", "/simulator/people", query_string={"query": "王建国"})
    assert [person["staff_no"] for person in answer.data["list"]] == ["1001"]


HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\nConnection: close\r\n\r\nok"


def test_the_accounts_of_this_server_stay_here(app_with):
    """Neither the token nor the cookies of a visitor reach the simulator, nor its cookies the visitor."""
    seen = []

    def answer_once(listening):
        connection, _ = listening.accept()
        with connection:
            seen.append(connection.recv(65536).decode())
            connection.sendall(HELLO)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        client = Client(app_with(simulator_port=listening.getsockname()[1]), "secret-token")
        thread = threading.Thread(target=answer_once, args=(listening,))
        thread.start()
        answer = client.request("GET", "/simulator/x", headers={"Cookie": "a=b", "X-Kept": "yes"})
        thread.join()
    assert answer.body == b"ok"
    assert "Set-Cookie" not in answer.headers
    assert "secret-token" not in seen[0]
    assert "cookie" not in seen[0].lower()
    assert "X-Kept: yes" in seen[0]


def test_a_simulator_that_is_down_is_told(app_with):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    answer = Client(app_with(simulator_port=port)).request("GET", "/simulator/")
    assert (answer.status, answer.error) == (503, "simulator.unavailable")


def test_production_knows_no_simulator(app_with):
    client = Client(app_with(mode=Mode.PRODUCTION))
    for path in ("/simulator", "/simulator/", "/simulator/code"):
        assert client.request("GET", path).status == 404
