"""Decoding of a photo in a process of its own (`decoder.py`), with limits of memory and time.

The process gets the open file as its standard input and another one for its answer, an empty environment
and nothing else of ours. Only a few run at once, so that many uploads queue instead of filling the machine.
"""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore, Timer
from typing import IO, Any, BinaryIO, cast

import structlog

from backend.config import MediaSettings, settings
from backend.media import policies
from backend.media.errors import MediaBusy, PhotoBroken, PhotoTooComplex, TooManyPixels
from backend.media.models import Size

log = structlog.get_logger(__name__)

WAIT_S = 2.0
_PROGRAM = Path(__file__).with_name("decoder.py")
# Each thread that glibc sees would otherwise reserve address space of its own.
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}
_MOST_BYTES = 32 * 2**20
# 64 white pixels square, for `probe`.
_WHITE_HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAUJtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
    "AAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABZgABAAAAAAAAABMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAAA5waXRtAAAAAAABAAAAwmlwcnAAAACkaXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34"
    "+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmu"
    "bgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABRpc3BlAAAAAAAAAEAAAABAAAAAEHBpeGkAAAAAAwgICAAA"
    "ABZpcG1hAAAAAAAAAAEAAQOBAgMAAAAbbWRhdAAAAA8oAa8EGPwd1z6b1Ze3HGA="
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A photo as it will be stored: the full size's pixels, and one JPEG for each size."""

    width: int
    height: int
    jpegs: Mapping[Size, bytes]


def decode(file: BinaryIO) -> Decoded:
    """The photo in a file that the operating system knows (it has a `fileno`).

    Raises UnsupportedFormat, TooManyPixels, PhotoBroken, PhotoTooComplex or MediaBusy.
    """
    media = settings().media
    kind = policies.kind_of(os.pread(file.fileno(), policies.HEAD_BYTES, 0))
    with _slot(media.decoders), TemporaryFile() as answer:
        started = time.monotonic()
        status = _run(file, kind, answer, media)
        header, jpegs = _read(answer)
        facts = {"kind": kind, "seconds": round(time.monotonic() - started, 3), "status": status}
    if "lengths" not in header:
        log.info("photo refused", **facts, refused=header.get("refused"), why=header.get("why"))
        raise _refusal(str(header.get("refused")), media)
    log.info("photo decoded", **facts, peak_kb=header.get("peak_kb"))
    return Decoded(int(header["width"]), int(header["height"]), dict(zip(Size, jpegs, strict=True)))


def probe() -> None:
    """Decode a small HEIC, as `flask doctor` does. Raises what `decode` raises."""
    with TemporaryFile(buffering=0) as file:
        file.write(base64.b64decode(_WHITE_HEIC))
        decode(cast(BinaryIO, file))


def _run(file: BinaryIO, kind: str, answer: IO[bytes], media: MediaSettings) -> int:
    """The exit status of the decoder, as `Popen.returncode` tells it."""
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    limits = (media.photo_pixels, media.decoder_memory_mb, media.decoder_seconds)
    # Isolated (-I): neither our environment nor our folder decides what it imports.
    command = [sys.executable, "-I", str(_PROGRAM), kind, *map(str, limits)]
    command += [str(policies.EDGES[size]) for size in Size]
    with subprocess.Popen(  # noqa: S603 # The command is ours; the stranger's file is only its input.
        command, stdin=file, stdout=answer, stderr=subprocess.DEVNULL, env=_ENVIRONMENT, cwd="/"
    ) as process:
        # The limit above counts its own work alone; a machine that does much else takes longer.
        killer = Timer(2 * media.decoder_seconds, process.kill)
        killer.start()
        try:
            return process.wait()  # With a timeout it would look only every 50 ms.
        finally:
            killer.cancel()


def _read(answer: IO[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """The decoder's header and JPEGs, believed only as far as they fit each other."""
    if os.fstat(answer.fileno()).st_size > _MOST_BYTES:
        return {}, []
    answer.seek(0)
    try:
        header = json.loads(answer.readline(4096))
    except ValueError:
        return {}, []
    if not isinstance(header, dict) or "lengths" not in header:
        return (header if isinstance(header, dict) else {}), []
    sides, lengths = (header.get("width"), header.get("height")), header["lengths"]
    whole = answer.read()
    if not (
        _are_numbers(sides, 2, policies.EDGES[Size.FULL]) and _are_numbers(lengths, len(Size), len(whole))
    ):
        return {}, []
    ends = list(accumulate(lengths))
    jpegs = [whole[end - length : end] for end, length in zip(ends, lengths, strict=True)]
    if ends[-1] != len(whole) or not all(each.startswith(b"\xff\xd8\xff") for each in jpegs):
        return {}, []
    return header, jpegs


def _are_numbers(values: object, count: int, most: int) -> bool:
    return (
        isinstance(values, list | tuple)
        and len(values) == count
        and all(type(each) is int and 0 < each <= most for each in values)
    )


def _refusal(word: str, media: MediaSettings) -> Exception:
    if word == "pixels":
        return TooManyPixels(max_megapixels=media.photo_pixels // 1_000_000)
    # Without a word it was killed by a limit, or by what a broken library does to itself.
    return PhotoBroken() if word == "broken" else PhotoTooComplex()


@contextmanager
def _slot(decoders: int) -> Iterator[None]:
    slots = _slots(decoders)
    if not slots.acquire(timeout=WAIT_S):
        raise MediaBusy
    try:
        yield
    finally:
        slots.release()


@lru_cache
def _slots(decoders: int) -> BoundedSemaphore:
    return BoundedSemaphore(decoders)
