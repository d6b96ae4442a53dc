"""Links to attachments: signed by this deployment, short-lived, so that a download needs no login header.

As with photos (`backend.media.links`): a link names the attachment and when it ends; the link revision is
signed too, but not shown, so that raising it ends every link that was given before.
"""

from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from backend import clock, vault
from backend.attachments.errors import AttachmentLinkExpired, AttachmentNotFound
from backend.config import settings
from backend.media.policies import link_ends_at


def make(attachment_id: int, link_revision: int) -> tuple[str, datetime]:
    """A path on this server for whoever holds it, and when it ends."""
    ends_at = link_ends_at(clock.now(), timedelta(minutes=settings().media.link_minutes))
    ends = int(ends_at.timestamp())
    signature = _signature(attachment_id, link_revision, ends)
    return f"/attachments/{attachment_id}?e={ends}&s={signature}", ends_at


def ensure_valid(attachment_id: int, link_revision: int, ends: int, signature: str) -> datetime:
    """When a link that was presented ends.

    Raises AttachmentNotFound if it is not ours, or AttachmentLinkExpired.
    """
    right = _signature(attachment_id, link_revision, ends)
    if not compare_digest(right.encode(), signature.encode()):
        raise AttachmentNotFound
    ends_at = datetime.fromtimestamp(ends, UTC)
    if clock.now() >= ends_at:
        raise AttachmentLinkExpired
    return ends_at


def _signature(attachment_id: int, link_revision: int, ends: int) -> str:
    return vault.sign("attachment link", f"{attachment_id}/{link_revision}/{ends}".encode())
