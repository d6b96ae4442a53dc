"""Writes of the photos, within an open unit of work."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, exists, select, update

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, table, unit
from backend.errors import Unavailable
from backend.media import policies
from backend.media.errors import PhotoNotFound
from backend.media.models import Photo, PhotoContent, PhotoState
from backend.statements import insert_or_nothing

_CONTENTS = table(PhotoContent)
_INSERT_CONTENT = insert_or_nothing(
    _CONTENTS, ["sha256", "object_key", "width", "height", "claimed_at"], returning="id"
)
_COLLECTED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Claimed:
    """A content that is safe from the collector for `CLAIM_HOLDS`: its objects may be written."""

    id: int
    object_key: str


def attach(
    actor: Actor,
    photo_id: int,
    owner_kind: str,
    owner_id: int,
    *,
    is_public: bool = False,
    position: int = 0,
    is_unnamed: bool = False,
) -> None:
    """Make the actor's own loose photo part of an owner, private or public. Raises PhotoNotFound.

    Owners list their photos by `position`, then in the order of their upload. With `is_unnamed` it is
    forgotten for good who uploaded it.
    """
    attached = unit().execute(
        update(Photo)
        .where(Photo.id == photo_id, Photo.uploaded_by == actor.staff_id, Photo.state == PhotoState.UPLOADED)
        .values(
            state=(PhotoState.PUBLIC if is_public else PhotoState.PRIVATE).value,
            owner_kind=owner_kind,
            owner_id=owner_id,
            position=position,
            loose_since=None,
            **({"uploaded_by": None} if is_unnamed else {}),
        )
    )
    if not attached.rowcount:
        raise PhotoNotFound


def arrange(owner_kind: str, owner_id: int, photo_id: int, position: int) -> None:
    """Give an owner's photo its place among the others. Raises PhotoNotFound."""
    if not _change(_owned(owner_kind, owner_id, [photo_id]), position=position):
        raise PhotoNotFound


def detach(owner_kind: str, owner_id: int, photo_ids: Collection[int] | None = None) -> int:
    """Let go of an owner's photos, all or the named ones; returns how many.

    Links to them end. They are loose again: their uploaders may attach them elsewhere, and what is not
    attached in time is collected.
    """
    return _change(
        _owned(owner_kind, owner_id, photo_ids),
        state=PhotoState.UPLOADED.value,
        owner_kind=None,
        owner_id=None,
        loose_since=clock.now(),
        link_revision=Photo.link_revision + 1,
    )


def publish(actor: Actor, owner_kind: str, owner_id: int, photo_ids: Collection[int] | None = None) -> int:
    """Make an owner's private or hidden photos public, all or the named ones; returns how many."""
    states = (PhotoState.PRIVATE, PhotoState.HIDDEN)
    owned = and_(_owned(owner_kind, owner_id, photo_ids), Photo.state.in_(states))
    changed = _change(owned, state=PhotoState.PUBLIC.value)
    _record(actor, "media.published", owner_kind, owner_id, changed)
    return changed


def hide(actor: Actor, owner_kind: str, owner_id: int, photo_ids: Collection[int] | None = None) -> int:
    """Take an owner's photos out of sight, all or the named ones; returns how many. Links to them end."""
    states = (PhotoState.PRIVATE, PhotoState.PUBLIC)
    owned = and_(_owned(owner_kind, owner_id, photo_ids), Photo.state.in_(states))
    changed = _change(owned, state=PhotoState.HIDDEN.value, link_revision=Photo.link_revision + 1)
    _record(actor, "media.hidden", owner_kind, owner_id, changed)
    return changed


def copy(from_kind: str, from_id: int, to_kind: str, to_id: int, *, uploaded_by: int | None = None) -> int:
    """Give an owner private copies of what another one shows, in its order; returns how many.

    They share the stored picture, and live on when the others are hidden. Their uploader is the given one, or
    that of the original, if it is known. The caller has made sure that whoever sees the owner may see the
    pictures.
    """
    shown = select(Photo).where(
        Photo.owner_kind == from_kind,
        Photo.owner_id == from_id,
        Photo.state.in_((PhotoState.PRIVATE, PhotoState.PUBLIC)),
    )
    unit()
    found = db.session.scalars(shown.order_by(Photo.position, Photo.id)).all()
    db.session.add_all(
        Photo(
            content_id=photo.content_id,
            uploaded_by=uploaded_by or photo.uploaded_by,
            uploaded_at=photo.uploaded_at,
            state=PhotoState.PRIVATE.value,
            owner_kind=to_kind,
            owner_id=to_id,
            position=position,
            loose_since=None,
            link_revision=0,
        )
        for position, photo in enumerate(found)
    )
    db.session.flush()
    return len(found)


