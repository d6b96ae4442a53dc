"""Documents: taken in by what they are, kept out by what they do, given to who holds a link in time."""

import io
from contextvars import Context
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from backend import clock
from backend.actor import Actor
from backend.attachments import operations, policies, queries, services
from backend.attachments.errors import AttachmentNotFound, DocumentEncrypted, UnsupportedDocument
from backend.attachments.models import Attachment, FileKind
from backend.config import settings
from backend.db import atomic, db
from tests.backend.attachments import documents
from tests.factories import NINE

DAY = timedelta(hours=24)


@pytest.fixture
def uploader(compound):
    """Somebody who uploads."""
    return compound.staff()


@pytest.fixture
def client(compound, uploader):
    """The uploader's client."""
    return compound.client(uploader)


def send(client, data, name="通知.pdf", **options):
    """The answer to an upload."""
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(data), "tmp_1234")})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(f"/attachments?name={quote(name)}", data=body, content_type=kind, **options)


def fetch(app, url):
    """What a download gets, without any login."""
    return Context().run(app.test_client().get, url)


def count():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Attachment))


def objects():
    root = settings().data_dir / "media" / "attachments"
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def actor_of(staff):
    return Actor(staff.id, staff.staff_no, staff.name, 0, 0, ())


@atomic
def attach(staff, attachment_id, owner_id=1):
    operations.attach(actor_of(staff), attachment_id, "notice", owner_id)


@pytest.mark.parametrize(
    ("data", "name", "kept"),
    [
        (documents.pdf, "关于停水的通知.pdf", "关于停水的通知.pdf"),
        (documents.docx, "方案", "方案.docx"),
        (documents.xlsx, "名单.pdf", "名单.xlsx"),
        (lambda: documents.zipped({"OFD.xml": "<ofd/>", "Doc_0/Document.xml": "<d/>"}), "a.ofd", "a.ofd"),
        (documents.linking, "有链接.docx", "有链接.docx"),
    ],
    ids=["pdf", "docx", "xlsx named pdf", "ofd", "docx with a link"],
)
def test_a_document_is_known_by_its_content_and_sent_back_as_it_came(app, client, data, name, kept):
    sent = data()
    answer = send(client, sent, name)
    assert answer.status == 201, answer.envelope
    assert (answer.data["name"], answer.data["size"]) == (kept, len(sent))
    response = fetch(app, answer.data["url"])
    assert (response.status_code, response.data) == (200, sent)
    assert response.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(kept)}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    again = Context().run(
        app.test_client().get, answer.data["url"], headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("data", "status", "error"),
    [
        (lambda: b"MZ\x90\0 a program", 415, "attachments.unsupported_format"),
        (lambda: b"just,some,text\n", 415, "attachments.unsupported_format"),
        (lambda: documents.zipped({"a.txt": "no document"}), 415, "attachments.unsupported_format"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 415, "attachments.unsupported_format"),
        (documents.encrypted_office, 422, "attachments.encrypted"),
        (documents.locked_zip, 422, "attachments.encrypted"),
        (lambda: documents.pdf(lambda each: each.encrypt("pass")), 422, "attachments.encrypted"),
        (
            lambda: documents.pdf(documents.packed_script),
            422,
            "attachments.active_content",
        ),
        (documents.obfuscated_pdf, 422, "attachments.active_content"),
        (lambda: documents.pdf(documents.launching), 422, "attachments.active_content"),
        (
            lambda: documents.pdf(lambda each: each.add_attachment("a.exe", b"MZ")),
            422,
            "attachments.active_content",
        ),
        (lambda: documents.pdf(documents.carrying), 422, "attachments.active_content"),
        (lambda: documents.docx(word__vbaProject_dot_bin="x"), 422, "attachments.active_content"),
        (
            lambda: documents.docx(word__embeddings__oleObject1_dot_bin="x"),
            422,
            "attachments.active_content",
        ),
        (documents.template_from_afar, 422, "attachments.active_content"),
        (
            lambda: documents.zipped({"OFD.xml": "<ofd/>", "Doc_0/Attachs/Attachments.xml": "<a/>"}),
            422,
            "attachments.active_content",
        ),
        (lambda: documents.pdf()[:200], 422, "attachments.broken"),
        (lambda: documents.docx()[:150], 422, "attachments.broken"),
        (documents.damaged_zip, 422, "attachments.broken"),
        (lambda: documents.docx(word__big_dot_xml=b"\0" * (300 * 2**20)), 422, "attachments.too_complex"),
    ],
    ids=[
        "program",
        "text",
        "other zip",
        "old office",
        "office with a password",
        "zip with a password",
        "pdf with a password",
        "pdf script",
        "pdf script in disguise",
        "pdf launch",
        "pdf with a file",
        "pdf with a file that is not listed",
        "macros",
        "ole object",
        "remote template",
        "ofd with a file",
        "cut pdf",
        "cut docx",
        "damaged docx",
        "zip bomb",
    ],
)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_acts_is_locked_or_is_broken_is_never_kept(client, data, status, error):
    answer = send(client, data())
    assert (answer.status, answer.error) == (status, error)
    assert (count(), objects()) == (0, [])


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_is_too_large_is_refused_before_anything_is_looked_at(app_with, settings):
    from dataclasses import replace

    from tests.factories import Compound

    app = app_with(media=replace(settings.media, attachment_bytes=1000))
    with app.app_context():
        compound = Compound(app)
        answer = send(compound.client(compound.staff()), documents.pdf() + b"%" * 1000)
        assert (answer.status, answer.error) == (413, "app.too_large")
        assert count() == 0


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("../../etc/报告.exe", FileKind.PDF, "报告.exe.pdf"),
        ("C:\\tmp\\a.DOCX", FileKind.DOCX, "a.docx"),
        ('a"b<c>:d.pdf', FileKind.PDF, "a_b_c__d.pdf"),
        ("\u202efdp.exe", FileKind.PDF, "fdp.exe.pdf"),
        ("a\nb\x00.pdf", FileKind.PDF, "ab.pdf"),
        ("...", FileKind.PDF, "附件.pdf"),
        ("长" * 300, FileKind.XLSX, "长" * 115 + ".xlsx"),
    ],
)
def test_a_name_is_kept_without_what_a_file_system_would_trip_over(name, kind, kept):
    assert policies.safe_name(name, kind) == kept


