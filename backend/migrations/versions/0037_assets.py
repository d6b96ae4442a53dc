"""The register of equipment."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "asset_kinds",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("category_id", ID, nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["repair_categories.id"],
            name=op.f("fk_asset_kinds_category_id_repair_categories"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_kinds")),
        sa.UniqueConstraint("name", name=op.f("uq_asset_kinds_name")),
    )
    op.create_table(
        "assets",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind_id", ID, nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("maker", sa.String(length=80), nullable=False),
        sa.Column("serial_no", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("place_kind", sa.String(length=10), nullable=False),
        sa.Column("place_id", ID, nullable=False),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("building_id", ID, nullable=False),
        sa.Column("contractor_id", ID, nullable=True),
        sa.Column("plate", sa.String(length=32), nullable=False),
        sa.Column("installed_on", sa.Date(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("price_fen", ID, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.CheckConstraint("state IN ('in_use', 'stopped', 'scrapped')", name=op.f("ck_assets_state")),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["contractors.id"], name=op.f("fk_assets_contractor_id_contractors")
        ),
        sa.ForeignKeyConstraint(["kind_id"], ["asset_kinds.id"], name=op.f("fk_assets_kind_id_asset_kinds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("number", name=op.f("uq_assets_number")),
        sa.UniqueConstraint("plate", name=op.f("uq_assets_plate")),
    )
    op.create_index(
        op.f("ix_assets_campus_id_building_id"), "assets", ["campus_id", "building_id"], unique=False
    )
    op.create_index(op.f("ix_assets_contractor_id"), "assets", ["contractor_id"], unique=False)
    op.create_index(op.f("ix_assets_kind_id"), "assets", ["kind_id"], unique=False)
    op.create_index(op.f("ix_assets_place_kind_place_id"), "assets", ["place_kind", "place_id"], unique=False)
    op.create_table(
        "asset_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("asset_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_name", sa.String(length=50), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_asset_events_asset_id_assets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_events")),
    )
    op.create_index(op.f("ix_asset_events_asset_id"), "asset_events", ["asset_id"], unique=False)
    op.create_table(
        "asset_retired_plates",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("asset_id", ID, nullable=False),
        sa.Column("retired_at", AT, nullable=False),
        sa.Column("retired_by", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_asset_retired_plates_asset_id_assets")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_asset_retired_plates")),
    )
    op.create_index(
        op.f("ix_asset_retired_plates_asset_id"), "asset_retired_plates", ["asset_id"], unique=False
    )
    _make_append_only("asset_events")


def _make_append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("asset_retired_plates")
    op.drop_table("asset_events")
    op.drop_table("assets")
    op.drop_table("asset_kinds")
