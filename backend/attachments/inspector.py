"""Look through one untrusted document: a program of its own, trusted with nothing.

Usage: python -I inspector.py KIND UNPACKED_BYTES MEMORY_MB SECONDS <document >answer

KIND is pdf or zip, as its first bytes say, and the only one that is tried. The document is a seekable file.
The answer is one line of JSON: `{"kind": "pdf" | "ofd" | "docx" | "xlsx" | "pptx"}` for what may be kept, or
`{"refused", "why"}`. Refusals: `unsupported`, `encrypted`, `active`, `broken`, `too_complex`. Killed by a
limit, it leaves no answer.

It imports nothing of the house: a process that reads what strangers send holds no secrets and no connection.
See docs/adr/0031.
"""

import json
import re
import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from defusedxml import ElementTree

_ANSWER_BYTES = 4096
_FILES = 64
_PIECE = 1 << 20
_MOST_ENTRIES = 10_000
_MOST_XML_BYTES = 16 * 2**20
_ENCRYPTED_ENTRY = 0x1

# What a PDF does by itself, or carries to be opened by something else. `JS` is what a script's text is under.
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA"})
_ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/GoToE"})
_MARKS = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles|RichMedia)\b")

_MAIN_PARTS = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
}
# Macros and controls, and programs packed as objects; also in a file that calls itself free of them.
_ACTIVE_PARTS = re.compile(
    r"(vbaproject[^/]*\.bin|vbadata\.xml|/activex/|/ctrlprops/|oleobject[^/]*\.bin|/customui|macrosheets/"
    r"|\.(exe|dll|scr|com|bat|cmd|ps1|vbs|js|jse|wsf|hta|jar|lnk|msi)$)",
    re.IGNORECASE,
)
_ACTIVE_TYPES = re.compile(rb"macroEnabled|vbaProject|activeX", re.IGNORECASE)
# What a document may point at outside of itself: nothing that is fetched and run when it is opened.
_HARMLESS_TARGETS = ("/hyperlink", "/image", "/externalLinkPath", "/externalLinkLongPath", "/video", "/audio")
_OFD_ACTIVE = re.compile(r"(^|/)(attachments?\.xml|.*\.(exe|dll|scr|js|vbs|bat))$", re.IGNORECASE)


class Refused(Exception):
    """The document is not taken; the arguments are the word for it, and what was seen."""


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


def inspect(file: BinaryIO, kind: str, unpacked: int) -> str:
    """Which kind of document it is. Raises Refused."""
    return _inspect_pdf(file) if kind == "pdf" else _inspect_zip(file, unpacked)


def _inspect_pdf(file: BinaryIO) -> str:
    from pypdf import PdfReader  # Loading it takes longer than reading an Office file.
    from pypdf.generic import IndirectObject

    _scan(file)
    reader = PdfReader(file, strict=False)
    if reader.is_encrypted:
        raise Refused("encrypted", "")
    if not reader.pages:
        raise Refused("broken", "no pages")
    for number in _object_numbers(reader):
        # What this reader cannot make out, another one might: whatever it raises is a refusal.
        _look_at(reader.get_object(IndirectObject(*number, reader)))
    return "pdf"


def _scan(file: BinaryIO) -> None:
    """Refuse what says so in the open: an older revision, too, which another reader may fall back to."""
    before = b""
    file.seek(0)
    while piece := file.read(_PIECE):
        found = _MARKS.search(before + piece)
        if found:
            raise Refused("active", found[0].decode())
        before = piece[-32:]
    file.seek(0)


def _object_numbers(reader: Any) -> Iterator[tuple[int, int]]:
    """Every object of the file with its generation, those packed into streams as well."""
    for generation, numbers in reader.xref.items():
        for number in numbers:
            yield number, generation
    for number in reader.xref_objStm:
        yield number, 0


def _look_at(found: Any) -> None:
    """Refuse an object that acts. What it refers to is looked at in its own turn."""
    from pypdf.generic import ArrayObject, DictionaryObject

    waiting = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, DictionaryObject):
            active = _ACTIVE_KEYS.intersection(each)
            action = each.raw_get("/S") if "/S" in each else None
            if active or action in _ACTIVE_ACTIONS or _is_file_note(each):
                raise Refused("active", str(action or active or "attached file"))
            waiting += [each.raw_get(key) for key in each]
        elif isinstance(each, ArrayObject):
            waiting += list.__iter__(each)  # Its own would follow references.


def _is_file_note(found: Any) -> bool:
    return "/Subtype" in found and found.raw_get("/Subtype") in ("/FileAttachment", "/Movie", "/Screen")


def _inspect_zip(file: BinaryIO, unpacked: int) -> str:
    with ZipFile(file) as packed:
        entries = packed.infolist()
        names = {entry.filename for entry in entries}
        if len(entries) > _MOST_ENTRIES or len(names) < len(entries):
            raise Refused("too_complex", f"{len(entries)} entries")
        if any(entry.flag_bits & _ENCRYPTED_ENTRY for entry in entries):
            raise Refused("encrypted", "")
        if "OFD.xml" in names:
            _ensure_quiet(names, _OFD_ACTIVE)
            _read_through(packed, entries, unpacked)
            return "ofd"
        kind = next((_MAIN_PARTS[name] for name in _MAIN_PARTS if name in names), None)
        if kind is None or "[Content_Types].xml" not in names:
            raise Refused("unsupported", "no known main part")
        _ensure_quiet(names, _ACTIVE_PARTS)
        _read_through(packed, entries, unpacked)
        if _ACTIVE_TYPES.search(packed.read("[Content_Types].xml")):
            raise Refused("active", "content types")
        for name in names:
            if name.endswith(".rels"):
                _ensure_harmless_targets(packed, packed.getinfo(name))
        return kind


def _ensure_quiet(names: set[str], active: re.Pattern[str]) -> None:
    for name in names:
        if active.search(f"/{name}"):
            raise Refused("active", name[-80:])


def _read_through(packed: ZipFile, entries: list[ZipInfo], unpacked: int) -> None:
    """Unpack everything once, counting: the sizes that a ZIP declares may be lies, its checksums are kept."""
    left = unpacked
    for entry in entries:
        with packed.open(entry) as part:
            while piece := part.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise Refused("too_complex", "unpacked size")


def _ensure_harmless_targets(packed: ZipFile, entry: ZipInfo) -> None:
    if entry.file_size > _MOST_XML_BYTES:
        raise Refused("too_complex", entry.filename[-80:])
    with packed.open(entry) as part:
        tree = ElementTree.parse(part)
    for each in tree.iter():
        is_outside = each.get("TargetMode") == "External"
        if is_outside and not str(each.get("Type", "")).endswith(_HARMLESS_TARGETS):
            raise Refused("active", str(each.get("Type"))[-80:])


def main(arguments: list[str]) -> None:
    """Read the document from standard input and write the answer."""
    kind, unpacked, memory_mb, seconds = arguments
    confine(int(memory_mb), int(seconds))
    answer: dict[str, object]
    try:
        with open(0, "rb") as file:
            answer = {"kind": inspect(file, kind, int(unpacked))}
    except Refused as refused:
        answer = {"refused": refused.args[0], "why": refused.args[1]}
    except (MemoryError, RecursionError) as error:
        answer = {"refused": "too_complex", "why": type(error).__name__}
    except (BadZipFile, Exception) as error:  # Whatever a library raises over a document is a refusal of it.
        answer = {"refused": "broken", "why": f"{type(error).__name__}: {error}"[:200]}
    with open(1, "wb") as out:
        out.write(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
