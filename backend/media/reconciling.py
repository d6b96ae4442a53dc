"""Proving that every photo that a row names is in the store; part of `flask doctor --invariants`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from backend.db import db, table
from backend.media import storage
from backend.media.models import Photo, PhotoContent, Size

_CONTENT, _PHOTO = table(PhotoContent), table(Photo)
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Proof:
    """Some rows that were looked at, and the identifiers of those that name a missing object."""

    looked_at: int
    missing: list[int]


def missing() -> Iterator[Proof]:
    """The contents with a photo of which the store lacks a size, the newest first.

    A local folder is asked for every one, a store over the network for the newest 500 alone: each object is a
    request there. Raises StoreUnavailable.
    """
    before: int | None = None
    while True:
        named = select(_CONTENT.c.id, _CONTENT.c.object_key).where(
            _CONTENT.c.doomed_at.is_(None),
            select(_PHOTO.c.id).where(_PHOTO.c.content_id == _CONTENT.c.id).exists(),
        )
        if before is not None:
            named = named.where(_CONTENT.c.id < before)
        some = db.session.execute(named.order_by(_CONTENT.c.id.desc()).limit(_AT_ONCE)).all()
        if some:
            yield Proof(len(some), [each.id for each in some if not _is_whole(each.object_key)])
        if len(some) < _AT_ONCE or storage.local_folder() is None:
            return
        before = some[-1].id


def _is_whole(object_key: str) -> bool:
    return all(storage.has(storage.path_of(object_key, size)) for size in Size)
