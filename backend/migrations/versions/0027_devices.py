"""Devices, their credentials and the nonces of their requests."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "devices",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("canteen_id", ID, nullable=True),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("secret_set_at", AT, nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("last_seen_at", AT, nullable=True),
        sa.Column("last_seq", ID, nullable=False),
        sa.Column("clock_skew_s", sa.Integer(), nullable=True),
        sa.Column("firmware", sa.String(length=40), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.Column("battery_percent", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("(kind = 'platform') = (canteen_id IS NULL)", name=op.f("ck_devices_canteen")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteens.id"], name=op.f("fk_devices_canteen_id_canteens")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("code", name=op.f("uq_devices_code")),
    )
    op.create_index(op.f("ix_devices_canteen_id"), "devices", ["canteen_id"], unique=False)
    op.create_table(
        "device_nonces",
        sa.Column("device_id", ID, nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_nonces_device_id_devices"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", "nonce", name=op.f("pk_device_nonces")),
    )
    op.create_index(op.f("ix_device_nonces_expires_at"), "device_nonces", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("device_nonces")
    op.drop_table("devices")
