"""Floors, rooms and spots, and the plates of places; an order among places, and taking them out of use.

Locks: the two tables that gain columns, for the moment of adding them; their defaults are constants.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _place(table, *columns):
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        *_standing(),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _standing():
    return (
        sa.Column("position", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.true()),
    )


def _below(table, parent, parents):
    return (
        sa.ForeignKeyConstraint([parent], [f"{parents}.id"], name=op.f(f"fk_{table}_{parent}_{parents}")),
        sa.UniqueConstraint(parent, "name", name=op.f(f"uq_{table}_{parent}_name")),
    )


def upgrade() -> None:
    for table in ("campuses", "buildings"):
        for column in _standing():
            op.add_column(table, column)
    _place(
        "floors",
        sa.Column("building_id", _ID, nullable=False),
        *_below("floors", "building_id", "buildings"),
    )
    _place("rooms", sa.Column("floor_id", _ID, nullable=False), *_below("rooms", "floor_id", "floors"))
    _place(
        "spots",
        sa.Column("spot_kind", sa.String(length=10), nullable=False),
        sa.Column("campus_id", _ID, nullable=True),
        sa.Column("building_id", _ID, nullable=True),
        sa.Column("floor_id", _ID, nullable=True),
        *_below("spots", "campus_id", "campuses"),
        *_below("spots", "building_id", "buildings"),
        *_below("spots", "floor_id", "floors"),
        sa.CheckConstraint(
            "(CASE WHEN campus_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN building_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN floor_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_spots_one_parent"),
        ),
    )
    op.create_table(
        "plates",
        sa.Column("id", _ID, nullable=False),
        sa.Column("place_kind", sa.String(length=10), nullable=False),
        sa.Column("place_id", _ID, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", _ID, nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", _ID, nullable=True),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_plates_revoked")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plates")),
        sa.UniqueConstraint("code", name=op.f("uq_plates_code")),
        sa.UniqueConstraint("token", name=op.f("uq_plates_token")),
    )
    op.create_index(
        "uq_plates_hanging",
        "plates",
        ["place_kind", "place_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("plates", "spots", "rooms", "floors"):
        op.drop_table(table)
    for table in ("buildings", "campuses"):
        op.drop_column(table, "is_active")
        op.drop_column(table, "position")
