"""Rules of the attachments: kinds, names, quota, how long things last."""

import re
import unicodedata
from datetime import timedelta
from typing import Final

from backend.attachments.errors import AttachmentQuotaReached, DocumentEncrypted, UnsupportedDocument
from backend.attachments.models import NAME_LENGTH, FileKind

# How many loose attachments a person may have gathered within `LOOSE_FOR`.
LOOSE_ATTACHMENTS: Final = 20
# How long an attachment waits for its owner before it is collected.
LOOSE_FOR: Final = timedelta(hours=24)
# How long an object that no row names is left alone: its upload may still be writing.
STRAY_FOR: Final = timedelta(hours=24)

HEAD_BYTES: Final = 8
UNPACKED_BYTES: Final = 256 * 2**20
# Office's way to encrypt puts the document into the container of its old formats, under this name.
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")

MEDIA_TYPES: Final = {
    FileKind.PDF: "application/pdf",
    FileKind.OFD: "application/ofd",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# What file systems refuse or shells read: Windows' list, which covers the others'.
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*]')
_ENDINGS: Final = re.compile(rf"\.({'|'.join(FileKind)})$", re.IGNORECASE)


def container_of(head: bytes, tail: bytes) -> str:
    """`pdf` or `zip`, by the first `HEAD_BYTES`; `tail` is the rest, looked at for what is refused.

    Raises DocumentEncrypted or UnsupportedDocument.
    """
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(_OLE) and _ENCRYPTED in tail:
        raise DocumentEncrypted
    raise UnsupportedDocument


def safe_name(name: str, kind: FileKind) -> str:
    """The name as it is kept: without folders and what no file system takes, ending as the content says.

    `../报告.exe` of a PDF becomes `报告.exe.pdf`, which opens as what it is.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Control characters, and those that turn the direction of reading: `fdp.exe` would look like `exe.pdf`.
    shown = "".join(char for char in last if unicodedata.category(char)[0] not in "C")
    stem = _ENDINGS.sub("", _UNSAFE.sub("_", shown)).strip(" .")
    ending = f".{kind}"
    return (stem[: NAME_LENGTH - len(ending)].rstrip(" .") or "附件") + ending


def ensure_within_quota(loose: int) -> None:
    """Raise AttachmentQuotaReached if a person with so many loose ones of late may not add another."""
    if loose >= LOOSE_ATTACHMENTS:
        raise AttachmentQuotaReached(limit=LOOSE_ATTACHMENTS)
