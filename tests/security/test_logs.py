"""What people send, and what is kept of them, gets into no log and no refusal: requests with marked values.

Beside it: logins, codes and passwords (tests/backend/identity/test_leaks.py), the clients of services outside
(tests/backend/wechat, wecom, zwdd, sms), values that PostgreSQL tells of a row (tests/backend/test_logs.py).
"""

import io
import json
import logging

import pytest
import structlog
from sqlalchemy import text

from backend import logs
from backend.actor import ScopeKind
from backend.config import Mode
from backend.db import atomic, db, unit
from tests.client import Client
from tests.console.browser import Console

# Nobody has them, so that nothing else can be the reason that one is found. The first digits of a number are
# told on purpose, masked.
PHONE = "13987654321"
ID_NO = "110101199003078515"
CARD = "CARD-7F3A-9C2E"
TEXT = "暗记甲：三楼东侧办公室门锁损坏"
KEY = "idempotency-7f3a9c2e"
SECRET_TOKEN = "Marked-Token-7f3a9c2e"
MARKS = {"phone": PHONE, "id": ID_NO, "card": CARD, "text": TEXT, "key": KEY, "token": SECRET_TOKEN}


@pytest.fixture
def told(monkeypatch, capfd, caplog):
    """Everything that was logged: as production renders it, and whatever went to stderr or a logger."""
    caplog.set_level(logging.DEBUG)
    lines = io.StringIO()
    processors = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        logs.without_details,
        structlog.processors.JSONRenderer(serializer=logs._json),
    ]
    logger = structlog.wrap_logger(structlog.PrintLogger(lines), processors)
    monkeypatch.setattr("backend.http.log", logger)
    monkeypatch.setattr("console.pages.log", logger)

    def read():
        captured = capfd.readouterr()
        return lines.getvalue() + captured.out + captured.err + caplog.text

    return read


@pytest.fixture
def admin(compound):
    return compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)})


def newcomer(compound, **changes):
    """Somebody to be put on the roster, with everything that must not be told."""
    department = compound.department()
    posting = {"department_id": department.id, "is_primary": True}
    given = {"staff_no": "7001", "name": "钱来", "phone": PHONE, "id_no": ID_NO, "card_no": CARD}
    return {**given, "postings": [posting], **changes}


def marks_in(told: str) -> list[str]:
    return [name for name, mark in MARKS.items() if mark in told]


def test_what_succeeds_leaves_nothing_behind(compound, admin, told):
    client = compound.client(admin)
    created = client.post("/admin/staff", newcomer(compound), key=KEY)
    assert created.status == 201, created.envelope
    # Numbers come back masked even to who has just typed them.
    assert not {"phone", "id"} & set(marks_in(created.body.decode()))
    again = client.post("/admin/staff", newcomer(compound, staff_no="7002"), key=KEY)
    assert again.error == "app.idempotency_key_reused"
    assert client.post("/suggestions", {"kind": "fault", "text": TEXT}).status == 201
    said = told()
    assert client.token not in said
    assert marks_in(said) == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/admin/staff", {"staff_no": "7001", "phone": [PHONE], "id_no": {"n": ID_NO}, TEXT: CARD}),
        ("POST", "/admin/staff", {"phone": PHONE + "x" * 40, "id_no": ID_NO * 4, "name": TEXT * 40}),
        ("POST", "/auth/login", {"provider": TEXT, "code": SECRET_TOKEN, "app": CARD}),
        ("POST", "/auth/bind", {"bind_ticket": SECRET_TOKEN, "staff_no": CARD, "name": TEXT}),
        ("POST", "/feedback/reports", {"category": TEXT, "text": {"said": TEXT}, "contact_phone": PHONE}),
        ("POST", "/canteen/pickups", {"token": SECRET_TOKEN}),
        ("POST", "/canteen/orders", {"meal_id": TEXT, "items": PHONE}),
        ("PUT", "/me/password", {"old_password": SECRET_TOKEN, "new_password": CARD}),
        ("GET", f"/admin/staff?query={PHONE}&page=x", None),
        ("GET", f"/nowhere/{SECRET_TOKEN}?phone={PHONE}", None),
        ("DELETE", f"/me/sessions/{SECRET_TOKEN}", None),
    ],
)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_refusal_repeats_nothing(compound, admin, told, method, path, body):
    client = compound.client(admin)
    answer = client.request(method, path, json=body, key=KEY if method == "POST" else None)
    assert 400 <= answer.status < 500, answer.envelope
    # Names of fields that nobody knows are told, so that who misspelt one sees it.
    answered = answer.body.decode().replace(f'"{TEXT}":', "")
    assert marks_in(answered + told()) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_neither_do_refusals_of_the_frame(app, compound, told):
    client = Client(app, SECRET_TOKEN)
    long = (TEXT * 40_000).encode()
    tried = [
        client.request("POST", "/suggestions", data=TEXT.encode(), content_type="application/json"),
        client.request("POST", "/suggestions", data=TEXT.encode(), content_type=f"text/{CARD}"),
        client.request("POST", "/suggestions", data=long, content_type="application/json"),
        client.request("GET", f"/calendar/{SECRET_TOKEN}.ics"),
        client.request("GET", "/me", headers={"X-Houqin-Device": SECRET_TOKEN, "Cookie": f"a={CARD}"}),
        client.post("/devices/heartbeat", {}, headers={"X-Houqin-Signature": SECRET_TOKEN}),
    ]
    assert all(400 <= each.status < 500 for each in tried)
    page = Console(app, compound.staff()).get(f"/console/{SECRET_TOKEN}", q=PHONE)
    assert page.status_code == 404
    told_to_them = "".join(each.body.decode() for each in tried) + page.text
    # The page's own address stands in what it would lead back to.
    assert marks_in(told_to_them + told()) == []


