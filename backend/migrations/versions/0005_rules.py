"""Versioned business rules. The rules of meal periods and canteens leave their columns for versions.

What stood in the columns becomes a version that has always held; meals published before have none.
Locks: exclusive on `canteens` and `meals` for their columns; `meal_periods` goes.
"""

from datetime import UTC, datetime, time

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Midnight of 2000-01-01 in the compound: before any meal.
ALWAYS = datetime(1999, 12, 31, 16, tzinfo=UTC)
REASON = "启用规则版本以前的设置"

PERIOD, MOST, SPENDING, REST_DAYS = (
    "canteen.meal_period",
    "canteen.max_portions",
    "canteen.spending_order",
    "canteen.opens_on_rest_days",
)
USUAL = {MOST: 10, SPENDING: ["subsidy", "personal"], REST_DAYS: False}

versions = sa.table(
    "rule_versions",
    *(sa.column(name) for name in ("id", "rule_key", "scope_kind", "scope_id", "variant")),
    sa.column("value", sa.JSON()),
    sa.column("effective_at", sa.DateTime(timezone=True)),
    sa.column("changed_at", sa.DateTime(timezone=True)),
    *(sa.column(name) for name in ("changed_by", "changed_by_name", "reason", "follows_id")),
)
periods = sa.table(
    "meal_periods",
    *(sa.column(name) for name in ("canteen_id", "period", "name", "pickup_lead_minutes")),
    sa.column("is_active", sa.Boolean()),
    sa.column("window_from", sa.Time()),
    sa.column("window_until", sa.Time()),
    *(sa.column(f"{which}_cutoff_{part}") for which in ("order", "cancel") for part in ("days", "minutes")),
    sa.column("order_cutoff_time", sa.Time()),
    sa.column("cancel_cutoff_time", sa.Time()),
)
canteens = sa.table(
    "canteens",
    sa.column("id"),
    sa.column("opens_on_rest_days", sa.Boolean()),
    sa.column("max_portions"),
    sa.column("spending_order", sa.JSON()),
)


