"""What lies outside of the house fails: a disk that is full, a WeChat that comes and goes.

Nothing that was acknowledged is lost, nothing is there by half, and every refusal is in the envelope.
"""

import subprocess
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text

from backend import clock
from backend.config import settings as running_settings
from backend.db import db
from backend.flows import invariants
from backend.media.models import Photo
from backend.notifications.delivery.services import deliver_due
from canteen.ordering.models import Order
from tests.backend.media import pictures
from tests.backend.media.sending import send
from tests.backend.notifications.world import NEWS, World, live_with, states, tell
from tests.canteen.lunch import Lunch
from tests.client import Client
from tests.factories import NINE, Compound
from tests.simulator import run_simulator
from tests.threads import at_once

MINUTE = timedelta(minutes=1)
SEND = "/cgi-bin/message/subscribe/send"


# A disk that is full


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 512 KB of its own, and the means to make it larger."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "houqin-test", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a file system")
    try:
        yield folder, lambda: subprocess.run(["mount", "-o", "remount,size=32m", folder], check=True)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def files_in(folder):
    """Every file, leftovers included."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_full_disk_refuses_photos_keeps_those_it_took_and_takes_them_again(app_with, compound, small_disk):
    folder, enlarge = small_disk
    token = compound.client(compound.staff()).token
    store = replace(running_settings().media, url=f"file://{folder}")
    client = Client(app_with(media=store), token)
    photos = [pictures.saved(pictures.noise(320, 240), "JPEG", quality=95) for _ in range(6)]
    answers = [send(client, each, key=f"photo-{number}") for number, each in enumerate(photos)]
    refused = [number for number, answer in enumerate(answers) if answer.status != 201]
    assert 0 < len(refused) < len(photos), "the disk is neither empty nor unlimited"
    assert {(answers[each].status, answers[each].error) for each in refused} == {
        (503, "media.store_unavailable")
    }
    taken = len(photos) - len(refused)
    with client.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Photo)) == taken
        assert invariants.violations() == [], "every photo that was acknowledged is there in every size"
    enlarge()
    again = [send(client, photos[each], key=f"photo-{each}") for each in refused]
    assert {answer.status for answer in again} == {201}
    kept = [
        send(client, photos[each], key=f"photo-{each}") for each in range(len(photos)) if each not in refused
    ]
    assert [answer.data["id"] for answer in kept] == [
        answer.data["id"] for answer in answers if answer.status == 201
    ]
    with client.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Photo)) == len(photos)
        assert invariants.violations() == []
    assert [name for name in files_in(folder) if not name.endswith(".jpg")] == [], "nothing is left by half"


@contextmanager
def pages_at_most(more):
    """SQLite's file may grow by so many pages: beyond them it says that the disk is full."""
    db.session.rollback()
    pages = db.session.execute(text("PRAGMA page_count")).scalar_one()
    db.session.rollback()

    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {pages + more}")

    db.engine.dispose()
    event.listen(db.engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", limit)
        db.session.rollback()
        db.engine.dispose()


def test_a_full_disk_under_sqlite_refuses_orders_and_loses_none(compound, worlds):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a full disk of PostgreSQL is its server's")
    with clock.at(NINE):
        lunch = worlds.one(lambda made: Lunch(made, caps=(None, None)), compound)
        crowd = [lunch.client() for _ in range(40)]
        with pages_at_most(12):
            answers = [lunch_of(lunch, number, each) for number, each in enumerate(crowd)]
        refused = {number for number, answer in enumerate(answers) if answer.status != 201}
        assert 0 < len(refused) < len(crowd)
        assert {(answers[each].status, answers[each].error) for each in refused} == {(503, "app.unavailable")}
        assert {answers[each].headers["Retry-After"] for each in refused} != {None}
        placed = {answer.data["id"] for answer in answers if answer.status == 201}
        db.session.rollback()
        assert set(db.session.scalars(select(Order.id))) == placed
        assert invariants.violations() == []
        again = [lunch_of(lunch, number, each) for number, each in enumerate(crowd)]
        assert {answer.status for answer in again} == {201}
        assert {again[each].data["id"] for each in range(len(crowd)) if each not in refused} == placed
        db.session.rollback()
        assert db.session.scalar(select(func.count()).select_from(Order)) == len(crowd)
        assert invariants.violations() == []


def lunch_of(lunch, number, client):
    return client.post("/canteen/orders", lunch.order(1, 1, note="少盐" * 40), key=f"order-{number}")


# A WeChat that comes and goes


@pytest.fixture
def world(settings, app_with, tmp_path):
    with run_simulator(tmp_path) as simulator:
        live = live_with(settings, simulator, tmp_path)
        # Nothing here is about how long one waits: a busy machine must not look like a WeChat that is slow.
        changes = {name: getattr(live, name) for name in (*simulator.settings(), "wechat_templates")}
        app = app_with(**changes, wechat_timeout_s=60.0)
        with app.app_context(), clock.at(NINE):
            yield World(app, Compound(app), simulator)


def dispatch(app):
    with app.app_context():
        try:
            return deliver_due()
        finally:
            db.session.remove()


def test_every_message_goes_out_once_however_often_wechat_fails(world):
    people = [world.person() for _ in range(8)]
    for person in people:
        world.subscribe(person, times=2)
    for number in range(2):
        tell(NEWS, *people, dedupe=f"{number}")
    world.simulator.fail("/cgi-bin/stable_token", http_status=502)
    for fault in (
        {"http_status": 502},
        {"text": "<html>维护中</html>"},
        {"errcode": 45009},
        {"errcode": 43108},
    ):
        world.simulator.fail(SEND, **fault, times=4)
    world.simulator.fail(SEND, errcode=40001)
    world.simulator.fail(SEND, errcode=-1, times=3)
    sent = 0
    for minute in range(0, 90, 3):
        with clock.at(NINE + minute * MINUTE):
            sent += sum(at_once([lambda: dispatch(world.app)] * 2))
        if sent == 16:
            break
    assert states() == [("wechat", "sent")] * 16
    assert Counter(number for number, _, _ in world.arrived()) == {each.staff_no: 2 for each in people}
    assert any(each["errcode"] != 0 for each in world.simulator.requests(SEND))
    assert invariants.violations() == []


def test_while_wechat_is_away_people_work_and_afterwards_they_log_in(world):
    """Nobody new comes in; who is in orders on; the same person comes in as soon as WeChat is back."""
    newcomer = world.person("1001")
    with clock.at(NINE):
        lunch = Lunch(world.compound)
        world.simulator.fail("/sns/jscode2session", http_status=502, times=50)
        for _ in range(3):
            refused = log_in(world, newcomer)
            assert (refused.status, refused.error) == (503, "wechat.unavailable")
        assert lunch.place(1, 1).status == 201
        world.simulator.heal()
        assert log_in(world, newcomer).data["token"]
        assert invariants.violations() == []


def log_in(world, staff):
    code = world.simulator.code(staff.staff_no)
    return Client(world.app).post("/auth/login", {"provider": "wechat_mp", "code": code}, key=None)
