"""Pictures of every kind that a phone, or somebody with bad intentions, may send."""

import io
import os
import struct
import zlib
from functools import cache

import pillow_heif
from PIL import Image, PngImagePlugin

pillow_heif.register_heif_opener()

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 40), (30, 30, 200), (255, 255, 255)
SECRET = b"30.2741 N 120.1551 E, taken by Zhang San"


def corners(width, height, mode="RGB"):
    """Red at the top left, green at the top right, blue at the bottom left, white at the bottom right."""
    image = Image.new("RGB", (2, 2))
    image.putdata([RED, GREEN, BLUE, WHITE])
    return image.resize((width, height), Image.Resampling.NEAREST).convert(mode)


def corner_colours(jpeg):
    """The colour within each corner of a JPEG, in reading order."""
    image = Image.open(io.BytesIO(jpeg))
    right, bottom = image.width - image.width // 8 - 1, image.height - image.height // 8 - 1
    left, top = image.width // 8, image.height // 8
    return [image.getpixel(spot) for spot in ((left, top), (right, top), (left, bottom), (right, bottom))]


def is_near(colour, expected, within=12):
    """Whether a colour is as expected but for what JPEG does to it."""
    return all(abs(one - other) <= within for one, other in zip(colour, expected, strict=True))


def saved(image, kind, **options):
    """The bytes of a picture in a format."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@cache
def photo_of_a_phone():
    """4000×3000, to be turned by 90°, with a position, a comment, XMP and a colour profile."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Make " + SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 26.0), 3: "E", 4: (120.0, 9.0, 18.0)})
    return saved(
        corners(4000, 3000), "JPEG", quality=90, exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET
    )


@cache
def small_jpeg(shade=120):
    """A plain JPEG of 64×48; another content for each shade."""
    return saved(Image.new("RGB", (64, 48), (shade, 90, 60)), "JPEG")


def noise(width, height, seed=b"\x07"):
    """A picture that compresses badly."""
    return Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))


def png(width, height, *, depth=8, colour=0, palette=b"", level=9):
    """A PNG of zeros, written without ever holding its pixels."""
    row = b"\0" * (1 + (width * depth * {0: 1, 2: 3, 3: 1, 6: 4}[colour] + 7) // 8)
    packer, parts = zlib.compressobj(level), []
    for _ in range(height):
        parts.append(packer.compress(row))
    parts.append(packer.flush())
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", b"".join(parts)), (b"IEND", b"")]
    if palette:
        chunks.insert(1, (b"PLTE", palette))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


@cache
def slow_jpeg(scans=3000):
    """A progressive JPEG of 36 MP that repeats one of its scans: little to send, much to decode."""
    jpeg = saved(Image.new("L", (6000, 6000), 128), "JPEG", progressive=True)
    start = jpeg.rindex(b"\xff\xda")
    return jpeg[:start] + jpeg[start:-2] * scans + jpeg[-2:]


def animated(kind):
    """Two frames: red, then blue."""
    frames = [Image.new("RGB", (80, 60), colour) for colour in (RED, BLUE)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, loop=0)


def grey_of_16_bits(value=30000):
    """A PNG of 16 bits a sample, as scanners make them."""
    return saved(Image.new("I;16", (80, 60), value), "PNG")


def rgb_of_16_bits():
    """A PNG of three samples of 16 bits, all zero."""
    return png(80, 60, depth=16, colour=2)


def palette_with_a_hole():
    """A PNG with a palette: transparent on the left, red on the right."""
    image = Image.new("P", (80, 60), 0)
    image.putpalette([0, 0, 0, *RED] + [0] * 762)
    image.paste(1, (40, 0, 80, 60))
    return saved(image, "PNG", transparency=0)


def glass():
    """A PNG with alpha: black but wholly transparent on the left, red on the right."""
    image = Image.new("RGBA", (80, 60), (0, 0, 0, 0))
    image.paste((*RED, 255), (40, 0, 80, 60))
    return saved(image, "PNG")


def png_with_text():
    """A PNG with a text chunk."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET.decode())
    return saved(corners(80, 60), "PNG", pnginfo=info)


def markers(jpeg):
    """The markers of a JPEG from its start to its first scan."""
    found, at = [], 2
    while at < len(jpeg):
        marker, length = jpeg[at + 1], struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
        found.append(marker)
        if marker == 0xDA:
            return found
        at += 2 + length
    raise AssertionError("no scan")
