"""Where attachments lie in the object store of the photos: `attachments/<mark>/<32 hex>`.

Never asked within a unit of work.
"""

from collections.abc import Iterator
from datetime import datetime
from secrets import token_hex
from typing import BinaryIO

from backend.attachments.errors import AttachmentNotFound
from backend.media import storage
from backend.media.storage import MissingObject


def new_key() -> str:
    """A key that nothing was ever stored under, and that nobody guesses."""
    return f"{_folder()}/{token_hex(16)}"


def put(object_key: str, file: BinaryIO) -> None:
    """Store a file, durably. Raises StoreUnavailable."""
    file.seek(0)
    storage.put_file(object_key, file)


def open_object(object_key: str) -> Iterator[bytes]:
    """Its pieces. Raises AttachmentNotFound if the store has lost it, or StoreUnavailable."""
    try:
        return storage.open_file(object_key)
    except MissingObject as error:
        raise AttachmentNotFound from error


def delete(object_key: str) -> None:
    """Remove it; what is not there is as good as removed. Raises StoreUnavailable."""
    storage.delete_object(object_key)


def listing() -> Iterator[list[tuple[str, datetime]]]:
    """This deployment's objects and when each was written, in batches. Raises StoreUnavailable."""
    return storage.listing_of(_folder())


def _folder() -> str:
    return f"attachments/{storage.mark()}"
