"""The object store: a local folder, or whatever speaks S3. Never asked within a unit of work.

Attachments share it (`backend.attachments.storage`).

The objects of a content lie beside each other: `photos/<mark>/<2 hex>/<sha256>-<token>-<size>.jpg`. The mark
is this deployment's (it follows from its secret key): another deployment that was pointed at the same
bucket by mistake sweeps only what bears its own.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from backend import vault
from backend.config import MediaSettings, settings
from backend.media.errors import PhotoNotFound, StoreUnavailable
from backend.media.models import Size

log = structlog.get_logger(__name__)

Store = LocalStore | MemoryStore | S3Store

_CONNECT_WITHIN = timedelta(seconds=3)
_ANSWER_WITHIN = timedelta(seconds=15)
_RETRIES = 2
_LISTED_AT_ONCE = 500
_PIECE_BYTES = 256 * 1024


class MissingObject(Exception):
    """The store has no such object (any more)."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object as the store lists it."""

    path: str
    object_key: str
    changed_at: datetime


def new_key(sha256: bytes) -> str:
    """The key of a content that nothing was ever stored under."""
    digest = sha256.hex()
    return f"{_folder()}/{digest[:2]}/{digest}-{token_hex(8)}"


def put(object_key: str, jpegs: Mapping[Size, bytes]) -> None:
    """Store every size, durably, over what may be there. Raises StoreUnavailable."""
    with _failures():
        store = _store(settings().media)
        for size, data in jpegs.items():
            obstore.put(store, path_of(object_key, size), data)
            if isinstance(store, LocalStore) and store.prefix is not None:
                _flush(store.prefix / path_of(object_key, size))


def get(object_key: str, size: Size) -> bytes:
    """The JPEG. Raises PhotoNotFound if the store has lost it, or StoreUnavailable."""
    with _failures():
        try:
            return obstore.get(_store(settings().media), path_of(object_key, size)).bytes().to_bytes()
        except FileNotFoundError as error:
            log.error("photo missing in the store", object_key=object_key, size=size)
            raise PhotoNotFound from error


def has(path: str) -> bool:
    """Whether there is an object of this path. Raises StoreUnavailable."""
    with _failures():
        try:
            obstore.head(_store(settings().media), path)
        except FileNotFoundError:
            return False
    return True


def delete(object_key: str) -> None:
    """Remove every size; what is not there is as good as removed. Raises StoreUnavailable."""
    for size in Size:
        delete_object(path_of(object_key, size))


def delete_object(path: str) -> None:
    """Remove one object as listed. Raises StoreUnavailable."""
    with _failures(), suppress(FileNotFoundError):  # A local folder says so, S3 does not.
        obstore.delete(_store(settings().media), path)


def listing() -> Iterator[list[StoredObject]]:
    """This deployment's objects, in batches. Raises StoreUnavailable."""
    for batch in listing_of(_folder()):
        yield [StoredObject(path, path.rpartition("-")[0], changed_at) for path, changed_at in batch]


def put_file(path: str, file: BinaryIO) -> None:
    """Store an open file under a path of its own, durably. Raises StoreUnavailable."""
    with _failures():
        store = _store(settings().media)
        obstore.put(store, path, file)
        if isinstance(store, LocalStore) and store.prefix is not None:
            _flush(store.prefix / path)


def open_file(path: str) -> Iterator[bytes]:
    """The pieces of an object. Raises MissingObject at once if there is none, or StoreUnavailable."""
    with _failures():
        try:
            found = obstore.get(_store(settings().media), path)
        except FileNotFoundError as error:
            log.error("object missing in the store", path=path)
            raise MissingObject from error
    return _pieces(found)


def _pieces(found: Any) -> Iterator[bytes]:
    with _failures():
        for piece in found.stream(min_chunk_size=_PIECE_BYTES):
            yield bytes(piece)


def listing_of(folder: str) -> Iterator[list[tuple[str, datetime]]]:
    """The paths below a folder and when each was written, in batches. Raises StoreUnavailable."""
    with _failures():
        for batch in obstore.list(_store(settings().media), folder, chunk_size=_LISTED_AT_ONCE):
            yield [(each["path"], each["last_modified"]) for each in batch]


def probe() -> None:
    """Write, read and remove a small object, as `flask doctor` does. Raises StoreUnavailable."""
    path = f"{_folder()}/probe-{token_hex(8)}"
    with _failures():
        store = _store(settings().media)
        obstore.put(store, path, b"houqin")
        is_same = obstore.get(store, path).bytes().to_bytes() == b"houqin"
        obstore.delete(store, path)
    if not is_same:
        raise StoreUnavailable


def path_of(object_key: str, size: Size) -> str:
    """Where one size of a content lies."""
    return f"{object_key}-{size}.jpg"


def _folder() -> str:
    return f"photos/{mark()}"


def mark() -> str:
    """This deployment's part of a path."""
    return vault.sign("media folder", b"")[:8]


def kind() -> str:
    """What the store is: file, s3 or memory."""
    return settings().media.url.partition(":")[0]


def local_folder() -> Path | None:
    """Where a local store lies; None for any other."""
    return _folder_of(settings().media) if kind() == "file" else None


def _folder_of(media: MediaSettings) -> Path:
    folder = Path(unquote(urlsplit(media.url).path))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        # The text of the store's errors may hold addresses, which belong into the log alone.
        log.error("object store failed", error=type(error).__name__, text=str(error)[:300])
        raise StoreUnavailable from error


def _flush(path: Path) -> None:
    """Have a local file and its name on the disk before a row, which is, names it."""
    for each in (path, path.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@lru_cache(maxsize=8)
def _store(media: MediaSettings) -> Store:
    if media.url.startswith("memory:"):
        return MemoryStore()
    if media.url.startswith("file:"):
        return LocalStore(_folder_of(media))
    config: dict[str, Any] = {
        "region": media.s3_region,
        "access_key_id": media.s3_key_id,
        "secret_access_key": media.s3_secret,
        "virtual_hosted_style_request": media.s3_virtual_hosted,
        # Not every store that speaks S3 knows the request that deletes many.
        "disable_bulk_delete": True,
    }
    if media.s3_endpoint:
        config["endpoint"] = media.s3_endpoint
    return S3Store.from_url(
        media.url,
        **config,
        client_options={
            "allow_http": media.s3_endpoint.startswith("http://"),
            "connect_timeout": _CONNECT_WITHIN,
            "timeout": _ANSWER_WITHIN,
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": _ANSWER_WITHIN},
    )
