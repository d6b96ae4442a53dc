"""Proving that every attachment that a row names is in the store; part of `flask doctor --invariants`."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select

from backend.attachments.models import Attachment
from backend.db import db, table
from backend.media import storage
from backend.media.reconciling import Proof

_ATTACHMENT = table(Attachment)
_AT_ONCE: Final = 500


def missing() -> Iterator[Proof]:
    """The attachments that the store lacks, the newest first: all in a local folder, else the newest 500.

    Raises StoreUnavailable.
    """
    before: int | None = None
    while True:
        named = select(_ATTACHMENT.c.id, _ATTACHMENT.c.object_key)
        if before is not None:
            named = named.where(_ATTACHMENT.c.id < before)
        some = db.session.execute(named.order_by(_ATTACHMENT.c.id.desc()).limit(_AT_ONCE)).all()
        if some:
            yield Proof(len(some), [each.id for each in some if not storage.has(each.object_key)])
        if len(some) < _AT_ONCE or storage.local_folder() is None:
            return
        before = some[-1].id