def crash(*_, **__):
    """What nobody foresaw, with the request's values in the frames below it."""
    raise ZeroDivisionError


def test_a_crash_says_where_and_nothing_of_what(app, compound, admin, told, monkeypatch):
    client, console = compound.client(admin), Console(app, admin)
    monkeypatch.setattr("backend.identity.roster.operations.record", crash, raising=False)
    monkeypatch.setattr("backend.identity.roster.services.record", crash, raising=False)
    monkeypatch.setattr("backend.identity.roster.queries.page_staff", crash)
    monkeypatch.setattr("meeting.calendars.queries.contents_by_token", crash)
    crashed = [
        client.post("/admin/staff", newcomer(compound), key=KEY),
        client.get("/admin/staff", query=PHONE),
        Client(app).get(f"/calendar/{SECRET_TOKEN}.ics", q=TEXT),
    ]
    page = console.get("/console/staff", query=PHONE)
    assert [each.status for each in crashed] == [500] * 3
    assert page.status_code == 500
    said = told()
    assert marks_in("".join(each.body.decode() for each in crashed) + said) == []
    assert client.token not in said
    # The page's own search field is what it was.
    assert marks_in(page.text) in ([], ["phone"])
    # And it does say where, as one line that a machine can read.
    lines = [json.loads(line) for line in said.splitlines() if line.startswith('{"')]
    assert {each["path"] for each in lines} == {
        "/api/v1/admin/staff",
        "/api/v1/calendar/<token>.ics",
        "/console/staff",
    }
    assert all("ZeroDivisionError" in each["exception"] and each["request_id"] for each in lines)


# The refusal of a row that the program did not foresee. PostgreSQL tells the whole row in its DETAIL.
REFUSE = {
    "sqlite": (
        "CREATE TRIGGER no_more BEFORE INSERT ON suggestions BEGIN SELECT RAISE(ABORT, 'no_more'); END"
    ),
    "postgresql": "ALTER TABLE suggestions ADD CONSTRAINT no_more CHECK (text = '')",
}


def test_a_row_that_the_database_refuses_is_not_told(compound, admin, told):
    client = compound.client(admin)

    @atomic
    def refuse():
        unit().execute(text(REFUSE[db.engine.dialect.name]))

    refuse()
    answer = client.post("/suggestions", {"kind": "fault", "text": TEXT}, key=KEY)
    assert answer.status == 500
    said = told()
    assert "no_more" in said
    assert marks_in(answer.body.decode() + said) == []


@pytest.mark.parametrize("mode", Mode)
def test_no_line_of_the_log_can_be_made_up(mode):
    """What a client sends into a fact is escaped: one event stays one line, in the demo, too."""
    rendered = {"event": "push", "level": "info", "app": "x\r\n2026-11-23 [error] forged\x1b[2J"}
    for process in logs._rendering(mode)[1:]:  # The first takes away what the library itself added.
        rendered = process(None, "info", rendered)
    assert "forged" in rendered
    assert not {"\r", "\n"} & set(rendered)
