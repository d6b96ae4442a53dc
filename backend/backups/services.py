"""Use cases of backups: take one, prove one, put one back, let the old ones go."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from backend import clock, readiness
from backend.actor import SYSTEM
from backend.audit import operations as audit
from backend.backups import objects
from backend.backups.databases import Database, database_of
from backend.backups.errors import BackupFailed, BackupRunning, NewerBackup, NotEmpty, OtherKey, OtherKind
from backend.backups.manifest import (
    PARTIAL,
    Manifest,
    digest_of,
    fresh_name,
    newest,
    spoilt,
    sync,
    whole_backups,
)
from backend.config import settings
from backend.db import atomic, db
from backend.media import storage

log = structlog.get_logger(__name__)

LAST = "last-backup.json"


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken: where, what it says of itself, how long it took, what was dropped for it."""

    folder: Path
    manifest: Manifest
    seconds: float
    dropped: list[str]


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was put back; `is_current` says whether the tables are those of this program."""

    folder: Path
    manifest: Manifest
    seconds: float
    is_current: bool


def create(parent: Path, *, keep: int = 0) -> Taken:
    """Take a backup into a new folder below `parent`; then drop all whole ones but the newest `keep`.

    With `keep` 0 nothing is dropped. Everybody may go on writing meanwhile. Raises BackupRunning,
    BackupFailed or ToolMissing; then nothing new is left behind, and nothing is dropped.
    """
    started, begun_at = time.monotonic(), clock.now()
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(parent):
        for left in parent.glob(f"*{PARTIAL}"):  # Of a process that was killed: nobody else is at work here.
            shutil.rmtree(left)
        name = fresh_name(parent, begun_at)
        draft = parent / f"{name}{PARTIAL}"
        draft.mkdir(mode=0o700)
        try:
            manifest = _fill(draft, begun_at, before=next(reversed(whole_backups(parent)), None))
            draft.rename(parent / name)
            sync(parent)
        except OSError as error:
            raise BackupFailed(what="写入备份", reason=error.strerror or str(error)) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        dropped = _drop_old(parent, keep)
    _remember(name, manifest)
    seconds = time.monotonic() - started
    log.info("backup taken", name=name, seconds=round(seconds, 1), dropped=len(dropped))
    return Taken(parent / name, manifest, seconds, dropped)


def verify(folder: Path) -> tuple[Path, Manifest]:
    """Prove a backup, or the newest in a folder of backups: digests, structure and numbers of rows.

    Raises NoBackup, or BackupSpoilt with what is wrong.
    """
    found = newest(folder)
    manifest = Manifest.read(found)
    problems = list(_problems(found, manifest))
    if problems:
        raise spoilt(found, problems)
    return found, manifest


def restore(folder: Path, *, force: bool = False, with_another_key: bool = False) -> Restored:
    """Put a backup, or the newest in a folder of backups, in the place of this deployment's data.

    The backup is proved first, the result counted afterwards. Only an empty database is restored into, or,
    with `force`, one that nobody uses: what it held is gone. Raises what `verify` does, OtherKind,
    NewerBackup, OtherKey, NotEmpty, StillInUse or BackupFailed.
    """
    started = time.monotonic()
    found, manifest = verify(folder)
    database = database_of(settings())
    _ensure_fits(database, manifest, with_another_key=with_another_key)
    db.session.remove()
    db.engine.dispose()
    if not force and not database.is_empty():
        raise NotEmpty
    # Before the rows that name them; without a row they are swept after a day.
    if (store := storage.local_folder()) is not None:
        objects.put_back(found, store)
    database.load(found, manifest.database)
    if database.rows() != manifest.database.rows:
        raise spoilt(found, ["恢复后的行数与清单不符"])
    is_current = readiness.current_migrations() == readiness.head_migrations()
    if is_current:
        _record_restored(manifest, found.name)
    log.info("backup restored", name=found.name)
    return Restored(found, manifest, time.monotonic() - started, is_current)


def last_taken_at() -> datetime | None:
    """When this machine last took a backup; None if it never did."""
    try:
        return datetime.fromisoformat(json.loads((settings().data_dir / LAST).read_text())["begun_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _fill(draft: Path, begun_at: datetime, before: Path | None) -> Manifest:
    database = database_of(settings()).dump(draft)
    kind, store = storage.kind(), storage.local_folder()
    copied = objects.copy(store, kind, draft, before) if store is not None else objects.none(kind, draft)
    manifest = Manifest(begun_at, clock.now(), storage.mark(), database, copied)
    manifest.write(draft)
    sync(draft)
    return manifest


def _problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    told = manifest.database
    file = folder / told.file
    if not file.is_file():
        yield f"缺少 {told.file}"
    elif digest_of(file) != (told.bytes, told.sha256):
        yield f"{told.file} 已被改动"
    else:
        database = database_of(settings())
        if database.kind == told.kind:
            yield from database.problems(folder, told)
    yield from objects.problems(folder, manifest.store)


def _ensure_fits(database: Database, manifest: Manifest, *, with_another_key: bool) -> None:
    if database.kind != manifest.database.kind:
        raise OtherKind(found=manifest.database.kind, wanted=database.kind)
    unknown = set(manifest.database.migrations) - readiness.known_migrations()
    if unknown:
        raise NewerBackup(migrations="、".join(sorted(unknown)))
    if manifest.key_mark != storage.mark() and not with_another_key:
        raise OtherKey


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """Hold the folder of backups for this process; what dies lets go of it."""
    with (parent / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRunning(folder=str(parent)) from error
        yield


def _drop_old(parent: Path, keep: int) -> list[str]:
    """Remove all whole backups but the newest so many; their names."""
    old = whole_backups(parent)[:-keep] if keep else []
    for folder in old:
        # Under another name first: what is half removed is no backup.
        gone = folder.rename(folder.with_name(f"{folder.name}{PARTIAL}"))
        shutil.rmtree(gone)
    return [folder.name for folder in old]


def _remember(name: str, manifest: Manifest) -> None:
    """Leave word in the data folder, for the metric that tells how old the last backup is."""
    path = settings().data_dir / LAST
    draft = path.with_name(f"{LAST}.{os.getpid()}")
    draft.write_text(json.dumps({"name": name, "begun_at": manifest.begun_at.isoformat()}))
    draft.replace(path)


@atomic
def _record_restored(manifest: Manifest, name: str) -> Any:
    audit.record(SYSTEM, "backups.restored", "backup", name, begun_at=manifest.begun_at.isoformat())
