"""The photos and attachments of a local store: copied, proved, put back.

What is the same as in the backup before is one file with two names (a hard link): two weeks of backups take
the room of one store and what came in since.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.backups.manifest import OBJECT_LIST, OBJECTS, StoreCopy, digest_of, sync


@dataclass(frozen=True, slots=True)
class _Listed:
    path: str
    sha256: str


def copy(store: Path, kind: str, target: Path, before: Path | None) -> StoreCopy:
    """Copy what lies in the store into the backup `target`; `before` is the whole backup before it.

    What is removed meanwhile is passed over: no row has named it since.
    """
    known = {one.path: one.sha256 for one in _listed(before)} if before is not None else {}
    count = total = 0
    with (target / OBJECT_LIST).open("w") as listing:
        for path in _paths(store):
            old = before / OBJECTS / path if before is not None and path in known else None
            copied = _copied(store / path, target / OBJECTS / path, old)
            if copied is None:
                continue
            size, digest = copied
            listing.write(f"{digest or known[path]}  {path}\n")
            count, total = count + 1, total + size
        listing.flush()
        os.fsync(listing.fileno())
    return StoreCopy(kind, count, total, digest_of(target / OBJECT_LIST)[1])


def none(kind: str, target: Path) -> StoreCopy:
    """What a backup says of a store that is not copied with it."""
    (target / OBJECT_LIST).touch()
    return StoreCopy(kind, 0, 0, digest_of(target / OBJECT_LIST)[1])


def problems(folder: Path, told: StoreCopy) -> Iterator[str]:
    """How the copied objects differ from what the backup says of them."""
    if not (folder / OBJECT_LIST).is_file() or digest_of(folder / OBJECT_LIST)[1] != told.sha256:
        yield f"{OBJECT_LIST} 已被改动或缺失"
        return
    count = 0
    for one in _listed(folder):
        count += 1
        path = folder / OBJECTS / one.path
        if not path.is_file():
            yield f"缺少文件 {one.path}"
        elif digest_of(path)[1] != one.sha256:
            yield f"文件 {one.path} 已被改动"
    if count != told.objects:
        yield f"文件数为 {count}，应为 {told.objects}"


def put_back(folder: Path, store: Path) -> int:
    """Copy the objects into the store, over what may be there; returns how many the backup has."""
    count = 0
    for one in _listed(folder):
        source, target = folder / OBJECTS / one.path, store / one.path
        count += 1
        if target.is_file() and digest_of(target)[1] == one.sha256:
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.with_name(f"{target.name}.restoring")
        shutil.copy2(source, draft)
        sync(draft)
        draft.replace(target)
        sync(target.parent)
    return count


def _listed(folder: Path) -> Iterator[_Listed]:
    with (folder / OBJECT_LIST).open() as listing:
        for line in listing:
            digest, _, path = line.rstrip("\n").partition("  ")
            yield _Listed(path, digest)


def _paths(store: Path) -> Iterator[str]:
    """The objects below the store, in order, without what is still being written (`name#1`)."""
    for folder, folders, files in os.walk(store):
        folders.sort()
        for name in sorted(files):
            if "#" not in name:
                yield (Path(folder) / name).relative_to(store).as_posix()


def _copied(source: Path, target: Path, old: Path | None) -> tuple[int, str] | None:
    """The size and the digest of the copy, which is empty where `old` has it; None if the source is gone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        found = source.stat()
        if old is not None and _is_same(found, old):
            try:
                os.link(old, target)
            except OSError:  # A file system without hard links, or with too many of one file.
                pass
            else:
                return found.st_size, ""
        shutil.copy2(source, target)
    except FileNotFoundError:
        return None
    sync(target)
    return digest_of(target)


def _is_same(found: os.stat_result, old: Path) -> bool:
    try:
        there = old.stat()
    except FileNotFoundError:
        return False
    return (there.st_size, there.st_mtime_ns) == (found.st_size, found.st_mtime_ns)