def unhide(actor: Actor, owner_kind: str, owner_ids: Collection[int], *, is_public: bool = False) -> int:
    """Bring back what was hidden of these owners, private or public; returns how many. Links stay dead."""
    if not owner_ids:
        return 0
    hidden = and_(
        Photo.owner_kind == owner_kind, Photo.owner_id.in_(owner_ids), Photo.state == PhotoState.HIDDEN
    )
    changed = _change(hidden, state=(PhotoState.PUBLIC if is_public else PhotoState.PRIVATE).value)
    _record(actor, "media.unhidden", owner_kind, min(owner_ids), changed)
    return changed


def hide_all(actor: Actor, owner_kind: str, owner_ids: Collection[int]) -> int:
    """Take the photos of several owners of a kind out of sight; returns how many. Links to them end."""
    if not owner_ids:
        return 0
    shown = and_(
        Photo.owner_kind == owner_kind,
        Photo.owner_id.in_(owner_ids),
        Photo.state.in_((PhotoState.PRIVATE, PhotoState.PUBLIC)),
    )
    changed = _change(shown, state=PhotoState.HIDDEN.value, link_revision=Photo.link_revision + 1)
    _record(actor, "media.hidden", owner_kind, min(owner_ids), changed)
    return changed


def discard(owner_kind: str, owner_id: int) -> int:
    """Delete an owner's photos for good, for copies that nobody needs any more; returns how many.

    Links to them end; their contents are collected once nothing else refers to them.
    """
    return unit().execute(delete(Photo).where(_owned(owner_kind, owner_id, None))).rowcount


def claim_content(sha256: bytes, new_key: str, *, width: int, height: int) -> Claimed:
    """The living content of this digest, or a new one under `new_key`; safe from the collector a while."""
    now, connection = clock.now(), unit()
    living = (
        update(PhotoContent)
        .where(PhotoContent.sha256 == sha256, PhotoContent.doomed_at.is_(None))
        .values(claimed_at=now)
        .returning(PhotoContent.id, PhotoContent.object_key)
    )
    values = {"sha256": sha256, "object_key": new_key, "width": width, "height": height, "claimed_at": now}
    for _ in range(3):
        found = connection.execute(living).one_or_none()
        if found is not None:
            return Claimed(found.id, found.object_key)
        inserted = _INSERT_CONTENT.row(connection, values)
        if inserted is not None:
            return Claimed(inserted[0], new_key)
        # A twin inserted it meanwhile; it is there now.
    raise Unavailable


def add_photo(actor: Actor, claimed: Claimed) -> Photo:
    """The row of an upload whose objects are stored. Raises Unavailable if the claim has run out."""
    now = clock.now()
    # Changes what the collector looks at, under the row's lock: it sees the photo or this instant.
    held = unit().execute(
        update(PhotoContent)
        .where(PhotoContent.id == claimed.id, PhotoContent.doomed_at.is_(None))
        .values(claimed_at=now)
    )
    if not held.rowcount:
        raise Unavailable
    photo = Photo(
        content_id=claimed.id,
        uploaded_by=actor.staff_id,
        uploaded_at=now,
        state=PhotoState.UPLOADED.value,
        loose_since=now,
        position=0,
        link_revision=0,
    )
    db.session.add(photo)
    db.session.flush()  # The links name it.
    return photo


def forget_loose() -> int:
    """Delete the rows of photos that waited too long for an owner, some hundred; returns how many."""
    overdue = and_(Photo.state == PhotoState.UPLOADED, Photo.loose_since <= clock.now() - policies.LOOSE_FOR)
    some = select(Photo.id).where(overdue).order_by(Photo.loose_since).limit(_COLLECTED_AT_ONCE)
    # Says it twice: a photo that is being attached meanwhile no longer fits when its lock is given up.
    return unit().execute(delete(Photo).where(Photo.id.in_(some), overdue)).rowcount


def doom_contents() -> int:
    """Give up the contents that no photo refers to and nobody claimed lately; returns how many."""
    now = clock.now()
    statement = (
        update(PhotoContent)
        .where(
            PhotoContent.doomed_at.is_(None),
            PhotoContent.claimed_at <= now - policies.CLAIM_HOLDS,
            ~exists().where(Photo.content_id == PhotoContent.id),
        )
        .values(doomed_at=now)
    )
    return unit().execute(statement).rowcount


def forget_content(content_id: int) -> None:
    """Delete the row of a doomed content whose objects are gone."""
    unit().execute(
        delete(PhotoContent).where(PhotoContent.id == content_id, PhotoContent.doomed_at.is_not(None))
    )


def _owned(owner_kind: str, owner_id: int, photo_ids: Collection[int] | None) -> ColumnElement[bool]:
    owned = and_(Photo.owner_kind == owner_kind, Photo.owner_id == owner_id)
    return owned if photo_ids is None else and_(owned, Photo.id.in_(photo_ids))


def _change(which: ColumnElement[bool], **values: object) -> int:
    return unit().execute(update(Photo).where(which).values(**values)).rowcount


def _record(actor: Actor, action: str, owner_kind: str, owner_id: int, changed: int) -> None:
    if changed:
        record(actor, action, owner_kind, owner_id, photos=changed)
