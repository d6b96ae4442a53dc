"""The yardstick: a bare Flask application whose routes are written by hand.

They issue the statements of our endpoints one after another on the driver's own connection, with no
validation, no layers and no SQLAlchemy. What a framework and a house of modules cost is the ratio to it.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Flask, Response, request

from benchmarks import raw_reports
from benchmarks.raw_connection import BEGIN, IS_SQLITE, as_the_driver, connection, instant

_STATEMENTS = {
    "session": "SELECT s.id, s.actor, s.must_change_password, s.seen_at, s.expires_at, a.request_hash, a.status,"
    " a.body FROM login_sessions s LEFT JOIN idempotency_answers a ON a.staff_id = s.staff_id AND a.key = %s"
    " WHERE s.token_hash = %s",
    "offer": "SELECT m.id, m.state, m.order_closes_at, md.id, md.dish_id,"
    " d.name, p.portion, p.price_fen, p.weight_g, p.share FROM meals m JOIN canteens c ON c.id = m.canteen_id"
    " JOIN meal_dishes md ON md.meal_id = m.id JOIN dishes d ON d.id = md.dish_id"
    " JOIN dish_portions p ON p.dish_id = d.id WHERE m.canteen_id = %s AND m.served_on = %s AND m.period = %s"
    " AND md.dish_id IN (%s, %s) AND c.is_active",
    "menu": "SELECT m.id, m.period, m.state, m.order_closes_at, md.dish_id, md.cap, d.name, d.category, p.portion,"
    " p.price_fen, p.weight_g FROM meals m JOIN meal_dishes md ON md.meal_id = m.id"
    " JOIN dishes d ON d.id = md.dish_id JOIN dish_portions p ON p.dish_id = d.id"
    " WHERE m.canteen_id = %s AND m.served_on = %s ORDER BY m.id, md.position, p.portion",
    "balances": "SELECT bucket, balance_fen FROM account_balances WHERE staff_id = %s ORDER BY bucket"
    + ("" if IS_SQLITE else " FOR UPDATE"),
    "order": "INSERT INTO orders (meal_id, canteen_id, staff_id, department_id, served_on, period, state, dining,"
    " note, total_fen, revision, placed_at) VALUES (%s, %s, %s, %s, %s, %s, 'booked', %s, '', %s, 1, %s)"
    " ON CONFLICT DO NOTHING RETURNING id",
    "line": "INSERT INTO order_lines (order_id, meal_dish_id, dish_id, dish_name, portion, quantity, price_fen,"
    " weight_g, share) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
    "entry": "INSERT INTO ledger_entries (kind, staff_id, order_id, corrects_id, happened_at, entered_by, memo)"
    " VALUES ('order', %s, %s, NULL, %s, %s, '') RETURNING id",
    "posting": "INSERT INTO ledger_postings (entry_id, account, staff_id, canteen_id, amount_fen)"
    " VALUES (%s, %s, %s, %s, %s)",
    "balance": "UPDATE account_balances SET balance_fen = balance_fen + %s WHERE staff_id = %s AND bucket = %s",
    "counter": "UPDATE meal_dishes SET taken = taken + %s WHERE id = %s AND is_open"
    " AND (cap IS NULL OR %s <= 0 OR taken + %s <= cap * 100)",
    "room": "SELECT id FROM meeting_rooms WHERE id = %s" + ("" if IS_SQLITE else " FOR NO KEY UPDATE"),
    "taken": "SELECT hold_from FROM meeting_holds WHERE room_id = %s AND hold_to > %s AND hold_from < %s LIMIT 1",
    "booking": "INSERT INTO meeting_bookings (uid, organiser_id, booked_by, booked_at, room_id, first_start_at,"
    " first_end_at, timezone, holiday_rule, changed_at) VALUES (%s, %s, %s, %s, %s, %s, %s, 'Asia/Shanghai', 'keep', %s)"
    " RETURNING id",
    "occurrence": "INSERT INTO meeting_occurrences (booking_id, slot_at, room_id, organiser_id, department_id, subject,"
    " level, headcount, start_at, end_at, planned_end_at, state) VALUES (%s, %s, %s, %s, %s, %s, 1, %s, %s, %s, %s, 'booked')"
    " RETURNING id",
    "hold": "INSERT INTO meeting_holds (room_id, occurrence_id, hold_from, hold_to) VALUES (%s, %s, %s, %s)",
    "event": "INSERT INTO meeting_booking_events (booking_id, occurrence_id, at, step, from_state, to_state, actor_id,"
    " actor_name, text, details) VALUES (%s, %s, %s, 'book', '', 'booked', %s, %s, '', '{}')",
    "answer": "INSERT INTO idempotency_answers (staff_id, key, request_hash, status, body, stored_at)"
    " VALUES (%s, %s, %s, 201, %s, %s) ON CONFLICT DO NOTHING RETURNING staff_id",
}
SQL = as_the_driver(_STATEMENTS)


def create_app() -> Flask:
    """The bare application."""
    app = Flask("raw")

    @app.get("/bare")
    def bare() -> Response:
        return Response(b'{"code":0,"msg":"ok","data":null}', mimetype="application/json")

    @app.get("/menu")
    def menu() -> Response:
        return _menu()

    @app.post("/order")
    def order() -> Response:
        return _order()

    @app.post("/booking")
    def booking() -> Response:
        return _booking()

    app.post("/photo")(raw_reports.photo)
    app.post("/report")(raw_reports.report)
    return app


def _menu() -> Response:
    """Who asks, and the day's dishes as rows."""
    token = request.headers["Authorization"].partition(" ")[2]
    run = connection().execute
    found = run(SQL["session"], ("", hashlib.sha256(token.encode()).digest())).fetchone()
    orjson.loads(found[1])
    rows = run(SQL["menu"], (request.args["canteen_id"], request.args["date"])).fetchall()
    meals: dict[int, dict[str, Any]] = {}
    for row in rows:
        meal = meals.setdefault(
            row[0], {"id": row[0], "period": row[1], "state": row[2], "closes": row[3], "dishes": {}}
        )
        dish = meal["dishes"].setdefault(
            str(row[4]), {"id": row[4], "cap": row[5], "name": row[6], "category": row[7], "portions": []}
        )
        dish["portions"].append({"portion": row[8], "price_fen": row[9], "weight_g": row[10]})
    data = orjson.dumps({"code": 0, "msg": "ok", "data": list(meals.values())})
    return Response(data, mimetype="application/json")


