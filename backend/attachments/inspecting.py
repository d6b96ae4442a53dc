"""Looking through a document in a process of its own (`inspector.py`), with limits of memory and time.

As with photos (`backend.media.decoding`): the process gets the open file as its standard input, another one
for its answer, an empty environment and nothing else of ours; only a few run at once.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore, Timer
from typing import IO, Any, BinaryIO, Final

import structlog

from backend.attachments import policies
from backend.attachments.errors import (
    AttachmentsBusy,
    DocumentActive,
    DocumentBroken,
    DocumentEncrypted,
    DocumentTooComplex,
    UnsupportedDocument,
)
from backend.attachments.models import FileKind
from backend.config import MediaSettings, settings
from backend.errors import AppError

log = structlog.get_logger(__name__)

WAIT_S: Final = 2.0
_PROGRAM: Final = Path(__file__).with_name("inspector.py")
# Each thread that glibc sees would otherwise reserve address space of its own.
_ENVIRONMENT: Final = {"MALLOC_ARENA_MAX": "1"}
_MOST_BYTES: Final = 4096
_OLE_HEAD: Final = 4 * 2**20
_REFUSALS: Final[dict[str, type[AppError]]] = {
    "unsupported": UnsupportedDocument,
    "encrypted": DocumentEncrypted,
    "active": DocumentActive,
    "broken": DocumentBroken,
}


def inspect(file: BinaryIO) -> FileKind:
    """Which kind of document is in a file that the operating system knows (it has a `fileno`).

    Raises UnsupportedDocument, DocumentEncrypted, DocumentActive, DocumentBroken, DocumentTooComplex or
    AttachmentsBusy.
    """
    media, descriptor = settings().media, file.fileno()
    head = os.pread(descriptor, _OLE_HEAD, 0)
    container = policies.container_of(head[: policies.HEAD_BYTES], head)
    with _slot(media.decoders), TemporaryFile() as answer:
        status = _run(file, container, answer, media)
        found = _read(answer)
    if found.get("kind") in set(FileKind):
        return FileKind(found["kind"])
    log.info("attachment refused", container=container, status=status, **found)
    # Without a word it was killed by a limit, or by what a broken library does to itself.
    raise _REFUSALS.get(str(found.get("refused")), DocumentTooComplex)()


def _run(file: BinaryIO, container: str, answer: IO[bytes], media: MediaSettings) -> int:
    """The exit status of the inspector, as `Popen.returncode` tells it."""
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    limits = (policies.UNPACKED_BYTES, media.decoder_memory_mb, media.inspector_seconds)
    # Isolated (-I): neither our environment nor our folder decides what it imports.
    command = [sys.executable, "-I", str(_PROGRAM), container, *map(str, limits)]
    with subprocess.Popen(  # noqa: S603 # The command is ours; the stranger's file is only its input.
        command, stdin=file, stdout=answer, stderr=subprocess.DEVNULL, env=_ENVIRONMENT, cwd="/"
    ) as process:
        # The limit above counts its own work alone; a machine that does much else takes longer.
        killer = Timer(2 * media.inspector_seconds, process.kill)
        killer.start()
        try:
            return process.wait()  # With a timeout it would look only every 50 ms.
        finally:
            killer.cancel()


def _read(answer: IO[bytes]) -> dict[str, Any]:
    """What the inspector says, believed only as far as it is one of its words."""
    answer.seek(0)
    try:
        found = json.loads(answer.read(_MOST_BYTES))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: str(found[name])[:200] for name in ("kind", "refused", "why") if name in found}


@contextmanager
def _slot(inspectors: int) -> Iterator[None]:
    slots = _slots(inspectors)
    if not slots.acquire(timeout=WAIT_S):
        raise AttachmentsBusy
    try:
        yield
    finally:
        slots.release()


@lru_cache
def _slots(inspectors: int) -> BoundedSemaphore:
    return BoundedSemaphore(inspectors)
