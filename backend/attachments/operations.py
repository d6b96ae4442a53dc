"""Writes of the attachments, within an open unit of work."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, delete, select, update

from backend import clock
from backend.actor import Actor
from backend.attachments import policies
from backend.attachments.errors import AttachmentNotFound
from backend.attachments.models import Attachment, FileKind
from backend.db import db, unit

_COLLECTED_AT_ONCE = 200


def attach(
    actor: Actor, attachment_id: int, owner_kind: str, owner_id: int, *, position: int = 0
) -> None:  # fmt: skip
    """Make the actor's own loose attachment part of an owner. Raises AttachmentNotFound."""
    attached = unit().execute(
        update(Attachment)
        .where(
            Attachment.id == attachment_id,
            Attachment.uploaded_by == actor.staff_id,
            Attachment.loose_since.is_not(None),
        )
        .values(owner_kind=owner_kind, owner_id=owner_id, position=position, loose_since=None)
    )
    if not attached.rowcount:
        raise AttachmentNotFound


def arrange(owner_kind: str, owner_id: int, attachment_id: int, position: int) -> None:
    """Give an owner's attachment its place among the others. Raises AttachmentNotFound."""
    owned = _owned(owner_kind, owner_id, [attachment_id])
    if not unit().execute(update(Attachment).where(owned).values(position=position)).rowcount:
        raise AttachmentNotFound


def detach(owner_kind: str, owner_id: int, attachment_ids: Collection[int] | None = None) -> int:
    """Let go of an owner's attachments, all or the named ones; returns how many.

    Links to them end. They are loose again, and collected unless their uploaders attach them elsewhere.
    """
    values = {
        "owner_kind": None,
        "owner_id": None,
        "loose_since": clock.now(),
        "link_revision": Attachment.link_revision + 1,
    }
    owned = _owned(owner_kind, owner_id, attachment_ids)
    return unit().execute(update(Attachment).where(owned).values(**values)).rowcount


def end_links(owner_kind: str, owner_id: int) -> int:
    """End every link to an owner's attachments that was given; returns how many attachments it has."""
    owned = _owned(owner_kind, owner_id, None)
    changed = update(Attachment).where(owned).values(link_revision=Attachment.link_revision + 1)
    return unit().execute(changed).rowcount


def add(
    actor: Actor, *, object_key: str, name: str, kind: FileKind, size: int, sha256: bytes
) -> Attachment:  # fmt: skip
    """The row of an upload whose object is stored."""
    unit()
    now = clock.now()
    row = Attachment(
        object_key=object_key,
        name=name,
        kind=kind.value,
        size=size,
        sha256=sha256,
        uploaded_by=actor.staff_id,
        uploaded_at=now,
        loose_since=now,
        position=0,
        link_revision=0,
    )
    db.session.add(row)
    db.session.flush()  # The link names it.
    return row


def forget_loose() -> list[str]:
    """Delete the rows of attachments that waited too long for an owner; returns the keys of their objects."""
    overdue = Attachment.loose_since <= clock.now() - policies.LOOSE_FOR
    some = select(Attachment.id).where(overdue).order_by(Attachment.loose_since).limit(_COLLECTED_AT_ONCE)
    # Says it twice: one that is being attached meanwhile no longer fits when its lock is given up.
    doomed = delete(Attachment).where(Attachment.id.in_(some), overdue).returning(Attachment.object_key)
    return list(unit().execute(doomed).scalars())


def _owned(
    owner_kind: str, owner_id: int, attachment_ids: Collection[int] | None
) -> ColumnElement[bool]:  # fmt: skip
    owned = and_(Attachment.owner_kind == owner_kind, Attachment.owner_id == owner_id)
    return owned if attachment_ids is None else and_(owned, Attachment.id.in_(attachment_ids))
