"""Turn one untrusted picture into clean JPEGs: a program of its own, trusted with nothing.

Usage: python -I decoder.py FORMAT PIXELS MEMORY_MB SECONDS EDGE… <picture >answer

FORMAT is JPEG, PNG, WEBP or HEIF and the only one that is tried. The picture is a seekable file. The answer
is a line of JSON, `{"width", "height", "lengths", "peak_kb"}` or `{"refused", "why"}`, and after it one JPEG
for each EDGE (the longest side in pixels, descending; a smaller picture is not enlarged), one behind the
other. Refusals: `pixels`, `broken`, `too_complex`. Killed by a limit, it leaves no answer.

It imports nothing of the house: a process that decodes what strangers send holds no secrets and no
connection. See docs/adr/0011.
"""

import json
import resource
import sys
import warnings
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageCms

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_QUALITY = 85
_ANSWER_BYTES = 32 * 2**20
_FILES = 64


class Refused(Exception):
    """The picture is not taken; the argument is the word for it."""


def confine(memory_mb: int, seconds: int) -> None:
    """Let the kernel end this process at these limits, whatever the libraries below do."""
    for what, limit in (
        (resource.RLIMIT_AS, memory_mb * 2**20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, _ANSWER_BYTES),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def convert(file: BinaryIO, kind: str, pixels: int, edges: list[int]) -> list[Image.Image]:
    """The first frame of the picture upright, in RGB and without metadata, once for each edge."""
    image = _open(file, kind, pixels)
    # A JPEG can be decoded at half its size or less, as long as that is not below what is wanted.
    image.draft(None, (edges[0], edges[0]))
    image.load()
    # A container may announce another size than its stream has.
    if image.width * image.height > pixels:
        raise Refused("pixels")
    profile, orientation = image.info.get("icc_profile"), _orientation(image)
    image = _as_rgb(_made_small(_as_samples(image), edges[0]), profile)
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    image.info = {}  # Pillow writes a comment that it read.
    return [image, *(_made_small(image, edge) for edge in edges[1:])]


def _open(file: BinaryIO, kind: str, pixels: int) -> Image.Image:
    """The picture with its header read and nothing decoded."""
    if kind == "HEIF":
        import pillow_heif  # Loading its libraries takes longer than decoding a small JPEG.

        # An embedded thumbnail may show something else than the picture.
        pillow_heif.register_heif_opener(
            decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
        )
    elif kind == "WEBP":
        import PIL.WebPImagePlugin  # noqa: F401 # Registers itself; Pillow would look through all its plugins.
    Image.MAX_IMAGE_PIXELS = pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        return Image.open(file, formats=[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("pixels") from error


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # Damaged metadata is dropped like any other; the picture is as it is stored.
        return 1


def _as_samples(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be made small by averaging: no palette, no bitmap, 8 bits."""
    if image.mode.startswith("I"):
        # Pillow's own conversion cuts off whatever is brighter than 255.
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if "transparency" in image.info or image.mode in ("LA", "PA"):
        return image.convert("RGBA")
    return image.convert("RGB") if image.mode in ("1", "P") else image


def _made_small(image: Image.Image, edge: int) -> Image.Image:
    """The picture with its longest side at most `edge`; itself if it is small enough."""
    longest = max(image.size)
    if longest <= edge:
        return image
    width, height = (max(1, round(side * edge / longest)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _as_rgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture on white and in sRGB: without its profile a phone's wide colours would look pale."""
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return (profile and _in_standard_colours(image, profile)) or image.convert("RGB")


def _in_standard_colours(image: Image.Image, profile: bytes) -> Image.Image | None:
    """The picture as its profile means it, in sRGB; None if the profile is of no use."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _peak_kb() -> int:
    """The most memory that this process ever held; getrusage would count its parent's before the exec."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return 0


def main(arguments: list[str]) -> None:
    """Read the picture from standard input and write the answer."""
    kind, pixels, memory_mb, seconds, *edges = arguments
    confine(int(memory_mb), int(seconds))
    encoded: list[bytes] = []
    answer: dict[str, object]
    try:
        with open(0, "rb") as file:
            images = convert(file, kind, int(pixels), [int(edge) for edge in edges])
        for image in images:
            buffer = BytesIO()
            image.save(buffer, "JPEG", quality=_QUALITY, optimize=True)
            encoded.append(buffer.getvalue())
        answer = {
            "width": images[0].width,
            "height": images[0].height,
            "lengths": [len(each) for each in encoded],
            "peak_kb": _peak_kb(),
        }
    except Refused as refused:
        encoded, answer = [], {"refused": str(refused), "why": ""}
    except MemoryError:
        encoded, answer = [], {"refused": "too_complex", "why": "MemoryError"}
    except Exception as error:  # Whatever a library raises over a picture is a refusal of it.
        encoded, answer = [], {"refused": "broken", "why": f"{type(error).__name__}: {error}"[:200]}
    with open(1, "wb") as out:
        out.write(json.dumps(answer).encode() + b"\n" + b"".join(encoded))


if __name__ == "__main__":
    main(sys.argv[1:])
