"""What the demo has nothing of: a row in each table that an address may name."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Time,
    select,
)

from backend import clock
from backend.db import Base, atomic, db, unit

# Columns that are not named get something of their type, and those that refer to a row the first one there.
ALSO: dict[str, dict[str, Any]] = {
    "asset_meters": {},
    "bind_requests": {"state": "pending"},
    "calendar_feeds": {"kind": "room"},
    "contractor_bulletins": {"kind": "monthly", "version": 1, "state": "draft"},
    "contractor_checks": {"state": "open"},
    "food_sample_waivers": {"period": "lunch"},
    "kitchen_duties": {},
    "login_sessions": {"kind": "app", "stage": "complete", "provider": "wechat_mp"},
    "meeting_check_items": {"is_ok": False, "note": "灯不亮", "kind": "place", "phase": "before"},
    "meeting_overrides": {"state": "asked", "wanting_ids": [1], "displaced_ids": [2]},
    "moderation_words": {"severity": "refuse"},
    "open311_keys": {},
    "photo_contents": {},
    "photos": {"state": "attached", "owner_kind": "report", "owner_id": 1},
    "purchase_requests": {"state": "open", "origin": "manual"},
    "safety_months": {},
    "safety_weeks": {},
    "service_calendars": {"segments": [], "by_weekday": {}},
    "service_policy_versions": {"number": 2},
    "stock_counts": {"state": "open"},
    "stock_count_lines": {},
    "supplier_assessments": {},
    "waste_measures": {"kind": "sign"},
    "weighed_meals": {"owed_fen": 1, "objection": "不是我的盘子"},
    "work_order_estimates": {"state": "asked"},
}


@atomic
def plant() -> None:
    """Write them all."""
    for name, values in ALSO.items():
        _insert(name, values)


@atomic
def add_row(table: str, **values: Any) -> int:
    """Write one row of what a table must have; returns its identifier."""
    return _insert(table, values)


def _insert(name: str, values: Mapping[str, Any]) -> int:
    table = Base.metadata.tables[name]
    needed = {
        column.name: _something(column)
        for column in table.columns
        if not column.nullable and column.default is None and not _counts_up(table, column)
    }
    key = unit().execute(table.insert().values({**needed, **values})).inserted_primary_key
    assert key is not None
    return int(key[0])


def _counts_up(table: Table, column: "Column[Any]") -> bool:
    return column is table.autoincrement_column and not column.foreign_keys


def _something(column: "Column[Any]") -> Any:
    for key in column.foreign_keys:
        return db.session.execute(select(key.column).order_by(key.column).limit(1)).scalar_one()
    kind = column.type
    now: datetime = clock.now()
    samples: tuple[tuple[Any, Any], ...] = (
        (Boolean, True), (Integer, 1), (Numeric, 1), (JSON, {}), (LargeBinary, b"x" * 32),
        (Date, date(2026, 11, 23)), (Time, now.time()), (DateTime, now),
    )  # fmt: skip
    actual = getattr(kind, "impl", kind)
    return next((value for type_, value in samples if isinstance(actual, type_)), "x")
