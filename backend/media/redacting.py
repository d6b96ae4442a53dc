"""Black boxes on a stored photo, drawn by hand over faces and plates.

In this process, not in the decoder's: the JPEG is one that we encoded ourselves, of at most 2048 pixels a
side. What a box covers is gone before the new JPEGs are encoded, and every size is made of what is left.
"""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

from backend.db import refuse_within_a_unit
from backend.media import policies
from backend.media.decoding import Decoded
from backend.media.models import Size
from backend.media.policies import Box

_QUALITY = 85


def redact(jpeg: bytes, boxes: Sequence[Box]) -> Decoded:
    """The picture in every size, with nothing but black where the boxes are, and without metadata."""
    refuse_within_a_unit("redaction")
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as opened:
        image = opened.convert("RGB")
    image.info = {}  # Pillow writes what it read.
    draw = ImageDraw.Draw(image)
    for box in boxes:
        # Pillow's rectangles include their last row and column.
        corner = (box.x + box.width - 1, box.y + box.height - 1)
        draw.rectangle(((box.x, box.y), corner), fill="black")
    jpegs = {size: _encoded(image, policies.EDGES[size]) for size in Size}
    return Decoded(image.width, image.height, jpegs)


def _encoded(image: Image.Image, edge: int) -> bytes:
    longest = max(image.size)
    if longest > edge:
        width, height = (max(1, round(side * edge / longest)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()