def upgrade() -> None:
    _create_versions()
    _carry_periods_over()
    _carry_canteens_over()
    op.drop_table("meal_periods")
    if op.get_bind().dialect.name == "sqlite":
        # Inline, because SQLite adds no constraint to a table that is there.
        op.execute(
            "ALTER TABLE meals ADD COLUMN rule_version_id INTEGER"
            " CONSTRAINT fk_meals_rule_version_id_rule_versions REFERENCES rule_versions (id)"
        )
        _narrow_canteens_on_sqlite()
        return
    op.add_column("meals", sa.Column("rule_version_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_meals_rule_version_id_rule_versions", "meals", "rule_versions", ["rule_version_id"], ["id"]
    )
    for column in ("opens_on_rest_days", "max_portions", "spending_order"):
        op.drop_column("canteens", column)


def _create_versions() -> None:
    op.create_table(
        "rule_versions",
        sa.Column("id", ID, nullable=False),
        sa.Column("rule_key", sa.String(60), nullable=False),
        sa.Column("scope_kind", sa.String(10), nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("variant", sa.String(20), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", ID, nullable=False),
        sa.Column("changed_by_name", sa.String(50), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("follows_id", ID, nullable=False),
        sa.CheckConstraint("effective_at >= changed_at", name=op.f("ck_rule_versions_not_in_the_past")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_rule_versions_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_versions")),
        sa.UniqueConstraint(
            *("rule_key", "scope_kind", "scope_id", "variant", "follows_id"),
            name=op.f("uq_rule_versions_follows"),
        ),
    )
    op.create_index(
        "ix_rule_versions_effective",
        "rule_versions",
        ["rule_key", "scope_kind", "scope_id", "variant", "effective_at"],
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER rule_versions_no_{verb.lower()} BEFORE {verb} ON rule_versions"
                " BEGIN SELECT RAISE(ABORT, 'rule_versions is append-only'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER rule_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_versions"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _carry_periods_over() -> None:
    for row in op.get_bind().execute(sa.select(periods)).mappings().all():
        value = {
            "period": row["period"],
            "name": row["name"],
            "is_active": row["is_active"],
            "window_from": row["window_from"].isoformat("minutes"),
            "window_until": row["window_until"].isoformat("minutes"),
            "order_cutoff": _cutoff(row, "order"),
            "cancel_cutoff": _cutoff(row, "cancel"),
            "pickup_lead_minutes": row["pickup_lead_minutes"],
        }
        _add(PERIOD, row["canteen_id"], value, row["period"])


def _cutoff(row: sa.RowMapping, which: str) -> dict[str, object]:
    at = row[f"{which}_cutoff_time"]
    if at is None:
        return {"days": 0, "time": None, "minutes": row[f"{which}_cutoff_minutes"]}
    return {"days": row[f"{which}_cutoff_days"], "time": at.isoformat("minutes"), "minutes": None}


def _carry_canteens_over() -> None:
    for row in op.get_bind().execute(sa.select(canteens)).mappings().all():
        for key, usual in USUAL.items():
            value = row[key.removeprefix("canteen.")]
            if key == SPENDING:
                # A bucket that the list left out was never spent from; it comes last now.
                value = [*value, *(bucket for bucket in usual if bucket not in value)]
            if value != usual:
                _add(key, row["id"], value)


def _add(key: str, canteen_id: int, value: object, variant: str = "") -> None:
    op.execute(
        versions.insert().values(
            rule_key=key,
            scope_kind="canteen",
            scope_id=canteen_id,
            variant=variant,
            value=value,
            effective_at=ALWAYS,
            changed_at=ALWAYS,
            changed_by=0,
            changed_by_name="系统",
            reason=REASON,
            follows_id=0,
        )
    )


def _narrow_canteens_on_sqlite() -> None:
    """Make the table anew, because SQLite drops no column that a CHECK names.

    Under its own name and with its references deferred: at the end of the transaction they all hold again.
    """
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("CREATE TABLE kept_canteens AS SELECT id, campus_id, name, is_active FROM canteens")
    op.drop_index("ix_canteens_campus_id", table_name="canteens")
    op.drop_table("canteens")
    op.create_table(
        "canteens",
        sa.Column("id", ID, nullable=False),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["campus_id"], ["campuses.id"], name=op.f("fk_canteens_campus_id_campuses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canteens")),
        sa.UniqueConstraint("name", name=op.f("uq_canteens_name")),
    )
    op.create_index("ix_canteens_campus_id", "canteens", ["campus_id"])
    op.execute("INSERT INTO canteens SELECT id, campus_id, name, is_active FROM kept_canteens")
    op.execute("DROP TABLE kept_canteens")


def downgrade() -> None:
    """Put what is in force now back into columns; history, and what was only planned, is lost."""
    if op.get_bind().dialect.name == "sqlite":
        for column in (
            "max_portions SMALLINT NOT NULL DEFAULT 10"
            " CONSTRAINT ck_canteens_max_portions CHECK (max_portions > 0)",
            "opens_on_rest_days BOOLEAN NOT NULL DEFAULT 0",
            "spending_order JSON NOT NULL DEFAULT '[\"subsidy\", \"personal\"]'",
        ):
            op.execute(f"ALTER TABLE canteens ADD COLUMN {column}")
    else:
        _widen_canteens()
    _create_periods()
    for row in _in_force():
        if row["rule_key"] == PERIOD:
            _put_period_back(row["scope_id"], row["value"])
        elif row["rule_key"] in USUAL:
            column = row["rule_key"].removeprefix("canteen.")
            op.execute(
                canteens.update().where(canteens.c.id == row["scope_id"]).values({column: row["value"]})
            )
    op.drop_column("meals", "rule_version_id")
    op.drop_index("ix_rule_versions_effective", table_name="rule_versions")
    op.drop_table("rule_versions")


def _widen_canteens() -> None:
    added = (
        sa.Column("max_portions", sa.SmallInteger(), nullable=False, server_default="10"),
        sa.Column("opens_on_rest_days", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("spending_order", sa.JSON(), nullable=False, server_default='["subsidy", "personal"]'),
    )
    for column in added:
        op.add_column("canteens", column)
        op.alter_column("canteens", column.name, server_default=None)
    op.create_check_constraint(op.f("ck_canteens_max_portions"), "canteens", "max_portions > 0")


def _create_periods() -> None:
    op.create_table(
        "meal_periods",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("window_from", sa.Time(), nullable=False),
        sa.Column("window_until", sa.Time(), nullable=False),
        sa.Column("order_cutoff_days", sa.SmallInteger(), nullable=False),
        sa.Column("order_cutoff_time", sa.Time(), nullable=True),
        sa.Column("order_cutoff_minutes", sa.Integer(), nullable=False),
        sa.Column("cancel_cutoff_days", sa.SmallInteger(), nullable=False),
        sa.Column("cancel_cutoff_time", sa.Time(), nullable=True),
        sa.Column("cancel_cutoff_minutes", sa.Integer(), nullable=False),
        sa.Column("pickup_lead_minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "cancel_cutoff_days >= 0 AND cancel_cutoff_minutes >= 0",
            name=op.f("ck_meal_periods_cancel_cutoff"),
        ),
        sa.CheckConstraint(
            "order_cutoff_days >= 0 AND order_cutoff_minutes >= 0", name=op.f("ck_meal_periods_order_cutoff")
        ),
        sa.CheckConstraint("window_from < window_until", name=op.f("ck_meal_periods_window")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_meal_periods_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_periods")),
        sa.UniqueConstraint("canteen_id", "period", name=op.f("uq_meal_periods_canteen_id_period")),
    )


def _in_force() -> list[sa.RowMapping]:
    """The version in force of each rule, place and variant."""
    # SQLite's clock counts whole seconds.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    now = sa.text("datetime('now', '+1 second')") if is_sqlite else sa.func.now()
    rows = op.get_bind().execute(
        sa.select(versions)
        .where(versions.c.scope_kind == "canteen", versions.c.effective_at <= now)
        .order_by(versions.c.effective_at, versions.c.id)
    )
    last = {(row["rule_key"], row["scope_id"], row["variant"]): row for row in rows.mappings()}
    return list(last.values())


def _put_period_back(canteen_id: int, value: dict) -> None:
    op.execute(
        periods.insert().values(
            canteen_id=canteen_id,
            window_from=time.fromisoformat(value["window_from"]),
            window_until=time.fromisoformat(value["window_until"]),
            **{name: value[name] for name in ("period", "name", "is_active", "pickup_lead_minutes")},
            **_columns("order", value["order_cutoff"]),
            **_columns("cancel", value["cancel_cutoff"]),
        )
    )


def _columns(which: str, cutoff: dict) -> dict[str, object]:
    at = cutoff["time"]
    return {
        f"{which}_cutoff_days": cutoff["days"],
        f"{which}_cutoff_time": time.fromisoformat(at) if at else None,
        f"{which}_cutoff_minutes": cutoff["minutes"] or 0,
    }
