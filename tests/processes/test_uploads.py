"""Uploads against a real server process: how each is answered, and what it costs the worker."""

import http.client
import json
import time
from pathlib import Path
from uuid import uuid4

import pytest

from tests.backend.media import pictures
from tests.client import Client
from tests.databases import ENVIRONMENT
from tests.servers import start_server
from tests.threads import at_once

pytestmark = pytest.mark.processes

GROWTH_KB = 50 * 1024

# What receives and decodes a photo asks the database for a row or two: either does.
on_one_database = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def environment(settings):
    """The environment in which a server process finds this test's database."""
    return {
        **ENVIRONMENT,
        "HOUQIN_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        # A decoder gets twice as long by the clock: that a busy machine is slow is not what is shown.
        "HOUQIN_MEDIA_SECONDS": "30",
    }


def memory_of(process):
    """What the kernel says of a process's memory, in KB."""
    lines = [line.split() for line in Path(f"/proc/{process}/status").read_text().splitlines()]
    return {words[0].rstrip(":"): int(words[1]) for words in lines if words[0].startswith("Vm")}


def send(port, client, data, name="photo.jpg"):
    """The status and data of one upload over real HTTP, and how long it took."""
    boundary = uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Authorization": f"Bearer {client.token}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Idempotency-Key": uuid4().hex,
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    started = time.monotonic()
    try:
        connection.request("POST", "/api/v1/media/photos", body, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read()), time.monotonic() - started
    finally:
        connection.close()


def cases():
    """Whatever is dear to receive or to decode: (name, bytes, the status to expect)."""
    whole = pictures.corners(4000, 3000)
    heic = pictures.saved(whole, "HEIF")
    return [
        ("phone.jpg", pictures.photo_of_a_phone(), 201),
        ("phone.heic", heic, 201),
        ("truncated.heic", heic[: len(heic) * 3 // 4], 422),
        ("30000x30000.png", pictures.png(30_000, 30_000, depth=1), 422),
        ("12000x10000.png", pictures.png(12_000, 10_000, depth=1), 422),
        ("polyglot.jpg", pictures.saved(whole, "JPEG") + b"PK\x03\x04<script>", 201),
        ("animated.webp", pictures.animated("WEBP"), 201),
        ("cmyk.jpg", pictures.saved(pictures.corners(4000, 3000, "CMYK"), "JPEG"), 201),
        ("almost-50-megapixels.png", pictures.png(8000, 6200, colour=2, level=1), 201),
        ("ten-megabytes.png", pictures.saved(pictures.noise(1900, 1750), "PNG", compress_level=1), 201),
        ("eleven-megabytes.jpg", pictures.small_jpeg().ljust(11_000_000, b"\0"), 413),
        ("svg.jpg", b"<svg/>", 415),
    ]


@on_one_database
def test_every_case_is_answered_and_costs_the_worker_little(compound, environment, capsys):
    client, sent = compound.client(compound.staff()), cases()
    with start_server(environment, workers=1, threads=4) as started:
        port, (worker,) = started.port, started.workers()
        assert send(port, client, b"no picture")[0] == 415  # What the first request loads is there.
        before, lines, wrong = memory_of(worker), [], []
        for name, data, expected in sent:
            status, envelope, seconds = send(port, client, data, name)
            grown = memory_of(worker)["VmHWM"] - before["VmRSS"]
            lines.append(f"{name:26} {len(data):>10} B  {status}  {seconds:5.2f} s  +{grown // 1024} MB")
            if status != expected or envelope["code"] != (0 if status == 201 else status):
                wrong.append((lines[-1], envelope))
        with capsys.disabled():
            print("", *lines, sep="\n")  # noqa: T201 # The figures are the point of this test.
        assert wrong == []
        assert memory_of(worker)["VmHWM"] - before["VmRSS"] < GROWTH_KB


@on_one_database
def test_ten_large_uploads_at_once_are_answered_and_cost_the_worker_little(compound, environment):
    clients = [compound.client(compound.staff()) for _ in range(10)]
    large = pictures.saved(pictures.noise(1900, 1750), "PNG", compress_level=1)
    assert len(large) > 9_900_000
    with start_server(environment, workers=1, threads=4) as started:
        port, (worker,) = started.port, started.workers()
        assert send(port, clients[0], b"no picture")[0] == 415
        before = memory_of(worker)
        answers = at_once([lambda each=each: send(port, each, large) for each in clients])
        statuses = [status for status, _, _ in answers]
        assert set(statuses) <= {201, 503}
        assert statuses.count(201) >= 2
        assert {answer["error"] for status, answer, _ in answers if status == 503} <= {"media.busy"}
        assert memory_of(worker)["VmHWM"] - before["VmRSS"] < GROWTH_KB
        # The decoders are free again.
        assert send(port, clients[0], pictures.small_jpeg(1))[0] == 201


@on_one_database
def test_a_refusal_before_the_body_is_read_reaches_the_client(app, environment):
    """The login ran out, or the file is far too large: an answer in the envelope, not a broken connection."""
    large = b"\0" * 30_000_000
    with start_server(environment, workers=1, threads=2) as started:
        status, envelope, _ = send(started.port, Client(app, "an-old-token"), large)
        assert (status, envelope["error"]) == (401, "app.unauthenticated")
