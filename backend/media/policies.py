"""Rules of the photos: formats, sizes, quota, how long things last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.media.errors import BoxOutside, QuotaReached, TooManyBoxes, UnsupportedFormat
from backend.media.models import Size

# The longest side of each stored size, in pixels; the largest first, as the decoder wants them.
EDGES = {Size.FULL: 2048, Size.MEDIUM: 640, Size.THUMB: 240}

# How many loose photos a person may have gathered within `LOOSE_FOR`.
LOOSE_PHOTOS = 30
# How long a photo waits for its owner before it is collected.
LOOSE_FOR = timedelta(hours=24)
# A content claimed so recently may belong to an upload that is still writing.
CLAIM_HOLDS = timedelta(hours=1)
# How long an object that no row names is left alone.
STRAY_FOR = timedelta(hours=24)

# How many black boxes are drawn on one photo.
MOST_BOXES = 50

HEAD_BYTES = 16
# The brands of HEVC pictures in an ISO container; `mif1` and `msf1` leave the codec open.
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def kind_of(head: bytes) -> str:
    """The format by the file's first `HEAD_BYTES`, in Pillow's words. Raises UnsupportedFormat."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "HEIF"
    raise UnsupportedFormat


@dataclass(frozen=True, slots=True)
class Box:
    """What is blacked out of a photo, in pixels of its full size from the top left corner."""

    x: int
    y: int
    width: int
    height: int


def ensure_drawable(boxes: Sequence[Box], width: int, height: int) -> None:
    """Raise BoxOutside or TooManyBoxes unless every box lies within a picture of this size."""
    if len(boxes) > MOST_BOXES:
        raise TooManyBoxes(limit=MOST_BOXES)
    for box in boxes:
        is_within = box.x >= 0 and box.y >= 0 and box.x + box.width <= width and box.y + box.height <= height
        if box.width < 1 or box.height < 1 or not is_within:
            raise BoxOutside(width=width, height=height)


def ensure_within_quota(loose: int) -> None:
    """Raise QuotaReached if a person with so many loose photos of late may not add another."""
    if loose >= LOOSE_PHOTOS:
        raise QuotaReached(limit=LOOSE_PHOTOS)


def link_ends_at(now: datetime, life: timedelta) -> datetime:
    """When a link made now ends: after two thirds of `life` at least and all of it at most.

    Rounded to thirds of `life`, so that links made shortly after each other are equal and a client that
    asks for a list again finds its pictures in its cache.
    """
    step = life // 3
    since = now - datetime(1970, 1, 1, tzinfo=UTC)
    return now - since % step + 3 * step
