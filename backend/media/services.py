"""Use cases of the photos."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import UnsupportedOperation
from tempfile import TemporaryFile
from typing import BinaryIO, cast

import structlog

from backend import clock
from backend.actor import Actor
from backend.config import settings
from backend.db import aside, atomic, db, refuse_within_a_unit
from backend.errors import TooLarge
from backend.media import decoding, links, operations, policies, queries, redacting, storage
from backend.media.decoding import Decoded
from backend.media.errors import PhotoNotFound
from backend.media.models import Photo, Size
from backend.media.operations import Claimed
from backend.media.policies import Box
from backend.media.queries import PhotoView, StoredPhoto

log = structlog.get_logger(__name__)


def upload(actor: Actor, data: bytes | BinaryIO) -> PhotoView:
    """Make a photo of a file; it stays loose, and its uploader's alone, until a slice attaches it.

    The objects are stored before the row. Raises TooLarge, UnsupportedFormat, TooManyPixels, PhotoBroken,
    PhotoTooComplex, QuotaReached, MediaBusy or StoreUnavailable; then there is no photo.
    """
    policies.ensure_within_quota(queries.count_loose(actor.staff_id))
    db.session.rollback()  # Gives the connection back: decoding takes long.
    with _as_file(data) as file:
        limit = settings().media.photo_bytes
        if os.fstat(file.fileno()).st_size > limit:
            raise TooLarge(limit_bytes=limit)
        decoded = decoding.decode(file)
    sha256 = hashlib.sha256(decoded.jpegs[Size.FULL]).digest()
    claimed = _claim(sha256, storage.new_key(sha256), decoded)
    storage.put(claimed.object_key, decoded.jpegs)
    return _keep(actor, claimed, decoded)


def pictures(owner_kind: str, owner_id: int, *, most: int, size: Size = Size.MEDIUM) -> list[bytes]:
    """The JPEGs of an owner's first photos, for a document; hidden ones and those that are lost are left out.

    The caller has made sure that the reader may see them. Raises StoreUnavailable.
    """
    keys = queries.object_keys_of(owner_kind, owner_id, most)
    db.session.rollback()  # Gives the connection back: the store may take long.
    found = []
    for object_key in keys:
        with suppress(PhotoNotFound):
            found.append(storage.get(object_key, size))
    return found


def redact(actor: Actor, photo_id: int, boxes: Sequence[Box]) -> PhotoView:
    """Make another photo out of one, with black boxes where faces and plates are; the first stays as it is.

    The new one is the actor's own and loose until it is attached; without boxes it is a plain copy. The
    caller has made sure that the actor may see the first. Its unit of work stands beside the request's own.
    Raises PhotoNotFound, BoxOutside, TooManyBoxes or StoreUnavailable; then there is no new photo.
    """
    refuse_within_a_unit("redaction")
    stored = queries.find_stored(photo_id)
    policies.ensure_drawable(boxes, stored.width, stored.height)
    db.session.rollback()  # Gives the connection back: drawing takes long.
    if not boxes:
        return _keep_copy(actor, stored)
    drawn = redacting.redact(storage.get(stored.object_key, Size.FULL), boxes)
    sha256 = hashlib.sha256(drawn.jpegs[Size.FULL]).digest()
    claimed = _claim(sha256, storage.new_key(sha256), drawn)
    storage.put(claimed.object_key, drawn.jpegs)
    return _keep_beside(actor, claimed, drawn.width, drawn.height)


def collect_orphans() -> int:
    """Delete photos that nobody attached in time, and contents without photos; returns how many contents.

    Rows go first, objects after them, so that a failure in between leaves work and no broken link.
    """
    while _forget_loose():
        pass
    _doom()
    doomed = queries.list_doomed()
    db.session.rollback()  # Gives the connection back: the store may take long.
    for content in doomed:
        storage.delete(content.object_key)
        _forget_content(content.id)
    return len(doomed)


def sweep_store() -> int:
    """Delete objects that no row names, such as a restored database leaves behind; returns how many.

    A content's row is written before its objects and its key is never drawn twice, so that what no row
    names will never be named.
    """
    swept, old = 0, clock.now() - policies.STRAY_FOR
    for batch in storage.listing():
        known = queries.known_keys(each.object_key for each in batch)
        db.session.rollback()  # The same.
        for each in batch:
            if each.object_key not in known and each.changed_at <= old:
                storage.delete_object(each.path)
                swept += 1
    if swept:
        log.warning("objects without a row were deleted", count=swept)
    return swept


@aside
def _claim(sha256: bytes, new_key: str, decoded: Decoded) -> Claimed:
    return operations.claim_content(sha256, new_key, width=decoded.width, height=decoded.height)


@atomic
def _keep(actor: Actor, claimed: Claimed, decoded: Decoded) -> PhotoView:
    policies.ensure_within_quota(queries.count_loose(actor.staff_id))
    return _view(operations.add_photo(actor, claimed), decoded.width, decoded.height)


@aside
def _keep_beside(actor: Actor, claimed: Claimed, width: int, height: int) -> PhotoView:
    return _view(operations.add_photo(actor, claimed), width, height)


@aside
def _keep_copy(actor: Actor, stored: StoredPhoto) -> PhotoView:
    # The content is there as long as the first photo refers to it, so no new key is needed.
    size = {"width": stored.width, "height": stored.height}
    claimed = operations.claim_content(stored.sha256, stored.object_key, **size)
    return _view(operations.add_photo(actor, claimed), **size)


def _view(photo: Photo, width: int, height: int) -> PhotoView:
    return PhotoView(photo.id, width, height, links.make(photo.id, photo.link_revision))


@atomic
def _forget_loose() -> int:
    return operations.forget_loose()


@atomic
def _doom() -> int:
    return operations.doom_contents()


@atomic
def _forget_content(content_id: int) -> None:
    operations.forget_content(content_id)


@contextmanager
def _as_file(data: bytes | BinaryIO) -> Iterator[BinaryIO]:
    """A file that another process can be given."""
    if not isinstance(data, bytes):
        try:
            data.fileno()
        except UnsupportedOperation:
            data.seek(0)
            data = data.read(settings().media.photo_bytes + 1)
        else:
            data.flush()
            yield data
            return
    with TemporaryFile(buffering=0) as file:
        file.write(data)
        yield cast(BinaryIO, file)
