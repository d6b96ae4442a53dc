"""What a backup says of itself, and which folders are backups."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any, Final, Self

from backend.backups.errors import BackupSpoilt, NoBackup

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
OBJECTS: Final = "objects"
OBJECT_LIST: Final = "objects.sha256"
PARTIAL: Final = ".partial"
_NAME = re.compile(r"houqin-\d{8}T\d{6}Z(-\d+)?")
_PIECE = 2**20


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    """The copied database: `migrations` are its heads, `rows` the number of rows of each table."""

    kind: str
    server: str
    file: str
    bytes: int
    sha256: str
    migrations: list[str]
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class StoreCopy:
    """The copied store. `kind` is file, s3 or memory; only a local folder's objects are copied."""

    kind: str
    objects: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole backup. What was committed before `begun_at` is in it.

    `key_mark` follows from the secret key, tells nothing of it, and says whether another one is the same.
    """

    begun_at: datetime
    ended_at: datetime
    key_mark: str
    database: DatabaseCopy
    store: StoreCopy

    def write(self, folder: Path) -> None:
        """Put it into the folder, durably."""
        told = {"format": FORMAT, **asdict(self)}
        text = json.dumps(told, ensure_ascii=False, indent=1, default=datetime.isoformat)
        with (folder / MANIFEST).open("w") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest in this folder. Raises NoBackup or BackupSpoilt."""
        try:
            told: Mapping[str, Any] = json.loads((folder / MANIFEST).read_text())
            if told["format"] != FORMAT:
                raise ValueError(f"format {told['format']}")
            return cls(
                datetime.fromisoformat(told["begun_at"]),
                datetime.fromisoformat(told["ended_at"]),
                told["key_mark"],
                DatabaseCopy(**told["database"]),
                StoreCopy(**told["store"]),
            )
        except FileNotFoundError as error:
            raise NoBackup(folder=str(folder)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise spoilt(folder, [f"{MANIFEST} 无法读取"]) from error


def spoilt(folder: Path, problems: list[str]) -> BackupSpoilt:
    """The refusal of a backup for these reasons."""
    more = f"（共 {len(problems)} 处）" if len(problems) > 1 else ""
    return BackupSpoilt(name=folder.name, first=f"{problems[0]}{more}", problems=problems)


def fresh_name(folder: Path, begun_at: datetime) -> str:
    """A name that no backup in the folder has; names sort by time."""
    stem = f"houqin-{begun_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(name for name in names if not (folder / name).exists())


def whole_backups(folder: Path) -> list[Path]:
    """The whole backups in a folder of backups, the oldest first."""
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if _NAME.fullmatch(path.name) and (path / MANIFEST).is_file()
    )


def newest(folder: Path) -> Path:
    """This folder, if it is a backup, or the newest whole one in it. Raises NoBackup."""
    if (folder / MANIFEST).is_file():
        return folder
    found = whole_backups(folder)
    if not found:
        raise NoBackup(folder=str(folder))
    return found[-1]


def digest_of(path: Path) -> tuple[int, str]:
    """The size in bytes and the SHA-256 of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
