"""Links to photos: signed by this deployment and good for a short while, so that an <image> can load them.

A link names the photo, the size and when it ends; the photo's link revision is signed too, but not shown:
raising it ends every link that was given before.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from backend import clock, vault
from backend.config import settings
from backend.media import policies
from backend.media.errors import LinkExpired, PhotoNotFound
from backend.media.models import Size


@dataclass(frozen=True, slots=True)
class PhotoLinks:
    """Paths on this server for each size of a photo, and when they end."""

    full: str
    medium: str
    thumb: str
    expires_at: datetime


def make(photo_id: int, link_revision: int) -> PhotoLinks:
    """Links to a photo for whoever holds them."""
    ends_at = policies.link_ends_at(clock.now(), timedelta(minutes=settings().media.link_minutes))
    ends = int(ends_at.timestamp())
    full, medium, thumb = (
        f"/media/{photo_id}/{size}?e={ends}&s={_signature(photo_id, link_revision, size, ends)}"
        for size in (Size.FULL, Size.MEDIUM, Size.THUMB)
    )
    return PhotoLinks(full, medium, thumb, ends_at)


def ensure_valid(photo_id: int, link_revision: int, size: Size, ends: int, signature: str) -> datetime:
    """When a link that was presented ends. Raises PhotoNotFound if it is not ours, or LinkExpired."""
    right = _signature(photo_id, link_revision, size, ends)
    if not compare_digest(right.encode(), signature.encode()):
        raise PhotoNotFound
    ends_at = datetime.fromtimestamp(ends, UTC)
    if clock.now() >= ends_at:
        raise LinkExpired
    return ends_at


def _signature(photo_id: int, link_revision: int, size: Size, ends: int) -> str:
    return vault.sign("media link", f"{photo_id}/{link_revision}/{size}/{ends}".encode())
