"""Temperatures through HTTP: limits, readings of people and thermometers, excursions and the day's record."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.db import atomic, db, unit
from backend.devices.models import DeviceKind
from canteen.food_safety.temperatures import services
from canteen.food_safety.temperatures.models import TemperatureExcursion, TemperatureReading
from tests.backend.devices.signed import SignedClient, make_device
from tests.canteen.kitchen import Kitchen
from tests.printed import pages_of, text_of
from tests.threads import at_once

KITCHEN = "/canteen/kitchen"


def fridge(kitchen, name="1号冷藏柜", kind="chilled", **more):
    body = {"canteen_id": kitchen.canteen.id, "name": name, "kind": kind, **more}
    made = kitchen.officer.post(f"{KITCHEN}/fridges", body)
    assert made.status == 201, made.envelope
    return made.data


def enter(client, kitchen, *readings):
    body = {
        "canteen_id": kitchen.canteen.id,
        "readings": [
            {"fridge_id": each["id"], "temperature_dc": tenths, **more} for each, tenths, more in readings
        ],
    }
    return client.post(f"{KITCHEN}/temperatures", body)


def excursions(client, state="all"):
    return client.get(f"{KITCHEN}/temperature-excursions", state=state).data["list"]


@pytest.fixture
def probe(kitchen):
    """A thermometer of a fridge: (client, fridge)."""
    code, secret, device_id = make_device(kitchen.canteen.id, DeviceKind.THERMOMETER, "冷库探头")
    return SignedClient(kitchen.compound.app, code, secret), fridge(kitchen, device_id=device_id)


def send(device, *readings, at=None):
    """(seq, minutes after nine, tenths) or whole readings, sent now."""
    sent = [
        {"seq": each[0], "captured_at": _clock(each[1]), "temperature_dc": each[2]}
        if isinstance(each, tuple)
        else each
        for each in readings
    ]
    return device.post("/devices/temperatures", {"sent_at": clock.now().isoformat(), "readings": sent})


def _clock(minutes):
    return f"2026-11-23T{9 + minutes // 60:02d}:{minutes % 60:02d}:00+08:00"


def test_a_fridge_has_the_limits_of_its_kind_unless_others_are_given(kitchen):
    assert (fridge(kitchen)["minimum_dc"], fridge(kitchen, "冷冻", "frozen")["maximum_dc"]) == (0, -120)
    own = fridge(kitchen, "点心柜", minimum_dc=10, maximum_dc=60)
    body = {"name": "点心柜", "kind": "chilled", "is_active": True, "minimum_dc": 60, "maximum_dc": 60}
    change = f"{KITCHEN}/fridges/{own['id']}"
    assert kitchen.officer.put(change, body).error == "canteen.fridge_limits_invalid"
    assert kitchen.officer.put(change, {**body, "name": "1号冷藏柜"} | {"maximum_dc": 70}).error == (
        "canteen.fridge_exists"
    )
    assert kitchen.officer.put(change, {**body, "maximum_dc": 70}).data["maximum_dc"] == 70
    assert kitchen.cook.put(change, {**body, "maximum_dc": 70}).status == 403
    stranger = {**body, "maximum_dc": 70, "device_id": 999_999}
    assert kitchen.officer.put(change, stranger).error == "canteen.thermometer_unknown"


def test_readings_of_people_stand_on_the_days_sheet(kitchen):
    cold, frozen = fridge(kitchen), fridge(kitchen, "2号冷冻柜", "frozen")
    taken = enter(kitchen.cook, kitchen, (cold, 45, {}), (frozen, -180, {"note": "已除霜"}))
    assert taken.status == 201
    assert [row["is_out"] for row in taken.data["readings"]] == [False, False]
    sheet = kitchen.cook.get(f"{KITCHEN}/fridges/sheet", canteen_id=kitchen.canteen.id).data
    first = next(day for day in sheet["fridges"] if day["fridge"]["id"] == cold["id"])
    assert (first["readings"], first["latest"]["temperature_dc"], first["is_short"]) == (1, 45, True)
    with clock.at(kitchen.at(15)):
        enter(kitchen.cook, kitchen, (cold, 52, {}))
        sheet = kitchen.cook.get(f"{KITCHEN}/fridges/sheet", canteen_id=kitchen.canteen.id).data
        days = {day["fridge"]["id"]: day for day in sheet["fridges"]}
        assert (days[cold["id"]]["lowest_dc"], days[cold["id"]]["highest_dc"]) == (45, 52)
        assert (days[cold["id"]]["is_short"], days[frozen["id"]]["is_short"]) == (False, True)


@pytest.mark.parametrize("minutes", [1, -24 * 60 - 1])
def test_a_reading_is_neither_of_the_future_nor_of_long_ago(kitchen, minutes):
    when = (clock.now() + timedelta(minutes=minutes)).isoformat()
    refused = enter(kitchen.cook, kitchen, (fridge(kitchen), 40, {"measured_at": when}))
    assert (refused.status, refused.error) == (422, "canteen.reading_time_invalid")


def test_an_excursion_is_told_after_its_minutes_and_answered(kitchen):
    cold = fridge(kitchen)
    client = kitchen.cook
    enter(client, kitchen, (cold, 95, {}))
    (begun,) = excursions(client, "open")
    assert (begun["ended_at"], begun["is_high"], begun["needs_action"]) == (None, True, False)
    with clock.at(kitchen.at(9, 29)):
        assert services.tell_of_excursions() == 0
    with clock.at(kitchen.at(9, 30)):
        assert services.tell_of_excursions() == len({"cook", "officer"})
        assert services.tell_of_excursions() == 0
        message = client.get("/inbox").data["messages"][0]["text"]
        assert "「1号冷藏柜」自 11月23日 09:00 起温度超限，最高 9.5 ℃（限 0.0 ℃ 至 8.0 ℃）" in message
        assert [each["id"] for each in excursions(client, "unanswered")] == [begun["id"]]
        enter(client, kitchen, (cold, 60, {}))
        assert excursions(client, "open") == []
        act = f"{KITCHEN}/temperature-excursions/{begun['id']}/action"
        assert client.post(act, {"action": ""}).status == 422
        done = client.post(act, {"action": "食材移至2号柜，已报修压缩机"}).data
        assert (done["minutes"], done["needs_action"]) == (30, False)
        assert excursions(client, "unanswered") == []


def test_a_door_that_stood_open_for_a_moment_needs_nothing(kitchen):
    cold = fridge(kitchen)
    enter(kitchen.cook, kitchen, (cold, 95, {}))
    with clock.at(kitchen.at(9, 10)):
        enter(kitchen.cook, kitchen, (cold, 60, {}))
    with clock.at(kitchen.at(10)):
        assert services.tell_of_excursions() == 0
        (short,) = excursions(kitchen.cook)
        assert (short["minutes"], short["needs_action"]) == (10, False)


def test_a_wrong_reading_is_taken_back_with_what_followed_from_it(kitchen):
    cold = fridge(kitchen)
    (wrong,) = enter(kitchen.cook, kitchen, (cold, 400, {})).data["readings"]
    _, colleague = kitchen.person("canteen_staff")
    path, reason = f"{KITCHEN}/temperatures/{wrong['id']}/void", {"reason": "少按小数点"}
    assert colleague.post(path, reason).error == "canteen.not_own_reading"
    assert kitchen.cook.post(path, reason).data["is_void"] is True
    assert kitchen.cook.post(path, reason).error == "canteen.reading_voided"
    assert excursions(kitchen.cook) == []
    sheet = kitchen.cook.get(f"{KITCHEN}/fridges/sheet", canteen_id=kitchen.canteen.id).data
    assert sheet["fridges"][0]["readings"] == 0
    query = {"fridge_id": cold["id"], "from_date": "2026-11-23", "to_date": "2026-11-23"}
    (shown,) = kitchen.manager.get(f"{KITCHEN}/temperatures", **query).data["list"]
    assert (shown["is_void"], shown["by_name"]) == (True, kitchen.staff["cook"].name)


def test_readings_cannot_be_changed(kitchen):
    enter(kitchen.cook, kitchen, (fridge(kitchen), 40, {}))

    @atomic
    def change():
        unit().execute(text("UPDATE temperature_readings SET temperature_dc = 50"))

    with pytest.raises(DBAPIError):
        change()


def test_a_thermometers_batch_counts_once_however_often_it_comes(kitchen, probe):
    device, cold = probe
    batch = [(1, 0, 40), (2, 5, 42), (3, 10, 41)]
    with clock.at(kitchen.at(9, 12)):
        assert send(device, *batch).data["accepted"] == 3
        assert send(device, *batch).data["duplicate"] == 3
        changed = send(device, (3, 10, 99), (4, 11, 43)).data
        assert (changed["conflict"], changed["accepted"]) == (1, 1)
        assert changed["items"][0]["code"] == "canteen.reading_seq_reused"
        query = {"fridge_id": cold["id"], "from_date": "2026-11-23", "to_date": "2026-11-23"}
        rows = kitchen.manager.get(f"{KITCHEN}/temperatures", **query).data["list"]
        assert [row["temperature_dc"] for row in rows] == [43, 41, 42, 40]
        assert rows[0]["by_name"] == "冷库探头"
        void = kitchen.officer.post(f"{KITCHEN}/temperatures/{rows[0]['id']}/void", {"reason": "试试"})
        assert void.error == "canteen.reading_not_manual"


def test_what_comes_late_puts_the_excursions_right(kitchen, probe):
    device, _ = probe
    with clock.at(kitchen.at(10)):
        send(device, (1, 0, 40), (5, 20, 95), (8, 35, 50))
        (before,) = excursions(kitchen.cook)
        assert (before["minutes"], before["needs_action"]) == (15, False)
        # The network was away: what was measured meanwhile comes now, in any order.
        send(device, (3, 4, 99), (2, 2, 110), (4, 10, 90))
        (after,) = excursions(kitchen.cook)
        assert (after["id"], after["minutes"], after["extreme_dc"]) == (before["id"], 33, 110)
        assert after["needs_action"] is True
        action = f"{KITCHEN}/temperature-excursions/{after['id']}/action"
        kitchen.cook.post(action, {"action": "关好柜门"})
        # A reading within the limits in between makes two of it; what was written stays with the first.
        send(device, (9, 12, 60))
        second, first = excursions(kitchen.cook)
        assert (first["minutes"], first["action"]) == (10, "关好柜门")
        assert (second["minutes"], second["action"]) == (15, "")


def test_one_wrong_reading_spoils_no_other(kitchen, probe):
    device, _ = probe
    right = {"seq": 1, "captured_at": _clock(0), "temperature_dc": 40}
    wrong = [
        {**right, "seq": 0},
        {**right, "seq": 2, "temperature_dc": 40.5},
        {**right, "seq": 3, "captured_at": "2026-11-23T09:00:00"},
        {**right, "seq": 4, "captured_at": _clock(5)},
        {**right, "seq": 5, "probe": "B"},
        "noise",
    ]
    answer = send(device, *wrong, right).data
    assert (answer["rejected"], answer["accepted"]) == (len(wrong), 1)
    codes = [item.get("code") for item in answer["items"]]
    assert codes == ["canteen.reading_invalid"] * 4 + [
        "canteen.probe_unknown",
        "canteen.reading_invalid",
        None,
    ]
    assert send(device).status == 422


def test_only_what_measures_temperatures_sends_them(kitchen):
    scale = SignedClient(kitchen.compound.app, *make_device(kitchen.canteen.id)[:2])
    assert send(scale, (1, 0, 40)).error == "devices.wrong_kind"
    code, secret, _ = make_device(kitchen.canteen.id, DeviceKind.THERMOMETER)
    thermometer = SignedClient(kitchen.compound.app, code, secret)
    weighing = {"sent_at": clock.now().isoformat(), "events": [{}]}
    assert thermometer.post("/devices/weighings", weighing).error == "devices.wrong_kind"
    assert SignedClient(kitchen.compound.app, code, "x" * 43).post("/devices/temperatures", {}).status == 401


def test_a_probe_reports_of_one_fridge_and_a_gateway_of_several(kitchen):
    code, secret, device_id = make_device(kitchen.canteen.id, DeviceKind.GATEWAY)
    query = {"canteen_id": kitchen.canteen.id}
    (offered,) = kitchen.officer.get(f"{KITCHEN}/fridges/thermometers", **query).data["list"]
    assert offered["code"] == code
    fridge(kitchen, device_id=device_id, probe="A")
    twin = {
        "canteen_id": kitchen.canteen.id,
        "name": "2号",
        "kind": "frozen",
        "device_id": device_id,
        "probe": "A",
    }
    assert kitchen.officer.post(f"{KITCHEN}/fridges", twin).error == "canteen.probe_taken"
    fridge(kitchen, "2号", "frozen", device_id=device_id, probe="B")
    reading = {"seq": 1, "captured_at": _clock(0), "temperature_dc": -180, "probe": "B"}
    gateway = SignedClient(kitchen.compound.app, code, secret)
    assert (
        send(gateway, reading, {**reading, "seq": 2, "probe": "A", "temperature_dc": 40}).data["accepted"]
        == 2
    )
    assert excursions(kitchen.cook) == []


def test_a_clock_that_is_wrong_is_put_right(kitchen, probe):
    device, _ = probe
    ahead = timedelta(minutes=7)
    reading = {
        "seq": 1,
        "captured_at": (clock.now() + ahead).isoformat(),
        "temperature_dc": 40,
    }
    body = {"sent_at": (clock.now() + ahead).isoformat(), "readings": [reading]}
    assert device.post("/devices/temperatures", body).data["accepted"] == 1
    db.session.rollback()
    assert db.session.scalar(select(TemperatureReading.measured_at)) == clock.now()


def test_a_batch_and_a_persons_reading_at_one_moment_make_one_excursion(kitchen, probe):
    device, cold = probe
    client = kitchen.cook
    with clock.at(kitchen.at(9, 30)):
        calls = [
            lambda: send(device, (1, 0, 95), (2, 10, 96)).status,
            lambda: enter(client, kitchen, (cold, 97, {})).status,
        ]
        assert sorted(at_once(calls)) == [200, 201]
    db.session.rollback()
    standing = select(func.count()).select_from(TemperatureExcursion).where(~TemperatureExcursion.is_void)
    assert db.session.scalar(standing) == 1


def test_the_days_record_is_printed(kitchen, probe):
    device, _ = probe
    frozen = fridge(kitchen, "2号冷冻柜", "frozen")
    with clock.at(kitchen.at(12)):
        send(device, *((minute + 1, minute, 40) for minute in range(0, 170, 10)), (900, 175, 95))
        enter(kitchen.cook, kitchen, (frozen, -100, {"note": "除霜中"}))
        query = {"canteen_id": kitchen.canteen.id, "date": "2026-11-23"}
        printed = kitchen.cook.get(f"{KITCHEN}/temperatures/pdf", **query).body
        # A cell breaks its text where it likes.
        said = "".join(text_of(printed).split())
        assert pages_of(printed) == 1
        for each in ("冷藏冷冻设备温度记录表", "2026年11月23日", "1号冷藏柜", "除霜中", "共18次"):
            assert each in said
        assert "-10.0℃超限" in said
        # Of a device the first of each hour is enough on paper.
        assert said.count("4.0℃") <= 5
    assert kitchen.someone.get(f"{KITCHEN}/temperatures/pdf", **query).status == 404


def test_another_canteens_people_find_nothing(kitchen, compound):
    cold = fridge(kitchen)
    other = Kitchen(compound)
    assert enter(other.cook, other, (cold, 40, {})).error == "canteen.fridge_not_found"
    assert enter(other.cook, kitchen, (cold, 40, {})).status == 404
    assert other.cook.get(f"{KITCHEN}/fridges").data["list"] == []
    assert kitchen.someone.get(f"{KITCHEN}/fridges").data["list"] == []
