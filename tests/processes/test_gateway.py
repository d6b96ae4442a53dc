"""The gateway as a process against a real server, killed and cut off at random."""

import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db
from backend.devices import services as device_services
from backend.devices.gateway.buffer import Buffer
from backend.devices.models import Device, DeviceKind
from backend.devices.simulator import Load, SimulatedScale, trays
from canteen.waste.models import Container, Weighing
from tests.databases import ENVIRONMENT
from tests.servers import server

pytestmark = pytest.mark.processes
TRAY_G, BIN_G = 480, 1500


def bin_gains(gains, tare_g):
    """A bin into which so much is thrown each time."""
    grams = tare_g
    yield Load(grams)
    for gain in gains:
        grams += gain
        yield Load(grams)


class CuttingProxy:
    """Passes bytes on to the server, and now and then cuts the line: in a request, or before its answer."""

    def __init__(self, target, seed):
        self.target, self.random = target, random.Random(seed)
        self.requests_cut = self.answers_lost = 0
        self.cuts = True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(near,), daemon=True).start()

    def carry(self, near):
        with near, socket.create_connection(("127.0.0.1", self.target)) as far:
            back = threading.Thread(target=self.answers, args=(far, near), daemon=True)
            back.start()
            self.requests(near, far)
            close(far)
            back.join(timeout=10)

    def requests(self, near, far):
        while data := received(near):
            # Only requests that bear events: a gateway that knows neither time nor base sends none.
            if self.cuts and b"/weighings" in data and self.chance(0.15, self.requests_cut):
                self.requests_cut += 1
                sent(far, data[: self.random.randrange(len(data))])
                return
            if not sent(far, data):
                return

    def answers(self, far, near):
        while data := received(far):
            if self.cuts and b'"items"' in data and self.chance(0.3, self.answers_lost):
                self.answers_lost += 1
                break
            if not sent(near, data):
                break
        close(near)

    def chance(self, share, so_far):
        """At random, but at least once."""
        return not so_far or self.random.random() < share

    def close(self):
        self.listener.close()


def received(line):
    try:
        return line.recv(65536)
    except OSError:
        return b""


def sent(line, data):
    try:
        line.sendall(data)
    except OSError:
        return False
    return True


def close(line):
    with suppress(OSError):  # It may be closed already.
        line.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def kitchen(compound):
    """A canteen that serves now, with a bin of leftovers and a gateway."""
    canteen = compound.canteen()
    now = clock.now()
    begun = now - timedelta(hours=1)
    compound.meal(
        canteen,
        {compound.dish(canteen): 5},
        served_on=clock.local(begun).date(),
        serves_from=begun,
        serves_until=now + timedelta(hours=1),
    )

    @atomic
    def add_bin():
        bin_ = Container(canteen_id=canteen.id, kind="bin", code="B1", name="", tare_g=BIN_G, stage="plate")
        db.session.add(bin_)

    add_bin()
    made = device_services.create_device(
        SYSTEM, kind=DeviceKind.GATEWAY, name="回收口网关", canteen_id=canteen.id
    )
    return canteen, made


def configured(tmp_path, made, url_port, tray_port, bin_port):
    path = tmp_path / "gateway.toml"
    path.write_text(f"""
[server]
url = "http://127.0.0.1:{url_port}"
device = "{made.device.code}"
secret = "{made.secret}"
heartbeat_s = 1
retry_s = 0.5
timeout_s = 5
batch_events = 7
[buffer]
path = "buffer.db"
[[scale]]
name = "trays"
address = "tcp://127.0.0.1:{tray_port}"
mode = "tray_return"
tare_g = {TRAY_G}
settle_frames = 2
acknowledge = "OK"
[[scale]]
name = "bin"
address = "tcp://127.0.0.1:{bin_port}"
mode = "bin"
bin = "B1"
bin_tare_g = {BIN_G}
settle_frames = 2
acknowledge = "OK"
""")
    return path


def started(path):
    return subprocess.Popen(
        [sys.executable, "-m", "backend.devices.gateway", "--config", str(path)], stderr=subprocess.DEVNULL
    )


def weighings():
    db.session.rollback()
    return db.session.execute(
        select(Weighing.seq, Weighing.kind, Weighing.net_g, Weighing.status).order_by(Weighing.seq)
    ).all()


def until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)


# The gateway knows no database, and tests/backend/devices/test_commands.py has it against the other one.
@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_gateway_killed_and_cut_off_at_random_delivers_every_event_exactly_once(
    kitchen, settings, tmp_path, soak
):
    _, made = kitchen
    chance = random.Random(7)
    count = 1000 if soak else 35
    nets = [chance.randrange(500) for _ in range(count)]
    gains = [chance.randrange(5, 900) for _ in range(count)]
    common = {"rate_hz": 150, "acknowledge": "OK", "noise": 0.05}
    tray_scale = SimulatedScale(trays(nets, TRAY_G), **common)
    bin_scale = SimulatedScale(bin_gains(gains, BIN_G), **common)
    environment = {
        **ENVIRONMENT, "HOUQIN_DATA": str(settings.data_dir), "DATABASE_URL": settings.database_url,
    }  # fmt: skip # One thought.
    kills = 0
    with server(environment, workers=1, threads=2) as port:
        proxy = CuttingProxy(port, seed=3)
        path = configured(tmp_path, made, proxy.port, tray_scale.port, bin_scale.port)
        for scale in (tray_scale, bin_scale):
            scale.start()
        gateway = started(path)
        try:
            while not (tray_scale.done.is_set() and bin_scale.done.is_set()):
                time.sleep(chance.uniform(0.6, 1.8))
                gateway.kill()
                gateway.wait()
                kills += 1
                assert kills < 20 * count, "it never gets anywhere"
                gateway = started(path)
            proxy.cuts = False
            until(lambda: len(weighings()) >= 2 * count)
            until(lambda: waiting_of(made) == 0)
            gateway.send_signal(signal.SIGTERM)
            assert gateway.wait(timeout=120) == 0
        finally:
            gateway.kill()
            gateway.wait()
            proxy.close()
            tray_scale.close()
            bin_scale.close()
    found = weighings()
    assert [row.seq for row in found] == list(range(1, 2 * count + 1))
    assert [row.net_g for row in found if row.kind == "tray_return"] == nets
    assert [row.net_g for row in found if row.kind == "bin_delta"] == gains
    assert Counter(row.status for row in found) == {"ok": 2 * count}
    buffer = Buffer(tmp_path / "buffer.db")
    assert (buffer.waiting(), buffer.set_aside_count()) == (0, 0)
    buffer.close()
    # Else it would prove nothing.
    assert kills >= 3
    assert proxy.requests_cut > 0
    assert proxy.answers_lost > 0


def waiting_of(made):
    db.session.rollback()
    return db.session.scalar(select(Device.waiting).where(Device.id == made.device.id))
