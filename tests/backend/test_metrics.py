"""How things stand, in figures; the alerts that are made of them; and the line that each request leaves."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from backend import clock, jobs
from backend.actor import SYSTEM
from backend.audit import services as audit_services
from backend.backups import services as backup_services
from backend.db import atomic, db
from backend.devices.models import Device
from backend.flows import schedule
from backend.identity.passwords import services as password_services
from backend.jobs import Job
from backend.media import jobs as media_jobs
from backend.notifications.models import InboxMessage, OutboxRow
from tests.backend.identity.people import GOOD_PASSWORD
from tests.client import Client
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements

ALERTS = Path(__file__).parents[2] / "deploy" / "alerts.yml"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def read(anonymous):
    """Every sample of a scrape: {name: {labels: value}}."""

    def scrape():
        answer = anonymous.request("GET", "/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})
        found = {}
        for family in text_string_to_metric_families(answer.body.decode()):
            for sample in family.samples:
                found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
        return found

    return scrape


def labelled(**labels):
    return tuple(sorted(labels.items()))


@atomic
def add(*rows):
    db.session.add_all(rows)
    db.session.flush()
    return [row.id for row in rows]


def message(staff, number, state, next_at, channel="sms", leased_until=None):
    told = InboxMessage(
        staff_id=staff.id, kind="test.kind", dedupe=str(number), title="题", text="文", fields={}, page="",
        is_urgent=False, needs_acknowledgement=False, created_at=NINE,
    )  # fmt: skip # Columns of no interest.
    (told_id,) = add(told)
    add(
        OutboxRow(
            message_id=told_id, staff_id=staff.id, channel=channel, state=state, priority=1, next_at=next_at,
            leased_until=leased_until, expires_at=NINE + timedelta(days=1), created_at=NINE,
        )
    )  # fmt: skip # As above.


def test_messages_tell_how_long_they_have_been_due(compound, read):
    one, other = compound.staff(), compound.staff()
    message(one, 1, "waiting", NINE - 7 * MINUTE)
    message(one, 2, "waiting", NINE - 2 * MINUTE)
    message(other, 3, "waiting", NINE + 60 * MINUTE, "wechat")  # Until the quiet hours end.
    message(other, 4, "leased", NINE + MINUTE, leased_until=NINE + MINUTE)
    message(other, 5, "failed", NINE - 500 * MINUTE)
    with clock.at(NINE):
        found = read()
    assert found["houqin_outbox_rows"] == {
        labelled(channel="sms", state="waiting"): 2,
        labelled(channel="wechat", state="waiting"): 1,
        labelled(channel="sms", state="leased"): 1,
    }
    assert found["houqin_outbox_lag_seconds"] == {
        labelled(channel="sms", state="waiting"): 420,
        labelled(channel="wechat", state="waiting"): 0,
        labelled(channel="sms", state="leased"): 0,
    }
    assert found["houqin_outbox_failed_last_week"] == {(): 1}


def test_jobs_tell_how_late_they_are(app, read):
    by_name = {job.name: job for job in schedule.all_jobs()}
    minutely, sealing = by_name["canteen.freeze_meals"], by_name["audit.seal"]
    with clock.at(NINE):
        jobs.claim(minutely, NINE - 4 * MINUTE, "one")
        jobs.claim(sealing, NINE - 5 * MINUTE, "one")
        jobs.finish(minutely, NINE - 4 * MINUTE, "one")
    with clock.at(NINE + 2 * MINUTE):
        found = read()
    lag, overdue = found["houqin_job_lag_seconds"], found["houqin_job_overdue_seconds"]
    assert lag[labelled(job=minutely.name)] == 240  # Due at 8:56, ended at 9:00.
    assert lag[labelled(job=sealing.name)] == 420  # Due at 8:55 and running still.
    assert overdue[labelled(job=minutely.name)] == 300  # 8:57 has not been taken.
    assert overdue[labelled(job=sealing.name)] == 120  # Nor has 9:00.


def test_the_store_is_up_if_the_last_try_was_good(app, read):
    assert "houqin_store_up" not in read()
    job = Job(media_jobs.PROBE, "", "*/5 * * * *", print)
    with clock.at(NINE):
        jobs.claim(job, NINE - 5 * MINUTE, "one")
        jobs.finish(job, NINE - 5 * MINUTE, "one", error="StoreUnavailable")
        assert read()["houqin_store_up"] == {(): 0}
        jobs.claim(job, NINE, "one")
    with clock.at(NINE + MINUTE):
        jobs.finish(job, NINE, "one")
        assert read()["houqin_store_up"] == {(): 1}


def test_devices_tell_their_states_and_the_longest_silence(compound, read):
    canteen = compound.canteen()
    add(
        *(
            Device(
                code=f"CZ-{seen}", kind="scale", canteen_id=canteen.id, name="秤", secret=b"-",
                secret_set_at=NINE, created_at=NINE, last_seen_at=NINE - seen * MINUTE, is_enabled=enabled,
            )
            for seen, enabled in ((1, True), (90, True), (900, False))
        )
    )  # fmt: skip # Columns of no interest.
    with clock.at(NINE):
        found = read()
    states = {dict(labels)["state"]: value for labels, value in found["houqin_devices"].items()}
    assert states == {"online": 1, "offline": 1, "disabled": 1}
    assert found["houqin_device_silence_seconds"] == {labelled(kind="scale"): 5400}


def test_sessions_connections_and_backups_are_told(compound, settings, read, tmp_path):
    compound.client(compound.staff())
    found = read()
    assert found["houqin_sessions"] == {labelled(kind="api"): 1}
    assert "houqin_backup_last_timestamp_seconds" not in found
    assert ("houqin_database_connections" in found) is not settings.is_sqlite
    (settings.data_dir / backup_services.LAST).write_text(json.dumps({"begun_at": NINE.isoformat()}))
    assert read()["houqin_backup_last_timestamp_seconds"] == {(): NINE.timestamp()}


def test_a_scrape_asks_a_dozen_statements(app, read):
    read()
    with counted_statements() as statements:
        read()
    assert len(statements) <= 12


def test_every_alert_names_figures_that_there_are(compound, settings, read):
    """What an alert asks for exists, and what it says of labels does, too."""
    told = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    named = {name for rule in told for name in re.findall(r"houqin_[a-z_]+", rule["expr"])}
    staff = compound.staff()
    message(staff, 1, "waiting", NINE)
    add(
        Device(
            code="CZ-1", kind="scale", canteen_id=compound.canteen().id, name="秤", secret=b"-",
            secret_set_at=NINE, created_at=NINE, last_seen_at=NINE,
        )
    )  # fmt: skip # Columns of no interest.
    for name in ("canteen.freeze_meals", media_jobs.PROBE, "audit.seal"):
        job = next(job for job in schedule.all_jobs() if job.name == name)
        with clock.at(NINE):
            jobs.claim(job, NINE, "one")
            jobs.finish(job, NINE, "one")
    (settings.data_dir / backup_services.LAST).write_text(json.dumps({"begun_at": NINE.isoformat()}))
    password_services.set_password(SYSTEM, staff_id=staff.id, password=GOOD_PASSWORD, must_change=False)
    audit_services.seal()
    with clock.at(NINE):
        found = read()
    only_there = set() if not settings.is_sqlite else {"houqin_database_connections"}
    assert named - set(found) - only_there == set()
    endpoints = {name for rule in told for name in re.findall(r'endpoint="([a-z_.]+)"', rule["expr"])}
    known = set(compound.app.view_functions)
    assert endpoints <= known
    jobs_named = {name for rule in told for name in re.findall(r'job="([a-z_]+\.[a-z_.]+)"', rule["expr"])}
    assert jobs_named <= {job.name for job in schedule.all_jobs()}
    assert all(rule["annotations"]["summary"] for rule in told)


def test_a_request_leaves_one_line_without_personal_data(app_with, compound, capsys):
    app = app_with(access_log=True)
    staff = compound.staff("L1", name="张三")
    client = Client(app, compound.client(staff).token)
    capsys.readouterr()
    answer = client.get("/canteen/menus", canteen_id=99, date=MONDAY.isoformat())
    Client(app).request("GET", "/no/such/路径?phone=13800000001")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"event":"request"' in line]
    known, unknown = lines
    assert known["request_id"] == answer.headers["X-Request-ID"]
    assert (known["status"], known["method"], known["staff_id"]) == (answer.status, "GET", staff.id)
    assert known["endpoint"].endswith("menu") or "menu" in known["endpoint"]
    assert known["ms"] >= 0
    assert known["timestamp"].endswith("+08:00")
    assert (unknown["endpoint"], unknown["status"], unknown["staff_id"]) == ("(unknown)", 404, None)
    told = json.dumps(lines, ensure_ascii=False)
    assert "张三" not in told
    assert "13800000001" not in told
    assert client.token not in told


def test_without_the_setting_requests_leave_no_line(anonymous, capsys):
    anonymous.request("GET", "/healthz")
    assert '"event":"request"' not in capsys.readouterr().err
