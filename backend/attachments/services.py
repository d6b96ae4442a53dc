"""Use cases of the attachments."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast

import structlog

from backend import clock
from backend.actor import Actor
from backend.attachments import inspecting, operations, policies, queries, storage
from backend.attachments.models import FileKind
from backend.attachments.queries import AttachmentView
from backend.config import settings
from backend.db import atomic, db
from backend.errors import TooLarge

log = structlog.get_logger(__name__)

_PIECE: Final = 1 << 20


def upload(actor: Actor, name: str, data: bytes | BinaryIO) -> AttachmentView:
    """Take in a document; it stays loose, and its uploader's alone, until a slice attaches it.

    The object is stored before the row. Raises TooLarge, UnsupportedDocument, DocumentEncrypted,
    DocumentActive, DocumentBroken, DocumentTooComplex, AttachmentQuotaReached, AttachmentsBusy or
    StoreUnavailable; then there is no attachment.
    """
    policies.ensure_within_quota(queries.count_loose(actor.staff_id))
    db.session.rollback()  # Gives the connection back: looking through it takes long.
    with _as_file(data) as file:
        size, limit = os.fstat(file.fileno()).st_size, settings().media.attachment_bytes
        if size > limit:
            raise TooLarge(limit_bytes=limit)
        kind = inspecting.inspect(file)
        sha256 = _digest(file)
        object_key = storage.new_key()
        storage.put(object_key, file)
    return _keep(actor, object_key, policies.safe_name(name, kind), kind, size, sha256)


def collect_loose() -> int:
    """Delete attachments that nobody attached in time; returns how many.

    Rows go first: an object that then cannot be deleted is swept.
    """
    collected = 0
    while doomed := _forget_loose():
        for object_key in doomed:
            storage.delete(object_key)
        collected += len(doomed)
    return collected


def sweep_store() -> int:
    """Delete objects that no row names, such as a crash or a restored database leaves behind.

    A key is never drawn twice, and its row is written right after its object. Returns how many.
    """
    swept, old = 0, clock.now() - policies.STRAY_FOR
    for batch in storage.listing():
        known = queries.known_keys(path for path, _ in batch)
        db.session.rollback()  # Gives the connection back: the store may take long.
        for path, changed_at in batch:
            if path not in known and changed_at <= old:
                storage.delete(path)
                swept += 1
    if swept:
        log.warning("attachments without a row were deleted", count=swept)
    return swept


@atomic
def _keep(
    actor: Actor, object_key: str, name: str, kind: FileKind, size: int, sha256: bytes
) -> AttachmentView:
    policies.ensure_within_quota(queries.count_loose(actor.staff_id))
    row = operations.add(actor, object_key=object_key, name=name, kind=kind, size=size, sha256=sha256)
    return queries.view_of(row)


@atomic
def _forget_loose() -> list[str]:
    return operations.forget_loose()


def _digest(file: BinaryIO) -> bytes:
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.digest()


@contextmanager
def _as_file(data: bytes | BinaryIO) -> Iterator[BinaryIO]:
    """A file that another process can be given."""
    if not isinstance(data, bytes):
        data.flush()
        yield data
        return
    with TemporaryFile(buffering=0) as file:
        file.write(data)
        yield cast(BinaryIO, file)
