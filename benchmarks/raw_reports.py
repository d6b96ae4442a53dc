"""The yardstick's routes of a photo and of a demand: what they cannot do without, and nothing else.

The photo is made small within the worker, by the library that the decoder uses, without a process, limits
or checks around it.
"""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from secrets import token_hex

import orjson
from flask import Response, request
from PIL import Image

from benchmarks.raw_connection import BEGIN, as_the_driver, connection, instant

FOLDER = Path(os.environ.get("BENCH_PHOTOS", "."))
EDGES = (2048, 640, 240)
SQL = as_the_driver(
    {
        "session": "SELECT s.id, s.actor, a.body FROM login_sessions s LEFT JOIN idempotency_answers a"
        " ON a.staff_id = s.staff_id AND a.key = %s WHERE s.token_hash = %s",
        "content": "INSERT INTO photo_contents (sha256, object_key, width, height, claimed_at)"
        " VALUES (%s, %s, %s, %s, %s) RETURNING id",
        "photo": "INSERT INTO photos (content_id, uploaded_by, uploaded_at, state, position, loose_since,"
        " link_revision) VALUES (%s, %s, %s, %s, 0, %s, 0) RETURNING id",
        "category": "SELECT id, deadline, needs_photo FROM report_categories WHERE id = %s AND is_active",
        "place": "SELECT b.name, b.campus_id, c.name FROM buildings b JOIN campuses c ON c.id = b.campus_id"
        " WHERE b.id = %s",
        "report": "INSERT INTO reports (number, kind, origin, category_id, deadline, reporter_id, reporter_key,"
        " is_anonymous, contact, place_kind, place_id, place_path, campus_id, building_id, text, state, cycle,"
        " revision, reply, is_lapsed, submitted_at, followers, transfers, extensions, reopenings, reminders)"
        " VALUES (%s, 'snap', 'phone', %s, %s, %s, %s, false, '', 'building', %s, %s, %s, %s, %s, 'pending', 0, 0,"
        " '', false, %s, 0, 0, 0, 0, 0) RETURNING id",
        "clock": "INSERT INTO report_clocks (subject_id, cycle, kind, deadline, counting, amount, started_at,"
        " due_at, is_provisional, verdict) VALUES (%s, 0, %s, %s, 'natural', 120, %s, %s, false, 'running')",
        "event": "INSERT INTO report_events (report_id, cycle, at, step, from_state, to_state, actor_id,"
        " actor_name, text, is_public, details)"
        " VALUES (%s, 0, %s, 'submit', '', 'pending', %s, %s, '', true, '{}')",
        "attach": "UPDATE photos SET owner_kind = 'feedback.report', owner_id = %s, loose_since = NULL,"
        " state = 'private' WHERE id = %s AND uploaded_by = %s AND owner_id IS NULL",
        "answer": "INSERT INTO idempotency_answers (staff_id, key, request_hash, status, body, stored_at)"
        " VALUES (%s, %s, %s, 201, %s, %s) ON CONFLICT DO NOTHING",
    }
)


def _who() -> dict[str, int]:
    token = request.headers["Authorization"].partition(" ")[2]
    found = (
        connection()
        .execute(
            SQL["session"],
            (request.headers["Idempotency-Key"], hashlib.sha256(token.encode()).digest()),
        )
        .fetchone()
    )
    return orjson.loads(found[1])


def photo() -> Response:
    """Three sizes of a photo in a folder, and its two rows."""
    who = _who()
    image = Image.open(request.files["file"].stream)
    image.draft("RGB", (EDGES[0], EDGES[0]))
    sizes = []
    for edge in EDGES:
        image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
        buffer = BytesIO()
        image.save(buffer, "JPEG", quality=85, optimize=True)
        sizes.append((edge, image.size, buffer.getvalue()))
    digest, key = hashlib.sha256(sizes[0][2]).digest(), token_hex(8)
    for edge, _, jpeg in sizes:
        (FOLDER / f"{key}-{edge}.jpg").write_bytes(jpeg)
    now = instant(datetime.now(UTC))
    run = connection().execute
    run(BEGIN)
    content = run(SQL["content"], (digest, key, *sizes[0][1], now)).fetchone()[0]
    made = run(SQL["photo"], (content, who["staff_id"], now, "uploaded", now)).fetchone()[0]
    run("COMMIT")
    return Response(orjson.dumps({"code": 0, "msg": "ok", "data": {"id": made}}), 201)


def report() -> Response:
    """A demand about a building with one photo: the row, its clocks, its event, its photo."""
    who, body = _who(), orjson.loads(request.get_data())
    now = datetime.now(UTC)
    at, due = instant(now), instant(now + timedelta(hours=2))
    run = connection().execute
    run(BEGIN)
    category = run(SQL["category"], (body["category_id"],)).fetchone()
    place = run(SQL["place"], (body["place_id"],)).fetchone()
    path, staff_id = f"{place[2]} / {place[0]}", who["staff_id"]
    made = run(
        SQL["report"],
        (
            *(token_hex(10), category[0], category[1], staff_id, bytes(32), body["place_id"], path, place[1]),
            *(body["place_id"], body["text"], at),
        ),
    ).fetchone()[0]
    cursor = connection().cursor()
    cursor.executemany(SQL["clock"], [(made, kind, category[1], at, due) for kind in ("response", "answer")])
    run(SQL["event"], (made, at, staff_id, who["name"]))
    for photo_id in body["photo_ids"]:
        run(SQL["attach"], (made, photo_id, staff_id))
    answer = orjson.dumps({"code": 0, "msg": "ok", "data": {"id": made, "state": "pending"}})
    digest = hashlib.sha256(request.get_data()).digest()
    run(SQL["answer"], (staff_id, request.headers["Idempotency-Key"], digest, answer, at))
    run("COMMIT")
    return Response(answer, 201, mimetype="application/json")
