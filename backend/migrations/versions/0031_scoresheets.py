"""Score sheets as data, and what was scored by them.

What a version in force says, and a scoring that is closed, never changes: triggers refuse it. The house's
default sheet comes with the slice (`flask scoresheets load`), because it is data, not schema.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

_IN_FORCE = "(SELECT state FROM score_sheet_versions v WHERE v.id = {row}.version_id) = 'in_force'"
_ITEM_IN_FORCE = (
    "(SELECT v.state FROM score_items i JOIN score_sheet_versions v ON v.id = i.version_id"
    " WHERE i.id = {row}.item_id) = 'in_force'"
)
_CLOSED = "(SELECT closed_at FROM scorings s WHERE s.id = {row}.scoring_id) IS NOT NULL"
# A row of the table may not come, change or go where the condition holds.
FROZEN = {
    "score_sheet_versions": "{row}.state = 'in_force'",
    "score_items": _IN_FORCE,
    "score_grades": _IN_FORCE,
    "score_loss_reasons": _ITEM_IN_FORCE,
    "scorings": "{row}.closed_at IS NOT NULL",
    "item_scores": _CLOSED,
    "item_losses": _CLOSED,
}
# What is frozen by its own row may come frozen: an import of sheets that are in force elsewhere.
OWN = ("score_sheet_versions", "scorings")


def _freeze(table: str, condition: str) -> None:
    verbs = (
        {"UPDATE": "OLD", "DELETE": "OLD"}
        if table in OWN
        else {"INSERT": "NEW", "UPDATE": "OLD", "DELETE": "OLD"}
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for verb, row in verbs.items():
        head = f"CREATE TRIGGER {table}_frozen_{verb.lower()} BEFORE {verb} ON {table}"
        frozen = condition.format(row=row)
        if is_sqlite:
            op.execute(f"{head} WHEN {frozen} BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END")
            continue
        # A trigger's WHEN may hold no subquery on PostgreSQL: the function asks.
        op.execute(
            f"CREATE FUNCTION {table}_frozen_{verb.lower()}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF {frozen} THEN RAISE EXCEPTION '{table} is frozen'; END IF;"
            f" RETURN {'OLD' if verb == 'DELETE' else 'NEW'}; END $$"
        )
        op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {table}_frozen_{verb.lower()}()")


def upgrade() -> None:
    op.create_table(
        "score_sheets",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheets")),
        sa.UniqueConstraint("code", name=op.f("uq_score_sheets_code")),
    )
    op.create_table(
        "score_sheet_versions",
        sa.Column("id", ID, nullable=False),
        sa.Column("sheet_id", ID, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=50), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("inapplicable", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("full_tenths", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("changed_by", ID, nullable=False),
        sa.Column("changed_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint(
            "state <> 'in_force' OR valid_from IS NOT NULL",
            name=op.f("ck_score_sheet_versions_in_force_from"),
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["score_sheets.id"], name=op.f("fk_score_sheet_versions_sheet_id_score_sheets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheet_versions")),
        sa.UniqueConstraint("sheet_id", "number", name=op.f("uq_score_sheet_versions_sheet_id_number")),
    )
    op.create_table(
        "score_grades",
        sa.Column("version_id", ID, nullable=False),
        sa.Column("from_tenths", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("is_failing", sa.Boolean(), nullable=False),
        sa.CheckConstraint("from_tenths >= 0", name=op.f("ck_score_grades_from")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["score_sheet_versions.id"],
            name=op.f("fk_score_grades_version_id_score_sheet_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "from_tenths", name=op.f("pk_score_grades")),
        sa.UniqueConstraint("version_id", "title", name=op.f("uq_score_grades_version_id_title")),
    )
    op.create_table(
        "score_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("level1", sa.String(length=60), nullable=False),
        sa.Column("level2", sa.String(length=100), nullable=False),
        sa.Column("level3", sa.String(length=300), nullable=False),
        sa.Column("points_tenths", sa.Integer(), nullable=False),
        sa.Column("scoring", sa.Text(), nullable=False),
        sa.Column("evidence", sa.String(length=10), nullable=False),
        sa.Column("metric_key", sa.String(length=60), nullable=False),
        sa.Column("may_be_inapplicable", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(evidence = 'metric') = (metric_key <> '')", name=op.f("ck_score_items_metric")),
        sa.CheckConstraint("points_tenths > 0", name=op.f("ck_score_items_points")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["score_sheet_versions.id"],
            name=op.f("fk_score_items_version_id_score_sheet_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_items")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_score_items_version_id_number")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_score_items_version_id_position")),
    )
    op.create_table(
        "scorings",
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("owner_kind", sa.String(length=40), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("closed_by", ID, nullable=True),
        sa.Column("total_tenths", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=20), nullable=True),
        sa.Column("is_failing", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (total_tenths IS NULL) AND (closed_at IS NULL) = (grade IS NULL)",
            name=op.f("ck_scorings_closed"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["score_sheet_versions.id"],
            name=op.f("fk_scorings_version_id_score_sheet_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorings")),
        sa.UniqueConstraint("owner_kind", "owner_id", name=op.f("uq_scorings_owner_kind_owner_id")),
    )
    op.create_index(op.f("ix_scorings_version_id"), "scorings", ["version_id"], unique=False)
    op.create_table(
        "item_scores",
        sa.Column("scoring_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("is_inapplicable", sa.Boolean(), nullable=False),
        sa.Column("score_tenths", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("scored_at", AT, nullable=False),
        sa.Column("scored_by", ID, nullable=False),
        sa.Column("scored_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint("is_inapplicable = (score_tenths IS NULL)", name=op.f("ck_item_scores_scored")),
        sa.CheckConstraint("score_tenths >= 0", name=op.f("ck_item_scores_score")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["score_items.id"], name=op.f("fk_item_scores_item_id_score_items")
        ),
        sa.ForeignKeyConstraint(
            ["scoring_id"], ["scorings.id"], name=op.f("fk_item_scores_scoring_id_scorings")
        ),
        sa.PrimaryKeyConstraint("scoring_id", "item_id", name=op.f("pk_item_scores")),
    )
    op.create_index(op.f("ix_item_scores_item_id"), "item_scores", ["item_id"], unique=False)
    op.create_table(
        "score_loss_reasons",
        sa.Column("id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("points_tenths", sa.Integer(), nullable=True),
        sa.CheckConstraint("points_tenths > 0", name=op.f("ck_score_loss_reasons_points")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["score_items.id"],
            name=op.f("fk_score_loss_reasons_item_id_score_items"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_loss_reasons")),
        sa.UniqueConstraint("item_id", "position", name=op.f("uq_score_loss_reasons_item_id_position")),
    )
    op.create_table(
        "item_losses",
        sa.Column("scoring_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("reason_id", ID, nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["reason_id"], ["score_loss_reasons.id"], name=op.f("fk_item_losses_reason_id_score_loss_reasons")
        ),
        sa.ForeignKeyConstraint(
            ["scoring_id", "item_id"],
            ["item_scores.scoring_id", "item_scores.item_id"],
            name=op.f("fk_item_losses_scoring_id_item_id_item_scores"),
        ),
        sa.PrimaryKeyConstraint("scoring_id", "item_id", "position", name=op.f("pk_item_losses")),
    )
    op.create_index(op.f("ix_item_losses_reason_id"), "item_losses", ["reason_id"], unique=False)

    for table, condition in FROZEN.items():
        _freeze(table, condition)


def downgrade() -> None:
    op.drop_table("item_losses")
    op.drop_table("score_loss_reasons")
    op.drop_table("item_scores")
    op.drop_table("scorings")
    op.drop_table("score_items")
    op.drop_table("score_grades")
    op.drop_table("score_sheet_versions")
    op.drop_table("score_sheets")
    if op.get_bind().dialect.name == "sqlite":
        return
    for table in FROZEN:
        for verb in ("update", "delete") if table in OWN else ("insert", "update", "delete"):
            op.execute(f"DROP FUNCTION {table}_frozen_{verb}")
