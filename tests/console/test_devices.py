"""称重设备 at the desk: the list, its states in words, and the dialogs."""

import re
from datetime import timedelta

import pytest

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.devices import services
from backend.devices.models import DeviceKind
from tests.backend.devices.signed import SignedClient, make_device
from tests.console.browser import Console
from tests.factories import NINE
from tests.statements import counted_statements

PATH = "/console/devices"


@pytest.fixture
def canteen(compound):
    with clock.at(NINE):
        yield compound.canteen(name="一食堂")


@pytest.fixture
def manager(app, compound, canteen):
    staff = compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, canteen.id)})
    return Console(app, staff)


@pytest.fixture
def administrator(app, compound, canteen):
    return Console(app, compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))


def rows(text):
    """The visible words of each row."""
    found = re.findall(r"<tr>\s*<td.*?</tr>", text, re.S)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in found]


def test_the_list_tells_states_clocks_and_what_waits_in_words(app, manager, canteen):
    code, secret, _ = make_device(canteen.id, DeviceKind.GATEWAY, name="回收口网关")
    never = make_device(canteen.id, name="二号秤")[2]
    off = make_device(canteen.id, name="旧秤")[2]
    services.disable_device(SYSTEM, device_id=off)
    said = {"sent_at": "2026-11-23T09:01:30+08:00", "waiting": 12, "battery_percent": 80}
    SignedClient(app, code, secret).post("/devices/heartbeat", said)
    with clock.at(NINE + timedelta(minutes=16)):
        first, second, third = rows(manager.page(PATH))
    assert re.search(f"回收口网关 网关 {code}.*一食堂 离线 电量 80% 今天 09:00 快 90 秒 12 —", first)
    assert re.search("二号秤 电子秤 .* 离线 从未联系 — — —", second)
    assert re.search("旧秤 .* 停用 .* 启用", third)
    assert "在线" in rows(manager.page(PATH))[0]
    assert never > 0


def test_another_canteens_devices_are_not_shown_and_platforms_only_to_who_reaches_everywhere(
    compound, manager, administrator, canteen
):
    other = compound.canteen(name="二食堂")
    hidden = make_device(other.id, name="别处的秤")[2]
    make_device(kind=DeviceKind.PLATFORM, name="市局平台")
    text = manager.page(PATH)
    assert rows(text) == []
    assert "还没有登记设备" in text
    assert 'value="platform"' not in text
    assert manager.get(f"{PATH}/{hidden}/edit").status_code == 404
    text = administrator.page(PATH)
    assert 'value="platform"' in text
    assert [row.split()[0] for row in rows(text)] == ["别处的秤", "市局平台"]
    assert "可用" in rows(text)[1]
    assert [row.split()[0] for row in rows(administrator.page(PATH, canteen_id=other.id))] == ["别处的秤"]


def test_the_dialogs_register_rename_switch_and_renew(manager, canteen):
    made = manager.send(
        "POST", "/admin/devices", {"kind": "scale", "name": "一号秤", "canteen_id": canteen.id}
    ).data
    number = made["device"]["id"]
    text = manager.page(PATH)
    assert made["secret"] not in text
    for verb in ("secret", "disable"):
        assert f'data-api="POST /api/v1/admin/devices/{number}/{verb}"' in text
    dialog = manager.page(f"{PATH}/{number}/edit")
    assert f'data-api="PUT /api/v1/admin/devices/{number}"' in dialog
    assert manager.send("PUT", f"/admin/devices/{number}", {"name": "二号秤"}).status == 200
    assert manager.send("POST", f"/admin/devices/{number}/disable").status == 200
    assert re.search("二号秤.*停用.*启用", rows(manager.page(PATH))[0])
    refused = manager.send("POST", "/admin/devices", {"kind": "scale", "name": "", "canteen_id": canteen.id})
    assert list(refused.envelope["data"]["fields"]) == ["name"]


def test_who_manages_no_devices_is_refused(app, compound, canteen):
    cook = Console(app, compound.staff(roles={"canteen_staff": (ScopeKind.CANTEEN, canteen.id)}))
    assert cook.get(PATH).status_code == 403


def test_the_list_costs_few_statements_however_many_devices(manager, canteen):
    for _ in range(5):
        make_device(canteen.id)
    manager.page(PATH)
    with counted_statements() as sent:
        manager.page(PATH)
    assert len(sent) <= 8
