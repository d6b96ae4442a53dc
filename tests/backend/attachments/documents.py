"""Documents as people send them, and as nobody should."""

import io
import zipfile

from openpyxl import Workbook
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    ' Target="{target}" TargetMode="External"/></Relationships>'
)


def pdf(change=None, **options):
    """A PDF of one page; `change` does something to its writer."""
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    if change is not None:
        change(writer)
    writer.write(buffer)
    return buffer.getvalue()


def launching(writer):
    """Let a PDF start a program when it is opened."""
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
    )
    writer._root_object[NameObject("/OpenAction")] = writer._add_object(action)


def packed_script(writer):
    """A script whose name is spelled so that a search for it finds nothing."""
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    writer._root_object[NameObject("/OpenAction")] = writer._add_object(action)


def carrying(writer):
    """Let a PDF carry a file where no list of its files says so."""
    carried = DictionaryObject(
        {NameObject("/Type"): NameObject("/Filespec"), NameObject("/EF"): DictionaryObject()}
    )
    writer._root_object[NameObject("/AF")] = writer._add_object(carried)


def obfuscated_pdf():
    """The same, written `/J#61vaScript`."""
    plain = pdf(packed_script)
    # One name gives three bytes, another takes them, so that the offsets of the file stay true.
    return plain.replace(b"/JavaScript", b"/J#61vaScript").replace(b"app.alert(1)", b"app.alert(")


def zipped(parts):
    """A ZIP of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return buffer.getvalue()


def docx(**more):
    """A Word document with these parts beside its own; `__` stands for a slash and `_dot_` for a dot."""
    parts = {"[Content_Types].xml": TYPES, "word/document.xml": "<w/>"}
    parts |= {name.replace("__", "/").replace("_dot_", "."): data for name, data in more.items()}
    return zipped(parts)


def template_from_afar():
    """A Word document that fetches its template when it is opened."""
    relations = RELATIONS.format(kind="attachedTemplate", target="http://example.com/x.dotm")
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "word/document.xml": "<w/>",
            "word/_rels/settings.xml.rels": relations,
        }
    )


def linking():
    """A Word document with a link that a reader may follow."""
    relations = RELATIONS.format(kind="hyperlink", target="http://example.com/")
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "word/document.xml": "<w/>",
            "word/_rels/document.xml.rels": relations,
        }
    )


def xlsx():
    """A workbook as Excel reads it."""
    book, buffer = Workbook(), io.BytesIO()
    book.active["A1"] = "合计"
    book.save(buffer)
    return buffer.getvalue()


def locked_zip():
    """A ZIP whose part is marked as encrypted."""
    data = bytearray(docx())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def damaged_zip():
    """A Word document of which a byte fell over."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        packed.writestr("word/document.xml", "<w>words</w>")
    return buffer.getvalue().replace(b"<w>words</w>", b"<w>wOrds</w>")


def encrypted_office():
    """What Office makes of a document with a password: its old container."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016
    return head + "EncryptedPackage".encode("utf-16-le") + b"\0" * 64
