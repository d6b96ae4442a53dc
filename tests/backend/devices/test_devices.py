"""Devices over HTTP: their signed requests, their heartbeat, and the desk that registers them."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import func, select

from backend import clock
from backend.actor import SYSTEM, Permission, ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from backend.devices import queries, services
from backend.devices.models import Device, DeviceNonce
from backend.devices.rules import SILENT_MINUTES
from backend.flows.silent_devices import tell_of_silent_devices
from backend.identity import policies as identity_policies
from backend.identity import queries as identity_queries
from backend.notifications.models import InboxMessage
from tests.backend.devices.signed import SignedClient, make_device
from tests.factories import NINE
from tests.statements import counted_statements
from tests.threads import at_once

OWN_CLOCK = "2026-11-23T09:01:30+08:00"


@pytest.fixture(autouse=True)
def monday_at_nine():
    with clock.at(NINE):
        yield


@pytest.fixture
def canteen(compound):
    return compound.canteen()


@pytest.fixture
def scale(app, canteen):
    code, secret, _ = make_device(canteen.id)
    return SignedClient(app, code, secret)


@pytest.fixture
def manager(compound, canteen):
    """A manager of that canteen alone."""
    return compound.client(compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, canteen.id)}))


@pytest.fixture
def administrator(compound):
    return compound.client(compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))


def device_row():
    db.session.expire_all()
    db.session.rollback()
    return db.session.scalars(select(Device)).one()


# Signed requests


def test_a_heartbeat_measures_the_own_clock_and_keeps_what_the_device_says(scale):
    said = {"sent_at": OWN_CLOCK, "firmware": "gateway 1.0", "waiting": 12, "battery_percent": 80}
    answer = scale.post("/devices/heartbeat", said).data
    assert answer["server_time"] == int(NINE.timestamp())
    assert (answer["clock_skew_s"], answer["last_seq"]) == (90, 0)
    assert answer["config"] == {"heartbeat_s": 60, "batch_events": 1000, "window_s": 300}
    row = device_row()
    assert (row.last_seen_at, row.clock_skew_s) == (NINE, 90)
    assert (row.firmware, row.waiting, row.battery_percent) == ("gateway 1.0", 12, 80)
    scale.post("/devices/heartbeat", {"sent_at": "2026-11-23T09:00:00+08:00"})
    row = device_row()
    assert (row.clock_skew_s, row.waiting, row.firmware) == (0, 12, "gateway 1.0")


def test_anybody_may_ask_for_the_time(anonymous):
    answer = anonymous.get("/devices/time").data
    assert answer["server_time"] == int(NINE.timestamp()) == answer["server_time_ms"] // 1000
    assert answer["at"] == "2026-11-23T09:00:00+08:00"


def test_a_replay_is_refused_and_a_new_nonce_is_not(scale):
    body = {"sent_at": OWN_CLOCK}
    assert scale.post("/devices/heartbeat", body, nonce="n" * 20).status == 200
    replayed = scale.post("/devices/heartbeat", body, nonce="n" * 20)
    assert (replayed.status, replayed.error) == (409, "devices.replayed")
    assert scale.post("/devices/heartbeat", body, nonce="m" * 20).status == 200


def test_a_request_that_failed_has_not_spent_its_nonce(scale):
    assert scale.post("/devices/heartbeat", {}, nonce="n" * 20).error == "app.invalid"
    assert scale.post("/devices/heartbeat", {"sent_at": OWN_CLOCK}, nonce="n" * 20).status == 200


def test_two_devices_may_use_the_same_nonce(app, canteen, scale):
    code, secret, _ = make_device(canteen.id)
    for client in (scale, SignedClient(app, code, secret)):
        assert client.post("/devices/heartbeat", {"sent_at": OWN_CLOCK}, nonce="n" * 20).status == 200


def test_of_twins_that_race_one_is_taken(scale):
    def send():
        return scale.post("/devices/heartbeat", {"sent_at": OWN_CLOCK}, nonce="n" * 20).status

    assert sorted(at_once([send] * 4)) == [200, 409, 409, 409]


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_stale_request_is_told_the_servers_time(scale, seconds):
    body = {"sent_at": OWN_CLOCK}
    stale = scale.post("/devices/heartbeat", body, at=int(NINE.timestamp()) + seconds)
    assert (stale.status, stale.error) == (401, "devices.stale")
    assert stale.envelope["data"] == {"server_time": int(NINE.timestamp())}
    assert scale.post("/devices/heartbeat", body, at=stale.envelope["data"]["server_time"]).status == 200


def test_the_window_is_a_setting(app_with, scale, canteen):
    app = app_with(device_window_s=10)
    client = SignedClient(app, scale.code, scale.secret)
    at = int(NINE.timestamp()) - 11
    assert client.post("/devices/heartbeat", {"sent_at": OWN_CLOCK}, at=at).error == "devices.stale"
    assert scale.post("/devices/heartbeat", {"sent_at": OWN_CLOCK}, at=at).status == 200


def test_unknown_disabled_and_wrongly_signed_are_refused_alike(app, canteen, scale, anonymous):
    code, secret, device_id = make_device(canteen.id)
    services.disable_device(SYSTEM, device_id=device_id)
    refused = [
        SignedClient(app, "CZ-NOBODY", "x").post("/devices/heartbeat", {"sent_at": OWN_CLOCK}),
        SignedClient(app, code, secret).post("/devices/heartbeat", {"sent_at": OWN_CLOCK}),
        SignedClient(app, scale.code, secret).post("/devices/heartbeat", {"sent_at": OWN_CLOCK}),
        scale.post("/devices/heartbeat", {"sent_at": OWN_CLOCK}, headers={"X-Device": "é" * 40}),
        anonymous.post("/devices/heartbeat", {"sent_at": OWN_CLOCK}),
    ]
    assert {(each.status, each.error, str(each.envelope["data"])) for each in refused} == {
        (401, "devices.refused", "None")
    }
    services.enable_device(SYSTEM, device_id=device_id)
    assert SignedClient(app, code, secret).post("/devices/heartbeat", {"sent_at": OWN_CLOCK}).status == 200


def test_a_body_that_was_exchanged_on_the_way_is_refused(scale):
    body = orjson.dumps({"sent_at": OWN_CLOCK})
    other = SignedClient(scale.app, scale.code, scale.secret).send("POST", "/devices/heartbeat", body)
    assert other.status == 200
    signature = "0" * 64
    exchanged = scale.send("POST", "/devices/heartbeat", body, headers={"X-Signature": signature})
    assert exchanged.error == "devices.refused"


def test_a_login_is_no_signature_and_a_signature_no_login(scale, manager):
    assert manager.post("/devices/heartbeat", {"sent_at": OWN_CLOCK}).error == "devices.refused"
    assert scale.get("/admin/devices").error == "app.unauthenticated"


def test_a_batch_of_a_thousand_events_fits_into_a_request(settings):
    event = {
        "seq": 2**40, "captured_at": "2026-11-23T12:00:01.123456+08:00", "kind": "dish_leftover",
        "served_on": "2026-11-23", "period": "breakfast", "edible": "inedible", "tray": "T" * 32,
        "dish_id": 2**40, "gross_g": 123_456, "tare_g": 123_456, "stable": False, "overload": False,
        "raw_frame": "S" * 40, "disposition": "compost", "reason": "因" * 100,
    }  # fmt: skip # A line each would be a page.
    batch = orjson.dumps({"sent_at": OWN_CLOCK, "events": [event] * 1000})
    assert len(batch) < settings.body_limit_bytes


def test_forgotten_are_the_nonces_that_the_window_refuses_anyhow(scale):
    def kept():
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(DeviceNonce))

    scale.post("/devices/heartbeat", {"sent_at": OWN_CLOCK})
    with clock.at(NINE + timedelta(minutes=9)):
        assert services.forget_nonces() == 0
    assert kept() == 1
    with clock.at(NINE + timedelta(minutes=11)):
        assert services.forget_nonces() == 1
    assert kept() == 0


def test_a_heartbeat_costs_few_statements(scale):
    scale.post("/devices/heartbeat", {"sent_at": OWN_CLOCK})
    with counted_statements() as statements:
        scale.post("/devices/heartbeat", {"sent_at": "2026-11-23T09:00:07+08:00"})
    # The credentials; the device under its lock, the nonce, what the device says of itself.
    assert len([each for each in statements if each.split()[0] in ("SELECT", "INSERT", "UPDATE")]) == 4


# The desk


def created(client, **fields):
    return client.post("/admin/devices", {"kind": "scale", "name": "回收口", **fields})


def test_a_manager_registers_a_device_whose_secret_is_told_once(app, manager, canteen):
    answer = created(manager, canteen_id=canteen.id)
    assert answer.status == 201
    device, secret = answer.data["device"], answer.data["secret"]
    assert (device["state"], device["canteen_name"], device["last_seen_at"]) == (
        "offline",
        canteen.name,
        None,
    )
    client = SignedClient(app, device["code"], secret)
    assert client.post("/devices/heartbeat", {"sent_at": OWN_CLOCK}).status == 200
    assert secret not in manager.get(f"/admin/devices/{device['id']}").body.decode()
    row = device_row()
    assert secret.encode() not in row.secret
    said = db.session.scalars(select(AuditEvent)).all()
    assert [each.action for each in said] == ["devices.created"]
    assert secret not in str(said[0].details)


def test_an_idempotency_key_keeps_no_secret(manager, canteen):
    body = {"kind": "scale", "name": "回收口", "canteen_id": canteen.id}
    first, second = (manager.post("/admin/devices", body, key="k1") for _ in range(2))
    assert first.data["secret"] != second.data["secret"]


def test_a_new_secret_ends_the_old_one(app, manager, canteen):
    made = created(manager, canteen_id=canteen.id).data
    renewed = manager.post(f"/admin/devices/{made['device']['id']}/secret").data["secret"]
    body = {"sent_at": OWN_CLOCK}
    old, new = (SignedClient(app, made["device"]["code"], each) for each in (made["secret"], renewed))
    assert old.post("/devices/heartbeat", body).error == "devices.refused"
    assert new.post("/devices/heartbeat", body).status == 200


def test_a_device_is_renamed_disabled_and_enabled_and_each_is_audited_once(manager, canteen):
    number = created(manager, canteen_id=canteen.id).data["device"]["id"]
    path = f"/admin/devices/{number}"
    assert manager.put(path, {"name": "二号秤"}).data["name"] == "二号秤"
    manager.put(path, {"name": "二号秤"})
    assert manager.post(f"{path}/disable").data["state"] == "disabled"
    manager.post(f"{path}/disable")
    assert manager.post(f"{path}/enable").data["is_enabled"] is True
    manager.post(f"{path}/secret")
    said = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [each.action.removeprefix("devices.") for each in said] == [
        *("created", "renamed", "disabled", "enabled", "secret_renewed")
    ]
    assert {each.details["canteen_id"] for each in said} == {canteen.id}


def test_devices_of_another_canteen_do_not_exist_for_a_manager(compound, manager, administrator):
    other = compound.canteen()
    number = created(administrator, canteen_id=other.id).data["device"]["id"]
    assert created(manager, canteen_id=other.id).error == "devices.canteen_unknown"
    assert created(manager, canteen_id=999_999).error == "devices.canteen_unknown"
    for method, path in (("GET", ""), ("PUT", ""), *(("POST", f"/{verb}") for verb in ("disable", "secret"))):
        refused = manager.request(method, f"/admin/devices/{number}{path}", json={"name": "我的"})
        assert (refused.status, refused.error) == (404, "devices.not_found"), (method, path)
    assert manager.get("/admin/devices").data["total"] == 0
    assert manager.get("/admin/devices", canteen_id=other.id).data["total"] == 0
    assert administrator.get("/admin/devices", canteen_id=other.id).data["total"] == 1


def test_a_platform_is_for_who_manages_everywhere_and_has_no_canteen(manager, administrator, canteen):
    assert created(manager, kind="platform").error == "app.forbidden"
    assert created(administrator, kind="platform", canteen_id=canteen.id).error == "devices.canteen_mismatch"
    assert created(administrator).error == "devices.canteen_mismatch"
    platform = created(administrator, kind="platform", name="市局平台").data["device"]
    assert (platform["state"], platform["canteen_id"], platform["code"][:3]) == ("ready", None, "PT-")
    assert manager.get(f"/admin/devices/{platform['id']}").status == 404
    assert manager.get("/admin/devices").data["total"] == 0
    assert administrator.get("/admin/devices").data["total"] == 1


@pytest.mark.parametrize("code", ["ab-1", "A", "CZ 1", "电子秤", "-A1"])
def test_a_code_that_is_hard_to_type_is_refused_at_its_field(manager, canteen, code):
    refused = created(manager, canteen_id=canteen.id, code=code)
    assert (refused.error, list(refused.envelope["data"]["fields"])) == ("devices.code_invalid", ["code"])


def test_a_code_is_given_once(manager, canteen):
    assert created(manager, canteen_id=canteen.id, code="CZ-01").data["device"]["code"] == "CZ-01"
    taken = created(manager, canteen_id=canteen.id, code="CZ-01")
    assert (taken.status, taken.error) == (409, "devices.code_taken")
    assert "CZ-01" in taken.envelope["msg"]


# Silence


def told():
    db.session.rollback()
    return db.session.scalars(
        select(InboxMessage.text).where(InboxMessage.kind == "devices.silent").order_by(InboxMessage.id)
    ).all()


def test_while_a_meal_is_served_a_silent_scale_is_told_of_once_per_silence(
    compound, canteen, manager, administrator, scale
):
    idle = compound.canteen()
    make_device(idle.id)
    compound.meal(canteen, {compound.dish(canteen): 5})  # Served from 11:30 to 12:30.
    scale.post("/devices/heartbeat", {"sent_at": OWN_CLOCK})
    with clock.at(NINE + timedelta(hours=2)):
        assert tell_of_silent_devices() == 0  # Nobody eats yet.
    with clock.at(NINE + timedelta(hours=2, minutes=40)):
        assert tell_of_silent_devices() == 1  # Its manager, and not the administrator, too.
        assert tell_of_silent_devices() == 0
        scale.post("/devices/heartbeat", {"sent_at": OWN_CLOCK})
        assert tell_of_silent_devices() == 0
    with clock.at(NINE + timedelta(hours=3)):
        assert tell_of_silent_devices() == 1
    assert len(told()) == 2
    assert canteen.name in told()[0]
    assert "11月23日 09:00" in told()[0]


def test_where_nobody_manages_devices_the_administrators_are_told(compound, canteen, administrator, scale):
    compound.meal(canteen, {compound.dish(canteen): 5})
    with clock.at(NINE + timedelta(hours=3)):
        assert tell_of_silent_devices() == 1


def test_silent_are_the_enabled_devices_of_ones_own_canteen(compound, canteen):
    reader = compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, canteen.id)})
    first, second, disabled, fresh = (make_device(canteen.id, name=name)[2] for name in "甲乙丙丁")
    make_device(compound.canteen().id)
    services.disable_device(SYSTEM, device_id=disabled)
    compound.rule(SILENT_MINUTES, 30, canteen.id)
    actor = actor_of(compound, reader)
    assert queries.silent(actor, canteen.id) == []
    with clock.at(NINE + timedelta(minutes=31)):
        client = SignedClient(compound.app, *renewed(fresh))
        client.post("/devices/heartbeat", {"sent_at": OWN_CLOCK})
        db.session.rollback()
        db.session.expire_all()
        assert [each.id for each in queries.silent(actor, canteen.id)] == [first, second]
        assert queries.silent(actor, canteen.id + 1) == []
        assert queries.silent(actor_of(compound, compound.staff()), canteen.id) == []


def renewed(device_id):
    new = services.renew_secret(SYSTEM, device_id=device_id)
    return new.device.code, new.secret


def actor_of(compound, staff):
    token = compound.client(staff).token
    return identity_queries.find_session(identity_policies.hash_token(token), None).actor


def test_the_permission_is_held_by_managers_and_administrators(manager, administrator, compound):
    assert Permission.DEVICES_MANAGE.value == "devices.manage"
    for client in (manager, administrator):
        assert client.get("/admin/devices").status == 200
    cook = compound.client(compound.staff(roles={"canteen_staff": (ScopeKind.COMPOUND, 0)}))
    assert cook.get("/admin/devices").error == "app.forbidden"
