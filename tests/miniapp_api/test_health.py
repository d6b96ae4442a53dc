"""Alive, ready, and in figures."""

import pytest
from prometheus_client.utils import floatToGoString
from sqlalchemy import text

from backend import clock, jobs
from backend.db import atomic, unit
from backend.jobs import Job
from tests.client import Client
from tests.factories import NINE

NOWHERE = "postgresql+psycopg://nobody:a-password@127.0.0.1:1/nothing"


@atomic
def execute(statement):
    unit().execute(text(statement))


def test_alive_asks_no_database(app_with):
    gone = app_with(database_url=NOWHERE)
    answer = Client(gone).request("GET", "/healthz")
    assert answer.data == {"status": "alive"}


def test_ready_once_somebody_is_on_the_roster(compound, anonymous):
    before = anonymous.request("GET", "/readyz")
    assert before.status == 503
    assert before.error == "app.not_ready"
    assert before.envelope["data"]["check"] == "demo"
    compound.staff()
    assert anonymous.request("GET", "/readyz").data == {"status": "ready", "mode": "demo"}


def test_not_ready_while_a_migration_is_missing(compound, anonymous):
    compound.staff()
    execute("UPDATE alembic_version SET version_num = '0001'")
    answer = anonymous.request("GET", "/readyz")
    assert (answer.status, answer.envelope["data"]["check"]) == (503, "migrations")


def test_ready_while_a_later_release_has_migrated_already(compound, anonymous):
    """Nodes are upgraded one after the other: those that are not yet serve on."""
    compound.staff()
    execute("UPDATE alembic_version SET version_num = '9999'")
    assert anonymous.request("GET", "/readyz").status == 200


def test_not_ready_without_a_database(app_with):
    gone = app_with(database_url=NOWHERE)
    answer = Client(gone).request("GET", "/readyz")
    assert (answer.status, answer.envelope["data"]["check"]) == (503, "database")


def metrics(client, **headers):
    return client.request("GET", "/metrics", headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"})


def test_metrics_count_requests_by_endpoint_method_and_status(app, anonymous):
    line = 'houqin_request_seconds_count{{endpoint="{}",method="{}",status="{}"}}'

    def counted(*labels):
        start = line.format(*labels)
        text = metrics(anonymous).body.decode()
        return next((float(each.split()[-1]) for each in text.splitlines() if each.startswith(start)), 0)

    before = counted("health.healthz", "GET", "200"), counted("(unknown)", "(any)", "404")
    for _ in range(3):
        anonymous.request("GET", "/healthz")
    anonymous.request("GET", "/nothing-here-1")
    anonymous.request("POST", "/nothing-here-2")
    after = counted("health.healthz", "GET", "200"), counted("(unknown)", "(any)", "404")
    assert (after[0] - before[0], after[1] - before[1]) == (3, 2)


def test_metrics_tell_what_became_of_the_jobs(app, anonymous):
    job = Job("test.job", "测试", "* * * * *", print)
    with clock.at(NINE):
        jobs.claim(job, NINE, "one")
        jobs.finish(job, NINE, "one", error="no")
        text = metrics(anonymous).body.decode()
    labels = '{job="test.job",state="failed"}'
    assert f"houqin_job_firings_last_day{labels} 1.0" in text
    assert f"houqin_job_last_end_timestamp_seconds{labels} {floatToGoString(NINE.timestamp())}" in text
    assert "houqin_database_up 1.0" in text


def test_metrics_say_that_the_database_is_down(app_with):
    gone = app_with(database_url=NOWHERE)
    answer = metrics(Client(gone))
    assert answer.status == 200
    assert b"houqin_database_up 0.0" in answer.body


@pytest.mark.parametrize(
    ("token", "address", "headers", "status"),
    [
        ("", "127.0.0.1", {}, 200),
        ("", "::1", {}, 200),
        ("", "10.0.0.8", {}, 403),
        ("", "127.0.0.1", {"X-Forwarded-For": "10.0.0.8"}, 403),
        ("", "10.0.0.8", {"Authorization": "Bearer "}, 403),
        ("s3cret", "10.0.0.8", {"Authorization": "Bearer s3cret"}, 200),
        ("s3cret", "10.0.0.8", {"Authorization": "Bearer wrong"}, 403),
        ("s3cret", "10.0.0.8", {"Authorization": "Bearer é"}, 403),
    ],
)
def test_metrics_are_for_this_machine_or_a_token(app_with, token, address, headers, status):
    client = Client(app_with(metrics_token=token))
    answer = client.request("GET", "/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status == status
