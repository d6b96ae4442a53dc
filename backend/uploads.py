"""The one file of a multipart request, read piece by piece into an unnamed temporary file.

Nothing of it is held in memory, and what is too large is refused as soon as that is known: by the
Content-Length before anything is read, otherwise at the byte that is one too many.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast

from flask import request
from werkzeug.formparser import FormDataParser

from backend import errors

# Beside the file: the boundaries, the part's headers, and the few text fields that an upload may carry.
_FRAME_BYTES = 64 * 1024
_MOST_PARTS = 20
# The parser reads 64 KB at a time and counts what it has not passed on yet.
_BUFFER_BYTES = 256 * 1024
_PIECE_BYTES = 64 * 1024
_DRAINED_BYTES = 64 * 2**20
_DRAINED_S = 10.0


class NotMultipart(errors.UnsupportedMediaType):
    """The body is not declared as multipart/form-data."""

    code = "app.not_multipart"
    message = "请以 multipart/form-data 格式上传文件"


@dataclass(frozen=True, slots=True)
class Upload:
    """An open file at its beginning, and the SHA-256 of its content."""

    file: BinaryIO
    digest: bytes


def drain() -> None:
    """Read what is left of a refused request's body, within reason.

    A server that answers and closes while its client still sends makes the client see a broken connection
    instead of the answer. Only where the server marks the body's end, so that this never waits for more.
    """
    if not request.content_length or not request.environ.get("wsgi.input_terminated"):
        return
    body, left, until = request.environ["wsgi.input"], _DRAINED_BYTES, time.monotonic() + _DRAINED_S
    while left > 0 and time.monotonic() < until and (piece := body.read(_PIECE_BYTES)):
        left -= len(piece)


@contextmanager
def receive(field: str, limit_bytes: int) -> Iterator[Upload]:
    """The present request's one file, sent as `field`; text fields beside it are ignored.

    The digest is of the file alone, because a client that retries draws another boundary. Raises
    NotMultipart, TooLarge, Malformed, or Invalid if there is no file, an empty one, or more than one.
    """
    if request.mimetype != "multipart/form-data":
        raise NotMultipart
    if (request.content_length or 0) > limit_bytes + _FRAME_BYTES:
        raise errors.TooLarge(limit_bytes=limit_bytes)
    request.max_content_length = limit_bytes + _FRAME_BYTES
    with TemporaryFile(buffering=0) as file:
        sink = _Sink(cast(BinaryIO, file), field, limit_bytes)
        _parse(sink)
        if not sink.size:
            raise errors.Invalid(fields={field: ["请选择要上传的文件，且文件不能为空"]})
        yield Upload(cast(BinaryIO, file), sink.digest.digest())


def _parse(sink: "_Sink") -> None:
    parser = FormDataParser(
        stream_factory=cast(Any, sink.open),
        max_form_memory_size=_BUFFER_BYTES,
        max_form_parts=_MOST_PARTS,
        silent=False,
    )
    try:
        _, _, files = parser.parse(
            request.stream, request.mimetype, request.content_length, dict(request.mimetype_params)
        )
    except ValueError as error:
        raise errors.Malformed from error
    if sink.field not in files:
        sink.size = 0


class _Sink:
    """Where the parser writes the file: counts it, hashes it, and takes no second one."""

    def __init__(self, file: BinaryIO, field: str, limit_bytes: int) -> None:
        self.field = field
        self.size = 0
        self.digest = hashlib.sha256()
        self._file = file
        self._limit_bytes = limit_bytes
        self._is_open = False

    def open(self, *_facts: object, **_more: object) -> IO[bytes]:
        """Called by the parser at the beginning of each file."""
        if self._is_open:
            raise errors.Invalid(fields={self.field: ["一次只能上传一个文件"]})
        self._is_open = True
        return cast(IO[bytes], self)

    def write(self, data: bytes) -> int:
        self.size += len(data)
        if self.size > self._limit_bytes:
            raise errors.TooLarge(limit_bytes=self._limit_bytes)
        self.digest.update(data)
        self._file.write(data)
        return len(data)

    def seek(self, position: int) -> int:
        return self._file.seek(position)