def _booking() -> Response:
    """Lock the room, look for what overlaps, insert what a booking is."""
    body = orjson.loads(request.get_data())
    token = request.headers["Authorization"].partition(" ")[2]
    key = request.headers["Idempotency-Key"]
    run = connection().execute
    found = run(SQL["session"], (key, hashlib.sha256(token.encode()).digest())).fetchone()
    actor = orjson.loads(found[1])
    now, room = datetime.now(UTC), body["room_id"]
    at, start, end = (
        instant(each) for each in (now, *map(datetime.fromisoformat, (body["start"], body["end"])))
    )
    run(BEGIN)
    try:
        run(SQL["room"], (room,)).fetchone()
        if run(SQL["taken"], (room, start, end)).fetchall():
            run("ROLLBACK")
            return Response(b'{"code":409}', 409, mimetype="application/json")
        who = actor["staff_id"]
        booking = run(SQL["booking"], (key, who, who, at, room, start, end, at)).fetchone()[0]
        occurrence = run(
            SQL["occurrence"],
            (
                booking,
                start,
                room,
                who,
                actor["department_id"],
                body["subject"],
                body["headcount"],
                start,
                end,
                end,
            ),
        ).fetchone()[0]
        run(SQL["hold"], (room, occurrence, start, end))
        run(SQL["event"], (booking, occurrence, at, who, actor["name"]))
        meeting = {"id": occurrence, "start": body["start"], "end": body["end"], "state": "booked"}
        data = {"id": booking, "state": "booked", "occurrences": [meeting]}
        answer = orjson.dumps({"code": 0, "msg": "ok", "data": data})
        digest = hashlib.sha256(request.get_data()).digest()
        run(SQL["answer"], (who, key, digest, answer, at)).fetchone()
        run("COMMIT")
    except BaseException:
        run("ROLLBACK")
        raise
    return Response(answer, 201, mimetype="application/json")


def _order() -> Response:
    body = orjson.loads(request.get_data())
    token = request.headers["Authorization"].partition(" ")[2]
    key = request.headers["Idempotency-Key"]
    run = connection().execute
    found = run(SQL["session"], (key, hashlib.sha256(token.encode()).digest())).fetchone()
    actor = orjson.loads(found[1])
    now = datetime.now(UTC)
    at = now.replace(tzinfo=None).isoformat(" ") if IS_SQLITE else now
    staff_id, items = actor["staff_id"], body["items"]
    run(BEGIN)
    try:
        offered = run(
            SQL["offer"],
            (body["canteen_id"], body["date"], body["period"], items[0]["dish_id"], items[1]["dish_id"]),
        ).fetchall()
        menu = {(row[4], row[6]): row for row in offered}
        rows = [(menu[item["dish_id"], item["portion"]], item["quantity"]) for item in items]
        total = sum(row[7] * quantity for row, quantity in rows)
        balances = dict(run(SQL["balances"], (staff_id,)).fetchall())
        assert balances["subsidy"] >= total
        order_id = run(
            SQL["order"],
            (
                offered[0][0],
                body["canteen_id"],
                staff_id,
                actor["department_id"],
                body["date"],
                body["period"],
                body["dining"],
                total,
                at,
            ),
        ).fetchone()[0]
        cursor = connection().cursor()
        cursor.executemany(
            SQL["line"],
            [(order_id, r[3], r[4], r[5], r[6], quantity, r[7], r[8], r[9]) for r, quantity in rows],
        )
        entry_id = run(SQL["entry"], (staff_id, order_id, at, staff_id)).fetchone()[0]
        cursor.executemany(
            SQL["posting"],
            [
                (entry_id, "subsidy", staff_id, None, -total),
                (entry_id, "sales", None, body["canteen_id"], total),
            ],
        )
        run(SQL["balance"], (-total, staff_id, "subsidy"))
        taking = sorted((row[3], row[9] * quantity) for row, quantity in rows)
        cursor.executemany(SQL["counter"], [(n, each, n, n) for each, n in taking])
        assert cursor.rowcount == len(taking)
        answer = orjson.dumps(
            {"code": 0, "msg": "ok", "data": {"id": order_id, "total_fen": total, "items": items}}
        )
        digest = hashlib.sha256(request.get_data()).digest()
        run(SQL["answer"], (staff_id, key, digest, answer, at)).fetchone()
        run("COMMIT")
    except BaseException:
        run("ROLLBACK")
        raise
    return Response(answer, 201, mimetype="application/json")
