"""The object store: a folder by default, S3 by setting."""

import re
import threading
from contextlib import contextmanager
from contextvars import Context
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from backend import clock
from backend.config import SettingsError, settings
from backend.media import services, storage
from backend.media.errors import StoreUnavailable
from backend.media.models import Size
from tests.backend.media import pictures
from tests.backend.media.sending import fetch, objects, send
from tests.client import Client
from tests.databases import settings_for

KEYS = {"HOUQIN_MEDIA_KEY_ID": "the-key", "HOUQIN_MEDIA_SECRET": "the-secret"}


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as is used: put, get, delete and list, path style; notes how requests are signed."""

    protocol_version = "HTTP/1.1"
    objects: dict
    signed: list

    def do_PUT(self):
        self.objects[self._name()] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, headers={"ETag": '"1"'})

    def do_GET(self):
        if "list-type" in self.path:
            self._list()
        elif self._name() in self.objects:
            self._answer(200, self.objects[self._name()], {"ETag": '"1"', "Last-Modified": _HTTP_DATE})
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def do_DELETE(self):
        self.objects.pop(self._name(), None)
        self._answer(204)

    def _list(self):
        prefix = parse_qs(urlsplit(self.path).query)["prefix"][0]
        rows = "".join(
            f"<Contents><Key>{name}</Key><LastModified>2026-11-20T00:00:00.000Z</LastModified>"
            f'<ETag>"1"</ETag><Size>{len(data)}</Size></Contents>'
            for name, data in sorted(self.objects.items())
            if name.startswith(prefix)
        )
        self._answer(
            200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()
        )

    def _name(self):
        self.signed.append(self.headers["Authorization"])
        return unquote(urlsplit(self.path).path).removeprefix("/bucket/")

    def _answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


_HTTP_DATE = "Fri, 20 Nov 2026 00:00:00 GMT"


@contextmanager
def bucket():
    """A bucket on a free port; yields its address and handler."""
    handler = type("OneBucket", (Bucket,), {"objects": {}, "signed": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def doctor(app):
    """What `flask doctor` says of a deployment, whatever application the test itself stands in."""
    return Context().run(app.test_cli_runner().invoke, args=["doctor"]).output


def test_photos_live_in_s3_where_the_settings_say_so(app_with, compound, uploader):
    token = compound.client(uploader).token
    with bucket() as (address, there):
        media = settings_for(
            settings().data_dir,
            HOUQIN_MEDIA_URL="s3://bucket/compound",
            HOUQIN_MEDIA_ENDPOINT=address,
            **KEYS,
        ).media
        app = app_with(media=media)
        photo = send(Client(app, token), pictures.small_jpeg()).data
        assert len(there.objects) == 3
        assert all(
            re.fullmatch(r"compound/photos/.{8}/../[0-9a-f]{64}-\w{16}-\w+\.jpg", name)
            for name in there.objects
        )
        assert all("Credential=the-key/" in each for each in there.signed)
        assert fetch(app, photo["links"]["full"]).data in there.objects.values()
        assert objects() == []
        with app.app_context():
            storage.probe()
            there.objects["another/photos/1"] = b"not ours"
            there.objects[sorted(there.objects)[1].replace("-full", "x-full")] = b"an orphan"
            with clock.at(clock.now()):
                assert services.sweep_store() == 1
        assert len(there.objects) == 4
        there.objects.clear()
        assert fetch(app, photo["links"]["full"]).status_code == 404


def test_a_bucket_that_is_away_is_said_to_be_so_without_its_address(app_with, compound, uploader):
    away = {"url": "s3://bucket", "s3_endpoint": "http://127.0.0.1:1", "s3_key_id": "k", "s3_secret": "s"}
    app = app_with(media=replace(settings().media, **away))
    with app.app_context(), pytest.raises(StoreUnavailable):
        storage.probe()
    said = doctor(app)
    assert "✗ 图片存储：s3://bucket" in said


def test_the_doctor_looks_at_the_store_and_at_the_decoder(app, app_with):
    said = doctor(app)
    assert "✓ 图片存储：file://" in said
    assert "✓ 图片处理：HEIC 可解码" in said
    assert objects() == []
    starved = app_with(media=replace(settings().media, decoder_memory_mb=16))
    assert "✗ 图片处理" in doctor(starved)


def test_a_folder_that_cannot_be_written_is_said_to_be_so(app_with, tmp_path):
    (tmp_path / "file").write_text("")
    app = app_with(media=replace(settings_for(tmp_path).media, url=(tmp_path / "file" / "media").as_uri()))
    assert "✗ 图片存储" in doctor(app)


def test_the_local_folder_is_private_and_may_have_any_name(app_with, tmp_path):
    app = app_with(media=replace(settings_for(tmp_path).media, url=(tmp_path / "图 片").as_uri()))
    with app.app_context():
        storage.put(storage.new_key(b"\1" * 32), {Size.FULL: b"jpeg"})
    assert (tmp_path / "图 片").stat().st_mode & 0o077 == 0
    assert [path.read_bytes() for path in (tmp_path / "图 片").rglob("*.jpg")] == [b"jpeg"]


@pytest.mark.parametrize(
    "environment",
    [
        {"HOUQIN_MEDIA_URL": "ftp://somewhere"},
        {"HOUQIN_MEDIA_URL": "s3://bucket"},
        {"HOUQIN_MEDIA_URL": "s3://bucket", "HOUQIN_MEDIA_KEY_ID": "k"},
    ],
)
def test_settings_that_cannot_work_are_refused(tmp_path, environment):
    with pytest.raises(SettingsError, match="HOUQIN_MEDIA_"):
        settings_for(tmp_path, **environment)


def test_the_secret_is_not_shown(tmp_path):
    running = settings_for(tmp_path, HOUQIN_MEDIA_URL="s3://bucket", **KEYS)
    assert running.media.s3_secret == "the-secret"
    assert "the-secret" not in repr(running)
