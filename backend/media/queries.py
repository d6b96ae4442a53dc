"""Reads of the photos."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.media import links as photo_links
from backend.media import policies
from backend.media.errors import PhotoNotFound
from backend.media.links import PhotoLinks
from backend.media.models import Photo, PhotoContent, PhotoState, Size


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo as its uploader sees it; width and height are the full size's, in pixels."""

    id: int
    width: int
    height: int
    links: PhotoLinks


@dataclass(frozen=True, slots=True)
class OwnedPhoto:
    """A photo of an owner."""

    id: int
    links: PhotoLinks


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """What a valid link leads to."""

    object_key: str
    size: Size
    etag: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """The content of a photo; width and height are the full size's, in pixels."""

    sha256: bytes
    object_key: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DoomedContent:
    """A content whose objects are to be deleted."""

    id: int
    object_key: str


def links(photo_ids: Collection[int], *, including_hidden: bool = False) -> dict[int, PhotoLinks]:
    """Links to those of the photos that are attached; the caller has made sure that the actor may see them.

    Hidden ones are left out unless the actor may see what was hidden. One statement.
    """
    if not photo_ids:
        return {}
    rows = db.session().execute(
        select(Photo.id, Photo.link_revision).where(Photo.id.in_(photo_ids), _is_shown(including_hidden))
    )
    return {photo_id: photo_links.make(photo_id, revision) for photo_id, revision in rows}


def links_of_owners(
    owner_kind: str, owner_ids: Collection[int], *, including_hidden: bool = False
) -> dict[int, list[PhotoLinks]]:
    """Links to the photos of each owner that has any, in the order in which they were attached.

    The caller has made sure that the actor may see the owners. One statement.
    """
    found = photos_of_owners(owner_kind, owner_ids, including_hidden=including_hidden)
    return {owner_id: [photo.links for photo in photos] for owner_id, photos in found.items()}


def photos_of_owners(
    owner_kind: str, owner_ids: Collection[int], *, including_hidden: bool = False
) -> dict[int, list[OwnedPhoto]]:
    """The same with the photos' ids, for an owner whose photos are exchanged one by one."""
    if not owner_ids:
        return {}
    rows = db.session().execute(
        select(Photo.owner_id, Photo.id, Photo.link_revision)
        .where(Photo.owner_kind == owner_kind, Photo.owner_id.in_(owner_ids), _is_shown(including_hidden))
        .order_by(Photo.owner_id, Photo.position, Photo.id)
    )
    found: dict[int, list[OwnedPhoto]] = {}
    for owner_id, photo_id, revision in rows:
        if owner_id is not None:
            found.setdefault(owner_id, []).append(OwnedPhoto(photo_id, photo_links.make(photo_id, revision)))
    return found


def sizes_of(photo_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Width and height of the full size of each photo, in pixels. One statement."""
    rows = db.session().execute(
        select(Photo.id, PhotoContent.width, PhotoContent.height)
        .join(Photo.content)
        .where(Photo.id.in_(photo_ids))
    )
    return {photo_id: (width, height) for photo_id, width, height in rows}


def object_keys_of(owner_kind: str, owner_id: int, most: int) -> list[str]:
    """Under which keys an owner's first photos are stored; hidden ones are left out. One statement."""
    statement = (
        select(PhotoContent.object_key)
        .join(Photo, Photo.content_id == PhotoContent.id)
        .where(Photo.owner_kind == owner_kind, Photo.owner_id == owner_id, _is_shown(False))
        .order_by(Photo.position, Photo.id)
        .limit(most)
    )
    return list(db.session().execute(statement).scalars())


def get_loose(actor: Actor, photo_id: int) -> PhotoView:
    """The actor's own photo while nothing owns it. Raises PhotoNotFound."""
    row = (
        db.session()
        .execute(
            select(Photo.link_revision, PhotoContent.width, PhotoContent.height)
            .join(Photo.content)
            .where(
                Photo.id == photo_id,
                Photo.uploaded_by == actor.staff_id,
                Photo.state == PhotoState.UPLOADED,
            )
        )
        .one_or_none()
    )
    if row is None:
        raise PhotoNotFound
    return PhotoView(photo_id, row.width, row.height, photo_links.make(photo_id, row.link_revision))


def find_linked(photo_id: int, *, size: str, ends: str, signature: str) -> LinkedFile:
    """What a link leads to, whoever presents it. Raises PhotoNotFound or LinkExpired."""
    row = (
        db.session()
        .execute(
            select(Photo.link_revision, PhotoContent.object_key)
            .join(Photo.content)
            .where(Photo.id == photo_id)
        )
        .one_or_none()
    )
    if row is None or size not in set(Size) or not (ends.isdecimal() and ends.isascii() and len(ends) <= 11):
        raise PhotoNotFound
    ends_at = photo_links.ensure_valid(photo_id, row.link_revision, Size(size), int(ends), signature)
    etag = f"{row.object_key.rpartition('/')[2][:32]}-{size}"
    return LinkedFile(row.object_key, Size(size), etag, ends_at)


def find_stored(photo_id: int) -> StoredPhoto:
    """Where a photo is stored; the caller has made sure that the actor may see it. Raises PhotoNotFound."""
    row = (
        db.session()
        .execute(
            select(PhotoContent.sha256, PhotoContent.object_key, PhotoContent.width, PhotoContent.height)
            .join(Photo, Photo.content_id == PhotoContent.id)
            .where(Photo.id == photo_id)
        )
        .one_or_none()
    )
    if row is None:
        raise PhotoNotFound
    return StoredPhoto(*row)


def count_loose(staff_id: int) -> int:
    """How many photos of a person nothing owns, of those that became loose within `LOOSE_FOR`."""
    statement = (
        select(func.count())
        .select_from(Photo)
        .where(Photo.uploaded_by == staff_id, Photo.loose_since > clock.now() - policies.LOOSE_FOR)
    )
    return db.session().execute(statement).scalar_one()


def list_doomed() -> list[DoomedContent]:
    """The contents whose objects are to be deleted."""
    rows = db.session().execute(
        select(PhotoContent.id, PhotoContent.object_key)
        .where(PhotoContent.doomed_at.is_not(None))
        .order_by(PhotoContent.id)
    )
    return [DoomedContent(*row) for row in rows]


def known_keys(object_keys: Iterable[str]) -> set[str]:
    """Those of the keys that a row names."""
    statement = select(PhotoContent.object_key).where(PhotoContent.object_key.in_(set(object_keys)))
    return set(db.session().execute(statement).scalars())


def _is_shown(including_hidden: bool) -> ColumnElement[bool]:
    states = [PhotoState.PRIVATE, PhotoState.PUBLIC]
    return Photo.state.in_([*states, PhotoState.HIDDEN] if including_hidden else states)


def export_of(staff_id: int) -> list[dict[str, object]]:
    """Which photos a person sent, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(Photo.id, Photo.uploaded_at, PhotoContent.width, PhotoContent.height)
        .join(PhotoContent, PhotoContent.id == Photo.content_id)
        .where(Photo.uploaded_by == staff_id)
        .order_by(Photo.id)
    )
    return [
        {"编号": photo_id, "上传时间": uploaded_at, "宽": width, "高": height}
        for photo_id, uploaded_at, width, height in rows
    ]
