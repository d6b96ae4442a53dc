"""Reads of the attachments."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor
from backend.attachments import links, policies
from backend.attachments.errors import AttachmentNotFound
from backend.attachments.models import Attachment, FileKind
from backend.db import db


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """An attachment with a path to it that is good until `expires_at`; `size` in bytes."""

    id: int
    name: str
    kind: str
    size: int
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """What a valid link leads to."""

    object_key: str
    name: str
    media_type: str
    size: int
    etag: str


def view_of(row: Attachment) -> AttachmentView:
    """The attachment with a fresh link, for who may see it."""
    url, ends_at = links.make(row.id, row.link_revision)
    return AttachmentView(row.id, row.name, row.kind, row.size, url, ends_at)


def views(owner_kind: str, owner_ids: Collection[int]) -> dict[int, list[AttachmentView]]:
    """The attachments of each owner that has any, in their order.

    The caller has made sure that the actor may see the owners. One statement.
    """
    if not owner_ids:
        return {}
    rows = db.session.scalars(
        select(Attachment)
        .where(Attachment.owner_kind == owner_kind, Attachment.owner_id.in_(owner_ids))
        .order_by(Attachment.owner_id, Attachment.position, Attachment.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[AttachmentView]] = {}
    for row in rows:
        if row.owner_id is not None:
            found.setdefault(row.owner_id, []).append(view_of(row))
    return found


def counts(owner_kind: str, owner_ids: Collection[int]) -> dict[int, int]:
    """How many attachments each owner that has any has. One statement."""
    if not owner_ids:
        return {}
    rows = db.session.execute(
        select(Attachment.owner_id, func.count())
        .where(Attachment.owner_kind == owner_kind, Attachment.owner_id.in_(owner_ids))
        .group_by(Attachment.owner_id)
    )
    return {owner_id: count for owner_id, count in rows if owner_id is not None}


def get_loose(actor: Actor, attachment_id: int) -> AttachmentView:
    """The actor's own attachment while nothing owns it. Raises AttachmentNotFound."""
    row = db.session.scalars(
        select(Attachment).where(
            Attachment.id == attachment_id,
            Attachment.uploaded_by == actor.staff_id,
            Attachment.loose_since.is_not(None),
        )
    ).one_or_none()
    if row is None:
        raise AttachmentNotFound
    return view_of(row)


def find_linked(attachment_id: int, *, ends: str, signature: str) -> LinkedDocument:
    """What a link leads to, whoever presents it. Raises AttachmentNotFound or AttachmentLinkExpired."""
    row = db.session.scalars(select(Attachment).where(Attachment.id == attachment_id)).one_or_none()
    if row is None or not (ends.isdecimal() and ends.isascii() and len(ends) <= 11):
        raise AttachmentNotFound
    links.ensure_valid(row.id, row.link_revision, int(ends), signature)
    media_type = policies.MEDIA_TYPES[FileKind(row.kind)]
    return LinkedDocument(row.object_key, row.name, media_type, row.size, row.sha256.hex()[:32])


def count_loose(staff_id: int) -> int:
    """How many attachments of a person nothing owns, of those that became loose within `LOOSE_FOR`."""
    statement = (
        select(func.count())
        .select_from(Attachment)
        .where(
            Attachment.uploaded_by == staff_id,
            Attachment.loose_since > clock.now() - policies.LOOSE_FOR,
        )
    )
    return db.session.scalar(statement) or 0


def known_keys(object_keys: Iterable[str]) -> set[str]:
    """Those of the keys that a row names."""
    statement = select(Attachment.object_key).where(Attachment.object_key.in_(set(object_keys)))
    return set(db.session.scalars(statement))


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """Which documents a person sent, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(Attachment.id, Attachment.name, Attachment.size, Attachment.uploaded_at)
        .where(Attachment.uploaded_by == staff_id)
        .order_by(Attachment.id)
    )
    return [
        {"编号": attachment_id, "文件名": name, "大小（字节）": size, "上传时间": uploaded_at}
        for attachment_id, name, size, uploaded_at in rows
    ]