def test_the_first_bytes_decide_and_a_locked_office_file_is_told_from_an_old_one():
    assert policies.container_of(b"%PDF-1.7", b"") == "pdf"
    assert policies.container_of(b"PK\x03\x04\0\0\0\0", b"") == "zip"
    with pytest.raises(UnsupportedDocument):
        policies.container_of(b" %PDF-1.", b"")
    with pytest.raises(DocumentEncrypted):
        policies.container_of(documents.encrypted_office()[:8], documents.encrypted_office())


def test_a_link_ends_by_time_by_detaching_and_is_nobody_elses(app, client, uploader):
    with clock.at(NINE):
        sent = send(client, documents.pdf()).data
        attach(uploader, sent["id"])
        assert fetch(app, sent["url"]).status_code == 200
        forged = sent["url"].replace(f"/attachments/{sent['id']}?", f"/attachments/{sent['id'] + 1}?")
        assert fetch(app, forged).status_code == 404
        assert fetch(app, sent["url"][:-1] + "_").status_code == 404
        assert fetch(app, f"/attachments/{sent['id']}").status_code == 404
    with clock.at(NINE + timedelta(minutes=16)):
        assert fetch(app, sent["url"]).status_code == 410
    with clock.at(NINE):
        atomic(operations.detach)("notice", 1)
        assert fetch(app, sent["url"]).status_code == 404


def test_a_loose_one_is_its_uploaders_alone(compound, client, uploader):
    sent, other = send(client, documents.pdf()).data, compound.staff()
    assert client.get(f"/attachments/{sent['id']}").data["name"] == "通知.pdf"
    assert compound.client(other).get(f"/attachments/{sent['id']}").status == 404
    with pytest.raises(AttachmentNotFound):
        attach(other, sent["id"])
    attach(uploader, sent["id"], owner_id=7)
    with pytest.raises(AttachmentNotFound):
        attach(uploader, sent["id"], owner_id=8)
    assert client.get(f"/attachments/{sent['id']}").status == 404
    assert [each.id for each in queries.views("notice", [7, 8])[7]] == [sent["id"]]


def test_who_uploads_and_uploads_is_asked_to_wait(client, uploader, monkeypatch):
    monkeypatch.setattr(policies, "LOOSE_ATTACHMENTS", 2)
    with clock.at(NINE):
        first = send(client, documents.pdf()).data
        send(client, documents.pdf())
        assert send(client, documents.pdf()).error == "attachments.quota_reached"
        attach(uploader, first["id"])
        assert send(client, documents.pdf()).status == 201


def test_a_repeated_upload_makes_one(client):
    data = documents.docx()
    first, second = (send(client, data, key="upload-1") for _ in range(2))
    assert (first.data["id"], count()) == (second.data["id"], 1)


def test_what_nobody_attached_is_collected_with_its_object(client, uploader):
    with clock.at(NINE):
        kept, left = (send(client, documents.docx()).data for _ in range(2))
        attach(uploader, kept["id"])
    db.session.rollback()
    with clock.at(NINE + DAY - timedelta(seconds=1)):
        assert services.collect_loose() == 0
    with clock.at(NINE + DAY):
        assert services.collect_loose() == 1
    assert (count(), len(objects())) == (1, 1)
    assert left["id"] != kept["id"]


def test_objects_without_a_row_are_swept_and_the_photos_store_is_left_alone(client, uploader):
    attach(uploader, send(client, documents.docx()).data["id"])
    kept = objects()[0]
    stray = kept.with_name("0" * 32)
    stray.write_bytes(b"x")
    photo = settings().data_dir / "media" / "photos" / "other" / "x.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"x")
    db.session.rollback()
    assert services.sweep_store() == 0
    with clock.at(clock.now() + timedelta(hours=25)):
        assert services.sweep_store() == 1
    assert (objects(), photo.exists()) == ([kept], True)
