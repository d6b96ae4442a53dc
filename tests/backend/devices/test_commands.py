"""The commands: registering a device, and a rehearsal against a real server."""

import re
import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.db import db
from backend.devices.errors import DevicePlaceUnknown
from backend.devices.gateway.frames import FrameParser, FrameState
from backend.devices.models import Device
from backend.devices.rehearsal import tray_scale
from backend.devices.services import rehearsal_gateway
from canteen.waste.models import Weighing
from tests.backend.devices.signed import SignedClient
from tests.databases import ENVIRONMENT
from tests.servers import server


@pytest.fixture
def run(app):
    """Run a command; returns its status and what it said."""

    def invoke(*words):
        result = app.test_cli_runner().invoke(args=("devices", *words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return invoke


def test_a_device_is_registered_and_its_secret_printed(app, compound, run):
    canteen = compound.canteen()
    status, said = run("add", "一号秤", "--canteen", str(canteen.id))
    code = re.search("电子秤「一号秤」，编号 (CZ-[0-9A-Z]{6})", said).group(1)
    secret = re.search("密钥（只显示这一次）：(.+)", said).group(1)
    body = {"sent_at": clock.now().isoformat()}
    assert SignedClient(app, code, secret).post("/devices/heartbeat", body).status == 200
    assert status == 0


def test_what_cannot_be_registered_is_told(compound, run):
    status, said = run("add", "一号秤")
    assert (status, "须指定食堂" in said) == (1, True)
    status, said = run("add", "一号秤", "--canteen", "9")
    assert (status, "请选择您管理的食堂" in said) == (1, True)


def test_the_rehearsals_gateway_is_registered_once(compound):
    canteen = compound.canteen()
    first, second = (rehearsal_gateway(SYSTEM, canteen_id=canteen.id) for _ in range(2))
    assert first.device.id == second.device.id
    assert first.secret != second.secret
    with pytest.raises(DevicePlaceUnknown):
        rehearsal_gateway(SYSTEM, canteen_id=999)


def test_a_simulated_scale_speaks_frames_of_trays():
    scale = tray_scale(0, count=1, pause_s=0, seed=1)
    scale.start()
    parser, frames = FrameParser(), []
    with socket.create_connection(("127.0.0.1", scale.port), timeout=5) as line:
        while not scale.done.is_set():
            frames += parser.feed(line.recv(100))
    scale.close()
    resting = [frame.grams for frame in frames if frame.state is FrameState.STABLE]
    assert frames[0].state is FrameState.MOVING
    assert resting[0] > 480
    assert resting[-1] == 0


@pytest.mark.processes
def test_a_rehearsal_weighs_and_posts_for_the_demos_canteen(app, compound, run, settings, monkeypatch):
    if not settings.is_sqlite:
        pytest.skip("the gateway knows no database, and tests/processes has it against the other")
    canteen = compound.canteen()
    begun = clock.now() - timedelta(hours=1)
    compound.meal(
        canteen,
        {compound.dish(canteen): 5},
        served_on=clock.local(begun).date(),
        serves_from=begun,
        serves_until=begun + timedelta(hours=2),
    )
    environment = {
        **ENVIRONMENT,
        "HOUQIN_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
    }
    with server(environment, workers=1, threads=2) as port:
        monkeypatch.setitem(app.config, "HOUQIN", replace(settings, port=port))
        words = ["simulate", "--canteen", str(canteen.id), "--trays", "1", "--pause", "0"]
        for number in (1, 2):
            assert "已全部上报" in run(*words)[1]
            db.session.rollback()
            found = db.session.execute(select(Weighing.seq, Weighing.kind, Weighing.status)).all()
            assert found == [(seq, "tray_return", "ok") for seq in range(1, number + 1)]
    assert db.session.scalars(select(Device)).one().last_seq == 2
